"""How cells of the workbook look, by name; the font is the sheet's."""

from __future__ import annotations

from typing import Any

from tracker.palette import BAND, HEADING, RULE

_FRAME: dict[str, Any] = {"border": 1, "border_color": RULE, "valign": "top", "text_wrap": True}
_CENTRED: dict[str, Any] = {**_FRAME, "align": "center"}
_GREY = "#595959"
LOOKS: dict[str, dict[str, Any]] = {
    "text": _FRAME,
    "centre": _CENTRED,
    "number": {**_CENTRED, "num_format": "#,##0"},
    "percent": {**_CENTRED, "num_format": 'General"%"'},
    "figure": {**_CENTRED, "num_format": "#,##0.##"},
    "share": {**_CENTRED, "num_format": "0.0%"},
    "day": {**_CENTRED, "num_format": "dd/mm/yyyy"},
    "instant": {**_CENTRED, "num_format": "hh:mm dd/mm/yyyy"},
    "link": {**_CENTRED, "underline": 1, "font_color": HEADING.fill},
    "text_link": {**_FRAME, "underline": 1, "font_color": HEADING.fill},
    "number_link": {**_CENTRED, "num_format": "#,##0", "underline": 1, "font_color": HEADING.fill},
    "repeated": {**_CENTRED, "font_color": _GREY},
    "repeated_link": {**_CENTRED, "underline": 1, "font_color": _GREY},
    "word": {**_FRAME, "bold": True},
    "typed": {"valign": "top", "text_wrap": True},
    "heading": {**_CENTRED, "bold": True, "valign": "vcenter", "bg_color": HEADING.fill, "font_color": HEADING.ink},
    "total": {**_CENTRED, "bold": True, "num_format": "#,##0", "bg_color": BAND.fill, "font_color": BAND.ink},
    "band": {**_FRAME, "bold": True},
    "total_share": {**_CENTRED, "bold": True, "num_format": "0.0%", "bg_color": BAND.fill, "font_color": BAND.ink},
    "title": {"bold": True, "font_size": 14, "font_color": HEADING.fill},
    "section": {"bold": True, "font_size": 11, "font_color": HEADING.fill},
    "note": {"italic": True},
    "mark": {"font_size": 8, "font_color": BAND.ink},
    "sentence": {"text_wrap": True, "valign": "top", "font_size": 11},
    "jump": {"underline": 1, "font_color": HEADING.fill},
}
LINKED = {"centre": "link", "text": "text_link", "number": "number_link", "repeated": "repeated_link"}
"""How a look shows that a cell leads somewhere."""
