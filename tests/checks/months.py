"""For every rule across returns one month that breaks it and one that does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.support.cases import EFFECTIVE_DAY, FINANCE, PLAN, SCIENCE, TELECOM
from tracker.model import Agency, Assignment, Counts, IndicatorLine, Line, Month, Reported, Role, Source, TaskLine
from tracker.status import Status

TASK = PLAN.task_by_code["27TB-5"]
TARGET = PLAN.indicators[0]


@dataclass(frozen=True)
class AcrossExample:
    """`bad` finds exactly `code`, once for each of `agencies`; `good` finds nothing."""

    code: str
    bad: Month
    agencies: tuple[str, ...]
    good: Month


def _month(tasks: tuple[TaskLine, ...] = (), indicators: tuple[IndicatorLine, ...] = ()) -> Month:
    none = Counts({})
    day, following = EFFECTIVE_DAY, date(2025, 4, 21)
    return Month("2025-03", "tháng 3/2025", day, following, (), (), tasks, none, none, (), (), indicators)


def _source(agency: Agency, sheet: str, cells: dict[str, str]) -> Source:
    received = datetime(2025, 3, 19, 2, tzinfo=UTC)
    return Source(1, f"2025-03_{agency.code}.xlsx", "0" * 64, "", received, "2025-03", sheet, 12, cells)


def _line(agency: Agency, role: Role, reported: str | None, named_as: str = "", is_reported: bool = True) -> Line:
    return Line(
        Assignment(TASK.code, agency.code, role, named_as or agency.name),
        TASK,
        agency,
        Status.IN_TIME if role is Role.LEAD else None,
        Reported(reported) if reported else None,
        source=_source(agency, "Báo cáo", {"status": "G12"}),
        is_reported=is_reported,
    )


def _task(*leads: Line, coordinating: tuple[Line, ...] = ()) -> Month:
    return _month((TaskLine(TASK, Status.IN_TIME, leads, coordinating),))


def _with_help(lead: str, helper: str | None, is_reported: bool = True) -> Month:
    helping = _line(SCIENCE, Role.COORDINATING, helper, is_reported=is_reported)
    return _task(_line(FINANCE, Role.LEAD, lead), coordinating=(helping,))


def _joint(one: str, other: str, third: str = "done", named_as: str = "") -> Month:
    pairs = ((FINANCE, one), (SCIENCE, other), (TELECOM, third))
    return _task(*(_line(agency, Role.LEAD, reported, named_as) for agency, reported in pairs))


def _totals(
    *parts: dict[str, Any], value: float | None = 85, numerator: float = 170, denominator: float = 200
) -> Month:
    cells = {"value": "I5", "numerator": "G5"}
    given = tuple(
        (agency, values, _source(agency, "Chỉ tiêu", cells))
        for agency, values in zip((SCIENCE, FINANCE, TELECOM), parts, strict=False)
    )
    line = IndicatorLine(TARGET, ("27TB-1",), value, numerator, denominator, parts=given)
    return _month(indicators=(line,))


_HALF, _MORE = {"numerator": 80, "denominator": 100, "value": 80}, {"numerator": 90, "denominator": 100}

ACROSS = (
    AcrossExample("A01", _with_help("done", "in_progress"), ("skhcn",), _with_help("in_progress", "done")),
    AcrossExample("A01", _with_help("not_started", "done"), ("skhcn",), _with_help("done", None)),
    AcrossExample("A01", _with_help("done", "not_started"), ("skhcn",), _with_help("done", "not_started", False)),
    AcrossExample("A02", _joint("done", "in_progress"), ("skhcn",), _joint("done", "done")),
    AcrossExample("A02", _joint("not_started", "done", "in_progress"), ("stc", "stttt"), _joint("done", "hand_back")),
    AcrossExample(
        "A02",
        _joint("done", "not_started"),
        ("skhcn",),
        _joint("done", "not_started", named_as="Các sở, ngành, địa phương"),
    ),
    AcrossExample("A03", _totals(_HALF, _MORE, {"value": 70}), ("stttt",), _totals(_HALF, _MORE, {})),
    AcrossExample("A03", _totals(_HALF, _MORE, value=95), ("",), _totals(_HALF, _MORE)),
    AcrossExample("A03", _totals(_HALF, numerator=170), ("",), _totals({"value": 70}, value=70)),
)
