"""Builds the form of one agency and period, and the blank standard form (DESIGN section 6).

Everything about columns comes from `tracker.columns`: a new column, field or kind of form appears by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tracker.columns import HEAD, MONTHLY, REPORT_TABLE, FormKind, HeadField
from tracker.forms import stamp, style
from tracker.forms.book import Book, must, set_print
from tracker.forms.guide import write_guide
from tracker.forms.order import FormOrder, FormRow, count_needed, rows_of
from tracker.forms.stamp import Stamp
from tracker.forms.tables import TITLE_CHARS, Table, as_written, validate_cells, write_needs, write_table
from tracker.texts import say

__all__ = ["FormOrder", "build_blank", "build_form", "form_cells"]

BLANK_ROWS = 20
_BLANK_DAY = date(2025, 1, 1)  # creation date of a form that belongs to no period
_HEAD_TOP = 2
_SLOTS = ((1, 2, 2), (5, 6, 8), (9, 10, 12))
"""Columns of the head's blocks, side by side: label, first and last column of the value."""
_COUNTER = (9, 11)
_ALLOWED = {"autofilter": True, "format_columns": True, "format_rows": True}
"""No sorting: a protected sheet lets only unlocked cells be sorted, and so moves answers to other tasks."""
_ALLOWED_BLANK = {**_ALLOWED, "sort": True, "insert_rows": True, "delete_rows": True}


@dataclass(frozen=True)
class _Page:
    """What is common to the sheets of one form; `order` None: the blank form."""

    book: Book
    kind: FormKind
    order: FormOrder | None
    line: str

    @property
    def footer(self) -> str:
        who = f"{self.order.agency.name} – {self.order.period.label}" if self.order else say("form.blank_name")
        safe = who.replace("&", "＆")  # "&" is a command in footers, and openpyxl splits even "&&" wrongly
        return "&L&9" + safe + "&C&9" + say("form.footer_page") + "&R&9" + self.line


def build_form(order: FormOrder, key: bytes) -> bytes:
    """The form as .xlsx, the same bytes for the same order. FormError where Excel cannot hold something."""
    tables = _tables(order)
    seal = _stamp(order, tables)
    page = _Page(_book(order.kind, order), order.kind, order, stamp.line(seal, key))
    page.book.set_text_property(stamp.PROPERTY, page.line)
    _write_sheets(page, tables)
    _write_identity(page, seal, stamp.token(seal, key))
    return page.book.to_bytes()


def build_blank(kind: FormKind = MONTHLY) -> bytes:
    """The blank standard form: no identity, empty rows in which the agency fills code and content too."""
    rows = (FormRow(),) * BLANK_ROWS
    page = _Page(_book(kind, None), kind, None, "")
    _write_sheets(page, tuple(Table(each, rows, _top(each.key), is_blank_form=True) for each in kind.tables))
    return page.book.to_bytes()


