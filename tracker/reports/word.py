"""The monthly report as a Word file in the layout of decree 30/2020/NĐ-CP, appendix I (DOMAIN 1 and 2.2).

What it says is computed as blocks (`word_sections`, `word_annexes`); here they are set on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from itertools import count

from docx.document import Document

from tracker.config import Office
from tracker.model import Month
from tracker.reports.word_annexes import annexes
from tracker.reports.word_base import build_base, open_base
from tracker.reports.word_blocks import Annex, Block, Chart, Heading, Paragraph, Table
from tracker.reports.word_charts import WIDTH_MM, draw
from tracker.reports.word_frame import add_head, add_signature, add_title
from tracker.reports.word_layout import (
    add_line,
    add_picture,
    add_table,
    end_with_low_line,
    to_bytes,
)
from tracker.reports.word_sections import sections
from tracker.reports.word_sentences import closing, opening, subject
from tracker.reports.word_styles import LANGUAGE
from tracker.texts import say


def write_report(month: Month, office: Office, base: bytes | None = None) -> bytes:
    """The .docx: heading, sections I to V, signature block and four annexes; equal bytes for equal arguments.

    Number, signature and name stay blank: the office's clerk and signer fill them. It looks as its `base` document says
    (None: as the decree has it); ReportError where that is none.
    """
    paper = open_base(base or build_base())
    document = paper.document
    _describe(document, month, office)
    add_head(paper, office, month)
    add_title(paper, office, month)
    _set(document, (Paragraph(opening(month, office)), *sections(month, office)), paper.scale)
    add_line(document, closing(month, office), "BodyText").paragraph_format.keep_with_next = True
    add_signature(paper, office)
    for annex in annexes(month):
        paper.begin_annex()
        _set_annex(document, annex, office, paper.annex_scale)
    end_with_low_line(document)
    return to_bytes(document)


def _describe(document: Document, month: Month, office: Office) -> None:
    properties = document.core_properties
    properties.title = " ".join(subject(month).split())[:255]
    properties.author = properties.last_modified_by = office.full_name[:255]
    properties.comments = properties.keywords = properties.category = ""
    properties.language = LANGUAGE
    properties.revision = 1
    properties.created = properties.modified = datetime.combine(month.as_of, time())


def _set(document: Document, blocks: Iterable[Block], scale: float) -> None:
    numbers, figures = count(1), count(1)
    for block in blocks:
        match block:
            case Heading(text, level):
                add_line(document, text, f"Heading{level}")
            case Paragraph(text, is_note):
                line = add_line(document, text, "TableNote" if is_note else "BodyText")
                line.paragraph_format.keep_with_next = True if text.endswith(":") else None
            case Table(caption=caption):
                if caption:
                    add_line(document, say("report.table_caption", number=next(numbers), caption=caption), "Caption")
                add_table(document, block, scale)
            case Chart(caption, description):
                picture, height = draw(block)
                size = (WIDTH_MM * min(1, scale), height * min(1, scale))
                add_picture(document, picture, size, description, number := next(figures))
                add_line(document, say("report.chart_caption", number=number, caption=caption), "FigureCaption")


def _set_annex(document: Document, annex: Annex, office: Office, scale: float) -> None:
    add_line(document, say("report.annex", number=annex.number), "AnnexNumber")
    add_line(document, annex.title.upper(), "AnnexTitle")
    add_line(document, say("report.annex_source", symbol=office.symbol, office=office.full_name), "AnnexSource")
    _set(document, annex.blocks, scale)
