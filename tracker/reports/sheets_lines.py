"""Tổng hợp: every assignment; how its deadline, status and flags are said wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.columns import ANSWERED, REPORT_TABLE, Column
from tracker.columns import STATUS as REPORTED
from tracker.dates import short_date
from tracker.model import Line, Month, RemarkColumn, TaskState
from tracker.palette import DUE_SOON, NOT_REPORTED, STATUS, Shade
from tracker.remarks import heading_of, shown
from tracker.reports.counted import Lines
from tracker.reports.grid import A3, Book, Field, Link, Value, sheet_name, write_table
from tracker.reports.places import to_source
from tracker.reports.sentences import confirmed_note
from tracker.status import Status
from tracker.texts import say, word

CONFIRMED_SYMBOL, DISPUTED_SYMBOL = "✓", "≠"
TOP = 3
"""Row of the headings (0-based): title, subtitle and the jump back stand above."""
_LOOKS = {"Percent": "percent", "Number": "number", "Day": "day", "Choice": "centre"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its number, and the row (1-based) of Nguồn số liệu that tells where it comes from (None: nowhere)."""

    number: int
    line: Line
    source_row: int | None


def entries(month: Month) -> tuple[Entry, ...]:
    """All lines in the order of the month, joined to their rows of Nguồn số liệu, where they come first."""
    found, row = [], TOP + 1
    for number, line in enumerate(month.lines, 1):
        row += line.source is not None
        found.append(Entry(number, line, row if line.source else None))
    return tuple(found)


