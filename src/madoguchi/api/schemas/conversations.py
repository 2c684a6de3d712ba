"""Conversations, what changes of them, and what happened on them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Moment, Out, Ref
from madoguchi.conversations.choices import CHOOSABLE, Priority, Status
from madoguchi.conversations.models import Conversation, ReplyLock
from madoguchi.conversations.pages import PLAIN, Line
from madoguchi.conversations.ways_back import WayBack
from madoguchi.core.fields.kinds import Values
from madoguchi.customers.models import shown_name
from madoguchi.events.models import Event

type TagName = Annotated[str, Field(min_length=1, max_length=50, examples=["返品"])]
type Numbers = Annotated[list[Id], Field(min_length=1, max_length=1000)]
type FieldKey = Annotated[str, Field(min_length=1, max_length=60, examples=["注文番号"])]
#: Text as one types it, a number, true or false, the id or name of a choice, or several of them.
type FieldText = (
    Annotated[str, Field(max_length=5000)]
    | bool
    | int
    | float
    | Annotated[list[int | Annotated[str, Field(max_length=60)]], Field(max_length=200)]
    | None
)
#: Said as text, described as what it may be: checking what our own database says would only cost time.
type StatusText = Annotated[str, Field(json_schema_extra={"enum": list(Status.values)})]


class CustomerRef(Ref):
    """A customer by id and name."""

    is_vip: bool
    """重要顧客."""


class LockOut(Out):
    """Who is writing the reply right now."""

    user: Ref
    """The person."""
    since: datetime
    """Since when."""
    expires_at: datetime
    """When it lapses unless they go on typing."""


class ConversationLine(Out):
    """A conversation as lists show it."""

    number: int
    """受付番号: the number of the conversation."""
    subject: str
    """What it is called."""
    status: StatusText
    """Where it stands."""
    own_status_id: int | None
    """The status of the workspace's own that stands for `status`; see GET /statuses."""
    folder_id: int | None
    """The folder of its desk it lies in; see GET /folders."""
    is_open: bool
    """False once there is nothing left to do."""
    priority: Annotated[int, Field(ge=0, le=3)]
    """0 low, 1 normal, 2 high, 3 urgent."""
    inbox: Ref
    """The desk it belongs to."""
    customer: CustomerRef
    """Whose matter it is."""
    assignee: Ref | None
    """Who is responsible."""
    team_id: int | None
    """The team it was given to."""
    category_id: int | None
    """What it is filed under."""
    tags: list[str]
    """Its tags."""
    preview: str
    """The beginning of the last words."""
    language: str
    """The customer's language, e.g. `ja`; empty when unknown."""
    has_attachments: bool
    """True when there are files, pictures inside letters aside."""
    has_failed: bool
    """True while our last mail could not be sent, or may have not been."""
    planned_at: datetime | None
    """When the next planned mail of it leaves."""
    message_count: int
    """How many mails it has."""
    hold_reason: str
    """Why it is on hold."""
    resume_at: datetime | None
    """When it comes back from hold."""
    due_at: datetime | None
    """返信期限: until when the customer should have a reply; null while nobody waits for us."""
    escalation_count: int
    """エスカレーションの回数: how many steps were taken because the answer was late."""
    created_at: datetime
    """When it began."""
    last_message_at: datetime
    """When the last mail came or left."""
    last_inbound_at: datetime | None
    """When the customer wrote last."""
    first_reply_at: datetime | None
    """When we first replied."""
    done_at: datetime | None
    """When it was done."""
    lock: LockOut | None
    """Who is writing the reply right now."""
    fields: dict[str, Any]
    """What stands in its custom fields, by the id of the field; see GET /fields. Empty ones are left out."""
    version: int
    """Grows with every change."""


class CategoryRef(Ref):
    """A category by id and name."""

    parent: Ref | None
    """The main category it belongs to; null for a main category."""


