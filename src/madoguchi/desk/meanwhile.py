"""What happened while somebody was writing, put into words, each with the way to look at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.conversations.disturbances import UNSEEN, Disturbance
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class Happened:
    """Something the writer has not seen."""

    text: str
    href: str  #: empty where there is nothing the writer may look at


def happened(disturbances: Sequence[Disturbance], words: Words) -> list[Happened]:
    """What happened meanwhile, each with the way to look at it."""
    return [Happened(_happened(each, words), _place(each)) for each in disturbances]


def _place(each: Disturbance) -> str:
    if each.message_id:
        return reverse("desk:message", args=[each.message_id])
    if each.conversation_id is None:
        return ""
    return reverse("desk:conversation", args=[each.conversation_id])


def _happened(each: Disturbance, words: Words) -> str:
    is_named = each.conversation_id is not None and not each.is_here
    where = _(" (conversation %(number)s)") % {"number": each.conversation_id} if is_named else ""
    texts = {
        "message_received": _("%(who)s wrote again at %(time)s"),
        "reply_written": _("%(who)s has already replied at %(time)s"),
        "note_added": _("%(who)s added an internal note at %(time)s"),
        "status_changed": _("%(who)s changed the status at %(time)s"),
        "assigned": _("%(who)s changed the assignee at %(time)s"),
        UNSEEN: _("Something about this customer happened at %(time)s in a desk you do not see"),
        "lock_stolen": _("%(who)s took over the reply at %(time)s"),
    }
    text = texts.get(each.kind, _("%(who)s rearranged the conversation at %(time)s"))
    return text % {"who": each.actor, "time": words.time(each.at)} + where
