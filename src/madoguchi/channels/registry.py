"""Which channels there are: an explicit list of dotted paths in settings, imported once."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from madoguchi.channels.contract import Channel
from madoguchi.channels.models import Inbox
from madoguchi.core.errors import NotFound


@lru_cache(maxsize=1)
def channel_classes() -> dict[str, type[Channel]]:
    """Every channel by its kind, in the order of settings.MADOGUCHI_CHANNELS."""
    classes: list[type[Channel]] = [import_string(path) for path in settings.MADOGUCHI_CHANNELS]
    return {cls.kind: cls for cls in classes}


def channel_class(kind: str) -> type[Channel]:
    """The channel of a kind; NotFound when no connector offers it."""
    try:
        return channel_classes()[kind]
    except KeyError as error:
        raise NotFound(f"No channel of the kind {kind!r} is installed.") from error


def channel_of(inbox: Inbox) -> Channel:
    """The channel of a 窓口, ready to send."""
    return channel_class(inbox.kind)(settings=inbox.settings, secrets=inbox.secrets)
