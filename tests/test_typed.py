"""Cells as people type them: what is certain is taken, what would be a guess is named."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.returns import changed, filled, look, put, said, table_in
from tracker.cells import Number, Text
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS
from tracker.model import Severity
from tracker.typed import figure_with_unit, read_typed
from tracker.wording import sentence

TASK, CT = "27TB-4", "27TB-4.b-CT1"
PERCENT, DAY = (REPORT_TABLE.by_key[key].kind.parse for key in ("percent", "completed_on"))
NUMBER, STATE, TEXT = Number().parse, STATUS.parse, Text().parse


@pytest.mark.parametrize(
    "text",
    [
        "25/02/2025",
        "25-2-2025",
        "25.02.25",
        "25/02/2025 ",
        "'25/02/2025",
        "25/02/2025.",
        " 25 / 02 / 2025",
        "25 02 2025",
        "ngày 25 tháng 02 năm 2025",
        "NGÀY 25 THÁNG 2 NĂM 2025",
        "ngày25/02/2025",
        "25 tháng 2/2025",
        "25/2 năm 2025",
        "2025-02-25",
        "2025/02/25",
        "2025-02-25 00:00:00",
        "2025-02-25T16:45:00",
        "25/02/2025 16:45",
        "25/02/2025 4:45:00 CH",
        "16h30 ngày 25/02/2025",
        "Thứ ba, ngày 25/02/2025",
        "45713",
        "45713.0",
        "45713,5",
        "\u200b25/02/2025\u00a0",
        "２５/０２/２０２５",
    ],
)
def test_days(text: str) -> None:
    assert read_typed(text, DAY, None) == (date(2025, 2, 25), None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("25/2", "no_year"),
        ("ngày 25 tháng 2", "no_year"),
        ("31/04", "no_year"),
        ("tháng 3/2025", "no_day"),
        ("3/2025", "no_day"),
        ("T3/2025", "no_day"),
        ("cuối tháng 3 năm 2025", "no_day"),
        ("Quý I/2025", "no_day"),
        ("quý 1 năm 2025", "no_day"),
        ("2025", "no_day"),
        ("31/4/2025", "no_such_day"),
        ("29/2/2025", "no_such_day"),
        ("13/13/2025", "no_such_day"),
        ("0/2/2025", "no_such_day"),
        ("02/25/2025", "month_first"),
        ("25/02/2205", "far_year"),
        ("25/02/0025", "far_year"),
        ("28/2/20225", "far_year"),
        ("chưa", "no_answer"),
        ("N/A", "no_answer"),
        ("cuối quý", "not_date"),
        ("đã xong", "not_date"),
        ("khoảng 25/02/2025", "not_date"),
        ("14/3/2025 và 15/3/2025", "not_date"),
        ("nt", "ditto"),
    ],
)
def test_what_is_no_day(text: str, problem: str) -> None:
    assert read_typed(text, DAY, None) == (None, problem)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("90 %", 90),
        ("90%", 90),
        ("90%.", 90),
        ("'90", 90),
        ("90\u00a0%", 90),
        ("90 phần trăm", 90),
        ("0,9%", 0.9),
        ("12,345", 12.345),
        ("đạt 100", 100),
        ("đạt 60%", 60),
        ("Đã đạt: 60 %", 60),
        ("Tỷ lệ 60%", 60),
        ("hoàn thành 60%", 60),
        ("HT 60%", 60),
        ("100/100", 100),
        ("60/100", 60),
    ],
)
def test_percentages(text: str, percent: float) -> None:
    assert read_typed(text, PERCENT, None) == (percent, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *((text, "approximate") for text in (">80", ">=80", "≥ 80", "=> 80", "~80", "≈ 80%", "<80%", "80%+", "80-90%")),
        *((text, "approximate") for text in ("trên 80", "khoảng 80", "gần 80%", "dưới 50%", "ước đạt 60%")),
        *((text, "approximate") for text in ("80 trở lên", "80 đến 90", "tối thiểu 80 %", "80 – 90")),
        *((text, "ratio") for text in ("3/4", "11 / 12")),
        *((text, "no_answer") for text in ("chưa có số liệu", "Chưa có", "không có", "N/A", "n/a", "NA", "K/A", "k")),
        *((text, "no_answer") for text in ("không áp dụng", "N/A.", "CHUA CO SO LIEU", "không")),
        *((text, "unclear_percent") for text in ("0,9", "0.9", "đạt 0,9")),
        *(
            (text, "not_percent")
            for text in ("1.602", "1.602,5", "120", "-5", "x", "…", "6 0", "hoàn thành 3", "60% 70%")
        ),
        *((text, "ditto") for text in ("nt", "″", '"')),
        *((text, None) for text in ("-", "–", " ", "\u00a0")),
    ],
)
def test_what_is_no_percentage(text: str, problem: str | None) -> None:
    assert read_typed(text, PERCENT, None) == (None, problem)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.602", (1602, None)),
        ("1.602,5", (1602.5, None)),
        ("1 602", (1602, None)),
        ("1\u00a0602,5", (1602.5, None)),
        ("'1602", (1602, None)),
        ("1,602,500", (1602500, None)),
        ("1,602.5", (1602.5, None)),
        ("0,125", (0.125, None)),
        ("1,6", (1.6, None)),
        ("đạt 602", (602, None)),
        ("1,602", (None, "unclear_number")),
        ("12 34", (None, "not_number")),
        ("> 600", (None, "approximate")),
        ("3/4", (None, "ratio")),
        ("chưa có số liệu", (None, "no_answer")),
        ("không rõ", (None, "not_number")),
    ],
)
def test_figures(text: str, found: tuple[float | None, str | None]) -> None:
    assert read_typed(text, NUMBER, None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("602 hồ sơ", (602, None)),
        ("602hồ sơ", (602, None)),
        ("1.602 (HỒ SƠ)", (1602, None)),
        ("đạt 602 hồ sơ", (602, None)),
        ("1,602 hồ sơ", (None, "unclear_number")),
        ("602 dự án", (None, "other_unit")),
        ("2 nghìn hồ sơ", (None, "other_unit")),
        ("hồ sơ", (None, "not_number")),
    ],
)
def test_figures_with_a_unit(text: str, found: tuple[float | None, str | None]) -> None:
    assert figure_with_unit(text, "hồ sơ", NUMBER) == found


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("hoan thanh", "done"),
        ("HOÀN THÀNH", "done"),
        ("Hoa\u0300n tha\u0300nh", "done"),
        (" Hoàn \u200b thành\u00a0", "done"),
        ("Ho\u200bàn thành", "done"),
        ("3. Hoàn thành", "done"),
        ("(3) Hoàn thành", "done"),
        ("c) Hoàn thành", "done"),
        ("- Hoàn thành", "done"),
        ("Đã hoàn thành.", "done"),
        ("HT", "done"),
        ("đang làm", "in_progress"),
        ("Chưa TH", "not_started"),
        ("4. thường xuyên", "ongoing"),
    ],
)
def test_statuses(text: str, status: str) -> None:
    assert read_typed(text, STATE, None) == (status, None)


@pytest.mark.parametrize(
    "text", ["x", "Hoàn thành 60%", "Cơ bản hoàn thành", "Chưa hoàn thành", "Đã thực hiện", "3", "N/A", "Đúng tiến độ"]
)
def test_what_is_no_status(text: str) -> None:
    assert read_typed(text, STATE, None) == (None, "not_listed")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *((text, "ditto") for text in ("nt", "-nt-", "N.T", "như trên", "NHU TREN", '"', "″", "〃", "''", "”")),
        *((text, "ditto_past") for text in ("như kỳ trước", "Như tháng trước.")),
        *((text, None) for text in ("Nguyễn Như Trên", "Như trên địa bàn đã báo cáo", "'", "ant", "không")),
    ],
)
def test_ditto_marks(text: str, problem: str | None) -> None:
    assert read_typed(text, TEXT, None)[1] == problem


@given(st.text(max_size=80), st.sampled_from([PERCENT, DAY, NUMBER, STATE, TEXT]))
@example("١/٢/2025", DAY)
@example("²/²/2025", DAY)
@example("\ud800", TEXT)
def test_any_text_is_read_or_named(text: str, parse: Any) -> None:
    value, problem = read_typed(text, parse, None)
    assert value is None or problem is None


# --- from bytes to answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "written", "code", "words"),
    [
        ("percent", "khoảng 80", "R03", "ước chừng"),
        ("percent", "3/4", "R03", "75"),
        ("percent", datetime(2025, 4, 3), "R03", "0 đến 100"),
        ("percent", "chưa có số liệu", "R01", "chưa có số"),
        ("completed_on", "25/2", "R04", "không có năm"),
        ("completed_on", "tháng 3/2025", "R04", "ngày nào"),
        ("completed_on", "31/4/2025", "R04", "trong lịch không có"),
        ("completed_on", "03/14/2025", "R04", "tháng được ghi trước"),
        ("completed_on", datetime(2205, 3, 14), "R04", "không phải ngày"),
        ("completed_on", "25/02/2205", "R04", "năm không hợp lý"),
        ("result", "như trên", "R22", "ghi rõ"),
        ("status", "như trên", "R22", "ghi rõ"),
        ("person", "như kỳ trước", "R22", "ghi rõ"),
    ],
)
def test_a_guess_is_an_error_that_says_what_to_type(key: str, written: Any, code: str, words: str) -> None:
    examined = look(changed(put(TASK, **{key: written})))
    found = [finding for finding in examined.findings if finding.column == key]
    assert [(f.code, f.severity) for f in found] == [(code, Severity.ERROR)]
    assert words in sentence(found[0], "")
    assert key not in said(examined)["report", TASK]


def test_nothing_to_say_is_harmless_where_nothing_is_asked() -> None:
    examined = look(changed(put(TASK, extension_to="không", completed_on="chưa có")))
    assert not {f.column for f in examined.findings} & {"extension_to"}
    assert "extension_to" not in said(examined)["report", TASK]


@pytest.mark.parametrize(
    ("key", "written", "severity", "words"),
    [
        ("value", "khoảng 92", Severity.ERROR, "ước chừng"),
        ("value", "1,602", None, ""),
        ("numerator", "1,602", Severity.ERROR, "dấu phẩy"),
        ("numerator", "92%", Severity.ERROR, "đơn vị"),
        ("numerator", "1.602 hồ sơ", Severity.ERROR, "đơn vị"),
        ("value", "0,92", Severity.ERROR, "0,9%"),
        ("value", "chưa có số liệu", Severity.WARNING, "chưa có số liệu"),
    ],
)
def test_figures_of_an_indicator_in_percent(key: str, written: str, severity: Severity | None, words: str) -> None:
    data = changed(put(CT, INDICATOR_TABLE, **{"numerator": None, "denominator": None, "value": None, key: written}))
    examined = look(data)
    found = [finding for finding in examined.findings if finding.code == "I01"]
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(words in sentence(finding, "") for finding in found)
    assert (key in said(examined).get(("indicator", CT), {})) is (severity is None)


def test_names_are_taken_from_the_row_above() -> None:
    def write(book: Any) -> None:
        table = table_in(book)
        first, second, third = list(table.rows)[:3]
        table.put(first, "person", "Lê Thị Hoa, chuyên viên")
        table.put(second, "person", "-nt-")
        table.put(third, "person", "″")

    examined = look(changed(write))
    found = [(f.code, f.severity, f.facts["taken"]) for f in examined.findings]
    assert found == [("R22", Severity.INFO, "Lê Thị Hoa, chuyên viên")] * 2
    assert sum(values.get("person") == "Lê Thị Hoa, chuyên viên" for values in said(examined).values()) == 3


def test_names_are_not_taken_once_the_rows_were_sorted() -> None:
    def write(book: Any) -> None:
        table = table_in(book)
        first, second = list(table.rows)[:2]
        for key in table.columns:
            one, other = table.cell(first, key), table.cell(second, key)
            one.value, other.value = other.value, one.value
        table_in(book).put(first, "person", "nt")

    examined = look(changed(write))
    (found,) = examined.findings
    assert (found.code, found.severity, found.blocks) == ("R22", Severity.ERROR, ("person",))


def test_a_clean_form_is_not_looked_at_again() -> None:
    assert look(filled()).findings == ()
