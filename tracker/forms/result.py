"""The first sheet of a marked return: what was found, worst first, with links to the cells."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from tracker import palette
from tracker.forms.fit import row_height_pt
from tracker.forms.stamp import RESULT_SHEET
from tracker.model import Severity
from tracker.texts import say
from tracker.vietnamese import clean_text

_ORDER = tuple(Severity)  # worst first
_COLUMNS = {"severity": 22.0, "place": 29.0, "task": 17.0, "found": 56.0, "todo": 50.0}
_OTHERS, _OTHER_WIDTH = 6, 7.5
_ROOM_SHARE, _BOLD_SHARE = 0.95, 0.85  # sentences fill their lines badly; bold text needs more room
_SHOWN_TASKS = 3
_FONT = "Times New Roman"
_LINE = Side(style="thin", color=palette.RULE[1:])
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One problem, in words: what was found and what to do. Without a cell it concerns the file as a whole."""

    severity: Severity
    code: str
    found: str
    todo: str
    sheet: str = ""
    cell: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the first sheet says; all texts ready-worded, `lines` in any order; `note` tells of anything unusual."""

    agency: str
    period: str
    file: str
    received: str
    verdict: str
    lines: tuple[ResultLine, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The same problem in one or more cells."""

    lines: tuple[ResultLine, ...]

    @property
    def first(self) -> ResultLine:
        return self.lines[0]

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys((line.sheet, line.cell) for line in self.lines if line.sheet))

    @property
    def tasks(self) -> str:
        tasks = tuple(dict.fromkeys(line.task for line in self.lines if line.task))
        shown = ", ".join(tasks[:_SHOWN_TASKS])
        rest = len(tasks) - _SHOWN_TASKS
        return say("mark.more_tasks", tasks=shown, count=rest) if rest > 0 else shown


def grouped(lines: Iterable[ResultLine]) -> tuple[Group, ...]:
    """Worst first; the same problem in many cells is one group."""
    groups: dict[tuple[Severity, str, str, str], list[ResultLine]] = {}
    for line in lines:
        groups.setdefault((line.severity, line.code, line.found, line.todo), []).append(line)
    found = (Group(tuple(members)) for members in groups.values())
    return tuple(sorted(found, key=lambda group: _ORDER.index(group.first.severity)))


