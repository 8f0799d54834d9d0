"""Names of agencies in running text: those of the master sheet, and the general grammar of such names.

Names contain commas ("Sở Văn hóa, Thể thao và Du lịch", "các sở, ban, ngành"), so a name is matched before any list is
split. The grammar knows heads (Sở, Ban, Cục, Công an …); what follows a head belongs to the name while it is written
with capitals, up to the first verb.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tracker.plan.notice.agency_patterns import (
    ALONE,
    BARE_GROUP,
    DEPARTMENTS,
    GROUP,
    JOIN,
    LEVEL,
    LEVELS,
    MULTI_HEADS,
    OF_PERSON,
    PEOPLE_COMMITTEE,
    PERSONS,
    PLACES,
    PLURAL_LEVEL,
    SEVERAL,
    SHORT,
    UNIT,
)
from tracker.plan.notice.text import key
from tracker.plan.notice.words import FIELD_NAMES, VERB

_LONGEST_TAIL = 6
_PARTY_LEVEL = re.compile(r"(?:tỉnh|thành|thị|huyện|quận) ủy(?![\w])")


@dataclass(frozen=True, slots=True)
class Party:
    """An agency, a group or a person as the text names it, and where; `is_known`: the master sheet has the name."""

    name: str
    start: int
    end: int
    is_known: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """Names of the master sheet (official, short, other, groups), matched longest first whatever their case."""

    names: tuple[str, ...] = ()
    _by_word: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for name in sorted({key(name) for name in self.names if len(name) > 1}, key=len, reverse=True):
            self._by_word[name.split()[0].rstrip(",;")].append(name)

    def match(self, low: str, at: int) -> int:
        """Where the longest name that starts at `at` of a key ends; `at` where none does."""
        word = re.match(r"[^\s,;]+", low[at:])
        for name in self._by_word.get(word[0], ()) if word else ():
            end = at + len(name)
            if low.startswith(name, at) and not (end < len(low) and (low[end].isalnum() or low[end] in "&")):
                return end
        return at


class Agencies:
    """Finds parties in texts, with the names of one master sheet and the general grammar."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.lexicon = Lexicon(tuple(names))
        self.fields = tuple(sorted((key(name) for name in FIELD_NAMES), key=len, reverse=True))
        self._list = lru_cache(maxsize=4096)(self._read_list)

    def list_at(self, text: str, at: int) -> tuple[tuple[Party, ...], int]:
        """Parties of a list ("A, B và C") that starts at `at`, and where it ends; ((), at) where none does."""
        return self._list(text, at)

    def _read_list(self, text: str, at: int) -> tuple[tuple[Party, ...], int]:
        found: list[Party] = []
        end = at
        while True:
            several = self._several(text, end)
            if several:
                found += several
                end = several[-1].end
            else:
                one = self.one_at(text, end)
                if not one:
                    break
                found.append(one)
                end = one.end
            join = JOIN.match(text, end)
            while join and (same := self._same_head(text, join.end(), found[-1])):
                found.append(same)
                end = same.end
                join = JOIN.match(text, end)
            if not join:
                break
            last, end = end, join.end()
            if "-" in join[0] and text[end : end + 1].islower():
                return tuple(found), last  # "Công ty A - nhà thầu …" tells what A is
            if not (self._several(text, end) or self.one_at(text, end)):
                return tuple(found), last
        return tuple(found), found[-1].end if found else at

    def _same_head(self, text: str, at: int, before: Party) -> Party | None:
        """ "UBND phường A, phường B và xã C": the head is said once."""
        head = re.match(r"(?:ubnd|ủy ban nhân dân|công an)\s+", key(before.name))
        unit = re.compile(rf"{UNIT}\s+(?=\S)").match(key(text), at)
        if not head or not unit or not text[unit.end()].isupper():
            return None
        end = self._proper(text, key(text), unit.end(), places=True)
        return Party(f"{before.name[: head.end()]}{text[at:end]}", at, end) if end > unit.end() else None

    def _several(self, text: str, at: int) -> tuple[Party, ...]:
        """ "các Sở: Tài chính, Xây dựng", "UBND các huyện: A, B": one party each, the head repeated."""
        low = key(text)
        if head := DEPARTMENTS.match(low, at):
            return self._plural(
                text, at, head[0], self._named(text, low, head.end(), text_of="Sở", fields=True, first=at)
            )
        if (head := SEVERAL.match(low, at)) and text[head.end() : head.end() + 1].isupper():
            whole = text[head.start("head") : head.end("head")]
            found = self._named(text, low, head.end(), text_of=whole[:1].upper() + whole[1:], fields=False, first=at)
            return self._plural(text, at, head[0], found)
        if (head := PLACES.match(low, at)) and "các " in head[0] and text[head.end()].isupper():
            whole = text[head.start("head") : head.end("head")]
            return self._named(text, low, head.end(), text_of=f"{whole} {head['unit']}", fields=False, first=at)
        return ()

    def _plural(self, text: str, at: int, head: str, found: tuple[Party, ...]) -> tuple[Party, ...]:
        """ "các Sở Y tế" is one name, that of many places."""
        is_one = len(found) == 1 and ":" not in head
        return (replace(found[0], name=text[at : found[0].end]),) if is_one and head.startswith("các") else found

    def _named(self, text: str, low: str, at: int, *, text_of: str, fields: bool, first: int) -> tuple[Party, ...]:
        found: list[Party] = []
        start = first
        while at < len(text) and text[at].isupper():
            end = self._field(low, at) if fields else at
            if end == at and VERB.match(low, at):
                break
            end = end if end > at else self._proper(text, low, at, places=not fields and "UBND" in text_of)
            if end == at or (found and MULTI_HEADS.match(low, at) and not self._field(low, at) > at):
                break
            found.append(Party(f"{text_of} {text[at:end]}", start, end))
            join = re.compile(r"\s*(?:[,;]\s*và\s+|,\s*|\s+và\s+|;\s*)").match(text, end)
            if not join:
                break
            at = start = join.end()
        return tuple(found)

    def _field(self, low: str, at: int) -> int:
        """The end of a department's field at `at`, with the level behind it."""
        for name in self.fields:
            end = at + len(name)
            if low.startswith(name, at) and not (end < len(low) and (low[end].isalnum() or low[end] == "&")):
                return end
        return at

    def one_at(self, text: str, at: int) -> Party | None:
        """The party that starts at `at`: the longest that sheet or grammar gives; None where there is none."""
        low = key(text)
        if at >= len(text) or (at and (text[at - 1].isalnum())) or not (text[at].isalpha()):
            return None
        known = self._with_place(text, low, self.lexicon.match(low, at), at)
        guess, flags = self._by_grammar(text, low, at)
        if known > at and known >= guess:
            return Party(_trim(text[at:known]), at, known, is_known=True)
        if guess > at:
            return Party(_trim(text[at:guess]), at, guess, flags=flags)
        return self._through_person(text, low, at)

    def _through_person(self, text: str, low: str, at: int) -> Party | None:
        """ "Giám đốc Sở X", "Thủ trưởng các sở": the agency answers; persons by name or as deputy chairmen stay."""
        if found := PERSONS.match(low, at):
            return Party(_trim(text[at : found.end()]), at, found.end(), flags=("person",))
        if (found := OF_PERSON.match(low, at)) and (inner := self._office(text, found.end())):
            return Party(inner.name, at, inner.end, inner.is_known, (*inner.flags, "person_of_agency"))
        if found := SHORT.match(low, at):
            end = found.end()
            while word := re.compile(r"[A-ZĐÂĂÊÔƠƯÁÀẢÃẠ]\w*\s?", re.UNICODE).match(text, end):
                end = word.end()
            title = re.compile(r"\s*[,-]?\s*").match(text, end)
            behind = title.end() if title else end
            office = PERSONS.match(low, behind) or OF_PERSON.match(low, behind)
            if office:
                inner = self.one_at(text, office.end())
                end = inner.end if inner else office.end()
            return Party(_trim(text[at:end]), at, end, flags=("person",)) if end > found.end() else None
        return None

    def _office(self, text: str, at: int) -> Party | None:
        """What a title is held in; its head may be written small ("Trưởng phòng Kinh tế")."""
        return self.one_at(text, at) or self.one_at(f"{text[:at]}{text[at : at + 1].upper()}{text[at + 1 :]}", at)

    def _with_place(self, text: str, low: str, end: int, at: int) -> int:
        """A known name goes on with its level and place: "Công an" + "tỉnh Hải Dương"."""
        if end == at:
            return at
        level = re.compile(rf"\s+{UNIT}(?![\w])").match(low, end)
        if not level:
            return end
        after = self._proper(text, low, level.end() + 1, places=True) if level.end() < len(text) else level.end()
        is_part = low[at:end].endswith(("tỉnh", "thành phố"))
        if after > level.end() + 1:
            return after
        return end if is_part or low[level.end() :].lstrip().startswith("hải") else level.end()

    def _by_grammar(self, text: str, low: str, at: int) -> tuple[int, tuple[str, ...]]:
        best = at
        flags: tuple[str, ...] = ()
        for pattern in (GROUP, BARE_GROUP):
            if found := pattern.match(low, at):
                best = max(best, found.end())
        if best > at:
            return self._group_end(text, low, at, best), ()
        if (found := PEOPLE_COMMITTEE.match(low, at)) and text[at].isupper() | (text[at] in "cu"):
            best = self._with_name(text, low, found.end())
            last = re.compile(rf"(?:\s*,\s*và\s+|\s*,\s*|\s+và\s+){UNIT}$").search(low, at, found.end())
            if best > found.end() and last and low.startswith("các ", found.start() + found[0].find("các ")):
                best = last.start()  # "UBND các huyện, thị xã Mộc Châu": the last has a name of its own
        found = MULTI_HEADS.match(low, at)
        if found and (text[at].isupper() or found[0].startswith(("chủ đầu tư", "nhà thầu", "chi nhánh"))):
            end, flags = self._named_head(text, low, found)
            best = max(best, end)
        return best, flags if best > at else ()

    def _group_end(self, text: str, low: str, at: int, end: int) -> int:
        """A group stops before a noun that begins a name of its own ("các sở, ngành, Công an tỉnh")."""
        for found in re.compile(r"[,;]\s*|\s+và\s+").finditer(text, at, end):
            if (
                text[found.end() : found.end() + 1].isupper()
                and not text[at:end].isupper()
                and key(text[found.end() : found.end() + 4]) not in ("ban,", "ngàn")
            ):
                return found.start()
        return end

    def _with_name(self, text: str, low: str, end: int) -> int:
        """ "UBND huyện" + "Gia Lộc"."""
        if end + 1 < len(text) and text[end] == " " and (text[end + 1].isupper() or text[end + 1].isdigit()):
            return self._proper(text, low, end + 1, places=True)
        return end

    def _named_head(self, text: str, low: str, head: re.Match[str]) -> tuple[int, tuple[str, ...]]:
        start = head.end()
        alone = ALONE.match(low, head.start())
        if _is_all_capitals(text):  # capitals tell nothing there
            end = self._field(low, start + 1) if head[0] == "sở" else alone.end() if alone else head.start()
            return (self._level(text, low, end), ()) if end > start else (head.start(), ())
        if alone and alone.end() > start:
            follows = text[alone.end() + 1 : alone.end() + 2]
            end = self._proper(text, low, alone.end() + 1) if follows.isupper() else alone.end()
            return self._level(text, low, max(end, alone.end())), ()
        if (
            head[0] == "sở"
            and start < len(text)
            and text[start] == " "
            and (end := self._field(low, start + 1)) > start + 1
        ):
            return self._level(text, low, end), ()
        follows = text[start + 1 : start + 2]
        if text[start : start + 1] == " " and (follows.isupper() or follows.isdigit() or LEVELS.match(low, start + 1)):
            end = self._proper(text, low, start + 1)
            guessed = end > start + 1 and self._tail_is_long(text[start + 1 : end])
            if end > start + 1:
                return max(end, alone.end() if alone else 0), ("name_guessed",) if guessed else ()
        return (self._level(text, low, alone.end()), ()) if alone else (head.start(), ())

    def _level(self, text: str, low: str, end: int) -> int:
        """The level and place behind a name: "tỉnh", "thành phố Hà Nội", "cấp xã"."""
        if plural := PLURAL_LEVEL.match(low, end):
            return plural.end()
        level = re.compile(rf"\s+{LEVEL}(?![\w])").match(low, end)
        if not level:
            return end
        nxt = level.end() + 1
        return (
            self._proper(text, low, nxt, places=True)
            if text[level.end() : nxt] == " " and text[nxt : nxt + 1].isupper()
            else level.end()
        )

    def _tail_is_long(self, name: str) -> bool:
        words = name.split()
        tail = 0
        for word in reversed(words):
            if word[:1].isupper() or LEVELS.fullmatch(word.lower()):
                break
            tail += 1
        return tail > 2

    def _proper(self, text: str, low: str, at: int, *, places: bool = False) -> int:
        """The end of a name that goes on at `at`: capitalised words, the small ones of their compounds, levels."""
        end, small, pos, capitals = at, 0, at, 0
        while word := re.compile(r"\s*(-\s+|và\s+(?:các\s+)?)?([^\s,;:.()…“”/]+(?:/[A-ZĐ][^\s,;:.()]*)?)").match(
            text, pos
        ):
            body, lower = word[2], low[word.start(2) : word.end(2)]
            gap = text[pos : word.start(2)]
            if pos > at and not gap:
                break
            if pos > at and not word[1] and (party := _PARTY_LEVEL.match(low, word.start(2))) and not places:
                return party.end()
            if word[1]:
                # "và", "-" go on with a capital that begins no other party
                if not body[:1].isupper() or self._starts_party(text, low, word.start(2)) or places:
                    break
                small, capitals = 0, int(not MULTI_HEADS.match(low, word.start(2)))
            elif body[:1].isupper() or body[:1].isdigit():
                if body[:1].isdigit() and not places and not re.fullmatch(r"\d{1,3}", body):
                    break
                if pos > at and small and self._starts_party(text, low, word.start(2)) and lower not in ("nhà", "việt"):
                    break
                head = MULTI_HEADS.match(low, word.start(2))
                if head and " " in head[0] and not small and text[head.end() + 1 : head.end() + 2].isupper():
                    end = pos = head.end()  # "Công ty Cổ phần Tập đoàn Trường Sơn"
                    capitals = 0
                    continue
                is_head = bool(head) or body.isupper()
                capitals = 0 if is_head else capitals + 1 if small == 0 else 1
                small = 0
            elif level := LEVELS.match(low, word.start(2)):
                end = pos = level.end()
                small = 0
                if not text[pos + 1 : pos + 2].isupper() and not LEVELS.match(low, pos + 1):
                    break
                continue
            elif lower in ("chi",) and low.startswith("chi nhánh", word.start(2)):
                end = pos = word.start(2) + len("chi nhánh")
                small = 0
                continue
            elif (
                places
                or pos == at
                or capitals > 1
                or (VERB.match(low, word.start(2)) and small >= self._least_tail(text, end))
            ):
                break
            else:
                small += 1
                if small > _LONGEST_TAIL:
                    break
            end = pos = word.end(2)
        return end

    def _least_tail(self, text: str, end: int) -> int:
        """A lone capital syllable is half a word ("Xây" + "dựng"), unless it is an abbreviation or already two."""
        words = re.findall(r"\S+", text[:end])[-2:]
        if not words or words[-1].isupper() or not words[-1][:1].isupper():
            return 0
        is_pair = (
            len(words) == 2
            and words[0][:1].isupper()
            and not MULTI_HEADS.fullmatch(key(words[0]))
            and words[0][-1:].isalpha()
        )
        return 0 if is_pair else 1

    def _starts_party(self, text: str, low: str, at: int) -> bool:
        if self.lexicon.match(low, at) > at:
            return True
        head = MULTI_HEADS.match(low, at) or re.compile(r"ubnd|ủy ban nhân dân").match(low, at)
        if not head:
            return False
        if ALONE.match(low, at) or head[0] == "ubnd" or (" " in head[0] and head[0] != "hội đồng"):
            return True
        return text[head.end() + 1 : head.end() + 2].isupper() or bool(LEVELS.match(low, head.end() + 1))


def _is_all_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 8 and sum(char.isupper() for char in letters) > 0.9 * len(letters)


def _trim(name: str) -> str:
    return name.strip(" ,;:.-")
