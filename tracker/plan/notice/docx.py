"""Lines of a Word file: paragraphs with the numbers Word counts itself, tables as cells divided by " | ", text boxes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tracker.legacy import encoding_of_font, to_unicode
from tracker.vietnamese import list_letter, roman

_VALUE, _LEVEL = qn("w:val"), qn("w:ilvl")
_TEXT, _TAB, _BREAK, _BOX = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:txbxContent")
_RETURN, _HYPHEN, _FALLBACK = (
    qn("w:cr"),
    qn("w:noBreakHyphen"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_LAYOUT_COLUMNS = 2  # tables so narrow arrange the head and the signature


@dataclass(frozen=True, slots=True)
class _Step:
    """One level of a list: how its number looks."""

    format: str
    text: str
    start: int


@dataclass
class _Numbers:
    """The automatic numbering of a document, counted as Word does."""

    lists: dict[str, dict[int, _Step]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    same: dict[str, str] = field(default_factory=dict)

    def label(self, paragraph: Paragraph) -> str:
        found = _numbering_of(paragraph)
        if not found or found[0] not in self.lists:
            return ""
        number, level = found
        steps = self.lists[number]
        if level not in steps:
            return ""
        counted = self.counters[self.same.get(number, number)]
        counted[level] = counted.get(level, steps[level].start - 1) + 1
        for deeper in [each for each in counted if each > level]:
            del counted[deeper]
        if steps[level].format == "bullet":
            return "-"
        if steps[level].format == "none":
            return ""
        return re.sub(r"%(\d)", lambda each: self._shown(steps, counted, int(each[1]) - 1), steps[level].text)

    def _shown(self, steps: dict[int, _Step], counted: dict[int, int], level: int) -> str:
        step = steps.get(level)
        value = counted.get(level, step.start if step else 1)
        style = step.format if step else "decimal"
        if style in ("upperRoman", "lowerRoman") and value < 40:
            return roman(value) if style == "upperRoman" else roman(value).lower()
        if style in ("lowerLetter", "upperLetter"):
            letter = chr(ord("a") + (value - 1) % 26)
            return letter if style == "lowerLetter" else letter.upper()
        if style in ("russianLower", "vietnameseCounting"):
            return list_letter(value - 1)
        return str(value)


def docx_lines(document: WordDocument) -> Iterator[str]:
    """Every paragraph and table row in reading order."""
    numbers = _read_numbers(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _table_lines(block, numbers)
        else:
            yield from _paragraph_lines(block, numbers)


def _paragraph_lines(paragraph: Paragraph, numbers: _Numbers) -> Iterator[str]:
    label, text = numbers.label(paragraph), _text(paragraph._p)
    lines = [line for line in text.split("\n") if line.strip()]
    joined: list[str] = []
    for line in lines:
        if joined and line.lstrip()[:1].islower():
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    if joined:
        yield f"{label} {joined[0]}".strip()
        yield from joined[1:]
    for box in paragraph._p.iter(_BOX):
        if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
            for inner in box.iter(qn("w:p")):
                if text := _text(inner).strip():
                    yield text


def _text(element: Any) -> str:
    """The words of a paragraph, inserted ones too, deleted ones and those of its text boxes not."""
    parts: list[str] = []
    stack = list(reversed(list(element)))
    while stack:
        node = stack.pop()
        if node.tag == _TEXT:
            parts.append(_as_read(node))
        elif node.tag in (_BREAK, _RETURN):
            parts.append("\n")
        elif node.tag == _TAB and node.getparent().tag != qn("w:tabs"):
            parts.append(" ")
        elif node.tag == _HYPHEN:
            parts.append("-")
        elif node.tag not in (_BOX, _FALLBACK):
            stack += reversed(list(node))
    return "".join(parts)


def _as_read(node: Any) -> str:
    """A run's text; that of a font from before Unicode as the font shows it (".VnTimeH" shows capitals)."""
    text: str = node.text or ""
    fonts = node.getparent().find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    named = "" if fonts is None else fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""
    return to_unicode(text, named) or text if encoding_of_font(named) else text


