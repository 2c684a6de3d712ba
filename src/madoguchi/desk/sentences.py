"""What happened, as one sentence a person reads in the timeline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from madoguchi.calls import choices as calls
from madoguchi.conversations import asking, linking
from madoguchi.conversations import choices as kinds
from madoguchi.conversations.actions.guests import GUEST_LINK_MADE, GUEST_LINK_REVOKED
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.models import CustomField
from madoguchi.core.fields.kinds import FieldKind, Plain
from madoguchi.core.fields.values import value_text
from madoguchi.desk.rows import status_word
from madoguchi.events.actor import ActorKind
from madoguchi.events.models import Event
from madoguchi.guides import choices as guides
from madoguchi.notifications.models import REMINDED
from madoguchi.promises import choices as promised

#: Said elsewhere on the screen (the lock line, the message itself), or of no use to a reader.
SILENT = frozenset(
    {
        kinds.APPROVAL_GIVEN,  # stands at the message
        kinds.CONVERSATION_OPENED,
        kinds.LOCK_TAKEN,
        kinds.LOCK_RELEASED,
        kinds.REPLY_SENT,
        kinds.REPLY_BOUNCED,
        kinds.REPLY_RETRYING,
        promised.PROMISE_DUE_SOON,
        calls.CALLBACK_DUE_SOON,
        calls.CALL_KEPT,  # its memo stands there
        kinds.DUE_SOON,
        REMINDED,
    }
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of what events speak of by number; what is gone is called 「削除済み」."""

    people: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    inboxes: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[int, CustomField] = field(default_factory=dict)
    statuses: Mapping[int, str] = field(default_factory=dict)
    folders: Mapping[int, str] = field(default_factory=dict)
    is_side: bool = False  #: they are those of a request (依頼)
    merged: Mapping[tuple[int, int], Plain] = field(default_factory=dict)  #: by conversation and field


def ids_in(events: Iterable[Event], *keys: str) -> set[int]:
    """The numbers that events carry under these keys, alone or in lists."""
    found: set[int] = set()
    for event in events:
        for key in keys:
            value = event.data.get(key)
            found.update(value if isinstance(value, list) else [value] if isinstance(value, int) else [])
    return found


def told_kinds() -> frozenset[str]:
    """The kinds that have a sentence of their own, or are said elsewhere on the screen."""
    return SILENT | _SENTENCES.keys()


def sentence(event: Event, names: Names) -> str:
    """The event in words, without who and when where that stands beside it."""
    tell = _SENTENCES.get(event.kind)
    return tell(event, names) if tell else _("%(who)s: %(kind)s") % {"who": who(event), "kind": event.kind}


def who(event: Event) -> str:
    """Who did it: a person by name, a part of the product by what it is."""
    if event.actor_kind == ActorKind.SYSTEM:
        return {
            "intake": _("Mail intake"),
            "delivery": _("Delivery"),
            "calendar": _("Calendar"),
            "approval": _("Approval"),
        }.get(event.actor_label, _("Automatic"))
    return pgettext("somebody who did something", "%(name)s") % {"name": event.actor_label}


def _known(names: Mapping[int, str], pk: Any) -> str:
    return names.get(pk, _("(deleted)"))


def _status(event: Event, names: Names) -> str:
    words = {}
    for key in ("before", "after"):
        own = event.data.get(f"own_{key}")
        words[key] = _known(names.statuses, own) if own else status_word(event.data[key], is_side=names.is_side)
    return _("%(who)s changed the status from %(before)s to %(after)s") % {"who": who(event), **words}


def _assigned(event: Event, names: Names) -> str:
    pk = event.data.get("assignee")
    if pk is None:
        return _("%(who)s took the assignee off") % {"who": who(event)}
    if event.actor_kind == ActorKind.USER and pk == event.actor_id:
        return _("%(who)s took this on") % {"who": who(event)}
    return _("%(who)s made %(person)s the assignee") % {"who": who(event), "person": _known(names.people, pk)}


def _team(event: Event, names: Names) -> str:
    pk = event.data.get("team")
    if pk is None:
        return _("%(who)s took the team off") % {"who": who(event)}
    return _("%(who)s gave this to the team %(team)s") % {"who": who(event), "team": _known(names.teams, pk)}


def _priority(event: Event, _names: Names) -> str:
    after = event.data.get("after")
    word = str(Priority(after).label) if after in Priority.values else str(after)
    return _("%(who)s set the priority to %(priority)s") % {"who": who(event), "priority": word}


