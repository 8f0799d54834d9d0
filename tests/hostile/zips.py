"""The archive itself: overlaps, lies about sizes, checksums and places, names, methods, archives in archives."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

from tests.hostile.kinds import Expected, add, either, kind, refused, taken
from tests.hostile.pieces import STYLES
from tests.hostile.rawzip import (
    BZIP2,
    DESCRIPTOR,
    ENCRYPTED,
    LZMA,
    Entry,
    deflated,
    entries_of,
    renamed,
    stored,
    written,
)
from tests.support.packages import SHEET1

_ZIP = "2.zip"


def _with(name: str, expected: Expected, *more: Entry) -> None:
    """The form with entries added."""
    add(name, _ZIP, expected, lambda form: written([*entries_of(form), *more]))


def _but(name: str, expected: Expected, part: str, **fields: object) -> None:
    """The form, one entry of which has other fields."""
    add(name, _ZIP, expected, lambda form: written(renamed(entries_of(form), part, **fields)))


def _archived(name: str, expected: Expected, change: Callable[[bytes], bytes]) -> None:
    add(name, _ZIP, expected, change)


def _lies() -> None:
    damaged = refused("F02", "F04")
    _but("zip_wrong_checksum", damaged, STYLES, crc=0x12345678)
    _but("zip_size_too_small", damaged, SHEET1, size=100)
    _but("zip_size_too_large", damaged, SHEET1, size=99_999_999)
    _but("zip_packed_size_beyond_the_end", either("F02"), SHEET1, claimed_packed=0xFFFFFF00)
    _but("zip_packed_size_short", damaged, SHEET1, claimed_packed=40)
    _but("zip_offset_beyond_the_end", damaged, SHEET1, offset=0xFFFFFF00)
    _but("zip_offset_of_another", damaged, SHEET1, offset=0)
    _but("zip_other_name_in_the_entry", damaged, SHEET1, local_name=b"xl/other.xml")
    _but("zip_method_unknown", refused("F01", "F02"), SHEET1, method=77)
    _but("zip_method_of_wavpack", refused("F01", "F02"), SHEET1, method=97)
    _but("zip_stored_and_says_deflated", damaged, SHEET1, packed=b"<worksheet/>" * 9)
    _but("zip_extra_cut", either("F02"), SHEET1, extra=b"\x01\x00\xff\xff")
    _but("zip_extra_of_zeros", taken(), SHEET1, extra=bytes(40), local_extra=bytes(40))
    sizes = struct.pack("<HH3Q", 1, 24, 2**63, 2**63, 2**63)
    _but("zip64_sizes_lie", damaged, SHEET1, extra=sizes, size=0xFFFFFFFF, claimed_packed=0xFFFFFFFF, offset=0xFFFFFFFF)
    _but("zip_encrypted", refused("F03", "F02"), SHEET1, flags=ENCRYPTED)
    _but("zip_encrypted_by_aes", refused("F03", "F02"), SHEET1, flags=ENCRYPTED, method=99)
    _but("zip_strongly_encrypted", refused("F03", "F02"), SHEET1, flags=ENCRYPTED | 0x40)
    _but("zip_patch_data", either("F02", "F04", "F01"), SHEET1, flags=0x20)


def _names() -> None:
    damaged = refused("F02", "F01", "F04")
    page = b"<worksheet/>"
    _with("zip_name_twice", damaged, deflated(SHEET1, page))
    _with("zip_name_twice_in_capitals", damaged, deflated(SHEET1.upper(), page))
    for name, text in {
        "above": "../../../evil.sh",
        "above_windows": "..\\..\\evil.bat",
        "drive": "C:\\evil.exe",
        "stream": "xl/a.xml:evil.exe",
        "device": "CON",
    }.items():
        _with(f"zip_name_{name}", either("F02"), stored(text, b"evil"))
    _with("zip_name_absolute", either("F02"), stored("/etc/evil", b"evil"))
    _with("zip_name_empty", either("F02"), stored("", b"evil"))
    _with("zip_name_with_nul", either("F02"), Entry(b"xl/a\x00.xml", b"", method=0))
    _with("zip_name_of_no_alphabet", either("F02"), Entry(b"\xff\xfe\x81", b"", method=0, flags=0x800))
    _with("zip_name_of_sixty_thousand", either("F02"), Entry(b"a" * 65_000, b"", method=0))
    _with("zip_folder", taken(), Entry(b"xl/media/", b"", method=0, attributes=0x10))
    _with("zip_link", either("F02"), replace(stored("xl/link", b"/etc/passwd"), attributes=0o120777 << 16))
    _archived("zip_name_backslashes", either("F01", "F02", "F05"), lambda form: written(_backslashed(form)))
    _archived("zip_entries_2001", refused("F04"), lambda form: written([*entries_of(form), *_empties(2001)]))
    _archived("zip_entries_60000", refused("F04"), lambda form: written([*entries_of(form), *_empties(60_000)]))


def _backslashed(form: bytes) -> list[Entry]:
    return [replace(each, name=each.name.replace(b"/", b"\\")) for each in entries_of(form)]


def _empties(count: int) -> list[Entry]:
    return [Entry(b"xl/media/%d.png" % number, b"", method=0) for number in range(count)]


def _frames() -> None:
    _archived("zip_junk_before", either("F01", "F02"), lambda form: b"MZ junk before " * 9 + form)
    _archived(
        "zip_junk_before_counted", either("F01", "F02"), lambda form: written(entries_of(form), before=b"\x7fELF" * 30)
    )
    _archived("zip_junk_between", either("F02"), lambda form: b"PK" + bytes(30) + form)
    _archived("zip_junk_behind", either("F02"), lambda form: form + bytes(500))
    _archived("zip_much_junk_behind", either("F02"), lambda form: form + b"junk" * 40_000)
    _archived("zip_comment_full", taken(), lambda form: written(entries_of(form), comment=b"a" * 65_535))
    _archived(
        "zip_comment_with_an_end",
        either("F01", "F02"),
        lambda form: written(entries_of(form), comment=b"PK\5\6" + bytes(18)),
    )
    _archived("zip_two_archives", either("F02", "P01", "F05"), lambda form: written([stored("a", b"")]) + form)
    _archived("zip_directory_shifted", either("F02"), lambda form: written(entries_of(form), shift=900))
    _archived("zip_directory_far_away", refused("F02"), lambda form: written(entries_of(form), shift=2**31))
    _archived("zip_count_too_small", either("F02"), lambda form: written(entries_of(form), count=1))
    _archived("zip_count_too_large", either("F02"), lambda form: written(entries_of(form), count=60_000))
    _archived("zip_of_many_disks", either("F02"), lambda form: written(entries_of(form), disk=9))
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**60, 2**60, 2**60, 2**60)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 2**62, 1)
    _archived("zip64_end_lies", either("F02"), lambda form: written(entries_of(form), zip64=record + locator))
    _archived("zip64_locator_only", either("F02"), lambda form: written(entries_of(form), zip64=locator))
    _archived("zip_end_only", refused("F01", "F02"), lambda form: b"PK\5\6" + bytes(18))
    _archived("zip_start_only", refused("F01", "F02"), lambda form: b"PK\3\4")
    _archived(
        "zip_empty_but_for_types",
        refused("F01", "F02", "F05"),
        lambda form: written([stored("[Content_Types].xml", b"")]),
    )


@kind(_ZIP, taken())
def zip_streamed(form: bytes) -> bytes:
    """Sizes behind the contents, as programs write that cannot seek."""
    return written([replace(each, flags=DESCRIPTOR) for each in entries_of(form)])


@kind(_ZIP, taken())
def zip_not_compressed(form: bytes) -> bytes:
    return written([_stored_again(each) for each in entries_of(form)])


def _stored_again(entry: Entry) -> Entry:
    content = zlib.decompress(entry.packed, -15)
    return replace(stored("", content), name=entry.name)


@kind(_ZIP, refused("F02", "F04"))
def zip_overlaps(form: bytes) -> bytes:
    """Four hundred names for the same bytes: each inflates them anew."""
    big = deflated("xl/media/0.bin", bytes(5 * 1024**2))
    entries = entries_of(form)
    place = len(written(entries)) - _directory_size(entries)
    again = [replace(big, name=b"xl/media/%d.bin" % n, offset=place, is_only_listed=True) for n in range(1, 400)]
    return written([*entries, big, *again])


@kind(_ZIP, refused("F02", "F04"))
def zip_overlaps_by_a_little(form: bytes) -> bytes:
    """Every entry claims the next ones as its own contents: quoted, as in a bomb without nesting."""
    kernel = stored("xl/media/end.bin", bytes(1000))
    entries = entries_of(form)
    return written([*entries, replace(kernel, name=b"xl/media/q.bin", claimed_packed=1000 + 46), kernel])


def _directory_size(entries: list[Entry]) -> int:
    return 22 + sum(len(each.listed(0)) for each in entries)


def _methods() -> None:
    for name, method, pack in (("bzip2", BZIP2, bz2.compress), ("lzma", LZMA, _lzma)):
        small = b"<a/>" * 50
        _with(
            f"zip_by_{name}",
            either("F01", "F02"),
            Entry(b"xl/media/a.xml", pack(small), len(small), zlib.crc32(small), method),
        )
        add(
            f"zip_bomb_by_{name}",
            _ZIP,
            refused("F01", "F02", "F04"),
            lambda form, pack=pack, method=method: written(  # type: ignore[misc]
                [*entries_of(form), _bomb(pack, method)]
            ),
            is_heavy=True,
        )


def _bomb(pack: Callable[[bytes], bytes], method: int) -> Entry:
    zeros = bytes(400 * 1024**2)
    return Entry(b"xl/media/a.emf", pack(zeros), len(zeros), zlib.crc32(zeros), method)


def _lzma(content: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "preset": 1}]
    packed = lzma.compress(content, lzma.FORMAT_ALONE, filters=filters)
    return b"\x09\x04\x05\x00" + packed[:5] + packed[13:]


def _nested() -> None:
    def deep(form: bytes, depth: int) -> bytes:
        for number in range(depth):
            form = written([stored(f"{number}.zip", form)])
        return form

    def doubling(form: bytes) -> bytes:
        inner = written([deflated("a.txt", bytes(1024**2))])
        for number in range(12):
            inner = written([replace(deflated(f"{n}.zip", inner), name=b"%d-%d.zip" % (number, n)) for n in range(10)])
        return inner

    inside = refused("F01", "F02", "F03", "F04", "F05")
    add("zip_in_zip_by_60", _ZIP, inside, lambda form: deep(form, 60), ending="zip", unpacks=True)
    add("zip_of_zips_of_zips", _ZIP, inside, doubling, ending="zip", unpacks=True)
    add(
        "zip_of_texts",
        _ZIP,
        inside,
        lambda form: written([stored(f"{n}.txt", b"%d" % n) for n in range(9)]),
        "zip",
        unpacks=True,
    )
    add("zip_in_itself", _ZIP, inside, _in_itself, ending="zip", unpacks=True)
    add("zip_of_nothing", _ZIP, inside, lambda form: written([]), ending="zip", unpacks=True)


def _in_itself(form: bytes) -> bytes:
    """An archive whose only entry lies over the archive's own bytes: unpacked for ever, it gives itself."""
    whole = written([replace(stored("self.zip", b""), claimed_packed=200, size=200)])
    return whole + bytes(200)


_lies()
_names()
_frames()
_methods()
_nested()
