"""The master workbook of a plan, for people to edit: drop-downs, prompts, frozen headings, ready to print.

The same plan always gives the same bytes. Its sheets and columns are the table in `tracker.plan.sheet_columns`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tracker.cells import Day, Number
from tracker.errors import ReportError
from tracker.model import Plan
from tracker.plan.guide import write_guide
from tracker.plan.ink import LIST_NAMES, Ink, growing_range, height_pt
from tracker.plan.kinds import Labelled, Sign
from tracker.plan.sheet_columns import AGENCIES, INDICATORS, LEADERS, SHEETS, TASKS, MasterColumn, MasterSheet
from tracker.texts import say

_CREATED = datetime(2025, 1, 1)
_SPARE_ROWS = 200
_NUMBER_WIDTH = 5
_FROZEN_COLUMNS = {"task": 2, "agency": 3}
_PROMPT_TITLE_CHARS = 32

Row = Mapping[str, Any]
"""Values of a row by column key, as the column's kind holds them."""


def build_master(plan: Plan) -> bytes:
    """The workbook as bytes; `tracker.plan.sheet.read_plan` of them gives the plan again."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": say("master.title"), "created": _CREATED})
        ink = Ink(book)
        sheets = {sheet.key: book.add_worksheet(sheet.title) for sheet in SHEETS}
        for sheet in SHEETS:
            _write_sheet(ink, sheets[sheet.key], sheet, ROWS[sheet.key](plan))
        write_guide(ink, book.add_worksheet(say("master.sheet_guide")), plan)
        _name_lists(book)
        sheets["task"].activate()
    return target.getvalue()


def _fields(values: Iterable[Any]) -> list[Row]:
    return [{key: getattr(value, key) for key in value.__dataclass_fields__} for value in values]


def _task_rows(plan: Plan) -> list[Row]:
    return [{**row, "document": (row["document"], row["document_date"])} for row in _fields(plan.tasks)]


def _agency_rows(plan: Plan) -> list[Row]:
    return [
        {**row, "successor": plan.agency_by_code[row["successor"]].name if row["successor"] else ""}
        for row in _fields(plan.agencies)
    ]


def _group_rows(plan: Plan) -> list[Row]:
    def names(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plan.agency_by_code[code].name for code in codes)

    return _fields(replace(group, members=names(group.members)) for group in plan.groups)


def _waiver_rows(plan: Plan) -> list[Row]:
    return _fields(
        replace(waiver, agency=plan.agency_by_code[waiver.agency].name if waiver.agency else "")
        for waiver in plan.waivers
    )


ROWS: Mapping[str, Callable[[Plan], list[Row]]] = {
    "task": _task_rows,
    "agency": _agency_rows,
    "group": _group_rows,
    "indicator": lambda plan: _fields(plan.indicators),
    "leader": lambda plan: [{"name": name} for name in plan.leaders],
    "day": lambda plan: _fields(plan.days),
    "waiver": _waiver_rows,
}


def _write_sheet(ink: Ink, page: Any, sheet: MasterSheet, rows: list[Row]) -> None:
    last_row = len(rows) + _SPARE_ROWS
    _write_headings(ink, page, sheet)
    page.set_column(0, 0, _NUMBER_WIDTH, ink.style("blank_centred"))
    for at, column in enumerate(sheet.columns, start=1):
        page.set_column(at, at, column.width_chars, ink.style("blank_" + _style(column)))
        _add_choice(page, sheet, column, at, last_row)
        if column.is_identifier:
            name = xl_col_to_name(at)
            page.ignore_errors({"number_stored_as_text": f"{name}2:{name}{last_row + 1}"})
    for number, row in enumerate(rows, start=1):
        _write_row(ink, page, sheet, number, row)
    _set_up_page(page, sheet, len(rows))


def _write_headings(ink: Ink, page: Any, sheet: MasterSheet) -> None:
    ink.put(page, 0, 0, say("master.no").split("|")[0], "optional")
    for at, column in enumerate(sheet.columns, start=1):
        ink.put(page, 0, at, sheet.heading(column), "needed" if column.is_required else "optional")
    page.set_row(0, height_pt(((sheet.heading(c), c.width_chars * 0.8) for c in sheet.columns), least_lines=2))


def _write_row(ink: Ink, page: Any, sheet: MasterSheet, number: int, row: Row) -> None:
    ink.put(page, number, 0, number, "centred")
    for at, column in enumerate(sheet.columns, start=1):
        value = row[column.key]
        is_real = isinstance(column.kind, (Day, Number))
        ink.put(page, number, at, value if is_real else column.kind.show(value), _style(column))
    page.set_row(number, height_pt((column.kind.show(row[column.key]), column.width_chars) for column in sheet.columns))


def _style(column: MasterColumn) -> str:
    if isinstance(column.kind, Day):
        return "day"
    if isinstance(column.kind, Number):
        return "number"
    return "identifier" if column.is_identifier else "text"


def _add_choice(page: Any, sheet: MasterSheet, column: MasterColumn, at: int, last_row: int) -> None:
    """The prompt of a column with its drop-down. Lists of names only help: several names, or new ones, may be typed."""
    options: dict[str, Any] = {"validate": "any"}
    if column.choices:
        options = {"validate": "list", "source": f"={LIST_NAMES[column.choices]}", "show_error": False}
    elif isinstance(column.kind, (Day, Labelled, Sign)):
        options = {**(column.kind.validation() or options), "error_type": "warning"}
    options |= {"input_title": sheet.heading(column)[:_PROMPT_TITLE_CHARS], "input_message": sheet.guide(column)}
    code = page.data_validation(1, at, last_row, at, options)
    if code:
        raise ReportError("master_cell", sheet=sheet.title, cell=f"{xl_col_to_name(at)}2", code=code)


def _set_up_page(page: Any, sheet: MasterSheet, count: int) -> None:
    page.freeze_panes(1, _FROZEN_COLUMNS.get(sheet.key, 1))
    page.autofilter(0, 0, max(count, 1), len(sheet.columns))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)
    page.set_header(f'&C&"Times New Roman,Bold"&12{sheet.title}')
    page.set_footer("&R&P/&N")


def _name_lists(book: Any) -> None:
    """Defined names of the drop-downs that live on sheets people extend: each ends with its last filled cell."""
    for choices, sheet, key in (
        ("agencies", AGENCIES, "name"),
        ("leaders", LEADERS, "name"),
        ("indicators", INDICATORS, "code"),
        ("tasks", TASKS, "code"),
    ):
        letter = xl_col_to_name(1 + [column.key for column in sheet.columns].index(key))
        book.define_name(LIST_NAMES[choices], growing_range(sheet.title, letter, 2))
