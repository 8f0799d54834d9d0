"""A month of many agencies, collected and reported, beside a plain script that only reads and concatenates.

The script is what one would write first: `pandas.read_excel` with openpyxl on sheet Báo cáo of every file, then
`pandas.concat`. (`openpyxl.load_workbook` on the whole file takes half as long again; other sheets would too.)
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median

import pandas as pd

from tests.bench.fill import PERIOD, filled_forms
from tests.bench.plans import DAY, plan_of
from tests.bench.stopwatch import Pair, Stages, alternate, seconds
from tracker import actions
from tracker.actions import Office
from tracker.columns import REPORT_TABLE
from tracker.config import Workspace
from tracker.dates import parse_instant
from tracker.ledger import store
from tracker.model import Verdict
from tracker.plan.build import build_master

_DROPPED_AT = parse_instant(f"{DAY}T08:00").timestamp()
_COLLECTED_AT = parse_instant(f"{DAY}T16:30")


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """`rows`: assignments of the month; `stages` in seconds, of a last round that is watched."""

    agencies: int
    rows: int
    pair: Pair
    collect_s: float
    report_s: float
    stages: dict[str, float]

    @property
    def ours_s(self) -> float:
        return median(self.pair.ours)

    @property
    def script_s(self) -> float:
        return median(self.pair.theirs)


class MonthOf:
    """A workspace in `folder` whose month can be played again and again."""

    def __init__(self, folder: Path, agencies: int, copies: int = 1) -> None:
        self.plan = plan_of(agencies, copies)
        self._blank, self._home, self._sent = folder / "blank", folder / "home", folder / "sent"
        lay_out(self._blank, build_master(self.plan))
        office = actions.open_office(self._blank, _COLLECTED_AT)
        store.open_period(office.engine, str(PERIOD), _COLLECTED_AT)
        office.engine.dispose()
        self._sent.mkdir()
        for name, data in filled_forms(office.plan, office.key):
            (self._sent / name).write_bytes(data)
            os.utime(self._sent / name, (_DROPPED_AT, _DROPPED_AT))

    @property
    def files(self) -> list[Path]:
        return sorted(self._sent.iterdir())

    def fresh(self) -> Office:
        """The workspace as it is before the first collection, all files in its inbox."""
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.copytree(self._blank, self._home)
        office = actions.open_office(self._home, _COLLECTED_AT)
        for path in self.files:
            shutil.copy2(path, office.workspace.inbox)
        if hasattr(os, "sync"):
            os.sync()  # files that came in the past are on the disk already
        return office

    def collect(self, office: Office) -> None:
        collected = actions.collect(office)
        strange = [each.file for each in collected if each.examined.verdict is not Verdict.ACCEPTED]
        if strange or len(collected) != len(self.files):
            raise AssertionError(f"{len(collected)} of {len(self.files)} collected, not accepted: {strange}")


def lay_out(home: Path, master: bytes) -> None:
    """A workspace with this master sheet, nothing in it yet."""
    workspace = Workspace(home)
    workspace.books.mkdir(parents=True)
    workspace.master.write_bytes(master)
    actions.init(home)


def read_and_concatenate(paths: Iterable[Path]) -> pd.DataFrame:
    """The plain script."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.concat(
            pd.read_excel(path, sheet_name=REPORT_TABLE.title, header=None, engine="openpyxl") for path in paths
        )


def measure_month(folder: Path, agencies: int, rounds: int) -> MonthFigures:
    """`folder` must not exist yet."""
    month = MonthOf(folder, agencies)
    halves: list[tuple[float, float]] = []

    def ours() -> float:
        office = month.fresh()
        halves.append(
            (seconds(lambda: month.collect(office)), seconds(lambda: actions.report(office, PERIOD))),
        )
        return sum(halves[-1])

    def theirs() -> float:
        return seconds(lambda: read_and_concatenate(month.files))

    pair = alternate(rounds, ours, theirs)
    collect_s, report_s = (median(column) for column in zip(*halves, strict=True))
    rows = len(month.plan.assignments(DAY))
    return MonthFigures(agencies, rows, pair, collect_s, report_s, _stages(month))


STAGES = (
    "collect: wait for disk and workers",
    "collect: ledger",
    "collect: rest",
    "report: month",
    "report: workbook",
    "report: Word",
    "report: rest",
)


def _stages(month: MonthOf) -> dict[str, float]:
    """Seconds by stage of one more round, watched."""
    collecting, reporting = (import_module(f"tracker.actions.{verb}") for verb in ("collect", "report"))
    stages, office = Stages(), month.fresh()
    with stages.watching(
        (Future, "result", STAGES[0]),
        (collecting, "record_all", STAGES[1]),
        (reporting, "month_of", STAGES[3]),
        (import_module("tracker.reports.workbook"), "write_workbook", STAGES[4]),
        (import_module("tracker.reports.word"), "write_report", STAGES[5]),
    ):
        wholes = (seconds(lambda: month.collect(office)), seconds(lambda: actions.report(office, PERIOD)))
    spent: dict[str, float] = dict(stages.seconds)
    for whole, verb in zip(wholes, ("collect", "report"), strict=True):
        known = sum(spent.get(stage, 0) for stage in STAGES if stage.startswith(verb))
        spent[f"{verb}: rest"] = max(0.0, whole - known)
    return {stage: spent.get(stage, 0.0) for stage in STAGES}
