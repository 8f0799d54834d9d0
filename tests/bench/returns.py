"""One return: gate, reading and checks, beside calamine alone on the same bytes; in one process."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median

from python_calamine import CalamineWorkbook

from tests.bench.fill import PERIOD, filled_forms
from tests.bench.plans import DAY, plan_of
from tests.bench.stopwatch import Pair, Stages, alternate, seconds
from tracker import examine as examining
from tracker import vietnamese
from tracker.dates import parse_instant
from tracker.examine import Desk, examine
from tracker.forms import headings, rows
from tracker.forms import load as loading
from tracker.model import Arrival, Verdict

KEY = bytes(range(32))
STAGES = ("gate", "calamine", "scan", "rows", "checks", "answers", "hash", "rest")
_CACHES = (vietnamese._fold_kept, headings._first_word, rows._read_text)
"""What a process remembers of texts."""
_STAGE_ROUNDS = 5
_RECEIVED_AT = parse_instant(f"{DAY}T09:00")


@dataclass(frozen=True, slots=True)
class ReturnFigures:
    """`rows` of Báo cáo a form on average; `stages` in milliseconds a return."""

    rows: float
    files: int
    pair: Pair
    stages: dict[str, float]

    @property
    def ours_ms(self) -> float:
        return median(self.pair.ours) / self.files * 1000

    @property
    def calamine_ms(self) -> float:
        return median(self.pair.theirs) / self.files * 1000


def measure_returns(copies: int, files: int, rounds: int) -> ReturnFigures:
    """Forms of the real plan with so many copies of its group tasks; the first form only warms up."""
    plan = plan_of(copies=copies)
    first, *forms = (data for _, data in islice(filled_forms(plan, KEY), files + 1))
    desk = Desk(plan, KEY, opened=frozenset({str(PERIOD)}))

    def ours() -> float:
        """Like a worker in the middle of its day: it knows the plan and the form, not the texts of these returns."""
        for cached in _CACHES:
            cached.cache_clear()
        _codes(first, desk)
        return seconds(lambda: [_codes(data, desk) for data in forms])

    def theirs() -> float:
        return seconds(lambda: [calamine_alone(data) for data in forms])

    pair = alternate(rounds, ours, theirs)
    rows = len(plan.assignments(DAY)) / len(plan.reporting_agencies(DAY))
    figures = ReturnFigures(rows, len(forms), pair, {})
    return replace(figures, stages=_stages(figures, ours))


def calamine_alone(data: bytes) -> int:
    """Every value of every sheet, and nothing done with them."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return sum(len(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)


def _codes(data: bytes, desk: Desk) -> list[str]:
    """Examines a return; the forms are clean, so anything found would be a mistake of the bench."""
    examined = examine(data, Arrival("x.xlsx", _RECEIVED_AT), desk)
    codes = [finding.code for finding in examined.findings]
    if examined.verdict is not Verdict.ACCEPTED:
        raise AssertionError(f"a clean return was not accepted: {codes}")
    return codes


def _stages(figures: ReturnFigures, ours: Callable[[], float]) -> dict[str, float]:
    """Milliseconds a return by stage; calamine's are its own, of the rounds before."""
    stages = Stages()
    with stages.watching(
        (examining, "open_package", "gate"),
        (examining, "read_return", "read"),
        (loading, "scan", "scan"),
        (examining, "check", "checks"),
        (examining, "answers_of", "answers"),
        (examining, "_cells_hash", "hash"),
    ):
        total = sum(ours() for _ in range(_STAGE_ROUNDS))
    share = 1000 / _STAGE_ROUNDS / (figures.files + 1)  # the return that warms up is watched as well
    spent = {stage: each * share for stage, each in stages.seconds.items()}
    spent["calamine"] = figures.calamine_ms
    spent["rows"] = spent.pop("read") - spent["scan"] - spent["calamine"]
    whole = total * 1000 / _STAGE_ROUNDS / figures.files
    return {stage: spent[stage] for stage in STAGES[:-1]} | {STAGES[-1]: max(0.0, whole - sum(spent.values()))}
