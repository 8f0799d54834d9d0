"""The library's sheet with what ours need beside it, and without what costs time or memory for nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

_PLAIN = (CellStringTuple, CellNumberTuple)
_SPECIAL = frozenset('&<>"')
_letters = lru_cache(xl_col_to_name)


def _escaped(location: str) -> str:
    return escape(location, {'"': "&quot;"}) if _SPECIAL.intersection(location) else location


class Sheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's sheet, with rows that grow: they start at the given height, and Excel fits those without
    `customHeight` as the office types. Cells of text and numbers are written in one go (a test holds them to what the
    library writes).

    `widths` of its columns grow for texts that the highest row does not hold; what is still too long is cut, unless the
    sheet `keeps_whole` texts. Without `has_links` links are written as text.
    """

    table_name = ""
    has_links, keeps_whole = True, False
    widths: list[float]

    def __init__(self) -> None:
        super().__init__()
        self.jumps: list[tuple[int, int, str]] = []

    put_text = Worksheet._write_string
    """`write_string` for numbers of row and column, without its look at A1 addresses."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Without thirty looks for functions newer than those of ours, which Excel 2010 and LibreOffice have."""
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        if cell.format is None or kind not in _PLAIN or (kind is CellStringTuple and self.constant_memory):
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind is CellStringTuple:
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")

    def add_table(self, first_row: int, first_col: int, last_row: int, last_col: int, options: dict[str, Any]) -> int:
        """The library looks at every cell for tables that overlap: a sheet of ours has one, which it makes of two rows,
        and which is stretched then."""
        outcome: int = super().add_table(first_row, first_col, first_row + 1, last_col, options)
        self.table_cells.clear()
        if not outcome:
            whole = xl_range(first_row, first_col, last_row, last_col)
            self.tables[-1].update(range=whole, a_range=whole, autofilter=whole)
        return outcome

    def write_jump(self, row: int, col: int, location: str, text: str, style: Any) -> int:
        """A link within the workbook: the library takes four times as long."""
        self.jumps.append((row, col, location))
        outcome: int = self.put_text(row, col, text, style)
        return outcome

    def _write_hyperlinks(self) -> None:
        if self.jumps and not self.hyperlinks:
            self._xml_start_tag("hyperlinks")
            self._xml_end_tag("hyperlinks")
        super()._write_hyperlinks()

    def _xml_end_tag(self, tag: str) -> None:
        """Jumps stand behind the links to files, which are the library's."""
        if tag == "hyperlinks":
            jumps = ((f"{_letters(col)}{row + 1}", _escaped(location)) for row, col, location in self.jumps)
            self.fh.write("".join(f'<hyperlink ref="{ref}" location="{location}"/>' for ref, location in jumps))
        super()._xml_end_tag(tag)

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """A row that is on the disk is forgotten with its height: the library keeps those of all rows."""
        written = self.previous_row
        super()._write_single_row(current_row_num)
        self.row_info.pop(written, None)

    def _calculate_spans(self) -> None:
        """None: they only help a reader that wants them, and take a look at every cell."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]]) -> None:
        if tag == "row":
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)
