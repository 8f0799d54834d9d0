"""The sheet Hướng dẫn: what to fill, which status to choose, examples, and what happens after sending."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.worksheet import Worksheet

from tracker.columns import HEAD, REPORT, STATUS
from tracker.forms import style
from tracker.forms.book import Book, must, set_print
from tracker.forms.fit import row_height_pt
from tracker.forms.stamp import LINE_LABEL, RESULT_SHEET
from tracker.texts import catalogue, say

_WIDTHS = (36.0, 96.0)
_SECTIONS = ("fill", "status", "example", "send", "safe", "ask")


def write_guide(book: Book, footer: str) -> None:
    """Sections in the order of work; each is a list of cue and explanation."""
    sheet = book.sheet(say("form.guide_sheet"))
    for index, width in enumerate(_WIDTHS):
        must(sheet.set_column(index, index, width), sheet.get_name())
    book.write(sheet, 0, 0, say("form.guide_title"), style.TITLE)
    must(sheet.set_row(0, 30), sheet.get_name())
    row = 1
    for number, section in enumerate(_SECTIONS, 1):
        row = _write_section(book, sheet, row, f"{number}. {say(f'form.guide_{section}_title')}", _pairs(section))
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    set_print(sheet, footer)


def _write_section(book: Book, sheet: Worksheet, row: int, title: str, pairs: Iterable[tuple[str, str]]) -> int:
    """Returns the row after the section."""
    for index, text in enumerate((title, None)):
        book.write(sheet, row, index, text, style.GUIDE_SECTION)
    must(sheet.set_row(row, 21), sheet.get_name())
    for cue, text in pairs:
        row += 1
        book.write(sheet, row, 0, cue, style.GUIDE_NAME)
        book.write(sheet, row, 1, text, style.GUIDE_CELL)
        must(sheet.set_row(row, row_height_pt(zip((cue, text), _WIDTHS, strict=True))), sheet.get_name())
    return row + 2


def _pairs(section: str) -> Iterable[tuple[str, str]]:
    """Cue and explanation: every status; every column with an example in the catalogue; else the section's lines."""
    if section == "status":
        return [(f"“{STATUS.show(key)}”", say(f"form.guide_status_{key}")) for key, _ in STATUS.options]
    if section == "example":
        keys = ((column.heading, f"form.guide_example_{column.key}") for column in REPORT)
        return [(say("form.guide_column", heading=heading), say(key)) for heading, key in keys if key in catalogue()]
    lines = say(f"form.guide_{section}", **_names()).strip().split("\n")
    return [(cue, text) for cue, _, text in (line.partition(" | ") for line in lines)]


def _names() -> dict[str, str]:
    """Headings and labels the sentences speak of, as they stand on the form."""
    columns = {column.key: column.heading for column in REPORT}
    fields = {f"head_{field.key}": field.label for field in HEAD}
    return columns | fields | {"line": LINE_LABEL.rstrip(":"), "result_sheet": RESULT_SHEET}
