"""Kinds of cell only the master sheet has; the common ones are in `tracker.cells`.

`parse` names its problem by the key of a sentence in `[plan]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.cells import Parsed, as_text, fold_date, parse_date
from tracker.texts import say
from tracker.vietnamese import fold

_SEPARATORS = re.compile(r"[;\n]")
_BULLET = re.compile(r"^[-–•+*]\s+")
_EMAIL_SEPARATORS = re.compile(r"[;,\s]+")
_EMAIL = re.compile(r"[^@\s<>()]+@[^@\s<>().]+(?:\.[^@\s<>().]+)+")
_DAY_AT_END = re.compile(
    r"[\s,;]+(?P<day>(?:ngay\s+)?\d{1,2}\s*(?:/|-|\.|thang)\s*\d{1,2}\s*(?:/|-|\.|nam)\s*\d{2,4})\Z"
)


class _Unvalidated:
    def validation(self) -> Mapping[str, Any] | None:
        return None


@dataclass(frozen=True, slots=True)
class Names(_Unvalidated):
    """Several names divided by ";" or line breaks, bullets ignored; never by a comma, which names contain."""

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        parts = (_BULLET.sub("", part.strip()) for part in _SEPARATORS.split(as_text(raw)))
        return tuple(part for part in parts if part), None

    def show(self, value: Any) -> str:
        return "; ".join(value or ())


@dataclass(frozen=True, slots=True)
class Emails(_Unvalidated):
    """Addresses divided by semicolons, commas or blanks."""

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        found = tuple(part for part in _EMAIL_SEPARATORS.split(as_text(raw)) if part)
        return (found, None) if all(map(_EMAIL.fullmatch, found)) else (None, "email_malformed")

    def show(self, value: Any) -> str:
        return "; ".join(value or ())


@dataclass(frozen=True, slots=True)
class Code(_Unvalidated):
    """An identifier that must match `pattern`; `case` is "lower" or "upper" where typing must not matter."""

    pattern: str
    problem: str
    case: str = ""

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        text = as_text(raw)
        text = {"lower": text.lower(), "upper": text.upper()}.get(self.case, text)
        return (text, None) if re.fullmatch(self.pattern, text) else (None, self.problem)

    def show(self, value: Any) -> str:
        return str(value or "")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One of few values, each written as its label in the catalogue: `options` are (value, key of its label)."""

    options: tuple[tuple[Any, str], ...]

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        key = fold(as_text(raw))
        return next(((value, None) for value, label in self.options if fold(say(label)) == key), (None, "not_listed"))

    def show(self, value: Any) -> str:
        return next((say(label) for option, label in self.options if option == value), "")

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(say(label) for _, label in self.options)

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "list", "source": list(self.labels)}


@dataclass(frozen=True, slots=True)
class Sign:
    """How an indicator is compared: kept as >=, shown as ≥."""

    labels: tuple[str, ...] = ("≥", ">", "=", "≤", "<")

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        sign = as_text(raw).replace("≥", ">=").replace("≤", "<=").replace("=>", ">=").replace("=<", "<=")
        return (sign, None) if sign in (">=", ">", "=", "<=", "<") else (None, "not_listed")

    def show(self, value: Any) -> str:
        return str(value or "").replace(">=", "≥").replace("<=", "≤")

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "list", "source": list(self.labels)}


@dataclass(frozen=True, slots=True)
class Document(_Unvalidated):
    """A document's number with its date, "27/TB-UBND ngày 21/02/2025", as (text, date)."""

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        text = as_text(raw).replace("\n", " ").strip().rstrip(".;,")
        found = _DAY_AT_END.search(fold_date(text))
        day = parse_date(found["day"]) if found else None
        # the tail is as long in the text as in its fold: its words are plain Vietnamese letters
        number = text[: -len(found[0])].rstrip(" ,;") if found else ""
        is_named = fold(number) not in ("", "ngay")
        return ((number, day), None) if is_named and day else (None, "document_unclear")

    def show(self, value: Any) -> str:
        number, day = value
        return say("master.document_and_day", number=number, day=day)
