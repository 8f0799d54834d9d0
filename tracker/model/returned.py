"""What comes back: cells, rows, the return as read, findings, and the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from tracker.model.mail import Grade
from tracker.model.office import OfficeCopy, RemarkChange
from tracker.model.plan import Role


class Severity(StrEnum):
    """At the file gate an error refuses the return, a hold keeps it for the office; later an error drops a value."""

    ERROR = "E"
    HOLD = "H"
    WARNING = "W"
    INFO = "I"


class Verdict(StrEnum):
    """What became of a file; every file ends in exactly one."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_FINDINGS = "accepted_with_findings"
    REFUSED = "refused"
    HELD = "held"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"

    @property
    def is_accepted(self) -> bool:
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS)

    @property
    def rank(self) -> int:
        """How well it ended: of the same bytes looked at twice, the better end counts."""
        return 3 if self.is_accepted else {Verdict.REFUSED: 1, Verdict.HELD: 2}.get(self, 0)


class Reported(StrEnum):
    """The status an agency reports; keys of the command contract."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    ONGOING = "ongoing"
    HAND_BACK = "hand_back"


class Cell(NamedTuple):
    """A cell parsed once: `raw` as read, `value` by its column's kind (None: blank or not usable).

    `problem` names why a filled cell has no value: not_listed, not_percent, not_number, not_date and what is told of
    them more closely in `tracker.typed`; no_answer ("chưa có số liệu": the cell counts as empty), error_value,
    formula_empty, two_ticks; ditto ("như trên"), which alone may have a value: the one taken from the row above.
    `converted`: Unicode text of a cell in a legacy font. (A named tuple: made a thousand times a return, in half the
    time of a dataclass.)
    """

    ref: str
    raw: Any = None
    value: Any = None
    problem: str | None = None
    converted: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.problem is None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of a return; `task` is the code it was recognised as (None: unknown).

    `matched_by` is "code", "text" or "" (none); `cells` by column key, of the columns the sheet has.
    """

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    task: str | None = None
    matched_by: str = ""

    def value(self, key: str) -> Any:
        cell = self.cells.get(key)
        return cell.value if cell else None

    def cell(self, key: str) -> Cell | None:
        return self.cells.get(key)


