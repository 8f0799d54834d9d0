"""Who sends what, and when, in the demo's March 2025; agencies without a line here send one clean return in time."""

from __future__ import annotations

from dataclasses import dataclass

PERIOD = "2025-03"
OPENED_AT = "2025-03-03T08:00"
COLLECTED_AT = ("2025-03-17T17:00", "2025-03-18T17:00", "2025-03-19T17:00", "2025-03-20T16:00")
REPORTED_AT = "2025-03-20T17:00"
LATE_AT = ("2025-03-21T17:00", "2025-03-24T17:00")
REVISED_AT = "2025-03-24T17:30"

MISSING = frozenset({"hgl", "bhxh", "bao"})
"""Agencies that send nothing."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One file an agency sends: when (local time), what goes wrong in it, under which name, in which format.

    `name` may use {period} and {agency}; `again` sends the very bytes of the agency's first file once more,
    `corrects` other answers than that one had.
    """

    agency: str
    at: str
    mishap: str = ""
    name: str = "{period}_{agency}.xlsx"
    save_as: str = "xlsx"
    again: bool = False
    corrects: bool = False


SENDINGS: tuple[Sending, ...] = (
    Sending("stc", "2025-03-18T09:05", "done_at_eighty"),
    Sending("stc", "2025-03-19T10:20", name="{period}_{agency} (da sua).xlsx", corrects=True),
    Sending("snv", "2025-03-18T14:00", name="Bao cao thang 3 Sở Nội vụ (bản cuối).xlsx"),
    Sending("snv", "2025-03-19T08:10", name="Bao cao thang 3 Sở Nội vụ (bản cuối) (1).xlsx", again=True),
    Sending("sct", "2025-03-19T15:30", name="BC NQ57 T3.2025 - SCT.xlsx"),
    Sending("sxd", "2025-03-18T16:10", "former_name"),
    Sending("hth", "2025-03-18T10:00", save_as="xls"),
    Sending("hns", "2025-03-19T11:00", save_as="ods"),
    Sending("bchqs", "2025-03-17T09:00", "nil_return"),
    Sending("stp", "2025-03-18T15:45", "truncated"),
    Sending("ctk", "2025-03-18T08:30", "not_a_workbook", name="Bao cao Cuc Thong ke.xlsx"),
    Sending("ctk", "2025-03-20T09:00"),
    Sending("htk", "2025-03-19T16:40", "identity_tampered"),
    Sending("hbg", "2025-03-19T09:30", "identity_lost", name="binh giang.xlsx"),
    Sending("hcg", "2025-03-18T13:15", "tasks_altered"),
    Sending("hng", "2025-03-18T13:40", "row_doubled"),
    Sending("sgddt", "2025-03-19T14:00", "unlisted_status"),
    Sending("svhttdl", "2025-03-19T14:20", "vague_percent"),
    Sending("syt", "2025-03-19T15:00", "impossible_date"),
    Sending("ttt", "2025-03-18T11:00", "done_tomorrow"),
    Sending("bqlkcn", "2025-03-18T11:30", "overdue_without_cause"),
    Sending("tphd", "2025-03-20T08:00", "done_without_proof"),
    Sending("tpcl", "2025-03-20T08:20", "row_left_empty"),
    Sending("txkm", "2025-03-20T09:10", "formula_and_error"),
    Sending("htm", "2025-03-20T10:00", "figures_wrong"),
    Sending("cct5", "2025-03-19T08:00", "names_missing"),
    Sending("snnmt", "2025-03-20T11:00", "empty_phrase"),
    Sending("hkt", "2025-03-21T09:00"),
    Sending("kbnn", "2025-03-24T10:30", name="KBNN gửi bổ sung.xlsx"),
)

IN_TIME = ("2025-03-17T10:00", "2025-03-18T09:30", "2025-03-19T16:00", "2025-03-20T10:45")
"""When the others send; chance decides which."""
