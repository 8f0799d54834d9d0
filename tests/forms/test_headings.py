"""Headings as people make them over: other names, two lines, old fonts, columns to tick, other places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.returns import REAL, Change, changed, codes, filled, look, said, sheet_of, table_in
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS
from tracker.model import Severity, Verdict

UNTOUCHED = look(filled())
SYNONYMS = {
    "no": "STT/TT/Số TT",
    "content": "Nhiệm vụ/Nội dung nhiệm vụ/Tên nhiệm vụ/Nội dung công việc/Nhiệm vụ được giao",
    "deadline": "Thời hạn/Thời hạn hoàn thành/Hạn hoàn thành/Thời gian hoàn thành/Thời gian thực hiện",
    "product": "Sản phẩm/Sản phẩm đầu ra/Kết quả đầu ra/Sản phẩm hoàn thành",
    "result": "Kết quả thực hiện/Tình hình thực hiện/Kết quả đạt được",
    "percent": "Tỷ lệ/Tỉ lệ (%)/% hoàn thành/Mức độ hoàn thành/Tiến độ (%)",
    "obstacles": "Khó khăn, vướng mắc/Tồn tại, hạn chế/Nguyên nhân",
    "proposal": "Đề xuất, kiến nghị/Kiến nghị, đề xuất",
    "accountable": "Lãnh đạo phụ trách/Người phụ trách",
}
"""What offices call the columns (found in real documents), as far as the monthly form has such a column."""
EVERY = [(key, name) for key, names in SYNONYMS.items() for name in names.split("/")]


def headed(names: Mapping[str, Any]) -> Change:
    """Other texts in the heading cells of Báo cáo."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        for key, name in names.items():
            table.sheet.cell(table.heading_row, table.columns[key]).value = name

    return change


def assert_whole(data: bytes, allowed: frozenset[str] = frozenset()) -> None:
    examined = look(data)
    assert set(codes(examined)) <= allowed
    assert said(examined) == said(UNTOUCHED)


@pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda value: value)
def test_every_synonym_is_known(key: str, name: str) -> None:
    from tracker.vietnamese import fold

    assert REPORT_TABLE.heading_keys()[fold(name)] == key


@pytest.mark.parametrize("place", range(2))
def test_synonyms_in_a_return(place: int) -> None:
    assert_whole(changed(headed({key: names.split("/")[place] for key, names in SYNONYMS.items()})))


@pytest.mark.parametrize(
    "dress",
    [
        "{} (*)",
        "{}\n(bắt buộc)",
        "{} (ghi theo hướng dẫn)",
        "7. {}",
        "(7) {}",
        "{} (7)",
        "VII. {}",
        " {}\u00a0",
        "\ufeff{}",
        "{} *",
    ],
)
def test_headings_with_numbers_and_hints(dress: str) -> None:
    assert_whole(changed(headed({c.key: dress.format(c.heading) for c in REPORT_TABLE.columns})))


def test_broken_over_lines_and_cut_by_zero_width_spaces() -> None:
    names = {c.key: c.heading.replace(" ", "\n", 1) for c in REPORT_TABLE.columns}
    assert_whole(changed(headed(names)))
    names = {c.key: f"{c.heading[:2]}\u200b{c.heading[2:]}" for c in REPORT_TABLE.columns}
    assert_whole(changed(headed(names)))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("share", [1, 3])
def test_headings_in_an_old_font(encoding: str, share: int) -> None:
    """All of them, or some beside others in Unicode."""
    columns = REPORT_TABLE.columns[::share]
    assert_whole(changed(headed({c.key: legacy(c.heading, encoding) for c in columns})))


def legacy(text: str, encoding: str) -> str:
    """Text as the old fonts have it; TCVN3 has no capitals with tones."""
    from tracker import legacy

    if encoding == "vni":
        codes = {letter: code for code, letter in legacy._VNI.items()}
        return "".join(codes.get(char, char) for char in text)
    return text.translate(str.maketrans(legacy._TCVN3_LETTERS, legacy._TCVN3_CODES))


