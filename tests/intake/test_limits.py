"""Files made to exhaust whoever reads them: each is stopped at the gate, quickly, without the memory it asks for; and
what people really do to their workbooks is not."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.support.forms import saved
from tests.support.ole import biff8, cell, ole_of, record
from tests.support.packages import SHEET1, book_with, rezipped, zip_of
from tests.support.returns import codes, filled, look, said, sheet_of
from tests.support.zips import overlapping
from tracker.intake.guard import open_package
from tracker.intake.ole import SIGNATURE
from tracker.intake.zips import MAX_RATIO, Stopped
from tracker.model import Package, Verdict

MAX_BYTES = 20 * 1024**2
MIB = 1024**2


def judged(data: bytes) -> str:
    """The format of a file that passes, or why it does not."""
    found = open_package(data, MAX_BYTES)
    return found.format if isinstance(found, Package) else found.problem


# --- makers -----------------------------------------------------------------------------------------------------------

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
CELL = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
EMPTY_REST = '<table:table-cell table:style-name="ce1" table:number-columns-repeated="16383"/>'


def ods(rows: str) -> bytes:
    """A spreadsheet of one table with these rows."""
    table = f'<table:table table:name="a">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {_ODF}>{body}</office:document-content>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zip_of({"mimetype": kind, "META-INF/manifest.xml": b"<m/>", "content.xml": content.encode()})


def row(cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def wide(times: int) -> str:
    return CELL.replace("<table:table-cell", f'<table:table-cell table:number-columns-repeated="{times}"')


def _brt(kind: int, content: bytes) -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(content)]) + content


def xlsb(*cells: tuple[int, int], kind: int = 2, named: int = 1) -> bytes:
    """A binary workbook: one sheet with these cells, which the workbook names so many times."""
    rows = b"".join(_brt(0, struct.pack("<II9x", r, 0)) + _brt(kind, struct.pack("<III", c, 0, 7)) for r, c in cells)
    book = _brt(156, bytes(20)) * named
    return zip_of({"xl/workbook.bin": book, "xl/worksheets/sheet1.bin": _brt(129, b"") + rows + _brt(130, b"")})


def part(name: str, content: bytes) -> bytes:
    """The form of an agency with one part replaced or added."""
    book = filled("hth")
    if name in zipfile.ZipFile(io.BytesIO(book)).namelist():
        return rezipped(book, lambda each, old: content if each == name else old)
    return rezipped(book, more={name: content})


def many_cells() -> bytes:
    """Sixty million cells; no two rows are alike to a packer that looks at a few of them."""
    cells = "".join(f'<c t="n"><v>{n % 977}</v></c><c/>' for n in range(40_000))
    return book_with(f"<row>{cells}</row>" * 150)


def many_strings() -> bytes:
    texts = b"".join(b"<si><t>%d</t></si>" % (n * 7919 % 100_003) for n in range(400_000))
    return part("xl/sharedStrings.xml", b"<sst>" + texts * 12 + b"</sst>")


def many_styles() -> bytes:
    formats = b"".join(b'<xf numFmtId="%d" fontId="%d"/>' % (n % 97, n % 101) for n in range(100_000))
    return part("xl/styles.xml", b"<styleSheet><cellXfs>" + formats * 12 + b"</cellXfs></styleSheet>")


def named_again() -> bytes:
    return xlsb((4000, 9), named=200)


FAR_XLS = biff8(cell(0, 0) + cell(65_535, 255))
MULRK = record(0xBD, struct.pack("<HHHiH", 60_000, 0, 0, 1, 255))
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "60 M cells": (many_cells, "too_large"),
    "many strings": (many_strings, "too_large"),
    "many styles": (many_styles, "too_large"),
    "a sheet of blanks": (lambda: part(SHEET1, b"<worksheet>" + b" " * 60 * MIB), "too_large"),
    "ods, rows repeated": (lambda: ods(row(CELL * 3, 1_048_576)), "too_large"),
    "ods, cells repeated": (lambda: ods(row(wide(16_384)) * 200), "too_large"),
    "ods, far corner": (
        lambda: ods(row(CELL) + row("<table:table-cell/>", 1_048_574) + row(EMPTY_REST + CELL)),
        "too_large",
    ),
    "ods, beyond the sheet": (lambda: ods(row(CELL, 99_999_999)), "damaged"),
    "ods, many tables": (lambda: ods((row(CELL * 2, 99_999) + "</table:table><table:table>") * 20), "too_large"),
    "xlsb, far corner": (lambda: xlsb((0, 0), (1_048_575, 16_383)), "too_large"),
    "xlsb, beyond the sheet": (lambda: xlsb((1_048_576, 0)), "damaged"),
    "xlsb, one sheet 200 times": (named_again, "too_large"),
    "xlsb, DTD in its links": (
        lambda: zip_of({"xl/workbook.bin": b"x", "xl/_rels/workbook.bin.rels": b"<!DOCTYPE a><r/>"}),
        "too_large",
    ),
    "xls, far corner": (lambda: ole_of({"Workbook": FAR_XLS}), "too_large"),
    "xls, far corner in a row of numbers": (lambda: ole_of({"Workbook": biff8(MULRK)}), "too_large"),
    "xls, one sheet 999 times": (
        lambda: ole_of({"Workbook": biff8(cell(9999, 0), after_bof=record(0x85, bytes(9)) * 999)}),
        "too_large",
    ),
    "xls, claims 10^15 bytes": (
        lambda: ole_of({"Workbook": biff8(cell(0, 0), dimensions=(0xFFFFFFFF, 0xFFFF))}),
        "damaged",
    ),
    "ole, stream in a circle": (lambda: ole_of({"Workbook": biff8(cell(0, 0))}, circle="Workbook"), "damaged"),
    "ole, directory in a circle": (lambda: ole_of({"Workbook": biff8(cell(0, 0))}, circle="directory"), "damaged"),
    "overlapping entries": (lambda: overlapping(2000), "damaged"),
    "UTF-7": (
        lambda: part("xl/workbook.xml", b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-ENTITY a'),
        "too_large",
    ),
    "UTF-16 without its mark": (
        lambda: part("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16-le")),
        "too_large",
    ),
    "UTF-32": (lambda: part("xl/styles.xml", "<!DOCTYPE a><a/>".encode("utf-32-be")), "too_large"),
}


@cache
def bomb(name: str) -> bytes:
    return BOMBS[name][0]()


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    data, wanted = bomb(name), BOMBS[name][1]
    assert len(data) < MAX_BYTES
    started = time.process_time()
    assert judged(data) == wanted
    assert time.process_time() - started < 1
    examined = look(data)
    assert (codes(examined), examined.verdict) == (["F04" if wanted == "too_large" else "F02"], Verdict.REFUSED)


_MEASURE = """
import resource, sys
from tracker.intake.guard import open_package
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
open_package(data, 20 * 1024**2)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as POSIX has it")
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_get_no_memory(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bomb") / "a.bin"
    path.write_bytes(bomb(name))
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100, "megabytes"


@pytest.mark.parametrize("size", [0, 7, 511, 513, 4096])
def test_ole_cut_off(size: int) -> None:
    data = ole_of({"Workbook": biff8(cell(0, 0))})
    assert look(SIGNATURE + data[8 : 8 + size]).verdict is Verdict.REFUSED


# --- not too strict ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        ods(row(CELL + EMPTY_REST) + row(EMPTY_REST, 1_048_575)),
        ods(row("<table:table-cell/>", 65_000) + row(CELL)),
        ods(row(wide(200)) * 60),
        ods("".join(row(CELL * 17, 1) for _ in range(3000))),
        xlsb((0, 0), (4999, 200)),
        xlsb((0, 0), (1_048_575, 16_383), kind=1),
        ole_of({"Workbook": biff8(cell(0, 0) + record(0x201, struct.pack("<HHH", 65_535, 255, 0)))}),
        ole_of({"Workbook": biff8(*[cell(300, 20)] * 60, dimensions=(65_536, 256))}),
        ole_of({"Workbook": biff8(cell(3000, 30))}, ("_VBA_PROJECT_CUR",)),
    ],
    ids=["ods formatted", "ods low", "ods wide", "ods long", "xlsb", "xlsb blank", "xls blank", "sheets", "vba"],
)  # fmt: skip
def test_large_and_harmless(data: bytes) -> None:
    assert judged(data) in ("ods", "xlsb", "xls")


