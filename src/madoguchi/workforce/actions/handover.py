"""引き継ぎ: all open conversations of one person to others, in one move with one way back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.actions.bulk import joined_step
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.triage import MAX_BULK, assign
from madoguchi.conversations.hidden import hidden_pairs
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation, ReplyLock, UndoStep
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.telling import Sentence
from madoguchi.events.record import record
from madoguchi.workforce.choices import HANDED_OVER
from madoguchi.workforce.queries import open_conversations_of, unseen_of


class NothingToHandOver(DomainError):
    """The person has no open conversation, or somebody has handed them over already."""

    code = "nothing_to_hand_over"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a hand-over did."""

    step: UndoStep
    amounts: dict[int, int]  #: how many each person got
    left: int  #: that none of these people may see, and that stay where they are
    unseen: int  #: that whoever hands over does not see, and that stay too


@transaction.atomic
def hand_over(person: User, to: Sequence[User], *, user: User, note: str = "") -> HandedOver:
    """Give all open conversations of a person to others, evenly, the most urgent first in turn.

    It covers what `user` sees, and everybody gets only what they may see. One's own may be handed over by anybody who
    may have conversations, those of others by supervisors. Reply locks of the person end; drafts stay theirs, planned
    mails leave at their time. `note` is added to each conversation. Records `conversations_handed_over`, beside what
    each assignment records; the undo step gives all back. Two at once: the second finds nothing (`NothingToHandOver`).
    """
    _check(person, to, user)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # the second of two waits here
    rows = hold(open_conversations_of(person, reader=user).values_list("pk", flat=True))
    rows = sorted((each for each in rows if each.assignee_id == person.pk), key=lambda each: (each.queue_at, each.pk))
    shares = _shared_out(rows, to)
    given = [each for share in shares.values() for each in share]
    unseen = unseen_of(person, reader=user)
    if not given:
        raise NothingToHandOver(_nothing(unseen))
    if note.strip():  # before the change, so that undoing that finds the conversations as it left them
        for conversation in given:
            add_note(conversation, note.strip(), user=user)
    steps = [
        assign(share[begin : begin + MAX_BULK], receiver, user=user)
        for receiver, share in ((each, shares[each.pk]) for each in to)
        for begin in range(0, len(share), MAX_BULK)
    ]
    ReplyLock.objects.filter(user=person, conversation__in=given).delete()
    amounts = {receiver.pk: len(shares[receiver.pk]) for receiver in to}
    record(HANDED_OVER, f"user:{person.pk}", by=user.actor, data={"to": amounts, "amount": len(given)})
    return HandedOver(joined_step(steps, user=user), amounts, len(rows) - len(given), unseen)


def _nothing(unseen: int) -> Sentence:
    if unseen:
        return _("All that is left is at desks that you do not see. Ask somebody who sees them.")
    return _("There is nothing to hand over to these people.")


def _check(person: User, to: Sequence[User], user: User) -> None:
    permission = Permission.ASSIGN if person.pk == user.pk else Permission.APPROVE
    if not may(user, permission):
        raise NotAllowed(_("Only supervisors hand over what others have. Ask one of them."))
    if not to:
        raise Invalid(_("Choose at least one person who takes over."), field="to")
    for receiver in to:
        if receiver.pk == person.pk or not may(receiver, Permission.ASSIGN):
            message = _("%(name)s cannot take these conversations over.") % {"name": receiver.name}
            raise Invalid(message, field="to")


def _shared_out(rows: Sequence[Conversation], to: Sequence[User]) -> dict[int, list[Conversation]]:
    """To whoever has got fewest so far, of those who may see it."""
    shares: dict[int, list[Conversation]] = defaultdict(list)
    sees = {each.pk: frozenset(visible_inbox_ids(each)) for each in to}
    hidden = hidden_pairs(each.pk for each in rows)
    for conversation in rows:
        able = [
            each for each in to if conversation.inbox_id in sees[each.pk] and (conversation.pk, each.pk) not in hidden
        ]
        if able:
            shares[min(able, key=lambda each: len(shares[each.pk])).pk].append(conversation)
    return shares
