"""A table copied into a workbook of her own: whose it is and of which month stands in the title, or nowhere."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook, load_workbook

from tests.support.forms import saved
from tests.support.returns import codes, filled, look, said, sheet_of
from tracker.model import Verdict

AGENCY = "hth"
"""A district: its tasks are those of many others and do not tell whose they are."""
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
Line = Sequence[str | None]


def copied(*lines: Line, agency: str = AGENCY) -> bytes:
    """These lines and below them headings and rows of the form, values only."""
    source = sheet_of(load_workbook(io.BytesIO(filled(agency))))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(tuple(line))
    heading = next(cell.row for row in source.iter_rows(max_col=1) for cell in row if cell.value == "TT")
    for row in source.iter_rows(min_row=heading, max_col=17, values_only=True):
        sheet.append(row)
    return saved(book)


TITLE: Line = ("BÁO CÁO KẾT QUẢ THỰC HIỆN NHIỆM VỤ THÁNG 3 NĂM 2025",)


@pytest.mark.parametrize(
    "lines",
    [
        (("UBND TỈNH HẢI DƯƠNG", None, STATE), ("UBND HUYỆN THANH HÀ",), TITLE),
        (("UBND TỈNH HẢI DƯƠNG\nUBND HUYỆN THANH HÀ",), (None,), TITLE, ("Kính gửi: Văn phòng UBND tỉnh",)),
        (("Đơn vị: UBND huyện Thanh Hà",), TITLE, ("Kính gửi:",), ("Văn phòng UBND tỉnh",)),
        (("UBND huyện Thanh Hà", None, "Hải Dương, ngày 18 tháng 4 năm 2025"), TITLE),
        (("UBND huyện Thanh Hà",), ("Báo cáo tháng 03/2025",), ("Gửi: Sở Nội vụ", "Sở Nội vụ")),
    ],
)
def test_the_title_tells(lines: tuple[Line, ...]) -> None:
    examined = look(copied(*lines))
    assert (examined.agency, examined.period) == (AGENCY, "2025-03")
    assert [code for code in codes(examined) if code.startswith("F")] == ["F06"]
    assert [each for each in said(examined) if "-CT" not in str(each)] == [
        each for each in said(look(filled(AGENCY))) if "-CT" not in str(each)
    ]


@pytest.mark.parametrize(
    "lines",
    [
        (("Kính gửi: Văn phòng UBND tỉnh",), TITLE),
        (("Kính gửi:", "UBND huyện Thanh Hà"), TITLE),
        (("UBND huyện Thanh Hà", "UBND huyện Tứ Kỳ"), TITLE),
        (("Báo", "hth"), TITLE),
    ],
    ids=["addressee", "addressee beside", "two", "words that are codes too"],
)
def test_what_names_nobody(lines: tuple[Line, ...]) -> None:
    assert codes(look(copied(*lines))) == ["F05"]


@pytest.mark.parametrize("title", ["tháng 3", "tháng 2/2025 và tháng 3/2025", "ngày 3 tháng 3 năm 2025"])
def test_a_title_without_one_month(title: str) -> None:
    examined = look(copied(("UBND huyện Thanh Hà",), (title,)))
    assert (examined.verdict, "F10" in codes(examined)) == (Verdict.REFUSED, True)
