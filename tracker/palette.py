"""Colours, symbols and words of statuses. Colour never stands alone: a symbol and the word go with it.

Text on fill passes contrast 4.5:1 (WCAG 2.1, 1.4.3); fills stay apart (CIEDE2000 of 8 or more) under simulated
protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.model.returned import Severity
from tracker.status import Status


@dataclass(frozen=True, slots=True)
class Shade:
    """`fill` and `ink` as #RRGGBB, `symbol` to tell it apart in black and white."""

    fill: str
    ink: str
    symbol: str


STATUS: dict[Status, Shade] = {
    Status.DONE_ON_TIME: Shade("#B9F2C6", "#0B4A1E", "✔"),
    Status.DONE_LATE: Shade("#EFB07F", "#5C3200", "◑"),
    Status.IN_TIME: Shade("#CDE0FA", "#123F6D", "▶"),
    Status.OVERDUE: Shade("#C62828", "#FFFFFF", "✖"),
    Status.NO_DEADLINE: Shade("#CBCBCB", "#333333", "∞"),
    Status.HANDED_BACK: Shade("#CBA8EC", "#43216B", "↩"),
    Status.SUSPENDED: Shade("#8A8F98", "#000000", "‖"),
}
DUE_SOON = Shade("#FFF19C", "#4D3B00", "⚠")
NOT_REPORTED = Shade("#FFFFFF", "#B71C1C", "○")

SEVERITY: dict[Severity, Shade] = {
    Severity.ERROR: Shade("#F8C9C4", "#7A1410", "✖"),
    Severity.HOLD: Shade("#CBA8EC", "#43216B", "◆"),
    Severity.WARNING: Shade("#FFE9A8", "#4D3B00", "⚠"),
    Severity.INFO: Shade("#CDE0FA", "#123F6D", "ℹ"),
}

REGISTER: dict[str, Shade] = {
    "on_time": STATUS[Status.DONE_ON_TIME],
    "late": STATUS[Status.DONE_LATE],
    "held": SEVERITY[Severity.HOLD],
    "refused": STATUS[Status.OVERDUE],
    "missing": NOT_REPORTED,
}
"""By state of an agency's return (`Register.state`)."""

HEADING = Shade("#1F4E79", "#FFFFFF", "")
BAND = Shade("#DDE7F1", "#1B3A57", "")
LOCKED = Shade("#F2F2F2", "#333333", "")
NEEDED = Shade("#FFF7D6", "#4D3B00", "")
RULE = "#A6B1BD"
"""Lines of tables."""
