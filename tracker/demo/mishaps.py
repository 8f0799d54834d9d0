"""Mistakes as people make them, each on purpose: what is done to a filled form, and what must be found for it.

A mishap changes the form and returns what it planted: (code, sheet, cell) of every finding the tracker must make.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.worksheet.worksheet import Worksheet

from tracker.columns import ANSWERED
from tracker.demo.officer import Form
from tracker.forms import stamp

Planted = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Mishap:
    """`on_form` works on the opened form; `on_file` on the saved bytes (damage); one of both, or neither (late)."""

    key: str
    on_form: Callable[[Form], Planted] | None = None
    on_file: Callable[[bytes], tuple[bytes, Planted]] | None = None


def _row(form: Form, task: str, planted: dict[str, tuple[str, object]], clear: tuple[str, ...] = ()) -> Planted:
    """Changes cells of a row; `planted` gives per column the finding ("" for none) and the new value."""
    for key in clear:
        form.report.put(task, key, None)
    found = []
    for key, (code, value) in planted.items():
        ref = form.report.put(task, key, value)
        if code:
            found.append((code, form.report.sheet.title, ref))
    return tuple(found)


def unlisted_status(form: Form) -> Planted:
    return _row(form, "27TB-4.a", {"status": ("R02", "Sắp xong")})


def vague_percent(form: Form) -> Planted:
    return _row(form, "27TB-4", {"percent": ("R03", "khoảng 70")})


def impossible_date(form: Form) -> Planted:
    return _row(form, "27TB-4", {**_DONE, "completed_on": ("R04", "31/02/2025")})


def done_at_eighty(form: Form) -> Planted:
    return _row(form, "27TB-4", {**_DONE, "percent": ("R06", 80)})


def done_tomorrow(form: Form) -> Planted:
    return _row(form, "27TB-4", {**_DONE, "completed_on": ("R10", datetime(2025, 4, 15))})


def overdue_without_cause(form: Form) -> Planted:
    values = {"status": ("", "Đang thực hiện"), "percent": ("", 50), "obstacles": ("R12", None)}
    return _row(form, "27TB-4", values, clear=("product", "completed_on"))


def done_without_proof(form: Form) -> Planted:
    return _row(form, "27TB-4", {**_DONE, "product": ("R09", None)})


def row_left_empty(form: Form) -> Planted:
    clear = tuple(key for key in form.report.columns if key in _AGENCY_KEYS and key not in ("person", "accountable"))
    _row(form, "27TB-4.c", {}, clear)
    return (("R01", form.report.sheet.title, form.report.cell("27TB-4.c", "status").coordinate),)


def formula_and_error(form: Form) -> Planted:
    """A formula that no program has calculated, and a broken reference."""
    percent = form.report.cell("27TB-4", "percent")
    percent.value = "=45+5"
    result = form.report.cell("27TB-4.b", "result")
    result.value, result.data_type = "#REF!", "e"
    return tuple((code, form.report.sheet.title, cell.coordinate) for code, cell in (("R14", percent), ("R15", result)))


def tasks_altered(form: Form) -> Planted:
    """A row deleted, an invented one added, another's text and deadline rewritten."""
    sheet = form.report.sheet
    content = form.report.put("27TB-4.b", "content", "Cung cấp dịch vụ công trực tuyến toàn trình đạt 70%.")
    deadline = form.report.put("27TB-4", "deadline", "trước ngày 30/6/2025")
    last = max(form.report.rows.values())
    for key, value in (("task", "27TB-9.z"), ("content", "Nhiệm vụ tự bổ sung"), ("result", "Đã tổ chức 01 hội nghị.")):
        sheet.cell(last + 1, form.report.columns[key]).value = value
    added = sheet.cell(last + 1, form.report.columns["task"]).coordinate
    _clear_row(sheet, form.report.rows["27TB-4.a"])
    title = sheet.title
    return (("P05", title, content), ("P06", title, deadline), ("P02", title, added), ("P01", title, ""))


