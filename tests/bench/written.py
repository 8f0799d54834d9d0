"""What is written, beside the library that writes it: the workbook beside XlsxWriter, the report beside lxml.

XlsxWriter gets the same cells with the same options (long sheets row by row, the same widths and heights); lxml builds
and serialises the same tables of the annexes. Each run has a process of its own, forked with the month in its memory:
what counts is what it needs beside that.
"""

from __future__ import annotations

import io
import multiprocessing
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from lxml import etree
from python_calamine import CalamineWorkbook

from tests.bench.stopwatch import Pair, alternate, seconds
from tests.support.decree import Report, w
from tests.support.months import make_month
from tests.support.peak import forget_peak, peak_megabytes
from tracker.config import Office
from tracker.model import Month
from tracker.reports.grid import FONT, TABLE_ROWS_MAX
from tracker.reports.word import write_report
from tracker.reports.workbook import write_workbook

WORKBOOK_LIMIT, REPORT_LIMIT = 1.5, 4.0
_TASKS = 60
_CHUNK = 1000
_COLUMN_CHARS, _ROW_PT = 20, 30.0


@dataclass(frozen=True, slots=True)
class WorkbookFigures:
    """`lines`: assignments; memory in megabytes beside the month, ours and the library's."""

    agencies: int
    lines: int
    cells: int
    pair: Pair
    ours_mb: float
    theirs_mb: float


@dataclass(frozen=True, slots=True)
class WordFigures:
    rows: int
    pair: Pair


def measure_workbook(folder: Path, agencies: int, rounds: int) -> WorkbookFigures:
    """`folder` takes the cells, by sheet; it must exist."""
    month = make_month(agencies, _TASKS)
    cells, _ = _apart(lambda: _spool(write_workbook(month, 1), folder))
    sheets = sorted(folder.iterdir())
    memory: dict[str, list[float]] = {"ours": [], "theirs": []}

    def run(name: str, work: Callable[[], float]) -> float:
        spent, megabytes = _apart(work)
        memory[name].append(megabytes)
        return spent

    pair = alternate(
        rounds,
        lambda: run("ours", lambda: seconds(lambda: write_workbook(month, 1))),
        lambda: run("theirs", lambda: _plain_workbook(sheets)),
    )
    return WorkbookFigures(agencies, len(month.lines), int(cells), pair, max(memory["ours"]), max(memory["theirs"]))


def measure_report(rows: int, rounds: int) -> WordFigures:
    """A report whose annexes have about so many rows."""
    month = make_month(3, rows)
    report = write_report(month, Office())  # loads the libraries, too
    made = Report(report)
    tables = [[[cell or " " for cell in row] for row in made.rows(table)] for table in made.tables[-4:]]
    pair = alternate(
        rounds, lambda: seconds(lambda: _report(month)), lambda: seconds(lambda: [_plain_table(t) for t in tables])
    )
    return WordFigures(sum(map(len, tables)), pair)


def _report(month: Month) -> bytes:
    return write_report(month, Office())


def _apart(work: Callable[[], float]) -> tuple[float, float]:
    """What the work says, and the megabytes it needs, in a process of its own: this one never grows by it."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(work, theirs))
    process.start()
    found: tuple[float, float] = ours.recv()
    process.join()
    return found


def _work(work: Callable[[], float], answer: Any) -> None:
    forget_peak()
    before = peak_megabytes()
    answer.send((work(), peak_megabytes() - before))


def _spool(data: bytes, folder: Path) -> int:
    """Values of every sheet, in chunks of rows, a file a sheet; how many cells there are."""
    book, count = CalamineWorkbook.from_filelike(io.BytesIO(data)), 0
    for number, name in enumerate(book.sheet_names):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        with (folder / f"{number:02}").open("wb") as file:
            pickle.dump(len(rows), file)
            for top in range(0, len(rows), _CHUNK):
                pickle.dump(rows[top : top + _CHUNK], file)
        count += sum(value != "" for row in rows for value in row)
    return count


def _plain_workbook(sheets: list[Path]) -> float:
    """Seconds that XlsxWriter takes for the cells; reading them does not count."""
    spent = 0.0
    longest = max(next(_chunks(path)) for path in sheets)
    options = {"in_memory": longest <= TABLE_ROWS_MAX, "default_format_properties": {"font_name": FONT}}
    book = xlsxwriter.Workbook(io.BytesIO(), options)
    look = book.add_format({"border": 1, "valign": "top", "text_wrap": True, "font_size": 10})
    for path in sheets:
        chunks = _chunks(path)
        book.constant_memory = next(chunks) > TABLE_ROWS_MAX
        sheet, row = book.add_worksheet(), 0
        book.constant_memory = False
        sheet.set_column(0, 26, _COLUMN_CHARS)
        for chunk in chunks:
            started = time.perf_counter()
            for values in chunk:
                for col, value in enumerate(values):
                    if isinstance(value, str):
                        if value:
                            sheet.write_string(row, col, value, look)
                    elif isinstance(value, int | float):
                        sheet.write_number(row, col, value, look)
                    else:
                        sheet.write_datetime(row, col, value, look)
                sheet.set_row(row, _ROW_PT)
                row += 1
            spent += time.perf_counter() - started
    started = time.perf_counter()
    book.close()
    return spent + time.perf_counter() - started


def _chunks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - our own file
            except EOFError:
                return


def _plain_table(rows: list[list[str]]) -> bytes:
    """One table as the annexes have it: width, alignment and style of every cell."""
    table = etree.Element(w("tbl"))
    for texts in rows:
        row = etree.SubElement(table, w("tr"))
        etree.SubElement(etree.SubElement(row, w("trPr")), w("cantSplit"))
        for text in texts:
            cell = etree.SubElement(row, w("tc"))
            own = etree.SubElement(cell, w("tcPr"))
            etree.SubElement(own, w("tcW"), {w("w"): "1000", w("type"): "dxa"})
            etree.SubElement(own, w("vAlign"), {w("val"): "center"})
            paragraph = etree.SubElement(cell, w("p"))
            style = etree.SubElement(paragraph, w("pPr"))
            etree.SubElement(style, w("pStyle"), {w("val"): "Cell"})
            etree.SubElement(style, w("jc"), {w("val"): "left"})
            etree.SubElement(etree.SubElement(paragraph, w("r")), w("t")).text = text
    return etree.tostring(table)
