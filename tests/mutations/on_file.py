"""Ways to break the rules of the file as a whole."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.test_kinds import LOCKED
from tests.mutations.way import DONE, LATE, NOWHERE, OPEN, Way, at, cell_of, instant, told
from tests.perturbations import columns, sheets
from tests.perturbations.work import Work
from tests.perturbations.writers import by_xlsxwriter
from tests.support.forms import KEY, order_of, saved
from tests.support.packages import book_with, rezipped, zip_of
from tests.support.returns import DESK, REAL, Change, head, put, sheet_of, table_in, tables_in
from tracker.columns import MONTHLY
from tracker.dates import Period
from tracker.examine import Desk
from tracker.forms import stamp
from tracker.forms.build import build_blank, build_form
from tracker.forms.order import FormOrder

_OTHER_KEY = b"o" * 32
_MAIL = {f"vt@{agency}.example": (agency,) for agency in ("skhcn", "syt", "tphd", "cat")}
_SENDERS = replace(DESK, senders=_MAIL)
_ALL_OPEN = replace(DESK, opened=frozenset({"2025-03", "2025-04", "2025-05", "2025-12"}))


def _ended(code: str) -> Desk:
    """A district was dissolved and nobody has followed it yet."""
    agencies = (replace(each, valid_to=date(2025, 2, 28)) if each.code == code else each for each in REAL.agencies)
    return replace(DESK, plan=replace(REAL, agencies=tuple(agencies)))


def _instead(data: bytes) -> Callable[[bytes], bytes]:
    return lambda _: data


def _worked(change: Callable[[Work], None]) -> Callable[[bytes], bytes]:
    """A kind of the perturbations, by bytes."""

    def damage(data: bytes) -> bytes:
        work = Work("skhcn", load_workbook(io.BytesIO(data)), {})
        change(work)
        return saved(work.book)

    return damage


def _zipped(change: Callable[[str, bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: rezipped(data, change)


def _with(*names: str) -> Callable[[bytes], bytes]:
    """More parts in the package."""
    return lambda data: rezipped(data, more=dict.fromkeys(names, b"<a/>"))


def _disputed(task: str, key: str, text: str) -> Callable[[bytes], bytes]:
    """A cell that one reader unfolds and another does not, in a sheet that claims to be smaller than it is."""
    ref = cell_of("skhcn", task, key).encode()
    cell = b'<c r="%b" t="inlineStr"><is><t>%b</t></is></c>' % (ref, text.encode())

    def change(name: str, part: bytes) -> bytes:
        if name != _SHEET:
            return part
        part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', part)
        return re.sub(rb'<c r="%b"[^>]*>.*?</c>' % ref, cell, part)

    return _zipped(change)


def _copied_values(data: bytes) -> bytes:
    """Values only, in a new file, without anything of ours."""
    work = Work("skhcn", load_workbook(io.BytesIO(data)), {})
    sheets.into_new_workbook_without_line(work)
    return by_xlsxwriter(work)


def _answered_elsewhere(key: bytes, **more: object) -> Callable[[bytes], bytes]:
    """The same answers on a form that was made otherwise: by another key, for another period, of another version."""

    def damage(data: bytes) -> bytes:
        source = load_workbook(io.BytesIO(data))
        order = order_of("skhcn", REAL)
        fields = {"period": order.period, "kind": order.kind, **more}
        made = FormOrder(REAL, order.agency, effective_day=order.effective_day, deadline_label="20", **fields)  # type: ignore[arg-type]
        target = load_workbook(io.BytesIO(build_form(made, key)))
        for (_, here), (_, there) in zip(tables_in(source), tables_in(target), strict=True):
            for code, row in here.rows.items():
                for each, column in here.columns.items():
                    if each not in ("task", "content", "no", "role", "deadline", "last", "unit", "target"):
                        there.put(code, each, here.sheet.cell(row, column).value)
        return saved(target)

    return damage


def _line(change: Callable[[str], str]) -> Change:
    """The visible line with our stamp, rewritten."""

    def edit(book: Workbook) -> None:
        for line in sheet_of(book).iter_rows(max_row=3):
            for cell in line:
                if isinstance(cell.value, str) and stamp.LINE_LABEL in cell.value:
                    cell.value = change(cell.value)

    return edit


def _token(book: Workbook) -> None:
    """One letter of the hidden token is another."""
    cell = book[stamp.SHEET]["A1"]
    text = str(cell.value)
    cell.value = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]


def _no_rows(book: Workbook) -> None:
    table = table_in(book)
    for row in table.rows.values():
        _clear(table.sheet, row)


def _clear(sheet: Worksheet, row: int) -> None:
    for cell in sheet[row]:
        cell.value = None


def _clear_heading(key: str) -> Change:
    def change(book: Workbook) -> None:
        table = table_in(book)
        table.sheet.cell(table.heading_row, table.columns[key]).value = None

    return change


def _other_workbook() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Họ và tên", "Chức vụ", "Điện thoại"])
    book.worksheets[0].append(["Lê Thị Hoa", "Chuyên viên", "0912000111"])
    return saved(book)


_MACROS, _LINKS = "xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"
_SHEET = "xl/worksheets/sheet1.xml"
_FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

_DISPUTED = (
    (OPEN, "result", "Da_x0041_ xong 3 xa"),
    (DONE, "product", "Quyet dinh so 5_x0042_"),
    (LATE, "obstacles", "Cho may chu _x0043_"),
)

ON_FILE: tuple[Way, ...] = (
    told("F01", "PDF", damage=_instead(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")),
    told("F01", "HTML named .xls", damage=_instead(b"<html><table><tr><td>1</td></tr></table></html>")),
    told("F01", "Word", damage=_instead(zip_of({"word/document.xml": b"<a/>"}))),
    told("F01", "text", damage=_instead("Mã;Kết quả\n27TB-4;xong".encode())),
    told("F02", "half of it", damage=lambda data: data[: len(data) // 2]),
    told("F02", "the end is missing", damage=lambda data: data[:-30]),
    told("F02", "XML cut short", damage=_zipped(lambda name, part: part[:2000] if name == _SHEET else part)),
    *(told("F03", f"{number} {kind}", damage=_instead(data)) for number, (data, kind) in enumerate(LOCKED, 1)),
    told("F04", "more bytes than allowed", desk=replace(DESK, max_bytes=5000)),
    told("F04", "thousands of parts", damage=_with(*(f"xl/part{number}.xml" for number in range(2500)))),
    told("F04", "a sheet as large as Excel's", damage=_instead(book_with(_FAR))),
    told("F05", "another workbook", damage=_instead(_other_workbook())),
    told("F05", "all rows deleted", _no_rows),
    told("F05", "the blank standard form", damage=_instead(build_blank())),
    told("F06", "another workspace's key", at=at("", "agency"), damage=_answered_elsewhere(_OTHER_KEY)),
    told("F06", "into a new workbook", at=at("", "agency"), damage=_worked(sheets.into_new_workbook_without_line)),
    told("F06", "values only", at=at("", "agency"), damage=_copied_values),
    told("F07", "line of another agency", _line(lambda text: text.replace("/skhcn/", "/syt/")), at=at("", "agency")),
    told("F07", "another agency's name", head("agency", "Sở Y tế"), at=at("", "agency")),
    told("F07", "another month", head("period", "tháng 4/2025 (2025-04)"), at=at("", "period")),
    told("F07", "token altered", _token, at=at("", "agency")),
    told("F08", "a private address", desk=_SENDERS, arrival={"sender": "hoa.skhcn@mail.example"}),
    told("F08", "a like one", desk=_SENDERS, arrival={"sender": "vt@skhcn.example.com"}),
    told("F08", "nobody is registered", arrival={"sender": "vt@skhcn.example"}),
    *(
        told("F09", sender, desk=_SENDERS, arrival={"sender": sender})
        for sender in ("vt@syt.example", "VT@tphd.example", "vt@cat.example")
    ),
    told("F10", "closed", at=at("", "period"), desk=replace(DESK, closed=frozenset({"2025-03"}))),
    told("F10", "never opened", at=at("", "period"), desk=replace(DESK, opened=frozenset({"2025-02"}))),
    told(
        "F10",
        "no period told",
        head("period", "tháng này"),
        at=at("", "period"),
        others="F06",
        damage=_worked(sheets.into_new_workbook_without_line),
    ),
    *(
        told("F11", str(period), at=at("", "period"), desk=_ALL_OPEN, damage=_answered_elsewhere(KEY, period=period))
        for period in (Period(2025, 4), Period(2025, 5), Period(2025, 12))
    ),
    told("F12", "version 0", damage=_answered_elsewhere(KEY, kind=replace(MONTHLY, version=0))),
    told(
        "F12",
        "version 0, marked",
        damage=lambda data: sheets.mark(_answered_elsewhere(KEY, kind=replace(MONTHLY, version=0))(data)),
    ),
    told(
        "F12",
        "version 0, sorted",
        damage=lambda data: _worked(lambda work: columns.reorder_columns(work.book))(
            _answered_elsewhere(KEY, kind=replace(MONTHLY, version=0))(data)
        ),
    ),
    *(
        told("F15", day, arrival={"received_at": instant(day)})
        for day in ("2025-03-21T00:00", "2025-03-24T08:00", "2025-04-15T16:30")
    ),
    told("F16", "macros", damage=_with(_MACROS)),
    told("F16", "links", damage=_with(_LINKS)),
    told("F16", "both", damage=_with(_MACROS, _LINKS)),
    told("F17", "heading cleared", _clear_heading("status")),
    told("F17", "two headings", _clear_heading("product"), _clear_heading("obstacles"), at=(NOWHERE, NOWHERE)),
    told("F17", "column deleted", damage=_worked(columns.delete_needed_column)),
    told("F17", "column twice", damage=_worked(columns.double_column)),
    *(
        told("F18", value, head("nil", value), put(OPEN, result="Đã họp 2 lần."), at=at("", "nil"))
        for value in ("Có", "x", "CÓ ")
    ),
    told("F19", "Sở TT&TT", head("agency", "Sở Thông tin và Truyền thông"), at=at("", "agency")),
    told("F19", "Sở TN&MT", head("agency", "Sở Tài nguyên và Môi trường"), at=at("", "agency"), agency="snnmt"),
    told("F19", "Sở GTVT", head("agency", "Sở Giao thông vận tải"), at=at("", "agency"), agency="sxd"),
    *(
        told("F21", agency, at=at("", "agency"), others="P04", agency=agency, desk=_ended(agency))
        for agency in ("tphd", "hth", "hns")
    ),
    *(told("F22", key, at=at(task, key), damage=_disputed(task, key, text)) for task, key, text in _DISPUTED),
)
