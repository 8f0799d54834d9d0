"""The command line: `tracker VERB`. Each command is a few lines over one function of `tracker.actions`.

The options every verb takes may stand before or after it. Exit status: 0 all done, 1 something of ours failed, 2 usage,
configuration or master sheet wrong, 3 another run holds the lock. A refused return is a result, not a failure.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from typer.exceptions import TyperException

from tracker.cli import exchange, making, noticing, restoring, showing, timing  # the commands register with `app`
from tracker.cli.app import app, hoisted, is_logged, language_of, log
from tracker.cli.usage import explain_usage
from tracker.console import explain, messages
from tracker.errors import TrackerError
from tracker.texts import say
from tracker.troubles import trouble_of

__all__ = ["app", "exchange", "hoisted", "main", "making", "noticing", "restoring", "showing", "timing"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; leaves with the exit status of the contract."""
    gc.set_threshold(
        50_000, 20, 20
    )  # as often as Python does it, walking what a run has made takes a third of its time
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # redirected output on Windows is cp1252 otherwise
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = hoisted(list(sys.argv[1:] if arguments is None else arguments))
    language = language_of(given)
    try:
        status = app(given, standalone_mode=False)
    except TyperException as error:
        messages().print(explain_usage(error, language), markup=False)
        sys.exit(error.exit_code)
    except TrackerError as error:
        log.error("%s", error)
        explain(error, language)
        sys.exit(error.exit_status)
    except Exception as error:
        log.exception("unexpected")
        if trouble := trouble_of(error):
            explain(trouble, language)
            sys.exit(trouble.exit_status)
        key = "error.unexpected" if is_logged() else "error.unexpected_unlogged"
        messages().print(say(key, language, why=f"{type(error).__name__}: {error}"), markup=False)
        sys.exit(1)
    if status:
        sys.exit(status)
