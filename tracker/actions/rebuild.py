"""`rebuild`: the ledger anew from the archive, beside the present one, compared with it, then in its place.

Left out of the comparison: how long reading took (`submission.seconds`), and the diary of runs (`run`), which is taken
over as it is, so that places of runs to come follow those of the past.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tracker import __version__
from tracker.actions.notes import Note, Notes, read_notes
from tracker.actions.office import read_key, workspace_of
from tracker.actions.replay import Replay
from tracker.config import Workspace, load_settings
from tracker.errors import ConfigError, LedgerError
from tracker.intake.archive import sync_folder
from tracker.ledger import store
from tracker.ledger.store import dump, open_ledger

_OF_NO_MATTER = {"submission": frozenset({"seconds"})}
_NOT_COMPARED = frozenset({"run"})
_SHOWN = 10
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found. `rows`: per table of the new ledger; `differences`: where it is not the present one, by
    table and what it is in each; `had_ledger` False: there was none to compare with, or it could not be read;
    `troubles`: what could not be replayed; `unplaced`: notes of a version that told no order; `other_versions`:
    programs that judged then what this one judges now; `backup`: the copy of the former ledger ("": there is none)."""

    rows: Mapping[str, int]
    differences: tuple[str, ...]
    had_ledger: bool
    troubles: tuple[str, ...]
    unplaced: tuple[str, ...]
    other_versions: tuple[str, ...]
    is_swapped: bool = False
    backup: str = ""

    @property
    def is_same(self) -> bool:
        return self.had_ledger and not self.differences

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": dict(self.rows),
            "same": self.is_same,
            "differences": list(self.differences),
            "had_ledger": self.had_ledger,
            "troubles": list(self.troubles),
            "unplaced": list(self.unplaced),
            "other_versions": list(self.other_versions),
            "swapped": self.is_swapped,
            "backup": self.backup,
        }


def rebuild(home: Path, now: datetime, dry_run: bool = False) -> Rebuilt:
    """Call it under the workspace's lock. A ledger that is the same already stays as it is.

    LedgerError `rebuild_incomplete`: the archive tells less than the present, readable ledger knows, for some of its
    notes are of an earlier version: that ledger is left in its place.
    """
    workspace = workspace_of(home)
    settings = load_settings(workspace.config)
    if settings.ledger.url:
        raise ConfigError("rebuild_sqlite_only")
    aside = workspace.ledger.with_name(f"{workspace.ledger.name}.new")
    _remove(aside)
    notes = read_notes(workspace.archive)
    engine = open_ledger(aside)
    try:
        replay = Replay(workspace, settings, read_key(workspace.key), engine)
        replay.play(notes.notes)
        present = _dumped(workspace.ledger)
        if not dry_run:
            _take_runs_over(engine, present, notes.notes, now)
        found = _found(dump(engine), present, notes, replay.troubles)
    finally:
        engine.dispose()
    try:
        return found if dry_run or found.is_same else _swapped(workspace, aside, found, now)
    finally:
        _remove(aside)


def _dumped(path: Path) -> Rows | None:
    """The rows of the present ledger; None where there is none that can be read."""
    if not path.exists():
        return None
    try:
        engine = open_ledger(path)
        try:
            with engine.connect() as connection:
                is_whole = connection.execute(text("pragma integrity_check")).scalar() == "ok"
            return dump(engine) if is_whole else None
        finally:
            engine.dispose()
    except Exception:  # whatever is wrong with it: it cannot be compared
        return None


def _found(built: Rows, present: Rows | None, notes: Notes, troubles: Iterable[str]) -> Rebuilt:
    versions = {str(note.at["program"]) for note in notes.notes} - {__version__}
    return Rebuilt(
        {name: len(rows) for name, rows in built.items()},
        tuple(differences(present, built)) if present is not None else (),
        present is not None,
        (*troubles, *notes.unreadable),
        notes.unplaced,
        tuple(sorted(versions)),
    )


def differences(present: Rows, built: Rows) -> list[str]:
    """Where two dumps differ: `table id column: present → rebuilt`, a few of each table."""
    found: list[str] = []
    for name in built:
        if name not in _NOT_COMPARED:
            told = list(_in_table(name, present.get(name, ()), built[name]))
            found += told[:_SHOWN] + ([f"{name}: +{len(told) - _SHOWN}"] if len(told) > _SHOWN else [])
    return found


def _in_table(name: str, present: Iterable[Mapping[str, Any]], built: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    before, after = _by_key(present), _by_key(built)
    for key in sorted(before.keys() | after.keys(), key=str):
        if key not in after:
            yield f"{name} {key}: only in the present ledger"
        elif key not in before:
            yield f"{name} {key}: only in the rebuilt ledger"
        else:
            ignored = _OF_NO_MATTER.get(name, frozenset())
            for column, value in before[key].items():
                if column not in ignored and value != after[key][column]:
                    yield f"{name} {key} {column}: {value} → {after[key][column]}"


def _by_key(rows: Iterable[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    """Rows by their primary key, which is the first column of every table."""
    return {next(iter(row.values())): row for row in rows}


def _take_runs_over(engine: Engine, present: Rows | None, notes: Sequence[Note], now: datetime) -> None:
    """The diary of runs: the present one; of runs it does not know, what the notes tell; last, this one."""
    known: dict[int, Mapping[str, Any]] = {row["id"]: row for row in (present or {}).get("run", ())}
    for note in notes:
        run = note.place[0]
        if run and run not in known:
            told = {"verb": str(note.at["verb"]), "started_at": note.now, "ended_at": note.now, "outcome": "replayed"}
            known[run] = {"id": run, **told}
    store.restore_runs(engine, known.values())
    with store.run_recorded(engine, "rebuild", now):
        pass


def _swapped(workspace: Workspace, aside: Path, found: Rebuilt, now: datetime) -> Rebuilt:
    """The new ledger in the place of the former, of which a copy is kept; at no moment is there none."""
    if found.unplaced and found.had_ledger:
        raise LedgerError("rebuild_incomplete", count=len(found.unplaced))
    backup = workspace.ledger.with_name(f"{workspace.ledger.name}.bak-{now:%Y%m%dT%H%M%S}")
    hot = workspace.ledger.with_name(f"{workspace.ledger.name}-journal")
    if workspace.ledger.exists():
        shutil.copy2(workspace.ledger, backup)
        if hot.exists():  # of a ledger that could not be read: it must not be applied to the new one
            hot.replace(backup.with_name(f"{backup.name}-journal"))
    aside.replace(workspace.ledger)
    sync_folder(workspace.ledger.parent)
    return replace(found, is_swapped=True, backup=backup.name if backup.exists() else "")


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-journal")):
        each.unlink(missing_ok=True)
