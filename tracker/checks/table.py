"""The table of rules for the user guide, made from the rules themselves: `python -m tracker.checks.table`."""

from __future__ import annotations

from pathlib import Path

from tracker.checks import OFFICE_RULES, RULES
from tracker.checks.rule import Gate, Rule
from tracker.model import Severity
from tracker.texts import catalogue, say

DOCUMENT = Path("docs") / "bang-quy-tac.md"


def rule_table() -> str:
    """All rules as a Markdown page in Vietnamese: code, severity, gate, what is found, what becomes of the value."""
    headings = [say(f"rule_table.{key}") for key in ("code", "severity", "gate", "found", "effect")]
    lines = [
        _line(headings),
        _line(["---"] * len(headings)),
        *(_line(_cells(each)) for each in (*RULES, *OFFICE_RULES)),
    ]
    return "\n".join([f"# {say('rule_table.title')}", "", say("rule_table.intro"), "", *lines, ""])


def _cells(each: Rule) -> list[str]:
    code = each.code if each.can_be_waived else f"{each.code} *"
    severity, gate = say(f"severity.{each.severity.value}"), say(f"gate.{each.gate.value}")
    return [code, severity, gate, say(f"rule.{each.code}"), _effect(each)]


def _effect(each: Rule) -> str:
    """What becomes of the value: the rule's own words where it has any, else those of gate and severity."""
    if f"effect.{each.code}" in catalogue():
        return say(f"effect.{each.code}")
    stops = each.gate in (Gate.OPEN, Gate.FILE) and each.severity in (Severity.ERROR, Severity.HOLD)
    return say(f"effect.file_{each.severity.value}" if stops else f"effect.{each.severity.value}")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(rule_table(), "utf-8")
