"""What lies oddly on a disk: odd names, links, pipes, folders, files nobody may read, files that grow."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NAMES: dict[str, str] = {
    "dots": "....xlsx",
    "dots_and_a_path": "..%2f..%2fetc%2fpasswd.xlsx",
    "backslashes": "..\\..\\evil.xlsx",
    "drive": "C:\\Windows\\evil.xlsx",
    "device": "CON",
    "device_with_ending": "NUL.xlsx",
    "device_of_printers": "LPT1.xlsx",
    "line_ends": "a\r\nBcc: x@example.com\r\n.xlsx",
    "bidi": "bao\u202exslx.cao.exe",
    "stream": "a.xlsx:evil.exe",
    "long": "ệ" * 83 + ".xlsx",
    "decomposed": "Sở Nội vụ.xlsx",
    "zero_width": "b\u200ba\u200do\ufeff.xlsx",
    "option": "--home=etc.xlsx",
    "formula": "=cmd|'calc'!A0.xlsx",
    "html": "<script>alert(1)<.xlsx",
    "sql": "'; drop table submission; --.xlsx",
    "braces": "{name} {0.__class__} %s %n.xlsx",
    "spaces": "   .xlsx",
    "no_ending": "baocao",
    "hidden": ".baocao.xlsx",
    "emoji": "🏢📊.xlsx",
    "tabs": "a\tb\vc.xlsx",
    "escape": "\x1b[2J\x1b]0;pwned\x07.xlsx",
    "brackets": "[bold red]x[b].xlsx",
    "glob": "*?[a-z]*.xlsx",
    "upper": "BAO CAO.XLSX",
    "end_dot": "baocao.xlsx.",
}
"""Of returns as good as any other: each must be taken under whatever name."""

BYTES = (b"B\xf8o c\xb8o.xlsx", b"\xff\xfe\xfd.xlsx", b"\xed\xa0\x80.xlsx")
"""Names that are no UTF-8."""

LITTER = ("~$bao cao.xlsx", ".~lock.bao cao.xlsx#", "Thumbs.db", "desktop.ini", ".DS_Store", "._bao cao.xlsx")
COPYING = ("bao cao.xlsx.part", "bao cao.xlsx.crdownload", "bao cao.tmp")


@dataclass(frozen=True)
class Oddity:
    """Something laid into the inbox that is no file of its own; `lay` gets its place and a secret elsewhere."""

    name: str
    lay: Callable[[Path, Path], object]


ODDITIES = (
    Oddity("link.xlsx", lambda place, secret: place.symlink_to(secret)),
    Oddity("link to nothing.xlsx", lambda place, secret: place.symlink_to(secret.parent / "nothing")),
    Oddity("link to itself.xlsx", lambda place, secret: place.symlink_to(place)),
    Oddity("link to a folder", lambda place, secret: place.symlink_to(secret.parent, target_is_directory=True)),
    Oddity("folder.xlsx", lambda place, secret: place.mkdir()),
    Oddity("pipe.xlsx", lambda place, secret: os.mkfifo(place)),
    Oddity("device.xlsx", lambda place, secret: place.symlink_to("/dev/zero")),
)


def placed(folder: Path, name: str | bytes) -> Path:
    """The path of such a name inside a folder, as the disk has it."""
    raw = os.fsencode(name)
    if len(raw) > 255 or b"/" in raw:
        raise ValueError(f"no disk has {name!r}")
    return Path(os.fsdecode(os.fsencode(folder) + b"/" + raw))
