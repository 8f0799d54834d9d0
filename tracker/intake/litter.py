"""Files that office programs and file managers leave behind; nobody sent them on purpose."""

from __future__ import annotations

_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", ".gitkeep"})
_STARTS = ("~$", ".~lock.", "._", "~")
_FOLDERS = frozenset({"__macosx"})


def is_litter(name: str) -> bool:
    """Whether a file is litter by its name; `name` may have folders before it, divided by `/`."""
    *folders, last = name.casefold().split("/")
    return last in _NAMES or last.startswith(_STARTS) or not _FOLDERS.isdisjoint(folders)
