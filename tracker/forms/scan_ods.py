"""What a value reader does not tell of an .ods file: errors, formulas without value, percentages, merged cells, fonts.

ODF 1.3 part 3, 9.1: cells and rows may stand for many by repetition, and the last ones usually do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from tracker.forms.headings import Area
from tracker.forms.places import ref_of
from tracker.forms.scan import Flags, Scan, unicode_of
from tracker.legacy import encoding_of_font
from tracker.openxml import parsed

_ERROR_TEXT = re.compile(r"#(?:N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!)|Err:\d{3}")
_LEGACY_TRACE = re.compile(rb"""["';](?:\.Vn|VNI[- ])""")
_MOST_REPEATED = 2_000
"""Cells that one cell with something to flag may stand for; a form has some hundreds."""


class Spot(NamedTuple):
    """A cell element, its place from 0, and how many rows and columns it stands for."""

    row: int
    column: int
    down: int
    across: int
    cell: etree._Element

    def refs(self) -> Iterator[str]:
        places = ((row, column) for row in range(self.down) for column in range(self.across))
        for (row, column), _ in zip(places, range(_MOST_REPEATED), strict=False):
            yield ref_of(self.row + row, self.column + column)


def tables_of(content: bytes) -> list[tuple[str, etree._Element]]:
    """Name and element of each sheet."""
    return [(attribute(table, "name"), table) for table in parsed(content).iterfind(".//{*}spreadsheet/{*}table")]


def spots(table: etree._Element) -> Iterator[Spot]:
    """Every cell of a sheet that holds or covers something."""
    row = 0
    for line in table.iter("{*}table-row"):
        column, down = 0, _count(line, "number-rows-repeated")
        for cell in line.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            across = _count(cell, "number-columns-repeated")
            if len(cell) or any(not str(key).endswith("}number-columns-repeated") for key in cell.attrib):
                yield Spot(row, column, down, across, cell)
            column += across
        row += down


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name: prefixes differ between the programs that write them."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith(f"}}{name}")), "")


def _count(element: etree._Element, name: str) -> int:
    text = attribute(element, name)
    return max(1, int(text)) if text.isdigit() else 1


def text_of(cell: etree._Element) -> str:
    """The paragraphs of a cell, one a line; not those of its comment."""
    return "\n".join("".join(_words(line)) for line in cell.iterchildren("{*}p"))


_BLANKS = {"tab": "\t", "line-break": "\n"}


def _words(element: etree._Element) -> Iterator[str]:
    """Text of a paragraph or a run; blanks, tabs and line breaks are elements."""
    yield str(element.text or "")
    for each in element.iterchildren("{*}*"):
        name = etree.QName(each).localname
        yield from (
            [" " * min(_count(each, "c"), 1000)]
            if name == "s"
            else [_BLANKS[name]]
            if name in _BLANKS
            else _words(each)
        )
        yield str(each.tail or "")


def scan_ods(parts: Mapping[str, bytes]) -> tuple[Scan, dict[str, tuple[Area, ...]]]:
    """Flags, and the areas merged over several rows, by sheet."""
    content = parts.get("content.xml", b"")
    try:
        fonts = _fonts(content, parts.get("styles.xml", b""))
        found = {name: _flags(table, fonts) for name, table in tables_of(content)}
    except (etree.XMLSyntaxError, ValueError):
        return Scan(), {}
    return Scan({name: flags for name, (flags, _) in found.items()}), {
        name: areas for name, (_, areas) in found.items()
    }


def _flags(table: etree._Element, fonts: Mapping[str, str]) -> tuple[Flags, tuple[Area, ...]]:
    errors, empties, zeros, percents = set[str](), set[str](), set[str](), set[str]()
    named, runs, merged = dict[str, str](), dict[str, str](), list[Area]()
    for spot in spots(table):
        told = {str(key).rpartition("}")[2]: str(value) for key, value in spot.cell.attrib.items()}
        if "formula" in told:
            text = text_of(spot.cell)
            if spot.cell.get(_CALC_TYPE) == "error" or _ERROR_TEXT.fullmatch(text.strip()):
                errors.update(spot.refs())
            elif "value-type" not in told and spot.cell.find("{*}p") is None:
                empties.update(spot.refs())
            elif told.get("value-type") == "float" and told.get("value") == "0":
                zeros.update(spot.refs())
        if told.get("value-type") == "percentage":
            percents.update(spot.refs())
        if font := fonts.get(told.get("style-name", "")):
            named.update(dict.fromkeys(spot.refs(), font))
        if fonts and (text := _converted(spot.cell, fonts, font or "")):
            runs.update(dict.fromkeys(spot.refs(), text))
        down, across = (int(told.get(f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if down > 1:
            merged.append(((spot.row, spot.column), (spot.row + down - 1, spot.column + across - 1)))
    sets = (frozenset(errors), frozenset(empties), frozenset(percents))
    flags = Flags(*sets, True, named, runs, zero_formulas=frozenset(zeros))
    return flags, tuple(merged)


_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


# --- fonts ------------------------------------------------------------------------------------------------------------


def _fonts(*parts: bytes) -> dict[str, str]:
    """Fonts from before Unicode by the name of the style that asks for them, of cells and of runs of text."""
    if not any(map(_LEGACY_TRACE.search, parts)):
        return {}
    roots = [parsed(part) for part in parts if part]
    faces = {
        attribute(face, "name"): attribute(face, "font-family").strip("'\"")
        for root in roots
        for face in root.iter("{*}font-face")
    }
    own, parents = {}, {}
    for style in (style for root in roots for style in root.iter("{*}style")):
        name, text = attribute(style, "name"), style.find("{*}text-properties")
        parents[name] = attribute(style, "parent-style-name")
        if text is not None and (font := attribute(text, "font-name") or attribute(text, "font-family")):
            own[name] = faces.get(font, font).strip("'\"")
    resolved = {name: _inherited(name, own, parents) for name in parents}
    return {name: font for name, font in resolved.items() if encoding_of_font(font)}


def _inherited(name: str, own: Mapping[str, str], parents: Mapping[str, str]) -> str:
    """The font of a style or of the nearest it is based on; some files base a style on itself."""
    for _ in range(len(parents)):
        if name in own or name not in parents:
            break
        name = parents[name]
    return own.get(name, "")


def _converted(cell: etree._Element, fonts: Mapping[str, str], font: str) -> str:
    """The cell's text in Unicode where a run of it stands in a font of its own; "" where none does."""
    if not any(attribute(span, "style-name") in fonts for span in cell.iterfind("{*}p/{*}span")):
        return ""
    return unicode_of(
        piece for number, line in enumerate(cell.iterchildren("{*}p")) for piece in _pieces(line, fonts, font, number)
    )


def _pieces(line: etree._Element, fonts: Mapping[str, str], font: str, number: int) -> Iterator[tuple[str, str]]:
    """(text, font) of the runs of a paragraph."""
    yield ("\n" if number else "") + str(line.text or ""), font
    for run in line:
        yield "".join(_words(run)), fonts.get(attribute(run, "style-name"), font)
        yield str(run.tail or ""), font
