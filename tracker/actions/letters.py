"""Who needs which letter now: forms, receipts, reminders, the report, alarms. Asked again, nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tracker.actions import post
from tracker.actions.forms import order
from tracker.actions.office import Office
from tracker.actions.report import Made, month_of
from tracker.addresses import bare_address
from tracker.dates import Period
from tracker.forms.build import build_form
from tracker.ledger import queries
from tracker.mail import letters
from tracker.mail.letters import Failure
from tracker.model import Agency, Attachment, Letter, Verdict
from tracker.reports.sentences import key_sentence, register_sentence

_DELIVERED = (".xlsx", ".docx")
"""Outputs that go by mail; a page is looked at where it lies, and filters of mail servers take HTML for harm."""
_TO_REMIND = ("missing", "refused")


def office_name(office: Office) -> str:
    return office.settings.office.full_name


def form_letters(office: Office, period: Period) -> list[Letter]:
    """One for each agency with an assignment and an address, as long as the period can be answered in time."""
    day = office.effective_day(period)
    if office.now >= period.deadline(office.calendar, office.report_day):
        return []
    made = []
    for agency in office.plan.reporting_agencies(day):
        count = len(office.plan.of_agency(agency.code, day))
        form = _form(office, period, agency)
        made.append(letters.form_letter(office_name(office), agency, period, day, form, count))
    return made


def _form(office: Office, period: Period, agency: Agency) -> Attachment:
    """The form that lies ready, or the same built anew."""
    path = office.workspace.form(str(period), agency.code)
    if path.exists():
        return Attachment(path.name, path.read_bytes())
    return Attachment(path.name, build_form(order(office, period, agency, office.past(period)), office.key))


def reminders(office: Office, period: Period, day: date | None = None) -> list[Letter]:
    """For agencies whose return is missing or was refused; those held wait for the office, not for them. Nobody is
    reminded of a period whose forms were never made."""
    if not office.is_open(period):
        return []
    due = office.effective_day(period)
    today = day or office.today
    refused = _senders_of_refused(office, period)
    made = []
    for entry in month_of(office, period).register:
        if entry.state in _TO_REMIND and entry.agency.emails:
            form = _form(office, period, entry.agency)
            is_refused = entry.state == "refused" or not refused.isdisjoint(map(bare_address, entry.agency.emails))
            made.append(letters.reminder(office_name(office), entry.agency, period, due, today, is_refused, form))
    return made


def _senders_of_refused(office: Office, period: Period) -> frozenset[str]:
    """Who sent what could not be taken. A file that does not even open names no agency; its sender's address does."""
    submissions = queries.submissions_of(office.engine, str(period))
    return frozenset(
        bare_address(each.sender)
        for each in submissions
        if each.sender and each.verdict is Verdict.REFUSED and not each.agency
    )


def without_address(office: Office, period: Period) -> tuple[str, ...]:
    """Agencies of the period that no letter can reach."""
    agencies = office.plan.reporting_agencies(office.effective_day(period))
    return tuple(agency.name for agency in agencies if not agency.emails)


def report_letters(office: Office, period: Period, made: Made) -> list[Letter]:
    """The newest version to the receivers of the configuration."""
    receivers = office.settings.mail.report_to
    if not receivers:
        return []
    month = month_of(office, period)
    figures = (key_sentence(month.by_task, "task"), register_sentence(month.register))
    files = tuple(_attached(office.workspace.home / name) for name in made.files if name.endswith(_DELIVERED))
    return [letters.report_letter(office_name(office), receivers, period, made.version, figures, files)]


def _attached(path: Path) -> Attachment:
    return Attachment(path.name, path.read_bytes())


def alarm(office: Office, failure: Failure) -> list[Letter]:
    """Queues an alarm to the IT officer; one a day for each job. Returns what was queued."""
    receivers = office.settings.mail.alarm_to
    return post.queue(office, [letters.alarm(office_name(office), receivers, failure)] if receivers else [])


def shown(written: Iterable[Letter]) -> Iterator[dict[str, Any]]:
    """Letters as they would go, for `--dry-run` and `--json`."""
    for letter in written:
        yield {
            "key": letter.key,
            "kind": letter.kind.value,
            "to": list(letter.receivers),
            "subject": letter.subject,
            "text": letter.text,
            "attachments": [{"name": each.name, "size": len(each.data)} for each in letter.attachments],
            "in_reply_to": letter.in_reply_to or None,
        }
