"""The verb that reads a signed notice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.app import app, words
from tracker.console import Asked


@app.command(help=words("help.notice"))
def notice(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=words("help.option_notice"))],
) -> None:
    """Drafts the tasks of a conclusion notice or plan."""
    from tracker import actions

    asked: Asked = context.obj
    draft = actions.read_notice(asked.home, file)
    found = actions.draft_as_json(draft)
    asked.answer(found, found["tasks"], ("item", "lead", "coordinating", "deadline", "deadline_text", "content"))
    asked.tell("cli.notice_done", symbol=draft.document.symbol, count=len(draft.tasks), passed=len(draft.passed))
