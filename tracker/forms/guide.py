"""The sheet Hướng dẫn: what to fill, which status to choose, examples, and what happens after sending."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.worksheet import Worksheet

from tracker.columns import HEAD, REPORT, STATUS
from tracker.forms import style
from tracker.forms.book import Book, must, set_print
from tracker.forms.fit import row_height_pt
from tracker.forms.stamp import LINE_LABEL, RESULT_SHEET
from tracker.texts import catalogue, say

_WIDTHS = (4.0, 34.0, 92.0)
_SECTIONS = ("fill", "status", "example", "send", "safe", "ask")


def write_guide(book: Book, footer: str) -> None:
    """Sections in the order of work: lists of sentences, and two small tables (statuses, examples)."""
    sheet = book.sheet(say("form.guide_sheet"))
    for index, width in enumerate(_WIDTHS):
        must(sheet.set_column(index, index, width), sheet.get_name())
    book.write(sheet, 0, 0, say("form.guide_title"), style.TITLE)
    must(sheet.set_row(0, 30), sheet.get_name())
    row = 1
    for number, section in enumerate(_SECTIONS, 1):
        row = _write_section(book, sheet, row, number, section)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    set_print(sheet, footer)


def _write_section(book: Book, sheet: Worksheet, row: int, number: int, section: str) -> int:
    book.merge(sheet, row, 0, 2, f"{number}. {say(f'form.guide_{section}_title')}", style.GUIDE_SECTION)
    must(sheet.set_row(row, 21), sheet.get_name())
    if pairs := _pairs(section):
        return _write_pairs(book, sheet, row + 1, pairs)
    return _write_sentences(book, sheet, row + 1, say(f"form.guide_{section}", **_names()).strip().split("\n"))


def _write_sentences(book: Book, sheet: Worksheet, row: int, sentences: list[str]) -> int:
    for sentence in sentences:
        book.write(sheet, row, 0, "•", style.GUIDE_NUMBER)
        book.merge(sheet, row, 1, 2, sentence, style.GUIDE_TEXT)
        must(sheet.set_row(row, row_height_pt([(sentence, _WIDTHS[1] + _WIDTHS[2])])), sheet.get_name())
        row += 1
    return row + 1


def _write_pairs(book: Book, sheet: Worksheet, row: int, pairs: Mapping[str, str]) -> int:
    for name, text in pairs.items():
        book.write(sheet, row, 1, name, style.GUIDE_NAME)
        book.write(sheet, row, 2, text, style.GUIDE_CELL)
        must(sheet.set_row(row, row_height_pt([(name, _WIDTHS[1]), (text, _WIDTHS[2])])), sheet.get_name())
        row += 1
    return row + 1


def _pairs(section: str) -> dict[str, str]:
    """Name and explanation: every status; every column that has an example in the catalogue."""
    if section == "status":
        return {f"“{STATUS.show(key)}”": say(f"form.guide_status_{key}") for key, _ in STATUS.options}
    if section == "example":
        keys = {f"form.guide_example_{column.key}": column.heading for column in REPORT}
        return {f"Cột “{heading}”": say(key) for key, heading in keys.items() if key in catalogue()}
    return {}


def _names() -> dict[str, str]:
    """Headings and labels the sentences speak of, as they stand on the form."""
    columns = {column.key: column.heading for column in REPORT}
    fields = {f"head_{field.key}": field.label for field in HEAD}
    return columns | fields | {"line": LINE_LABEL.rstrip(":"), "result_sheet": RESULT_SHEET}
