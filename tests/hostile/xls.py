"""Excel 97 workbooks: a form as .xls, record by record, and what may be wrong in records and sectors."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from tests.hostile.kinds import Expected, add, either, refused, taken
from tests.hostile.ole import END, SECTOR, Ole
from tests.support.forms import grids

Record = tuple[int, bytes]
BOF, EOF, SHEET, STRINGS, LABEL, NUMBER, SIZE, FORMULA = 0x809, 0x0A, 0x85, 0xFC, 0x204, 0x203, 0x200, 0x06
LABEL_OF_STRINGS, ERROR, CONTINUE, XF, PASSWORD, MERGED, BLANKS = 0xFD, 0x205, 0x3C, 0xE0, 0x2F, 0xE5, 0xBE
_LONGEST = 8000


def _record(number: int, content: bytes, claimed: int | None = None) -> bytes:
    return struct.pack("<HH", number, len(content) if claimed is None else claimed) + content


def _begin(kind: int) -> Record:
    return BOF, struct.pack("<4H2L", 0x600, kind, 0x0DBB, 0x07CC, 0, 6)


def _text(value: str) -> bytes:
    return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")


def _cells(grid: list[list[Any]]) -> Iterable[Record]:
    yield SIZE, struct.pack("<LLHHH", 0, len(grid), 0, max(map(len, grid), default=0), 0)
    for row, line in enumerate(grid):
        for column, value in enumerate(line):
            if value == "" or row > 65_535 or column > 255:
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield NUMBER, struct.pack("<HHHd", row, column, 0, value)
            else:
                shown = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
                yield LABEL, struct.pack("<HHH", row, column, 0) + _text(shown[: _LONGEST // 2])


def workbook(
    sheets: dict[str, list[bytes]], globals_: Iterable[bytes] = (), places: Callable[[int], int] = lambda place: place
) -> bytes:
    """The stream: globals, then every sheet; `places` may lie about where a sheet begins."""
    start = _record(*_begin(5)) + _record(0x42, b"\xb0\x04") + b"".join(_record(XF, bytes(20)) for _ in range(16))
    start += b"".join(globals_)
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    size = len(start) + sum(len(name) + 10 for name in names) + 4
    bodies = [_record(*_begin(0x10)) + b"".join(records) + _record(EOF, b"") for records in sheets.values()]
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(SHEET, struct.pack("<LBB", places(size) & 0xFFFFFFFF, 0, 0) + name)
        size += len(body)
    return start + listed + _record(EOF, b"") + b"".join(bodies)


def sheets_of(form: bytes) -> dict[str, list[bytes]]:
    return {name: [_record(*each) for each in _cells(grid)] for name, grid in grids(form).items()}


def xls_of(form: bytes) -> bytes:
    """The values of a form as an .xls; dates as text, long texts cut."""
    return Ole({"Workbook": workbook(sheets_of(form))}).data()


def _plus(form: bytes, *more: bytes) -> bytes:
    """The form with records at the end of its first sheet."""
    sheets = sheets_of(form)
    first = next(iter(sheets))
    return Ole({"Workbook": workbook({**sheets, first: [*sheets[first], *more]})}).data()


def _global(form: bytes, *more: bytes) -> bytes:
    return Ole({"Workbook": workbook(sheets_of(form), more)}).data()


def _add(name: str, fact: str, expected: Expected, make: Callable[[bytes], bytes], is_heavy: bool = False) -> None:
    add(f"xls_{name}", fact, expected, make, ending="xls", is_heavy=is_heavy)


_DAMAGED = either("F02", "F04", "F05", "F17")


def _records() -> None:
    _add("plain", "1.10", taken(), xls_of)
    number = struct.pack("<HHHd", 300, 0, 0, 1)
    pieces = {
        "length_beyond_the_end": _record(NUMBER, number, 0xFFFF),
        "length_zero": _record(NUMBER, b""),
        "length_odd": _record(LABEL, struct.pack("<HHH", 300, 0, 0) + b"\xff\xff\x01a"),
        "text_longer_than_its_record": _record(LABEL, struct.pack("<HHHHB", 300, 0, 0, 0x7FFF, 1)),
        "string_far_beyond": _record(LABEL_OF_STRINGS, struct.pack("<HHHL", 300, 0, 0, 0xFFFFFFF0)),
        "error": _record(ERROR, struct.pack("<HHHBB", 300, 0, 0, 0x77, 1)),
        "formula_of_nothing": _record(FORMULA, struct.pack("<HHHd", 300, 0, 0, 1) + bytes(6)),
        "formula_of_junk": _record(FORMULA, struct.pack("<HHHd", 300, 0, 0, 1) + bytes(6) + b"\x40\x00" + b"\xff" * 64),
        "formula_cut": _record(FORMULA, struct.pack("<HHHd", 300, 0, 0, 1) + bytes(6) + b"\xff\xff\x44"),
        "blanks_cut": _record(BLANKS, b"\x01\x00"),
        "merged_ranges_cut": _record(MERGED, b"\xff\xff\x00"),
        "merged_range_of_all": _record(MERGED, struct.pack("<5H", 1, 0, 0xFFFF, 0, 0xFF)),
        "continued_by_nothing": _record(CONTINUE, b""),
        "size_of_all": _record(SIZE, struct.pack("<LLHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)),
        "size_backwards": _record(SIZE, struct.pack("<LLHHH", 0xFFFFFFFF, 0, 0xFFFF, 0, 0)),
        "size_of_one": _record(SIZE, struct.pack("<LLHHH", 0, 1, 0, 1, 0)),
        "unknown_records": _record(0x7777, bytes(30)) * 1000,
        "sheet_in_sheet": _record(*_begin(0x10)) * 500,
        "half_a_record": b"\x03",
    }
    for name, piece in pieces.items():
        _add(f"record_{name}", "2.records", _DAMAGED, lambda form, piece=piece: _plus(form, piece))  # type: ignore[misc]
    corners = {"last_cell": (65_535, 255), "cell_beyond": (65_535, 65_535)}
    for name, (row, column) in corners.items():
        cell = _record(NUMBER, struct.pack("<HHHd", row, column, 0, 1))
        _add(name, "1.1", either("F02", "F04", "F05"), lambda form, cell=cell: _plus(form, cell))  # type: ignore[misc]


def _of_all() -> None:
    string = _text("a")
    pieces = {
        "strings_count_lies": _record(STRINGS, struct.pack("<LL", 0x7FFFFFFF, 0x7FFFFFFF) + string * 3),
        "strings_negative": _record(STRINGS, struct.pack("<LL", 0xFFFFFFFF, 0xFFFFFFFF)),
        "strings_cut": _record(STRINGS, struct.pack("<LL", 9, 9) + b"\xff\xff\x01a"),
        "strings_continued_oddly": _record(STRINGS, struct.pack("<LLHB", 1, 1, 99, 1)) + _record(CONTINUE, b"\x01a"),
        "strings_rich_beyond": _record(STRINGS, struct.pack("<LLHBHL", 1, 1, 1, 0x0C, 0xFFFF, 0x7FFFFFFF) + b"a"),
        "names_of_junk": _record(0x18, b"\xff" * 40),
        "format_of_junk": _record(0x41E, b"\x0e\x00\xff\xff\x01a"),
        "codepage_unknown": _record(0x42, b"\x39\x30"),
        "links_of_junk": _record(0x17, b"\xff\xff" + b"\xff" * 9),
        "sheet_name_cut": _record(SHEET, b"\x00\x00\x00\x00\x00\x00\xff\x01a"),
    }
    for name, piece in pieces.items():
        _add(name, "1.1" if "strings" in name else "2.records", _DAMAGED, lambda form, p=piece: _global(form, p))  # type: ignore[misc]
    _add("with_password", "2.password", refused("F03"), lambda form: Ole({"Workbook": _locked(form)}).data())
    for name, place in {"beyond": 0x7FFFFFF0, "of_all": 0, "of_itself": 20}.items():
        _add(
            f"sheet_place_{name}",
            "2.records",
            refused("F02", "F04", "F05"),
            lambda form, place=place: Ole(  # type: ignore[misc]
                {"Workbook": workbook(sheets_of(form), places=lambda true: place)}
            ).data(),
        )


def _locked(form: bytes) -> bytes:
    stream = workbook(sheets_of(form))
    return stream[:20] + _record(PASSWORD, struct.pack("<HHH", 1, 1, 1) + bytes(48)) + stream[20:]


def _sectors() -> None:
    def patched(offset: int, number: int) -> Callable[[bytes], bytes]:
        return lambda form: Ole({"Workbook": workbook(sheets_of(form))}, [(offset, struct.pack("<L", number))]).data()

    def linked(*links: tuple[int, int]) -> Callable[[bytes], bytes]:
        return lambda form: Ole({"Workbook": workbook(sheets_of(form))}, links=links).data()

    makes = {
        "chain_to_itself": linked((2, 2)),
        "chain_back": linked((9, 1)),
        "chain_beyond": linked((3, 0x00FFFFFF)),
        "chain_ends_early": linked((2, END)),
        "directory_to_itself": linked((0, 0)),
        "table_count_huge": patched(44, 0x7FFFFFFF),
        "table_count_none": patched(44, 0),
        "directory_beyond": patched(48, 0x7FFFFFFF),
        "small_sectors_beyond": patched(60, 0x00FFFFFF),
        "more_tables_in_a_loop": patched(68, 1),
        "more_tables_huge": patched(72, 0x7FFFFFFF),
        "sector_of_one_byte": patched(30, 0x00060000),
        "sector_of_gigabytes": patched(30, 0x0006001F),
        "small_stream_limit_huge": patched(56, 0x7FFFFFFF),
        "table_in_the_header": patched(76, 0xFFFFFFF0),
    }
    for name, make in makes.items():
        _add(f"sector_{name}", "2.records", _DAMAGED, make)
    trees = {"itself": [(1, (1, 1, 1))], "root": [(0, (0, 0, 0))], "beyond": [(0, (9999, 9999, 9999))]}
    for name, tree in trees.items():
        _add(
            f"tree_of_{name}",
            "2.records",
            _DAMAGED,
            lambda form, tree=tree: Ole({"Workbook": workbook(sheets_of(form))}, siblings=tree).data(),  # type: ignore[misc]
        )
    _add(
        "stream_size_huge",
        "2.records",
        _DAMAGED,
        lambda form: Ole({"Workbook": workbook(sheets_of(form))}, sizes={"Workbook": 2**62}).data(),
    )
    _add("stream_empty", "2.records", refused("F02", "F05"), lambda form: Ole({"Workbook": b""}).data())
    _add("header_only", "2.records", refused("F01", "F02"), lambda form: xls_of(form)[:SECTOR])
    _add(
        "with_macros",
        "3.links",
        taken("F16"),
        lambda form: Ole({"Workbook": workbook(sheets_of(form)), "_VBA_PROJECT": b"x"}).data(),
    )
    encrypted = {"EncryptionInfo": b"\x04\x00\x04\x00", "EncryptedPackage": bytes(5000)}
    add("xlsx_with_password", "2.password", refused("F03"), lambda form: Ole(encrypted).data())
    add("doc_as_xlsx", "2.type", refused("F01"), lambda form: Ole({"WordDocument": bytes(900)}).data())
    add("msg_as_xlsx", "2.type", refused("F01"), lambda form: Ole({"__substg1.0_0037001F": b"a"}).data())


_records()
_of_all()
_sectors()
