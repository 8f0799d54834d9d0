"""A column split in two below its heading: the first of the two is not taken for this month's."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from tests.support.returns import changed, codes, look, sheet_of
from tracker.columns import REPORT_TABLE
from tracker.model import Verdict


@pytest.mark.parametrize("key", ["status", "percent", "result"])
@pytest.mark.parametrize("titles", [("Tháng trước", "Tháng này"), ("Lũy kế", "Trong kỳ")])
def test_which_half_is_meant_is_not_guessed(key: str, titles: tuple[str, str]) -> None:
    heading = REPORT_TABLE.by_key[key].heading

    def split(book: Workbook) -> None:
        sheet = sheet_of(book)
        found = next(cell for row in sheet.iter_rows() for cell in row if cell.value == heading)
        row, column = found.row, found.column
        sheet.insert_cols(column)
        sheet.insert_rows(row + 1)
        sheet.cell(row, column, heading)
        sheet.cell(row, column + 1).value = None
        for index, title in enumerate(titles):
            sheet.cell(row + 1, column + index, title)
        for number in range(row + 2, row + 6):
            sheet.cell(number, column, 5)

    examined = look(changed(split))
    assert (examined.verdict, set(codes(examined)), examined.answers) == (Verdict.REFUSED, {"F17"}, ())
