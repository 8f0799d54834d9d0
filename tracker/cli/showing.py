"""Verbs that show something and change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker import __version__
from tracker.cli.app import CsvOption, PeriodOption, app, reading, words
from tracker.cli.mailing import tell_bounced, tell_questions
from tracker.console import Asked, write_csv
from tracker.dates import show_instant
from tracker.texts import word

if TYPE_CHECKING:
    from tracker.actions import Check
    from tracker.columns import TableKind


@app.command(help=words("help.held"))
def held(context: typer.Context) -> None:
    """Returns that wait for the office's decision."""
    from tracker import actions

    asked: Asked = context.obj
    with reading(asked) as office:
        rows = actions.held(office)
    shown = [{**row, "changes": _changes(row)} for row in rows]
    asked.answer(rows, shown, ("id", "file", "agency", "period", "sender", "codes", "messages", "changes"))


def _changes(row: dict[str, Any]) -> list[str]:
    """What to accept a return would put in place of what."""
    return [f"{each['task']} {each['column']}: {each['before']} → {each['now']}" for each in row["would_change"]]


@app.command(help=words("help.status"))
def status(context: typer.Context, period: PeriodOption = None) -> None:
    """Who returned, who did not, with what verdict; last run, next due."""
    from tracker import actions

    asked: Asked = context.obj
    with reading(asked) as office:
        state = actions.status(office, office.period(period))
    shown = [_of_agency(asked, each) for each in state["agencies"]]
    asked.answer(state, shown, ("agency", "name", "state", "files", "errors", "warnings"))
    if unknown := [each["file"] for each in state["unidentified"] if not each["sent_by"]]:
        asked.tell("cli.status_unidentified", files=unknown)
    for each in state["remarks"]["disputed"]:
        asked.tell("cli.status_disputed", task=each["task"], agency=each["agency"], values=each["values"])
    for each in state["letters"]["troubled"]:
        error = asked.say("cli.letter_doubtful") if each["is_doubtful"] else each["error"]
        asked.tell("cli.status_letter", subject=each["subject"], to=each["to"], error=error)
    tell_bounced(asked, state["letters"]["bounced"])
    tell_questions(asked, state["questions"])
    _tell_runs(asked, state["last_runs"])
    due = state["next_due"]
    asked.tell(
        "cli.status",
        period=state["period"],
        day=date.fromisoformat(state["effective_day"]),
        held=len(state["held"]),
        due=date.fromisoformat(due["day"]),
        next=due["period"],
    )


def _tell_runs(asked: Asked, runs: list[dict[str, Any]]) -> None:
    """When each verb ran last, the newest first, and how it ended."""
    told = []
    for run in sorted(runs, key=lambda run: str(run["started_at"]), reverse=True):
        key = {"ok": "cli.run_ok", "started": "cli.run_started"}.get(run["outcome"], "cli.run_failed")
        told.append(asked.say(key, verb=run["verb"], at=show_instant(datetime.fromisoformat(run["started_at"]))))
    if told:
        asked.tell("cli.last_runs", runs=told)


