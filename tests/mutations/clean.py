"""Forms that careful officers fill, each otherwise: all statuses, spellings, lengths and figures that are right."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tests.support.cases import EFFECTIVE_DAY
from tests.support.forms import KEY
from tests.support.returns import RECEIVED, look
from tracker.columns import STATUS
from tracker.dates import Period, local_day
from tracker.demo.officer import Form
from tracker.examine import Desk
from tracker.forms.build import build_form
from tracker.forms.order import FormOrder
from tracker.model import Agency, Indicator, Plan, Role, Task

ALLOWED = frozenset({"R20", "P08"})
"""What is told of proper requests: an extension, handing a task back."""
_RECEIVED_ON = local_day(RECEIVED)
_WORK = (
    "Đã khảo sát",
    "ĐÃ HỌP VỚI",
    "Đã nghiệm thu tại",
    "Tập huấn cho",
    "Hoàn thành rà soát ở",
    "Ban hành hướng dẫn cho",
)
_WHERE = ("đơn vị", "xã, phường", "“điểm cầu” & phòng họp", "lượt người <trực tuyến>", "tổ công nghệ số cộng đồng")
_PEOPLE = ("Nguyễn Văn An, chuyên viên", "Đỗ Thị Ngọc Ánh; Phòng TH", "Ủy viên thường trực Lê Quý Đôn", "Y Bhăm Niê")


@lru_cache(maxsize=64)
def _blank(plan: Plan, agency: Agency) -> bytes:
    return build_form(FormOrder(plan, agency, Period(2025, 3), EFFECTIVE_DAY, "24 giờ ngày 20/3/2025"), KEY)


@dataclass(frozen=True)
class Filling:
    """One form of an agency, filled as the chance falls."""

    plan: Plan
    agency: Agency
    chance: random.Random

    def data(self) -> bytes:
        form = Form(_blank(self.plan, self.agency))
        if self.chance.random() < 0.08:
            form.head("nil").value = self.chance.choice(("Có", "có", "x"))
            return form.save()
        form.head("prepared_by").value = self.chance.choice(_PEOPLE)
        for code in form.report.rows:
            values = self._answers(self.plan.task_by_code[code], form.role(code))
            for key, value in values.items():
                form.report.put(code, key, value)
        for code in form.figures.rows if form.has_indicators else ():
            for key, value in self._figures(self.plan.indicator_by_code[code]).items():
                form.figures.put(code, key, value)
        return form.save()

    def _answers(self, task: Task, role: Role) -> dict[str, Any]:
        if role is Role.COORDINATING:
            return {"result": self._text(), "obstacles": self._maybe(self._text)}
        status = self._status(task)
        spell = self.chance.choice((str, str, str.upper, str.lower))
        is_overdue = task.deadline is not None and task.deadline < EFFECTIVE_DAY
        values: dict[str, Any] = {
            "status": spell(STATUS.show(status)),
            "percent": self._percent(status, task),
            "result": self._maybe(lambda: "Chưa có hướng dẫn của Bộ") if status == "not_started" else self._text(),
            "obstacles": self._text() if is_overdue else self._maybe(self._text),
            "proposal": self._maybe(self._text),
            "next_plan": self._maybe(self._text),
            "extension_to": self._maybe(lambda: self._typed(date(2025, 6, 30)), 0.1),
            "person": self.chance.choice(_PEOPLE),
            "accountable": self.chance.choice(_PEOPLE),
        }
        if status == "done":
            values["product"] = f"Kế hoạch số {self.chance.randint(1, 900)}/KH-UBND ngày 10/3/2025"
            span = (_RECEIVED_ON - task.document_date).days
            values["completed_on"] = self._typed(task.document_date + timedelta(days=self.chance.randint(0, span)))
        return values

    def _status(self, task: Task) -> str:
        can_be_done = ("done", "done") if task.document_date <= _RECEIVED_ON else ()
        endless = () if task.deadline else ("ongoing", "ongoing")
        keys: tuple[str, ...] = ("not_started", "in_progress", "in_progress", "hand_back", *can_be_done, *endless)
        status: str = self.chance.choice(keys)
        return status

    def _percent(self, status: str, task: Task) -> Any:
        if status == "ongoing" or (task.deadline is None and self.chance.random() < 0.3):
            return None
        number = {"not_started": 0, "done": 100}.get(status, self.chance.randint(1, 99))
        return self.chance.choice((number, float(number), f"{number}%", f" {number} % ", f"{number},0"))

    def _text(self) -> str:
        said = [self._sentence() for _ in range(self.chance.choice((1, 1, 1, 2, 25)))]
        between: str = self.chance.choice((";\n", ". ", " – "))
        return between.join(said) + "."

    def _sentence(self) -> str:
        return f"{self.chance.choice(_WORK)} {self.chance.randint(2, 9999)} {self.chance.choice(_WHERE)}"

    def _maybe(self, make: Callable[[], Any], share: float = 0.4) -> Any:
        return make() if self.chance.random() < share else None

    def _typed(self, day: date) -> Any:
        real = datetime(day.year, day.month, day.day)
        texts = (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day:%d.%m.%Y}")
        return self.chance.choice((real, real, *texts))

    def _figures(self, indicator: Indicator) -> dict[str, Any]:
        way = self.chance.random()
        if way < 0.1:
            return {"remark": "Chưa đến kỳ thống kê"}
        whole = self.chance.randint(1, 90_000)
        part = self.chance.randint(0 if way >= 0.2 else -(-whole // 50), whole)  # alone, 0.9 may mean 90 %
        value = round(100 * part / whole, 2)
        if way < 0.2:
            return {"value": value, "basis": "Báo cáo của các xã"}
        remark = "Đạt mục tiêu" if indicator.is_met(value) else "Chưa đạt, phấn đấu đạt trong quý II"
        shown = self.chance.choice((value, f"{value:.2f}".replace(".", ",")))
        return {"numerator": part, "denominator": whole, "value": shown, "basis": "Hệ thống một cửa", "remark": remark}


def clean_forms(plan: Plan, count: int, seed: int = 1) -> Iterator[Filling]:
    """Forms of agencies drawn from those that report."""
    chance = random.Random(seed)
    agencies = plan.reporting_agencies(EFFECTIVE_DAY)
    return (Filling(plan, chance.choice(agencies), random.Random(chance.random())) for _ in range(count))


def complaints(filling: Filling) -> list[str]:
    """What is found in a clean form though nothing is wrong: codes with cell and value."""
    examined = look(filling.data(), Desk(filling.plan, KEY, opened=frozenset({"2025-03"})))
    found = [f"{each.code} {each.cell} {each.value!r}" for each in examined.findings if each.code not in ALLOWED]
    return found or ([] if examined.agency == filling.agency.code else [f"agency {examined.agency!r}"])
