"""What every command shares: the options all verbs take, the opened workspace, the log of a run."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.console import Asked
from tracker.dates import parse_instant
from tracker.errors import ConfigError
from tracker.texts import LANGUAGES, say

if TYPE_CHECKING:
    from tracker.actions import Office

log = logging.getLogger("tracker")
log.addHandler(logging.NullHandler())  # a verb that works in a workspace logs to a file of its own
log.propagate = False

_WITH_VALUE = ("--home", "--now", "--lang")
_FLAGS = ("--json", "--dry-run")


def language_of(arguments: list[str]) -> str:
    """Language of messages: --lang, else TRACKER_LANG, else Vietnamese."""
    chosen = os.environ.get("TRACKER_LANG", "")
    for word, following in pairwise([*arguments, ""]):
        if word == "--lang":
            chosen = following
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def words(key: str) -> str:
    """Help texts, in the language of the environment."""
    return say(key, language_of([]))


app = typer.Typer(
    help=words("help.tracker"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

PeriodOption = Annotated[str | None, typer.Option("--period", help=words("help.option_period"))]
EarlyOption = Annotated[bool, typer.Option("--early", help=words("help.option_early"))]
CsvOption = Annotated[bool, typer.Option("--csv", help=words("help.option_csv"))]


def hoisted(arguments: list[str]) -> list[str]:
    """Options that every verb takes, moved before the verb."""
    front, rest = [], []
    given = iter(arguments)
    for word in given:
        if word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            front.append(word)
        elif word in _WITH_VALUE:
            front += [word, *([value] if (value := next(given, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help=words("help.option_home"))] = Path(),
    now: Annotated[str | None, typer.Option(help=words("help.option_now"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=words("help.option_json"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("help.option_dry_run"))] = False,
    lang: Annotated[str | None, typer.Option(help="vi | en")] = None,
) -> None:
    """Options every verb takes, before or after it."""
    if lang and lang not in LANGUAGES:
        raise ConfigError("bad_language", value=lang, known=LANGUAGES)
    try:
        instant = parse_instant(now) if now else datetime.now(UTC)
    except ValueError as error:
        raise ConfigError("bad_now", value=now) from error
    context.obj = Asked(home, instant, as_json, dry_run, language_of(["--lang", lang] if lang else []))


@contextmanager
def working(asked: Asked, verb: str, rehearses: bool = False) -> Iterator[Office]:
    """An opened workspace under its lock, with the run noted in the ledger and in a log file of its own.

    A dry run looks only; one that `rehearses` has a copy in which it does everything.
    """
    from tracker import actions

    with actions.locked(actions.workspace_of(asked.home)):
        office = actions.open_office(asked.home, asked.now)
        log_to_file(office.workspace.outputs / "logs", verb)
        try:
            if asked.dry_run:
                with actions.rehearsed(office) if rehearses else nullcontext(office) as tried:
                    yield tried
            else:
                with actions.recorded(office, verb) as at_work:
                    yield at_work
        finally:
            office.engine.dispose()


@contextmanager
def reading(asked: Asked) -> Iterator[Office]:
    """An opened workspace for verbs that change nothing."""
    from tracker import actions

    office = actions.open_office(asked.home, asked.now)
    try:
        yield office
    finally:
        office.engine.dispose()


class _LogFile(logging.FileHandler):
    """A disk that is full is told once, by the run; not by every line of its log."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Nothing: what cannot be logged is lost."""


def is_logged() -> bool:
    """Whether this run has a log that could be looked into; verbs that only read have none."""
    return any(isinstance(each, _LogFile) for each in log.handlers)


def log_to_file(folder: Path, verb: str) -> None:
    """Everything logged from here on goes to a file of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = _LogFile(folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{verb}.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for former in log.handlers:
        former.close()
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
