"""Styles and settings of the report: Times New Roman for every script, black, Vietnamese (decree 30/2020, appendix I).

The whole style sheet is written here: python-docx's own template brings a theme with other fonts and 150 styles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tracker.texts import say

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
_FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
_NEEDED_PARTS = ("/styles", "/settings", "/header", "/officeDocument", "/core-properties")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: `id` in the file, `name` as Word lists it; sizes and spaces in points, indents in mm.

    `line` is the line spacing in lines; `outline` the level in the navigation pane (0 is the top).
    """

    id: str
    name: str
    size: float = 14
    is_bold: bool = False
    is_italic: bool = False
    align: str = "left"
    before: float = 0
    after: float = 0
    line: float = 1
    first_indent_mm: float = 0
    keeps_next: bool = False
    outline: int | None = None


def _styles() -> Iterable[Style]:
    yield Style("Normal", "Normal")
    yield Style("Header", "header", 13, align="center")
    yield Style("Title", "Title", is_bold=True, align="center", before=12, keeps_next=True)
    yield Style("Subtitle", "Subtitle", is_bold=True, align="center", keeps_next=True)
    yield Style("BodyText", "Body Text", align="both", before=6, line=1.15, first_indent_mm=12.7)
    yield Style("Heading1", "heading 1", 14, True, False, "both", 12, 0, 1.15, 12.7, True, 0)
    yield Style("Heading2", "heading 2", 14, True, False, "both", 6, 0, 1.15, 12.7, True, 1)
    yield Style("Caption", "caption", 13, True, align="center", before=6, after=6, keeps_next=True)
    yield Style("Figure", say("report.style_figure"), 13, align="center", before=6, keeps_next=True)
    yield Style("FigureCaption", say("report.style_figure_caption"), 13, True, align="center", before=2, after=6)
    yield Style(
        "AnnexNumber", say("report.style_annex_number"), is_bold=True, align="center", keeps_next=True, outline=0
    )
    yield Style("AnnexTitle", say("report.style_annex_title"), is_bold=True, align="center", keeps_next=True)
    yield Style(
        "AnnexSource", say("report.style_annex_source"), is_italic=True, align="center", after=12, keeps_next=True
    )
    yield Style("TableNote", say("report.style_note"), 12, is_italic=True, align="both", before=6)
    yield Style("Cell", say("report.style_cell"), 12, before=2, after=2)
    yield Style("CellBold", say("report.style_cell_bold"), 12, is_bold=True, before=2, after=2)
    yield Style("CellNote", say("report.style_cell_note"), 12, is_italic=True, before=2, after=2)
    yield Style("Recipients", say("report.style_recipients"), 11)
    yield Style("Break", say("report.style_break"), 1)


def apply_styles(document: Document) -> None:
    """Replace the template's style sheet and settings, and drop its parts with other fonts or pictures."""
    sheet = document.styles.element
    for child in list(sheet):
        sheet.remove(child)
    sheet.append(parse_xml(_DEFAULTS))
    sheet.append(parse_xml(_PLAIN_TABLE))
    for style in _styles():
        sheet.append(parse_xml(_style_xml(style)))
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    settings.extend(list(parse_xml(_SETTINGS)))
    package = document.part.package
    for rels in (document.part.rels, package.rels if package else {}):
        for key in [key for key, rel in rels.items() if not rel.reltype.endswith(_NEEDED_PARTS)]:
            del rels[key]


def _style_xml(style: Style) -> str:
    twips = round(style.first_indent_mm * 1440 / 25.4)
    default = ' w:default="1"' if style.id == "Normal" else ""
    parts = (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="{style.id}"{default}>',
        f"<w:name w:val={quoteattr(style.name)}/>",
        "" if default else '<w:basedOn w:val="Normal"/>',
        "<w:qFormat/><w:pPr>",
        "<w:keepNext/>" if style.keeps_next else "",
        "<w:widowControl/>",
        f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"'
        f' w:line="{style.line * 240:.0f}" w:lineRule="auto"/>',
        f'<w:ind w:firstLine="{twips}"/>' if twips else "",
        f'<w:jc w:val="{style.align}"/>',
        "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>',
        f"</w:pPr><w:rPr>{_FONTS}",
        "<w:b/><w:bCs/>" if style.is_bold else "",
        "<w:i/><w:iCs/>" if style.is_italic else "",
        f'<w:color w:val="000000"/><w:sz w:val="{style.size * 2:.0f}"/><w:szCs w:val="{style.size * 2:.0f}"/>',
        "</w:rPr></w:style>",
    )
    return "".join(parts)


_DEFAULTS = (
    f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_FONTS}<w:color w:val="000000"/><w:sz w:val="28"/>'
    f'<w:szCs w:val="28"/><w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
)
_PLAIN_TABLE = (
    f'<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
)
_COMPATIBILITY = "http://schemas.microsoft.com/office/word"
_SETTINGS = (
    f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    f'<w:compatSetting w:name="compatibilityMode" w:uri="{_COMPATIBILITY}" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)