class ConversationOut(ConversationLine):
    """A conversation with everything its head shows."""

    team: Ref | None
    """The team it was given to."""
    category: CategoryRef | None
    """What it is filed under."""
    followers: list[Ref]
    """Who follows it."""
    also_in: list[Ref]
    """Further desks where the same mail arrived."""
    merged_into: int | None
    """The number of the conversation that has its messages now."""
    split_from: int | None
    """The number of the conversation it was split off."""
    side_of: int | None
    """Of a request to others: the number of the customer's conversation it belongs to."""
    seen_event_id: int
    """The newest event that its reader now has seen. Send it with a reply: it is refused if anything came after."""


class ChangedOut(Out):
    """A conversation after a change."""

    conversation: ConversationOut
    """As it is now."""
    undo_id: int | None
    """Takes the change back: POST /undo/{undo_id}. Null when nothing can be taken back."""


class TagChanges(In):
    """Tags to put on and take off, or all of them at once."""

    add: Annotated[list[TagName], Field(max_length=50)] = []
    """Tags to put on; unknown ones are made."""
    remove: Annotated[list[TagName], Field(max_length=50)] = []
    """Tags to take off."""
    set: Annotated[list[TagName], Field(max_length=50)] | None = None
    """All tags from now on, instead of `add` and `remove`."""


class ChangesIn(In):
    """What changes; what is left out stays."""

    status: Annotated[Status, Field(json_schema_extra={"enum": [str(status) for status in CHOOSABLE]})] | None = None
    """Where it stands; `approval` comes and goes with replies and cannot be set."""
    own_status: Id | None = None
    """A status of the workspace's own, instead of `status`."""
    folder: Id | None = None
    """The folder it is put into, or null for none."""
    hold_reason: Annotated[str, Field(max_length=200)] = ""
    """Why it is on hold; only together with the status `hold`."""
    resume_at: Moment | None = None
    """When it comes back; only together with the status `hold`."""
    assignee: Id | Literal["me"] | None = None
    """Who is responsible: an id, `me`, or null for nobody."""
    team: Id | None = None
    """The team it is given to, or null for none."""
    priority: Priority | None = None
    """0 low, 1 normal, 2 high, 3 urgent."""
    category: Id | None = None
    """What it is filed under, or null for nothing."""
    tags: TagChanges | None = None
    """Tags to put on and take off."""
    fields: Annotated[dict[FieldKey, FieldText], Field(max_length=100)] = {}
    """What to write into custom fields, by id or name; null empties one, the others stay."""


class ConversationChangesIn(ChangesIn):
    """What changes of one conversation; what is left out stays."""

    subject: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    """What it is called here; mails keep their own subjects."""
    following: bool | None = None
    """True to follow it oneself, false to stop."""


class BulkIn(ChangesIn):
    """The same changes for many conversations: all or none."""

    conversations: Numbers
    """The numbers; one that cannot be seen refuses the whole."""


class LeftOut(Out):
    """A conversation that could not be done yet."""

    number: int
    """Its number."""
    fields: list[int]
    """The custom fields that must be filled in first, by id."""


class BulkOut(Out):
    """What a bulk change did."""

    conversations: list[int]
    """The numbers of those that were changed."""
    left: list[LeftOut] = []
    """Those that were to be done and lack something: nothing of them was changed."""
    undo_id: int | None
    """Takes the change back: POST /undo/{undo_id}."""


class UndoneOut(Out):
    """What an undo did."""

    conversations: list[int]
    """What it touched; conversations that somebody changed since keep the later change and are not among them."""
    drafts_stay_in: Id | None
    """Where drafts were left that were changed, sent or discarded since a merge; null when all are back."""


class TakeLockIn(In):
    """How to take the lock."""

    take_over: bool = False
    """True to continue what somebody else has begun."""
    reason: Annotated[str, Field(max_length=200)] = ""
    """Why; needed to take over, and logged."""


class LockState(Out):
    """Who is writing the reply, if anybody."""

    lock: LockOut | None
    """The lock, or null while nobody is writing."""


class SplitIn(In):
    """Where to split."""

    message: Id
    """The first message of the new conversation."""
    only_this: bool = False
    """True to move only this message; otherwise all later ones follow."""


class SplitOut(Out):
    """What a split did."""

    number: int
    """The number of the new conversation."""
    undo_id: int
    """Takes the split back: POST /undo/{undo_id}."""


