"""Open XML packages: their parts by the package's own relationships, under their usual names, packed for a reader.

ECMA-376 part 2 names parts by relationships and compares their names without regard to case; readers and checks here
know the names that spreadsheet programs give. `usual` turns any legal package into one of those.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import escape

from lxml import etree

Parts = Mapping[str, bytes]

TYPES_PART, ROOT_LINKS = "[Content_Types].xml", "_rels/.rels"
_ROOTS = ("xl/", "_rels/", "docProps/", "customXml/", "docMetadata/", TYPES_PART)
_NAMES = {
    "worksheet": "xl/worksheets/sheet{0}",
    "chartsheet": "xl/chartsheets/sheet{0}",
    "dialogsheet": "xl/dialogsheets/sheet{0}",
    "xlMacrosheet": "xl/macrosheets/sheet{0}",
    "xlIntlMacrosheet": "xl/macrosheets/intlsheet{0}",
    "externalLink": "xl/externalLinks/externalLink{0}",
    "sharedStrings": "xl/sharedStrings",
    "styles": "xl/styles",
    "vbaProject": "xl/vbaProject",
}
"""Usual names of what a workbook is related to, by the last word of the relationship's type; without their ending."""
_STRICT, _RELATIONS = (
    b"http://purl.oclc.org/ooxml/",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_TRANSITIONAL = (
    (_STRICT + b"spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (_STRICT + b"officeDocument/relationships", _RELATIONS.encode()),
)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ENCODING = re.compile(r"""(<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']""")
_PLAIN_TARGET = re.compile(r"\w+(?:/\w+)*\.\w+")
"""As all spreadsheet programs write them: nothing in it needs to be resolved."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parsed(text: bytes) -> etree._Element:
    """The root of a part that the guard let through; XMLSyntaxError where it is no XML."""
    return etree.fromstring(text, _PARSER)


def sheet_parts(parts: Parts) -> Iterator[tuple[str, bytes]]:
    """(name, XML) of each worksheet, by the workbook's own relationships."""
    if "xl/workbook.xml" not in parts:
        return
    targets = relation_targets(parts, "xl/workbook.xml")
    for element in parsed(parts["xl/workbook.xml"]).iter("{*}sheet"):
        link_id = next((value for key, value in element.attrib.items() if str(key).endswith("}id")), None)
        xml = parts.get(targets.get(str(link_id), ""))
        if xml is not None:
            yield str(element.get("name", "")), xml


def relation_targets(parts: Parts, part: str) -> dict[str, str]:
    """Names of the parts that a part is related to, by id, as the package spells them: case tells nothing there."""
    targets = {link: target for link, _, target in _relations(parts, part)}
    if all(target in parts for target in targets.values()):
        return targets
    spelt = {name.casefold(): name for name in parts}
    return {link: spelt.get(target.casefold(), target) for link, target in targets.items()}


def _relations(parts: Parts, part: str) -> Iterator[tuple[str, str, str]]:
    """(id, last word of the type, target) of the relationships of a part; "" stands for the package."""
    folder, name = posixpath.split(part)
    for link in parsed(parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b"<r/>")):
        target = _resolved(folder, str(link.get("Target", "")))
        yield str(link.get("Id")), str(link.get("Type", "")).rpartition("/")[2], target


def _resolved(folder: str, target: str) -> str:
    """The name of the part that a relationship of a part in `folder` leads to."""
    if folder and _PLAIN_TARGET.fullmatch(target):
        return f"{folder}/{target}"
    return posixpath.normpath(posixpath.join(f"/{folder}", target.replace("\\", "/"))).lstrip("/")


# --- packages out of the ordinary -------------------------------------------------------------------------------------


def has_usual_names(names: list[str]) -> bool:
    """False: an Open XML package whose parts must first be found by their relationships."""
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return all(name.startswith(_ROOTS) and _is_known_ending(name) for name in names)
    return not any(name.casefold().lstrip("/\\") == TYPES_PART.casefold() for name in names)


def _is_known_ending(name: str) -> bool:
    return not name.startswith("xl/worksheets/") or name.endswith((".xml", ".rels", ".bin", "/"))


def is_plain(parts: Parts) -> bool:
    """Whether the parts are of the kind that all spreadsheet programs write: one byte a letter, one workbook."""
    is_wide = any(content.startswith(_WIDE) for content in parts.values())
    return not is_wide and b"xl/workbook." in parts.get(ROOT_LINKS, b"xl/workbook.")


def usual(parts: Parts) -> dict[str, bytes]:
    """What readers need of a workbook, under its usual names and in UTF-8; empty where the package holds no workbook.

    Parts beyond that (drawings, comments, printer settings) are left out; of macros and links only the name stays.
    XMLSyntaxError where the workbook's relationships cannot be read.
    """
    tidy = {name.replace("\\", "/").lstrip("/"): _in_utf8(content) for name, content in parts.items()}
    spelt = {name.casefold(): name for name in tidy}
    tidy |= {name: tidy[spelt[name.casefold()]] for name in (ROOT_LINKS, TYPES_PART) if name.casefold() in spelt}
    book = spelt.get(_book_of(tidy).casefold())
    if not book:
        return {}
    folder, name = posixpath.split(book)
    links = spelt.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold(), "")
    tidy[posixpath.join(folder, "_rels", f"{name}.rels")] = tidy.get(links, b"<r/>")
    related = [(link, kind, spelt.get(target.casefold(), "")) for link, kind, target in _relations(tidy, book)]
    named = [
        (link, kind, _with_ending(_NAMES[kind].format(number), tidy[target]), tidy[target])
        for number, (link, kind, target) in enumerate(related, 1)
        if target and kind in _NAMES
    ]
    main = _with_ending("xl/workbook", tidy[book])
    return {
        TYPES_PART: _types(main, [(kind, target) for _, kind, target, _ in named]),
        ROOT_LINKS: _links([("rId1", "officeDocument", main)]),
        main: tidy[book],
        f"xl/_rels/{posixpath.basename(main)}.rels": _links([(link, kind, target) for link, kind, target, _ in named]),
        **{target: content for _, _, target, content in named},
        **{f"docProps/{key[9:]}": tidy[spelt[key]] for key in spelt if key.startswith("docprops/")},
    }


