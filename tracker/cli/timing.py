"""Verbs of the routine that runs by itself: reminders, the timetable, the operating system's scheduler."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.app import PeriodOption, app, log_to_file, reading, words, working
from tracker.cli.app import log as app_log
from tracker.cli.mailing import tell_given_up, tell_letters, tell_posted, tell_sent
from tracker.console import Asked
from tracker.dates import show_instant
from tracker.errors import LockedError, TrackerError

if TYPE_CHECKING:
    from tracker.actions import Office, Ticked
    from tracker.dates import Period

log = logging.getLogger("tracker")

timetable = typer.Typer(help=words("help.schedule"), no_args_is_help=True)
app.add_typer(timetable, name="schedule")


@app.command(help=words("help.remind"))
def remind(context: typer.Context, period: PeriodOption = None) -> None:
    """Letters to the missing only."""
    from tracker import actions

    asked: Asked = context.obj
    with working(asked, "remind") as office:
        wanted = office.period(period)
        reminders = actions.reminders(office, wanted)
        revived = actions.revive(office, reminders, asked.dry_run)
        written = (actions.owed if asked.dry_run else actions.queue)(office, reminders)
        posted = None if asked.dry_run else actions.send(office)
        unreachable = actions.without_address(office, wanted) if office.is_open(wanted) else ()
        given_up = actions.given_up(office, wanted)
        _tell_unopened(asked, office, wanted)
    shown = list(actions.shown(written))
    asked.answer(shown, shown, () if asked.dry_run else ("to", "subject"))
    if unreachable:
        asked.tell("cli.no_address", agencies=unreachable)
    tell_letters(asked, written, revived)
    tell_given_up(asked, given_up)
    tell_posted(asked, posted)


def _tell_unopened(asked: Asked, office: Office, period: Period) -> None:
    """Why nobody is reminded, and which period may be meant."""
    if office.is_open(period):
        return
    last = office.newest_come
    asked.tell("cli.not_open_but" if last else "cli.not_open", period=str(period), last=str(last or ""))


@timetable.command("run", help=words("help.schedule_run"))
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=words("help.option_once"))] = False,
) -> None:
    """Does what is due; again every minute unless told once."""
    asked: Asked = context.obj
    if once:
        ticked = _tick(asked, asked.now)
        asked.answer([each.as_json() for each in ticked.ran])
        _tell(asked, ticked)
        if not ticked.is_well:
            raise typer.Exit(1)
        return
    import schedule

    clock = schedule.Scheduler()
    clock.every(1).minutes.do(_tick_safely, asked)
    _tick_safely(asked)
    while True:
        time.sleep(max(1.0, min(clock.idle_seconds or 1.0, 60.0)))
        clock.run_pending()


def _tick(asked: Asked, now: datetime) -> Ticked:
    from tracker import actions

    workspace = actions.workspace_of(asked.home)
    with actions.locked(workspace):
        if asked.dry_run:
            return actions.would_run(asked.home, now)
        log_to_file(workspace.outputs / "logs", "schedule")
        return actions.tick(asked.home, now)


def _tick_safely(asked: Asked) -> None:
    """A tick of the loop: whatever happens, the loop goes on, and says so."""
    try:
        _tell(asked, _tick(asked, datetime.now(UTC)))
    except LockedError:
        log.info("another run is working; this tick is left out")
    except TrackerError as error:
        app_log.error("%s", error)
        asked.tell("cli.tick_failed", why=str(error))
    except Exception as error:
        app_log.exception("tick failed")
        asked.tell("cli.tick_failed", why=f"{type(error).__name__}: {error}")


def _tell(asked: Asked, ticked: Ticked) -> None:
    from tracker.actions import worded

    mood = "would_be_" if asked.dry_run else ""
    for each in ticked.ran:
        detail = each.why or worded(each.did, asked.language)
        told = {"job": asked.say(f"job.{each.due.name}"), "period": str(each.due.period), "detail": detail}
        asked.tell(f"cli.job_{mood}{each.state.value}", **told)
    for entry in ticked.waiting:
        told = {"job": asked.say(f"job.{entry.due.name}"), "period": str(entry.due.period)}
        again = show_instant(entry.next_try_at) if entry.next_try_at else ""
        asked.tell("cli.job_waiting", **told, tries=entry.tries, next=again)
    tell_sent(asked, ticked.posted)


@timetable.command("show", help=words("help.schedule_show"))
def show(context: typer.Context) -> None:
    """What failed and waits, what comes next, and what the operating system knows of us."""
    from tracker import actions

    asked: Asked = context.obj
    with reading(asked) as office:
        known = actions.agenda(office)
    task = actions.task_of(asked.home)
    found = actions.look(task)
    known |= {"task": task.name, "installed": found.state is actions.TaskState.ACTIVE, "task_state": found.state.value}
    rows = [_agenda_row(asked, row, "cli.job_waits") for row in known["failed"]]
    rows += [_agenda_row(asked, row, "cli.job_comes") for row in known["next"]]
    asked.answer(known, rows, ("job", "period", "due_at", "state"))
    asked.tell(f"cli.task_{found.state.value}", name=task.name, why=found.said)


def _agenda_row(asked: Asked, row: dict[str, Any], state: str) -> dict[str, str]:
    """A job for people: in words, at its local hour."""
    at = show_instant(datetime.fromisoformat(row["due_at"]))
    return {"job": asked.say(f"job.{row['job']}"), "period": row["period"], "due_at": at, "state": asked.say(state)}


@timetable.command("install", help=words("help.schedule_install"))
def install(context: typer.Context) -> None:
    """Lets the operating system start the timetable by itself."""
    from tracker import actions

    asked: Asked = context.obj
    actions.workspace_of(asked.home)
    task = actions.task_of(asked.home)
    files = [str(path) for path, _ in task.files] if asked.dry_run else list(actions.install(task))
    asked.answer(files, [{"file": file} for file in files], ("file",))
    asked.tell("cli.task_would" if asked.dry_run else "cli.task_active", name=task.name)


@timetable.command("remove", help=words("help.schedule_remove"))
def remove(context: typer.Context) -> None:
    """Takes the task away from the operating system."""
    from tracker import actions

    asked: Asked = context.obj
    task = actions.task_of(asked.home)
    if asked.dry_run:
        files = [str(path) for path, _ in task.files if path.exists()]
        key, why = "cli.task_would_go", ""
    else:
        removed = actions.remove(task)
        files, why = list(removed.files), removed.why
        key = "cli.task_removed_but" if why else "cli.task_removed"
    asked.answer(files, [{"file": file} for file in files], ("file",) if files else ())
    asked.tell(key if files else "cli.task_absent", name=task.name, why=why)
