"""What people type instead of a plain figure, day or choice: the second look at a text that its kind refused.

A text is taken where only its form is unusual: "đạt 60%", "45713.0", "3. Hoàn thành". Where it would have to be
interpreted ("khoảng 80", "25/2", "3/4", "như trên") it stays unusable, under a problem that names why; the sentence of
that problem says how to type it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from string import ascii_letters, digits
from typing import Any

from tracker.cells import Parsed, fold_date, is_blank, serial_day
from tracker.vietnamese import clean_text, fold

Parse = Callable[[Any, bool | None], Parsed]

_LONGEST = 60
"""Longer texts tell a story; a figure in it is not the figure asked for."""
_NOTHING = frozenset(
    [
        "chua",
        "chua co",
        "chua co so lieu",
        "chua co ket qua",
        "chua phat sinh",
        "chua tong hop",
        "chua thong ke",
        "chua xac dinh",
        "khong",
        "khong co",
        "khong co so lieu",
        "khong phat sinh",
        "khong ap dung",
        "n a",
        "na",
        "k a",
        "k",
        "ko",
        "ko co",
        "kad",
    ]
)
_ABOVE = frozenset(
    ["nt", "n t", "nhu tren", "nhu dong tren", "nhu hang tren", "nhu o tren", "nhu nhiem vu tren", "tuong tu tren"]
)
_BEFORE = frozenset(
    ["nhu ki truoc", "nhu thang truoc", "nhu bao cao ki truoc", "nhu bao cao thang truoc", "nhu lan truoc", "nhu cu"]
)
_OTHER_STARTS = frozenset(ascii_letters + digits + "\u0110\u0111") - frozenset("NnTt")
"""Characters that no ditto mark begins with; with them most texts need no second look."""
_QUOTES = "\"'\u2033\u3003\u201c\u201d\u201e\u2019, "
_LONGEST_DITTO = 24

_NUMBERING = re.compile(r"(?:\d{1,2}|[a-e]) (?=[a-z]{2})")
_SAID = re.compile(r"(?:(?:da )?dat(?: duoc)?|ti le)\s*:?\s*")
_SAID_WITH_SIGN = re.compile(r"(?:da )?(?:hoan thanh|ht)\s*:?\s*(?=.*%$)")
_ABOUT = re.compile(
    r"(?:[<>~\u2248\u2264\u2265]=?|=[<>]|(?:tren|hon|khoang|gan|duoi|xap xi|it nhat|toi thieu|toi da|uoc|co)\b)\D*\d.*"
    r"|\D*\d[\d.,]*\s*%?\s*(?:\+|tro len|tro xuong|(?:-|\u2013|den|~)\s*\d.*)"
)
_OF_HUNDRED = re.compile(r"(\d+(?:[.,]\d+)?)\s*/\s*100\s*%?")
_RATIO = re.compile(r"[\d.,]+\s*/\s*[\d.,]+\s*%?")
_ENGLISH = re.compile(r"[-+]?\d{1,3}(?:(?:,\d{3}){2,}(?:\.\d+)?|(?:,\d{3})+\.\d+)")
_UNCLEAR_COMMA = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}\s*%?")
_WITH_UNIT = re.compile(r"([-+]?\d(?:[\d., ]*\d)?)\s*([^\d\s.,/<>~+-][^\d]*)")

_TIME = re.compile(
    r"(?:(?<=\d)t|\b)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|sa|ch|z)?\b|\b\d{1,2}\s*(?:h|gio)(?:\s?\d{2})?\b"
)
_WEEKDAY = re.compile(r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b")
_DAY_FIRST = re.compile(
    r"(?:ngay\s*)?(\d{1,2})\s*(?:[/.,-]|thang|\s)\s*(\d{1,2})\s*(?:[/.,-]\s*nam|[/.,-]|nam|\s)\s*(\d{2,5})"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_NO_YEAR = re.compile(r"(?:ngay )?\d{1,2}\s*(?:[/.-]|thang)\s*\d{1,2}")
_NO_DAY = re.compile(
    r"(?:(?:trong|dau|giua|cuoi|het|den|nam) )*"
    r"(?:(?:thang|t)?\s*\d{1,2}\s*(?:[/.-]|nam|\s)\s*\d{4}|(?:thang|t)\s*\d{1,2}|(?:qui|q)\s*(?:[1-4]|i{1,3}|iv)\b.*|20\d\d)"
)
_LEAST_YEAR, _LAST_YEAR = 1990, 2099


def read_typed(text: str, parse: Parse, is_percent: bool | None) -> Parsed:
    """A text by its kind's `parse`, looked at again where that refuses it; ditto marks are told before anything."""
    if len(text) <= _LONGEST_DITTO and (ditto := ditto_of(text)):
        return None, ditto
    value, problem = parse(text, is_percent)
    if problem is None:
        return value, None
    if is_blank(text):
        return None, None
    return look_again(text, problem, parse) if len(text) <= _LONGEST else (None, problem)


