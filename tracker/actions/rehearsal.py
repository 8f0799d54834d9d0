"""What a run would do, tried out on a copy: files and mails that wait are read where they lie and stay there, nothing
is sent, and the copy is thrown away. Of the workspace it holds what a run reads: the ledger, and the open periods.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from tracker.actions.journal import Journal
from tracker.actions.office import Office
from tracker.config import Workspace
from tracker.ledger import queries
from tracker.ledger.store import copied, open_ledger


@contextmanager
def rehearsed(office: Office) -> Iterator[Office]:
    """An office in which everything may be done and nothing comes of it. Call it under the workspace's lock."""
    with TemporaryDirectory(prefix="tracker-", ignore_cleanup_errors=True) as folder:
        stage = Workspace(Path(folder), waiting=office.workspace.inbox)
        _set_up(office, stage)
        engine = _ledger(office, stage)
        try:
            yield replace(office, workspace=stage, engine=engine, journal=Journal(), is_rehearsal=True)
        finally:
            engine.dispose()


def _set_up(office: Office, stage: Workspace) -> None:
    """Forms, outputs and returns of the periods that may still change."""
    for folder in (stage.archive, stage.outputs):
        folder.mkdir(parents=True)
    if office.workspace.base.exists():
        _lent(str(office.workspace.base), str(stage.base))
    closed = office.closed_periods()
    for period in set(queries.opened_periods(office.engine)).difference(closed):
        for there, here in (
            (office.workspace.forms(period), stage.forms(period)),
            (office.workspace.out(period), stage.out(period)),
        ):
            if there.exists():
                shutil.copytree(there, here, copy_function=_lent)
    for submission in queries.submissions_of(office.engine):
        source, target = office.workspace.archive / submission.path, stage.archive / submission.path
        if submission.path and submission.period not in closed and source.exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _lent(str(source), str(target))


def _lent(source: str, target: str) -> None:
    """The file itself where it can have two names, for whatever is written anew takes a name, not a file's place;
    otherwise a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _ledger(office: Office, stage: Workspace) -> Engine:
    if office.settings.ledger.url:
        engine = open_ledger(stage.ledger)
        copied(office.engine, engine)
        return engine
    shutil.copyfile(office.workspace.ledger, stage.ledger)
    return open_ledger(stage.ledger)
