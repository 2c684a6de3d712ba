"""The pages on which customers choose when to be called: made from our secret key, found by their hash.

So nobody who reads the database or a backup can choose in a customer's name.
"""

import hashlib
import hmac

from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.calls.choices import CallbackState
from madoguchi.calls.models import Callback, CallbackLink
from madoguchi.core.errors import DomainError

_MAX_TOKEN = 80


class CallbackLinkEnded(DomainError):
    """The link was revoked, is too old or never ours; which of these is not said."""

    code = "link_ended"
    status = 410

    def __init__(self) -> None:
        super().__init__(_("This page is closed. Please answer our mail, or call us, and we find a time together."))


def token_of(link: CallbackLink) -> str:
    """The secret part of a link, made anew from its number, its nonce and our key."""
    told = f"callback-link:{link.pk}:{link.nonce}".encode()
    return f"{link.pk}-{hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:40]}"


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(link: CallbackLink) -> str:
    """The whole address of a page."""
    return f"{settings.BASE_URL}/callback/{token_of(link)}"


def living_link(token: str) -> CallbackLink:
    """The link of this token while it lives; CallbackLinkEnded otherwise, whatever the reason."""
    rows = CallbackLink.objects.select_related("conversation__inbox__calendar", "conversation__customer")
    link = rows.filter(token_hash=hash_of(token)).first() if len(token) <= _MAX_TOKEN else None
    if link is None or not link.is_alive or not hmac.compare_digest(token_of(link), token):
        raise CallbackLinkEnded
    return link


def chosen_by(link: CallbackLink) -> Callback | None:
    """What was chosen on a page and is still to come."""
    return Callback.objects.filter(link=link, state=CallbackState.OPEN).first()
