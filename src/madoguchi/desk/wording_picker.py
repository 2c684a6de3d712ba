"""What the picker of templates shows in the composer, and what goes into the letter from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox, inboxes_of
from madoguchi.conversations.folding import written
from madoguchi.conversations.models import Message
from madoguchi.conversations.queries import get_conversation, get_customer_for
from madoguchi.core.errors import NotFound
from madoguchi.customers.queries import find_by_address
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.composing import MODES, REPLY
from madoguchi.desk.frame import words_now
from madoguchi.desk.letters import read_addresses
from madoguchi.desk.wording_page import excerpt, icon_of, named
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.letters import Wording
from madoguchi.wording.models import Template
from madoguchi.wording.queries import favourite_ids, offered_to, recently_used
from madoguchi.wording.replies import words_of_reply
from madoguchi.wording.searching import saying
from madoguchi.wording.suggesting import Past, past_replies, suggestions_for
from madoguchi.wording.surroundings import around_conversation, around_mail

#: As many as one looks through.
FOUND = 30
_EACH = 8
_LONGEST_SALUTATION = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the picker."""

    key: str  #: how its addresses name it: "12", and "reply/12" for a reply of the past
    icon: str
    name: str
    note: str
    excerpt: str
    url: str
    is_favourite: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines below a heading."""

    word: str
    choices: Sequence[Choice]


class Letter:
    """The letter that is being written, as its address says: on a conversation, or new under a key."""

    def __init__(self, request: StaffRequest) -> None:
        """Read where it is written; NotFound for a conversation that this person does not see."""
        asked = {**request.GET.dict(), **request.POST.dict()}
        self.user = request.user
        self.number = _whole(asked.get("number", ""))
        self.key = asked.get("key", "")[:64]
        self.mode = asked["mode"] if asked.get("mode") in MODES else REPLY
        self.text = asked.get("text", "").replace("\r\n", "\n")
        self.along = frozenset(map(_whole, request.POST.getlist("along")))
        self.request_key = asked.get("request_key", "")[:40]
        self.is_for_many = bool(asked.get("many"))  #: filled in for each of them later
        self._inbox = _whole(asked.get("inbox", ""))
        self._to = request.POST.getlist("to")
        self.conversation = get_conversation(request.user, self.number) if self.number else None

    @cached_property
    def inbox(self) -> Inbox:
        """The desk it leaves from."""
        if self.conversation is not None:
            return self.conversation.inbox
        found = get_inbox(self.user, self._inbox) if self._inbox else inboxes_of(self.user).first()
        if found is None:
            raise NotFound(_("There is no desk from which you could write. Ask an administrator to connect one."))
        return found

    @cached_property
    def around(self) -> Surroundings:
        """What is known where it is written."""
        if self.conversation is not None:
            return around_conversation(self.conversation, self.user)
        first = read_addresses(self._to)[:1]
        customer = find_by_address(first[0].email) if first else None
        try:
            customer = get_customer_for(self.user, customer.pk) if customer else None
        except NotFound:
            customer = None
        return around_mail(self.inbox, self.user, customer)

    @property
    def place(self) -> str:
        """What the addresses of the picker carry along."""
        if self.number:
            return urlencode({"number": self.number, "mode": self.mode})
        return urlencode({"key": self.key, "inbox": self._inbox, **({"many": 1} if self.is_for_many else {})})


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def choices(letter: Letter, typed: str) -> list[Group]:
    """What fits the typed words; without any what is at hand: favourites, what was used last, and the rest."""
    user = letter.user
    offered = offered_to(user, channel=letter.inbox.kind)
    marked = favourite_ids(user)
    if typed.strip():
        found = _lines(saying(offered, typed)[:FOUND], letter, marked)
        return [Group(_("Templates and phrases"), found)] if found else []
    favourites = list(offered.filter(favourites__user=user).order_by("name")[:_EACH])
    recent = recently_used(user, offered)
    known = {each.pk for each in (*favourites, *recent)}
    in_language = offered.filter(language__startswith=letter.around.language[:2]).exclude(pk__in=known)
    used = list(in_language.filter(used_count__gt=0).order_by("-used_count", "folder", "name")[:_EACH])
    rest = in_language.exclude(pk__in=[each.pk for each in used]).order_by("folder", "name")[: FOUND - len(used)]
    groups = [
        Group(_("Favourites"), _lines(favourites, letter, marked)),
        Group(_("Used last"), _lines([each for each in recent if each not in favourites], letter, marked)),
        Group(_("Used most"), _lines(used, letter, marked)),
        Group(_("Other templates"), _lines(rest, letter, marked)),
    ]
    return [group for group in groups if group.choices]


def suggested(letter: Letter) -> list[Group]:
    """What answered similar inquiries: templates, and replies of the past to take words from."""
    if letter.conversation is None:
        return []
    marked = favourite_ids(letter.user)
    found = suggestions_for(letter.conversation, letter.user, offered_to(letter.user, channel=letter.inbox.kind))
    notes = {each.template.pk: _fitting(each.amount) for each in found if each.amount}
    lines = _lines([each.template for each in found], letter, marked, notes)
    replies = [_past(each, letter) for each in past_replies(letter.conversation, letter.user)]
    groups = [Group(_("For this inquiry"), lines), Group(_("Replies to similar inquiries"), replies)]
    return [group for group in groups if group.choices]


def _fitting(amount: int) -> str:
    text = ngettext("in %(amount)d similar one", "in %(amount)d similar ones", amount)
    return text % {"amount": amount}


def _past(past: Past, letter: Letter) -> Choice:
    return Choice(
        key=f"reply/{past.answer.pk}",
        icon="reply",
        name=past.conversation.subject or _("(No subject)"),
        note=words_now().short(past.answer.at),
        excerpt=excerpt(_below_salutation(written(past.answer.text))),
        url=f"{reverse('desk:template-reply-looked-at', args=[past.answer.pk])}?{letter.place}",
    )


def _below_salutation(text: str) -> str:
    """Whom it was to says nothing of what it says."""
    first, _gap, rest = text.partition("\n\n")
    return rest if rest and len(first) <= _LONGEST_SALUTATION else text


def words_of(reply: Message, letter: Letter) -> Wording:
    """The words of a reply of the past as they would read in this letter: its names and days are fields again."""
    return words_of_reply(reply, letter.around, user=letter.user, letter=letter.text)


def _lines(
    templates: Iterable[Template], letter: Letter, marked: frozenset[int], notes: Mapping[int, str] | None = None
) -> list[Choice]:
    return [
        Choice(
            key=str(each.pk),
            icon=icon_of(each),
            name=each.name,
            note=(notes or {}).get(each.pk) or (f"/{each.abbreviation}" if each.abbreviation else each.folder),
            excerpt=excerpt(each.body) or named(each),
            url=f"{reverse('desk:template-looked-at', args=[each.pk])}?{letter.place}",
            is_favourite=each.pk in marked,
        )
        for each in templates
    ]
