"""The work pane, conversation and side panel: all its reads in one round trip, the frame's with them if it is shown."""

from typing import Any

from django.db.models import QuerySet

from madoguchi.channels.queries import remember_inboxes
from madoguchi.commerce.numbers import number_key
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import ConversationReads
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.beside_list import BesideList
from madoguchi.desk.frame import chosen_filter, words_now
from madoguchi.desk.listing import Asked, query_of
from madoguchi.desk.side import ASIDES, CUSTOMER, GUIDES, HISTORY, NOTES, ORDERS, SideReads
from madoguchi.desk.talk import TalkReads
from madoguchi.notifications.actions import mark_read
from madoguchi.notifications.queries import unread_about


class WorkReads:
    """What the pane of one conversation needs; nothing of it is shown unless `conversation` gives it."""

    def __init__(self, request: StaffRequest, number: int) -> None:
        remember_inboxes(request.user)
        self.request, self.user, self.number = request, request.user, number
        self.subject = f"conversation:{number}"
        self._conversation = ConversationReads(self.user, number)
        self._unread = unread_about(self.user, self.subject)
        self._talk = TalkReads(self.user, number, since_id=number_in(request, "from"))
        self._side = SideReads(self.user, number, tab_of(request, "side"), order=order_in(request))

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return *self._conversation.asked, self._unread, *self._talk.asked, *self._side.asked

    def beside_list(self, *, seen: str = "") -> BesideList:
        """Fetch it together with the page around it."""
        asked = Asked(self.user, chosen_filter(self.request), self.number)
        return BesideList(self.request, *self.asked, asked=asked, seen=seen)

    def conversation(self) -> Conversation:
        """The conversation; NotFound for what the person may not see."""
        return self._conversation.conversation()

    def note_read(self) -> None:
        """Take the notices about it for read."""
        if self._unread:
            mark_read(self.user, subject=self.subject)

    def context(self, found: Conversation) -> dict[str, object]:
        """What the templates show."""
        words = words_now()
        return {
            "conversation": found,
            "talk": self._talk.talk(found, words),
            "side": self._side.side(found, words),
            "query": query_of(chosen_filter(self.request)),
        }


def tab_of(request: StaffRequest, name: str) -> str:
    """The tab of the side panel an address asks for."""
    tab = request.GET.get(name, CUSTOMER)
    return tab if tab in (HISTORY, NOTES, ASIDES, GUIDES, ORDERS) else CUSTOMER


def order_in(request: StaffRequest) -> str:
    """The number of the order that an address asks to open, as it is compared."""
    return number_key(request.GET.get("order", "")[:200])


def number_in(request: StaffRequest, name: str) -> int | None:
    """A number in the address; None for nothing or nonsense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
