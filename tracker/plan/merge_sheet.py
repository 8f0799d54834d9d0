"""Changes of a merge written into the master workbook; everything people put into it stays as it is.

New rows take the looks of the last filled row of their sheet. A cell that is not part of the change is not touched.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.cells import Day, Number, as_text, is_blank
from tracker.plan.ink import height_pt
from tracker.plan.merge import Merge
from tracker.plan.sheet_columns import GROUPS, INDICATORS, TASKS, MasterSheet
from tracker.plan.table import find_columns
from tracker.vietnamese import fold

Row = Mapping[str, Any]


def edited_master(content: bytes, merge: Merge) -> bytes:
    """The master workbook with the merge's additions and extensions; it must be one `read_plan` takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content))
    sheets = {fold(sheet.title): sheet for sheet in book.worksheets}
    tasks = [{**_fields(task), "document": (task.document, task.document_date)} for task in merge.added]
    for sheet, rows in (
        (TASKS, tasks),
        (GROUPS, [_fields(group) for group in merge.groups]),
        (INDICATORS, [_fields(indicator) for indicator in merge.indicators]),
    ):
        if rows:
            _append(sheet, sheets[fold(sheet.title)], rows)
    for extension in merge.extended:
        facts = {"extended_to": extension.until, "extension_document": extension.document}
        _change(sheets[fold(TASKS.title)], extension.code, facts)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _fields(value: Any) -> dict[str, Any]:
    return {key: getattr(value, key) for key in value.__dataclass_fields__}


def _append(sheet: MasterSheet, page: Worksheet, rows: Iterable[Row]) -> None:
    heading_row, columns = find_columns(sheet, page)
    last = _last_filled(page, heading_row, columns)
    for number, row in enumerate(rows, start=last + 1):
        _copy_looks(page, last if last > heading_row else number, number)
        for column in sheet.columns:
            at = columns[column.key]
            value = row[column.key]
            is_real = isinstance(column.kind, (Day, Number))
            cell = page.cell(number, at)
            cell.value = value if is_real else column.kind.show(value) or None
            if isinstance(column.kind, Day):
                cell.number_format = "dd/mm/yyyy"
            elif isinstance(cell.value, str):
                cell.data_type = "s"  # text stays text whatever it begins with
        first = min(columns.values())
        if first > 1:
            page.cell(number, 1).value = number - heading_row
        widths = {c.key: page.column_dimensions[get_column_letter(columns[c.key])].width for c in sheet.columns}
        page.row_dimensions[number].height = height_pt(
            (c.kind.show(row[c.key]), max(widths[c.key] or 10, 5)) for c in sheet.columns
        )
    if page.auto_filter.ref:
        start, _, end = page.auto_filter.ref.partition(":")
        page.auto_filter.ref = f"{start}:{''.join(filter(str.isalpha, end))}{page.max_row}"


def _last_filled(page: Worksheet, heading_row: int, columns: Mapping[str, int]) -> int:
    last = heading_row
    for number in range(heading_row + 1, page.max_row + 1):
        if any(not is_blank(page.cell(number, at).value) for at in columns.values()):
            last = number
    return last


def _copy_looks(page: Worksheet, model: int, number: int) -> None:
    for at in range(1, page.max_column + 1):
        source: Any = page.cell(model, at)
        cell: Any = page.cell(number, at)
        if source.has_style and model != number:
            cell._style = copy(source._style)


def _change(page: Worksheet, code: str, facts: Row) -> None:
    heading_row, columns = find_columns(TASKS, page)
    for number in range(heading_row + 1, page.max_row + 1):
        if as_text(page.cell(number, columns["code"]).value) == code:
            for key, value in facts.items():
                cell = page.cell(number, columns[key])
                cell.value = value
                if key == "extended_to":
                    cell.number_format = "dd/mm/yyyy"
            return
