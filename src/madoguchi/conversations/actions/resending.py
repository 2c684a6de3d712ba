"""Sending once more to a corrected address: what came back or could not leave becomes a draft to the right one."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.delivery import NotInTrouble
from madoguchi.conversations.begun import drop_drafts
from madoguchi.conversations.choices import DraftKind, MessageKind, MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.letters import check_address
from madoguchi.conversations.models import Conversation, Draft, DraftAttachment, Message
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.customers.actions import replace_address

type Parties = list[dict[str, str]]


class DraftInTheWay(DomainError):
    """Something else is being written here; it is not thrown away for this."""

    code = "draft_in_the_way"


def addresses_in_trouble(message: Message) -> list[str]:
    """The addresses a mail did not reach: those its report names, else all it was to go to."""
    written = [party["email"] for party in (*message.to, *message.cc, *message.bcc)]
    reported = {fold_address(report.get("recipient", "")) for report in message.bounce}
    return [email for email in written if fold_address(email) in reported] or written


def can_be_readdressed(message: Message) -> bool:
    """True for a mail of ours that came back or could not leave."""
    is_letter = message.kind == MessageKind.OUTBOUND and not message.is_automatic
    return is_letter and (message.bounced_at is not None or message.state == MessageState.FAILED)


@transaction.atomic
def readdress(message: Message, corrections: Mapping[str, str], *, user: User, is_customers: bool) -> Draft:
    """Make a draft of a mail that did not arrive, to the corrected addresses and with its files.

    The rest of its recipients have it already and are left out where the report says which it did not reach. With
    `is_customers` the customer is written to at the new address from now on; the old one is kept, marked as bounced.
    `NotInTrouble` for a mail that arrived; `DraftInTheWay` when something else has been begun here.
    """
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
    conversation = hold_with(message)
    if not can_be_readdressed(message):
        raise NotInTrouble(_("This mail is not known to have failed. Write a new reply instead."))
    changed = {fold_address(old): new.strip() for old, new in corrections.items() if new.strip()}
    _check(changed)
    if is_customers:
        for old, new in changed.items():
            replace_address(conversation.customer, old, new, by=user.actor)
    return _draft(message, conversation, changed, user)


def _check(changed: Mapping[str, str]) -> None:
    if not changed:
        raise Invalid(_("Enter the corrected address."), field="address")
    for old, new in changed.items():
        check_address(new, field_name="address")
        if fold_address(new) == old:
            raise Invalid(_("This is the address that did not work. Enter the corrected one."), field="address")


def _draft(message: Message, conversation: Conversation, changed: Mapping[str, str], user: User) -> Draft:
    present = Draft.objects.filter(user=user, conversation=conversation, kind=DraftKind.REPLY)
    if present.exclude(resends=message).exclude(text="").exists():
        raise DraftInTheWay(
            _("You have begun another reply here. Send it or discard it first, then correct the address.")
        )
    drop_drafts(present.values_list("pk", flat=True))
    to, cc, bcc = (_corrected(parties, changed) for parties in (message.to, message.cc, message.bcc))
    draft = Draft.objects.create(
        user=user,
        conversation=conversation,
        kind=DraftKind.REPLY,
        to=to or cc or bcc,
        cc=cc if to else [],
        bcc=bcc if to or cc else [],
        subject=message.subject,
        text=message.text,
        is_rich=bool(message.html),
        seen_event_id=latest_event_id(conversation),
        resends=message,
    )
    DraftAttachment.objects.bulk_create(
        DraftAttachment(draft=draft, blob_id=each.blob_id, name=each.name, content_type=each.content_type)
        for each in message.attachments.all()
    )
    return draft


def _corrected(parties: Parties, changed: Mapping[str, str]) -> Parties:
    """Those whose address was corrected, at the new one."""
    found = [(party, changed.get(fold_address(party["email"]))) for party in parties]
    return [{"email": new, "name": party.get("name", "")} for party, new in found if new]
