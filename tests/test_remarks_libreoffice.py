"""The round trip of remarks through copies that LibreOffice saved: .xlsx, .ods and .xls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.remarks import CONFIRMED, DIRECTION, VIEW, Desk, edited, remark, write
from tests.support.workspace import PERIOD, Place
from tracker import actions
from tracker.ledger import copies
from tracker.status import Status
from tracker.texts import say

pytestmark = [pytest.mark.libreoffice, needs_libreoffice]

ROW = ("27TB-2.1", "Sở KH&CN")
OTHER = ("27TB-2.2", "VP UBND tỉnh")
DONE = say("status.done_late")
FORMATS = ("xlsx", "ods", "xls")


@pytest.fixture
def desk(place: Place) -> Desk:
    made = Desk(place)
    made.report()
    return made


def by_libreoffice(data: bytes, ext: str, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it."""
    source = folder / "source" / "so.xlsx"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(data)
    return soffice_convert(source, ext, folder / ext).read_bytes()


def said(desk: Desk) -> list[tuple[str, ...]]:
    """What stands in the cells of the office, in the order of rows and columns."""
    month = actions.month_of(desk.place.office("2025-03-22T09:00"), PERIOD)
    return [known.values for line in month.lines for known in line.remarks.values()]


@pytest.mark.parametrize("ext", FORMATS)
def test_written_carried_emptied_and_contradicted(desk: Desk, tmp_path: Path, ext: str) -> None:
    first = edited(
        desk.book(1),
        write(*ROW, VIEW, "Cần đẩy nhanh tiến độ;\nbáo cáo lại trước ngày 25/3"),
        write(*ROW, CONFIRMED, DONE),
        write(*OTHER, DIRECTION, "Phối hợp chặt chẽ"),
    )
    desk.place.drop(f"gửi lại.{ext}", by_libreoffice(first, ext, tmp_path / "1"))
    (taken,) = desk.collect()
    assert (taken["verdict"], taken["codes"], taken["remarks"], taken["period"]) == ("accepted", [], 3, str(PERIOD))
    assert copies.copies_of(desk.place.office().engine)[0].seen == 0, "its stamp survives"
    text = "Cần đẩy nhanh tiến độ;\nbáo cáo lại trước ngày 25/3"
    assert said(desk) == [(text,), ("done_late",), ("Phối hợp chặt chẽ",)]

    desk.place.drop(f"lại.{ext}", by_libreoffice(edited(first), ext, tmp_path / "again"))
    assert [each["verdict"] for each in desk.collect("2025-03-21T10:00")] == ["duplicate"]

    desk.report(now="2025-03-21T11:00")
    assert remark(desk.book(2), *ROW, CONFIRMED) == DONE
    second = edited(desk.book(2), write(*ROW, VIEW, None))
    desk.place.drop(f"bớt.{ext}", by_libreoffice(second, ext, tmp_path / "2"))
    assert [each["codes"] for each in desk.collect("2025-03-21T12:00")] == [[]]
    assert said(desk) == [("done_late",), ("Phối hợp chặt chẽ",)]

    third = edited(desk.book(2), write(*OTHER, DIRECTION, "Không cần phối hợp"), write(*ROW, VIEW, "Vẫn cần"))
    desk.place.drop(f"khác.{ext}", by_libreoffice(third, ext, tmp_path / "3"))
    assert [each["codes"] for each in desk.collect("2025-03-21T13:00")] == [["O05"]]
    assert said(desk) == [("", "Vẫn cần"), ("done_late",), ("Không cần phối hợp",)]
    assert actions.month_of(desk.place.office(), PERIOD).by_task.of(Status.DONE_LATE) == 1


@pytest.mark.parametrize("ext", FORMATS)
def test_saved_again_without_a_word_it_says_nothing(desk: Desk, tmp_path: Path, ext: str) -> None:
    desk.write(1, write(*ROW, VIEW, "Ý kiến dài: " + "rất cần thiết, " * 60), write(*ROW, CONFIRMED, DONE))
    for text in ("một", "hai"):
        desk.place.drop(f"{text}.xlsx", edited(desk.book(1), write(*OTHER, DIRECTION, text)))
    desk.collect()
    desk.report(now="2025-03-21T10:00")
    before = said(desk)
    beside = desk.path(2).with_suffix(f".{ext}") if ext != "xlsx" else desk.path(2)
    beside.write_bytes(by_libreoffice(desk.book(2), ext, tmp_path))
    (taken,) = desk.collect("2025-03-21T11:00")
    assert (taken["verdict"], taken["remarks"], taken["codes"]) == ("duplicate", 0, [])
    assert said(desk) == before
