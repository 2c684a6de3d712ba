"""Custom fields: what they are called, what they hold, and what can be chosen."""

from typing import Annotated, Any

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.api.schemas.conversations import FieldText
from madoguchi.conversations.actions.field_keeping import Definition
from madoguchi.conversations.models import CustomField
from madoguchi.core.fields.kinds import FieldKind, Option

type OptionName = Annotated[str, Field(min_length=1, max_length=60, examples=["返金"])]


class OptionOut(Out):
    """One choice of a field."""

    id: int
    """Its id; values hold it."""
    name: str
    """What it is called."""
    when: list[int]
    """Offered only while the field above, or the category, has one of these; empty for always."""
    is_retired: bool
    """True when it is not offered any more."""


class OptionIn(In):
    """A choice to add or keep."""

    id: Annotated[int, Field(ge=0)] = 0
    """Its id, so that values keep it; left out for a new one."""
    name: OptionName
    """What it is called."""
    when: Annotated[list[Id], Field(max_length=300)] = []
    """Offered only while the field above has one of these choices, or the category is one of these."""
    is_retired: bool = False
    """True to offer it no more."""


class CustomFieldOut(Out):
    """A custom field (カスタム項目)."""

    id: int
    """Its id: the key of `fields` at conversations."""
    name: str
    """What it is called."""
    kind: Annotated[str, Field(json_schema_extra={"enum": list(FieldKind.values)})]
    """What it holds: `number` as text, `date` in ISO 8601, `choice` and `multi` ids of choices, `check` true."""
    help_text: str
    """What it is for."""
    section: str
    """The heading it stands below."""
    position: int
    """Its place in the order."""
    default: Any
    """What new conversations begin with."""
    is_required: bool
    """True when a conversation cannot be done without it."""
    inboxes: list[int]
    """Shown at these desks; empty for all."""
    categories: list[int]
    """Shown in these categories and those below them; empty for all."""
    depends_on: int | None
    """The field whose choices decide which of these are offered."""
    by_category: bool
    """True when the category decides instead."""
    options: list[OptionOut]
    """The choices, retired ones too, in their order."""
    is_retired: bool
    """True when it is not offered any more; what stands in it is kept."""
    version: int
    """Goes up with each change; send it along with yours."""


class FieldChangesIn(In):
    """What changes of a field; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What it is called."""
    kind: FieldKind | None = None
    """`text` may become `long`, `choice` may become `multi`; nothing else."""
    help_text: Annotated[str, Field(max_length=300)] | None = None
    """What it is for."""
    section: Annotated[str, Field(max_length=60)] | None = None
    """The heading it stands below."""
    position: Annotated[int, Field(ge=0, le=999)] | None = None
    """Its place in the order."""
    default: FieldText = None
    """What new conversations begin with; null for nothing."""
    is_required: bool | None = None
    """True when a conversation cannot be done without it."""
    inboxes: Annotated[list[Id], Field(max_length=500)] | None = None
    """Shown at these desks; empty for all."""
    categories: Annotated[list[Id], Field(max_length=500)] | None = None
    """Shown in these categories; empty for all."""
    depends_on: Id | None = None
    """The field whose choices decide which of these are offered; null for none."""
    by_category: bool | None = None
    """True when the category decides instead."""
    options: Annotated[list[OptionIn], Field(max_length=300)] | None = None
    """All choices from now on; one left out is deleted unless a conversation has it, and only with `version`."""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The `version` that was read: when somebody has changed the field since, nothing is saved (409)."""

    def definition(self, field: CustomField) -> Definition:
        """All of a field as it is to be: what was said, and the rest as it is."""
        said = {name: value for name, value in self.model_dump(exclude_unset=True).items() if name not in _APART}
        kept = {name: getattr(field, name) for name in _KEPT if said.get(name) is None}
        above = {
            "depends_on": said.get("depends_on", field.depends_on_id),
            "default": said.get("default", field.default),
        }
        options = [_option(each) for each in self.options] if self.options is not None else field.all_options
        return Definition(**said | kept | above, options=options)


class FieldIn(FieldChangesIn):
    """A field to add."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["注文番号"])]
    """What it is called."""
    kind: FieldKind
    """What it holds."""
    version: None = None
    """A new field has none yet."""


class DeletedOut(Out):
    """What was deleted."""

    conversations: int
    """At how many conversations something stood there."""


_APART = ("options", "version")
_KEPT = ("name", "kind", "help_text", "section", "position", "is_required", "inboxes", "categories", "by_category")


def _option(wanted: OptionIn) -> Option:
    return Option(wanted.id, wanted.name, tuple(wanted.when), wanted.is_retired)


def show_field(field: CustomField) -> CustomFieldOut:
    """A field with its choices."""
    options = [OptionOut(id=e.id, name=e.name, when=list(e.when), is_retired=e.is_retired) for e in field.all_options]
    plain = {name: getattr(field, name) for name in (*_KEPT, "default")}
    return CustomFieldOut(
        id=field.pk,
        depends_on=field.depends_on_id,
        options=options,
        is_retired=field.retired_at is not None,
        version=field.version,
        **plain,
    )