# --- two lines --------------------------------------------------------------------------------------------------------


def two_lines(groups: Mapping[str, tuple[str, Mapping[str, str]]]) -> Change:
    """Headings over two lines: single ones in the upper (merged down), groups with what they hold below.

    `groups`: by the key of their first column, name and sub-headings by key.
    """

    def change(book: Workbook) -> None:
        table = table_in(book)
        sheet, row = table.sheet, table.heading_row
        for area in [area for area in sheet.merged_cells.ranges if area.min_row == row - 1]:
            sheet.unmerge_cells(str(area))
        inside = {key for _, subs in groups.values() for key in subs}
        for key, column in table.columns.items():
            upper, lower = sheet.cell(row - 1, column), sheet.cell(row, column)
            if key in inside:
                upper.value = None
            else:
                upper.value, lower.value = lower.value, None
        for first, (name, subs) in groups.items():
            sheet.cell(row - 1, table.columns[first]).value = name
            for key, text in subs.items():
                sheet.cell(row, table.columns[key]).value = text
            last = max(table.columns[key] for key in subs)
            sheet.merge_cells(None, row - 1, table.columns[first], row - 1, last)

    return change


KQ = {"status": "Trạng thái", "percent": "Tỷ lệ (%)", "result": "Kết quả"}
DONE = {"product": "Sản phẩm", "completed_on": "Ngày hoàn thành"}


