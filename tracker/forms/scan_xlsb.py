"""What a value reader does not tell of an .xlsb file: a small look at its records (BIFF12), merged cells included.

[MS-XLSB] 2.1.4: a record is its type (one or two bytes), its size (one to four, seven bits each) and its contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct, error

from lxml import etree

from tracker.forms.headings import Area
from tracker.forms.places import ref_of
from tracker.forms.scan import Flags, Scan, is_percent_code
from tracker.legacy import encoding_of_font
from tracker.openxml import relation_targets

_ROW, _RK, _ERROR, _REAL, _TEXT, _SHARED, _RICH = 0, 2, 3, 5, 6, 7, 62
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_ERROR = 8, 9, 11
_NUMBERS, _TEXTS = frozenset({_RK, _REAL, _FORMULA_NUMBER}), frozenset({_TEXT, _SHARED, _RICH, _FORMULA_TEXT})
_MERGED = 176
_FONT, _FORMAT, _XF, _CELL_FORMATS, _CELL_FORMATS_END, _BOOK, _SHEET = 43, 44, 47, 617, 618, 153, 156
_LAST_ROW = 1_048_575

_ZERO = bytes(8)

_INT, _WORD, _CELL, _AREA = Struct("<I"), Struct("<H"), Struct("<II"), Struct("<IIII")


@dataclass(frozen=True, slots=True)
class _Styles:
    """Cell formats, by index: which show percentages, which use a font from before Unicode."""

    percents: frozenset[int] = frozenset()
    fonts: Mapping[int, str] = field(default_factory=dict)


def scan_xlsb(parts: Mapping[str, bytes]) -> tuple[Scan, dict[str, tuple[Area, ...]]]:
    """Flags and merged areas by sheet; nothing of parts that cannot be followed."""
    try:
        book, targets = parts.get("xl/workbook.bin", b""), relation_targets(parts, "xl/workbook.bin")
        styles = _styles(parts.get("xl/styles.bin", b""))
        is_1904, sheets = _sheets(book)
        read = {target: _flags(parts[target], styles) for target in set(targets.values()) if _is_sheet(target, parts)}
    except (error, IndexError, ValueError, etree.XMLSyntaxError):
        return Scan(), {}
    found = {name: read[target] for name, link in sheets if (target := targets.get(link, "")) in read}
    flags = {name: flags for name, (flags, _) in found.items()}
    return Scan(flags, is_1904), {name: merged for name, (_, merged) in found.items() if merged}


def _is_sheet(target: str, parts: Mapping[str, bytes]) -> bool:
    return "sheets/" in target and target in parts


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        size = 0
        for place in range(4):
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << 7 * place
            if not byte & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def _sheets(book: bytes) -> tuple[bool, list[tuple[str, str]]]:
    """Whether days count from 1904, and (name, relationship) of the sheets."""
    is_1904, sheets = False, []
    for kind, record in _records(book):
        if kind == _BOOK:
            is_1904 = bool(_INT.unpack_from(record)[0] & 1)
        elif kind == _SHEET:
            link, after = _wide_text(record, 8)
            sheets.append((_wide_text(record, after)[0], link))
    return is_1904, sheets


def _wide_text(record: bytes, at: int) -> tuple[str, int]:
    """The text at a place, and the place after it."""
    length = _INT.unpack_from(record, at)[0]
    end = at + 4 + 2 * length
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _styles(part: bytes) -> _Styles:
    """An XF is its parent, its number format and its font, two bytes each."""
    names, percent_ids, formats, is_inside = [], {9, 10}, [], False
    for kind, record in _records(part):
        if kind == _FONT:
            names.append(_wide_text(record, 21)[0])
        elif kind == _FORMAT and is_percent_code(_wide_text(record, 2)[0]):
            percent_ids.add(_WORD.unpack_from(record)[0])
        elif kind in (_CELL_FORMATS, _CELL_FORMATS_END):
            is_inside = kind == _CELL_FORMATS
        elif kind == _XF and is_inside:
            formats.append((_WORD.unpack_from(record, 2)[0], _WORD.unpack_from(record, 4)[0]))
    percents = frozenset(n for n, (number, _) in enumerate(formats) if number in percent_ids)
    used = ((n, names[font]) for n, (_, font) in enumerate(formats) if font < len(names))
    return _Styles(percents, {n: name for n, name in used if encoding_of_font(name)})


def _flags(part: bytes, styles: _Styles) -> tuple[Flags, tuple[Area, ...]]:
    errors, empties, zeros, percents, fonts, merged, row = set(), set(), set(), set(), {}, [], 0
    for kind, record in _records(part):
        if kind == _ROW:
            row = _INT.unpack_from(record)[0]
            if row > _LAST_ROW:
                raise ValueError("row")
        elif kind == _MERGED:
            top, bottom, left, right = _AREA.unpack_from(record)
            merged.append(((top, left), (bottom, right)))
        elif kind in (_ERROR, _FORMULA_ERROR):
            errors.add(ref_of(row, _INT.unpack_from(record)[0]))
        elif kind in _NUMBERS or kind in _TEXTS:
            column, style = _CELL.unpack_from(record)
            style &= 0xFFFFFF
            if kind == _FORMULA_TEXT and not _INT.unpack_from(record, 8)[0]:
                empties.add(ref_of(row, column))
            if kind == _FORMULA_NUMBER and record[8:16] == _ZERO:
                zeros.add(ref_of(row, column))
            if style in styles.percents and kind in _NUMBERS:
                percents.add(ref_of(row, column))
            if style in styles.fonts and kind in _TEXTS:
                fonts[ref_of(row, column)] = styles.fonts[style]
    sets = (frozenset(errors), frozenset(empties), frozenset(percents))
    flags = Flags(*sets, knows_formats=True, fonts=fonts, zero_formulas=frozenset(zeros))
    return flags, tuple(merged)
