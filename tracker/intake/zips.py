"""Zip archives that strangers made: counted before and while they are inflated, their names read as text.

Limits are those of RELIABILITY practice: 2,000 entries, 256 MiB a part, 512 MiB a file; nothing encrypted, no doubled
names, no entries that overlap, no way out of the archive. What a header claims is never believed.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from itertools import pairwise

from tracker.legacy import decode, is_syllable

MAX_ENTRIES = 2_000
MAX_PART = 256 * 1024**2
MAX_TOTAL = 512 * 1024**2
MAX_RATIO = 400
"""Above `_SMALL` only. A sheet of a hundred thousand equal rows stays below 100; deflate itself ends at 1,032."""
MAX_TAGS = 12_000_000
"""In one part. Two million cells with their texts in them have as many; each costs a reader far more than its bytes."""
_SMALL = 10 * 1024**2
_CHUNK = 1024**2
_CENTRAL = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_LOCAL_SIZE, _CENTRAL_SIZE = 30, 46
_LOCAL_SIZES = struct.Struct("<HH").unpack_from
_SLACK = 10
"""How many times as many entries may seem to be there as are allowed: zips inside a zip have theirs."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Office writes. Others inflate whole blocks at once, which cannot be counted."""
_IS_UTF8 = 0x800
_HARMLESS_BITS = _IS_UTF8 | 0b1110
"""Of an entry's flags: a name in UTF-8, how hard the packer tried, sizes that stand behind the bytes."""
_DRIVE = re.compile(r"[A-Za-z]:")
_WORD = re.compile(r"[^\W\d_]+")

BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError)
"""What reading a damaged zip raises."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a file may not be opened: not_spreadsheet, damaged, password, too_large; facts for the sentence.

    The fact "variant" names the sentence where a problem has several.
    """

    problem: str
    facts: dict[str, object] = field(default_factory=dict)


def opened(data: bytes) -> zipfile.ZipFile | Stopped:
    """The archive, its entries looked at and none inflated; or why not. Raises `BROKEN` where it is no whole zip."""
    most = _SLACK * MAX_ENTRIES  # before memory is spent on each of them
    if len(data) > most * _CENTRAL_SIZE and (count := data.count(_CENTRAL)) > most:
        return Stopped("too_large", {"entries": count, "limit": MAX_ENTRIES})
    archive = zipfile.ZipFile(io.BytesIO(data))
    return _check(archive.infolist()) or archive


def _check(entries: list[zipfile.ZipInfo]) -> Stopped | None:
    if len(entries) > MAX_ENTRIES:
        return Stopped("too_large", {"entries": len(entries), "limit": MAX_ENTRIES})
    if any(entry.flag_bits & 1 for entry in entries):
        return Stopped("password", {"variant": "zip"})
    names = [entry.filename.casefold().replace("\\", "/") for entry in entries]
    if len(set(names)) != len(names) or any(map(_leads_out, names)) or _overlap(entries):
        return Stopped("damaged", {"why": "entries"})
    if any(entry.compress_type not in _METHODS for entry in entries):
        return Stopped("not_spreadsheet", {"kind": "ZIP", "variant": "archive"})
    return None


def _leads_out(name: str) -> bool:
    return ".." in name.split("/") or ":" in name


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether bytes serve two entries: a bomb of a few kilobytes can hold the same ones thousands of times."""
    spans = sorted((e.header_offset, e.header_offset + _LOCAL_SIZE + e.compress_size) for e in entries)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def read_counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int, keep: bool = True) -> bytes | int:
    """The bytes of an entry, or only their number unless `keep`; -1 as soon as it outgrows its limit, whatever it
    claims. Raises `BROKEN`; where header and contents differ too: `zipfile` would stop at the claimed size, other
    readers would not.
    """
    limit = min(MAX_PART, budget, max(_SMALL, entry.compress_size * MAX_RATIO))
    if entry.file_size <= min(limit, _SMALL) and (content := _inflated(archive, entry)) is not None:
        return content if keep else len(content)
    claimed, entry.file_size = entry.file_size, limit + 2 * _CHUNK
    chunks, size, tags = [], 0, 0
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if keep:
                    tags += chunk.count(b"<") if size > _SMALL else 0
                    chunks.append(chunk)
                if size > limit or tags > MAX_TAGS:
                    return -1
    finally:
        entry.file_size = claimed
    if size != claimed:
        raise zipfile.BadZipFile(entry.filename)
    if not keep:
        return size
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """The bytes of an entry that is all it claims to be, never more of them; None: `zipfile` must look closer.

    A form has fourteen parts, and streams over them cost more than the inflating.
    """
    stream = archive.fp
    if stream is None or entry.flag_bits & ~_HARMLESS_BITS:
        return None
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_SIZE)
    if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
        return None
    name_size, extra_size = _LOCAL_SIZES(header, 26)
    if stream.read(name_size) != entry.orig_filename.encode("utf-8", "replace"):
        return None
    stream.seek(extra_size, io.SEEK_CUR)
    packed = stream.read(entry.compress_size)
    if entry.compress_type == zipfile.ZIP_STORED:
        content, is_whole = packed, True
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        content = inflater.decompress(packed, entry.file_size + 1)
        is_whole = inflater.eof and not inflater.unused_data
    is_honest = len(packed) == entry.compress_size and len(content) == entry.file_size
    return content if is_whole and is_honest and zlib.crc32(content) == entry.CRC else None


def name_of(entry: zipfile.ZipInfo) -> str:
    """An entry's name as people read it: programs of Windows wrote names in the machine's own character set.

    Without the UTF-8 mark: UTF-8 all the same where it is such; else the character set of Vietnamese Windows, then the
    fonts of before Unicode, if that makes Vietnamese words; else what the zip format says (code page 437).
    """
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & _IS_UTF8 or name.isascii():
        return name
    raw = name.encode("cp437", "replace")
    for read in (_utf8, _windows, _before_unicode):
        if found := read(raw):
            return found
    return name


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _windows(raw: bytes) -> str:
    try:
        return _vietnamese(unicodedata.normalize("NFC", raw.decode("cp1258")))
    except UnicodeDecodeError:
        return ""


def _before_unicode(raw: bytes) -> str:
    text = raw.decode("latin-1")
    return _vietnamese(decode(text, "tcvn3")) or _vietnamese(decode(text, "vni"))


def _vietnamese(name: str) -> str:
    """The name, if all that is not ASCII in it stands in words that could be Vietnamese; else ""."""
    foreign = [char for char in name if not char.isascii()]
    words = [word for word in _WORD.findall(name) if not word.isascii()]
    return name if words and all(map(str.isalpha, foreign)) and all(map(is_syllable, words)) else ""
