"""Whose return it is: by seal, heading, tasks, sender; and what makes it wait."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.packaging.custom import CustomPropertyList, StringProperty

from tests.support.forms import KEY, saved
from tests.support.returns import AGENCY, DESK, REAL, codes, desk_of, filled, look, said, sheet_of
from tracker.demo.mishaps import identity_lost, identity_tampered
from tracker.demo.officer import Form
from tracker.forms import stamp
from tracker.model import Verdict

OTHER_KEY = b"o" * 32
MAIL = "vanthu@skhcn.example"
Edit = Callable[[Form], object]


def edited(*edits: Edit, data: bytes | None = None) -> bytes:
    form = Form(data or filled())
    for edit in edits:
        edit(form)
    return form.save()


def write(key: str, value: str | None) -> Edit:
    """Another value in a field of the head."""

    def edit(form: Form) -> None:
        form.head(key).value = value

    return edit


def without_line(form: Form) -> None:
    for line in form.report.sheet.iter_rows(max_row=form.report.heading_row):
        for cell in line:
            if isinstance(cell.value, str) and stamp.LINE_LABEL in cell.value:
                cell.value = None


def without_sheet(form: Form) -> None:
    form.book.remove(form.book[stamp.SHEET])


def without_property(form: Form) -> None:
    form.book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]


def unhidden(form: Form) -> None:
    """LibreOffice makes very hidden sheets hidden ones, Gnumeric shows them all."""
    form.book[stamp.SHEET].sheet_state = "visible"
    form.book[stamp.SHEET].title = "nhan dang"


@pytest.mark.parametrize(
    "edits",
    [
        (without_line,),
        (without_sheet,),
        (without_property,),
        (without_line, without_sheet),
        (without_line, without_property),
        (without_sheet, without_property),
        (unhidden,),
        (write("agency", None), write("period", None)),
        (write("agency", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"),),
        (write("agency", "Sở KH&CN tỉnh ta"), write("period", "tháng tư")),
    ],
    ids=lambda edits: " ".join(edit.__name__ for edit in edits),
)
def test_by_any_one_of_its_seals(edits: tuple[Edit, ...]) -> None:
    examined = look(edited(*edits))
    assert (examined.agency, examined.period) == (AGENCY, "2025-03")
    assert codes(examined) == []


def test_by_heading() -> None:
    """The table stands in a workbook of her own."""
    examined = look(edited(identity_lost))
    assert (examined.agency, examined.period, codes(examined)) == (AGENCY, "2025-03", ["F06"])
    assert said(examined) == said(look(filled()))


def test_by_tasks_that_nobody_else_has() -> None:
    examined = look(edited(identity_lost, write("agency", "Phòng Tổng hợp")))
    assert (examined.agency, codes(examined)) == (AGENCY, ["F06"])


def test_tasks_that_many_have_tell_nothing() -> None:
    """Districts share theirs: not ours to guess."""
    examined = look(edited(identity_lost, write("agency", "UBND huyện"), data=filled("hth")))
    assert (examined.agency, examined.verdict, codes(examined)) == ("", Verdict.REFUSED, ["F05"])


def test_by_sender_where_nothing_else_tells() -> None:
    desk = desk_of(senders={"ubnd@hth.example": ("hth",)})
    data = edited(identity_lost, write("agency", None), data=filled("hth"))
    examined = look(data, desk, sender=" UBND@hth.example")
    assert (examined.agency, codes(examined)) == ("hth", ["F06"])


def test_the_sender_never_outweighs_the_form() -> None:
    desk = desk_of(senders={MAIL: ("stc",)})
    examined = look(filled(), desk, sender=MAIL)
    assert (examined.agency, examined.verdict, codes(examined)) == (AGENCY, Verdict.HELD, ["F09"])


def test_an_unknown_sender_waits() -> None:
    examined = look(filled(), desk_of(senders={MAIL: (AGENCY,)}), sender="ai.do@gmail.com")
    assert (examined.verdict, codes(examined)) == (Verdict.HELD, ["F08"])
    assert said(examined) == said(look(filled())), "its answers are there for the day it is accepted"


def test_a_known_sender() -> None:
    assert codes(look(filled(), desk_of(senders={MAIL: (AGENCY,)}), sender=MAIL.upper())) == []


def test_the_address_of_a_merged_agency_is_its_successors() -> None:
    assert codes(look(filled(), desk_of(senders={MAIL: ("stttt",)}), sender=MAIL)) == []


@pytest.mark.parametrize("name", ["Sở Thông tin và Truyền thông", "sở tt&tt"])
def test_a_predecessor_in_the_heading(name: str) -> None:
    examined = look(edited(write("agency", name)))
    assert (examined.agency, codes(examined)) == (AGENCY, ["F19"])
    assert examined.verdict is Verdict.ACCEPTED


def test_a_predecessor_without_identity() -> None:
    examined = look(edited(identity_lost, write("agency", "Sở Thông tin và Truyền thông")))
    assert (examined.agency, codes(examined)) == (AGENCY, ["F06", "F19"])


def test_another_body_in_the_heading() -> None:
    examined = look(edited(write("agency", "Sở Tài chính")))
    assert (examined.agency, examined.verdict, codes(examined)) == (AGENCY, Verdict.HELD, ["F07"])


def test_a_successor_is_no_predecessor() -> None:
    """The seal of a department that was merged, under the name of the one it went into, of another one."""
    assert codes(look(edited(write("agency", "Sở Xây dựng")))) == ["F07"]


def test_the_visible_line_rewritten() -> None:
    examined = look(edited(identity_tampered, data=filled("htk")))
    assert (examined.agency, examined.verdict, codes(examined)) == ("htk", Verdict.HELD, ["F07"])


def test_the_hidden_sheet_of_another_agency() -> None:
    book, other = load_workbook(io.BytesIO(filled())), load_workbook(io.BytesIO(filled("stc")))
    book[stamp.SHEET]["A1"] = other[stamp.SHEET]["A1"].value
    examined = look(saved(book))
    assert (examined.verdict, examined.agency, codes(examined)) == (Verdict.HELD, AGENCY, ["F07"])


def test_the_property_of_another_agency() -> None:
    form = Form(filled())
    line = stamp.line(stamp.Stamp("BC", 1, "", "stc", "2025-03", ()), KEY)
    properties: Any = CustomPropertyList()
    properties.append(StringProperty(name=stamp.PROPERTY, value=line))
    form.book.custom_doc_props = properties  # type: ignore[attr-defined]
    assert codes(look(form.save())) == ["F07"]


def test_a_table_pasted_onto_another_agencys_form() -> None:
    """Everything visible copied over: the seals contradict each other."""
    target, source = load_workbook(io.BytesIO(filled("stc"))), load_workbook(io.BytesIO(filled()))
    for line in sheet_of(source).iter_rows():
        for cell in line:
            place = sheet_of(target)[cell.coordinate]
            if cell.value is not None and hasattr(place, "hyperlink"):
                place.value = cell.value
    examined = look(saved(target))
    assert (examined.verdict, codes(examined)[0]) == (Verdict.HELD, "F07")


def test_a_form_of_another_workspace_is_known_by_what_it_shows() -> None:
    examined = look(filled(key=OTHER_KEY))
    assert (examined.agency, examined.period, codes(examined)) == (AGENCY, "2025-03", ["F06"])


@pytest.mark.parametrize(
    ("shown", "period"),
    [("tháng 3/2025", "2025-03"), ("Tháng 03-2025", "2025-03"), ("2025-03", "2025-03"), ("3/2025 (lần 2)", "2025-03")],
)
def test_the_period_in_the_heading(shown: str, period: str) -> None:
    assert look(edited(identity_lost, write("period", shown))).period == period


@pytest.mark.parametrize("shown", ["tháng ba", "13/2025", "", "2025", "20/3/25"])
def test_no_period_in_the_heading(shown: str) -> None:
    examined = look(edited(identity_lost, write("period", shown or None)))
    assert (examined.period, examined.verdict) == ("", Verdict.REFUSED)
    assert "F10" in codes(examined)


@pytest.mark.parametrize(
    ("known", "received", "code", "is_taken"),
    [
        ({"opened": frozenset()}, "2025-03-18", "F10", False),
        ({"closed": frozenset({"2025-03"})}, "2025-04-22", "F10", False),
        ({}, "2025-02-10", "F11", True),
        ({}, "2025-02-21", "F11", True),
        ({}, "2025-03-20", "", True),
        ({}, "2025-03-21", "F15", True),
    ],
)
def test_the_state_of_the_period(known: dict[str, frozenset[str]], received: str, code: str, is_taken: bool) -> None:
    day = datetime.fromisoformat(received).replace(hour=5, tzinfo=UTC)
    examined = look(filled("hth"), desk_of(**known), received_at=day)
    found = [each for each in codes(examined) if each.startswith("F")]
    assert (found, examined.verdict.is_accepted) == ([code] if code else [], is_taken)


@pytest.mark.parametrize(("instant", "is_late"), [("16:59:59", False), ("17:00:00", True)])
def test_late_is_from_midnight_local_time(instant: str, is_late: bool) -> None:
    """24:00 of 20 March in Hà Nội is 17:00 UTC."""
    received = datetime.fromisoformat(f"2025-03-20T{instant}").replace(tzinfo=UTC)
    assert ("F15" in codes(look(filled(), DESK, received_at=received))) == is_late


def test_the_plan_has_what_these_tests_need() -> None:
    telecom = REAL.agency_by_code["stttt"]
    assert telecom.successor == AGENCY