def _category(event: Event, names: Names) -> str:
    pk = event.data.get("category")
    if pk is None:
        return _("%(who)s took the category off") % {"who": who(event)}
    return _("%(who)s set the category %(name)s") % {"who": who(event), "name": _known(names.categories, pk)}


def _tags(event: Event, names: Names) -> str:
    listed = {
        key: _("”, “").join(_known(names.tags, pk) for pk in event.data.get(key, [])) for key in ("added", "removed")
    }
    if listed["added"] and listed["removed"]:
        return _("%(who)s put on the tag “%(added)s” and took off “%(removed)s”") % {"who": who(event), **listed}
    if listed["removed"]:
        return _("%(who)s took off the tag “%(removed)s”") % {"who": who(event), **listed}
    return _("%(who)s put on the tag “%(added)s”") % {"who": who(event), **listed}


def _folder(event: Event, names: Names) -> str:
    pk = event.data.get("folder")
    if pk is None:
        return _("%(who)s took this out of its folder") % {"who": who(event)}
    return _("%(who)s put this into the folder “%(name)s”") % {"who": who(event), "name": _known(names.folders, pk)}


def _field(event: Event, names: Names) -> str:
    """What stands in a field now, as far as the event says it: of texts it does not."""
    own = names.fields.get(event.data.get("field", 0))
    if own is None:
        return _("%(who)s changed a field that has been deleted since") % {"who": who(event)}
    values = {"who": who(event), "name": own.name}
    if event.data.get("is_empty") or ("now" in event.data and event.data["now"] is None):
        return _("%(who)s emptied “%(name)s”") % values
    if "now" not in event.data:
        return _("%(who)s changed “%(name)s”") % values
    if own.kind == FieldKind.CHECK:
        return _("%(who)s ticked “%(name)s”") % values
    return _("%(who)s set “%(name)s” to %(value)s") % {**values, "value": value_text(own, event.data["now"])}


def _differed(event: Event, names: Names) -> str:
    """Of what was merged in another value than the one that stays; a text is read where it still stands."""
    own = names.fields.get(event.data.get("field", 0))
    if own is None:
        return _("%(who)s merged a field that has been deleted since") % {"who": who(event)}
    number = event.data.get("other", 0)
    value = value_text(own, names.merged.get((number, own.pk)))
    if not value:
        return _("“%(name)s” stays as it is; #%(number)s had something else") % {"name": own.name, "number": number}
    values = {"name": own.name, "number": number, "value": value}
    return _("“%(name)s” stays as it is; in #%(number)s it was %(value)s") % values


def _followers(event: Event, _names: Names) -> str:
    text = _("%(who)s follows this") if event.data.get("is_on") else _("%(who)s stopped following this")
    return text % {"who": who(event)}


def _stolen(event: Event, names: Names) -> str:
    values = {"who": who(event), "other": _known(names.people, event.data.get("previous"))}
    return _("%(who)s took over the reply of %(other)s: %(reason)s") % {
        **values,
        "reason": event.data.get("reason", ""),
    }


def _also(event: Event, names: Names) -> str:
    return _("The same mail also arrived at %(desk)s") % {"desk": _known(names.inboxes, event.data.get("inbox"))}


def _split(event: Event, _names: Names) -> str:
    values = {"who": who(event), "old": event.data.get("from"), "new": event.data.get("to")}
    return _("%(who)s split #%(new)s off from #%(old)s") % values


def _merged(event: Event, _names: Names) -> str:
    others = ", ".join(f"#{pk}" for pk in event.data.get("from", []))
    return _("%(who)s merged %(others)s into #%(into)s") % {
        "who": who(event),
        "others": others,
        "into": event.data.get("into"),
    }


def _undone(event: Event, _names: Names) -> str:
    texts = {
        "merge": _("%(who)s undid the merge"),
        "split": _("%(who)s undid the split"),
        "move": _("%(who)s undid the moving of a message"),
        "link": _("%(who)s undid the link"),
        "unlink": _("%(who)s put the link back"),
    }
    return texts.get(event.data.get("kind", ""), _("%(who)s undid the last change")) % {"who": who(event)}


def _moved(event: Event, _names: Names) -> str:
    values = {"who": who(event), "source": event.data.get("from"), "target": event.data.get("to")}
    if event.subject == f"conversation:{event.data.get('to')}":
        return _("%(who)s moved a message here from #%(source)s") % values
    return _("%(who)s moved a message to #%(target)s") % values


