"""The preview of a bulk reply: what the check before sending would find in each letter, and what happened meanwhile."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

from madoguchi.accounts.models import User
from madoguchi.conversations.disturbances import Disturbance
from madoguchi.conversations.preflighting import findings_for_reply
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.personal import Personal, Words, personal_letters
from madoguchi.outreach.queries import batch_of, files_of, happened_to, rest_of
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
    happened: tuple[Disturbance, ...] = ()  #: since its writer looked last, where it is tried again

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


def look_at(letters: Sequence[Personal], *, user: User, seconds: float = _SECONDS, batch: str = "") -> list[Looked]:
    """What the check before sending finds in each letter that would be written; 21 queries a letter at most.

    `batch` is that of the letters which have been written already.
    """
    until = monotonic() + seconds
    looked: list[Looked] = []
    for each in letters:
        if each.problem is not None:
            looked.append(Looked(each))
        elif monotonic() > until:
            looked.append(Looked(each, is_looked=False))
        else:
            found = findings_for_reply(each.conversation, each.letter, user=user, batch=batch)
            looked.append(Looked(each, tuple(needing_notice(found, except_checks=DECIDED_ELSEWHERE))))
    return looked


def tally(looked: Sequence[Looked]) -> list[Tally]:
    """How many letters have which findings: what blocks first, then the most frequent."""
    amounts = Counter(pair for each in looked for pair in {(one.check, one.level) for one in each.found})
    found = [Tally(check, level, amount) for (check, level), amount in amounts.items()]
    return sorted(found, key=lambda each: (each.level != Level.BLOCK, -each.letters, each.check))


@dataclass(frozen=True, slots=True)
class Group:
    """The same finding in one letter or many: acknowledged for all of them, or for none."""

    finding: Finding
    keys: tuple[str, ...]
    words: tuple[str, ...]  #: what it is about, each once
    letters: int


def groups_of(looked: Sequence[Looked]) -> list[Group]:
    """What asks, grouped by what it says: the most frequent first. Letters that cannot leave anyway do not count."""
    by_saying: dict[tuple[str, str, str], list[tuple[int, Finding]]] = {}
    for at, each in enumerate(looked):
        if each.personal.problem is None and not each.is_blocked:
            for one in each.found:
                by_saying.setdefault((one.check, one.rule, one.message.sentence), []).append((at, one))
    found = [_group(pairs) for pairs in by_saying.values()]
    return sorted(found, key=lambda each: -each.letters)


def _group(pairs: Sequence[tuple[int, Finding]]) -> Group:
    findings = [finding for _at, finding in pairs]
    return Group(
        finding=findings[0],
        keys=tuple(dict.fromkeys(each.key for each in findings)),
        words=tuple(dict.fromkeys(each.words for each in findings if each.words)),
        letters=len({at for at, _finding in pairs}),
    )


def look_at_rest(bulk: BulkReply, words: Words, *, user: User) -> list[Looked]:
    """The letters of a bulk reply that can be tried again, as they would be written now, with what happened to each."""
    rest = {each.conversation_id: each for each in rest_of(bulk)}
    letters = personal_letters([each.conversation for each in rest.values()], words, user=user, files=files_of(bulk))
    return [
        replace(each, happened=tuple(happened_to(rest[each.personal.conversation.pk], bulk, user=user)))
        for each in look_at(letters, user=user, batch=batch_of(bulk))
    ]
