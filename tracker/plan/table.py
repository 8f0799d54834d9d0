"""One sheet of the master workbook as records: headings found by name, cells parsed once, mistakes as problems.

Nothing here looks from one row to another; that is `tracker.plan.consistency`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.cells import as_text, is_blank
from tracker.errors import Problem
from tracker.plan.kinds import Sign
from tracker.plan.sheet_columns import MasterColumn, MasterSheet
from tracker.vietnamese import fold

_HEADING_ROWS = 30
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?")

AnyCell = Cell | MergedCell
CellPair = tuple[AnyCell, AnyCell]
"""The same cell as last calculated, and as typed."""


@dataclass(frozen=True)
class Record:
    """One row: parsed values by column key (None: blank, or in `wrong` and reported), and where each stands."""

    sheet: MasterSheet
    title: str
    row: int
    letters: Mapping[str, str]
    values: Mapping[str, Any]
    wrong: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def names(self, key: str) -> tuple[str, ...]:
        """The names a cell of several lists; () where it is blank."""
        return self.values[key] or ()

    def ref(self, key: str) -> str:
        return f"{self.letters[key]}{self.row}"

    def heading(self, key: str) -> str:
        return self.sheet.heading(self.sheet.column(key))

    def problem(self, key: str, column: str, **facts: object) -> Problem:
        """A mistake at the record's cell in `column`; its heading and value are facts unless given."""
        known = {"heading": self.heading(column), "value": self.values[column]}
        return Problem(self.title, self.ref(column), key, {**known, **facts})


@dataclass(frozen=True)
class Table:
    """The records of a sheet; `is_whole` says that sheet and headings are all there, so rows may be judged together."""

    sheet: MasterSheet
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True


def read_table(sheet: MasterSheet, values: Worksheet | None, formulas: Worksheet | None) -> Table:
    """`values` as last calculated, `formulas` the same sheet with its formulas; None: the sheet is not there."""
    if values is None or formulas is None:
        return Table(sheet, problems=(Problem(sheet.title, "", "missing_sheet"),), is_whole=False)
    heading_row, found = find_headings(sheet, values)
    unclear = tuple(_heading_problems(sheet, values.title, heading_row, found))
    if unclear:
        return Table(sheet, problems=unclear, is_whole=False)
    letters = {key: get_column_letter(numbers[0]) for key, numbers in found.items()}
    records: list[Record] = []
    problems: list[Problem] = []
    for number, cells in _filled_rows(values, formulas, heading_row, found):
        read = {column.key: _read_cell(column, *cells[column.key]) for column in sheet.columns}
        wrong = {key: problem for key, (_, problem) in read.items() if problem}
        parsed = {key: value for key, (value, _) in read.items()}
        records.append(Record(sheet, values.title, number, letters, parsed, frozenset(wrong)))
        problems += (_cell_problem(sheet, sheet.column(key), cells[key][0], name) for key, name in wrong.items())
    return Table(sheet, tuple(records), tuple(problems))


def find_columns(sheet: MasterSheet, page: Worksheet) -> tuple[int, dict[str, int]]:
    """The row of a sheet's headings and the number of each column, for a sheet `read_table` takes."""
    row, found = find_headings(sheet, page)
    return row, {key: numbers[0] for key, numbers in found.items()}


def find_headings(sheet: MasterSheet, values: Worksheet) -> tuple[int, dict[str, list[int]]]:
    """The row that holds most headings, and the column numbers of each key in it."""
    keys = {fold(name): column.key for column in sheet.columns for name in sheet.names(column)}
    best: tuple[int, dict[str, list[int]]] = (1, {})
    for row, cells in enumerate(values.iter_rows(max_row=min(values.max_row, _HEADING_ROWS)), start=1):
        found: dict[str, list[int]] = {}
        for number, cell in enumerate(cells, start=1):
            key = keys.get(fold(cell.value)) if isinstance(cell.value, str) else None
            if key:
                found.setdefault(key, []).append(number)
        if len(found) > len(best[1]):
            best = (row, found)
    return best


def _heading_problems(sheet: MasterSheet, title: str, row: int, found: Mapping[str, list[int]]) -> Iterator[Problem]:
    if not found:
        headings = tuple(map(sheet.heading, sheet.columns))
        yield Problem(title, "A1", "no_headings", {"headings": headings})
        return
    for column in sheet.columns:
        numbers = found.get(column.key, [])
        if not numbers:
            yield Problem(title, f"A{row}", "missing_heading", {"heading": sheet.heading(column)})
        for number in numbers[1:]:
            facts: dict[str, object] = {
                "heading": sheet.heading(column),
                "other": f"{get_column_letter(numbers[0])}{row}",
            }
            yield Problem(title, f"{get_column_letter(number)}{row}", "heading_twice", facts)


def _filled_rows(
    values: Worksheet, formulas: Worksheet, heading_row: int, found: Mapping[str, list[int]]
) -> Iterator[tuple[int, dict[str, CellPair]]]:
    """Rows below the headings with anything in a known column; a row of column numbers "(1) (2) …" is not one."""
    first = heading_row + 1
    rows = zip(values.iter_rows(min_row=first), formulas.iter_rows(min_row=first), strict=True)
    for number, (cells, typed) in enumerate(rows, start=first):
        known = {key: (cells[at - 1], typed[at - 1]) for key, (at, *_) in found.items()}
        filled = [cell.value for cell, formula in known.values() if not is_blank(cell.value) or _lost(cell, formula)]
        if filled and not (len(filled) > 1 and _are_column_numbers(filled)):
            yield number, known


def _lost(cell: AnyCell, formula: AnyCell) -> bool:
    """A formula that was never calculated; one whose result is empty text has another type."""
    return formula.data_type == "f" and cell.value is None and cell.data_type == "n"


def _are_column_numbers(raws: Iterable[Any]) -> bool:
    return all(_COLUMN_NUMBER.fullmatch(as_text(raw)) for raw in raws)


def _cell_problem(sheet: MasterSheet, column: MasterColumn, cell: AnyCell, key: str) -> Problem:
    facts: dict[str, object] = {"heading": sheet.heading(column), "value": as_text(cell.value)}
    if key == "not_listed":
        facts["options"] = getattr(column.kind, "labels", ())
    return Problem(cell.parent.title, cell.coordinate, key, facts)


def _read_cell(column: MasterColumn, cell: AnyCell, formula: AnyCell) -> tuple[Any, str | None]:
    if cell.data_type == "e":
        return None, "error_value"
    if _lost(cell, formula):
        return None, "formula_without_value"
    if (is_blank(cell.value) and not isinstance(column.kind, Sign)) or not as_text(cell.value):
        return None, "required" if column.is_required else None
    is_percent = "%" in (cell.number_format or "") if isinstance(cell, Cell) else None
    value, problem = column.kind.parse(cell.value, is_percent)
    if not problem and value in ((), "") and column.is_required:
        return None, "required"
    return value, problem
