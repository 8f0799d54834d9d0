"""How fast the tracker is, as ratios to other work on the same files in the same run."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.crowd import lines_of, measure_crowd
from tests.bench.mailbox import MailFigures, measure_mailbox
from tests.bench.month import MonthFigures, measure_month
from tests.bench.notice import NoticeFigures, measure_notice
from tests.bench.returns import ReturnFigures, measure_returns
from tests.bench.stopwatch import Pair, calm_collector
from tests.bench.written import (
    REPORT_LIMIT,
    WORKBOOK_LIMIT,
    WordFigures,
    WorkbookFigures,
    measure_report,
    measure_workbook,
)

RETURN_LIMIT, MONTH_LIMIT = 6.0, 0.5
_ROUNDS = "lowest and highest round"


@dataclass(frozen=True, slots=True)
class Programme:
    """What is measured: `returns` as copies of the group tasks, `months` and `workbooks` as (agencies, rounds),
    `mails` with a form, a `crowd` of others, `annex_rows` of a report."""

    returns: tuple[int, ...] = (1, 4, 15)
    files: int = 24
    rounds: int = 21
    months: tuple[tuple[int, int], ...] = ((40, 5), (500, 3))
    mails: int = 1000
    crowd: int = 20_000
    notice_rounds: int = 5
    workbooks: tuple[tuple[int, int], ...] = ((40, 5), (4000, 1))
    annex_rows: int = 2400


QUICK = Programme(
    returns=(1,),
    files=4,
    rounds=3,
    months=((36, 1),),
    mails=50,
    crowd=100,
    notice_rounds=1,
    workbooks=((8, 1),),
    annex_rows=24,
)


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    calm_collector()
    programme = QUICK if options.quick else Programme()
    returns = [measure_returns(copies, programme.files, programme.rounds) for copies in programme.returns]
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        months = [measure_month(Path(folder) / str(n), n, rounds) for n, rounds in programme.months]
        mailbox = measure_mailbox(Path(folder) / "mailbox", programme.mails)
        crowd = measure_crowd(Path(folder) / "crowd", programme.crowd)
        written = Written(_workbooks(Path(folder), programme.workbooks), measure_report(programme.annex_rows, 5))
    notice = measure_notice(programme.notice_rounds)
    if options.json:
        told = {**as_json(returns, months, mailbox, notice), "crowd": crowd.as_json() if crowd else None}
        print(json.dumps({**told, **written.as_json()}, indent=1))
    else:
        print("\n".join((*lines(returns, months, mailbox, notice), "", *lines_of(crowd), "", *written.lines())))


def _workbooks(folder: Path, sizes: tuple[tuple[int, int], ...]) -> tuple[WorkbookFigures, ...]:
    found = []
    for agencies, rounds in sizes:
        place = folder / f"cells-{agencies}"
        place.mkdir()
        found.append(measure_workbook(place, agencies, rounds))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """What is written, as figures."""

    workbooks: tuple[WorkbookFigures, ...]
    report: WordFigures

    def as_json(self) -> dict[str, Any]:
        return {
            "workbooks": [
                {
                    "agencies": each.agencies,
                    "lines": each.lines,
                    "cells": each.cells,
                    "seconds": round(median(each.pair.ours), 3),
                    "xlsxwriter_s": round(median(each.pair.theirs), 3),
                    "ratio": round(each.pair.ratio, 2),
                    "mb": round(each.ours_mb),
                    "xlsxwriter_mb": round(each.theirs_mb),
                }
                for each in self.workbooks
            ],
            "report": {"annex_rows": self.report.rows, "ratio": round(self.report.pair.ratio, 2)},
        }

    def lines(self) -> Iterator[str]:
        yield f"The workbook beside XlsxWriter alone writing the same cells (reach: at most {WORKBOOK_LIMIT:g} x)"
        times, memory = f"{'s':>8} {'alone s':>8} {'ratio':>8}", f"{'MB':>6} {'alone MB':>9}"
        yield f"  {'agencies':>12} {'lines':>7} {times} {memory}  {_ROUNDS}"
        for each in self.workbooks:
            times = f"{median(each.pair.ours):8.2f} {median(each.pair.theirs):8.2f} {each.pair.ratio:7.2f}x"
            memory = f"{each.ours_mb:6.0f} {each.theirs_mb:9.0f}"
            yield f"  {each.agencies:12} {each.lines:7} {times} {memory}  {_spread(each.pair)}"
        report = self.report
        yield ""
        yield f"A report with {report.rows} annex rows beside lxml writing its tables (reach: {REPORT_LIMIT:g} x):"
        yield f"{median(report.pair.ours):.2f} s, {report.pair.ratio:.2f}x  {_spread(report.pair)}"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few files, one small month: whether it runs at all")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    return parser.parse_args(arguments)


def as_json(
    returns: list[ReturnFigures], months: list[MonthFigures], mailbox: MailFigures | None, notice: NoticeFigures
) -> dict[str, Any]:
    return {
        "notice": {
            "pages": notice.pages,
            "tasks": notice.tasks,
            "seconds": round(notice.seconds, 3),
            "ratio": round(notice.pair.ratio, 2),
        },
        "returns": [
            {
                "rows": round(each.rows, 1),
                "ms": round(each.ours_ms, 3),
                "calamine_ms": round(each.calamine_ms, 3),
                "ratio": round(each.pair.ratio, 2),
                "stages_ms": {stage: round(spent, 3) for stage, spent in each.stages.items()},
            }
            for each in returns
        ],
        "months": [
            {
                "agencies": each.agencies,
                "rows": each.rows,
                "seconds": round(each.ours_s, 3),
                "collect_s": round(each.collect_s, 3),
                "report_s": round(each.report_s, 3),
                "script_s": round(each.script_s, 3),
                "ratio": round(each.pair.ratio, 3),
                "stages_s": {stage: round(spent, 3) for stage, spent in each.stages.items()},
            }
            for each in months
        ],
        "mailbox": mailbox.as_json() if mailbox else None,
    }


def lines(
    returns: list[ReturnFigures], months: list[MonthFigures], mailbox: MailFigures | None, notice: NoticeFigures
) -> Iterator[str]:
    yield f"One return: gate + read + check beside calamine alone, one process (reach: at most {RETURN_LIMIT:g} x)"
    yield f"  {'rows a form':>12} {'files':>6} {'ms':>8} {'calamine ms':>12} {'ratio':>8}  {_ROUNDS}"
    for each in returns:
        times = f"{each.ours_ms:8.2f} {each.calamine_ms:12.2f}"
        yield f"  {each.rows:12.1f} {each.files:6} {times} {each.pair.ratio:7.2f}x  {_spread(each.pair)}"
    yield ""
    yield "Where a return's time goes, ms"
    yield from _table({f"{each.rows:.1f} rows": each.stages for each in returns})
    yield ""
    yield "One month: collect + report, without marked returns, beside a plain script that only reads and concatenates"
    yield f"(pandas.read_excel with openpyxl, sheet Báo cáo, pandas.concat; reach: at most {MONTH_LIMIT:g} x at 500)"
    yield f"  {'agencies':>12} {'rows':>6} {'collect s':>10} {'report s':>9} {'script s':>9} {'ratio':>8}  {_ROUNDS}"
    for month in months:
        times = f"{month.collect_s:10.2f} {month.report_s:9.2f} {month.script_s:9.2f}"
        yield f"  {month.agencies:12} {month.rows:6} {times} {month.pair.ratio:7.2f}x  {_spread(month.pair)}"
    yield ""
    yield from _of_mailbox(mailbox)
    yield ""
    yield f"One notice of {notice.pages} pages, {notice.tasks} tasks: {notice.seconds:.2f} s without OCR (reach: 1 s);"
    yield f"beside a hundred passes of one pattern over its text {notice.pair.ratio:.2f}x  {_spread(notice.pair)}"
    yield ""
    yield "Where a month's time goes, s"
    yield from _table({f"{each.agencies} agencies": each.stages for each in months})


def _of_mailbox(mailbox: MailFigures | None) -> Iterator[str]:
    if mailbox is None:
        yield "The mailbox: not measured, Dovecot is not installed"
        return
    box = mailbox
    yield f"{box.mails} mails with forms through Dovecot: {box.per_second:.1f} a second, {box.cpu_s:.1f} s of CPU;"
    yield f"collect {box.collect_s:.1f} s, marked returns {box.marked_s:.1f} s, receipts {box.receipts_s:.1f} s;"
    peaks = f"at most {box.peak_mb:.0f} MB, in a worker {box.worker_mb:.0f} MB"
    yield f"the server's share {100 * box.server_share:.1f} %; {peaks}"


def _spread(pair: Pair) -> str:
    lowest, highest = pair.spread
    return f"{lowest:.2f}-{highest:.2f}"


def _table(columns: dict[str, dict[str, float]]) -> Iterator[str]:
    yield "  " + f"{'':26}" + "".join(f"{heading:>14}" for heading in columns)
    for stage in next(iter(columns.values())):
        yield "  " + f"{stage:26}" + "".join(f"{stages[stage]:14.2f}" for stages in columns.values())