class MergeIn(In):
    """What to join with the conversation of the address."""

    others: Numbers
    """The numbers of the conversations whose messages move here."""
    different_customers: bool = False
    """True where it is meant that conversations of different customers become one."""


class EventOut(Out):
    """Something that happened."""

    id: int
    """Grows with time."""
    kind: str
    """What happened, e.g. `status_changed`."""
    subject: str
    """To what, e.g. `conversation:123`."""
    actor: str
    """Who did it, as they were called then."""
    actor_kind: Annotated[str, Field(json_schema_extra={"enum": ["user", "customer", "system"]})]
    """What sort of party that is."""
    actor_id: int | None
    """The id of the person or customer."""
    at: datetime
    """When."""
    data: dict[str, Any]
    """Details: ids and plain values."""
    undo_id: int | None = None
    """Of a merge, split, move or link of a conversation that can be taken back now: POST /undo/{undo_id}."""
    not_undone_because: str = ""
    """Why such a change cannot be taken back any more, in words."""


def ref(row: Any) -> Ref | None:
    """A named row as a reference, or None."""
    return Ref(id=row.pk, name=row.name) if row is not None else None


def show_lock(lock: ReplyLock | None) -> LockOut | None:
    """A lock that stops others; a lapsed one is none."""
    if lock is None or not lock.is_alive:
        return None
    user = Ref(id=lock.user_id, name=lock.user.name)
    return LockOut(user=user, since=lock.since, expires_at=lock.expires_at)


def show_line(line: Line) -> ConversationLine:
    """A row of a list."""
    row = line.values
    name = shown_name(*(row[f"customer__{part}"] for part in ("family_name", "given_name", "display_name", "language")))
    assignee_id = row["assignee_id"]
    return ConversationLine(
        number=row["pk"],
        inbox=Ref(id=row["inbox_id"], name=row["inbox__name"]),
        customer=CustomerRef(id=row["customer_id"], name=name, is_vip=row["customer__is_vip"]),
        assignee=Ref(id=assignee_id, name=row["assignee__name"]) if assignee_id else None,
        tags=line.tags,
        lock=show_lock(line.lock),
        fields=show_values(line.fields),
        **{name: row[name] for name in PLAIN},
    )


def show_values(values: Values) -> dict[str, Any]:
    """What stands in custom fields, by the id of the field."""
    return {str(pk): value for pk, value in values.items()}


def show_conversation(
    row: Conversation, *, lock: ReplyLock | None, seen_event_id: int, fields: Values
) -> ConversationOut:
    """A conversation as `get_conversation` fetches it."""
    category, customer = row.category, row.customer
    return ConversationOut(
        number=row.pk,
        inbox=Ref(id=row.inbox.pk, name=row.inbox.name),
        customer=CustomerRef(id=customer.pk, name=customer.label, is_vip=customer.is_vip),
        assignee=ref(row.assignee),
        tags=sorted(tag.name for tag in row.tags.all()),
        lock=show_lock(lock),
        fields=show_values(fields),
        **{name: getattr(row, name) for name in PLAIN},
        team=ref(row.team),
        category=CategoryRef(id=category.pk, name=category.name, parent=ref(category.parent)) if category else None,
        followers=[Ref(id=each.pk, name=each.name) for each in row.followers.all()],
        also_in=[Ref(id=each.pk, name=each.name) for each in row.also_in.all()],
        merged_into=row.merged_into_id,
        split_from=row.split_from_id,
        side_of=row.side_of_id,
        seen_event_id=seen_event_id,
    )


def show_left(missing: Any) -> list[LeftOut]:
    """Which conversations lack which fields, from the facts of `FieldsMissing`."""
    return [LeftOut(number=int(number), fields=fields) for number, fields in missing.items()]


def show_event(event: Event, way: WayBack | None = None) -> EventOut:
    """An event, with how it is taken back."""
    is_open = way is not None and not way.is_undone and not way.why_not
    return EventOut(
        id=event.pk,
        kind=event.kind,
        subject=event.subject,
        actor=event.actor_label,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        at=event.at,
        data=event.data,
        undo_id=way.step if way is not None and is_open else None,
        not_undone_because=way.why_not if way is not None else "",
    )
