"""What python-docx lacks: page number fields, rules under lines, long tables, sections, equal bytes.

Lengths are millimetres at the interface; Word counts twips (1/1440 inch).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from math import ceil
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from tracker.reports.word_blocks import Align, Column, Row, RowKind, Table
from tracker.vietnamese import SYMBOL_HYPHEN

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_TEXT, _AS_IT_IS = qn("w:t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
_STYLE = {RowKind.PLAIN: "Cell", RowKind.TOTAL: "CellBold", RowKind.GROUP: "CellBold", RowKind.NOTE: "CellNote"}
_AFTER_PAGE_NUMBERS = tuple(
    f"w:{name}" for name in ("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter")
)
"""What follows the numbering of pages in a section (ECMA-376 part 1, 17.6.17)."""
_LINES_WHOLE, _ROW_LINES_WHOLE = 24, 14
"""Tables and rows up to so many lines stay on one page: half a page of the report or of an annex."""
_CHAR_MM, _MARGIN_MM = 2.0, 1.0
"""Room a character of 12 points takes; what is left free at both sides of a cell."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def plain(text: str) -> str:
    """Text as XML can carry it: no control, zero-width or bidi characters; line breaks stay, blanks are not merged."""
    return _UNPRINTABLE.sub("", text).replace("\t", " ")


