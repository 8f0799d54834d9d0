"""The outline of a notice: items one below the other, what they are called, and tasks while they are put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.plan.notice.agencies import Party
from tracker.plan.notice.model import NO_DEADLINE, Deadline
from tracker.plan.notice.sentences import Said
from tracker.plan.notice.tables import TableRow
from tracker.plan.notice.text import sentences
from tracker.vietnamese import fold

BULLETS = "-–—+•●▪*✓➢o"
_REFERENCE = re.compile(
    r"(?:mục|điểm|khoản|nhiệm vụ|ý|tiết)\s+(?P<list>(?:\d+(?:\.\d+)*|[ivx]+|[a-zđ])\b(?:\s*(?:,|và|đến|-)\s*(?:(?:mục|điểm|khoản|nhiệm vụ)\s+)?(?:\d+(?:\.\d+)*|[ivx]+|[a-zđ])\b(?!\s*/))*)"
)

_NAMES = re.compile(
    r"\b[Cc]ác\s+(?:[Ss]ở|[Bb]ộ|[Bb]an|[Pp]hòng|[Vv]ụ|[Cc]ục|xã|phường|huyện|tỉnh)\s*:\s*(?:[A-ZĐÀ-Ỹ][^;.:,]{1,50}[;,]\s*)+$"
)


@dataclass
class Item:
    """An open item of the outline: what it is called, how deep it stands, whom its list belongs to."""

    path: str
    level: int
    leads: tuple[Party, ...] = ()
    coordinators: tuple[Party, ...] = ()
    deadline: Deadline = NO_DEADLINE
    is_assessment: bool = False
    text: str = ""
    words: str = ""  # those that name its leads
    bullets: int = 0
    task: int | None = None


@dataclass
class Made:
    """A task being put together; `text` grows with sentences that belong to it."""

    path: str
    parent: str
    said: Said
    text: str
    leads: tuple[Party, ...]
    coordinators: tuple[Party, ...]
    flags: list[str] = field(default_factory=list)
    when: str = ""
    product: str = ""
    inherited: Deadline = NO_DEADLINE
    shared: Deadline | None = None
    row: TableRow | None = None
    above: str = ""
    opening: int = 0  # length of the first sentence in `text`
    own: bool = False


def mark_and_level(label: str) -> tuple[str, int]:
    """("d", 7) of "d)"; bullets stand deepest, "1." below "Điều 2"."""
    bare = label.strip()
    words = re.match(r"(phần|chương|mục|điều|khoản)\s+(?:thứ\s+)?(\S+?)[.:)\-]?$", bare.lower())
    if words:
        return words[2].upper() if re.fullmatch(r"[ivx]+", words[2]) else words[2], {
            "phần": 0,
            "chương": 0,
            "mục": 1,
            "điều": 2,
            "khoản": 3,
        }[words[1]]
    if bare in BULLETS:
        return bare, {"+": 10, "*": 11, "o": 11}.get(bare, 9)
    mark = bare.strip("().:/- ¢") or "c"
    if re.fullmatch(r"[IVX]+", mark):
        return mark, 1
    if re.fullmatch(r"[A-ZĐ]", mark):
        return mark, 0
    if re.fullmatch(r"\d+(?:\.\d+)+", mark):
        return mark, 3 + mark.count(".")
    if mark.isdigit():
        return mark, 8 if bare.endswith(")") else 3
    return mark, 7


def joined_path(paths: Sequence[str], mark: str) -> str:
    """The item's code: "4.d.1"; a decimal number ("1.2") already says what it stands under."""
    parent = paths[-1]
    if "." in mark:
        head = mark.rsplit(".", 1)[0]
        above = next((path for path in reversed(paths) if path == head or path.endswith("." + head)), None)
        if above is not None:
            return f"{above}.{mark.rsplit('.', 1)[1]}"
    return f"{parent}.{mark}" if parent else mark


def references(low: str) -> Iterable[str]:
    """Items a shared deadline names: "mục 1, 2 và 3" gives 1, 2, 3; "mục 1 đến mục 4" all between."""
    for found in _REFERENCE.finditer(low):
        marks = re.findall(
            r"\d+(?:\.\d+)*|\b[ivx]+\b|\b[a-zđ]\b", re.sub(r"\b(?:mục|điểm|khoản|nhiệm vụ)\b", "", found["list"])
        )
        yield from (
            mark.upper() if re.fullmatch(r"[ivx]{2,}|[ivx]", mark) and "điểm" not in found[0] else mark
            for mark in marks
        )
        if re.search(r"\s(?:đến|-)\s", found["list"]) and len(marks) == 2 and all(mark.isdigit() for mark in marks):
            yield from (str(n) for n in range(int(marks[0]), int(marks[1]) + 1))


def is_within(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(scope + ".")


def is_named(path: str, scope: str, wanted: set[str]) -> bool:
    inner = path[len(scope) :].strip(".").split(".") if scope else path.split(".")
    return bool({inner[0], ".".join(inner), *(path.split(".") if not scope else ())} & wanted)


def pieces(text: str) -> Iterable[tuple[int, int, str]]:
    """Sentences, with the list behind "Giao X:" cut at its numbers; "các Sở: A; B; C" is one list of names."""
    for start, end, stop in _whole_lists(text):
        piece = text[start:end]
        colon = re.search(r":\s+(?=(?:\(1\)|\(?a\)|1\)|[-+•])\s)", piece)
        if colon:
            yield start, start + colon.start() + 1, ":"
            yield start + colon.end(), end, stop
        else:
            yield start, end, stop


def _whole_lists(text: str) -> Iterable[tuple[int, int, str]]:
    held: int | None = None
    for start, end, stop in sentences(text):
        first = start if held is None else held
        is_list = _NAMES.search(text[first:end]) and text[end:].lstrip()[:1].isupper()
        held = first if stop == ";" and is_list else None
        if held is None:
            yield first, end, stop
    if held is not None:
        yield held, len(text), ";"


def union(first: tuple[Party, ...], second: tuple[Party, ...]) -> tuple[Party, ...]:
    return tuple({fold(party.name): party for party in (*first, *second)}.values())
