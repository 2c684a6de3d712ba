"""Checklists and talk scripts."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.guides.actions.scripts import export_script
from madoguchi.guides.models import Checklist, ChecklistItem, ChecklistTemplate, ScriptRun, TalkScript


class ItemOut(Out):
    """One item of a checklist."""

    id: int
    """Its id."""
    text: str
    """What is to be done."""
    is_own: bool
    """True when it was added on this conversation."""
    done_at: datetime | None
    """When it was ticked; null while it is not."""
    done_by: Ref | None
    """Who ticked it."""


class ChecklistOut(Out):
    """A checklist in use."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    template_id: int | None
    """The template it was made of; null for items of one's own, or when the template is gone."""
    items: list[ItemOut]
    """Its items in their order."""


class PutOnIn(In):
    """Which checklist to put on."""

    template: Id
    """The id of a template."""


class ItemIn(In):
    """An item of one's own."""

    text: Annotated[str, Field(min_length=1, max_length=300)]
    """What is to be done."""
    checklist: Id | None = None
    """The checklist it goes into; null for the one of own items."""


class TickIn(In):
    """Whether an item is done."""

    is_done: bool
    """True to tick it, false to take the tick off."""


class TemplateIn(In):
    """A template of checklists."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """What it is called."""
    items: Annotated[list[str], Field(min_length=1, max_length=50)]
    """Its items."""
    category: Id | None = None
    """Put on by itself when a conversation gets this category."""
    inbox: Id | None = None
    """Only at this desk; without a category: on every new conversation there."""
    is_active: bool = True
    """False to offer it no more."""


class GuideTemplateOut(Out):
    """A template of checklists."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    items: list[str]
    """Its items."""
    category_id: int | None
    """Put on by itself when a conversation gets this category."""
    inbox_id: int | None
    """Only at this desk."""
    is_active: bool
    """False when it is not offered."""


class ScriptIn(In):
    """A talk script."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """What it is called."""
    source: Annotated[str, Field(max_length=100_000)] = ""
    """Its steps as they are written on the screen; or give `steps`."""
    steps: Annotated[list[dict[str, Any]], Field(max_length=100)] | None = None
    """Its steps as exported, instead of `source`."""
    category: Id | None = None
    """Offered first for this category."""
    is_active: bool = True
    """False to offer it no more."""
    version: int | None = None
    """The version that was changed; refused when somebody was faster. Null does not ask."""


class ScriptOut(Out):
    """A talk script."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    source: str
    """Its steps as they are written."""
    steps: list[dict[str, Any]]
    """Its steps as plain values: `name`, `say`, `note`, `phrases`, `sets`, `choices` with `word` and `to`."""
    category_id: int | None
    """Offered first for this category."""
    is_active: bool
    """False when it is not offered."""
    version: int
    """Grows with every change."""


class StartIn(In):
    """Which script to follow."""

    script: Id
    """The id of a talk script."""


class StepIn(In):
    """How to go on; exactly one of `choice`, `back` and `end`."""

    step: Annotated[str, Field(max_length=100)]
    """The step one looks at; refused when somebody has gone on meanwhile."""
    choice: Annotated[int, Field(ge=0, lt=20)] | None = None
    """The position of a choice of this step."""
    back: bool = False
    """True to go back to the step before."""
    end: bool = False
    """True to stop here."""


class RunOut(Out):
    """A talk script being followed on a conversation."""

    id: int
    """Its id."""
    name: str
    """What the script is called."""
    current: str
    """The present step; empty when it has ended."""
    path: list[dict[str, str]]
    """The steps taken, each with the words of its choice."""
    steps: list[dict[str, Any]]
    """The script as it was when it was begun."""
    started_at: datetime
    """When it was begun."""
    ended_at: datetime | None
    """When it ended; null while it is followed."""


def show_item(item: ChecklistItem) -> ItemOut:
    """An item as it stands."""
    by = Ref(id=item.done_by.pk, name=item.done_by.name) if item.done_by else None
    return ItemOut(id=item.pk, text=item.text, is_own=item.is_own, done_at=item.done_at, done_by=by)


def show_checklist(row: Checklist) -> ChecklistOut:
    """A checklist with its items."""
    items = [show_item(item) for item in row.items.all()]
    return ChecklistOut(id=row.pk, name=row.name, template_id=row.template_id, items=items)


def show_template(row: ChecklistTemplate) -> GuideTemplateOut:
    """A template."""
    return GuideTemplateOut(
        id=row.pk,
        name=row.name,
        items=row.items,
        category_id=row.category_id,
        inbox_id=row.inbox_id,
        is_active=row.is_active,
    )


def show_script(row: TalkScript) -> ScriptOut:
    """A talk script."""
    return ScriptOut(
        id=row.pk,
        name=row.name,
        source=row.source,
        steps=export_script(row)["steps"],
        category_id=row.category_id,
        is_active=row.is_active,
        version=row.version,
    )


def show_run(row: ScriptRun) -> RunOut:
    """A script being followed."""
    return RunOut(
        id=row.pk,
        name=row.name,
        current=row.current,
        path=row.path,
        steps=row.steps,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
