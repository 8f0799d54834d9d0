"""What a value reader does not tell: error cells, formulas without a value, percent formats.

python-calamine gives an error cell as an empty string and a formula without a cached value as blank or 0, which would
look like "not filled in". The sheet XML of .xlsx and .xlsm says which is which.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tracker.model import Package

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]")
_VALUE_TAG = re.compile(rb"<(?:\w+:)?v\b")
_COMPUTED_TEXT = b't="str"'
_PERCENT_IDS = frozenset({9, 10})
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
"""What a number format shows as it stands: the sign in `0"%"` belongs to no percentage."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Cells of one sheet, by reference; `knows_formats` False: nothing can be said of number formats (.xls, .ods)."""

    errors: frozenset[str] = frozenset()
    empty_formulas: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()
    knows_formats: bool = False


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
    percent_styles = _percent_styles(package.parts.get("xl/styles.xml", b""))
    return Scan({name: _flags(xml, percent_styles) for name, xml in sheet_parts(package.parts)})


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
    if not styles:
        return frozenset()
    root = _xml(styles)
    codes = ((f.get("numFmtId", 0), str(f.get("formatCode", ""))) for f in root.iter("{*}numFmt"))
    custom = {int(number) for number, code in codes if "%" in _LITERAL.sub("", code)}
    formats = root.find("{*}cellXfs")
    ids = _PERCENT_IDS | custom
    found = () if formats is None else enumerate(formats)
    return frozenset(str(n).encode() for n, each in found if int(each.get("numFmtId", 0)) in ids)


def _flags(xml: bytes, percent_styles: frozenset[bytes]) -> Flags:
    has_errors, has_formulas = b't="e"' in xml, b"<f" in xml or b":f>" in xml
    if not (has_errors or has_formulas or percent_styles):
        return Flags(knows_formats=True)
    errors, empties, percents = set(), set(), set()
    for attributes, body in _CELL.findall(xml):
        ref = _REF.search(attributes)
        if not ref:
            continue
        name = ref[1].decode()
        if b't="e"' in attributes:
            errors.add(name)
        elif body and has_formulas and _is_uncalculated(attributes, body):
            empties.add(name)
        if percent_styles and (style := _STYLE.search(attributes)) and style[1] in percent_styles:
            percents.add(name)
    return Flags(frozenset(errors), frozenset(empties), frozenset(percents), knows_formats=True)


def _is_uncalculated(attributes: bytes, body: bytes) -> bool:
    """A formula without a value; one whose value is the empty text says so by its type."""
    if b"<f" not in body and b":f" not in body:
        return False
    return not _VALUE.search(body) and not (_COMPUTED_TEXT in attributes and _VALUE_TAG.search(body))


def _xml(text: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)
