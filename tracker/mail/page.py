"""How a letter reads: plain text and HTML made from one page of parts, so that both say the same.

Templates escape whatever they are given: a task text or a file name never becomes markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tracker import palette
from tracker.model import Severity
from tracker.texts import say
from tracker.vietnamese import clean_text

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the list of findings: worst severity word beside its colour, where, what was found, what to do."""

    severity: Severity
    place: str
    found: str
    todo: str

    @property
    def label(self) -> str:
        shade = palette.SEVERITY[self.severity]
        return f"{shade.symbol} {say(f'severity.{self.severity}')}"

    @property
    def fill(self) -> str:
        return palette.SEVERITY[self.severity].fill

    @property
    def ink(self) -> str:
        return palette.SEVERITY[self.severity].ink


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter: a title ("": none), facts as (label, value), findings, and a word on what was left out."""

    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A letter: who is addressed, paragraphs, blocks, paragraphs after them, who signs, which `note` stands below."""

    addressed: str
    paragraphs: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    closing: tuple[str, ...] = ()
    signed: str = ""
    note: str = "automatic_agency"


def as_text(page: Page) -> str:
    return str(_template("letter.txt").render(_parts(page)))


def as_html(page: Page) -> str:
    return str(_template("letter.html").render(_parts(page)))


def _parts(page: Page) -> dict[str, Any]:
    return {"page": page, "to": say("letter.to"), "note": say(f"letter.{page.note}")}


@lru_cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=PackageLoader("tracker.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = lambda text: " ".join(clean_text(text).split())
    environment.tests["hash"] = lambda text: _HASH.fullmatch(text) is not None
    return environment.get_template(name)
