"""Linking conversations: related, parent and child, duplicate; each with a way back.

Links hold no messages together; they say what belongs together. Merging is something else (`restructure`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import OPEN_STATUSES, REPLY_WRITTEN, Status
from madoguchi.conversations.fields import Missing, missing_fields
from madoguchi.conversations.holding import check_not_merged, hold
from madoguchi.conversations.linking import CHILD_DONE, LINKED, STORED, UNLINKED, LinkKind
from madoguchi.conversations.links import open_children, parent_of
from madoguchi.conversations.models import Conversation, ConversationLink, UndoStep
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record

#: Parents above parents: who nests deeper is lost in it.
MAX_DEPTH = 10
#: Whoever changes what stands above what takes this advisory lock first: loops are seen by one at a time.
_TREE_LOCK = (0x4D4C, 1)  # "ML"


class LinkGone(DomainError):
    """Somebody has removed the link since, or a merge has let it lead elsewhere."""

    code = "changed_since"


@transaction.atomic
def link_conversations(one: Conversation, other: Conversation, relation: str, *, user: User) -> UndoStep:
    """Note what `other` is to `one`; a second link of the same pair, a second parent or a loop is Invalid."""
    _check_right(user)
    if relation not in STORED:
        raise Invalid(_("Choose what the other conversation is to this one."), field="relation")
    if one.pk == other.pk:
        raise Invalid(_("A conversation cannot be linked with itself. Enter another number."), field="other")
    lock_tree()
    one, other = _held(one, other)
    kind, other_is_source = STORED[relation]
    source, target = (other, one) if other_is_source else (one, other)
    link = add_link(source, target, kind, user)
    step = _step(user, "link", str(_("Link")), link)
    _tell(LINKED, (one, other), user.actor, {**_ends(link), "step": step.pk})
    return step


@transaction.atomic
def unlink_conversations(link: ConversationLink, *, user: User) -> UndoStep:
    """Take a link away."""
    _check_right(user)
    one, other = _held(link.source, link.target)
    step = _step(user, "unlink", str(_("Remove the link")), link)
    if not ConversationLink.objects.filter(pk=link.pk).delete()[0]:
        raise NotFound(_("This link does not exist any more."))
    _tell(UNLINKED, (one, other), user.actor, {**_ends(link), "step": step.pk})
    return step


def add_link(source: Conversation, target: Conversation, kind: str, user: User | None) -> ConversationLink:
    """Write a link of two conversations that are held, with the tree locked."""
    pair = ConversationLink.objects.filter(Q(source=source, target=target) | Q(source=target, target=source))
    if pair.exists():
        message = _("#%(one)d and #%(other)d are linked already. Remove that link first.")
        raise Invalid(message % {"one": source.pk, "other": target.pk}, field="other")
    if kind == LinkKind.PARENT:
        _check_tree(source.pk, target.pk)
    return ConversationLink.objects.create(source=source, target=target, kind=kind, made_by=user)


def _check_tree(parent: int, child: int) -> None:
    if (known := parent_of(child)) is not None:
        message = _("#%(child)d has a parent already, #%(parent)d. Remove that link first.")
        raise Invalid(message % {"child": child, "parent": known}, field="other")
    above: int | None = parent
    for _level in range(MAX_DEPTH):
        above = parent_of(above) if above is not None else None
        if above == child:
            message = _("#%(parent)d stands below #%(child)d already. That would be a loop.")
            raise Invalid(message % {"parent": parent, "child": child}, field="other")
    if above is not None:
        raise Invalid(_("Conversations can stand below each other at most ten deep."), field="other")


def lock_tree() -> None:
    """Let nobody else change what stands above what until the transaction ends; before anything is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _TREE_LOCK)


def _held(*wanted: Conversation) -> list[Conversation]:
    rows = {row.pk: row for row in hold(each.pk for each in wanted)}
    for row in rows.values():
        check_not_merged(row)
    return [rows[each.pk] for each in wanted]


def _tell(kind: str, ends: Iterable[Conversation], by: Actor, data: dict[str, Any]) -> None:
    for end in ends:
        record(kind, end.event_subject, by=by, scope_id=end.inbox_id, data=data)


def _ends(link: ConversationLink) -> dict[str, Any]:
    return {"source": link.source_id, "target": link.target_id, "kind": link.kind}


def _step(user: User, kind: str, label: str, link: ConversationLink) -> UndoStep:
    before: dict[str, dict[str, Any]] = {str(link.source_id): {}, str(link.target_id): {}}
    return UndoStep.objects.create(user=user, kind=kind, label=label, data={**_ends(link), "before": before})


