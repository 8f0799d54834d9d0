"""`python -m tests.mutations`: for every rule how many ways to break it are found; then whether clean forms stay clean.

Ends with 1 where a way is missed, a rule has fewer than three, or anything is found in a clean form.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.mutations.clean import clean_forms, complaints
from tests.mutations.ways import by_code, missed
from tests.support.returns import REAL
from tests.support.workspace import lay_ready
from tracker.checks import RULES

LEAST = 3
_CLEAN = 200


def main() -> int:
    ways = by_code()
    failures: list[str] = []
    count = found = 0
    print(f"{'rule':<8}{'ways':>6}{'found':>8}")
    with tempfile.TemporaryDirectory() as folder:
        ready = lay_ready(Path(folder) / "ready")
        for code in dict.fromkeys(rule.code for rule in RULES):
            mine = ways.get(code, [])
            tried = [(way, missed(way, ready, Path(folder) / f"{code}-{n}")) for n, way in enumerate(mine)]
            failures += [f"{code} {way.name}: {why}" for way, why in tried if why]
            failures += [f"{code}: {len(mine)} ways"] if len(mine) < LEAST else []
            count, found = count + len(mine), found + sum(not why for _, why in tried)
            print(f"{code:<8}{len(mine):>6}{sum(not why for _, why in tried):>8}")
    print(f"{len({rule.code for rule in RULES})} rules, {count} ways, {found} found: recall {found / count:.1%}")
    bad = [(filling, told) for filling in clean_forms(REAL, _CLEAN) if (told := complaints(filling))]
    failures += [f"clean form of {filling.agency.code}: {told}" for filling, told in bad]
    print(f"{_CLEAN} clean forms, something found in {len(bad)}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
