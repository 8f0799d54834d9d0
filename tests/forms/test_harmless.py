"""What people do to a sheet without meaning anything by it: the answers read are those of the untouched form."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.perturbations import columns, headings, rows, sheets
from tests.perturbations.sheets import mark
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.returns import AGENCY, REAL, Change, changed, codes, filled, look, said, sheet_of

UNTOUCHED = look(filled())
OWN_ROWS = frozenset({"P02"})
"""Rows of a table of her own that looks like ours are told of; they go nowhere."""

HARMLESS: dict[str, Change] = {
    each.__name__: each
    for each in (
        rows.sort_rows,
        rows.insert_rows,
        rows.blank_rows,
        rows.number_the_columns,
        rows.number_the_columns_by_figures,
        rows.repeat_headings,
        rows.total_below,
        rows.group_rows,
        rows.notes_below,
        rows.sign_below,
        rows.hide_rows,
        columns.insert_columns,
        columns.reorder_columns,
        columns.hide_columns,
        columns.filter_rows,
        columns.drop_numbers,
        columns.number_again,
        headings.shout_headings,
        headings.whisper_headings,
        headings.use_synonyms,
        headings.decompose,
        headings.merge_in_head,
        sheets.rename_sheets,
        sheets.reorder_sheets,
        sheets.add_sheets,
        sheets.blank_copy,
        sheets.copy_sheets,
    )
}
ASKED_FOR = (
    rows.sort_rows,
    rows.insert_rows,
    columns.insert_columns,
    sheets.rename_sheets,
    headings.shout_headings,
)
"""Those that must hold together, on top of our own marks."""


def test_the_untouched_form_is_clean_and_whole() -> None:
    assert codes(UNTOUCHED) == []
    assert (UNTOUCHED.agency, UNTOUCHED.period) == (AGENCY, "2025-03")
    assert len(said(UNTOUCHED)) == 11 + 4
    assert all(
        said(UNTOUCHED)["report", code]["result"] for code in REAL.task_by_code if ("report", code) in said(UNTOUCHED)
    )


def assert_same(data: bytes, allowed: frozenset[str] = frozenset()) -> None:
    """Answers, agency, period and head are those of the untouched form; nothing is found but `allowed`."""
    examined = look(data)
    assert said(examined) == said(UNTOUCHED)
    assert set(codes(examined)) <= allowed
    assert (examined.agency, examined.period, examined.head) == (AGENCY, "2025-03", UNTOUCHED.head)


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_each_alone(change: Change) -> None:
    assert_same(changed(change), OWN_ROWS if change is sheets.add_sheets else frozenset())


def test_our_own_marks() -> None:
    assert_same(mark(filled()))
    assert_same(mark(mark(filled())))


def test_all_of_the_requirement_together() -> None:
    assert_same(changed(*ASKED_FOR, data=mark(filled())))
    assert_same(mark(changed(*ASKED_FOR)))


def test_everything_together() -> None:
    gentle = [change for change in HARMLESS.values() if change is not rows.number_the_columns_by_figures]
    assert_same(changed(*gentle, data=mark(filled())), OWN_ROWS)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(sorted(HARMLESS)), min_size=2, max_size=6, unique=True), st.booleans())
def test_any_of_them_in_any_order(names: list[str], is_marked: bool) -> None:
    data = mark(filled()) if is_marked else filled()
    assert_same(changed(*(HARMLESS[name] for name in names), data=data), OWN_ROWS)


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(st.lists(st.sampled_from(sorted(HARMLESS)), min_size=2, max_size=8, unique=True), st.booleans())
def test_any_of_them_in_any_order_for_long(names: list[str], is_marked: bool) -> None:
    data = mark(filled()) if is_marked else filled()
    assert_same(changed(*(HARMLESS[name] for name in names), data=data), OWN_ROWS)


def test_a_moved_cell_is_known_by_where_it_stands_now() -> None:
    moved = look(changed(columns.reorder_columns, rows.insert_rows))
    before = {answer.task: answer.cells["result"] for answer in UNTOUCHED.answers if answer.table == "report"}
    after = {answer.task: answer.cells["result"] for answer in moved.answers if answer.table == "report"}
    assert before.keys() == after.keys()
    assert all(before[task] != after[task] for task in before)
    book = load_workbook(io.BytesIO(changed(columns.reorder_columns, rows.insert_rows)))
    for task, cell in after.items():
        assert sheet_of(book)[cell].value == said(UNTOUCHED)["report", task]["result"]


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_saved_by_libreoffice(ending: str, tmp_path: Path) -> None:
    before = tmp_path / "bao cao.xlsx"
    before.write_bytes(changed(*ASKED_FOR, data=mark(filled())))
    assert_same(soffice_convert(before, ending, tmp_path / ending).read_bytes())
