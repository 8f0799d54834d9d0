"""What the verbs tell of mail: letters that go, went or came back, and mails that a person must read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from tracker.console import Asked

if TYPE_CHECKING:
    from tracker.actions import Office, Posted
    from tracker.model import Letter, QueuedLetter

_MOST = 10
"""Named one by one; of more only the number is told."""


def tell_letters(asked: Asked, written: list[Letter], revived: Sequence[QueuedLetter] = ()) -> None:
    """How many were queued, and lined up again; of a dry run, for people, every letter as it would go."""
    from tracker import actions

    for each in actions.shown(written) if asked.dry_run and not asked.json else ():
        head = {**each, "attachments": [file["name"] for file in each["attachments"]]}
        asked.page(head, ("to", "subject", "attachments"), each["text"])
    asked.tell("cli.letters_would" if asked.dry_run else "cli.letters_queued", count=len(written))
    if revived:
        asked.tell("cli.letters_again_would" if asked.dry_run else "cli.letters_again", count=len(revived))


def tell_given_up(asked: Asked, letters: Sequence[QueuedLetter]) -> None:
    """How many no server took, and that do not go by themselves any more."""
    if letters:
        asked.tell("cli.letters_given_up", count=len(letters))


def tell_posted(asked: Asked, posted: Posted | None) -> None:
    """What became of the letters (None: none was sent); a server that is away is a failure of ours."""
    if posted is None:
        return
    tell_sent(asked, posted)
    if posted.why:
        raise typer.Exit(1)


def tell_sent(asked: Asked, posted: Posted) -> None:
    """The same without leaving."""
    if posted.sent or posted.put_off or posted.failed or posted.left:
        asked.tell("cli.letters_sent", **{key: value for key, value in posted.as_json().items() if key != "why"})
    if posted.why:
        asked.tell("cli.letters_stopped", why=posted.why)


def tell_news(asked: Asked, office: Office, before: int) -> None:
    """What came by mail and is no return: of mails recorded after the number `before`."""
    from tracker import actions

    came_back = actions.bounced(office.engine, office.workspace.archive, office.now, before)
    tell_bounced(asked, [each.as_json(office.agency_name) for each in came_back])
    tell_questions(asked, [each.as_json() for each in actions.questions(office, before)])


def tell_bounced(asked: Asked, rows: Sequence[dict[str, Any]]) -> None:
    """Letters that came back, as `Bounced.as_json` has them."""
    for each in rows[-_MOST:]:
        told = {**each, "to": f"{each['name']} ({each['to']})" if each["name"] else each["to"]}
        asked.tell("cli.bounced" if each["message_id"] else "cli.bounced_unknown", **told)
    if len(rows) > _MOST:
        asked.tell("cli.bounced_more", count=len(rows) - _MOST)


def tell_questions(asked: Asked, rows: Sequence[dict[str, Any]]) -> None:
    """Mails that brought no file, as `Question.as_json` has them."""
    if rows:
        asked.tell("cli.questions", count=len(rows))
    for each in rows[-_MOST:]:
        asked.tell("cli.question", **each)