def _table_lines(table: Table, numbers: _Numbers) -> Iterator[str]:
    rows = [list(row.cells) for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    if width <= _LAYOUT_COLUMNS:
        for column in range(width):  # the left column of a head is read before the right one
            seen: set[int] = set()
            for row in rows:
                if column < len(row) and id(row[column]._tc) not in seen and not _is_spanned(row, column):
                    seen.add(id(row[column]._tc))
                    for block in row[column].iter_inner_content():
                        yield from (
                            _table_lines(block, numbers)
                            if isinstance(block, Table)
                            else _paragraph_lines(block, numbers)
                        )
        return
    for row in rows:
        yield " | ".join("" if _is_spanned(row, at) else _cell_text(cell, numbers) for at, cell in enumerate(row))


def _is_spanned(row: list[Any], at: int) -> bool:
    return at > 0 and row[at]._tc is row[at - 1]._tc


def _cell_text(cell: Any, numbers: _Numbers) -> str:
    lines = [line for paragraph in cell.paragraphs for line in _paragraph_lines(paragraph, numbers)]
    return cell_line(lines)


_CUT_YEAR = re.compile(r"\d[/.]\d{1,2}[/.](?:2\n0\d\d|20\n\d\d|20\d\n\d)(?!\d)|\d[/.]\n(?:\d{1,2}[/.])?20\d\d(?!\d)")


def cell_line(lines: list[str]) -> str:
    """A cell's lines on one: list items apart by ";", wrapped ones joined."""
    text = ""
    for line in (each.strip().replace("|", "/") for each in lines):
        if not line:
            continue
        is_item = bool(re.match(r"[-+•]\s*\S", line))
        bare = re.sub(r"^[-+•]\s*", "", line)
        if not text:
            text = bare
        elif _CUT_YEAR.search(f"{text}\n{line}"):
            text += line  # a narrow column cut "31/10/2025"
        elif is_item and not text.endswith((";", ",", ":", ".")):
            text = f"{text}; {bare}"
        else:
            text = f"{text} {bare}"
    return text


def _numbering_of(paragraph: Any) -> tuple[str, int] | None:
    """(list id, level) of a paragraph, from itself or its style; None where it has no number."""
    style = paragraph.style
    sources = [paragraph._p.pPr]
    while style is not None:
        sources.append(style.element.pPr if hasattr(style.element, "pPr") else None)
        style = getattr(style, "base_style", None)
    number, level = None, None
    for properties in sources:
        if properties is None or properties.numPr is None:
            continue
        given = properties.numPr
        if number is None and given.numId is not None:
            number = str(given.numId.val)
        if level is None and given.ilvl is not None:
            level = int(given.ilvl.val)
    return (number, level or 0) if number and number != "0" else None


def _read_numbers(document: WordDocument) -> _Numbers:
    numbers = _Numbers()
    try:
        part = document.part.numbering_part
    except (KeyError, NotImplementedError):
        return numbers
    root = part.element
    abstract = {each.get(qn("w:abstractNumId")): _steps(each) for each in root.iter(qn("w:abstractNum"))}
    first_of: dict[str, str] = {}
    for each in root.iter(qn("w:num")):
        reference = each.find(qn("w:abstractNumId"))
        if reference is None:
            continue
        number, kind = each.get(qn("w:numId")), reference.get(_VALUE)
        steps = dict(abstract.get(kind, {}))
        overridden = list(each.iter(qn("w:lvlOverride")))
        for override in overridden:
            steps |= _steps(override)
            start = override.find(qn("w:startOverride"))
            level = int(override.get(_LEVEL, "0"))
            if start is not None and level in steps:
                steps[level] = _Step(steps[level].format, steps[level].text, int(start.get(_VALUE)))
        numbers.lists[number] = steps
        # lists of one kind count on together unless one starts anew
        numbers.same[number] = number if overridden else first_of.setdefault(kind, number)
    return numbers


def _steps(element: Any) -> dict[int, _Step]:
    found = {}
    for level in element.iter(qn("w:lvl")):

        def value(tag: str, default: str, level: Any = level) -> str:
            child = level.find(qn(tag))
            return default if child is None else str(child.get(_VALUE, default))

        found[int(level.get(_LEVEL, "0"))] = _Step(
            value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1"))
        )
    return found
