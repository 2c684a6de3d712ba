"""What a conversation is linked with, as the reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.linking import LinkKind, Relation, relation_of
from madoguchi.conversations.models import Conversation, ConversationLink
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared, Slot

#: So many links of one conversation are shown; who links more wants a tag.
MAX_LINKS = 100


@dataclass(frozen=True, slots=True)
class Linked:
    """One conversation at the other end of a link."""

    link_id: int
    relation: Relation
    conversation: Conversation


def links_of(user: User, number: int) -> list[Linked]:
    """Everything visible that this conversation is linked with: parent, children, originals, duplicates, related."""
    return told_links(user, number, link_rows(number))


def link_rows(number: int) -> QuerySet[ConversationLink]:
    """The links of a conversation, as a read that can go together with others; `told_links` makes lines of them."""
    return _LINKS(number=number)


_LINKS = Prepared(
    lambda: ConversationLink.objects.filter(Q(source=Slot("number")) | Q(target=Slot("number"))).order_by("pk")[
        :MAX_LINKS
    ]
)
_ORDER = list(Relation)


def told_links(user: User, number: int, links: Iterable[ConversationLink]) -> list[Linked]:
    """These links seen from one end, without the conversations that the person may not see; one query, if any."""
    ends = {link.source_id + link.target_id - number: link for link in links}
    if not ends:
        return []
    rows = Conversation.objects.visible_to(user).filter(pk__in=ends).select_related("customer").distinct()
    found = [Linked(ends[row.pk].pk, _seen(ends[row.pk], row.pk), row) for row in rows]
    return sorted(found, key=lambda each: (_ORDER.index(each.relation), each.conversation.pk))


def _seen(link: ConversationLink, other: int) -> Relation:
    return relation_of(link.kind, other_is_source=link.source_id == other)


def get_link(conversation: Conversation, pk: int) -> ConversationLink:
    """One link of a conversation; NotFound otherwise."""
    ends = Q(source=conversation) | Q(target=conversation)
    link = ConversationLink.objects.filter(ends, pk=pk).first()
    if link is None:
        raise NotFound(_("This link does not exist any more."))
    return link


def parent_of(number: int) -> int | None:
    """The number of the conversation above this one."""
    rows = ConversationLink.objects.filter(target=number, kind=LinkKind.PARENT)
    return rows.values_list("source", flat=True).first()


def open_children(user: User, conversation: Conversation) -> list[Conversation]:
    """The children somebody still has something to do with, as far as the person sees them."""
    below = ConversationLink.objects.filter(source=conversation, kind=LinkKind.PARENT).values("target")
    rows = Conversation.objects.visible_to(user).filter(pk__in=below, is_open=True)
    return list(rows.distinct().order_by("pk")[:MAX_LINKS])
