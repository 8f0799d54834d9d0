"""A list of tasks from another system, or from our own export, as drafts: JSON, CSV or a workbook.

Columns are known by their keys ("code", "due_on" …) or by the headings of the master sheet and their other spellings;
what is not known is passed over. Values are parsed as the master sheet's own.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tracker.cells import as_text, is_blank
from tracker.dates import short_date
from tracker.errors import PlanError, Problem
from tracker.plan.kinds import Labelled
from tracker.plan.sheet_columns import TASKS, MasterColumn
from tracker.vietnamese import fold

_HEADING_ROWS = 30
_DOCUMENT_DAY = "document_date"
_QUOTED = tuple(f"'{sign}" for sign in "=+-@\t\r")
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A task as the list has it: `row` from 1, parsed values by key of the master sheet; what is blank is left out."""

    row: int
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.values["code"])


def read_task_list(name: str, content: bytes) -> tuple[Draft, ...]:
    """The tasks of a list; PlanError tells every mistake in it by its cell. `name` decides on the format."""
    problems: list[Problem] = []
    drafts = []
    best: tuple[int, dict[str, int]] = (0, {})
    rows: Rows = ()
    for candidate in _tables(name, content):
        found = _headings(candidate)
        if len(found[1]) > len(best[1]):
            best, rows = found, candidate
    top, columns = best
    if "code" not in columns or len(columns) < 2:
        raise PlanError(name, (Problem("", "", "list_without_code"),))
    for number, cells in enumerate(rows[top:], start=top + 1):
        if all(is_blank(_at(cells, at)) for at in columns.values()):
            continue
        values, wrong = _parsed(cells, columns)
        problems += (Problem(name, f"{get_column_letter(columns[key] + 1)}{number}", *why) for key, why in wrong)
        drafts.append(Draft(number, values))
    problems += _twice(name, columns["code"], drafts)
    if problems:
        raise PlanError(name, tuple(problems))
    return tuple(drafts)


def _tables(name: str, content: bytes) -> Iterable[Rows]:
    """Every table a file may hold, as rows of cells."""
    ending = name.rpartition(".")[2].lower()
    try:
        if ending == "json":
            return [_of_json(json.loads(content.decode("utf-8-sig")))]
        if ending in ("xlsx", "xlsm"):
            return _of_workbook(content)
        return [_of_csv(content)]
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise PlanError(name, (Problem("", "", "list_unreadable"),)) from error


def _of_workbook(content: bytes) -> list[Rows]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def _of_csv(content: bytes) -> Rows:
    text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [[cell[1:] if cell.startswith(_QUOTED) else cell for cell in row] for row in rows]


def _of_json(document: Any) -> Rows:
    """A list of objects, or an object with such a list under "tasks": keys become headings."""
    items = document["tasks"] if isinstance(document, dict) else document
    keys = list(dict.fromkeys(key for item in items for key in item))
    return [keys, *([_flat(item.get(key)) for key in keys] for item in items)]


def _flat(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _headings(rows: Rows) -> tuple[int, dict[str, int]]:
    """How many rows end with the headings, and the place (from 0) of each known column."""
    known = {fold(name): column.key for column in TASKS.columns for name in (column.key, *TASKS.names(column))}
    known[fold(_DOCUMENT_DAY)] = _DOCUMENT_DAY
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(rows[:_HEADING_ROWS], start=1):
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and (key := known.get(fold(cell))):
                found.setdefault(key, at)
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _at(cells: Sequence[Any], at: int) -> Any:
    return cells[at] if at < len(cells) else None


def _parsed(
    cells: Sequence[Any], columns: Mapping[str, int]
) -> tuple[dict[str, Any], list[tuple[str, tuple[str, dict[str, object]]]]]:
    """Values by key, and (key, problem with facts) of what cannot be read."""
    values: dict[str, Any] = {}
    wrong: list[tuple[str, tuple[str, dict[str, object]]]] = []
    for column in TASKS.columns:
        raw = _raw(cells, columns, column)
        if is_blank(raw) or not as_text(raw):
            if column.key == "code":
                wrong.append(("code", ("required", {"heading": TASKS.heading(column)})))
            continue
        value, problem = _value(column, raw)
        if problem:
            options = getattr(column.kind, "labels", ())
            facts = {"heading": TASKS.heading(column), "value": as_text(raw), "options": options}
            wrong.append((column.key, (problem, facts)))
        elif value not in ((), ""):
            values[column.key] = value
    return values, wrong


def _raw(cells: Sequence[Any], columns: Mapping[str, int], column: MasterColumn) -> Any:
    raw = _at(cells, columns[column.key]) if column.key in columns else None
    day = _at(cells, columns[_DOCUMENT_DAY]) if _DOCUMENT_DAY in columns else None
    if column.key != "document" or is_blank(raw) or is_blank(day):
        return raw
    parsed, _ = next(c for c in TASKS.columns if c.key == "due_on").kind.parse(day, None)
    return column.kind.show((as_text(raw), parsed)) if parsed else f"{as_text(raw)} {as_text(day)}"


def _value(column: MasterColumn, raw: Any) -> tuple[Any, str | None]:
    """As the master sheet reads a cell; a choice may stand as its key too ("in_force")."""
    if isinstance(column.kind, Labelled):
        for option, _ in column.kind.options:
            if isinstance(option, StrEnum) and as_text(raw) == option.value:
                return option, None
    return column.kind.parse(raw, None)


def _twice(name: str, at: int, drafts: Iterable[Draft]) -> Iterable[Problem]:
    first: dict[str, int] = {}
    letter = get_column_letter(at + 1)
    for draft in drafts:
        code = draft.values.get("code")
        if code and first.setdefault(fold(code), draft.row) != draft.row:
            facts: dict[str, object] = {"value": code, "other": f"{letter}{first[fold(code)]}"}
            yield Problem(name, f"{letter}{draft.row}", "task_twice", facts)


def shown(key: str, value: Any) -> str:
    """A value of a column as people read it."""
    if key == "document":
        return f"{value[0]} {short_date(value[1])}"
    return TASKS.column(key).kind.show(value)
