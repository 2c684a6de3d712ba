"""Ctrl+K: conversations, people's work, saved views and deeds in one place; and the completion of addresses."""

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
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_by_ids, next_conversation, views_of
from madoguchi.conversations.searching import search_conversations
from madoguchi.customers.queries import complete_addresses
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.composing import Person
from madoguchi.desk.rail import list_url

#: As many of each kind as can be looked through at a glance.
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the palette."""

    href: str
    icon: str
    word: str
    note: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines of one kind."""

    title: str
    options: Sequence[Option]


@require_safe
@allowed(Permission.READ)
def palette(request: StaffRequest) -> HttpResponse:
    """What fits the typed words."""
    typed = request.GET.get("q", "").strip()[:200]
    groups = [group for group in _groups(request.user, typed) if group.options]
    return render(request, "desk/palette.html", {"groups": groups, "typed": typed})


def _groups(user: User, typed: str) -> Iterator[Group]:
    if typed:
        everything = Option(
            f"{reverse('desk:search')}?{urlencode({'q': typed})}", "search", _("All results"), typed[:40]
        )
        yield Group(_("Inquiries"), [*(_conversation(each) for each in _found(user, typed)), everything])
    fitting = [option for option in _deeds() if _fits(option.word, typed)]
    yield Group(_("Actions"), fitting)
    lists = [
        Option(list_url(Filter.from_values(each.conditions)), each.icon or "star", each.name) for each in views_of(user)
    ]
    yield Group(_("Saved views"), [option for option in lists if _fits(option.word, typed)][:_SHOWN])
    if typed:
        people = [each for each in active_users() if _fits(each.name, typed)]
        yield Group(_("Conversations of a colleague"), [_colleague(each) for each in people[:_SHOWN]])


def _found(user: User, typed: str) -> list[Conversation]:
    number = typed.lstrip("#")
    by_number = conversations_by_ids(user, [int(number)]) if number.isdecimal() and len(number) < 19 else []
    found = [each.conversation for each in search_conversations(user, typed, limit=_SHOWN).found]
    return [*by_number, *(each for each in found if each.pk not in {row.pk for row in by_number})][:_SHOWN]


def _fits(word: str, typed: str) -> bool:
    return typed.casefold().replace(" ", "") in word.casefold().replace(" ", "")


def _conversation(each: Conversation) -> Option:
    note = f"{each.customer.label}・{each.pk}"
    href = reverse("desk:conversation", args=[each.pk])
    return Option(href, f"s-{each.status}", each.subject or _("(No subject)"), note, each.status)


def _colleague(person: User) -> Option:
    return Option(list_url(Filter(assignee=str(person.pk))), "user", person.name)


def _deeds() -> list[Option]:
    return [
        Option(reverse("desk:compose"), "compose", _("New mail"), "C"),
        Option(reverse("desk:next"), "right", _("Next conversation")),
        Option(list_url(Filter(assignee="me")), "user", _("Assigned to me")),
        Option(list_url(Filter(late=True)), "s-late", _("Overdue")),
        Option(list_url(Filter(assignee="none")), "inbox", _("Unassigned")),
        Option(list_url(Filter(status="all", sort="newest")), "history", _("All conversations")),
        Option(reverse("desk:search"), "search", _("Search")),
        Option(reverse("desk:customers"), "users", _("Customers")),
        Option(reverse("desk:drafts"), "draft", _("Drafts")),
        Option(reverse("desk:profile"), "user", _("My profile")),
        Option(reverse("desk:settings"), "settings", _("Settings")),
    ]


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
    identities = complete_addresses(request.GET.get("q", "")[:100])
    people = [
        Person(each.customer.label if each.customer.label != each.shown else "", each.shown) for each in identities
    ]
    return render(request, "ui/completions.html", {"people": people})
