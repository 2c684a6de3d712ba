"""Which articles could answer an inquiry: those that speak of what the customer's last mail is about. No model.

The words that say the matter, and what they weigh, are those by which templates are suggested (conversations.matter);
of articles their own words decide, a word in title or keywords much more than one in the text, a rare one more.
"""

import math
from collections import defaultdict

from django.db.models import QuerySet

from madoguchi.conversations.folding import written
from madoguchi.conversations.matter import matter_of
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import newest_inbound
from madoguchi.conversations.unasked import asks_nothing
from madoguchi.knowledge.models import Article
from madoguchi.search.bounded import TooCostly, bounded_cost
from madoguchi.search.columns import speaking

#: Articles whose words are looked at, those used most.
_LOOKED_AT = 500
_IN_NAME, _IN_TEXT = 1.0, 0.2
#: A word of one of three articles tells as much as if there were so many.
_FEW = 30
#: Words that say the same do not count without end.
_COUNTED = 4
#: Below this a suggestion would be a guess; and what is so much worse than the best is about something else.
_LEAST, _LEAST_OF_BEST = 3.0, 0.6
_SECONDS = 0.5


def suggestions_for(conversation: Conversation, offered: QuerySet[Article], *, limit: int = 3) -> list[Article]:
    """The articles of these that likely answer the customer's last mail, the best first; none rather than a guess."""
    asked = newest_inbound(conversation)
    if asked is None or asks_nothing(asked.subject or conversation.subject, written(asked.text)):
        return []
    who = conversation.customer
    names = (asked.sender_name, who.family_name, who.given_name)
    matter = matter_of(asked.subject or conversation.subject, written(asked.text), names=names)
    try:
        with bounded_cost(_SECONDS):
            said = speaking([word.tsquery for word in matter], offered.order_by("-used_count", "pk"), most=_LOOKED_AT)
    except TooCostly:
        return []
    shares: defaultdict[int, list[float]] = defaultdict(list)
    for place, word in enumerate(matter):
        speakers = {pk: _IN_NAME if row[place][0] else _IN_TEXT for pk, row in said.items() if any(row[place])}
        tells = word.weight * math.log(1 + max(len(said), _FEW) / max(len(speakers), 1))
        for pk, factor in speakers.items():
            shares[pk].append(tells * factor)
    scores = {pk: sum(sorted(each, reverse=True)[:_COUNTED]) for pk, each in shares.items()}
    best = sorted(scores, key=lambda pk: (-scores[pk], pk))
    least = max(_LEAST, _LEAST_OF_BEST * scores[best[0]]) if best else 0.0
    found = offered.in_bulk([pk for pk in best if scores[pk] >= least][:limit])
    return [found[pk] for pk in best if pk in found]
