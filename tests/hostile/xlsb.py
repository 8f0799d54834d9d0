"""Binary workbooks (.xlsb): a form record by record, and what may be wrong in records."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.hostile.kinds import Expected, add, either, refused, taken
from tests.hostile.rawzip import deflated, written
from tests.support.forms import grids

ROW, BLANK, ERROR, REAL, TEXT, STRING_OF_TABLE = 0, 1, 3, 5, 6, 7
BEGIN, END, VIEW, DATA, DATA_END, SIZE, SHEETS, SHEETS_END, SHEET = 129, 130, 133, 145, 146, 148, 143, 144, 156
BOOK, BOOK_END, STRINGS, STRINGS_END, STRING = 131, 132, 159, 160, 19
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def record(number: int, content: bytes = b"", claimed: int | None = None) -> bytes:
    """A record: its number in one or two bytes, its length by sevens of bits."""
    name = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    return name + _length(len(content) if claimed is None else claimed) + content


def _length(size: int) -> bytes:
    out = b""
    while size > 127:
        out, size = out + bytes([size & 0x7F | 0x80]), size >> 7
    return out + bytes([size])


def wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def row(number: int) -> bytes:
    return record(ROW, struct.pack("<LLHBBBL", number, 0, 300, 0, 0, 0, 0))


def cell(column: int, value: Any) -> bytes:
    place = struct.pack("<LL", column & 0xFFFFFFFF, 0)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return record(REAL, place + struct.pack("<d", value))
    return record(TEXT, place + wide(f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)))


def sheet(grid: list[list[Any]], more: bytes = b"", size: tuple[int, int, int, int] | None = None) -> bytes:
    box = size or (0, len(grid), 0, max(map(len, grid), default=0))
    body = record(BEGIN) + record(SIZE, struct.pack("<4L", *box)) + record(DATA)
    for number, line in enumerate(grid):
        body += row(number) + b"".join(cell(column, value) for column, value in enumerate(line) if value != "")
    return body + more + record(DATA_END) + record(END)


def _listed(names: list[str]) -> bytes:
    sheets = (record(SHEET, struct.pack("<LL", 0, n) + wide(f"rId{n}") + wide(name)) for n, name in enumerate(names, 1))
    return record(BOOK) + record(SHEETS) + b"".join(sheets) + record(SHEETS_END) + record(BOOK_END)


def package(sheets: dict[str, bytes], more: dict[str, bytes] | None = None) -> bytes:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.bin"/>'
    parts = {
        "xl/workbook.bin": _listed(list(sheets)),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_RELS}">{links}</Relationships>'.encode(),
        "xl/sharedStrings.bin": record(STRINGS, struct.pack("<LL", 0, 0)) + record(STRINGS_END),
        **{f"xl/worksheets/sheet{n}.bin": data for n, data in enumerate(sheets.values(), 1)},
        **(more or {}),
    }
    return written([deflated(name, data) for name, data in parts.items()])


def xlsb_of(form: bytes, tail: bytes = b"", more: dict[str, bytes] | None = None) -> bytes:
    """The values of a form as an .xlsb, texts in their cells; `tail`: records behind those of the first sheet."""
    read = grids(form)
    first = next(iter(read))
    return package({name: sheet(grid, tail if name == first else b"") for name, grid in read.items()}, more)


def _add(name: str, fact: str, expected: Expected, make: Callable[[bytes], bytes]) -> None:
    add(f"xlsb_{name}", fact, expected, make, ending="xlsb")


_DAMAGED = either("F02", "F04", "F05", "F17", "P01", "P07")


def _records() -> None:
    _add("plain", "1.10", taken(), xlsb_of)
    place = struct.pack("<LL", 0, 0)
    tails = {
        "last_cell": row(1_048_575) + cell(16_383, 1),
        "row_beyond": row(0xFFFFFFFF) + cell(0, 1),
        "column_beyond": row(300) + cell(0xFFFFFFFF, 1),
        "both_beyond": row(0xFFFFFFF0) + cell(0xFFFFFFF0, 1),
        "rows_backwards": row(5) + cell(0, 1) + row(2) + cell(0, 1),
        "length_beyond_the_end": record(REAL, place, 0x0FFFFFFF),
        "length_of_five_bytes": b"\x05\xff\xff\xff\xff\xff\xff",
        "cell_cut": record(REAL, b"\x01"),
        "text_length_lies": row(300) + record(TEXT, place + struct.pack("<L", 0xFFFFFFF0)),
        "text_of_half_a_letter": row(300) + record(TEXT, place + struct.pack("<L", 1) + b"\x00"),
        "lone_surrogate": row(300) + record(TEXT, place + struct.pack("<LH", 1, 0xD800)),
        "string_far_beyond": row(300) + record(STRING_OF_TABLE, place + struct.pack("<L", 0xFFFFFFF0)),
        "style_beyond": row(300) + record(REAL, struct.pack("<LLd", 0, 0xFFFFFF, 1)),
        "error_unknown": row(300) + record(ERROR, place + b"\x77"),
        "formula_cut": row(300) + record(8, place + struct.pack("<L", 0xFFFF)),
        "unknown_records": record(0x1FFF, bytes(9)) * 3000,
        "never_ends": b"\xff" * 4000,
    }
    for name, tail in tails.items():
        fact = "1.1" if "beyond" in name or name == "last_cell" else "2.records"
        _add(name, fact, _DAMAGED, lambda form, tail=tail: xlsb_of(form, tail))  # type: ignore[misc]
    strings = {
        "strings_claimed": record(STRINGS, struct.pack("<LL", 0xFFFFFFFF, 0xFFFFFFFF)) + record(STRINGS_END),
        "strings_many_claimed": record(STRINGS, struct.pack("<LL", 50_000_000, 50_000_000)) + record(STRINGS_END),
        "strings_cut": record(STRINGS, b"\x01"),
        "string_of_nothing": record(STRINGS, struct.pack("<LL", 1, 1)) + record(STRING) + record(STRINGS_END),
        "styles_of_junk": b"",
    }
    for name, data in strings.items():
        part = {"xl/styles.bin": b"\xff" * 300} if not data else {"xl/sharedStrings.bin": data}
        _add(name, "1.1", _DAMAGED, lambda form, part=part: xlsb_of(form, more=part))  # type: ignore[misc]
    sizes = {"of_all": (0, 0xFFFFFFFF, 0, 0xFFFFFFFF), "backwards": (99, 0, 99, 0), "large": (0, 1_048_575, 0, 16_383)}
    for name, size in sizes.items():
        _add(
            f"size_{name}",
            "1.1",
            _DAMAGED,
            lambda form, size=size: package({n: sheet(grid, size=size) for n, grid in grids(form).items()}),  # type: ignore[misc]
        )


def _broken() -> None:
    _add(
        "workbook_cut", "2.parts", refused("F02", "F05"), lambda form: xlsb_of(form, more={"xl/workbook.bin": b"\x83"})
    )
    rels = "xl/_rels/workbook.bin.rels"
    _add("links_gone", "2.parts", refused("F02", "F05"), lambda form: xlsb_of(form, more={rels: b""}))
    _add(
        "sheet_empty",
        "2.parts",
        refused("F02", "F05"),
        lambda form: xlsb_of(form, more={"xl/worksheets/sheet1.bin": b""}),
    )
    _add("with_macros", "3.links", taken("F16"), lambda form: xlsb_of(form, more={"xl/vbaProject.bin": b"x"}))
    wholly = {"xl/workbook.bin": bytes(range(256)) * 40}
    _add("of_junk", "2.parts", refused("F02", "F05"), lambda form: xlsb_of(form, more=wholly))


_records()
_broken()
