"""Loading a return: what cells hide in every format, years from 1904, and a second engine where the first fails."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.support.binary import biff, ole_of, record, xls_of, xlsb_of
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.packages import rezipped, zip_of
from tests.support.returns import changed, codes, filled, look, package_of, put, said, table_in
from tracker.forms.load import Loaded, load
from tracker.forms.scan_ods import scan_ods
from tracker.forms.scan_xls import scan_xls
from tracker.forms.scan_xlsb import scan_xlsb
from tracker.model import Verdict

TASK = "27TB-4"
REPORT = "xl/worksheets/sheet1.xml"
UNTOUCHED = said(look(filled()))


def place_of(key: str, task: str = TASK) -> str:
    places: list[str] = []

    def look_up(book: Workbook) -> None:
        places.append(table_in(book).cell(task, key).coordinate)

    changed(look_up)
    return places[0]


PERCENT, RESULT = place_of("percent"), place_of("result")


def found(data: bytes) -> list[tuple[str, str]]:
    """(code, cell) of everything found."""
    return [(finding.code, finding.cell) for finding in look(data).findings]


def without(*keys: str, task: str = TASK) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What the untouched form says, but for these values of one task."""
    answers = {place: dict(values) for place, values in UNTOUCHED.items()}
    for key in keys:
        del answers["report", task][key]
    return answers


def test_the_untouched_form_is_read_once() -> None:
    loaded = load(package_of(filled()))
    assert (loaded.engine, loaded.disputed) == ("calamine", ())


# --- error cells and formulas without a value, whatever the format ----------------------------------------------------


def written(ref: str, xml: str) -> bytes:
    """The filled form with one cell's XML replaced, in the first sheet."""
    pattern = re.compile(rf'<c r="{ref}"[^>]*?(?:/>|>.*?</c>)'.encode())

    def change(name: str, content: bytes) -> bytes:
        return pattern.sub(xml.encode(), content) if name == REPORT else content

    return rezipped(changed(), change)


def converted(data: bytes, ending: str, folder: Path) -> bytes:
    """Saved once more by LibreOffice."""
    path = folder / "form.xlsx"
    path.write_bytes(data)
    return soffice_convert(path, ending, folder / "out").read_bytes()


ERROR = f'<c r="{RESULT}" t="e"><f>NA()</f><v>#N/A</v></c>'


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_an_error_cell_saved_by_libreoffice(ending: str, tmp_path: Path) -> None:
    data = converted(written(RESULT, ERROR), ending, tmp_path)
    assert ("R15", RESULT) in found(data)
    assert said(look(data)) == without("result")


def test_an_error_cell_of_xlsx_is_read_twice_and_told_once() -> None:
    data = written(RESULT, ERROR)
    assert found(data) == [("R15", RESULT)]


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_text_that_libreoffice_does_not_calculate(ending: str, tmp_path: Path) -> None:
    """It keeps the text or, in .xls, writes the number 0 in its place."""
    text = f'<c r="{RESULT}" t="str"><f>"a"</f><v>Đã xong phần 1</v></c>'
    examined = look(converted(written(RESULT, text), ending, tmp_path))
    kept = {**UNTOUCHED, ("report", TASK): {**UNTOUCHED["report", TASK], "result": "Đã xong phần 1"}}
    assert said(examined) == (without("result") if ending == "xls" else kept)
    assert codes(examined) == (["R14"] if ending == "xls" else [])


@pytest.mark.parametrize(("value", "code"), [("#N/A", "R15"), ("=", "R14"), ("=0", "R14")])
def test_cells_of_xlsb(value: str, code: str) -> None:
    data = xlsb_of(changed(put(TASK, result=value)))
    assert (code, RESULT) in found(data)
    assert said(look(data)) == without("result")


def test_xlsb_says_what_xlsx_says() -> None:
    examined = look(xlsb_of(changed()))
    assert (said(examined), codes(examined)) == (UNTOUCHED, [])


def test_percentages_of_xlsb() -> None:
    def show(book: Workbook) -> None:
        cell = table_in(book).cell(TASK, "percent")
        cell.value, cell.number_format = 1, "0%"

    assert said(look(xlsb_of(changed(show))))["report", TASK]["percent"] == 100


