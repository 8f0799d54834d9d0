"""Poor scans: marks lost, l for 1, words run together. What is surely meant is put back in its right spelling.

Only words the grammar needs are restored: names of agencies, verbs and triggers of assignments, words around dates and
figures. They are compared without marks, as whole phrases, so that "S& Khoa hoc va Cong nghé" meets its department.
The scan's own words are kept beside (`Restored.original_of`): they are the source a person compares with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from rapidfuzz.distance import Indel

from tracker.plan.notice.lines import Line, paragraphs
from tracker.plan.notice.text import tidy
from tracker.plan.notice.words import COMMON, FIELD_NAMES, PLACES, VERB_PHRASES
from tracker.vietnamese import fold

_TRIGGERS = """
chủ trì|phối hợp|phối hợp với|hoàn thành|chậm nhất|chậm nhất vào ngày|chậm nhất ngày|trong ngày|trước ngày|hoàn thành trước ngày|đến ngày|không quá ngày|khẩn trương|thường xuyên|kịp thời|định kỳ|hằng tháng|hàng tháng|hằng quý|hằng tuần
|hằng năm|hàng ngày|hằng ngày|ngay sau khi|đạt tỷ lệ|đạt trên|đảm bảo|bảo đảm|tối thiểu|trở lên|không quá|yêu cầu|đề nghị|phân công|báo cáo|có trách nhiệm|lưu ý|nơi nhận|trên đây là|như sau|các nhiệm vụ|nhiệm vụ|thời gian hoàn thành|thời hạn|nêu trên
|thông báo|kết luận|kế hoạch|quyết định|chỉ thị|công điện|cộng hòa xã hội chủ nghĩa việt nam|độc lập - tự do - hạnh phúc|phụ lục|trong quý|trong tháng|đồng thời|giao cho|ban hành|chịu trách nhiệm|hộ gia đình|phó chủ tịch|chủ tịch|đồng chí|tổ trưởng
|cơ quan chủ trì|cơ quan phối hợp|đơn vị chủ trì|đơn vị phối hợp|thời gian|sản phẩm|nội dung|người dân|doanh nghiệp|hồ sơ|việc thực hiện|tình hình|kết quả|kể từ ngày|ngày làm việc|thời hạn|trong thời hạn|để tổng hợp|trong đó|trước mắt|hệ thống|chương trình|chính sách|dịch vụ công trực tuyến|công nghệ thông tin|chuyển đổi số|thủ tục hành chính|căn cứ
"""
_KEY_WORDS = tuple(word.strip() for word in _TRIGGERS.replace("\n", "|").split("|") if word.strip())
_LOOKS_LIKE = str.maketrans({"1": "l", "0": "o", "&": "o", "¢": "e", "@": "a", "|": "l", "$": "s", "6": "o", "ﬁ": "f"})
_FIRST_LIKE = {"p": "d", "l": "i", "1": "i", "i": "i", "b": "d", "0": "o"}
_EDGES = re.compile(r"^([^\w&¢@]*)(.*?)([^\w&¢@%'’]*)$", re.DOTALL)
_NEARLY_SURE, _LONG_SURE, _SHORT_SURE = 0.93, 0.82, 0.74
_TELLING_PAIRS = frozenset(
    (
        "chủ trì",
        "phối hợp",
        "khẩn trương",
        "thường xuyên",
        "kịp thời",
        "hoàn thành",
        "định kỳ",
        "đảm bảo",
        "bảo đảm",
        "báo cáo",
        "hàng tháng",
        "lưu ý",
        "nơi nhận",
    )
)
_DEPARTMENTS = tuple(f"Sở {field}" for field in FIELD_NAMES)
_AT_PLACES = tuple(f"{head} {place}" for place in PLACES for head in ("tỉnh", "thành phố", "Báo")) + PLACES
_TELLING = ("và", "các", "của", "được", "với", "thực", "hiện", "tỉnh", "ngành", "ngày")

_GLUED = re.compile(r"\b(ng[aàáảãạ]y)(?=[\dlIO]{1,4}(?:\s*[/.\-]|\s+th))", re.IGNORECASE)
_GLUED_DATE = re.compile(r"(?<=[a-zà-ỹ])(?=\d{1,2}/\d{1,2}(?:/\d{4})?)")
_WORDS_AROUND = (
    (
        re.compile(
            r"\btr[uwư]{1,3}\S{0,3}?[ceéèk]?\s+(?=(?:ng[aà]y|th[aá]ng|qu[yý])\s|\d{1,2}\s*(?:gi|h\d)|\d{1,2}/\d)",
            re.IGNORECASE,
        ),
        "trước ",
    ),
    (re.compile(r"\bng[aàáâăảãạ]y\s+(?=\d)", re.IGNORECASE), "ngày "),
    (re.compile(r"(?<=\d )gi[oòờớơởéèê]+(?=\s)", re.IGNORECASE), "giờ"),
    (re.compile(r"(?<=\d )th[aáàâăd]ng(?=\s+\d)", re.IGNORECASE), "tháng"),
    (re.compile(r"\bth[aáàâăd]ng(?=\s+\d)", re.IGNORECASE), "tháng"),
    (re.compile(r"\bn[aăâdiàáìí]m(?=\s+20\d\d)", re.IGNORECASE), "năm"),
    (re.compile(r"\bqu[yýỳi](?=\s+(?:[IVl1]{1,3}|\d)\b)", re.IGNORECASE), "quý"),
    (re.compile(r"\btr[eéêè]n(?=\s+\d)", re.IGNORECASE), "trên"),
    (re.compile(r"\bd[uưi][oóơ][iíớ](?=\s+\d)", re.IGNORECASE), "dưới"),
    (re.compile(r"\b[dđ][aạ]t(?=\s)", re.IGNORECASE), "đạt"),
    (re.compile(r"\bc[aáàiíéêd]c(?=\s)"), "các"),
    (re.compile(r"\bC[aáàiíéêd]c(?=\s)"), "Các"),
    (re.compile(r"(?<=UBND )t(?:inh|mh|ỉnh|inb|ĩnh)\b"), "tỉnh"),
    (re.compile(r"^S[éèeoôốóò0&6]\s*[:.](?=\s*\d)"), "Số:"),
    (re.compile(r"\bd[eéêè](?=\s+t[oôốồốổóò]ng h)"), "để"),
    (re.compile(r"\bt[uừùir]{1,2}(?=\s+ngày)"), "từ"),
    (re.compile(r"\bv[aàáaă](?=\s)"), "và"),
    (re.compile(r"\bc[uứủiút]{1,3}a(?=\s)"), "của"),
)


@dataclass(frozen=True)
class Restored:
    """A scan's paragraphs with what was restored, and the scan's own words token by token."""

    lines: tuple[Line, ...]
    pairs: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def original_of(self, source: str) -> str:
        """The scan's own words of a restored sentence; the sentence itself where it cannot be found again."""
        wanted = tuple(source.split())
        for restored, original in self.pairs:
            for at in range(len(restored) - len(wanted) + 1):
                if restored[at : at + len(wanted)] == wanted:
                    return " ".join(original[at : at + len(wanted)])
        return source