def _of_agency(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    """A row for people; a file of theirs that nobody could read is named, though nothing counts as sent for it."""
    unread = [asked.say("cli.status_unread", file=file) for file in row["unread"]]
    return {**row, "state": asked.say(f"register.{row['state']}"), "files": [*row["files"], *unread]}


@app.command(help=words("help.findings"))
def findings(context: typer.Context, period: PeriodOption = None, as_csv: CsvOption = False) -> None:
    """Everything found in the period's returns."""
    from tracker import actions

    asked: Asked = context.obj
    with reading(asked) as office:
        wanted = office.period(period)
        per_cell = asked.json or as_csv
        found = actions.findings if per_cell else actions.findings_grouped
        rows = found(office, wanted, asked.language)
    columns = ("code", "severity", "agency", "task", "file", "sheet", "cell", "value", "message", "waived_by")
    shown = [{**row, "severity": asked.say(f"severity.{row['severity']}")} for row in rows]
    if as_csv:
        write_csv(shown, columns, [asked.say(f"column.{column}") for column in columns])
    else:
        asked.answer(rows, shown, columns)


@app.command(help=words("help.answers"))
def answers(
    context: typer.Context,
    period: PeriodOption = None,
    as_csv: CsvOption = False,
    indicators: Annotated[bool, typer.Option("--indicators", help=words("help.option_indicators"))] = False,
) -> None:
    """Every accepted answer with file and cell."""
    from tracker import actions
    from tracker.columns import INDICATOR_TABLE, REPORT_TABLE

    asked: Asked = context.obj
    table = INDICATOR_TABLE if indicators else REPORT_TABLE
    with reading(asked) as office:
        rows = actions.answers(office, office.period(period), table.key)
    if as_csv:
        keys = [column.key for column in table.answered]
        base = ("period", "agency", "task", "role", "file", "sheet")
        told = ({**row, **row["values"], "cell": _cells(row, keys, "{key}={cell}")} for row in rows)
        write_csv(told, (*base, *keys, "cell"))
    else:
        what, *shown = ("indicator", "numerator", "denominator", "value")
        if not indicators:
            what, *shown = ("task", "status", "percent", "result")
        told = ({**row, **_worded(row["values"], table), what: row["task"], "cell": _cells(row, shown)} for row in rows)
        asked.answer(rows, list(told), ("agency", what, *shown, "file", "sheet", "cell"))


def _cells(row: dict[str, Any], keys: Sequence[str], form: str = "{cell}") -> str:
    """Where the values of some columns stand in their file."""
    cells = ((key, row["cells"].get(key)) for key in keys)
    return "; ".join(form.format(key=key, cell=cell) for key, cell in cells if cell)


def _worded(values: dict[str, Any], table: TableKind) -> dict[str, str]:
    """Values as the form shows them, in its order: "Hoàn thành", "100%", "15/03/2025"."""
    from tracker.cells import Day

    known = ((column, values[column.key]) for column in table.answered if values.get(column.key) is not None)
    return {
        column.key: column.kind.show(date.fromisoformat(value) if isinstance(column.kind, Day) else value)
        for column, value in known
    }


@app.command(help=words("help.trace"))
def trace(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help=words("help.option_task"))],
    agency: Annotated[str | None, typer.Argument(help=words("help.option_agency"))] = None,
    period: PeriodOption = None,
) -> None:
    """A figure back to file, sheet and cell."""
    from tracker import actions

    asked: Asked = context.obj
    with reading(asked) as office:
        rows = actions.trace(office, office.period(period), task, agency)
    columns = ("agency", "role", "state", "period", "file", "sheet", "cell", "field", "value")
    asked.answer(rows, _trace_rows(asked, rows), columns)


def _trace_rows(asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a cell, for people."""
    from tracker.columns import REPORT_TABLE
    from tracker.model import RemarkColumn
    from tracker.remarks import heading_of, value_text

    shown = []
    for row in rows:
        state = asked.say(f"status.{row['status']}") if row["status"] else ""
        base = {"agency": row["agency"], "role": asked.say(f"role.{row['role']}"), "state": state}
        shown += [base] if not row["sources"] and not row["office"] else []
        for said in row["office"]:
            place = {name: said[name] for name in ("period", "file", "sheet", "cell")}
            column = RemarkColumn(said["column"])
            value = value_text(column, said["value"])
            shown.append({**base, **place, "field": heading_of(column), "value": value})
        for source in row["sources"]:
            place = {name: source[name] for name in ("period", "file", "sheet")}
            for key, value in _worded(source["values"], REPORT_TABLE).items():
                field = REPORT_TABLE.by_key[key].heading
                shown.append({**base, **place, "cell": source["cells"].get(key), "field": field, "value": value})
    return shown


@app.command(help=words("help.doctor"))
def doctor(context: typer.Context) -> None:
    """What is missing, and what to do about it."""
    from tracker import actions

    asked: Asked = context.obj
    checks = [_shown_check(asked, each) for each in actions.doctor(asked.home, asked.now)]
    rows = [
        {**each, "check": asked.say(f"doctor.{each['check']}"), "state": asked.say(f"doctor.{each['state']}")}
        for each in checks
    ]
    asked.answer(checks, rows, ("check", "state", "detail", "remedy"))
    if any(each["ok"] is False for each in checks):
        raise typer.Exit(1)


def _shown_check(asked: Asked, check: Check) -> dict[str, Any]:
    awaits = asked.say(f"doctor.{check.awaits}") if check.awaits else ""
    return {
        "check": check.key,
        "ok": check.is_well,
        "state": check.state.value,
        "code": check.code or None,
        "detail": word(check.detail, asked.language) if check.detail else "",
        "remedy": asked.say(check.remedy, check=awaits) if check.remedy else "",
    }


@app.command(help=words("help.version"))
def version() -> None:
    """The version of this program."""
    typer.echo(__version__)
