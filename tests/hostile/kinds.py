"""The register of kinds. A kind makes one file out of a filled form; the same form gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tests.hostile.pieces import STRINGS, edited, steady, with_shared_strings
from tests.support.forms import KEY, order_of
from tests.support.returns import REAL
from tracker.demo.officer import Form, Officer
from tracker.forms.build import build_form
from tracker.model import Examined

Make = Callable[[bytes], bytes]

CARRIERS = ("hth", "hns", "hkt", "hgl", "htm", "hcg", "hbg", "hng", "stp", "syt", "sct", "ttt", "snv", "kbnn", "bhxh")
"""Agencies whose forms the kinds are made of; good forms beside them are of others."""


@dataclass(frozen=True)
class Expected:
    """What may become of a file: `taken`: accepted with all its answers; `codes`: all it may be told.

    Refused files need one of the codes. `may_be_taken` and `may_be_refused` may both hold where a file is on the edge;
    `is_open`: values themselves are changed, and only one end with a named reason is asked.
    """

    may_be_taken: bool
    may_be_refused: bool
    codes: frozenset[str]
    is_open: bool = False

    def holds(self, examined: Examined, answers: int) -> bool:
        """Whether this end is one of them, given how many answers the form holds."""
        codes = {finding.code for finding in examined.findings}
        if self.is_open:
            return bool(codes) or examined.verdict.is_accepted
        if examined.verdict.is_accepted:
            return self.may_be_taken and len(examined.answers) == answers and codes <= self.codes
        return self.may_be_refused and bool(codes) and codes <= self.codes


def taken(*codes: str) -> Expected:
    """Accepted with all its answers; told nothing but these."""
    return Expected(True, False, frozenset(codes))


def refused(*codes: str) -> Expected:
    """Not accepted, for one of these."""
    return Expected(False, True, frozenset(codes))


def either(*codes: str) -> Expected:
    """Accepted whole, or refused for one of these: readers may grow better."""
    return Expected(True, True, frozenset(codes))


def changed() -> Expected:
    """Bytes are not what they were, and no checksum tells: any end but a silent one."""
    return Expected(True, True, frozenset(), is_open=True)


@dataclass(frozen=True)
class Kind:
    """One kind of file. `fact`: its place in RELIABILITY (section.fact, or section and row of its table)."""

    name: str
    fact: str
    expected: Expected
    make: Make
    ending: str = "xlsx"
    is_heavy: bool = False
    unpacks: bool = False

    @property
    def seed(self) -> int:
        """Every kind has answers of its own, so that no file is a duplicate of another."""
        return 1000 + sum(ord(letter) * place for place, letter in enumerate(self.name, 1))

    @property
    def agency(self) -> str:
        return CARRIERS[self.seed % len(CARRIERS)]

    def form(self) -> bytes:
        return form_of(self.agency, self.seed)

    def data(self) -> bytes:
        return self.make(self.form())


KINDS: dict[str, Kind] = {}


def add(
    name: str,
    fact: str,
    expected: Expected,
    make: Make,
    ending: str = "xlsx",
    is_heavy: bool = False,
    unpacks: bool = False,
) -> None:
    """Registers a kind; its name is that of the file too."""
    if name in KINDS:
        raise ValueError(f"two kinds are called {name}")
    KINDS[name] = Kind(name, fact, expected, make, ending, is_heavy, unpacks)


def kind(fact: str, expected: Expected, ending: str = "xlsx", is_heavy: bool = False) -> Callable[[Make], Make]:
    """Registers a function under its own name."""

    def register(make: Make) -> Make:
        add(make.__name__, fact, expected, make, ending, is_heavy)
        return make

    return register


@lru_cache
def _filled(agency: str) -> bytes:
    form = Form(build_form(order_of(agency, REAL), KEY))
    Officer(REAL, REAL.agency_by_code[agency], 27).fill(form)
    form.head("prepared_by").value = "Nguyễn Văn An (0)"
    return with_shared_strings(steady(form.save()))


@lru_cache(maxsize=8)
def form_of(agency: str, seed: int) -> bytes:
    """The form of March 2025, filled carefully; the seed is in who prepared it, so no two are the same."""
    nobody, somebody = (f" An ({number})".encode() for number in (0, seed))
    return edited(_filled(agency), STRINGS, lambda old: old.replace(nobody, somebody))
