"""Entities and document types, in every part that somebody may parse, in every encoding."""

from __future__ import annotations

from tests.hostile.kinds import Expected, add, either, refused
from tests.hostile.ods import CONTENT, MANIFEST, ods_of
from tests.hostile.pieces import BOOK_RELS, STRINGS, STYLES, TYPES, WORKBOOK, edited
from tests.support.packages import SHEET1

_XLSX_PARTS = (
    WORKBOOK,
    SHEET1,
    STYLES,
    STRINGS,
    BOOK_RELS,
    TYPES,
    "_rels/.rels",
    "docProps/app.xml",
    "docProps/core.xml",
    "docProps/custom.xml",
    "xl/theme/theme1.xml",
    "xl/drawings/drawing9.xml",
    "xl/comments9.xml",
    "customXml/item1.xml",
)
_UNREAD = ("customXml/item1.xml",)
_ODS_PARTS = (CONTENT, "styles.xml", "meta.xml", "settings.xml", MANIFEST)
_UNREAD_OF_ODS = ("meta.xml", "settings.xml", MANIFEST)

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
LAUGHTER = f"<!DOCTYPE x [{_LAUGHS}]>"
_QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 60_000}">]>'
_EXTERNAL = {
    "network": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">',
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "share": '<!DOCTYPE x PUBLIC "a" "\\\\127.0.0.1\\a\\evil.dtd">',
    "parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a"> %a;]>',
}


def declared(old: bytes, doctype: str) -> bytes:
    """A part with a document type before its first element, its entity used in the root."""
    text = old.decode() or "<x></x>"
    declaration, rest = text.split("?>", 1) if text.startswith("<?xml") else ('<?xml version="1.0"', text)
    start = rest.index(">") + 1 if "/>" not in rest[: rest.index(">") + 1] else len(rest)
    used = "&l9;" if doctype is LAUGHTER else "&a;" if "ENTITY a" in doctype else ""
    return f"{declaration}?>{doctype}{rest[:start]}{used}{rest[start:]}".encode()


def _in_xlsx(name: str, part: str, doctype: str, expected: Expected) -> None:
    add(name, "3.entity", expected, lambda form: edited(form, part, lambda old: declared(old, doctype)))


def _short(part: str) -> str:
    return part.replace("/", "_").replace("[Content_Types]", "types").removesuffix(".xml").strip("_.")


def _parts() -> None:
    for part in _XLSX_PARTS:
        expected = either("F02", "F04") if part in _UNREAD else refused("F02", "F04")
        _in_xlsx(f"laughs_in_{_short(part)}", part, LAUGHTER, expected)
    for part in _ODS_PARTS:
        expected = either("F02", "F04") if part in _UNREAD_OF_ODS else refused("F02", "F04")
        add(
            f"laughs_in_ods_{_short(part)}",
            "3.entity",
            expected,
            lambda form, part=part: edited(ods_of(form), part, lambda old: declared(old, LAUGHTER)),  # type: ignore[misc]
            ending="ods",
        )
    for where, doctype in {**_EXTERNAL, "quadratic": _QUADRATIC}.items():
        for part in (SHEET1, STYLES, STRINGS):
            _in_xlsx(f"dtd_{where}_in_{_short(part)}", part, doctype, refused("F02", "F04"))


def _encodings() -> None:
    encodings = {"utf16": "utf-16", "utf16le_without_mark": "utf-16-le", "utf16be_without_mark": "utf-16-be"}
    encodings |= {"utf32": "utf-32", "utf7": "utf-7", "ebcdic": "cp037"}
    for name, encoding in encodings.items():
        for part in (SHEET1, STYLES, WORKBOOK):
            add(
                f"laughs_in_{_short(part)}_{name}",
                "3.entity",
                either("F02", "F04", "F05") if part == STYLES else refused("F02", "F04", "F05"),
                lambda form, part=part, encoding=encoding: edited(  # type: ignore[misc]
                    form, part, lambda old: _as(declared(old, LAUGHTER), encoding)
                ),
            )
    for name, change in {
        "lower_case": lambda old: declared(old, LAUGHTER).replace(b"<!DOCTYPE", b"<!doctype"),
        "after_a_megabyte": lambda old: declared(old, "<!--" + " " * 1024**2 + "-->" + LAUGHTER),
        "behind_a_mark": lambda old: b"\xef\xbb\xbf" + declared(old, LAUGHTER),
    }.items():
        add(
            f"laughs_{name}",
            "3.entity",
            refused("F02", "F04", "F05"),
            lambda form, change=change: edited(form, STYLES, change),  # type: ignore[misc]
        )


def _as(xml: bytes, encoding: str) -> bytes:
    name = encoding.upper().replace("CP037", "EBCDIC-CP-US").removesuffix("-LE").removesuffix("-BE")
    text = xml.decode()
    rest = text.split("?>", 1)[1]
    return f'<?xml version="1.0" encoding="{name}"?>{rest}'.encode(encoding, "xmlcharrefreplace")


_parts()
_encodings()
