"""Reads the office's own columns of a consolidated workbook, by meaning and not by place.

Whatever was done to it: sorted, filtered, saved by another program, sheets added, columns moved. A row is known by the
code of its task and the name of its agency; one that is not, or that contradicts itself, is told of and never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from tracker.cells import as_text
from tracker.dates import Period
from tracker.forms.headings import Area, Grid
from tracker.forms.load import Loaded, load
from tracker.forms.places import letters_of, ref_of
from tracker.model import CopyCell, CopyStamp, OfficeCopy, Package, Plan, RemarkColumn, RemarkKey, StrayCell
from tracker.openxml import parsed
from tracker.remarks import STAMP_MARK, heading_of, read_stamp
from tracker.texts import say
from tracker.vietnamese import clean_text, fold

_SIGN = heading_of(RemarkColumn.CONFIRMED)
_SIGNS = (STAMP_MARK.encode(), _SIGN.encode(), _SIGN.encode("ascii", "xmlcharrefreplace"))
_WIDE_SIGNS = (STAMP_MARK.encode("utf-16-le"), _SIGN.encode("utf-16-le"), STAMP_MARK.encode())
_TEXT_PARTS = ("xl/sharedStrings.xml", "content.xml")
_HEADING_ROWS = 60
_STAMP_ROWS = 12
_PROPERTY_PARTS = ("docProps/custom.xml", "meta.xml")
_PERSON_PARTS = (("docProps/core.xml", "{*}lastModifiedBy"), ("meta.xml", "{*}creator"))
_MONTH_YEAR = re.compile(r"(?<!\d)(\d{1,2})/(20\d\d)(?!\d)")
_TASK, _CONTENT, _AGENCY = "task", "content", "agency"


def may_be_copy(package: Package) -> bool:
    """Whether a file has anything of a consolidated workbook; quick, for every return is asked."""
    parts = package.parts
    if package.format in ("xls", "xlsb"):
        return any(sign in part for part in (package.data, *parts.values()) for sign in _WIDE_SIGNS)
    if any(_SIGNS[0] in parts.get(name, b"") for name in _PROPERTY_PARTS):
        return True
    texts = [parts[name] for name in _TEXT_PARTS if name in parts]
    sheets = texts or [part for name, part in parts.items() if name.startswith("xl/worksheets/")]
    return any(sign in text for text in sheets for sign in _SIGNS)


def read_copy(package: Package, plan: Plan, effective_day: Callable[[Period], date]) -> OfficeCopy | None:
    """The office's cells; None where no sheet has the headings of Tổng hợp: it is no consolidated workbook.

    Any exception or panic of the reader is the caller's to catch.
    """
    loaded = load(package)
    tables = [table for name, grid in loaded.grids.items() if (table := _find(name, grid))]
    if not tables:
        return None
    main = max(tables, key=lambda table: (fold(table.sheet) == fold(say("workbook.sheet_lines")), len(table.columns)))
    stamp = _stamp(package, main)
    period = stamp.period if stamp else _period_above(main)
    day = effective_day(Period.parse(period)) if period else None
    readings = {table.sheet: _read(table, loaded, plan, day) for table in tables}
    mine = readings[main.sheet]
    others = (_elsewhere(each, mine) for sheet, each in readings.items() if sheet != main.sheet)
    return OfficeCopy(
        stamp,
        period,
        main.sheet,
        {column: letters_of(place) for column, place in main.columns.items()},
        mine.rows,
        tuple(mine.cells),
        (*mine.strays, *(stray for found in others for stray in found)),
        frozenset(mine.unclear),
        _saved_by(package),
    )


# --- which version it was ---------------------------------------------------------------------------------------------


def _stamp(package: Package, main: _Table) -> CopyStamp | None:
    """What goes with the table itself counts first: a sheet may have been copied into another workbook."""
    above = (raw for line in main.grid[: min(main.heading, _STAMP_ROWS)] for raw in line if isinstance(raw, str))
    named = (package.parts.get(name, b"").decode("utf-8", "replace") for name in _PROPERTY_PARTS)
    return next((stamp for text in (*above, *named) if (stamp := read_stamp(text))), None)


def _period_above(main: _Table) -> str:
    """The period that the heading names; "" where it names none."""
    for line in main.grid[: main.heading]:
        for raw in line:
            if isinstance(raw, str) and (found := _MONTH_YEAR.search(raw)) and 1 <= int(found[1]) <= 12:
                return f"{found[2]}-{int(found[1]):02d}"
    return ""


def _saved_by(package: Package) -> str:
    """Who saved it last, as the file says; "" where it says nobody, or us."""
    for part, tag in _PERSON_PARTS:
        try:
            found = parsed(package.parts[part]).find(f".//{tag}")
        except (KeyError, etree.XMLSyntaxError):
            continue
        name = clean_text(found.text or "")[:100] if found is not None else ""
        if name and name != say("workbook.property_author"):
            return name
    return ""


# --- the table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    """A sheet with the headings of Tổng hợp: line of the headings (0-based), column of what tells a row, and of the
    office's own."""

    sheet: str
    grid: Grid
    heading: int
    places: Mapping[str, int]
    columns: Mapping[RemarkColumn, int]


