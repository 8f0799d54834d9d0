"""Whose table it is and of which month, where no label says so: a table copied into a workbook of her own.

There the agency stands in a line of its own, as decree 30/2020 heads a paper, or behind a label of the office's own
("Đơn vị: …"), and the month in the title ("… tháng 3 năm 2025").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracker.forms.headings import Grid
from tracker.forms.load import load
from tracker.forms.places import letters_of
from tracker.model import Cell, Package, Plan, Returned
from tracker.vietnamese import fold

_ADDRESSEE = re.compile(r"(?:kinh )?gui\b|noi nhan\b")
"""What follows is for whom the paper is, not whose it is."""
_MONTH = re.compile(r"(?<!ngay )(?<!ngay \d )(?<!ngay \d\d )\bthang (\d{1,2}) (?:nam )?(20\d\d)\b")
"""Of a folded text; the month in "ngày 18 tháng 3 năm 2025" is that of a signature."""
_MOST_LINES, _LONGEST = 40, 300


def with_title(package: Package, returned: Returned, plan: Plan) -> Returned:
    """The return with what the lines above its table tell of agency and period, where seal and labels tell neither.

    Two agencies, or two months, tell nothing. Reads the file once more, which only such returns need.
    """
    lacking = {key for key in ("agency", "period") if not (cell := returned.head.get(key)) or cell.is_blank}
    if not lacking or not returned.rows or returned.identity.state not in ("missing", "foreign"):
        return returned
    grid = load(package).grids.get(returned.sheet, [])
    told = _told(grid[: min(returned.rows[0].number - 1, _MOST_LINES)], plan)
    return replace(returned, head={**returned.head, **{key: told[key] for key in lacking & told.keys()}})


def _told(lines: Grid, plan: Plan) -> dict[str, Cell]:
    agencies: dict[str, Cell] = {}
    months: dict[str, Cell] = {}
    for place, text in _texts(lines):
        for part in _parts(text):
            if agency := plan.agency_by_name.get(part) if " " in part else None:
                agencies.setdefault(agency.code, Cell(place, text, agency.name))
        for month, year in _MONTH.findall(fold(text)):
            if 1 <= int(month) <= 12:
                period = f"{year}-{int(month):02d}"
                months.setdefault(period, Cell(place, text, period))
    found = {"agency": agencies, "period": months}
    return {key: next(iter(cells.values())) for key, cells in found.items() if len(cells) == 1}


def _texts(lines: Grid) -> Iterator[tuple[str, str]]:
    """(cell, text) of the lines down to the addressee."""
    for number, line in enumerate(lines, 1):
        texts = [(index, raw) for index, raw in enumerate(line) if isinstance(raw, str) and 0 < len(raw) <= _LONGEST]
        if any(_ADDRESSEE.match(fold(text)) for _, text in texts):
            return
        yield from ((f"{letters_of(index)}{number}", text) for index, text in texts)


def _parts(text: str) -> Sequence[str]:
    """The folded lines of a text, each whole and behind its colon; a code ("bao") is no name: words are too like it."""
    lines = text.splitlines()
    return [fold(part) for line in lines for part in (line, line.partition(":")[2]) if part]
