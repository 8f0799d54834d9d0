"""What comes in: channels, the guard, the archive."""

from tracker.intake.channel import Channel, ChannelPlace
from tracker.intake.folder import Folder
from tracker.intake.mailbox import Mailbox
from tracker.intake.unpack import Unpacking

__all__ = ["Channel", "ChannelPlace", "channels"]


def channels(place: ChannelPlace) -> tuple[Channel, ...]:
    """Every channel, ready to fetch: containers of the folder come unpacked, mails as they are.

    A new one is a module here and a line in this function.
    """
    folder = Unpacking(Folder(place), place.max_bytes)
    return (folder, Mailbox(place.mail)) if place.mail else (folder,)
