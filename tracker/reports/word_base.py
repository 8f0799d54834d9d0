"""The base document of the report: a Word file of the office's own, `mau-bao-cao.docx`. What it says is not used; its
styles, page set-up, headers and footers are, so that an office restyles its report in Word.

Styles are known by their names, for LibreOffice writes other ids. Whatever a base lacks is added as the decree has it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm

from tracker.errors import ReportError
from tracker.reports.word_layout import add_line, add_page_number, count_pages, set_style, to_bytes
from tracker.reports.word_styles import LANGUAGE, PLAIN_TABLE, STYLES, Style, style_xml, write_settings, write_styles
from tracker.texts import say

TEXT_WIDTH_MM, ANNEX_WIDTH_MM = 160.0, 247.0
"""Between the decree's margins, upright and across: for these, tables and rules are measured."""
_BYTES_MAX = 20 * 1024**2
_KEPT = ("styles", "settings", "header", "footer", "theme", "fontTable", "numbering")
_KEPT_OF_PACKAGE = ("officeDocument", "core-properties")
_OF_PAGE = tuple(
    qn(f"w:{name}") for name in ("headerReference", "footerReference", "pgSz", "pgMar", "pgBorders", "cols")
)
_NAMING = tuple(qn(f"w:{name}") for name in ("basedOn", "next", "link", "pStyle"))
_PICTURES = tuple(qn(f"w:{name}") for name in ("drawing", "pict", "object"))
_UNSEEN = ("Normal", "Header", "Break")
"""Styles without a line of their own in the base."""
_SIZE_PT = 14.0


@dataclass(frozen=True)
class Base:
    """An empty document ready to be written in, and the page its annexes have (elements of a sectPr).

    `scale` and `annex_scale`: the width between the margins, as a share of what the decree's margins leave.
    """

    document: Document
    annex_page: tuple[Any, ...]
    scale: float
    annex_scale: float

    def size_of(self, style_id: str) -> float:
        """Size of a style's letters in points."""
        sheet = self.document.styles.element
        while (style := sheet.get_by_id(style_id)) is not None:
            size = style.find(f"{qn('w:rPr')}/{qn('w:sz')}")
            if size is not None:
                return float(size.get(qn("w:val"))) / 2
            style_id = style.basedOn_val or ""
        return _SIZE_PT

    def begin_annex(self) -> None:
        """A section across on a new page; later ones are like the first. The paragraph that carries the break is too
        low to make a page of its own."""
        is_first = len(self.document.sections) == 1
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        if is_first:
            _take_page(section, self.annex_page)
        count_pages(section)
        set_style(self.document.paragraphs[-1], "Break")


@cache
def build_base() -> bytes:
    """The base document as it comes with the program: the layout of the decree, and a line in every style."""
    document = docx.Document()
    write_styles(document)
    write_settings(document)
    _drop_parts(document, ("styles", "settings"))
    document.core_properties.comments = ""
    document.core_properties.title = say("base.title")
    _set_page(document.sections[0], is_landscape=False)
    add_page_number(document.sections[0])
    for line in say("base.how").split("\n"):
        add_line(document, line, "BodyText")
    for style in STYLES:
        if style.id == "AnnexNumber":
            _set_page(document.add_section(WD_SECTION.NEW_PAGE), is_landscape=True)
            set_style(document.paragraphs[-1], "Break")
        if style.id not in _UNSEEN:
            add_line(document, _sample(style), style.id)
    return to_bytes(document)


def _sample(style: Style) -> str:
    """What stands in a style: its name; Word's own names are English and get their use beside them."""
    return say("base.named", use=say(f"base.use_{style.id}"), style=style.name) if style.is_words else style.name


def _set_page(section: Section, *, is_landscape: bool) -> None:
    """A4 with the decree's margins (top and bottom 20, left 30, right 20 mm)."""
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if is_landscape else (Mm(210), Mm(297))
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.header_distance = section.footer_distance = Mm(10)
    count_pages(section)


def open_base(data: bytes) -> Base:
    """A base document, emptied. ReportError `base_unusable` where it is no Word file (.docx), broken or too large."""
    try:
        return _opened(data)
    except Exception as error:  # whatever a broken package makes python-docx raise
        raise ReportError("base_unusable", why=f"{type(error).__name__}: {error}") from error


def _opened(data: bytes) -> Base:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(entry.file_size for entry in package.infolist()) > _BYTES_MAX:
            raise ValueError(f"more than {_BYTES_MAX} bytes")
    document = docx.Document(io.BytesIO(data))
    sections = list(document.sections)
    annex_page = _page_across(sections)
    body = document.element.body
    body.replace(body.sectPr, deepcopy(sections[0]._sectPr))
    for block in list(body):
        if block is not body.sectPr:
            body.remove(block)
    _drop_parts(document)
    write_settings(document)
    _name_styles(document)
    _speak_vietnamese(document)
    section = document.sections[0]
    count_pages(section)
    if not any(_has_page_number(part.element) for part in _frames(document)):
        add_page_number(section)
    page, margins = (next((each for each in annex_page if each.tag == qn(f"w:{n}")), None) for n in ("pgSz", "pgMar"))
    width = _text_mm(section._sectPr.find(qn("w:pgSz")), section._sectPr.find(qn("w:pgMar")))
    return Base(document, annex_page, width / TEXT_WIDTH_MM, _text_mm(page, margins) / ANNEX_WIDTH_MM)


