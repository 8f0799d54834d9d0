"""All ways to break rules, and what each comes to."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tests.mutations.on_file import ON_FILE
from tests.mutations.on_plan import ON_HISTORY, ON_INDICATOR, ON_PLAN
from tests.mutations.on_row import ON_ROW
from tests.mutations.through_ledger import THROUGH_LEDGER, LedgerWay
from tests.mutations.way import Way
from tests.support.workspace import Place, copied

WAYS: tuple[Way, ...] = (*ON_FILE, *ON_ROW, *ON_PLAN, *ON_INDICATOR, *ON_HISTORY)


def by_code() -> dict[str, list[Way | LedgerWay]]:
    """Ways by the rule they break."""
    found: defaultdict[str, list[Way | LedgerWay]] = defaultdict(list)
    every: tuple[Way | LedgerWay, ...] = (*WAYS, *THROUGH_LEDGER)
    for way in every:
        found[way.code].append(way)
    return dict(found)


def missed(way: Way | LedgerWay, ready: Place, folder: Path) -> str:
    """What a way does not find as it must; those through the ledger get a copy of the workspace `ready`."""
    return way.missed() if isinstance(way, Way) else way.missed(copied(ready, folder))
