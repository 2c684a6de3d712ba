"""The pre-flight of a letter: in good time while it is written, and again at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.approval_facts import letter_of
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.outgoing import outgoing_of
from madoguchi.conversations.quotations import parts_of
from madoguchi.conversations.strangers import Itself
from madoguchi.conversations.surroundings import surroundings_of_new_mail, surroundings_of_reply
from madoguchi.core.errors import DomainError
from madoguchi.preflight.choices import DECIDED_ELSEWHERE, Check, Level
from madoguchi.preflight.examining import examine, needing_notice
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.queries import rulebook_for
from madoguchi.preflight.surroundings import Surroundings


class LookFirst(DomainError):
    """The pre-flight found something: what blocks must be repaired, what asks must be acknowledged.

    Sending again with the keys of what asks in `acknowledged` goes through, as long as it is exactly these.
    """

    code = "preflight"

    def __init__(self, found: Sequence[Finding]) -> None:
        """Keep everything found, so that a face can show the panel as it is now."""
        is_blocked = any(each.level == Level.BLOCK for each in found)
        blocked = _("This letter cannot leave as it is. Look at what the check before sending found.")
        asked = _("Look at what the check before sending found, then send again.")
        super().__init__(blocked if is_blocked else asked, findings=[as_facts(each) for each in found])
        self.found = list(found)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a letter, and the rules that ask for its approval, in words; those whatever their level."""

    found: list[Finding]
    approval: tuple[str, ...]


def as_facts(finding: Finding) -> dict[str, object]:
    """Plain values for the API. Offsets count characters (code points)."""
    place = finding.place
    return {
        "key": finding.key,
        "check": finding.check.value,
        "rule": finding.rule,
        "level": finding.level.value,
        "field": place.part.value if place else "",
        "start": place.start if place else 0,
        "end": place.end if place else 0,
        "words": finding.words,
        "message": str(finding.message),
        "why": str(finding.why) if finding.why else "",
        "instead": finding.repair.text if finding.repair else None,
    }


def look_at_reply(
    conversation: Conversation,
    letter: Letter,
    *,
    user: User,
    ticked: frozenset[str] = frozenset(),
    leaves_at: datetime | None = None,
    meanwhile: int = 0,
    batch: str = "",
) -> Looked:
    """What is to be looked at before this reply or forward leaves, now or at the time planned (送信予約).

    `meanwhile` counts what has happened and the writer has not seen; letters of one `batch` say nothing of each other.
    """
    language = conversation.letter_language
    parts = parts_of(letter.text, conversation, (conversation.inbox.signature, user.signature))
    outgoing = outgoing_of(letter, parts, is_reply=True, language=language, ticked=ticked)
    around = surroundings_of_reply(conversation, letter, outgoing, user=user, itself=Itself(batch=batch))
    around = replace(_leaving(around, leaves_at), meanwhile=meanwhile)
    return Looked(examine(outgoing, around, rulebook_for(conversation.inbox_id, user.role)), around.approval)


def look_at_new_mail(
    inbox: Inbox,
    letter: Letter,
    *,
    user: User,
    ticked: frozenset[str] = frozenset(),
    leaves_at: datetime | None = None,
) -> Looked:
    """What is to be looked at in a mail that answers nothing."""
    parts = parts_of(letter.text, None, (inbox.signature, user.signature))
    outgoing = outgoing_of(letter, parts, is_reply=False, language=inbox.language, ticked=ticked)
    around = surroundings_of_new_mail(inbox, letter, outgoing, user=user)
    around = _leaving(around, leaves_at)
    return Looked(examine(outgoing, around, rulebook_for(inbox.pk, user.role)), around.approval)


def findings_for_stored(message: Message, conversation: Conversation, *, edited: Letter | None = None) -> list[Finding]:
    """What is to be looked at before a letter that waits already leaves, as it stands now and by the rules of now.

    `edited` is how somebody is about to change it. Its author is whose letter it is. They have ticked addresses and
    files, and approval is not asked about anew here.
    """
    letter, author, inbox = edited or letter_of(message), message.user, message.inbox
    if author is None:
        return []
    answers = Message.objects.filter(conversation=conversation, pk__lt=message.pk).public().exists()
    language = conversation.letter_language if answers else inbox.language
    parts = parts_of(letter.text, conversation if answers else None, (inbox.signature, author.signature))
    outgoing = outgoing_of(letter, parts, is_reply=answers, language=language)
    itself = Itself(message.pk, message.before.get("batch", ""))
    around = (
        surroundings_of_reply(conversation, letter, outgoing, user=author, itself=itself)
        if answers
        else surroundings_of_new_mail(inbox, letter, outgoing, user=author, itself=itself)
    )
    leaves_at = message.planned_at if message.planned_at and message.planned_at > around.now else None
    around = _leaving(around, leaves_at, message.at)
    found = examine(outgoing, around, rulebook_for(inbox.pk, author.role))
    return [each for each in found if each.check not in (Check.TICKS, Check.APPROVAL)]


def check_stored(message: Message, conversation: Conversation, acknowledged: frozenset[str] | None) -> None:
    """Look at a letter again that somebody lets leave later or anew; LookFirst as `check_findings`.

    What its author acknowledged when writing it is not asked about once more; what is acknowledged now is kept with
    it in `before`, which the caller saves.
    """
    known = frozenset(message.before.get("acknowledged", ()))
    check_findings(findings_for_stored(message, conversation), None if acknowledged is None else acknowledged | known)
    if acknowledged:
        message.before = {**message.before, "acknowledged": sorted(acknowledged | known)}


def _leaving(around: Surroundings, at: datetime | None, written_at: datetime | None = None) -> Surroundings:
    """When it leaves, and on which day it was written, on the clock of the shop."""
    zone = around.now.tzinfo
    written = written_at.astimezone(zone) if written_at else around.now
    return replace(around, now=at.astimezone(zone) if at else around.now, written_on=written.date())


def check_findings(found: Sequence[Finding], acknowledged: frozenset[str] | None) -> None:
    """Raise LookFirst for what blocks, and for what asks and is not acknowledged; None acknowledges all that asks."""
    standing = needing_notice(list(found), except_checks=DECIDED_ELSEWHERE)
    blocked = [each for each in standing if each.level == Level.BLOCK]
    unseen = [] if acknowledged is None else [each for each in standing if each.key not in acknowledged]
    if blocked or unseen:
        raise LookFirst(found)
