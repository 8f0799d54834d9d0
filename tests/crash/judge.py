"""What is there after a run, and what is wrong with it beside an undisturbed one."""

from __future__ import annotations

import email
import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.policy import default
from pathlib import Path
from typing import Any

from tests.crash.scene import DONE, Scene
from tests.support.workspace import Place

Rows = tuple[tuple[Any, ...], ...]

_TABLES = """
period: select period from period
file: select sha256, size, path from file order by 1
arrival: select sha256, name, channel, key, sender, {modified_at}, {received_at} from arrival order by 4
submission: select s.sha256, a.key, agency, period, verdict, is_nil, {s.received_at}, cells_hash, format, head
    from submission s join arrival a on a.id = s.arrival_id order by 1
answer: select s.sha256, a."table", a.task, a.role, a.sheet, a.row, a."values", a.cells
    from answer a join submission s on s.id = a.submission_id order by 1, 2, 3
finding: select s.sha256, f.code, f.severity, f.agency, f.task, f.sheet, f.cell, f.facts
    from finding f join submission s on s.id = f.submission_id order by f.id
mail: select folder, uidvalidity, uid, message_id, sha256, sender, kind, grade, received_at, parts
    from mail order by 2, 3
letter: select key, message_id, kind, period, agency, receivers, subject, state, {path} from letter
    where kind <> 'alarm' order by 1
output: select period, {version}, {fingerprint}, {names} from output order by 2
job: select name, period, due_at, state from job order by 1, 3
"""
"""What counts of the ledger, by what is meant and not by number. What stands in braces is left out where the run that
finishes the work came later than the one that began it. How often something was tried counts nowhere."""

_OF_THE_ORDER = ("F14", "F20")
"""Findings that tell what came before a return: another order where one of two could not be taken until later."""

_PASSED = re.compile(r"(?<=/jobs/)\d{8}T\d{6}-\w+-passed")
"""Notes on jobs that were passed over: which of them share one hangs on when the work was finished."""
_VERSION = re.compile(r"-v\d+(?=\.)")


@dataclass(frozen=True)
class State:
    """The ledger by table; files by path; mails delivered, by Message-ID; mails that lie in the mailbox's folders;
    files that wait in the inbox; what SQLite finds wrong with its file."""

    ledger: Mapping[str, Rows]
    files: Mapping[str, bytes]
    letters: Mapping[str, tuple[bytes, ...]]
    mailbox: Mapping[str, tuple[tuple[bytes, frozenset[str]], ...]]
    inbox: frozenset[str]
    damage: tuple[str, ...]


def state_of(scene: Scene, place: Place, later: bool = False) -> State:
    """Everything that counts; `later`: but for times."""
    letters: dict[str, tuple[bytes, ...]] = {}
    for mail in scene.smtp.mails:
        head = email.message_from_bytes(mail.data, policy=default)
        letters[str(head["Message-ID"])] = (*letters.get(str(head["Message-ID"]), ()), mail.data)
    box = {
        name: tuple(sorted((h.raw, frozenset(h.flags)) for h in held.values()))
        for name, held in scene.imap.folders.items()
    }
    ledger, damage = _ledger(place.home / "workbooks/ledger.sqlite3", later)
    return State(ledger, dict(_files(place.home)), letters, box, frozenset(place.waiting()), damage)


def _ledger(path: Path, later: bool) -> tuple[dict[str, Rows], tuple[str, ...]]:
    queries = (each.partition(":")[::2] for each in _TABLES.replace("\n    ", " ").strip().splitlines())
    with sqlite3.connect(path) as connection:
        damage = [str(row) for row in connection.execute("pragma integrity_check") if row != ("ok",)]
        damage += [str(row) for row in connection.execute("pragma foreign_key_check")]
        found = {}
        for name, query in queries:
            wanted = re.sub(r"\{(.*?)\}", "''" if later else r"\1", query)
            rows = connection.execute(wanted).fetchall()
            found[name] = tuple(row for row in rows if not (later and name == "finding" and row[1] in _OF_THE_ORDER))
    connection.close()
    return found, tuple(damage)


def _files(home: Path) -> Iterator[tuple[str, bytes]]:
    for folder in ("workbooks/archive", "workbooks/forms", "outputs"):
        for path in (home / folder).rglob("*"):
            name = path.relative_to(home).as_posix()
            if path.is_file() and "/logs/" not in name and path.suffix != ".unrecorded":
                yield name, path.read_bytes()


def violations(mine: State, undisturbed: State, crashes: int, later: bool = False) -> list[str]:
    """What does not hold, one line each; none: all is well. `crashes`: so many letters may have come twice."""
    return [
        *(f"ledger damaged: {each}" for each in mine.damage),
        *_of_submissions(mine, undisturbed),
        *_of_ledger(mine, undisturbed),
        *_of_letters(mine, undisturbed, crashes, later),
        *(_of_files_later if later else _of_files)(mine, undisturbed),
        *(f"half written: {name}" for name, data in mine.files.items() if not _is_whole(name, data)),
        *_of_channels(mine, undisturbed),
    ]


