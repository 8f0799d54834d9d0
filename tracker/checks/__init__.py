"""The checks of a return: one small rule each, in the order of the gates; `RULES` is all of them.

To add one: a function in `on_*.py`, its sentence `finding.<code>` and title `rule.<code>`, one example in the tests.
"""

from tracker.checks import across, on_file, on_history, on_indicator, on_plan, on_row
from tracker.checks.case import Case, RowCase
from tracker.checks.engine import answers_of, check, check_across, verdict_of
from tracker.checks.rule import Gate, Hit, Rule, rules_of

RULES: tuple[Rule, ...] = (
    *rules_of(on_file),
    *rules_of(on_row),
    *rules_of(on_plan),
    *rules_of(on_indicator),
    *rules_of(on_history),
    *rules_of(across),
)

__all__ = [
    "RULES",
    "Case",
    "Gate",
    "Hit",
    "RowCase",
    "Rule",
    "answers_of",
    "check",
    "check_across",
    "rules_of",
    "verdict_of",
]
