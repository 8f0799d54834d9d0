"""Findings as people read them: the same problem in many cells of a return is one line, the worst come first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.model import Finding, Severity
from tracker.wording import in_parts, sentence

_GRAVITY = tuple(Severity).index


@dataclass(frozen=True, slots=True)
class Together:
    """One problem of one return (`file`; "": across returns) with all its places, in the order they were found."""

    members: tuple[Finding, ...]
    file: str
    message: str

    @property
    def first(self) -> Finding:
        return self.members[0]

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.task for each in self.members if each.task))

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.cell for each in self.members if each.cell))

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.value for each in self.members if each.value))


def worst_first(found: Iterable[tuple[Finding, str]]) -> list[tuple[Finding, str]]:
    """Findings with their files: what is open before what was waived, the gravest first, else in the order given."""
    return sorted(found, key=lambda pair: (bool(pair[0].waived_by), _GRAVITY(pair[0].severity)))


def together(
    found: Iterable[tuple[Finding, str]], name_of: Callable[[str], str], language: str = "vi"
) -> tuple[Together, ...]:
    """Findings with their files, grouped, the worst first; none is left out. `name_of` an agency's code."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding, file in worst_first(found):
        words = in_parts(finding, name_of(finding.agency), language)
        key = (finding.waived_by, finding.severity, finding.code, finding.agency, file, finding.sheet, words)
        groups.setdefault(key, []).append(finding)
    return tuple(_made(members, str(key[4]), name_of, language) for key, members in groups.items())


def _made(members: list[Finding], file: str, name_of: Callable[[str], str], language: str) -> Together:
    """Of one place its whole sentence; of several what they have in common, the places being told beside it."""
    first = members[0]
    name = name_of(first.agency)
    whole = sentence(first, name, language)
    words = whole if len(members) == 1 else ". ".join(filter(None, in_parts(first, name, language)))
    return Together(tuple(members), file, words)
