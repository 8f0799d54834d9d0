"""A form at work: every answer known by its own words, changed kind by kind, its truth kept beside it.

The truth is what a person who reads the sheets would say of them. It is kept by those who make the changes, never read
back from the file.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell

from tests.support.forms import KEY, order_of
from tests.support.returns import REAL, Change, tables_in
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS, TableKind
from tracker.demo.officer import Form, Sheet
from tracker.forms.build import build_form
from tracker.model import Role

AGENCIES = ("skhcn", "tphd", "vp", "cat", "snv", "dai")
"""The longest form; a district; leads and helps; four indicators; helps in one; one task and no indicators."""

Place = tuple[str, str]
"""Table key and row code."""
_FIRST_DAY = date(2025, 2, 24)
_SHIFT = 5800
"""What sets the figures of one agency apart from those of another."""


class TooShortError(LookupError):
    """The form is too short for the change, or what it changes is gone already."""


class Phase(IntEnum):
    """The order in which changes are made; inside a phase any order will do."""

    ROWS = 0
    COLUMNS = 1
    VALUES = 2
    CODES = 3
    MERGES = 4
    HEADINGS = 5
    BOOK = 6
    COPIES = 7
    LAST = 8


@dataclass
class Work:
    """`said`: column key → value by place, as the sheets say now; `gone`: places that a finding must name.

    `shown` is what each formula shows. Changes to single rows take rows nobody `touched` before.
    """

    agency: str
    book: Workbook
    said: dict[Place, dict[str, Any]]
    gone: set[Place] = field(default_factory=set)
    shown: dict[str, Any] = field(default_factory=dict)
    touched: set[Place] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def table(self, kind: TableKind = REPORT_TABLE) -> Sheet:
        """The table as it stands now. TooShortError where the form has none."""
        found = next((table for each, table in tables_in(self.book) if each is kind), None)
        if found is None:
            raise TooShortError(kind.key)
        return found

    def codes(self, kind: TableKind = REPORT_TABLE) -> list[str]:
        """Codes of the agency's rows in the order in which they stand."""
        rows = self.table(kind).rows
        return sorted((code for code in rows if (kind.key, code) in self.said), key=rows.__getitem__)

    def take(self, count: int = 1, kind: TableKind = REPORT_TABLE, *, adjacent: bool = False) -> list[str]:
        """Codes of rows that no change has touched yet, in their order; they count as touched from now on."""
        codes = [code for code in self.codes(kind) if (kind.key, code) not in self.touched]
        if adjacent:
            rows = self.table(kind).rows
            runs = [codes[n : n + count] for n in range(len(codes) - count + 1)]
            codes = next((run for run in runs if rows[run[-1]] - rows[run[0]] == count - 1), [])
        if len(codes) < count:
            raise TooShortError(f"{count} rows")
        start = 0 if adjacent else self.chance.randint(0, len(codes) - count)
        taken = codes[start : start + count]
        self.touched |= {(kind.key, code) for code in taken}
        return taken

    def take_all(self) -> list[str]:
        """Codes of all rows of Báo cáo. TooShortError where a change has touched any of them."""
        if any(table == REPORT_TABLE.key for table, _ in self.touched):
            raise TooShortError("touched rows")
        return self.take(len(self.codes()))

    def cells(self, code: str, kind: TableKind = REPORT_TABLE) -> dict[str, Cell]:
        """The cells of a row by column key."""
        table = self.table(kind)
        found = {key: table.sheet.cell(table.rows[code], column) for key, column in table.columns.items()}
        return {key: cell for key, cell in found.items() if not isinstance(cell, MergedCell)}

    def lose(self, code: str, kind: TableKind = REPORT_TABLE) -> None:
        """The row's answers stand nowhere any more."""
        self.said.pop((kind.key, code))
        self.gone.add((kind.key, code))

    def answers(self) -> Iterable[tuple[TableKind, str, str, Cell, Any]]:
        """Every answered cell of the agency's rows: table, code, key, cell, value said."""
        for kind, table in tables_in(self.book):
            for code in table.rows:
                cells = self.cells(code, kind)
                for key, value in self.said.get((kind.key, code), {}).items():
                    if key in cells and cells[key].data_type != "f":
                        yield kind, code, key, cells[key], value


