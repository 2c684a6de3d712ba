"""Desks (窓口): connecting them, changing them, who sees them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import all_teams, all_users
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.channels import (
    ConnectionIn,
    InboxChangesIn,
    InboxOut,
    MailboxFindingOut,
    NewInboxIn,
    show_inbox,
)
from madoguchi.api.settings_forms import refusal
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.queries import get_calendar
from madoguchi.channels.actions import change_inbox as change
from madoguchi.channels.actions import create_inbox as create
from madoguchi.channels.actions import set_inbox_access
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox as find_inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.registry import channel_class
from madoguchi.channels.warning import Escalation
from madoguchi.conversations.letters import check_address
from madoguchi.core.errors import Invalid, NotFound

router = Router(tags=["Desks"])

ACCESS = ("is_open_to_all", "users", "teams")


class Finding(Protocol):
    """One thing a channel's connection test found."""

    is_good: bool
    text: str


class SettingsForm(Protocol):
    """What the settings form of a channel offers."""

    errors: Mapping[str, Sequence[str]]
    fields: Mapping[str, Any]

    def has_error(self, field: str, code: str) -> bool:
        """Whether this is what is wrong with a field."""

    def is_valid(self) -> bool:
        """True when the settings can be stored."""

    def as_settings(self) -> dict[str, object]:
        """What is stored as it is."""

    def as_secrets(self) -> dict[str, str]:
        """What is stored sealed."""

    def try_connection(self, stored: Mapping[str, str]) -> list[Finding]:
        """Try it out; nothing is stored, sent or fetched."""


@router.get("/inboxes", response={200: Page[InboxOut], **READ}, operation_id="list_inboxes", summary="List desks")
def list_inboxes(request: ApiRequest) -> Page[InboxOut]:
    """The desks the caller sees, in their order, with their health; the setup only for those who may manage desks."""
    with_setup = may(request.auth, Permission.MANAGE_INBOXES)
    visible = inboxes_of(request.auth).select_related("calendar")
    rows = _with_people(visible) if with_setup else visible
    return whole([show_inbox(inbox, with_setup=with_setup) for inbox in rows])


def _with_people(rows: QuerySet[Inbox]) -> QuerySet[Inbox]:
    return rows.prefetch_related("users", "teams")


def _shown(user: User, pk: int) -> InboxOut:
    return show_inbox(find_inbox(user, pk), with_setup=may(user, Permission.MANAGE_INBOXES))


@router.get(
    "/inboxes/{int:inbox_id}", response={200: InboxOut, **READ}, operation_id="get_inbox", summary="Read one desk"
)
def get_inbox(request: ApiRequest, inbox_id: Id) -> InboxOut:
    """One desk with its health."""
    return _shown(request.auth, inbox_id)


@router.post("/inboxes", response={201: InboxOut, **WRITE}, operation_id="create_inbox", summary="Add a desk")
def create_inbox(request: ApiRequest, wanted: NewInboxIn) -> Status[InboxOut]:
    """Connect an address. Try the settings with the connection test first; fetching begins within seconds."""
    require(request.auth, Permission.MANAGE_INBOXES)
    values = _values(wanted, wanted.kind, stored={})
    with transaction.atomic():
        inbox = create(kind=wanted.kind, by=request.auth.actor, **values)
        _set_access(request.auth, inbox, wanted)
    return Status(201, _shown(request.auth, inbox.pk))


@router.patch(
    "/inboxes/{int:inbox_id}", response={200: InboxOut, **WRITE}, operation_id="change_inbox", summary="Change a desk"
)
def change_inbox(request: ApiRequest, inbox_id: Id, changes: InboxChangesIn) -> InboxOut:
    """Names, addresses, signature, settings, secrets, who sees it. `settings` replaces all settings of the channel."""
    require(request.auth, Permission.MANAGE_INBOXES)
    inbox = find_inbox(request.auth, inbox_id)
    values = _values(changes, inbox.kind, stored=inbox.settings)
    with transaction.atomic():
        if values:
            change(inbox, by=request.auth.actor, **values)
        _set_access(request.auth, inbox, changes)
    return _shown(request.auth, inbox_id)


