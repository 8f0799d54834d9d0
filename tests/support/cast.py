"""Who answers in the month that goes through real servers: when, hanging on a mail in which way, with which mistake.

Agencies without a role of their own send one careful return each; together all ways of the zoo are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle

from tests.support.packages import zip_of
from tests.support.zoo import STYLES, TEXT, Style, leaf, mail
from tracker.model import Plan, Verdict

DOMAIN, ELSEWHERE = "haiduong.example", "thu.example"
OFFICE, LEADER, IT_OFFICER = (f"{name}@{DOMAIN}" for name in ("theodoi", "chutich", "cntt"))
STRANGER, CLERK, PRESS = f"nguyenvana@{ELSEWHERE}", f"vanthu.syt@{DOMAIN}", f"baochi@{DOMAIN}"

EARLY, CORRECTED, SECOND, LAST, LATE = (
    "2025-03-12T11:05",
    "2025-03-13T11:05",
    "2025-03-18T16:05",
    "2025-03-20T17:05",
    "2025-03-21T08:05",
)
"""The runs that take what was sent before them."""

NEVER = frozenset({"hgl", "bhxh"})
GONE = "ttt"
"""Letters to this agency bounce; it never learns of anything."""
AWAY = "kbnn"
"""A robot says at first that nobody is there."""


@dataclass(frozen=True)
class Sending:
    """One mail with a return: of whom, which run takes it, its style ("": the next one), what is wrong in it, and what
    becomes of it. `sender` "": the agency's own address; `again`: the same bytes as the agency's first."""

    agency: str
    taken_at: str
    style: str = ""
    mishap: str = ""
    verdict: Verdict = Verdict.ACCEPTED
    sender: str = ""
    again: bool = False


WITH_MISTAKES = (
    Sending("stc", EARLY, mishap="done_at_eighty", verdict=Verdict.ACCEPTED_WITH_FINDINGS),
    Sending("sgddt", EARLY, mishap="unlisted_status", verdict=Verdict.ACCEPTED_WITH_FINDINGS),
    Sending("svhttdl", EARLY, mishap="row_left_empty", verdict=Verdict.ACCEPTED_WITH_FINDINGS),
)
"""Each of them corrects the marked return and sends it back."""
ROLES = (
    *WITH_MISTAKES,
    Sending("stp", EARLY, mishap="truncated", verdict=Verdict.REFUSED),
    Sending("ctk", EARLY, mishap="not_a_workbook", verdict=Verdict.REFUSED),
    Sending("ctk", SECOND),
    Sending("htk", EARLY, mishap="identity_tampered", verdict=Verdict.HELD),
    Sending("htk", LAST),
    Sending("snv", EARLY),
    Sending("snv", SECOND, again=True, verdict=Verdict.DUPLICATE),
    Sending("cttdt", EARLY, verdict=Verdict.HELD, sender=STRANGER),
    Sending("syt", SECOND, "forwarded", sender=CLERK),
    Sending("dai", SECOND, "zip", sender=PRESS),
    Sending("bao", LAST, "zip", sender=PRESS),
    Sending(AWAY, LATE, verdict=Verdict.ACCEPTED_WITH_FINDINGS),
    Sending("hkt", LATE, verdict=Verdict.ACCEPTED_WITH_FINDINGS),
)


def _zipped(sender: str, book: bytes, name: str) -> bytes:
    packed = zip_of({f"tháng 3/{name}": book, "__MACOSX/._x": b"x"})
    return mail(sender, TEXT, leaf(packed, "application/zip", "attachment; filename=bao-cao.zip"))


WAYS: dict[str, Style] = {**STYLES, "zip": _zipped}


def addressed(plan: Plan) -> Plan:
    """The plan with an address for each agency."""
    special = {"syt": (f"syt@{DOMAIN}", CLERK), "dai": (PRESS,), "bao": (PRESS,)}
    agencies = (replace(each, emails=special.get(each.code, (f"{each.code}@{DOMAIN}",))) for each in plan.agencies)
    return replace(plan, agencies=tuple(agencies))


def sendings(agencies: Iterable[str]) -> tuple[Sending, ...]:
    """Everything that is sent, of these agencies; no way of sending is left out."""
    busy = {each.agency for each in ROLES} | NEVER | {GONE}
    others = [code for code in agencies if code not in busy]
    careful = [Sending(code, at) for code, at in zip(others, cycle((EARLY, SECOND, LAST)), strict=False)]
    found = tuple(_styled((*ROLES, *careful)))
    missing = set(WAYS) - {each.style for each in found}
    if missing:
        raise ValueError(f"ways that nobody uses: {missing}")
    return found


def _styled(given: Iterable[Sending]) -> Iterator[Sending]:
    styles = cycle(STYLES)
    for each in given:
        yield each if each.style else replace(each, style=next(styles))
