"""Doing what templates bring along: at once (マクロ), or with the letter that leaves with their words.

Everything is done through the use-cases of filing, so that rights, events and 元に戻す are those of a change by hand.
What cannot be done is left out with its reason; it keeps neither the rest from being done nor the letter from leaving.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.actions.along import Along
from madoguchi.conversations.actions.bulk import joined_step
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.folders import move_to_folder
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, set_category, set_priority
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import missing_fields
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Category, Conversation, OwnStatus, UndoStep
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.sharing import share
from madoguchi.wording.deeds import ME, Deed, DeedKind, Told, read_deeds, tell_deeds
from madoguchi.wording.models import Template
from madoguchi.wording.queries import templates_of

#: As many templates bring something along with one letter.
MAX_ALONG = 10


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the way back, and why something was left out."""

    step: UndoStep | None
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def run_macro(template: Template, conversations: Sequence[Conversation], *, user: User) -> Done:
    """Do what a template brings along to these conversations, without its words; one undo step for all of it.

    Where a field that is required before 対応完了 is empty, everything else is done and that is told; what is 終了 is
    left as it is.
    """
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(gettext_lazy("You do not have the right to do this. Ask an administrator."))
    deeds = read_deeds(template.actions)
    if not deeds:
        raise Invalid(gettext_lazy("This template does nothing by itself. Put its text into a letter."))
    if not conversations:
        raise Invalid(gettext_lazy("Choose the conversations first."))
    held = hold(
        each.pk for each in conversations
    )  # as they are now: somebody may have changed them since they were read
    open_still = [each for each in held if each.status != Status.CLOSED]
    closed = [
        _("#%(number)d is closed and stays as it is.") % {"number": each.pk} for each in held if each not in open_still
    ]
    done = _do(deeds, open_still, user) if open_still else Done(None)
    return Done(done.step, [*closed[:3], *done.left_out])


def along_of(ids: Iterable[int], *, user: User) -> Along | None:
    """What these templates bring along, for `Sending`; None for nothing. Those that have gone bring nothing."""
    wanted = sorted(set(ids))[:MAX_ALONG]
    found = list(templates_of(user).filter(pk__in=wanted)) if wanted else []
    deeds = deeds_of(found)
    if not deeds:
        return None
    filing = [each for each in deeds if each.kind != DeedKind.STATUS]

    def do(conversation: Conversation) -> UndoStep | None:
        return _do(filing, [conversation], user).step

    return Along(
        tuple(each.pk for each in found),
        do,
        names_assignee=any(each.kind == DeedKind.ASSIGNEE for each in deeds),
        names_done=any((each.kind, each.value) == (DeedKind.STATUS, Status.DONE) for each in deeds),
    )


def status_with(ids: Iterable[int], *, user: User) -> str:
    """The status that these templates choose for after sending ("done", "own-12"); empty for none."""
    found = templates_of(user).filter(pk__in=sorted(set(ids))[:MAX_ALONG])
    chosen = [str(each.value) for each in deeds_of(found) if each.kind == DeedKind.STATUS]
    return chosen[0] if chosen else ""


def deeds_of(templates: Iterable[Template]) -> list[Deed]:
    """What several templates do together: of two that say different things the later one."""
    found: dict[object, Deed] = {}
    for template in templates:
        for each in read_deeds(template.actions):
            several = each.kind in (DeedKind.TAG, DeedKind.UNTAG)
            found[(DeedKind.TAG, each.value) if several else (each.kind, each.field)] = each
    return list(found.values())


def _do(deeds: Sequence[Deed], conversations: list[Conversation], user: User) -> Done:
    share(Category, [each.value for each in deeds if each.kind == DeedKind.CATEGORY and isinstance(each.value, int)])
    told = tell_deeds(deeds, user)
    left_out = [each.problem for each in told if each.problem]
    steps: list[UndoStep] = []
    for change in _changes([each for each in told if not each.problem], user, left_out):
        try:
            with transaction.atomic():
                step = change(conversations)
        except DomainError as error:
            left_out.append(str(error.user_message))
            continue
        if step is not None:
            steps.append(step)
    return Done(joined_step(steps, user=user) if steps else None, list(dict.fromkeys(left_out)))


