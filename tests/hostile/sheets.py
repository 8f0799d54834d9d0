"""Cells: boxes, references, rows and counts that readers stumble over; in a form, or in a workbook of their own."""

from __future__ import annotations

from tests.hostile.kinds import add, either, kind, refused, taken
from tests.hostile.pieces import (
    MAIN,
    after_cells,
    edited,
    more_rows,
    put_before,
    sheet_xml,
    steady,
    substituted,
    swollen,
)
from tests.hostile.pieces import with_part as replaced
from tests.support.packages import SHEET1, book_with, poison

_HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
_TAIL = b"</sheetData></worksheet>"


def _book(rows: str) -> bytes:
    """A workbook of one sheet with these rows."""
    return steady(book_with(rows))


def _cell(ref: str, inside: str = "<v>1</v>", more: str = "") -> str:
    return f'<c r="{ref}"{more}>{inside}</c>'


def _row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


# --- boxes (1.1) ------------------------------------------------------------------------------------------------------


def _boxes() -> None:
    corners = {
        "corners_of_the_sheet": ("A1", "XFD1048576"),
        "first_and_last_row": ("A1", "C1048576"),
        "three_millions": ("A1", "BBB2000"),
        "last_cell_only": ("XFD1048576", "XFD1048575"),
    }
    for name, (first, last) in corners.items():
        rows = f"<row>{_cell(first)}</row><row>{_cell(last)}</row>"
        add(name, "1.1", refused("F04"), lambda form, rows=rows: _book(rows))  # type: ignore[misc]
    add("corner_in_a_form", "1.1", refused("F04"), lambda form: more_rows(form, _far_row()))
    add("cells_without_references", "1.1", refused("F02", "F04", "F05"), lambda form: steady(poison()))
    add("a_formula_only_far_away", "1.1", refused("F04"), lambda form: more_rows(form, _far_row("<f>1</f>")))
    add("an_error_far_away", "1.1", refused("F04"), lambda form: more_rows(form, _far_row("<v>#N/A</v>", ' t="e"')))


def _far_row(inside: str = "<v>1</v>", more: str = "") -> bytes:
    return _row(1_048_576, _cell("XFD1048576", inside, more)).encode()


@kind("1.1", refused("F04", "F05"))
def almost_two_million_cells(form: bytes) -> bytes:
    """Just below the limit: must be read, and in time."""
    return _book(_row(1, _cell("A1")) + _row(1990, _cell("ALL1990")))


@kind("1.1", refused("F04"), is_heavy=True)
def sixty_million_cells(form: bytes) -> bytes:
    return swollen(form, SHEET1, _HEAD, b'<row><c r="A1"><v>1</v></c><c><v>2</v></c></row>', 30_000_000, _TAIL)


@kind("1.1", refused("F04"), is_heavy=True)
def sheet_of_six_gigabytes(form: bytes) -> bytes:
    return swollen(form, SHEET1, _HEAD, b" " * 1024**2, 6 * 1024, _TAIL)


@kind("1.1", refused("F02", "F04", "F05"), is_heavy=True)
def cells_by_the_million_and_true(form: bytes) -> bytes:
    """1.2 M cells that differ, 40 MB of XML: allowed, and as much as the worker should meet."""
    rows = (
        _row(n, *(_cell(f"{c}{n}", f"<v>{n * 7919 % 99991}</v>") for c in "ABCDEFGHIJKL")) for n in range(1, 100_001)
    )
    return replaced(form, SHEET1, sheet_xml("".join(rows)))


# --- references (1.1, 2) ----------------------------------------------------------------------------------------------


