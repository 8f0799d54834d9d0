"""Odd, and yet innocent: what people and their programs really save. Taken with all its answers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.hostile.kinds import Expected, add, kind, taken
from tests.hostile.pieces import (
    BOOK_RELS,
    STRINGS,
    STYLES,
    WORKBOOK,
    after_cells,
    edited,
    more_rows,
    steady,
    substituted,
)
from tests.support.forms import saved
from tests.support.packages import SHEET1, rezipped
from tests.support.returns import sheet_of

_FACT = "1.10"


def _worked(name: str, change: Callable[[Workbook], None], expected: Expected = taken()) -> None:  # noqa: B008
    """A form on which somebody has worked with a spreadsheet program."""

    def make(form: bytes) -> bytes:
        book = load_workbook(io.BytesIO(form))
        change(book)
        return steady(saved(book))

    add(name, _FACT, expected, make)


def _parted(name: str, expected: Expected, **parts: bytes) -> None:
    """A form with parts beside those of ours; "__" in a name is "/", "_dot_" is "."."""
    named = {key.replace("__", "/").replace("_dot_", "."): content for key, content in parts.items()}
    add(name, _FACT, expected, lambda form: rezipped(form, more=named))


# --- cells and formats ------------------------------------------------------------------------------------------------


def _formatted_to_the_end(book: Workbook) -> None:
    for ref in ("A1048576", "Q1048576", "XFD9", "XFD1048576"):
        sheet_of(book)[ref].fill = PatternFill("solid", "FFFF00")


def _commented(book: Workbook) -> None:
    for row in range(1, 400):
        sheet_of(book).cell(row, 30).comment = Comment(f"Ghi chú {row}", "Văn thư")


def _charted(book: Workbook) -> None:
    sheet = book.create_sheet("Biểu đồ số liệu")
    for row in range(1, 6):
        sheet.append([row, row * 2])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, max_col=2, min_row=1, max_row=5))
    sheet.add_chart(chart, "E5")


def _chart_sheet_first(book: Workbook) -> None:
    book.create_chartsheet("Biểu đồ", 0).add_chart(BarChart())


def _hidden(book: Workbook) -> None:
    book.create_sheet("Trang khác", 0)
    for sheet in book.worksheets[1:]:
        sheet.sheet_state = "veryHidden"


def _three_hundred_sheets(book: Workbook) -> None:
    for number in range(300):
        book.create_sheet(f"S{number}").append(["a", number])


def _wide_names(book: Workbook) -> None:
    book.create_sheet("🏢 Sở KH&CN <\"'> " + "ệ" * 10)


def _filtered(book: Workbook) -> None:
    sheet_of(book).auto_filter.ref = "A1:Q40"


def _active_formulas(book: Workbook) -> None:
    sheet = book.create_sheet("Lạ")
    for number, formula in enumerate(
        ("=cmd|'/c calc'!A0", '=WEBSERVICE("http://127.0.0.1:9")', '=HYPERLINK("\\\\127.0.0.1\\a","a")', "=[9]X!A1"), 1
    ):
        sheet.cell(number, 1).value = formula


def _blank_and_coloured(form: bytes) -> bytes:
    rows = (
        b'<row r="%d">%s</row>' % (n, b"".join(b'<c r="%s%d" s="1"/>' % (c.encode(), n) for c in "ABCDEFGHIJKLMNOPQ"))
        for n in range(500, 6_500)
    )
    return more_rows(form, b"".join(rows))


def _blank_rows_to_the_end(form: bytes) -> bytes:
    return more_rows(form, b"".join(b'<row r="%d" ht="20"/>' % n for n in range(500, 60_500)) + b'<row r="1048576"/>')


_worked("formatted_to_the_last_row", _formatted_to_the_end)
_worked("comments", _commented)
_worked("charts", _charted)
_worked("chart_sheet_first", _chart_sheet_first)
_worked("everything_hidden", _hidden)
_worked("three_hundred_sheets", _three_hundred_sheets)
_worked("sheet_with_an_odd_name", _wide_names)
_worked("filtered", _filtered)
_worked("formulas_that_reach_out", _active_formulas, taken("F16"))
add("blank_cells_by_the_hundred_thousand", _FACT, taken(), _blank_and_coloured)
add("blank_rows_to_the_end", _FACT, taken(), _blank_rows_to_the_end)

# --- parts beside ours ------------------------------------------------------------------------------------------------

_LINK = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
_DDE = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
_parted("macros", taken("F16"), xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0" + bytes(600))
_parted("external_links", taken("F16"), xl__externalLinks__externalLink1_dot_xml=_LINK)
_parted("dde_link", taken("F16"), xl__externalLinks__externalLink1_dot_xml=_DDE)
_parted("pictures", taken(), xl__media__image1_dot_png=b"\x89PNG" + bytes(range(256)) * 900)
_parted("pivot_table", taken(), xl__pivotTables__pivotTable1_dot_xml=b"<pivotTableDefinition/>")
_parted("pivot_cache", taken(), xl__pivotCache__pivotCacheRecords1_dot_xml=b"<r>" + b"<n/>" * 9000 + b"</r>")
_parted("printer_settings", taken(), xl__printerSettings__printerSettings1_dot_bin=b"\x00" * 900)
_parted("embedded_word", taken("F16"), xl__embeddings__oleObject1_dot_bin=b"\xd0\xcf\x11\xe0" + bytes(900))
_parted("buttons", taken("F16"), xl__activeX__activeX1_dot_bin=bytes(90), xl__ctrlProps__ctrlProp1_dot_xml=b"<a/>")
_parted("data_model", taken(), xl__model__item_dot_data=bytes(5000))
_parted("connections", taken("F16"), xl__connections_dot_xml=b'<connections><connection id="1"/></connections>')
_parted("threaded_comments", taken(), xl__threadedComments__threadedComment1_dot_xml=b"<a/>")
_parted("custom_xml", taken(), customXml__item9_dot_xml=b"<a/>", customXml__itemProps9_dot_xml=b"<a/>")
_parted("old_macro_sheet", taken("F16"), xl__macrosheets__sheet1_dot_xml=b"<a/>")
_parted("names_in_vietnamese", taken(), **{"ghi chú/tệp ệ.xml": b""})

# --- other ways to write the same -------------------------------------------------------------------------------------


@kind(_FACT, taken())
def marks_of_byte_order(form: bytes) -> bytes:
    return rezipped(form, lambda name, old: b"\xef\xbb\xbf" + old if name.endswith(".xml") else old)


@kind(_FACT, taken())
def lines_of_windows(form: bytes) -> bytes:
    return rezipped(
        form, lambda name, old: old.replace(b"><", b">\r\n<") if name in (SHEET1, WORKBOOK, STYLES) else old
    )


@kind(_FACT, taken())
def single_quotes(form: bytes) -> bytes:
    """Attributes in single quotes; those that hold one keep theirs."""
    return rezipped(
        form, lambda name, old: re.sub(rb'="([^"\']*)"', rb"='\1'", old) if name.startswith("xl/w") else old
    )


@kind(_FACT, taken())
def prefixes_everywhere(form: bytes) -> bytes:
    def prefix(old: bytes) -> bytes:
        named = re.sub(rb"<(/?)(?![?!/]|\w+:)", rb"<\1x:", old)
        return named.replace(b' xmlns="http', b' xmlns:x="http', 1)

    return edited(edited(form, SHEET1, prefix), STRINGS, prefix)


@kind(_FACT, taken())
def entries_in_another_order(form: bytes) -> bytes:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        parts = {name: archive.read(name) for name in sorted(archive.namelist(), reverse=True)}
    return rezipped(b"PK\x05\x06" + bytes(18), more=parts)


@kind(_FACT, taken())
def extensions_of_excel(form: bytes) -> bytes:
    piece = b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:a xmlns:x14="urn:a"/></ext></extLst>'
    return substituted(form, SHEET1, b"</worksheet>", piece + b"</worksheet>")


@kind(_FACT, taken())
def alternate_contents(form: bytes) -> bytes:
    piece = b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
    return after_cells(form, piece + b'Requires="x14"><a/></mc:Choice></mc:AlternateContent>')


@kind(_FACT, taken())
def absolute_targets(form: bytes) -> bytes:
    return substituted(form, BOOK_RELS, rb'Target="(?!/)([^"]*)"', rb'Target="/xl/\1"')


@kind(_FACT, taken())
def strict_open_xml(form: bytes) -> bytes:
    """Namespaces of the strict variant, as "Strict Open XML Spreadsheet" saves."""
    old_to_new = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    }

    def turn(name: str, old: bytes) -> bytes:
        for before, after in old_to_new.items():
            old = old.replace(before, after) if not name.startswith("docProps") else old
        return old

    return rezipped(form, turn)
