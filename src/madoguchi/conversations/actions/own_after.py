"""A status of one's own as what a reply makes of its conversation: at once, when it is approved, or when it leaves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.choices import CHOOSABLE
from madoguchi.conversations.models import Conversation, OwnStatus
from madoguchi.core.errors import Invalid
from madoguchi.core.sharing import share


def check_after(status: str, own: OwnStatus | None, conversation: Conversation) -> None:
    """Refuse a status after sending that cannot be chosen, or is not offered at this 窓口 any more."""
    if status not in CHOOSABLE:
        raise Invalid(_("This status cannot be chosen."), field="status_after")
    if own is not None and not (own.is_for(conversation.inbox_id) and own.state == status):
        message = _("The status “%(name)s” is not offered any more. Choose another one.")
        raise Invalid(message % {"name": own.name}, field="status_after")


def put_after(conversation: Conversation, before: dict[str, Any]) -> None:
    """Give a conversation the status of our own that its reply was to bring, if it is still there and still fits."""
    pk = before.get("own_after")
    own = share(OwnStatus, [pk]).get(pk) if pk else None
    if own is not None and own.state == conversation.status and own.is_for(conversation.inbox_id):
        conversation.own_status = own
