"""What a notice says, as drafted for a person to confirm: the document, its tasks, what was passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Document:
    """The head of a notice; "" or None where it is not legible."""

    type: str = ""
    number: int | None = None
    symbol: str = ""
    date: date | None = None
    issuer: str = ""
    subject: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a phrase says of time. `due_on` is the day it names, never moved; `bound` says how it binds:

    before, on_or_before or within a day; relative or event (after something); weekly, monthly, quarterly, half_yearly
    or yearly; ongoing; urgent; "" for nothing. `time` is "HH:MM". `effective` is the working day on which a counted
    period ends (Civil Code 2015, article 148.5).
    """

    text: str = ""
    due_on: date | None = None
    bound: str = ""
    time: str = ""
    start: date | None = None
    recurrence: str = ""
    day: int | None = None
    weekday: int | None = None
    also: str = ""
    then: str = ""
    urgency: str = ""
    event: str = ""
    offset_days: int | None = None
    effective: date | None = None
    flags: tuple[str, ...] = ()


NO_DEADLINE = Deadline()


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator of a task: `op` is one of >=, >, =, <=, <; `words` are those of the notice."""

    name: str
    op: str
    value: float
    unit: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One assignment as read. `source` are the words it was read from; `flags` name what a person should look at.

    `above` are the words that name its lead where `source` does not ("d) Sở X chủ trì:"); `strangers` the agencies
    that the master sheet does not know.
    """

    item: str
    content: str
    leads: tuple[str, ...]
    source: str
    coordinators: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    product: str = ""
    deadline: Deadline = NO_DEADLINE
    targets: tuple[Target, ...] = ()
    flags: tuple[str, ...] = ()
    above: str = ""
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A paragraph that was not taken for a task, and why ("no_assignee", "assessment", "boilerplate", "lead_in")."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as read; tasks in its order."""

    document: Document
    tasks: tuple[DraftTask, ...]
    passed: tuple[Passed, ...] = ()
    is_scan: bool = False
