"""Orders of forms for tests, and what stands in a workbook as other readers see it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tests.support.cases import EFFECTIVE_DAY, PLAN, SCIENCE
from tracker.cells import is_blank
from tracker.columns import REPORT_TABLE, STATUS
from tracker.dates import Period
from tracker.forms.order import FormOrder, FormRow
from tracker.model import Past, Plan, Role

KEY = b"k" * 32
PERIOD = Period(2025, 3)
COUNTER_CELL = "J1"
PEOPLE = {"person": "Nguyễn Văn An, chuyên viên", "accountable": "Trần Thị Bình, Phó Giám đốc"}
PAST: Mapping[str, Past] = {
    "27TB-1": Past("2025-02", {"status": "in_progress", "percent": 40.0, "result": "Đã số hóa 700 hồ sơ.", **PEOPLE}),
    "27TB-4": Past("2025-02", {"status": "done", "percent": 100.0, "completed_on": date(2025, 2, 14), **PEOPLE}),
    "27TB-5": Past("2025-02", {"result": "Đã góp ý dự toán."}),
}


def order_of(agency: str = SCIENCE.code, plan: Plan = PLAN, **more: Any) -> FormOrder:
    """March 2025 of the small plan, unless told."""
    return FormOrder(plan, plan.agency_by_code[agency], PERIOD, EFFECTIVE_DAY, "24 giờ ngày 20/3/2025", **more)


def grids(data: bytes) -> dict[str, list[list[Any]]]:
    """Values of every sheet, row by row from A1."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table_of(grid: list[list[Any]], heading: str = "Mã nhiệm vụ") -> tuple[list[Any], list[list[Any]]]:
    """Headings of a sheet's table, and its rows that hold anything."""
    top = next(number for number, line in enumerate(grid) if heading in line)
    return grid[top], [line for line in grid[top + 1 :] if any(value != "" for value in line)]


def needed_by_design(row: FormRow, values: Mapping[str, Any]) -> set[str]:
    """Cells DESIGN section 6 asks of a row that holds `values` (as written in its cells), less those filled."""
    empty = {column.key for column in REPORT_TABLE.answered if is_blank(values.get(column.key))}
    filled = {"status", "percent", "result", "product", "completed_on", "obstacles", "proposal", "extension_to"}
    if row.was_done and (filled | {"next_plan"}) <= empty:
        return set()
    if row.role is Role.COORDINATING:
        return {"result"} & empty
    status = values.get("status")
    asked = {"status", "person", "accountable"} | ({"percent"} if row.has_deadline else set())
    asked |= {"result"} if status != STATUS.show("not_started") else set()
    asked |= {"product", "completed_on"} if status == STATUS.show("done") else set()
    if row.is_overdue and status not in (STATUS.show("done"), STATUS.show("hand_back")):
        asked |= {"obstacles"}
    return asked & empty


def fill(sheet: Worksheet, cells: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Writes values into the cells of their columns, as an officer would."""
    for key, value in values.items():
        sheet[cells[key]] = datetime(value.year, value.month, value.day) if isinstance(value, date) else value
