"""Ctrl+K: what to do with the open conversation, what to open, where to go; and the completion of addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import active_users
from madoguchi.conversations.customers import complete_addresses_for
from madoguchi.conversations.due_lists import next_conversation
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_by_ids, get_conversation
from madoguchi.conversations.saved_views import views_of
from madoguchi.conversations.searching import search_conversations
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.composing import Person
from madoguchi.desk.deeds import Option, deeds_on, places
from madoguchi.desk.finding_fields import field_completions
from madoguchi.desk.knowledge_picker import article_options
from madoguchi.desk.rail_items import list_url
from madoguchi.desk.wording_options import letter_options, macro_options, template_options

#: As many of each kind as can be looked through at a glance.
_SHOWN = 8
#: Of deeds more: one knows them, and looks for one.
_MOST_DEEDS = 24


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines of one kind."""

    title: str
    options: Sequence[Option]


@require_safe
@allowed(Permission.READ)
def palette(request: StaffRequest) -> HttpResponse:
    """What fits the typed words; `number` names the conversation that is open, `writing` tells of a letter below."""
    typed = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("number", "")
    shown = conversations_by_ids(request.user, [int(number)]) if number.isdecimal() and len(number) < 19 else []
    deeds = deeds_on(request.user, get_conversation(request.user, shown[0].pk)) if shown else []
    is_writing = bool(request.GET.get("writing"))
    groups = _groups(request.user, typed, deeds, number)
    knowledge = Group(_("Knowledge"), article_options(request.user, typed, is_writing=is_writing))
    groups.append(knowledge)
    if is_writing:  # whoever looks for something over a letter looks for words to put into it
        first = Group(_("Insert a template"), letter_options(request.user, typed))
        rest = [group for group in groups[:-1] if group.title != _("Templates")]
        groups = [first, knowledge, *rest]
    groups = [group for group in groups if group.options]
    return render(request, "desk/palette.html", {"groups": groups, "typed": typed})


def _groups(user: User, typed: str, deeds: Sequence[Option], number: str) -> list[Group]:
    fitting = [each for each in deeds if each.fits(typed)]
    if not typed:  # people are found by their names
        fitting = [each for each in fitting if not each.is_rare]
    own = Group(_("Conversation #%(number)s") % {"number": number}, fitting[:_MOST_DEEDS])
    rest = [
        *(_by_words(user, typed, number if deeds else "") if typed else []),
        Group(_("Actions"), [each for each in places() if each.fits(typed)]),
        Group(_("Saved views"), [each for each in _views(user) if each.fits(typed)][:_SHOWN]),
        *([Group(_("Conversations of a colleague"), _colleagues(typed))] if typed else []),
    ]
    is_meant = not typed or any(each.begins_with(typed) for each in fitting)
    return [own, *rest] if is_meant else [*rest[:1], own, *rest[1:]]


def _by_words(user: User, typed: str, number: str) -> list[Group]:
    """What says the words; a macro or template that is called so is meant rather than an inquiry that mentions it."""
    inquiries = Group(_("Inquiries"), _inquiries(user, typed))
    wording = [
        Group(_("Macros"), macro_options(user, typed, number)),
        Group(_("Templates"), template_options(user, typed, number)),
    ]
    meant = [group for group in wording if any(each.begins_with(typed) for each in group.options)]
    others = [group for group in wording if group not in meant]
    return [*meant, inquiries, *others, Group(_("Search conditions"), _conditions(typed))]


def _inquiries(user: User, typed: str) -> list[Option]:
    href = f"{reverse('desk:search')}?{urlencode({'q': typed})}"
    return [*map(_conversation, _found(user, typed)), Option(href, "search", _("All results"), typed[:40])]


def _conditions(typed: str) -> list[Option]:
    """What continues the last piece as the condition of a field of one's own: a search with it."""
    *before, piece = typed.replace("\u3000", " ").replace("：", ":").rsplit(" ", 1)
    found = field_completions(piece, limit=_SHOWN) if piece else []
    return [
        Option(
            f"{reverse('desk:search')}?{urlencode({'q': ' '.join([*before, each.insert])})}",
            "search",
            each.insert,
            each.hint,
        )
        for each in found
    ]


def _views(user: User) -> Iterator[Option]:
    for each in views_of(user):
        yield Option(list_url(Filter.from_values(each.conditions)), each.icon or "star", each.name)


def _colleagues(typed: str) -> list[Option]:
    people = [Option(list_url(Filter(assignee=str(each.pk))), "user", each.name) for each in active_users()]
    return [each for each in people if each.fits(typed)][:_SHOWN]


def _found(user: User, typed: str) -> list[Conversation]:
    number = typed.lstrip("#")
    by_number = conversations_by_ids(user, [int(number)]) if number.isdecimal() and len(number) < 19 else []
    found = [each.conversation for each in search_conversations(user, typed, limit=_SHOWN).found]
    return [*by_number, *(each for each in found if each.pk not in {row.pk for row in by_number})][:_SHOWN]


def _conversation(each: Conversation) -> Option:
    note = f"{each.customer.label}・{each.pk}"
    href = reverse("desk:conversation", args=[each.pk])
    return Option(href, f"s-{each.status}", each.subject or _("(No subject)"), note, each.status)


@require_safe
@allowed(Permission.READ)
def next_one(request: StaffRequest) -> HttpResponse:
    """次の問い合わせへ: the most urgent one that is mine or nobody's."""
    found = next_conversation(request.user)
    return redirect("desk:conversation", found.pk) if found else redirect("desk:inbox")


@require_safe
@allowed(Permission.REPLY)
def complete(request: StaffRequest) -> HttpResponse:
    """Addresses that continue what was typed."""
    identities = complete_addresses_for(request.user, request.GET.get("q", "")[:100])
    people = [
        Person(each.customer.label if each.customer.label != each.shown else "", each.shown) for each in identities
    ]
    return render(request, "ui/completions.html", {"people": people})
