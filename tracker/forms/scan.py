"""What a value reader does not tell: error cells, formulas without a value, percent formats, fonts, days from 1904.

python-calamine gives an error cell as an empty string and a formula without a cached value as blank or 0, which would
look like "not filled in". Here the sheet XML of .xlsx and .xlsm says which is which; `scan_xls`, `scan_xlsb` and
`scan_ods` ask the other formats, `scan_slow` the sheets whose XML is unusual.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tracker.forms.places import place_of
from tracker.legacy import encoding_of_font, to_unicode
from tracker.openxml import parsed, sheet_parts

# No pattern runs past the next "<": on tags that never end it would look at the rest of the sheet from each of them.
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>")
_FORMULA = re.compile(rb"<f(?:\s[^<>]*)?>([^<]*(?:<(?!/c>|f[\s>])[^<]*)*)</c>")
"""A formula and what follows it in its cell."""
_PREFIXED_FORMULA = re.compile(rb"<\w+:f(?:\s[^<>]*)?>([^<]*(?:<(?!/\w+:c>|\w+:f[\s>])[^<]*)*)</\w+:c>")
_REF = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^<>]*>[^<]")
_VALUE_TAG = re.compile(rb"<(?:\w+:)?v\b")
_ZERO = re.compile(rb"<(?:\w+:)?v[^<>]*>0<")
_ERROR = b't="e"'
_COMPUTED_TEXT = b't="str"'
_PERCENT_IDS = frozenset({9, 10})
_PERCENT_ID = re.compile(rb"""numFmtId=["'](?:9|10)["']""")
"""Without it, a percent sign or a sign by number no format is a percentage, and the styles need not be parsed."""
_LEGACY_TRACE = re.compile(rb'"(?:\.Vn|VNI[- ])')
_ODD_ATTRIBUTES = (b"='", b" =", b"= ")
"""How no spreadsheet program writes attributes, and any may; whoever does so does it from the first element on."""
_START_BYTES = 600
_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true|on)["']""")
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+[0-9]+:)?[A-Z]+([0-9]+)"')
_LAST_ROW = re.compile(rb'<row [^<>]*?r="([0-9]+)"')
_NO_INDEX = re.compile(rb't="s"><v>(?![0-9])')
"""A shared string by something that is no number: engines take it for the first one, or for nothing."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
"""What a number format shows as it stands: the sign in `0"%"` belongs to no percentage."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Cells of one sheet, by reference; `knows_formats` False: nothing can be said of number formats.

    `fonts` names the font of cells in one from before Unicode; `converted` is the whole text, in Unicode, of cells
    where only some of it stands in such a font. `is_1904`: the workbook counts days from 01/01/1904. `is_suspect`: the
    sheet contradicts itself, and engines may read different things. `zero_formulas` give the number 0, which is also
    what programs that do not calculate leave behind a formula of text.
    """

    errors: frozenset[str] = frozenset()
    empty_formulas: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()
    knows_formats: bool = False
    fonts: Mapping[str, str] = field(default_factory=dict)
    converted: Mapping[str, str] = field(default_factory=dict)
    is_1904: bool = False
    is_suspect: bool = False
    zero_formulas: frozenset[str] = frozenset()

    def unread_columns(self, row: int) -> Iterator[int]:
        """Columns with a cell, from a row on (both from 0), that came empty and is not."""
        return (column for line, column in map(place_of, (*self.errors, *self.empty_formulas)) if line >= row)


@dataclass(frozen=True, slots=True)
class Scan:
    """Flags by sheet name."""

    sheets: Mapping[str, Flags] = field(default_factory=dict)
    is_1904: bool = False

    def of(self, sheet: str) -> Flags:
        found = self.sheets.get(sheet, _UNKNOWN)
        return replace(found, is_1904=True) if self.is_1904 else found


_UNKNOWN = Flags()


def scan_xlsx(parts: Mapping[str, bytes]) -> Scan:
    """Flags of every worksheet."""
    styles, shared = parts.get("xl/styles.xml", b""), parts.get("xl/sharedStrings.xml", b"")
    percents, fonts = _percent_styles(styles), _legacy_fonts(styles)
    rich = shared if has_legacy_runs(shared) else b""
    sheets = {name: _flags(xml, percents, fonts, rich) for name, xml in sheet_parts(parts)}
    return Scan(sheets, bool(_1904.search(parts.get("xl/workbook.xml", b""))))


def has_legacy_runs(xml: bytes) -> bool:
    """Whether texts of a part may have runs in a font from before Unicode; quick."""
    return b'rFont val="' in xml and bool(_LEGACY_TRACE.search(xml))


def unicode_of(runs: Iterable[tuple[str, str]]) -> str:
    """The text of runs (text, font), those in a font from before Unicode converted, each for itself."""
    return "".join((font and to_unicode(text, font)) or text for text, font in runs)


def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Indexes (as in `s="…"`) of cell formats whose number format is a percentage."""
    if not (b"%" in styles or b"&#" in styles or _PERCENT_ID.search(styles)):
        return frozenset()
    root = parsed(styles)
    codes = ((f.get("numFmtId", 0), str(f.get("formatCode", ""))) for f in root.iter("{*}numFmt"))
    custom = {int(number) for number, code in codes if is_percent_code(code)}
    formats = root.find("{*}cellXfs")
    ids = _PERCENT_IDS | custom
    found = () if formats is None else enumerate(formats)
    return frozenset(str(n).encode() for n, each in found if int(each.get("numFmtId", 0)) in ids)


