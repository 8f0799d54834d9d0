"""Habits of the catalogue: every sentence that code asks for is there, and both languages need the same facts."""

import ast
import re
from pathlib import Path

import pytest

from tracker.checks import RULES
from tracker.model import Severity, Verdict
from tracker.status import Status
from tracker.texts import catalogue, placeholders, say

PACKAGE = Path(__file__).parents[2] / "tracker"
SHARED = sorted(catalogue("en").keys() & catalogue("vi").keys())


def _asked() -> set[str]:
    """Keys that code names literally in say("section.key") and Said("section.key")."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_say(node.func) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def _is_say(function: ast.expr) -> bool:
    return getattr(function, "id", getattr(function, "attr", "")) in ("say", "tell", "Said")


def test_every_sentence_asked_for_is_there() -> None:
    asked = _asked()
    assert len(asked) > 50
    assert asked - catalogue("vi").keys() == set()


def test_errors_have_their_sentence_in_both_languages() -> None:
    raised = set()
    for path in PACKAGE.rglob("*.py"):
        raised |= set(
            re.findall(
                r'(?:Config|Form|Intake|Notice|Ledger|Report|Locked|Tracker)Error\(\s*"(\w+)"', path.read_text("utf-8")
            )
        )
    assert len(raised) > 10
    for language in ("vi", "en"):
        assert {f"error.{key}" for key in raised} - catalogue(language).keys() == set()


def test_english_has_no_sentence_of_its_own() -> None:
    assert catalogue("en").keys() - catalogue("vi").keys() == set()


@pytest.mark.parametrize("key", SHARED)
def test_languages_use_the_same_facts(key: str) -> None:
    vietnamese, english = placeholders(catalogue("vi")[key]), placeholders(catalogue("en")[key])
    assert english <= vietnamese or key.startswith(("finding.", "plan.", "error."))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_has_its_sentence(language: str) -> None:
    assert {f"finding.{rule.code}" for rule in RULES} <= catalogue(language).keys()


@pytest.mark.parametrize("value", [*Status, *Verdict, *Severity])
def test_every_value_people_see_has_its_word(value: Status | Verdict | Severity) -> None:
    section = {Status: "status", Verdict: "verdict", Severity: "severity"}[type(value)]
    assert say(f"{section}.{value.value}")


def test_facts_are_worded_for_people() -> None:
    from datetime import date

    assert (
        say("finding.F15", period="tháng 3/2025", due=date(2025, 3, 20), received=date(2025, 3, 21)).count("/2025") == 3
    )
