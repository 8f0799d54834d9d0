"""The master workbook, as people edited it, into a `Plan`; or every mistake in it at once.

Sheets and headings are found by name, so columns and sheets may be moved, rows inserted, columns of people's own added.
Nothing is guessed: a name that is no agency's is a mistake, with a suggestion where one is close.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.errors import PlanError, Problem
from tracker.model import Agency, DayOff, DeadlineKind, Group, Indicator, Plan, Task, Waiver
from tracker.plan.consistency import CHECKS, Records
from tracker.plan.sheet_columns import SHEETS
from tracker.plan.table import Record, read_table
from tracker.texts import say
from tracker.vietnamese import fold

T = TypeVar("T")


def read_plan(path: Path) -> Plan:
    """The plan of a master workbook, `sha256` being that of its bytes; PlanError lists every mistake."""
    return plan_in(content_of(path), path)


def plan_in(content: bytes, path: Path) -> Plan:
    """The same for a workbook that was read already; `path` is what mistakes name."""
    try:
        values, formulas = _workbook(content, as_calculated=True), _workbook(content, as_calculated=False)
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise PlanError(str(path), (Problem("", "", "not_a_workbook"),)) from error
    tables = tuple(read_table(sheet, _sheet(values, sheet.title), _sheet(formulas, sheet.title)) for sheet in SHEETS)
    problems = [problem for table in tables for problem in table.problems]
    records = Records(*(table.records for table in tables))
    if all(table.is_whole for table in tables):
        problems += (problem for check in CHECKS for problem in check(records))
    if problems:
        raise PlanError(str(path), _in_order(problems))
    return _plan(records, hashlib.sha256(content).hexdigest())


def problem_text(problem: Problem, language: str = "vi") -> str:
    """A problem as one sentence: where, what was found, what to do."""
    sentence = say(f"plan.{problem.key}", language, **problem.facts)
    if not problem.sheet:
        return sentence
    place = "at_cell" if problem.cell else "at_sheet"
    return say(f"plan.{place}", language, sheet=problem.sheet, cell=problem.cell, sentence=sentence)


def content_of(path: Path) -> bytes:
    """The bytes of a master workbook. PlanError: there is none, or it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PlanError(str(path), (Problem("", "", "no_file"),)) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise PlanError(str(path), (Problem("", "", "unreadable", {"why": why}),)) from error


def _workbook(content: bytes, *, as_calculated: bool) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Excel's extensions that openpyxl drops say nothing about values
        return load_workbook(io.BytesIO(content), data_only=as_calculated)


def _sheet(workbook: Workbook, title: str) -> Worksheet | None:
    """The sheet of that name; failing that, the first whose name folds to the same."""
    similar = [sheet for sheet in workbook.worksheets if fold(sheet.title) == fold(title)]
    return next((sheet for sheet in similar if sheet.title == title), similar[0] if similar else None)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Problems by sheet, in the order of the workbook, then from top to bottom as found."""
    titles = {fold(sheet.title): number for number, sheet in enumerate(SHEETS)}
    return tuple(sorted(problems, key=lambda problem: (titles[fold(problem.sheet)], _row(problem.cell))))


def _row(cell: str) -> int:
    return int("".join(filter(str.isdigit, cell)) or 0)


def _plan(records: Records, sha256: str) -> Plan:
    def code_of(name: str) -> str:
        return str(records.agency_of[fold(name)]["code"])

    return Plan(
        tasks=tuple(_task(record, records) for record in records.tasks),
        agencies=tuple(_agency(record, records, code_of) for record in records.agencies),
        groups=tuple(_group(record, records, code_of) for record in records.groups),
        indicators=tuple(_made(Indicator, record.values) for record in records.indicators),
        leaders=tuple(record["name"] for record in records.leaders),
        days=tuple(_made(DayOff, record.values) for record in records.days),
        waivers=tuple(_waiver(record, code_of) for record in records.waivers),
        sha256=sha256,
    )


def _made(make: Callable[..., T], values: Mapping[str, Any], **others: Any) -> T:
    """A dataclass of a row's values; blank ones take the field's default."""
    given = {**values, **others}
    return make(**{key: value for key, value in given.items() if value is not None})


def _task(record: Record, records: Records) -> Task:
    document, day = record["document"]
    spelled = {fold(leader["name"]): leader["name"] for leader in records.leaders}
    leader = record["leader"]
    others = {
        "document": document,
        "document_date": day,
        "item": record["item"] or "",
        "leader": spelled.get(fold(leader), leader) if leader else None,
        "deadline_kind": record["deadline_kind"] or (DeadlineKind.FIXED if record["due_on"] else DeadlineKind.NONE),
    }
    return _made(Task, record.values, **others)


def _agency(record: Record, records: Records, code_of: Callable[[str], str]) -> Agency:
    kind, successor = record["kind"], record["successor"]
    return _made(
        Agency,
        record.values,
        short=record["short"] or record["name"],
        kind=records.kinds[fold(kind)] if kind else None,
        successor=code_of(successor) if successor else None,
    )


def _group(record: Record, records: Records, code_of: Callable[[str], str]) -> Group:
    kinds = tuple(records.kinds[fold(kind)] for kind in record.names("kinds"))
    return _made(Group, record.values, kinds=kinds, members=tuple(map(code_of, record.names("members"))))


def _waiver(record: Record, code_of: Callable[[str], str]) -> Waiver:
    agency = code_of(record["agency"]) if record["agency"] else ""
    return _made(Waiver, record.values, agency=agency, task=record["task"] or "")
