"""One worksheet's XML: its cells by reference, its merged areas, and children put where the schema wants them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

from tracker.forms.parts import main

_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)
"""Children of a worksheet in the order of the schema (ECMA-376 part 1, 18.3.1.99)."""
_RANK = {main(name): rank for rank, name in enumerate(_ORDER)}

Bounds = tuple[int, int, int, int]
"""First column, first row, last column, last row; from 1."""


def place_of(ref: str) -> tuple[int, int]:
    """(row, column) of a reference such as H12."""
    letters, row = coordinate_from_string(ref)
    return row, column_index_from_string(letters)


def ref_of(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def bounds(ranges: str) -> Iterator[Bounds]:
    """Each of the areas in a list such as "A1 C3:D9"."""
    for part in ranges.split():
        left, top, right, bottom = range_boundaries(part)
        yield left or 1, top or 1, right or 16384, bottom or 1048576


def is_inside(place: tuple[int, int], area: Bounds) -> bool:
    row, column = place
    return area[0] <= column <= area[2] and area[1] <= row <= area[3]


class SheetXml:
    """A worksheet to look into and to change."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        data = root.find(main("sheetData"))
        if data is None:
            raise ValueError("a worksheet without cells")
        self._data = data
        self._rows: dict[int, etree._Element] = {}
        last = 0
        for row in data.iterfind(main("row")):
            last = int(row.get("r", last + 1))
            self._rows[last] = row
        merged = root.iterfind(f"{main('mergeCells')}/{main('mergeCell')}")
        self._merged = [area for each in merged for area in bounds(str(each.get("ref", "")))]

    def anchor(self, ref: str) -> str:
        """The cell that carries what stands at `ref`: of a merged area the first."""
        place = place_of(ref)
        area = next((area for area in self._merged if is_inside(place, area)), None)
        return ref_of(area[1], area[0]) if area else ref

    def cells(self) -> Iterator[tuple[str, etree._Element]]:
        """The cells that are there, with their references."""
        for number, row in self._rows.items():
            yield from ((ref_of(number, column), cell) for column, cell in _cells(row))

    def beside_cells(self) -> Iterator[etree._Element]:
        """Every element outside the table of cells."""
        for child in self.root:
            if child is not self._data:
                yield from child.iter()

    def cell(self, ref: str) -> tuple[etree._Element, bool]:
        """The cell, and whether it was made just now (it then looks like its row or column)."""
        number, wanted = place_of(ref)
        row = self._rows.get(number)
        if row is None:
            row = self._add_row(number)
        before = 0
        for column, cell in _cells(row):
            if column == wanted:
                return cell, False
            before += column < wanted
        for column, each in _cells(row):  # what left its place to be counted is told it
            each.set("r", ref_of(number, column))
        made = etree.Element(main("c"), {"r": ref, "s": self._look_of(row, wanted)})
        row.attrib.pop("spans", "")
        row.insert(before, made)
        return made, True

    def _add_row(self, number: int) -> etree._Element:
        for known, row in self._rows.items():
            row.set("r", str(known))
        made = etree.Element(main("row"), {"r": str(number)})
        self._data.insert(sum(known < number for known in self._rows), made)
        self._rows[number] = made
        return made

    def _look_of(self, row: etree._Element, column: int) -> str:
        if row.get("customFormat") in ("1", "true"):
            return str(row.get("s", "0"))
        for each in self.root.iterfind(f"{main('cols')}/{main('col')}"):
            if int(each.get("min", 0)) <= column <= int(each.get("max", 0)):
                return str(each.get("style", "0"))
        return "0"

    def put(self, child: etree._Element) -> None:
        """A child at its place among the others, before those of its kind."""
        put_in_order(self.root, child, _RANK)


def put_in_order(root: etree._Element, child: etree._Element, ranks: dict[str, int]) -> None:
    """A child before the first whose tag is the same or comes later; what has no rank counts as coming last."""
    rank = ranks[str(child.tag)]
    later = (n for n, each in enumerate(root) if isinstance(each.tag, str) and ranks.get(each.tag, 99) >= rank)
    root.insert(next(later, len(root)), child)


def _cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """(column, cell); a cell without a reference stands right of the one before."""
    column = 0
    for cell in row.iterfind(main("c")):
        ref = cell.get("r")
        column = place_of(ref)[1] if ref else column + 1
        yield column, cell
