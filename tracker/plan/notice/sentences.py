"""One sentence of a notice: who is to do it, with whom, for whom; or that nobody is named.

The subject is sought where such sentences have it: behind "Giao", "Yêu cầu", "Đề nghị"; at the start; behind an
adverbial clause that ends with a comma; behind "do" or in parentheses before "chủ trì".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.plan.notice.agencies import Agencies, Party
from tracker.plan.notice.orders import (
    ACTS,
    ADVERBIAL,
    AS,
    BY,
    CHAIRED,
    CHARGED,
    FIELD,
    GOVERNED,
    HEADED,
    LINK,
    NOT_AN_ORDER,
    NOUN_BEFORE,
    ORDER,
    ORDERED,
    RECEIVER,
    REJECTED,
    SUPERIORS,
    TAIL,
    TOGETHER,
    WITH,
)
from tracker.plan.notice.text import depths, key
from tracker.plan.notice.words import ADVERBS, VERB


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says. `leads` is empty where it names nobody; `content` is what remains to be done."""

    leads: tuple[Party, ...] = ()
    coordinators: tuple[Party, ...] = ()
    receivers: tuple[Party, ...] = ()
    content: str = ""
    is_lead_in: bool = False
    is_order: bool = False
    flags: tuple[str, ...] = ()
    second: int = 0
    """Where another subject with its own predicate begins; 0 for none."""


@dataclass(frozen=True, slots=True)
class Field:
    """ "Cơ quan chủ trì: …" of a paragraph that is written like a form: `key` is lead, with, when or product."""

    key: str
    text: str
    parties: tuple[Party, ...] = ()


