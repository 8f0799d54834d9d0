"""Consolidated workbooks that came back: what the office changed in each, beside what others have changed since.

A copy is compared with the version it was made of, which its stamp names; one that lies where it was written and is
written in further, with its own former reading. What only repeats, or was said and settled before, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracker.actions.office import Office
from tracker.addresses import bare_address
from tracker.checks import OFFICE_RULES, CopyCase, Dispute, check_copy
from tracker.config import Settings
from tracker.dates import Period
from tracker.ledger import copies, queries
from tracker.ledger.store import Receipt
from tracker.model import (
    REMARKS_CHANNEL,
    Arrival,
    CopyRecord,
    Examined,
    Finding,
    OfficeCopy,
    Plan,
    Remark,
    RemarkChange,
    RemarkColumn,
    RemarkKey,
    Remarks,
    Severity,
    Verdict,
)
from tracker.remarks import Compared, compare, fold_remarks, value_text, values_of
from tracker.vietnamese import fold


def standing_remarks(office: Office, period: Period) -> Remarks:
    """What stands of the office's remarks in a period: those of its copies and of all earlier ones."""
    said = copies.remarks_of(office.engine, str(period))
    return fold_remarks(_followed(said, office, period))


def _followed(said: Iterable[Remark], office: Office, period: Period) -> Iterator[Remark]:
    """Remarks under the agency that answers for theirs on the period's effective day."""
    for each in said:
        key = each.change.key
        agency = office.follow(key.agency, period)
        moved = key._replace(agency=agency)
        yield each if moved == key else replace(each, change=replace(each.change, key=moved))


def standing_findings(office: Office, period: Period, stands: Remarks) -> tuple[tuple[Finding, str], ...]:
    """What still is to be looked at in copies, each with its file.

    A contradiction stands until it is settled. All else stands in its period, until the same workbook is read again,
    or one comes back of a version that told of it.
    """
    records = copies.copies_of(office.engine, str(period))
    found = copies.findings_of_copies(office.engine, str(period))
    disputed = {key for key, known in stands.items() if known.is_disputed}
    return tuple(
        (finding, copy.file)
        for finding, copy in found
        if (_cell_of(finding, office, period) in disputed if finding.code == "O05" else _stands(copy, records, period))
    )


def _cell_of(finding: Finding, office: Office, period: Period) -> RemarkKey:
    return RemarkKey(finding.task, office.follow(finding.agency, period), RemarkColumn(finding.column))


def _stands(copy: CopyRecord, records: tuple[CopyRecord, ...], period: Period) -> bool:
    if copy.period != str(period):
        return False
    later = (each for each in records if each.id > copy.id and each.is_taken)
    return not any(
        each.seen >= copy.id or (each.channel == copy.channel == REMARKS_CHANNEL and each.key == copy.key)
        for each in later
    )


def office_addresses(settings: Settings, plan: Plan) -> frozenset[str]:
    """Who speaks for the office by mail: its mailbox, who gets the report, and the agency that bears its name."""
    body = plan.agency_by_name.get(fold(settings.office.full_name))
    mine = (settings.mail.address, *settings.mail.report_to, *(body.emails if body else ()))
    return frozenset(bare_address(each) for each in mine if each)


_Views = tuple[Remarks, Remarks]
"""What stands in a copy's own period, and in the newest."""
_GATE_CODES = frozenset({"F01", "F02", "F03", "F04"})