@dataclass
class _Reading:
    """What one sheet says."""

    rows: dict[tuple[str, str], int]
    cells: list[CopyCell]
    strays: list[StrayCell]
    unclear: set[RemarkKey]


def _find(name: str, grid: Grid) -> _Table | None:
    known = {fold(say(f"workbook.{key}")): key for key in (_TASK, _CONTENT, _AGENCY)}
    own = {fold(heading_of(column)): column for column in RemarkColumn}
    for number, line in enumerate(grid[:_HEADING_ROWS]):
        names = [(index, fold(raw)) for index, raw in enumerate(line) if isinstance(raw, str) and 0 < len(raw) < 100]
        last_first = names[::-1]  # of the same heading twice the first counts
        places = {known[text]: index for index, text in last_first if text in known}
        columns = {own[text]: index for index, text in last_first if text in own}
        for start, column in own.items():  # the office may add a word to a heading
            longer = [index for index, text in names if text.startswith(f"{start} ")]
            if column not in columns and len(longer) == 1:
                columns[column] = longer[0]
        if columns and {_TASK, _AGENCY} <= places.keys():
            return _Table(name, grid, number, places, columns)
    return None


def _read(table: _Table, loaded: Loaded, plan: Plan, day: date | None) -> _Reading:
    """`day` None: nothing tells the period, and any task of any agency may be meant."""
    lines = _with_merged(table, loaded.merged.get(table.sheet, ()))
    flags = loaded.flags.of(table.sheet)
    unread = flags.errors | flags.empty_formulas
    assigned = {(each.task, each.agency) for each in plan.assignments(day)} if day else None
    reading = _Reading({}, [], [], set())
    said: defaultdict[RemarkKey, list[CopyCell]] = defaultdict(list)
    for number, line in enumerate(lines[table.heading + 1 :], table.heading + 1):
        task, agency, why = _row_of(table, line, plan, day, assigned)
        if not why:
            reading.rows.setdefault((task, agency), number + 1)
        shown = [_text(line, table.places[name]) for name in (_TASK, _AGENCY)]
        for column, place in table.columns.items():
            text, ref = _text(line, place), ref_of(number, place)
            key = RemarkKey(task, agency, column)
            if ref in unread:
                reading.strays.append(StrayCell("unreadable", column, text, table.sheet, ref, *shown))
                reading.unclear.add(key)
            elif text and why:
                reading.strays.append(StrayCell(why, column, text, table.sheet, ref, *shown))
            elif text:
                said[key].append(CopyCell(key, text, table.sheet, ref))
    for key, cells in said.items():
        if len({" ".join(cell.text.split()) for cell in cells}) == 1:
            reading.cells.append(cells[0])
        else:
            reading.unclear.add(key)
            reading.strays += (StrayCell("twice", key.column, c.text, c.sheet, c.cell, *key[:2]) for c in cells)
    return reading


def _with_merged(table: _Table, merged: Sequence[Area]) -> Grid:
    """The grid, with what stands in the first cell of a merged area in all rows of its first column."""
    wanted = {*table.places.values(), *table.columns.values()}
    areas = [area for area in merged if area[0][1] in wanted and area[1][0] > area[0][0] > table.heading]
    if not areas:
        return table.grid
    lines = [list(line) for line in table.grid]
    for (top, left), (bottom, _) in areas:
        value = lines[top][left] if top < len(lines) and left < len(lines[top]) else ""
        for line in lines[top + 1 : bottom + 1]:
            line += [""] * (left + 1 - len(line))
            line[left] = line[left] if line[left] not in ("", None) else value
    return lines


def _row_of(
    table: _Table, line: Sequence[object], plan: Plan, day: date | None, assigned: Container[tuple[str, str]] | None
) -> tuple[str, str, str]:
    """Codes of task and agency, or why the row is not known."""
    code, name = (_text(line, table.places[each]) for each in (_TASK, _AGENCY))
    task = plan.task_by_code.get(code) or plan.task_by_folded_code.get(fold(code))
    if task is None:
        return "", "", "unknown_task"
    body = plan.agency_by_name.get(fold(name))
    if body is None:
        return task.code, "", "unknown_agency"
    agency = plan.current(body, day).code if day else body.code
    content = _text(line, table.places[_CONTENT]) if _CONTENT in table.places else ""
    if content and fold(content) != fold(task.content):
        other = plan.task_by_text.get(fold(content))
        if other is not None and other.code != task.code:
            return task.code, agency, "other_text"
    if assigned is not None and (task.code, agency) not in assigned:
        return task.code, agency, "not_assigned"
    return task.code, agency, ""


def _text(line: Sequence[object], place: int) -> str:
    return as_text(line[place]) if place < len(line) else ""


def _elsewhere(other: _Reading, main: _Reading) -> Iterator[StrayCell]:
    """What a second table of the workbook says and the first does not: nothing of it is used, nothing is lost."""
    known = {(cell.key, cell.text) for cell in main.cells}
    for cell in other.cells:
        if (cell.key, cell.text) not in known:
            yield StrayCell("other_sheet", cell.key.column, cell.text, cell.sheet, cell.cell, *cell.key[:2])
    yield from other.strays
