"""Statuses of one's own and folders."""

from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.conversations.actions.own_statuses import StatusDefinition
from madoguchi.conversations.choices import OWN_STATES, Tone
from madoguchi.conversations.models import Folder, OwnStatus

_STATES = {"enum": [str(state) for state in OWN_STATES]}
_TONES = {"enum": [str(tone) for tone in Tone]}


class OwnStatusOut(Out):
    """A status of the workspace's own, which stands for one of the system's."""

    id: int
    """Its id: `own_status` of conversations."""
    name: str
    """What it is called."""
    name_en: str
    """What it is called in English; empty for the same."""
    state: Annotated[str, Field(json_schema_extra=_STATES)]
    """The system's status it stands for: `status` of the conversations that have it."""
    tone: Annotated[str, Field(json_schema_extra=_TONES)]
    """Its colour, by the status of the system that has it."""
    icon: str
    """Its icon; empty for that of the colour."""
    inboxes: list[int]
    """Offered at these desks; empty for all."""
    position: int
    """Its place in the order."""
    is_retired: bool
    """True when it is not offered any more; conversations that have it keep it."""


class OwnStatusChangesIn(In):
    """What changes of a status; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    """What it is called."""
    name_en: Annotated[str, Field(max_length=30)] | None = None
    """What it is called in English."""
    state: Annotated[str, Field(max_length=12, json_schema_extra=_STATES)] | None = None
    """The system's status it stands for; fixed while a conversation has it."""
    tone: Annotated[str, Field(max_length=10, json_schema_extra=_TONES)] | None = None
    """Its colour."""
    icon: Annotated[str, Field(max_length=30)] | None = None
    """Its icon."""
    inboxes: Annotated[list[Id], Field(max_length=500)] | None = None
    """Offered at these desks; empty for all."""
    position: Annotated[int, Field(ge=0, le=999)] | None = None
    """Its place in the order."""

    def definition(self, status: OwnStatus) -> StatusDefinition:
        """All of a status as it is to be."""
        said = {name: value for name, value in self.model_dump(exclude_unset=True).items() if value is not None}
        return StatusDefinition(**{name: getattr(status, name) for name in _PLAIN} | said)


class OwnStatusIn(OwnStatusChangesIn):
    """A status to add."""

    name: Annotated[str, Field(min_length=1, max_length=30, examples=["返品待ち"])]
    """What it is called."""
    state: Annotated[str, Field(max_length=12, json_schema_extra=_STATES, examples=["wait"])]
    """The system's status it stands for."""


class EmptyStatusIn(In):
    """Where the conversations of a status go."""

    to: Id | None = None
    """A status of one's own that stands for the same; null for the system's status itself."""


class WentOverOut(Out):
    """What went elsewhere."""

    conversations: int
    """How many."""
    undo_id: int | None
    """Takes it back: POST /undo/{undo_id}; null when there was nothing, or too much."""


class FolderOut(Out):
    """A folder of a desk."""

    id: int
    """Its id: `folder` of conversations."""
    inbox: int
    """The desk it belongs to."""
    parent: int | None
    """The folder it lies in."""
    name: str
    """What it is called."""
    position: int
    """Its place in the order."""


class FolderIn(In):
    """A folder to add."""

    inbox: Id
    """The desk it belongs to."""
    name: Annotated[str, Field(min_length=1, max_length=60, examples=["返品"])]
    """What it is called."""
    parent: Id | None = None
    """The folder it lies in; null for none."""


class FolderChangesIn(In):
    """What changes of a folder; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What it is called."""
    parent: Id | None = None
    """The folder it lies in from now on; null for none."""
    position: Annotated[int, Field(ge=0, le=999)] | None = None
    """Its place in the order."""


_PLAIN = ("name", "name_en", "state", "tone", "icon", "inboxes", "position")


def show_status(status: OwnStatus) -> OwnStatusOut:
    """A status."""
    plain = {name: getattr(status, name) for name in _PLAIN}
    return OwnStatusOut(id=status.pk, is_retired=status.retired_at is not None, **plain)


def show_folder(folder: Folder) -> FolderOut:
    """A folder."""
    return FolderOut(
        id=folder.pk, inbox=folder.inbox_id, parent=folder.parent_id, name=folder.name, position=folder.position
    )
