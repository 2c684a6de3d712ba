"""Templates and phrases: keeping them, their versions and figures, and how they read in a letter."""

from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts.models import Team
from madoguchi.accounts.queries import get_team, get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.wording import (
    FieldOut,
    NewTemplateIn,
    OwnerIn,
    RanOut,
    RenderedOut,
    RenderIn,
    RestoreIn,
    RunIn,
    SuggestionOut,
    SwitchIn,
    TemplateChangesIn,
    TemplateOut,
    TemplateVersionOut,
    ToldDeedOut,
    UseByMonthOut,
    UseByPersonOut,
    UsesOut,
    show_deed,
    show_template,
    show_version,
)
from madoguchi.api.uploads import enclosures_of
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.queries import conversations_by_ids, get_conversation, get_customer_for
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.customers.models import Customer
from madoguchi.customers.queries import find_by_address
from madoguchi.wording.actions import templates as actions
from madoguchi.wording.actions.favourites import mark_favourite
from madoguchi.wording.actions.macros import run_macro
from madoguchi.wording.actions.uses import note_use
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.content import Content, content_of
from madoguchi.wording.deeds import read_deeds, tell_deeds
from madoguchi.wording.fields import FIELDS, OWN, OWN_JAPANESE, Surroundings
from madoguchi.wording.letters import worded
from madoguchi.wording.models import Template
from madoguchi.wording.own_fields import writable_fields
from madoguchi.wording.queries import (
    Narrowing,
    favourite_ids,
    narrowed,
    offered_to,
    uses_by_month,
    uses_by_person,
    versions_of,
)
from madoguchi.wording.queries import get_template as find_template
from madoguchi.wording.suggesting import suggestions_for
from madoguchi.wording.surroundings import around_conversation, around_mail

router = Router(tags=["Templates"])

TEMPLATE = "/templates/{int:template_id}"


class TemplatesAsked(Paging):
    """Which templates."""

    q: Annotated[str, Field(max_length=200)] = ""
    """Words of the name, the text, the keywords, or an abbreviation: the best first, on one page."""
    folder: Annotated[str, Field(max_length=200)] | None = None
    """Only in this folder and below."""
    kind: Kind | None = None
    """Only templates, or only phrases."""
    scope: Scope | None = None
    """Only of this scope."""
    archived: bool = False
    """True for those that were put away."""
    due: bool = False
    """True for those that are to be read again."""
    favourite: bool = False
    """True for the caller's favourites."""

    def narrowing(self) -> Narrowing:
        """The same in the words of the room."""
        return Narrowing(
            typed=self.q,
            folder=self.folder,
            kind=self.kind or "",
            scope=self.scope or "",
            is_archived=self.archived,
            is_due=self.due,
            is_favourite=self.favourite,
        )


def _whole(rows: QuerySet[Template]) -> QuerySet[Template]:
    return rows.select_related("owner", "team").prefetch_related("files__blob")


def _show(request: ApiRequest, template: Template) -> TemplateOut:
    return show_template(find_template(request.auth, template.pk), favourite_ids(request.auth))


@router.get(
    "/templates", response={200: Page[TemplateOut], **READ}, operation_id="list_templates", summary="List templates"
)
def list_templates(request: ApiRequest, asked: Query[TemplatesAsked]) -> Page[TemplateOut]:
    """The templates that the caller may use: newest first, or found by words with the best first."""
    marked = favourite_ids(request.auth)
    rows = _whole(narrowed(request.auth, asked.narrowing()))
    if asked.q.strip():
        return whole([show_template(each, marked) for each in rows[: asked.limit]])
    return newest_page(rows, asked, show=lambda each: show_template(each, marked))


@router.post(
    "/templates", response={201: TemplateOut, **WRITE}, operation_id="create_template", summary="Add a template"
)
def create_template(request: ApiRequest, wanted: NewTemplateIn) -> Status[TemplateOut]:
    """Add a template or phrase that the caller looks after."""
    content = wanted.content(Content(name=wanted.name, body=wanted.body), _team(wanted))
    files = enclosures_of(request.auth, wanted.attachments)
    return Status(201, _show(request, actions.create_template(content, user=request.auth, files=files)))


def _team(wanted: TemplateChangesIn) -> Team | None:
    return get_team(wanted.team) if wanted.team else None


@router.get(TEMPLATE, response={200: TemplateOut, **READ}, operation_id="get_template", summary="Read one template")
def get_template(request: ApiRequest, template_id: Id) -> TemplateOut:
    """One template that the caller may use."""
    return show_template(find_template(request.auth, template_id), favourite_ids(request.auth))


