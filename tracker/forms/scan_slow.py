"""Flags of a worksheet whose XML is unusual: cells without references, other quotes, texts of several fonts.

The quick scan of `tracker.forms.scan` sees the XML as text; this one parses it, for the few sheets that need it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from tracker.forms.places import ref_of
from tracker.forms.scan import Flags, unicode_of
from tracker.legacy import encoding_of_font
from tracker.openxml import parsed

Runs = Sequence[tuple[str, str]]
"""Texts and their fonts; "": the cell's."""

_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def rich_texts(shared: bytes) -> dict[int, Runs]:
    """Shared strings, by index, of which a run stands in a font from before Unicode."""
    found = ((number, _runs(each)) for number, each in enumerate(parsed(shared).iterchildren("{*}si")))
    return {number: runs for number, runs in found if any(font for _, font in runs)}


def _runs(text: etree._Element) -> Runs:
    """The runs of a shared or inline string."""
    return [(str(run.findtext("{*}t") or ""), _font(run)) for run in text.iterchildren("{*}r", "{*}t")] or []


def _font(run: etree._Element) -> str:
    name = run.find("{*}rPr/{*}rFont")
    font = str(name.get("val", "")) if name is not None else ""
    return font if encoding_of_font(font) else ""


def slow_flags(
    xml: bytes, percent_styles: frozenset[bytes], legacy_fonts: Mapping[bytes, str], rich: Mapping[int, Runs]
) -> Flags:
    """What `Flags` tells, of any XML that a reader accepts."""
    errors, empties, zeros, percents, fonts, converted = set(), set(), set(), set(), {}, {}
    for ref, cell in _cells(xml):
        style, kind = cell.get("s", "0").encode(), cell.get("t", "n")
        value = cell.findtext("{*}v")
        if kind == "e":
            errors.add(ref)
        elif cell.find("{*}f") is not None and not (value or (kind == "str" and value is not None)):
            empties.add(ref)
        elif value == "0" and kind == "n" and cell.find("{*}f") is not None:
            zeros.add(ref)
        if style in percent_styles:
            percents.add(ref)
        if style in legacy_fonts:
            fonts[ref] = legacy_fonts[style]
        if (kind == "s" and rich) or kind == "inlineStr":
            runs = _runs_of(cell, value, rich)
            if any(font for _, font in runs):
                converted[ref] = unicode_of((text, font or fonts.get(ref, "")) for text, font in runs)
        cell.clear()
    sets = (frozenset(errors), frozenset(empties), frozenset(percents))
    return Flags(*sets, True, fonts, converted, zero_formulas=frozenset(zeros))


def _runs_of(cell: etree._Element, value: str | None, rich: Mapping[int, Runs]) -> Runs:
    inline = cell.find("{*}is")
    if inline is not None:
        return _runs(inline)
    return rich.get(int(value), ()) if value and value.isdigit() else ()


def _cells(xml: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Every cell and its place; what has no reference stands after what came before."""
    row, column = -1, -1
    parts = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    for event, element in parts:
        tag = element.tag.rpartition("}")[2]
        if tag == "row" and event == "start":
            number = element.get("r", "")
            row, column = (int(number) - 1 if number.isdigit() else row + 1), -1
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            if place := _REF.fullmatch(element.get("r", "").upper()):
                column, row = _column(place[1]), int(place[2]) - 1
            else:
                column += 1
            yield ref_of(row, column), element


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
