"""What a value reader does not tell of an .xls file: a small look at the records of its workbook stream (BIFF5, BIFF8).

[MS-XLS] 2.4: a record is its type and its size, two bytes each, and its contents. Only types named here are looked at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct, error, iter_unpack

import olefile

from tracker.forms.headings import Area
from tracker.forms.places import ref_of
from tracker.forms.scan import Flags, Scan, is_percent_code
from tracker.legacy import encoding_of_font

_BOF, _EOF, _BOUNDSHEET, _DATEMODE, _FONT, _FORMAT, _XF = 0x809, 0x0A, 0x85, 0x22, 0x31, 0x41E, 0xE0
_FORMULA, _STRING, _BOOLERR, _NUMBER, _RK, _MULRK = 0x06, 0x207, 0x205, 0x203, 0x27E, 0xBD
_MERGED = 0xE5
_LABEL, _LABELSST, _RSTRING, _BLANK, _MULBLANK = 0x204, 0xFD, 0xD6, 0x201, 0xBE
_CELLS = frozenset({_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK, _LABEL, _LABELSST, _RSTRING, _BLANK, _MULBLANK})
_NUMBERS = frozenset({_FORMULA, _NUMBER, _RK})
_TEXTS = frozenset({_FORMULA, _LABEL, _LABELSST, _RSTRING})
_IS_TEXT, _IS_ERROR, _IS_EMPTY = 0, 2, 3
"""What a formula gave, in the first byte of a result whose last two bytes are FF FF."""
_ZERO = bytes(8)
"""The number 0; LibreOffice leaves it behind a formula of text that it did not calculate."""

_HEAD, _CELL, _WORD, _OFFSET = Struct("<HH"), Struct("<HHH"), Struct("<H"), Struct("<I")
_UNICODE_BIFF = 0x0600


@dataclass(slots=True)
class _Globals:
    """What the first part of the stream says for all sheets: `sheets` as (name, offset), fonts and formats by order."""

    is_unicode: bool = True
    is_1904: bool = False
    sheets: list[tuple[str, int]] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[tuple[int, int]] = field(default_factory=list)

    def percents(self) -> frozenset[int]:
        ids = {9, 10, *(number for number, code in self.codes.items() if is_percent_code(code))}
        return frozenset(n for n, (_, number) in enumerate(self.styles) if number in ids)

    def legacy_fonts(self) -> dict[int, str]:
        """By index of the cell formats; there is no font number 4."""
        places = ((n, font - (font > 4)) for n, (font, _) in enumerate(self.styles))
        used = ((n, self.fonts[font]) for n, font in places if font < len(self.fonts))
        return {n: name for n, name in used if encoding_of_font(name)}


def scan_xls(data: bytes) -> tuple[Scan, dict[str, tuple[Area, ...]]]:
    """Flags and merged areas by sheet; nothing of a stream that cannot be followed."""
    try:
        stream = _workbook_stream(data)
        book = _globals(stream)
        percents, fonts = book.percents(), book.legacy_fonts()
        by_offset = {at: _flags(stream, at, percents, fonts) for at in {at for _, at in book.sheets}}
    except (OSError, error, IndexError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return Scan(), {}  # olefile and records of a damaged file; the readers judge it
    sheets = {name: by_offset[at] for name, at in book.sheets}
    return Scan({name: flags for name, (flags, _) in sheets.items()}, book.is_1904), {
        name: merged for name, (_, merged) in sheets.items() if merged
    }


def _workbook_stream(data: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        name = "Workbook" if container.exists("Workbook") else "Book"
        return bytes(container.openstream(name).read())


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Type and contents of each record of one substream, without those of charts inside it."""
    depth = 0
    while start + 4 <= len(stream):
        kind, size = _HEAD.unpack_from(stream, start)
        contents = stream[start + 4 : start + 4 + size]
        start += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, contents
        if depth <= 0:
            return


