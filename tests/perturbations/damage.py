"""Codes and texts that no longer agree, rows sorted in part, cells dragged, cells merged."""

from __future__ import annotations

import re
from collections.abc import Callable

from openpyxl.cell.cell import Cell
from openpyxl.styles import Font

from tests.perturbations.work import Kind, Phase, TooShortError, Work, kind
from tests.support.returns import REAL
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind

_ENDS_IN_FIGURE = re.compile(r"(.*?)(\d+)")
_BLOCKED = ("P05", "P03", "P01", "P02", "P04", "P07")


def _recode(change: Callable[[str], str | None], table: TableKind = REPORT_TABLE) -> Callable[[Work], None]:
    def changed(work: Work) -> None:
        (code,) = work.take(1, table)
        work.cells(code, table)["task"].value = change(code)

    return changed


def _retext(change: Callable[[str], str | None], table: TableKind = REPORT_TABLE) -> Callable[[Work], None]:
    def changed(work: Work) -> None:
        (code,) = work.take(1, table)
        cell = work.cells(code, table)["content"]
        cell.value = change(str(cell.value))

    return changed


def all_codes_deleted(work: Work) -> None:
    for code in work.take_all():
        work.cells(code)["task"].value = None


def both_altered(work: Work) -> None:
    """Neither code nor text is any task's: whose answers these are cannot be told."""
    (code,) = work.take()
    cells = work.cells(code)
    cells["task"].value, cells["content"].value = "27TB-88.z", "Việc khác do cơ quan tự bổ sung trong tháng"


def indicator_both_altered(work: Work) -> None:
    (code,) = work.take(1, INDICATOR_TABLE)
    cells = work.cells(code, INDICATOR_TABLE)
    cells["task"].value, cells["content"].value = "CT-88", "Chỉ tiêu khác"


def swap(key: str, table: TableKind = REPORT_TABLE) -> Callable[[Work], None]:
    """The cells of two rows change places in one column: code says one task, text another."""

    def change(work: Work) -> None:
        one, other = work.take(2, table)
        _exchange(work, key, work.cells(one, table)[key], work.cells(other, table)[key])
        work.lose(one, table)
        work.lose(other, table)

    return change


def _exchange(work: Work, key: str, one: Cell, other: Cell) -> None:
    one.value, other.value = other.value, one.value


def drag_code_down(work: Work) -> None:
    """The corner of a code dragged over the two rows below: 27TB-4.d.1, 27TB-4.d.2, 27TB-4.d.3; letters repeat."""
    first, *others = work.take(3, adjacent=True)
    found = _ENDS_IN_FIGURE.fullmatch(first)
    for step, code in enumerate(others, 1):
        dragged = f"{found[1]}{int(found[2]) + step}" if found else first
        work.cells(code)["task"].value = dragged
        # the text beside the dragged code is another task's: nothing may be read as the dragged code's
        if REAL.task_by_code.get(dragged) not in (None, REAL.task_by_code[code]):
            work.lose(code)
            if ("report", dragged) in work.said:
                work.lose(dragged)


def sort_answers_only(work: Work) -> None:
    """Answered columns sorted, code and text left behind: the sheet says so, and nothing in it tells otherwise."""
    _sort(work, [c.key for c in REPORT_TABLE.answered], moves_truth=True)


def sort_with_codes(work: Work) -> None:
    """Codes and answers sorted, texts left behind."""
    _sort(work, ["task", *(c.key for c in REPORT_TABLE.answered)], moves_truth=False)


def sort_with_texts(work: Work) -> None:
    """Texts and answers sorted, codes left behind."""
    _sort(work, ["content", *(c.key for c in REPORT_TABLE.answered)], moves_truth=False)


def _sort(work: Work, keys: list[str], *, moves_truth: bool) -> None:
    """By result, over the agency's rows. Where code and text part, no row that moved can be believed."""
    codes = work.take_all()
    lines = {code: work.cells(code) for code in codes}
    order = sorted(codes, key=lambda code: str(lines[code]["result"].value)[::-1])
    values = {code: [(lines[code][key].value, lines[code][key].number_format) for key in keys] for code in codes}
    said = {code: work.said["report", code] for code in codes}
    for code, source in zip(codes, order, strict=True):
        for key, (value, shape) in zip(keys, values[source], strict=True):
            lines[code][key].value, lines[code][key].number_format = value, shape
        if moves_truth:
            work.said["report", code] = said[source]
        elif code != source:
            work.lose(code)