def _book_of(parts: Parts) -> str:
    """The part that is the workbook: by the package's relationships, its content type, or where it usually is."""
    with suppress(etree.XMLSyntaxError):
        for _, kind, target in _relations(parts, ""):
            if kind == "officeDocument":
                return target
    with suppress(etree.XMLSyntaxError):
        for part in parsed(parts.get(TYPES_PART, b"<r/>")):
            if re.search(r"(sheet|excel)\b.*\.main(\+xml)?$", str(part.get("ContentType", ""))):
                return str(part.get("PartName", "")).lstrip("/")
    return "xl/workbook.xml"


def _with_ending(name: str, content: bytes) -> str:
    return name + (".xml" if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else ".bin")


def _in_utf8(content: bytes) -> bytes:
    """A part in UTF-16, which the standard allows beside UTF-8, in UTF-8; all others as they are."""
    if not content.startswith(_WIDE):
        return content
    encoding = "utf-16" if content[:2] in _WIDE[:2] else ("utf-16-le" if content[1] == 0 else "utf-16-be")
    try:
        return _ENCODING.sub(r"\1", content.decode(encoding)).encode()
    except UnicodeError:
        return content


def _links(named: list[tuple[str, str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{escape(link)}" Type="{_RELATIONS}/{kind}" Target="/{escape(target)}"/>'
        for link, kind, target in named
    )
    return f'<Relationships xmlns="{_PACKAGE}relationships">{items}</Relationships>'.encode()


def _types(main: str, named: list[tuple[str, str]]) -> bytes:
    parts = [(main, "sheet.main"), *((target, kind) for kind, target in named if target.endswith(".xml"))]
    items = "".join(
        f'<Override PartName="/{escape(target)}" ContentType="{_CONTENT}{kind}+xml"/>' for target, kind in parts
    )
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    defaults += '<Default Extension="bin" ContentType="application/octet-stream"/>'
    return f'<Types xmlns="{_PACKAGE}content-types">{defaults}{items}</Types>'.encode()


def is_strict(parts: Parts) -> bool:
    """Strict Open XML: the same elements in other namespaces, in which some readers see no sheets."""
    return _STRICT in parts.get("xl/workbook.xml", b"")


def transitional(parts: Parts) -> dict[str, bytes]:
    """Parts of Strict Open XML in the namespaces that all readers know."""
    changed = {}
    for name, content in parts.items():
        for strict, known in _TRANSITIONAL:
            content = content.replace(strict, known)
        changed[name] = content
    return changed


def packed(parts: Parts) -> bytes:
    """A package of these parts, not compressed; the same bytes for the same parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return target.getvalue()
