"""The verb that reads a signed notice and takes its reviewed draft into the master sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.app import app, words
from tracker.console import Asked
from tracker.errors import NoticeError

_SHOWN = ("item", "lead", "coordinating", "deadline", "deadline_text", "content")


@app.command(help=words("help.notice"))
def notice(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=words("help.option_notice"))],
    into_master: Annotated[bool, typer.Option("--into-master", help=words("help.option_into_master"))] = False,
) -> None:
    """Drafts the tasks of a conclusion notice or plan, or merges the reviewed draft."""
    asked: Asked = context.obj
    if into_master:
        _merge(asked, file)
    else:
        _draft(asked, file)


def _draft(asked: Asked, file: Path) -> None:
    from tracker import actions

    draft = actions.read_notice(asked.home, file)
    found = actions.draft_as_json(draft)
    rows = [{**row, "deadline": task.deadline.due_on} for row, task in zip(found["tasks"], draft.tasks, strict=True)]
    asked.answer(found, rows, _SHOWN)
    asked.tell("cli.notice_done", symbol=draft.document.symbol, count=len(draft.tasks), passed=len(draft.passed))
    if actions.known_plan(asked.home):
        written = actions.write_draft(asked.home, draft, file, asked.dry_run)
        said = "cli.notice_would" if asked.dry_run else "cli.notice_written"
        asked.tell(said if written.is_new else "cli.notice_kept", path=str(written.path))


def _merge(asked: Asked, file: Path) -> None:
    from tracker import actions

    if file.suffix.lower() != ".xlsx":
        written = actions.write_draft(asked.home, actions.read_notice(asked.home, file), file, asked.dry_run)
        if written.is_new or not written.path.exists():
            raise NoticeError("notice_not_reviewed", path=str(written.path))
        file = written.path
    with actions.locked(actions.workspace_of(asked.home)):
        found = actions.into_master(asked.home, file, asked.now, asked.dry_run)
    shown = actions.merge_as_json(found, asked.language)
    asked.answer(shown, shown["conflicts"], ("item", "message"))
    counts = {key: len(shown[key]) for key in ("added", "extended", "matched", "conflicts")}
    asked.tell("cli.notice_would_merge" if asked.dry_run else "cli.notice_merged", **counts)
