"""The verbs, and the only place that joins the stages. A command is ten lines over one of these."""

from tracker.actions.bounced import bounced
from tracker.actions.collect import Collected, collect
from tracker.actions.doctor import doctor
from tracker.actions.exchange import export, import_tasks
from tracker.actions.forms import write_forms
from tracker.actions.held import decide, held
from tracker.actions.letters import form_letters, reminders, report_letters, shown, without_address
from tracker.actions.looked import Check
from tracker.actions.machine import TaskState, install, look, remove, task_of
from tracker.actions.marks import write_marked
from tracker.actions.notice import (
    Written,
    draft_as_json,
    into_master,
    known_plan,
    merge_as_json,
    read_notice,
    write_draft,
)
from tracker.actions.office import Office, init, locked, open_office, workspace_of
from tracker.actions.post import Posted, given_up, owed, queue, revive, send
from tracker.actions.questions import questions
from tracker.actions.rebuild import Rebuilt, rebuild
from tracker.actions.receipts import receipts
from tracker.actions.rehearsal import rehearsed
from tracker.actions.report import Made, month_of, report
from tracker.actions.running import recorded
from tracker.actions.schedule import Ran, Ticked, agenda, tick, worded, would_run
from tracker.actions.show import answers, findings, findings_grouped, status, trace
from tracker.ledger.mails import newest_number

__all__ = [
    "Check",
    "Collected",
    "Made",
    "Office",
    "Posted",
    "Ran",
    "Rebuilt",
    "TaskState",
    "Ticked",
    "Written",
    "agenda",
    "answers",
    "bounced",
    "collect",
    "decide",
    "doctor",
    "draft_as_json",
    "export",
    "findings",
    "findings_grouped",
    "form_letters",
    "given_up",
    "held",
    "import_tasks",
    "init",
    "install",
    "into_master",
    "known_plan",
    "locked",
    "look",
    "merge_as_json",
    "month_of",
    "newest_number",
    "open_office",
    "owed",
    "questions",
    "queue",
    "read_notice",
    "rebuild",
    "receipts",
    "recorded",
    "rehearsed",
    "reminders",
    "remove",
    "report",
    "report_letters",
    "revive",
    "send",
    "shown",
    "status",
    "task_of",
    "tick",
    "trace",
    "without_address",
    "worded",
    "workspace_of",
    "would_run",
    "write_draft",
    "write_forms",
    "write_marked",
]