def is_poor(text: str) -> bool:
    """Whether a text lost its marks: common words stand there without them."""
    words = text.lower().split()
    right = sum(word in _TELLING for word in words)
    bare = {fold(word) for word in _TELLING} - {"ngay"}
    lost = sum(fold(word) in bare and word not in _TELLING for word in words if len(word) < 12)
    return lost > 5 and lost > 0.25 * (right + lost)


def restore(raw: Iterable[str], names: Iterable[str] = (), *, is_wrapped: bool | None = None) -> Restored:
    """The scan's paragraphs with names and triggers in their right spelling. `names`: those of the master sheet."""
    book = _Phrases((*names, *COMMON, *_DEPARTMENTS), (*_KEY_WORDS, *VERB_PHRASES), _AT_PLACES)
    lines, pairs = [], []
    for line in _relabelled(paragraphs(raw, is_wrapped=is_wrapped)):
        if line.is_row:
            cells = tuple(book.restored(_split_glued(cell)) for cell in line.cells)
            lines.append(Line(" ".join(cells), cells=cells))
            continue
        split = _split_glued(line.text)
        text = tidy(book.restored(split))
        lines.append(Line(text, line.label))
        original = tuple(split.split())
        if len(original) == len(text.split()):
            pairs.append((tuple(text.split()), original))
    return Restored(tuple(lines), tuple(pairs))


def _relabelled(lines: Sequence[Line]) -> Iterator[Line]:
    """ "1)" between k) and m) is l); "¢)" is c)."""
    last = ""
    for line in lines:
        label = line.label
        if label == "¢)":
            label = "c)"
        text = line.text
        if not label and re.match(r"[|!\]]\)\s", text):
            label, text = "1)", text[2:].strip()
        if label in ("1)", "I)") and last in ("h)", "k)"):
            label = "l)" if last == "k)" else "i)"
        if label and label not in "-+•*":
            last = label
        yield Line(text, label, line.cells)


def _split_glued(text: str) -> str:
    return _GLUED_DATE.sub(" ", _GLUED.sub(r"\1 ", text))


def _day_of(token: str) -> str:
    """ "2l1" read for 21: letters that look like digits, one digit too many dropped."""
    digits = re.sub(r"[lI|]", "1", token).replace("O", "0").replace("o", "0")
    if digits.isdigit() and int(digits) > 31 and len(digits) == 3:
        digits = re.sub(r"(\d)\1", r"\1", digits)
    return digits if digits.isdigit() else token


@lru_cache(maxsize=65536)
def _bare(token: str) -> str:
    return fold(token.lower().replace("đ", "d").translate(_LOOKS_LIKE)) or token.lower()


