"""A plan small enough to break in a hundred ways, and its workbook opened for editing."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tracker.errors import PlanError
from tracker.model import Agency, DayOff, DeadlineKind, Group, Indicator, Plan, Task, TaskState, Waiver
from tracker.plan.build import build_master
from tracker.plan.sheet import read_plan

Edit = Callable[[Workbook], object]

_ISSUED = date(2025, 2, 21)

SMALL = Plan(
    tasks=(
        Task("T-1", "1", "Số hóa hồ sơ", "27/TB-UBND", _ISSUED, ("các sở",), indicators=("T-1-CT1",)),
        Task(
            code="T-2",
            item="2",
            content="Vận hành trung tâm giám sát",
            document="27/TB-UBND",
            document_date=_ISSUED,
            leads=("Sở Thông tin và Truyền thông", "Sở Y tế"),
            coordinators=("các cơ quan, đơn vị liên quan",),
            receivers=("UBND tỉnh",),
            category="Hạ tầng số",
            leader="Đồng chí Phó Chủ tịch",
            product="=Trung tâm vận hành",
            deadline_text="hoàn thành trước ngày 31/3/2025",
            due_on=date(2025, 3, 31),
            deadline_kind=DeadlineKind.FIXED,
            extended_to=date(2025, 4, 30),
            extension_document="Công văn số 12/UBND-VP ngày 25/3/2025",
            note="- giữ nguyên\n- hai dòng",
        ),
        Task(
            code="T-3",
            item="3",
            content="Đôn đốc thực hiện",
            document="27/TB-UBND",
            document_date=_ISSUED,
            leads=("các đồng chí Phó Chủ tịch",),
            reporters=("Văn phòng UBND tỉnh",),
            deadline_kind=DeadlineKind.STANDING,
            state=TaskState.SUSPENDED,
            note="Công văn số 45/UBND-VP ngày 05/3/2025",
        ),
    ),
    agencies=(
        Agency("vp", "Văn phòng UBND tỉnh", "VP UBND tỉnh", ("VPUB",), "Sở", ("vp@example.vn",), phone="0220385"),
        Agency("skhcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", kind="Sở"),
        Agency(
            code="stttt",
            name="Sở Thông tin và Truyền thông",
            short="Sở TT&TT",
            kind="Sở",
            valid_from=date(2008, 1, 1),
            valid_to=date(2025, 2, 28),
            successor="skhcn",
        ),
        Agency("syt", "Sở Y tế", "Sở YT", kind="Sở"),
        Agency("hth", "UBND huyện Thanh Hà", "H. Thanh Hà", kind="Huyện"),
    ),
    groups=(
        Group("các sở", ("Sở",), ("hth",)),
        Group("các cơ quan, đơn vị liên quan"),
        Group("các đồng chí Phó Chủ tịch", note="Không phải cơ quan"),
    ),
    indicators=(Indicator("T-1-CT1", "Tỷ lệ hồ sơ số hóa", "%", ">=", 92.5),),
    leaders=("Đồng chí Phó Chủ tịch",),
    days=(DayOff(date(2026, 1, 2), False, "Hoán đổi"), DayOff(date(2026, 1, 10), True)),
    waivers=(Waiver("R09", "syt", "T-2", "Chánh Văn phòng", "Chờ văn bản", date(2025, 6, 30)),),
)


@lru_cache
def small_master() -> bytes:
    return build_master(SMALL)


def edited(folder: Path, edit: Edit, content: bytes | None = None) -> Path:
    """The small plan's workbook (or `content`) after `edit`, saved by openpyxl."""
    book = load_workbook(io.BytesIO(content or small_master()))
    edit(book)
    path = folder / "master.xlsx"
    book.save(path)
    return path


def plan_after(folder: Path, edit: Edit) -> Plan:
    """The plan read from the edited workbook, without its hash."""
    return replace(read_plan(edited(folder, edit)), sha256="")


def refusal(path: Path) -> PlanError:
    """The refusal `path` meets; the test fails where it is accepted."""
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    return caught.value


def places(error: PlanError) -> list[tuple[str, str, str]]:
    """(key, sheet, cell) of every problem, in order."""
    return [(problem.key, problem.sheet, problem.cell) for problem in error.problems]


def put(sheet: str, **cells: str | float | date | None) -> Edit:
    """An edit that fills cells of one sheet: put("Cơ quan", B3="x")."""

    def edit(book: Workbook) -> None:
        for ref, value in cells.items():
            book[sheet][ref] = value

    return edit
