"""What is wrong with a command line, in the words of the catalogue; the library's own are English.

Its errors are told by the names of their classes, for they have no public home.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from typer.exceptions import TyperException

from tracker.texts import say

_QUOTED = re.compile(r"'([^']*)'")
_IN_BRACKETS = re.compile(r"\((.*)\)")
_ONLY_HELP = "NoArgsIsHelpError"


def explain_usage(error: TyperException, language: str) -> str:
    """What is wrong, and where to look; "": the help itself is the answer, and is shown."""
    if type(error).__name__ == _ONLY_HELP:
        shown: Any = error
        shown.show()
        return ""
    context = getattr(error, "ctx", None)
    command = str(context.command_path) if context else "tracker"
    return f"{_wrong(error, language)}\n{say('usage.see_help', language, command=command)}"


def _wrong(error: TyperException, language: str) -> str:
    key, name = _KINDS.get(type(error).__name__, _of_words)(error)
    return say(f"usage.{key}", language, name=name, why=error.message)


def _missing(error: Any) -> tuple[str, str]:
    is_option = getattr(error.param, "param_type_name", "") == "option"
    return "missing_option" if is_option else "missing_argument", _name(error.param)


def _of_words(error: TyperException) -> tuple[str, str]:
    """Those that have no class of their own."""
    if error.message.startswith("No such command"):
        return "no_such_command", _first(_QUOTED, error.message)
    if "extra argument" in error.message:
        return "too_many", _first(_IN_BRACKETS, error.message.replace("(s)", ""))
    return "wrong", ""


def _name(parameter: Any) -> str:
    """As it is typed: an option's longest name, an argument's placeholder."""
    options = [each for each in getattr(parameter, "opts", ()) if each.startswith("-")]
    if options:
        return str(max(options, key=len))
    return str(getattr(parameter, "metavar", "") or getattr(parameter, "name", "")).upper()


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


_KINDS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "MissingParameter": _missing,
    "NoSuchOption": lambda error: ("no_such_option", error.option_name),
    "BadOptionUsage": lambda error: ("needs_value", error.option_name),
    "BadParameter": lambda error: ("bad_value", _name(error.param)),
}
