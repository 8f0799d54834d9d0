"""Kinds of cell: how each is parsed, shown and validated in Excel.

`parse` turns what a reader found into (value, problem): a value, or None with a problem named in `Cell.problem`, or
(None, None) for a blank. Dates are read day first, never guessed; percentages are 0-100.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from math import isfinite
from string import ascii_letters, digits
from typing import Any, Protocol

from tracker.vietnamese import clean_text, fold, fold_start, show_number

Parsed = tuple[Any, str | None]
BLANK: Parsed = (None, None)

_EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
"""Day 0 of workbooks that were made on old Macs."""
_CENTURY = (date(2000, 1, 1), date(2100, 1, 1))
_PLACEHOLDERS = frozenset({"chon", "chon trang thai"})
_PLACEHOLDER_STARTS = frozenset({"", *(text.partition(" ")[0] for text in _PLACEHOLDERS)})
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad \n"
"""What people type for nothing: dashes, alone; soft hyphens nobody sees."""
_OTHER_STARTS = frozenset(ascii_letters + digits + "\u0110\u0111") - frozenset("Cc")
"""Characters that no blank text begins with; with them most texts need no second look."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3})+|(?: \d{3})+)(?:,\d+)?")
"""Thousands divided by dots or blanks, decimals by a comma."""
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_UNCLEAR = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
"""One comma before three digits: decimals as written here, or thousands as an English Excel shows them."""
_YEARS = range(1990, 2100)
"""Years that a day of the routine can have; any other is a slip of the keyboard."""
_DATE = re.compile(r"(?:ngay\s+)?(\d{1,2})\s*(?:/|-|\.|thang)\s*(\d{1,2})\s*(?:/|-|\.|nam)\s*(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")


class Kind(Protocol):
    """What a column holds."""

    def parse(self, raw: Any, is_percent_format: bool | None) -> Parsed:
        """`is_percent_format`: the cell's number format is a percentage; None: not known (.xls, .ods)."""

    def show(self, value: Any) -> str:
        """The value as people read it; "" for None."""

    def validation(self) -> Mapping[str, Any] | None:
        """Excel data validation (xlsxwriter's options without messages); None: anything may be typed."""


def is_blank(raw: Any) -> bool:
    """Nothing, blanks, a dash, or a placeholder such as "< Chọn >"; any other symbol ("∞", "?", "…") is something."""
    if not isinstance(raw, str):
        return raw is None
    if not raw or raw[0] in _OTHER_STARTS:
        return not raw
    if fold_start(raw) not in _PLACEHOLDER_STARTS:
        return False
    words = fold(raw)
    return words in _PLACEHOLDERS if words else not clean_text(raw).strip(_DASHES)


def as_text(raw: Any) -> str:
    """Any raw value as clean text: 5.0 is "5", a date is dd/mm/yyyy."""
    if isinstance(raw, str):
        return clean_text(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, (datetime, date)):
        return f"{raw:%d/%m/%Y}"
    return "" if raw is None else str(raw)


def _is_no_number(raw: Any) -> bool:
    """What a reader gives that is neither text nor a figure: a truth value, a time, something no number can be."""
    return isinstance(raw, (bool, date, time, timedelta)) or (isinstance(raw, float) and not isfinite(raw))


def parse_number(text: str) -> float | None:
    """A number as typed in Vietnam ("1.602", "0,9", "12.5"); None where the whole text is not one number."""
    if _PLAIN.fullmatch(text) and not _GROUPED.fullmatch(text):
        return float(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        return float(text.replace(".", "").replace(" ", "").replace(",", "."))
    return None


def parse_date(text: str) -> date | None:
    """A day as typed, day first, with a year; None where the text is not a day that exists."""
    plain = fold_date(text)
    try:
        if found := _ISO_DATE.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DATE.fullmatch(plain):
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            return date(year, int(found[2]), int(found[1]))
    except ValueError:
        return None
    return None


def serial_day(number: float, epoch: date = _EPOCH) -> date | None:
    """The day of a serial number counted from `epoch`, in this century; the time of day is dropped."""
    first, last = ((each - epoch).days for each in _CENTURY)
    return epoch + timedelta(days=int(number)) if first <= int(number) <= last else None


def fold_date(text: str) -> str:
    """Lower case without diacritics, separators kept: "Ngày 05 tháng 3" is "ngay 05 thang 3"."""
    return re.sub(r"[^\W\d_]+", lambda word: fold(word[0]), clean_text(text).replace("\n", " ")).strip().rstrip(".;,")


@dataclass(frozen=True, slots=True)
class Text:
    """Free text; `max_chars` is the length above which a warning is due, not a cut."""

    max_chars: int = 2000

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        text = as_text(raw)
        return (text, None) if text and not is_blank(text) else BLANK

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def validation(self) -> Mapping[str, Any] | None:
        return None


@dataclass(frozen=True)
class Choice:
    """One of a list: `options` maps each key to its label first, then other spellings."""

    options: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        return {fold(spelling): key for key, spellings in reversed(self.options) for spelling in spellings}

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        value = self._by_spelling.get(fold(as_text(raw)))
        return (value, None) if value is not None else (None, "not_listed")

    def show(self, value: Any) -> str:
        return next((spellings[0] for key, spellings in self.options if key == value), "")

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(spellings[0] for _, spellings in self.options)

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "list", "source": list(self.labels)}


@dataclass(frozen=True, slots=True)
class Percent:
    """A share 0-100. A fraction without a % format or sign is never guessed at: 0.9 may be 0.9 % or 90 %."""

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        if _is_no_number(raw):
            return None, "not_percent"
        if isinstance(raw, str):
            text = clean_text(raw)
            number, has_sign = parse_number(text.removesuffix("%").strip()), text.endswith("%")
        else:
            number, has_sign = float(raw), False
            if is_percent_format:
                number, has_sign = round(number * 100, 6), True
        if number is None or not 0 <= number <= 100:
            return None, "not_percent"
        if not has_sign and 0 < number < 1:
            return None, "unclear_percent"
        return number, None

    def show(self, value: Any) -> str:
        return "" if value is None else show_number(value) + "%"

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in its indicator's unit. Under a % format Excel's fraction is turned back into percent.

    "1,602" is no number: 1.6 as written here, 1602 as an English Excel shows it; of a share it can only be the first.
    """

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        if _is_no_number(raw):
            return None, "not_number"
        if isinstance(raw, str):
            text = clean_text(raw).removesuffix("%").strip()
            number = None if _UNCLEAR.fullmatch(text) else parse_number(text)
            return (number, None) if number is not None else (None, "not_number")
        return (round(float(raw) * 100, 6) if is_percent_format else float(raw)), None

    def show(self, value: Any) -> str:
        return "" if value is None else show_number(value)

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "decimal", "criteria": ">=", "value": 0}


@dataclass(frozen=True, slots=True)
class Day:
    """A date: a real one, a serial number counted from `epoch`, or text typed day first; of a year that can be."""

    epoch: date = _EPOCH

    def parse(self, raw: Any, is_percent_format: bool | None = None) -> Parsed:
        if isinstance(raw, str):
            day = parse_date(raw)
        elif isinstance(raw, date):
            day = raw.date() if isinstance(raw, datetime) else raw
        else:
            day = None if _is_no_number(raw) else serial_day(raw, self.epoch)
        return (day, None) if day and day.year in _YEARS else (None, "not_date")

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:%d/%m/%Y}"

    def validation(self) -> Mapping[str, Any] | None:
        return {"validate": "date", "criteria": "between", "minimum": date(2020, 1, 1), "maximum": date(2035, 12, 31)}
