"""E-mail addresses as people and servers write them, in one spelling, so that they can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

_IN_BRACKETS = re.compile(r"<([^<>]*)>[^<>]*$")
_TAG = re.compile(r"\+[^@]*(?=@)")


def bare_address(text: str) -> str:
    """ "Văn thư Sở <VanThu@Stc.Example>" -> "vanthu@stc.example"; what is no address, in lower case."""
    found = _IN_BRACKETS.search(text)
    return normal_address((found[1] if found else text).strip().strip("\"'").removeprefix("mailto:"))


def normal_address(address: str) -> str:
    """An address as it is compared: lower case, its domain in the letters of DNS (IDNA)."""
    local, at, domain = address.strip().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}".casefold()


def holders(agencies: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Agency codes by address, from (agency code, its addresses); one clerk may write for several agencies."""
    found: dict[str, tuple[str, ...]] = {}
    for code, addresses in agencies:
        for address in dict.fromkeys(map(bare_address, addresses)):
            found[address] = (*found.get(address, ()), code)
    return found


def held_by(sender: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Codes of the agencies a sender may write for; an address with a tag (vt+bc@…) is that without it too."""
    address = bare_address(sender)
    return known.get(address) or known.get(_TAG.sub("", address), ())