@dataclass(frozen=True)
class Kind:
    """One kind of change. Alone it may be told of by `codes` only; with none it must pass unnoticed."""

    name: str
    change: Callable[[Work], None]
    phase: Phase
    codes: frozenset[str] = frozenset()


def kind(change: Callable[[Work], None], phase: Phase, *codes: str, name: str = "") -> Kind:
    return Kind(name or change.__name__, change, phase, frozenset(codes))


def on_book(change: Change, phase: Phase, *codes: str) -> Kind:
    """A kind from a change of the workbook that alters nothing that is said."""
    return Kind(change.__name__, lambda work: change(work.book), phase, frozenset(codes))


# --- the filled form --------------------------------------------------------------------------------------------------


@lru_cache
def _filled(agency: str) -> tuple[bytes, dict[Place, dict[str, Any]]]:
    form = Form(build_form(order_of(agency, REAL), KEY))
    said: dict[Place, dict[str, Any]] = {}
    shift = _SHIFT * sorted(each.code for each in REAL.agencies).index(agency)
    form.head("prepared_by").value, form.head("approved_by").value = "Lê Thị Hoa", "Trần Văn Bình"
    for number, code in enumerate(form.report.rows, 1):
        said["report", code] = _report(form, code, number, shift)
        for key, value in said["report", code].items():
            form.report.put(code, key, _typed(key, value))
    if form.has_indicators:
        for number, code in enumerate(form.figures.rows, 1):
            said["indicator", code] = _figures(code, number, shift)
            for key, value in said["indicator", code].items():
                form.figures.put(code, key, value)
    return form.save(), said


def work_on(agency: str, seed: int = 1) -> Work:
    """The agency's form of March 2025, filled."""
    data, said = _filled(agency)
    fresh = {place: dict(values) for place, values in said.items()}
    return Work(agency, load_workbook(io.BytesIO(data)), fresh, chance=random.Random(seed))


def _report(form: Form, code: str, number: int, shift: int) -> dict[str, Any]:
    mark = 1000 + shift + 53 * number
    if form.role(code) is Role.COORDINATING:
        return {"result": f"Đã phối hợp rà soát {mark} hồ sơ tại các đơn vị."}
    values: dict[str, Any] = {
        "status": "in_progress",
        "percent": float(10 + number),
        "result": f"Đã hoàn thiện {mark + 1} hồ sơ tại {number + 2} đơn vị.",
        "obstacles": f"Thiếu {mark + 2} thiết bị đầu cuối.",
        "proposal": f"Bổ sung {mark + 3} triệu đồng.",
        "next_plan": f"Tập huấn {mark + 4} lượt người.",
        "person": f"Nguyễn Văn An, Tổ {mark + 5}",
        "accountable": f"Trần Thị Bình, Phòng {mark + 6}",
    }
    if number % 3 == 1:
        product = f"Kế hoạch số {mark + 7}/KH-UBND ngày 24/02/2025"
        day = _FIRST_DAY + timedelta(days=number)
        values |= {"status": "done", "percent": 100.0, "product": product, "completed_on": day}
    elif number % 3 == 2 and REAL.task_by_code[code].deadline is None:
        values |= {"status": "ongoing"}
        del values["percent"]
    return values


def _figures(code: str, number: int, shift: int) -> dict[str, Any]:
    whole = 20_000 + shift + 100 * number
    part = whole - 700 - 31 * number
    share = round(100 * part / whole, 1)
    mark = 3000 + shift + 7 * number
    figures = {"numerator": float(part), "denominator": float(whole), "value": share}
    return {**figures, "basis": f"Sổ theo dõi số {mark}", "remark": f"Rà soát lần {mark + 1}"}


def _typed(key: str, value: Any) -> Any:
    """A value as it is typed into its cell."""
    if key == "status":
        return STATUS.show(value)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


TABLES = (REPORT_TABLE, INDICATOR_TABLE)
