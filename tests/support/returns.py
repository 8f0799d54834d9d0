"""Filled forms of the real plan, and what the tracker makes of a file: verdict, codes, answers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.forms import KEY, order_of, saved
from tracker.columns import MONTHLY, REPORT_TABLE, TableKind
from tracker.demo.officer import Form, Officer, Sheet
from tracker.examine import Desk, examine
from tracker.forms.build import build_form
from tracker.intake.guard import Stopped, open_package
from tracker.model import Arrival, Examined, Package
from tracker.plan.data import packaged_plan
from tracker.vietnamese import fold

REAL = packaged_plan()
RECEIVED = datetime(2025, 3, 18, 2, 0, tzinfo=UTC)
DESK = Desk(REAL, KEY, opened=frozenset({"2025-03"}))
AGENCY = "skhcn"
"""Leads eleven tasks and reports four indicators: the longest form."""

Change = Callable[[Workbook], None]


@lru_cache
def filled(agency: str = AGENCY, key: bytes = KEY) -> bytes:
    """The form of March 2025, filled by a careful officer."""
    form = Form(build_form(order_of(agency, REAL), key))
    Officer(REAL, REAL.agency_by_code[agency], 27).fill(form)
    return form.save()


def changed(*changes: Change, data: bytes | None = None) -> bytes:
    """The filled form after somebody has worked on it in this order."""
    book = load_workbook(io.BytesIO(data or filled()))
    for change in changes:
        change(book)
    return saved(book)


def sheet_of(book: Workbook, table: TableKind = REPORT_TABLE) -> Worksheet:
    """The sheet of a table, whatever was done to its name; the first one."""
    return next(sheet for sheet in book.worksheets if fold(sheet.title) == fold(table.title))


def table_in(book: Workbook, table: TableKind = REPORT_TABLE) -> Sheet:
    """The table as it stands now: cells by row code and column key."""
    return Sheet(sheet_of(book, table), _with_marks(table))


def tables_in(book: Workbook) -> Iterator[tuple[TableKind, Sheet]]:
    """Every table the form has, as it stands now."""
    there = {fold(sheet.title) for sheet in book.worksheets}
    return ((kind, table_in(book, kind)) for kind in MONTHLY.tables if fold(kind.title) in there)


@lru_cache
def _with_marks(table: TableKind) -> TableKind:
    """The table with headings that may say "(bắt buộc)" too."""
    columns = (replace(c, synonyms=(*c.synonyms, *(f"{name} bắt buộc" for name in c.names))) for c in table.columns)
    return replace(table, columns=tuple(columns))


def put(task: str, table: TableKind = REPORT_TABLE, /, **values: Any) -> Change:
    """Other contents in cells of a row."""

    def change(book: Workbook) -> None:
        sheet = table_in(book, table)
        for key, value in values.items():
            sheet.put(task, key, value)

    return change


def head(key: str, value: Any) -> Change:
    """Another value in a field of the head."""

    def change(book: Workbook) -> None:
        form = Form.__new__(Form)
        form.book, form.report = book, table_in(book)
        form.head(key).value = value

    return change


def look(
    data: bytes,
    desk: Desk = DESK,
    *,
    name: str = "bao cao.xlsx",
    sender: str | None = None,
    received_at: datetime = RECEIVED,
) -> Examined:
    """What the tracker makes of a file."""
    return examine(data, Arrival(name, received_at, sender), desk)


def said(examined: Examined) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Values by (table, task): what was answered, wherever it stood."""
    return {(answer.table, answer.task): answer.values for answer in examined.answers}


def codes(examined: Examined) -> list[str]:
    return [finding.code for finding in examined.findings]


def desk_of(**more: Any) -> Desk:
    """The desk, with something else known."""
    return replace(DESK, **more)


def package_of(data: bytes) -> Package:
    """A file that the guard lets through."""
    package = open_package(data, len(data))
    assert not isinstance(package, Stopped), package
    return package
