"""Rows of a table: its cells parsed by their columns, and the task or indicator each row is known as."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import isclose
from typing import Any

from tracker.cells import EPOCH_1904, Day, Kind, Number, Parsed, as_text, is_blank, parse_number
from tracker.columns import INDICATOR_TABLE, STATUS, TableKind
from tracker.forms.headings import Line, Sheet
from tracker.forms.notes import is_total
from tracker.forms.places import letters_of
from tracker.forms.scan import Flags
from tracker.legacy import to_unicode
from tracker.model import Cell, Indicator, Plan, Row, Task
from tracker.typed import figure_with_unit, read_typed
from tracker.vietnamese import clean_text, fold

_FIGURES = tuple((c.key, c.kind.parse) for c in INDICATOR_TABLE.answered if isinstance(c.kind, Number))
_SHARE = INDICATOR_TABLE.by_key["value"].kind.parse
_ROUNDED = 0.1
"""How far a small share may be from its figures, as part of it: 0.5 for 0.53, and never a hundred times as much."""
_LONGEST_FIGURE = 60
_TICKS = frozenset({"x", "xx", "v", "1", "co", "true"})
_TICK_SIGNS = "+*\u2713\u2714\u2611\u2612\u221a\u25cf\u25a0\u2022\u00fc"
"""The last is a tick of the font Wingdings."""
NO_TICKS: Mapping[int, str] = {}
_REPEATED_CHARS = 500
"""Longer texts are hardly the same twice, and would fill the memory."""


def read_rows(
    sheet: Sheet,
    kind: TableKind,
    heading_row: int,
    places: Mapping[str, int],
    below: Iterable[Line],
    flags: Flags,
    plan: Plan,
    ticks: Mapping[int, str] = NO_TICKS,
) -> Iterator[Row]:
    """Rows that belong to a task, or hold something filled; headings again, group rows and totals are passed.

    A merged cell answers for every task it stands beside. `ticks`: the status of each column that is one to tick.
    """
    readers = [(c.key, places[c.key], parser_of(c.kind, flags)) for c in kind.columns if c.key in places]
    letters = tuple(letters_of(index) for _, index, _ in readers)
    broken = flags.errors | flags.empty_formulas
    covered = _covered(sheet, kind, places, heading_row)
    for line in below:
        if line.again:
            continue
        values, cells = line.values, {}
        for (key, index, parse), place in zip(readers, blank_cells(letters, line.number), strict=True):
            raw = values[index] if index < len(values) else None
            is_empty = (raw is None or raw == "") and place.ref not in broken
            cells[key] = place if is_empty else read_cell(place, raw, parse, flags)
        if ticks:
            cells["status"] = _ticked(values, ticks, line.number)
        task, matched_by = _recognise(cells, kind, plan)
        if task and covered:  # what is no task takes nothing from above: it would look filled
            for key, index, parse in readers:
                if top := covered.get((line.number, index)):
                    place = blank_cell(letters_of(index), top)
                    cells[key] = read_cell(place, sheet.grid[top - 1][index], parse, flags)
        if task and kind is INDICATOR_TABLE:
            cells = _in_unit(cells, plan.indicator_by_code[task].unit, flags)
        row = Row(sheet.name, line.number, cells, task, matched_by)
        if task or (is_filled(row, kind, with_carried=True) and not is_total(row)):
            yield row


def _ticked(values: Sequence[Any], ticks: Mapping[int, str], number: int) -> Cell:
    """The status whose column has a tick; two ticks are none, and so is what is no tick."""
    filled = [(index, values[index]) for index in ticks if index < len(values) and not is_blank(values[index])]
    if not filled:
        return blank_cell(letters_of(min(ticks)), number)
    index, raw = filled[0]
    ref = f"{letters_of(index)}{number}"
    if len(filled) > 1:
        return Cell(ref, ", ".join(STATUS.show(ticks[index]) for index, _ in filled), None, "two_ticks")
    is_tick = _is_tick(raw) or STATUS.parse(raw)[0] == ticks[index]
    return Cell(ref, raw, ticks[index], None) if is_tick else Cell(ref, raw, None, "not_listed")


def _is_tick(raw: Any) -> bool:
    text = as_text(raw)
    return fold(text) in _TICKS or (len(text) == 1 and text in _TICK_SIGNS)


def _in_unit(cells: dict[str, Cell], unit: str, flags: Flags) -> dict[str, Cell]:
    """An indicator's figures seen with its unit: "602 hồ sơ" where that is the unit, no share where it is not one."""
    changed = {}
    for key, parse in _FIGURES:
        cell = cells.get(key)
        if cell is None or cell.raw is None or cell.raw == "":
            continue
        is_share = unit == "%" and key == "value"
        found = _figure(cell, unit, is_share, cell.ref in flags.percents, parse)
        if found != (cell.value, cell.problem):
            changed[key] = Cell(cell.ref, cell.raw, *found)
    return _with_clear_share({**cells, **changed}) if changed else cells


def _with_clear_share(cells: dict[str, Cell]) -> dict[str, Cell]:
    """A share below 1 is clear where numerator and denominator give it too: 0.53 is 0.53 %, not 53 %."""
    cell, part, whole = cells.get("value"), *(_figure_in(cells, key) for key in ("numerator", "denominator"))
    if cell is None or cell.problem != "unclear_share" or part is None or not whole:
        return cells
    shown, _ = _SHARE(cell.raw, None)
    is_clear = shown is not None and isclose(100 * part / whole, shown, rel_tol=_ROUNDED)
    return {**cells, "value": Cell(cell.ref, cell.raw, shown, None)} if is_clear else cells