def undo_link(data: dict[str, Any]) -> list[Conversation]:
    """Take away what `link_conversations` noted; LinkGone if it is there no longer."""
    touched = hold([data["source"], data["target"]])
    link = ConversationLink.objects.filter(source=data["source"], target=data["target"], kind=data["kind"])
    if not link.delete()[0]:
        raise LinkGone(_("This link has been removed or changed since."))
    return touched


def undo_unlink(data: dict[str, Any]) -> list[Conversation]:
    """Note again what `unlink_conversations` took away; Invalid where another link stands in the way by now."""
    lock_tree()
    rows = {row.pk: row for row in hold([data["source"], data["target"]])}
    for row in rows.values():
        check_not_merged(row)
    add_link(rows[data["source"]], rows[data["target"]], data["kind"], None)
    return list(rows.values())


def carry_links(others: Sequence[Conversation], survivor: Conversation) -> list[dict[str, Any]]:
    """Let the links of merged conversations lead to the survivor; how they were, for the way back.

    A link between the merged, a second one of a pair and a second parent go; a loop is Invalid. The tree is locked.
    """
    numbers = {other.pk for other in others}
    links = ConversationLink.objects.filter(Q(source__in=numbers) | Q(target__in=numbers)).order_by("pk")
    kept: list[dict[str, Any]] = []
    for link in links:
        ends = [survivor.pk if end in numbers else end for end in (link.source_id, link.target_id)]
        is_dropped = ends[0] == ends[1] or _is_taken(link, *ends)
        kept.append({**_ends(link), "pk": link.pk, "by": link.made_by_id, "is_dropped": is_dropped})
        row = ConversationLink.objects.filter(pk=link.pk)
        row.delete() if is_dropped else row.update(source=ends[0], target=ends[1])
    if kept:
        _check_no_loop(survivor)
    return kept


def _is_taken(link: ConversationLink, source: int, target: int) -> bool:
    others = ConversationLink.objects.exclude(pk=link.pk)
    if others.filter(Q(source=source, target=target) | Q(source=target, target=source)).exists():
        return True
    return link.kind == LinkKind.PARENT and others.filter(target=target, kind=LinkKind.PARENT).exists()


def _check_no_loop(survivor: Conversation) -> None:
    above: int | None = survivor.pk
    for _level in range(2 * MAX_DEPTH):
        above = parent_of(above) if above is not None else None
        if above == survivor.pk:
            message = _("One of these stands above another through a third one. Remove one of the links first.")
            raise Invalid(message)


def bring_links_back(kept: Sequence[dict[str, Any]]) -> None:
    """Let links lead again to where they led before `carry_links`; what was removed since stays removed.

    The tree is locked.
    """
    for each in kept:
        ends = {"source_id": each["source"], "target_id": each["target"]}
        if _is_taken(ConversationLink(pk=each["pk"], kind=each["kind"]), each["source"], each["target"]):
            continue
        if each["is_dropped"]:
            ConversationLink.objects.create(**ends, kind=each["kind"], made_by_id=each["by"])
        else:
            ConversationLink.objects.filter(pk=each["pk"]).update(**ends)


def close_children(parent: Conversation, *, user: User) -> tuple[UndoStep, Missing]:
    """対応完了 for every open child the person sees and that may be done; and what the others lack.

    Invalid when no child is open, `FieldsMissing` when all of them lack something.
    """
    children = open_children(user, parent)
    if not children:
        raise Invalid(_("There is no open child."))
    missing = missing_fields(children)
    complete = [each for each in children if each.pk not in missing]
    return change_status(complete or children, Status.DONE, user=user), missing


@transaction.atomic
def tell_parent(event: Event) -> None:
    """Say at the parent that a child is done: a reaction, of one event only once."""
    if event.kind == REPLY_WRITTEN:
        is_news = event.data.get("status_after") not in OPEN_STATUSES
    else:
        is_news = event.data.get("before") in OPEN_STATUSES and event.data.get("after") not in OPEN_STATUSES
    number = int(event.subject.partition(":")[2])
    parent = parent_of(number) if is_news else None
    if parent is None or not Conversation.objects.filter(pk=number, is_open=False).exists():
        return
    row = Conversation.objects.get(pk=parent)
    if Event.objects.filter(subject=row.event_subject, kind=CHILD_DONE, cause=f"event:{event.pk}").exists():
        return
    by = Actor.system("links")
    record(CHILD_DONE, row.event_subject, by=by, scope_id=row.inbox_id, data={"child": number}, cause=event)


def _check_right(user: User) -> None:
    if not may(user, Permission.ASSIGN):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
