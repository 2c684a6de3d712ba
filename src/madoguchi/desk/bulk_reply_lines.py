"""A bulk reply put into words: its preview, its progress and what became of each letter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.conversations.choices import MessageState
from madoguchi.core.telling import told
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.bulk_writing import BulkForm
from madoguchi.desk.meanwhile import Happened, happened
from madoguchi.outreach.choices import BulkState, ItemState
from madoguchi.outreach.looking import Group, Looked, groups_of
from madoguchi.outreach.models import BulkDraft, BulkReply, BulkReplyItem
from madoguchi.outreach.queries import Progress
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One finding of the check before sending."""

    text: str
    words: str
    level: str  #: stop, warn


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One letter before it is written."""

    number: int
    customer: str
    to: str
    text: str
    problem: str
    found: list[FoundLine]
    is_blocked: bool
    happened: list[Happened]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What became of one letter."""

    number: int
    customer: str
    subject: str
    word: str
    icon: str
    tone: str
    reason: str
    message: int
    version: int  #: of the text it was written with


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One bulk reply of a list."""

    pk: int
    at: str
    when: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The same finding in one letter or many, to be acknowledged for all of them."""

    key: str  #: of what it says
    text: str
    words: str
    why: str
    letters: int
    keys: str
    is_ticked: bool

    def joined(self, other: "GroupLine") -> "GroupLine":
        """With the same finding in further letters; a tick holds for all of them."""
        keys = " ".join(dict.fromkeys((*self.keys.split(), *other.keys.split())))
        return replace(self, letters=self.letters + other.letters, keys=keys, words=self.words or other.words)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the preview says about all of them together."""

    lines: list[PreviewLine]
    groups: list[GroupLine]  #: what asks
    clean: int
    asked: int  #: letters that only ask
    blocked: int
    disturbed: int  #: letters to conversations in which something happened since
    looked_at: int = 0  #: letters, these and those before
    all: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every letter was looked at."""
        return self.looked_at >= self.all

    @property
    def carried(self) -> str:
        """What the next request needs to know of this one."""
        groups = {each.key: [each.text, each.words, each.why, each.letters, each.keys] for each in self.groups}
        sums = [self.clean, self.asked, self.blocked, self.disturbed]
        return signing.dumps([self.looked_at, sums, groups], salt=_SALT, compress=True)

    def behind(self, carried: "Carried", acknowledged: Collection[str], *, whole: int) -> "Outlook":
        """The same with what was found before in the sums; the lines are those of this piece alone."""
        groups = {key: _group_before(key, said, acknowledged) for key, said in carried.groups.items()}
        for each in self.groups:
            before = groups.get(each.key)
            groups[each.key] = before.joined(each) if before else each
        clean, asked, blocked, disturbed = (
            one + other
            for one, other in zip(carried.sums, (self.clean, self.asked, self.blocked, self.disturbed), strict=True)
        )
        return replace(
            self,
            groups=sorted(groups.values(), key=lambda each: -each.letters),
            clean=clean,
            asked=asked,
            blocked=blocked,
            disturbed=disturbed,
            looked_at=carried.looked_at + len(self.lines),
            all=whole,
        )

    @property
    def can_send(self) -> bool:
        """Whether any of them can leave."""
        return self.is_whole and bool(self.clean or self.asked)


def outlook_of(looked: Sequence[Looked], form: BulkForm, words: Words) -> Outlook:
    """The letters, those that are set aside first: they are what one has to look at."""
    open_ones = [each for each in looked if each.personal.problem is None]
    return Outlook(
        lines=_preview_lines(looked, form, words),
        groups=[_group_line(each, form.acknowledged) for each in groups_of(looked)],
        clean=sum(each.is_clean and not each.happened for each in open_ones),
        asked=sum(bool(each.found or each.happened) and not each.is_blocked for each in open_ones),
        blocked=len(looked) - len(open_ones) + sum(each.is_blocked for each in open_ones),
        disturbed=sum(bool(each.happened) for each in open_ones),
    )


def _group_before(key: str, said: list[Any], acknowledged: Collection[str]) -> GroupLine:
    text, words, why, letters, keys = said
    return GroupLine(key, text, words, why, letters, keys, set(keys.split()) <= set(acknowledged))