def _figure_in(cells: Mapping[str, Cell], key: str) -> float | None:
    return cell.value if (cell := cells.get(key)) else None


def _figure(cell: Cell, unit: str, is_share: bool, is_percent_format: bool, parse: Callable[..., Parsed]) -> Parsed:
    text = cell.raw if isinstance(cell.raw, str) else ""
    has_sign = is_percent_format or "%" in text
    if cell.value is not None:
        if has_sign and not is_share:
            return None, "other_unit"
        if is_share and not has_sign and 0 < cell.value < 1:
            return None, "unclear_share"
    elif cell.problem == "unclear_number" and is_share:
        return parse_number(clean_text(text).removesuffix("%").strip()), None
    elif cell.problem == "not_number" and 0 < len(text) <= _LONGEST_FIGURE:
        return figure_with_unit(text, unit, parse)
    return cell.value, cell.problem


def _covered(sheet: Sheet, kind: TableKind, places: Mapping[str, int], heading_row: int) -> dict[tuple[int, int], int]:
    """Cells agencies fill, (row number, column), that merging hides below another: the number of the row that shows."""
    filled = {places[column.key] for column in kind.answered if column.key in places}
    return {
        (row + 1, left): top + 1
        for (top, left), (bottom, _) in sheet.merged
        if bottom > top > heading_row and left in filled
        for row in range(top + 1, min(bottom + 1, len(sheet.grid)))
    }


def parser_of(kind: Kind, flags: Flags) -> Callable[..., Parsed]:
    """How values of a kind are read in this workbook: a plain number is a day of its own calendar."""
    return replace(kind, epoch=EPOCH_1904).parse if flags.is_1904 and isinstance(kind, Day) else kind.parse


def blank_cell(letters: str, number: int) -> Cell:
    return Cell(f"{letters}{number}")


@lru_cache(maxsize=2048)
def blank_cells(letters: tuple[str, ...], number: int) -> tuple[Cell, ...]:
    """A row's blank cells; the same places come in every return."""
    return tuple(blank_cell(each, number) for each in letters)


def read_cell(place: Cell, raw: Any, parse: Callable[..., Parsed], flags: Flags) -> Cell:
    ref = place.ref
    if ref in flags.errors:
        return Cell(ref, raw, None, "error_value")
    if ref in flags.empty_formulas:
        return Cell(ref, raw, None, "formula_empty")
    if raw is None or raw == "":
        return place
    is_percent = ref in flags.percents if flags.knows_formats else None
    if not isinstance(raw, str):
        value, problem = parse(raw, is_percent)
        if raw == 0 and value != 0 and ref in flags.zero_formulas:  # no figure is asked for: a text not calculated
            return Cell(ref, raw, None, "formula_empty")
        return Cell(ref, raw, value, problem)
    if ref in flags.converted:
        return _converted_cell(ref, raw, flags.converted[ref], parse, is_percent)
    read_text = _read_text if len(raw) <= _REPEATED_CHARS else _read_text.__wrapped__
    return Cell(ref, raw, *read_text(raw, parse, is_percent, flags.fonts.get(ref, "")))


def _converted_cell(ref: str, raw: str, text: str, parse: Callable[..., Parsed], is_percent: bool | None) -> Cell:
    """A cell of which some words stand in a font from before Unicode."""
    return Cell(ref, raw, *read_typed(text, parse, is_percent), "" if text == raw else text)


@lru_cache(maxsize=8192)
def _read_text(
    raw: str, parse: Callable[..., Parsed], is_percent: bool | None, font: str
) -> tuple[Any, str | None, str]:
    """Value, problem and converted text; most texts of a form stand in every form of the round."""
    converted = "" if raw.isascii() else to_unicode(raw, font)
    return *read_typed(converted or raw, parse, is_percent), converted


def _recognise(cells: Mapping[str, Cell], kind: TableKind, plan: Plan) -> tuple[str | None, str]:
    """A row's task or indicator, and how it was known: by its code to the letter, its folded code, its folded text.

    A code that is not to the letter ("27TB-4.?") does not stand against the text of another.
    """
    code, content = (str(cell.value or "") if (cell := cells.get(key)) else "" for key in ("task", "content"))
    known: tuple[Mapping[str, Task | Indicator | None], ...]
    if kind.key == INDICATOR_TABLE.key:
        known = (plan.indicator_by_code, plan.indicator_by_folded, plan.indicator_by_folded)
    else:
        known = (plan.task_by_code, plan.task_by_folded_code, plan.task_by_text)
    by_code, by_folded, by_text = known
    if exact := by_code.get(code):
        return exact.code, "code"
    folded, text = by_folded.get(fold(code)), by_text.get(fold(content))
    if folded and text in (None, folded):
        return folded.code, "code"
    return (text.code, "text") if text else (None, "")


def is_filled(row: Row, kind: TableKind, with_carried: bool = False) -> bool:
    """Whether the agency wrote anything; names carried over from last month tell nothing of that."""
    keys = (column.key for column in kind.answered if with_carried or not column.is_carried)
    return any((cell := row.cells.get(key)) and not cell.is_blank for key in keys)