def line_rows(items: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """The row (1-based) of Tổng hợp of each (agency, task)."""
    return {(each.line.agency.code, each.line.task.code): TOP + 1 + each.number for each in items}


def status_text(status: Status) -> str:
    """Symbol and word: how a status stands in a cell."""
    return f"{STATUS[status].symbol} {say(f'status.{status}')}"


def write_lines(
    book: Book, items: Sequence[Entry], subtitle: str, findings: Mapping[tuple[str, str], int], stamp: str
) -> Lines:
    """Tổng hợp: every assignment, and the office's own columns; returns where its lines stand.

    `findings` are rows (1-based) of Lỗi dữ liệu by (agency, task), to which the task's code leads; `stamp` tells of
    which version the sheet is, wherever it may be copied.
    """
    linked = findings if len(items) <= _CODE_LINKS_MAX else {}
    every = (*_task_fields(linked), *_answer_fields(), *_note_fields())
    aside = _headings_aside()
    printed = tuple(field for field in every if field.heading not in aside)
    fields = (*printed, *(field for field in every if field.heading in aside))
    headings = [field.heading for field in fields]
    sheet = book.sheet("lines", rows=len(items), paper=A3)
    sheet.keeps_whole = True
    book.head(sheet, "lines", subtitle, home=sheet_name("overview"))
    book.put(sheet, TOP - 1, headings.index(heading_of(RemarkColumn.VIEW)), stamp, "mark")
    area = write_table(book, sheet, TOP, fields, items, frozen_cols=3)
    last = max(area.first, area.last)
    sheet.print_area(0, 0, last, len(printed) - 1)
    percent = headings.index(REPORT_TABLE.by_key["percent"].heading)
    sheet.conditional_format(area.first, percent, last, percent, _BAR)
    confirmed = headings.index(heading_of(RemarkColumn.CONFIRMED))
    words = f"='{sheet_name('legend')}'!{_LEGEND_WORDS}"
    sheet.data_validation(area.first, confirmed, last, confirmed, _choice_of(words))
    return Lines.under(area, headings)


def _headings_aside() -> frozenset[str]:
    """Columns for the screen, right of what one page of A3 takes in letters that can be read."""
    ours = ("of_document", "leader", "category", "previous", "source")
    answered = ("extension_to", "next_plan", "person", "accountable")
    return frozenset((*(say(f"workbook.{key}") for key in ours), *(REPORT_TABLE.by_key[k].heading for k in answered)))


_LEGEND_WORDS = f"$C${TOP + 2}:$C${TOP + 1 + len(Status)}"
"""Where Chú giải lists the words of the statuses; an inline list is too short for them."""


def _choice_of(words: str) -> dict[str, str]:
    return {
        "validate": "list",
        "source": words,
        "input_title": say("workbook.confirm_title"),
        "input_message": say("workbook.confirm_prompt"),
        "error_title": say("workbook.confirm_title"),
        "error_message": say("workbook.confirm_error"),
    }


_CODE_LINKS_MAX = 15_000
"""Links of codes and of sources together stay below the 65,530 that Excel takes in a sheet."""
_BAR = {"type": "data_bar", "bar_color": STATUS[Status.DONE_ON_TIME].fill, "min_type": "num",
        "max_type": "num", "min_value": 0, "max_value": 100}  # fmt: skip


def _task_fields(findings: Mapping[tuple[str, str], int]) -> tuple[Field[Entry], ...]:
    target = sheet_name("findings")

    def code(entry: Entry) -> Value:
        row = findings.get((entry.line.agency.code, entry.line.task.code))
        return Link(target, f"A{row}", entry.line.task.code) if row else entry.line.task.code

    return (
        Field(say("workbook.no"), 5, lambda e: e.number, "number"),
        Field(say("workbook.task"), 11, code, "centre"),
        Field(say("workbook.content"), 40, lambda e: e.line.task.content),
        Field(say("workbook.of_document"), 13, lambda e: e.line.task.document, "centre"),
        Field(say("workbook.leader"), 18, lambda e: e.line.task.leader or say("workbook.no_leader")),
        Field(say("workbook.category"), 13, lambda e: e.line.task.category),
        Field(say("workbook.agency"), 18, lambda e: e.line.agency.label),
        Field(say("workbook.role"), 9, lambda e: say(f"role.{e.line.assignment.role}"), "centre"),
        Field(say("workbook.deadline"), 20, lambda e: deadline_text(e.line), "centre"),
        Field(say("workbook.status"), 22, lambda e: status_of_line(e.line), "text", lambda e: shade_of_line(e.line)),
        Field(say("workbook.reported"), 13, lambda e: REPORTED.show(e.line.reported), "centre"),
    )


def _answer_fields() -> tuple[Field[Entry], ...]:
    """What agencies answer, as `tracker.columns` has it; their status stands before, as the one reported."""
    return tuple(_answer_field(column) for column in ANSWERED if column.key != "status")


def _answer_field(column: Column) -> Field[Entry]:
    key, show = column.key, column.kind.show
    look = _LOOKS.get(type(column.kind).__name__, "text")
    if look == "centre":
        return Field(column.heading, column.width_chars, lambda e: show(e.line.values.get(key)), look)
    return Field(column.heading, column.width_chars, lambda e: e.line.values.get(key), look)


def _note_fields() -> tuple[Field[Entry], ...]:
    return (
        Field(say("workbook.days_late"), 8, lambda e: e.line.days_late or None, "number"),
        Field(say("workbook.flags"), 17, lambda e: flags_of(e.line), "text", lambda e: _flag_shade(e.line)),
        Field(say("workbook.previous"), 15, lambda e: _previous(e.line), "centre"),
        Field(say("workbook.source"), 9, lambda e: to_source(e.source_row), "centre"),
        *(_remark_field(column, width) for column, width in _REMARK_WIDTHS.items()),
    )


_REMARK_WIDTHS = {RemarkColumn.VIEW: 24, RemarkColumn.DIRECTION: 24, RemarkColumn.CONFIRMED: 20}


def _remark_field(column: RemarkColumn, width_chars: float) -> Field[Entry]:
    """What the office wrote in earlier versions; of two copies that contradict each other both."""

    def get(entry: Entry) -> str:
        known = entry.line.remarks.get(column)
        return shown(column, known.values) if known else ""

    return Field(heading_of(column), width_chars, get)


def deadline_text(line: Line) -> str:
    """The phrase of the document and, where it does not show it, the day that counts."""
    phrase, day = line.task.deadline_label, line.task.deadline
    if day is None:
        return phrase or say("workbook.no_deadline")
    known = (word(day), short_date(day), f"{day.day}/{day.month}/{day.year}")
    return phrase if any(text in phrase for text in known) else f"{phrase}\n({word(day)})"


def flags_of(line: Line) -> str:
    """Sắp đến hạn, Chưa báo cáo, Chờ xác nhận, what the office confirms beside what the report gives, each with its
    symbol, one a line; "" for none."""
    flags = []
    if line.is_due_soon:
        flags.append(f"{DUE_SOON.symbol} {say('status.due_soon')}")
    if _is_owed(line):
        flags.append(f"{NOT_REPORTED.symbol} {say('status.not_reported')}")
    if line.awaits_confirmation:
        flags.append(f"… {say('status.awaiting')}")
    if note := confirmed_note(line):
        flags.append(f"{CONFIRMED_SYMBOL} {note}")
    if any(known.is_disputed for known in line.remarks.values()):
        flags.append(f"{DISPUTED_SYMBOL} {say('remark.disputed')}")
    return "\n".join(flags)


def _is_owed(line: Line) -> bool:
    """Whether the agency still has to report; a suspended task is on no form."""
    return not line.is_reported and line.task.state is not TaskState.SUSPENDED


def status_of_line(line: Line) -> str:
    """Symbol and word; a coordinating line has no status of its own."""
    return status_text(line.status) if line.status is not None else say("workbook.status_of_lead")


def shade_of_line(line: Line) -> Shade | None:
    """The colour that goes with `status_of_line`."""
    return STATUS[line.status] if line.status is not None else None


def _flag_shade(line: Line) -> Shade | None:
    if line.is_due_soon:
        return DUE_SOON
    return NOT_REPORTED if _is_owed(line) else None


def _previous(line: Line) -> str:
    if line.previous is None:
        return ""
    columns = REPORT_TABLE.by_key
    shown = (columns[key].kind.show(line.previous.values.get(key)) for key in ("status", "percent"))
    return ", ".join(text for text in shown if text)
