"""For every rule of a return one example that breaks it and one, close by, that does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from tests.support.cases import (
    ALL_LED,
    EFFECTIVE_DAY,
    FINANCE,
    HELPED,
    PLAN,
    TELECOM,
    Change,
    add,
    again,
    all_of,
    before,
    broken,
    empty,
    figures,
    fill,
    identity,
    known,
    make_row,
    matched_by_text,
    nil,
    plan_of,
    report_row,
    returned,
    suspended,
    typed,
    without,
)
from tracker.checks import Case
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.model import Agency, Arrival, Beside, Disputed, Replaced

ONE, TWO, THREE, FOUR, SEVEN = ALL_LED
CT = "27TB-1.CT1"
ENDED = Agency("hcu", "UBND huyện cũ", "Huyện cũ", valid_to=date(2025, 2, 28))
_LONG = "Đã họp với các xã. " * 120


@dataclass(frozen=True)
class Example:
    """`bad` finds exactly `code`, once at each of `cells`; `good` finds nothing."""

    code: str
    bad: Change
    cells: tuple[str, ...]
    good: Change


def _from(sender: str | None) -> dict[str, Any]:
    return {"arrival": Arrival("form.xlsx", datetime(2025, 3, 19, tzinfo=UTC), sender)}


def _other_row(code: str = "27TB-6", number: int = 30) -> Change:
    return add(report_row(PLAN.task_by_code[code], number, {"result": "Đã rà soát 3 dự án."}))


def _blank_again(task: str, number: int) -> Change:
    return add(report_row(PLAN.task_by_code[task], number, {}))


def _unknown(**raw: Any) -> Change:
    return add(make_row(REPORT_TABLE, 30, {"task": "27TB-99", **raw}, None))


def _figures_again(case: Case) -> Case:
    twin = make_row(INDICATOR_TABLE, 9, {"task": CT, "value": 50}, CT)
    return returned(indicator_rows=(*case.returned.indicator_rows, twin))(case)


_ALL_TEXT = "Đã tập huấn 120 cán bộ tại 4 xã."
_MOVED = before(ONE, status="in_progress", percent=60.0, result=_ALL_TEXT)


_MINE = Replaced("report", ONE, "Báo cáo", "H12", (("percent", 50.0, 60.0), ("product", "Số 5", None)), "BC.xlsx")
_PERCENT = replace(_MINE, by="le thi b", is_other_person=True)


_STILL = replace(ENDED, valid_to=EFFECTIVE_DAY)


def _ended(case: Case) -> Case:
    """A return of an agency that is no more; nobody has its tasks."""
    nobody = known(agency=ENDED, named_agency=ENDED, sender_agency=ENDED, expected={}, indicators={})
    return all_of(nobody, returned(indicator_rows=()), *map(suspended, (*ALL_LED, HELPED)))(case)


ON_FILE = (
    Example("F01", known(gate_problem="not_spreadsheet", gate_facts={"kind": "PDF"}), ("",), known(gate_problem="")),
    Example(
        "F02", known(gate_problem="damaged", gate_facts={"why": "BadZipFile"}), ("",), known(gate_facts={"why": ""})
    ),
    Example("F03", known(gate_problem="password"), ("",), known()),
    Example("F04", known(gate_problem="too_large", gate_facts={"size": 1}), ("",), known()),
    Example("F05", returned(rows=()), ("",), without()),
    Example("F05", known(agency=None, named_agency=None, period=None), ("",), known()),
    Example("F06", identity(state="missing", version=0), ("C2",), identity()),
    Example("F06", identity(state="foreign"), ("C2",), identity()),
    Example("F07", identity(state="altered"), ("C2",), identity()),
    Example(
        "F08", known(**_from("la@mail.example"), sender_agency=None), ("",), known(**_from(None), sender_agency=None)
    ),
    Example("F09", known(sender_agency=FINANCE), ("",), known(**_from(None), sender_agency=None)),
    Example("F10", known(period=None, period_state="unknown"), ("C3",), known()),
    Example("F10", known(period_state="closed", is_late=True), ("C3",), known()),
    Example("F10", known(period_state="unknown"), ("C3",), known()),
    Example("F11", known(period_state="coming"), ("C3",), known()),
    Example("F12", identity(version=0), ("",), identity(version=9)),
    Example("F13", known(beside=Beside("cells", "BC.xlsx")), ("",), known()),
    Example("F13", known(beside=Beside("cells", "BC.xlsx", "BC sua.xlsx")), ("",), known()),
    Example("F14", known(beside=Beside(newer="BC.xlsx", kept=(ONE, TWO))), ("",), known()),
    Example("F15", known(is_late=True, received_on=date(2025, 3, 21)), ("",), known(received_on=EFFECTIVE_DAY)),
    Example("F16", returned(has_macros=True), ("",), returned(has_macros=False)),
    Example("F16", returned(has_external_links=True), ("",), returned()),
    Example("F17", returned(missing=("status",)), ("",), returned()),
    Example("F17", returned(doubled=("percent", "task")), ("", ""), returned()),
    Example("F17", returned(doubled_sheets=(("Báo cáo", "Báo cáo (2)"),)), ("",), returned()),
    Example("F17", returned(other_months=(("Báo cáo T2", "2025-02"),)), ("",), returned()),
    Example("F18", nil, ("C9",), all_of(nil, empty(*ALL_LED, HELPED))),
    Example("F19", known(named_agency=TELECOM), ("C2",), known()),
    Example("F20", known(beside=Beside(replaced=(_PERCENT,))), ("H12",), known()),
    Example("F20", known(beside=Beside(replaced=(_MINE, _MINE))), ("",), known()),
    Example("F21", _ended, ("C2",), all_of(_ended, known(agency=_STILL, named_agency=_STILL, sender_agency=_STILL))),
    Example("F22", returned(disputed=(Disputed("Báo cáo", "H12", "60", ""),)), ("H12",), returned()),
)

ON_ROW = (
    Example("R01", fill(ONE, status=None), ("G12",), fill(ONE, proposal=None)),
    Example("R01", fill(SEVEN, status=None), ("G17",), fill(THREE, percent=None)),
    Example("R01", fill(ONE, result=None, percent=None), ("H12", "I12"), fill(SEVEN, result=None)),
    Example("R01", empty(HELPED), ("I16",), fill(HELPED, status=None)),
    Example("R01", empty(TWO), ("G13",), all_of(empty(TWO), before(TWO, status="done"))),
    Example("R01", all_of(empty(TWO), _blank_again(TWO, 30)), ("G13",), all_of(empty(TWO), suspended(TWO))),
    Example("R01", empty(*ALL_LED), ("G12", "G13", "G14", "G15", "G17"), _blank_again(TWO, 30)),
    Example("R01", fill(ONE, percent="chưa có số liệu"), ("H12",), fill(THREE, percent="N/A")),
    Example("R02", fill(ONE, status="Sắp xong"), ("G12",), fill(ONE, status="đang triển khai")),
    Example(
        "R02", fill(TWO, status="Tạm ổn", result=None, obstacles=None), ("G13",), fill(TWO, status="ĐANG THỰC HIỆN")
    ),
    Example("R03", fill(ONE, percent="80-90%"), ("H12",), fill(ONE, percent="80,5 %")),
    Example("R03", fill(ONE, percent=0.6), ("H12",), fill(ONE, percent="0,6%")),
    Example("R03", fill(ONE, percent="khoảng 60"), ("H12",), fill(ONE, percent="đạt 60%")),
    Example("R03", fill(ONE, percent="3/4"), ("H12",), fill(ONE, percent="75/100")),
    Example("R03", fill(FOUR, percent=120), ("H15",), fill(FOUR, percent=100)),
    Example("R04", fill(FOUR, completed_on="31/4/2025"), ("K15",), fill(FOUR, completed_on="14-3-2025")),
    Example("R04", fill(FOUR, completed_on="14/3"), ("K15",), fill(FOUR, completed_on="14/3/25")),
    Example("R04", fill(ONE, extension_to="tháng 6/2025"), ("N12",), fill(ONE, extension_to="không")),
    Example("R04", fill(FOUR, completed_on="03/14/2025"), ("K15",), fill(FOUR, completed_on="45730.0")),
    Example("R04", fill(ONE, extension_to=date(1930, 6, 30)), ("N12",), fill(ONE, extension_to="")),
    Example("R04", fill(ONE, extension_to="cuối quý"), ("N12",), fill(ONE, extension_to=None)),
    Example("R05", fill(FOUR, completed_on=date(2025, 5, 3)), ("K15",), fill(FOUR, completed_on=date(2025, 3, 5))),
    Example("R05", fill(FOUR, completed_on="03/05/2025"), ("K15",), fill(FOUR, completed_on="05/03/2025")),
    Example("R05", fill(FOUR, completed_on=date(2025, 1, 3)), ("K15",), fill(FOUR, completed_on=date(2025, 3, 1))),
    Example("R06", fill(FOUR, percent=90), ("H15",), fill(FOUR, percent=100.0)),
    Example(
        "R06",
        all_of(
            fill(FOUR, percent=90, completed_on=date(2025, 12, 30), product=None),
            before(FOUR, status="done", percent=100.0, completed_on=date(2025, 3, 14)),
        ),
        ("H15",),
        before(FOUR, status="done", percent=100.0, completed_on=date(2025, 3, 14)),
    ),
    Example("R07", fill(ONE, percent=100), ("H12",), fill(ONE, percent=99)),
    Example("R08", fill(FOUR, completed_on=None), ("K15",), fill(ONE, completed_on=None)),
    Example("R09", fill(FOUR, product=None), ("J15",), fill(ONE, product=None)),
    Example("R10", fill(FOUR, completed_on="25/03/2025"), ("K15",), fill(FOUR, completed_on="19/03/2025")),
    Example("R10", fill(FOUR, completed_on="ngày 3 tháng 5 năm 2025"), ("K15",), fill(FOUR, completed_on="05/03/2025")),
    Example("R11", fill(FOUR, completed_on="15/02/2025"), ("K15",), fill(FOUR, completed_on="21/02/2025")),
    Example("R12", fill(TWO, obstacles=None), ("L13",), fill(ONE, obstacles=None)),
    Example(
        "R12",
        all_of(
            known(deadline_is_strict=True), plan_of(ONE, due_on=EFFECTIVE_DAY, deadline_text="Trước ngày 31/3/2025")
        ),
        ("L12",),
        plan_of(ONE, due_on=EFFECTIVE_DAY, deadline_text="Trước ngày 31/3/2025"),
    ),
    Example("R13", fill(SEVEN, percent=10), ("H17",), fill(SEVEN, percent="0%")),
    Example("R13", fill(SEVEN, result=_ALL_TEXT), ("I17",), fill(SEVEN, result="Chưa có hướng dẫn của Bộ.")),
    Example("R14", broken(ONE, "percent", "formula_empty"), ("H12",), fill(ONE, percent=61)),
    Example("R14", broken(CT, "value", "formula_empty"), ("I5",), figures(CT, value=92)),
    Example("R15", broken(ONE, "status", "error_value"), ("G12",), broken(ONE, "content", "error_value")),
    Example("R15", broken(CT, "numerator", "error_value"), ("G5",), figures(CT, numerator="1.840")),
    Example("R16", fill(ONE, result="Đang triển khai."), ("I12",), fill(ONE, result="Đang triển khai tại 5 xã.")),
    Example("R16", fill(HELPED, result="x"), ("I16",), fill(SEVEN, result="Chưa có")),
    Example("R17", fill(ONE, result=_LONG), ("I12",), fill(ONE, result=_LONG[:1900])),
    Example("R18", typed(ONE, "result", "§· ban hµnh KÕ ho¹ch"), ("I12",), fill(ONE, result="Đã ban hành Kế hoạch")),
    Example("R19", fill(ONE, person=None), ("P12",), fill(HELPED, person=None)),
    Example(
        "R19",
        fill(ONE, person=None, accountable=" "),
        ("P12", "Q12"),
        all_of(nil, empty(*ALL_LED, HELPED), fill(ONE, person=None)),
    ),
    Example("R20", fill(ONE, extension_to=date(2025, 6, 30)), ("N12",), fill(ONE, extension_to="")),
    Example("R22", fill(HELPED, result="-nt-"), ("I16",), fill(HELPED, result="Như trên địa bàn đã báo cáo.")),
    Example("R22", fill(ONE, person="như kỳ trước"), ("P12",), fill(ONE, person="Nguyễn Như Trên")),
    Example("R22", figures(CT, basis='"'), ("J5",), figures(CT, basis='Cổng "một cửa"')),
    Example("R21", fill(ONE, status="Thường xuyên"), ("G12",), fill(THREE, status="Thực hiện thường xuyên")),
)

ON_PLAN = (
    Example("P01", without(ONE), ("",), all_of(nil, empty(*ALL_LED, HELPED), without(ONE))),
    Example(
        "P01", returned(indicator_rows=()), ("",), all_of(nil, empty(*ALL_LED, HELPED), returned(indicator_rows=()))
    ),
    Example("P01", without(ONE, HELPED), ("", ""), all_of(suspended(ONE), without(ONE))),
    Example("P02", _unknown(result="Việc khác."), ("B30",), _unknown(person="Lê Văn C")),
    Example("P03", again(ONE, 30, result="Việc khác."), ("B12", "B30"), _blank_again(ONE, 30)),
    Example("P03", _figures_again, ("B5", "B9"), known()),
    Example("P04", _other_row(), ("B30",), all_of(_other_row(), suspended("27TB-6"))),
    Example(
        "P05",
        fill(ONE, content="Số hóa hồ sơ tại 3 xã"),
        ("C12",),
        fill(ONE, content="SỐ HOÁ hồ sơ thủ tục hành chính trên toàn tỉnh"),
    ),
    Example(
        "P05",
        figures(CT, content="Tỷ lệ hồ sơ đã số hóa"),
        ("C5",),
        figures(CT, content="TỶ LỆ hồ sơ được số hoá"),
    ),
    Example("P05", figures(CT, content="Số dự án được rà soát"), ("C5",), figures(CT, content=None)),
    Example("P05", fill(ONE, content=PLAN.task_by_code[TWO].content), ("C12",), fill(ONE, content=None)),
    Example("P06", fill(ONE, deadline="30/6/2025"), ("E12",), fill(ONE, deadline=datetime(2025, 3, 31))),
    Example("P06", fill(SEVEN, deadline="31/12/2025"), ("E17",), fill(SEVEN, deadline="30/6/2025")),
    Example("P07", matched_by_text(ONE, "27TB-l"), ("B12",), fill(ONE, no="12")),
    Example("P08", fill(ONE, status="Đề nghị giao lại"), ("G12",), known()),
)

_NO_FIGURES = figures(CT, numerator=None, denominator=None, value=None, basis=None, remark=None)

ON_INDICATOR = (
    Example("I01", figures(CT, value="khoảng 92"), ("I5",), figures(CT, value="92 %")),
    Example("I01", figures(CT, numerator="chưa có số liệu"), ("G5",), figures(CT, numerator=None)),
    Example("I02", figures(CT, value=95), ("I5",), figures(CT, value=92.4)),
    Example("I03", figures(CT, value=120, numerator=None), ("I5",), figures(CT, value=100, numerator=2000)),
    Example("I03", figures(CT, numerator=2100), ("G5",), figures(CT, numerator=2000, value=100)),
    Example("I03", figures(CT, value=-1), ("I5",), figures(CT, denominator=None)),
    Example("I04", before(CT, value=95.0), ("I5",), before(CT, value=92.0)),
    Example(
        "I05",
        figures(CT, numerator=1700, value=85),
        ("K5",),
        figures(CT, numerator=1700, value=85, remark="Chưa đạt, phấn đấu đạt trong quý II"),
    ),
    Example("I06", _NO_FIGURES, ("I5",), all_of(_NO_FIGURES, figures(CT, remark="Chưa đến kỳ thống kê"))),
    Example("I06", all_of(_NO_FIGURES, figures(CT, basis="Cổng dịch vụ công")), ("I5",), figures(CT, value=None)),
    Example(
        "I06", all_of(_NO_FIGURES, before(CT, value=92.0)), ("I5",), all_of(nil, empty(*ALL_LED, HELPED), _NO_FIGURES)
    ),
)

ON_HISTORY = (
    Example(
        "H01",
        before(ONE, status="in_progress", percent=70.0),
        ("H12",),
        before(ONE, status="in_progress", percent=60.0),
    ),
    Example("H02", before(ONE, status="done", percent=100.0), ("G12",), before(FOUR, status="done", percent=100.0)),
    Example(
        "H03",
        all_of(fill(ONE, result=_ALL_TEXT.upper(), percent=70), _MOVED),
        ("I12",),
        all_of(
            fill(SEVEN, result="Chưa thực hiện do chờ kinh phí"), before(SEVEN, result="Chưa thực hiện do chờ kinh phí")
        ),
    ),
    Example(
        "H04",
        all_of(
            fill(ONE, result="Đến ngày 19/3/2025 đã số hóa 1.200 hồ sơ."),
            before(ONE, status="in_progress", percent=60.0, result="Đến ngày 19/02/2025 đã số hóa 1.200 hồ sơ."),
        ),
        ("I12",),
        all_of(
            fill(ONE, result="Đến ngày 19/3/2025 đã số hóa 1.500 hồ sơ."),
            before(ONE, status="in_progress", percent=60.0, result="Đến ngày 19/02/2025 đã số hóa 1.200 hồ sơ."),
        ),
    ),
    Example(
        "H05",
        before(FOUR, status="done", percent=100.0, completed_on=date(2025, 3, 3)),
        ("K15",),
        before(FOUR, status="done", percent=100.0, completed_on=date(2025, 3, 14)),
    ),
    Example(
        "H06",
        before(ONE, 1, status="in_progress", percent=60.0),
        ("H12",),
        before(ONE, 0, status="in_progress", percent=60.0),
    ),
)

EXAMPLES = (*ON_FILE, *ON_ROW, *ON_PLAN, *ON_INDICATOR, *ON_HISTORY)
