"""The hidden identity of a form, in three places: a very-hidden sheet, a text property, and a small visible line.

Sealed with HMAC-SHA256 under the workspace's key. It proves which form this is, not who filled it. Text properties and
hidden sheets survive LibreOffice; the visible line survives a copy into a new workbook.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from tracker.model import Identity
from tracker.texts import say
from tracker.vietnamese import fold

SHEET = "_nhan_dang"
PROPERTY = "TrackerForm"
LINE_LABEL = "Mã biểu:"
RESULT_SHEET = "Kết quả kiểm tra"
"""The first sheet of a marked return: ours, never read as data."""
_PREFIX = "TDNV1"
_LINE = re.compile(r"([A-Z]+)\.(\d+)/([0-9]{4}-[0-9]{2})/([a-z0-9_-]+)/([0-9a-f]{6})-([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is sealed: kind, version, plan (its documents), agency, period, task codes, hash of the locked labels."""

    kind: str
    version: int
    plan: str
    agency: str
    period: str
    tasks: tuple[str, ...]
    labels: str = ""


def key_id(key: bytes) -> str:
    """Six hex digits that tell one workspace's key from another's, and nothing of the key."""
    return hashlib.sha256(b"tracker key id" + key).hexdigest()[:6]


def label_of(content: str, deadline: str) -> str:
    """What a form shows of a task, as it goes into the hash of labels."""
    return f"{content}\x1e{deadline}"


def labels_hash(labels: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(labels).encode()).hexdigest()[:16]


def _mac(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def token(stamp: Stamp, key: bytes) -> str:
    """The whole stamp as one line of ASCII, sealed: for the hidden sheet (a property holds 255: `line` goes there)."""
    body = json.dumps({**asdict(stamp), "tasks": list(stamp.tasks)}, sort_keys=True, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")
    return f"{_PREFIX}.{key_id(key)}.{packed}.{_mac(key, packed)}"


def line(stamp: Stamp, key: bytes) -> str:
    """The short stamp people can see and copy: kind.version/period/agency/key-seal (12 digits of it)."""
    body = f"{stamp.kind}.{stamp.version}/{stamp.period}/{stamp.agency}"
    return f"{body}/{key_id(key)}-{_mac(key, body)[:12]}"


def read_token(text: str, key: bytes) -> Identity | None:
    """Identity of a token; None where it is no token at all."""
    parts = text.strip().split(".")
    if len(parts) != 4 or parts[0] != _PREFIX:
        return None
    try:
        packed = parts[2]
        body = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        agency, period, kind = (str(body[name]) for name in ("agency", "period", "kind"))
        version, tasks = int(body["version"]), tuple(str(task) for task in body["tasks"])
        labels = str(body["labels"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Identity("altered", problem="token")
    state = _state(parts[1], key, _is_seal(parts[3], _mac(key, packed)))
    return Identity(state, agency, period, kind, version, tasks, labels=labels)


def compared(claim: Identity, lines: Sequence[Sequence[object]]) -> Identity:
    """The claim of a token beside the same in words below it; where these tell another story, it was altered.

    A line that is gone, or that a program made a number or a date of, tells nothing.
    """
    told = {
        "kind": claim.kind,
        "version": str(claim.version),
        "agency": claim.agency,
        "period": claim.period,
        "tasks": ", ".join(claim.tasks),
    }
    names = {fold(say(f"form.identity_{name}")): name for name in told}
    for line in lines:
        label, value = (*line, "", "")[:2]
        name = names.get(fold(label)) if isinstance(label, str) else None
        if name and isinstance(value, str) and value.strip() not in ("", told[name]):
            return replace(claim, state="altered", problem=name)
    return claim


def read_line(text: str, key: bytes) -> Identity | None:
    """Identity of the visible line, found anywhere in a text; None where there is none."""
    found = _LINE.search(text)
    if not found:
        return None
    kind, version, period, agency, who, seal = found.groups()
    body = f"{kind}.{version}/{period}/{agency}"
    return Identity(_state(who, key, _is_seal(seal, _mac(key, body)[:12])), agency, period, kind, int(version))


def _is_seal(given: str, expected: str) -> bool:
    """Compares in constant time; as bytes, for what is given may hold anything."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _state(who: str, key: bytes, is_sealed: bool) -> str:
    if is_sealed:
        return "sealed"
    return "altered" if who == key_id(key) else "foreign"
