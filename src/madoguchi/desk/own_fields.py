"""The custom fields of a conversation as the side panel shows them: sections of controls that save themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField
from django.urls import reverse

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import live_fields, told_values, value_rows
from madoguchi.conversations.models import Conversation, CustomField
from madoguchi.core.fields.kinds import FieldKind, Values
from madoguchi.core.fields.values import value_text
from madoguchi.core.together import fetch_together
from madoguchi.desk.forms.fields import OwnFieldsForm, input_name, seen_text


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field: its control, or its text for those who may only read."""

    pk: int
    name: str
    kind: str
    bound: BoundField
    text: str
    seen: str
    is_missing: bool  #: to be filled in before the conversation is done
    error: str = ""


@dataclass(frozen=True, slots=True)
class OwnSection:
    """Some fields below a heading."""

    word: str
    fields: list[OwnField]


@dataclass(frozen=True, slots=True)
class OwnFields:
    """All fields of a conversation."""

    number: int
    url: str
    sections: Sequence[OwnSection]
    can_change: bool
    event_subject: str


class OwnFieldReads:
    """What the section is made of, to be fetched together with the conversation."""

    def __init__(self, user: User, number: int) -> None:
        self.user = user
        self._fields, self._values = live_fields(), value_rows([number])

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return self._fields, self._values

    def fields(self, conversation: Conversation) -> list[CustomField]:
        """The fields that this conversation shows."""
        return [field for field in self._fields if field.is_for(conversation)]

    def values(self, conversation: Conversation) -> Values:
        """What stands in them."""
        return told_values(self._values).get(conversation.pk, {})

    def section(self, conversation: Conversation, *, typed: Any = None, wrong: tuple[str, str] = ("", "")) -> OwnFields:
        """The section; `wrong` is the name of a control and what is wrong with what was typed into it."""
        values = self.values(conversation)
        fields = self.fields(conversation)
        form = OwnFieldsForm(None, fields=fields, values=values, conversation=conversation)
        if wrong[0] in form.fields:
            form.initial[wrong[0]] = typed
            form.fields[wrong[0]].widget.attrs["aria-invalid"] = "true"
        rows = [_own_field(field, form, values, wrong[1] if input_name(field) == wrong[0] else "") for field in fields]
        return OwnFields(
            number=conversation.pk,
            url=reverse("desk:fields", args=[conversation.pk]),
            sections=_sections(zip(fields, rows, strict=True)),
            can_change=may(self.user, Permission.ASSIGN)
            and (conversation.status != Status.CLOSED or self.user.sees_every_inbox),
            event_subject=conversation.event_subject,
        )


def _own_field(field: CustomField, form: OwnFieldsForm, values: Values, error: str) -> OwnField:
    value = values.get(field.pk)
    bound = form[input_name(field)]
    bound.field.help_text = ""
    if field.help_text:
        bound.field.widget.attrs |= {"title": field.help_text}
    if field.kind == FieldKind.LONG:
        bound.field.widget.attrs |= {"rows": 2}
    text, is_missing = value_text(field, value), field.is_required and value is None
    return OwnField(field.pk, field.name, field.kind, bound, text, seen_text(value), is_missing, error)


def _sections(pairs: Iterable[tuple[CustomField, OwnField]]) -> list[OwnSection]:
    """In the order of their first fields; those without a section first."""
    found: dict[str, list[OwnField]] = {}
    for field, row in pairs:
        found.setdefault(field.section, []).append(row)
    return [OwnSection(word, rows) for word, rows in sorted(found.items(), key=lambda item: item[0] != "")]


def own_fields(user: User, conversation: Conversation) -> OwnFieldReads:
    """The fields of a conversation that has been read already."""
    reads = OwnFieldReads(user, conversation.pk)
    fetch_together(*reads.asked)
    return reads
