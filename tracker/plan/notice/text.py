"""Text as the grammar of notices compares it: lower case, one spelling of tone marks, exactly as long as the original.

Patterns are matched on `key(text)`; because its characters stand where the text's do, what is found is shown in the
document's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tracker.vietnamese import clean_text

_OLD = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
_NEW = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_PLACES = dict(zip(_OLD, _NEW, strict=True))
_OLD_PLACE = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b")
_SAME_WORD = re.compile(r"\b(?:quí|tỉ lệ|qui)\b")
_SAME = {"quí": "quý", "tỉ lệ": "tỷ lệ", "qui": "quy"}
_OPENING, _CLOSING = "([{“", ")]}”"
_SENTENCE_END = re.compile(r"(?:[.!?…]+|;)(?=\s+\S)")
_ABBREVIATED = re.compile(r"(?:\b(?:tp|ths|ts|pgs|gs|ks|cn|st|q|p|tx|đ/c|stt|v\.v)|\b[A-ZĐ])\.$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """Lower case with tone marks in their new places ("uỷ" → "ủy"); as long as `text`, which is NFC."""
    low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    low = low.replace("\u00a0", " ").replace("–", "-").replace("—", "-").replace("‑", "-")
    low = _OLD_PLACE.sub(lambda found: _PLACES[found[0]], low)
    return _SAME_WORD.sub(lambda found: _SAME[found[0]], low)


def tidy(text: str) -> str:
    """A text as it enters the parser: cleaned, on one line, without blanks before commas."""
    one_line = re.sub(r"\s+", " ", clean_text(text)).strip()
    return re.sub(r"\s+([,;:.])(?=\s|$)", r"\1", one_line)


@lru_cache(maxsize=1024)
def depths(text: str) -> Sequence[int]:
    """How many parentheses or quotes are open at each character; an unclosed one ends with the text."""
    if not any(char in text for char in _OPENING):
        return bytes(len(text))
    found, depth = [], 0
    for char in text:
        depth -= depth > 0 and char in _CLOSING
        found.append(depth + (char in _CLOSING))
        depth += char in _OPENING
    return found


def sentences(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what ended it: "." or ";") of sentences outside parentheses; dots of numbers and "TP." end nothing."""
    deep, start = depths(text), 0
    for found in _SENTENCE_END.finditer(text):
        at, rest = found.end(), text[found.end() :].lstrip()
        if deep[found.start()] or (found[0] == "." and _ABBREVIATED.search(text[start:at])):
            continue
        if found[0] != ";" and not (rest[:1].isupper() or rest[:1] in "(-+•“\"'"):
            continue
        yield start, at, ";" if found[0] == ";" else "."
        start = at + len(text[at:]) - len(rest)
    if text[start:].strip():
        yield start, len(text), "."
