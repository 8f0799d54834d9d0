"""What is not cells: strings, styles, merged ranges, rules, names, relationships, lists of sheets."""

from __future__ import annotations

from tests.hostile.kinds import Expected, add, either, kind, refused
from tests.hostile.pieces import (
    BOOK_RELS,
    MAIN,
    STRINGS,
    STYLES,
    TYPES,
    WORKBOOK,
    after_cells,
    edited,
    put_before,
    sheet_xml,
    substituted,
    swollen,
    with_part,
)
from tests.hostile.rawzip import deflated, entries_of, written
from tests.support.packages import SHEET1

_SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
_STRINGS_HEAD = f'<sst xmlns="{MAIN}">'.encode()
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


# --- shared strings (1.1) ---------------------------------------------------------------------------------------------


def _strings() -> None:
    for name, count in {"fifty_million": b"50000000", "negative": b"-1", "word": b"abc", "huge": b"9" * 30}.items():
        add(
            f"strings_claimed_{name}",
            "1.1",
            either("F02", "F04"),
            lambda form, count=count: substituted(  # type: ignore[misc]
                form, STRINGS, rb'(uniqueCount|count)="\d+"', rb'\1="' + count + b'"'
            ),
        )
    add("strings_are_gone", "1.1", refused("F02", "F05"), lambda form: with_part(form, STRINGS, b""))
    add("strings_cut", "1.1", refused("F02", "F05"), lambda form: edited(form, STRINGS, lambda old: old[:900]))


@kind("1.1", refused("F04"))
def fifty_million_strings(form: bytes) -> bytes:
    return swollen(form, STRINGS, _STRINGS_HEAD, b"<si><t>a</t></si>", 50_000_000, b"</sst>")


@kind("1.1", refused("F04", "F05", "F02"), is_heavy=True)
def strings_below_every_ratio(form: bytes) -> bytes:
    """Some eleven million empty strings among noise: below 400 to 1 and 256 MiB."""
    noise = b"".join(b"<!--%d-->" % (n * 2_654_435_761 % 1_000_003) for n in range(700))
    return swollen(form, STRINGS, _STRINGS_HEAD, b"<si/>" * 220_000 + noise, 230, b"</sst>")


# --- styles, merged ranges, rules (1.1, 2) ----------------------------------------------------------------------------


def _many(piece: bytes, times: int) -> bytes:
    """The piece again and again, each with its number."""
    return b"".join(piece.replace(b"@", b"%d" % n) for n in range(times))


def _styles() -> None:
    many = {
        "formats": (b"</cellXfs>", b'<xf numFmtId="9" fontId="0"/>'),
        "number_formats": (b"<fonts", b'<numFmts><numFmt numFmtId="@" formatCode="0%"/></numFmts>'),
        "fonts": (b"</fonts>", b'<font><name val=".VnTime @"/></font>'),
    }
    for times, is_heavy in ((100_000, False), (1_000_000, True)):
        for name, (place, piece) in many.items():
            add(
                f"styles_{times}_{name}",
                "1.1",
                either("F02", "F04", "R03", "I01", "I03"),
                lambda form, p=place, x=piece, n=times: put_before(form, STYLES, p, _many(x, n)),  # type: ignore[misc]
                is_heavy=is_heavy,
            )
    odd = {
        "id_of_words": (rb'numFmtId="\d+"', b'numFmtId="abc"'),
        "id_negative": (rb'numFmtId="\d+"', b'numFmtId="-7"'),
        "font_of_words": (rb'fontId="\d+"', b'fontId="VNI-Times"'),
        "no_formats": (rb"(?s)<cellXfs.*</cellXfs>", b""),
        "format_of_megabytes": (rb"<fonts", b'<numFmts><numFmt numFmtId="9" formatCode="%%%s"/></numFmts><fonts'),
    }
    for name, (pattern, by) in odd.items():
        by = by.replace(b"%%%s", b"&quot;%" + b"0" * 2_000_000)
        add(
            f"styles_{name}",
            "2.parts",
            either("F02", "F04", "R03", "R04", "I01", "I03"),
            lambda form, pattern=pattern, by=by: substituted(form, STYLES, pattern, by, 0),  # type: ignore[misc]
        )


