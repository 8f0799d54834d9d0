"""The consolidated workbook of a period, a pure function of its `Month`.

Excel and LibreOffice open it without repair; formulas carry their values; it is not protected, the office filters and
writes in it. The same month and version give the same bytes.
"""

from __future__ import annotations

from tracker.dates import short_date
from tracker.model import CopyStamp, Month
from tracker.palette import HEADING
from tracker.remarks import STAMP_PROPERTY, stamp_text
from tracker.reports.figures import assert_sums
from tracker.reports.grid import Book
from tracker.reports.sentences import as_of_phrase
from tracker.reports.sheet_overview import Elsewhere, fill_overview, open_overview
from tracker.reports.sheets_agencies import agency_rows, write_agencies, write_register
from tracker.reports.sheets_changes import write_changes
from tracker.reports.sheets_grouped import write_by_agency, write_by_task
from tracker.reports.sheets_lines import entries, write_lines, write_overdue, write_sources
from tracker.reports.sheets_notes import finding_rows, grouped, write_findings, write_legend
from tracker.reports.sheets_views import (
    by_document,
    by_leader,
    write_groups,
    write_indicators,
    write_obstacles,
    write_soon,
)
from tracker.texts import say


def write_workbook(month: Month, version: int) -> bytes:
    """The .xlsx file of the month, `version` as printed in it; ReportError where the month's figures do not add up."""
    assert_sums(month)
    subtitle = _subtitle(month, version)
    items, rows = entries(month), agency_rows(month)
    book = Book(month.as_of, len(items))
    stamp = stamp_text(CopyStamp(month.period, version, month.copies_seen))
    _describe(book, month, version, stamp)
    overview = open_overview(book)
    found = grouped(month)
    area, status_col = write_lines(book, items, subtitle, finding_rows(found), say("remark.stamp", stamp=stamp))
    write_agencies(book, rows, subtitle)
    write_by_task(book, items, month, subtitle)
    write_by_agency(book, items, rows, subtitle)
    write_groups(book, "leaders", by_leader(month), subtitle)
    write_groups(book, "documents", by_document(month), subtitle)
    write_overdue(book, items, subtitle)
    write_soon(book, items, month, subtitle)
    progress = write_indicators(book, month, subtitle)
    write_obstacles(book, items, subtitle)
    trend = write_changes(book, items, month, subtitle, overview)
    write_register(book, month, subtitle)
    write_findings(book, found, month, subtitle)
    write_sources(book, items, subtitle)
    write_legend(book, subtitle)
    fill_overview(book, overview, month, rows, Elsewhere(area.column(status_col), trend, progress), subtitle)
    overview.set_tab_color(HEADING.fill)
    return book.finish()


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
