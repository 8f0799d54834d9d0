"""Room for texts: lines and heights."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.forms.fit import line_count, row_height_pt


def test_short_text_takes_one_line_and_paragraphs_one_each() -> None:
    assert line_count("Chủ trì", 9) == 1
    assert line_count("a\nb\n\nc", 30) == 4


def test_words_wrap_and_long_links_break() -> None:
    assert line_count("một hai ba bốn năm", 9) == 3
    assert line_count("https://example.org/" + "a" * 80, 24) == 5


def test_capitals_need_more_room() -> None:
    assert line_count("ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG", 30) > line_count("ủy ban nhân dân tỉnh hải dương", 30)


@given(st.text(alphabet="ab cd\n", max_size=300), st.floats(5, 60))
def test_more_room_never_needs_more_lines(text: str, width: float) -> None:
    assert line_count(text, width + 5) <= line_count(text, width)


def test_height_has_a_floor_and_excels_ceiling() -> None:
    assert row_height_pt([("", 10)], at_least_lines=3) == row_height_pt([], at_least_lines=3)
    assert row_height_pt([("từ " * 5000, 10)]) == 409
