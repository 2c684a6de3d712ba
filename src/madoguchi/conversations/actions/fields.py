"""What stands in custom fields: setting values at one conversation or many, with a way back, and the first values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.actions.triage import FieldsMissing, change_all
from madoguchi.conversations.choices import FIELD_CHANGED, TOLD_FIELDS, Status
from madoguchi.conversations.field_store import new_rows, write_value
from madoguchi.conversations.fields import as_facts, fits, hold_definitions, live_fields, offered_options, values_of
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation, CustomField, FieldValue, UndoStep
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.core.fields.kinds import Plain, Values
from madoguchi.core.fields.texts import read_value
from madoguchi.events.record import record


class ChangedMeanwhile(DomainError):
    """Somebody has changed the same field since it was read; `facts` say what stands there now."""

    code = "field_changed"


@dataclass
class _Setting:
    """One call of `set_fields`: what is wanted, the definitions, and what was there before."""

    user: User
    wanted: Values
    fields: dict[int, CustomField]
    seen: Mapping[int, Plain]
    present: dict[int, Values]
    kept: dict[str, dict[str, Plain]] = field(default_factory=dict)

    def change(self, conversation: Conversation) -> list[str]:
        """Write what differs at one conversation; the columns to save, none where nothing does."""
        before = self.present.get(conversation.pk, {})
        after = self._after(conversation, before)
        changed = [pk for pk in self.fields if before.get(pk) != after.get(pk)]
        if not changed:
            return []
        self._check_still_complete(conversation, before, after)
        self.kept[str(conversation.pk)] = {str(pk): before.get(pk) for pk in changed}
        for pk in changed:
            write_value(conversation.pk, self.fields[pk], after.get(pk))
            self._record(conversation, self.fields[pk], before.get(pk), after.get(pk))
        return ["version"]

    def _after(self, conversation: Conversation, before: Values) -> Values:
        self._check_seen(before)
        after = before | self.wanted
        for pk in self.wanted:
            _check_allowed(self.fields[pk], after, before, conversation)
        for each in self.fields.values():  # in their order, so that what is emptied empties what depends on it
            if each.pk not in self.wanted:
                after[each.pk] = fits(each, after.get(each.pk), after, conversation)
        return after

    def _check_seen(self, before: Values) -> None:
        for pk, value in self.seen.items():
            if pk in self.wanted and before.get(pk) not in (value, self.wanted[pk]):
                message = _("Somebody else has just changed “%(name)s”. Look at it and change it again if needed.")
                raise ChangedMeanwhile(message % {"name": self.fields[pk].name}, now=before.get(pk))

    def _check_still_complete(self, conversation: Conversation, before: Values, after: Values) -> None:
        """Raise FieldsMissing where one that is done would lose what had to be filled in before it was."""
        if conversation.status not in (Status.DONE, Status.CLOSED):
            return
        lost = [
            each
            for pk, each in self.fields.items()
            if each.is_required and each.is_for(conversation) and before.get(pk) is not None and after.get(pk) is None
        ]
        if lost:
            message = _("#%(number)d is done: %(names)s must stay filled in. Change it, or open it again first.")
            names = "、".join(each.name for each in lost)
            missing = as_facts({conversation.pk: lost})
            raise FieldsMissing(message % {"number": conversation.pk, "names": names}, missing=missing)

    def _record(self, conversation: Conversation, changed: CustomField, before: Plain, after: Plain) -> None:
        data: dict[str, Any] = {"field": changed.pk}
        if changed.kind in TOLD_FIELDS:
            data |= {"was": before, "now": after}
        else:
            data["is_empty"] = after is None
        by, scope = self.user.actor, conversation.inbox_id
        record(FIELD_CHANGED, conversation.event_subject, by=by, scope_id=scope, data=data)


@transaction.atomic
def set_fields(
    conversations: Sequence[Conversation],
    raw: Mapping[int, Any],
    *,
    user: User,
    seen: Mapping[int, Plain] | None = None,
) -> UndoStep:
    """Write into custom fields, by the field's number; None or nothing empties one. All of it or nothing.

    `seen` is what the writer had before their eyes: if somebody was faster, ChangedMeanwhile. Where a choice depends
    on another field that changes, it is emptied unless it still may be chosen. What must be filled in before one is
    done is not emptied while it is (`FieldsMissing`). Records `field_changed` for each.
    """
    hold(conversation.pk for conversation in conversations)
    named = hold_definitions(raw)
    _check_known(raw, named)
    wanted = {pk: read_value(named[pk], value) for pk, value in raw.items()}
    fields = named | hold_definitions(_dependents(wanted))
    present = values_of(row.pk for row in conversations)
    setting = _Setting(user, wanted, fields, seen or {}, present)
    step = change_all(conversations, setting.change, user=user, label=_("Fields"))
    for number, kept in setting.kept.items():
        step.data["before"][number]["fields"] = kept
    step.save(update_fields=["data"])
    return step


def _check_known(raw: Mapping[int, Any], named: Mapping[int, CustomField]) -> None:
    if set(raw) - set(named):
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    for each in named.values():
        if each.retired_at is not None:
            message = _("The field “%(name)s” has been retired. What stands in it is kept, but not changed any more.")
            raise Invalid(message % {"name": each.name}, field=f"field-{each.pk}")


def _dependents(wanted: Iterable[int]) -> list[int]:
    """The fields whose options depend on these, and those that depend on them."""
    below: dict[int, list[int]] = {}
    for each in live_fields():
        if each.depends_on_id:
            below.setdefault(each.depends_on_id, []).append(each.pk)
    found: list[int] = []
    queue = list(wanted)
    while queue:
        children = [pk for pk in below.get(queue.pop(0), []) if pk not in found]
        found += children
        queue += children
    return found


def _check_allowed(wanted: CustomField, after: Values, before: Values, conversation: Conversation) -> None:
    """Invalid for an option that cannot be chosen here now; what stands there already may stay."""
    value = after.get(wanted.pk)
    if not wanted.has_options or value is None or value == before.get(wanted.pk):
        return
    stays = before.get(wanted.pk)
    offered = {option.id for option in offered_options(wanted, after, conversation)}
    offered |= set(stays) if isinstance(stays, list) else {stays} if isinstance(stays, int) else set()
    for each in value if isinstance(value, list) else [value]:
        if each not in offered:
            name = next((option.name for option in wanted.all_options if option.id == each), "")
            message = _("“%(option)s” cannot be chosen in “%(name)s” here, as things stand in the field above it.")
            raise Invalid(message % {"option": name, "name": wanted.name}, field=f"field-{wanted.pk}")


@transaction.atomic
def fill_defaults(conversation: Conversation) -> int:
    """Give a new conversation the values its fields begin with; returns how many. May run twice."""
    begun = [each for each in live_fields() if each.default is not None and each.is_for(conversation)]
    if not begun:
        return 0
    fields = hold_definitions(each.pk for each in begun)
    present = values_of([conversation.pk]).get(conversation.pk, {})
    rows = [
        row
        for pk, each in fields.items()
        if pk not in present and each.default is not None
        for row in new_rows(conversation.pk, each, each.default)
    ]
    FieldValue.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