class _Phrases:
    """Phrases by number of syllables and first letter, to be found in a scan.

    A name is only taken for one where the scan has a capital; what two short syllables merely resemble is left alone
    unless it is one of the few words an assignment hangs on.
    """

    def __init__(self, names: Iterable[str], words: Iterable[str], places: Iterable[str]) -> None:
        self.exact: dict[int, dict[str, str]] = defaultdict(dict)
        self.near: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
        self.right: set[str] = set()
        for phrase in names:
            self._learn(phrase, is_near=True)
        for phrase in words:
            self._learn(phrase, is_near=phrase in _TELLING_PAIRS or phrase.count(" ") > 1)
        for phrase in places:
            self._learn(phrase, is_near=False)

    def _learn(self, phrase: str, *, is_near: bool) -> None:
        words = [word for word in phrase.split() if word != "-"]
        bare = " ".join(_bare(word.strip(",;")) for word in words)
        self.right |= {word.strip(",;").lower() for word in words if not word.isascii()}
        if len(words) < 2 or len(bare) < 5:
            return
        plain = " ".join(words)
        self.exact[len(words)].setdefault(bare, plain)
        if is_near:
            self.near[len(words), _first(bare)].append((bare, plain))

    def restored(self, text: str) -> str:
        tokens = text.split()
        parts = [_EDGES.match(token).groups() for token in tokens]  # type: ignore[union-attr]
        bare = [_bare(part[1]) for part in parts]
        made = list(tokens)
        at = 0
        while at < len(tokens):
            count, phrase = self._at(parts, bare, at)
            for offset, word in enumerate(phrase.split() if phrase else ()):
                before, core, after = parts[at + offset]
                made[at + offset] = before + _in_case(word.strip(",;"), core) + after
            at += count or 1
        joined = " ".join(made)
        return re.sub(r"(?<=ngày )([\dlIO|]{2,3})(?=\s+th)", lambda found: _day_of(found[0]), _around(joined))

    def _at(self, parts: Sequence[tuple[str, ...]], bare: Sequence[str], at: int) -> tuple[int, str]:
        longest = min(max(self.exact), len(bare) - at)
        is_capital = parts[at][1][:1].isupper() or parts[at][1][:1] in "$&"
        exact = self._exact(bare, at, longest, is_capital)
        for count in range(longest, max(exact[0], 1), -1):
            window = " ".join(bare[at : at + count])
            best, score = "", 0.0
            least = _SHORT_SURE if count == 2 else _NEARLY_SURE if exact[0] > 2 else _LONG_SURE
            for known, phrase in self.near.get((count, _first(window)), ()):
                if abs(len(known) - len(window)) > 1 + count // 2 or (_is_name(phrase) and not is_capital):
                    continue
                likeness = Indel.normalized_similarity(known, window, score_cutoff=least)
                if (
                    likeness > score
                    and _syllables_agree(known, window)
                    and not self._is_sound(known, parts[at : at + count])
                ):
                    best, score = phrase, likeness
            if best:
                return count, best
        return exact

    def _is_sound(self, known: str, parts: Sequence[tuple[str, ...]]) -> bool:
        """Whether a word that differs is right as it stands, marks and all: "thành" is no misread "tỉnh"."""
        cores = [part[1].lower() for part in parts]
        return any(
            _bare(core) != right and core in self.right for right, core in zip(known.split(), cores, strict=False)
        )

    def _exact(self, bare: Sequence[str], at: int, longest: int, is_capital: bool) -> tuple[int, str]:
        for count in range(longest, 1, -1):
            phrase = self.exact[count].get(" ".join(bare[at : at + count]))
            if phrase and (is_capital or not _is_name(phrase)):
                return count, phrase
        return 0, ""


def _first(bare: str) -> str:
    return _FIRST_LIKE.get(bare[:1], bare[:1])


def _syllables_agree(known: str, window: str) -> bool:
    """Every syllable begins alike and is about as long: "phdi hgp" is "phoi hop", "thi hanh" is not "thi dua"."""
    pairs = list(zip(known.split(), window.split(), strict=False))
    if len(known.split()) != len(window.split()):
        return False
    for ours, theirs in pairs:
        if _first(ours) != _first(theirs) and not (len(ours) > 3 and Indel.normalized_similarity(ours, theirs) > 0.7):
            return False
        if abs(len(ours) - len(theirs)) > 2 or (len(ours) > 2 and Indel.normalized_similarity(ours, theirs) < 0.6):
            return False
    return True


def _is_name(phrase: str) -> bool:
    return phrase[:1].isupper()


def _in_case(word: str, original: str) -> str:
    letters = [char for char in original if char.isalpha()]
    if len(letters) > 1 and all(char.isupper() for char in letters):
        return word.upper()
    return word[:1].upper() + word[1:] if original[:1].isupper() else word


def _around(text: str) -> str:
    """Small words before days, months, quarters and figures."""
    for pattern, right in _WORDS_AROUND:
        text = pattern.sub(partial(_put, right), text)
    return text


def _put(right: str, found: re.Match[str]) -> str:
    return right if right.endswith(":") else _in_case(right, found[0])
