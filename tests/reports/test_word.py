"""The Word report as a file: layout of decree 30/2020, equal bytes, harmless texts, opened by LibreOffice."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.support.decree import Report, text_of, w
from tests.support.decree import layout_problems as problems_of_layout
from tests.support.decree_elements import element_problems
from tests.support.extremes import EXTREMES
from tests.support.months import make_month
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.config import Office
from tracker.model import Line, Month
from tracker.reports.word import write_report
from tracker.vietnamese import show_number, show_share

OFFICE = Office()
ODD = "Một\x00 hai\x0b <b>&amp;</b> \u202e=1+1 \ud800 \ufffe\t{PAGE}\n- dòng hai & ba"


def layout_problems(data: bytes) -> list[str]:
    return problems_of_layout(data) + element_problems(data)


@pytest.fixture(scope="module")
def report() -> bytes:
    return write_report(make_month(), OFFICE)


def test_layout_follows_the_decree(report: bytes) -> None:
    assert layout_problems(report) == []


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (40, 25)])
def test_layout_holds_for_small_and_large_months(size: tuple[int, int]) -> None:
    assert layout_problems(write_report(make_month(*size), OFFICE)) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "rule"),
    [
        ("document", 'w:w="11906"', 'w:w="12240"', "page_size"),
        ("document", 'w:left="1701"', 'w:left="1440"', "margins"),
        ("styles", 'w:eastAsia="Times New Roman"', 'w:eastAsia="Arial"', "fonts"),
        ("styles", 'w:val="000000"', 'w:val="FF0000"', "black"),
        ("styles", 'w:eastAsia="vi-VN"', 'w:eastAsia="en-US"', "vietnamese"),
        ("header2", "PAGE", "NUMPAGES", "page_number"),
        ("document", "<w:titlePg/>", "", "title_page"),
        ("document", 'w:orient="landscape"', "", "annexes"),
        ("document", '<w:pgNumType w:start="1"/>', "", "annexes"),
        ("document", "Độc lập - Tự do", "Độc lập – Tự do", "head"),
        ("document", "tháng 3 năm", "tháng 03 năm", "head"),
        ("document", "<w:pBdr>", "<w:none>", "motto_rule"),
        ("document", "chỉ đạo./.", "chỉ đạo ./.", "end_mark"),
        ("document", "- Lưu: VT", "Lưu: VT", "recipients"),
        ("document", ">III. ", ">IV. ", "numbering"),
        ("styles", 'w:firstLine="720"', 'w:firstLine="300"', "spacing"),
        ("document", "(Phụ lục kèm theo)", "", "annex_mention"),
        ("document", "<w:cantSplit/><w:tblHeader/>", "<w:tblHeader/>", "tables"),
        ("document", "CỘNG HÒA", "Cộng hòa", "nation"),
        ("document", ">VĂN PHÒNG<", ">Văn phòng<", "issuer"),
        ("styles", "<w:i/>", "", "number_and_day"),
        ("document", ">BÁO CÁO<", ">Báo cáo<", "kind"),
        ("document", "- Như trên;", "- Sở Nội vụ;", "upward"),
        ("document", ">a) ", ">b) ", "points"),
        ("styles", 'w:val="28"', 'w:val="32"', "headings"),
        ("styles", 'w:val="28"', 'w:val="24"', "sentences"),
        ("document", ">CHÁNH VĂN PHÒNG<", ">Chánh Văn phòng<", "signer"),
        ("document", ">Phụ lục II<", ">Phụ lục 2<", "annex_heads"),
        ("document", "VP ngày      tháng", "VP ngày 20 tháng", "annex_heads"),
        ("document", 'descr="Biểu đồ', 'title="Biểu đồ', "pictures"),
    ],
)
def test_the_checker_notices(report: bytes, part: str, old: str, new: str, rule: str) -> None:
    changed = _with_part(report, f"word/{part}.xml", old, new)
    assert changed != report
    assert rule in layout_problems(changed)


def _with_part(data: bytes, name: str, old: str, new: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as changed:
        texts = {entry: source.read(entry) for entry in source.namelist()}
        if old not in texts[name].decode():
            return data
        swap = texts[name].decode().replace(old, new)
        texts[name] = swap.replace("</w:pBdr>", "</w:none>").encode() if new == "<w:none>" else swap.encode()
        for entry, text in texts.items():
            changed.writestr(entry, text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2025, 3, 20), "ngày 20 tháng 3 năm 2025"),
        (date(2025, 2, 3), "ngày 03 tháng 02 năm 2025"),
        (date(2026, 1, 20), "ngày 20 tháng 01 năm 2026"),
        (date(2025, 12, 22), "ngày 22 tháng 12 năm 2025"),
    ],
)
def test_place_and_day_take_zeros_by_the_decree(day: date, shown: str) -> None:
    made = Report(write_report(replace(make_month(), effective_day=day), OFFICE))
    assert made.rows(made.tables[0])[1][1] == f"Hải Dương, {shown}"


def test_number_is_left_blank_and_nobody_is_named(report: bytes) -> None:
    made = Report(report)
    assert made.rows(made.tables[0])[1][0].replace(" ", "") == "Số:/BC-VP"
    signature = next(table for table in made.tables if "Nơi nhận" in made.rows(table)[0][0])
    assert made.rows(signature)[0][1] == "CHÁNH VĂN PHÒNG"


def test_rules_have_the_lengths_of_the_decree(report: bytes) -> None:
    made = Report(report)
    head = made.tables[0]
    widths = [int(column.get(w("w"), "0")) for column in head.iter(w("gridCol"))]
    lengths = []
    for cell, width in zip(head.iter(w("tc")), widths, strict=False):
        side = next(rule.find(w("ind")) for rule in cell.iter(w("pPr")) if rule.find(w("pBdr")) is not None)
        assert side is not None
        lengths.append((width - 2 * int(side.get(w("left"), "0"))) / 1440 * 72)
    issuer = 12 * sum((722, 722, 722, 250, 611, 778, 778, 722, 778)) / 1000  # VĂN PHÒNG in Times Bold, points
    motto = 13 * 12.2  # the motto is 12.2 em long
    assert issuer / 3 <= lengths[0] <= issuer / 2
    assert lengths[1] == pytest.approx(motto, rel=0.02)


def test_head_of_a_committee_has_no_superior_and_two_receivers() -> None:
    office = Office(parent="", name="ỦY BAN NHÂN DÂN\nTỈNH HẢI DƯƠNG", symbol="BC-UBND", receiver="Bộ A; Bộ B")
    made = Report(write_report(make_month(), office))
    assert made.rows(made.tables[0])[0][0] == "ỦY BAN NHÂN DÂNTỈNH HẢI DƯƠNG"
    lines = made.lines(made.first_section)
    start = lines.index("Kính gửi:")
    assert lines[start : start + 3] == ["Kính gửi:", "- Bộ A;", "- Bộ B."]
    assert layout_problems(made.data) == []


def test_same_month_gives_the_same_bytes() -> None:
    first = write_report(make_month(), OFFICE)
    assert write_report(make_month(), OFFICE) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert write_report(make_month(seed=2), OFFICE) != first


def test_properties_say_whose_report_and_of_when(report: bytes) -> None:
    properties = Document(io.BytesIO(report)).core_properties
    assert properties.author == OFFICE.full_name
    assert properties.created is not None
    assert properties.created.date() == make_month().effective_day
    assert "27/TB-UBND" in properties.title


def test_only_parts_of_the_report_are_in_the_package(report: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        parts = {name for name in package.namelist() if not name.startswith("word/header")}
    assert parts == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/media/image1.png",
        "word/media/image2.png",
        "word/settings.xml",
        "word/styles.xml",
    }


def test_odd_texts_are_harmless() -> None:
    made = Report(write_report(_with_odd_texts(make_month()), replace_office(full_name="Văn phòng <UBND> & tỉnh")))
    whole = "\n".join(row_cell for table in made.tables for row in made.rows(table) for row_cell in row)
    assert "Một hai <b>&amp;</b> =1+1" in whole
    assert layout_problems(made.data) == []
    fields = [
        node.text for name in made.names() if name.endswith(".xml") for node in made.part(name).iter(w("instrText"))
    ]
    assert fields == [" PAGE "]


def replace_office(**changes: Any) -> Office:
    return OFFICE.model_copy(update=changes)


def _with_odd_texts(month: Month) -> Month:
    def odd(line: Line) -> Line:
        return replace(line, values={**line.values, "result": ODD, "obstacles": ODD, "proposal": ODD})

    tasks = tuple(
        replace(each, task=replace(each.task, content=ODD), leads=tuple(map(odd, each.leads))) for each in month.tasks
    )
    return replace(month, tasks=tasks, lines=tuple(map(odd, month.lines)))


def test_annex_tables_show_the_figures_of_the_month() -> None:
    month = make_month(30, 20)
    made = Report(write_report(month, OFFICE))
    agencies, tasks, indicators, register = (made.rows(table) for table in made.tables[-4:])
    total = month.by_assignment
    assert len(agencies) == len(month.agencies) + 3
    assert agencies[-1][2] == show_number(total.total) == show_number(sum(int(row[2]) for row in agencies[2:-1]))
    assert agencies[-1][9] == show_share(total.done, total.total)[:-1]
    for column in (*range(3, 9), 10):
        assert int(agencies[-1][column]) == sum(int(row[column]) for row in agencies[2:-1])
    assert [row[1] for row in tasks[2:] if len(row) > 2] == [line.task.code for line in month.tasks]
    assert [row[1] for row in indicators[2:]] == [line.indicator.code for line in month.indicators]
    assert [row[1] for row in register[2:]] == [entry.agency.name for entry in month.register]
    assert all(
        rows[1] == [f"({n + 1})" for n in range(len(rows[0]))] for rows in (agencies, tasks, indicators, register)
    )


def test_the_sum_of_agencies_is_never_alone_on_a_page() -> None:
    made = Report(write_report(make_month(30, 20), OFFICE))
    *_, last, total = made.tables[-4].findall(w("tr"))
    assert [row.find(f".//{w('keepNext')}") is not None for row in (last, total)] == [True, False]


def keeps(report: Report, table: Any) -> list[tuple[bool, bool]]:
    """Of each row: whether it stays with the next one, and whether it stays whole."""
    rows = table.iterchildren(w("tr"))
    return [(row.find(f".//{w('keepNext')}") is not None, row.find(f".//{w('cantSplit')}") is not None) for row in rows]


def test_small_tables_stay_whole() -> None:
    """With their caption, heading and rows; only the last row lets go of what follows."""
    made = Report(write_report(make_month(), OFFICE))
    status, agencies, indicators = (
        next(table for table in made.tables if made.rows(table)[0][1] == heading)
        for heading in ("Trạng thái", "Tên cơ quan", "Chỉ tiêu")
    )
    for table in (status, agencies, indicators):
        assert keeps(made, table) == [*[(True, True)] * (len(made.rows(table)) - 1), (False, True)]


def test_large_tables_break_but_leave_no_row_alone() -> None:
    made = Report(write_report(make_month(60, 4), OFFICE))
    kept = [is_kept for is_kept, _ in keeps(made, made.tables[-1])]
    assert kept == [True, True, True, *[False] * 57, True, False]


def test_only_long_rows_break_over_pages() -> None:
    made = Report(write_report(EXTREMES["two thousand letters"](), OFFICE))
    table = made.tables[-3]
    for texts, (is_kept, is_whole) in zip(made.rows(table), keeps(made, table), strict=True):
        is_long = len(texts) == 8 and len(texts[2]) > 500
        assert is_whole is not is_long
        assert not (is_long and is_kept)
    assert {place.get(w("val")) for row in table.findall(w("tr"))[2:] for place in row.iter(w("vAlign"))} == {"top"}
    assert [False for _, is_whole in keeps(made, table) if not is_whole]


def test_codes_and_symbols_are_not_torn_at_the_end_of_a_line() -> None:
    """In running text by Word's own hyphen; in a column of codes by its width, so that a search finds them."""
    office = replace_office(symbol="BC-VP")
    made = Report(write_report(make_month(), office))
    text = "".join(node.text or "" for node in made.body.iter(w("t")))
    assert "tại Thông báo số 27/TBUBND ngày" in text
    assert "tại Thông báo số 27/TB-UBND ngày" in "\n".join(made.lines(made.first_section)).replace("\n", " ")
    tasks, indicators = made.tables[-3], made.tables[-2]
    for table in (tasks, indicators):
        widths = [int(column.get(w("w"), "0")) / 20 for column in table.iter(w("gridCol"))]
        codes = [row.findall(w("tc"))[1] for row in table.findall(w("tr"))[2:] if len(row.findall(w("tc"))) > 2]
        assert not [cell for cell in codes if cell.find(f".//{w('noBreakHyphen')}") is not None]
        longest = max(
            len("27TB-4.d.2" if table is tasks else "27TB-4.d.2-CT1"), *(len(text_of(each)) for each in codes)
        )
        assert widths[1] - 2 * 2.83 > longest * 5.6


def test_a_large_province_takes_less_than_three_seconds() -> None:
    month = make_month(500, 60)
    started = time.perf_counter()
    data = write_report(month, OFFICE)
    assert time.perf_counter() - started < 3
    assert len(Report(data).lines(Report(data).first_section)) < 120


@needs_libreoffice
@pytest.mark.libreoffice
@pytest.mark.parametrize("size", [(0, 0), (8, 12)])
def test_libreoffice_opens_it(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(write_report(_with_odd_texts(make_month(*size)), OFFICE))
    assert soffice_convert(path, "pdf", tmp_path / "out").read_bytes().startswith(b"%PDF")