def _linked(event: Event, _names: Names) -> str:
    source, target = event.data.get("source"), event.data.get("target")
    is_source = event.subject == f"conversation:{source}"
    relation = linking.relation_of(event.data.get("kind", ""), other_is_source=not is_source)
    values = {"who": who(event), "other": target if is_source else source, "relation": relation.label}
    if event.kind == linking.UNLINKED:
        return _("%(who)s removed the link with #%(other)s (%(relation)s)") % values
    return _("%(who)s linked #%(other)s (%(relation)s)") % values


def _side(event: Event, _names: Names) -> str:
    values = {"who": who(event), "side": event.data.get("side")}
    if event.kind == asking.SIDE_ANSWERED:
        return _("%(who)s answered the request #%(side)s") % values
    return _("%(who)s asked others about this (#%(side)s)") % values


_GUIDED = {
    guides.CHECKLIST_ADDED: gettext_lazy("%(who)s put on the checklist “%(name)s”"),
    guides.CHECKLIST_REMOVED: gettext_lazy("%(who)s took off the checklist “%(name)s”"),
    guides.CHECKLIST_RESTORED: gettext_lazy("%(who)s put on the checklist “%(name)s” again"),
    guides.ITEM_ADDED: gettext_lazy("%(who)s added to the checklist: %(name)s"),
    guides.ITEM_REMOVED: gettext_lazy("%(who)s removed from the checklist: %(name)s"),
    guides.ITEM_TICKED: gettext_lazy("%(who)s ticked: %(name)s"),
    guides.ITEM_UNTICKED: gettext_lazy("%(who)s took the tick off: %(name)s"),
    guides.SCRIPT_STARTED: gettext_lazy("%(who)s began the talk script “%(name)s”"),
    guides.SCRIPT_STEPPED: gettext_lazy("%(who)s: “%(name)s”, %(step)s → %(choice)s"),
    guides.SCRIPT_WENT_BACK: gettext_lazy("%(who)s: “%(name)s”, back to %(step)s"),
    guides.SCRIPT_ENDED: gettext_lazy("%(who)s ended the talk script “%(name)s”"),
    guides.SCRIPT_LEFT: gettext_lazy("The talk script “%(name)s” could not set “%(left)s”"),
}


def _guided(event: Event, _names: Names) -> str:
    values = {key: event.data.get(key, "") for key in ("name", "step", "choice", "left")}
    return str(_GUIDED[event.kind] % {"who": who(event), **values})


def _child_done(event: Event, _names: Names) -> str:
    return _("The child #%(child)s is done") % {"child": event.data.get("child")}


def _reopened(event: Event, _names: Names) -> str:
    return _("%(who)s opened this again: %(reason)s") % {"who": who(event), "reason": event.data.get("reason", "")}


def _plain(event: Event, _names: Names) -> str:
    return str(_PLAIN[event.kind] % {"who": who(event)})


#: Sentences in which only the doer varies.
_PLAIN = {
    GUEST_LINK_MADE: gettext_lazy("%(who)s opened a page for the guest"),
    GUEST_LINK_REVOKED: gettext_lazy("%(who)s closed the page of the guest"),
    kinds.APPROVAL_EDITED: gettext_lazy("%(who)s edited the reply that waits for approval"),
    kinds.APPROVAL_EDIT_KEPT: gettext_lazy("%(who)s had edited a reply that was taken back meanwhile"),
    kinds.APPROVAL_REMINDED: gettext_lazy("%(who)s: reminded those who approve"),
    kinds.APPROVAL_ESCALATED: gettext_lazy("%(who)s: others were asked for approval too"),
    kinds.DRAFT_TAKEN: gettext_lazy("%(who)s took over a draft"),
    kinds.SUBJECT_CHANGED: gettext_lazy("%(who)s changed the subject"),
    kinds.RESUMED: gettext_lazy("The time on hold is over"),
    kinds.REINTERPRETED: gettext_lazy("%(who)s had a message decoded anew"),
    kinds.REPLY_SENT_BACK: gettext_lazy("%(who)s sent a reply back to its author"),
    kinds.REPLY_PLANNED: gettext_lazy("%(who)s changed the time of a planned mail"),
    kinds.REPLY_STOPPED: gettext_lazy("A planned mail was held back, because something had happened"),
    kinds.DUE_PASSED: gettext_lazy("The time to reply has passed"),
    promised.PROMISE_MADE: gettext_lazy("%(who)s entered a promise"),
    promised.PROMISE_CHANGED: gettext_lazy("%(who)s changed a promise"),
    promised.PROMISE_KEPT: gettext_lazy("%(who)s noted that a promise was kept"),
    promised.PROMISE_CANCELLED: gettext_lazy("%(who)s took a promise out of the ledger"),
    promised.PROMISE_REOPENED: gettext_lazy("%(who)s opened a promise again"),
    promised.PROMISE_BROKEN: gettext_lazy("The time of a promise has passed"),
    promised.PROMISE_SETTLED: gettext_lazy("%(who)s did later what had been promised"),
    calls.CALLBACK_REQUESTED: gettext_lazy("%(who)s entered a callback"),
    calls.CALLBACK_MOVED: gettext_lazy("%(who)s changed a callback"),
    calls.CALLBACK_TRIED: gettext_lazy("%(who)s tried to call back"),
    calls.CALLBACK_DECIDED: gettext_lazy("%(who)s decided that nobody is to be called back"),
    calls.CALLBACK_REOPENED: gettext_lazy("%(who)s opened a callback again"),
    calls.CALLBACK_MISSED: gettext_lazy("The time of a callback has passed, and nobody has called"),
    calls.SLIP_SENT: gettext_lazy("%(who)s left a message for a colleague"),
    calls.SLIP_ANSWERED: gettext_lazy("%(who)s answered a message"),
    calls.SLIP_WITHDRAWN: gettext_lazy("%(who)s took a message to a colleague back"),
    calls.CALLBACK_LINK_MADE: gettext_lazy("%(who)s made a page on which the customer chooses when to be called"),
    calls.CALLBACK_LINK_REVOKED: gettext_lazy("%(who)s closed the page on which the customer chooses a time"),
    kinds.REPLY_FAILED: gettext_lazy("A reply could not be sent"),
    kinds.REPLY_UNCERTAIN: gettext_lazy("It is not certain whether a reply was sent"),
}


