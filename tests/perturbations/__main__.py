"""`python -m tests.perturbations [AGENCY …]`: every kind of change by every writer, and the worst that came of it.

Ends with 1 where an answer was lost without a word or read on another task. LibreOffice is left out where it is not.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.perturbations.judge import Judged, Outcome, judge
from tests.perturbations.kinds import KINDS, perturbed
from tests.perturbations.work import AGENCIES, TooShortError, Work
from tests.perturbations.writers import LIBRE, by_libreoffice, by_openpyxl, by_xlsxwriter
from tests.support.returns import look

WORDS = {
    Outcome.EXACT: "exact",
    Outcome.TOLD: "with finding",
    Outcome.REFUSED: "refused with finding",
    Outcome.LOST: "LOST",
    Outcome.WRONG: "WRONG",
}
_BLANK = "–"


def each_alone(agency: str) -> dict[str, Work]:
    """The agency's form after each kind, by name; kinds it is too short for are left out."""
    works = {}
    for name in KINDS:
        try:
            works[name] = perturbed([name], agency)
        except TooShortError:
            continue
    return works


def saved_by_all(works: Mapping[str, Work]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """(writer, files by kind)."""
    yield "openpyxl", {name: by_openpyxl(work) for name, work in works.items()}
    yield "xlsxwriter", {name: by_xlsxwriter(work) for name, work in works.items()}
    if shutil.which("soffice"):
        with tempfile.TemporaryDirectory() as folder:
            converted = by_libreoffice(tuple(works.values()), Path(folder) / "converted")
        for ending in LIBRE:
            yield f"LO .{ending}", dict(zip(works, converted[ending], strict=True))


def main(agencies: tuple[str, ...]) -> int:
    cells: dict[tuple[str, str], Judged] = {}
    totals: Counter[Outcome] = Counter()
    for agency in agencies:
        works = each_alone(agency)
        for writer, files in saved_by_all(works):
            for name, data in files.items():
                judged = judge(works[name], look(data))
                totals[judged.outcome] += 1
                cells[name, writer] = max(judged, cells.get((name, writer), judged), key=lambda each: each.outcome)
    _show(cells)
    print(f"\n{sum(totals.values())} files of {len(agencies)} agencies, {len(KINDS)} kinds:", end=" ")
    print(", ".join(f"{totals[outcome]} {word}" for outcome, word in WORDS.items()))
    for (name, writer), judged in cells.items():
        if judged.outcome >= Outcome.LOST:
            print(f"{WORDS[judged.outcome]}: {name} by {writer}: {'; '.join(judged.why)}")
    return 1 if totals[Outcome.LOST] + totals[Outcome.WRONG] else 0


def _show(cells: Mapping[tuple[str, str], Judged]) -> None:
    writers = list(dict.fromkeys(writer for _, writer in cells))
    print(f"{'kind':<32}" + "".join(f"{writer:<22}" for writer in writers) + "findings")
    for name in KINDS:
        here = [cells.get((name, writer)) for writer in writers]
        words = [WORDS[each.outcome] if each else _BLANK for each in here]
        codes = sorted({code for each in here if each for code in each.codes})
        print(f"{name:<32}" + "".join(f"{word:<22}" for word in words) + " ".join(codes))


if __name__ == "__main__":
    raise SystemExit(main(tuple(sys.argv[1:]) or AGENCIES))
