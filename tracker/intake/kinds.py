"""What a file is that is no spreadsheet, by its first bytes: each kind needs other advice to who sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.intake.zips import Stopped
from tracker.texts import say


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` as people know it; `variant` of the sentence that says what to send instead ("": the general one)."""

    name: str
    variant: str = ""


_MAGIC = (
    (b"%PDF", Kind("PDF", "pdf")),
    (b"{\\rtf", Kind("RTF", "word")),
    (b"\x89PNG", Kind("PNG", "picture")),
    (b"\xff\xd8\xff", Kind("JPEG", "picture")),
    (b"GIF8", Kind("GIF", "picture")),
    (b"BM", Kind("BMP", "picture")),
    (b"II*\x00", Kind("TIFF", "picture")),
    (b"MM\x00*", Kind("TIFF", "picture")),
    (b"Rar!", Kind("RAR", "archive")),
    (b"7z\xbc\xaf", Kind("7z", "archive")),
    (b"\x1f\x8b", Kind("GZIP", "archive")),
    (b"BZh", Kind("BZIP2", "archive")),
    (b"\xfd7zXZ", Kind("XZ", "archive")),
    (b"MSCF", Kind("CAB", "archive")),
    (b"x\x9f>\x22", Kind("winmail.dat", "mail")),
    (b"SQLite format 3\x00", Kind("SQLite", "database")),
    (b"\x00\x01\x00\x00Standard Jet DB", Kind("Access", "database")),
    (b"\x00\x01\x00\x00Standard ACE DB", Kind("Access", "database")),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind("LNK", "shortcut")),
    (b"\x09\x00\x04\x00", Kind("Excel 2", "old_excel")),
    (b"\x09\x02\x06\x00", Kind("Excel 3", "old_excel")),
    (b"\x09\x04\x06\x00", Kind("Excel 4", "old_excel")),
)
_AT_LATER = (
    (257, b"ustar", Kind("TAR", "archive")),
    (8, b"WEBP", Kind("WEBP", "picture")),
    (4, b"ftyphei", Kind("HEIC", "picture")),
    (4, b"ftypmif", Kind("HEIC", "picture")),
    (4, b"Standard", Kind("Access", "database")),
)
_SIGNED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""Object identifier of PKCS #7: a digitally signed or enciphered file (.p7m, .p7s)."""
_HTML = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<style", b"<script")
_EXCEL_XML = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="excel.sheet"', b"progid='excel.sheet'")
_MAIL_HEADER = re.compile(
    rb"From |(?:received|return-path|delivered-to|from|date|subject|to|message-id|mime-version|x-[\w-]+|"
    rb"dkim-signature):",
    re.IGNORECASE,
)
_SHORTCUT = re.compile(
    rb'\[internetshortcut\]|\[desktop entry\]|\{\s*"(?:url|doc_id|resource_id|email)"\s*:|https?://\S+\s*$',
    re.IGNORECASE,
)
_MANY = 2048
_FAR = 8192


def kind_of(data: bytes) -> Kind:
    """What a file that is neither zip nor OLE seems to be."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    for place, magic, kind in _AT_LATER:
        if data.startswith(magic, place):
            return kind
    if not data.strip():
        return Kind(say("file_kind.empty"), "empty")
    return _kind_of_text(data)


def _kind_of_text(data: bytes) -> Kind:
    far = _plain(data[:_FAR]).lower()
    start = far[:_MANY].lstrip(b" \r\n\t")
    if _SIGNED in data[:64] or start.startswith(b"-----begin"):
        return Kind("P7M", "archive")
    if (start.startswith(b"mime-version:") and b"x-document-type: workbook" in far) or start.startswith(_HTML):
        return Kind("HTML", "html")
    if start.startswith(b"<"):
        return _kind_of_xml(far)
    if _MAIL_HEADER.match(start):
        return (
            Kind("P7M", "archive")
            if b"application/pkcs7-mime" in far or b"x-pkcs7-mime" in far
            else Kind("EML", "mail")
        )
    if _SHORTCUT.match(start) and len(data) < _FAR:
        return Kind(say("file_kind.shortcut"), "shortcut")
    if b"\x00" in start:
        return Kind(say("file_kind.unknown"))
    return Kind(say("file_kind.text"), "text")


def _kind_of_xml(far: bytes) -> Kind:
    if any(sign in far for sign in _EXCEL_XML):
        return Kind("XML Spreadsheet 2003", "xml")
    if b"<html" in far or b"<table" in far:
        return Kind("HTML", "html")
    return Kind("XML", "xml")


def _plain(data: bytes) -> bytes:
    """Text of 8 bits a letter: UTF-16 without its zeros, no byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[2:].replace(b"\x00", b"")
    return data.removeprefix(b"\xef\xbb\xbf")


def not_spreadsheet(kind: Kind) -> Stopped:
    facts: dict[str, object] = {"kind": kind.name}
    return Stopped("not_spreadsheet", {**facts, "variant": kind.variant} if kind.variant else facts)


_OLE_KINDS = (
    ("WordDocument", Kind("Word", "word")),
    ("PowerPoint Document", Kind("PowerPoint", "powerpoint")),
    ("__properties_version1.0", Kind("Outlook", "mail")),
    ("VisioDocument", Kind("Visio", "picture")),
    ("Quill", Kind("Publisher", "word")),
    ("WksSSWorkBook", Kind("Works")),
    ("MatOST", Kind("Works", "word")),
)


def kind_of_ole(streams: frozenset[str]) -> Kind:
    """What an OLE file without a workbook seems to be, by the names of its streams."""
    found = (kind for name, kind in _OLE_KINDS if name in streams)
    return next(found, Kind("OLE"))


_OTHER_ZIPS = {
    "ZIP": "zip",
    "Word": "word",
    "PowerPoint": "powerpoint",
    "application/vnd.oasis.opendocument.text": "word",
    "application/vnd.oasis.opendocument.presentation": "powerpoint",
    "Apple iWork": "iwork",
}


def kind_of_zip(name: str) -> Kind:
    """What a zip without a workbook is, by its main part or its mimetype."""
    return Kind(name, _OTHER_ZIPS.get(name, ""))
