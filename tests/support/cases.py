"""A small plan and one clean return of it, with the changes tests make to them.

The return is that of a department which leads five tasks and helps with one; checking it finds nothing at all. Changes
are functions from a `Case` to a `Case`; cells are parsed by their columns, as the reader does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

from tracker.cells import BLANK, Parsed, is_blank
from tracker.checks import Case
from tracker.columns import FORM_VERSION, HEAD, INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.dates import Period
from tracker.legacy import to_unicode
from tracker.model import Agency, Arrival, Cell, DeadlineKind, Identity, Indicator, Past, Plan, Returned, Row, Task
from tracker.model.plan import TaskState
from tracker.typed import read_typed

Change = Callable[[Case], Case]

EFFECTIVE_DAY = date(2025, 3, 20)
RECEIVED_ON = date(2025, 3, 19)
ISSUED_ON = date(2025, 2, 21)
FIRST_ROW = 12
ALL_LED = ("27TB-1", "27TB-2", "27TB-3", "27TB-4", "27TB-7")
HELPED = "27TB-5"

SCIENCE = Agency("skhcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", emails=("vp@skhcn.example",))
TELECOM = Agency(
    "stttt",
    "Sở Thông tin và Truyền thông",
    "Sở TT&TT",
    valid_to=date(2025, 2, 28),
    successor="skhcn",
)
FINANCE = Agency("stc", "Sở Tài chính", "Sở TC", emails=("vp@stc.example",))


def _task(number: int, content: str, lead: Agency, due_on: date | None, **more: Any) -> Task:
    kind = DeadlineKind.FIXED if due_on else DeadlineKind.STANDING
    given = {"deadline_kind": kind, "due_on": due_on, **more}
    return Task(f"27TB-{number}", str(number), content, "27/TB-UBND", ISSUED_ON, (lead.name,), **given)


PLAN = Plan(
    tasks=(
        _task(
            1,
            "Số hóa hồ sơ thủ tục hành chính trên toàn tỉnh",
            SCIENCE,
            date(2025, 3, 31),
            deadline_text="Trước ngày 31/3/2025",
            indicators=("27TB-1.CT1",),
        ),
        _task(2, "Xây dựng phần mềm theo dõi nhiệm vụ", SCIENCE, date(2025, 3, 10)),
        _task(3, "Tuyên truyền về chuyển đổi số", SCIENCE, None, deadline_text="Thường xuyên"),
        _task(4, "Tham mưu kế hoạch bảo đảm an toàn thông tin", SCIENCE, date(2025, 4, 30)),
        _task(
            5,
            "Bố trí kinh phí chuyển đổi số năm 2025",
            FINANCE,
            date(2025, 3, 31),
            coordinators=(SCIENCE.name,),
        ),
        _task(6, "Rà soát dự toán các dự án công nghệ thông tin", FINANCE, date(2025, 6, 30)),
        _task(7, "Tổ chức tập huấn cho cán bộ cấp xã", SCIENCE, date(2025, 6, 30), extended_to=date(2025, 7, 15)),
    ),
    agencies=(SCIENCE, TELECOM, FINANCE),
    indicators=(
        Indicator("27TB-1.CT1", "Tỷ lệ hồ sơ được số hóa", "%", ">=", 90),
        Indicator("27TB-6.CT1", "Số dự án được rà soát", "dự án", ">=", 10),
    ),
)

_PEOPLE = {"person": "Nguyễn Văn An, chuyên viên", "accountable": "Trần Thị Bình, Phó Giám đốc"}
_REPORTED: Mapping[str, Mapping[str, Any]] = {
    "27TB-1": {"status": "Đang thực hiện", "percent": 60, "result": "Đã số hóa 1.200 hồ sơ tại 5 đơn vị.", **_PEOPLE},
    "27TB-2": {
        "status": "Đang thực hiện",
        "percent": 80.0,
        "result": "Đã hoàn thành thiết kế, đang kiểm thử tại Văn phòng.",
        "obstacles": "Chậm bàn giao máy chủ từ nhà cung cấp.",
        **_PEOPLE,
    },
    "27TB-3": {"status": "Thường xuyên", "result": "Đã đăng 12 tin, bài trên Cổng thông tin điện tử.", **_PEOPLE},
    "27TB-4": {
        "status": "Hoàn thành",
        "percent": "100%",
        "result": "Đã trình UBND tỉnh ban hành kế hoạch.",
        "product": "Kế hoạch số 812/KH-UBND ngày 14/3/2025",
        "completed_on": datetime(2025, 3, 14),
        **_PEOPLE,
    },
    "27TB-5": {"result": "Đã gửi Sở Tài chính nhu cầu kinh phí năm 2025."},
    "27TB-7": {"status": "Chưa thực hiện", "percent": 0, **_PEOPLE},
}
_FIGURES = {
    "numerator": 1840,
    "denominator": 2000,
    "value": "92",
    "basis": "Hệ thống một cửa",
    "remark": "Đạt mục tiêu",
}


def ref(table: TableKind, key: str, number: int) -> str:
    """Where a column stands on the forms made here: in the order of its table, from A."""
    return f"{chr(65 + [column.key for column in table.columns].index(key))}{number}"


def make_row(table: TableKind, number: int, raw: Mapping[str, Any], task: str | None, matched_by: str = "code") -> Row:
    """A row as the reader gives it."""
    cells = {}
    for column in table.columns:
        given = raw.get(column.key)
        value, problem = BLANK if is_blank(given) else _parsed(column.kind.parse, given)
        place = ref(table, column.key, number)
        cells[column.key] = Cell(place, given, value, problem)
    return Row(table.title, number, cells, task, matched_by if task else "")


def _parsed(parse: Callable[[Any, bool | None], Parsed], given: Any) -> Parsed:
    return read_typed(given, parse, None) if isinstance(given, str) else parse(given, None)


def report_row(task: Task, number: int, raw: Mapping[str, Any]) -> Row:
    """A row of Báo cáo with the columns the form fills itself."""
    locked = {"task": task.code, "content": task.content, "deadline": task.deadline_label}
    return make_row(REPORT_TABLE, number, {**locked, **raw}, task.code)


def _clean_return() -> Returned:
    rows = [
        report_row(PLAN.task_by_code[code], number, raw)
        for number, (code, raw) in enumerate(_REPORTED.items(), FIRST_ROW)
    ]
    figures = make_row(INDICATOR_TABLE, 5, {"task": "27TB-1.CT1", **_FIGURES}, "27TB-1.CT1")
    return Returned(
        Identity("sealed", SCIENCE.code, "2025-03", "BC", FORM_VERSION, tuple(_REPORTED)),
        {field.key: Cell(f"C{number}") for number, field in enumerate(HEAD, 2)},
        REPORT_TABLE.title,
        tuple(rows),
        (figures,),
        sheet=REPORT_TABLE.title,
    )


def clean_case() -> Case:
    """A return in which nothing is wrong, received the day before day 20."""
    return Case(
        _clean_return(),
        Arrival("2025-03_skhcn.xlsx", datetime(2025, 3, 19, 2, 0, tzinfo=UTC), SCIENCE.emails[0], "mail"),
        PLAN,
        RECEIVED_ON,
        agency=SCIENCE,
        named_agency=SCIENCE,
        sender_agency=SCIENCE,
        period=Period(2025, 3),
        effective_day=EFFECTIVE_DAY,
        expected={each.task: each for each in PLAN.of_agency(SCIENCE.code, EFFECTIVE_DAY)},
        indicators={each.code: each for each in PLAN.indicators_of(SCIENCE.code, EFFECTIVE_DAY)},
    )


# --- changes ----------------------------------------------------------------------------------------------------------


def all_of(*changes: Change) -> Change:
    return lambda case: reduce(lambda changed, change: change(changed), changes, case)


def known(**fields: Any) -> Change:
    """Another value of a field of the case."""
    return lambda case: replace(case, **fields)


def returned(**fields: Any) -> Change:
    """Another value of a field of the return as read."""
    return lambda case: replace(case, returned=replace(case.returned, **fields))


def identity(**fields: Any) -> Change:
    return lambda case: returned(identity=replace(case.returned.identity, **fields))(case)


def nil(case: Case) -> Case:
    """Không phát sinh: Có."""
    head = {**case.returned.head, "nil": Cell("C9", "Có", "yes")}
    return returned(head=head)(case)


def fill(task: str, /, **raw: Any) -> Change:
    """Other contents in cells of the row of a task (None: emptied)."""
    return lambda case: returned(rows=tuple(_refilled(row, REPORT_TABLE, task, raw) for row in case.returned.rows))(
        case
    )


def figures(code: str, /, **raw: Any) -> Change:
    """Other contents in cells of the row of an indicator."""
    return lambda case: returned(
        indicator_rows=tuple(_refilled(row, INDICATOR_TABLE, code, raw) for row in case.returned.indicator_rows)
    )(case)


def _refilled(row: Row, table: TableKind, code: str, raw: Mapping[str, Any]) -> Row:
    if row.task != code:
        return row
    before = {key: cell.raw for key, cell in row.cells.items()}
    return make_row(table, row.number, {**before, **raw}, row.task, row.matched_by)


def typed(task: str, key: str, text: str) -> Change:
    """A cell typed in a legacy font, as the reader hands it on."""
    return lambda case: returned(rows=tuple(_typed(row, task, key, text) for row in case.returned.rows))(case)


def _typed(row: Row, task: str, key: str, text: str) -> Row:
    if row.task != task:
        return row
    converted = to_unicode(text)
    return replace(row, cells={**row.cells, key: Cell(row.cells[key].ref, text, converted, None, converted)})


def broken(task: str, key: str, problem: str) -> Change:
    """A cell that shows an error, or a formula without a value."""
    return lambda case: returned(
        rows=tuple(_broken(row, task, key, problem) for row in case.returned.rows),
        indicator_rows=tuple(_broken(row, task, key, problem) for row in case.returned.indicator_rows),
    )(case)


def _broken(row: Row, code: str, key: str, problem: str) -> Row:
    if row.task != code:
        return row
    return replace(row, cells={**row.cells, key: Cell(row.cells[key].ref, "", None, problem)})


def empty(*tasks: str) -> Change:
    """Nothing filled in the rows of the tasks but the names carried over."""
    blank: dict[str, Any] = {c.key: None for c in REPORT_TABLE.answered if not c.is_carried}
    return all_of(*(fill(task, **blank) for task in tasks))


def without(*tasks: str) -> Change:
    """The rows of the tasks are gone."""
    return lambda case: returned(rows=tuple(row for row in case.returned.rows if row.task not in tasks))(case)


def again(task: str, number: int, **raw: Any) -> Change:
    """The row of a task once more, further down, with other contents in some cells."""

    def change(case: Case) -> Case:
        first = next(row for row in case.returned.rows if row.task == task)
        contents = {**{key: cell.raw for key, cell in first.cells.items()}, **raw}
        return add(make_row(REPORT_TABLE, number, contents, task))(case)

    return change


def add(*rows: Row) -> Change:
    return lambda case: returned(rows=(*case.returned.rows, *rows))(case)


def matched_by_text(task: str, code: str) -> Change:
    """The code in the row is damaged, its text is whole."""
    return lambda case: returned(
        rows=tuple(
            replace(row, matched_by="text") if row.task == task else row
            for row in fill(task, task=code)(case).returned.rows
        )
    )(case)


def before(task: str, unchanged_periods: int = 0, /, **values: Any) -> Change:
    """What was accepted of a task (or, with its code, an indicator) in the month before."""
    past = Past("2025-02", values, unchanged_periods)

    def change(case: Case) -> Case:
        if task in PLAN.indicator_by_code:
            return replace(case, past_indicators={**case.past_indicators, task: past})
        return replace(case, past={**case.past, task: past})

    return change


def plan_of(task: str, **fields: Any) -> Change:
    """The plan says something else of a task now."""

    def change(case: Case) -> Case:
        tasks = tuple(replace(each, **fields) if each.code == task else each for each in case.plan.tasks)
        return replace(case, plan=replace(case.plan, tasks=tasks))

    return change


def suspended(task: str) -> Change:
    return plan_of(task, state=TaskState.SUSPENDED)