def _ranges(tag: bytes, first: int, times: int) -> bytes:
    return b"".join(
        b'<%s ref="%s%d:%s%d"/>' % (tag, c, n, c, n + 1) for n in range(first, first + times) for c in (b"Y", b"Z")
    )


def _merges() -> None:
    def merged(form: bytes, piece: bytes) -> bytes:
        return substituted(form, SHEET1, rb"</mergeCells>", piece + b"</mergeCells>")

    for times, is_heavy in ((10_000, False), (500_000, True)):
        add(
            f"merged_ranges_{2 * times}",
            "1.1",
            either("F02", "F04"),
            lambda form, n=times: merged(form, _ranges(b"mergeCell", 500, n)),  # type: ignore[misc]
            is_heavy=is_heavy,
        )
    for name, ref in {
        "all": b"A1:XFD1048576",
        "columns": b"A30:XFD1048576",
        "backwards": b"Z900:Y800",
        "nonsense": b"A1:::",
        "beyond": b"A1:ZZZZ99999999",
        "one": b"A900",
    }.items():
        add(
            f"merged_{name}",
            "1.1",
            either("F02", "F04", "F05", "F17", "P01", "P03", "R01") if name == "all" else either("F02", "F04"),
            lambda form, ref=ref: merged(form, b'<mergeCell ref="%s"/>' % ref),  # type: ignore[misc]
        )


def _rules() -> None:
    pieces = {
        "colour_rules": b'<conditionalFormatting sqref="A@:Q@"><cfRule type="expression" dxfId="0" priority="1">'
        b"<formula>A@=1</formula></cfRule></conditionalFormatting>",
        "input_rules": b'<dataValidation type="whole" sqref="A@:Q@"><formula1>@</formula1></dataValidation>',
        "links": b'<hyperlink ref="A@" location="A1"/>',
    }
    for times, is_heavy in ((20_000, False), (1_000_000, True)):
        for name, piece in pieces.items():
            add(
                f"{name}_{times}",
                "1.1",
                either("F02", "F04"),
                lambda form, piece=piece, n=times: after_cells(form, _many(piece, n)),  # type: ignore[misc]
                is_heavy=is_heavy,
            )


# --- names, relationships, sheets (2) ---------------------------------------------------------------------------------


def _names() -> None:
    pieces = {
        "loop": b'<definedName name="a">b</definedName><definedName name="b">a</definedName>',
        "itself": b'<definedName name="a">a+a+a</definedName>',
        "everything": b'<definedName name="a">1:1048576</definedName>',
        "dde": b"<definedName name=\"a\">cmd|'/c calc'!A0</definedName>",
        "thousands": b"".join(b'<definedName name="n%d">n%d</definedName>' % (n, n + 1) for n in range(50_000)),
        "growing": b"".join(
            b'<definedName name="n%d">n%d&amp;n%d</definedName>' % (n, n + 1, n + 1) for n in range(60)
        ),
        "sheet_beyond": b'<definedName name="a" localSheetId="999999">1</definedName>',
    }
    for name, piece in pieces.items():
        add(
            f"names_{name}",
            "2.parts",
            either("F02", "F16"),
            lambda form, piece=piece: _with_names(form, piece),  # type: ignore[misc]
        )


def _with_names(form: bytes, names: bytes) -> bytes:
    return edited(form, WORKBOOK, lambda old: _into_names(old, names))


def _into_names(old: bytes, names: bytes) -> bytes:
    if b"</definedNames>" in old:
        return old.replace(b"</definedNames>", names + b"</definedNames>", 1)
    return old.replace(b"</sheets>", b"</sheets><definedNames>" + names + b"</definedNames>", 1)