def ditto_of(text: str) -> str:
    """ "ditto" where a text only points at the row above, "ditto_past" at the report before; "": it says something."""
    if text[:1] in _OTHER_STARTS:
        return ""
    words = fold(text)
    if words in _ABOVE or (not words and text.strip() and text.strip() != "'" and not text.strip(_QUOTES)):
        return "ditto"
    return "ditto_past" if words in _BEFORE else ""


def look_again(text: str, problem: str, parse: Parse) -> Parsed:
    """Value and problem of a text that was refused with `problem`."""
    if problem == "not_listed":
        bare = _NUMBERING.sub("", fold(clean_text(text)), count=1)
        return parse(bare, None)
    if fold(text) in _NOTHING:
        return None, "no_answer"
    plain = fold_date(text).lstrip("'` ").removesuffix("'").strip()
    match problem:
        case "not_percent":
            return _percent(plain, parse)
        case "not_number":
            return _number(plain, parse)
        case "not_date":
            return _day(plain)
    return None, problem


def _percent(plain: str, parse: Parse) -> Parsed:
    plain = re.sub(r"\s*phan tram$", "%", plain)
    bare = _SAID_WITH_SIGN.sub("", _SAID.sub("", plain, count=1), count=1)
    if found := _OF_HUNDRED.fullmatch(bare):
        bare = f"{found[1]}%"
    value, problem = parse(bare, None)
    return (value, problem) if problem != "not_percent" else (None, _why_no_figure(bare) or problem)


def _number(plain: str, parse: Parse) -> Parsed:
    bare = _SAID.sub("", re.sub(r"\s*phan tram$", "%", plain), count=1)
    if _ENGLISH.fullmatch(bare):
        return float(bare.replace(",", "")), None
    if _UNCLEAR_COMMA.fullmatch(bare):
        return None, "unclear_number"
    value, problem = parse(bare, None)
    return (value, None) if problem is None else (None, _why_no_figure(bare) or problem)


def _why_no_figure(plain: str) -> str:
    if _RATIO.fullmatch(plain):
        return "ratio"
    return "approximate" if _ABOUT.fullmatch(plain) else ""


def figure_with_unit(text: str, unit: str, parse: Parse) -> Parsed:
    """A figure with its unit behind it ("602 hồ sơ"); the unit must be the indicator's own."""
    found = _WITH_UNIT.fullmatch(_SAID.sub("", fold_date(text).lstrip("' "), count=1))
    if not found:
        return None, "not_number"
    if fold(found[2]) != fold(unit):
        return None, "other_unit"
    value, problem = parse(found[1], None)
    return (value, problem) if problem is None else look_again(found[1], problem, parse)


def _day(plain: str) -> Parsed:
    bare = _WEEKDAY.sub("", _TIME.sub(" ", plain), count=1).strip(" ,;-")
    bare = re.sub(r"\s+", " ", bare)
    if found := _YEAR_FIRST.fullmatch(bare):
        return _calendar_day(found[3], found[2], found[1])
    if found := _DAY_FIRST.fullmatch(bare):
        return _calendar_day(found[1], found[2], found[3])
    if (found := _SERIAL.fullmatch(bare)) and (day := serial_day(int(found[1]))):
        return day, None
    if _NO_YEAR.fullmatch(bare):
        return None, "no_year"
    return None, "no_day" if _NO_DAY.fullmatch(bare) else "not_date"


def _calendar_day(day: str, month: str, year: str) -> Parsed:
    """The day, or what is wrong with it: its year, its order, or that the calendar has none such."""
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if not _LEAST_YEAR <= full_year <= _LAST_YEAR:
        return None, "far_year"
    try:
        return date(full_year, int(month), int(day)), None
    except ValueError:
        is_swapped = int(month) > 12 >= int(day) > 0
        return None, "month_first" if is_swapped else "no_such_day"
