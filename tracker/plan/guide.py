"""The sheet Hướng dẫn of the master workbook: how each column is filled, and the lists people may extend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.model import Plan
from tracker.plan.ink import LIST_NAMES, Ink, growing_range, height_pt
from tracker.plan.sheet_columns import SHEETS
from tracker.texts import say

_WIDTHS = (24, 30, 26, 84)
_INTRODUCTION = ("guide_1", "guide_2", "guide_3", "guide_4")
_HEADINGS = ("guide_head_sheet", "guide_head_column", "guide_head_required", "guide_head_text")
_LISTS = (("categories", 3), ("kinds", 1))
"""Lists at the foot of the sheet, each with its column: nothing stands below them, so they can grow."""


def write_guide(ink: Ink, page: Any, plan: Plan) -> None:
    """Title, introduction, a row for each column of the workbook, then the lists of categories and kinds."""
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width, ink.style("blank_text"))
    ink.put(page, 0, 0, say("master.guide_title"), "title")
    page.set_row(0, 24)
    row = _write_introduction(ink, page, 1)
    heading_row = row + 1
    row = _write_columns(ink, page, heading_row)
    _write_lists(ink, page, row + 1, plan)
    _set_up_page(page, heading_row)


def _write_introduction(ink: Ink, page: Any, row: int) -> int:
    for key in _INTRODUCTION:
        text = say(f"master.{key}")
        page.merge_range(row, 0, row, len(_WIDTHS) - 1, "", ink.style("plain"))
        ink.put(page, row, 0, text, "plain")
        page.set_row(row, height_pt([(text, sum(_WIDTHS))]))
        row += 1
    return row


def _write_columns(ink: Ink, page: Any, row: int) -> int:
    for at, key in enumerate(_HEADINGS):
        ink.put(page, row, at, say(f"master.{key}"), "needed")
    for sheet in SHEETS:
        for column in sheet.columns:
            row += 1
            needed = say("master.yes") if column.is_required else ""
            texts = (sheet.title, sheet.heading(column), needed, sheet.guide(column))
            for at, text in enumerate(texts):
                ink.put(page, row, at, text, "centred" if at == 2 else "text")
            page.set_row(row, height_pt(zip(texts, _WIDTHS, strict=True)))
    return row + 1


def _write_lists(ink: Ink, page: Any, row: int, plan: Plan) -> None:
    found = {
        "categories": _unique(task.category for task in plan.tasks),
        "kinds": _unique(agency.kind for agency in plan.agencies),
    }
    ink.put(page, row, 0, say("master.guide_lists"), "bold")
    for name, at in _LISTS:
        ink.put(page, row + 1, at, say(f"master.list_{name}"), "optional")
        for offset, text in enumerate(found[name]):
            ink.put(page, row + 2 + offset, at, text)
        letter = "ABCD"[at]
        ink.book.define_name(LIST_NAMES[name], growing_range(page.get_name(), letter, row + 3))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _set_up_page(page: Any, heading_row: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.repeat_rows(heading_row)
    page.fit_to_pages(1, 0)
    page.set_footer("&R&P/&N")
