"""The command line: `tracker VERB`. Each command is a few lines over one function of `tracker.actions`.

The options every verb takes may stand before or after it. Exit status: 0 all done, 1 something of ours failed, 2 usage,
configuration or master sheet wrong, 3 another run holds the lock. A refused return is a result, not a failure.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tracker import __version__
from tracker.console import Asked, explain, messages, write_csv
from tracker.dates import parse_instant
from tracker.errors import ConfigError, TrackerError
from tracker.texts import LANGUAGES, say

if TYPE_CHECKING:
    from tracker.actions import Collected, Office

app = typer.Typer(
    help="Biểu mẫu đi, số liệu về, một sổ tổng hợp và một báo cáo. / Forms out, returns in, one workbook, one report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
log = logging.getLogger("tracker")
log.addHandler(logging.NullHandler())  # a verb that works in a workspace logs to a file of its own
log.propagate = False

_WITH_VALUE = ("--home", "--now", "--lang")
_FLAGS = ("--json", "--dry-run")

PeriodOption = Annotated[str | None, typer.Option("--period", help="Kỳ báo cáo YYYY-MM / reporting period")]
CsvOption = Annotated[bool, typer.Option("--csv", help="CSV for Excel on stdout")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; leaves with the exit status of the contract."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = hoisted(list(sys.argv[1:] if arguments is None else arguments))
    language = _language(given)
    try:
        app(given)
    except TrackerError as error:
        log.error("%s", error)
        explain(error, language)
        sys.exit(error.exit_status)
    except Exception as error:
        log.exception("unexpected")
        messages().print(say("error.unexpected", language, why=f"{type(error).__name__}: {error}"), markup=False)
        sys.exit(1)


def hoisted(arguments: list[str]) -> list[str]:
    """Options that every verb takes, moved before the verb."""
    front, rest = [], []
    words = iter(arguments)
    for word in words:
        if word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            front.append(word)
        elif word in _WITH_VALUE:
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


def _language(arguments: list[str]) -> str:
    chosen = os.environ.get("TRACKER_LANG", "vi")
    for word, following in pairwise([*arguments, ""]):
        if word == "--lang":
            chosen = following
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    return chosen if chosen in LANGUAGES else "vi"


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Workspace folder")] = Path(),
    now: Annotated[str | None, typer.Option(help='The clock: "YYYY-MM-DD[THH:MM]"')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing")] = False,
    lang: Annotated[str | None, typer.Option(help="vi | en")] = None,
) -> None:
    """Options every verb takes, before or after it."""
    try:
        instant = parse_instant(now) if now else datetime.now(UTC)
    except ValueError as error:
        raise ConfigError("bad_now", value=now) from error
    context.obj = Asked(home, instant, as_json, dry_run, _language(["--lang", lang] if lang else []))


@contextmanager
def _working(asked: Asked, verb: str) -> Iterator[Office]:
    """An opened workspace under its lock, with the run noted in the ledger and in a log file of its own."""
    from tracker import actions
    from tracker.ledger.store import run_recorded

    office = None
    with actions.locked(actions.workspace_of(asked.home)):
        office = actions.open_office(asked.home, asked.now)
        _log_to_file(office.workspace.outputs / "logs", verb)
        try:
            if asked.dry_run:
                yield office
            else:
                with run_recorded(office.engine, verb, asked.now):
                    yield office
        finally:
            office.engine.dispose()


@contextmanager
def _reading(asked: Asked) -> Iterator[Office]:
    """An opened workspace for verbs that change nothing."""
    from tracker import actions

    office = actions.open_office(asked.home, asked.now)
    try:
        yield office
    finally:
        office.engine.dispose()


def _log_to_file(folder: Path, verb: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{verb}.log"
    handler = logging.FileHandler(name, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)


# --- verbs that make something ----------------------------------------------------------------------------------------


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of the new workspace")],
    plan: Annotated[
        str, typer.Option(help="Plan from the package, e.g. 27-TB-UBND; empty: an empty master sheet")
    ] = "",
) -> None:
    """A new workspace: folders, configuration, key, master sheet, blank form."""
    from tracker import actions

    asked: Asked = context.obj
    made = actions.init(folder, plan)
    asked.answer([str(path) for path in made])
    asked.tell("cli.init_done" if made else "cli.init_nothing", path=str(folder), count=len(made))


@app.command()
def forms(context: typer.Context, period: PeriodOption = None) -> None:
    """Writes the forms of a period, one per agency with an assignment."""
    from tracker import actions

    asked: Asked = context.obj
    with _working(asked, "forms") as office:
        wanted = office.period(period)
        made = actions.write_forms(office, wanted, asked.dry_run)
    asked.answer(made, made, ("agency", "name", "tasks", "file"))
    asked.tell("cli.forms_done", period=str(wanted), count=len(made), new=sum(form["written"] for form in made))


@app.command()
def collect(context: typer.Context) -> None:
    """Takes what came back: archive, checks, ledger, marked returns."""
    asked: Asked = context.obj
    with _working(asked, "collect") as office:
        collected = _collect(asked, office)
    asked.answer([each.as_json() for each in collected])
    _leave_on_failure(asked, collected)


def _collect(asked: Asked, office: Office) -> list[Collected]:
    """Collects with a progress bar on a terminal and one line a file, then writes the marked returns."""
    from tracker import actions

    files = sum(path.is_file() for path in office.workspace.inbox.rglob("*"))
    console = messages()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(asked.say("cli.collecting"), total=files)

        def tell(each: Collected) -> None:
            bar.advance(task)
            console.print(_line(asked, each), markup=False)

        collected = actions.collect(office, tell, asked.dry_run)
        if not asked.dry_run:
            actions.write_marked(office)
    taken = sum(each.examined.verdict.is_accepted for each in collected)
    asked.tell("cli.collect_done", count=len(collected), taken=taken)
    return collected


def _line(asked: Asked, each: Collected) -> str:
    shown = each.as_json()
    why = asked.say(f"cli.why_{each.why}") if each.why else ", ".join(shown["codes"])
    parts = [each.file, shown["agency"] or "?", asked.say(f"verdict.{shown['verdict']}"), why, each.failure]
    return " | ".join(part for part in parts if part)


def _leave_on_failure(asked: Asked, collected: list[Collected]) -> None:
    failed = [each.file for each in collected if each.failure]
    if failed:
        asked.tell("cli.collect_failed", files=failed)
        raise typer.Exit(1)


@app.command()
def accept(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Takes a held return."""
    _decide(context.obj, number, "accepted_with_findings", "")


