"""Mutations of real files, each from one number: the same number always gives the same bytes."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.hostile.rawzip import Entry, deflated, written

_TAG = re.compile(rb"<[^<>]+>")
_ELEMENT = re.compile(rb"<(\w+)\b[^<>]*>[^<>]*</\1>|<\w+\b[^<>]*/>")
_VALUE = re.compile(rb'="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_MAGIC = (
    b"",
    b"0",
    b"-1",
    b"1",
    b"1048576",
    b"1048577",
    b"16384",
    b"4294967295",
    b"9223372036854775808",
    b"1e308",
    b"NaN",
    b"A1:XFD1048576",
    b"XFD1048576",
    b"A0",
    b"&#0;",
    b"&lt;&amp;",
    b"&nobody;",
    b"\xff\xfe",
    b"true",
    b"s",
    b"e",
    b"str",
    b"inlineStr",
    b"d",
    b"../../x",
    b"a" * 70_000,
    b"31/4/2025",
    b"27TB-4.a",
    b"#REF!",
    b"TDNV1.a.b.c",
    b"BC.1/9999-99/hth/000000-000000000000",
    "٣".encode(),
    "²".encode(),
    "१०".encode(),
)
_INTEGERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Base:
    """A file to start from."""

    name: str
    data: bytes


def mutated(bases: Sequence[Base], seed: int) -> tuple[str, bytes]:
    """(what was done, the bytes) of a number."""
    chance = random.Random(seed)
    base = chance.choice(bases)
    data, done = base.data, []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        is_package = data.startswith(b"PK") and chance.random() < 0.8
        change = _in_package if is_package else chance.choice(_RAW)
        data = change(data, chance)
        done.append(change.__name__.strip("_"))
    return f"{base.name}: {', '.join(done)}", data


# --- bytes ------------------------------------------------------------------------------------------------------------


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _turn_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 60)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _put_integer(data: bytes, chance: random.Random) -> bytes:
    place, number = _place(data, chance), chance.choice(_INTEGERS)
    form = chance.choice(("<L", ">L", "<H", "<B"))
    piece = struct.pack(form, number & (256 ** struct.calcsize(form) - 1))
    return data[:place] + piece + data[place + len(piece) :]


def _cut_out(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + data[place + chance.choice((1, 2, 7, 64, 900, 5000)) :]


def _cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    place, size = _place(data, chance), chance.choice((1, 4, 32, 512, 4096))
    return data[:place] + data[place : place + size] * chance.choice((2, 3, 50)) + data[place + size :]


def _put_junk(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + chance.randbytes(chance.choice((1, 3, 16, 300))) + data[place:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    first, second, third = sorted(_place(data, chance) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


_RAW: tuple[Change, ...] = (_turn_bits, _put_integer, _cut_out, _cut_off, _repeat, _put_junk, _swap)


# --- XML --------------------------------------------------------------------------------------------------------------


def _one(pattern: re.Pattern[bytes], data: bytes, chance: random.Random) -> re.Match[bytes] | None:
    """One of the matches near a random place: quick in large parts."""
    return pattern.search(data, max(0, _place(data, chance) - 200))


def _by(data: bytes, found: re.Match[bytes] | None, group: int, piece: Callable[[bytes], bytes]) -> bytes:
    if found is None:
        return data
    return data[: found.start(group)] + piece(found[group]) + data[found.end(group) :]


def _change_value(data: bytes, chance: random.Random) -> bytes:
    return _by(data, _one(_VALUE, data, chance), 1, lambda old: chance.choice(_MAGIC))


def _change_text(data: bytes, chance: random.Random) -> bytes:
    return _by(data, _one(_TEXT, data, chance), 1, lambda old: chance.choice(_MAGIC))


def _drop_tag(data: bytes, chance: random.Random) -> bytes:
    return _by(data, _one(_TAG, data, chance), 0, lambda old: b"")


def _drop_element(data: bytes, chance: random.Random) -> bytes:
    return _by(data, _one(_ELEMENT, data, chance), 0, lambda old: b"")


def _repeat_element(data: bytes, chance: random.Random) -> bytes:
    return _by(data, _one(_ELEMENT, data, chance), 0, lambda old: old * chance.choice((2, 3, 2000)))


def _wrap_element(data: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((1, 30, 3000))
    return _by(data, _one(_ELEMENT, data, chance), 0, lambda old: b"<a>" * depth + old + b"</a>" * depth)


def _move_element(data: bytes, chance: random.Random) -> bytes:
    found, target = _one(_ELEMENT, data, chance), _one(_TAG, data, chance)
    if found is None or target is None or target.start() >= found.start():
        return data
    return data[: target.start()] + found[0] + data[target.start() : found.start()] + data[found.end() :]


def _comment(data: bytes, chance: random.Random) -> bytes:
    wraps = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"<!DOCTYPE a [", b"]>"))
    before, after = chance.choice(wraps)
    return _by(data, _one(_ELEMENT, data, chance), 0, lambda old: before + old + after)


def _encode(data: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "utf-32"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


_XML: tuple[Change, ...] = (
    _change_value,
    _change_value,
    _change_value,
    _change_text,
    _change_text,
    _drop_tag,
    _drop_element,
    _repeat_element,
    _wrap_element,
    _move_element,
    _comment,
    _encode,
)


# --- packages ---------------------------------------------------------------------------------------------------------


def _in_package(data: bytes, chance: random.Random) -> bytes:
    """One part changed and packed again with a true checksum, or an entry that lies; bytes, where it is no package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, EOFError, OSError):
        return chance.choice(_RAW)(data, chance)
    if not parts:
        return data
    name = chance.choice(sorted(parts, key=lambda each: ("sheet1" not in each, each))[: chance.choice((1, 3, 99))])
    if chance.random() < 0.08:
        return written(_lying(parts, name, chance))
    for _ in range(chance.choice((1, 1, 3, 20))):
        is_xml = parts[name].lstrip(b"\xef\xbb\xbf").startswith(b"<")
        parts[name] = chance.choice(_XML if is_xml and chance.random() < 0.85 else _RAW)(parts[name], chance)
    return written([deflated(part, content) for part, content in parts.items()])


def _lying(parts: dict[str, bytes], name: str, chance: random.Random) -> list[Entry]:
    fields = ("size", "crc", "method", "flags", "claimed_packed", "offset")
    lie = {chance.choice(fields): chance.choice(_INTEGERS) & 0xFFFF}
    entries = [deflated(part, content) for part, content in parts.items()]
    return [replace(each, **lie) if each.name == name.encode() else each for each in entries]  # type: ignore[arg-type]
