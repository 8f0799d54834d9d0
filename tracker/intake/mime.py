"""A mail taken apart: bytes in, a `Mail` out, whoever made it and however it was made. Pure; runs in the worker.

Files are told by their contents, never by what headers call them. Forwarded mails, winmail.dat and .msg are opened to
depth 3; pictures of signatures, cards, appointments and the letter's own text are no files. A mail that cannot be
taken apart comes back as BROKEN, with whatever of its head can be read.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.errors import CloseBoundaryNotFoundDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect
from email.parser import BytesHeaderParser

from tracker.intake import wrapped
from tracker.intake.headers import Part, fields, first, parameter, text_of
from tracker.intake.trust import Trust, grade_of, is_answer_of_robot, kind_of, sender_of
from tracker.intake.weigh import Weight, is_cut_short, weigh
from tracker.model import Grade, MailKind
from tracker.vietnamese import clean_text, safe_name

MAX_DEPTH = 3
MAX_PARTS = 50
_MAX_LEVELS = 40
_MAX_LEAVES = 1000
_HEAD_BYTES = 256 * 1024
_SUBJECT_CHARS = 500
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_CUT = (CloseBoundaryNotFoundDefect, InvalidBase64PaddingDefect, InvalidBase64LengthDefect)


@dataclass(frozen=True, slots=True)
class MailPart:
    """A file of a mail. `place` tells it from the mail's other files, always the same for the same mail; `problem` says
    why its bytes are of no use: damaged (the mail ends inside it), too_large, password; "" where they are."""

    name: str
    place: str
    data: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. `sender` in normal form ("" : none; several, divided by ", ": ambiguous); `ignored` are names
    of files that are no returns: pictures and signatures not counted."""

    kind: MailKind
    grade: Grade
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    parts: tuple[MailPart, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part that holds no parts, as far as mails go."""

    place: str
    name: str
    data: bytes
    weight: Weight
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a part lies: its place, how many mails and wrappings and how many multiparts around it; whether the mail
    ends inside it; whether it belongs to a text as its pictures do."""

    place: str = ""
    depth: int = 1
    level: int = 0
    is_cut: bool = False
    is_related: bool = False

    def inside(self, number: int | str) -> _Where:
        return replace(self, place=f"{self.place}.{number}".lstrip("."))


def open_mail(raw: bytes, trust: Trust) -> Mail:
    """The mail; BROKEN where it cannot be taken apart. Raises nothing but lack of memory."""
    try:
        return _opened(raw, trust)
    except Exception:  # whatever the parser dies of: this mail is set aside, the others go on
        return _broken(raw, trust)


def _broken(raw: bytes, trust: Trust) -> Mail:
    try:
        head = BytesHeaderParser().parsebytes(re.split(rb"\r?\n\r?\n", raw[:_HEAD_BYTES], maxsplit=1)[0])
        return replace(_told(head, trust), kind=MailKind.BROKEN)
    except Exception:  # not even its head
        return Mail(MailKind.BROKEN, Grade.UNKNOWN)


def _opened(raw: bytes, trust: Trust) -> Mail:
    message = email.message_from_bytes(raw)
    mail = _told(message, trust)
    if not message.keys() or (_is_multipart(message) and not message.is_multipart()):
        return replace(mail, kind=MailKind.BROKEN)
    leaves = _leaves(message)
    if is_answer_of_robot(message, mail.kind):
        return replace(mail, ignored=tuple(leaf.name for leaf in leaves if leaf.weight is not Weight.TRIFLE))
    files = [leaf for leaf in leaves if leaf.weight is Weight.FILE]
    papers = [leaf for leaf in leaves if leaf.weight is Weight.PAPER]
    if not files:
        return replace(mail, parts=_parts(papers))
    return replace(mail, parts=_parts(files), ignored=tuple(leaf.name for leaf in papers))


def _told(message: Part, trust: Trust) -> Mail:
    sender = sender_of(message)
    threads = [*fields(message, "References"), *fields(message, "In-Reply-To")]
    return Mail(
        kind_of(message, sender, trust),
        grade_of(message, sender, trust),
        sender,
        clean_text(text_of(first(message, "Subject")))[:_SUBJECT_CHARS].replace("\n", " "),
        next(iter(_MESSAGE_ID.findall(first(message, "Message-ID"))), ""),
        tuple(dict.fromkeys(each for text in threads for each in _MESSAGE_ID.findall(text))),
    )


def _leaves(message: Part) -> list[_Leaf]:
    """All leaves; ValueError: more than any mail has."""
    leaves = []
    for leaf in _walk(message, _Where()):
        leaves.append(leaf)
        if len(leaves) > _MAX_LEAVES:
            raise ValueError("too many parts")
    return leaves


def _parts(leaves: list[_Leaf]) -> tuple[MailPart, ...]:
    """The files, each once, and what is too much named as one."""
    by_contents: dict[bytes | str, _Leaf] = {}
    for leaf in leaves:
        by_contents.setdefault(leaf.data or leaf.place, leaf)
    once = list(by_contents.values())
    parts = [MailPart(leaf.name, leaf.place, leaf.data, leaf.problem) for leaf in once[:MAX_PARTS]]
    if len(once) > MAX_PARTS:
        parts.append(MailPart(f"{once[MAX_PARTS].name} …", "rest", problem="too_large"))
    return tuple(parts)


# --- the tree ---------------------------------------------------------------------------------------------------------


def _walk(part: Part, where: _Where) -> Iterator[_Leaf]:
    if where.level > _MAX_LEVELS:
        raise ValueError("nested too deeply")
    kind = _type(part)
    if kind in ("message/rfc822", "message/global"):
        yield from _forwarded(part, where)
    elif _is_multipart(part) and part.is_multipart():
        yield from _children(part, kind, where)
    else:
        yield from _leaf(part, kind, where)


def _children(part: Part, kind: str, where: _Where) -> Iterator[_Leaf]:
    children = list(part.get_payload())
    is_open = where.is_cut or any(isinstance(each, CloseBoundaryNotFoundDefect) for each in part.defects)
    for number, child in enumerate(children, 1):
        inside = replace(
            where.inside(number),
            level=where.level + 1,
            is_cut=is_open and number == len(children),
            is_related=where.is_related or kind == "multipart/related",
        )
        yield from _walk(child, inside)


def _forwarded(part: Part, where: _Where) -> Iterator[_Leaf]:
    """A mail in a mail; some programs wrap it in base64, which the standard forbids and the parser leaves as text."""
    inner = next(iter(part.get_payload()), None) if part.is_multipart() else None
    if first(part, "Content-Transfer-Encoding").strip().lower() == "base64":
        payload = str(inner.get_payload() if inner is not None else part.get_payload())
        carrier = email.message_from_bytes(b"Content-Transfer-Encoding: base64\n\n" + payload.encode("ascii", "ignore"))
        inner = email.message_from_bytes(_bytes(carrier))
    if inner is None:
        return
    name = _name(part, where) if _given_name(part) else f"{clean_text(text_of(first(inner, 'Subject')))[:120]}.eml"
    if where.depth >= MAX_DEPTH:
        yield _Leaf(where.place, safe_name(name), b"", Weight.FILE, "too_large")
        return
    yield from _walk(inner, replace(where, place=f"{where.place}m", depth=where.depth + 1, level=where.level + 1))


def _leaf(part: Part, kind: str, where: _Where) -> Iterator[_Leaf]:
    data = _bytes(part)
    yield from _unwrapped(_name(part, where, data), data, kind, where, part)


def _unwrapped(name: str, data: bytes, kind: str, where: _Where, part: Part | None) -> Iterator[_Leaf]:
    """A file, or what it wraps."""
    unwrap = wrapped.unwrapper(data)
    if unwrap is None:
        is_loose = part is None or _is_attachment(part)
        weight = weigh(data, name, kind, is_loose and not (part and _belongs_to_text(part, where)))
        is_cut = where.is_cut or (part is not None and any(isinstance(each, _CUT) for each in part.defects))
        yield _Leaf(where.place, name, data, weight, "damaged" if is_cut and is_cut_short(data) else "")
        return
    files = unwrap(data) if where.depth < MAX_DEPTH else "too_large"
    if isinstance(files, str):
        yield _Leaf(where.place, name, data if files == "as_is" else b"", Weight.FILE, files.replace("as_is", ""))
        return
    for number, file in enumerate(files, 1):
        inside = replace(where.inside(number), depth=where.depth + 1)
        if file.problem:
            yield _Leaf(inside.place, safe_name(file.name), b"", Weight.FILE, file.problem)
        elif file.is_mail:
            yield from _walk(email.message_from_bytes(file.data), replace(inside, level=where.level + 1))
        else:
            yield from _unwrapped(safe_name(file.name), file.data, "", inside, None)


# --- one part ---------------------------------------------------------------------------------------------------------


def _type(part: Part) -> str:
    return first(part, "Content-Type").partition(";")[0].strip().lower() or part.get_default_type()


def _is_multipart(part: Part) -> bool:
    return _type(part).startswith("multipart/")


def _bytes(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _given_name(part: Part) -> str:
    """The name in Content-Disposition or Content-Type, whichever can be read; "" where there is none."""
    names = [parameter(first(part, "Content-Disposition"), "filename"), parameter(first(part, "Content-Type"), "name")]
    readable = [name for name in names if name.strip() and "\ufffd" not in name]
    return next(iter(readable or filter(None, names)), "")


def _name(part: Part, where: _Where, data: bytes = b"") -> str:
    given = _given_name(part)
    return safe_name(given) if given else f"tep-dinh-kem-{where.place or 1}{wrapped.suffix_of(data)}"


def _is_attachment(part: Part) -> bool:
    """Whether it is meant as a file: said so, or named."""
    disposition = first(part, "Content-Disposition").partition(";")[0].strip().lower()
    return disposition == "attachment" or bool(_given_name(part))


def _belongs_to_text(part: Part, where: _Where) -> bool:
    """Whether it is shown in the text, as logos are: pictures of this kind are no files."""
    disposition = first(part, "Content-Disposition").partition(";")[0].strip().lower()
    return disposition == "inline" or where.is_related or bool(fields(part, "Content-ID"))


# --- in a worker ------------------------------------------------------------------------------------------------------

_trust = Trust()


def prepare(trust: Trust) -> None:
    """Sets up a worker process, once."""
    global _trust
    _trust = trust


def open_guarded(raw: bytes) -> Mail:
    """`open_mail` with the worker's trust."""
    return open_mail(raw, _trust)
