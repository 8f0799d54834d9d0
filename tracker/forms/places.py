"""Names of cells: 0-based row and column to "A1", and back."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def letters_of(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def ref_of(row: int, column: int) -> str:
    return f"{letters_of(column)}{row + 1}"


def place_of(ref: str) -> tuple[int, int]:
    """Row and column of a name such as "AB12", both from 0."""
    letters = ref.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(ref[len(letters) :]) - 1, column - 1