def _approving_others(event: Event, _names: Names) -> str:
    """Who decides next: after a step that somebody approved, or because people came, went or are away."""
    is_fallback = event.data.get("is_fallback", False)
    if event.actor_kind == ActorKind.SYSTEM:  # nobody has approved anything
        if is_fallback:
            return _("Nobody who was asked can approve: everybody who may approve was asked instead")
        return _("Others are asked for approval now, since people came, went or are away")
    if is_fallback:
        text = _("%(who)s approved; nobody of the next step can, so everybody who may approve was asked instead")
        return text % {"who": who(event)}
    return _("%(who)s: the approval goes on to the next to decide") % {"who": who(event)}


def _cancelled(event: Event, _names: Names) -> str:
    if event.data.get("was_asking"):
        return _("%(who)s withdrew the request for approval") % {"who": who(event)}
    return _("%(who)s took a reply back before it was sent") % {"who": who(event)}


def _escalated(event: Event, names: Names) -> str:
    told = _(", ").join(names.people[pk] for pk in event.data.get("people", []) if pk in names.people)
    values = {"step": event.data.get("step", 1), "people": told}
    if not event.data.get("people"):
        return _("Overdue, but nobody could be told (step %(step)s of escalation)") % values
    if event.data.get("is_fallback"):
        text = _("Escalated because it is overdue (step %(step)s): nobody was responsible, so %(people)s were told")
        return text % values
    if not told:
        return _("Escalated because it is overdue (step %(step)s)") % values
    return _("Escalated because it is overdue (step %(step)s): %(people)s were told") % values


_SENTENCES: dict[str, Callable[[Event, Names], str]] = {
    kinds.STATUS_CHANGED: _status,
    kinds.ESCALATED: _escalated,
    kinds.APPROVAL_STEPPED: _approving_others,
    kinds.APPROVAL_REDIRECTED: _approving_others,
    kinds.REPLY_CANCELLED: _cancelled,
    kinds.ASSIGNED: _assigned,
    kinds.TEAM_ASSIGNED: _team,
    kinds.PRIORITY_CHANGED: _priority,
    kinds.CATEGORY_CHANGED: _category,
    kinds.TAGS_CHANGED: _tags,
    kinds.FOLLOWERS_CHANGED: _followers,
    kinds.FIELD_CHANGED: _field,
    kinds.FIELD_DIFFERED: _differed,
    kinds.FOLDER_CHANGED: _folder,
    kinds.LOCK_STOLEN: _stolen,
    kinds.ALSO_ARRIVED: _also,
    kinds.SPLIT: _split,
    kinds.MERGED: _merged,
    kinds.UNDONE: _undone,
    linking.MOVED: _moved,
    linking.LINKED: _linked,
    linking.UNLINKED: _linked,
    linking.CHILD_DONE: _child_done,
    linking.REOPENED: _reopened,
    **dict.fromkeys(_GUIDED, _guided),
    asking.SIDE_ASKED: _side,
    asking.SIDE_ANSWERED: _side,
    **dict.fromkeys(_PLAIN, _plain),
}
