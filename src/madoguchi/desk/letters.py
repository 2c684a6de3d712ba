"""How a letter begins: recipients, subject, 宛名, signature, quotation (JAPAN 2.8); and reading addresses as typed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from email.utils import parseaddr

from django.utils.translation import gettext as _

from madoguchi.channels.contract import REPORTS, Address
from madoguchi.channels.models import Inbox
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.addresses import fold_address
from madoguchi.customers.addressing import salutation
from madoguchi.customers.masking import cut_whole
from madoguchi.customers.models import Customer
from madoguchi.ui.dates import Words

type Party = dict[str, str]

#: A quotation longer than this is cut: the whole is below it in the thread anyway.
_QUOTED_CHARS = 20_000


def read_addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Addresses as chips send them: 「髙橋 由美子 <yumiko@…>」 or bare; repeated ones once."""
    found: dict[str, Address] = {}
    for value in values:
        name, email = _read_address(value)
        if email:
            found.setdefault(fold_address(email), Address(email, name))
    return tuple(found.values())


def _read_address(value: str) -> tuple[str, str]:
    value = value.strip()
    name, opening, rest = value.rpartition("<")
    if opening and rest.endswith(">"):
        return name.strip().strip('"').strip(), rest[:-1].strip()
    return parseaddr(value) if "<" in value else ("", value)


def recipients(
    conversation: Conversation, newest: Message | None, ours: set[str], *, to_all: bool
) -> tuple[list[Party], list[Party]]:
    """To and Cc of a reply: the customer's reply address, and with `to_all` everybody else who is not us."""
    if newest is None:
        return _of_customer(conversation.customer), []
    main = newest.reply_to or [{"email": newest.sender_address, "name": newest.sender_name}]
    main = [party for party in main if party["email"] and fold_address(party["email"]) not in ours] or _of_customer(
        conversation.customer
    )
    to = [{"email": party["email"], "name": _name(party, conversation.customer)} for party in main]
    if not to_all:
        return to, []
    taken = ours | {fold_address(party["email"]) for party in to}
    return to, [party for party in [*newest.to, *newest.cc] if fold_address(party["email"]) not in taken]


def our_addresses(inboxes: Iterable[Inbox]) -> set[str]:
    """The folded addresses of these desks: a reply to all does not come back to us."""
    return {fold_address(address) for inbox in inboxes for address in inbox.addresses}


def reaches_more(conversation: Conversation, newest: Message | None, ours: set[str]) -> bool:
    """True when a reply to all has more recipients than a reply."""
    return newest is not None and bool(recipients(conversation, newest, ours, to_all=True)[1])


def _of_customer(customer: Customer) -> list[Party]:
    mail = [each for each in customer.identities.all() if each.kind == "mail" and each.shown]
    mail.sort(key=lambda identity: (not identity.is_usable, not identity.is_primary))
    return [{"email": mail[0].shown, "name": customer.label}] if mail else []


def _name(party: Party, customer: Customer) -> str:
    """The customer's own name as we write it, where the address is theirs."""
    keys = {identity.key for identity in customer.identities.all()}
    return customer.label if fold_address(party["email"]) in keys else party["name"]


def greeting(newest: Message | None, customer: Customer, language: str) -> str:
    """宛名 of an answer; a mail server that reports is greeted by nobody."""
    return "" if newest is not None and newest.auto_kind in REPORTS else salutation(customer, language)


def opening(greeting: str, closing: str) -> tuple[str, int]:
    """The text a reply begins with, and where the caret stands in it."""
    start = f"{greeting}\n\n" if greeting else ""
    caret = len(start.encode("utf-16-le")) // 2  # as browsers count: 𠮷 is two
    return (f"{start}\n\n{closing}\n" if closing else start), caret


def is_unwritten(text: str, prefilled: Iterable[str]) -> bool:
    """True when nobody has written a word: what the composer had put there is all there is, or nothing at all."""
    for words in filter(None, map(str.strip, prefilled)):
        text = text.replace(words, "", 1)
    return not text.strip()


def caret_in(text: str, closing: str) -> int:
    """Where one goes on writing in a letter begun earlier: behind its last word above the signature."""
    above, is_there, _below = text.rpartition(closing.strip()) if closing.strip() else (text, "", "")
    return len((above if is_there else text).rstrip().encode("utf-16-le")) // 2


def quote(message: Message, words: Words, language: str) -> str:
    """The message with `> ` before each line, under a line that says who wrote it when, in the letter's language."""
    who = message.sender_name or message.sender_address
    header = f"{replace(words, language=language).full(message.at)} {who} <{message.sender_address}>:"
    text = cut_whole(message.text.strip("\n"), _QUOTED_CHARS)
    return "\n".join(["", header, *(f"> {line}".rstrip() for line in text.splitlines()), ""])


def forwarded(message: Message, words: Words) -> str:
    """The message as it is passed on: its head, then its words."""

    def line(parties: Sequence[Party]) -> str:
        return ", ".join(
            f"{party['name']} <{party['email']}>" if party["name"] else party["email"] for party in parties
        )

    head = [
        "---------- " + _("Forwarded message") + " ----------",
        f"{_('From')}: {line([{'name': message.sender_name, 'email': message.sender_address}])}",
        f"{_('Date')}: {words.full(message.at)}",
        f"{_('Subject')}: {message.subject}",
        f"{_('To')}: {line(message.to)}",
    ]
    return "\n".join(["", "", *head, "", message.text.strip("\n")])
