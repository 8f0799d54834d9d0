"""Which letter says what: values in, a `Letter` out. Nothing here knows the ledger, a server or the clock.

Every letter has a key that names its reason; the outbox keeps one letter a key, so a reason is never answered twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.dates import Period, local_day, show_instant
from tracker.mail.page import Block, Finding, Page, as_html, as_text
from tracker.model import Agency, Attachment, Letter, LetterKind, Severity, Verdict
from tracker.texts import say

_MOST_FINDINGS = 15
"""In the letter's text; the marked return beside it has them all."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail a letter answers: the sha-256 of its bytes, its Message-ID and those it referred to, sender, subject."""

    sha256: str
    sender: str
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file of a mail: `answers` is how many tasks were answered; `marked` the marked return.
    `remarks`: how many remarks a consolidated workbook brought that the office sent (None: it is a return).

    `agency` is its name and `period` its label; "" where they could not be told.
    """

    name: str
    sha256: str
    verdict: Verdict
    received_at: datetime
    agency: str = ""
    period: str = ""
    answers: int = 0
    errors: int = 0
    warnings: int = 0
    findings: tuple[Finding, ...] = ()
    marked: Attachment | None = None
    remarks: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that failed: its name, what went wrong, how often it was tried, when it is tried again."""

    job: str
    why: str
    failed_at: datetime
    tries: int
    next_try_at: datetime | None = None


def form_letter(office: str, agency: Agency, period: Period, due: date, form: Attachment, count: int) -> Letter:
    """The month's form; one that changed since it was sent is sent again."""
    facts: dict[str, Any] = {"agency": agency.name, "period": period.label, "due": due, "count": count}
    page = Page(
        agency.name,
        (say("letter.form_1", **facts), say("letter.form_2", **facts)),
        (Block(say("letter.how_title"), (), (), say("letter.how", **facts)),),
        (say("letter.thanks"),),
        office,
    )
    mark = hashlib.sha256(form.data).hexdigest()[:8]
    return _letter(
        f"form:{period}:{agency.code}:{mark}",
        LetterKind.FORM,
        agency.emails,
        say("letter.form_subject", **facts),
        page,
        str(period),
        agency.code,
        (form,),
    )


def receipt_key(sha256: str) -> str:
    """Key of the receipt for a mail of these bytes."""
    return f"receipt:{sha256}"


def decision_key(sha256: str) -> str:
    """Key of the word on the office's decision on a file of these bytes."""
    return f"decision:{sha256}"


def receipt(office: str, mail: Answered, files: tuple[FileResult, ...], period: str, agency: str) -> Letter:
    """The answer to one mail: each file with its verdict, hash and findings; the marked returns attached.

    A mail without any file gets a word on that.
    """
    blocks = tuple(_file_block(each) for each in files)
    opening = say("letter.receipt_1", count=len(files)) if files else say("letter.receipt_none")
    page = Page(say("letter.sender"), (opening,), blocks, _closing(files), office)
    return _letter(
        receipt_key(mail.sha256),
        LetterKind.RECEIPT,
        (mail.sender,),
        say("letter.reply_subject", subject=_bare(mail.subject) or say("letter.receipt_subject")),
        page,
        period,
        agency,
        tuple(each.marked for each in files if each.marked),
        mail,
    )


def _closing(files: tuple[FileResult, ...]) -> tuple[str, ...]:
    """What to do now: with the marked returns, or anew where there is none to be put right."""
    if any(each.marked for each in files):
        asked = "letter.receipt_again" if any(each.errors for each in files) else "letter.thanks"
        return say("letter.receipt_marked"), say(asked)
    return (say("letter.receipt_anew" if any(each.errors for each in files) else "letter.thanks"),)


def decision(office: str, mail: Answered, file: FileResult, why: str, period: str, agency: str) -> Letter:
    """What the office decided on a held return."""
    key = "letter.decision_taken" if file.verdict.is_accepted else "letter.decision_refused"
    told = (say(key, name=file.name), *((say("letter.decision_why", why=why),) if why else ()))
    closing = (*((say("letter.receipt_marked"),) if file.marked else ()), say("letter.thanks"))
    page = Page(say("letter.sender"), told, (_file_block(file),), closing, office)
    return _letter(
        decision_key(file.sha256),
        LetterKind.RECEIPT,
        (mail.sender,),
        say("letter.reply_subject", subject=_bare(mail.subject) or say("letter.receipt_subject")),
        page,
        period,
        agency,
        (file.marked,) if file.marked else (),
        mail,
    )


