"""Which merges, splits, moves and links of a history can be taken back, and why others cannot any more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import MERGED, SPLIT
from madoguchi.conversations.linking import LINKED, MOVED, UNLINKED
from madoguchi.conversations.models import Conversation, ConversationLink, Message, UndoStep
from madoguchi.events.models import Event

#: Steps that change what belongs together: whoever may do them may take them back, whoever did them.
SHARED = frozenset({"merge", "split", "move", "link", "unlink"})
_KINDS = frozenset({MERGED, SPLIT, MOVED, LINKED, UNLINKED})

#: For each conversation a step touches the one it is merged into, or None.
type Merged = Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class WayBack:
    """How one event can be taken back."""

    step: int
    kind: str  #: merge, split, move, link, unlink
    is_undone: bool = False
    why_not: str = ""  #: empty while it is possible


def ways_back(user: User, events: Iterable[Event]) -> dict[int, WayBack]:
    """The ways back of these events, by event; four reads at most. Nobody without the right gets one."""
    steps = {event.pk: event.data["step"] for event in events if event.kind in _KINDS and "step" in event.data}
    if not steps or not may(user, Permission.ASSIGN):
        return {}
    rows = UndoStep.objects.filter(pk__in=set(steps.values()), kind__in=SHARED).in_bulk()
    looked = _Looked(user, [row for row in rows.values() if row.undone_at is None])
    return {event: _way(rows[step], looked) for event, step in steps.items() if step in rows}


def touched_by(data: Mapping[str, Any]) -> set[int]:
    """The numbers of the conversations a step has changed."""
    numbers = {int(number) for number in (*data.get("before", {}), *data.get("moved", {}))}
    return numbers | {data[key] for key in ("to", "into") if key in data}


def is_built_on(kind: str, data: Mapping[str, Any], merged: Merged) -> bool:
    """True when a later merge or split has to be taken back before this one."""
    if kind == "merge":
        return merged[data["into"]] is not None or any(merged[int(pk)] != data["into"] for pk in data["moved"])
    return any(merged[number] is not None for number in touched_by(data))


class _Looked:
    """What the steps that still stand depend on, read for all of them at once."""

    def __init__(self, user: User, steps: Sequence[UndoStep]) -> None:
        numbers = {number for step in steps for number in touched_by(step.data)}
        seen = Conversation.objects.visible_to(user).filter(pk__in=numbers) if numbers else Conversation.objects.none()
        self.merged: Merged = dict(seen.values_list("pk", "merged_into_id"))
        moved = [step.data["message"] for step in steps if step.kind == "move"]
        places = Message.objects.filter(pk__in=moved) if moved else Message.objects.none()
        self.places = dict(places.values_list("pk", "conversation_id"))
        ends = {step.data[end] for step in steps for end in ("source", "target") if end in step.data}
        links = ConversationLink.objects.filter(source__in=ends) if ends else ConversationLink.objects.none()
        self.links = {(source, target): kind for source, target, kind in links.values_list("source", "target", "kind")}


def _way(step: UndoStep, looked: _Looked) -> WayBack:
    if step.undone_at is not None:
        return WayBack(step.pk, step.kind, is_undone=True)
    return WayBack(step.pk, step.kind, why_not=_why_not(step, looked))


def _why_not(step: UndoStep, looked: _Looked) -> str:
    data = step.data
    if not touched_by(data) <= looked.merged.keys():
        return _("One of these conversations is at a desk that you do not see. Ask somebody who sees it.")
    if step.kind == "link" and looked.links.get((data["source"], data["target"])) != data["kind"]:
        return _("This link has been removed or changed since.")
    if step.kind == "unlink" and looked.links.keys() & _both_ways(data):
        return _("These conversations have been linked again since.")
    if step.kind == "move" and looked.places.get(data["message"]) != data["to"]:
        return _("The message has been moved on since. Undo that first.")
    if is_built_on(step.kind, data, looked.merged):
        return _("These conversations have been merged or split again since. Undo that first.")
    return ""


def _both_ways(data: Mapping[str, Any]) -> set[tuple[int, int]]:
    return {(data["source"], data["target"]), (data["target"], data["source"])}
