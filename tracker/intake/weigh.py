"""What a part of a mail is good for, by its contents: a file to be read, a paper beside it, or nothing to speak of."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePosixPath

_BOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".ods", ".csv", ".et", ".fods"})
_PACKED = frozenset({".zip", ".rar", ".7z", ".p7m", ".gz", ".tar"})
_TRIFLING = frozenset({".ics", ".vcf", ".p7s", ".asc", ".sig", ".css"})
_TRIFLING_TYPES = (
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/rfc822-headers",
    "application/ics",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-encrypted",
    "application/applefile",
    "message/",
)
_SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_PACKED_STARTS = (b"Rar!", b"7z\xbc\xaf")
_ZIP_PAPERS = (b"word/document", b"ppt/presentation", b"opendocument.")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book", "EncryptedPackage"))
_OLE_OTHERS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document"))
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557


class Weight(Enum):
    """FILE: a return, or something that may hold one; PAPER: another document, read only where there is no FILE;
    TRIFLE: part of the letter itself."""

    FILE = "file"
    PAPER = "paper"
    TRIFLE = "trifle"


def weigh(data: bytes, name: str, kind: str, is_loose: bool) -> Weight:
    """`kind` is the declared type ("" : none); `is_loose`: meant as a file, not shown inside the text."""
    suffix = PurePosixPath(name.casefold()).suffix
    if is_book(data) or _is_packed(data) or kind in _SEALED_TYPES:
        return Weight.FILE
    if kind.startswith(_TRIFLING_TYPES) or suffix in _TRIFLING:
        return Weight.TRIFLE
    if data.startswith(_PICTURES) or kind.startswith("image/"):
        return Weight.PAPER if is_loose else Weight.TRIFLE
    if suffix in _BOOKS | _PACKED:
        return Weight.FILE
    is_text = kind.startswith("text/")
    return Weight.TRIFLE if not data or (is_text and not is_loose) else Weight.PAPER


def is_book(data: bytes) -> bool:
    """Whether it is a workbook of whatever program, locked ones included."""
    if data.startswith(b"PK"):
        return b"xl/workbook" in data or b"opendocument.spreadsheet" in data[:256]
    if data.startswith(_OLE):
        return any(each in data for each in _OLE_BOOKS) and not any(each in data for each in _OLE_OTHERS)
    return False


def _is_packed(data: bytes) -> bool:
    """Whether other files may be inside: an archive that is no document of an office program."""
    return data.startswith(_PACKED_STARTS) or (
        data.startswith(b"PK\x03\x04") and not any(each in data for each in _ZIP_PAPERS)
    )


def is_cut_short(data: bytes) -> bool:
    """Whether a file at the end of a cut mail may have lost something: a zip tells that it is whole, others do not."""
    return not (data.startswith(b"PK") and _ZIP_END in data[-_ZIP_TAIL:])
