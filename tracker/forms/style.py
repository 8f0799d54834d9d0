"""How cells of a form look, as xlsxwriter properties; colours are the palette's, with words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker import palette
from tracker.cells import Day, Kind, Number, Percent

Style = Mapping[str, Any]

_LINE = palette.RULE
_TEXT = "@"
_MUTED = "#5F6670"
_OPTIONAL_FILL = palette.LOCKED.fill

TITLE: Style = {"bold": True, "font_size": 14, "font_color": palette.HEADING.fill, "locked": True, "valign": "vcenter"}
NOTE: Style = {"italic": True, "font_size": 10, "font_color": _MUTED, "locked": True, "valign": "vcenter"}
IDENTITY: Style = {"font_size": 9, "font_color": "#767676", "locked": True, "valign": "vcenter"}
COUNTER: Style = {
    "bold": True,
    "font_size": 12,
    "align": "center",
    "valign": "vcenter",
    "border": 1,
    "border_color": _LINE,
    "bg_color": palette.NEEDED.fill,
    "font_color": palette.NEEDED.ink,
    "locked": True,
}
COUNTER_READY: Style = {"bg_color": "#D9EAD3", "font_color": "#0B4A1E"}
NEEDED: Style = {"bg_color": palette.NEEDED.fill}

LABEL: Style = {
    "bold": True,
    "align": "right",
    "indent": 1,
    "valign": "vcenter",
    "font_color": palette.BAND.ink,
    "locked": True,
}
HEAD_LOCKED: Style = {
    "font_size": 12,
    "valign": "vcenter",
    "indent": 1,
    "bottom": 4,
    "bottom_color": _LINE,
    "locked": True,
}
HEAD_OPEN: Style = {
    "font_size": 12,
    "valign": "vcenter",
    "indent": 1,
    "border": 1,
    "border_color": _LINE,
    "num_format": _TEXT,
    "locked": False,
}

_CENTRED: Style = {
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "bold": True,
    "left": 1,
    "right": 1,
    "locked": True,
}
BAND: Style = {
    **_CENTRED,
    "left_color": "#FFFFFF",
    "right_color": "#FFFFFF",
    "bg_color": palette.BAND.fill,
    "font_color": palette.BAND.ink,
}
HEADING: Style = {
    **_CENTRED,
    "left_color": "#FFFFFF",
    "right_color": "#FFFFFF",
    "bg_color": palette.HEADING.fill,
    "font_color": palette.HEADING.ink,
}

_CELL: Style = {"font_size": 12, "valign": "top", "text_wrap": True, "border": 1, "border_color": _LINE}
GUIDE_SECTION: Style = {
    "bold": True,
    "font_size": 12,
    "valign": "vcenter",
    "bg_color": palette.BAND.fill,
    "font_color": palette.BAND.ink,
    "locked": True,
}
GUIDE_NAME: Style = {**_CELL, "bold": True, "locked": True}
GUIDE_CELL: Style = {**_CELL, "locked": True}


def locked_cell(is_centred: bool) -> Style:
    """A cell the tracker fills."""
    align = {"align": "center"} if is_centred else {}
    fill = {"bg_color": palette.LOCKED.fill, "font_color": palette.LOCKED.ink}
    return {**_CELL, **align, **fill, "locked": True, "num_format": _TEXT}


def answer_cell(kind: Kind, is_optional: bool = False) -> Style:
    """A cell the agency fills; greyed where a coordinating agency may leave it."""
    align = {} if kind.validation() is None else {"align": "center"}
    fill = {"bg_color": _OPTIONAL_FILL} if is_optional else {}
    return {**_CELL, **align, **fill, "locked": False, "num_format": number_format(kind)}


def number_format(kind: Kind) -> str:
    """Excel's number format of a kind of cell; text stays text, so that "1/2" is no date."""
    match kind:
        case Percent() | Number():
            return "General"  # 70,5 shows whole, and a typed "60%" brings its own format
        case Day():
            return "dd/mm/yyyy"
    return _TEXT
