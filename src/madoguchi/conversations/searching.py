"""Searching conversations: by words, by what is known of the customer, by operators, over what a person may see."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.conditions import (
    conversation_condition,
    is_about_conversations,
    label_word,
    message_condition,
    value_word,
)
from madoguchi.conversations.field_search import names_in
from madoguchi.conversations.hidden import is_spared_any
from madoguchi.conversations.indexing import MESSAGE, SIDE
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import Invalid
from madoguchi.customers.naming import customers_meant
from madoguchi.search.bounded import bounded_cost
from madoguchi.search.highlight import MAX_CHARS, highlight
from madoguchi.search.operators import IS
from madoguchi.search.queries import About, Bounds, Cursor, Hit, Order, count_capped, find
from madoguchi.search.query import MAX_OPERATORS, Operator, Query, Term, describe, parse_query

#: What is shown of a message around its hits, in characters.
SNIPPET_CHARS = 120
#: As many files of one page of results are looked through for their hits.
MAX_FILES = 100
#: A word that is the name of more customers than this is looked for in the texts alone: they say it themselves.
_MOST_CUSTOMERS = 200
#: Of the customers whose name or number a word is, so many conversations are taken, the newest first.
_MOST_CONVERSATIONS = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation that was found, with its best message."""

    conversation: Conversation
    message_id: int
    at: datetime
    snippet: list[tuple[str, bool]]  #: pieces of the message, or of the file; True where it is a hit
    subject: list[tuple[str, bool]]
    file: "FoundFile | None" = None  #: where the hit stands when it is in none of the message's own words


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a message in which, or in whose name, the hit stands."""

    attachment_id: int
    name: list[tuple[str, bool]]
    snippet: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found."""

    query: Query
    found: list[Found]
    count: int  #: of messages, counted up to 1,000
    next_cursor: Cursor | None  #: only when listed newest first
    is_near: bool  #: nothing meets the whole query; these come close
    unknown: list[Operator] = field(default_factory=list)  #: conditions that nothing can ever meet

    def understood(self, day: Callable[[date], str] = date_format) -> list[str]:
        """What was looked for, one short sentence a condition, in the reader's language."""
        known = tuple(each for each in self.query.operators if each not in self.unknown)
        return describe(replace(self.query, operators=known), value=value_word, label=label_word, day=day)


def search_conversations(
    user: User, text: str, *, order: Order = Order.BEST, before: Cursor | None = None, limit: int = 30
) -> Results:
    """Find conversations by words, phrases and operators; one hit a conversation, the best or newest message.

    `Invalid` for more than `MAX_OPERATORS` different conditions, `TooCostly` when it would take too long.
    """
    query = parse_query(text, today=timezone.localdate(), names=names_in(text))
    if len(query.operators) > MAX_OPERATORS:
        raise Invalid(
            _("One search takes at most %(most)s conditions such as “tag:…”. Leave some of them out.")
            % {"most": MAX_OPERATORS},
            field="q",
        )
    with bounded_cost():
        return _search(user, query, order=order, before=before, limit=limit)


def _search(user: User, query: Query, *, order: Order, before: Cursor | None, limit: int) -> Results:
    bounds, unknown = _bounds(user, query)
    if query.is_empty or bounds is None:
        return Results(query, [], 0, None, is_near=False, unknown=unknown)
    about = _about(query)
    hits = find(query, bounds, limit=limit, before=before, order=order, one_per_group=True, about=about)
    rows = {row.pk: row for row in conversations_by_ids(user, [hit.group_id for hit in hits])}
    found = _shown([hit for hit in hits if hit.group_id in rows], rows, query)
    more = order is Order.NEWEST and len(hits) == limit
    return Results(
        query=query,
        found=found,
        count=count_capped(query, bounds, about=about),
        next_cursor=hits[-1].cursor if more else None,
        is_near=any(hit.is_near for hit in hits),
        unknown=unknown,
    )


