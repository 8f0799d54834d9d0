"""The draft as a workbook a clerk confirms in minutes, and read back as he left it.

One row a task, the words of the notice beside it, what was inferred or is doubtful in words. Rows he answers "Không" in the
first column, or deletes, are not taken; every other cell may be edited. Headings are found by name.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from textwrap import shorten
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.cells import Day, Text
from tracker.errors import NoticeError, PlanError
from tracker.model import DeadlineKind
from tracker.plan.ink import Ink, height_pt
from tracker.plan.kinds import Document as DocumentKind
from tracker.plan.kinds import Labelled, Names, Sign
from tracker.plan.notice.model import Deadline, Draft, DraftTask, Target
from tracker.plan.sheet_columns import DEADLINE_KIND, MasterColumn, MasterSheet
from tracker.plan.table import Record, read_table
from tracker.texts import catalogue, say
from tracker.vietnamese import show_number

_CREATED = datetime(2025, 1, 1)
_TAKE = Labelled(((True, "word.yes"), (False, "word.no")))
_SPARE_ROWS = 100
_ABOVE_CHARS = 140
_HARMLESS = frozenset({"lead_carried", "person_of_agency", "deadline_day_off", "standing_inferred"})
"""What was inferred by rule, and surely enough; every other flag asks for a look."""

DRAFT = MasterSheet(
    "draft",
    (
        MasterColumn("take", _TAKE, 7, is_required=True),
        MasterColumn("item", Text(), 8, is_required=True),
        MasterColumn("content", Text(), 44, is_required=True),
        MasterColumn("leads", Names(), 20, is_required=True),
        MasterColumn("coordinators", Names(), 20),
        MasterColumn("reporters", Names(), 14),
        MasterColumn("receivers", Names(), 14),
        MasterColumn("product", Text(), 18),
        MasterColumn("deadline_text", Text(), 16),
        MasterColumn("due_on", Day(), 11),
        MasterColumn("deadline_kind", DEADLINE_KIND, 12),
        MasterColumn("targets", Text(), 24),
        MasterColumn("confidence", Text(), 11),
        MasterColumn("review", Text(), 30),
        MasterColumn("source", Text(), 60),
    ),
)
_NUMBERED = {"item"}


@dataclass(frozen=True, slots=True)
class ReviewedTask:
    """A row as the clerk left it."""

    item: str
    content: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    product: str = ""
    deadline_text: str = ""
    due_on: date | None = None
    deadline_kind: DeadlineKind = DeadlineKind.NONE
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A confirmed draft: the document that gives its tasks, and the rows to take."""

    symbol: str
    date: date
    tasks: tuple[ReviewedTask, ...]


def deadline_kind(deadline: Deadline) -> DeadlineKind:
    """Loại thời hạn of the master sheet."""
    if deadline.due_on:
        return DeadlineKind.WITHIN if deadline.bound == "within" else DeadlineKind.FIXED
    if deadline.recurrence == "ongoing":
        return DeadlineKind.STANDING
    if deadline.recurrence:
        return DeadlineKind.RECURRING
    return DeadlineKind.EVENT if deadline.bound in ("event", "relative") else DeadlineKind.NONE