def row_doubled(form: Form) -> Planted:
    sheet, report = form.report.sheet, form.report
    source, copy = report.rows["27TB-4.a"], max(report.rows.values()) + 1
    for column in report.columns.values():
        sheet.cell(copy, column).value = sheet.cell(source, column).value
    refs = [sheet.cell(row, report.columns["task"]).coordinate for row in (source, copy)]
    return tuple(("P03", sheet.title, ref) for ref in refs)


def figures_wrong(form: Form) -> Planted:
    """A word where a figure belongs; a value that its numerator and denominator do not give."""
    first, second = list(form.figures.rows)[:2]
    word = form.figures.put(first, "numerator", "chưa thống kê")
    form.figures.put(second, "numerator", 300)
    form.figures.put(second, "denominator", 400)
    value = form.figures.put(second, "value", 91)
    title = form.figures.sheet.title
    return (("I01", title, word), ("I02", title, value))


def names_missing(form: Form) -> Planted:
    return _row(form, "27TB-4.a", {"person": ("R19", None)})


def empty_phrase(form: Form) -> Planted:
    return _row(form, "27TB-4.b", {"result": ("R16", "Đang triển khai")})


def nil_return(form: Form) -> Planted:
    """Nothing arose: the officer chooses Có and fills no row."""
    for task in form.report.rows:
        _row(form, task, {}, tuple(key for key in form.report.columns if key in _AGENCY_KEYS))
    if form.has_indicators:
        for code in form.figures.rows:
            for key in ("numerator", "denominator", "value", "basis"):
                form.figures.put(code, key, None)
    form.head("nil").value = "Có"
    return ()


def former_name(form: Form) -> Planted:
    """The officer of a merged department writes its old name over the new one."""
    cell = form.head("agency")
    cell.value = "Sở Giao thông vận tải"
    return (("F19", form.report.sheet.title, cell.coordinate),)


def identity_tampered(form: Form) -> Planted:
    """The visible stamp is rewritten to another agency's."""
    for line in form.report.sheet.iter_rows(max_row=form.report.heading_row):
        for cell in line:
            if isinstance(cell.value, str) and stamp.LINE_LABEL in cell.value:
                cell.value = cell.value.replace("/htk/", "/hns/")
    return (("F07", form.report.sheet.title, form.head("agency").coordinate),)


def identity_lost(form: Form) -> Planted:
    """The table was copied into a workbook of her own: no hidden sheet, no property, no stamp."""
    form.book.remove(form.book[stamp.SHEET])
    form.book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]
    for line in form.report.sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and stamp.LINE_LABEL in cell.value:
                cell.value = None
    return (("F06", form.report.sheet.title, form.head("agency").coordinate),)


def truncated(data: bytes) -> tuple[bytes, Planted]:
    """Half of the file arrived."""
    return data[: len(data) // 2], (("F02", "", ""),)


def not_a_workbook(data: bytes) -> tuple[bytes, Planted]:
    """A Word file renamed to .xlsx."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(zipfile.ZipInfo(name, (2025, 3, 18, 8, 0, 0)), "<xml/>")
    return stream.getvalue(), (("F01", "", ""),)


_DONE: dict[str, tuple[str, object]] = {
    "status": ("", "Hoàn thành"),
    "percent": ("", 100),
    "product": ("", "Kế hoạch số 57/KH-UBND ngày 25/02/2025"),
    "completed_on": ("", datetime(2025, 2, 25)),
}
_AGENCY_KEYS = frozenset(column.key for column in ANSWERED)


def _clear_row(sheet: Worksheet, row: int) -> None:
    for cells in sheet.iter_rows(min_row=row, max_row=row):
        for cell in cells:
            cell.value = None


MISHAPS: dict[str, Mishap] = {
    each.__name__: Mishap(each.__name__, on_form=each)
    for each in (
        unlisted_status,
        vague_percent,
        impossible_date,
        done_at_eighty,
        done_tomorrow,
        overdue_without_cause,
        done_without_proof,
        row_left_empty,
        formula_and_error,
        tasks_altered,
        row_doubled,
        figures_wrong,
        names_missing,
        empty_phrase,
        nil_return,
        former_name,
        identity_tampered,
        identity_lost,
    )
} | {each.__name__: Mishap(each.__name__, on_file=each) for each in (truncated, not_a_workbook)}
