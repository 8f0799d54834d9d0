"""Answers the sender with her own workbook, marked. Made from the archive and the ledger, so it can be made again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.actions.forms import order
from tracker.actions.office import Office
from tracker.columns import REPORT_TABLE
from tracker.dates import Period, show_instant
from tracker.errors import FormError, TrackerError
from tracker.forms.build import build_form, form_cells
from tracker.forms.mark import ResultLine, ResultPage, mark_return
from tracker.intake import archive
from tracker.intake.pool import WorkerLimits, run_guarded
from tracker.ledger import queries
from tracker.model import Finding, Mark, Severity, Submission, TakenAnswer, Verdict
from tracker.texts import say
from tracker.wording import sentence

log = logging.getLogger("tracker")

_MARKABLE = ("xlsx",)
"""Formats whose own file is marked; for others the answers go onto a fresh form."""


def marked_name(submission: Submission) -> str:
    """File name of the marked return: whose, which period, and the start of the file's hash."""
    return f"{submission.period}_{submission.agency or 'khong-ro'}_{submission.sha256[:8]}.xlsx"


@dataclass(frozen=True, slots=True)
class _Job:
    """A return to be marked: `data` None where its format cannot be, so that a fresh form is."""

    submission: Submission
    data: bytes | None
    marks: tuple[Mark, ...]
    page: ResultPage


def write_marked(office: Office) -> list[str]:
    """Writes every marked return that is due and not there yet; returns the names written.

    Due: what is open, was read, has findings somebody must look at, and is not a duplicate. A file of which nothing
    could be opened gets none: there is no cell to mark. A stranger's workbook is marked in a limited worker; where it
    resists, the answers go onto a fresh form. What fails altogether is logged and tried again at the next run.
    """
    due = list(_due(office))
    if not due:
        return []
    limits = office.settings.limits
    workers = WorkerLimits(limits.seconds, limits.memory_megabytes, limits.workers)
    written = []
    for job, outcome in run_guarded(_mark, (_job(office, each) for each in due), workers, _nothing, ()):
        path = office.workspace.marked(job.submission.period) / marked_name(job.submission)
        try:
            data = outcome if isinstance(outcome, bytes) else _on_fresh_form(office, job.submission, outcome)
            path.parent.mkdir(parents=True, exist_ok=True)
            archive.write_whole(path, data)
        except (TrackerError, OSError):
            log.exception("%s could not be marked; the next run tries again", job.submission.file)
            continue
        written.append(path.name)
        log.info("marked return %s for %s", path.name, job.submission.file)
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
    is_markable = submission.format in _MARKABLE
    data = archive.load(office.workspace.archive, submission.path) if is_markable else None
    return _Job(submission, data, _marks(office, findings), _page(office, submission, findings))


def _mark(job: _Job) -> bytes | str:
    """The marked workbook, or why it cannot be marked. Runs in a worker."""
    if job.data is None:
        return job.submission.format
    try:
        return mark_return(job.data, job.marks, job.page)
    except FormError as error:
        return str(error)


def _nothing() -> None:
    """Workers that mark need no preparation."""


def _on_fresh_form(office: Office, submission: Submission, why: object) -> bytes:
    log.info("%s is not marked itself (%s): a fresh form is", submission.file, why)
    fresh, moved = _fresh_form(office, submission, _findings(office, submission))
    return mark_return(fresh, _marks(office, moved), _page(office, submission, moved))


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
            min((f.severity for f in group), key=order_of),
            tuple(sentence(finding, office.agency_name(finding.agency)) for finding in group),
        )
        for (sheet, cell), group in by_cell.items()
    )


def _page(office: Office, submission: Submission, findings: Iterable[Finding]) -> ResultPage:
    return ResultPage(
        office.agency_name(submission.agency),
        Period.parse(submission.period).label,
        submission.file,
        show_instant(submission.received_at),
        say(f"verdict.{submission.verdict.value}"),
        tuple(_line(office, finding) for finding in findings),
    )


def _line(office: Office, finding: Finding) -> ResultLine:
    """The finding's sentence in two: what was found (its place has a column of its own), and what to do."""
    text = sentence(finding, office.agency_name(finding.agency))
    for key in ("mark.place_task", "mark.place_line", "mark.place_indicator", "mark.place_sheet", "mark.place_cell"):
        text = text.removeprefix(say(key, task=finding.task, cell=finding.cell, sheet=finding.sheet))
    found, _, todo = text.lstrip(",: ").rpartition("; ")
    return ResultLine(
        finding.severity, finding.code, _capital(found), _capital(todo), finding.sheet, finding.cell, finding.task
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fresh_form(office: Office, submission: Submission, findings: list[Finding]) -> tuple[bytes, list[Finding]]:
    """A new form of the agency holding her answers, and the findings moved to its cells."""
    period = Period.parse(submission.period)
    agency = office.plan.agency_by_code[office.follow(submission.agency, period)]
    filled = _answers_of(office, submission, "report")
    figures = _answers_of(office, submission, "indicator")
    for finding in findings:  # values that could not be used are shown again where she wrote them
        table = figures if finding.task in office.plan.indicator_by_code else filled
        if finding.column and finding.value and finding.task:
            table.setdefault(finding.task, {}).setdefault(finding.column, finding.value)
    wanted = order(office, period, agency, office.past(period), filled, figures)
    places = form_cells(wanted)
    return build_form(wanted, office.key), [_moved(finding, places) for finding in findings]


def _moved(finding: Finding, cells: Mapping[tuple[str, str], tuple[str, str]]) -> Finding:
    """The finding with the cell that its task and column have on the fresh form."""
    sheet, cell = cells.get((finding.task, finding.column), (REPORT_TABLE.title, ""))
    return replace(finding, sheet=sheet, cell=cell)


def _answers_of(office: Office, submission: Submission, table: str) -> dict[str, dict[str, object]]:
    taken: Iterable[TakenAnswer] = queries.answers_in(office.engine, submission.id)
    return {answer.task: dict(answer.values) for answer in taken if answer.table == table}
