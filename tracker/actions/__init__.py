"""The verbs, and the only place that joins the stages. A command is ten lines over one of these."""

from tracker.actions.collect import Collected, collect
from tracker.actions.doctor import Check, doctor
from tracker.actions.forms import write_forms
from tracker.actions.held import decide, held
from tracker.actions.marks import write_marked
from tracker.actions.notice import draft_as_json, read_notice
from tracker.actions.office import Office, init, locked, open_office, workspace_of
from tracker.actions.report import Made, month_of, report
from tracker.actions.show import answers, findings, findings_grouped, status, trace

__all__ = [
    "Check",
    "Collected",
    "Made",
    "Office",
    "answers",
    "collect",
    "decide",
    "doctor",
    "draft_as_json",
    "findings",
    "findings_grouped",
    "held",
    "init",
    "locked",
    "month_of",
    "open_office",
    "read_notice",
    "report",
    "status",
    "trace",
    "workspace_of",
    "write_forms",
    "write_marked",
]
