"""The verb that makes the ledger anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tracker.cli.app import app, log_to_file, words
from tracker.console import Asked

if TYPE_CHECKING:
    from tracker.actions import Rebuilt


@app.command(help=words("help.rebuild"))
def rebuild(context: typer.Context) -> None:
    """The ledger from the archive. A dry run only compares, and leaves with 1 where they differ."""
    from tracker import actions

    asked: Asked = context.obj
    workspace = actions.workspace_of(asked.home)
    with actions.locked(workspace):
        log_to_file(workspace.outputs / "logs", "rebuild")
        found = actions.rebuild(asked.home, asked.now, asked.dry_run)
    asked.answer(found.as_json())
    _tell(asked, found)
    if found.troubles or (asked.dry_run and not found.is_same):
        raise typer.Exit(1)


def _tell(asked: Asked, found: Rebuilt) -> None:
    counts = {"submissions": found.rows["submission"], "letters": found.rows["letter"]}
    for where in found.differences:
        asked.tell("cli.rebuild_differs", where=where)
    for what in found.troubles:
        asked.tell("cli.rebuild_trouble", what=what)
    if found.unplaced:
        asked.tell("cli.rebuild_unplaced", count=len(found.unplaced))
    if found.other_versions:
        asked.tell("cli.rebuild_versions", versions=found.other_versions)
    if found.is_same:
        asked.tell("cli.rebuild_same", **counts)
    elif found.is_swapped:
        asked.tell("cli.rebuild_done", backup=found.backup or "–", **counts)
    elif found.had_ledger:
        asked.tell("cli.rebuild_would", count=len(found.differences))
    else:
        asked.tell("cli.rebuild_new", **counts)