@app.command()
def refuse(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID")],
    why: Annotated[str, typer.Option("--why", help="Lý do / reason, told to the sender")],
) -> None:
    """Refuses a held return."""
    _decide(context.obj, number, "refused", why)


def _decide(asked: Asked, number: int, verdict: str, why: str) -> None:
    from tracker import actions
    from tracker.model import Verdict

    with _working(asked, "decide") as office:
        decided = actions.decide(office, number, Verdict(verdict), why, asked.dry_run)
    asked.answer({"id": decided.id, "file": decided.file, "verdict": verdict})
    asked.tell("cli.decided", id=number, file=decided.file, verdict=asked.say(f"verdict.{verdict}"))


@app.command()
def report(context: typer.Context, period: PeriodOption = None) -> None:
    """The consolidated workbook and the Word report, from the ledger."""
    asked: Asked = context.obj
    with _working(asked, "report") as office:
        made = _report(asked, office, period)
    asked.answer(made)


def _report(asked: Asked, office: Office, period: str | None) -> dict[str, Any]:
    from tracker import actions

    made = actions.report(office, office.period(period), asked.dry_run)
    asked.tell("cli.report_done" if made.is_new else "cli.report_same", version=made.version, files=made.files)
    return made.as_json()


@app.command()
def run(context: typer.Context, period: PeriodOption = None) -> None:
    """The day-20 job: collect, then report."""
    asked: Asked = context.obj
    with _working(asked, "run") as office:
        collected = _collect(asked, office)
        made = _report(asked, office, period)
    asked.answer({"collected": [each.as_json() for each in collected], "report": made})
    _leave_on_failure(asked, collected)


# --- verbs that show something ----------------------------------------------------------------------------------------


@app.command()
def held(context: typer.Context) -> None:
    """Returns that wait for the office's decision."""
    from tracker import actions

    asked: Asked = context.obj
    with _reading(asked) as office:
        rows = actions.held(office)
    asked.answer(rows, rows, ("id", "file", "agency", "period", "codes", "messages"))


