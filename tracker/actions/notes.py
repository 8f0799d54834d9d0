"""The notes of the archive, read back in the order in which things happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.intake import archive

_BESIDE = (".state.json", ".died.json")
_MAKES_A_ROW = frozenset({"arrival", "opened", "decision", "output", "letter", "job", "passed"})


@dataclass(frozen=True, slots=True)
class Note:
    """One note; `place` orders it: its run, and its place there; `name` is its path in the archive; `beside` is what a
    second note of the same name tells (what became of a letter, what a worker died of)."""

    place: tuple[int, int]
    name: str
    told: Mapping[str, Any]
    beside: Mapping[str, Any] | None = None

    @property
    def folder(self) -> str:
        """That of its period, relative to the archive."""
        return self.name.partition("/")[0]

    @property
    def event(self) -> str:
        return str(self.told["event"])

    @property
    def at(self) -> Mapping[str, Any]:
        at: Mapping[str, Any] = self.told["at"]
        return at

    @property
    def now(self) -> datetime:
        return archive.instant(self.at["now"])


@dataclass(frozen=True, slots=True)
class Notes:
    """All that the archive tells. `unplaced`: notes of an earlier version of this program, which tell no order;
    `unreadable`: files that are no notes though they are called so."""

    notes: tuple[Note, ...]
    unplaced: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def read_notes(root: Path) -> Notes:
    """Every note, oldest first; of several on one arrival the last, which is the one that was recorded."""
    found: dict[object, Note] = {}
    unplaced, unreadable = [], []
    for path in sorted(root.rglob("*.json")):
        if path.name.endswith(_BESIDE):
            continue
        name = path.relative_to(root).as_posix()
        told = _read(path)
        if told is None:
            unreadable.append(name)
        elif told.get("event") not in _MAKES_A_ROW or not isinstance(told.get("at"), dict):
            unplaced.append(name)
        else:
            note = _note(root, path, told)
            known = found.get(_identity(note))
            found[_identity(note)] = max(known, note, key=lambda each: each.place) if known else note
    ordered = sorted(found.values(), key=lambda each: each.place)
    return Notes(tuple(ordered), tuple(unplaced), tuple(unreadable))


def _note(root: Path, path: Path, told: dict[str, Any]) -> Note:
    beside = next((b for end in _BESIDE if (b := _read(path.with_name(path.name.removesuffix(".json") + end)))), None)
    return Note((told["at"]["run"], told["at"]["n"]), path.relative_to(root).as_posix(), told, beside)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _identity(note: Note) -> object:
    """What the note is of: an arrival may have been tried in one period and recorded in the next."""
    if note.event == "arrival":
        return tuple(note.told.get(key) for key in ("channel", "key", "sha256", "modified_at"))
    keys = ("event", "key", "sha256", "period", "version", "name", "due_at")
    return tuple(note.told.get(key) for key in keys)


def sittings(notes: Iterable[Note]) -> list[list[Note]]:
    """Consecutive notes: arrivals of one sitting of the collector together, all others alone."""
    groups: list[list[Note]] = []
    for note in notes:
        if groups and _sitting(note) is not None and _sitting(groups[-1][-1]) == _sitting(note):
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def _sitting(note: Note) -> object:
    """Arrivals whose examination could see the same; a clock or a plan of its own begins another."""
    if note.event != "arrival":
        return None
    return note.at["run"], note.at["sitting"]
