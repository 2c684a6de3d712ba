"""What could answer an inquiry: templates and replies that answered similar ones. Words and figures, no model.

The customer's words are looked for in the index of messages; of the conversations that come closest, what their
answers were written with counts by how close they are, and beside it how much a template speaks of the same things.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.folding import written
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import newest_inbound
from madoguchi.search.bounded import TooCostly, bounded_cost
from madoguchi.search.lexemes import near_terms
from madoguchi.search.queries import Bounds, Hit, closest
from madoguchi.search.query import Query, Term
from madoguchi.search.ranking import rarity
from madoguchi.search.tokens import Word, words
from madoguchi.wording.models import Template, Use
from madoguchi.wording.searching import either, holds, rank_by

#: So much of a mail says what it is about,
_READ_CHARS = 1_500
#: in so many of its rarest words.
_TERMS = 12
#: Conversations that come closest.
_NEIGHBOURS = 40
#: What is less than half as close as the closest is about something else.
_LEAST_CLOSENESS = 0.5
#: How much the words of a template count beside its use in answers.
_LEXICAL_SHARE = 0.6
#: Greetings that the rarest words of a polite mail would otherwise be.
_POLITE = frozenset(
    (
        "御世話",
        "世話",
        "有難う",
        "宜しい",
        "宜しく",
        "願い",
        "失礼",
        "突然",
        "恐縮",
        "名前",
        "株式会社",
        "今回",
        "先日",
        "此の度",
    )
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template for this inquiry."""

    template: Template
    score: float  #: only comparable within one answer
    amount: int  #: similar inquiries that were answered with it; 0 when only its words are close


@dataclass(frozen=True, slots=True)
class Past:
    """A similar inquiry and the reply that answered it."""

    question: Message
    answer: Message
    conversation: Conversation
    score: float


def suggestions_for(
    conversation: Conversation, user: User, offered: QuerySet[Template], *, limit: int = 5
) -> list[Suggestion]:
    """The templates of these that most likely answer the customer's last mail, the best first."""
    terms = _terms(conversation)
    if not terms:
        return []
    scores, amounts = _used_in(_neighbours(terms, conversation, user))
    for pk, share in _speaking_of(terms, offered).items():
        scores[pk] += _LEXICAL_SHARE * share
    best = sorted(scores, key=lambda pk: -scores[pk])
    found = offered.in_bulk(best[: limit * 4])
    return [Suggestion(found[pk], scores[pk], amounts[pk]) for pk in best if pk in found][:limit]


def past_replies(conversation: Conversation, user: User, *, limit: int = 8) -> list[Past]:
    """Replies that answered similar inquiries, the closest first, one a conversation."""
    terms = _terms(conversation)
    hits = _neighbours(terms, conversation, user) if terms else []
    questions = Message.objects.in_bulk([hit.object_id for hit in hits])
    answers = _answers([hit.group_id for hit in hits])
    seen = {row.pk: row for row in _visible(user, answers)}
    found = []
    for hit in hits:
        question = questions.get(hit.object_id)
        answer = next((each for each in answers.get(hit.group_id, ()) if question and each.at > question.at), None)
        if question is not None and answer is not None and hit.group_id in seen:
            found.append(Past(question, answer, seen[hit.group_id], hit.rank))
    return found[:limit]


def answered_by(reply: Message) -> Message | None:
    """The customer's mail before a reply."""
    before = Message.objects.filter(conversation=reply.conversation_id, kind=MessageKind.INBOUND, at__lte=reply.at)
    return before.order_by("-at", "-pk").first()


def _visible(user: User, pks: Iterable[int]) -> QuerySet[Conversation]:
    return Conversation.objects.visible_to(user).select_related("customer").filter(pk__in=list(pks))


def _answers(conversations: Sequence[int]) -> dict[int, list[Message]]:
    """What was sent in these conversations, oldest first."""
    rows = Message.objects.filter(
        conversation__in=conversations, kind=MessageKind.OUTBOUND, state=MessageState.SENT
    ).order_by("at", "pk")
    found = defaultdict(list)
    for row in rows:
        found[row.conversation_id].append(row)
    return found


def _terms(conversation: Conversation) -> list[Term]:
    """The rarest words of the customer's last mail; names, numbers and greetings say nothing of its matter."""
    newest = newest_inbound(conversation)
    if newest is None:
        return []
    text = f"{newest.subject or conversation.subject}\n{written(newest.text)}"[:_READ_CHARS]
    names = {form for word in words(newest.sender_name) for form in word.forms}
    said = dict.fromkeys(word.forms[0] for word in words(text) if _tells(word) and not names.intersection(word.forms))
    by_tsquery = {either(near_terms(Query(wanted=((Term(form),),)))): Term(form) for form in said}
    by_tsquery.pop("", None)
    if not by_tsquery:
        return []
    weights, _deciding = rarity(list(by_tsquery))
    return [by_tsquery[tsquery] for tsquery in sorted(weights, key=lambda each: -weights[each])[:_TERMS]]


def _tells(word: Word) -> bool:
    form = word.forms[0]
    is_word = len(form) > 1 and not any(char.isdigit() for char in form) and not word.is_address
    return is_word and _POLITE.isdisjoint(word.forms)


def _neighbours(terms: list[Term], conversation: Conversation, user: User) -> list[Hit]:
    """The conversations whose mail is closest, this one left out; ranks from 1 down."""
    query = Query(wanted=tuple((term,) for term in terms))
    scopes = None if user.sees_every_inbox else visible_inbox_ids(user)
    bounds = Bounds(kinds=[MESSAGE], scope_ids=scopes)
    try:
        with bounded_cost():
            hits = closest(query, bounds, limit=_NEIGHBOURS)
    except TooCostly:
        return []
    others = [hit for hit in hits if hit.group_id != conversation.pk]
    return [hit for hit in others if hit.rank >= _LEAST_CLOSENESS * others[0].rank]


def _used_in(hits: list[Hit]) -> tuple[defaultdict[int, float], Counter[int]]:
    """How much each template counts for these conversations, and in how many it was sent."""
    closeness = {hit.group_id: hit.rank / (hits[0].rank or 1) for hit in hits}
    scores: defaultdict[int, float] = defaultdict(float)
    amounts: Counter[int] = Counter()
    uses = Use.objects.filter(conversation__in=list(closeness), sent_at__isnull=False, sent_at__lte=timezone.now())
    for template, group in uses.values_list("template", "conversation").distinct():
        scores[template] += closeness[group or 0]
        amounts[template] += 1
    most = max(scores.values(), default=1.0)
    for template in scores:
        scores[template] /= most
    return scores, amounts


def _speaking_of(terms: list[Term], offered: QuerySet[Template]) -> dict[int, float]:
    """How much each template speaks of the same things, the best as 1."""
    tsquery = either(near_terms(Query(wanted=tuple((term,) for term in terms))))
    if not tsquery:
        return {}
    rows = offered.filter(holds(tsquery)).annotate(rank=rank_by(tsquery)).order_by("-rank")[:20]
    ranks = dict(rows.values_list("pk", "rank"))
    most = max(ranks.values(), default=1.0) or 1.0
    return {pk: rank / most for pk, rank in ranks.items()}
