"""Requests to others (依頼) in words: the tab of the side panel, and the letter a request begins with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.signatures import signature
from madoguchi.conversations.asking import Side, asked_before, offered_messages, sides_of, words_of
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.guests import PAGE_HINT, PLACE
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import clean_subject, number_in
from madoguchi.core.addresses import fold_address
from madoguchi.customers.masking import cut_whole, first_words
from madoguchi.desk.letters import opening
from madoguchi.ui.dates import Words

#: As much of an answer stands in the panel; the rest is behind the link.
_SHOWN = 1500
_RULE = "-" * 40


@dataclass(frozen=True, slots=True)
class AsideCard:
    """One request in the panel."""

    number: int
    href: str
    who: str
    subject: str
    state: str  #: a status key, for its colour
    word: str
    when: str
    asked_by: str
    wanted: str
    answer: str
    answer_id: int | None
    is_unread: bool
    is_draft: bool
    is_done: bool
    page_until: str  #: until when a guest can answer on a page


@dataclass(frozen=True, slots=True)
class Asides:
    """The tab."""

    number: int
    event_subject: str
    cards: Sequence[AsideCard]
    can_ask: bool
    is_side: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """One message that can be quoted, with its files."""

    id: int
    who: str
    when: str
    excerpt: str
    files: Sequence[tuple[int, str]]


def asides_of(user: User, conversation: Conversation, words: Words) -> Asides:
    """The requests of a conversation as a person sees them."""
    cards = [_card(each, words) for each in sides_of(user, conversation.pk)]
    is_side = conversation.side_of_id is not None
    can_ask = may(user, Permission.REPLY) and conversation.status != Status.CLOSED and not is_side
    return Asides(conversation.pk, conversation.event_subject, cards, can_ask, is_side)


def _card(side: Side, words: Words) -> AsideCard:
    row, request = side.conversation, getattr(side.conversation, "side", None)
    state, word = _state(side)
    return AsideCard(
        number=row.pk,
        href=reverse("desk:reply", args=[row.pk]) if side.is_draft else reverse("desk:conversation", args=[row.pk]),
        who=row.customer.label,
        subject=row.subject,
        state=state,
        word=word,
        when=words.short(row.last_message_at),
        asked_by=request.asked_by.name if request and request.asked_by else "",
        wanted=words.date(_noon(request.wanted_on)) if request and request.wanted_on else "",
        answer=cut_whole(words_of(side.answer), _SHOWN) if side.answer else "",
        answer_id=side.answer.pk if side.answer else None,
        is_unread=side.is_unread,
        is_draft=side.is_draft,
        is_done=not row.is_open,
        page_until=words.date(side.page.expires_at) if side.page else "",
    )


def _state(side: Side) -> tuple[str, str]:
    if side.is_draft:
        return "hold", _("Draft")
    if not side.conversation.is_open:
        return "done", _("Finished")
    if side.conversation.status == Status.APPROVAL:
        return "approval", _("Awaiting approval")
    return ("open", _("Answered")) if side.is_answered else ("wait", _("Waiting for an answer"))


def offered(conversation: Conversation, words: Words) -> list[Offered]:
    """What can be quoted and enclosed, the newest first."""
    return [
        Offered(
            id=each.pk,
            who=_("Our reply") if each.kind == MessageKind.OUTBOUND else each.sender_name or each.sender_address,
            when=words.short(each.at),
            excerpt=first_words(words_of(each), 100),
            files=[(file.pk, file.name) for file in each.attachments.all() if not file.is_inline],
        )
        for each in offered_messages(conversation)
    ]


def known_addresses(user: User) -> list[tuple[str, str]]:
    """Who was asked before, once each."""
    return list({fold_address(address): (address, name) for address, name in asked_before(user)}.values())[:20]


def default_subject(conversation: Conversation) -> str:
    """What the matter is called, without marks and without the number of the customer's conversation."""
    base = clean_subject(conversation.subject).base
    number = number_in(base)
    bare = base.replace(f"(受付番号:{number})", "").replace(f"[#{number}]", "") if number else base
    return _("Please check: %(subject)s") % {"subject": cut_whole(bare.strip(), 900)}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request says of itself."""

    name: str  #: of whoever is asked
    chosen: Sequence[Message]
    wanted_on: date | None
    has_page: bool = False  #: then the messages stand there, and not in the letter


def letter_text(user: User, conversation: Conversation, ask: Ask, words: Words) -> str:
    """宛名, a sentence to go on from, the quoted messages, the signature; in the language of the desk."""
    language = conversation.inbox.language or "ja"
    local = replace(words, language=language)
    with translation.override(language):
        start, _caret = opening(_greeting(ask.name), "")
        lines = _sentences(ask.wanted_on, local)
        if ask.has_page:
            lines += ["", str(PAGE_HINT), PLACE]
        quoted = "" if ask.has_page else "".join(_quoted(each, local) for each in ask.chosen)
    closing = signature(conversation.inbox, user)
    return start + "\n".join([*lines, "", quoted, closing, ""])


def begun_with(side: Conversation, names: Sequence[str], words: Words) -> list[str]:
    """What the letter of a request to these people begins with before anybody has asked anything.

    Nothing for a page (ゲスト) that shows messages or files: those are the question.
    """
    page = side.guest_links.order_by("pk").last()
    if page is not None and (page.messages.exists() or page.files.exists()):
        return []
    language = side.inbox.language or "ja"
    with translation.override(language):
        lines = _sentences(side.side.wanted_on, replace(words, language=language))
        return [*(_greeting(name) for name in names), *lines, str(PAGE_HINT), PLACE]


def _greeting(name: str) -> str:
    return _("Dear %(name)s,") % {"name": name} if name else ""


def _sentences(wanted_on: date | None, words: Words) -> list[str]:
    lines = [_("Please check the following and let us know.")]
    if wanted_on is not None:
        lines.append(_("We would like an answer by %(day)s.") % {"day": words.date(_noon(wanted_on))})
    return lines


def _quoted(message: Message, words: Words) -> str:
    who = _("Our reply") if message.kind == MessageKind.OUTBOUND else _("From the customer")
    return f"{_RULE}\n{who} ({words.full(message.at)})\n\n{words_of(message)}\n{_RULE}\n\n"


def _noon(day: date) -> datetime:
    """A moment of a day, to be said as a date."""
    return timezone.make_aware(datetime.combine(day, time(12)))