@router.post(
    "/inboxes/{int:inbox_id}/test",
    response={200: list[MailboxFindingOut], **WRITE},
    operation_id="test_inbox",
    summary="Try the connection",
)
def test_inbox(request: ApiRequest, inbox_id: Id, wanted: ConnectionIn) -> list[MailboxFindingOut]:
    """Sign in to the servers of a desk, as stored or with other settings. Nothing is sent, fetched or changed."""
    require(request.auth, Permission.MANAGE_INBOXES)
    inbox = find_inbox(request.auth, inbox_id)
    form = _form(inbox.kind, wanted.settings or inbox.settings, wanted.secrets)
    return [MailboxFindingOut(is_good=each.is_good, text=str(each.text)) for each in form.try_connection(inbox.secrets)]


def _values(wanted: InboxChangesIn, kind: str, *, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields that were said, checked; settings and secrets through the channel's own form."""
    values = wanted.model_dump(
        exclude_none=True, exclude={"kind", "settings", "secrets", "calendar", *ACCESS}, mode="json"
    )
    for name in ("address", "aliases"):
        for address in [values[name]] if name == "address" and name in values else values.get(name, []):
            check_address(address, field_name=name)
    if wanted.escalations is not None:
        steps = wanted.escalations
        values["escalations"] = [Escalation(**{**dict(step), "people": tuple(step.people)}) for step in steps]
    if "calendar" in wanted.model_fields_set:
        values["calendar"] = _calendar(wanted.calendar)
    if wanted.settings is not None or wanted.secrets:
        form = _form(kind, stored if wanted.settings is None else wanted.settings, wanted.secrets or {})
        if wanted.settings is not None:
            values["settings"] = form.as_settings()
        values["secrets"] = form.as_secrets()
    else:
        channel_class(kind)
    return values


def _calendar(pk: int | None) -> BusinessCalendar | None:
    if pk is None:
        return None
    try:
        return get_calendar(pk)
    except NotFound as error:
        raise Invalid(error.user_message, field="calendar") from error


def _form(kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> SettingsForm:
    """The channel's settings form, filled in; raises Invalid with the first thing it finds."""
    form_class = channel_class(kind).settings_form
    if form_class is None:
        raise Invalid(_("This channel has no settings."), field="settings")
    form = cast("SettingsForm", form_class({name: _text(value) for name, value in {**settings, **secrets}.items()}))
    if not form.is_valid():
        name, why = next(iter(form.errors.items()))
        field = "settings" if name == "__all__" else f"{'secrets' if name in secrets else 'settings'}.{name}"
        raise Invalid(refusal(form, name, field, " ".join(str(each) for each in why)), field=field)
    return form


def _text(value: object) -> object:
    """Lists as a form takes them: a line each."""
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _set_access(user: User, inbox: Inbox, wanted: InboxChangesIn) -> None:
    if not wanted.model_fields_set & set(ACCESS):
        return
    open_to_all = wanted.is_open_to_all
    set_inbox_access(
        inbox,
        is_open_to_all=inbox.is_open_to_all if open_to_all is None else open_to_all,
        users=_known(all_users(), wanted.users, "users", [each.pk for each in inbox.users.all()]),
        teams=_known(all_teams(), wanted.teams, "teams", [each.pk for each in inbox.teams.all()]),
        by=user.actor,
    )


def _known(rows: QuerySet[Any], wanted: list[int] | None, field: str, present: list[int]) -> list[int]:
    """The ids that were said, all of which exist; what is there already when nothing was said."""
    if wanted is None:
        return present
    known = list(rows.filter(pk__in=wanted).values_list("pk", flat=True))
    if unknown := sorted(set(wanted) - set(known)):
        raise Invalid(_("There is nobody with the number %d.") % unknown[0], field=field)
    return known
