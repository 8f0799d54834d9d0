"""What comes in: channels, the guard, the archive."""

from tracker.intake.channel import Channel, ChannelPlace
from tracker.intake.folder import Folder

__all__ = ["Channel", "ChannelPlace", "channels"]


def channels(place: ChannelPlace) -> tuple[Channel, ...]:
    """Every channel, ready to fetch. A new one is a module here and a line in this tuple."""
    return (Folder(place),)
