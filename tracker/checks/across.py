"""What only shows when all returns of a period lie side by side. Rules take the `Month`; hits name their agency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.cells import as_text
from tracker.checks.rule import Hit, rule
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS, TableKind
from tracker.model import Agency, IndicatorLine, Line, Month, Severity, Source, TaskLine

_NOT_DONE = ("not_started", "in_progress")
_TOLERANCE = 0.5


@rule("A01", Severity.WARNING, needs=("status",))
def coordinating_contradicts_lead(month: Month) -> Iterator[Hit]:
    """The lead says done and a coordinating agency that it is not; or nothing was started, and its part is done."""
    for task in month.tasks:
        for helper in filter(_speaks, task.coordinating):
            for lead in filter(_speaks, task.leads):
                if _contradict(lead, helper):
                    yield _at_line(helper, lead)
                    break


@rule("A02", Severity.WARNING, needs=("status",))
def joint_leads_contradict(month: Month) -> Iterator[Hit]:
    """Leads that the document names one by one: some say done and some not. Members of a group each have their own."""
    for task in month.tasks:
        leads = _joint_leads(task)
        done = next((lead for lead in leads if lead.reported == "done"), None)
        if done:
            yield from (_at_line(lead, done) for lead in leads if lead.reported in _NOT_DONE)


@rule("A03", Severity.WARNING)
def indicator_does_not_add_up(month: Month) -> Iterator[Hit]:
    """A total over the province that its parts do not give: a part brings a value without the figures behind it."""
    for line in month.indicators:
        figures = [(agency, values, source) for agency, values, source in line.parts if _has_figures(values)]
        if not figures:
            continue
        for agency, values, source in line.parts:
            if not _has_figures(values) and values.get("value") is not None:
                yield _at_indicator(line, agency, source, as_text(values["value"]))
        if not _adds_up(line, [values for _, values, _ in figures]):
            yield _at_indicator(line, None, None, as_text(line.value))


def _speaks(line: Line) -> bool:
    return line.is_reported and line.reported is not None


def _contradict(lead: Line, helper: Line) -> bool:
    if lead.reported == "done":
        return helper.reported in _NOT_DONE
    return lead.reported == "not_started" and helper.reported == "done"


def _joint_leads(task: TaskLine) -> list[Line]:
    """Leads that reported and that no other lead shares its name in the document with (a group's members do)."""
    names = [line.assignment.named_as for line in task.leads]
    return [line for line in task.leads if _speaks(line) and names.count(line.assignment.named_as) == 1]


def _at_line(line: Line, other: Line) -> Hit:
    facts = {
        "agency": line.agency.code,
        "name": line.agency.name,
        "status": STATUS.show(line.reported),
        "other": other.agency.name,
        "other_status": STATUS.show(other.reported),
    }
    return _at(line.source, REPORT_TABLE, "status", line.task.code, STATUS.show(line.reported), facts)


def _at_indicator(line: IndicatorLine, agency: Agency | None, source: Source | None, value: str) -> Hit:
    facts = {
        "agency": agency.code if agency else "",
        "name": agency.name if agency else "",
        "indicator": line.indicator.name,
        "total": line.value,
        "numerator": line.numerator,
        "denominator": line.denominator,
    }
    return _at(source, INDICATOR_TABLE, "value", line.indicator.code, value, facts)


def _at(source: Source | None, table: TableKind, key: str, task: str, value: str, facts: Mapping[str, Any]) -> Hit:
    cell = source.cells.get(key, "") if source else ""
    heading = table.by_key[key].heading
    return Hit(source.sheet if source else "", cell, value, task, key, {"column": heading, **facts})


def _has_figures(values: Mapping[str, Any]) -> bool:
    return values.get("numerator") is not None and bool(values.get("denominator"))


def _adds_up(line: IndicatorLine, parts: list[Mapping[str, Any]]) -> bool:
    """Whether the line's figures are the sums of its parts, and its value follows from them."""
    for key, total in (("numerator", line.numerator), ("denominator", line.denominator)):
        if total is not None and abs(sum(values[key] for values in parts) - total) > _TOLERANCE:
            return False
    if not line.denominator or line.numerator is None or line.value is None or line.indicator.unit != "%":
        return True
    return abs(100 * line.numerator / line.denominator - line.value) <= _TOLERANCE
