"""The letter of a bulk reply as one customer gets it, and what keeps it from being written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.begun import begun
from madoguchi.conversations.choices import DraftKind, Status
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import newest_inbound
from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.queries import identities_for
from madoguchi.outreach.choices import SAME_CUSTOMER
from madoguchi.wording.filling import fill
from madoguchi.wording.surroundings import around_conversation

#: Why of several conversations of one customer only the first gets a letter.
SECOND_LETTER = _("The same customer gets this mail in another of the selected conversations already.")


@dataclass(frozen=True, slots=True)
class Personal:
    """One letter before it is written."""

    conversation: Conversation
    letter: Letter
    problem: Told | None  #: why it is set aside, if it is
    code: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What all of them are told, with its fields (差し込み項目) unfilled."""

    text: str
    subject: str = ""  #: empty: each answer keeps the subject of its conversation


def personal_letters(
    conversations: Sequence[Conversation], words: Words, *, user: User, files: Sequence[Enclosure] = ()
) -> list[Personal]:
    """The letter to each, in this order; of several conversations of one customer only the first gets one."""
    return list(each_letter(conversations, words, user=user, files=files))


def each_letter(
    conversations: Sequence[Conversation],
    words: Words,
    *,
    user: User,
    files: Sequence[Enclosure] = (),
    begin: int = 0,
) -> Iterator[Personal]:
    """The same one by one, from one of them on; each takes 8 queries."""
    later = {each.customer_id for each in conversations[begin:]}
    written_to = {
        each.customer_id
        for each in conversations[:begin]
        if each.customer_id in later and personal_letter(each, words, user=user, files=files).problem is None
    }
    for conversation in conversations[begin:]:
        one = personal_letter(conversation, words, user=user, files=files)
        if one.problem is None and conversation.customer_id in written_to:
            one = Personal(conversation, one.letter, SECOND_LETTER, SAME_CUSTOMER)
        if one.problem is None:
            written_to.add(conversation.customer_id)
        yield one


def personal_letter(
    conversation: Conversation, words: Words, *, user: User, files: Sequence[Enclosure] = ()
) -> Personal:
    """The letter to the customer of one conversation, filled in, with the files that all of them get."""
    around = around_conversation(conversation, user)
    filled, subject = fill(words.text, around), fill(words.subject, around)
    recipient = _recipient(conversation)
    letter = Letter(
        to=(recipient,) if recipient else (), subject=subject.text, text=filled.text, enclosures=tuple(files)
    )
    missing = dict.fromkeys((*subject.missing, *filled.missing))
    code, problem = next(_problems(conversation, recipient, list(missing), user), ("", None))
    return Personal(conversation, letter, problem, code)


def _recipient(conversation: Conversation) -> Address | None:
    """Whoever wrote last, at the address they want answers at; else the customer's first address that works."""
    newest = newest_inbound(conversation)
    customer = conversation.customer
    if newest is not None and newest.auto_kind == AutoKind.NONE.value and newest.sender_address:
        wanted = newest.reply_to[0]["email"] if newest.reply_to else newest.sender_address
        return Address(wanted, customer.label if wanted == newest.sender_address else "")
    mail = customer.identities.filter(kind=IdentityKind.MAIL, bounced_at=None).exclude(shown="")
    identity = mail.order_by("-is_primary", "pk").first()
    return Address(identity.shown, customer.label) if identity else None


def _problems(
    conversation: Conversation, recipient: Address | None, missing: Sequence[str], user: User
) -> Iterator[tuple[str, Told]]:
    """What keeps a letter from being written, as a key and in words."""
    if conversation.merged_into_id or conversation.status in (Status.CLOSED, Status.SPAM):
        yield "closed", _("This conversation is closed, or spam.")
    if conversation.status == Status.APPROVAL:
        yield "waits", _("A reply written here already waits for approval.")
    elif conversation.planned_at is not None:
        yield "planned", _("A mail written here already is planned to leave later.")
    if recipient is None:
        yield "no_address", _("There is no mail address to write to.")
    elif identities_for([recipient.email]).exclude(bounced_at=None).exists():
        yield "bounced", _("Mail to %(address)s came back before.") % {"address": recipient.email}
    if missing:
        yield "missing_fields", _("There is nothing to fill in for %(fields)s.") % {"fields": " ".join(missing)}
    lock = living_lock(conversation)
    if lock is not None and lock.user_id != user.pk:
        yield "locked", _("%(name)s is replying to this one.") % {"name": lock.user.name}
    if begun(user, conversation, [DraftKind.REPLY]).exclude(text="").exists():
        yield "draft", _("You have begun a reply here yourself.")
