"""Ways to break the rules of one row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from tests.mutations.way import (
    CT,
    DONE,
    DONE_TOO,
    FREE,
    HELPED,
    HELPER,
    LATE,
    MORE,
    OPEN,
    Way,
    at,
    told,
)
from tests.support.returns import Change, put, table_in
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind

_LONG = "Đã tổ chức họp với các phòng. " * 80


def _error(task: str, key: str, text: str, table: TableKind = REPORT_TABLE) -> Change:
    def change(book: Workbook) -> None:
        cell = table_in(book, table).cell(task, key)
        cell.value, cell.data_type = text, "e"

    return change


def _font(task: str, key: str, text: str, font: str) -> Change:
    def change(book: Workbook) -> None:
        cell = table_in(book).cell(task, key)
        cell.value, cell.font = text, Font(name=font)

    return change


def _blank(task: str) -> Change:
    return put(task, **{column.key: None for column in REPORT_TABLE.answered})


def _done(task: str, **values: Any) -> Change:
    given = {"status": "Hoàn thành", "percent": 100, "product": "Kế hoạch số 12/KH-UBND"}
    return put(task, **{**given, "completed_on": datetime(2025, 3, 7), **values})


ON_ROW: tuple[Way, ...] = (
    told("R01", "row left blank", _blank(OPEN), at=at(OPEN, "status")),
    told("R01", "no status", put(OPEN, status=None), at=at(OPEN, "status")),
    told("R01", "result and percentage blank", put(OPEN, result="  ", percent=None), at=at(OPEN, "percent", "result")),
    told("R01", "dash for a result", put(FREE, result="–"), at=at(FREE, "result")),
    told("R01", "helper's result", put(HELPED, result=None), at=at(HELPED, "result"), agency=HELPER),
    told("R02", "own words", put(OPEN, status="Sắp xong"), at=at(OPEN, "status")),
    told("R02", "a figure", put(OPEN, status=60), at=at(OPEN, "status")),
    told("R02", "two at once", put(OPEN, status="Hoàn thành/Đang thực hiện"), at=at(OPEN, "status")),
    told("R03", "a guess", put(OPEN, percent="khoảng 70"), at=at(OPEN, "percent")),
    told("R03", "a span", put(OPEN, percent="60-70%"), at=at(OPEN, "percent")),
    told("R03", "above 100", put(OPEN, percent=120), at=at(OPEN, "percent")),
    told("R03", "below 0", put(OPEN, percent=-5), at=at(OPEN, "percent")),
    told("R03", "a fraction", put(OPEN, percent=0.6), at=at(OPEN, "percent")),
    told("R04", "31/4", put(DONE, completed_on="31/4/2025"), at=at(DONE, "completed_on")),
    told("R04", "words", put(DONE, completed_on="đầu tháng 3"), at=at(DONE, "completed_on")),
    told("R04", "year of five digits", put(DONE, completed_on="28/2/20225"), at=at(DONE, "completed_on")),
    told("R04", "extension to a quarter", put(OPEN, extension_to="quý II/2025"), at=at(OPEN, "extension_to")),
    told("R05", "3 May for 5 March", put(DONE, completed_on=datetime(2025, 5, 3)), at=at(DONE, "completed_on")),
    told("R05", "3 December for 12 March", put(DONE, completed_on=datetime(2025, 12, 3)), at=at(DONE, "completed_on")),
    told("R05", "3 May for 5 March, as text", put(DONE, completed_on="03/05/2025"), at=at(DONE, "completed_on")),
    told("R05", "3 January for 1 March", put(DONE, completed_on=datetime(2025, 1, 3)), at=at(DONE, "completed_on")),
    told("R06", "done at 80", put(DONE, percent=80), at=at(DONE, "percent")),
    told("R06", "done at 0 %", put(DONE, percent="0%"), at=at(DONE, "percent")),
    told("R06", "open made done", put(OPEN, status="ĐÃ HOÀN THÀNH"), at=at(OPEN, "percent"), others="R08 R09"),
    told("R07", "100 and open", put(OPEN, percent=100), at=at(OPEN, "percent")),
    told("R07", "100 % as text", put(OPEN, percent="100 %"), at=at(OPEN, "percent")),
    told("R07", "done made open", put(DONE_TOO, status="Đang triển khai"), at=at(DONE_TOO, "percent")),
    told("R08", "date taken out", put(DONE, completed_on=None), at=at(DONE, "completed_on")),
    told("R08", "a dash for the date", put(DONE_TOO, completed_on="-"), at=at(DONE_TOO, "completed_on")),
    told("R08", "made done without", _done(OPEN, completed_on=None), at=at(OPEN, "completed_on")),
    told("R09", "product taken out", put(DONE, product=None), at=at(DONE, "product")),
    told("R09", "a dash for the product", put(DONE_TOO, product="—"), at=at(DONE_TOO, "product")),
    told("R09", "made done without", _done(OPEN, product="   "), at=at(OPEN, "product")),
    told("R10", "next month", put(DONE, completed_on=datetime(2025, 4, 25)), at=at(DONE, "completed_on")),
    told("R10", "tomorrow", put(DONE, completed_on=datetime(2025, 3, 19)), at=at(DONE, "completed_on")),
    told("R10", "next year, as text", put(DONE, completed_on="28/02/2026"), at=at(DONE, "completed_on")),
    told("R11", "the day before", put(DONE, completed_on=datetime(2025, 2, 20)), at=at(DONE, "completed_on")),
    told("R11", "last year", put(DONE, completed_on="28/02/2024"), at=at(DONE, "completed_on")),
    told("R11", "two-digit year", put(DONE, completed_on="15.1.25"), at=at(DONE, "completed_on")),
    told("R12", "cause taken out", put(LATE, obstacles=None), at=at(LATE, "obstacles")),
    told("R12", "no cause, in words", put(LATE, obstacles="Không có."), at=at(LATE, "obstacles")),
    told("R12", "a dash for the cause", put("27TB-4", obstacles="-"), at=at("27TB-4", "obstacles")),
    told(
        "R12",
        "late and not started",
        put(LATE, status="Chưa thực hiện", percent=0, result=None, obstacles=None),
        at=at(LATE, "obstacles"),
    ),
    told("R13", "not started at 19", put(OPEN, status="Chưa thực hiện"), at=at(OPEN, "percent")),
    told("R13", "not started, with work", put(OPEN, status="Chưa triển khai", percent=0), at=at(OPEN, "result")),
    told("R13", "not started, no percentage", put(MORE, status="CHƯA THỰC HIỆN", percent=None), at=at(MORE, "result")),
    told("R14", "percentage not computed", put(OPEN, percent="=10+9"), at=at(OPEN, "percent")),
    told("R14", "text not computed", put(OPEN, result="=A1&B1"), at=at(OPEN, "result")),
    told("R14", "figure not computed", put(CT, INDICATOR_TABLE, value="=G5/H5*100"), at=at(CT, "value")),
    told("R15", "#REF! in a result", _error(OPEN, "result", "#REF!"), at=at(OPEN, "result")),
    told("R15", "#N/A for a status", _error(OPEN, "status", "#N/A"), at=at(OPEN, "status")),
    told("R15", "#DIV/0! in a value", _error(CT, "value", "#DIV/0!", INDICATOR_TABLE), at=at(CT, "value")),
    told("R16", "đang triển khai", put(OPEN, result="Đang triển khai"), at=at(OPEN, "result")),
    told("R16", "capitals and a stop", put(FREE, result="ĐANG TỔ CHỨC THỰC HIỆN."), at=at(FREE, "result")),
    told("R16", "a tick", put(HELPED, result="x"), at=at(HELPED, "result"), agency=HELPER),
    told("R17", "long result", put(OPEN, result=_LONG), at=at(OPEN, "result")),
    told("R17", "long obstacles", put(OPEN, obstacles=_LONG), at=at(OPEN, "obstacles")),
    told("R17", "many names", put(OPEN, person="Nguyễn Văn An, " * 20), at=at(OPEN, "person")),
    told(
        "R18",
        ".VnTime",
        _font(OPEN, "result", "§· ban hµnh KÕ ho¹ch", ".VnTime"),
        at=at(OPEN, "result"),
    ),
    told("R18", "TCVN3 letters", put(OPEN, result="§· ban hµnh KÕ ho¹ch sè 12"), at=at(OPEN, "result")),
    told(
        "R18",
        "VNI-Times",
        _font(OPEN, "proposal", "Sôû Thoâng tin vaø Truyeàn thoâng", "VNI-Times"),
        at=at(OPEN, "proposal"),
    ),
    told("R19", "no person", put(OPEN, person=None), at=at(OPEN, "person")),
    told("R19", "no leader", put(FREE, accountable="-"), at=at(FREE, "accountable")),
    told("R19", "neither", put(DONE, person=None, accountable=""), at=at(DONE, "person", "accountable")),
    told("R20", "a date", put(OPEN, extension_to=datetime(2025, 6, 30)), at=at(OPEN, "extension_to")),
    told("R20", "as text", put(LATE, extension_to="30/4/2025"), at=at(LATE, "extension_to")),
    told("R20", "without deadline", put(FREE, extension_to="ngày 30 tháng 6 năm 2025"), at=at(FREE, "extension_to")),
    told("R21", "open", put(OPEN, status="Thường xuyên"), at=at(OPEN, "status")),
    told("R21", "overdue", put(LATE, status="thực hiện thường xuyên"), at=at(LATE, "status")),
    told("R21", "done before", put(DONE_TOO, status="THƯỜNG XUYÊN"), at=at(DONE_TOO, "status")),
    told("R22", "nt", put(FREE, result="nt"), at=at(FREE, "result")),
    told("R22", "như trên", put(OPEN, person="Như trên"), at=at(OPEN, "person")),
    told("R22", "như tháng trước", put(OPEN, result="Như tháng trước"), at=at(OPEN, "result")),
)
