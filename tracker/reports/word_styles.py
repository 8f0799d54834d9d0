"""Styles and settings of the report: Times New Roman for every script, black, Vietnamese (decree 30/2020, appendix I).

Everything that is seen is in a style, nothing at the paragraph: the office changes styles in its base document.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from tracker.texts import say

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
_FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
_DEFAULT = ' w:default="1"'


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
    left_indent_mm: float = 0
    keeps_next: bool = False
    outline: int | None = None

    @property
    def is_words(self) -> bool:
        """Whether Word knows it by this English name, whatever language it speaks."""
        return self.id.casefold() == self.name.casefold().replace(" ", "")


STYLES: tuple[Style, ...] = (
    Style("Normal", "Normal"),
    Style("Header", "header", 13, align="center"),
    Style("IssuerAbove", say("report.style_issuer_above"), 12, align="center"),
    Style("Issuer", say("report.style_issuer"), 12, is_bold=True, align="center"),
    Style("Nation", say("report.style_nation"), 12, is_bold=True, align="center"),
    Style("Motto", say("report.style_motto"), 13, is_bold=True, align="center"),
    Style("Number", say("report.style_number"), 13, align="center"),
    Style("PlaceAndDay", say("report.style_place_and_day"), 13, is_italic=True, align="center"),
    Style("Title", "Title", is_bold=True, align="center", before=12, keeps_next=True),
    Style("Subtitle", "Subtitle", is_bold=True, align="center", keeps_next=True),
    Style("Addressee", say("report.style_addressee"), align="center", before=12, after=12),
    Style("Addressees", say("report.style_addressees"), left_indent_mm=38.8),
    Style("BodyText", "Body Text", align="both", before=6, line=1.15, first_indent_mm=12.7),
    Style("Heading1", "heading 1", 14, True, False, "both", 12, 0, 1.15, 12.7, keeps_next=True, outline=0),
    Style("Heading2", "heading 2", 14, True, False, "both", 6, 0, 1.15, 12.7, keeps_next=True, outline=1),
    Style("Caption", "caption", 13, True, align="center", before=6, after=6, keeps_next=True),
    Style("Cell", say("report.style_cell"), 12, before=2, after=2),
    Style("CellBold", say("report.style_cell_bold"), 12, is_bold=True, before=2, after=2),
    Style("CellNote", say("report.style_cell_note"), 12, is_italic=True, before=2, after=2),
    Style("TableNote", say("report.style_note"), 12, is_italic=True, align="both", before=6),
    Style("Figure", say("report.style_figure"), 13, align="center", before=6, keeps_next=True),
    Style("FigureCaption", say("report.style_figure_caption"), 13, True, align="center", before=2, after=6),
    Style("RecipientsHead", say("report.style_recipients_head"), 12, True, True, before=12),
    Style("Recipients", say("report.style_recipients"), 11),
    Style("Signer", say("report.style_signer"), is_bold=True, align="center"),
    Style("AnnexNumber", say("report.style_annex_number"), is_bold=True, align="center", keeps_next=True, outline=0),
    Style("AnnexTitle", say("report.style_annex_title"), is_bold=True, align="center", keeps_next=True),
    Style("AnnexSource", say("report.style_annex_source"), is_italic=True, align="center", after=12, keeps_next=True),
    Style("Break", say("report.style_break"), 1),
)
"""Every style of the report, in the order in which they come there."""


def write_styles(document: Document) -> None:
    """These styles and nothing else: python-docx's own template brings a theme with other fonts and 150 styles."""
    sheet = document.styles.element
    for child in list(sheet):
        sheet.remove(child)
    sheet.append(parse_xml(_DEFAULTS))
    sheet.append(parse_xml(PLAIN_TABLE))
    sheet.extend(parse_xml(style_xml(style)) for style in STYLES)


def style_xml(style: Style) -> str:
    """A style as the file has it; its font and colour are those of Normal, so that one change there is enough."""
    first, left = (round(mm * 1440 / 25.4) for mm in (style.first_indent_mm, style.left_indent_mm))
    is_normal = style.id == "Normal"
    parts = (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="{style.id}"{_DEFAULT if is_normal else ""}>',
        f"<w:name w:val={quoteattr(style.name)}/>",
        "" if is_normal else '<w:basedOn w:val="Normal"/>',
        "<w:qFormat/><w:pPr>",
        "<w:keepNext/>" if style.keeps_next else "",
        "<w:widowControl/>",
        f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"'
        f' w:line="{style.line * 240:.0f}" w:lineRule="auto"/>',
        f'<w:ind w:left="{left}" w:firstLine="{first}"/>' if first or left else "",
        f'<w:jc w:val="{style.align}"/>',
        "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>',
        f"</w:pPr><w:rPr>{_FONTS if is_normal else ''}",
        "<w:b/><w:bCs/>" if style.is_bold else "",
        "<w:i/><w:iCs/>" if style.is_italic else "",
        '<w:color w:val="000000"/>' if is_normal else "",
        f'<w:sz w:val="{style.size * 2:.0f}"/><w:szCs w:val="{style.size * 2:.0f}"/>',
        "</w:rPr></w:style>",
    )
    return "".join(parts)


def write_settings(document: Document) -> None:
    """Our settings; of those that are there only whether even pages have headers of their own."""
    settings = document.settings.element
    kept = settings.findall(qn("w:evenAndOddHeaders"))
    for child in list(settings):
        settings.remove(child)
    settings.extend(list(parse_xml(_SETTINGS)))
    for switch in kept:
        settings.find(qn("w:characterSpacingControl")).addprevious(switch)


_DEFAULTS = (
    f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_FONTS}<w:color w:val="000000"/><w:sz w:val="28"/>'
    f'<w:szCs w:val="28"/><w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
)
PLAIN_TABLE = (
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