@router.patch(
    TEMPLATE, response={200: TemplateOut, **WRITE}, operation_id="change_template", summary="Change a template"
)
def change_template(request: ApiRequest, template_id: Id, changes: TemplateChangesIn) -> TemplateOut:
    """Say something else; what it said before stays among its versions."""
    found = find_template(request.auth, template_id)
    changed = actions.change_template(
        found,
        changes.content(content_of(found), _team(changes)),
        user=request.auth,
        version=changes.version or found.version,
        added=enclosures_of(request.auth, changes.attachments),
        removed=changes.removed_files,
    )
    return _show(request, changed)


@router.delete(TEMPLATE, response={204: None, **WRITE}, operation_id="delete_template", summary="Delete a template")
def delete_template(request: ApiRequest, template_id: Id) -> Status[None]:
    """Forget an archived template with its versions and figures."""
    actions.delete_template(find_template(request.auth, template_id), user=request.auth)
    return Status(204, None)


@router.put(
    TEMPLATE + "/archived",
    response={200: TemplateOut, **WRITE},
    operation_id="archive_template",
    summary="Archive a template",
)
def archive_template(request: ApiRequest, template_id: Id, switch: SwitchIn) -> TemplateOut:
    """Put a template away, so that it is not offered, or offer it again."""
    found = find_template(request.auth, template_id)
    act = actions.archive_template if switch.on else actions.unarchive_template
    act(found, user=request.auth)
    return _show(request, found)


@router.put(
    TEMPLATE + "/owner", response={200: TemplateOut, **WRITE}, operation_id="give_template", summary="Give a template"
)
def give_template(request: ApiRequest, template_id: Id, wanted: OwnerIn) -> TemplateOut:
    """Let somebody else look after a shared template: they are asked to read it again when it is due.

    422 for somebody who may not change shared templates.
    """
    found = find_template(request.auth, template_id)
    actions.give_template(found, get_user(wanted.owner), user=request.auth)
    return _show(request, found)


@router.put(
    TEMPLATE + "/favourite",
    response={200: TemplateOut, **WRITE},
    operation_id="mark_favourite_template",
    summary="Mark a favourite",
)
def set_favourite(request: ApiRequest, template_id: Id, switch: SwitchIn) -> TemplateOut:
    """Mark a template as the caller's favourite, or take the mark off."""
    found = find_template(request.auth, template_id)
    mark_favourite(found, user=request.auth, is_on=switch.on)
    return _show(request, found)


@router.post(
    TEMPLATE + "/duplicate",
    response={201: TemplateOut, **WRITE},
    operation_id="duplicate_template",
    summary="Copy a template",
)
def duplicate_template(request: ApiRequest, template_id: Id) -> Status[TemplateOut]:
    """Make a copy that is the caller's own."""
    made = actions.duplicate_template(find_template(request.auth, template_id), user=request.auth)
    return Status(201, _show(request, made))


@router.get(
    TEMPLATE + "/versions",
    response={200: Page[TemplateVersionOut], **READ},
    operation_id="list_template_versions",
    summary="List versions",
)
def list_versions(request: ApiRequest, template_id: Id, paging: Query[Paging]) -> Page[TemplateVersionOut]:
    """How it was saved, the newest first."""
    return newest_page(versions_of(find_template(request.auth, template_id)), paging, show=show_version)


@router.post(
    TEMPLATE + "/restore",
    response={200: TemplateOut, **WRITE},
    operation_id="restore_template",
    summary="Restore a version",
)
def restore_template(request: ApiRequest, template_id: Id, wanted: RestoreIn) -> TemplateOut:
    """Let a template say again what one of its versions said; that is a new version."""
    found = find_template(request.auth, template_id)
    version = wanted.version or found.version
    return _show(request, actions.restore_version(found, wanted.number, user=request.auth, version=version))


@router.get(
    TEMPLATE + "/uses", response={200: UsesOut, **READ}, operation_id="get_template_uses", summary="Read the figures"
)
def get_uses(request: ApiRequest, template_id: Id) -> UsesOut:
    """How often it was sent by whom, and in each of the last months; and how often word for word."""
    found = find_template(request.auth, template_id)
    return UsesOut(
        people=[
            UseByPersonOut(person=each.label, amount=each.amount, unchanged=each.unchanged)
            for each in uses_by_person(found)
        ],
        months=[
            UseByMonthOut(month=each.month, amount=each.amount, unchanged=each.unchanged)
            for each in uses_by_month(found)
            if each.month
        ],
    )


