"""What may be opened: type by content, limits counted and not believed. Runs inside the worker, before any reader.

Beside the limits of `zips` and `boxes`: no password, and no entity declarations in the parts readers parse.
"""

from __future__ import annotations

import io
import zipfile

from tracker.intake.boxes import check_ods, check_open_xml, check_xls, check_xlsb
from tracker.intake.kinds import kind_of, kind_of_ole, kind_of_zip, not_spreadsheet
from tracker.intake.ole import SIGNATURE, BrokenOleError, Ole
from tracker.intake.unpack import MAIN_PARTS, contents
from tracker.intake.zips import BROKEN, MAX_PART, MAX_TOTAL, Stopped, opened, read_counted
from tracker.model import Package
from tracker.openxml import has_usual_names, is_plain, packed, usual

__all__ = ["Stopped", "open_package"]

_MACROS = "xl/vbaProject.bin"
_EXTERNAL = "xl/externalLinks/"
_MAX_TIDIED = 64 * 1024**2
"""Of a package whose parts must be renamed, all in memory; those that programs write are never so."""
_ODF_ENCRYPTION = b"encryption-data"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_BOOKS = ("Workbook", "Book")


def open_package(data: bytes, max_bytes: int) -> Package | Stopped:
    """The file by its content, its XML parts inflated once and counted; or why not."""
    if len(data) > max_bytes:
        return Stopped("too_large", {"size": len(data), "limit": max_bytes})
    if data.startswith(b"PK"):
        return _open_zip(data)
    if data.startswith(SIGNATURE):
        return _open_ole(data)
    return not_spreadsheet(kind_of(data))


# --- OLE --------------------------------------------------------------------------------------------------------------


def _open_ole(data: bytes) -> Package | Stopped:
    """An OLE file: an .xls workbook, an encrypted Open XML package, or something else of Office."""
    try:
        ole = Ole(data)
        names = ole.names
        is_book = not names.isdisjoint(_BOOKS)
        stopped = check_xls(ole) if is_book else None
    except BrokenOleError as error:
        if str(error) == "circle":
            return Stopped("damaged", {"why": "sectors"})
        names = _names_by_sight(data)  # damaged, or made by a careless program: let the reader try
        is_book, stopped = not names.isdisjoint(_BOOKS), None
    if "EncryptedPackage" in names:
        return Stopped("password", {})
    if not is_book:
        return not_spreadsheet(kind_of_ole(names))
    return stopped or Package("xls", data, has_macros="_VBA_PROJECT" in names)


def _names_by_sight(data: bytes) -> frozenset[str]:
    sought = ("EncryptedPackage", "WordDocument", "PowerPoint Document", "_VBA_PROJECT", *_BOOKS)
    return frozenset(name for name in sought if name.encode("utf-16-le") in data)


# --- zip --------------------------------------------------------------------------------------------------------------


def _open_zip(data: bytes) -> Package | Stopped:
    try:
        archive = opened(data)
        return archive if isinstance(archive, Stopped) else _inflate(archive, data)
    except BROKEN as error:
        return Stopped("damaged", {"why": type(error).__name__})


def _tidied(archive: zipfile.ZipFile) -> Package | Stopped | None:
    """An Open XML package out of the ordinary, under usual names and in UTF-8; None where it holds no workbook."""
    parts: dict[str, bytes] = {}
    total = 0
    for entry in archive.infolist():
        content = read_counted(archive, entry, _MAX_TIDIED - total)
        if not isinstance(content, bytes):
            return Stopped("too_large", {"part": entry.filename, "limit": _MAX_TIDIED})
        if entry.filename.casefold().endswith((".xml", ".rels")) and _has_dtd(content):
            return Stopped("too_large", {"part": entry.filename, "why": "DTD"})
        parts[entry.filename] = content
        total += len(content)
    try:
        tidy = usual(parts)
    except SyntaxError:  # relationships that are no XML; some readers can do without
        return None
    if not tidy:
        return None
    data = packed(tidy)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return _inflate(package, data, is_tidy=True)


def _inflate(archive: zipfile.ZipFile, data: bytes, is_tidy: bool = False) -> Package | Stopped:
    """Inflates what readers will parse, counting real bytes; other parts are counted too but not kept."""
    if not is_tidy and not has_usual_names(archive.namelist()) and (tidied := _tidied(archive)):
        return tidied
    file_format = _format(archive)
    if file_format not in ("xlsx", "xlsm", "xlsb", "ods"):
        found = contents(data) if file_format == "ZIP" else ()
        return found if isinstance(found, Stopped) else not_spreadsheet(kind_of_zip(file_format))
    parts: dict[str, bytes] = {}
    total = 0
    for entry in archive.infolist():
        name = entry.filename.lstrip("/")
        keep = name.endswith((".xml", ".rels")) or (file_format == "xlsb" and name.endswith(".bin"))
        content = read_counted(archive, entry, MAX_TOTAL - total, keep)
        size = content if isinstance(content, int) else len(content)
        if size < 0:
            return Stopped("too_large", {"part": entry.filename, "limit": MAX_PART})
        total += size
        if isinstance(content, bytes):
            parts[name] = content
    if stopped := _check_xml(parts):
        return stopped
    if not is_tidy and not is_plain(parts) and (tidied := _tidied(archive)):
        return tidied
    if stopped := _check(file_format, parts):
        return stopped
    names = archive.namelist()
    has_macros = _MACROS in names or any(
        name.startswith("Basic/") and name.endswith(".xml") and "script" not in name for name in names
    )
    return Package(file_format, data, parts, has_macros, any(name.startswith(_EXTERNAL) for name in names))


def _format(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    for part, name in MAIN_PARTS.items():
        if part in names:
            return "xlsm" if name == "xlsx" and _MACROS in names else name
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode("ascii", "replace")
        return "ods" if kind.startswith(_ODS_TYPE) else kind
    return "ZIP"


def _check(file_format: str, parts: dict[str, bytes]) -> Stopped | None:
    """Passwords and boxes of a package's parts."""
    if _ODF_ENCRYPTION in parts.get("META-INF/manifest.xml", b""):
        return Stopped("password", {"variant": "ods"})
    if file_format == "ods":
        return check_ods(parts.get("content.xml", b""))
    return check_xlsb(parts) if file_format == "xlsb" else check_open_xml(parts)


def _check_xml(parts: dict[str, bytes]) -> Stopped | None:
    """Entity declarations are refused in every part a reader parses (an old .ods has a harmless one in META-INF)."""
    for name, xml in parts.items():
        if name.endswith(".bin") or not name.startswith(("xl/", "content", "styles", "[Content", "_rels", "docProps")):
            continue
        if _has_dtd(xml):
            return Stopped("too_large", {"part": name, "why": "DTD"})
    return None


def _has_dtd(xml: bytes) -> bool:
    """In UTF-8 and, with or without its mark, UTF-16 and UTF-32; UTF-7 hides it, and no office program writes that."""
    text = xml.replace(b"\x00", b"") if 0 in xml[:4] else xml
    if b"!" in text and (b"<!ENTITY" in text or b"<!DOCTYPE" in text):
        return True
    return b"utf-7" in text[:200].lower()