def _text_mm(page: Any, margins: Any) -> float:
    """Width between the margins; ValueError where nothing is left."""
    lost = sum(int(float(margins.get(qn(f"w:{side}"), "0"))) for side in ("left", "right", "gutter"))
    width = (int(float(page.get(qn("w:w")))) - lost) * 25.4 / 1440
    if width < 1:
        raise ValueError("no room between the margins")
    return width


def _page_across(sections: list[Section]) -> tuple[Any, ...]:
    """The page of annexes: the base's own one across, else the first one turned."""
    for section in sections[1:]:
        if section.page_width and section.page_height and section.page_width > section.page_height:
            return _page_of(section)
    page = _page_of(sections[0])
    for size in page:
        if size.tag == qn("w:pgSz") and int(size.get(qn("w:w"))) < int(size.get(qn("w:h"))):
            turned = {qn("w:w"): size.get(qn("w:h")), qn("w:h"): size.get(qn("w:w")), qn("w:orient"): "landscape"}
            size.attrib.update(turned)
    return tuple(each for each in page if not each.tag.endswith("Reference"))


def _page_of(section: Section) -> tuple[Any, ...]:
    return tuple(deepcopy(each) for each in section._sectPr if each.tag in _OF_PAGE)


def _take_page(section: Section, page: tuple[Any, ...]) -> None:
    """Gives a section this page; in a sectPr everything has its place, so each is put where its like stood."""
    properties = section._sectPr
    for each in reversed([each for each in page if each.tag.endswith("Reference")]):
        properties.insert(0, deepcopy(each))
    for each in (each for each in page if not each.tag.endswith("Reference")):
        old = properties.find(each.tag)
        if old is not None:
            properties.replace(old, deepcopy(each))


def _frames(document: Document) -> Iterator[Any]:
    """Parts of headers and footers."""
    for link in document.part.rels.values():
        if link.reltype.endswith(("/header", "/footer")) and not link.is_external:
            yield link.target_part


def _has_page_number(frame: BaseOxmlElement) -> bool:
    codes = "".join(node.text or "" for node in frame.iter(qn("w:instrText")))
    simple = " ".join(node.get(qn("w:instr"), "") for node in frame.iter(qn("w:fldSimple")))
    return "PAGE" in f"{codes} {simple}".split()


def _drop_parts(document: Document, kept_parts: tuple[str, ...] = _KEPT) -> None:
    """What belonged to the text, and whatever would be fetched from elsewhere when the report is opened."""
    package = document.part.package
    for links, kept in ((document.part.rels, kept_parts), (package.rels if package else {}, _KEPT_OF_PACKAGE)):
        for key in [key for key, link in links.items() if link.is_external or not link.reltype.endswith(kept)]:
            del links[key]
    document.part._settings_part.rels.clear()
    for frame in _frames(document):
        for key in [key for key, link in frame.rels.items() if link.is_external and "hyperlink" not in link.reltype]:
            for picture in [each for each in frame.element.iter(*_PICTURES) if key in _values(each)]:
                picture.getparent().remove(picture)
            del frame.rels[key]


def _values(element: Any) -> set[str]:
    return {value for each in element.iter() for value in each.attrib.values()}


def _name_styles(document: Document) -> None:
    """Our ids for our styles, found by name; those that are missing come as the decree has them."""
    sheet = document.styles.element
    there = [style for style in sheet.iter(qn("w:style")) if style.get(qn("w:type")) == "paragraph"]
    named = {_key(style.name_val or ""): style for style in there}
    named |= {_key("Normal"): style for style in there if style.get(qn("w:default")) in ("1", "true", "on")}
    for ours in STYLES:
        found, holder = named.get(_key(ours.name)), sheet.get_by_id(ours.id)
        if holder is not None and holder is not found:
            _rename(document, ours.id, f"{ours.id}-0")
        if found is None:
            sheet.append(parse_xml(style_xml(ours)))
        elif found.styleId != ours.id:
            _rename(document, found.styleId, ours.id)
    tables = (style for style in sheet.iter(qn("w:style")) if style.get(qn("w:type")) == "table")
    if not any(style.get(qn("w:default")) for style in tables):
        sheet.append(parse_xml(PLAIN_TABLE))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _rename(document: Document, old: str, new: str) -> None:
    """A style's id, in the style sheet and wherever it is named."""
    numbering = [link.target_part for link in document.part.rels.values() if link.reltype.endswith("/numbering")]
    sheet = document.styles.element
    for root in (sheet, *(part.element for part in (*_frames(document), *numbering))):
        for each in root.iter(*_NAMING):
            if each.get(qn("w:val")) == old:
                each.set(qn("w:val"), new)
    sheet.get_by_id(old).set(qn("w:styleId"), new)


def _speak_vietnamese(document: Document) -> None:
    """The language of the text is not a matter of looks: a Word set to English would mark every word as wrong."""
    for place in document.styles.element.iter(qn("w:rPr")):
        for language in place.findall(qn("w:lang")):
            place.remove(language)
    for run in document.styles.element.iterfind(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"):
        run.append(OxmlElement("w:lang", {qn("w:val"): LANGUAGE, qn("w:eastAsia"): LANGUAGE, qn("w:bidi"): "ar-SA"}))
