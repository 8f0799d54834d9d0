"""parse(build(x)) = x: notices put together from the grammar, in every numbering, are read as they were meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.dates import short_date
from tracker.plan.notice.draft import draft_notice

AGENCIES = (
    "Sở Tài chính",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Lao động - Thương binh và Xã hội",
    "Công an tỉnh",
    "Bộ Chỉ huy Quân sự tỉnh",
    "UBND các huyện, thị xã, thành phố",
    "các sở, ban, ngành",
    "UBND huyện Gia Lộc",
    "Ban Quản lý các khu công nghiệp tỉnh",
    "Đài Phát thanh và Truyền hình tỉnh",
    "Công ty Điện lực Hòa Bình",
    "Chi cục Thống kê khu vực III",
    "Trung tâm Xúc tiến Đầu tư tỉnh",
    "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
)
WORKS = (
    "rà soát quỹ đất cụm công nghiệp",
    "xây dựng Kế hoạch chuyển đổi số năm 2025",
    "tham mưu UBND tỉnh ban hành Đề án phát triển du lịch",
    "kiểm tra việc thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị",
    "tuyên truyền, phổ biến quy định về thu phí 0 đồng (tham khảo kinh nghiệm của thành phố Hà Nội)",
)
ISSUED = date(2025, 2, 21)


@dataclass(frozen=True)
class Meant:
    leads: tuple[str, ...]
    coordinators: tuple[str, ...]
    work: str
    due: date | None
    bound: str
    percent: int | None


@st.composite
def meant(draw: st.DrawFn) -> Meant:
    names = draw(st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=5, unique=True))
    cut = draw(st.integers(1, min(2, len(names))))
    bound = draw(st.sampled_from(("", "before", "on_or_before", "within")))
    due = ISSUED + timedelta(days=draw(st.integers(1, 600))) if bound else None
    percent = draw(st.none() | st.integers(1, 99))
    return Meant(tuple(names[:cut]), tuple(names[cut:]), draw(st.sampled_from(WORKS)), due, bound, percent)


_BOUNDS = {"before": "hoàn thành trước ngày", "on_or_before": "chậm nhất ngày", "within": "xong trong ngày"}


def _list(names: Sequence[str], last: str) -> str:
    return f"{', '.join(names[:-1])}{last}{names[-1]}" if len(names) > 1 else names[0]


def _sentence(task: Meant, opening: str, last: str) -> str:
    helped = f" phối hợp với {_list(task.coordinators, last)}" if task.coordinators else ""
    chaired = " chủ trì," if task.coordinators and opening != "Giao " else ""
    reach = f", bảo đảm tỷ lệ hồ sơ đúng hạn đạt trên {task.percent}%" if task.percent else ""
    until = f", {_BOUNDS[task.bound]} {short_date(task.due)}" if task.due else ""
    leads = _list(task.leads, ", ")
    return f"{opening}{leads if opening else leads[0].upper() + leads[1:]}{chaired}{helped} {task.work}{reach}{until}."


@settings(max_examples=120)
@given(
    st.lists(meant(), min_size=1, max_size=6),
    st.sampled_from(("{}.", "{})", "({})", "{}/")),
    st.sampled_from(("Giao ", "", "Yêu cầu ", "Đề nghị ")),
    st.sampled_from((", ", " và ")),
)
def test_a_notice_is_read_as_it_was_built(tasks: list[Meant], number: str, opening: str, last: str) -> None:
    lines = ["Số: 27/TB-UBND", "Hải Dương, ngày 21 tháng 02 năm 2025", "Chủ tịch UBND tỉnh kết luận như sau:"]
    lines += [f"{number.format(n)} {_sentence(task, opening, last)}" for n, task in enumerate(tasks, start=1)]
    read = draft_notice(lines, is_wrapped=False).tasks
    assert [task.item for task in read] == [str(n) for n in range(1, len(tasks) + 1)]
    for got, task in zip(read, tasks, strict=True):
        assert tuple(name.casefold() for name in got.leads) == tuple(name.casefold() for name in task.leads)
        assert got.coordinators == task.coordinators
        assert (got.deadline.due_on, got.deadline.bound if got.deadline.due_on else "") == (task.due, task.bound)
        assert [(target.op, target.value) for target in got.targets] == ([(">", task.percent)] if task.percent else [])


@settings(max_examples=60)
@given(st.lists(meant(), min_size=1, max_size=5), st.integers(0, 2))
def test_lists_below_a_lead_carry_it(tasks: list[Meant], style: int) -> None:
    lead = tasks[0].leads[0]
    opening = (f"1. Giao {lead}:", f"1. {lead[0].upper()}{lead[1:]} chủ trì:", f"1. {lead[0].upper()}{lead[1:]}")[style]
    works = [f"- {task.work[0].upper()}{task.work[1:]}, chậm nhất ngày 15/5/2025." for task in tasks]
    read = draft_notice(["Chủ tịch UBND tỉnh kết luận như sau:", opening, *works], is_wrapped=False).tasks
    assert [task.item for task in read] == [f"1.{n}" for n in range(1, len(tasks) + 1)]
    assert {tuple(map(str.casefold, task.leads)) for task in read} == {(lead.casefold(),)}
    assert {task.deadline.due_on for task in read} == {date(2025, 5, 15)}
