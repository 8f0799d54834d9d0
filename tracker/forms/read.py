"""Reads a return by meaning, not by place: headings by name and synonym, rows by task code or task text.

Sheets may be renamed or reordered, rows and columns inserted, sorted or hidden; marks of an earlier marked return
are not read. Nothing is judged here: what was found goes into `Returned`, positions included, for the checks to judge.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from python_calamine import CalamineWorkbook

from tracker.cells import BLANK, is_blank
from tracker.columns import HEAD, INDICATOR_TABLE, REPORT_TABLE, FormKind, HeadField, TableKind
from tracker.forms import stamp
from tracker.forms.scan import Flags, Scan, scan
from tracker.model import Cell, Identity, Package, Plan, Returned, Row
from tracker.vietnamese import fold

Grid = list[list[Any]]

_HEADING_ROWS = 60
_LEAST_HEADINGS = 4
_PROPERTY_PART = "docProps/custom.xml"
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")
_OBLIGATION = " bat buoc"
_TOTAL = re.compile(r"(?:tong|cong|tong cong|tong so)(?: (?:\d+|nhiem vu|chi tieu|toan tinh))*")
_OURS = frozenset({fold(stamp.SHEET), fold(stamp.RESULT_SHEET)})


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a table's headings stand, column index by key, and its rows; `doubled` as in `Returned`."""

    kind: TableKind
    sheet: str
    grid: Grid
    heading_row: int
    places: Mapping[str, int]
    rows: tuple[Row, ...]
    doubled: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether any row is one of the plan; other tables with such headings are somebody's own."""
        return any(row.task for row in self.rows)

    @property
    def is_answered(self) -> bool:
        return any(row.task and _filled(row, self.kind) for row in self.rows)


