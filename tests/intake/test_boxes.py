"""The quick look at where a sheet's cells stand never changes what the exact count says."""

from __future__ import annotations

import string
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from tracker.intake import boxes

_LETTERS = st.text(string.ascii_uppercase, min_size=1, max_size=4)
_REFS = st.builds("{}{}".format, _LETTERS, st.integers(1, 2_000_000) | st.integers(1, 1200))
_QUOTES = st.sampled_from(("'", '"'))
_WORKBOOK = MappingProxyType({"xl/workbook.xml": b'<workbook><sheets><sheet name="1"/></sheets></workbook>'})


def _sheet(refs: list[str], quote: str = '"') -> bytes:
    cells = "".join(f"<c s={quote}1{quote} r={quote}{ref}{quote}><v>1</v></c>" for ref in refs)
    return f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()


@given(st.lists(st.lists(_REFS, max_size=4), min_size=1, max_size=5), _QUOTES)
def test_quick_look_stops_what_the_count_stops(sheets: list[list[str]], quote: str) -> None:
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(refs, quote) for n, refs in enumerate(sheets)} | dict(_WORKBOOK)
    assert boxes.check_open_xml(parts) == boxes._count_cells(parts, boxes._box)


def test_many_small_sheets_are_no_bomb() -> None:
    sheets = {f"xl/worksheets/sheet{n}.xml": _sheet(["A1", "D20"]) for n in range(200)}
    assert boxes.check_open_xml({**_WORKBOOK, **sheets}) is None


def test_far_cells_are_measured() -> None:
    stopped = boxes.check_open_xml({**_WORKBOOK, "xl/worksheets/sheet1.xml": _sheet(["A1", "Z1048576"])})
    assert stopped is not None
    assert stopped.problem == "too_large"