class Sentences:
    """Reads sentences with the names of one plan. `level` is the issuer's: who may not be given orders by itself."""

    def __init__(self, agencies: Agencies, level: str = "tỉnh", place: str = "") -> None:
        self.agencies = agencies
        places = rf"(?:\s+{re.escape(key(place))})?" if place else ""
        self._superior = re.compile(
            rf"(?:(?:phó\s+)?chủ tịch\s+|lãnh đạo\s+|thường trực\s+|các\s+)*(?:ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân|đoàn đbqh)\s+{level}{places}|(?:các\s+)?(?:đồng chí\s+)?phó\s+chủ tịch\s.*|{SUPERIORS}"
        )

    def is_superior(self, party: Party) -> bool:
        return bool(self._superior.fullmatch(key(party.name)))

    def read(self, sentence: str, *, within: bool = False) -> Said:
        """`within`: below a line that names the lead, where "Yêu cầu …" is what the lead is to ask of others."""
        subject = self._subject(sentence, within)
        if not subject:
            return self._carried(sentence)
        leads, start, end, is_order = subject
        behind = CHAIRED.match(key(sentence), end)
        coordinators, cut = self._coordinators(sentence, end, leads, behind.end() if behind else end)
        leads = tuple(p for p in leads if not (len(leads) > 1 and self.is_superior(p)))
        content = _content(sentence[:start], sentence[cut:], " " if key(sentence).startswith("do ", start) else ": ")
        return Said(
            leads,
            coordinators,
            self._receivers(sentence, end),
            content or self._standing(sentence, end),
            sentence.rstrip().endswith(":") or not sentence[cut:].strip(" .,;:"),
            is_order,
            tuple(dict.fromkeys(flag for party in leads for flag in party.flags)),
            self._second_subject(sentence, cut),
        )

    def _standing(self, sentence: str, end: int) -> str:
        """ "Sở A là cơ quan thường trực của Tổ công tác": what it is, is its task."""
        is_one = re.match(r"\s*là\b", key(sentence[end:])) and not sentence.rstrip().endswith(":")
        return _content("", sentence[end:]) if is_one else ""

    def _second_subject(self, text: str, start: int) -> int:
        """Where a second agency with a verb of its own begins ("A tổng hợp, B giám sát …"); 0 where none does."""
        low, deep = key(text), depths(text)
        for comma in re.compile(r",\s+(?=[A-ZĐ])").finditer(text, start):
            before = low[start : comma.start()]
            parties, end = self.agencies.list_at(text, comma.end())
            is_own = parties and not deep[comma.start()] and not any(map(self.is_superior, parties))
            if (
                is_own
                and not GOVERNED.search(before)
                and ACTS.match(low, end)
                and not self._ends_with_party(text, comma.start())
            ):
                return comma.end()
        return 0

    def _ends_with_party(self, text: str, end: int) -> bool:
        """Whether a list of agencies runs up to `end`: what follows its comma is one of them."""
        starts = (found.start() for found in re.finditer(r"(?<!\w)[A-ZĐc]", text[:end]))
        return any((party := self.agencies.one_at(text, at)) is not None and party.end == end for at in starts)

    def _carried(self, sentence: str) -> Said:
        coordinators, cut = self._coordinators(sentence, 0, (), 0)
        return Said(
            (),
            coordinators,
            self._receivers(sentence, 0),
            _content("", sentence[cut:]),
            sentence.rstrip().endswith(":"),
        )

    def is_about_others(self, sentence: str) -> bool:
        """ "Sở Tài chính đã có Công văn …": an agency that is said to have done something, no part of the task before."""
        parties, end = self.agencies.list_at(sentence, 0)
        return bool(parties) and bool(REJECTED.match(key(sentence), end))

    def starts_with_verb(self, sentence: str) -> bool:
        low = key(sentence.lstrip("-+• "))
        link = re.match(LINK + r"*", low)
        return bool(VERB.match(low, link.end() if link else 0))

    def fields(self, paragraph: str) -> Iterator[tuple[str, Field | None]]:
        """The paragraph cut at its "Cơ quan chủ trì:" and the like; text before the first has no field."""
        low = key(paragraph)
        starts = [
            f
            for f in FIELD.finditer(low)
            if not low[: f.start()].strip(" -+(") or low[: f.start()].rstrip()[-1:] in ".;,(-"
        ]
        if not any(f["lead"] or f["with"] or not low[: f.start()].strip(" -+(") for f in starts):
            return
        if starts[0].start() > 0:
            yield paragraph[: starts[0].start()].strip(" (;,"), None
        for found, following in zip(starts, [*starts[1:], None], strict=True):
            text = paragraph[found.end() : following.start() if following else len(paragraph)].strip(" ;.,)(-")
            name = next(name for name, value in found.groupdict().items() if value)
            yield text, Field(name, text, self.cell_parties(text) if name in ("lead", "with") else ())

    def cell_parties(self, text: str) -> tuple[Party, ...]:
        """Parties of a cell that holds nothing else; what the grammar does not know is split at ";" or kept whole."""
        whole, end = self.agencies.list_at(text.strip(" -+.;•*"), 0)
        if whole and end == len(text.strip(" -+.;•*")):
            return whole
        found: list[Party] = []
        for part in self._parts(text.strip(" -+.;")):
            part = part.strip(" -+.,;•*")
            if not part:
                continue
            parties, end = self.agencies.list_at(part, 0)
            rest = re.sub(r"^\s*\([^)]*\)\s*", "", part[end:]).strip(" .,;")
            if parties and not rest:
                found += parties
            elif parties and len(parties) > 1:
                found += [
                    *parties[:-1],
                    Party(part[parties[-1].start :].strip(), parties[-1].start, len(part), flags=("name_guessed",)),
                ]
            else:
                bare = re.sub(r"\s*\([^)]*\)$", "", part) or part
                found.append(Party(bare, 0, len(part), flags=("name_guessed",)))
        return tuple(found)

    def _parts(self, text: str) -> Iterator[str]:
        """A cell cut at its semicolons, and at commas outside parentheses behind which another name begins."""
        for part in re.split(r"\s*[;\n]\s*|\s+[-+•]\s+(?=[A-ZĐ])", text):
            deep, start = depths(part), 0
            _, known = self.agencies.list_at(part, 0)
            for comma in re.finditer(r",\s+", part):
                if comma.start() >= known and not deep[comma.start()] and self.agencies.one_at(part, comma.end()):
                    yield part[start : comma.start()]
                    start = comma.end()
            yield part[start:]

    # --- subject ------------------------------------------------------------------------------------------------------

    def _subject(self, text: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        """(leads, start, end, whether by an order) of the sentence's subject."""
        low = key(text)
        for find in (self._ordered, self._first, self._ordered_later, self._behind_adverbial, self._done_by):
            if found := find(text, low, within):
                return found
        return None

    def _ordered(self, text: str, low: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        found = ORDERED.match(low)
        if not found or (within and not re.search(r"giao(?: cho)?\s*$", found[0].rstrip())):
            return None
        parties, end = self.agencies.list_at(text, found.end())
        return (parties, 0, end, True) if parties else None

    def _first(self, text: str, low: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        link = re.match(LINK + r"*", low)
        parties, end = self.agencies.list_at(text, link.end() if link else 0)
        if not parties:
            return None
        if all(self.is_superior(party) or "person" in party.flags for party in parties):
            order = re.compile(rf"\s*,?\s*(?:{ADVERBS}\s+)*{ORDER.pattern}").match(low, end)
            ordered, behind_order = self.agencies.list_at(text, order.end()) if order else ((), end)
            if ordered:
                return ordered, 0, behind_order, True
            if all(map(self.is_superior, parties)):
                return None
        behind = re.compile(r"\s*\([^)]*\)").match(low, end) or HEADED.match(low, end)
        charged = CHARGED.match(low, behind.end() if behind else end)
        if charged and VERB.match(low, charged.start("task")):
            return parties, 0, charged.end(), True
        if behind and "(" not in behind[0]:
            end = behind.end()
        if REJECTED.match(low, behind.end() if behind else end):
            return None
        if (title := AS.match(low, end)) and ACTS.search(low, title.end()):
            return parties, 0, end, False
        if name := self._longer_group(text, parties, end):
            return (name,), 0, name.end, False
        if re.match(r"\s*[-–]\s*\w", low[end:]) or (re.match(r"\s*\w", low[end:]) and not self._goes_on(low, end)):
            return None
        return parties, 0, end, False

    def _longer_group(self, text: str, parties: tuple[Party, ...], end: int) -> Party | None:
        """ "các đơn vị tư vấn giám sát": words the grammar of groups does not know, up to the verb or the line's end."""
        tail = TAIL.match(text, end)
        if len(parties) != 1 or not tail or not key(parties[0].name).startswith("các "):
            return None
        is_whole = ACTS.match(key(text), tail.end()) or tail.end() == len(text.rstrip(" :."))
        name = text[parties[0].start : tail.end()]
        return Party(name, parties[0].start, tail.end(), flags=("name_guessed",)) if is_whole else None

    def _goes_on(self, low: str, end: int) -> bool:
        """Whether what follows a subject can be its predicate: a verb, or a word that begins no noun of its own."""
        return bool(VERB.match(low, end + len(low[end:]) - len(low[end:].lstrip())))

    def _ordered_later(self, text: str, low: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        deep = depths(text)
        for found in ORDER.finditer(low):
            before = low[: found.start()].rstrip()
            if (
                deep[found.start()]
                or not before
                or NOT_AN_ORDER.search(before)
                or (found.start() and low[found.start() - 1].isalnum())
            ):
                continue
            is_boundary = (
                before[-1] in ",:;"
                or re.search(r"\b(?:và|đồng thời|thống nhất|đồng ý|nay)$", before)
                or self._ends_with_superior(text, len(before))
            )
            if not is_boundary or (within and "giao" not in found[0]):
                continue
            parties, end = self.agencies.list_at(text, found.end())
            if parties:
                return parties, found.start(), end, True
        return None

    def _ends_with_superior(self, text: str, end: int) -> bool:
        low = key(text)
        for found in re.finditer(r"\b(?:phó\s+chủ tịch|chủ tịch|ubnd|ủy ban|thường trực|đồng chí|lãnh đạo)", low[:end]):
            party = self.agencies.one_at(text, found.start())
            if party and re.fullmatch(rf"\s*,?\s*(?:{ADVERBS})?", low[party.end : end]):
                return True
        return False

    def _behind_adverbial(self, text: str, low: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        is_adverbial = bool(ADVERBIAL.match(low))
        deep = depths(text)
        for comma in re.finditer(r"[,:]\s+", low[:400]):
            if deep[comma.start()]:
                continue
            parties, end = self.agencies.list_at(text, comma.end())
            if not parties or all(map(self.is_superior, parties)) or REJECTED.match(low, end):
                continue
            if not is_adverbial and not (CHAIRED.match(low, end) or (comma[0][0] == ":" and self._goes_on(low, end))):
                continue  # a title before the assignment: "Phát triển hạ tầng số: Sở X chủ trì …"
            is_subject = CHAIRED.match(low, end) or re.match(r"\s*[,:(]", low[end:]) or self._goes_on(low, end)
            if is_subject and not re.match(r"\s*(?:để|về|trong|theo|của)\b", low[end:]):
                return parties, comma.end(), end, False
        return None

    def _done_by(self, text: str, low: str, within: bool) -> tuple[tuple[Party, ...], int, int, bool] | None:
        for found in BY.finditer(low):
            parties, end = self.agencies.list_at(text, found.end())
            if parties and re.match(r"\s*(?:làm\s+)?(?:chủ trì|đầu mối)", low[end:]):
                return parties, found.start(), end, False
        for found in re.finditer(r"\((?:giao\s+)?", low):
            parties, end = self.agencies.list_at(text, found.end())
            if parties and re.match(r"\s*(?:là (?:cơ quan|đơn vị)\s+)?(?:chủ trì|đầu mối|thực hiện)", low[end:]):
                return parties, found.start(), end, False
        return None

    # --- others -------------------------------------------------------------------------------------------------------

    def _coordinators(self, text: str, start: int, leads: tuple[Party, ...], cut: int) -> tuple[tuple[Party, ...], int]:
        """Who coordinates with the lead, and where the words of that end when they stand at the beginning."""
        low, deep = key(text), depths(text)
        found: list[Party] = []
        if together := TOGETHER.match(low, cut):
            parties, end = self.agencies.list_at(text, together.end())
            if parties:
                found += parties
                cut = end
        helpers = re.compile(r"\s*[,;]\s*").match(low, cut) if cut > start else None
        if helpers:
            parties, end = self.agencies.list_at(text, helpers.end())
            if parties and re.match(r"\s*(?:là (?:cơ quan|đơn vị)\s+)?phối hợp(?!\s+(?:với|cùng))", low[end:]):
                word = WITH.search(low, end)
                found += parties
                cut = word.end() if word else end
        base = deep[start] if start < len(deep) else 0
        for word in WITH.finditer(low, start):
            before = low[start : word.start()]
            if deep[word.start()] > base or NOUN_BEFORE.search(before) or self._is_of_others(text, start, word.start()):
                continue
            parties, end = self.agencies.list_at(text, word.end())
            parties = parties or self._loose(text, word)
            if parties and not all(map(self.is_superior, parties)):
                found += parties
                end = max(end, parties[-1].end)
                if re.fullmatch(rf"\s*(?:[,;]|{ADVERBS}|chủ trì|và|\s)*", low[cut : word.start()]):
                    cut = end
        lead_names = {key(party.name) for party in leads}
        unique = {key(party.name): party for party in found if key(party.name) not in lead_names}
        return tuple(unique.values()), cut

    def _loose(self, text: str, word: re.Match[str]) -> tuple[Party, ...]:
        """ "phối hợp với chính quyền địa phương": small-letter parties the grammar has no head for."""
        if not re.search(r"(?:với|cùng)\s+$", word[0]):
            return ()
        found = re.compile(
            r"(?:chính quyền|cấp ủy|gia đình|phụ huynh|nhà trường|doanh nghiệp|đơn vị tư vấn|đơn vị thi công|chủ đầu tư|ngành|lực lượng|địa phương|đơn vị|cơ quan|mặt trận|tổ chức)"
            r"(?:\s+(?:địa phương|các cấp|cơ sở|chức năng|liên quan|có liên quan|ngành|công an|quân đội|chuyên môn|vận hành|quản lý|báo chí|chủ quản)|\s+[A-ZĐ]\S*)*"
        ).match(key(text), word.end())
        return (Party(text[found.start() : found.end()].strip(), found.start(), found.end()),) if found else ()

    def _is_of_others(self, text: str, start: int, at: int) -> bool:
        """Whether the words right before "phối hợp" are somebody else: then it is their coordination, not the lead's."""
        low = key(text)
        window = max(start, at - 120)
        for word in re.finditer(r"(?<!\w)(?=[\w])", text[window:at]):
            begin = window + word.start()
            if begin <= start and start == 0 and begin == 0:
                continue
            if begin == start or not (party := self.agencies.one_at(text, begin)):
                continue
            if party.end <= at and re.fullmatch(rf"\s*(?:,|{ADVERBS}|\s)*", low[party.end : at]):
                return not re.search(r"(?:giao|yêu cầu|đề nghị)\s*$", low[:begin])
        return False

    def _receivers(self, text: str, start: int) -> tuple[Party, ...]:
        found: dict[str, Party] = {}
        for word in RECEIVER.finditer(key(text), start):
            parties, _ = self.agencies.list_at(text, word.end())
            found |= {key(party.name): party for party in parties}
        return tuple(found.values())


def _content(before: str, after: str, between: str = ": ") -> str:
    """What is to be done: the words before the subject and those behind it, as one sentence."""
    after = re.sub(
        r"^\s*(?:\([^)]*\)\s*)?(?:[,;:]|và\s|để\s(?!$)|thực hiện việc\s|có (?:trách nhiệm|nhiệm vụ)\s*:?\s*)*\s*",
        "",
        after,
    ).strip(" ;-")
    if after.count(")") > after.count("("):  # "… (Sở A chủ trì; xong trước ngày …)"
        after = after.rstrip(" .;")[:-1] if after.rstrip(" .;").endswith(")") else after
    before = before.strip(" ,;:(")
    text = f"{before}{between}{after}" if before and after else before or after
    text = text.strip(" ;:")
    return text[:1].upper() + text[1:]
