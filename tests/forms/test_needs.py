"""Which cells are still to be filled: the cached counter, and the formulas as LibreOffice works them out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from tests.support.cases import EFFECTIVE_DAY, PLAN
from tests.support.forms import (
    COUNTER_CELL,
    KEY,
    PAST,
    fill,
    grids,
    needed_by_design,
    opened,
    order_of,
    saved,
)
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.cells import is_blank
from tracker.columns import REPORT_TABLE, STATUS, Need
from tracker.forms.build import build_form, form_cells
from tracker.forms.needs import code_lists
from tracker.forms.order import count_needed, needed_keys, report_rows
from tracker.model import Plan
from tracker.plan.data import packaged_plan
from tracker.texts import say

SHEET = REPORT_TABLE.title
REAL = packaged_plan()
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "status": (None, None, *STATUS.labels),
    "percent": (None, 0, 60, 100),
    "result": (None, "Đã trình UBND tỉnh.", "   "),
    "product": (None, "Kế hoạch số 812/KH-UBND"),
    "completed_on": (None, date(2025, 3, 14)),
    "obstacles": (None, "Chờ kinh phí"),
    "next_plan": (None, "Nghiệm thu"),
    "person": (None, "An"),
    "accountable": (None, "Bình"),
}


def random_values(dice: random.Random) -> dict[str, Any]:
    return {key: dice.choice(options) for key, options in CHOICES.items()}


def counter(data: bytes, sheet: str = SHEET) -> str:
    return str(grids(data)[sheet][0][9])


@pytest.mark.parametrize("agency", [agency.code for agency in REAL.reporting_agencies(EFFECTIVE_DAY)])
def test_cached_counter_of_every_agency(agency: str) -> None:
    order = order_of(agency, REAL)
    wanted = sum(len(needed_by_design(row, {})) for row in report_rows(order))
    assert counter(build_form(order, KEY)) == say("form.counter", count=wanted)
    assert wanted > 0


@pytest.mark.parametrize("seed", range(30))
def test_needed_cells_follow_the_design(seed: int) -> None:
    dice = random.Random(seed)
    plain = report_rows(order_of(past=PAST))
    filled = {row.code: random_values(dice) for row in plain}
    for row in report_rows(order_of(past=PAST, filled=filled)):
        assert set(needed_keys(row, REPORT_TABLE.answered)) == needed_by_design(row, row.answers)


def test_nil_return_needs_nothing() -> None:
    data = build_form(order_of(head={"nil": "yes"}), KEY)
    assert counter(data) == say("form.counter", count=0)


def test_accepted_as_done_and_untouched_needs_nothing() -> None:
    order = order_of(past=PAST)
    done = next(row for row in report_rows(order) if row.code == "27TB-4")
    assert done.was_done and needed_keys(done, REPORT_TABLE.answered) == ()
    reopened = order_of(past=PAST, filled={"27TB-4": {"percent": 90}})
    row = next(row for row in report_rows(reopened) if row.code == "27TB-4")
    assert set(needed_keys(row, REPORT_TABLE.answered)) == {"status", "result"}


def test_lists_of_codes() -> None:
    assert code_lists(report_rows(order_of(past=PAST))) == {
        "has_deadline": "|27TB-1|27TB-2|27TB-4|27TB-5|27TB-7|",
        "is_overdue": "|27TB-2|",
        "was_done": "|27TB-4|",
    }
    assert code_lists(()) == {"has_deadline": "", "is_overdue": "", "was_done": ""}


@pytest.mark.libreoffice
@needs_libreoffice
def test_formulas_recalculate_to_the_same(tmp_path: Path) -> None:
    """Copies of one form, each filled at random by another program; counter and shading worked out by LibreOffice."""
    order = order_of(past=PAST)
    rows, places = report_rows(order), form_cells(order)
    cells = {row.code: {c.key: places[row.code, c.key][1] for c in REPORT_TABLE.answered} for row in rows}
    book = opened(build_form(order, KEY))
    rules = {
        str(area.sqref).partition(":")[0]: area.rules[0].formula[0]
        for area in book[SHEET].conditional_formatting
        if str(area.sqref) != COUNTER_CELL
    }
    assert len(rules) == sum(column.need is not Need.NEVER for column in REPORT_TABLE.columns)
    wanted: dict[str, int] = {}
    shaded: dict[str, set[str]] = {}
    for seed in range(25):
        dice, sheet = random.Random(seed), book.copy_worksheet(book[SHEET])
        is_nil = seed == 7
        sheet["K4"] = "Có" if is_nil else dice.choice((None, "Không"))
        total: set[str] = set()
        for row in rows:
            values = {**row.answers, **random_values(dice)}
            if row.was_done and seed % 2:
                values = dict.fromkeys(CHOICES)
            fill(sheet, cells[row.code], values)
            total |= {cells[row.code][key] for key in needed_by_design(row, values)}
        shaded[sheet.title] = set() if is_nil else total
        wanted[sheet.title] = len(shaded[sheet.title])
        for number, (first, formula) in enumerate(rules.items()):
            for index in range(len(rows)):
                place = f"{get_column_letter(40 + number)}{8 + index}"
                moved = Translator(f"={formula}", origin=first).translate_formula(f"{first[0]}{8 + index}")
                sheet[place] = f"=IF({moved[1:]},1,0)"
    source = tmp_path / "filled.xlsx"
    source.write_bytes(saved(book))
    found = grids(soffice_convert(source, "xlsx", tmp_path / "out").read_bytes())
    assert {name: found[name][0][9] for name in wanted} == {
        name: say("form.counter", count=count) for name, count in wanted.items()
    }
    for name, cells_wanted in shaded.items():
        worked_out = {
            f"{first[0]}{8 + index}"
            for number, first in enumerate(rules)
            for index in range(len(rows))
            if found[name][7 + index][39 + number] == 1
        }
        assert worked_out == cells_wanted, name


def test_many_tasks_keep_the_formula_within_excels_limit() -> None:
    tasks = tuple(replace(PLAN.tasks[2], code=f"27TB-{n}", content=f"Nhiệm vụ {n}") for n in range(120))
    order = order_of(plan=Plan(tasks=tasks, agencies=PLAN.agencies))
    sheet = opened(build_form(order, KEY))[SHEET]
    assert len(str(sheet[COUNTER_CELL].value)) < 8192
    assert count_needed(report_rows(order), REPORT_TABLE, is_nil=False) == 120 * 4
    assert not is_blank(sheet["B127"].value)
