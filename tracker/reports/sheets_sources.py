"""Nguồn số liệu: for each figure that stands on a return, its file, its fingerprint and its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.dates import local_clock
from tracker.model import Agency, Source
from tracker.reports.grid import Book, Field, sheet_name, write_table
from tracker.reports.sheets_lines import TOP
from tracker.texts import say

_PLACES = {c.key: (n, c.heading) for n, c in enumerate((*INDICATOR_TABLE.columns, *REPORT_TABLE.columns))}


@dataclass(frozen=True, slots=True)
class Origin:
    """What an agency said of a task or an indicator, and where."""

    code: str
    agency: Agency
    source: Source


def write_sources(book: Book, origins: Sequence[Origin], subtitle: str) -> None:
    fields: tuple[Field[Origin], ...] = (
        Field(say("workbook.source_of"), 12, lambda o: o.code, "centre"),
        Field(say("workbook.agency"), 20, lambda o: o.agency.label),
        Field(say("workbook.file"), 30, lambda o: o.source.file),
        Field(say("workbook.sender"), 24, lambda o: o.source.sender or say("workbook.dropped")),
        Field(say("workbook.received_at"), 16, lambda o: local_clock(o.source.received_at), "instant"),
        Field(say("workbook.period"), 9, lambda o: o.source.period, "centre"),
        Field(say("workbook.sheet"), 11, lambda o: o.source.sheet, "centre"),
        Field(say("workbook.row"), 7, lambda o: o.source.row, "number"),
        Field(say("workbook.cells"), 60, lambda o: cells_of(o.source)),
        Field(say("workbook.sha256"), 34, lambda o: o.source.sha256),
    )
    sheet = book.sheet("sources", rows=len(origins))
    book.head(sheet, "sources", subtitle, home=sheet_name("overview"))
    write_table(book, sheet, TOP, fields, origins, frozen_cols=2)


def cells_of(source: Source) -> str:
    """Each value with its cell, in the order of the form: "Trạng thái G12; Tỷ lệ hoàn thành (%) H12"."""
    known = sorted(source.cells, key=lambda key: _PLACES.get(key, (len(_PLACES), key))[0])
    return "; ".join(f"{_PLACES[key][1] if key in _PLACES else key} {source.cells[key]}" for key in known)
