"""Ways to break the rules that only other returns tell of: files are dropped and collected, months put together."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from tests.mutations.way import CT, CT_TOO, At, cell_of
from tests.perturbations.rows import sort_rows
from tests.support.forms import saved
from tests.support.workspace import PERIOD, Place
from tracker.actions.report import month_of
from tracker.demo.officer import Form
from tracker.model import Finding

Edit = Callable[[Form], object]


@dataclass(frozen=True)
class LedgerWay:
    """`story` sends returns and gives what was found in the end; `at`: (task, column key) on the form of `agency`."""

    code: str
    name: str
    story: Callable[[Place], Iterable[Finding]]
    agency: str
    at: At = (("", ""),)

    def missed(self, place: Place) -> str:
        """What is not found as it must be; "": all is."""
        findings = tuple(self.story(place))
        found = sorted((each.agency, each.task, each.cell) for each in findings if each.code == self.code)
        expected = sorted((self.agency, task, cell_of(self.agency, task, key)) for task, key in self.at)
        more = {each.code for each in findings} - {self.code}
        return "" if found == expected and not more else f"{self.code} at {found}, not {expected}; also {sorted(more)}"


def put(task: str, **values: Any) -> Edit:
    def edit(form: Form) -> None:
        for key, value in values.items():
            form.report.put(task, key, value)

    return edit


def figures(code: str, **values: Any) -> Edit:
    def edit(form: Form) -> None:
        for key, value in values.items():
            form.figures.put(code, key, value)

    return edit


def by(person: str) -> Edit:
    def edit(form: Form) -> None:
        form.head("prepared_by").value = person

    return edit


def _then(agency: str, again: Callable[[bytes], bytes], *edits: Edit, now: str = "2025-03-19T09:00") -> Any:
    """A return is collected, then another is made of it and collected at `now`; what is found in that one."""

    def story(place: Place) -> Iterable[Finding]:
        first = place.filled(agency, _clean)
        place.drop("a.xlsx", first)
        place.collect("2025-03-18T09:00")
        form = Form(again(first))
        for edit in edits:
            edit(form)
        place.drop("b.xlsx", form.save() if edits else again(first), at="2025-03-17T10:00")
        (second,) = place.collect(now)
        return second.examined.findings

    return story


def _month(**edits: Edit) -> Callable[[Place], Iterable[Finding]]:
    """Returns of some agencies; what is found across them."""

    def story(place: Place) -> Iterable[Finding]:
        for agency, edit in edits.items():
            place.drop(f"{agency}.xlsx", place.filled(agency, _clean, edit))
        place.collect("2025-03-18T09:00")
        findings = (finding for finding, _ in month_of(place.office("2025-03-18T10:00"), PERIOD).findings)
        return [finding for finding in findings if finding.code.startswith("A")]

    return story


def _clean(form: Form) -> None:
    """Figures that agree, whatever the story says."""
    if form.has_indicators:
        for number, code in enumerate(form.figures.rows):
            figures(code, numerator=960 + number, denominator=1000, value=96 + number / 10, remark=None)(form)


def _same(data: bytes) -> bytes:
    return data


def _saved_again(data: bytes) -> bytes:
    again = saved(load_workbook(io.BytesIO(data)))
    return again if again != data else saved(load_workbook(io.BytesIO(again)))


def _sorted(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sort_rows(book)
    return saved(book)


def _with_note(form: Form) -> None:
    form.report.put(next(iter(form.report.rows)), "next_plan", "Họp giao ban với 5 xã.")


_OPEN, _DONE = {"status": "Đang thực hiện", "percent": 40}, {"status": "Hoàn thành", "percent": 100}
_FULL = {**_DONE, "product": "Kế hoạch số 3/KH-UBND", "completed_on": "10/3/2025"}
_NOT = {"status": "Chưa thực hiện", "percent": 0, "result": None, "product": None, "completed_on": None}
_OPEN = {**_OPEN, "result": "Đã họp 3 lần.", "product": None, "completed_on": None}
_NO_FIGURES = {"numerator": None, "denominator": None, "value": 70}
_CHAPTER = "27TB-4.n"

THROUGH_LEDGER: tuple[LedgerWay, ...] = (
    LedgerWay("F13", "the same bytes", _then("stc", _same), "stc"),
    LedgerWay("F13", "saved again", _then("hth", _saved_again), "hth"),
    LedgerWay("F13", "sorted", _then("skhcn", _sorted), "skhcn"),
    *(
        LedgerWay("F14", now, _then(agency, _same, _with_note, now=now), agency)
        for agency, now in (("stc", "2025-03-17T09:00"), ("hth", "2025-03-18T08:00"), ("skhcn", "2025-03-17T18:30"))
    ),
    LedgerWay("F20", "own correction", _then("stc", _same, put("27TB-4", obstacles="Thiếu 3 máy chủ.")), "stc"),
    LedgerWay(
        "F20",
        "a colleague's figure",
        _then("hth", _same, by("Lê Văn Khác"), figures(CT, basis="Sổ theo dõi mới")),
        "hth",
        ((CT, "basis"),),
    ),
    LedgerWay(
        "F20",
        "a colleague's words",
        _then("skhcn", _same, by("Lê Văn Khác"), put("27TB-4.a", result="Đã họp với 8 đơn vị.")),
        "skhcn",
        (("27TB-4.a", "result"),),
    ),
    LedgerWay(
        "A01",
        "done, helper open",
        _month(skhcn=put("27TB-2.2", **_FULL), vp=put("27TB-2.2", status="Đang thực hiện")),
        "vp",
        (("27TB-2.2", "status"),),
    ),
    LedgerWay(
        "A01",
        "done, helper not started",
        _month(skhcn=put("27TB-3.2", **_FULL), vp=put("27TB-3.2", status="Chưa thực hiện", result="Chưa có hướng dẫn")),
        "vp",
        (("27TB-3.2", "status"),),
    ),
    LedgerWay(
        "A01",
        "not started, helper done",
        _month(ttt=put("27TB-4.m", **_NOT), snv=put("27TB-4.m", status="Hoàn thành")),
        "snv",
        (("27TB-4.m", "status"),),
    ),
    LedgerWay(
        "A02",
        "done and open",
        _month(dai=put(_CHAPTER, **_FULL), bao=put(_CHAPTER, **_OPEN)),
        "bao",
        ((_CHAPTER, "status"),),
    ),
    LedgerWay(
        "A02",
        "not started and done",
        _month(dai=put(_CHAPTER, **_NOT), cttdt=put(_CHAPTER, **_FULL)),
        "dai",
        ((_CHAPTER, "status"),),
    ),
    LedgerWay(
        "A02",
        "three of them",
        _month(dai=put(_CHAPTER, **_FULL), bao=put(_CHAPTER, **_FULL), cttdt=put(_CHAPTER, **_OPEN)),
        "cttdt",
        ((_CHAPTER, "status"),),
    ),
    LedgerWay("A03", "a value alone", _month(stc=_clean, hth=figures(CT, **_NO_FIGURES)), "hth", ((CT, "value"),)),
    LedgerWay(
        "A03",
        "without its denominator",
        _month(syt=figures(CT_TOO, denominator=None, value=50), sct=_clean),
        "syt",
        ((CT_TOO, "value"),),
    ),
    LedgerWay(
        "A03",
        "a denominator of 0",
        _month(hns=_clean, ttt=figures(CT, numerator=0, denominator=0, value=10)),
        "ttt",
        ((CT, "value"),),
    ),
)