def build_review(draft: Draft) -> bytes:
    """The workbook as bytes; the same draft always gives the same."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": say("notice.title"), "created": _CREATED})
        ink = Ink(book)
        pages = [
            book.add_worksheet(name) for name in (DRAFT.title, say("notice.sheet_document"), say("notice.sheet_passed"))
        ]
        _write_tasks(ink, pages[0], draft)
        _write_document(ink, pages[1], draft)
        _write_passed(ink, pages[2], draft)
    return target.getvalue()


def _write_tasks(ink: Ink, page: Any, draft: Draft) -> None:
    _write_head(ink, page, [(DRAFT.heading(column), column.width_chars) for column in DRAFT.columns])
    for number, task in enumerate(draft.tasks, start=1):
        values = _values(task)
        ink.put(page, number, 0, number, "centred")
        for at, column in enumerate(DRAFT.columns, start=1):
            value = values[column.key]
            shown = value if isinstance(column.kind, Day) else column.kind.show(value)
            style = "day" if isinstance(column.kind, Day) else _style(column.key)
            asks = column.key == "confidence" and _is_doubtful(task)
            ink.put(page, number, at, shown, "look" if asks else style)
        page.set_row(
            number, height_pt((column.kind.show(values[column.key]), column.width_chars) for column in DRAFT.columns)
        )
    last = len(draft.tasks) + _SPARE_ROWS
    for at, column in enumerate(DRAFT.columns, start=1):
        if isinstance(column.kind, Labelled):
            page.data_validation(1, at, last, at, column.kind.validation() or {})
    page.freeze_panes(1, 3)
    page.autofilter(0, 0, max(len(draft.tasks), 1), len(DRAFT.columns))


def _is_doubtful(task: DraftTask) -> bool:
    return any(flag not in _HARMLESS for flag in task.flags)


def _style(key: str) -> str:
    return "identifier" if key in _NUMBERED else "centred" if key in ("take", "confidence") else "text"


def _values(task: DraftTask) -> Mapping[str, Any]:
    return {
        "take": True,
        "item": task.item,
        "content": task.content,
        "leads": task.leads,
        "coordinators": task.coordinators,
        "reporters": (),
        "receivers": task.receivers,
        "product": task.product,
        "deadline_text": task.deadline.text,
        "due_on": task.deadline.due_on,
        "deadline_kind": deadline_kind(task.deadline),
        "targets": "\n".join(map(_shown_target, task.targets)),
        "confidence": say("notice.look" if _is_doubtful(task) else "notice.sure"),
        "review": "\n".join(_shown_flag(task, flag) for flag in task.flags),
        "source": task.source,
    }


def _shown_flag(task: DraftTask, flag: str) -> str:
    told = {"lead_carried": task.above, "name_new": "; ".join(task.strangers)}.get(flag, "")
    words = shorten(told, _ABOVE_CHARS, placeholder="…")
    return f"{say(f'notice.flag_{flag}')} “{words}”" if words else say(f"notice.flag_{flag}")


def _shown_target(target: Target) -> str:
    return f"{target.name} | {Sign().show(target.op)} | {show_number(target.value)} | {target.unit}"


def _write_document(ink: Ink, page: Any, draft: Draft) -> None:
    document = draft.document
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 90)
    known = (document.symbol, document.date) if document.symbol and document.date else None
    rows = (
        ("notice.document", DocumentKind().show(known) if known else document.symbol),
        ("notice.document_type", document.type),
        ("notice.issuer", document.issuer),
        ("notice.subject", document.subject),
        ("notice.signer", document.signer),
        ("notice.read_from", say("notice.from_scan" if draft.is_scan else "notice.from_text")),
    )
    for number, (label, value) in enumerate(rows):
        ink.put(page, number, 0, say(label), "needed" if number == 0 else "optional")
        ink.put(page, number, 1, value)
        page.set_row(number, height_pt([(value, 90)]))


def _write_passed(ink: Ink, page: Any, draft: Draft) -> None:
    _write_head(ink, page, [(say("notice.passed_text"), 100), (say("notice.passed_why"), 34)])
    for number, passed in enumerate(draft.passed, start=1):
        ink.put(page, number, 0, number, "centred")
        ink.put(page, number, 1, passed.text)
        ink.put(page, number, 2, say(f"notice.why_{passed.why}"))
        page.set_row(number, height_pt([(passed.text, 100)]))
    page.freeze_panes(1, 0)


def _write_head(ink: Ink, page: Any, columns: Iterable[tuple[str, float]]) -> None:
    ink.put(page, 0, 0, say("master.no").split("|")[0], "optional")
    page.set_column(0, 0, 5)
    for at, (heading, width_chars) in enumerate(columns, start=1):
        page.set_column(at, at, width_chars)
        ink.put(page, 0, at, heading, "needed")
    page.set_row(0, 34)
    page.set_landscape()
    page.set_paper(8)  # A3: the words of the notice beside every task
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


# --- read back --------------------------------------------------------------------------------------------------------


def read_review(path: Path) -> Reviewed:
    """The clerk's workbook. NoticeError: no draft, or its document is unclear. PlanError: cells with mistakes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            content = path.read_bytes()
            values, formulas = (load_workbook(io.BytesIO(content), data_only=only) for only in (True, False))
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise NoticeError("notice_unreadable", path=str(path), why=type(error).__name__) from error
    if DRAFT.title not in values.sheetnames or say("notice.sheet_document") not in values.sheetnames:
        raise NoticeError("notice_no_draft", path=str(path), sheet=DRAFT.title)
    table = read_table(DRAFT, _sheet(values[DRAFT.title]), _sheet(formulas[DRAFT.title]))
    if table.problems:
        raise PlanError(str(path), table.problems)
    given = _sheet(values[say("notice.sheet_document")])
    known, problem = DocumentKind().parse(given["B1"].value if given else "")
    if problem or not known:
        raise NoticeError("notice_document_unclear", path=str(path), sheet=say("notice.sheet_document"))
    symbol, day = known
    return Reviewed(symbol, day, tuple(_task(record) for record in table.records if record["take"]))


def _sheet(sheet: Any) -> Worksheet | None:
    return sheet if isinstance(sheet, Worksheet) else None


def _task(record: Record) -> ReviewedTask:
    due, kind = record["due_on"], record["deadline_kind"]
    return ReviewedTask(
        record["item"],
        record["content"],
        record.names("leads"),
        record.names("coordinators"),
        record.names("reporters"),
        record.names("receivers"),
        record["product"] or "",
        record["deadline_text"] or "",
        due,
        kind or (DeadlineKind.FIXED if due else DeadlineKind.NONE),
        tuple(target for line in (record["targets"] or "").split("\n") if (target := _read_target(line))),
    )


def _read_target(line: str) -> Target | None:
    """ "Tên | ≥ | 90 | %"; None where a line is not of that form."""
    parts = [part.strip() for part in line.rsplit("|", 3)]
    if len(parts) != 4 or not re.fullmatch(r"[\d.]+(?:,\d+)?", parts[2]):
        return None
    op, problem = Sign().parse(parts[1])
    return None if problem else Target(parts[0], op, float(parts[2].replace(".", "").replace(",", ".")), parts[3])


def known_flags() -> frozenset[str]:
    """Flags that have their words in the catalogue."""
    return frozenset(key.removeprefix("notice.flag_") for key in catalogue() if key.startswith("notice.flag_"))
