"""A signed notice → a draft of its tasks, checked by a clerk, then merged into the master sheet."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.actions.office import workspace_of
from tracker.config import Workspace
from tracker.dates import local_clock
from tracker.intake.archive import write_whole
from tracker.model import Plan
from tracker.plan.edit import edited
from tracker.plan.merge import Merge, conflict_text, merge
from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.files import read_file
from tracker.plan.notice.model import Draft, DraftTask
from tracker.plan.notice.review import build_review, read_review
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


@dataclass(frozen=True, slots=True)
class Written:
    """Where the draft to review lies, and whether this run wrote it."""

    path: Path
    is_new: bool


def write_draft(home: Path, draft: Draft, notice: Path, is_dry_run: bool = False) -> Written:
    """Lays the draft's workbook into `workbooks/notices/`; one that is there keeps the clerk's corrections.

    In a dry run `is_new` says that it would be written.
    """
    name = re.sub(r"[^\w\-]+", "-", draft.document.symbol or notice.stem)
    target = workspace_of(home).books / "notices" / f"du-thao-{name}.xlsx"
    if target.exists():
        return Written(target, False)
    if not is_dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, build_review(draft))
    return Written(target, True)


def into_master(home: Path, path: Path, now: datetime, is_dry_run: bool = False) -> Merge:
    """Merges a reviewed draft into the master sheet, whose former state is kept beside the draft.

    NoticeError: not a draft. PlanError: the draft or the master sheet has mistakes; then nothing is written.
    """
    workspace = workspace_of(home)
    found = merge(read_plan(workspace.master), read_review(path))
    if found.changes_something and not is_dry_run:
        former = workspace.master.read_bytes()
        made = edited(former, found.edits)
        _must_be_a_plan(made, workspace.books)
        kept = workspace.books / "notices" / f"master-{local_clock(now):%Y%m%d-%H%M%S}.xlsx"
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, former)
        write_whole(workspace.master, made)
    return found


def _must_be_a_plan(content: bytes, folder: Path) -> None:
    """Nothing is put in the master's place that could not be read: PlanError."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as aside:
        trial = Path(aside) / "master.xlsx"
        trial.write_bytes(content)
        read_plan(trial)


def merge_as_json(found: Merge, language: str = "vi") -> dict[str, Any]:
    """What a merge did, for `notice --into-master --json`."""
    return {
        "added": [task.code for task in found.added],
        "extended": [
            {"task": each.code, "until": str(each.until), "document": each.document} for each in found.extended
        ],
        "matched": list(found.matched),
        "conflicts": [
            {"item": each.item, "key": each.key, "message": conflict_text(each, language)} for each in found.conflicts
        ],
    }
