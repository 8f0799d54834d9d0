"""The answer to every mail that brought a return, and word of what the office decided on one it held.

What is owed is read from the ledger each time, so that a run that died before it wrote a receipt is made up for by the
next one. Robots, bounces, our own letters and forged mails are never answered; strangers only when they sent a form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import cache

from tracker.actions.marks import line_of, marked_name
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.forms.result import grouped, place_of
from tracker.ledger import mails, outbox, queries
from tracker.ledger.copies import count_remarks
from tracker.ledger.mails import Brought
from tracker.mail import letters
from tracker.mail.letters import Answered, FileResult
from tracker.mail.page import Finding as Told
from tracker.model import (
    Attachment,
    Finding,
    Grade,
    Letter,
    MailKind,
    MailRecord,
    Severity,
    Submission,
    Verdict,
)

_OWED_FOR = timedelta(days=45)
"""A mail that lay unanswered for longer is not answered any more."""


def receipts(office: Office) -> Iterator[Letter]:
    """Letters owed for mails that have none yet, oldest first; each sender gets so many a day and no more."""
    written = outbox.receipts_since(office.engine, office.now - timedelta(days=1))
    missing = cache(lambda: _missing(office))
    for mail in _unanswered(office):
        sender = mail.sender.casefold()
        if written.get(sender, 0) >= office.settings.mail.per_sender_day:
            continue
        if letter := _receipt(office, mail, missing):
            written[sender] = written.get(sender, 0) + 1
            yield letter
    yield from _decisions(office)


def _unanswered(office: Office) -> Iterator[MailRecord]:
    fresh = mails.returns_since(office.engine, office.now - _OWED_FOR)
    known = outbox.known_keys(office.engine, [letters.receipt_key(mail.sha256) for mail in fresh])
    return (mail for mail in fresh if letters.receipt_key(mail.sha256) not in known)


def _receipt(office: Office, mail: MailRecord, missing: Callable[[], frozenset[str]]) -> Letter | None:
    brought = [each for each in mails.brought_by(office.engine, mail) if each.submission]
    files = tuple(_result(office, each) for each in brought)
    agency = next((each.submission.agency for each in brought if each.submission and each.submission.agency), "")
    period = next((each.submission.period for each in brought if each.submission), str(office.current_period))
    if mail.grade is Grade.UNKNOWN and not agency:
        return None
    if not files and mail.sender.casefold() not in missing():
        return None
    return letters.receipt(office.settings.office.full_name, _answered(mail), files, period, agency)


def _missing(office: Office) -> frozenset[str]:
    """Addresses of agencies that have not returned their form yet: a mail of theirs without one gets a word on that."""
    day = office.effective_day(office.current_period)
    taken = {
        office.follow(each.agency, office.current_period)
        for each in queries.submissions_of(office.engine, str(office.current_period))
        if each.verdict.is_accepted
    }
    agencies = (each for each in office.plan.reporting_agencies(day) if each.code not in taken)
    return frozenset(address.casefold() for each in agencies for address in each.emails)


def _answered(mail: MailRecord) -> Answered:
    return Answered(mail.sha256, mail.sender, mail.subject, mail.message_id, mail.references)


def _result(office: Office, brought: Brought) -> FileResult:
    submission = brought.submission
    assert submission is not None  # noqa: S101 - told apart by the caller
    if not brought.is_first:
        again = Finding("F13", Severity.INFO, submission.agency, facts={"name": brought.name, "seen": "bytes"})
        return _file(office, submission, [again], brought.name, Verdict.DUPLICATE)
    findings = [each for each in queries.findings_in(office.engine, submission.id) if not each.waived_by]
    return _file(office, submission, findings, brought.name, submission.verdict)


def _file(
    office: Office, submission: Submission, findings: Iterable[Finding], name: str, verdict: Verdict
) -> FileResult:
    lines = [line_of(office, each) for each in findings]
    severities = [line.severity for line in lines]
    path = office.workspace.marked(submission.period) / marked_name(submission)
    is_marked = verdict is not Verdict.DUPLICATE and path.exists()
    remarks = count_remarks(office.engine, submission.id)
    return FileResult(
        name,
        submission.sha256,
        verdict,
        submission.received_at,
        office.agency_name(submission.agency) if submission.agency else "",
        Period.parse(submission.period).label if submission.agency or remarks is not None else "",
        queries.count_answers(office.engine, submission.id, "report"),
        sum(severity in (Severity.ERROR, Severity.HOLD) for severity in severities),
        sum(severity is Severity.WARNING for severity in severities),
        tuple(
            Told(group.first.severity, place_of(group.places), group.first.found, group.first.todo)
            for group in grouped(lines)
        ),
        Attachment(path.name, path.read_bytes()) if is_marked else None,
        remarks,
    )


def _decisions(office: Office) -> Iterator[Letter]:
    """To senders of returns that waited for the office, once it has decided."""
    decided = {each["submission_id"]: each for each in queries.decisions_of(office.engine)}
    if not decided:
        return
    by_sha = {each.sha256: each for each in queries.submissions_of(office.engine) if each.id in decided}
    known = outbox.known_keys(office.engine, map(letters.decision_key, by_sha))
    for mail in mails.mails_of(office.engine):
        if mail.kind is not MailKind.RETURN or mail.grade is Grade.FORGED:
            continue
        for sha in mail.parts:
            submission = by_sha.get(sha)
            if submission and letters.decision_key(sha) not in known:
                file = _file(office, submission, (), submission.file, submission.verdict)
                why = decided[submission.id]["why"]
                issuer = office.settings.office.full_name
                yield letters.decision(issuer, _answered(mail), file, why, submission.period, submission.agency)