def shift_answers_up(work: Work) -> None:
    """The result of a row deleted with "shift cells up": the sheet says the texts of the rows below."""
    codes = work.take_all()
    if len(codes) < 2:
        raise TooShortError("one row")
    cells = [work.cells(code)["result"] for code in codes]
    values = [(cell.value, Font(name=cell.font.name)) for cell in cells]
    said = [work.said["report", code].pop("result", None) for code in codes]
    for code, cell, (value, font), text in zip(codes, cells, values[1:], said[1:], strict=False):
        cell.value, cell.font = value, font
        work.said["report", code] |= {"result": text} if text is not None else {}
    cells[-1].value = None
    work.gone.add(("report", codes[-1]))


def merge(*keys: str, name: str) -> Callable[[Work], None]:
    """Cells of two neighbours merged in these columns: the upper one answers for both."""

    def change(work: Work) -> None:
        upper, lower = work.take(2, adjacent=True)
        first, second, sheet = work.cells(upper), work.cells(lower), work.table().sheet
        mine, said = work.said["report", upper], work.said["report", lower]
        for key in keys:
            if key not in first or key not in second:
                raise TooShortError(key)
            column, top = first[key].column, first[key].row
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
            if not REPORT_TABLE.by_key[key].is_locked:
                said.pop(key, None)
                said |= {key: mine[key]} if key in mine else {}

    change.__name__ = name
    return change


DAMAGE_KINDS: tuple[Kind, ...] = (
    kind(_recode(lambda code: code.removeprefix("27TB-")), Phase.CODES, "P07", name="code_trimmed"),
    kind(_recode(str.lower), Phase.CODES, name="code_lower"),
    kind(_recode(lambda code: f" {code.replace('-', ' - ')} "), Phase.CODES, name="code_spaced"),
    kind(_recode(lambda code: code + "?"), Phase.CODES, "P07", name="code_damaged"),
    kind(_recode(lambda code: code.replace("27", "72")), Phase.CODES, "P07", name="code_mistyped"),
    kind(_recode(lambda code: None), Phase.CODES, "P07", name="code_deleted"),
    kind(all_codes_deleted, Phase.CODES, "P07"),
    kind(_recode(str.lower, INDICATOR_TABLE), Phase.CODES, name="indicator_code_lower"),
    kind(_recode(lambda code: code[:-1], INDICATOR_TABLE), Phase.CODES, "P07", name="indicator_code_damaged"),
    kind(_retext(lambda text: text + " (đã họp)"), Phase.CODES, "P05", name="text_edited"),
    kind(_retext(lambda text: text[:25]), Phase.CODES, "P05", name="text_cut"),
    kind(_retext(lambda text: None), Phase.CODES, name="text_deleted"),
    kind(_retext(lambda text: text.upper().replace(" ", "  ")), Phase.CODES, name="text_shouted"),
    kind(_retext(lambda text: "Chỉ tiêu số 1", INDICATOR_TABLE), Phase.CODES, "P05", name="indicator_text_edited"),
    kind(both_altered, Phase.CODES, "P01", "P02"),
    kind(indicator_both_altered, Phase.CODES, "P01", "P02"),
    kind(swap("task"), Phase.CODES, "P05", "R01", "R19", "R21", name="codes_swapped"),
    kind(swap("content"), Phase.CODES, "P05", "R01", "R19", "R21", name="texts_swapped"),
    kind(swap("task", INDICATOR_TABLE), Phase.CODES, "P05", name="indicator_codes_swapped"),
    kind(drag_code_down, Phase.CODES, *_BLOCKED),
    kind(sort_answers_only, Phase.CODES, "R01", "R06", "R12", "R19", "R21"),
    kind(sort_with_codes, Phase.CODES, "P05"),
    kind(sort_with_texts, Phase.CODES, "P05", "R01", "R19", "R21"),
    kind(shift_answers_up, Phase.CODES, "R01"),
    kind(merge("result", name="merge_results"), Phase.MERGES),
    kind(merge("obstacles", "proposal", "next_plan", name="merge_issues"), Phase.MERGES),
    kind(
        merge("status", "percent", "product", "completed_on", name="merge_progress"), Phase.MERGES, "R01", "R21", "R09"
    ),
    kind(merge("person", "accountable", name="merge_people"), Phase.MERGES),
    kind(merge("no", "role", "deadline", "last", "content", name="merge_locked"), Phase.MERGES),
    kind(merge("task", name="merge_codes"), Phase.MERGES, "P07"),
)