@dataclass(frozen=True, slots=True)
class Carried:
    """What was found in the letters before, as it came back with the form."""

    looked_at: int = 0
    sums: tuple[int, ...] = (0, 0, 0, 0)
    groups: Mapping[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Carried":
        """As `Outlook.carried` wrote it; from the beginning where it is not ours."""
        try:
            looked_at, sums, groups = signing.loads(text, salt=_SALT, max_age=24 * 3600)
        except signing.BadSignature:
            return cls()
        return cls(looked_at, tuple(sums), groups)


_SALT = "madoguchi.desk.bulk"
_LEVEL = {Level.BLOCK: "stop", Level.WARN: "warn"}
_WORDS_SAID = 3


def _group_line(group: Group, acknowledged: Collection[str]) -> GroupLine:
    finding = group.finding
    said = str(finding.message)
    words = [each for each in group.words if each not in said]
    more = "…" if len(words) > _WORDS_SAID else ""
    return GroupLine(
        key=f"{finding.check}|{finding.rule}|{finding.message.sentence}",
        text=said,
        words=_(", ").join(cut_whole(each, 40) for each in words[:_WORDS_SAID]) + more,
        why=str(finding.why) if finding.why else "",
        letters=group.letters,
        keys=" ".join(group.keys),
        is_ticked=set(group.keys) <= set(acknowledged),
    )


def _preview_lines(looked: Sequence[Looked], form: BulkForm, words: Words) -> list[PreviewLine]:
    """One line for each letter: those with a problem, then those that block, those that ask, the others."""
    lines = [_preview_line(each, form, words) for each in looked]
    return sorted(lines, key=lambda line: (not line.problem, not line.is_blocked, not line.happened, not line.found))


def _preview_line(one: Looked, form: BulkForm, words: Words) -> PreviewLine:
    """What was answered or has changed meanwhile is not written to again unless somebody chooses it."""
    each = one.personal
    is_chosen = form.is_ticked(each.conversation.pk, unless=bool(one.happened))
    return PreviewLine(
        number=each.conversation.pk,
        customer=f"{each.conversation.customer.label} {each.conversation.honorific}".strip(),
        to=each.letter.to[0].email if each.letter.to else "",
        text=each.letter.text,
        problem=str(each.problem) if each.problem else "",
        found=[_found_line(found) for found in one.found],
        is_blocked=one.is_blocked,
        happened=happened(one.happened, words),
        is_chosen=is_chosen,
    )


def _found_line(found: Finding) -> FoundLine:
    said = str(found.message)
    return FoundLine(said, "" if found.words in said else cut_whole(found.words, 40), _LEVEL[found.level])


def item_lines(items: Iterable[BulkReplyItem], seen: Collection[int]) -> list[ItemLine]:
    """The result, line by line; of conversations that are not `seen` any more it tells nothing but the number."""
    return [_item(each, is_seen=each.conversation_id in seen) for each in items]


def _item(item: BulkReplyItem, *, is_seen: bool) -> ItemLine:
    word, icon, tone = _state(item)
    conversation = item.conversation
    return ItemLine(
        number=conversation.pk,
        customer=f"{conversation.customer.label} {conversation.honorific}".strip() if is_seen else "",
        subject=(conversation.subject or _("(No subject)")) if is_seen else "",
        word=word,
        icon=icon,
        tone=tone,
        reason=told(item.reason),
        message=item.message_id or 0,
        version=item.version,
    )


def _state(item: BulkReplyItem) -> tuple[str, str, str]:
    if item.message is None or item.state == ItemState.TAKEN_BACK:
        icon, tone = {
            ItemState.SET_ASIDE: ("alert", "late"),
            ItemState.TAKEN_BACK: ("undo", "hold"),
        }.get(ItemState(item.state), ("clock", "wait"))
        return str(ItemState(item.state).label), icon, tone
    state = MessageState(item.message.state)
    if state == MessageState.SENT:
        return str(state.label), "check", "done"
    if state in (MessageState.FAILED, MessageState.UNCERTAIN, MessageState.STOPPED):
        return str(state.label), "alert", "late"
    return str(state.label), "send", "wait"


def bulk_lines(bulks: Iterable[BulkReply], words: Words) -> list[BulkLine]:
    """One's bulk replies."""
    return [
        BulkLine(
            each.pk, iso(each.created_at), words.short(each.created_at), cut_whole(each.text, 120), state_word(each)
        )
        for each in bulks
    ]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One bulk reply that was begun and not sent."""

    pk: int
    href: str
    text: str
    letters: str
    when: str


def draft_lines(drafts: Iterable[BulkDraft], words: Words) -> list[DraftLine]:
    """What one has begun, each with the way back to it."""
    return [_draft_line(each, words) for each in drafts]


def _draft_line(draft: BulkDraft, words: Words) -> DraftLine:
    if draft.place.startswith("retry:"):
        href = reverse("desk:bulk-reply-retry", args=[int(draft.place.removeprefix("retry:"))])
    else:
        query = urlencode([("conversation", each) for each in draft.conversations])
        href = f"{reverse('desk:bulk-reply-new')}?{query}"
    amount = len(draft.conversations)
    letters = ngettext("%(n)s letter", "%(n)s letters", amount) % {"n": amount} if amount else ""
    return DraftLine(
        draft.pk, href, cut_whole(draft.text, 120).strip() or _("(no text)"), letters, words.short(draft.updated_at)
    )


def state_word(bulk: BulkReply) -> str:
    """Where it stands."""
    return str(BulkState(bulk.state).label)


def progress_word(progress: Progress) -> str:
    """How far it is, in a sentence."""
    parts = [_("%(done)d of %(all)d looked at") % {"done": progress.looked_at, "all": progress.total}]
    if progress.written:
        parts.append(_("%(n)d written") % {"n": progress.written})
    if progress.set_aside:
        parts.append(_("%(n)d set aside") % {"n": progress.set_aside})
    if progress.taken_back:
        parts.append(_("%(n)d taken back") % {"n": progress.taken_back})
    return _(", ").join(parts)
