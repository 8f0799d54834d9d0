"""The return against the plan: rows that are missing, unknown, doubled, somebody else's, or not what was sent out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tracker.cells import Day
from tracker.checks.case import ANSWERED_KEYS, Case, RowCase, is_blank_row, rows_by_code
from tracker.checks.rule import Hit, cell_hit, rule, shorten
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS, TableKind
from tracker.model import Indicator, Plan, Row, Severity, Task, TaskState
from tracker.texts import word
from tracker.vietnamese import fold

_WHOLE_ROW = tuple(sorted(ANSWERED_KEYS))


def _tables(case: Case) -> tuple[tuple[TableKind, tuple[Row, ...]], ...]:
    return (REPORT_TABLE, case.returned.rows), (INDICATOR_TABLE, case.returned.indicator_rows)


def _is_known(plan: Plan, table: TableKind, code: str | None) -> bool:
    return code in (plan.indicator_by_code if table is INDICATOR_TABLE else plan.task_by_code)


@rule("P01", Severity.ERROR)
def task_is_missing(case: Case) -> Iterator[Hit]:
    """No row of an expected task or indicator; a nil return need not hold any.

    What the plan got after the form had gone out cannot stand on it: that is told, and nobody's error.
    """
    if case.is_nil:
        return
    for code in case.expected:
        task = case.plan.task_by_code[code]
        if code not in case.rows_by_task and task.state is not TaskState.SUSPENDED:
            facts = {"content": shorten(task.content)}
            if case.was_sent(code):
                yield Hit(case.returned.sheet, task=code, facts=facts)
            else:
                later = {"variant": "later", **facts}
                yield Hit(case.returned.sheet, task=code, facts=later, severity=Severity.INFO)
    yield from _missing_indicators(case)


def _missing_indicators(case: Case) -> Iterator[Hit]:
    shown = {row.task for row in case.indicator_rows}
    sheet = next((row.sheet for row in case.indicator_rows), INDICATOR_TABLE.title)
    for code, indicator in case.indicators.items():
        if code not in shown and any(case.was_sent(task) for task in _tasks_of(case, code)):
            yield Hit(sheet, task=code, facts={"variant": "indicator", "content": shorten(indicator.name)})


def _tasks_of(case: Case, indicator: str) -> tuple[str, ...]:
    """The expected tasks an indicator belongs to."""
    return tuple(code for code in case.expected if indicator in case.plan.task_by_code[code].indicators)


@rule("P02", Severity.WARNING)
def task_is_unknown(case: Case) -> Iterator[Hit]:
    """Something is filled in a row that is no task (on Chỉ tiêu: no indicator) of the plan; it goes nowhere."""
    for table, rows in _tables(case):
        for row in rows:
            if not _is_known(case.plan, table, row.task) and not is_blank_row(row):
                yield _code_hit(row, table, content=shorten(str(row.value("content") or "")))


@rule("P03", Severity.ERROR)
def task_stands_twice(case: Case) -> Iterator[Hit]:
    """Two filled rows of one task or indicator: which is meant cannot be told, so neither is used."""
    for table, rows in _tables(case):
        mine = case.indicators if table is INDICATOR_TABLE else case.expected
        filled = case.filled_rows if table is REPORT_TABLE else rows_by_code(r for r in rows if not is_blank_row(r))
        for code, same in filled.items():
            if len(same) > 1 and code in mine:
                numbers = tuple(str(row.number) for row in same)
                yield from (_code_hit(row, table, blocks=_WHOLE_ROW, rows=numbers) for row in same)


@rule("P04", Severity.WARNING)
def task_is_not_theirs(case: Case) -> Iterator[Hit]:
    """A row of a task or indicator that the plan does not give to this agency; its values are never used."""
    for row in case.returned.rows:
        task = case.plan.task_by_code.get(row.task or "")
        if task and task.code not in case.expected and task.state is not TaskState.SUSPENDED:
            yield _code_hit(row, REPORT_TABLE, leads=task.leads)
    for row in case.returned.indicator_rows:
        if row.task in case.plan.indicator_by_code and row.task not in case.indicators and not is_blank_row(row):
            yield _code_hit(row, INDICATOR_TABLE, leads=_leads_of(case.plan, row.task))


@rule("P05", Severity.WARNING)
def text_is_altered(case: Case) -> Iterator[Hit]:
    """Another text beside the code. Where it is another's text, the row may be about that one: an error.

    A text that stands as the form went out was altered by the office, in the master sheet: the officer is not told.
    """
    for row in case.row_cases():
        hits = _other_text(row.row, REPORT_TABLE, row.task.content, case.plan.task_by_text)
        yield from (hit for hit in hits if hit.severity or not case.returned.identity.is_as_sent)
    for each in case.indicator_rows:
        name = case.indicators[each.task or ""].name
        yield from _other_text(each, INDICATOR_TABLE, name, case.plan.indicator_by_folded)


def _other_text(
    row: Row, table: TableKind, planned: str, by_text: Mapping[str, Task | Indicator | None]
) -> Iterator[Hit]:
    text = row.value("content")
    if not text or text == planned or row.matched_by != "code" or fold(text) == fold(planned):
        return
    expected = shorten(planned)
    if fold(text) not in by_text:
        yield cell_hit(row, "content", table=table, expected=expected, other="–")
        return
    other = by_text[fold(text)]
    code = other.code if other else "?"
    error = Severity.ERROR
    yield cell_hit(row, "content", table=table, severity=error, blocks=_WHOLE_ROW, expected=expected, other=code)


@rule("P06", Severity.WARNING, needs=("deadline",), per_row=True)
def deadline_is_altered(row: RowCase) -> Iterator[Hit]:
    """The deadline shown is not what the form showed; the plan's counts, whatever stands there. Not said after P05."""
    cell = row.cell("deadline")
    if cell is None or cell.value is None or cell.value == row.task.deadline_label:
        return
    if row.case.returned.identity.is_as_sent or _is_of_another(row):
        return
    if fold(str(cell.value)) in _deadline_texts(row.task):
        return
    day, _ = Day().parse(cell.raw)
    if day is None or day not in (row.task.due_on, row.task.extended_to):
        yield row.at("deadline", expected=row.task.deadline_label)