@pytest.mark.parametrize(
    "groups",
    [
        {"status": ("Kết quả thực hiện", KQ)},
        {"status": ("Kết quả thực hiện", KQ), "product": ("Khi hoàn thành", DONE)},
        {"status": ("Kết quả", KQ), "product": ("Sản phẩm", DONE)},
        {"person": ("Lãnh đạo, người thực hiện", {"person": "Người thực hiện", "accountable": "Lãnh đạo phụ trách"})},
        {"percent": ("Tỷ lệ", {"percent": "hoàn thành (%)"}), "person": ("Người", {"person": "thực hiện"})},
    ],
)
def test_headings_in_two_lines(groups: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    assert_whole(changed(two_lines(groups)))


@pytest.mark.parametrize("keys", [{"content"}, {"task"}, {"task", "content"}, {"result"}])
@pytest.mark.parametrize("with_bands", [True, False])
def test_few_headings_merged_down(keys: set[str], with_bands: bool) -> None:
    """One or two stand a line above all others: texts that changed places do not go unseen."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        sheet, row = table.sheet, table.heading_row
        for area in [area for area in sheet.merged_cells.ranges if area.min_row == row - 1]:
            sheet.unmerge_cells(str(area))
        for key, column in table.columns.items():
            upper, lower = sheet.cell(row - 1, column), sheet.cell(row, column)
            if key in keys:
                upper.value, lower.value = lower.value, None
                sheet.merge_cells(None, row - 1, column, row, column)
            elif not with_bands:
                upper.value = None

    assert_whole(changed(change))

    def exchange(book: Workbook) -> None:
        table = table_in(book)
        one, other = (table.cell(task, "content") for task in ("27TB-2.1", "27TB-2.2"))
        one.value, other.value = other.value, one.value

    examined = look(changed(exchange, change))
    assert {f.task for f in examined.findings if f.code == "P05"} == {"27TB-2.1", "27TB-2.2"}


def test_two_lines_once_more_in_the_middle() -> None:
    """Printed on every page, say: they are headings again, and no row of an unknown task."""

    def change(book: Workbook) -> None:
        two_lines({"status": ("Kết quả thực hiện", KQ)})(book)
        table = table_in(book)
        sheet, upper = table.sheet, table.heading_row - 1
        sheet.insert_rows(upper + 4, 2)
        for line in range(2):
            for column in table.columns.values():
                sheet.cell(upper + 4 + line, column).value = sheet.cell(upper + line, column).value

    assert_whole(changed(change))


def test_two_lines_in_an_old_font() -> None:
    groups = {"status": ("Kết quả thực hiện", KQ)}
    old = {
        key: (legacy(name, "tcvn3"), {k: legacy(sub, "tcvn3") for k, sub in subs.items()})
        for key, (name, subs) in groups.items()
    }
    assert_whole(changed(two_lines(old)))


# --- columns to tick --------------------------------------------------------------------------------------------------


def ticks(with_group: bool, mark: Any = "x", twice: str = "") -> Change:
    """Status as one column for each, with a tick; `twice` names a task with two of them."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        sheet, row, at = table.sheet, table.heading_row, table.columns["status"]
        given = {line: sheet.cell(line, at).value for line in table.rows.values()}
        places = {label: sheet.max_column + 1 + n for n, label in enumerate(STATUS.labels)}
        sheet.cell(row, at).value = None
        for line in given:
            sheet.cell(line, at).value = None
        if with_group:
            sheet.cell(row - 1, min(places.values())).value = "Trạng thái"
        for label, column in places.items():
            sheet.cell(row, column).value = label
            for line, value in given.items():
                is_extra = line == table.rows.get(twice) and label == STATUS.labels[0]
                if value == label or is_extra:
                    sheet.cell(line, column).value = mark

    return change


@pytest.mark.parametrize("with_group", [True, False])
@pytest.mark.parametrize("mark", ["x", "X", "✓", "v", 1])
def test_statuses_to_tick(with_group: bool, mark: Any) -> None:
    assert_whole(changed(ticks(with_group, mark)))


def test_two_ticks_are_none() -> None:
    task = "27TB-4"
    examined = look(changed(ticks(True, twice=task)))
    found = [finding for finding in examined.findings if finding.code == "R02"]
    assert [(f.task, f.severity, f.facts["variant"]) for f in found] == [(task, Severity.ERROR, "two_ticks")]
    assert "status" not in said(examined)["report", task]


def test_what_is_no_tick() -> None:
    examined = look(changed(ticks(True, mark="60%")))
    assert {finding.code for finding in examined.findings} == {"R02"}
    assert not any("status" in values for values in said(examined).values())


# --- "Tiến độ" --------------------------------------------------------------------------------------------------------


def test_progress_that_holds_percentages() -> None:
    assert_whole(changed(headed({"percent": "Tiến độ"})))


def test_progress_that_holds_deadlines() -> None:
    assert_whole(changed(headed({"deadline": "Tiến độ", "percent": "7. Tỷ lệ"})))


def test_progress_in_words_is_not_guessed_at() -> None:
    def words(book: Workbook) -> None:
        table = table_in(book)
        for row in table.rows:
            table.put(row, "percent", "Chậm")

    examined = look(changed(words, headed({"percent": "Tiến độ"})))
    assert (examined.verdict, [(f.code, f.column) for f in examined.findings]) == (
        Verdict.REFUSED,
        [("F17", "percent")],
    )


# --- where the table stands -------------------------------------------------------------------------------------------


def moved(rows: int, columns: int) -> Change:
    """Both tables further down and to the right."""

    def change(book: Workbook) -> None:
        for table in (REPORT_TABLE, INDICATOR_TABLE):
            sheet: Worksheet = sheet_of(book, table)
            for area in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(area))
            sheet.move_range(sheet.calculate_dimension(), rows, columns)

    return change


@pytest.mark.parametrize(("rows", "columns"), [(0, 25), (90, 0), (200, 30)])
def test_a_table_far_down_or_right(rows: int, columns: int) -> None:
    assert_whole(changed(moved(rows, columns)))


def test_a_transposed_table_is_refused() -> None:
    def transpose(book: Workbook) -> None:
        sheet = sheet_of(book)
        grid = [[cell.value for cell in line] for line in sheet.iter_rows()]
        del book[INDICATOR_TABLE.title]
        other = book.create_sheet("Xoay")
        for line in zip(*grid, strict=True):
            other.append(line)
        del book[sheet.title]

    examined = look(changed(transpose))
    assert (examined.verdict, codes(examined), examined.answers) == (Verdict.REFUSED, ["F05"], ())


def test_the_plan_has_what_these_tests_need() -> None:
    assert "27TB-4" in REAL.task_by_code
