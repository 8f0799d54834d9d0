"""Verbs for other systems: everything of a period out, a list of tasks in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.app import CsvOption, PeriodOption, app, reading, words, working
from tracker.console import Asked, csv_text, write_csv
from tracker.errors import ConfigError
from tracker.texts import catalogue

TableOption = Annotated[str, typer.Option("--table", help=words("help.option_table"))]
FolderOption = Annotated[Path | None, typer.Option("--to", help=words("help.option_to"))]


@app.command(help=words("help.export"))
def export(
    context: typer.Context,
    period: PeriodOption = None,
    as_csv: CsvOption = False,
    table: TableOption = "tasks",
    folder: FolderOption = None,
) -> None:
    """Everything of a period by task code."""
    from tracker.actions.exchange import COLUMNS, TABLES
    from tracker.actions.exchange import export as everything

    asked: Asked = context.obj
    if table not in TABLES:
        raise ConfigError("no_such_table", value=table, known=TABLES)
    with reading(asked) as office:
        document = everything(office, office.period(period))
    if folder:
        _write(folder, document, COLUMNS)
        asked.tell("cli.export_done", folder=str(folder))
    elif as_csv:
        write_csv(map(_flat, document[table]), COLUMNS[table])
    else:
        asked.answer(document, document[table], [key for key in COLUMNS[table] if f"column.{key}" in catalogue()])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Lists divided by ";": names of offices contain commas."""
    return {key: "; ".join(map(str, value)) if isinstance(value, list) else value for key, value in row.items()}


def _write(folder: Path, document: dict[str, Any], columns: dict[str, tuple[str, ...]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{document['period']}.json").write_text(text, "utf-8", newline="")
    for table, keys in columns.items():
        path = folder / f"{document['period']}-{table}.csv"
        path.write_text(csv_text(map(_flat, document[table]), keys), "utf-8", newline="")


@app.command("import", help=words("help.import"))
def import_list(
    context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help=words("help.option_list"))]
) -> None:
    """A list of tasks into the master sheet."""
    from tracker.actions.exchange import import_tasks

    asked: Asked = context.obj
    with working(asked, "import") as office:
        found = import_tasks(office, file, asked.dry_run)
    result = {
        "added": [each["code"] for each in found.additions],
        "filled": [{"task": e.task, "column": e.key, "value": e.after} for e in found.fills],
        "conflicts": [{"task": e.task, "column": e.key, "master": e.before, "file": e.after} for e in found.conflicts],
        "same": found.same,
    }
    rows = [
        {"task": each.task, "field": each.heading, "before": each.before, "value": each.after, "state": asked.say(key)}
        for key, group in (("cli.import_filled", found.fills), ("cli.import_conflict", found.conflicts))
        for each in group
    ]
    asked.answer(result, rows, ("task", "field", "before", "value", "state") if rows else ())
    said = "cli.import_would" if asked.dry_run else "cli.import_done"
    asked.tell(said, added=len(found.additions), filled=len(found.fills), conflicts=len(found.conflicts))
