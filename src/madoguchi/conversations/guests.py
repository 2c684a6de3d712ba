"""The links of guests (ゲスト): made from our secret key, found by their hash, put into the mail as it leaves.

So nobody who reads the database, a backup or the conversation on the screen can answer in a guest's name.
"""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.choices import NEVER_LEFT, MessageKind, MessageState
from madoguchi.conversations.models import Attachment, GuestLink, Message
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import DomainError, Invalid, NotFound

#: Stands in a letter where the link of its recipient goes.
PLACE = f"{settings.BASE_URL}/ask/…"
_PLACES = (PLACE, PLACE.replace("…", "%E2%80%A6"))
#: Stands above it.
PAGE_HINT = _("You can answer on this page; no account is needed:")
_MAX_TOKEN = 80


class LinkEnded(DomainError):
    """The link was answered, revoked, too old or never ours; which of these is not said."""

    code = "link_ended"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("This page is closed: it was answered already, or its time is over. Please answer the mail instead.")
        )


def token_of(link: GuestLink) -> str:
    """The secret part of a link, made anew from its number, its nonce and our key."""
    told = f"guest-link:{link.pk}:{link.nonce}".encode()
    return f"{link.pk}-{hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:40]}"


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def living_link(token: str) -> GuestLink:
    """The link of this token while it lives; LinkEnded otherwise, whatever the reason."""
    rows = GuestLink.objects.select_related("side__inbox", "side__customer")
    link = rows.filter(token_hash=hash_of(token)).first() if len(token) <= _MAX_TOKEN else None
    if link is None or not link.is_alive or not hmac.compare_digest(token_of(link), token):
        raise LinkEnded
    return link


def shared_file(link: GuestLink, pk: int) -> Attachment:
    """One of the files that were shared by this link; NotFound for every other."""
    found = link.files.select_related("blob").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def questions_of(link: GuestLink) -> list[Message]:
    """The mails of the request that have left, oldest first."""
    rows = Message.objects.filter(conversation=link.side_id, kind=MessageKind.OUTBOUND)
    rows = rows.exclude(state__in=[*NEVER_LEFT, MessageState.AWAITING_APPROVAL, MessageState.FAILED])
    return list(rows.defer("html", "headers", "references").order_by("at", "pk"))


def without_place(text: str) -> str:
    """A letter as its reader's page shows it: without the line of the link, and the sentence that leads to it."""
    lines = text.splitlines()
    hints = _page_hints()
    leads = {number - 1 for number, line in enumerate(lines) if PLACE in line}
    kept = [
        line
        for number, line in enumerate(lines)
        if PLACE not in line and not (number in leads and line.strip() in hints)
    ]
    return "\n".join(kept).strip()


def _page_hints() -> set[str]:
    """The sentence above the link in each language that a letter may have."""
    hints = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            hints.add(str(PAGE_HINT))
    return hints


class NotForOne(Invalid):
    """A mail that asks to answer on a page goes to several, or to somebody else than the page is for."""

    def __init__(self) -> None:
        super().__init__(
            _("The page of this request is for one person. Send the mail to them alone, or close the page first."),
            field="to",
        )


def living_page(number: int) -> GuestLink | None:
    """The page of a request that can be answered now."""
    link = GuestLink.objects.filter(side=number).order_by("-pk").select_related("side").first()
    return link if link is not None and link.is_alive else None


def leads_to_page(number: int, text: str, html: str, *, message: int = 0) -> bool:
    """Whether a mail of a request with a page carries its link: the first always, later ones where its place stands."""
    if any(place in text or place in html for place in _PLACES):
        return True
    others = Message.objects.filter(conversation=number, kind=MessageKind.OUTBOUND).exclude(state__in=NEVER_LEFT)
    return not others.exclude(pk=message).exists()


def is_for(link: GuestLink, addresses: Iterable[str]) -> bool:
    """Whether a mail to these goes to nobody but whose page it is."""
    return {fold_address(each) for each in addresses} == {fold_address(link.address)}


def with_links(message: Message) -> tuple[str, str]:
    """Text and HTML of a mail of ours as they leave: where the link goes stands the recipient's own.

    A living link whose place was deleted stands at the end. Other mails leave as they are. Nobody gets the link of
    somebody else: `NotForOne` for a mail that leads to the page and goes to others than whose page it is.
    """
    link = living_page(message.conversation_id) if message.conversation.side_of_id is not None else None
    if link is None:
        return message.text, message.html
    text, html = message.text, message.html
    if not is_for(link, (party["email"] for party in (*message.to, *message.cc, *message.bcc))):
        if leads_to_page(message.conversation_id, text, html, message=message.pk):
            raise NotForOne
        return text, html
    url = f"{settings.BASE_URL}/ask/{token_of(link)}"
    has_place = PLACE in text
    for place in _PLACES:
        text, html = text.replace(place, url), html.replace(place, url)
    if has_place:
        return text, html
    return f"{text.rstrip()}\n\n{url}\n", f"{html}<p>{url}</p>" if html else ""
