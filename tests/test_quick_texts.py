"""The quick ways of cleaning and folding texts give what the thorough ones do."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from tracker import vietnamese
from tracker.vietnamese import clean_text, fold, fold_start

_ODD = " \t\n\r\u00a0\u00ad\u200b\u2028\u3000\u0301\u0323\u034f\u0e31１９²½…·-<>%"
_LETTERS = st.one_of(st.characters(), st.sampled_from(_ODD + "ăâđĐỷýQuYyKkChọnTrạngThái"))
TEXTS = st.text(_LETTERS, max_size=40)


def _thorough_fold(text: str) -> str:
    """By the book: every character decomposed, its marks dropped, one by one."""
    plain = {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "\u0189": "D", "\u00ad": ""}
    decomposed = unicodedata.normalize("NFD", "".join(plain.get(char, char) for char in text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    digits = "".join(str(ord(char) - 0xFF10) if "\uff10" <= char <= "\uff19" else char for char in bare)
    words = " ".join(re.findall(r"[0-9a-z%]+", digits))
    return re.sub(r"(?<=[bcdghklmnpqrstvx])y\b|(?<=qu)y\b", "i", words)


@given(TEXTS)
@example("Tỷ lệ  HOÀN THÀNH (%)")
@example("a\u034f\u0323b")
def test_fold(text: str) -> None:
    assert fold(text) == _thorough_fold(text)


@given(TEXTS)
@example("< Chọn >")
def test_a_text_begins_as_its_fold_does(text: str) -> None:
    start = fold_start(text)
    assert not start or start == fold(text).partition(" ")[0]


@given(TEXTS)
@example("Đã xong １００ %")
@example("hai  khoảng trắng")
def test_clean_text(text: str) -> None:
    """A zero-width space, which is dropped, keeps a text from the quick way."""
    assert clean_text(text) == clean_text(f"{text}\u200b")


def test_long_texts_are_not_kept() -> None:
    """A worker lives on after a hostile file; its memory must not."""
    kept = vietnamese._fold_kept.cache_info().currsize
    for number in range(50):
        fold(f"{number} " + "đ" * 30_000)
    assert vietnamese._fold_kept.cache_info().currsize == kept
