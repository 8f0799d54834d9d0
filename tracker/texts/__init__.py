"""The catalogue: every sentence and label people read, by key, in Vietnamese and (for the IT officer) English.

Keys are `section.name`; placeholders are `str.format` fields. Values are worded here, once: dates as dd/mm/yyyy,
numbers with a decimal comma, sequences joined by ", ".
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from importlib import resources

from tracker.vietnamese import show_number

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to be worded later, in the language of whoever reads it; may be a fact of another."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def word(value: object, language: str = "vi") -> str:
    """A fact as it stands inside a sentence; `None` and "" are said to be empty."""
    if value is None or value == "":
        return catalogue(language)["word.empty"]
    if isinstance(value, datetime):
        return f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return catalogue(language)["word.yes" if value else "word.no"]
    if isinstance(value, (int, float)):
        return show_number(value)
    if isinstance(value, Said):
        return say(value.key, language, **value.facts)
    if isinstance(value, (tuple, list)):
        return ", ".join(word(item, language) for item in value)
    return str(value)


@lru_cache
def catalogue(language: str = "vi") -> Mapping[str, str]:
    """All sentences of a language: {"finding.R01": "…", …}."""
    raw = tomllib.loads(resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {f"{section}.{key}": text for section, entries in raw.items() for key, text in entries.items()}


def say(key: str, language: str = "vi", **facts: object) -> str:
    """The sentence of `key` with its facts worded; a key English lacks is said in Vietnamese. KeyError: no such key."""
    text = catalogue(language).get(key) or catalogue("vi")[key]
    return text.format_map({name: word(value, language) for name, value in facts.items()}) if "{" in text else text


def placeholders(text: str) -> frozenset[str]:
    """Names of the facts a sentence needs."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