def _references() -> None:
    odd = {
        "beyond_the_last_row": "A1048577",
        "beyond_the_last_column": "XFE9",
        "four_letters": "ZZZZ9",
        "twenty_digits": "A99999999999999999999",
        "sixty_letters": "A" * 60 + "1",
        "row_zero": "A0",
        "no_row": "A",
        "no_column": "12",
        "empty": "",
        "signs": "-1",
        "dollars": "$A$30",
        "lower_case": "a30",
        "letters_of_another_script": "Ａ３０",
        "nul": "A&#x31;&#x33;",
    }
    for name, ref in odd.items():
        row = f'<row r="300">{_cell(ref)}</row>'.encode()
        codes = either("F02", "F04", "P02", "R01", "P03")
        add(f"reference_{name}", "2.cells", codes, lambda form, row=row: more_rows(form, row))  # type: ignore[misc]
    rows = {
        "negative": '<row r="-5"><c r="A5"><v>1</v></c></row>',
        "huge": '<row r="99999999999999999999"><c><v>1</v></c></row>',
        "words": '<row r="mười"><c r="A300"><v>1</v></c></row>',
        "last": '<row r="1048576"/>',
    }
    for name, text in rows.items():
        add(
            f"row_number_{name}",
            "2.cells",
            either("F02", "F04"),
            lambda form, text=text: more_rows(form, text.encode()),  # type: ignore[misc]
        )


@kind("2.cells", either("F02", "P03", "F05", "F17"))
def rows_backwards(form: bytes) -> bytes:
    def turn(old: bytes) -> bytes:
        start, end = old.index(b"<row "), old.rindex(b"</row>") + 6
        rows = [row + b"</row>" for row in old[start:end].split(b"</row>")[:-1]]
        return old[:start] + b"".join(reversed(rows)) + old[end:]

    return edited(form, SHEET1, turn)


@kind("2.cells", either("F02"))
def a_cell_twice(form: bytes) -> bytes:
    return more_rows(form, b'<row r="300"><c r="A300"><v>1</v></c><c r="A300"><v>2</v></c></row>')


# --- dimensions (1.5) -------------------------------------------------------------------------------------------------


def _dimensions() -> None:
    for name, ref in {
        "too_small": b"A1",
        "too_large": b"A1:XFD1048576",
        "backwards": b"XFD1048576:A1",
        "nonsense": b"!!",
        "empty": b"",
        "beyond": b"A1:ZZZZZ99999999999",
    }.items():
        add(
            f"dimension_{name}",
            "1.5",
            taken() if name in ("too_small", "too_large") else either("F02"),
            lambda form, ref=ref: substituted(  # type: ignore[misc]
                form, SHEET1, rb"<dimension [^>]*>", b'<dimension ref="%s"/>' % ref
            ),
        )


# --- values (1.4, 2) --------------------------------------------------------------------------------------------------


def _values() -> None:
    odd = {
        "shared_string_far_beyond": '<c r="A300" t="s"><v>99999999</v></c>',
        "shared_string_negative": '<c r="A300" t="s"><v>-1</v></c>',
        "shared_string_fraction": '<c r="A300" t="s"><v>1e9</v></c>',
        "type_unknown": '<c r="A300" t="zzz"><v>1</v></c>',
        "number_of_words": "<c r='A300'><v>mười</v></c>",
        "number_infinite": '<c r="A300"><v>1e99999</v></c>',
        "number_nan": '<c r="A300"><v>NaN</v></c>',
        "date_far_away": '<c r="A300" t="d"><v>99999-99-99T99:99</v></c>',
        "boolean_of_nine": '<c r="A300" t="b"><v>9</v></c>',
        "error_unknown": '<c r="A300" t="e"><v>#BOO!</v></c>',
        "style_beyond": '<c r="A300" s="99999999"><v>1</v></c>',
        "style_negative": '<c r="A300" s="-1"><v>1</v></c>',
        "text_in_nobody": '<c r="A300" t="inlineStr"/>',
        "surrogate": '<c r="A300" t="inlineStr"><is><t>&#xD800;</t></is></c>',
        "control_characters": '<c r="A300" t="inlineStr"><is><t>_x0000__x0001_</t></is></c>',
        "shared_formula_of_none": '<c r="A300"><f t="shared" si="77"/><v>1</v></c>',
        "shared_formula_of_all": '<c r="A300"><f t="shared" ref="A1:XFD1048576" si="0">A1</f><v>1</v></c>',
        "array_formula_of_all": '<c r="A300"><f t="array" ref="A1:XFD1048576">A1</f><v>1</v></c>',
        "formula_deep": f'<c r="A300"><f>{"(" * 60_000}1{")" * 60_000}</f><v>1</v></c>',
    }
    for name, text in odd.items():
        row = f'<row r="300">{text}</row>'.encode()
        add(f"value_{name}", "2.values", either("F02"), lambda form, row=row: more_rows(form, row))  # type: ignore[misc]