def _of_submissions(mine: State, wanted: State) -> Iterator[str]:
    count = Counter(row[0] for row in mine.ledger["submission"])
    for row in wanted.ledger["submission"]:
        if not count[row[0]]:
            yield f"submission lost: {row[0][:8]}"
    yield from (f"submission doubled: {sha[:8]}" for sha, times in count.items() if times > 1)
    yield from (f"archive has lost {row[2]}" for row in mine.ledger["file"] if row[2] and not _is_archived(mine, row))


def _is_archived(mine: State, row: tuple[Any, ...]) -> bool:
    data = mine.files.get(f"workbooks/archive/{row[2]}")
    return data is not None and hashlib.sha256(data).hexdigest() == row[0]


def _of_ledger(mine: State, wanted: State) -> Iterator[str]:
    for name, rows in wanted.ledger.items():
        more, less = Counter(mine.ledger[name]) - Counter(rows), Counter(rows) - Counter(mine.ledger[name])
        for sign, found in (("+", more), ("-", less)):
            yield from (f"ledger: {name} {sign}{count} {str(row)[:160]}" for row, count in found.items())


def _of_letters(mine: State, wanted: State, crashes: int, later: bool) -> Iterator[str]:
    def words(data: bytes) -> object:
        letter = email.message_from_bytes(data, policy=default)
        attached = [
            (part.get_filename(), len(part.get_payload(decode=True) or b"")) for part in letter.iter_attachments()
        ]
        body = letter.get_body(("plain",))
        names = sorted(_VERSION.sub("", str(name)) for name, _ in attached)
        return letter["To"], names if later else (letter["Subject"], attached, body and body.get_content())

    yield from (f"letter lost: {key}" for key in wanted.letters.keys() - mine.letters.keys())
    twice = [key for key, taken in mine.letters.items() if len(taken) > 1]
    if sum(len(mine.letters[key]) - 1 for key in twice) > crashes:
        yield f"letters doubled: {len(twice)} for {crashes} crashes"
    yield from (f"two letters under one Message-ID: {key}" for key in twice if len(set(mine.letters[key])) > 1)
    for key, taken in mine.letters.items():
        if key not in wanted.letters and not (later and _is_alarm(taken[0])):
            yield f"letter too many: {key}"
        elif key in wanted.letters and words(taken[0]) != words(wanted.letters[key][0]):
            yield f"letter with other words: {key}"


def _is_alarm(data: bytes) -> bool:
    return "it@haiduong.example" in str(email.message_from_bytes(data, policy=default)["To"])


def _of_files(mine: State, wanted: State) -> Iterator[str]:
    """The same files, byte for byte; which run wrote a note, and how often a letter was tried, is no matter."""
    yield from (f"file missing: {name}" for name in sorted(wanted.files.keys() - mine.files.keys()))
    yield from (f"file too many: {name}" for name in sorted(mine.files.keys() - wanted.files.keys()))
    for name in sorted(wanted.files.keys() & mine.files.keys()):
        if _counts(name, wanted.files[name]) != _counts(name, mine.files[name]):
            yield f"file differs: {name}"


_OF_THE_RUN = ("at", "ended_in", "detail")
"""What notes tell of the run that wrote them, not of what they note."""


def _counts(name: str, data: bytes) -> object:
    if not name.endswith(".json") or not _is_whole(name, data):
        return data
    told = {key: value for key, value in json.loads(data).items() if key not in _OF_THE_RUN}
    return {**told, "tries": 0, "error": ""} if name.endswith(".state.json") else told


def _of_files_later(mine: State, wanted: State) -> Iterator[str]:
    """The same kinds of files: notes and versions may have other times and numbers."""
    names = {_timeless(name) for name in mine.files}
    yield from (f"file missing: {name}" for name in sorted(map(_timeless, wanted.files)) if name not in names)
    yield from (f"left behind: {name}" for name in sorted(names) if name.endswith(".part"))


def _timeless(name: str) -> str:
    return _VERSION.sub("", re.sub(r"\.\d{8}T\d{6}-", ".", _PASSED.sub("passed", name)))


def _is_whole(name: str, data: bytes) -> bool:
    """Whether a file is what its name says; what was put aside says nothing."""
    base = name.rpartition("/")[2]
    if base.startswith(".") and base.endswith(".part"):
        return True
    if base.endswith((".xlsx", ".docx")):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                return package.testzip() is None
        except zipfile.BadZipFile:
            return False
    if base.endswith(".json"):
        try:
            return isinstance(json.loads(data), dict)
        except ValueError:
            return False
    return len(base) != 64 or hashlib.sha256(data).hexdigest() == base


def _of_channels(mine: State, wanted: State) -> Iterator[str]:
    if mine.mailbox != wanted.mailbox:
        shown = {name: len(held) for name, held in mine.mailbox.items()}
        yield f"mailbox: {shown}, {DONE} should hold {len(wanted.mailbox[DONE])} untouched"
    if mine.inbox != wanted.inbox:
        yield f"inbox: {sorted(mine.inbox)}"