def _globals(stream: bytes) -> _Globals:
    book = _Globals()
    for kind, record in _records(stream, 0):
        if kind == _BOF:
            book.is_unicode = _WORD.unpack_from(record)[0] >= _UNICODE_BIFF
        elif kind == _BOUNDSHEET:
            book.sheets.append((_short_text(record[6:], book.is_unicode), _OFFSET.unpack_from(record)[0]))
        elif kind == _DATEMODE:
            book.is_1904 = record[:2] == b"\x01\x00"
        elif kind == _FONT:
            book.fonts.append(_short_text(record[14:], book.is_unicode))
        elif kind == _FORMAT:
            text = record[2:3] + record[4:] if book.is_unicode else record[2:]  # its length has two bytes in BIFF8
            book.codes[_WORD.unpack_from(record)[0]] = _short_text(text, book.is_unicode)
        elif kind == _XF:
            book.styles.append(_HEAD.unpack_from(record))
    return book


def _short_text(record: bytes, is_unicode: bool) -> str:
    """A text with its length in one byte; in BIFF8 a byte follows that tells how wide its characters are."""
    length = record[0]
    if not is_unicode:
        return record[1 : 1 + length].decode("latin-1")
    if record[1] & 1:
        return record[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    return record[2 : 2 + length].decode("latin-1")


def _flags(
    stream: bytes, start: int, percents: frozenset[int], fonts: Mapping[int, str]
) -> tuple[Flags, tuple[Area, ...]]:
    """Flags and merged areas of the sheet whose records begin at an offset."""
    found, merged = _Found(percents, fonts), []
    for kind, record in _records(stream, start):
        if kind in _CELLS:
            found.settle()
            found.cell(kind, record)
        elif kind == _STRING and _WORD.unpack_from(record)[0]:
            found.waiting = ""
        elif kind == _MERGED:
            areas = iter_unpack("<HHHH", record[2 : 2 + (len(record) - 2) // 8 * 8])
            merged += [((top, left), (bottom, right)) for top, bottom, left, right in areas]
    found.settle()
    sets = (frozenset(found.errors), frozenset(found.empties), frozenset(found.percent_cells))
    flags = Flags(*sets, knows_formats=True, fonts=found.named, zero_formulas=frozenset(found.zeros))
    return flags, tuple(merged)


@dataclass(slots=True)
class _Found:
    """What the cells of a sheet show so far; `waiting`: a formula whose text must follow in a record of its own."""

    percents: frozenset[int]
    fonts: Mapping[int, str]
    errors: set[str] = field(default_factory=set)
    empties: set[str] = field(default_factory=set)
    zeros: set[str] = field(default_factory=set)
    percent_cells: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    waiting: str = ""

    def settle(self) -> None:
        if self.waiting:
            self.empties.add(self.waiting)
            self.waiting = ""

    def cell(self, kind: int, record: bytes) -> None:
        row, column, style = _CELL.unpack_from(record)
        if kind == _MULRK:
            styles = enumerate(iter_unpack("<HI", record[4 : 4 + (len(record) - 6) // 6 * 6]), column)
            self.percent_cells.update(ref_of(row, at) for at, (each, _) in styles if each in self.percents)
        elif kind == _BOOLERR:
            if record[7]:
                self.errors.add(ref_of(row, column))
        elif kind == _FORMULA and record[12:14] == b"\xff\xff":
            self._special(ref_of(row, column), record[6])
        elif kind == _FORMULA and record[6:14] == _ZERO:
            self.zeros.add(ref_of(row, column))
        if style in self.percents and kind in _NUMBERS:
            self.percent_cells.add(ref_of(row, column))
        if style in self.fonts and kind in _TEXTS:
            self.named[ref_of(row, column)] = self.fonts[style]

    def _special(self, ref: str, result: int) -> None:
        """A formula whose result is no number. Programs that do not calculate leave the empty text as well."""
        if result == _IS_ERROR:
            self.errors.add(ref)
        elif result == _IS_EMPTY:
            self.empties.add(ref)
        elif result == _IS_TEXT:
            self.waiting = ref
