"""What comes in: channels, the guard, the archive."""

from tracker.intake.channel import Channel, ChannelPlace
from tracker.intake.folder import Folder
from tracker.intake.unpack import Unpacking

__all__ = ["Channel", "ChannelPlace", "channels"]


def channels(place: ChannelPlace) -> tuple[Channel, ...]:
    """Every channel, ready to fetch; containers come unpacked. A new one is a module here and a line in this tuple."""
    found = (Folder(place),)
    return tuple(Unpacking(channel, place.max_bytes) for channel in found)