def _decorate(book: Workbook) -> None:
    sheet = sheet_of(book)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=8, min_row=12, max_row=16))
    sheet.add_chart(chart, "T20")
    sheet["C12"].comment = Comment("Đã xem", "Lan")
    sheet.print_title_rows = "1:2"


def _style(book: Workbook) -> None:
    other = book.create_sheet("Nháp")
    for number in range(3000):
        other.cell(number % 60 + 1, number // 60 + 1, number).font = Font(size=8 + number / 1000, bold=bool(number % 2))


def _widen(book: Workbook) -> None:
    other = book.create_sheet("Rộng")
    for line in range(1, 301):
        other.append([line * column for column in range(200)])


def _format_down(book: Workbook) -> None:
    sheet = sheet_of(book)
    for number in range(1000, 21_000):
        sheet.cell(number, 3).font = Font(bold=True)
    sheet["C1048576"].font = Font(bold=True)


@pytest.mark.parametrize("change", [_decorate, _style, _widen, _format_down])
def test_what_people_do_to_their_workbooks(change: Callable[[Workbook], None]) -> None:
    book = load_workbook(io.BytesIO(filled()))
    change(book)
    more = {"xl/printerSettings/printerSettings1.bin": bytes(4000), "xl/media/image1.png": b"\x89PNG" + bytes(9000)}
    data = rezipped(saved(book), more=more)
    assert said(look(data)) == said(look(filled()))


def test_equal_rows_are_no_bomb() -> None:
    """The most regular sheets that programs write, large enough for the ratio to be looked at, stay far below it."""
    line = "".join(f'<c r="{letter}{{0}}" s="1" t="s"><v>7</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{line.format(n)}</row>' for n in range(1, 60_001))
    assert len(rows) > 20 * MIB
    data = book_with(rows)
    assert judged(data) == "xlsx"
    entry = zipfile.ZipFile(io.BytesIO(data)).getinfo(SHEET1)
    assert entry.file_size / entry.compress_size < MAX_RATIO / 5


def test_stopped_is_plain() -> None:
    """Facts go into the ledger."""
    for name in list(BOMBS)[3:15]:
        found = open_package(bomb(name), MAX_BYTES)
        assert isinstance(found, Stopped)
        assert {type(value) for value in found.facts.values()} <= {str, int}