@router.get(
    TEMPLATE + "/actions",
    response={200: Page[ToldDeedOut], **READ},
    operation_id="list_template_actions",
    summary="What a template does",
)
def list_actions(request: ApiRequest, template_id: Id) -> Page[ToldDeedOut]:
    """What is done along with it if the caller does it now, and why some of it would be left out."""
    found = find_template(request.auth, template_id)
    return whole(
        [
            ToldDeedOut(**show_deed(each.deed.as_plain()).model_dump(), word=each.word, problem=each.problem)
            for each in tell_deeds(read_deeds(found.actions), request.auth)
        ]
    )


@router.post(
    TEMPLATE + "/run", response={200: RanOut, **WRITE}, operation_id="run_template", summary="Run a template's actions"
)
def run_template(request: ApiRequest, template_id: Id, wanted: RunIn) -> RanOut:
    """Do what a template brings along to these conversations, without its words; one undo takes it back."""
    found = find_template(request.auth, template_id)
    rows = conversations_by_ids(request.auth, wanted.conversations)
    done = run_macro(found, rows, user=request.auth)
    return RanOut(
        conversations=[each.pk for each in rows], left_out=done.left_out, undo_id=done.step.pk if done.step else None
    )


@router.post(
    TEMPLATE + "/render",
    response={200: RenderedOut, **WRITE},
    operation_id="render_template",
    summary="Fill a template",
)
@transaction.atomic
def render_template(request: ApiRequest, template_id: Id, letter: RenderIn) -> RenderedOut:
    """A template as it reads in a letter; with a `request_key` that counts as a use once the letter is sent."""
    found = find_template(request.auth, template_id)
    words = worded(found.subject, found.body, _around(request, letter), letter=letter.text, answers=letter.answers)
    if letter.request_key:
        answered = get_conversation(request.auth, letter.conversation) if letter.conversation else None
        note_use(found, user=request.auth, text=words.text, conversation=answered, request_key=letter.request_key)
    return RenderedOut(subject=words.subject, text=words.text, missing=list(words.missing))


def _around(request: ApiRequest, letter: RenderIn) -> Surroundings:
    if letter.conversation:
        return around_conversation(get_conversation(request.auth, letter.conversation), request.auth)
    if letter.inbox is None:
        raise Invalid(
            _("Name the conversation that is answered, or the desk that a new mail leaves from."), field="inbox"
        )
    return around_mail(get_inbox(request.auth, letter.inbox), request.auth, _customer(request, letter))


def _customer(request: ApiRequest, letter: RenderIn) -> Customer | None:
    """Whom a new mail goes to, if the caller may know them."""
    found = find_by_address(letter.to[0].email) if letter.to else None
    try:
        return get_customer_for(request.auth, found.pk) if found else None
    except NotFound:
        return None


@router.get(
    "/conversations/{int:number}/templates",
    response={200: Page[SuggestionOut], **READ},
    operation_id="list_template_suggestions",
    summary="Suggest templates",
)
def list_suggestions(request: ApiRequest, number: Id) -> Page[SuggestionOut]:
    """The templates that answered similar inquiries or speak of the same things, the best first."""
    found = get_conversation(request.auth, number)
    offered = _whole(offered_to(request.auth, channel=found.inbox.kind))
    marked = favourite_ids(request.auth)
    return whole(
        [
            SuggestionOut(template=show_template(each.template, marked), similar=each.amount)
            for each in suggestions_for(found, request.auth, offered)
        ]
    )


@router.get(
    "/template-fields",
    response={200: Page[FieldOut], **READ},
    operation_id="list_template_fields",
    summary="List fields",
)
def list_fields(request: ApiRequest) -> Page[FieldOut]:  # noqa: ARG001 - ninja's signature
    """Every field that a template may have; {{?words}} besides is a blank for the writer.

    Custom fields of customers are named `customer.field.` and their name.
    """
    own = [
        FieldOut(
            name=f"{OWN}{each.name}",
            japanese=f"{OWN_JAPANESE}{each.name}",
            group="customer",
            about=each.help_text,
            takes_days=False,
        )
        for each in writable_fields()
    ]
    return whole(
        [
            FieldOut(
                name=each.name,
                japanese=each.japanese,
                group=each.group.value,
                about=str(each.about),
                takes_days=each.takes_days,
            )
            for each in FIELDS.values()
        ]
        + own
    )
