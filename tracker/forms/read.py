"""Reads a return by meaning, not by place: headings by name and synonym, rows by task code or task text.

Sheets may be renamed or reordered, rows and columns inserted, sorted or hidden; marks of an earlier marked return
are not read. Nothing is judged here: what was found goes into `Returned`, positions included, for the checks to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tracker.cells import is_blank
from tracker.columns import HEAD, INDICATOR_TABLE, REPORT_TABLE, FormKind, HeadField, TableKind
from tracker.forms import stamp
from tracker.forms.closer import Found, look_closer, without_repeats
from tracker.forms.dittos import with_dittos
from tracker.forms.headings import Grid, Headings, Line, Place, Sheet, first_words, likely_headings
from tracker.forms.load import load
from tracker.forms.months import Chosen, Table, choose, month_of
from tracker.forms.notes import without_notes
from tracker.forms.places import letters_of
from tracker.forms.rows import NO_TICKS, blank_cell, parser_of, read_cell, read_rows
from tracker.forms.scan import Flags, Scan
from tracker.forms.split import split_columns
from tracker.legacy import decode
from tracker.model import Cell, Disputed, Identity, Package, Plan, Returned, Row
from tracker.vietnamese import fold

_PROPERTY_PART = "docProps/custom.xml"
_IDENTITY_ROWS = 60
_LONGEST_LABEL = 40
_FIELDS = {fold(name): field for field in HEAD for name in (field.label, *field.synonyms)}
_OURS = frozenset({fold(stamp.SHEET), fold(stamp.RESULT_SHEET)})


def read_return(
    package: Package, plan: Plan, kind: FormKind, key: bytes, is_open: Callable[[str], bool] = bool
) -> Returned:
    """The contents of a return. Any exception or panic of the reader is the caller's to catch.

    `is_open` tells of a period ("YYYY-MM") whether returns of it are expected now, should a file hold two months.
    """
    loaded = load(package)
    grids, merged, flags = loaded.grids, loaded.merged, loaded.flags
    starts = first_words(kind)
    sheets = [
        Sheet(name, grid, [likely_headings(line, starts) for line in grid], merged.get(name, ()))
        for name, grid in grids.items()
        if fold(name) not in _OURS
    ]
    tables = _tables(sheets, kind, flags, plan)
    claims = [claim for claim in _claims(grids, package, key) if claim]
    month = _month(tables, claims, is_open)
    chosen = {table_key: choose(found, month) for table_key, found in tables.items()}
    identity = _identity(claims, month)
    report, indicators = (chosen.get(table.key, Chosen()).table for table in (REPORT_TABLE, INDICATOR_TABLE))
    active = Returned(identity, has_macros=package.has_macros, has_external_links=package.has_external_links)
    if not report:
        return active
    mine = (report, indicators) if indicators and indicators.is_known else (report,)
    return replace(
        active,
        identity=replace(identity, is_as_sent=_is_as_sent(identity, report.rows)),
        head=report.head,
        head_sheet=report.sheet,
        rows=report.rows,
        indicator_rows=indicators.rows if indicators else (),
        missing=tuple(key for table in mine for key in _missing(table, identity.version)),
        doubled=tuple(key for table in mine for key in table.doubled),
        disputed=tuple(_of_form(loaded.disputed, mine)) if loaded.disputed else (),
        doubled_sheets=tuple(pair for each in chosen.values() for pair in each.rivals),
        other_months=tuple(pair for each in chosen.values() for pair in each.other_months),
        sheet=report.sheet,
    )


def _month(tables: Mapping[str, Sequence[Table]], claims: Sequence[Identity], is_open: Callable[[str], bool]) -> str:
    """The month to read where the file holds tables or seals of several; "" where nothing asks for a choice."""
    is_asked = any(len(found) > 1 for found in tables.values()) or len({claim.period for claim in claims}) > 1
    return month_of(tables[REPORT_TABLE.key], claims, is_open) if is_asked else ""


def _of_form(disputed: Iterable[Disputed], tables: Iterable[Table]) -> Iterator[Disputed]:
    """Those of the cells that count: of the rows and the head of the tables that are read."""
    rows = [(table.sheet, cell.ref) for table in tables for row in table.rows for cell in row.cells.values()]
    mine = {*rows, *((table.sheet, cell.ref) for table in tables for cell in table.head.values())}
    return (each for each in disputed if (each.sheet, each.cell) in mine)


def _is_as_sent(identity: Identity, rows: Iterable[Row]) -> bool:
    """Whether texts and deadlines still are those that were sealed into the form when it went out."""
    shown = {row.task: stamp.label_of(row.value("content") or "", row.value("deadline") or "") for row in rows}
    return (
        bool(identity.labels) and stamp.labels_hash(tuple(shown.get(t, "") for t in identity.tasks)) == identity.labels
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def _tables(sheets: Iterable[Sheet], kind: FormKind, flags: Scan, plan: Plan) -> dict[str, list[Table]]:
    """Tables of each kind in all sheets: the answered one first, then by how much it looks like ours."""
    found: dict[str, list[Table]] = {table.key: [] for table in kind.tables}
    for sheet in sheets:
        for table in _tables_in(sheet, kind, flags.of(sheet.name), plan):
            found[table.kind.key].append(table)
    for tables in found.values():
        if len(tables) > 1:
            tables.sort(key=lambda t: (t.is_answered, t.is_known, len(t.places)), reverse=True)
    return found


def _tables_in(sheet: Sheet, kind: FormKind, flags: Flags, plan: Plan) -> Iterator[Table]:
    """The tables of a sheet by their headings; where none is whole, by a closer look too."""
    nothing: tuple[int, tuple[Place, ...]] = (0, ())
    found = [(table, Headings(table).find(sheet.lines) or nothing) for table in kind.tables]
    is_whole = any(not _lacks(table, places, ()) for table, (_, places) in found)
    for table, (line, places) in found:
        closer = None if is_whole and (not places or _lacks(table, places) == 0) else look_closer(table, sheet.grid)
        if closer and _lacks(table, closer.places) < _lacks(table, places):
            yield _table(sheet, Headings(table), closer, flags, plan)
        elif places:
            yield _table(sheet, Headings(table), Found(line, places, NO_TICKS, is_plain=True), flags, plan)


def _lacks(table: TableKind, places: Iterable[Place], others: tuple[str, ...] = ("task", "content")) -> int:
    """How many of the headings that agencies fill are not there, and of those by which rows are known."""
    keys = {key for key, _ in places}
    return sum(key not in keys for key in (*others, *(column.key for column in table.answered)))


def _table(
    sheet: Sheet,
    headings: Headings,
    found: Found,
    flags: Flags,
    plan: Plan,
) -> Table:
    heading_row, first, ticks = found.line, found.places, found.ticks
    below = tuple(headings.below(sheet.grid, sheet.lines, heading_row))
    if not found.is_plain:
        below = tuple(without_repeats(found, sheet.grid, below))
    broken = frozenset(flags.unread_columns(heading_row + 1))
    places, doubled = headings.choose(first, [line.values for line in below if not line.again], broken)
    every = tuple(read_rows(sheet, headings.kind, heading_row, places, below, flags, plan, ticks))
    rows = with_dittos(without_notes(every, below, headings.kind), headings.kind, plan)
    split = split_columns(headings.kind, places, sheet.grid, heading_row, below)
    unclear = tuple(dict.fromkeys((*doubled, *_moved(first, below, rows), *split)))
    head = _head(sheet.grid[:heading_row], flags)
    return Table(headings.kind, sheet.name, sheet.grid, heading_row, places, rows, head, unclear)


def _moved(headings: tuple[Place, ...], below: Iterable[Line], rows: tuple[Row, ...]) -> Iterator[str]:
    """Keys that a heading row further down puts elsewhere, with rows of the plan below it: a second table."""
    last = max((row.number for row in rows if row.task), default=0)
    for line in below:
        if line.number < last:
            yield from (key for key, index in line.again if (key, index) not in headings)


def _missing(table: Table, version: int) -> tuple[str, ...]:
    """Columns whose heading is not there, as far as it matters: those agencies fill, and any way to know a row.

    Columns newer than the form's version are not missing.
    """
    known = version or max(column.since for column in table.kind.columns)
    filled = (c.key for c in table.kind.answered if c.key not in table.places and c.since <= known)
    identifying = () if {"task", "content"} & table.places.keys() else ("task",)
    return (*identifying, *filled)


# --- head and identity ------------------------------------------------------------------------------------------------


def _head(lines: Grid, flags: Flags) -> dict[str, Cell]:
    """Fields above a table: the value right of a label, or after its colon."""
    fields = _FIELDS
    found: dict[str, Cell] = {}
    for number, line in enumerate(lines, 1):
        for index, raw in enumerate(line):
            if not isinstance(raw, str) or not raw or len(raw) > 300:
                continue
            label, _, rest = raw.partition(":")
            field = fields.get(fold(label)) or _field_in_old_font(label)
            if field and field.key not in found:
                found[field.key] = _head_cell(field, line, number, index, rest, fields, flags)
    return found


@lru_cache(maxsize=1024)
def _field_in_old_font(label: str) -> HeadField | None:
    """Of a label in TCVN3 or VNI letters; one in Unicode would have been known."""
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return None
    return next((field for font in ("tcvn3", "vni") if (field := _FIELDS.get(fold(decode(label, font))))), None)


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
        return read_cell(blank_cell(letters_of(index), number), rest.strip(), parser_of(field.kind, flags), flags)
    for place in range(index + 1, len(line)):
        raw = line[place]
        if is_blank(raw):
            continue
        if isinstance(raw, str) and fold(raw.partition(":")[0]) in fields:
            break
        return read_cell(blank_cell(letters_of(place), number), raw, parser_of(field.kind, flags), flags)
    return blank_cell(letters_of(index + 1), number)


def _identity(claims: Sequence[Identity], month: str) -> Identity:
    """What the three places say together: one sealed and none against it, else altered, foreign or missing.

    The seals of another month's form of the same agency, kept in the same workbook, say nothing of this one.
    """
    of_month = [claim for claim in claims if claim.state == "sealed" and claim.period == month]
    if of_month:
        claims = [c for c in claims if c.state != "sealed" or c.period == month or c.agency != of_month[0].agency]
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
            claim = stamp.read_token(first, key)
            yield stamp.compared(claim, grid[1:_IDENTITY_ROWS]) if claim else None
        elif fold(name) not in _OURS:
            visible += [raw for line in grid[:_IDENTITY_ROWS] for raw in line if isinstance(raw, str) and "/20" in raw]
    yield from (stamp.read_line(text, key) for text in visible if stamp.LINE_LABEL in text or len(text) < 80)
    if prop := package.parts.get(_PROPERTY_PART):
        yield stamp.read_line(prop.decode("utf-8", "replace"), key)
