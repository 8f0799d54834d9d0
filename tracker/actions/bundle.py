"""What is recorded in one transaction and leaves its channel as one: a dropped file, or a container with all it
brought (a zip, a mail).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from tracker.errors import PlanError, TrackerError
from tracker.intake.channel import Incoming
from tracker.ledger import mails, store
from tracker.ledger.store import Receipt
from tracker.model import Examined
from tracker.texts import say
from tracker.troubles import trouble_of

log = logging.getLogger("tracker")

_MOST_PROBLEMS = 5

Write = Callable[[Connection], object]
"""One thing to be recorded; may be repeated."""


@dataclass
class Bundle:
    """On its way into the ledger. `incoming` is what leaves the channel, unless it `stays`; `awaited`: how many parts
    have no verdict yet; `failures`: what could not be recorded, by sha-256 or key."""

    incoming: Incoming
    awaited: int
    stays: bool = False
    writes: list[tuple[str, Write]] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, incoming: Incoming) -> Bundle:
        """The bundle that a file or a container begins."""
        return cls(replace(incoming, data=None), incoming.holds if incoming.is_container else 1)

    @property
    def is_complete(self) -> bool:
        return self.awaited <= 0

    def again(self, receipt: Receipt) -> None:
        """Recorded bytes came another time."""
        self.writes.append((receipt.sha256, lambda connection: store.register_again(connection, receipt)))

    def submission(self, receipt: Receipt, examined: Examined) -> None:
        self.writes.append((receipt.sha256, lambda connection: store.record(connection, receipt, examined)))

    def fail(self, what: str, why: str) -> None:
        """A part could not be recorded: it and its container are tried again by the next run."""
        self.failures[what] = why

    def record(self, connection: Connection) -> None:
        """Everything, within the caller's transaction."""
        for _, write in self.writes:
            write(connection)
        self.record_mail(connection)

    def record_mail(self, connection: Connection) -> None:
        """The mail's own row, only with all that it brought."""
        mail = self.incoming.mail
        if mail is None or self.failures:
            return
        if self.incoming.renumbers:
            mails.renumber_mail(connection, self.incoming.renumbers, mail)
        else:
            mails.record_mail(connection, mail)


def record_all(engine: Engine, bundles: Sequence[Bundle]) -> None:
    """In one transaction; should that fail, each for itself; should that fail too, part by part without the mail's row,
    so that only the culprit stays."""
    if len(bundles) > 1 and _is_recorded(engine, bundles):
        return
    for bundle in bundles:
        if not _is_recorded(engine, (bundle,)):
            _record_apart(engine, bundle)


def _is_recorded(engine: Engine, bundles: Sequence[Bundle]) -> bool:
    try:
        with engine.begin() as connection:
            for bundle in bundles:
                bundle.record(connection)
    except Exception:
        log.exception("recording failed; it is tried in smaller parts")
        return False
    return True


def _record_apart(engine: Engine, bundle: Bundle) -> None:
    parts = [*bundle.writes, ("mail", bundle.record_mail)]
    for what, write in parts:
        try:
            with engine.begin() as connection:
                write(connection)
        except Exception as error:
            log.exception("%s could not be recorded", bundle.incoming.name)
            bundle.fail(what, named(error))


def named(error: Exception) -> str:
    """Why something failed, in a sentence of the catalogue; a bug of ours by its own name."""
    known = error if isinstance(error, TrackerError) else trouble_of(error)
    if known is None:
        return f"{type(error).__name__}: {error}"
    wrong = error.problems[:_MOST_PROBLEMS] if isinstance(error, PlanError) else ()
    places = (f"{each.sheet}!{each.cell}: {say(f'plan.{each.key}', 'vi', **each.facts)}" for each in wrong)
    return " ".join((say(f"error.{known.key}", "vi", **known.facts), *places))
