"""The sheets of a return as values, merged areas and flags, by the engine that can read them.

python-calamine reads; where it fails, or what it read is suspect, the second engine of the format reads as well. What
is suspect: no sheets; a sheet without values whose XML has some; rows beyond the size the sheet claims; damaged
numbers of shared strings; error cells; Strict Open XML. Where both read and differ, a value beats a blank, and of two
values calamine's stands: it takes the XML to the letter, while the others interpret it (dates by format, numbers of
text). Either way the cell is told of.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isclose
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from tracker.cells import as_text
from tracker.forms.headings import Area, Grid
from tracker.forms.places import ref_of
from tracker.forms.scan import Flags, Scan, scan_xlsx
from tracker.model import Disputed, Package
from tracker.openxml import is_strict, sheet_parts

Merged = Mapping[str, Sequence[Area]]

_MOST_BYTES = 4 * 1024**2
"""Of XML that is read a second time on mere suspicion: no return is larger, and the first reading stands."""
_MOST_UNREAD_BYTES = 32 * 1024**2
"""Of XML that the first engine cannot read: a second one would outlast the worker's seconds."""
_HAS_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]|<(?:\w+:)?t[ >]")
_MERGE_CELL = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*ref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


@dataclass(frozen=True, slots=True)
class Loaded:
    """All sheets of a return by name; `engine` is what read them, `disputed` where a second one read otherwise."""

    grids: dict[str, Grid]
    merged: Merged = field(default_factory=dict)
    flags: Scan = field(default_factory=Scan)
    engine: str = "calamine"
    disputed: tuple[Disputed, ...] = ()


def load(package: Package) -> Loaded:
    """Reads a package. What the first engine dies of is raised where no second one reads it either."""
    flags, areas = scan(package)
    try:
        grids, merged = _by_calamine(package)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of a Rust reader is no Exception
        return _by_second(package, flags, areas, error)
    loaded = Loaded(grids, merged | areas, flags)
    return _compared(package, loaded) if _is_suspect(package, loaded) else loaded


def scan(package: Package) -> tuple[Scan, dict[str, tuple[Area, ...]]]:
    """Flags by sheet, and the merged areas that the first engine does not tell."""
    with suppress(etree.XMLSyntaxError):  # a damaged part: the engines judge whether the file can be read
        if package.format in ("xlsx", "xlsm"):
            return scan_xlsx(package.parts), {}
        if package.format == "xlsb":
            from tracker.forms.scan_xlsb import scan_xlsb

            return scan_xlsb(package.parts)
        if package.format == "ods":
            from tracker.forms.scan_ods import scan_ods

            return scan_ods(package.parts)
        from tracker.forms.scan_xls import scan_xls

        return scan_xls(package.data)
    return Scan(), {}


def _by_calamine(package: Package) -> tuple[dict[str, Grid], dict[str, Sequence[Area]]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(package.data)) as book:
        read = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
        grids = {name: sheet.to_python(skip_empty_area=False) for name, sheet in read.items()}
        return grids, {name: sheet.merged_cell_ranges or () for name, sheet in read.items()}


# --- the second engine ------------------------------------------------------------------------------------------------


def _by_second(package: Package, flags: Scan, areas: Merged, failure: BaseException) -> Loaded:
    from tracker.forms.second import second_reading

    if _size(package) > _MOST_UNREAD_BYTES:
        raise failure
    try:
        reading = second_reading(package)
    except MemoryError:
        raise
    except Exception as error:
        raise failure from error
    if reading is None or not reading.grids:
        raise failure
    sheets = {name: _with_errors(flags.of(name), reading.errors.get(name)) for name in reading.grids}
    return Loaded(dict(reading.grids), areas or _merged_in(package), Scan(sheets, flags.is_1904), reading.engine)


def _size(package: Package) -> int:
    return sum(map(len, package.parts.values())) or len(package.data)


def _with_errors(flags: Flags, errors: frozenset[str] | None) -> Flags:
    return replace(flags, errors=flags.errors | errors) if errors else flags