def result_book(page: ResultPage, titles: frozenset[str]) -> bytes:
    """A workbook of this one sheet, to be put before sheets of these names (links lead to no other)."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = RESULT_SHEET
    groups = grouped(page.lines)
    slots = _OTHERS if any(len(group.places) > 1 for group in groups) else 0
    for index, width in enumerate((*_COLUMNS.values(), *(_OTHER_WIDTH,) * slots), 1):
        sheet.column_dimensions[at(sheet, 1, index).column_letter].width = width
    row = _write_head(sheet, page)
    if groups:
        _write_headings(sheet, row, slots)
    for number, group in enumerate(groups, row + 1):
        _write_group(sheet, number, group, titles)
        _write_others(sheet, number, group.places[1:], titles, slots)
    _set_view(sheet, row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_head(sheet: Worksheet, page: ResultPage) -> int:
    """Title, facts and the next step; returns the row of the headings."""
    put(at(sheet, 1, 1), say("mark.title"), Font(name=_FONT, size=16, bold=True, color=palette.HEADING.fill[1:]))
    sheet.row_dimensions[1].height = 28
    facts = {key: getattr(page, key) for key in ("agency", "period", "file", "received", "verdict")}
    for row, (key, value) in enumerate({**facts, "counts": _counts(page)}.items(), 2):
        put(at(sheet, row, 1), say(f"mark.{key}"), Font(name=_FONT, size=12, color=palette.BAND.ink[1:]))
        put(at(sheet, row, 2), value, Font(name=_FONT, size=12, bold=True))
        sheet.row_dimensions[row].height = 19
    last = 2 + len(facts)
    step = say("mark.next_step" if page.lines else "mark.next_none")
    put(at(sheet, last + 1, 1), step, Font(name=_FONT, size=12, italic=True))
    sheet.row_dimensions[last + 1].height = 24
    if not page.note:
        return last + 2
    note = at(sheet, last + 2, 1)
    put(note, page.note, Font(name=_FONT, size=12, bold=True, color=palette.SEVERITY[Severity.ERROR].ink[1:]))
    note.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=note.row, end_row=note.row, start_column=1, end_column=len(_COLUMNS))
    room = sum(_COLUMNS.values()) * _BOLD_SHARE
    sheet.row_dimensions[note.row].height = row_height_pt([(page.note, room)])
    return last + 3


def _counts(page: ResultPage) -> str:
    numbers = {severity: sum(line.severity is severity for line in page.lines) for severity in _ORDER}
    words = (f"{count} {say(f'severity.{severity}').lower()}" for severity, count in numbers.items() if count)
    return "; ".join(words) or say("mark.count_none")


def _write_headings(sheet: Worksheet, row: int, slots: int) -> None:
    """The last heading stands over the slots for further cells; it is left out where there are none."""
    names = [say(f"mark.column_{key}") for key in _COLUMNS] + [say("mark.column_others")] * bool(slots)
    for index in range(1, len(_COLUMNS) + slots + 1):
        cell = at(sheet, row, index)
        _look(cell, palette.HEADING, bold=True, centred=True)
        if index <= len(names):
            put(cell, names[index - 1])
    if slots:
        sheet.merge_cells(start_row=row, end_row=row, start_column=len(names), end_column=len(names) + slots - 1)
    sheet.row_dimensions[row].height = 34


def _write_group(sheet: Worksheet, row: int, group: Group, titles: frozenset[str]) -> None:
    first, places = group.first, group.places
    shade = palette.SEVERITY[first.severity]
    label = f"{shade.symbol} {say(f'severity.{first.severity}')} ({first.code})"
    texts = dict(zip(_COLUMNS, (label, place_of(places), group.tasks, first.found, first.todo), strict=True))
    for index, text in enumerate(texts.values(), 1):
        cell = at(sheet, row, index)
        _look(cell, shade if index == 1 else None, bold=index == 1)
        put(cell, text)
    if places:
        _link(at(sheet, row, 2), places[0], titles)
    shares = {key: _BOLD_SHARE if key == "severity" else _ROOM_SHARE for key in _COLUMNS}
    rooms = ((texts[key], width * shares[key]) for key, width in _COLUMNS.items())
    sheet.row_dimensions[row].height = row_height_pt(rooms)


def place_of(places: tuple[tuple[str, str], ...]) -> str:
    """The first place in words, and how many more there are; "" where there is none."""
    if not places:
        return ""
    sheet, cell = places[0]
    if not cell:
        return sheet
    if len(places) == 1:
        return say("mark.place", sheet=sheet, cell=cell)
    return say("mark.place_many", sheet=sheet, cell=cell, count=len(places) - 1)


def _write_others(
    sheet: Worksheet, row: int, places: tuple[tuple[str, str], ...], titles: frozenset[str], slots: int
) -> None:
    """Links to the further cells side by side; the last slot tells how many more there are."""
    start = len(_COLUMNS) + 1
    for index in range(start, start + slots):
        _look(at(sheet, row, index), None, centred=True)
    shown = places if len(places) <= slots else places[: slots - 1]
    for index, place in enumerate(shown, start):
        put(at(sheet, row, index), place[1])
        _link(at(sheet, row, index), place, titles)
    if len(shown) < len(places):
        put(at(sheet, row, start + slots - 1), say("mark.more", count=len(places) - len(shown)))


def _link(cell: Cell, place: tuple[str, str], titles: frozenset[str]) -> None:
    """A jump to the place; none where the workbook has no such sheet."""
    sheet, ref = place
    if sheet not in titles:
        return
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{ref or 'A1'}")
    cell.font = Font(name=_FONT, size=12, underline="single", color="0B4F9E")


def _look(cell: Cell, shade: palette.Shade | None, *, bold: bool = False, centred: bool = False) -> None:
    cell.font = Font(name=_FONT, size=12, bold=bold, color=shade.ink[1:] if shade else "000000")
    cell.alignment = Alignment(
        horizontal="center" if centred else None, vertical="center" if centred and shade else "top", wrap_text=True
    )
    cell.border = _BOX
    if shade:
        cell.fill = PatternFill("solid", fgColor=shade.fill[1:])


def at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell of a place that is not inside a merged area."""
    return cast(Cell, sheet.cell(row, column))


def put(cell: Cell, text: str, font: Font | None = None) -> None:
    """Text as text: never a formula, whatever it begins with."""
    cell.value = clean_text(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    if font:
        cell.font = font


def _set_view(sheet: Worksheet, heading_row: int) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"A{heading_row + 1}"
    sheet.sheet_properties.tabColor = palette.HEADING.fill[1:]
    _set_print(sheet, heading_row)


def _set_print(sheet: Worksheet, heading_row: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.6, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    sheet.oddFooter.center.text = say("mark.footer_page")  # type: ignore[union-attr]
