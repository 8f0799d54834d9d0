"""What a value reader does not tell: error cells, formulas without a value, percent formats; merged cells of .ods.

python-calamine gives an error cell as an empty string and a formula without a cached value as blank or 0, which would
look like "not filled in". The sheet XML of .xlsx and .xlsm says which is which.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tracker.forms.headings import Area
from tracker.legacy import encoding_of_font
from tracker.model import Package

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?>(.*?)</c>", re.DOTALL)
"""A formula and what follows it in its cell."""
_PREFIXED_FORMULA = re.compile(rb"<\w+:f(?:\s[^>]*)?>(.*?)</\w+:c>", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
_VALUE_TAG = re.compile(rb"<(?:\w+:)?v\b")
_ERROR = b't="e"'
_COMPUTED_TEXT = b't="str"'
_PERCENT_IDS = frozenset({9, 10})
_PERCENT_TRACE = re.compile(rb'%|&#|numFmtId=["\'](?:9|10)["\']')
"""Without any of these no number format is a percentage, and the styles need not be parsed."""
_ODS_MERGED = re.compile(rb'number-rows-spanned="(?!1")')
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_LEGACY_TRACE = re.compile(rb'"(?:\.Vn|VNI[- ])')
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
"""What a number format shows as it stands: the sign in `0"%"` belongs to no percentage."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Cells of one sheet, by reference; `knows_formats` False: nothing can be said of number formats (.xls, .ods).

    `fonts` names the font of cells in one from before Unicode.
    """

    errors: frozenset[str] = frozenset()
    empty_formulas: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()
    knows_formats: bool = False
    fonts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """Flags by sheet name."""

    sheets: Mapping[str, Flags] = field(default_factory=dict)

    def of(self, sheet: str) -> Flags:
        return self.sheets.get(sheet, _UNKNOWN)


_UNKNOWN = Flags()


def scan(package: Package) -> Scan:
    """Flags of every worksheet; empty for formats other than Open XML."""
    if package.format not in ("xlsx", "xlsm"):
        return Scan()
    styles = package.parts.get("xl/styles.xml", b"")
    percents, fonts = _percent_styles(styles), _legacy_fonts(styles)
    return Scan({name: _flags(xml, percents, fonts) for name, xml in sheet_parts(package.parts)})


def merged_in_ods(package: Package) -> dict[str, tuple[Area, ...]]:
    """Areas of .ods merged over several rows, by sheet; empty for other formats, whose reader tells."""
    content = package.parts.get("content.xml", b"")
    if package.format != "ods" or not _ODS_MERGED.search(content):
        return {}
    tables = _xml(content).iterfind(".//{*}spreadsheet/{*}table")
    return {_ods(table, "name", ""): tuple(_spans(table)) for table in tables}


def _spans(table: etree._Element) -> Iterator[Area]:
    row = 0
    for line in table.iter("{*}table-row"):
        column = 0
        for cell in line:
            down, across = (int(_ods(cell, f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
            if down > 1:
                yield (row, column), (row + down - 1, column + across - 1)
            column += int(_ods(cell, "number-columns-repeated", "1"))
        row += int(_ods(line, "number-rows-repeated", "1"))


def _ods(element: etree._Element, name: str, default: str) -> str:
    return str(element.get(f"{{urn:oasis:names:tc:opendocument:xmlns:table:1.0}}{name}", default))


def sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """(name, XML) of each worksheet, by the workbook's own relationships."""
    if "xl/workbook.xml" not in parts:
        return
    targets: dict[str, str] = {}
    for link in _xml(parts.get("xl/_rels/workbook.xml.rels", b"<r/>")):
        target = str(link.get("Target", ""))
        targets[str(link.get("Id"))] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    for element in _xml(parts["xl/workbook.xml"]).iter("{*}sheet"):
        link_id = next((value for key, value in element.attrib.items() if str(key).endswith("}id")), None)
        xml = parts.get(posixpath.normpath(targets.get(str(link_id), "")))
        if xml is not None:
            yield str(element.get("name", "")), xml


def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Indexes (as in `s="…"`) of cell formats whose number format is a percentage."""
    if not _PERCENT_TRACE.search(styles):
        return frozenset()
    root = _xml(styles)
    codes = ((f.get("numFmtId", 0), str(f.get("formatCode", ""))) for f in root.iter("{*}numFmt"))
    custom = {int(number) for number, code in codes if "%" in _LITERAL.sub("", code)}
    formats = root.find("{*}cellXfs")
    ids = _PERCENT_IDS | custom
    found = () if formats is None else enumerate(formats)
    return frozenset(str(n).encode() for n, each in found if int(each.get("numFmtId", 0)) in ids)


def _legacy_fonts(styles: bytes) -> dict[bytes, str]:
    """Names of fonts from before Unicode, by index (as in `s="…"`) of the cell formats that use them."""
    if not _LEGACY_TRACE.search(styles):
        return {}
    root = _xml(styles)
    fonts, formats = root.find("{*}fonts"), root.find("{*}cellXfs")
    if fonts is None or formats is None:
        return {}
    names = [str(name.get("val", "")) if (name := font.find("{*}name")) is not None else "" for font in fonts]
    used = ((number, int(each.get("fontId", 0))) for number, each in enumerate(formats))
    return {str(n).encode(): names[font] for n, font in used if font < len(names) and encoding_of_font(names[font])}


def _flags(xml: bytes, percent_styles: frozenset[bytes], legacy_fonts: Mapping[bytes, str]) -> Flags:
    cells = xml[: xml.rfind(b"sheetData>")]  # what follows has formulas too: of lists and colours
    errors, percents, fonts = set(), set(), {}
    if percent_styles or legacy_fonts or _ERROR in cells:
        for attributes in _CELL.findall(cells):
            if _ERROR in attributes:
                errors.add(_ref(attributes))
            style = _STYLE.search(attributes)
            if style and style[1] in percent_styles:
                percents.add(_ref(attributes))
            if style and style[1] in legacy_fonts:
                fonts[_ref(attributes)] = legacy_fonts[style[1]]
    empties = frozenset(_uncalculated(cells)) - errors
    return Flags(frozenset(errors), empties, frozenset(percents), knows_formats=True, fonts=fonts)


def _uncalculated(cells: bytes) -> Iterator[str]:
    """Cells with a formula and no value; one whose value is the empty text says so by its type."""
    prefixed = _PREFIXED_FORMULA.finditer(cells) if b":f" in cells else ()
    for formula in (*_FORMULA.finditer(cells), *prefixed):
        if _VALUE.search(formula[1]):
            continue
        attributes = cells[cells.rfind(b"<", 0, formula.start()) : formula.start()]
        if not (_COMPUTED_TEXT in attributes and _VALUE_TAG.search(formula[1])):
            yield _ref(attributes)


def _ref(attributes: bytes) -> str:
    """The reference among a cell's attributes; "" where it has none."""
    found = _REF.search(attributes)
    return found[1].decode() if found else ""


def _xml(text: bytes) -> etree._Element:
    return etree.fromstring(text, _PARSER)
