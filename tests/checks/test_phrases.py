"""Phrases that say little, deny, or claim."""

from __future__ import annotations

import pytest

from tracker.vietnamese import claims_success, denies, is_empty_phrase, names_nothing


@pytest.mark.parametrize("text", ["Đang triển khai", "đang triển khai thực hiện.", "ĐANG THỰC HIỆN;", "x", "..."])
def test_empty_phrases(text: str) -> None:
    assert is_empty_phrase(text)


@pytest.mark.parametrize(
    "text", ["Đang triển khai tại 5 xã", "Đã trình UBND tỉnh", "Như trên địa bàn huyện đã báo cáo"]
)
def test_texts_that_tell_something(text: str) -> None:
    assert not is_empty_phrase(text)


@pytest.mark.parametrize(("text", "does"), [("Chưa có hướng dẫn", True), ("không phát sinh", True), ("Đã có", False)])
def test_denials(text: str, does: bool) -> None:
    assert denies(text) is does


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Đạt", True),
        ("Đã đạt chỉ tiêu", True),
        ("vượt kế hoạch giao", True),
        ("Vượt 5%", True),
        ("Đạt 85%", False),
        ("Chưa đạt", False),
        ("Không đạt do thiếu máy", False),
        ("Phấn đấu đạt trong quý II", False),
        ("dự kiến vượt", False),
        ("Không thể đạt", False),
        ("Diễn đạt lại", False),
        ("", False),
    ],
)
def test_claims(text: str, does: bool) -> None:
    assert claims_success(text) is does


@pytest.mark.parametrize("text", ["Không", "không có.", "Không có khó khăn, vướng mắc", "KHÔNG VƯỚNG MẮC", "Chưa có"])
def test_a_cause_that_is_none(text: str) -> None:
    assert names_nothing(text)


@pytest.mark.parametrize("text", ["Không có mặt bằng", "Chưa có kinh phí", "Không đủ nhân lực", "Khó khăn về vốn"])
def test_a_cause_that_begins_with_no(text: str) -> None:
    assert not names_nothing(text)
