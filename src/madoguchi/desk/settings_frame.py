"""What the pages under 設定 share: the sub-navigation and how they are rendered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest
from madoguchi.desk.frame import render_page


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the sub-navigation."""

    href: str
    icon: str
    word: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Some lines below a heading."""

    word: str
    items: list[NavItem]


type Entry = tuple[str, str, Promise, Permission | None]

#: URL name, icon, word, and who may open it (None: everybody of the staff).
ENTRIES: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("Personal"),
        (
            ("desk:profile", "user", _("Profile"), None),
            ("mfa_index", "shield", _("Two-step verification"), None),
            ("desk:absence", "calendar-x", _("Absence"), Permission.REPLY),
            ("desk:views", "star", _("Saved views"), Permission.READ),
        ),
    ),
    (
        _("Workspace"),
        (
            ("desk:workspace", "settings", _("Workspace"), Permission.MANAGE_WORKSPACE),
            ("desk:mailboxes", "mail", _("Desks"), Permission.MANAGE_INBOXES),
            ("desk:callback-pages", "phone", _("Callback forms"), Permission.MANAGE_INBOXES),
            ("desk:calendars", "clock", _("Business hours"), Permission.MANAGE_WORKSPACE),
            ("desk:preflight-settings", "shield", _("Check before sending"), Permission.MANAGE_WORKSPACE),
            ("desk:filing-settings", "tag", _("Tags and categories"), Permission.MANAGE_WORKSPACE),
            ("desk:own-statuses", "s-wait", _("Statuses"), Permission.MANAGE_WORKSPACE),
            ("desk:folders", "folder", _("Folders"), Permission.MANAGE_WORKSPACE),
            ("desk:order-sources", "box", _("Order systems"), Permission.MANAGE_WORKSPACE),
            ("desk:own-fields", "field", _("Custom fields"), Permission.MANAGE_WORKSPACE),
            ("desk:customer-fields", "users", _("Fields of customers"), Permission.MANAGE_WORKSPACE),
            ("desk:approval-rules", "stamp", _("Approval"), Permission.MANAGE_WORKSPACE),
            ("desk:checklists", "check", _("Checklists"), Permission.MANAGE_WORKSPACE),
            ("desk:scripts", "phone", _("Talk scripts"), Permission.MANAGE_WORKSPACE),
            ("desk:people", "users", _("Users"), Permission.MANAGE_PEOPLE),
            ("desk:teams", "team", _("Teams"), Permission.MANAGE_PEOPLE),
            ("desk:harassment-policy", "shield", _("Policy on harassment"), Permission.MANAGE_WORKSPACE),
            ("desk:privacy", "eye", _("Personal data"), Permission.MANAGE_WORKSPACE),
            ("desk:audit", "history", _("Audit log"), Permission.SEE_AUDIT),
        ),
    ),
)


def render_settings(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    current: str,
    status: int = 200,
) -> HttpResponse:
    """Render a settings page; `current` is the URL name whose line is marked."""
    nav = settings_nav(request.user, current)
    return render_page(request, template, {"has_nav": True, "nav": nav, **(context or {})}, status=status)


def settings_nav(user: User, current: str) -> list[NavGroup]:
    """The lines this person may follow."""
    groups = [
        NavGroup(
            str(word),
            [
                NavItem(reverse(name), icon, str(label), name == current)
                for name, icon, label, permission in entries
                if permission is None or may(user, permission)
            ],
        )
        for word, entries in ENTRIES
    ]
    return [group for group in groups if group.items]


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Write what an action refused at the field it is about, or above the form."""
    field = error.field if isinstance(error, Invalid) and error.field in form.fields else None
    form.add_error(field, str(error.user_message))