def _relationships() -> None:
    targets = {
        "to_the_workbook": b"workbook.xml",
        "to_itself": b"_rels/workbook.xml.rels",
        "above_the_package": b"../../../../etc/passwd",
        "absolute": b"/etc/passwd",
        "to_a_disk": b"file:///etc/passwd",
        "to_the_network": b"http://127.0.0.1:9/sheet1.xml",
        "to_a_share": b"\\\\127.0.0.1\\c$\\sheet1.xml",
        "to_nothing": b"",
        "to_the_styles": b"styles.xml",
    }
    for name, target in targets.items():
        add(
            f"relationship_{name}",
            "2.parts",
            refused("F02", "F04", "F05"),
            lambda form, target=target: substituted(  # type: ignore[misc]
                form, BOOK_RELS, rb'Target="[^"]*sheet\d+\.xml"', b'Target="%s"' % target.replace(b"\\", rb"\\")
            ),
        )
    ring = f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="t" Target="sheet1.xml"/>'
    ring += '<Relationship Id="r2" Type="t" Target="_rels/sheet1.xml.rels"/></Relationships>'
    add("relationship_ring", "2.parts", either("F02"), lambda form: with_part(form, _SHEET_RELS, ring.encode()))
    add("relationships_gone", "2.parts", refused("F02", "F05"), lambda form: _without(form, BOOK_RELS))
    add("types_gone", "2.parts", either("F01", "F02", "F05"), lambda form: _without(form, TYPES))
    add("workbook_gone", "2.parts", refused("F01", "F02", "F05"), lambda form: _without(form, WORKBOOK))
    add("workbook_empty", "2.parts", refused("F02", "F05"), lambda form: with_part(form, WORKBOOK, b""))
    add("sheets_gone", "2.parts", refused("F02", "F05"), lambda form: _without(form, SHEET1))


def _without(form: bytes, name: str) -> bytes:
    return written([each for each in entries_of(form) if each.name != name.encode()])


def _sheet_lists() -> None:
    def again(form: bytes, times: int) -> bytes:
        more = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n + 50) for n in range(times))
        return put_before(form, WORKBOOK, b"</sheets>", more)

    expected: dict[int, Expected] = {200: either("F02", "F04", "F17"), 100_000: refused("F02", "F04")}
    for times, expects in expected.items():
        add(f"sheets_that_are_one_{times}", "2.sheets", expects, lambda form, n=times: again(form, n))  # type: ignore[misc]
    add("sheets_that_are_one_and_large", "2.sheets", refused("F04"), lambda form: again(_large_first(form), 200))
    add(
        "no_sheets", "2.sheets", refused("F02", "F05"), lambda form: substituted(form, WORKBOOK, rb"<sheet [^>]*>", b"")
    )


def _large_first(form: bytes) -> bytes:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4000"><c r="J4000"><v>1</v></c></row>'
    return with_part(form, SHEET1, sheet_xml(rows))


def _sheet_names() -> None:
    for name, text in {
        "path": b"../../etc/passwd",
        "formula": b"=1+1",
        "of_megabytes": b"a" * 1_000_000,
        "empty": b"",
        "bidi": "bao\u202ecao".encode(),
    }.items():
        add(
            f"sheet_name_{name}",
            "2.sheets",
            either("F02", "F05"),
            lambda form, text=text: substituted(  # type: ignore[misc]
                form, WORKBOOK, rb'(<sheet [^>]*)name="B[^"]*"', rb'\1name="' + text + b'"'
            ),
        )


@kind("2.parts", either("F02"))
def types_that_lie(form: bytes) -> bytes:
    return substituted(form, TYPES, rb"spreadsheetml\.worksheet\+xml", b"spreadsheetml.chartsheet+xml")


@kind("2.parts", either("F02", "F04"))
def a_part_of_half_a_million_links(form: bytes) -> bytes:
    links = b"".join(b'<Relationship Id="x%d" Type="t" Target="a"/>' % n for n in range(200_000))
    return put_before(form, BOOK_RELS, b"</Relationships>", links)


@kind("3.bomb", refused("F04"))
def picture_that_never_ends(form: bytes) -> bytes:
    return written([*entries_of(form), deflated("xl/media/image1.emf", bytes(60 * 1024**2))])


_strings()
_styles()
_merges()
_rules()
_names()
_relationships()
_sheet_lists()
_sheet_names()
