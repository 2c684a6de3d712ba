"""What could answer an inquiry: templates and replies that answered similar ones. Words and figures, no model.

What the words of the customer's last mail tell of the templates that answered mails with these words (`evidence`)
counts, and beside it how much a template itself speaks of them. What reaches no threshold is not suggested.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from madoguchi.accounts.models import User
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.concerns import concerns_in
from madoguchi.conversations.folding import written
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.matter import Telling, matter_of
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import newest_inbound
from madoguchi.conversations.unasked import asks_nothing
from madoguchi.preflight.checks.language import script_of
from madoguchi.search.bounded import TooCostly, bounded_cost
from madoguchi.search.columns import holds, speaking
from madoguchi.search.lexemes import either
from madoguchi.search.queries import Bounds, Hit, closest
from madoguchi.search.ranking import rarity
from madoguchi.wording.choices import Kind
from madoguchi.wording.evidence import Proof, evidence_for
from madoguchi.wording.models import Template

#: Templates whose answers are looked at, those used most; as many whose own words are.
_TEMPLATES = 200
#: Conversations that come closest, looked for by so many words.
_NEIGHBOURS, _NEIGHBOUR_WORDS = 40, 8
#: What is less than half as close as the closest is about something else.
_LEAST_CLOSENESS = 0.5
#: How much a word in a template's name, or only in its text, counts beside the answers of the past.
_IN_NAME, _IN_TEXT = 0.8, 0.15
#: Words that say the same do not count without end.
_COUNTED = 4
#: Below this a suggestion would be a guess; and what is so much worse than the best is about something else.
_LEAST, _LEAST_OF_BEST = 2.8, 0.7
#: Of a template that was hardly ever used only its words can tell: they count more.
_KNOWN, _UNKNOWN = 8, 1.25
#: A word of one of three templates tells as much as if there were so many.
_FEW = 30
#: The customer's subject names the matter: what has nothing to do with it is hardly meant.
_BESIDE_SUBJECT = 0.6
#: So is what has nothing to do with the concern of the mail, and words alone when it shows none.
_BESIDE_CONCERN, _WITHOUT_CONCERN = 0.4, 0.7
#: So are those whose name tells of another matter besides; so many of the best are looked at.
_CALLED_OTHERWISE, _NAMED = 0.6, 20
_SECONDS = 1.0


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
    conversation: Conversation, user: User, offered: QuerySet[Template], *, limit: int = 3
) -> list[Suggestion]:
    """The templates of these that likely answer the customer's last mail, the best first; none rather than a guess."""
    asked = newest_inbound(conversation)
    if asked is None or asks_nothing(asked.subject or conversation.subject, written(asked.text)):
        return []
    if not (matter := _matter(asked, conversation)):
        return []
    fitting = _fitting(offered, asked)
    try:
        with bounded_cost(_SECONDS):
            proofs = _proofs(matter, conversation, user, fitting)
            spoken = _spoken(matter, fitting, offered[:_TEMPLATES].count())
    except TooCostly:
        return []
    scores = _weighed(_together(matter, proofs, spoken), matter, fitting)
    best = sorted(scores, key=lambda pk: -scores[pk])
    least = max(_LEAST, _LEAST_OF_BEST * scores[best[0]]) if best else 0.0
    found = fitting.in_bulk([pk for pk in best if scores[pk] >= least][:limit])
    return [Suggestion(found[pk], scores[pk], proofs[pk].amount if pk in proofs else 0) for pk in best if pk in found]


def past_replies(conversation: Conversation, user: User, *, limit: int = 8) -> list[Past]:
    """Replies that answered similar inquiries, the closest first, one a conversation."""
    hits = _neighbours(conversation, user)
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
        conversation__in=conversations, kind=MessageKind.OUTBOUND, state=MessageState.SENT, is_automatic=False
    ).order_by("at", "pk")
    found = defaultdict(list)
    for row in rows:
        found[row.conversation_id].append(row)
    return found


def _matter(asked: Message, conversation: Conversation) -> list[Telling]:
    who = conversation.customer
    names = (asked.sender_name, who.family_name, who.given_name)
    return matter_of(asked.subject or conversation.subject, written(asked.text), names=names)


def _scopes(user: User) -> list[int] | None:
    return None if user.sees_every_inbox else list(visible_inbox_ids(user))


def _fitting(offered: QuerySet[Template], asked: Message) -> QuerySet[Template]:
    """Whole letters in the language the customer writes, without those that leave by themselves."""
    fitting = offered.filter(kind=Kind.TEMPLATE, is_suggested=True)
    script = script_of(f"{asked.subject}\n{written(asked.text)}")
    return fitting.filter(language={"latin": "en"}.get(script, script)) if script else fitting


