"""The preview of a bulk reply: what the check before sending would find in each letter, and what happened meanwhile."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

from madoguchi.accounts.models import User
from madoguchi.conversations.disturbances import Disturbance
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.preflighting import look_at_reply
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.personal import Personal, Words, each_letter
from madoguchi.outreach.queries import batch_of, files_of, happened_to, rest_of
from madoguchi.preflight.choices import DECIDED_ELSEWHERE, Check, Level
from madoguchi.preflight.examining import needing_notice
from madoguchi.preflight.finding import Finding

#: A person waits for the preview: so long one request looks at letters, then the next one goes on.
_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Looked:
    """One letter and what stands in its way."""

    personal: Personal
    found: tuple[Finding, ...] = ()  #: what blocks or asks, the gravest first
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


def look_at(letters: Sequence[Personal], *, user: User) -> list[Looked]:
    """What the check before sending finds in each letter that would be written; 21 queries a letter at most."""
    return [_looked(each, user) for each in letters]


def look_on(
    conversations: Sequence[Conversation],
    words: Words,
    *,
    user: User,
    files: Sequence[Enclosure] = (),
    begin: int = 0,
    seconds: float = _SECONDS,
    batch: str = "",
) -> list[Looked]:
    """As many of the letters as there is time for, from one of them on; one at least. Whoever asks goes on behind.

    `batch` is that of the letters which have been written already.
    """
    until = monotonic() + seconds
    looked: list[Looked] = []
    for each in each_letter(conversations, words, user=user, files=files, begin=begin):
        looked.append(_looked(each, user, batch))
        if monotonic() > until:
            break
    return looked


def _looked(one: Personal, user: User, batch: str = "") -> Looked:
    if one.problem is not None:
        return Looked(one)
    found = look_at_reply(one.conversation, one.letter, user=user, batch=batch).found
    return Looked(one, tuple(needing_notice(found, except_checks=DECIDED_ELSEWHERE)))


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


def look_on_rest(
    bulk: BulkReply, words: Words, *, user: User, begin: int = 0, seconds: float = _SECONDS
) -> list[Looked]:
    """As `look_on` those that can be tried again, as they would be written now, with what happened to each."""
    rest = {each.conversation_id: each for each in rest_of(bulk)}
    conversations = [each.conversation for each in rest.values()]
    files, batch = files_of(bulk), batch_of(bulk)
    looked = look_on(conversations, words, user=user, files=files, begin=begin, seconds=seconds, batch=batch)
    return [
        replace(each, happened=tuple(happened_to(rest[each.personal.conversation.pk], bulk, user=user)))
        for each in looked
    ]