@rule("P07", Severity.WARNING)
def code_is_damaged(case: Case) -> Iterator[Hit]:
    """Known by its text, word for word; the code beside it is none of the plan's, at least not to the letter."""
    for table, mine in (
        (REPORT_TABLE, (each.row for each in case.row_cases())),
        (INDICATOR_TABLE, case.indicator_rows),
    ):
        yield from (_code_hit(row, table, expected=row.task) for row in mine if row.matched_by == "text")


@rule("P08", Severity.INFO, needs=("status",), per_row=True)
def hands_task_back(row: RowCase) -> Iterator[Hit]:
    if row.reported == "hand_back":
        yield row.at("status", status=STATUS.show(row.reported))


def _code_hit(row: Row, table: TableKind, *, blocks: tuple[str, ...] = (), **facts: Any) -> Hit:
    """At the row's code; where the sheet has no column of codes, at the text, and no code is shown."""
    if "task" in row.cells or "content" not in row.cells:
        return cell_hit(row, "task", table=table, blocks=blocks, **facts)
    return replace(cell_hit(row, "content", table=table, blocks=blocks, **facts), value="")


def _is_of_another(row: RowCase) -> bool:
    """Whether the row shows another task's text (P05): then its deadline is that one's too."""
    shown = fold(str(row.value("content") or ""))
    return shown in row.case.plan.task_by_text and row.case.plan.task_by_text[shown] is not row.task


def _deadline_texts(task: Task) -> set[str]:
    """What a form may have shown, now or before an extension."""
    days = (word(day) for day in (task.due_on, task.extended_to) if day)
    return {fold(text) for text in (task.deadline_label, task.deadline_text, *days)}


def _leads_of(plan: Plan, indicator: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for task in plan.tasks if indicator in task.indicators for name in task.leads))