def test_merged_cells_of_xlsb_answer_for_every_row() -> None:
    def merge(book: Workbook) -> None:
        table = table_in(book)
        rows, column = sorted(table.rows.values()), table.columns["person"]
        letters = get_column_letter(column)
        table.sheet.cell(rows[0], column).value = "Phòng Tổng hợp"
        table.sheet.merge_cells(f"{letters}{rows[0]}:{letters}{rows[-1]}")

    answers = said(look(xlsb_of(changed(merge))))
    assert {values["person"] for (table, _), values in answers.items() if table == "report"} == {"Phòng Tổng hợp"}


def formula(result: bytes, row: int = 0) -> bytes:
    return biff(0x06, "HHH", row, 0, 0, more=result + bytes(8))


EMPTY, TEXT, BROKEN = (bytes([kind, 0, 0x2A if kind == 2 else 0, 0, 0, 0, 0xFF, 0xFF]) for kind in (3, 0, 2))
SAID = biff(0x207, "HB", 1, 0, more=b"x")


@pytest.mark.parametrize(
    ("cells", "errors", "empties"),
    [
        ((formula(struct.pack("<d", 2)),), (), ()),
        ((formula(BROKEN),), ("A1",), ()),
        ((biff(0x205, "HHHBB", 4, 27, 0, 0x2A, 1),), ("AB5",), ()),
        ((biff(0x205, "HHHBB", 4, 27, 0, 1, 0),), (), ()),
        ((formula(EMPTY),), (), ("A1",)),
        ((formula(TEXT), SAID), (), ()),
        ((formula(TEXT), formula(TEXT, 1), SAID), (), ("A1",)),
        ((formula(TEXT), biff(0x207, "HB", 0, 0)), (), ("A1",)),
    ],
)
def test_formulas_of_xls(cells: tuple[bytes, ...], errors: tuple[str, ...], empties: tuple[str, ...]) -> None:
    flags = scan_xls(xls_of(*cells))[0].sheets["S"]
    assert (flags.errors, flags.empty_formulas) == (frozenset(errors), frozenset(empties))
    assert not flags.zero_formulas


def test_formulas_of_xls_that_give_zero() -> None:
    figures = biff(0x203, "HHHd", 1, 0, 0, 0.0), biff(0x06, "HHH", 2, 0, 0, more=struct.pack("<d", 1) + bytes(8))
    flags = scan_xls(xls_of(formula(bytes(8)), *figures))[0].sheets["S"]
    assert flags.zero_formulas == {"A1"}
    assert not flags.empty_formulas


def test_formats_and_fonts_of_xls() -> None:
    number, text = biff(0x203, "HHHd", 1, 1, 1, 0.5), biff(0xFD, "HHHI", 2, 2, 4, 0)
    many = biff(0xBD, "HHHIHIH", 3, 4, 0, 0, 1, 0, 5)
    merged = biff(0xE5, "HHHHH", 1, 2, 5, 0, 1)
    scan, areas = scan_xls(xls_of(number, text, many, merged, is_1904=True, fonts=["A", "B", "C", "D", ".VnTime"]))
    flags = scan.of("S")
    assert (flags.percents, flags.fonts) == (frozenset({"B2", "F4"}), {"C3": ".VnTime"})
    assert flags.is_1904
    assert areas == {"S": (((2, 0), (5, 1)),)}


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
 <table:table table:name="S"><table:table-row table:number-rows-repeated="{down}"><table:table-cell/>{cell}
 </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ('table:formula="=1" calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p>', "errors"),
        ('table:formula="=1" office:value-type="string" office:string-value=""><text:p>Err:502</text:p>', "errors"),
        ('table:formula="=1">', "empty_formulas"),
        ('table:formula="=1" office:value-type="float" office:value="0"><text:p>0</text:p>', "zero_formulas"),
        ('office:value-type="float" office:value="0"><text:p>0</text:p>', ""),
        ('office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>', "percents"),
        ('table:formula="=1" office:value-type="float" office:value="1"><text:p>1</text:p>', ""),
        ('office:value-type="string"><text:p>#N/A</text:p>', ""),
    ],
)
def test_cells_of_ods(cell: str, flag: str) -> None:
    xml = ODS.format(down=2, cell=f"<table:table-cell {cell}</table:table-cell>").encode()
    flags = scan_ods({"content.xml": xml})[0].sheets["S"]
    sets = ("errors", "empty_formulas", "zero_formulas", "percents")
    told = {name: getattr(flags, name) for name in sets if getattr(flags, name)}
    assert told == ({flag: {"B1", "B2"}} if flag else {})


