"""Problems of ours, as exceptions.

A problem in a returned form is never an exception: it is a `Finding` (see `tracker.model`). Errors here carry
facts and the key of their sentence in the catalogue (`error.<key>`); the command line words them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


class TrackerError(Exception):
    """Base of everything the tracker raises on purpose; `exit_status` is what the command leaves with."""

    exit_status: ClassVar[int] = 1

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.key}({details})"


class ConfigError(TrackerError):
    """The configuration, the workspace or the command line is wrong."""

    exit_status = 2


class FormError(TrackerError):
    """A form could not be built."""


class IntakeError(TrackerError):
    """Something received could not be put in safety."""


class NoticeError(TrackerError):
    """A notice could not be read, or its draft is not ready to be merged."""

    exit_status = 2


class LedgerError(TrackerError):
    """The ledger cannot be opened or used."""


class ReportError(TrackerError):
    """An output could not be written, or its figures do not add up."""


class DeliveryError(TrackerError):
    """A letter could not be handed to the server; `facts["is_final"]` tells whether trying again is pointless."""


class MachineError(TrackerError):
    """The machine cannot do its part: the disk is full or fails, a folder may not be written to."""


class LockedError(TrackerError):
    """Another run is working in this workspace."""

    exit_status = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the master sheet: where it is and which sentence (`plan.<key>`) says what to do."""

    sheet: str
    cell: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)


class PlanError(TrackerError):
    """The master sheet has mistakes; all of them are listed in `problems`."""

    exit_status = 2

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        super().__init__("plan_refused", path=path, count=len(problems))
        self.problems = problems