type _Change = Callable[[list[Conversation]], UndoStep | None]


def _changes(told: Sequence[Told], user: User, left_out: list[str]) -> list[_Change]:
    """Each kind as one change, in the order in which they are done; what differs already is all that is changed."""
    by_kind: dict[str, list[Told]] = {}
    for each in told:
        by_kind.setdefault(each.deed.kind, []).append(each)
    changes: list[_Change] = []
    if one := by_kind.get(DeedKind.CATEGORY):
        changes.append(lambda rows: _if_any(_but(rows, "category_id", one[0].target.pk), set_category, one[0], user))
    tags = [each.target.name for each in by_kind.get(DeedKind.TAG, ())]
    gone = [each.target.name for each in by_kind.get(DeedKind.UNTAG, ())]
    if tags or gone:
        changes.append(lambda rows: change_tags(rows, add=tags, remove=gone, user=user))
    if urgency := by_kind.get(DeedKind.PRIORITY):
        changes.append(lambda rows: _if_any(_but(rows, "priority", urgency[0].target), set_priority, urgency[0], user))
    if folder := by_kind.get(DeedKind.FOLDER):
        changes.append(lambda rows: _into_folder(rows, folder[0], user, left_out))
    if fields := by_kind.get(DeedKind.FIELD):
        raw = {each.target[0].pk: each.target[1] for each in fields}
        changes.append(lambda rows: set_fields(rows, raw, user=user))
    if person := by_kind.get(DeedKind.ASSIGNEE):
        changes.append(lambda rows: _to_person(rows, person[0], user, left_out))
    if status := by_kind.get(DeedKind.STATUS):
        changes.append(lambda rows: _to_status(rows, status[0], user, left_out))
    return changes


def _but(rows: list[Conversation], column: str, value: object) -> list[Conversation]:
    return [row for row in rows if getattr(row, column) != value]


def _if_any(rows: list[Conversation], act: Callable[..., UndoStep], told: Told, user: User) -> UndoStep | None:
    return act(rows, told.target, user=user) if rows else None


def _into_folder(rows: list[Conversation], told: Told, user: User, left_out: list[str]) -> UndoStep | None:
    here = [row for row in rows if row.inbox_id == told.target.inbox_id]
    if len(here) < len(rows):
        left_out.append(_("%(word)s – only for conversations of that desk.") % {"word": told.word})
    return _if_any(here, move_to_folder, told, user)


def _to_person(rows: list[Conversation], told: Told, user: User, left_out: list[str]) -> UndoStep | None:
    person = user if told.deed.value == ME else told.target
    seen = frozenset(visible_inbox_ids(person)) if person is not None else frozenset()
    here = [row for row in rows if person is None or row.inbox_id in seen]
    if len(here) < len(rows):
        left_out.append(_("%(name)s does not see the desk of some of them.") % {"name": person.name})
    return assign(here, person, user=user) if here else None


def _to_status(rows: list[Conversation], told: Told, user: User, left_out: list[str]) -> UndoStep | None:
    own = told.target if isinstance(told.target, OwnStatus) else None
    state = own.state if own else told.target
    if state == Status.DONE:
        missing = missing_fields([row for row in rows if row.status != Status.DONE])
        for number, fields in list(missing.items())[:3]:
            names = "、".join(each.name for each in fields)
            text = _("#%(number)d cannot be done yet: fill in %(names)s first.")
            left_out.append(text % {"number": number, "names": names})
        rows = [row for row in rows if row.pk not in missing]
    if own is not None:
        rows = [row for row in rows if own.is_for(row.inbox_id)]
    return change_status(rows, state, user=user, own=own) if rows else None
