"""The checks of a return: one small rule each, in the order of the gates; `RULES` is all of them; `OFFICE_RULES` are
those on what the office itself sends.

To add one: a function in `on_*.py`, its sentence `finding.<code>` and title `rule.<code>`, one example in the tests.
"""

from tracker.checks import across, on_file, on_history, on_indicator, on_office, on_plan, on_row
from tracker.checks.case import Case, RowCase
from tracker.checks.engine import answers_of, check, check_across, check_copy, verdict_of
from tracker.checks.on_office import CopyCase, Dispute
from tracker.checks.rule import Gate, Hit, Rule, rules_of

RULES: tuple[Rule, ...] = (
    *rules_of(on_file),
    *rules_of(on_row),
    *rules_of(on_plan),
    *rules_of(on_indicator),
    *rules_of(on_history),
    *rules_of(across),
)
OFFICE_RULES: tuple[Rule, ...] = rules_of(on_office)
"""Those that look at what the office writes, not at returns."""

__all__ = [
    "OFFICE_RULES",
    "RULES",
    "Case",
    "CopyCase",
    "Dispute",
    "Gate",
    "Hit",
    "RowCase",
    "Rule",
    "answers_of",
    "check",
    "check_across",
    "check_copy",
    "rules_of",
    "verdict_of",
]
