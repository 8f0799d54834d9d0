"""Cells, heights and colours of the workbook."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import palette
from tracker.palette import Shade
from tracker.reports.grid import Area, Book, Link, fit_row, fit_text, height_of, lines_of
from tracker.texts import say


def shades() -> list[tuple[str, Shade]]:
    found = [(name, value) for name, value in vars(palette).items() if isinstance(value, Shade)]
    for name, value in vars(palette).items():
        if isinstance(value, dict):
            found += [(f"{name} {key}", shade) for key, shade in value.items() if isinstance(shade, Shade)]
    return found


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2.1)."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("name", "shade"), shades())
def test_text_is_readable_on_its_fill(name: str, shade: Shade) -> None:
    low, high = sorted((luminance(shade.fill), luminance(shade.ink)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_statuses_differ_in_symbol() -> None:
    symbols = [shade.symbol for shade in (*palette.STATUS.values(), palette.DUE_SOON, palette.NOT_REPORTED)]
    assert len(set(symbols)) == len(symbols)


@given(st.text(max_size=200))
def test_short_text_is_kept_whole(text: str) -> None:
    assert fit_text(text) == text or any(ord(char) < 32 or ord(char) > 126 for char in text)


def test_length_is_counted_as_spreadsheets_count() -> None:
    assert fit_text("ế" * 32_767) == "ế" * 32_767
    assert fit_text("ế" * 32_768).endswith(say("workbook.cut"))
    cut = fit_text("😀" * 17_000)
    assert cut.endswith(say("workbook.cut")) and len(cut.encode("utf-16-le")) <= 2 * 32_767


@given(st.text(alphabet="ab \n", max_size=400), st.integers(5, 60))
def test_lines_grow_with_the_text(text: str, width_chars: int) -> None:
    assert lines_of(text + " thêm chữ", width_chars) >= lines_of(text, width_chars)
    assert lines_of(text, width_chars) > text.count("\n") or not text


@given(st.text(alphabet="aế \n", min_size=1, max_size=4000), st.sampled_from([1.0, 0.92]))
def test_texts_fit_the_highest_row(text: str, share: float) -> None:
    """Whole where a wider column can hold them, else as much as it holds, with a mark."""
    book = Book(date(2025, 3, 20))
    sheet = book.sheet("overdue")
    sheet.widths = [20.0]
    shown, lines = fit_row(book, sheet, 0, text, share)
    assert height_of(lines) < 409 and lines_of(shown, sheet.widths[0] * share) == lines
    if shown != text:
        mark = say("workbook.cut_view")
        assert sheet.widths[0] == 60 and shown.endswith(mark) and text.startswith(shown.removesuffix(mark))
    elif sheet.widths[0] > 20:
        assert height_of(lines_of(text, (sheet.widths[0] - 1) * share)) == 409


def test_height_has_a_ceiling() -> None:
    assert height_of(1) < height_of(2) < height_of(1000) == 409


def test_area_names_one_column() -> None:
    assert Area("Tổng hợp", 4, 9).column(7) == "'Tổng hợp'!$H$5:$H$10"
    assert Area("Tổng hợp", 4, 3).column(0) == "'Tổng hợp'!$A$5:$A$5"


ROW_OPTIONS = re.compile(rb' (spans|customHeight)="[0-9:]+"')


def sheet_xml(monkeypatch: pytest.MonkeyPatch, *, is_ours: bool) -> bytes:
    """A sheet of every kind of cell; as XlsxWriter alone writes cells where not `is_ours`."""
    with monkeypatch.context() as patch:
        if not is_ours:
            for name in ("_write_cell", "_calculate_spans", "_prepare_formula"):
                patch.delattr(f"tracker.reports.worksheet.Sheet.{name}")
        book = Book(date(2025, 3, 20))
        sheet = book.sheet("lines")
        values = ("chữ", "=SUM(1)", 'a<b>&"c"', 7, 0.1 + 0.2, -1e300, date(2025, 3, 20), None, Link("A", "A1", "đi"))
        for row, shade in enumerate((None, Shade("#FFFFFF", "#000000", "x"))):
            for col, value in enumerate((*values, *range(20))):
                book.put(sheet, row, col, value, "text", shade)
        book.formula(sheet, 3, 0, "=SUM(A1:B2)", 3.5)
        book.formula(sheet, 3, 1, '=COUNTIFS($A$1:$A$9,"a*")', 2)
        book.formula(sheet, 3, 2, "=IF(A1=0,0,RANK(A1,$A$1:$A$9))", 1)
        sheet.write_string(4, 0, "không định dạng")
        sheet.write_number(5, 0, 12)
        sheet.write_boolean(6, 0, True)
        return zipfile.ZipFile(io.BytesIO(book.finish())).read("xl/worksheets/sheet1.xml")


def test_cells_are_what_the_library_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, alone = (sheet_xml(monkeypatch, is_ours=is_ours) for is_ours in (True, False))
    assert ours != alone  # spans
    assert ROW_OPTIONS.sub(b"", ours) == ROW_OPTIONS.sub(b"", alone)
