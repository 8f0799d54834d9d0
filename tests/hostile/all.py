"""Every kind there is: loading this fills the register."""

from tests.hostile import entities, innocent, ods, others, parts, sheets, xls, xlsb, zips
from tests.hostile.kinds import KINDS, Kind

MODULES = (sheets, parts, entities, zips, xls, xlsb, ods, innocent, others)


def kinds(is_heavy: bool | None = None) -> list[Kind]:
    """All of them, or those that are heavy or not."""
    return [each for each in KINDS.values() if is_heavy is None or each.is_heavy is is_heavy]