def _used_most(fitting: QuerySet[Template]) -> list[int]:
    used = fitting.filter(used_count__gt=0).order_by("-used_count", "pk")
    return list(used.values_list("pk", flat=True)[:_TEMPLATES])


def _proofs(
    matter: Sequence[Telling], conversation: Conversation, user: User, fitting: QuerySet[Template]
) -> Mapping[int, Proof]:
    return evidence_for(matter, _used_most(fitting), leave_out=conversation.pk, scope_ids=_scopes(user)).proofs


def _together(matter: Sequence[Telling], proofs: Mapping[int, Proof], spoken: Mapping[int, Proof]) -> dict[int, float]:
    """Both added up; less where nothing has to do with the subject that the customer chose."""
    has_subject = any(word.is_subject for word in matter)
    beside = _BESIDE_CONCERN if any(word.is_concern for word in matter) else _WITHOUT_CONCERN
    scores = {}
    for pk in {*proofs, *spoken}:
        found = [each[pk] for each in (proofs, spoken) if pk in each]
        is_meant = not has_subject or any(each.has_subject for each in found)
        is_wanted = any(each.has_concern for each in found)
        factor = (1.0 if is_meant else _BESIDE_SUBJECT) * (1.0 if is_wanted else beside)
        scores[pk] = sum(each.score for each in found) * factor
    return scores


def _weighed(scores: dict[int, float], matter: Sequence[Telling], fitting: QuerySet[Template]) -> dict[int, float]:
    """Less for what is called by something that this customer does not want."""
    wanted = {word.form for word in matter if word.is_concern}
    best = sorted(scores, key=lambda pk: -scores[pk])[:_NAMED]
    names = dict(fitting.filter(pk__in=best).values_list("pk", "name"))
    return {
        pk: scores[pk] * (_CALLED_OTHERWISE if {each.name for each in concerns_in(name)} - wanted else 1.0)
        for pk, name in names.items()
    }


def _spoken(matter: Sequence[Telling], fitting: QuerySet[Template], amount: int) -> dict[int, Proof]:
    """How much each template itself speaks of the matter; a word of many templates says little."""
    tsqueries = [word.tsquery for word in matter]
    candidates = fitting.filter(holds(either(tsqueries))).order_by("-used_count", "pk")
    rows = speaking(tsqueries, candidates, most=_TEMPLATES)
    known = set(fitting.filter(pk__in=list(rows), used_count__gte=_KNOWN).values_list("pk", flat=True))
    shares: defaultdict[int, list[float]] = defaultdict(list)
    meant: set[int] = set()
    concerned: set[int] = set()
    for place, word in enumerate(matter):
        said = {pk: _IN_NAME if says[place][0] else _IN_TEXT for pk, says in rows.items() if any(says[place])}
        tells = word.weight * math.log(1 + max(amount, _FEW) / len(said)) if said else 0.0
        for pk, factor in said.items():
            shares[pk].append(tells * factor * (1.0 if pk in known else _UNKNOWN))
        meant |= set(said) if word.is_subject else set()
        concerned |= {pk for pk in said if rows[pk][place][0]} if word.is_concern else set()
    return {
        pk: Proof(sum(sorted(each, reverse=True)[:_COUNTED]), 0, has_subject=pk in meant, has_concern=pk in concerned)
        for pk, each in shares.items()
    }


def _neighbours(conversation: Conversation, user: User) -> list[Hit]:
    """The conversations whose mail is closest, this one left out; ranks from the greatest down."""
    asked = newest_inbound(conversation)
    if asked is None or not (matter := _matter(asked, conversation)):
        return []
    bounds = Bounds(
        kinds=[MESSAGE], scope_ids=_scopes(user), objects=Message.objects.filter(kind=MessageKind.INBOUND).values("pk")
    )
    try:
        with bounded_cost(_SECONDS):
            hits = closest(_weights(matter, conversation, user), bounds, limit=_NEIGHBOURS)
    except TooCostly:
        return []
    others = [hit for hit in hits if hit.group_id != conversation.pk]
    return [hit for hit in others if hit.rank >= _LEAST_CLOSENESS * others[0].rank]


def _weights(matter: Sequence[Telling], conversation: Conversation, user: User) -> dict[str, float]:
    """The words that tell most: of what was answered with templates, and by their rarity."""
    templates = _used_most(Template.objects.visible_to(user).living())
    tells = evidence_for(matter, templates, leave_out=conversation.pk, scope_ids=_scopes(user)).tells
    rare, _deciding = rarity([word.tsquery for word in matter])
    most = max(rare.values(), default=1.0)
    weights = {word.tsquery: word.weight * (0.3 * rare[word.tsquery] / most + tells[word.tsquery]) for word in matter}
    return dict(sorted(weights.items(), key=lambda item: -item[1])[:_NEIGHBOUR_WORDS])
