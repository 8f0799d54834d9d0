"""A signed notice → a draft of its tasks, checked by a clerk, then merged into the master sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracker.config import Workspace
from tracker.model import Plan
from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.files import read_file
from tracker.plan.notice.model import Draft, DraftTask
from tracker.plan.sheet import read_plan


def read_notice(home: Path, path: Path) -> Draft:
    """The draft of a notice's file, with the names of the workspace's master sheet where there is one.

    NoticeError: the file cannot be read. PlanError: the master sheet has mistakes.
    """
    source = read_file(path)
    return draft_notice(source.lines, known_plan(home), is_wrapped=source.is_wrapped, is_scan=source.is_scan)


def known_plan(home: Path) -> Plan | None:
    """The plan of the workspace at `home`; None where there is no workspace."""
    master = Workspace(home.resolve()).master
    return read_plan(master) if master.exists() else None


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """The contract of `notice --json`."""
    document = draft.document
    return {
        "document": {
            "type": document.type,
            "number": document.number,
            "symbol": document.symbol,
            "date": str(document.date) if document.date else None,
            "issuer": document.issuer,
            "subject": document.subject,
            "signer": document.signer,
        },
        "tasks": [_task_as_json(task) for task in draft.tasks],
    }


def _task_as_json(task: DraftTask) -> dict[str, Any]:
    deadline = task.deadline
    return {
        "item": task.item,
        "content": task.content,
        "lead": list(task.leads),
        "coordinating": list(task.coordinators),
        "receiver": list(task.receivers),
        "product": task.product,
        "deadline": str(deadline.due_on) if deadline.due_on else None,
        "deadline_text": deadline.text,
        "deadline_bound": deadline.bound if deadline.due_on else None,
        "deadline_time": deadline.time or None,
        "recurrence": deadline.recurrence or deadline.then or None,
        "urgency": deadline.urgency or None,
        "indicators": [
            {"name": target.name, "op": target.op, "value": _number(target.value), "unit": target.unit}
            for target in task.targets
        ],
        "source_text": task.source,
        "flags": list(task.flags),
    }


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value
