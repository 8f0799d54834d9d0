"""Text as it lies in a file when typed in a font of before Unicode."""

from __future__ import annotations

from tracker import legacy

_TCVN3 = str.maketrans(legacy._TCVN3_LETTERS, legacy._TCVN3_CODES)
_VNI = {letter: code for code, letter in legacy._VNI.items()}


def in_tcvn3(text: str) -> str:
    """Capitals with tones stay as they are: TCVN3 has none, people change to a font of capitals for them."""
    return text.translate(_TCVN3)


def in_vni(text: str) -> str:
    return "".join(_VNI.get(char, char) for char in text)
