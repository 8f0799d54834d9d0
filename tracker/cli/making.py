"""Verbs that make something: workspaces, forms, verdicts, outputs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tracker.cli.app import EarlyOption, PeriodOption, app, reading, words, working
from tracker.cli.mailing import tell_given_up, tell_letters, tell_news, tell_posted
from tracker.config import Workspace
from tracker.console import Asked, messages
from tracker.errors import ConfigError

if TYPE_CHECKING:
    from tracker.actions import Collected, Made, Office
    from tracker.dates import Period
    from tracker.model import Letter


@app.command(help=words("help.init"))
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=words("help.option_folder"))],
    plan: Annotated[str, typer.Option(help=words("help.option_plan"))] = "",
) -> None:
    """A new workspace: folders, configuration, key, master sheet, blank form."""
    from tracker import actions

    asked: Asked = context.obj
    made = actions.init(folder, plan)
    asked.answer([str(path) for path in made])
    asked.tell("cli.init_done" if made else "cli.init_nothing", path=str(folder), count=len(made))


@app.command(help=words("help.forms"))
def forms(
    context: typer.Context,
    period: PeriodOption = None,
    mail: Annotated[bool, typer.Option("--send", help=words("help.option_send"))] = False,
) -> None:
    """Writes the forms of a period, one per agency with an assignment; mails them if told to."""
    from tracker import actions

    asked: Asked = context.obj
    with working(asked, "forms") as office:
        wanted = office.period(period)
        made = actions.write_forms(office, wanted, asked.dry_run)
        letters = actions.form_letters(office, wanted) if mail else []
        revived = actions.revive(office, letters, asked.dry_run)
        written = (actions.owed if asked.dry_run else actions.queue)(office, letters)
        posted = actions.send(office) if mail and not asked.dry_run else None
        unreachable = actions.without_address(office, wanted) if mail else ()
        given_up = actions.given_up(office, wanted) if mail else ()
    asked.answer([*made, *actions.shown(written)], made, ("agency", "name", "tasks", "file"))
    asked.tell("cli.forms_done", period=str(wanted), count=len(made), new=sum(form["written"] for form in made))
    if unreachable:
        asked.tell("cli.no_address", agencies=unreachable)
    if mail:
        tell_letters(asked, written, revived)
        tell_given_up(asked, given_up)
    tell_posted(asked, posted)


@app.command(help=words("help.collect"))
def collect(context: typer.Context) -> None:
    """Takes what came back: archive, checks, ledger, marked returns, letters."""
    from tracker import actions

    asked: Asked = context.obj
    with working(asked, "collect", rehearses=True) as office:
        collected, letters = collect_all(asked, office)
        posted = actions.send(office)
    if letters:
        tell_letters(asked, letters)
    asked.answer([*(each.as_json() for each in collected), *(actions.shown(letters) if asked.dry_run else ())])
    _leave_on_failure(asked, collected)
    tell_posted(asked, posted)


def collect_all(asked: Asked, office: Office) -> tuple[list[Collected], list[Letter]]:
    """Collects with a progress bar on a terminal and one line a file, then writes the marked returns and queues the
    receipts."""
    from tracker import actions

    waiting = sum(path.is_file() for path in office.workspace.inbox.rglob("*"))
    console = messages()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(asked.say("cli.collecting"), total=waiting)

        def tell(each: Collected) -> None:
            bar.advance(task)
            console.print(_line(asked, each), markup=False)

        before = actions.newest_number(office.engine)
        collected = actions.collect(office, tell)
        actions.write_marked(office)
        letters = actions.queue(office, actions.receipts(office))
    files = [each for each in collected if not each.is_channel]
    taken = sum(each.examined.verdict.is_accepted for each in files)
    asked.tell("cli.collect_done", count=len(files), taken=taken)
    tell_news(asked, office, before)
    return collected, letters


def _line(asked: Asked, each: Collected) -> str:
    if each.is_channel:
        return asked.say("error.mailbox_failed", why=each.failure)
    shown = each.as_json()
    why = asked.say(f"cli.why_{each.why}") if each.why else ", ".join(shown["codes"])
    whose = asked.say("cli.copy", count=shown["remarks"]) if "remarks" in shown else shown["agency"] or "?"
    parts = [each.file, whose, asked.say(f"verdict.{shown['verdict']}"), why, each.failure]
    return " | ".join(part for part in parts if part)


def _leave_on_failure(asked: Asked, collected: list[Collected]) -> None:
    failed = [each for each in collected if each.failure]
    if files := [each.file for each in failed if not each.is_channel]:
        asked.tell("cli.collect_failed", files=files)
    if failed:
        raise typer.Exit(1)


@app.command(help=words("help.accept"))
def accept(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Takes a held return."""
    _decide(context.obj, number, "accepted_with_findings", "")


