"""The bench runs, measures what it says, and its plans look like the real one. How fast is `make bench`'s to say."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice

import pytest

from tests.bench import returns
from tests.bench.fill import filled_forms
from tests.bench.month import STAGES as MONTH_STAGES
from tests.bench.plans import DAY, original, plan_of
from tests.bench.stopwatch import Pair, Stages, alternate
from tests.support import dovecot
from tracker.plan.data import packaged_plan


@pytest.mark.parametrize("agencies", [36, 40, 100])
def test_a_plan_has_the_agencies_asked_for(agencies: int) -> None:
    assert len(plan_of(agencies).reporting_agencies(DAY)) == agencies


def test_longer_forms_have_copies_of_group_tasks_only() -> None:
    real, longer = packaged_plan("27-TB-UBND"), plan_of(copies=3)
    copied = [task for task in longer.tasks if task.code not in real.task_by_code]
    assert {original(task.code) for task in copied} == {"27TB-4", "27TB-4.a", "27TB-4.b", "27TB-4.c"}
    assert len(copied) == 8
    assert len({task.content for task in longer.tasks}) == len(longer.tasks)


def test_forms_are_the_same_in_every_run() -> None:
    first, second = (list(islice(filled_forms(plan_of(), returns.KEY), 2)) for _ in range(2))
    assert first == second


def test_a_ratio_is_the_median_of_its_rounds() -> None:
    times = iter([3.0, 1.0, 2.0, 2.0, 9.0, 1.0])
    pair = alternate(3, lambda: next(times), lambda: next(times))
    assert pair == Pair((3.0, 2.0, 9.0), (1.0, 2.0, 1.0))
    assert pair.ratio == 3.0
    assert pair.spread == (1.0, 9.0)


def test_watched_functions_do_what_they_did() -> None:
    stages, before = Stages(), json.dumps
    with stages.watching((json, "dumps", "writing")):
        assert json.dumps([1]) == "[1]"
    assert json.dumps is before
    assert stages.seconds["writing"] > 0


def test_quick_run() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    measured = json.loads(done.stdout)
    assert all(each["ratio"] > 1 for each in measured["returns"])
    assert [each["agencies"] for each in measured["months"]] == [36]
    assert tuple(measured["months"][0]["stages_s"]) == MONTH_STAGES
    assert measured["months"][0]["ratio"] > 0
    assert [(each["agencies"], each["ratio"] > 0) for each in measured["workbooks"]] == [(8, True)]
    assert measured["report"]["annex_rows"] > 24 and measured["report"]["ratio"] > 0
    if dovecot.DOVECOT:
        assert measured["mailbox"]["mails"] == 50
        assert 0 < measured["mailbox"]["server_share"] < 1
        assert measured["crowd"]["mails"] == 100
    else:
        assert measured["mailbox"] is None


def test_workers_of_the_bench_load_no_more_than_the_trackers() -> None:
    program = "import sys, tests.bench.__main__; print('pandas' in sys.modules, 'tracker.actions' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]