@dataclass(frozen=True, slots=True)
class Package:
    """A file that passed the guard: `format` by content (xlsx, xlsm, xlsb, xls, ods), XML parts already inflated."""

    format: str
    data: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)
    has_macros: bool = False
    has_external_links: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a form says of itself. `state`: "sealed" (signature holds), "altered", "foreign" (another workspace's key),
    "missing" (nothing but visible text). `labels` is the sealed hash of texts and deadlines shown; `is_as_sent`: the
    return still shows them, so where they differ from the plan it is the plan that changed since."""

    state: str
    agency: str = ""
    period: str = ""
    kind: str = ""
    version: int = 0
    tasks: tuple[str, ...] = ()
    problem: str = ""
    labels: str = ""
    is_as_sent: bool = False


class Disputed(NamedTuple):
    """A cell that two readers read differently: the value that is used, and the other's ("": nothing there)."""

    sheet: str
    cell: str
    value: str
    other: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A return as read, before any judgement. `head` and `missing` are by column or head key.

    `missing` are columns whose heading was not found, `doubled` headings found twice with contents; `doubled_sheets`
    are answered tables that contradict each other, as (sheet that was read, other sheet); `other_months` answered
    sheets of another period, which are not read, as (sheet, period); `disputed` cells of the
    form that two readers read differently;
    macros and external links are never run nor followed. `sheet` is where the main table stands ("": nowhere).
    """

    identity: Identity
    head: Mapping[str, Cell] = field(default_factory=dict)
    head_sheet: str = ""
    rows: tuple[Row, ...] = ()
    indicator_rows: tuple[Row, ...] = ()
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    doubled_sheets: tuple[tuple[str, str], ...] = ()
    other_months: tuple[tuple[str, str], ...] = ()
    disputed: tuple[Disputed, ...] = ()
    sheet: str = ""
    has_macros: bool = False
    has_external_links: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a file came: the facts of its receipt, not of its contents. `sender` and `grade` None: dropped in the
    folder."""

    name: str
    received_at: datetime
    sender: str | None = None
    channel: str = "folder"
    grade: Grade | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether the sender is who the address says, as far as anybody knows."""
        return self.grade not in (Grade.UNKNOWN, Grade.FORGED)


@dataclass(frozen=True, slots=True)
class Replaced:
    """An accepted answer that a return puts another in place of. `changes` are (column key, before, now); `sheet` and
    `cell` where the new one stands; `file` and `by` (a name, an address, or "") those of the earlier one."""

    table: str
    task: str
    sheet: str
    cell: str
    changes: tuple[tuple[str, Any, Any], ...]
    file: str
    by: str = ""
    is_other_person: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What other returns of the same agency and period tell of this one.

    `seen`: "bytes" or "cells" where the same came before, as file `first`, and `outdone_by` another since (""). `newer`
    is a file received later and taken already, `kept` the tasks on which that one's answers stand.
    """

    seen: str = ""
    first: str = ""
    outdone_by: str = ""
    newer: str = ""
    kept: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """The last accepted answer on an assignment before the period, as far as checks and forms need it."""

    period: str
    values: Mapping[str, Any]
    unchanged_periods: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem found. `facts` fill its sentence (`finding.<code>`); `blocks` are the column keys whose values
    are not used because of it; `waived_by` names who set the rule aside ("" : nobody)."""

    code: str
    severity: Severity
    agency: str = ""
    task: str = ""
    sheet: str = ""
    cell: str = ""
    value: str = ""
    column: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    waived_by: str = ""

    @property
    def counts(self) -> bool:
        """Whether anybody must look at it: an error, hold or warning that nobody waived."""
        return self.severity is not Severity.INFO and not self.waived_by


@dataclass(frozen=True, slots=True)
class Answer:
    """What a return says about one assignment, usable values only; `cells` tells where each stood.

    `table` is "report" or "indicator" (then `task` is an indicator code). `is_whole` is False where the status is
    missing or in error: text is used, the status of the last accepted answer stands.
    """

    table: str
    task: str
    role: Role
    sheet: str
    row: int
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Examined:
    """The result of reading and checking one file: the pure function's whole output, plain values only.

    `cells_hash` identifies the contents whatever program saved them; None where nothing was read. `copy`: it is no
    return but a consolidated workbook in which the office may have written; `remarks` are what it changes.
    """

    verdict: Verdict
    agency: str = ""
    period: str = ""
    findings: tuple[Finding, ...] = ()
    answers: tuple[Answer, ...] = ()
    is_nil: bool = False
    head: Mapping[str, str] = field(default_factory=dict)
    cells_hash: str | None = None
    format: str = ""
    seconds: float = 0.0
    copy: OfficeCopy | None = None
    remarks: tuple[RemarkChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: a file, its sha-256, when it came, sheet, row and cell of each value."""

    submission: int
    file: str
    sha256: str
    sender: str
    received_at: datetime
    period: str
    sheet: str
    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked cell of a return: where, the worst severity there, and the sentences that explain it."""

    sheet: str
    cell: str
    severity: Severity
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """One recorded return, with how it came; `file` is its name as received, `prepared_by` as its head says."""

    id: int
    sha256: str
    agency: str
    period: str
    verdict: Verdict
    is_nil: bool
    received_at: datetime
    file: str
    sender: str
    cells_hash: str | None
    format: str
    path: str
    modified_at: datetime | None = None
    prepared_by: str = ""


@dataclass(frozen=True, slots=True)
class TakenAnswer:
    """One accepted answer with its source; `agency` as at its period."""

    table: str
    task: str
    role: Role
    agency: str
    values: Mapping[str, Any]
    is_whole: bool
    source: Source
