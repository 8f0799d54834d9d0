"""Checks a workbook as people meet it: colours everybody can tell apart, words beside them, print set-up, no errors.

It reads what is in the file and knows nothing of how it was written.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.sight import SIGHTS, contrast, distance
from tracker.palette import BAND, HEADING

CONTRAST_MIN, APART_MIN = 4.5, 8.0
PLAIN = {shade.fill[1:] for shade in (HEADING, BAND)}
"""Fills of headings and totals, which tell no state."""
_SYMBOL_AND_WORD = re.compile(r"(^|\s)([^\s\w]|ℹ) .*[^\W\d_]{3,}")
_LEFTOVER = re.compile(r"\b(None|nan|NaT|True|False|Traceback)\b|\{[a-z_]+\}|<[a-z]+ object")
_ERROR = re.compile(r"#(REF|DIV/0|VALUE|NAME|N/A|NUM|NULL)[!?]?")
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class Read:
    """A workbook with formulas, with values, and as a package."""

    data: bytes

    @cached_property
    def formulas(self) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.data))

    @cached_property
    def values(self) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.data), data_only=True)

    @cached_property
    def cells(self) -> list[tuple[Worksheet, Cell]]:
        return [
            (sheet, cell)
            for sheet in self.formulas.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell, Cell) and cell.value is not None
        ]

    @cached_property
    def charts(self) -> list[etree._Element]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return [etree.fromstring(package.read(n)) for n in package.namelist() if n.startswith("xl/charts/chart")]


def sheet_problems(data: bytes) -> list[str]:
    """Names of the rules that the workbook breaks, each with the first place, in the order of `_RULES`."""
    book = Read(data)
    found = ((name, next(iter(rule(book)), None)) for name, rule in _RULES.items())
    return [f"{name}: {place}" for name, place in found if place is not None]


def _fill(cell: Cell | MergedCell) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else "FFFFFF"


def _ink(cell: Cell) -> str:
    colour = cell.font.color
    return str(colour.rgb)[-6:] if colour is not None and colour.type == "rgb" else "000000"


def _at(sheet: Worksheet, cell: Cell) -> str:
    return f"{sheet.title}!{cell.coordinate}"


def _contrast(book: Read) -> Iterator[str]:
    for sheet, cell in book.cells:
        if contrast(_fill(cell), _ink(cell)) < CONTRAST_MIN:
            yield _at(sheet, cell)
    for chart in book.charts:
        for series in chart.iter(f"{_C}ser"):
            fill, ink = _colour(series.find(f"{_C}spPr")), _colour(series.find(f"{_C}dLbls/{_C}txPr"))
            if fill and ink and contrast(fill, ink) < CONTRAST_MIN:
                yield f"chart {fill} {ink}"


def _colour(element: etree._Element | None) -> str | None:
    found = None if element is None else element.find(f".//{_A}solidFill/{_A}srgbClr")
    return None if found is None else found.get("val")


def _apart(book: Read) -> Iterator[str]:
    """Colours that stand in one column, between two headings, differ for every kind of sight."""
    for sheet in book.formulas.worksheets:
        for column in sheet.iter_cols():
            for fills in _runs(column):
                for pair in combinations(sorted(fills), 2):
                    if min(distance(*pair, sight) for sight in SIGHTS) < APART_MIN:
                        yield f"{sheet.title}!{column[0].coordinate} {pair}"


def _runs(column: Sequence[Cell | MergedCell]) -> Iterator[set[str]]:
    fills: set[str] = set()
    for cell in column:
        fill = _fill(cell)
        if fill == HEADING.fill[1:]:
            yield fills
            fills = set()
        elif fill not in PLAIN and (fill != "FFFFFF" or cell.fill.fill_type):
            fills.add(fill)
    yield fills


def _word(book: Read) -> Iterator[str]:
    """A coloured cell says in words what the colour says, after a symbol."""
    for sheet, cell in book.cells:
        if not cell.fill.fill_type or _fill(cell) in PLAIN:
            continue
        if not _SYMBOL_AND_WORD.search(str(cell.value)):
            yield _at(sheet, cell)


def _errors(book: Read) -> Iterator[str]:
    for sheet, cell in book.cells:
        value = book.values[sheet.title][cell.coordinate].value
        if cell.data_type == "e" or value is None or (cell.data_type == "f" and _ERROR.search(f"{cell.value} {value}")):
            yield _at(sheet, cell)


def _leftovers(book: Read) -> Iterator[str]:
    for sheet, cell in book.cells:
        if isinstance(cell.value, str) and (_LEFTOVER.search(cell.value) or _ERROR.fullmatch(cell.value)):
            yield _at(sheet, cell)


def _print(book: Read) -> Iterator[str]:
    """A4 or A3, one page wide, page numbers below, headings on every page of what is longer than one."""
    for sheet in book.formulas.worksheets:
        setup = sheet.page_setup
        fits = is_one_page_wide(sheet)
        numbered = sheet.oddFooter is not None and "&P" in str(sheet.oddFooter.right.text)
        repeats = sheet.print_title_rows or setup.fitToHeight == 1 or (setup.fitToHeight is None)
        if not (str(setup.paperSize) in ("8", "9") and setup.orientation and fits and numbered and repeats):
            yield sheet.title


def is_one_page_wide(sheet: Worksheet) -> bool:
    """Fitted; or scaled, as page breaks need it in Excel, so that all columns stand on a page."""
    setup, properties = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    if properties is not None and properties.fitToPage:
        return setup.fitToWidth in (None, 1) and not sheet.row_breaks.brk
    inches = _PAPER_INCHES[str(setup.paperSize)] - sheet.page_margins.left - sheet.page_margins.right
    pixels = _WIDER * sum(each.width * 7 for each in sheet.column_dimensions.values())
    return pixels / 96 * int(setup.scale or 100) / 100 <= inches


_PAPER_INCHES = {"8": 16.5, "9": 11.7}
"""Long sides of A3 and A4, which lie across."""
_WIDER = 1.1
"""LibreOffice draws columns so much wider than Excel, at the most."""


def _links(book: Read) -> Iterator[str]:
    """A jump leads to the top of a sheet, to a cell that says something, or to a file beside the workbook."""
    for sheet, cell in book.cells:
        link = cell.hyperlink
        if link is None:
            continue
        if link.target is not None:
            if not _BESIDE.fullmatch(link.target):
                yield _at(sheet, cell)
            continue
        name, ref = target_of(link)
        if name not in book.values.sheetnames or (ref != "A1" and _is_empty(book.values[name], ref)):
            yield _at(sheet, cell)


_BESIDE = re.compile(r"phan-hoi[\\/](?!\.\.)[^\\/:#?\s]+\.xlsx")


def target_of(link: Hyperlink) -> tuple[str, str]:
    """The sheet and the cell to which a jump leads."""
    name, _, ref = str(link.location or "").rpartition("!")
    return name.strip("'").replace("''", "'"), ref.replace("$", "")


def _is_empty(sheet: Worksheet, ref: str) -> bool:
    return sheet[ref].value is None


def _described(book: Read) -> Iterator[str]:
    """Title and author for people, alternative text on every picture."""
    if not book.formulas.properties.title or not book.formulas.properties.creator:
        yield "properties"
    with zipfile.ZipFile(io.BytesIO(book.data)) as package:
        for name in package.namelist():
            if name.startswith("xl/drawings/drawing"):
                for node in etree.fromstring(package.read(name)).iter("{*}cNvPr"):
                    if len(node.get("descr") or "") < 20:
                        yield name


_RULES: dict[str, Callable[[Read], Iterator[str]]] = {
    "contrast": _contrast,
    "apart": _apart,
    "word": _word,
    "errors": _errors,
    "leftovers": _leftovers,
    "print": _print,
    "links": _links,
    "described": _described,
}
