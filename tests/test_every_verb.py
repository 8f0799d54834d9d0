"""What people see of every verb, in both languages: tables and messages, not the JSON that other tests read."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.test_docs import verbs
from tracker.cli.app import log
from tracker.demo.cast import PERIOD
from tracker.texts import LANGUAGES

NOW = "2025-03-24T18:00"
READING = (
    ("held",),
    ("status", "--period", PERIOD),
    ("findings", "--period", PERIOD),
    ("answers", "--period", PERIOD),
    ("answers", "--indicators", "--period", PERIOD),
    ("trace", "27TB-3.2", "--period", PERIOD),
    ("export", "--period", PERIOD),
    ("doctor",),
    ("schedule", "show"),
    ("version",),
)
TRYING = (
    ("forms", "--dry-run", "--period", PERIOD),
    ("collect", "--dry-run"),
    ("report", "--dry-run"),
    ("run", "--dry-run"),
    ("remind", "--dry-run", "--period", PERIOD),
    ("schedule", "run", "--once", "--dry-run"),
    ("rebuild", "--dry-run"),
)
_MAKING = {"init", "notice", "import", "accept", "refuse", "demo"}
"""Verbs whose messages their own tests read."""
_TRACES = re.compile(r"\w+Error\b|\w+\.[a-z]+_[a-z]+'|\{\w*\}|\bNone\b(?! (?:of|is)\b)")
"""Of a crash, a missing sentence, a fact left out."""
_ISO_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's month, for runs leave logs."""
    return shutil.copytree(demo_home, tmp_path_factory.mktemp("verbs") / "home")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [*READING, *TRYING], ids=" ".join)
def test_people_can_read_it(home: Path, words: tuple[str, ...], language: str) -> None:
    ran = tracker(*words, "--home", home, "--now", NOW, "--lang", language)
    assert ran.status == 0, ran.err
    told = (ran.out + ran.err).replace(str(home), "")
    assert _TRACES.findall(told) == []
    assert words[0] == "export" or _ISO_DAY.findall(told) == []  # an export is for other systems
    assert told or words[:2] == ("schedule", "run")  # nothing is due


def test_no_verb_is_forgotten() -> None:
    assert {words[0] for words in (*READING, *TRYING)} | _MAKING == verbs()


def test_jobs_are_shown_in_words_at_their_local_hour(home: Path) -> None:
    """Of a workspace that was never opened by the timetable, on the 24th: the next is collected at 7 on the 25th."""
    shown = tracker("schedule", "show", "--home", home, "--now", NOW).out
    assert "Nhận và kiểm tra báo cáo" in shown
    assert "07:00 25/03/2025" in shown


def test_a_log_is_named_only_where_there_is_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr("tracker.actions.status", crash)
    assert "outputs/logs" not in tracker("status", "--home", home, "--now", NOW).err
    monkeypatch.setattr("tracker.actions.collect", crash)
    assert "outputs/logs" in tracker("collect", "--dry-run", "--home", home, "--now", NOW).err
    for handler in log.handlers:
        handler.close()