@app.command(help=words("help.refuse"))
def refuse(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID")],
    why: Annotated[str, typer.Option("--why", help=words("help.option_why"))],
) -> None:
    """Refuses a held return."""
    _decide(context.obj, number, "refused", why)


def _decide(asked: Asked, number: int, verdict: str, why: str) -> None:
    from tracker import actions
    from tracker.model import Verdict

    posted = None
    with working(asked, "decide") as office:
        asked_of = next((each for each in actions.held(office) if each["id"] == number), None)
        decided = actions.decide(office, number, Verdict(verdict), why, asked.dry_run)
        if not asked.dry_run:
            actions.queue(office, actions.receipts(office))
            posted = actions.send(office)
    ends = decided.verdict.value
    asked.answer({"id": decided.id, "file": decided.file, "verdict": ends})
    said = "cli.would_decide" if asked.dry_run else "cli.decided"
    asked.tell(said, id=number, file=decided.file, verdict=asked.say(f"verdict.{ends}"))
    if decided.verdict.is_accepted and asked_of and "F08" in asked_of["codes"]:
        asked.tell("cli.decided_register", sender=decided.sender, agency=asked_of["name"])
    tell_posted(asked, posted)


@app.command(help=words("help.report"))
def report(context: typer.Context, period: PeriodOption = None, early: EarlyOption = False) -> None:
    """The consolidated workbook and the Word report, from the ledger."""
    asked: Asked = context.obj
    with working(asked, "report", rehearses=True) as office:
        made = _report(asked, office, office.period_to_report(period, early))
    asked.answer(made.as_json())


def _report(asked: Asked, office: Office, period: Period) -> Made:
    from tracker import actions

    made = actions.report(office, period)
    for each in made.read_back:
        messages().print(_line(asked, each), markup=False)
    said = "cli.report_would" if asked.dry_run else "cli.report_done"
    asked.tell(said if made.is_new else "cli.report_same", version=made.version, files=made.files)
    if made.held_open:
        asked.tell("cli.held_open", files=made.held_open, version=made.version)
    if made.base_unused:
        asked.tell("cli.base_unused", file=office.workspace.base.name, why=made.base_unused)
    if not office.has_come(period):
        asked.tell("cli.report_early", period=str(period), day=office.effective_day(period))
    return made


@app.command(help=words("help.run"))
def run(context: typer.Context, period: PeriodOption = None, early: EarlyOption = False) -> None:
    """The day-20 job: collect, then report, then deliver; an early look is delivered to nobody."""
    from tracker import actions

    asked: Asked = context.obj
    with working(asked, "run", rehearses=True) as office:
        wanted = office.period_to_report(period, early)
        collected, letters = collect_all(asked, office)
        made = _report(asked, office, wanted)
        letters += actions.queue(office, () if early else actions.report_letters(office, wanted, made))
        posted = actions.send(office)
    if letters:
        tell_letters(asked, letters)
    told = {"collected": [each.as_json() for each in collected], "report": made.as_json()}
    asked.answer(told | ({"letters": list(actions.shown(letters))} if asked.dry_run else {}))
    _leave_on_failure(asked, collected)
    tell_posted(asked, posted)


@app.command(help=words("help.demo"))
def demo(context: typer.Context) -> None:
    """A whole month on the real plan, with returns as people send them."""
    from tracker import actions
    from tracker.demo.cast import PERIOD
    from tracker.demo.place import PLAN, require_own
    from tracker.demo.play import play

    asked: Asked = context.obj
    if asked.dry_run:
        raise ConfigError("demo_is_a_trial")
    if Workspace(asked.home.resolve()).master.exists():
        with reading(asked) as office:
            require_own(office)
    actions.init(asked.home, PLAN)
    with working(asked, "demo") as office:
        played = play(office, lambda each: messages().print(_line(asked, each), markup=False))
    asked.answer({"sent": played.sent_now, "files": list(played.outputs), "expectations": str(played.expectations)})
    key = "cli.demo_done" if played.sent_now else "cli.demo_played"
    asked.tell(key, period=PERIOD, sent=played.sent_now, folder=str(asked.home / "outputs" / PERIOD))
