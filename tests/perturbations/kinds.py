"""All kinds of changes, and what happens to a form that meets some of them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.perturbations.columns import COLUMN_KINDS
from tests.perturbations.damage import DAMAGE_KINDS
from tests.perturbations.headings import HEADING_KINDS
from tests.perturbations.rows import ROW_KINDS
from tests.perturbations.sheets import SHEET_KINDS
from tests.perturbations.values import VALUE_KINDS
from tests.perturbations.work import Kind, Work, work_on

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*ROW_KINDS, *COLUMN_KINDS, *VALUE_KINDS, *DAMAGE_KINDS, *HEADING_KINDS, *SHEET_KINDS)
}


def perturbed(names: Iterable[str], agency: str, seed: int = 1) -> Work:
    """The agency's form after these kinds of changes, in the order of their phases. TooShortError: too few rows."""
    work = work_on(agency, seed)
    for kind in sorted((KINDS[name] for name in names), key=lambda kind: kind.phase):
        kind.change(work)
    return work


def possible(names: Iterable[str], agency: str, seed: int = 1) -> Work:
    """As `perturbed`; kinds that find no row or heading to work on by now are left out."""
    work = work_on(agency, seed)
    for kind in sorted((KINDS[name] for name in names), key=lambda kind: kind.phase):
        try:
            kind.change(work)
        except LookupError:
            continue
    return work