def _merged_in(package: Package) -> Merged:
    """Merged areas of Open XML, which no second engine tells."""
    return {name: tuple(_areas(xml)) for name, xml in sheet_parts(package.parts) if b"mergeCell" in xml}


def _areas(xml: bytes) -> Iterator[Area]:
    for left, top, right, bottom in _MERGE_CELL.findall(xml):
        yield (int(top) - 1, _column(left)), (int(bottom) - 1, _column(right))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _is_suspect(package: Package, loaded: Loaded) -> bool:
    """Whether what the first engine read should be read again; quick, for every return is asked."""
    if any(flags.errors or flags.is_suspect for flags in loaded.flags.sheets.values()):
        return True
    if is_strict(package.parts) or not loaded.grids:
        return True
    return not all(loaded.grids.values()) and _has_unread_values(package, loaded.grids)


def _has_unread_values(package: Package, grids: Mapping[str, Grid]) -> bool:
    """Whether a sheet that came empty is not."""
    if package.format == "ods":
        return not any(grids.values()) and b":value-type=" in package.parts.get("content.xml", b"")
    return any(not grids.get(name) and _HAS_VALUE.search(xml) for name, xml in sheet_parts(package.parts))


def _compared(package: Package, loaded: Loaded) -> Loaded:
    """The reading with what the second engine has more, and where the two differ; as it is where that one fails."""
    from tracker.forms.second import second_reading

    if _size(package) > _MOST_BYTES:
        return loaded
    try:
        reading = second_reading(package)
    except MemoryError:
        raise
    except Exception:  # whatever a strange file makes of it
        return loaded
    if reading is None:
        return loaded
    sheets = {name: _with_errors(flags, reading.errors.get(name)) for name, flags in loaded.flags.sheets.items()}
    loaded = replace(loaded, flags=Scan(sheets, loaded.flags.is_1904))
    disputed = [each for name, other in reading.grids.items() for each in _differences(name, loaded, other)]
    grids = loaded.grids | {name: grid for name, grid in reading.grids.items() if name not in loaded.grids}
    for name, other in reading.grids.items():
        grids[name] = _filled_up(grids[name], other, loaded.flags.of(name))
    return replace(loaded, grids=grids, disputed=tuple(disputed))


def _differences(name: str, loaded: Loaded, other: Grid) -> Iterator[Disputed]:
    flags, own = loaded.flags.of(name), loaded.grids.get(name, [])
    for row in range(max(len(own), len(other))):
        mine, theirs = (grid[row] if row < len(grid) else [] for grid in (own, other))
        for column in range(max(len(mine), len(theirs))):
            one, two = (line[column] if column < len(line) else "" for line in (mine, theirs))
            if one == two or _is_same(one, two, flags.is_1904):
                continue
            ref = ref_of(row, column)
            if ref not in flags.errors and ref not in flags.empty_formulas:
                value, rest = (two, one) if one == "" else (one, two)
                yield Disputed(name, ref, as_text(value), as_text(rest))


def _is_same(one: Any, two: Any, is_1904: bool) -> bool:
    """Whether two engines mean the same: a day and its number are, and so are texts but for their blanks."""
    first, second = (_number(value, is_1904) for value in (one, two))
    if first is not None and second is not None:
        return isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)
    return as_text(one).split() == as_text(two).split()


def _number(value: Any, is_1904: bool) -> float | None:
    if isinstance(value, (date, datetime)):
        return float((date(value.year, value.month, value.day) - _EPOCHS[is_1904]).days)
    return float(value) if isinstance(value, (int, float)) else None


def _filled_up(own: Grid, other: Grid, flags: Flags) -> Grid:
    """The grid with values where it is blank and the other is not; what a flag tells of stays blank."""
    height = max(len(own), len(other))
    width = max(max(map(len, own), default=0), max(map(len, other), default=0))
    told = flags.errors | flags.empty_formulas
    grid = [[*line, *[""] * (width - len(line))] for line in (*own, *[[]] * (height - len(own)))]
    for row, line in enumerate(other):
        for column, value in enumerate(line):
            if grid[row][column] == "" and value != "" and ref_of(row, column) not in told:
                grid[row][column] = value
    return grid