def test_a_cell_of_ods_that_stands_for_a_million_is_bounded() -> None:
    xml = ODS.format(down=1_000_000, cell='<table:table-cell table:formula="=1"/>').encode()
    assert len(scan_ods({"content.xml": xml})[0].sheets["S"].empty_formulas) == 2000


def test_an_ole_file_without_a_workbook_has_no_flags() -> None:
    assert scan_xls(ole_of("Something", bytes(4096)))[0].sheets == {}


ANY = st.binary(max_size=3000)


@given(ANY, st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=40))
def test_scans_survive_any_bytes(data: bytes, records: list[tuple[int, bytes]]) -> None:
    """Flags or nothing: whether a damaged file can be read is for the readers to say."""
    stream = b"".join(struct.pack("<HH", kind, len(contents)) + contents for kind, contents in records)
    for content in (data, stream):
        scan_xls(content)
        scan_xls(ole_of("Workbook", content))
        scan_xls(xls_of(content))
        scan_ods({"content.xml": content})
    links = b'<r><r Id="rId1" Target="worksheets/a.bin"/></r>'
    book = record(156, bytes(8) + struct.pack("<I", 4) + "rId1".encode("utf-16-le") + bytes(4))
    sheet = b"".join(record(kind % 200, contents) for kind, contents in records)
    parts = {"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": links}
    for content in (data, sheet):
        scan_xlsb({**parts, "xl/worksheets/a.bin": content, "xl/styles.bin": content})
        scan_xlsb({**parts, "xl/workbook.bin": content})


# --- years from 1904 --------------------------------------------------------------------------------------------------


def in_1904(book: Workbook) -> None:
    """The same days in the other calendar; openpyxl writes them by the book's epoch."""
    book.epoch = CALENDAR_MAC_1904


@pytest.mark.parametrize(("day", "is_number"), [(datetime(2025, 3, 14), False), (45730 - 1462, True)])
@pytest.mark.parametrize("save", [lambda data: data, xlsb_of], ids=["xlsx", "xlsb"])
def test_days_of_1904(day: Any, is_number: bool, save: Callable[[bytes], bytes]) -> None:
    def write(book: Workbook) -> None:
        cell = table_in(book).cell(TASK, "completed_on")
        cell.value, cell.number_format = day, "General" if is_number else "dd/mm/yyyy"

    answers = said(look(save(changed(in_1904, write))))
    assert answers["report", TASK]["completed_on"] == date(2025, 3, 14)
    assert {k: v for k, v in answers.items() if k[1] != TASK} == {k: v for k, v in UNTOUCHED.items() if k[1] != TASK}


# --- a second engine --------------------------------------------------------------------------------------------------


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def loaded(data: bytes) -> Loaded:
    return load(package_of(data))


