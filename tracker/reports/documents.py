"""Figures by document: one master sheet may hold the tasks of several (27/TB-UBND, 726/KH-UBND …)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tracker.model import Counts, Month, TaskLine
from tracker.reports.figures import count_lines, count_tasks


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """Figures of the tasks that one document assigns, by task and by lead assignment; documents add up to the month."""

    number: str
    day: date
    by_task: Counts
    by_assignment: Counts


def document_counts(month: Month) -> tuple[DocumentCounts, ...]:
    """One entry a document, in the order of the month."""
    tasks: defaultdict[tuple[str, date], list[TaskLine]] = defaultdict(list)
    for task in month.tasks:
        tasks[task.task.document, task.task.document_date].append(task)
    day = month.effective_day
    return tuple(
        DocumentCounts(
            *document,
            count_tasks(tasks[document], day),
            count_lines([line for task in tasks[document] for line in task.leads], day),
        )
        for document in month.documents
        if document in tasks
    )
