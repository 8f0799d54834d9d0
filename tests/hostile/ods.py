"""OpenDocument: a form as .ods in plain XML, and what may be wrong in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

from tests.hostile.kinds import Expected, add, either, kind, refused, taken
from tests.hostile.pieces import edited, put_before, substituted, swollen
from tests.hostile.rawzip import deflated, entries_of, stored, written
from tests.support.forms import grids

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {"office": "office", "table": "table", "text": "text", "script": "script"}.items()
)
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body><office:spreadsheet>'
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def ods_of(form: bytes) -> bytes:
    """The values of a form as an .ods: every sheet, every cell in its place."""
    tables = "".join(_table(name, grid) for name, grid in grids(form).items())
    small = {name: f"<office:document-{name} {_NAMES}/>".encode() for name in ("styles", "meta", "settings")}
    parts = [deflated(f"{name}.xml", content) for name, content in small.items()]
    content = deflated(CONTENT, (_HEAD + tables + _TAIL).encode())
    return written([stored("mimetype", _MIMETYPE), content, *parts, deflated(MANIFEST, _MANIFEST)])


def _table(name: str, grid: list[list[Any]]) -> str:
    rows = "".join(f"<table:table-row>{''.join(map(_cell, line))}</table:table-row>" for line in grid)
    return f'<table:table table:name="{escape(name)}">{rows}</table:table>'


def _cell(value: Any) -> str:
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()[:10]}"/>'
    if isinstance(value, bool | int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = escape(str(value)).replace("\n", "</text:p><text:p>")
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _of_ods(
    name: str,
    fact: str,
    expected: Expected,
    change: Callable[[bytes], bytes] = lambda ods: ods,
    is_heavy: bool = False,
) -> None:
    add(name, fact, expected, lambda form: change(ods_of(form)), ending="ods", is_heavy=is_heavy)


def _row(cells: str, repeated: object = 1) -> bytes:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'.encode()


def _filled(repeated: object = 1, more: str = "") -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" {more} office:value-type="float" '
        'office:value="7"/>'
    )


_END = b"</table:table>"


def _repeats() -> None:
    huge = 1_000_000_000
    shapes = {
        "rows_by_columns": _row(_filled(huge), huge),
        "sixteen_thousand_by_a_million": _row(_filled(16_384), 1_048_576),
        "columns": _row(_filled(huge)),
        "rows": _row(_filled(), huge),
        "beyond_numbers": _row(_filled("9" * 40), "9" * 40),
        "negative": _row(_filled(-5), -5),
        "zero": _row(_filled(0), 0),
        "words": _row(_filled("mười"), "mười"),
        "nothing": _row(_filled(""), ""),
        "again_and_again": _row(_filled(1000) * 200, 100) * 50,
        "spans": _row(_filled(1, f'table:number-columns-spanned="{huge}" table:number-rows-spanned="{huge}"')),
        "spans_of_words": _row(_filled(1, 'table:number-columns-spanned="a" table:number-rows-spanned="b"')),
    }
    for name, piece in shapes.items():
        _of_ods(
            f"ods_repeated_{name}",
            "1.1",
            either("F02", "F04", "P01", "F05", "F17"),
            lambda ods, piece=piece: put_before(ods, CONTENT, _END, piece),  # type: ignore[misc]
        )
    blank = _row('<table:table-cell table:number-columns-repeated="16384"/>', 1_048_576)
    _of_ods("ods_blank_to_the_last_cell", "1.10", taken(), lambda ods: put_before(ods, CONTENT, _END, blank))


def _texts() -> None:
    shapes = {
        "spaces": b'<text:p><text:s text:c="2000000000"/></text:p>',
        "spaces_of_words": b'<text:p><text:s text:c="abc"/></text:p>',
        "deep": b"<text:p>" + b"<text:span>" * 50_000 + b"a" + b"</text:span>" * 50_000 + b"</text:p>",
        "tables_in_cells": b'<table:table table:name="x">' * 300 + _END * 300,
        "links": b'<text:p><text:a xlink:href="file:///etc/passwd">a</text:a></text:p>',
    }
    for name, piece in shapes.items():
        cell = b'<table:table-row><table:table-cell office:value-type="string">%s</table:table-cell></table:table-row>'
        _of_ods(
            f"ods_text_{name}",
            "2.values",
            either("F02", "F04", "F05", "F17"),
            lambda ods, row=cell % piece: put_before(ods, CONTENT, _END, row),  # type: ignore[misc]
        )
    for kind_of, value in {"float": "mười", "date": "9999999-99-99", "time": "PT99999999H", "boolean": "9"}.items():
        row = (
            f'<table:table-cell office:value-type="{kind_of}" office:{kind_of}-value="{value}" office:value="{value}"/>'
        )
        _of_ods(
            f"ods_value_{kind_of}_odd",
            "2.values",
            either("F02"),
            lambda ods, row=row: put_before(ods, CONTENT, _END, _row(row)),  # type: ignore[misc]
        )


_OLD_DTD = (
    b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
    b'<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"/>'
)


@kind("1.10", taken(), ending="ods")
def ods_plain(form: bytes) -> bytes:
    return ods_of(form)


@kind("1.10", taken("F16"), ending="ods")
def ods_of_old(form: bytes) -> bytes:
    """A harmless DOCTYPE in META-INF and Basic parts: people have such files."""
    entries = [each for each in entries_of(ods_of(form)) if each.name != MANIFEST.encode()]
    basic = b'<!DOCTYPE library:libraries PUBLIC "-//a" "libraries.dtd"><a/>'
    more = [
        deflated(MANIFEST, _OLD_DTD),
        deflated("Basic/script-lc.xml", basic),
        deflated("Basic/Standard/script-lb.xml", basic),
    ]
    return written([*entries, *more])


@kind("3.links", taken("F16"), ending="ods")
def ods_with_macros(form: bytes) -> bytes:
    return written([*entries_of(ods_of(form)), deflated("Basic/Standard/Module1.xml", b"<a>Sub Main</a>")])


@kind("3.links", either("F16"), ending="ods")
def ods_with_dde(form: bytes) -> bytes:
    source = b'<table:dde-link><office:dde-source office:dde-application="cmd"/></table:dde-link>'
    piece = b"<table:dde-links>%s</table:dde-links>" % source
    return put_before(ods_of(form), CONTENT, b"</office:spreadsheet>", piece)


@kind("2.password", refused("F03"), ending="ods")
def ods_with_password(form: bytes) -> bytes:
    coded = put_before(ods_of(form), MANIFEST, b"/>", b"><manifest:encryption-data/></manifest:manifest><a")
    return edited(coded, CONTENT, lambda old: bytes(byte ^ 0x5A for byte in old))


@kind("1.1", refused("F04"), ending="ods", is_heavy=True)
def ods_of_a_gigabyte(form: bytes) -> bytes:
    row = b'<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    ods = ods_of(form)
    head = f'{_HEAD}<table:table table:name="a">'.encode()
    return swollen(ods, CONTENT, head, row, 10_000_000, f"</table:table>{_TAIL}".encode())


def _broken() -> None:
    _of_ods("ods_content_gone", "2.parts", refused("F02", "F05", "F01"), _without_content)
    _of_ods("ods_content_empty", "2.parts", refused("F02", "F05"), lambda ods: edited(ods, CONTENT, lambda old: b""))
    _of_ods(
        "ods_content_cut", "2.parts", refused("F02", "F05"), lambda ods: edited(ods, CONTENT, lambda old: old[:3000])
    )
    _of_ods(
        "ods_without_names",
        "2.parts",
        either("F02", "F05"),
        lambda ods: substituted(ods, CONTENT, b"xmlns:[^>]*", b""),
    )
    many = b'<table:table table:name="a"/>' * 20_000
    _of_ods(
        "ods_twenty_thousand_sheets",
        "2.sheets",
        either("F02", "F04"),
        lambda ods: put_before(ods, CONTENT, b"</office:spreadsheet>", many),
    )


def _without_content(ods: bytes) -> bytes:
    return written([each for each in entries_of(ods) if each.name != CONTENT.encode()])


_repeats()
_texts()
_broken()
