"""The consolidated workbook of a period, a pure function of its `Month`.

Excel and LibreOffice open it without repair; formulas carry their values; it is not protected, the office filters and
writes in it. The same month and version give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.dates import short_date
from tracker.model import CopyStamp, Month
from tracker.palette import HEADING
from tracker.remarks import STAMP_PROPERTY, stamp_text
from tracker.reports.figures import assert_sums
from tracker.reports.grid import Book
from tracker.reports.places import Places, first_rows
from tracker.reports.sentences import as_of_phrase
from tracker.reports.sheet_overview import Elsewhere, fill_overview, open_overview
from tracker.reports.sheets_agencies import AgencyRow, agency_rows, write_agencies, write_register
from tracker.reports.sheets_changes import write_changes
from tracker.reports.sheets_grouped import agency_blocks, write_by_agency, write_by_task
from tracker.reports.sheets_indicators import Part, part_rows, parts, write_indicators, write_parts
from tracker.reports.sheets_lines import Entry, entries, line_rows, write_lines
from tracker.reports.sheets_notes import finding_rows, grouped, write_findings, write_legend
from tracker.reports.sheets_sources import Origin, write_sources
from tracker.reports.sheets_views import (
    by_document,
    by_leader,
    write_groups,
    write_obstacles,
    write_overdue,
    write_soon,
)
from tracker.texts import say


def write_workbook(month: Month, version: int) -> bytes:
    """The .xlsx file of the month, `version` as printed in it; ReportError where the month's figures do not add up."""
    assert_sums(month)
    subtitle = _subtitle(month, version)
    items, rows = entries(month), agency_rows(month)
    given = parts(month, sum(each.source_row is not None for each in items))
    places = _places(items, rows, given)
    book = Book(month.as_of, len(items))
    stamp = stamp_text(CopyStamp(month.period, version, month.copies_seen))
    _describe(book, month, version, stamp)
    overview = open_overview(book)
    found = grouped(month)
    lines = write_lines(book, items, subtitle, finding_rows(found), say("remark.stamp", stamp=stamp))
    rates = write_agencies(book, rows, lines, places, subtitle)
    tasks = write_by_task(book, items, month, places, subtitle)
    write_by_agency(book, items, rows, places, subtitle)
    write_groups(book, "leaders", by_leader(month), places, subtitle)
    write_groups(book, "documents", by_document(month), places, subtitle)
    write_overdue(book, items, places, subtitle)
    write_soon(book, items, month, places, subtitle)
    progress = write_indicators(book, month, places, subtitle)
    write_parts(book, given, places, subtitle)
    write_obstacles(book, items, places, subtitle)
    trend = write_changes(book, items, month, places, subtitle, overview)
    write_register(book, month, places, subtitle)
    write_findings(book, found, month, places, subtitle)
    write_sources(book, _origins(items, given), subtitle)
    write_legend(book, subtitle)
    elsewhere = Elsewhere(lines, tasks, places, rates, trend, progress)
    fill_overview(book, overview, month, rows, elsewhere, subtitle)
    overview.set_tab_color(HEADING.fill)
    return book.finish()


def _places(items: Sequence[Entry], rows: Sequence[AgencyRow], given: Sequence[Part]) -> Places:
    lines, figures = line_rows(items), part_rows(given)
    return Places(lines, first_rows(lines), agency_blocks(items, rows), figures, first_rows(figures))


def _origins(items: Sequence[Entry], given: Sequence[Part]) -> tuple[Origin, ...]:
    """What Nguồn số liệu lists: lines, then figures of indicators, as their numbers of rows have it."""
    lines = [Origin(e.line.task.code, e.line.agency, e.line.source) for e in items if e.line.source]
    figures = [Origin(each.line.indicator.code, each.agency, each.source) for each in given if each.source]
    return (*lines, *figures)


def _subtitle(month: Month, version: int) -> str:
    documents = tuple(say("workbook.document", number=number, day=short_date(day)) for number, day in month.documents)
    return say(
        "workbook.subtitle",
        period=month.label,
        as_of=as_of_phrase(month),
        version=version,
        documents=documents,
    )


def _describe(book: Book, month: Month, version: int, stamp: str) -> None:
    """Properties for people, and three for the program that reads the office's remarks back."""
    book.describe(
        title=say("workbook.property_title", period=month.label),
        subject=say("workbook.property_subject", day=short_date(month.as_of)),
        author=say("workbook.property_author"),
        comments=say("workbook.property_comments"),
    )
    book.workbook.set_custom_property("tracker-period", month.period, "text")
    book.workbook.set_custom_property("tracker-version", str(version), "text")
    book.workbook.set_custom_property(STAMP_PROPERTY, stamp, "text")
