"""Where the demo may play: in a workspace of its own. Invented returns in a live one could never be taken out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tracker.actions import Office
from tracker.demo.cast import PERIOD
from tracker.errors import ConfigError
from tracker.ledger import jobs, outbox, queries
from tracker.plan.data import packaged_plan

PLAN = "27-TB-UBND"
EXPECTATIONS = "ky-vong.json"


def folder_of(office: Office) -> Path:
    """What the agencies of the demo sent; no other workspace has it."""
    return office.workspace.books / "demo" / PERIOD


def require_own(office: Office) -> None:
    """ConfigError: the workspace holds anything but the demo's month."""
    if not (_is_of_the_demo(office) or _is_untouched(office)):
        raise ConfigError("demo_elsewhere", path=str(office.workspace.home))


def _is_of_the_demo(office: Office) -> bool:
    is_whole = (folder_of(office) / EXPECTATIONS).exists()
    return folder_of(office).exists() and (is_whole or _has_its_plan(office)) and _periods(office) <= {PERIOD}


def _is_untouched(office: Office) -> bool:
    """Made, and nothing done in it since."""
    is_waiting = any(office.workspace.inbox.iterdir())
    told = _periods(office) or jobs.entries(office.engine) or outbox.letters_of(office.engine)
    return _has_its_plan(office) and not (is_waiting or told)


def _has_its_plan(office: Office) -> bool:
    return replace(office.plan, sha256="") == replace(packaged_plan(PLAN), sha256="")


def _periods(office: Office) -> set[str]:
    """Every period the ledger knows anything of."""
    received = (each.period for each in queries.submissions_where(office.engine))
    return {*queries.opened_periods(office.engine), *received, *queries.last_made(office.engine)}
