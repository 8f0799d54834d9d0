"""Lines of a text as paragraphs: hard wraps joined, page furniture dropped, numbering told from words, tables apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.plan.notice.text import key, tidy

_LABEL = re.compile(
    r"(?P<label>(?:(?:Phần|Mục|Chương|Điều|Khoản|PHẦN|MỤC|CHƯƠNG|ĐIỀU)\s+(?:thứ\s+)?(?:[IVX]+|\d{1,3}|[A-Z])\s*[.:)\-]?"
    r"|\((?:\d{1,2}|[a-zđ]|[ivx]+)\)|\d{1,2}(?:\.\d{1,2})+\.?(?=\s|\D)|\d{1,2}\s*[.)/](?!\d)|(?!V\s*/\s*v\b)[IVX]{1,5}\s*[.)/\-](?=\s|\S)|[A-HĐ]\s*[.)](?=\s+\S)|[a-zđ¢]\s*\)|[a-zđ]\.(?=\s+\S)"
    r"|[-–—+•*●▪✓➢o](?=\s+\S)|[-–—+•●▪](?=[A-ZĐÀ-Ỹ])))\s*(?P<rest>.*)",
    re.DOTALL,
)
_PAGE = re.compile(r"(?:trang\s*)?-?\s*\d{1,3}\s*-?(?:\s*/\s*\d{1,3})?")
_ENDS = (".", ";", ":", "!", "?", "./.", "…")
_FIELD_LINE = re.compile(
    r"(?:(?:cơ quan|đơn vị)\s*,?\s*)?(?:chủ trì|phối hợp|thực hiện|thời (?:gian|hạn)|sản phẩm)[^:;.]{0,24}:\s"
)
"""A line of a form: "Cơ quan chủ trì: …" goes on with nothing."""
_WIDEST = 150  # a wrapped page is no wider; longer lines are whole paragraphs
_FULL = 0.72


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its numbering as written ("d)", "" where there is none) and its words; or a row of a table."""

    text: str
    label: str = ""
    cells: tuple[str, ...] = ()

    @property
    def is_row(self) -> bool:
        return bool(self.cells)

    @property
    def whole(self) -> str:
        return f"{self.label} {self.text}".strip()


def split_label(text: str) -> tuple[str, str]:
    """("d)", "Sở …") of "d) Sở …"; ("", text) where nothing is numbered. A decimal or a date is no number of an item."""
    found = _LABEL.match(text)
    if not found or re.match(r"(?:\d{1,2}|[IVX]+)\s*/\s*\d", text):
        return "", text
    label, rest = found["label"].strip(), found["rest"].strip()
    if not rest and not re.match(r"[\dIVXa-zđ(]", label):
        return "", text
    if (
        re.fullmatch(r"[\d.]+", label)
        and not label.endswith(".")
        and re.match(r"(?:%|tỷ|triệu|km|ha|m2|giờ|ngày|tháng)\b", key(rest))
    ):
        return "", text
    return label, rest


def paragraphs(lines: Iterable[str], *, is_wrapped: bool | None = None) -> tuple[Line, ...]:
    """Paragraphs and table rows of raw lines. `is_wrapped` None: told from the lines' widths."""
    raw = [line.rstrip() for line in lines]
    raw = list(_without_furniture(raw))
    width = _page_width(raw)
    if is_wrapped is None:
        is_wrapped = width is not None
    joined = _joined(raw, width or _WIDEST) if is_wrapped else (line for line in raw if line.strip())
    found: list[Line] = []
    for text in joined:
        if text.strip():
            found.append(_line(text, is_below_row=bool(found) and found[-1].is_row))
    return tuple(found)


def _line(text: str, *, is_below_row: bool = False) -> Line:
    """`is_below_row`: within a table a section may have two cells ("I | Nhóm nhiệm vụ …")."""
    if text.count("|") >= 2 - is_below_row:
        framed = text.rstrip()[1:-1] if text.startswith("|") and text.rstrip().endswith("|") else text
        cells = tuple(tidy(cell) for cell in framed.split("|"))
        if not all(re.fullmatch(r"[-: ]*", cell) for cell in cells):
            return Line(tidy(" ".join(cells)), cells=cells)
        return Line("", cells=("",))
    label, rest = split_label(tidy(text))
    return Line(rest, label)