def read_return(package: Package, plan: Plan, kind: FormKind, key: bytes) -> Returned:
    """The contents of a return. Any exception or panic of the reader is the caller's to catch."""
    with CalamineWorkbook.from_filelike(io.BytesIO(package.data)) as book:
        grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    flags = scan(package)
    tables = {table.key: _tables(grids, table, flags, plan) for table in kind.tables}
    report = next(iter(tables[REPORT_TABLE.key]), None)
    indicators = next(iter(tables.get(INDICATOR_TABLE.key, ())), None)
    identity = _identity(grids, package, key)
    active = Returned(identity, has_macros=package.has_macros, has_external_links=package.has_external_links)
    if not report:
        return active
    mine = (report, indicators) if indicators and indicators.is_known else (report,)
    extra = (other.sheet for found in tables.values() for other in found[1:] if other.is_answered)
    return replace(
        active,
        head=_head(report, flags.of(report.sheet)),
        head_sheet=report.sheet,
        rows=report.rows,
        indicator_rows=indicators.rows if indicators else (),
        missing=tuple(key for table in mine for key in _missing(table, identity.version)),
        doubled=(*(key for table in mine for key in table.doubled), *extra),
        sheet=report.sheet,
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def _tables(grids: Mapping[str, Grid], kind: TableKind, flags: Scan, plan: Plan) -> list[_Table]:
    """Every sheet that holds such a table: the answered one first, then by how much it looks like ours."""
    names = kind.heading_keys()
    others = ((name, grid) for name, grid in grids.items() if fold(name) not in _OURS)
    found = (_table(name, grid, kind, names, flags.of(name), plan) for name, grid in others)
    return sorted((t for t in found if t), key=lambda t: (t.is_answered, t.is_known, len(t.places)), reverse=True)


def _table(
    sheet: str, grid: Grid, kind: TableKind, names: Mapping[str, str], flags: Flags, plan: Plan
) -> _Table | None:
    headings: list[tuple[str, int]] = []
    heading_row = -1
    for number, line in enumerate(grid[:_HEADING_ROWS]):
        keys = _heading_keys(line, names)
        if len({key for key, _ in keys}) > len({key for key, _ in headings}):
            headings, heading_row = keys, number
    found = {key for key, _ in headings}
    if len(found) < _LEAST_HEADINGS or found.isdisjoint(("task", "content")):
        return None
    below = tuple(_below(grid, heading_row, names))
    places, doubled = _choose(kind, headings, [line for _, line, again in below if again is None])
    rows = tuple(_rows(sheet, kind, places, below, flags, plan))
    moved = _moved(headings, below, rows)
    return _Table(kind, sheet, grid, heading_row, places, rows, tuple(dict.fromkeys((*doubled, *moved))))


def _heading_keys(line: list[Any], names: Mapping[str, str]) -> list[tuple[str, int]]:
    found = []
    for index, raw in enumerate(line):
        if isinstance(raw, str) and raw and len(raw) < 100 and (key := names.get(_heading(raw))):
            found.append((key, index))
    return found


def _heading(raw: str) -> str:
    """Folded heading; a mark of obligation ("*", "(bắt buộc)") is not part of it."""
    return fold(raw).removesuffix(_OBLIGATION)


Below = tuple[int, list[Any], list[tuple[str, int]] | None]
"""A line below the headings: its row number, its values, and its headings where it is a heading row once more."""


def _below(grid: Grid, heading_row: int, names: Mapping[str, str]) -> Iterator[Below]:
    """Lines that hold something; rows of (1) (2) (3) are passed."""
    for number, line in enumerate(grid[heading_row + 1 :], heading_row + 2):
        if not any(line):
            continue
        texts = [
            raw if isinstance(raw, str) else f"{raw:g}" for raw in line if isinstance(raw, (str, float)) and raw != ""
        ]
        if len(texts) >= _LEAST_HEADINGS and all(_NUMBERING.fullmatch(text.strip()) for text in texts):
            continue
        is_heading = sum(len(text) < 100 and _heading(text) in names for text in texts[:8]) >= _LEAST_HEADINGS
        yield number, line, _heading_keys(line, names) if is_heading else None


def _choose(
    kind: TableKind, headings: Iterable[tuple[str, int]], below: Grid
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Column of each key; where a heading stands twice the filled one counts, and two filled ones are `doubled`.

    Of columns the form fills itself the first counts: what stands in another is not used. Codes must stand once.
    """
    places: dict[str, int] = {}
    doubled = []
    for key, index in headings:
        if key not in places:
            places[key] = index
        elif (not kind.by_key[key].is_locked or key == "task") and _holds(below, index):
            if _holds(below, places[key]):
                doubled.append(key)
            places[key] = index
    return places, tuple(doubled)


def _holds(below: Grid, index: int) -> bool:
    return any(index < len(line) and not is_blank(line[index]) for line in below)


def _moved(headings: list[tuple[str, int]], below: Iterable[Below], rows: tuple[Row, ...]) -> Iterator[str]:
    """Keys that a heading row further down puts elsewhere, with rows of the plan below it: a second table."""
    last = max((row.number for row in rows if row.task), default=0)
    for number, _, again in below:
        if again and number < last:
            yield from (key for key, index in again if (key, index) not in headings)


def _missing(table: _Table, version: int) -> tuple[str, ...]:
    """Columns whose heading is not there, as far as it matters: those agencies fill, and any way to know a row.

    Columns newer than the form's version are not missing.
    """
    known = version or max(column.since for column in table.kind.columns)
    filled = (c.key for c in table.kind.answered if c.key not in table.places and c.since <= known)
    identifying = () if {"task", "content"} & table.places.keys() else ("task",)
    return (*identifying, *filled)


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(
    sheet: str, kind: TableKind, places: Mapping[str, int], below: Iterable[Below], flags: Flags, plan: Plan
) -> Iterator[Row]:
    """Rows that belong to a task, or hold something filled; headings again, group rows, totals and notes are passed."""
    columns = [(c.key, places[c.key], c.kind) for c in kind.columns if c.key in places]
    readers = [(key, index, _letters(index), column.parse) for key, index, column in columns]
    for number, line, again in below:
        if again is not None:
            continue
        cells = {}
        for key, index, letters, parse in readers:
            raw = line[index] if index < len(line) else None
            ref = f"{letters}{number}"
            if (raw is None or raw == "") and ref not in flags.errors and ref not in flags.empty_formulas:
                cells[key] = Cell(ref)
            else:
                cells[key] = _cell(ref, raw, parse, flags)
        row = _recognise(Row(sheet, number, cells), kind, plan)
        if row.task or (_filled(row, kind, with_carried=True) and not _is_total(row)):
            yield row


def _cell(ref: str, raw: Any, parse: Any, flags: Flags) -> Cell:
    if ref in flags.errors:
        return Cell(ref, raw, None, "error_value")
    if ref in flags.empty_formulas:
        return Cell(ref, raw, None, "formula_empty")
    is_percent = ref in flags.percents if flags.knows_formats else None
    value, problem = BLANK if is_blank(raw) else parse(raw, is_percent)
    return Cell(ref, raw, value, problem)


def _recognise(row: Row, kind: TableKind, plan: Plan) -> Row:
    """The row's task or indicator: by its code to the letter, by its folded code, by its folded text."""
    code, text = str(row.value("task") or ""), fold(str(row.value("content") or ""))
    if kind.key == INDICATOR_TABLE.key:
        by_code = plan.indicator_by_code.get(code) or plan.indicator_by_folded.get(fold(code))
        found = by_code or plan.indicator_by_folded.get(text)
        return replace(row, task=found.code, matched_by="code" if by_code else "text") if found else row
    if task := plan.task_by_code.get(code) or plan.task_by_folded_code.get(fold(code)):
        return replace(row, task=task.code, matched_by="code")
    if text and (task := plan.task_by_text.get(text)):
        return replace(row, task=task.code, matched_by="text")
    return row


def _filled(row: Row, kind: TableKind, with_carried: bool = False) -> bool:
    """Whether the agency wrote anything; names carried over from last month tell nothing of that."""
    keys = (column.key for column in kind.answered if with_carried or not column.is_carried)
    return any((cell := row.cells.get(key)) and not cell.is_blank for key in keys)


def _is_total(row: Row) -> bool:
    words = (str(row.value(key) or "") for key in ("no", "task", "content"))
    return any(_TOTAL.fullmatch(fold(text)) for text in words)


def _letters(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- head and identity ------------------------------------------------------------------------------------------------


def _head(table: _Table, flags: Flags) -> dict[str, Cell]:
    """Fields above the table: the value right of a label, or after its colon."""
    fields = {fold(name): field for field in HEAD for name in (field.label, *field.synonyms)}
    found: dict[str, Cell] = {}
    for number, line in enumerate(table.grid[: table.heading_row], 1):
        for index, raw in enumerate(line):
            if not isinstance(raw, str) or not raw or len(raw) > 300:
                continue
            label, _, rest = raw.partition(":")
            field = fields.get(fold(label))
            if field and field.key not in found:
                found[field.key] = _head_cell(field, line, number, index, rest, fields, flags)
    return found


def _head_cell(
    field: HeadField,
    line: list[Any],
    number: int,
    index: int,
    rest: str,
    fields: Mapping[str, HeadField],
    flags: Flags,
) -> Cell:
    if rest.strip():
        return _cell(f"{_letters(index)}{number}", rest.strip(), field.kind.parse, flags)
    for place in range(index + 1, len(line)):
        raw = line[place]
        if is_blank(raw):
            continue
        if isinstance(raw, str) and fold(raw.partition(":")[0]) in fields:
            break
        return _cell(f"{_letters(place)}{number}", raw, field.kind.parse, flags)
    return Cell(f"{_letters(index + 1)}{number}")


def _identity(grids: Mapping[str, Grid], package: Package, key: bytes) -> Identity:
    """What the three places say together: one sealed and none against it, else altered, foreign or missing."""
    claims = [claim for claim in _claims(grids, package, key) if claim]
    if not claims:
        return Identity("missing")
    sealed = [claim for claim in claims if claim.state == "sealed"]
    if sealed and all(_agree(claim, sealed[0]) for claim in claims):
        return sealed[0]
    if sealed or any(claim.state == "altered" for claim in claims):
        most_told = max(sealed or claims, key=lambda claim: sum(_agree(other, claim) for other in claims))
        return replace(most_told, state="altered")
    return claims[0]


def _agree(one: Identity, other: Identity) -> bool:
    return one.state == "sealed" and (one.agency, one.period, one.kind) == (other.agency, other.period, other.kind)


def _claims(grids: Mapping[str, Grid], package: Package, key: bytes) -> Iterator[Identity | None]:
    visible = []
    for name, grid in grids.items():
        first = grid[0][0] if grid and grid[0] else None
        if isinstance(first, str) and first.startswith("TDNV"):
            yield stamp.read_token(first, key)
        elif fold(name) not in _OURS:
            visible += [raw for line in grid[:_HEADING_ROWS] for raw in line if isinstance(raw, str) and "/20" in raw]
    yield from (stamp.read_line(text, key) for text in visible if stamp.LINE_LABEL in text or len(text) < 80)
    if prop := package.parts.get(_PROPERTY_PART):
        yield stamp.read_line(prop.decode("utf-8", "replace"), key)
