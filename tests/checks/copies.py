"""For every rule on what the office sends one example that breaks it and one, close by, that does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tests.support.cases import EFFECTIVE_DAY, FINANCE, PLAN
from tracker.checks import CopyCase, Dispute
from tracker.model import (
    Assignment,
    CopyStamp,
    Counts,
    Line,
    Month,
    OfficeCopy,
    Remark,
    RemarkChange,
    RemarkColumn,
    RemarkKey,
    Role,
    Standing,
    StrayCell,
)
from tracker.status import Status

KEY = RemarkKey("27TB-5", FINANCE.code, RemarkColumn.CONFIRMED)
COPY = OfficeCopy(
    CopyStamp("2025-03", 1, 0), "2025-03", "Tổng hợp", dict.fromkeys(RemarkColumn, "X"), {("27TB-5", "stc"): 5}
)
CLEAN = CopyCase("tong-hop.xlsx", "", COPY)


@dataclass(frozen=True)
class CopyExample:
    """`bad` finds exactly `code`, once at each of `cells`; `good` finds nothing."""

    code: str
    bad: CopyCase
    cells: tuple[str, ...]
    good: CopyCase = CLEAN


def _stray(why: str, cell: str) -> StrayCell:
    return StrayCell(why, RemarkColumn.VIEW, "Cần làm ngay", "Tổng hợp", cell, "27TB-99", "")


_WHY = ("unknown_task", "unknown_agency", "not_assigned", "other_text", "twice", "other_sheet", "unreadable")
_STRAYS = tuple(_stray(why, f"W{number}") for number, why in enumerate(_WHY, 5))
_DISPUTE = Dispute(KEY, "Tổng hợp", "Y5", "Hoàn thành đúng hạn", "", "khac.xlsx", "")
_LESS = replace(COPY, columns={RemarkColumn.VIEW: "W", RemarkColumn.DIRECTION: "X"})

ON_COPY = (
    CopyExample(
        "O01",
        replace(CLEAN, sender="ai@gmail.com", is_from_office=False),
        ("",),
        replace(CLEAN, sender="vp@haiduong.example"),
    ),
    CopyExample("O02", replace(CLEAN, copy=None), ("",)),
    CopyExample("O02", replace(CLEAN, copy=replace(COPY, stamp=None, period="")), ("",)),
    CopyExample("O03", replace(CLEAN, copy=replace(COPY, strays=_STRAYS)), tuple(each.cell for each in _STRAYS)),
    CopyExample("O04", replace(CLEAN, unlisted=(_stray("not_listed", "Y5"),)), ("Y5",)),
    CopyExample("O05", replace(CLEAN, disputes=(_DISPUTE,)), ("Y5",)),
    CopyExample("O06", replace(CLEAN, copy=replace(COPY, stamp=None)), ("",)),
    CopyExample("O06", replace(CLEAN, knows_base=False), ("",)),
    CopyExample("O07", replace(CLEAN, copy=_LESS), ("",)),
)


@dataclass(frozen=True)
class MonthExample:
    """A month in which O08 bites, and one in which it does not."""

    bad: Month
    good: Month


def _month(role: Role, since: str, by_report: Status | None) -> Month:
    task = PLAN.task_by_code["27TB-5"]
    change = RemarkChange(KEY, Status.DONE_LATE.value, ("",), 0, "Tổng hợp", "Y5")
    said = Remark(change, 3, since, "tong-hop.xlsx", "0" * 64, "", datetime(2025, 2, 21, tzinfo=UTC))
    assignment = Assignment(task.code, FINANCE.code, role, FINANCE.name)
    status = Status.DONE_LATE if role is Role.LEAD else None
    remarks = {RemarkColumn.CONFIRMED: Standing(said)}
    line = Line(assignment, task, FINANCE, status, by_report=by_report, remarks=remarks)
    none = Counts({})
    return Month("2025-03", "tháng 3/2025", EFFECTIVE_DAY, date(2025, 4, 21), (), (line,), (), none, none, (), ())


MONTHS = (
    MonthExample(_month(Role.LEAD, "2025-02", Status.IN_TIME), _month(Role.LEAD, "2025-03", Status.IN_TIME)),
    MonthExample(_month(Role.COORDINATING, "2025-03", None), _month(Role.LEAD, "2025-02", Status.DONE_LATE)),
)