def _about(query: Query) -> About:
    """The conversations of the customers whose name, kana or phone number a word is, as it is recorded today."""
    about: dict[Term, list[int]] = {}
    for term in {term for terms in query.wanted for term in terms}:
        if customers := customers_meant(term.text, most=_MOST_CUSTOMERS):
            rows = Conversation.objects.filter(customer__in=customers).order_by("-last_message_at")
            about[term] = list(rows.values_list("pk", flat=True)[:_MOST_CONVERSATIONS])
    return about


def _shown(hits: list[Hit], rows: dict[int, Conversation], query: Query) -> list[Found]:
    texts = dict(Message.objects.filter(pk__in=[hit.object_id for hit in hits]).values_list("pk", "text"))
    snippets = {pk: highlight(text, query, width=SNIPPET_CHARS) for pk, text in texts.items()}
    files = _files([pk for pk, pieces in snippets.items() if not _has_hit(pieces)], query)
    return [
        Found(
            conversation=rows[hit.group_id],
            message_id=hit.object_id,
            at=hit.at,
            snippet=files[hit.object_id].snippet if hit.object_id in files else snippets.get(hit.object_id, []),
            subject=highlight(rows[hit.group_id].subject, query, width=SNIPPET_CHARS),
            file=files.get(hit.object_id),
        )
        for hit in hits
    ]


def _files(message_ids: list[int], query: Query) -> dict[int, FoundFile]:
    """Of each message the first file that says, or is called, what was searched for."""
    files = Attachment.objects.filter(message_id__in=message_ids).order_by("message_id", "position", "pk")
    beginnings = files.annotate(words=Left("blob__text", MAX_CHARS))
    found: dict[int, FoundFile] = {}
    for pk, message_id, name, words in beginnings.values_list("pk", "message_id", "name", "words")[:MAX_FILES]:
        if message_id in found:
            continue
        file = FoundFile(pk, highlight(name, query), highlight(words or "", query, width=SNIPPET_CHARS))
        if _has_hit([*file.name, *file.snippet]):
            found[message_id] = file
    return found


def _has_hit(pieces: list[tuple[str, bool]]) -> bool:
    return any(is_hit for _text, is_hit in pieces)


def _bounds(user: User, query: Query) -> tuple[Bounds | None, list[Operator]]:
    """What the person may see, narrowed by the operators; None when that is nothing. And what there is not."""
    groups = Conversation.objects.visible_to(user)
    objects = Message.objects.all()
    asked_groups, asked_objects, unknown = False, False, []
    for operator in query.operators:
        is_for_groups = is_about_conversations(operator)
        condition = conversation_condition(operator, user) if is_for_groups else message_condition(operator)
        if condition is None:
            unknown.append(operator)
        elif is_for_groups:
            groups, asked_groups = _narrowed(groups, operator, condition), True
        else:
            objects, asked_objects = _narrowed(objects, operator, condition), True
    if any(not operator.is_negated for operator in unknown):
        return None, unknown
    # The scope of an entry is its 窓口; guests, conversations of two 窓口 and what one is spared need the rows.
    scopes = None if user.sees_every_inbox else list(Inbox.objects.visible_to(user).values_list("pk", flat=True))
    by_rows = asked_groups or user.role == Role.GUEST
    if scopes is not None and not by_rows:
        by_rows = _sees_shared(scopes) or is_spared_any(user)
    if scopes is not None and not scopes and user.role != Role.GUEST:
        return None, unknown
    bounds = Bounds(
        kinds=[SIDE if _asks_for_sides(query) else MESSAGE],
        scope_ids=None if by_rows else scopes,
        groups=groups.values("pk") if by_rows else None,
        objects=objects.values("pk") if asked_objects else None,
    )
    return bounds, unknown


def _asks_for_sides(query: Query) -> bool:
    return any(each.name == IS and each.value == "side" and not each.is_negated for each in query.operators)


def _narrowed[Rows: QuerySet[Any]](rows: Rows, operator: Operator, condition: Q) -> Rows:
    return rows.exclude(condition) if operator.is_negated else rows.filter(condition)


def _sees_shared(inbox_ids: list[int]) -> bool:
    """True when something that belongs to another 窓口 arrived in one of these as well."""
    also = Conversation.also_in.through.objects.filter(inbox_id__in=inbox_ids)
    return also.exclude(conversation__inbox_id__in=inbox_ids).exists()
