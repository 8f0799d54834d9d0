"""A thin layer over xlsxwriter: formats made once, values written by their type, no refusal of Excel's overlooked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tracker.errors import FormError
from tracker.vietnamese import clean_text

FONT = {"font_name": "Times New Roman", "font_size": 11}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PAPER_A4 = 9
_clean = lru_cache(maxsize=4096)(clean_text)  # most texts stand on many forms


class FormSheet(Worksheet):  # type: ignore[misc]
    """Rows start at the given height and still grow as text is typed: Excel fits them unless `customHeight` is set.

    Formulas are written as given: looking for functions newer than Excel 2007 took 40 % of the time of a form.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]]) -> None:
        if tag == "row":
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


class Book:
    """One workbook in memory; `to_bytes` ends it. The Normal style is unlocked: pasting never locks a cell."""

    def __init__(self, created: date, properties: Mapping[str, str]) -> None:
        self._stream = io.BytesIO()
        options = {"in_memory": True, "default_format_properties": {**FONT, "locked": 0}}
        self._workbook = xlsxwriter.Workbook(self._stream, options)
        self._workbook.set_properties({**properties, "created": datetime.combine(created, time())})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str) -> Worksheet:
        return self._workbook.add_worksheet(name, FormSheet)

    def format(self, style: Mapping[str, Any]) -> Format:
        """The format of these xlsxwriter properties, made once."""
        key = tuple(style.items())
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(style)
        return self._formats[key]

    def set_text_property(self, name: str, value: str) -> None:
        must(self._workbook.set_custom_property(name, value, "text"), name)

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, style: Mapping[str, Any]) -> None:
        """A value by its type; text never becomes a formula or a link. FormError where Excel cannot hold it."""
        if value is None or value == "":
            code = sheet.write_blank(row, column, None, self.format(style))
        elif isinstance(value, str):
            value = _clean(value)
            quote = {"quote_prefix": True} if value.startswith(FORMULA_STARTS) else {}
            code = sheet.write_string(row, column, value, self.format({**style, **quote}))
        elif isinstance(value, date):
            code = sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.format(style))
        else:
            code = sheet.write_number(row, column, value, self.format(style))
        must(code, f"{sheet.get_name()}!{xl_rowcol_to_cell(row, column)}")

    def merge(self, sheet: Worksheet, row: int, first: int, last: int, value: Any, style: Mapping[str, Any]) -> None:
        """A value over several columns of one row."""
        if last > first:
            must(sheet.merge_range(row, first, row, last, "", self.format(style)), f"{sheet.get_name()} {row + 1}")
        self.write(sheet, row, first, value, style)

    def to_bytes(self) -> bytes:
        self._workbook.close()
        return self._stream.getvalue()


def must(code: int | None, place: str) -> None:
    """FormError where xlsxwriter refused or cut something; it tells by a return code only."""
    if code:
        raise FormError("form_not_written", place=place, code=code)


def validate(sheet: Worksheet, area: tuple[int, int, int, int], options: Mapping[str, Any]) -> None:
    """A list, a limit or a prompt on cells. FormError where one of Excel's limits is broken."""
    must(sheet.data_validation(*area, dict(options)), f"{sheet.get_name()} {area}")


def set_print(sheet: Worksheet, footer: str, repeat: tuple[int, int] | None = None) -> None:
    """A4 landscape, one page wide, page x/y below; heading rows `repeat` on every page."""
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.35, bottom=0.5)
    sheet.center_horizontally()
    sheet.set_footer(footer, {"margin": 0.3})
    if repeat:
        must(sheet.repeat_rows(*repeat), sheet.get_name())
