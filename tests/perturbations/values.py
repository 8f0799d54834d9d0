"""The same values in other dress: numbers and dates as text, formulas, formats, fonts, letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Font

from tests.perturbations.work import Kind, Phase, Work, kind
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS
from tracker.legacy import decode

_EPOCH = date(1899, 12, 30)
_TCVN3 = {decode(chr(code), "tcvn3"): chr(code) for code in range(0xA1, 0x100)}
_SPELLINGS: tuple[Callable[[date], str], ...] = (
    "{:%d/%m/%Y}".format,
    lambda day: f"{day.day}-{day.month}-{day.year}",
    "{:%d.%m.%y}".format,
    lambda day: f"ngày {day.day} tháng {day.month} năm {day.year}",
    lambda day: f" {day.day} / {day.month} / {day.year} ",
)
_STATUSES: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda text: f" {text.lower()}  ",
    lambda text: _bare(text).replace("đ", "d").replace("Đ", "D"),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: unicodedata.normalize("NFD", text) + ".",
)


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _of_type(work: Work, wanted: type) -> Iterator[tuple[int, str, str, Cell, Any]]:
    """Answers of a type, numbered: number, table, key, cell, value."""
    for number, (table, _, key, cell, value) in enumerate(tuple(work.answers())):
        if isinstance(value, wanted) and key != "status":
            yield number, table.key, key, cell, value


def _texts(work: Work) -> Iterator[tuple[Cell, str]]:
    return ((cell, value) for _, _, _, cell, value in _of_type(work, str))


def numbers_as_text(work: Work) -> None:
    """43 as "43", "43%", "43,0 %"; 19269 as "19.269"; 96.5 as "96,5"."""
    for number, table, _, cell, value in _of_type(work, float):
        shown = f"{value:,.1f}".removesuffix(".0").translate(str.maketrans(",.", ".,"))
        endings = ("", "%", ",0 %") if table == REPORT_TABLE.key else ("",)
        cell.value, cell.number_format = shown + endings[number % len(endings)], "@"


def dates_as_text(work: Work) -> None:
    for number, _, _, cell, value in _of_type(work, date):
        cell.value, cell.number_format = _SPELLINGS[number % len(_SPELLINGS)](value), "@"


def dates_as_serials(work: Work) -> None:
    for _, _, _, cell, value in _of_type(work, date):
        cell.value, cell.number_format = (value - _EPOCH).days, "General"


def dates_shown_otherwise(work: Work) -> None:
    for _, _, _, cell, _ in _of_type(work, date):
        cell.number_format = "mm/dd/yy"


def percent_formats(work: Work) -> None:
    """0.43 under 0%."""
    for _, table, key, cell, value in _of_type(work, float):
        if table == REPORT_TABLE.key or (key == "value" and _is_share(work, cell)):
            cell.value, cell.number_format = round(value / 100, 6), "0.0%"


def _is_share(work: Work, cell: Cell) -> bool:
    table = work.table(INDICATOR_TABLE)
    return "unit" in table.columns and table.sheet.cell(cell.row, table.columns["unit"]).value == "%"


def text_formats(work: Work) -> None:
    for _, _, _, cell, _ in work.answers():
        if cell.number_format == "General":
            cell.number_format = "@"


def statuses_as_typed(work: Work) -> None:
    """Capitals, blanks, no diacritics, NFD."""
    for number, (_, _, key, cell, value) in enumerate(tuple(work.answers())):
        if key == "status":
            cell.value = _STATUSES[number % len(_STATUSES)](STATUS.show(value))


def decompose_answers(work: Work) -> None:
    for cell, value in _texts(work):
        cell.value = unicodedata.normalize("NFD", value)


def strange_blanks(work: Work) -> None:
    """No-break and zero-width spaces, tabs, a byte order mark."""
    for cell, value in _texts(work):
        cell.value = "\ufeff" + value.replace(" ", "\u00a0\t") + "\u200b "


def legacy_font(work: Work) -> None:
    """TCVN3 letters in .VnTime."""
    _in_tcvn3(work, ".VnTime")


def legacy_letters(work: Work) -> None:
    """TCVN3 letters under a font of today, as after pasting values only."""
    _in_tcvn3(work, "Times New Roman")


def _in_tcvn3(work: Work, font: str) -> None:
    for cell, value in _texts(work):
        typed = "".join(_TCVN3.get(letter, letter) for letter in value)
        if decode(typed, "tcvn3") == value:
            cell.value, cell.font = typed, Font(name=font)


def formulas(work: Work) -> None:
    """Cells that compute what they show: ="…", =43, =DATE(2025,2,25)."""
    for _, _, key, cell, value in tuple(work.answers()):
        shown: Any = STATUS.show(value) if key == "status" else value
        if isinstance(value, date):
            formula, shown = f"=DATE({value.year},{value.month},{value.day})", (value - _EPOCH).days
        elif isinstance(value, float):
            formula = f"={value:g}+0"
        else:
            formula = f'="{shown}"'
        if key in ("percent", "result", "completed_on", "status", "numerator", "value"):
            cell.value = formula
            work.shown[formula] = shown


VALUE_KINDS: tuple[Kind, ...] = (
    kind(numbers_as_text, Phase.VALUES),
    kind(dates_as_text, Phase.VALUES),
    kind(dates_as_serials, Phase.VALUES),
    kind(dates_shown_otherwise, Phase.VALUES),
    kind(percent_formats, Phase.VALUES, "R03", "R06", "I02"),
    kind(text_formats, Phase.VALUES),
    kind(statuses_as_typed, Phase.VALUES),
    kind(decompose_answers, Phase.VALUES),
    kind(strange_blanks, Phase.VALUES),
    kind(legacy_font, Phase.VALUES),
    kind(legacy_letters, Phase.VALUES),
    kind(formulas, Phase.VALUES, "R14"),
)
