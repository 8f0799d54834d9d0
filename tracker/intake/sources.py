"""Where returns come from. Workers never load this: channels bring the mail libraries with them."""

from __future__ import annotations

from tracker.intake.channel import Channel, ChannelPlace
from tracker.intake.folder import Folder
from tracker.intake.mailbox import Mailbox
from tracker.intake.unpack import Unpacking
from tracker.intake.written import Written


def channels(place: ChannelPlace) -> tuple[Channel, ...]:
    """Every channel, ready to fetch: what the office wrote into workbooks first; containers of the folder come
    unpacked, mails as they are.

    A new one is a module here and a line in this function.
    """
    workbooks = (Written(place, place.written),) if place.written else ()
    mailbox = (Mailbox(place.mail),) if place.mail else ()
    return (*workbooks, Unpacking(Folder(place), place.max_bytes), *mailbox)
