"""Answers the sender with her own workbook, marked. Made from the archive and the ledger, so it can be made again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import eq

from tracker.actions.fresh import fresh_form
from tracker.actions.office import Office
from tracker.columns import MONTHLY
from tracker.dates import Period, show_instant
from tracker.errors import FormError, MachineError, TrackerError
from tracker.forms.mark import ResultLine, ResultPage, mark_return
from tracker.forms.read import read_return
from tracker.forms.typed import Typed, typed
from tracker.intake import archive
from tracker.intake.guard import Stopped, open_package
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.ledger import queries
from tracker.model import Finding, Mark, Plan, Severity, Submission, Verdict
from tracker.texts import say
from tracker.troubles import trouble_of
from tracker.wording import in_parts, sentence

log = logging.getLogger("tracker")

_MARKABLE = ("xlsx",)
"""Formats whose own file is marked; for others the answers go onto a fresh form."""


def marked_name(submission: Submission) -> str:
    """File name of the marked return: whose, which period, and the start of the file's hash."""
    return f"{submission.period}_{submission.agency or 'khong-ro'}_{submission.sha256[:8]}.xlsx"


def forget_marked(office: Office, submission: Submission) -> None:
    """Takes away a marked return that tells what is so no longer; the next run writes it anew, if one is due."""
    (office.workspace.marked(submission.period) / marked_name(submission)).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Job:
    """A return to be marked."""

    submission: Submission
    data: bytes
    marks: tuple[Mark, ...]
    page: ResultPage


@dataclass(frozen=True, slots=True)
class _Unmarkable:
    """`why`: "format", "macros" or "other"; `typed` None: it could not be read again either."""

    why: str
    typed: Typed | None


def write_marked(office: Office) -> list[str]:
    """Writes every marked return that is due and not there yet; returns the names written.

    Due: what is open, was read, has findings somebody must look at, and is not a duplicate. A file of which nothing
    could be opened gets none: there is no cell to mark. A stranger's workbook is marked in a limited worker; where it
    resists, the answers go onto a fresh form. What fails altogether is logged and tried again at the next run.
    MachineError, after all others: one could not be written; no receipt should go out without it.
    """
    due = list(_due(office))
    if not due:
        return []
    limits = office.settings.limits
    workers = WorkerLimits(limits.seconds, limits.memory_megabytes, limits.workers)
    desk = (office.plan, office.key)
    written = []
    trouble: MachineError | None = None
    for job, outcome in run_guarded(_mark, (_job(office, each) for each in due), workers, _prepare, desk):
        path = office.workspace.marked(job.submission.period) / marked_name(job.submission)
        try:
            data = outcome if isinstance(outcome, bytes) else _on_fresh_form(office, job.submission, outcome)
            path.parent.mkdir(parents=True, exist_ok=True)
            archive.write_whole(path, data)
        except (TrackerError, OSError) as error:
            log.exception("%s could not be marked; the next run tries again", job.submission.file)
            trouble = trouble or trouble_of(error)
            continue
        written.append(path.name)
        log.info("marked return %s for %s", path.name, job.submission.file)
    if trouble:
        raise trouble
    return written


def _due(office: Office) -> Iterator[Submission]:
    closed = office.closed_periods()
    for submission in queries.submissions_of(office.engine):
        if submission.period in closed or not submission.agency or submission.verdict is Verdict.DUPLICATE:
            continue
        path = office.workspace.marked(submission.period) / marked_name(submission)
        if not path.exists() and any(finding.counts for finding in _findings(office, submission)):
            yield submission


def _findings(office: Office, submission: Submission) -> list[Finding]:
    return [each for each in queries.findings_in(office.engine, submission.id) if not each.waived_by]


def _job(office: Office, submission: Submission) -> _Job:
    findings = _findings(office, submission)
    data = archive.load(office.workspace.archive, submission.path)
    return _Job(submission, data, _marks(office, findings), _page(office, submission, findings))


_desk: tuple[Plan, bytes] | None = None


def _prepare(plan: Plan, key: bytes) -> None:
    """Sets up a worker, once: what reading a return needs."""
    global _desk
    _desk = plan, key


def _mark(job: _Job) -> bytes | _Unmarkable:
    """The marked workbook, or why it cannot be marked and what stands in it. Runs in a worker."""
    why = "macros" if job.submission.format == "xlsm" else "format"
    if job.submission.format in _MARKABLE:
        try:
            return mark_return(job.data, job.marks, job.page)
        except FormError as error:
            log.info("%s is not marked itself: %s", job.submission.file, error)
            why = "other"
    return _Unmarkable(why, _typed(job.data, job.submission.period))


def _typed(data: bytes, period: str) -> Typed | None:
    """What was written into a return of the period; None where it cannot be read again."""
    if _desk is None:
        raise RuntimeError("_prepare() has not run in this worker")
    try:
        package = open_package(data, len(data))
        if isinstance(package, Stopped):
            return None
        return typed(read_return(package, _desk[0], MONTHLY, _desk[1], partial(eq, period)))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of a Rust reader is no Exception
        log.info("a return could not be read again: %s", type(error).__name__)
        return None


def _on_fresh_form(office: Office, submission: Submission, found: _Unmarkable | Died) -> bytes:
    why, values = (found.why, found.typed) if isinstance(found, _Unmarkable) else ("other", None)
    log.info("%s: a fresh form is marked (%s)", submission.file, why)
    findings = _findings(office, submission)
    form = fresh_form(office, submission, findings, values, why)
    page = replace(_page(office, submission, form.findings), note=form.note)
    return mark_return(form.data, _marks(office, form.findings), page)


def _marks(office: Office, findings: Iterable[Finding]) -> tuple[Mark, ...]:
    by_cell: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.cell:
            by_cell[finding.sheet, finding.cell].append(finding)
    order_of = list(Severity).index
    return tuple(
        Mark(
            sheet,
            cell,
            group[0].severity,
            tuple(sentence(finding, office.agency_name(finding.agency)) for finding in group),
        )
        for (sheet, cell), found in by_cell.items()
        if (group := sorted(found, key=lambda finding: order_of(finding.severity)))
    )


def _page(office: Office, submission: Submission, findings: Iterable[Finding]) -> ResultPage:
    return ResultPage(
        office.agency_name(submission.agency),
        Period.parse(submission.period).label,
        submission.file,
        show_instant(submission.received_at),
        say(f"verdict.{submission.verdict.value}"),
        tuple(line_of(office, finding) for finding in findings),
    )


def line_of(office: Office, finding: Finding) -> ResultLine:
    """The finding's sentence in two; its place has a column of its own."""
    found, todo = in_parts(finding, office.agency_name(finding.agency))
    return ResultLine(finding.severity, finding.code, found, todo, finding.sheet, finding.cell, finding.task)
