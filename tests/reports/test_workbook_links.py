"""Links of the workbook: each leads to the row, the block or the file that it names, and no sheet has too many."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.cell.cell import Cell

from tests.reports.test_workbook_views import two_documents
from tests.support.months import make_month
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.sheets import target_of
from tracker.model import Earlier, Finding, Month, Severity
from tracker.reports import grid
from tracker.reports.grid import Book, FileLink, Link
from tracker.reports.workbook import write_workbook

HEADING_ROW = 4
SHEETS = {
    "Tổng hợp",
    "Theo nhiệm vụ",
    "Chi tiết theo cơ quan",
    "Theo lãnh đạo",
    "Theo văn bản",
    "Quá hạn",
    "Sắp đến hạn",
    "Chỉ tiêu",
    "Số liệu chỉ tiêu",
    "Khó khăn, kiến nghị",
    "So với kỳ trước",
    "Tình hình gửi báo cáo",
    "Lỗi dữ liệu",
}
"""All that have something to lead from, beside the jumps of Tổng quan."""


@pytest.fixture(scope="module")
def month() -> Month:
    """Two documents, a past, and a problem with an indicator."""
    made = two_documents(make_month(9, 14))
    before = Earlier("2025-02", "tháng 02/2025", made.by_task, made.by_assignment, 4, 8)
    agency, code = made.register[1].agency.code, made.indicators[0].indicator.code
    of_indicator = Finding("I01", Severity.WARNING, agency, code, "Chỉ tiêu", "G5", facts={"unit": "%"})
    return replace(made, earlier=(before,), findings=(*made.findings, (of_indicator, "a.xlsx")))


@pytest.fixture(scope="module")
def book(month: Month) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))


def links(book: Any, name: str) -> Iterator[Cell]:
    """Cells of the rows that lead somewhere."""
    for row in book[name].iter_rows(min_row=HEADING_ROW + 1):
        yield from (cell for cell in row if isinstance(cell, Cell) and cell.hyperlink)


def row_of(book: Any, name: str, row: int) -> dict[str, Any]:
    """A row by heading."""
    sheet = book[name]
    return {str(head.value): cell.value for head, cell in zip(sheet[HEADING_ROW], sheet[row], strict=True)}


def target(book: Any, cell: Cell) -> tuple[str, Any, dict[str, Any]]:
    """The sheet to which a cell leads, what stands in the cell there, and its row."""
    assert cell.hyperlink is not None
    name, ref = target_of(cell.hyperlink)
    there = book[name][ref]
    return name, there.value, row_of(book, name, there.row)


def path_of(cell: Any) -> str:
    """The file to which a cell leads; "" where it leads to a sheet."""
    return str(cell.hyperlink.target or "").replace("\\", "/")


def test_every_sheet_has_its_links(book: Any, month: Month) -> None:
    found = {name: sum(1 for _ in links(book, name)) for name in book.sheetnames}
    assert {name for name, count in found.items() if count} - {"Tổng quan", "Theo cơ quan"} == SHEETS
    assert found["Theo nhiệm vụ"] == len(month.tasks) + len(month.lines)
    assert found["Chi tiết theo cơ quan"] == len(month.lines)


@pytest.mark.parametrize("name", sorted(SHEETS - {"Tổng hợp", "Theo lãnh đạo", "Theo văn bản"}))
def test_codes_lead_to_rows_that_hold_them(book: Any, month: Month, name: str) -> None:
    """To those of the same agency, where the row is of one."""
    names = {each.agency.code: {each.agency.name, each.agency.short} for each in month.register}
    seen = Counter[str]()
    for cell in links(book, name):
        if path_of(cell):
            continue
        there, value, row = target(book, cell)
        if there not in ("Tổng hợp", "Số liệu chỉ tiêu"):
            continue
        seen[there] += 1
        assert value in str(cell.value).split(", ")
        here = row_of(book, name, cell.row)
        agency = here.get("Cơ quan") or here.get("Nhiệm vụ, cơ quan thực hiện")
        same = next((known for known in names.values() if agency in known), None)
        assert same is None or row["Cơ quan"] in same, cell.coordinate
    assert seen or name in ("Tình hình gửi báo cáo", "Số liệu chỉ tiêu")


def test_codes_of_indicators_lead_to_the_figures_of_agencies(book: Any, month: Month) -> None:
    found = [target(book, cell) for cell in links(book, "Chỉ tiêu") if str(cell.value).startswith("CT")]
    assert [value for _, value, _ in found] == [i.indicator.code for i in month.indicators if i.parts]
    problem = next(cell for cell in links(book, "Lỗi dữ liệu") if cell.value == month.indicators[0].indicator.code)
    name, code, row = target(book, problem)
    assert (name, code, row["Cơ quan"]) == ("Số liệu chỉ tiêu", problem.value, month.register[1].agency.short)


@pytest.mark.parametrize(
    ("name", "heading"), [("Theo lãnh đạo", "Lãnh đạo phụ trách"), ("Theo văn bản", "Văn bản giao")]
)
def test_groups_lead_to_their_first_row(book: Any, name: str, heading: str) -> None:
    rows = [row_of(book, "Tổng hợp", row)[heading] for row in range(HEADING_ROW + 1, book["Tổng hợp"].max_row + 1)]
    found = list(links(book, name))
    assert len(found) == len(set(rows)) > 1
    for cell in found:
        _, _, row = target(book, cell)
        assert str(cell.value).startswith(row[heading])
        assert row["TT"] == 1 + rows.index(row[heading])


@pytest.mark.parametrize("name", ["Lỗi dữ liệu", "Tình hình gửi báo cáo", "Số liệu chỉ tiêu"])
def test_names_lead_to_the_block_of_the_agency(book: Any, month: Month, name: str) -> None:
    named = {text: each.agency.name for each in month.register for text in (each.agency.name, each.agency.short)}
    found = [cell for cell in links(book, name) if cell.value in named]
    assert len(found) >= len(month.register) - 1
    for cell in found:
        there, value, row = target(book, cell)
        assert (there, value) == ("Chi tiết theo cơ quan", named[str(cell.value)])
        assert row["TT"], "the first row of the block"


@pytest.mark.parametrize(("name", "code"), [("Tổng hợp", "Mã nhiệm vụ"), ("Số liệu chỉ tiêu", "Mã chỉ tiêu")])
def test_sources_lead_to_what_they_are_of(book: Any, name: str, code: str) -> None:
    found = [cell for cell in links(book, name) if str(cell.value).startswith("Dòng ")]
    assert len(found) > 8
    for cell in found:
        _, value, row = target(book, cell)
        here = row_of(book, name, cell.row)
        assert (value, row["Cơ quan"]) == (here[code], here["Cơ quan"])
        assert "Tệp" not in here or (here["Tệp"], here["Trang tính"]) == (row["Tệp"], row["Trang tính"])


def test_marked_returns_are_files_beside_the_workbook(book: Any, month: Month) -> None:
    found = {cell.value: path_of(cell) for cell in links(book, "Tình hình gửi báo cáo") if cell.column == 10}
    wanted = [entry.marked_return for entry in month.register if entry.marked_return]
    assert list(found) == wanted != []
    assert list(found.values()) == [f"phan-hoi/{name}" for name in wanted]


AWKWARD = ("a b.xlsx", "Báo cáo tháng 3.xlsx", "số #1 (sửa) 100%.xlsx", "%41&'<?>.xlsx", "=1+1.xlsx")


@pytest.fixture(scope="module")
def files() -> bytes:
    book = Book(date(2025, 3, 20))
    sheet = book.sheet("register")
    for row, name in enumerate(AWKWARD):
        book.put(sheet, row, 0, FileLink(f"phan-hoi/{name}", name))
    book.put(sheet, len(AWKWARD), 0, Link("Tình hình gửi báo cáo", "A1", "=đầu trang"))
    return book.finish()


def test_paths_hold_whatever_a_name_holds(files: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(files)).worksheets[0]
    for row, name in enumerate(AWKWARD, 1):
        cell = sheet.cell(row, 1)
        path = path_of(cell)
        assert (cell.value, unquote(path)) == (name, f"phan-hoi/{name}")
        assert not re.search(r"[\s#?&<>'\"]|%(?![0-9A-F]{2})", path)
        assert not set(name).intersection("ốáử") or set(path).intersection("ốáử"), "letters stand as they are"
        assert cell.quotePrefix == name.startswith("=")
    jump = sheet.cell(len(AWKWARD) + 1, 1).hyperlink
    assert jump and target_of(jump) == ("Tình hình gửi báo cáo", "A1")


@pytest.mark.libreoffice
@needs_libreoffice
def test_libreoffice_finds_the_files(files: bytes, tmp_path: Path) -> None:
    made = tmp_path / "a.xlsx"
    made.write_bytes(files)
    with zipfile.ZipFile(soffice_convert(made, "ods", tmp_path / "out")) as package:
        content = package.read("content.xml").decode()
    found = [html.unescape(unquote(path)).lstrip("./") for path in re.findall(r'xlink:href="([^"#]*)"', content)]
    assert found == [f"phan-hoi/{name}" for name in AWKWARD]


def test_no_more_links_than_excel_takes(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a sheet has none, but for the way back; its text is the same."""
    most = 2 * len(month.findings) - 1
    monkeypatch.setattr(grid, "_LINKS_MAX", most)
    few = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))
    assert not list(links(few, "Lỗi dữ liệu")) and not list(links(few, "Theo nhiệm vụ"))
    assert list(links(few, "Tình hình gửi báo cáo")), "that has fewer"
    assert few["Lỗi dữ liệu"]["A3"].hyperlink.location == "'Tổng quan'!A1"
    monkeypatch.undo()
    whole = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))
    for name in ("Lỗi dữ liệu", "Theo nhiệm vụ"):
        rows = [list(book[name].iter_rows(values_only=True)) for book in (few, whole)]
        assert rows[0] == rows[1]
