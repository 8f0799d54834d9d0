"""Header fields of a mail as people wrote them: encoded words (RFC 2047), parameters (RFC 2231), bare UTF-8, and what
mail programs make of those. Nothing here raises on anything a header may hold.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from email.message import Message
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

_WORD = re.compile(r"=\?([^?\s]*)\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]?")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|"[^"]*$|[^;]*)', re.DOTALL)
_PIECE = re.compile(r"\*(\d{1,4})(\*?)$")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_SINGLE_BYTE = re.compile(r"(us-)?ascii|utf-?8|unknown.*|(iso-?8859|cp125|windows-125|x-).*|", re.IGNORECASE)
_VIETNAMESE_WINDOWS = "cp1258"
Part: TypeAlias = "Message[Any, Any]"


def fields(part: Part, name: str) -> list[str]:
    """All fields of this name as they stand in the mail, unfolded; bytes beyond ASCII are surrogates."""
    wanted = name.lower()
    return [_FOLD.sub(" ", str(value)) for key, value in part.raw_items() if key.lower() == wanted]


def first(part: Part, name: str) -> str:
    """The first field of this name, raw; "" where there is none."""
    return next(iter(fields(part, name)), "")


def text_of(raw: str) -> str:
    """A raw field in letters: encoded words decoded, also inside quotes and cut in the middle of a letter."""
    found: list[str] = []
    waiting: list[tuple[str, bytes]] = []
    place = 0
    for word in _WORD.finditer(raw):
        between = raw[place : word.start()]
        if between.strip() or not waiting:
            found += [*_emptied(waiting), bare(between)]
        charset, data = word[1].partition("*")[0].lower(), _word_bytes(word[2], word[3])
        if waiting and waiting[-1][0] == charset:
            waiting[-1] = charset, waiting[-1][1] + data
        else:
            waiting.append((charset, data))
        place = word.end()
    return "".join([*found, *_emptied(waiting), bare(raw[place:])])


def _emptied(waiting: list[tuple[str, bytes]]) -> list[str]:
    decoded = [decode(data, charset) for charset, data in waiting]
    waiting.clear()
    return decoded


def bare(text: str) -> str:
    """A raw field whose bytes beyond ASCII are letters; encoded words stay as they are."""
    return text if text.isascii() else decode(raw_bytes(text), "")


def raw_bytes(text: str) -> bytes:
    """The bytes behind a text of a parsed mail."""
    return text.encode("utf-8", "surrogateescape") if text.isascii() or _has_surrogates(text) else text.encode()


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(raw_bytes(text), header=True)
    letters = _NO_BASE64.sub("", text)
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def decode(data: bytes, charset: str) -> str:
    """Bytes in letters, NFC. UTF-8 is believed before a declared one-byte character set, for mail programs declare
    what they like and other bytes hardly ever look like UTF-8; then Vietnamese Windows, which reads nearly anything.
    """
    tries = ["utf-8", charset, _VIETNAMESE_WINDOWS] if _SINGLE_BYTE.fullmatch(charset) else [charset, "utf-8"]
    for each in [*filter(None, tries), "latin-1"]:
        try:
            return unicodedata.normalize("NFC", data.decode(each))
        except (UnicodeError, LookupError, ValueError):
            continue
    return ""


def parameters(raw: str) -> dict[str, str]:
    """Parameters of a raw Content-Type or Content-Disposition, by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(raw):
        found.setdefault(name.lower(), _unquoted(value.strip()))
    return found


def _unquoted(value: str) -> str:
    r"""Without quotes. A backslash escapes a quote or itself; before anything else it belongs to a path of Windows."""
    if not value.startswith('"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return re.sub(r'\\(["\\])', r"\1", inner)


def parameter(raw: str, name: str) -> str:
    """A parameter in letters: RFC 2231 with and without continuations first, then RFC 2047 and bare bytes."""
    given = parameters(raw)
    if f"{name}*" in given:
        return _extended(given[f"{name}*"])
    pieces = sorted(
        (int(piece[1]), bool(piece[2]), value)
        for key, value in given.items()
        if key.startswith(f"{name}*") and (piece := _PIECE.search(key))
    )
    if pieces:
        return _joined(pieces)
    plain = text_of(given.get(name, ""))
    return decode(unquote_to_bytes(plain), "") if _PERCENT.search(plain) and plain.isascii() else plain


def _extended(value: str) -> str:
    charset, quote, rest = value.partition("'")
    text = rest.partition("'")[2] if quote else value
    return decode(unquote_to_bytes(raw_bytes(text)), charset.lower() if quote else "")


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """Continuations put together as bytes before they are decoded, for a letter may lie across two of them."""
    if not any(is_extended for _, is_extended, _ in pieces):
        return text_of("".join(value for _, _, value in pieces))
    charset, first, data, escaped = "", pieces[0][0], b"", b""
    for number, is_extended, value in pieces:
        text = value
        if is_extended and number == first and value.count("'") >= 2:
            charset, _, rest = value.partition("'")
            text = rest.partition("'")[2]
        if is_extended:
            escaped += raw_bytes(text)
        else:
            data, escaped = data + unquote_to_bytes(escaped) + raw_bytes(text), b""
    return decode(data + unquote_to_bytes(escaped), charset.lower())
