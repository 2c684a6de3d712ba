"""Using checklists on conversations: put on, ticked, added to, taken off; two people at once see one outcome."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.continuing import surviving
from madoguchi.conversations.holding import hold_surviving
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.masking import cut_whole
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record
from madoguchi.guides.actions.templates import MAX_ITEM_CHARS, MAX_ITEMS
from madoguchi.guides.choices import (
    CHECKLIST_ADDED,
    CHECKLIST_REMOVED,
    CHECKLIST_RESTORED,
    ITEM_ADDED,
    ITEM_REMOVED,
    ITEM_TICKED,
    ITEM_UNTICKED,
)
from madoguchi.guides.models import Checklist, ChecklistItem, ChecklistTemplate, ScriptRun

#: Own items stand in a checklist of their own, which has this name in the language of whoever added the first.
OWN_NAME = _("To do")


@transaction.atomic
def put_on(conversation: Conversation, template: ChecklistTemplate, *, user: User) -> Checklist:
    """Put a checklist on a conversation; the same one again is the one that is there, taken off ones come back."""
    _check_right(user)
    held = hold_surviving(conversation.pk)
    known = Checklist.objects.filter(Q(conversation=held) | Q(begun_in=held), template=template).first()
    if known is None:
        return _put_on(held, template, user.actor)
    if known.removed_at is not None:
        _restore(known, held, user.actor)
    return known


def _put_on(conversation: Conversation, template: ChecklistTemplate, by: Actor) -> Checklist:
    checklist = Checklist.objects.create(
        conversation=conversation, begun_in=conversation, template=template, name=template.name
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=checklist, text=text, position=position) for position, text in enumerate(template.items)
    )
    _tell(CHECKLIST_ADDED, checklist, conversation, by)
    return checklist


@transaction.atomic
def put_on_by_itself(event: Event) -> None:
    """Put on what belongs to the 分類 of a conversation, or to all of its 窓口: a reaction, each list only once."""
    number = surviving(int(event.subject.partition(":")[2]))
    conversation = hold_surviving(number)
    if conversation.side_of_id is not None:
        return
    belongs = Q(category=None, inbox=conversation.inbox_id)
    filed = conversation.category_id
    if filed is not None:  # NULL would be the child of every 分類 that has none
        belongs |= Q(category=filed) | Q(category__children=filed)
    in_reach = Q(inbox=None) | Q(inbox=conversation.inbox_id)
    wanted = ChecklistTemplate.objects.filter(belongs, in_reach, is_active=True).distinct()
    known = Checklist.objects.filter(Q(conversation=conversation) | Q(begun_in=conversation))
    for template in wanted.exclude(pk__in=known.filter(template__isnull=False).values("template")):
        _put_on(conversation, template, Actor.system("guides"))


@transaction.atomic
def take_off(checklist: Checklist, *, user: User) -> None:
    """Take a checklist off; it can be put on again with all its ticks."""
    _check_right(user)
    if Checklist.objects.filter(pk=checklist.pk, removed_at=None).update(removed_at=timezone.now()):
        _tell(CHECKLIST_REMOVED, checklist, checklist.conversation, user.actor)


@transaction.atomic
def put_back(checklist: Checklist, *, user: User) -> None:
    """Put a checklist on again that was taken off."""
    _check_right(user)
    _restore(checklist, checklist.conversation, user.actor)


def _restore(checklist: Checklist, conversation: Conversation, by: Actor) -> None:
    taken_off = Checklist.objects.filter(pk=checklist.pk, removed_at__isnull=False)
    if taken_off.update(removed_at=None, conversation=conversation):
        _tell(CHECKLIST_RESTORED, checklist, conversation, by)


@transaction.atomic
def add_item(conversation: Conversation, checklist: Checklist | None, text: str, *, user: User) -> ChecklistItem:
    """Add an item of one's own to a checklist; None is the one for own items, made with the first of them."""
    _check_right(user)
    wanted = " ".join(text.split())
    if not wanted or len(wanted) > MAX_ITEM_CHARS:
        raise Invalid(_("An item has 1 to 300 characters."), field="text")
    held = hold_surviving(conversation.pk)
    if checklist is None:
        own = Checklist.objects.filter(conversation=held, template=None, removed_at=None).first()
        checklist = own or Checklist.objects.create(conversation=held, begun_in=held, name=str(OWN_NAME))
    if checklist.items.count() >= MAX_ITEMS:
        raise Invalid(_("A checklist has 50 items at most."), field="text")
    last = checklist.items.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    item = ChecklistItem.objects.create(checklist=checklist, text=wanted, position=position, is_own=True)
    _tell(ITEM_ADDED, checklist, held, user.actor, item)
    return item


@transaction.atomic
def tick(item: ChecklistItem, *, is_done: bool, user: User) -> ChecklistItem:
    """Tick an item, or take the tick off. Of two at once the first counts; the second sees by whom it was done."""
    _check_right(user)
    rows = ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=is_done)
    values = {"done_at": timezone.now(), "done_by": user} if is_done else {"done_at": None, "done_by": None}
    if rows.update(**values):
        kind = ITEM_TICKED if is_done else ITEM_UNTICKED
        _tell(kind, item.checklist, item.checklist.conversation, user.actor, item)
    item.refresh_from_db()
    return item


@transaction.atomic
def remove_item(item: ChecklistItem, *, user: User) -> None:
    """Remove an item that was added here; those of the template stay."""
    _check_right(user)
    if not item.is_own:
        raise Invalid(_("Items of the template stay. Tick it, or take the whole checklist off."))
    if ChecklistItem.objects.filter(pk=item.pk).delete()[0]:
        _tell(ITEM_REMOVED, item.checklist, item.checklist.conversation, user.actor, item)


@transaction.atomic
def move_item(item: ChecklistItem, *, by: int, user: User) -> None:
    """Move an item up (-1) or down (1) within its checklist."""
    _check_right(user)
    Checklist.objects.select_for_update().get(pk=item.checklist_id)
    rows = list(ChecklistItem.objects.filter(checklist=item.checklist_id))
    place = next((at for at, row in enumerate(rows) if row.pk == item.pk), None)
    if place is None or not 0 <= place + by < len(rows):
        return
    rows[place], rows[place + by] = rows[place + by], rows[place]
    for position, row in enumerate(rows):
        row.position = position
    ChecklistItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def follow_merge(event: Event) -> None:
    """Let checklists and scripts of merged conversations go to the survivor: a reaction, and may run twice."""
    for number in event.data.get("from", []):
        for model in (Checklist, ScriptRun):
            model.objects.filter(conversation=number).update(conversation=surviving(number))


@transaction.atomic
def follow_undo(event: Event) -> None:
    """Let them go back to where they were begun when a merge was undone, or along when a split was: a reaction."""
    number = int(event.subject.partition(":")[2])
    for model in (Checklist, ScriptRun):
        model.objects.filter(begun_in=number).update(conversation=surviving(number))


def _tell(
    kind: str, checklist: Checklist, conversation: Conversation, by: Actor, item: ChecklistItem | None = None
) -> None:
    data = {"checklist": checklist.pk, "name": cut_whole(item.text, 100) if item else checklist.name}
    record(kind, conversation.event_subject, by=by, scope_id=conversation.inbox_id, data=data)


def _check_right(user: User) -> None:
    if not may(user, Permission.WRITE_NOTE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
