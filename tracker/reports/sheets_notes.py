"""Sheets that explain: Lỗi dữ liệu, Chú giải."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.grouping import Together, together
from tracker.model import Agency, Month, Severity
from tracker.palette import DUE_SOON, NOT_REPORTED, SEVERITY, STATUS, Shade
from tracker.reports.grid import (
    Book,
    Field,
    Value,
    height_of,
    lines_of,
    sheet_name,
    write_headings,
    write_rows,
    write_table,
)
from tracker.reports.places import Places
from tracker.reports.sheets_lines import CONFIRMED_SYMBOL, DISPUTED_SYMBOL, TOP
from tracker.status import Status
from tracker.texts import say
from tracker.wording import HEADINGS

_ORDER = (Severity.ERROR, Severity.HOLD, Severity.WARNING, Severity.INFO)
Entry = tuple[Shade, str, str]
"""Of the legend: how it looks, its word, its rule."""


def _agencies(month: Month) -> dict[str, Agency]:
    agencies = {each.agency.code: each.agency for each in month.register}
    return agencies | {each.agency.code: each.agency for each in month.agencies}


def grouped(month: Month) -> tuple[Together, ...]:
    """What Lỗi dữ liệu lists, in its order."""
    agencies = _agencies(month)
    return together(month.findings, lambda code: _agency(code, agencies, is_short=False))


def finding_rows(found: Sequence[Together]) -> dict[tuple[str, str], int]:
    """The row (1-based) of Lỗi dữ liệu with the gravest problem of an (agency, task)."""
    rows: dict[tuple[str, str], int] = {}
    for row, each in enumerate(found, TOP + 2):
        for task in each.tasks:
            rows.setdefault((each.first.agency, task), row)
    return rows


def write_findings(book: Book, found: Sequence[Together], month: Month, places: Places, subtitle: str) -> None:
    """Lỗi dữ liệu: what still stands, a line a problem, the gravest first; what was waived with who waived it."""
    agencies = _agencies(month)

    def agency(found: Together) -> Value:
        return places.agency(found.first.agency, _agency(found.first.agency, agencies, is_short=True))

    fields: tuple[Field[Together], ...] = (
        Field(say("workbook.code"), 7, lambda f: f.first.code, "centre"),
        Field(say("workbook.severity"), 14, lambda f: _severity_text(f.first.severity), "word", _severity_shade),
        Field(say("workbook.agency"), 18, agency),
        Field(say("workbook.task"), 11, lambda f: places.subjects(f.first.agency, f.tasks), "centre"),
        Field(say("workbook.file"), 26, lambda f: f.file),
        Field(say("workbook.sheet"), 11, lambda f: f.first.sheet, "centre"),
        Field(say("workbook.cell"), 7, lambda f: ", ".join(f.cells), "centre"),
        Field(say("workbook.column"), 18, lambda f: HEADINGS.get(f.first.column, f.first.column)),
        Field(say("workbook.value"), 20, lambda f: "; ".join(f.values)),
        Field(say("workbook.sentence"), 60, lambda f: f.message),
        Field(say("workbook.waived_by"), 20, lambda f: f.first.waived_by),
    )
    sheet = book.sheet("findings", rows=len(found), links=2 * len(found))
    book.head(sheet, "findings", subtitle, home=sheet_name("overview"))
    write_table(book, sheet, TOP, fields, found, frozen_cols=2)


def _agency(code: str, agencies: Mapping[str, Agency], *, is_short: bool) -> str:
    agency = agencies.get(code)
    if agency is None:
        return code
    return (is_short and agency.short) or agency.name


def _severity_text(severity: Severity) -> str:
    return f"{SEVERITY[severity].symbol} {say(f'severity.{severity}')}"


def _severity_shade(found: Together) -> Shade:
    return SEVERITY[found.first.severity]


def write_legend(book: Book, subtitle: str) -> None:
    """Chú giải: every colour with its symbol, word and rule, and how figures are counted and rounded."""
    sheet = book.sheet("legend", pages_high=1)
    book.head(sheet, "legend", subtitle, home=sheet_name("overview"))
    statuses = [(STATUS[status], say(f"status.{status}"), say(f"workbook.rule_{status}")) for status in Status]
    flags = [
        (DUE_SOON, say("status.due_soon"), say("workbook.rule_due_soon")),
        (NOT_REPORTED, say("status.not_reported"), say("workbook.rule_not_reported")),
        (Shade("", "", "…"), say("status.awaiting"), say("workbook.rule_awaiting")),
        (Shade("", "", CONFIRMED_SYMBOL), say("remark.confirmed"), say("workbook.rule_confirmed")),
        (Shade("", "", DISPUTED_SYMBOL), say("remark.disputed"), say("workbook.rule_disputed")),
    ]
    severities = [(SEVERITY[s], say(f"severity.{s}"), say(f"workbook.rule_severity_{s}")) for s in _ORDER]
    row = _write_entries(book, sheet, TOP, "legend_status", statuses)
    row = _write_entries(book, sheet, row, "legend_flag", flags)
    row = _write_entries(book, sheet, row, "legend_severity", severities)
    _write_rules(book, sheet, row)
    sheet.repeat_rows(TOP)


def _write_entries(book: Book, sheet: Any, top: int, heading: str, entries: list[Entry]) -> int:
    fields: tuple[Field[Entry], ...] = (
        Field(say("workbook.legend_colour"), 30, _sample, "word", lambda e: e[0] if e[0].fill else None),
        Field(say("workbook.legend_symbol"), 9, lambda e: e[0].symbol, "centre"),
        Field(say(f"workbook.{heading}"), 34, lambda e: e[1]),
        Field(say("workbook.legend_rule"), 78, lambda e: e[2]),
    )
    write_headings(book, sheet, top, fields)
    return write_rows(book, sheet, top + 1, fields, entries).last + 2


def _sample(entry: Entry) -> str:
    shade, name, _ = entry
    return f"{shade.symbol} {name}"


def _write_rules(book: Book, sheet: Any, top: int) -> None:
    book.put(sheet, top, 0, say("workbook.counting"), "section")
    for row, key in enumerate(
        ("by_task", "by_assignment", "rates", "rounding", "indicators", "lateness", "office", "links", "long"), top + 1
    ):
        text = say(f"workbook.counting_{key}")
        book.across(sheet, row, (0, 3), text, "sentence", height_of(lines_of(text, 125)) + 3)