def _without_furniture(lines: Sequence[str]) -> Iterator[str]:
    """Page numbers, and lines that stand at the edge of two pages or more, are no words of the document."""
    parts = [tidy(part) if part.strip() else part for line in lines for part in _cut_pages(line)]
    raw = [part for line in lines for part in _cut_pages(line)]
    filled = [n for n, part in enumerate(parts) if part.strip() or "\f" in part]
    is_edge = {n: "\f" in parts[n] or bool(_PAGE.fullmatch(key(parts[n]))) for n in filled}
    beside = Counter(
        parts[n]
        for before, n, after in zip([None, *filled], filled, [*filled[1:], None], strict=False)
        if not is_edge[n] and (before is None or is_edge[before] or (after is not None and is_edge[after]))
    )
    for n, part in enumerate(raw):
        is_header = beside[parts[n]] > 1 and len(parts[n]) < 80 and "|" not in part and not split_label(parts[n])[0]
        if not (is_edge.get(n) or (is_header and not parts[n].endswith((".", ";", ":")))):
            yield part


def _cut_pages(line: str) -> Iterator[str]:
    """The line with each form feed on a line of its own."""
    for n, part in enumerate(line.split("\f")):
        if n:
            yield "\f"
        if part or not n:
            yield part


def _page_width(lines: Sequence[str]) -> int | None:
    """Width of a hard-wrapped page in characters; None where lines are whole paragraphs."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip() and "|" not in line)
    if len(lengths) < 3 or lengths[-1] > _WIDEST:
        return None
    width = lengths[int(len(lengths) * 0.9)]
    return width if width >= 30 else None


def _joined(lines: Sequence[str], width: int) -> Iterator[str]:
    held, last, after_blank = "", "", False
    for line in lines:
        text = line if line.count("|") >= 2 else line.strip()
        if not text.strip():
            after_blank = bool(held)
            continue
        if held and _goes_on(held, last, text, width, after_blank):
            held = (
                held + text
                if held.endswith("-") and re.search(r"[/\w]-$", held) and not held.endswith(" -")
                else f"{held} {text}"
            )
        else:
            yield held
            held = text
        last, after_blank = text, False
    yield held


def _goes_on(held: str, last: str, text: str, width: int, after_blank: bool) -> bool:
    """Whether a line continues the paragraph before it."""
    if "|" in text or "|" in held:
        return False
    label, rest = split_label(text)
    if label and _is_new_item(label, rest, held):
        return False
    if _FIELD_LINE.match(key(text)):
        return False
    is_full = len(last) >= _FULL * width
    if held.endswith(";") and text[:1].islower() and not after_blank:
        return True
    if held.endswith(_ENDS) and not held.endswith(("...", "…")):
        return is_full and not after_blank and not held.endswith((":", ";", "./."))
    if text[:1].islower() or text[:1] in "(,;%" or held.endswith((",", "-", " và", "/")):
        return not _is_heading(held)
    if text[:1].isdigit() and not held.endswith(_ENDS):  # a day cut off from its "ngày"
        return not _is_heading(held)
    if after_blank:
        return False
    return is_full and not _is_heading(held)


def _is_new_item(label: str, rest: str, held: str) -> bool:
    """A wrapped line may begin with "- " or "2025." in the middle of a sentence."""
    if label[0] in "-–—+o*" and not held.endswith(_ENDS):
        return (
            (rest[:1].isupper() and held.endswith((",", ".")))
            or (rest[:1].isupper() and _is_heading(held))
            or (bool(split_label(held)[0]) and rest[:1].isupper() and len(held) < 90)
        )
    if re.match(r"[\da-zIVX]", label) and not held.endswith((*_ENDS, ",")):
        return rest[:1].isupper() and not re.search(r"\b(?:quý|khóa|khu vực|mục|điểm|loại|cấp)$", key(held))
    return True


def _is_heading(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 3 and sum(char.isupper() for char in letters) > 0.8 * len(letters)