def strict(name: str, content: bytes) -> bytes:
    for old, new in (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        content = content.replace(old, new)
    return content


def in_part(part: str, *pairs: tuple[bytes, bytes]) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        for old, new in pairs if name == part else ():
            assert old in content
            content = content.replace(old, new)
        return content

    return change


@pytest.mark.parametrize(
    "change",
    [
        in_part("xl/styles.xml", (b"</styleSheet>", b"")),
        in_part(REPORT, (b"</sheetData>", b'<row r="900"><c r="A900" t="zz"><v>1</v></c></row></sheetData>')),
        in_part(REPORT, (b"</sheetData>", b'<row r="900"><c r="A900" t="s"><v>99999</v></c></row></sheetData>')),
    ],
    ids=["styles cut", "unknown type", "unknown shared string"],
)
def test_what_calamine_refuses(change: Callable[[str, bytes], bytes]) -> None:
    data = rezipped(changed(), change)
    assert loaded(data).engine == "openpyxl"
    assert said(look(data)) == UNTOUCHED


@pytest.mark.parametrize("index", ["77", "x"])
def test_an_answer_whose_shared_string_is_lost(index: str) -> None:
    data = with_strings(written(RESULT, f'<c r="{RESULT}" t="s"><v>{index}</v></c>'), "<si><t>Đã xong.</t></si>")
    assert found(data) == [("R15", RESULT)]
    assert said(look(data)) == without("result")


def test_what_nobody_reads_is_damaged() -> None:
    examined = look(rezipped(filled(), in_part("xl/workbook.xml", (b"</workbook>", b""))))
    assert (examined.verdict, codes(examined)) == (Verdict.REFUSED, ["F02"])


def test_strict_open_xml() -> None:
    data = rezipped(changed(), strict)
    assert found(data) == []
    assert said(look(data)) == UNTOUCHED


def test_a_small_dimension_cuts_nothing() -> None:
    data = rezipped(changed(), lambda n, c: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', c))
    assert loaded(data).flags.sheets["Báo cáo"].is_suspect
    assert (found(data), said(look(data))) == ([], UNTOUCHED)


def test_engines_that_differ_are_told_of() -> None:
    """An escaped letter, which one reader unfolds, in a sheet that claims to be smaller than it is."""
    data = written(RESULT, f'<c r="{RESULT}" t="inlineStr"><is><t>Da_x0041_ xong 3 xa</t></is></c>')
    data = rezipped(data, lambda n, c: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', c))
    reading = loaded(data)
    assert [(each.cell, {each.value, each.other}) for each in reading.disputed] == [
        (RESULT, {"Da_x0041_ xong 3 xa", "DaA xong 3 xa"})
    ]
    assert found(data) == [("F22", RESULT)]


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_the_other_engines_read_the_same(ending: str, tmp_path: Path) -> None:
    """An error cell anywhere has the file read twice; both agree on every cell of a form."""
    data = converted(written(RESULT, ERROR), ending, tmp_path)
    reading = loaded(data)
    assert reading.disputed == ()
    from tracker.forms.second import second_reading

    second = second_reading(package_of(data))
    assert second is not None
    assert second.grids.keys() == reading.grids.keys()


# --- packages that no spreadsheet program writes ----------------------------------------------------------------------


def renamed(rename: Callable[[str], str], *pairs: tuple[bytes, bytes]) -> bytes:
    result = {}
    for name, content in parts_of(changed()).items():
        for old, new in pairs if name.endswith((".rels", "Types].xml")) else ():
            content = content.replace(old, new)
        result[rename(name)] = content
    return zip_of(result)


def prefixed(name: str, content: bytes) -> bytes:
    if not name.startswith(("xl/worksheets/sheet", "xl/workbook.xml", "xl/sharedStrings")):
        return content
    return re.sub(rb"<(/?)(?!\?|x:)([a-zA-Z])", rb"<\1x:\2", content.replace(b'xmlns="', b'xmlns:x="'))


def wide(*names: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
        return ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16") if name in names else content

    return change


def without_references(name: str, content: bytes) -> bytes:
    return re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", content) if name.startswith("xl/worksheets/") else content


def filled_in(change: Callable[[str, bytes], bytes]) -> bytes:
    """The form with all cells written out, so that they can do without references."""

    def every_cell(book: Workbook) -> None:
        for sheet in book.worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    cell.number_format = cell.number_format

    return rezipped(changed(every_cell), change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: renamed(lambda n: n.replace("/workbook", "/book"), (b"xl/workbook.xml", b"xl/book.xml")),
        lambda: renamed(lambda n: n.replace("xl/", "office/"), (b'"/xl/', b'"/office/'), (b'"xl/', b'"office/')),
        lambda: renamed(lambda n: n.replace("[Content_Types]", "[content_types]")),
        lambda: renamed(str.upper),
        lambda: renamed(lambda n: n.replace("/", "\\")),
        lambda: renamed(lambda n: n.replace("sheet1.xml", "Sheet1.XML")),
        lambda: renamed(lambda n: f"/{n}"),
        lambda: rezipped(changed(), prefixed),
        lambda: rezipped(changed(), wide(REPORT)),
        lambda: rezipped(changed(), wide("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml")),
        lambda: filled_in(without_references),
        lambda: rezipped(changed(), lambda n, c: c.replace(b'"', b"'") if n.startswith("xl/worksheets/sheet") else c),
    ],
    ids=[
        *(
            "book.xml",
            "another folder",
            "content types",
            "capitals",
            "backslashes",
            "one in capitals",
        ),
        *("leading slash", "prefixes", "sheet in UTF-16", "all in UTF-16", "no references", "other quotes"),
    ],
)
def test_an_odd_package(make: Callable[[], bytes]) -> None:
    examined = look(make())
    assert said(examined) == UNTOUCHED
    assert set(codes(examined)) <= {"F06"}


@pytest.mark.parametrize("change", [prefixed, without_references, lambda n, c: c.replace(b'"', b"'")])
def test_error_cells_of_odd_xml(change: Callable[[str, bytes], bytes]) -> None:
    def sheets_only(name: str, content: bytes) -> bytes:
        return change(name, content) if name == REPORT else content

    data = rezipped(written(RESULT, ERROR), sheets_only)
    flags = loaded(data).flags.of("Báo cáo")
    assert RESULT in flags.errors


def test_broken_links_of_the_package_hurt_nobody() -> None:
    """They say where the workbook is; it is where it always is."""
    data = rezipped(changed(), lambda n, c: b"<Relationships" if n == "_rels/.rels" else c)
    assert said(look(data)) == UNTOUCHED


def test_chart_sheets_are_passed() -> None:
    def add(book: Workbook) -> None:
        book.create_chartsheet("Biểu đồ")

    assert said(look(changed(add))) == UNTOUCHED


def test_a_zip_with_data_descriptors() -> None:
    class Pipe(io.RawIOBase):
        """A target that cannot be sought: sizes follow the contents."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(filled()).items():
            archive.writestr(name, content)
    assert said(look(bytes(pipe.data))) == UNTOUCHED


# --- legacy fonts in some of a cell's words ---------------------------------------------------------------------------

RUNS = '<is><r><t xml:space="preserve">Sở </t></r><r><rPr><rFont val=".VnTime"/></rPr><t>®· hoµn thµnh</t></r></is>'


def test_a_run_in_a_legacy_font() -> None:
    """Beside words in Unicode, which are never touched."""
    data = written(RESULT, f'<c r="{RESULT}" t="inlineStr">{RUNS}</c>')
    assert said(look(data))["report", TASK]["result"] == "Sở đã hoàn thành"
    assert ("R18", RESULT) in found(data)


def test_a_shared_run_in_a_legacy_font() -> None:
    data = with_strings(written(RESULT, f'<c r="{RESULT}" t="s"><v>0</v></c>'), f"<si>{RUNS[4:-5]}</si>")
    assert said(look(data))["report", TASK]["result"] == "Sở đã hoàn thành"
    assert found(data) == [("R18", RESULT)]


def with_strings(data: bytes, items: str) -> bytes:
    """The workbook with a table of shared strings beside its inline ones."""
    name, kind = (
        "xl/sharedStrings.xml",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings",
    )
    table = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    link = f'<Relationship Id="rIdS" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'.encode()
    listed = f'<Override PartName="/{name}" ContentType="{content}"/></Types>'.encode()

    def change(part: str, xml: bytes) -> bytes:
        if part == "xl/_rels/workbook.xml.rels":
            return xml.replace(b"</Relationships>", link)
        return xml.replace(b"</Types>", listed) if part == "[Content_Types].xml" else xml

    return rezipped(data, change, {name: table.encode()})


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_legacy_font_saved_by_libreoffice(ending: str, tmp_path: Path) -> None:
    """Letters that make Vietnamese either way: only the font tells."""

    def write(book: Workbook) -> None:
        cell = table_in(book).cell(TASK, "result")
        cell.value, cell.font = "TiÕn ®é", Font(name=".VnTime")

    data = converted(changed(write), ending, tmp_path)
    assert loaded(data).flags.of("Báo cáo").fonts[RESULT] == ".VnTime"
    assert said(look(data))["report", TASK]["result"] == "Tiến độ"