def form_cells(order: FormOrder) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Where things stand on the form of this order: (sheet, cell) by (task or indicator code, column key).

    Head fields are under ("", head key).
    """
    cells = {(code, key): (table.kind.title, cell) for table in _tables(order) for code, key, cell in table.cells()}
    places = {("", field.key): xl_rowcol_to_cell(row, first) for field, row, _, first, _ in _head_places()}
    return {**cells, **{key: (order.kind.tables[0].title, cell) for key, cell in places.items()}}


def _book(kind: FormKind, order: FormOrder | None) -> Book:
    about = f"{order.agency.name} – {order.period.label}" if order else say("form.blank_name")
    return Book(
        order.effective_day if order else _BLANK_DAY,
        {"title": kind.title, "subject": about, "author": say("form.author")},
    )


def _tables(order: FormOrder) -> tuple[Table, ...]:
    """Tables with at least one row; the report is always there."""
    tables = (Table(kind, rows_of(order, kind), _top(kind.key)) for kind in order.kind.tables)
    return tuple(table for table in tables if table.rows)


def _top(table_key: str) -> int:
    """Row of the bands: below the head on Báo cáo, below two lines of title elsewhere."""
    return _HEAD_TOP + (_head_rows() if table_key == REPORT_TABLE.key else 0)


def _documents(order: FormOrder) -> str:
    """The documents whose tasks the plan holds: what tells one plan from another, and no edit of a row changes."""
    return "; ".join(dict.fromkeys(task.document for task in order.plan.tasks))


def _stamp(order: FormOrder, tables: tuple[Table, ...]) -> Stamp:
    rows = tuple(row for table in tables for row in table.rows if row.role is not None)
    labels = tuple(stamp.label_of(row.locked["content"], row.locked["deadline"]) for row in rows)
    return Stamp(
        kind=order.kind.key,
        version=order.kind.version,
        plan=_documents(order),
        agency=order.agency.code,
        period=str(order.period),
        tasks=tuple(row.code for row in rows),
        labels=stamp.labels_hash(labels),
    )


# --- sheets -----------------------------------------------------------------------------------------------------------


def _write_sheets(page: _Page, tables: tuple[Table, ...]) -> None:
    for table in tables:
        sheet = page.book.sheet(table.kind.title)
        write_table(page.book, sheet, table)
        if table.kind.key == REPORT_TABLE.key:
            _write_report_top(page, sheet, table)
        else:
            _write_top(page, sheet, say(f"form.title_{table.kind.key}"), f"form.top_{table.kind.key}")
        _finish(page, sheet, table)
    write_guide(page.book, page.footer)


def _finish(page: _Page, sheet: Worksheet, table: Table) -> None:
    sheet.hide_gridlines(2)
    sheet.protect("", _ALLOWED if page.order else _ALLOWED_BLANK)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(table.last, table.last_column)}"})
    must(sheet.print_area(0, 0, table.last, table.last_column), sheet.get_name())
    set_print(sheet, page.footer, (table.top, table.heading_row))


def _write_top(page: _Page, sheet: Worksheet, title: str, note_key: str) -> None:
    """Title and one line of advice; the advice names agency and period where the sheet has no head of its own."""
    facts = {"agency": page.order.agency.name, "period": page.order.period.label} if page.order else {}
    note = say(note_key, **facts) if page.order else say("form.blank_top")
    page.book.write(sheet, 0, 0, title, style.TITLE)
    page.book.write(sheet, 1, 0, note, style.NOTE)
    must(sheet.set_row(0, 24), sheet.get_name())
    must(sheet.set_row(1, 16), sheet.get_name())


def _write_report_top(page: _Page, sheet: Worksheet, table: Table) -> None:
    _write_top(page, sheet, page.kind.title, f"form.top_{table.kind.key}")
    if page.line:
        page.book.write(sheet, 1, _COUNTER[0], f"{stamp.LINE_LABEL} {page.line}", style.IDENTITY)
    values = _head_values(page.order) if page.order else {}
    nil = ""
    for field, row, label, first, last in _head_places():
        must(sheet.set_row(row, 19), sheet.get_name())
        page.book.write(sheet, row, label, field.label, style.LABEL)
        _write_field(page, sheet, field, (row, first, last), values.get(field.key))
        if field.key == "nil":
            nil = xl_rowcol_to_cell(row, first, row_abs=True, col_abs=True)
    _write_counter(page, sheet, table, write_needs(page.book, sheet, table, nil))


def _write_field(page: _Page, sheet: Worksheet, field: HeadField, place: tuple[int, int, int], value: Any) -> None:
    row, first, last = place
    is_open = not field.is_locked or page.order is None
    look = style.HEAD_OPEN if is_open else style.HEAD_LOCKED
    page.book.merge(sheet, row, first, last, as_written(field.kind, value), look)
    if is_open:
        validate_cells(sheet, (row, first, row, first), field.kind, field.label[:TITLE_CHARS], field.prompt)


def _write_counter(page: _Page, sheet: Worksheet, table: Table, formula: str) -> None:
    first, last = _COUNTER
    needed = count_needed(table.rows, table.kind, page.order.is_nil if page.order else False)
    look = page.book.format(style.COUNTER)
    must(sheet.merge_range(0, first, 0, last, "", look), sheet.get_name())
    must(sheet.write_formula(0, first, formula, look, say("form.counter", count=needed)), sheet.get_name())
    if not page.order:
        return
    ready = {"type": "cell", "criteria": "==", "value": f'"{say("form.counter", count=0)}"'}
    ready_look = page.book.format(style.COUNTER_READY)
    must(sheet.conditional_format(0, first, 0, first, {**ready, "format": ready_look}), sheet.get_name())


# --- head and identity ------------------------------------------------------------------------------------------------


def _head_rows() -> int:
    return -(-len(HEAD) // len(_SLOTS))


def _head_places() -> Iterator[tuple[HeadField, int, int, int, int]]:
    """(field, row, label column, first and last column of the value): block by block, downwards."""
    for index, field in enumerate(HEAD):
        block, line = divmod(index, _head_rows())
        yield field, _HEAD_TOP + line, *_SLOTS[block]


def _head_values(order: FormOrder) -> dict[str, Any]:
    own = {
        "agency": order.agency.name,
        "period": f"{order.period.label} ({order.period})",
        "due": order.deadline_label,
    }
    return {**order.head, **own}


def _write_identity(page: _Page, seal: Stamp, token: str) -> None:
    """The very-hidden sheet: the sealed token, and the same in words for whoever looks."""
    sheet = page.book.sheet(stamp.SHEET)
    lines = {
        "kind": seal.kind,
        "version": str(seal.version),
        "plan": seal.plan,
        "agency": seal.agency,
        "period": seal.period,
        "tasks": ", ".join(seal.tasks),
    }
    page.book.write(sheet, 0, 0, token, style.IDENTITY)
    for row, (name, value) in enumerate(lines.items(), 1):
        page.book.write(sheet, row, 0, say(f"form.identity_{name}"), style.IDENTITY)
        page.book.write(sheet, row, 1, value, style.IDENTITY)
    sheet.protect()
    sheet.very_hidden()
