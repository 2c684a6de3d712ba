"""What a desk's own answers tell of the words of inquiries: which template answered mails that say a word, how often.

A word tells of a template as much as its mails were answered with it more often than others were; a word that few
mails say proves little. Looked at are the newest answers written with each template, so the cost is the same however
many messages there are.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.indexing import MESSAGE
from madoguchi.conversations.matter import Telling
from madoguchi.search.queries import sayings

#: Answers looked at together, and of one template at most and at least.
_ANSWERS, _MOST_EACH, _LEAST_EACH = 1_000, 60, 5
#: So many mails without any proof stand against a word.
_DOUBT = 6.0
#: So many standard deviations of a count may be chance.
_CHANCE = 1.3
#: Of a young desk every template is a large share: it is counted as one of so many answers.
_YOUNG = 150
#: Words that say the same (領収書, 再発行, 発行) do not count without end.
_COUNTED = 4

_NEWEST_ANSWERS = """
SELECT used.template_id, used.conversation_id, asked.id
FROM unnest(%s::bigint[]) AS wanted (template_id)
CROSS JOIN LATERAL (
    SELECT template_id, conversation_id, sent_at FROM wording_use
    WHERE template_id = wanted.template_id AND sent_at <= %s AND conversation_id IS NOT NULL
        AND conversation_id <> %s
    ORDER BY sent_at DESC LIMIT %s
) AS used
CROSS JOIN LATERAL (
    SELECT id FROM conversations_message
    WHERE conversation_id = used.conversation_id AND kind = %s AND at <= used.sent_at
    ORDER BY at DESC, id DESC LIMIT 1
) AS asked
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """How much the history speaks for a template, and how many similar inquiries were answered with it."""

    score: float
    amount: int
    has_subject: bool  #: the customer's subject is part of what speaks for it
    has_concern: bool  #: and what the customer wants


@dataclass(frozen=True, slots=True)
class _Answered:
    template: int
    conversation: int
    says: Sequence[bool]  #: in the order of the words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the newest answers tell of the words of one inquiry."""

    proofs: dict[int, Proof]  #: by template
    tells: dict[str, float]  #: by the tsquery of a word: how much it tells of whatever template it tells most of


def evidence_for(
    matter: Sequence[Telling], templates: Sequence[int], *, leave_out: int, scope_ids: Iterable[int] | None
) -> Evidence:
    """What the answers with these templates tell, in the 窓口 of `scope_ids`, but for one conversation."""
    answers = _newest_answers(matter, templates, leave_out, scope_ids)
    used = Counter(each.template for each in answers)
    lifts = [_lifts([each.template for each in answers if each.says[place]], used) for place in range(len(matter))]
    proofs = {}
    for template in used:
        shares = [word.weight * lift.get(template, 0.0) for word, lift in zip(matter, lifts, strict=True)]
        if score := sum(sorted(shares, reverse=True)[:_COUNTED]):
            telling = [word for share, word in zip(shares, matter, strict=True) if share > 0]
            proofs[template] = Proof(
                score,
                _similar(template, answers, shares, score),
                has_subject=any(word.is_subject for word in telling),
                has_concern=any(word.is_concern for word in telling),
            )
    tells = {word.tsquery: max(lift.values(), default=0.0) for word, lift in zip(matter, lifts, strict=True)}
    return Evidence(proofs, tells)


def _newest_answers(
    matter: Sequence[Telling], templates: Sequence[int], leave_out: int, scope_ids: Iterable[int] | None
) -> list[_Answered]:
    if not matter or not templates:
        return []
    each = min(_MOST_EACH, max(_LEAST_EACH, _ANSWERS // len(templates)))
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_ANSWERS, [list(templates), timezone.now(), leave_out, each, MessageKind.INBOUND.value])
        rows: list[tuple[int, int, int]] = cursor.fetchall()
    said = sayings([word.tsquery for word in matter], MESSAGE, [row[2] for row in rows], scope_ids=scope_ids)
    return [_Answered(template, group, said[asked]) for template, group, asked in rows if asked in said]


def _lifts(answered_with: list[int], used: Counter[int]) -> dict[int, float]:
    """How much more often mails with a word were answered with a template than mails are at all, as a logarithm."""
    total, amount = max(sum(used.values()), _YOUNG), len(answered_with)
    found = {}
    for template, together in Counter(answered_with).items():
        share = used[template] / total
        surely = max(together - _CHANCE * math.sqrt(together), 0.0)
        lift = math.log((surely + _DOUBT * share) / ((amount + _DOUBT) * share))
        if lift > 0:
            found[template] = lift
    return found


def _similar(template: int, answers: list[_Answered], shares: list[float], score: float) -> int:
    """Conversations answered with a template whose mail says at least half of what speaks for it."""
    close = {
        each.conversation
        for each in answers
        if each.template == template
        and sum(share for share, is_said in zip(shares, each.says, strict=True) if is_said) * 2 >= score
    }
    return len(close)
