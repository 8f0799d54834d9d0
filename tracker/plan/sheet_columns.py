"""The one table of the master workbook: its sheets, their columns, what each cell holds.

A column's key is the field of the dataclass in `tracker.model` that a row becomes. Headings, other spellings and the
guide are in the catalogue, `[master]`, as `<sheet>_<column>` and `<sheet>_<column>_guide`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.cells import Day, Kind, Number, Text
from tracker.model import DeadlineKind, TaskState
from tracker.plan.kinds import Code, Document, Emails, Labelled, Names, Sign
from tracker.texts import say

TASK_CODE = Code(r"(?=.*[^\W_])[\w.\-]{1,40}", "code_malformed")
AGENCY_CODE = Code(r"[a-z0-9][a-z0-9_\-]{0,39}", "agency_code_malformed", "lower")
RULE_CODE = Code(r"[FRPIHA]\d\d", "rule_malformed", "upper")
DEADLINE_KIND = Labelled(tuple((kind, f"deadline_kind.{kind}") for kind in DeadlineKind))
TASK_STATE = Labelled(tuple((state, f"task_state.{state}") for state in TaskState))
DAY_KIND = Labelled(((False, "master.day_off"), (True, "master.day_worked")))


@dataclass(frozen=True, slots=True)
class MasterColumn:
    """One column. `choices` names the list its drop-down offers ("agencies", "leaders" …; see `build`)."""

    key: str
    kind: Kind
    width_chars: float
    is_required: bool = False
    choices: str = ""

    @property
    def is_identifier(self) -> bool:
        """Whether Excel must keep what is typed as text ("4.10", "0220…")."""
        return isinstance(self.kind, Code) or self.key in ("item", "phone", "indicators")


@dataclass(frozen=True, slots=True)
class MasterSheet:
    """One sheet; its first column numbers the rows and is never read."""

    key: str
    columns: tuple[MasterColumn, ...]

    @property
    def title(self) -> str:
        return say(f"master.sheet_{self.key}")

    def names(self, column: MasterColumn) -> tuple[str, ...]:
        """The heading, then other spellings that are taken for it."""
        return tuple(say(f"master.{self.key}_{column.key}").split("|"))

    def heading(self, column: MasterColumn) -> str:
        return self.names(column)[0]

    def guide(self, column: MasterColumn) -> str:
        return say(f"master.{self.key}_{column.key}_guide")

    def column(self, key: str) -> MasterColumn:
        return next(column for column in self.columns if column.key == key)


TASKS = MasterSheet(
    "task",
    (
        MasterColumn("code", TASK_CODE, 11, is_required=True),
        MasterColumn("document", Document(), 11, is_required=True),
        MasterColumn("item", Text(), 6),
        MasterColumn("content", Text(), 36, is_required=True),
        MasterColumn("category", Text(), 13, choices="categories"),
        MasterColumn("leads", Names(), 15, is_required=True, choices="agencies"),
        MasterColumn("coordinators", Names(), 14, choices="agencies"),
        MasterColumn("reporters", Names(), 10, choices="agencies"),
        MasterColumn("receivers", Names(), 11, choices="agencies"),
        MasterColumn("leader", Text(), 9, choices="leaders"),
        MasterColumn("product", Text(), 15),
        MasterColumn("deadline_text", Text(), 12),
        MasterColumn("due_on", Day(), 10.5),
        MasterColumn("deadline_kind", DEADLINE_KIND, 9.5),
        MasterColumn("extended_to", Day(), 10.5),
        MasterColumn("extension_document", Text(), 9.5),
        MasterColumn("indicators", Names(), 13.5, choices="indicators"),
        MasterColumn("state", TASK_STATE, 9.5),
        MasterColumn("note", Text(), 20),
    ),
)
AGENCIES = MasterSheet(
    "agency",
    (
        MasterColumn("code", AGENCY_CODE, 10, is_required=True),
        MasterColumn("name", Text(), 30, is_required=True),
        MasterColumn("short", Text(), 17),
        MasterColumn("aliases", Names(), 28),
        MasterColumn("kind", Text(), 15, choices="kinds"),
        MasterColumn("emails", Emails(), 20),
        MasterColumn("officer", Text(), 14),
        MasterColumn("phone", Text(), 12),
        MasterColumn("valid_from", Day(), 11),
        MasterColumn("valid_to", Day(), 11),
        MasterColumn("successor", Text(), 20, choices="agencies"),
        MasterColumn("note", Text(), 30),
    ),
)
GROUPS = MasterSheet(
    "group",
    (
        MasterColumn("name", Text(), 40, is_required=True),
        MasterColumn("kinds", Names(), 40, choices="kinds"),
        MasterColumn("members", Names(), 40, choices="agencies"),
        MasterColumn("note", Text(), 40),
    ),
)
INDICATORS = MasterSheet(
    "indicator",
    (
        MasterColumn("code", TASK_CODE, 18, is_required=True),
        MasterColumn("name", Text(), 60, is_required=True),
        MasterColumn("unit", Text(), 12, is_required=True),
        MasterColumn("op", Sign(), 10, is_required=True),
        MasterColumn("target", Number(), 12, is_required=True),
        MasterColumn("note", Text(), 36),
    ),
)
LEADERS = MasterSheet("leader", (MasterColumn("name", Text(), 60, is_required=True),))
DAYS = MasterSheet(
    "day",
    (
        MasterColumn("day", Day(), 14, is_required=True),
        MasterColumn("is_working", DAY_KIND, 20, is_required=True),
        MasterColumn("note", Text(), 60),
    ),
)
WAIVERS = MasterSheet(
    "waiver",
    (
        MasterColumn("rule", RULE_CODE, 11, is_required=True),
        MasterColumn("agency", Text(), 34, choices="agencies"),
        MasterColumn("task", Text(), 18, choices="tasks"),
        MasterColumn("by", Text(), 26, is_required=True),
        MasterColumn("why", Text(), 44, is_required=True),
        MasterColumn("until", Day(), 14, is_required=True),
    ),
)

SHEETS: tuple[MasterSheet, ...] = (TASKS, AGENCIES, GROUPS, INDICATORS, LEADERS, DAYS, WAIVERS)
"""In the order of the workbook; the sheet Hướng dẫn follows and is never read."""
