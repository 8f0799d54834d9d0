"""Checks a report's .docx against decree 30/2020/NĐ-CP, appendix I (DOMAIN 1.4), from its XML alone.

It follows styles and defaults as Word does, so that it does not matter where a property was set.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MM = 1440 / 25.4
_DAY = re.compile(r".+, ngày (0[1-9]|[12]\d|3[01]) tháng (01|02|[3-9]|1[0-2]) năm \d{4}")
_HEADINGS = ("I. ", "II. ", "III. ", "IV. ", "V. ")


def w(name: str) -> str:
    return _W + name


def text_of(element: etree._Element) -> str:
    """The text of a paragraph or cell; a line break counts as one, a hyphen that no line ends at as a hyphen."""
    shown = {w("br"): "\n", w("noBreakHyphen"): "-"}
    return "".join(shown.get(node.tag) or node.text or "" for node in element.iter(w("t"), *shown))


@dataclass(frozen=True)
class Report:
    """The parts of a .docx a check needs."""

    data: bytes

    def part(self, name: str) -> etree._Element:
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return etree.fromstring(package.read(name))

    def names(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return package.namelist()

    @cached_property
    def body(self) -> etree._Element:
        return next(self.part("word/document.xml").iter(w("body")))

    @cached_property
    def styles(self) -> dict[str, etree._Element]:
        return {style.get(w("styleId"), ""): style for style in self.part("word/styles.xml").iter(w("style"))}

    @cached_property
    def default_run(self) -> etree._Element:
        return next(next(self.part("word/styles.xml").iter(w("rPrDefault"))).iter(w("rPr")))

    @cached_property
    def sections(self) -> list[etree._Element]:
        return list(self.body.iter(w("sectPr")))

    @cached_property
    def first_section(self) -> list[etree._Element]:
        """Blocks of the report itself, before the annexes."""
        blocks: list[etree._Element] = []
        for block in self.body:
            blocks.append(block)
            if block.find(f"{w('pPr')}/{w('sectPr')}") is not None:
                return blocks
        return blocks

    @cached_property
    def tables(self) -> list[etree._Element]:
        return list(self.body.iterchildren(w("tbl")))

    def rows(self, table: etree._Element) -> list[list[str]]:
        return [[text_of(cell) for cell in row.iterchildren(w("tc"))] for row in table.iterchildren(w("tr"))]

    def lines(self, blocks: Iterable[etree._Element]) -> list[str]:
        """Texts of the paragraphs outside tables that say something."""
        return [text for block in blocks if block.tag == w("p") and (text := text_of(block))]

    def paragraph_value(self, paragraph: etree._Element, name: str, attribute: str = "val") -> str | None:
        return self._value(paragraph.find(w("pPr")), self._style_id(paragraph), "pPr", name, attribute)

    def run_value(self, run: etree._Element, name: str, attribute: str = "val") -> str | None:
        """The property in effect; None where nothing sets it, "on" for a bare switch such as bold."""
        paragraph = next(run.iterancestors(w("p")))
        found = self._value(run.find(w("rPr")), self._style_id(paragraph), "rPr", name, attribute)
        return found if found is not None else _attribute(self.default_run, name, attribute)

    def _style_id(self, paragraph: etree._Element) -> str:
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        return "Normal" if style is None else style.get(w("val"), "")

    def _value(self, own: etree._Element | None, style_id: str, kind: str, name: str, attribute: str) -> str | None:
        found = _attribute(own, name, attribute)
        while found is None and style_id:
            style = self.styles[style_id]
            found = _attribute(style.find(w(kind)), name, attribute)
            base = style.find(w("basedOn"))
            style_id = "" if base is None else base.get(w("val"), "")
        return found


def _attribute(properties: etree._Element | None, name: str, attribute: str) -> str | None:
    element = None if properties is None else properties.find(w(name))
    return None if element is None else element.get(w(attribute), "on" if attribute == "val" else None)


def layout_problems(data: bytes) -> list[str]:
    """Names of the rules that the document breaks, in the order of `_RULES`."""
    report = Report(data)
    return [name for name, holds in _RULES.items() if not holds(report)]


def _page_size(report: Report) -> bool:
    sizes = [(s.find(w("pgSz")).get(w("w")), s.find(w("pgSz")).get(w("h"))) for s in report.sections]  # type: ignore[union-attr]
    return sizes[0] == ("11906", "16838") and all(size == ("16838", "11906") for size in sizes[1:])


def _margins(report: Report) -> bool:
    ranges = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
    margins = [section.find(w("pgMar")) for section in report.sections]
    return all(
        margin is not None and low - 0.05 <= int(margin.get(w(side), "0")) / _MM <= high + 0.05
        for margin in margins
        for side, (low, high) in ranges.items()
    )


def _fonts(report: Report) -> bool:
    faces = ("ascii", "hAnsi", "eastAsia", "cs")
    runs = list(report.body.iter(w("r")))
    own = all(report.run_value(run, "rFonts", face) == "Times New Roman" for run in runs for face in faces)
    others = {face for style in report.styles.values() for fonts in style.iter(w("rFonts")) for face in fonts.values()}
    return own and others == {"Times New Roman"}


def _black(report: Report) -> bool:
    return all(report.run_value(run, "color") in ("000000", "auto", None) for run in report.body.iter(w("r")))


def _vietnamese(report: Report) -> bool:
    return (
        _attribute(report.default_run, "lang", "val") == "vi-VN" == _attribute(report.default_run, "lang", "eastAsia")
    )


def _page_number(report: Report) -> bool:
    for name in report.names():
        if name.startswith("word/header"):
            for paragraph in report.part(name).iter(w("p")):
                fields = "".join(node.text or "" for node in paragraph.iter(w("instrText"))).split()
                if fields == ["PAGE"]:
                    return report.paragraph_value(paragraph, "jc") == "center" and _size(report, paragraph) in (13, 14)
    return False


def _size(report: Report, paragraph: etree._Element) -> float:
    return float(report.run_value(next(paragraph.iter(w("r"))), "sz") or 0) / 2


def _title_page(report: Report) -> bool:
    return all(section.find(w("titlePg")) is not None for section in report.sections)


def _annexes(report: Report) -> bool:
    return len(report.sections) > 1 and all(
        _attribute(section, "pgSz", "orient") == "landscape" and _attribute(section, "pgNumType", "start") == "1"
        for section in report.sections[1:]
    )


def _head(report: Report) -> bool:
    rows = report.rows(report.tables[0])
    nation = rows[0][1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAMĐộc lập - Tự do - Hạnh phúc")
    number = re.fullmatch(r"Số: +/BC-[A-ZĐ]+", rows[1][0]) is not None
    return nation and number and _DAY.fullmatch(rows[1][1]) is not None


def _motto_rule(report: Report) -> bool:
    cell = report.tables[0].findall(f"{w('tr')}/{w('tc')}")[1]
    return len(cell.findall(f"{w('p')}/{w('pPr')}/{w('pBdr')}")) == 1


def _end_mark(report: Report) -> bool:
    last = report.lines(report.first_section)[-1]
    return re.search(r"\w\./\.$", last) is not None


def _recipients(report: Report) -> bool:
    cell = next(cell for cell in report.body.iter(w("tc")) if text_of(cell).startswith("Nơi nhận:"))
    head, *others = cell.findall(w("p"))
    run = next(head.iter(w("r")))
    styled = report.run_value(run, "b") not in (None, "0") and report.run_value(run, "i") not in (None, "0")
    sizes = _size(report, head) == 12 and all(_size(report, line) == 11 for line in others)
    texts = [text_of(line) for line in others]
    lines = all(text.startswith("- ") and text.endswith(";") for text in texts[:-1])
    return styled and sizes and lines and texts[-1].startswith("- Lưu: VT") and texts[-1].endswith(".")


def _numbering(report: Report) -> bool:
    def titles(level: str) -> list[str]:
        styled = [p for p in report.first_section if p.tag == w("p") and report._style_id(p) == level]
        return [text_of(paragraph) for paragraph in styled]

    first = titles("Heading1")
    return (
        [title[: len(mark)] for title, mark in zip(first, _HEADINGS, strict=False)] == list(_HEADINGS)
        and len(first) == len(_HEADINGS)
        and all(title.isupper() for title in first)
        and all(re.match(r"[1-9]\. \w", title) for title in titles("Heading2"))
    )


def _spacing(report: Report) -> bool:
    body = [p for p in report.first_section if p.tag == w("p") and report.paragraph_value(p, "jc") == "both"]
    running = [p for p in body if _size(report, p) >= 13]
    return bool(running) and all(
        int(report.paragraph_value(p, "spacing", "before") or 0) >= 120
        and 240 <= int(report.paragraph_value(p, "spacing", "line") or 0) <= 360
        and int(report.paragraph_value(p, "ind", "firstLine") or 0) in (567, 720)
        for p in running
    )


def _annex_mention(report: Report) -> bool:
    return any("(Phụ lục kèm theo)" in line for line in report.lines(report.first_section))


def _is_long(row: etree._Element) -> bool:
    return max(len(text_of(cell)) for cell in row.iterchildren(w("tc"))) > 200


def _tables(report: Report) -> bool:
    ruled = [table for table in report.tables if table.find(f".//{w('tblHeader')}") is not None]
    rows = [row for table in ruled for row in table.iterchildren(w("tr")) if not _is_long(row)]
    whole = all(row.find(f"{w('trPr')}/{w('cantSplit')}") is not None for row in rows)
    return whole and len(report.tables) - len(ruled) == 2


_RULES: dict[str, Callable[[Report], bool]] = {
    "page_size": _page_size,
    "margins": _margins,
    "fonts": _fonts,
    "black": _black,
    "vietnamese": _vietnamese,
    "page_number": _page_number,
    "title_page": _title_page,
    "annexes": _annexes,
    "head": _head,
    "motto_rule": _motto_rule,
    "end_mark": _end_mark,
    "recipients": _recipients,
    "numbering": _numbering,
    "spacing": _spacing,
    "annex_mention": _annex_mention,
    "tables": _tables,
}
