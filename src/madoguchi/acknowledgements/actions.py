"""Setting what a 窓口 sends by itself, and sending it."""

from dataclasses import asdict, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import all_users
from madoguchi.acknowledgements.choices import ONCE_IN
from madoguchi.acknowledgements.guards import Arrived, reason_for_silence
from madoguchi.acknowledgements.models import Acknowledgement, ToldAddress
from madoguchi.acknowledgements.queries import has_reached_cap, is_domain_told, wanted_of
from madoguchi.acknowledgements.texts import Text, Wanted, check_wanted, filled, text_for, without_their_links
from madoguchi.channels.choices import INBOX_CHANGED
from madoguchi.channels.contract import Address
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import all_inboxes
from madoguchi.conversations.actions.automatic import write_automatic_reply
from madoguchi.conversations.holding import hold_with
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.addresses import fold_address, fold_mailbox
from madoguchi.core.errors import DomainError
from madoguchi.core.unlinking import without_links
from madoguchi.events.actor import Actor
from madoguchi.events.record import record
from madoguchi.preflight.checks.recipients import FREE_MAIL
from madoguchi.wording.surroundings import around_conversation

#: What stands for the subject of a mail that has none.
_NO_SUBJECT = {"ja": "(件名なし)", "en": "(no subject)"}


class ChangedMeanwhile(DomainError):
    """Somebody else saved the texts of this 窓口 after they had been shown."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed these texts since you opened them. Nothing of yours was saved: "
                "look at what they say now, then change them again."
            )
        )


@transaction.atomic
def change_acknowledgement(inbox: Inbox, wanted: Wanted, *, user: User, version: int) -> Acknowledgement:
    """Set what a 窓口 sends by itself; raises Invalid for texts that could not be sent as they are.

    `version` is that of what was read, 0 for nothing yet; `ChangedMeanwhile` when somebody else was quicker.
    """
    require(user.actor, Permission.MANAGE_INBOXES)
    wanted = replace(wanted, texts={name: _tidied(text) for name, text in wanted.texts.items()})
    check_wanted(inbox, wanted)
    values = {
        "is_on": wanted.is_on,
        "most_per_hour": wanted.most_per_hour,
        "texts": {name: asdict(text) for name, text in wanted.texts.items() if text.is_written},
        "version": version + 1,
    }
    if version:
        if not Acknowledgement.objects.filter(inbox=inbox, version=version).update(**values):
            raise ChangedMeanwhile
    else:
        _create(inbox, values)
    record(INBOX_CHANGED, f"inbox:{inbox.pk}", by=user.actor, data={"fields": ["acknowledgement"]})
    return Acknowledgement.objects.get(inbox=inbox)


def _create(inbox: Inbox, values: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            Acknowledgement.objects.create(inbox=inbox, **values)
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def _tidied(text: Text) -> Text:
    return Text(" ".join(text.subject.split()), text.body.replace("\r\n", "\n").strip("\n").rstrip())


@transaction.atomic
def acknowledge(message_id: int) -> Message | None:
    """Tell who began a conversation with this mail that it has arrived; None where nothing is to be said.

    May run twice, and for two mails of one customer at once: the conversation is held, the settings of the 窓口 are
    locked while its hour is counted, and of two mails from one address the second finds it told.
    """
    received = Message.objects.filter(pk=message_id).first()
    if received is None:
        return None
    conversation, now = hold_with(received), timezone.now()
    settings = Acknowledgement.objects.select_for_update().filter(inbox=conversation.inbox_id, is_on=True).first()
    if settings is None or reason_for_silence(_arrived(received, conversation, now)):
        return None
    letter = _letter(received, conversation, wanted_of(settings), now)
    if letter is None or has_reached_cap(settings, now) or not _claim(letter.to[0], conversation.inbox, now):
        return None
    return write_automatic_reply(conversation, letter, answers=received, by=Actor.system("acknowledgement"))


def _arrived(received: Message, conversation: Conversation, now: datetime) -> Arrived:
    desks = {fold_address(each) for inbox in all_inboxes() for each in inbox.addresses}
    staff = {fold_address(email) for email in all_users().values_list("email", flat=True)}
    domains = frozenset(each.rpartition("@")[2] for each in desks)
    return Arrived(received, conversation, frozenset(desks | staff), domains, now)


def _letter(received: Message, conversation: Conversation, wanted: Wanted, now: datetime) -> Letter | None:
    """The text of this moment in the customer's language; None where a field of it cannot be filled any more."""
    language, text = text_for(wanted, conversation.inbox, conversation.letter_language, now)
    around = without_their_links(around_conversation(conversation, None, language=language))
    words = filled(text, replace(around, subject=around.subject or _NO_SUBJECT[language]))
    if words.missing or not words.text.strip():
        return None
    party = next(iter(received.reply_to), {"email": received.sender_address, "name": received.sender_name})
    name = without_links(party.get("name", ""), instead="")
    return Letter(to=(Address(party["email"], name),), subject=words.subject, text=words.text)


def _claim(address: Address, inbox: Inbox, now: datetime) -> bool:
    """Note that this mailbox is told now; False when it was told within a day, or its domain too often, by anybody.

    Counted is where the letter ends: name+1@ and name+2@ are one mailbox.
    """
    mailbox = fold_mailbox(address.email)
    domain = mailbox.rpartition("@")[2]
    key, of_domain = _hash(mailbox), "" if domain in FREE_MAIL else _hash(domain)
    if of_domain and is_domain_told(of_domain, now):
        return False
    values = {"inbox": inbox, "at": now, "domain_hash": of_domain}
    _row, is_new = ToldAddress.objects.get_or_create(address_hash=key, defaults=values)
    long_ago = ToldAddress.objects.filter(address_hash=key, at__lte=now - ONCE_IN)
    return is_new or bool(long_ago.update(**values))


def _hash(told: str) -> str:
    return salted_hmac("madoguchi.acknowledgements", told, algorithm="sha256").hexdigest()


def forget_told(now: datetime) -> None:
    """Forget the addresses that may be told again."""
    ToldAddress.objects.filter(at__lte=now - ONCE_IN).delete()
