"""Around the text of the report: heading, title, addressee and signature block (decree 30/2020, appendix I)."""

from __future__ import annotations

import unicodedata
from itertools import chain

from docx.document import Document
from docx.shared import Pt
from docx.table import _Cell

from tracker.config import Office
from tracker.dates import official_date
from tracker.model import Month
from tracker.reports.word_base import TEXT_WIDTH_MM, Base
from tracker.reports.word_layout import add_frame, add_line, add_rule
from tracker.reports.word_sentences import subject
from tracker.texts import say

_HEAD_MM = (66.0, 94.0)
_SIGNATURE_MM = (75.0, 85.0)
_ROOM_TO_SIGN_MM = 48
_RULE_SHARE = 0.4
"""Rules under the issuer and the subject take 1/3 to 1/2 of the line."""

_BOLD_WIDTHS = {
    "A": 722, "B": 667, "C": 722, "D": 722, "E": 667, "F": 611, "G": 778, "H": 778, "I": 389, "J": 500, "K": 778,
    "L": 667, "M": 944, "N": 722, "O": 778, "P": 611, "Q": 778, "R": 722, "S": 556, "T": 667, "U": 722, "V": 722,
    "W": 1000, "X": 722, "Y": 722, "Z": 667, "Đ": 722, " ": 250, "-": 333, "/": 278, ",": 250, ".": 250, "(": 333,
    ")": 333, "c": 444, "e": 444, "f": 333, "i": 278, "j": 333, "k": 556, "l": 278, "m": 833, "r": 444, "s": 389,
    "t": 333, "b": 556, "d": 556, "h": 556, "n": 556, "p": 556, "q": 556, "u": 556, "đ": 556, "w": 722,
}  # fmt: skip
"""Advance widths of Times New Roman Bold in 1/1000 em; 500 for all others. Marks above and below add nothing."""


def bold_width_mm(text: str, size_pt: float) -> float:
    """How long a line of Times New Roman Bold is."""
    letters = (char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return sum(_BOLD_WIDTHS.get(char, 500) for char in letters) * size_pt / 1000 * 25.4 / 72


def add_head(base: Base, office: Office, month: Month) -> None:
    """Issuer and national title side by side, then number and date on one row. The number stays blank."""
    (issuer, nation), (number, day) = add_frame(base.document, _scaled(base, _HEAD_MM), 2)
    _add_issuer(base, issuer, office)
    add_line(nation, say("report.nation"), "Nation")
    add_line(nation, say("report.motto"), "Motto")
    add_rule(nation, bold_width_mm(say("report.motto"), base.size_of("Motto")), _HEAD_MM[1] * base.scale)
    add_line(number, say("report.number", symbol=office.symbol), "Number")
    add_line(day, say("report.place_and_day", place=office.place, day=official_date(month.as_of)), "PlaceAndDay")


def _add_issuer(base: Base, cell: _Cell, office: Office) -> None:
    names = office.name.split("\n")
    if office.parent:
        add_line(cell, office.parent, "IssuerAbove")
    for name in names:
        add_line(cell, name, "Issuer")
    width = _HEAD_MM[0] * base.scale
    add_rule(cell, min(bold_width_mm(names[-1], base.size_of("Issuer")), width) * _RULE_SHARE, width)


def _scaled(base: Base, widths_mm: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(width * base.scale for width in widths_mm)


def add_title(base: Base, office: Office, month: Month) -> None:
    """BÁO CÁO, what about, and to whom."""
    document, width = base.document, TEXT_WIDTH_MM * base.scale
    add_line(document, say("report.kind"), "Title")
    about = subject(month)
    add_line(document, about, "Subtitle")
    longest = max(bold_width_mm(line, base.size_of("Subtitle")) for line in about.split("\n"))
    add_rule(document, min(longest, width) * _RULE_SHARE, width)
    _add_addressee(document, [part.strip() for part in office.receiver.split(";") if part.strip()])


def _add_addressee(document: Document, receivers: list[str]) -> None:
    if len(receivers) == 1:
        add_line(document, say("report.to_one", receiver=receivers[0]), "Addressee")
        return
    lines = [say("report.to_many"), *(f"- {name};" for name in receivers)]
    lines[-1] = lines[-1][:-1] + "."
    for text in lines if receivers else []:
        line = add_line(document, text, "Addressees")
        if text == lines[0]:
            line.paragraph_format.space_before = Pt(12)


def add_signature(base: Base, office: Office) -> None:
    """Nơi nhận beside the signer's office, with room for signature and seal; no name is ever filled in."""
    ((recipients, signer),) = add_frame(base.document, _scaled(base, _SIGNATURE_MM), 1, _ROOM_TO_SIGN_MM)
    add_line(recipients, say("report.recipients"), "RecipientsHead")
    for text in chain((f"- {name};" for name in office.recipients), (say("report.archive", unit=office.archive),)):
        add_line(recipients, text, "Recipients")
    for text in office.signer:
        add_line(signer, text, "Signer")
    signer.paragraphs[0].paragraph_format.space_before = Pt(12)
