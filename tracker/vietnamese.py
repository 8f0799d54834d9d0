"""Vietnamese text: normal form, cleaning, and the one fold used for every comparison.

Text is NFC from the moment it enters. `fold` drops case, diacritics, punctuation and spacing, so that
"Tỷ lệ  HOÀN THÀNH (%)" and "tỉ lệ hoàn thành" meet; it is for matching only, never for display.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_NOT_WORD = re.compile(r"[^0-9a-z%]+")
_DIGITS = str.maketrans({chr(0xFF10 + n): str(n) for n in range(10)})
_STROKED = (("đ", "d"), ("Đ", "D"), ("ð", "d"), ("Ð", "D"), ("\u0189", "D"), ("\u00ad", ""))
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
# "tỷ/tỉ", "kỹ/kĩ", "quý/quí": i and y are one letter to the fold at the end of a syllable
_FINAL_Y = re.compile(r"(?<=[bcdghklmnpqrstvx])y\b|(?<=qu)y\b")

SYMBOL_KIND = re.compile(r"\d+[-/]([A-ZĐ][A-Za-zĐđ]*)[-/]")
"""Letters of the kind in a document symbol: TB of 27/TB-UBND (decree 30/2020, appendix III)."""

SYMBOL_HYPHEN = re.compile(r"(?<=[0-9A-ZĐ])-(?=[0-9A-ZĐ])")
"""A hyphen inside a code or symbol, as in 27TB-4.d and 146/BC-SKHCN; not one between words."""

_LIST_LETTERS = "abcdđeghiklmnopqrstuvxy"


def clean_text(text: str) -> str:
    """Text as it may enter the system: NFC, no control, zero-width, bidi or surrogate characters.

    Line breaks become `\\n`; runs of blanks (no-break ones too) become one space; ends are stripped. The soft
    hyphen stays: in TCVN3 fonts it is the letter ư (`tracker.vietnamese.fold` ignores it).
    """
    # most texts have only ends to clean: what Python calls printable has no control or format character and no blank
    # but the space; what is in NFKC is in NFC, and without wide digits
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFKC", text):
        return text.strip()
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _SPACES.sub(" ", _CONTROL.sub("", text)).translate(_DIGITS)
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def has_control(text: str) -> bool:
    """Whether a text holds characters that `clean_text` takes out."""
    return _CONTROL.search(text) is not None


def fold(text: str) -> str:
    """The comparison key of a text: lower case, no diacritics, words divided by one space; "%" is kept."""
    return _fold_kept(text) if len(text) <= _KEPT_CHARS else _fold(text)


def _fold(text: str) -> str:
    for letter, plain in _STROKED:
        text = text.replace(letter, plain)
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text)).casefold()
    if not bare.isascii():  # marks and digits of other scripts, which are slower to find
        bare = "".join(char for char in bare if not unicodedata.combining(char)).translate(_DIGITS)
    words = _NOT_WORD.sub(" ", bare).strip()
    return _FINAL_Y.sub("i", words)


_fold_kept = lru_cache(maxsize=65_536)(_fold)
_KEPT_CHARS = 1000
"""Longer texts are hardly folded twice, and one hostile file of them would fill a worker's memory for good."""


def fold_start(text: str) -> str:
    """The first word of `fold(text)`, or "" where that cannot be told without folding it all.

    First words repeat, whole texts do not: to know what a text is not, its first word is mostly enough.
    """
    words = text.split(None, 1)
    return fold(words[0]).partition(" ")[0] if words else ""


def safe_name(name: str) -> str:
    """A received file's name as text for people and records: NFC, one line, no bidi controls, 255 characters at most.

    Never a path to open: the archive stores by hash.
    """
    return clean_text(name.replace("\t", " ")).replace("\n", " ")[:255] or "?"


def list_letter(index: int) -> str:
    """The letter of a list item (0-based) in the order of decree 30/2020: a b c d đ e g …"""
    return _LIST_LETTERS[index]


def roman(number: int) -> str:
    """Roman numeral of 1..39, for sections and annexes."""
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + units[number % 10]


def show_number(value: float, decimals: int | None = None) -> str:
    """A number as offices print it: thousands with a dot, decimals with a comma.

    `decimals=None` shows as many (at most 2) as the value has.
    """
    digits = decimals if decimals is not None else (0 if float(value).is_integer() else 2)
    text = f"{value:,.{digits}f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def show_share(part: int, whole: int) -> str:
    """`part` of `whole` as a percentage with one decimal: "16,5%"; "0,0%" where there is nothing to count.

    Halves are rounded up as spreadsheets do (1 of 16 is 6,3%), so that report and workbook print the same figure.
    """
    tenths = (2000 * part + whole) // (2 * whole) if whole else 0
    return show_number(tenths / 10, 1) + "%"


# --- what offices write when there is little to say -------------------------------------------------------------------

_LONGEST_PHRASE = 60
_EMPTY_PHRASES = frozenset(
    fold(phrase)
    for phrase in (
        "...",
        "x",
        "không",
        "không có",
        "chưa có",
        "chưa có kết quả",
        "đang",
        "đang làm",
        "đang thực hiện",
        "đang triển khai",
        "đang triển khai thực hiện",
        "đang tổ chức thực hiện",
        "đang tổ chức triển khai",
        "đang tổ chức triển khai thực hiện",
        "đang tiếp tục thực hiện",
        "đang tiếp tục triển khai",
        "đang trong quá trình thực hiện",
        "đang trong quá trình triển khai",
        "đang thực hiện theo kế hoạch",
        "đang triển khai theo kế hoạch",
        "tiếp tục thực hiện",
        "tiếp tục triển khai",
        "tiếp tục triển khai thực hiện",
        "thực hiện theo kế hoạch",
        "đã thực hiện",
        "đã triển khai",
        "đã triển khai thực hiện",
    )
)
_DENIALS = ("chưa", "không")
_NO_CAUSES = frozenset(
    " ".join((start, *rest)).strip()
    for start in ("khong", "khong co", "chua co", "chua", "k", "ko", "khong co gi")
    for rest in ((), ("kho khan",), ("vuong mac",), ("kho khan vuong mac",), ("nguyen nhan",), ("ly do",))
)
"""Folded."""
_REACHED, _EXCEEDED = fold("đạt"), fold("vượt")
_NO_CLAIM_AFTER = frozenset(
    fold(word)
    for word in ("chưa", "không", "thể", "gần", "sắp", "sẽ", "đấu", "kiến", "cần", "để", "khó", "diễn", "truyền")
)


def is_empty_phrase(text: str) -> bool:
    """Whether a text is only "đang triển khai", "..." and the like, and nothing more."""
    return len(text) <= _LONGEST_PHRASE and fold(text) in _EMPTY_PHRASES


def denies(text: str) -> bool:
    """Whether a text begins with "chưa" or "không": it says that nothing was done, and perhaps why."""
    return fold(text).startswith(tuple(map(fold, _DENIALS)))


def names_nothing(text: str) -> bool:
    """Whether a cause is only "không", "không có khó khăn" and the like; "không có mặt bằng" is a cause."""
    return len(text) <= _LONGEST_PHRASE and fold(text) in _NO_CAUSES


def claims_success(text: str) -> bool:
    """Whether a remark says a target is met: "đạt", "vượt 5%"; not "chưa đạt", "phấn đấu đạt", "đạt 85%"."""
    words = fold(text).split()
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        is_claim = word == _EXCEEDED or (word == _REACHED and not after[:1].isdigit())
        if is_claim and before not in _NO_CLAIM_AFTER:
            return True
    return False