def is_percent_code(code: str) -> bool:
    """Whether a number format shows hundredths; a percent sign in quotes belongs to no percentage."""
    return "%" in code and "%" in _LITERAL.sub("", code)


def _legacy_fonts(styles: bytes) -> dict[bytes, str]:
    """Names of fonts from before Unicode, by index (as in `s="…"`) of the cell formats that use them."""
    if not _LEGACY_TRACE.search(styles):
        return {}
    root = parsed(styles)
    fonts, formats = root.find("{*}fonts"), root.find("{*}cellXfs")
    if fonts is None or formats is None:
        return {}
    names = [str(name.get("val", "")) if (name := font.find("{*}name")) is not None else "" for font in fonts]
    used = ((number, int(each.get("fontId", 0))) for number, each in enumerate(formats))
    return {str(n).encode(): names[font] for n, font in used if font < len(names) and encoding_of_font(names[font])}


def _flags(xml: bytes, percent_styles: frozenset[bytes], legacy_fonts: Mapping[bytes, str], rich: bytes) -> Flags:
    """Flags of a sheet; `rich`: the shared strings, where some of them may hold runs of another font."""
    cells = xml[: xml.rfind(b"sheetData>")]  # what follows has formulas too: of lists and colours
    found = _quick_flags(cells, percent_styles, legacy_fonts)
    if _contradicts_itself(cells):
        found = replace(found, is_suspect=True)
    unplaced = any("" in refs for refs in (found.errors, found.empty_formulas, found.zero_formulas, found.percents))
    unplaced = unplaced or "" in found.fonts
    if not (unplaced or rich or _has_odd_attributes(cells) or has_legacy_runs(cells)):
        return found
    from tracker.forms.scan_slow import rich_texts, slow_flags  # for the few; and it needs Flags

    slow = slow_flags(xml, percent_styles, legacy_fonts, rich_texts(rich) if rich else {})
    return replace(slow, is_suspect=found.is_suspect)


def _has_odd_attributes(xml: bytes) -> bool:
    start = xml[max(0, xml.find(b"?>", 0, _START_BYTES)) : _START_BYTES]  # the declaration is often written by hand
    return any(odd in start for odd in _ODD_ATTRIBUTES)


def _contradicts_itself(cells: bytes) -> bool:
    """Whether rows stand beyond the size the sheet claims, or texts have no number."""
    claimed = _DIMENSION.search(cells, 0, _START_BYTES)
    last = _LAST_ROW.match(cells, max(0, cells.rfind(b"<row "))) if claimed else None
    return bool((claimed and last and int(last[1]) > int(claimed[1])) or _NO_INDEX.search(cells))


def _quick_flags(cells: bytes, percent_styles: frozenset[bytes], legacy_fonts: Mapping[bytes, str]) -> Flags:
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
    empties, zeros = _uncalculated(cells)
    sets = (frozenset(errors), frozenset(empties - errors), frozenset(percents))
    return Flags(*sets, knows_formats=True, fonts=fonts, zero_formulas=frozenset(zeros))


def _uncalculated(cells: bytes) -> tuple[set[str], set[str]]:
    """Cells with a formula and no value, and with a 0; one whose value is the empty text says so by its type."""
    empties, zeros = set[str](), set[str]()
    prefixed = _PREFIXED_FORMULA.finditer(cells) if b":f" in cells else ()
    for formula in (*_FORMULA.finditer(cells), *prefixed):
        is_zero = _ZERO.search(formula[1])
        if not is_zero and _VALUE.search(formula[1]):
            continue
        attributes = cells[cells.rfind(b"<", 0, formula.start()) : formula.start()]
        if not (_COMPUTED_TEXT in attributes and _VALUE_TAG.search(formula[1])):
            (zeros if is_zero else empties).add(_ref(attributes))
    return empties, zeros


def _ref(attributes: bytes) -> str:
    """The reference among a cell's attributes; "" where it has none."""
    found = _REF.search(attributes)
    return found[1].decode() if found else ""