def reminder(
    office: str, agency: Agency, period: Period, due: date, today: date, is_refused: bool, form: Attachment
) -> Letter:
    """To an agency that has not returned its form, or whose return was refused; the form goes with it. One a day."""
    facts: dict[str, Any] = {"agency": agency.name, "period": period.label, "due": due, "days": abs((today - due).days)}
    when = "before" if today < due else "today" if today == due else "after"
    state = say("letter.reminder_refused" if is_refused else "letter.reminder_missing", **facts)
    page = Page(
        agency.name,
        (state, say(f"letter.reminder_{when}", **facts), say("letter.reminder_do", **facts)),
        (),
        (say("letter.reminder_sent_already"),),
        office,
    )
    return _letter(
        f"reminder:{period}:{agency.code}:{today}",
        LetterKind.REMINDER,
        agency.emails,
        say(f"letter.reminder_subject_{when}", **facts),
        page,
        str(period),
        agency.code,
        (form,),
    )


def report_letter(
    office: str,
    receivers: tuple[str, ...],
    period: Period,
    version: int,
    figures: Iterable[str],
    files: tuple[Attachment, ...],
) -> Letter:
    """The consolidated workbook and the report; `figures` are sentences of the report itself."""
    facts: dict[str, Any] = {"period": period.label, "version": version}
    page = Page(
        say("letter.leaders"),
        (say("letter.report_1", **facts), *figures),
        (Block(say("letter.report_files"), tuple((_what(each), each.name) for each in files)),),
        (say("letter.report_2"),),
        office,
        "automatic",
    )
    subject = say("letter.report_subject", **facts)
    return _letter(f"report:{period}:{version}", LetterKind.REPORT, receivers, subject, page, str(period), "", files)


def _what(file: Attachment) -> str:
    return say("letter.report_docx" if file.name.endswith(".docx") else "letter.report_xlsx")


def alarm(office: str, receivers: tuple[str, ...], failure: Failure) -> Letter:
    """To the IT officer, once a day for each job that fails."""
    facts: dict[str, str] = {
        "job": say(f"job.{failure.job}"),
        "why": failure.why,
        "failed": show_instant(failure.failed_at),
        "tries": str(failure.tries),
        "next": show_instant(failure.next_try_at) if failure.next_try_at else "",
    }
    told = tuple((say(f"letter.alarm_{key}"), value) for key, value in facts.items() if value)
    page = Page(
        say("letter.it_officer"),
        (say("letter.alarm_1"),),
        (Block("", told),),
        (say("letter.alarm_2"),),
        office,
        "automatic",
    )
    return _letter(
        f"alarm:{failure.job}:{local_day(failure.failed_at)}",
        LetterKind.ALARM,
        receivers,
        say("letter.alarm_subject", job=facts["job"]),
        page,
    )


def _file_block(file: FileResult) -> Block:
    is_copy = file.remarks is not None
    said = (say("letter.remarks"), str(file.remarks)) if is_copy else (say("letter.answers"), str(file.answers))
    facts = [
        *(() if is_copy else ((say("mark.agency"), file.agency or say("letter.untold")),)),
        (say("letter.period"), file.period or say("letter.untold")),
        (say("mark.received"), show_instant(file.received_at)),
        (say("mark.verdict"), say(f"verdict.{file.verdict.value}")),
        said,
        (say("mark.counts"), _counts(file)),
        (say("letter.hash"), file.sha256),
    ]
    left_out = len(file.findings) - _MOST_FINDINGS
    more = say("letter.more_findings", count=left_out) if left_out > 0 else ""
    return Block(say("letter.file", name=file.name), tuple(facts), file.findings[:_MOST_FINDINGS], more)


def _counts(file: FileResult) -> str:
    numbers = ((Severity.ERROR, file.errors), (Severity.WARNING, file.warnings))
    words = (f"{count} {say(f'severity.{severity}').lower()}" for severity, count in numbers if count)
    return "; ".join(words) or say("mark.count_none")


def _bare(subject: str) -> str:
    """A subject without the marks of answering and forwarding."""
    text = " ".join(subject.split())
    marks = say("letter.reply_marks").split(",")
    while (head := text.partition(":")) and head[0].strip().casefold() in marks:
        text = head[2].strip()
    return text


def _letter(
    key: str,
    kind: LetterKind,
    receivers: tuple[str, ...],
    subject: str,
    page: Page,
    period: str = "",
    agency: str = "",
    attachments: tuple[Attachment, ...] = (),
    answers: Answered | None = None,
) -> Letter:
    replied, known = (answers.message_id, answers.references) if answers else ("", ())
    references = tuple(dict.fromkeys((*known, replied))) if replied else known
    return Letter(
        key,
        kind,
        receivers,
        " ".join(subject.split()),
        as_text(page),
        as_html(page),
        period,
        agency,
        attachments,
        replied,
        references,
    )