@app.command()
def status(context: typer.Context, period: PeriodOption = None) -> None:
    """Who returned, who did not, with what verdict; last run, next due."""
    from tracker import actions

    asked: Asked = context.obj
    with _reading(asked) as office:
        state = actions.status(office, office.period(period))
    shown = [{**each, "state": asked.say(f"register.{each['state']}")} for each in state["agencies"]]
    asked.answer(state, shown, ("agency", "name", "state", "files", "errors", "warnings"))
    asked.tell("cli.status", period=state["period"], due=state["next_due"]["day"], held=len(state["held"]))


@app.command()
def findings(context: typer.Context, period: PeriodOption = None, as_csv: CsvOption = False) -> None:
    """Everything found in the period's returns."""
    from tracker import actions

    asked: Asked = context.obj
    with _reading(asked) as office:
        rows = actions.findings(office, office.period(period), asked.language)
    columns = ("code", "severity", "agency", "task", "file", "sheet", "cell", "value", "message")
    write_csv(rows, columns) if as_csv else asked.answer(rows, rows, columns)


@app.command()
def answers(
    context: typer.Context,
    period: PeriodOption = None,
    as_csv: CsvOption = False,
    indicators: Annotated[bool, typer.Option("--indicators", help="Chỉ tiêu / indicators instead of tasks")] = False,
) -> None:
    """Every accepted answer with file and cell."""
    from tracker import actions
    from tracker.columns import INDICATOR_TABLE, REPORT_TABLE

    asked: Asked = context.obj
    table = INDICATOR_TABLE if indicators else REPORT_TABLE
    with _reading(asked) as office:
        rows = actions.answers(office, office.period(period), table.key)
    if as_csv:
        keys = [column.key for column in table.answered]
        base = ("period", "agency", "task", "role", "file", "sheet")
        write_csv(({**row, **row["values"]} for row in rows), (*base, *keys))
    else:
        asked.answer(
            rows, [{**row, **row["values"]} for row in rows], ("agency", "task", "status", "percent", "result")
        )


@app.command()
def trace(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="Mã nhiệm vụ / task code")],
    agency: Annotated[str | None, typer.Argument(help="Cơ quan / agency code or name")] = None,
    period: PeriodOption = None,
) -> None:
    """A figure back to file, sheet and cell."""
    from tracker import actions

    asked: Asked = context.obj
    with _reading(asked) as office:
        rows = actions.trace(office, office.period(period), task, agency)
    asked.answer(
        rows, _trace_rows(asked, rows), ("agency", "role", "state", "period", "file", "sheet", "cell", "value")
    )


def _trace_rows(asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a cell, for people."""
    shown = []
    for row in rows:
        state = asked.say(f"status.{row['status']}") if row["status"] else ""
        base = {"agency": row["agency"], "role": asked.say(f"role.{row['role']}"), "state": state}
        shown += [base] if not row["sources"] else []
        for source in row["sources"]:
            for key, cell in source["cells"].items():
                place = {name: source[name] for name in ("period", "file", "sheet")}
                shown.append({**base, **place, "cell": cell, "value": source["values"].get(key)})
    return shown


@app.command()
def doctor(context: typer.Context) -> None:
    """What is missing, and what to do about it."""
    from tracker import actions

    asked: Asked = context.obj
    checks = actions.doctor(asked.home, asked.now)
    rows = [
        {
            "check": asked.say(f"doctor.{each.key}"),
            "state": asked.say("doctor.well" if each.is_well else "doctor.unwell"),
            "detail": each.detail,
            "remedy": "" if each.is_well else asked.say(f"doctor.{each.key}_remedy"),
        }
        for each in checks
    ]
    document = [
        {"check": each.key, "ok": each.is_well, "detail": each.detail, "remedy": row["remedy"]}
        for each, row in zip(checks, rows, strict=True)
    ]
    asked.answer(document, rows, ("check", "state", "detail", "remedy"))
    if not all(each.is_well for each in checks):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """The version of this program."""
    typer.echo(__version__)


@app.command()
def demo(context: typer.Context) -> None:
    """A whole month on the real plan, with returns as people send them."""
    from tracker import actions
    from tracker.demo.cast import PERIOD
    from tracker.demo.play import play

    asked: Asked = context.obj
    actions.init(asked.home, "27-TB-UBND")
    with _working(asked, "demo") as office:
        played = play(office, lambda each: messages().print(_line(asked, each), markup=False))
    asked.answer({"sent": played.sent_now, "files": list(played.outputs), "expectations": str(played.expectations)})
    key = "cli.demo_done" if played.sent_now else "cli.demo_played"
    asked.tell(key, period=PERIOD, sent=played.sent_now, folder=str(asked.home / "outputs" / PERIOD))
