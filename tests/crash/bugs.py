"""Bugs to be sown into a run, each a promise of crash safety broken: the bench must see every one of them.

They are patched into the process of one run and nowhere else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tracker.actions import bundle, office, post, schedule
from tracker.intake import archive
from tracker.ledger import jobs, outbox, store
from tracker.mail import compose
from tracker.timetable import JobState

_collect = import_module("tracker.actions.collect")
"""The module; in its package the name is that of the verb."""


@dataclass(frozen=True)
class Bug:
    """`sow` puts it into this process; it shows when a run dies at steps of a `kind` ("starts": when several run), for
    one `at` this step; the others are tried where that has moved."""

    sow: Callable[[], None]
    kind: str
    at: int = 1


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _moved_before_commit() -> None:
    usual = _collect.Collecting._record

    def record(self: Any, at_least: int) -> None:
        for slot in self._slots:
            if slot.bundle.is_complete:
                self._tidy(slot.bundle)
        if hasattr(self.channel, "_channel"):
            self.channel._channel._tidy()
        usual(self, at_least)

    _put(_collect.Collecting, "_record", record)


def _sent_before_sending() -> None:
    usual = outbox.claimed
    _put(outbox, "claimed", lambda letter: outbox.sent(usual(letter), letter.queued_at))


def _no_transaction() -> None:
    _put(store, "_begin_immediate", lambda connection: None)


def _recorded_before_archived() -> None:
    late: list[Callable[[], object]] = []
    usual, usual_all = archive.store, _collect.record_all

    def store_later(root: Path, period: str, data: bytes, *how: Any) -> archive.Archived:
        late.append(partial(usual, root, period, data, *how))
        digest = archive.sha256(data)
        return archive.Archived(digest, f"{period}/{digest}")

    def record_all(engine: Engine, bundles: Any) -> None:
        usual_all(engine, bundles)
        while late:
            late.pop()()

    _put(archive, "store", store_later)
    _put(_collect, "record_all", record_all)


def _sent_before_the_outbox() -> None:
    usual = post.queue

    def queue(office: Any, letters: Iterable[Any]) -> list[Any]:
        wanted = list(letters)
        known = outbox.known_keys(office.engine, [letter.key for letter in wanted])
        way_out, settings = post.smtp(office), office.settings.mail
        fresh = [letter for letter in wanted if letter.key not in known]
        for letter in fresh:
            data = compose.compose(letter, (settings.name, settings.address), office.key, office.now)
            way_out.send(data, settings.address, letter.receivers)
        queued = usual(office, wanted)
        for each in outbox.letters_of(office.engine):
            if each.key in {letter.key for letter in fresh}:
                outbox.update_state(office.engine, outbox.sent(each, office.now))
        return queued

    _put(post, "queue", queue)


def _chance_for_a_message_id() -> None:
    def message_id(key: str, secret: bytes, address: str) -> str:
        return f"<{secrets.token_hex(8)}@example.vn>"

    _put(compose, "message_id", message_id)
    _put(post, "message_id", message_id)


def _written_in_place() -> None:
    def put_whole(target: Path, data: bytes) -> None:
        target.write_bytes(data[: len(data) // 2])
        with target.open("ab") as file:
            file.write(data[len(data) // 2 :])

    _put(archive, "put_whole", put_whole)


def _no_lock() -> None:
    @contextmanager
    def locked(workspace: Any) -> Iterator[None]:
        yield

    _put(import_module("tracker.actions"), "locked", locked)


def _settled_before_its_work() -> None:
    usual = schedule._run

    def run(office: Any, due: Any) -> Any:
        jobs.settle(office.engine, due, JobState.DONE, office.now, None, "")
        return usual(office, due)

    _put(schedule, "_run", run)


def _outbox_before_the_letter() -> None:
    usual, queue = post._file, outbox.queue

    def filed(office: Any, each: Any) -> None:
        queue(office.engine, [(each.letter, each.message_id, each.path)], office.now)
        usual(office, each)

    _put(post, "_file", filed)
    _put(outbox, "queue", lambda engine, filed, now: None)


def _mail_before_its_files() -> None:
    usual = bundle._is_recorded

    def is_recorded(engine: Engine, bundles: Any) -> bool:
        for each in bundles:
            with engine.begin() as connection:
                each.record_mail(connection)
        return usual(engine, bundles)

    _put(bundle, "_is_recorded", is_recorded)


def _doubtful_forgotten() -> None:
    _put(outbox, "doubtful", lambda letter, now: letter)


def _half_files_left() -> None:
    _put(office, "clear_asides", lambda folder: 0)


def _every_arrival_is_new() -> None:
    usual = _collect.Collecting._receipt

    def receipt(self: Any, incoming: Any, sha256: str, path: str) -> Any:
        from dataclasses import replace

        made = usual(self, incoming, sha256, path)
        return replace(made, key=f"{made.key}#{os.getpid()}")

    _put(_collect.Collecting, "_receipt", receipt)


BUGS = {
    "moved before commit": Bug(_moved_before_commit, "commit", 6),
    "marked sent before sending": Bug(_sent_before_sending, "send", 15),
    "no transaction": Bug(_no_transaction, "statement INSERT INTO answer"),
    "recorded before archived": Bug(_recorded_before_archived, "write", 31),
    "sent before the outbox has it": Bug(_sent_before_the_outbox, "commit", 6),
    "Message-ID by chance": Bug(_chance_for_a_message_id, "send", 4),
    "written in place": Bug(_written_in_place, "write", 32),
    "no lock": Bug(_no_lock, "starts"),
    "job settled before its work": Bug(_settled_before_its_work, "commit", 6),
    "outbox before the letter is filed": Bug(_outbox_before_the_letter, "write", 15),
    "mail recorded before its files": Bug(_mail_before_its_files, "commit", 13),
    "doubtful letters forgotten": Bug(_doubtful_forgotten, "send", 4),
    "half files left": Bug(_half_files_left, "rename", 18),
    "every arrival is a new one": Bug(_every_arrival_is_new, "commit", 6),
}
"""By what they do."""
