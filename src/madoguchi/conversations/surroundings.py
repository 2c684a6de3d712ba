"""What surrounds a letter that is about to leave, gathered for the pre-flight. A bounded number of queries."""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Left
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import MACHINES, REPORTS
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_class
from madoguchi.conversations.answered import subject_to_answer
from madoguchi.conversations.approval_again import applying_to
from madoguchi.conversations.approval_words import applied_words, read_names
from madoguchi.conversations.charsets import charset_for
from madoguchi.conversations.choices import HAS_LEFT, NEVER_LEFT, MessageKind, MessageState
from madoguchi.conversations.folding import SpanKind, stretches, written
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.strangers import Acquaintance, Itself, strangers_among
from madoguchi.conversations.subjects import number_in, reply_subject
from madoguchi.core.addresses import fold_address
from madoguchi.customers.addressing import called
from madoguchi.customers.models import Customer
from madoguchi.customers.queries import find_by_address
from madoguchi.preflight.outgoing import Outgoing, blanked
from madoguchi.preflight.surroundings import Person, Surroundings

#: Of a long conversation the last ones tell who takes part, and the very last what it is about.
_MESSAGES, _READ = 40, 10
_TEXT_CHARS = 10_000
_REPEATED_WITHIN = timedelta(hours=1)
_SIGNATURES = 50
_NEW = Itself()
_ROW = (
    "kind", "state", "auto_kind", "beginning", "subject", "sender_address", "sender_name", "to", "cc", "reply_to",
    "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Thread:
    """What has been written in a conversation so far."""

    addresses: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    heard: str = ""  #: by the customer, newest first
    newest: str = ""  #: the customer's own words in their last mail
    language: str = ""
    told: str = ""  #: everything that was received and sent; what still waits has not been said
    subject: str = ""  #: of the customer's last mail
    has_answer: bool = False


def surroundings_of_reply(
    conversation: Conversation, letter: Letter, outgoing: Outgoing, *, user: User, itself: Itself = _NEW
) -> Surroundings:
    """What surrounds a reply or a forward; `itself` says which letter it is, where it is stored already."""
    thread = _thread(conversation, itself.message)
    if conversation.side_of:  # what the request is about stands in its subject, and is no stranger's
        thread = replace(thread, told=f"{thread.told}\n{conversation.side_of.subject}")
    customer = conversation.customer
    number = number_in(letter.subject)
    usual = reply_subject(
        subject_to_answer(conversation, thread.subject), conversation.pk, language=conversation.letter_language
    )
    return _surroundings(
        conversation.inbox,
        letter,
        outgoing,
        thread,
        customer=customer,
        user=user,
        conversation=conversation,
        itself=itself,
        subject_number=number
        if number not in (None, conversation.pk) and number != number_in(thread.subject)
        else None,
        usual_subject="" if outgoing.is_forward else usual,
    )


def surroundings_of_new_mail(
    inbox: Inbox, letter: Letter, outgoing: Outgoing, *, user: User, itself: Itself = _NEW
) -> Surroundings:
    """What surrounds a mail that answers nothing; its customer is whoever has the first address, if known."""
    customer = find_by_address(letter.to[0].email) if letter.to else None
    return _surroundings(inbox, letter, outgoing, _Thread(), customer=customer, user=user, itself=itself)


def _surroundings(  # noqa: PLR0913 - one value for each thing that surrounds a letter
    inbox: Inbox,
    letter: Letter,
    outgoing: Outgoing,
    thread: _Thread,
    *,
    customer: Customer | None,
    user: User,
    conversation: Conversation | None = None,
    itself: Itself = _NEW,
    subject_number: int | None = None,
    usual_subject: str = "",
) -> Surroundings:
    person = _person(customer) if customer else None
    own = frozenset(address.rpartition("@")[2].casefold() for address in inbox.addresses)
    known = thread.addresses | (_addresses_of(customer) if customer else frozenset())
    others = Inbox.objects.exclude(pk=inbox.pk).exclude(signature="").values_list("signature", flat=True)[:_SIGNATURES]
    plan = inbox.calendar.plan if inbox.calendar else None
    charset = charset_for(inbox, (each.email for each in (*letter.to, *letter.cc, *letter.bcc)))
    names = (*(person.names if person else ()), person.company if person else "", *thread.names, user.name, inbox.name)
    besides = {customer.pk} if customer else set()
    told = f"{thread.told}\n{inbox.signature}\n{user.signature}"
    friend = Acquaintance(frozenset(besides), names, known | own, told, itself)
    return Surroundings(
        now=timezone.localtime(timezone=ZoneInfo(plan.time_zone if plan else settings.TIME_ZONE)),
        customer=person,
        participants=thread.names,
        known_addresses=known,
        own_domains=own,
        heard=thread.newest,
        heard_language=thread.language,
        strangers=strangers_among(outgoing.mentions, friend),
        subject_number=subject_number,
        usual_subject=usual_subject,
        signature=inbox.signature,
        other_signatures=tuple(others),
        recent=_recent(customer, letter, itself.message) if customer else (),
        lost=_lost(inbox, letter, charset),
        charset=charset,
        approval=_approval(user, inbox, letter, conversation),
        is_first_answer=bool(thread.heard) and not thread.has_answer,
        plan=plan,
    )


def _approval(user: User, inbox: Inbox, letter: Letter, conversation: Conversation | None) -> tuple[str, ...]:
    """The rules that ask for the approval of this letter, in words."""
    found = applying_to(user, inbox, letter, conversation)
    names = read_names() if found else None
    return tuple(applied_words(each, names) for each in found) if names else ()


def _thread(conversation: Conversation, except_message: int) -> _Thread:
    """The last messages, read once."""
    rows = list(
        Message.objects.filter(conversation=conversation)
        .public()
        .exclude(pk=except_message)
        .annotate(beginning=Left("text", _TEXT_CHARS))
        .order_by("-id")
        .values(*_ROW)[:_MESSAGES]
    )
    said = [row for row in rows if row["state"] in HAS_LEFT and row["auto_kind"] not in REPORTS]
    heard = [row for row in said if row["kind"] == MessageKind.INBOUND and row["auto_kind"] not in MACHINES]
    parties = [party for row in said for party in (*row["to"], *row["cc"], *row["reply_to"])]
    addresses = [row["sender_address"] for row in said] + [party["email"] for party in parties]
    names = [row["sender_name"] for row in heard] + [party.get("name", "") for party in parties]
    return _Thread(
        addresses=frozenset(fold_address(each) for each in addresses if each),
        names=tuple(dict.fromkeys(name for name in names if name and "@" not in name))[:50],
        heard="\n".join(row["beginning"] for row in heard[:_READ]),
        newest=written(heard[0]["beginning"]) if heard else "",
        language=heard[0]["language"] if heard else "",
        told="\n".join(f"{row['subject']}\n{row['beginning']}" for row in said[:_READ]),
        subject=heard[0]["subject"] if heard else "",
        has_answer=any(row["kind"] == MessageKind.OUTBOUND for row in rows),
    )


def _person(customer: Customer) -> Person:
    """The customer as somebody a letter is addressed to."""
    kana = customer.kana
    also = [kana, *(called(identity.name) for identity in customer.identities.all())]
    return Person(
        family=customer.family_name,
        given=customer.given_name,
        called=called(customer.display_name).strip("–"),
        also=tuple(dict.fromkeys(name for name in also if name)),
        company=customer.organisation.name if customer.organisation else "",
        department=customer.department,
        honorific=customer.honorific_due,
    )


def _addresses_of(customer: Customer) -> frozenset[str]:
    return frozenset(each.key for each in customer.identities.all() if each.kind == "mail")


def _recent(customer: Customer, letter: Letter, itself: int) -> tuple[str, ...]:
    """What goes to one of the same addresses within the hour, without quotation and signature; not what came back."""
    rows = (
        Message.objects.filter(
            conversation__customer=customer,
            kind=MessageKind.OUTBOUND,
            is_automatic=False,
            at__gte=timezone.now() - _REPEATED_WITHIN,
            bounced_at=None,
        )
        .exclude(state__in=(*NEVER_LEFT, MessageState.FAILED))
        .exclude(pk=itself)
        .order_by("-id")
    )
    to = {fold_address(each.email) for each in (*letter.to, *letter.cc, *letter.bcc)}
    found = rows.values_list(Left("text", _TEXT_CHARS), "to", "cc", "bcc")[:20]
    return tuple(
        _said(text)
        for text, *groups in found
        if to & {fold_address(party["email"]) for group in groups for party in group}
    )[:5]


def _said(text: str) -> str:
    return blanked(text, tuple((each.start, each.end) for each in stretches(text) if each.kind != SpanKind.WRITTEN))


def _lost(inbox: Inbox, letter: Letter, charset: str) -> dict[str, tuple[str, ...]]:
    channel = channel_class(inbox.kind)
    fields = (("subject", letter.subject), ("text", letter.text))
    return {name: tuple(lost[:20]) for name, text in fields if (lost := channel.lost_characters(text, charset))}
