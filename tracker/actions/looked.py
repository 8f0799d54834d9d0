"""What `doctor` finds when it looks at something; worded by the command line, in its language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.errors import PlanError, Problem, TrackerError
from tracker.texts import Said
from tracker.troubles import trouble_of

_MOST_PROBLEMS = 5
_CERTIFICATE = "certificate_verify_failed"

Detail = str | Said | tuple["str | Said", ...]


class State(StrEnum):
    """UNUSED: switched off, nothing to look at; SKIPPED: it hangs on something that is not well itself."""

    WELL = "well"
    UNWELL = "unwell"
    UNUSED = "unused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Looked:
    """How something is; `remedy` is the key of what to do where it is not the usual thing; `code`: what failed."""

    is_well: bool
    detail: Detail = ""
    remedy: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `key` names its sentence (`doctor.<key>`), `remedy` what to do. `awaits`: the check that it
    hangs on, where that is not well."""

    key: str
    state: State
    detail: Detail = ""
    remedy: str = ""
    code: str = ""
    awaits: str = ""

    @property
    def is_well(self) -> bool | None:
        """None: nobody knows."""
        return None if self.state is State.SKIPPED else self.state is not State.UNWELL

    @classmethod
    def of(cls, key: str, looked: Looked | None) -> Check:
        """What was found; None: it is not used."""
        if looked is None:
            return cls(key, State.UNUSED)
        remedy = "" if looked.is_well else looked.remedy or f"doctor.{key}_remedy"
        return cls(key, State.WELL if looked.is_well else State.UNWELL, looked.detail, remedy, looked.code)


def failed(error: Exception) -> Looked:
    """What a look that failed tells: the sentence that the verbs say."""
    known = error if isinstance(error, TrackerError) else trouble_of(error)
    if known is None:
        return Looked(False, Said("doctor.failed", {"why": str(error)}), code=type(error).__name__)
    remedy = "doctor.certificate_remedy" if _CERTIFICATE in str(known).casefold() else ""
    return Looked(False, _told(known), remedy, known.key)


def _told(error: TrackerError) -> Detail:
    if not isinstance(error, PlanError):
        return Said(f"error.{error.key}", error.facts)
    return tuple(map(_placed, error.problems[:_MOST_PROBLEMS]))


def _placed(problem: Problem) -> Said:
    what = Said(f"plan.{problem.key}", problem.facts)
    where = f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet
    return Said("doctor.place", {"where": where, "what": what}) if where else what