@dataclass
class Copies:
    """The copies of the ledger and of this run, in the order in which they were taken."""

    office: Office
    _said: list[Remark] = field(default_factory=list)
    _records: list[CopyRecord] = field(default_factory=list)
    _newest: int = 0

    @classmethod
    def of(cls, office: Office) -> Copies:
        """Those on record."""
        engine = office.engine
        return cls(office, list(copies.remarks_of(engine)), list(copies.copies_of(engine)), copies.newest_copy(engine))

    def judge(self, receipt: Receipt, arrival: Arrival, examined: Examined) -> Examined:
        """What a copy changes, what was found in it, and the verdict; it is remembered for the next."""
        if any(finding.code in _GATE_CODES for finding in examined.findings):  # it could not even be opened
            return replace(examined, period=self._period_of(receipt))
        copy = examined.copy
        period = copy.period if copy and copy.period else self._period_of(receipt)
        knows_base = bool(copy and copy.stamp and copy.stamp.seen <= self._newest)
        compared = self._compared(copy, receipt, knows_base) if copy and copy.period else Compared()
        number = max(self._newest, *(each.id for each in self._records[-1:]), 0) + 1
        news = [_remark(change, number, period, receipt, copy) for change in compared.changes]
        before, after = self._views(self._said, period), self._views([*self._said, *news], period)
        if receipt.channel != REMARKS_CHANNEL:  # one that is written in further has its own past
            news = [each for each in news if _changes(each.change.key, before, after)]
        case = CopyCase(
            receipt.name,
            receipt.sender or "",
            copy,
            self._is_from_office(arrival),
            knows_base,
            compared.unlisted,
            tuple(dict.fromkeys(_disputes(news, before, after))),
        )
        findings = check_copy(case, self.office.plan, OFFICE_RULES, self.office.today)
        verdict = _verdict(findings, is_new=_values_in(before) != _values_in(after))
        is_taken = verdict is not Verdict.REFUSED
        self._said += news if is_taken else []
        seen = copy.stamp.seen if copy and copy.stamp else -1
        place = receipt.name, receipt.key, receipt.channel
        self._records.append(CopyRecord(number, receipt.sha256, period, seen, *place, is_taken))
        changes = tuple(each.change for each in news) if is_taken else ()
        told = Examined(verdict, "", period, findings, format=examined.format, seconds=examined.seconds)
        return replace(told, copy=copy, remarks=changes)

    def _period_of(self, receipt: Receipt) -> str:
        """Of a copy that names none: that of the folder it lies in, else the current one."""
        folder = receipt.key.partition("/")[0] if receipt.channel == REMARKS_CHANNEL else ""
        known = {*self.office.closed_periods(), *queries.last_made(self.office.engine)}
        return folder if folder in known else str(self.office.current_period)

    def _is_from_office(self, arrival: Arrival) -> bool:
        """Whoever can put files into the workspace speaks for the office; by mail only its own addresses do."""
        if arrival.sender is None:
            return True
        addresses = office_addresses(self.office.settings, self.office.plan)
        return arrival.is_trusted and bare_address(arrival.sender) in addresses

    def _views(self, said: Sequence[Remark], period: str) -> _Views:
        """What stands in the copy's own period, and in the newest."""
        when = Period.parse(period)
        mine = (each for each in said if each.period <= period)
        return fold_remarks(_followed(mine, self.office, when)), fold_remarks(_followed(said, self.office, when))

    def _compared(self, copy: OfficeCopy, receipt: Receipt, knows_base: bool) -> Compared:
        if not copy.stamp or not knows_base:
            return compare(copy, None, {}, -1)
        seen, period = copy.stamp.seen, Period.parse(copy.period)
        said = [each for each in self._said if each.period <= copy.period]
        base = fold_remarks(_followed((each for each in said if each.copy <= seen), self.office, period))
        if receipt.channel != REMARKS_CHANNEL:
            return compare(copy, base, {}, seen)
        place = (REMARKS_CHANNEL, receipt.key, seen, copy.period)
        mine = {each.id for each in self._records if (each.channel, each.key, each.seen, each.period) == place}
        former = _followed((each for each in said if each.copy in mine), self.office, period)
        return compare(copy, base, {e.change.key: e.change.value for e in former}, seen, receipt.key)


def _remark(change: RemarkChange, number: int, period: str, receipt: Receipt, copy: OfficeCopy | None) -> Remark:
    by = receipt.sender or (copy.saved_by if copy else "")
    return Remark(change, number, period, receipt.name, receipt.sha256, by, receipt.received_at)


def _disputes(news: Iterable[Remark], before: _Views, after: _Views) -> Iterator[Dispute]:
    """Changes that now stand against what another copy said."""
    for each in news:
        key, value = each.change.key, each.change.value
        for stood, stands in zip(before, after, strict=True):
            known = stands[key]
            if known.is_disputed and known.said is not each and value not in values_of(stood, key):
                mine, other = (value_text(key.column, said) for said in (value, known.value))
                yield Dispute(key, each.change.sheet, each.change.cell, mine, other, known.said.file, known.said.by)


def _changes(key: RemarkKey, before: _Views, after: _Views) -> bool:
    """Whether a cell stands otherwise; what only repeats is not recorded."""
    return any(values_of(stood, key) != values_of(stands, key) for stood, stands in zip(before, after, strict=True))


def _values_in(views: _Views) -> list[dict[RemarkKey, tuple[str, ...]]]:
    return [{key: known.values for key, known in view.items()} for view in views]


def _verdict(findings: tuple[Finding, ...], is_new: bool) -> Verdict:
    """Refused by an error; a duplicate where it brings nothing that was not there."""
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Verdict.REFUSED
    if any(finding.counts for finding in findings):
        return Verdict.ACCEPTED_WITH_FINDINGS
    return Verdict.ACCEPTED if is_new else Verdict.DUPLICATE