def _serial(number: str) -> bytes:
    return f'<row r="300"><c r="A300" s="1"><v>{number}</v></c></row>'.encode()


@kind("2.values", either("F02", "R03", "I01"))
def dates_beyond_all_calendars(form: bytes) -> bytes:
    """Every number format is one of dates, and the number is no day."""
    dated = substituted(form, "xl/styles.xml", rb'numFmtId="\d+" fontId', b'numFmtId="14" fontId')
    return more_rows(dated, _serial("99999999999") + _serial("-99999").replace(b"300", b"301"))


# --- XML as such (2) --------------------------------------------------------------------------------------------------


def _xml() -> None:
    depth = 200_000
    shapes = {
        "deep": b"<x>" * depth + b"</x>" * depth,
        "deep_and_open": b"<x>" * depth,
        "attribute_of_megabytes": b'<x a="' + b"a" * 8_000_000 + b'"/>',
        "name_of_megabytes": b"<x" + b"x" * 8_000_000 + b"/>",
        "hundred_thousand_attributes": b"<x " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>",
        "comments": b"<!--" + b"-" * 50 + b"-->" * 1,
        "comments_by_the_hundred_thousand": b"<!-- a -->" * 100_000,
        "instructions": b"<?a b?>" * 100_000,
        "spaces": b" " * 9_000_000,
        "text_of_megabytes": b'<extLst><ext uri="a">' + b"Vi\xe1\xbb\x87t " * 1_000_000 + b"</ext></extLst>",
    }
    for name, piece in shapes.items():
        add(f"xml_{name}", "2.xml", either("F02", "F04"), lambda form, piece=piece: after_cells(form, piece))  # type: ignore[misc]
    openings = {"cells": b"<c ", "formulas": b"<f>", "references": b'<c r="A1" ', "values": b'<c r="ZZ9999" t="e" '}
    for name, piece in openings.items():
        add(
            f"xml_{name}_never_closed",
            "2.xml",
            either("F02", "F04", "F05"),
            lambda form, piece=piece: more_rows(form, b"<row>" + piece * 700_000),  # type: ignore[misc]
            is_heavy=True,
        )
        add(
            f"xml_few_{name}_never_closed",
            "2.xml",
            either("F02", "F04", "F05"),
            lambda form, piece=piece: more_rows(form, b"<row>" + piece * 4_000),  # type: ignore[misc]
        )


@kind("2.xml", either("F02", "F04"))
def cdata_in_cells(form: bytes) -> bytes:
    return more_rows(form, b'<row r="300"><c r="A300" t="str"><v><![CDATA[<c r="XFD1048576">]]></v></c></row>')


@kind("2.xml", either("F02", "F05"))
def two_tables_of_cells(form: bytes) -> bytes:
    """A second sheetData, and a third."""
    return after_cells(form, b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>' * 2 + b"</worksheet>")


@kind("2.xml", refused("F02", "F05", "F17"))
def sheet_cut_in_the_middle(form: bytes) -> bytes:
    return edited(form, SHEET1, lambda old: old[: len(old) // 3])


@kind("2.xml", refused("F02", "F04", "F05"))
def one_text_of_many_megabytes(form: bytes) -> bytes:
    text = "".join(chr(0x1EA0 + n * 37 % 90) for n in range(3_000_000))
    return _book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')


@kind("2.xml", either("F02", "F04"))
def namespace_of_another_world(form: bytes) -> bytes:
    return put_before(form, SHEET1, b"</sheetData>", b'<row xmlns="urn:x" r="400"><c r="A400"><v>1</v></c></row>')


_boxes()
_references()
_dimensions()
_values()
_xml()
