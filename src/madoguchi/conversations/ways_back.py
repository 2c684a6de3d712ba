"""Which merges, splits, moves and links of a history can be taken back, and why others cannot any more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import MERGED, SPLIT
from madoguchi.conversations.linking import LINKED, MOVED, UNLINKED
from madoguchi.conversations.models import Conversation, ConversationLink, Message, UndoStep
from madoguchi.events.models import Event

#: Steps that change what belongs together: whoever may do them may take them back, whoever did them.
SHARED = frozenset({"merge", "split", "move", "link", "unlink"})
_KINDS = frozenset({MERGED, SPLIT, MOVED, LINKED, UNLINKED})

_BUILDING = (MERGED, SPLIT, MOVED)

#: Said where a later step would be left without a way back, or with one that leads to the wrong conversation.
BUILT_ON = gettext_lazy(
    "These conversations have been merged or split again since, or messages moved on. Undo that first."
)

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
    """The ways back of these events, by event; six reads at most. Nobody without the right gets one."""
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


def later_steps(numbers: Iterable[int], *, after: int) -> list[UndoStep]:
    """The merges, splits and moves of these conversations after a step that still stand, oldest first."""
    subjects = [f"conversation:{number}" for number in numbers]
    told = Event.objects.filter(subject__in=subjects, kind__in=_BUILDING).values_list("data__step", flat=True)
    steps = {step for step in told if step is not None and step > after}
    return list(UndoStep.objects.filter(pk__in=steps, undone_at=None).order_by("pk")) if steps else []


def places_of(steps: Iterable[UndoStep]) -> dict[int, int]:
    """The conversation in which each message that these steps split off or moved stands now."""
    moved = {pk for step in steps for pk in _taken_by(step)}
    return dict(Message.objects.filter(pk__in=moved).values_list("pk", "conversation_id")) if moved else {}


def is_built_on(
    kind: str, data: Mapping[str, Any], merged: Merged, later: Sequence[UndoStep], places: Mapping[int, int]
) -> bool:
    """True when a later merge, split or move (of those in `later`, oldest first) has to be taken back before this one.

    `places` tells where the messages are that those moved (`places_of`).
    """
    if kind == "merge":
        is_away = merged[data["into"]] is not None or any(merged[int(pk)] != data["into"] for pk in data["moved"])
        own = {pk for each in data["moved"].values() for pk in each}
        return is_away or any(_is_own(pk, own, data) for pk in _taken_out(data["into"], later, places))
    if any(merged[number] is not None for number in touched_by(data)):
        return True
    if kind == "split":  # its number becomes a shell: whatever came into it or left it could not go back there
        return any(data["to"] in touched_by(step.data) for step in later)
    return kind == "move" and any(_is_own(pk, {data["message"]}, data) for pk in _taken_out(data["to"], later, places))


def _is_own(pk: int, own: set[int], data: Mapping[str, Any]) -> bool:
    """True for what a step brought to its place, and for what was said there since."""
    return pk in own or pk > data.get("newest", max(own, default=0))


def _taken_out(place: int, later: Iterable[UndoStep], places: Mapping[int, int]) -> set[int]:
    """What later steps took out of a place and have to bring home first.

    What is back without another step, or is no more, has nothing left to bring: its step holds nothing up.
    """
    out: set[int] = set()
    again: set[int] = set()
    for step in later:
        if step.data.get("from") == place:
            out.update(_taken_by(step))
        else:
            again.update(out.intersection(brought_by(step)))
    return {pk for pk in out if places.get(pk, place) != place or pk in again}


def _taken_by(step: UndoStep) -> list[int]:
    """The messages that a split or a move took out of one conversation."""
    moved: list[int] = step.data.get("messages", [])
    return [*moved, step.data["message"]] if step.kind == "move" else moved


def brought_by(step: UndoStep) -> list[int]:
    """The messages that a merge, split or move put where they were from then on."""
    if step.kind == "merge":
        return [pk for each in step.data["moved"].values() for pk in each]
    return _taken_by(step)


class _Looked:
    """What the steps that still stand depend on, read for all of them at once."""

    def __init__(self, user: User, steps: Sequence[UndoStep]) -> None:
        numbers = {number for step in steps for number in touched_by(step.data)}
        seen = Conversation.objects.visible_to(user).filter(pk__in=numbers) if numbers else Conversation.objects.none()
        self.merged: Merged = dict(seen.values_list("pk", "merged_into_id"))
        ends = {step.data[end] for step in steps for end in ("source", "target") if end in step.data}
        links = ConversationLink.objects.filter(source__in=ends) if ends else ConversationLink.objects.none()
        self.later = later_steps(self.merged, after=min((step.pk for step in steps), default=0))
        self.places = places_of([*steps, *self.later])
        self.links = {(source, target): kind for source, target, kind in links.values_list("source", "target", "kind")}

    def after(self, step: UndoStep) -> list[UndoStep]:
        """What was done to the conversations of a step after it, and still stands."""
        touched = touched_by(step.data)
        return [each for each in self.later if each.pk > step.pk and touched & touched_by(each.data)]


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
    later = looked.after(step)
    if step.kind == "move" and looked.places.get(data["message"]) != data["to"]:
        return _why_not_there(data, looked.merged, later)
    if is_built_on(step.kind, data, looked.merged, later, looked.places):
        return str(BUILT_ON)
    return ""


def _why_not_there(data: Mapping[str, Any], merged: Merged, later: Iterable[UndoStep]) -> str:
    """Why a moved message cannot go back from where it was put: what has to be done first, where there is something."""
    if merged[data["to"]] is not None or any(data["message"] in brought_by(step) for step in later):
        return _("The message has been moved on since. Undo that first.")
    return _("The message is not there any more, so there is nothing to take back.")


def _both_ways(data: Mapping[str, Any]) -> set[tuple[int, int]]:
    return {(data["source"], data["target"]), (data["target"], data["source"])}
