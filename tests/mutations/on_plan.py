"""Ways to break the rules of plan, indicators and history."""

from __future__ import annotations

from datetime import date
from typing import Any

from openpyxl import Workbook

from tests.mutations.way import (
    BELOW,
    BELOW_FIGURES,
    CT,
    CT_THREE,
    CT_TOO,
    DONE,
    DONE_TOO,
    FREE,
    LATE,
    MORE,
    OPEN,
    Way,
    at,
    past_of,
    told,
)
from tests.support.returns import REAL, Change, put, table_in
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind

_FIGURES = INDICATOR_TABLE


def _without(task: str) -> Change:
    """The row's cells are emptied from end to end."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        for cell in table.sheet[table.rows[task]]:
            cell.value = None

    return change


def _below(table: TableKind = REPORT_TABLE, /, **values: Any) -> Change:
    """A line below the table."""

    def change(book: Workbook) -> None:
        found = table_in(book, table)
        last = found.sheet.max_row + 1
        for key, value in values.items():
            found.sheet.cell(last, found.columns[key]).value = value

    return change


def _again(task: str, table: TableKind = REPORT_TABLE, /, **values: Any) -> Change:
    """The row once more below the table, with other contents in some cells."""

    def change(book: Workbook) -> None:
        found = table_in(book, table)
        line = {key: found.sheet.cell(found.rows[task], column).value for key, column in found.columns.items()}
        _below(table, **{**line, **values})(book)

    return change


def _text(task: str) -> str:
    return REAL.task_by_code[task].content


def _report(code: str, still: int = 0, /, **values: Any) -> Any:
    return past_of((("report", code), values, still))


_NO_FIGURES = dict.fromkeys(column.key for column in _FIGURES.answered)

_FOREIGN = "27TB-4.f-CT1"

ON_PLAN: tuple[Way, ...] = (
    told("P01", "row emptied", _without(OPEN), at=at(OPEN, "")),
    told("P01", "two rows emptied", _without(OPEN), _without(FREE), at=(*at(OPEN, ""), *at(FREE, ""))),
    told("P01", "code and text altered", put(OPEN, task="27TB-88", content="Việc khác"), at=at(OPEN, ""), others="P02"),
    told("P02", "a task of her own", _below(task="TX-1", content="Trực", result="Đã trực."), at=at("", BELOW)),
    told("P02", "no code", _below(content="Việc phát sinh", status="Hoàn thành"), at=at("", BELOW)),
    told("P02", "an unknown indicator", _below(_FIGURES, task="CT-9", value=5), at=at("", BELOW_FIGURES)),
    told("P03", "copied row, another figure", _again(OPEN, percent=25), at=(*at(OPEN, "task"), (OPEN, BELOW))),
    told("P03", "copied row, the same", _again(FREE), at=(*at(FREE, "task"), (FREE, BELOW))),
    told("P03", "indicator twice", _again(CT, _FIGURES, remark="Số mới"), at=(*at(CT, "task"), (CT, BELOW_FIGURES))),
    told(
        "P04",
        "row of Sở Y tế",
        _below(task="27TB-4.l", content=_text("27TB-4.l"), result="Đã nghiệm thu 3 mục."),
        at=(("27TB-4.l", BELOW),),
    ),
    told("P04", "row of Công an tỉnh", _below(task="27TB-4.f", status="Hoàn thành"), at=(("27TB-4.f", BELOW),)),
    told(
        "P04",
        "indicator of another",
        _below(_FIGURES, task=_FOREIGN, value=5),
        at=at(_FOREIGN, BELOW_FIGURES),
    ),
    told("P05", "text added", put(OPEN, content=_text(OPEN) + " (giai đoạn 1)"), at=at(OPEN, "content")),
    told("P05", "another text", put(FREE, content="Họp giao ban"), at=at(FREE, "content")),
    told("P05", "another task's text", put(OPEN, content=_text(FREE)), at=at(OPEN, "content")),
    told("P05", "indicator renamed", put(CT, _FIGURES, content="Tỷ lệ hồ sơ"), at=at(CT, "content")),
    told("P06", "a later day", put(OPEN, deadline="30/6/2025"), at=at(OPEN, "deadline")),
    told("P06", "a quarter", put(LATE, deadline="Quý II/2025"), at=at(LATE, "deadline")),
    told("P06", "a deadline where none is", put(FREE, deadline="31/12/2025"), at=at(FREE, "deadline")),
    told("P07", "code trimmed", put(OPEN, task="4.d.1"), at=at(OPEN, "task")),
    told("P07", "code deleted", put(FREE, task=None), at=at(FREE, "task")),
    told("P07", "one letter too many", put(OPEN, task="27TB-4.d.1x"), at=at(OPEN, "task")),
    told("P07", "an indicator's code", put(CT, _FIGURES, task="CT1"), at=at(CT, "task")),
    told("P08", "handed back", put(OPEN, status="Đề nghị giao lại"), at=at(OPEN, "status")),
    told("P08", "capitals", put(LATE, status="ĐỀ NGHỊ GIAO LẠI"), at=at(LATE, "status")),
    told("P08", "to another agency", put(FREE, status="Đề nghị chuyển cơ quan khác"), at=at(FREE, "status")),
)

ON_INDICATOR: tuple[Way, ...] = (
    told("I01", "words", put(CT, _FIGURES, numerator="chưa thống kê"), at=at(CT, "numerator")),
    told("I01", "a guess", put(CT_TOO, _FIGURES, value="khoảng 80"), at=at(CT_TOO, "value")),
    told("I01", "two figures", put(CT_THREE, _FIGURES, denominator="12/40"), at=at(CT_THREE, "denominator")),
    told("I01", "a fraction for a share", put(CT_THREE, _FIGURES, value=0.95), at=at(CT_THREE, "value")),
    told("I02", "value too high", put(CT, _FIGURES, value=99.9, numerator=15_000), at=at(CT, "value")),
    told("I02", "value too low", put(CT_TOO, _FIGURES, value=70), at=at(CT_TOO, "value")),
    told("I02", "value of last year", put(CT_THREE, _FIGURES, value="60,5"), at=at(CT_THREE, "value")),
    told("I03", "above 100", put(CT, _FIGURES, value=120, numerator=None), at=at(CT, "value")),
    told("I03", "more than all", put(CT_TOO, _FIGURES, numerator=999_999), at=at(CT_TOO, "numerator")),
    told("I03", "below 0", put(CT_THREE, _FIGURES, value=-3), at=at(CT_THREE, "value")),
    told("I04", "a little", at=at(CT, "value"), desk=past_of((("indicator", CT), {"value": 99.9}, 0))),
    told(
        "I04",
        "by half",
        put(CT_TOO, _FIGURES, value=50, numerator=1000, denominator=2000),
        at=at(CT_TOO, "value"),
        desk=past_of((("indicator", CT_TOO), {"value": 96.0}, 0)),
    ),
    told(
        "I04",
        "value alone",
        put(CT_THREE, _FIGURES, value="40,5", numerator=None, denominator=None),
        at=at(CT_THREE, "value"),
        desk=past_of((("indicator", CT_THREE), {"value": 41.0}, 0)),
    ),
    told("I06", "no figure", put(CT, _FIGURES, **_NO_FIGURES), at=at(CT, "value")),
    told("I06", "a source alone", put(CT_TOO, _FIGURES, **{**_NO_FIGURES, "basis": "Cổng"}), at=at(CT_TOO, "value")),
    told("I06", "dashes", put(CT_THREE, _FIGURES, **dict.fromkeys(_NO_FIGURES, "-")), at=at(CT_THREE, "value")),
    *(
        told(
            "I05",
            remark,
            put(code, _FIGURES, value=40, numerator=400, denominator=1000, remark=remark),
            at=at(code, "remark"),
        )
        for code, remark in ((CT, "Đạt mục tiêu"), (CT_TOO, "Đã đạt chỉ tiêu được giao"), (CT_THREE, "Vượt kế hoạch"))
    ),
)

ON_HISTORY: tuple[Way, ...] = (
    told("H01", "70 to 19", at=at(OPEN, "percent"), desk=_report(OPEN, status="in_progress", percent=70.0)),
    told("H01", "a little", at=at(LATE, "percent"), desk=_report(LATE, status="in_progress", percent=13.5)),
    told(
        "H01",
        "to not started",
        put(OPEN, status="Chưa thực hiện", percent=0, result=None),
        at=at(OPEN, "percent"),
        desk=_report(OPEN, status="in_progress", percent=30.0),
    ),
    told("H02", "open again", at=at(OPEN, "status"), desk=_report(OPEN, status="done", percent=100.0)),
    told("H02", "ongoing", at=at(FREE, "status"), desk=_report(FREE, status="done", percent=100.0)),
    told(
        "H02",
        "not started",
        put(MORE, status="Chưa thực hiện", percent=None, result=None),
        at=at(MORE, "status"),
        desk=_report(MORE, status="done"),
    ),
    *(
        told("H03", name, put(OPEN, result=now), at=at(OPEN, "result"), desk=_report(OPEN, result=before, percent=10.0))
        for name, now, before in (
            ("to the letter", "Đã họp với 4 đơn vị.", "Đã họp với 4 đơn vị."),
            ("capitals", "ĐÃ HỌP VỚI 4 ĐƠN VỊ", "Đã họp với 4 đơn vị."),
            ("blanks", "Đã  họp với 4 đơn vị .", "Đã họp với 4 đơn vị."),
        )
    ),
    *(
        told(
            "H04",
            name,
            put(OPEN, result=now),
            at=at(OPEN, "result"),
            desk=_report(OPEN, status="in_progress", percent=19.0, result=before),
        )
        for name, now, before in (
            ("day", "Đến ngày 18/3/2025 đã họp 4 đơn vị.", "Đến ngày 18/02/2025 đã họp 4 đơn vị."),
            ("short day", "Ngày 5/3/2025 họp 4 đơn vị.", "Ngày 10/2/2025 họp 4 đơn vị."),
            ("month", "Trong tháng 3 đã họp với 4 đơn vị.", "Trong tháng 2 đã họp với 4 đơn vị."),
        )
    ),
    told(
        "H05",
        "earlier then",
        at=at(DONE, "completed_on"),
        desk=_report(DONE, status="done", percent=100.0, completed_on=date(2025, 2, 25)),
    ),
    told(
        "H05",
        "another task",
        at=at(DONE_TOO, "completed_on"),
        desk=_report(DONE_TOO, status="done", percent=100.0, completed_on=date(2025, 2, 26)),
    ),
    told(
        "H05",
        "as text",
        put(DONE, completed_on="ngày 10 tháng 3 năm 2025"),
        at=at(DONE, "completed_on"),
        desk=_report(DONE, status="done", percent=100.0, completed_on=date(2025, 2, 28)),
    ),
    told("H06", "at 19", at=at(OPEN, "percent"), desk=_report(OPEN, 1, status="in_progress", percent=19.0)),
    told("H06", "for four months", at=at(LATE, "percent"), desk=_report(LATE, 3, status="in_progress", percent=13.0)),
    told(
        "H06",
        "never started",
        put(OPEN, status="Chưa thực hiện", percent=0, result=None),
        at=at(OPEN, "percent"),
        desk=_report(OPEN, 2, status="not_started", percent=0.0),
    ),
)