def write_text(run: Any, text: str) -> None:
    """Text into an empty run; codes and symbols ("146/BC-SKHCN") get Word's own hyphen that no line ends at.

    A single word keeps the plain hyphen: it has a cell to itself, and a search for it finds it there.
    """
    for number, line in enumerate(plain(text).split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        pieces = SYMBOL_HYPHEN.split(line) if " " in line else (line,)
        for place, piece in enumerate(pieces):
            if place:
                run.append(OxmlElement("w:noBreakHyphen"))
            run.append(node := run.makeelement(_TEXT, _AS_IT_IS))
            node.text = piece


def add_line(container: Document | _Cell, text: str, style: str) -> Paragraph:
    """A paragraph in the style with this id; in a new cell its one empty paragraph is used up first."""
    paragraph = container.paragraphs[0] if _is_new(container) else container.add_paragraph()
    set_style(paragraph, style)
    if text:
        write_text(paragraph.add_run()._r, text)
    return paragraph


def set_style(paragraph: Paragraph, style: str) -> None:
    """By id: `paragraph.style = ...` looks the style up by its name each time."""
    paragraph._p.get_or_add_pPr().insert(0, OxmlElement("w:pStyle", {qn("w:val"): style}))


def _is_new(container: Document | _Cell) -> bool:
    if not isinstance(container, _Cell):
        return False
    paragraphs = container.paragraphs
    return len(paragraphs) == 1 and not len(paragraphs[0]._p)


def add_rule(container: Document | _Cell, length_mm: float, width_mm: float) -> None:
    """A solid rule of this length, centred in a column of this width: the top border of a low empty paragraph."""
    paragraph = add_line(container, "", "Normal")
    side = twips(max(0.0, (width_mm - length_mm) / 2))
    properties = paragraph._p.get_or_add_pPr()
    for xml in (
        '<w:pBdr {ns}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>',
        '<w:spacing {ns} w:before="60" w:after="0" w:line="120" w:lineRule="exact"/>',
        f'<w:ind {{ns}} w:left="{side}" w:right="{side}"/>',
    ):
        properties.append(parse_xml(xml.format(ns=nsdecls("w"))))


def count_pages(section: Section) -> None:
    """Pages are counted from 1 in a section, the first shows no number; lines keep the height of their style."""
    section.different_first_page_header_footer = True
    properties = section._sectPr
    for name in ("w:docGrid", "w:pgNumType"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    numbering = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
    properties.insert_element_before(numbering, *_AFTER_PAGE_NUMBERS)


def add_page_number(section: Section) -> None:
    """PAGE, centred in the top margin; the first page shows none. Later sections inherit both headers."""
    section.first_page_header.is_linked_to_previous = False
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    for element in list(paragraph._p):
        paragraph._p.remove(element)
    set_style(paragraph, "Header")
    for piece in (
        '<w:fldChar {ns} w:fldCharType="begin"/>',
        '<w:instrText {ns} xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar {ns} w:fldCharType="separate"/>',
        "<w:t {ns}>2</w:t>",
        '<w:fldChar {ns} w:fldCharType="end"/>',
    ):
        paragraph.add_run()._r.append(parse_xml(piece.format(ns=nsdecls("w"))))


def end_with_low_line(document: Document) -> None:
    """Word wants a paragraph after the last table; this one takes no room."""
    set_style(document.add_paragraph(), "Break")


def add_frame(document: Document, widths_mm: tuple[float, ...], rows: int, height_mm: float = 0) -> list[list[_Cell]]:
    """A borderless table for header or signature, rows at least this high; its cells by row and column."""
    table = document.add_table(rows, len(widths_mm))
    table._tbl.replace(table._tbl.tblPr, parse_xml(_properties(sum(widths_mm), "", "none", margin_mm=0)))
    for grid, width in zip(table._tbl.tblGrid.gridCol_lst, widths_mm, strict=True):
        grid.set(qn("w:w"), str(twips(width)))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        row.height, row.height_rule = Mm(height_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
    cells = [list(row.cells) for row in table.rows]
    for row_cells in cells:
        for cell, width in zip(row_cells, widths_mm, strict=True):
            cell.width = Mm(width)
    return cells


def add_table(document: Document, table: Table, scale: float = 1) -> None:
    """A ruled table whose headings repeat on every page; rows are copies of one prepared row (fast for thousands).

    `scale` widens or narrows every column. Small tables stay whole; of others no row is alone on a page. A row goes to
    the next page as one, unless it is so long that half a page would stay empty.
    """
    if scale != 1:
        table = replace(table, columns=tuple(replace(each, width_mm=each.width_mm * scale) for each in table.columns))
    element = parse_xml(_table_xml(table))
    kinds: dict[tuple[int, RowKind, bool, bool], BaseOxmlElement] = {}
    paged = tuple(_paged(table))
    place = "center" if all(is_whole for _, _, is_whole in paged) else "top"
    for row, is_kept, is_whole in paged:
        key = (len(row.cells), row.kind, is_kept, is_whole)
        if key not in kinds:
            kinds[key] = parse_xml(_row_xml(table.columns, row, place, is_kept=is_kept, is_whole=is_whole))
        element.append(_filled(kinds[key], row.cells))
    document.element.body._insert_tbl(element)


def _paged(table: Table) -> Iterator[tuple[Row, bool, bool]]:
    """Each row, whether it stays with the next one and whether it stays whole."""
    lines = [_lines_of(row, table.columns) for row in table.rows]
    last, is_small = len(lines) - 1, sum(lines) <= _LINES_WHOLE
    for place, (row, count) in enumerate(zip(table.rows, lines, strict=True)):
        is_kept = row.keeps_next or is_small or place in (0, last - 1)
        is_whole = count <= _ROW_LINES_WHOLE
        yield row, is_kept and is_whole and place < last, is_whole


def _lines_of(row: Row, columns: tuple[Column, ...]) -> int:
    """How many lines high a row is, roughly."""
    last = len(row.cells) - 1
    widths = [column.width_mm for column in columns[:last]]
    widths.append(sum(column.width_mm for column in columns[last:]))
    return max(_lines_in(text, width) for text, width in zip(row.cells, widths, strict=True))


def _lines_in(text: str, width_mm: float) -> int:
    chars = max(1.0, (width_mm - 2 * _MARGIN_MM) / _CHAR_MM)
    return sum(max(1, ceil(len(line) / chars)) for line in text.split("\n"))


def add_picture(document: Document, png: bytes, size_mm: tuple[float, float], description: str, number: int) -> None:
    """A centred picture on a line of its own, kept with the line below; `description` is its alternative text."""
    width, height = (Mm(mm) for mm in size_mm)
    picture = add_line(document, "", "Figure").add_run().add_picture(io.BytesIO(png), width, height)
    named = picture._inline.docPr
    named.set("id", str(number))
    named.set("name", f"chart-{number}")
    named.set("descr", plain(description))


def _filled(prepared: BaseOxmlElement, texts: tuple[str, ...]) -> BaseOxmlElement:
    row = deepcopy(prepared)
    for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
        write_text(run, text)
    return row


def _properties(width_mm: float, title: str, border: str, margin_mm: float) -> str:
    sides = "".join(
        f'<w:{side} w:val="{border}" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margin = twips(margin_mm)
    return (
        f'<w:tblPr {nsdecls("w")}><w:tblW w:w="{twips(width_mm)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{margin}"'
        f' w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        + (f"<w:tblCaption w:val={quoteattr(plain(title))}/>" if title else "")
        + "</w:tblPr>"
    )


def _table_xml(table: Table) -> str:
    width = sum(column.width_mm for column in table.columns)
    grid = "".join(f'<w:gridCol w:w="{twips(column.width_mm)}"/>' for column in table.columns)
    headings = [tuple(column.heading for column in table.columns)]
    if table.is_numbered:
        headings.append(tuple(f"({number + 1})" for number in range(len(table.columns))))
    heading_rows = "".join(
        _heading_xml(table.columns, texts, "Cell" if level else "CellBold") for level, texts in enumerate(headings)
    )
    properties = _properties(width, table.caption or table.title, "single", _MARGIN_MM)
    return f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{heading_rows}</w:tbl>"


def _heading_xml(columns: tuple[Column, ...], texts: tuple[str, ...], style: str) -> str:
    cells = "".join(
        _cell_xml((column,), style, Align.CENTRE, "center", is_kept=True, text=text)
        for column, text in zip(columns, texts, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row_xml(columns: tuple[Column, ...], row: Row, place: str, *, is_kept: bool, is_whole: bool) -> str:
    last = len(row.cells) - 1
    cells = []
    for index, column in enumerate(columns[: last + 1]):
        spanned = columns[index:] if index == last else (column,)
        align = Align.LEFT if len(spanned) > 1 else column.align
        cells.append(_cell_xml(spanned, _STYLE[row.kind], align, place, is_kept=is_kept))
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if is_whole else ""
    return f"<w:tr {nsdecls('w')}>{whole}{''.join(cells)}</w:tr>"


def _cell_xml(
    columns: tuple[Column, ...], style: str, align: Align, place: str, *, is_kept: bool, text: str = ""
) -> str:
    width = twips(sum(column.width_mm for column in columns))
    spans = f'<w:gridSpan w:val="{len(columns)}"/>' if len(columns) > 1 else ""
    keep = "<w:keepNext/>" if is_kept else ""
    said = f'<w:t xml:space="preserve">{escape(plain(text))}</w:t>' if text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}<w:vAlign w:val="{place}"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}<w:jc w:val="{align}"/></w:pPr>'
        f"<w:r>{said}</w:r></w:p></w:tc>"
    )


def to_bytes(document: Document) -> bytes:
    """The file, the same bytes for the same document: only the times inside the zip differ between savings."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
