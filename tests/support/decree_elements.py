"""The elements of a report, one by one, as decree 30/2020/NĐ-CP, appendix I, has them (DOMAIN 1.2): size, weight,
slope, case, place and order. `tests.support.decree` has what holds for the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from tests.support.decree import Report, text_of, w

_ALPHABET = "abcdđeghiklmnopqrstuvxy"
_ROMANS = ("I", "II", "III", "IV", "V", "VI")
_SOURCE = re.compile(r"\(Kèm theo Báo cáo số +/BC-[A-ZĐ]+ ngày +tháng +năm +của .+\)")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@dataclass(frozen=True)
class Look:
    """Sizes in points, both included; case is that of every letter."""

    low: float
    high: float
    is_bold: bool = False
    is_italic: bool = False
    is_upper: bool = False
    align: str = "center"


def _looks(report: Report, paragraph: etree._Element, look: Look) -> bool:
    runs = [run for run in paragraph.iter(w("r")) if text_of(run).strip()]
    switches = (("b", look.is_bold), ("i", look.is_italic))
    return (
        bool(runs)
        and report.paragraph_value(paragraph, "jc") == look.align
        and (text_of(paragraph).isupper() or not look.is_upper)
        and all(look.low <= float(report.run_value(run, "sz") or 0) / 2 <= look.high for run in runs)
        and all((report.run_value(run, name) not in (None, "0")) is is_on for run in runs for name, is_on in switches)
    )


def _said(container: etree._Element) -> list[etree._Element]:
    return [paragraph for paragraph in container.iter(w("p")) if text_of(paragraph).strip()]


def _of_style(report: Report, blocks: Iterable[etree._Element], style: str) -> list[etree._Element]:
    return [p for p in blocks if p.tag == w("p") and report._style_id(p) == style and text_of(p)]


def element_problems(data: bytes) -> list[str]:
    """Names of the elements that are not as the decree has them, in the order of `_ELEMENTS`."""
    report = Report(data)
    return [name for name, holds in _ELEMENTS.items() if not holds(report)]


def _nation(report: Report) -> bool:
    lines = _said(report.tables[0].findall(f".//{w('tc')}")[1])
    looks = (Look(12, 13, is_bold=True, is_upper=True), Look(13, 14, is_bold=True))
    return len(lines) == 2 and all(_looks(report, line, look) for line, look in zip(lines, looks, strict=True))


def _issuer(report: Report) -> bool:
    """The body above is upright, the issuing one bold; a committee has no body above it and two bold lines."""
    *above, issuing = _said(report.tables[0].findall(f".//{w('tc')}")[0])
    looks = (Look(12, 13, is_upper=True), Look(12, 13, is_bold=True, is_upper=True))
    return _looks(report, issuing, looks[1]) and all(any(_looks(report, p, look) for look in looks) for p in above)


def _number_and_day(report: Report) -> bool:
    (number,), (day,) = (_said(cell) for cell in report.tables[0].findall(f".//{w('tc')}")[2:4])
    return _looks(report, number, Look(13, 13)) and _looks(report, day, Look(13, 14, is_italic=True))


def _kind(report: Report) -> bool:
    (kind,) = _of_style(report, report.first_section, "Title")
    (about,) = _of_style(report, report.first_section, "Subtitle")
    titled = _looks(report, kind, Look(13, 14, is_bold=True, is_upper=True))
    return titled and _looks(report, about, Look(13, 14, is_bold=True))


def _upward(report: Report) -> bool:
    """A report to those above is addressed, and names them again as "Như trên"."""
    lines = report.lines(report.first_section)
    recipients = next(cell for cell in report.body.iter(w("tc")) if text_of(cell).startswith("Nơi nhận:"))
    one = [line for line in lines if line.startswith("Kính gửi:")]
    return len(one) == 1 and [text_of(p) for p in _said(recipients)][1] == "- Như trên;"


def _headings(report: Report) -> bool:
    first = _of_style(report, report.first_section, "Heading1")
    second = _of_style(report, report.first_section, "Heading2")
    upper = Look(13, 14, is_bold=True, is_upper=True, align="both")
    plain = Look(13, 14, is_bold=True, align="both")
    return all(_looks(report, p, upper) for p in first) and all(_looks(report, p, plain) for p in second)


def _points(report: Report) -> bool:
    """a) b) c) d) đ) …, in the order of the Vietnamese alphabet, from a each time."""
    letters = [line[0] for line in report.lines(report.first_section) if re.match(r"[^\W\d_]\) ", line)]
    runs = "".join(letters).replace("a", " a").split()
    return all(_ALPHABET.startswith(run) for run in runs)


def _sentences(report: Report) -> bool:
    body = [p for p in report.first_section if p.tag == w("p") and report.paragraph_value(p, "ind", "firstLine")]
    running = [p for p in _said_of(body) if report._style_id(p) == "BodyText"]
    return bool(running) and all(_looks(report, p, Look(13, 14, align="both")) for p in running)


def _said_of(paragraphs: Iterable[etree._Element]) -> list[etree._Element]:
    return [p for p in paragraphs if text_of(p).strip()]


def _signer(report: Report) -> bool:
    table = next(t for t in report.tables if any(text_of(c).startswith("Nơi nhận:") for c in t.iter(w("tc"))))
    lines = _said(table.findall(f".//{w('tc')}")[1])
    return bool(lines) and all(_looks(report, p, Look(13, 14, is_bold=True, is_upper=True)) for p in lines)


def _annex_heads(report: Report) -> bool:
    blocks = [block for block in report.body if block not in report.first_section]
    numbers, names, sources = (
        _of_style(report, blocks, style) for style in ("AnnexNumber", "AnnexTitle", "AnnexSource")
    )
    ordered = [text_of(p) for p in numbers] == [f"Phụ lục {roman}" for roman in _ROMANS[: len(numbers)]]
    return (
        ordered
        and len(numbers) == len(names) == len(sources) == len(report.sections) - 1
        and all(_looks(report, p, Look(14, 14, is_bold=True)) for p in numbers)
        and all(_looks(report, p, Look(13, 14, is_bold=True, is_upper=True)) for p in names)
        and all(_looks(report, p, Look(13, 14, is_italic=True)) for p in sources)
        and all(_SOURCE.fullmatch(text_of(p)) for p in sources)
    )


def _pictures(report: Report) -> bool:
    """Each has an alternative text and its name below; the figures stand in the table that follows."""
    blocks = [block for block in report.first_section if block.tag == w("tbl") or text_of(block) or _drawn(block)]
    for place, block in enumerate(blocks):
        for picture in _drawn(block):
            named, table = text_of(blocks[place + 1]), blocks[place + 3]
            if (
                len(picture.get("descr") or "") < 40
                or not re.match(r"Biểu đồ \d+\. \w", named)
                or table.tag != w("tbl")
            ):
                return False
    return True


def _drawn(block: etree._Element) -> list[etree._Element]:
    return list(block.iter(_DRAWING)) if block.tag == w("p") else []


_ELEMENTS: dict[str, Callable[[Report], bool]] = {
    "nation": _nation,
    "issuer": _issuer,
    "number_and_day": _number_and_day,
    "kind": _kind,
    "upward": _upward,
    "headings": _headings,
    "points": _points,
    "sentences": _sentences,
    "signer": _signer,
    "annex_heads": _annex_heads,
    "pictures": _pictures,
}
