"""What a command shows: JSON or CSV on stdout, messages on stderr, in the language asked for."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console as RichConsole
from rich.table import Table
from rich.text import Text

from tracker.errors import PlanError, TrackerError
from tracker.texts import say

_RULE = "─" * 78
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options every verb takes."""

    home: Path
    now: datetime
    json: bool = False
    dry_run: bool = False
    language: str = "vi"

    def say(self, key: str, **facts: object) -> str:
        return say(key, self.language, **facts)

    def tell(self, key: str, **facts: object) -> None:
        """A message to whoever runs the command."""
        messages().print(Text(self.say(key, **facts)))

    def answer(self, value: Any, rows: Sequence[Mapping[str, Any]] = (), columns: Sequence[str] = ()) -> None:
        """The verb's result: one JSON document on stdout, or a table of `rows` for people."""
        if self.json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
        elif columns:
            self.table(rows, columns)

    def page(self, head: Mapping[str, Any], columns: Sequence[str], text: str) -> None:
        """A text for people, under one line for each of some columns; on stdout."""
        lines = (f"{self.say(f'column.{key}')}: {_shown(head[key])}" for key in columns if head[key])
        sys.stdout.write("\n".join((_RULE, *lines, "", text.rstrip(), "", "")))

    def table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Rows for people, headed by `column.<key>`; on stdout."""
        shown = Table(show_lines=False, header_style="bold")
        for column in columns:
            shown.add_column(self.say(f"column.{column}"), overflow="fold")
        for row in rows:
            shown.add_row(*(Text(_shown(row.get(column))) for column in columns))
        RichConsole(file=sys.stdout, soft_wrap=not sys.stdout.isatty(), width=_width()).print(shown)


def _width() -> int | None:
    """The terminal's own width; wide enough for a whole line where the output goes to a file."""
    return None if sys.stdout.isatty() else 240


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def messages() -> RichConsole:
    return RichConsole(stderr=True, soft_wrap=True, highlight=False)


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], headings: Sequence[str] = ()) -> None:
    """`csv_text` on stdout."""
    sys.stdout.write(csv_text(rows, columns, headings))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], headings: Sequence[str] = ()) -> str:
    """CSV as Excel opens it (with the mark of UTF-8); text that Excel would take for a formula gets a '. Without
    `headings` the names of the columns stand there, for programs."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings or columns)
    for row in rows:
        writer.writerow([_harmless(_shown(row.get(column))) for column in columns])
    return "\ufeff" + buffer.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def explain(error: TrackerError, language: str) -> None:
    """An error of ours, in words, with every mistake of a refused master sheet."""
    out = messages()
    out.print(Text(say(f"error.{error.key}", language, **error.facts)))
    if isinstance(error, PlanError):
        for problem in error.problems:
            where = f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet
            out.print(Text(f"  {where}: {say(f'plan.{problem.key}', language, **problem.facts)}"))
