"""The check before sending in the preview of a bulk reply: what would be found in each letter, and in how many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from madoguchi.accounts.models import User
from madoguchi.conversations.preflighting import findings_for_reply
from madoguchi.outreach.personal import Personal
from madoguchi.preflight.choices import DECIDED_ELSEWHERE, Check, Level
from madoguchi.preflight.examining import needing_notice
from madoguchi.preflight.finding import Finding

#: A person waits for the preview. What was not looked at by then is looked at when it is written, as all of them are.
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Looked:
    """One letter and what stands in its way."""

    personal: Personal
    found: tuple[Finding, ...] = ()  #: what blocks or asks, the gravest first
    is_looked: bool = True  #: False where there was no time

    @property
    def is_blocked(self) -> bool:
        """True for a letter that cannot leave as it is."""
        return any(each.level == Level.BLOCK for each in self.found)

    @property
    def is_clean(self) -> bool:
        """True for a letter that leaves without anybody having to acknowledge anything."""
        return self.personal.problem is None and not self.found


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many letters something was found."""

    check: Check
    level: Level
    letters: int


def look_at(letters: Sequence[Personal], *, user: User, seconds: float = _SECONDS) -> list[Looked]:
    """What the check before sending finds in each letter that would be written; 21 queries a letter at most."""
    until = monotonic() + seconds
    looked: list[Looked] = []
    for each in letters:
        if each.problem is not None:
            looked.append(Looked(each))
        elif monotonic() > until:
            looked.append(Looked(each, is_looked=False))
        else:
            found = findings_for_reply(each.conversation, each.letter, user=user)
            looked.append(Looked(each, tuple(needing_notice(found, except_checks=DECIDED_ELSEWHERE))))
    return looked


def tally(looked: Sequence[Looked]) -> list[Tally]:
    """How many letters have which findings: what blocks first, then the most frequent."""
    amounts = Counter(pair for each in looked for pair in {(one.check, one.level) for one in each.found})
    found = [Tally(check, level, amount) for (check, level), amount in amounts.items()]
    return sorted(found, key=lambda each: (each.level != Level.BLOCK, -each.letters, each.check))
