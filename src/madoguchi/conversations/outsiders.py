"""To whom a request about a customer's matter (依頼) may go: to others, never to the customer or to ourselves."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid
from madoguchi.customers.queries import mail_keys_of


def check_goes_outside(conversation: Conversation, letter: Letter) -> None:
    """Raise Invalid where a mail of a request would reach the customer it is about; nothing for other conversations."""
    if conversation.side_of is not None:
        check_outsiders(conversation.side_of, (*letter.to, *letter.cc, *letter.bcc))


def check_outsiders(parent: Conversation, people: Iterable[Address]) -> None:
    """Raise Invalid where a request would reach the customer it is about, or one of our own 窓口."""
    keys = {fold_address(each.email): each.email for each in people}
    if met := keys.keys() & set(mail_keys_of(parent.customer_id)):
        message = _("%(address)s belongs to the customer. Write a reply instead; requests go to others.")
        raise Invalid(message % {"address": keys[met.pop()]}, field="to")
    ours = {fold_address(address) for inbox in Inbox.objects.all() for address in inbox.addresses}
    if met := keys.keys() & ours:
        message = _("%(address)s is a desk of ours: a mail to it would arrive here. Mention a colleague in a note.")
        raise Invalid(message % {"address": keys[met.pop()]}, field="to")
