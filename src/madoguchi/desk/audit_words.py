"""The lines of the audit log: of whom and what its events speak, and what else is told of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from madoguchi.accounts import choices as staff
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.queries import names_of_teams, names_of_users
from madoguchi.calendars.queries import names_of_calendars
from madoguchi.cases.queries import titles_of_cases
from madoguchi.channels import choices as channels
from madoguchi.channels.queries import inboxes_of
from madoguchi.commerce import choices as commerce
from madoguchi.commerce.queries import names_of_sources, numbers_of_orders
from madoguchi.conversations.customers import names_of_customers
from madoguchi.customers import choices as customers
from madoguchi.customers.queries import names_of_companies
from madoguchi.desk.audit_changes import changes_told
from madoguchi.events.models import Event, subject_ids
from madoguchi.flows.audit import words_of_kinds
from madoguchi.knowledge import choices as knowledge
from madoguchi.knowledge.queries import names_of_articles
from madoguchi.preflight.choices import CHECKS_CHANGED
from madoguchi.ui.dates import Words, iso
from madoguchi.wording import choices as wording
from madoguchi.wording.queries import names_of_templates
from madoguchi.workforce.bulletins import titles_of_bulletins
from madoguchi.workforce.choices import HANDED_OVER

#: What was handed over, and to whom (`to`).
_GIVEN = (wording.TEMPLATE_GIVEN, knowledge.ARTICLE_GIVEN)
#: What the values in an event's data mean. Nothing else of it is shown.
METHODS = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "passkey": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
    "code": gettext_lazy("code"),
    "invitation": gettext_lazy("invitation"),
    "inactive": gettext_lazy("account closed"),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "public_name": gettext_lazy("Public name"),
    "role": gettext_lazy("Role"),
    "language": gettext_lazy("Language"),
    "theme": gettext_lazy("Theme"),
    "signature": gettext_lazy("Signature"),
    "members": gettext_lazy("Members"),
    "access": gettext_lazy("Who may see it"),
    "calendar": gettext_lazy("Business hours"),
    "week": gettext_lazy("Hours of the week"),
    "time_zone": gettext_lazy("Time zone"),
    "has_japanese_holidays": gettext_lazy("Public holidays"),
    "closures": gettext_lazy("Closed days"),
    "yearly_closures": gettext_lazy("Closed days of every year"),
    "openings": gettext_lazy("Special openings"),
    "body": pgettext_lazy("letter", "Text"),
    "subject": gettext_lazy("Subject"),
    "files": gettext_lazy("Attachments"),
    "folder": gettext_lazy("Folder"),
    "scope": gettext_lazy("For whom"),
    "title": pgettext_lazy("article", "Title"),
    "summary": gettext_lazy("Short answer"),
    "keywords": gettext_lazy("Keywords"),
    "colloquial": gettext_lazy("As customers say it"),
    "audience": gettext_lazy("For whom"),
    "category": gettext_lazy("Category"),
    "patterns": gettext_lazy("How its order numbers look"),
    "settings": gettext_lazy("How it is reached"),
    "key": gettext_lazy("Address of the webhook"),
}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the list, in words."""

    at: str
    at_iso: str
    who: str
    what: str
    about: str
    details: str
    network: str
    is_warning: bool


def audit_lines(events: Iterable[Event], words: Words, user: User) -> list[AuditLine]:
    """Events as lines; the names of what they speak of come in one query a sort of thing."""
    events = list(events)
    names = _names(events, user)
    phrases = words_of_kinds()
    return [
        AuditLine(
            at=words.full(event.at),
            at_iso=iso(event.at),
            who=_who(event),
            what=str(phrases.get(event.kind, event.kind)),
            about=_about(event, names),
            details=_(", ").join(filter(None, (_details(event, names), *changes_told(event, words, names)))),
            network=str(event.data.get("network", "")),
            is_warning=event.kind in (staff.USER_SIGN_IN_FAILED, channels.INBOX_FAILING, commerce.SOURCE_FAILING),
        )
        for event in events
    ]


def _who(event: Event) -> str:
    if event.kind == staff.USER_SIGN_IN_FAILED:
        return "" if event.subject != "user:0" else _("Unknown address")
    return event.actor_label if event.actor_kind == "user" else _("System")


def _about(event: Event, names: Mapping[str, str]) -> str:
    """What it was called then, where the event says so, else what it is called now; nothing of oneself."""
    if event.subject == f"user:{event.actor_id}":
        return ""
    return str(event.data.get("name") or names.get(event.subject, ""))


def _names(events: list[Event], user: User) -> dict[str, str]:
    """What the events speak of, by subject; 窓口 only as far as this person may see them."""
    names = {event.subject: str(event.data["name"]) for event in events if "name" in event.data}
    inboxes = {inbox.pk: inbox.name for inbox in inboxes_of(user)}
    given = {f"user:{event.data['to']}" for event in events if event.kind in _GIVEN}
    given |= {
        f"inbox:{event.data['inbox']}" for event in events if event.kind == CHECKS_CHANGED and event.data.get("inbox")
    }
    subjects_named = given | {event.subject for event in events}
    for sort, look_up in (
        ("user", names_of_users),
        ("team", names_of_teams),
        ("calendar", names_of_calendars),
        ("inbox", lambda _ids: inboxes),
        ("template", lambda ids: names_of_templates(ids, user)),
        ("article", lambda ids: names_of_articles(ids, user)),
        ("customer", lambda ids: names_of_customers(ids, user)),
        ("company", names_of_companies),
        ("order", lambda ids: numbers_of_orders(ids, user)),
        ("order_source", names_of_sources),
        ("bulletin", lambda ids: titles_of_bulletins(ids, user)),
        ("case", lambda ids: titles_of_cases(ids, user)),
    ):
        subjects = {subject for subject in subjects_named if subject.startswith(f"{sort}:")}
        if subjects:
            names |= {f"{sort}:{pk}": name for pk, name in look_up(subject_ids(subjects)).items()}
    return names


def _details(event: Event, names: Mapping[str, str]) -> str:
    data = event.data
    parts = [str(FIELDS[field]) for field in data.get("fields", []) if field in FIELDS]
    if data.get("role") in Role.values:
        parts.append(str(Role(data["role"]).label))
    if event.kind in _GIVEN:
        parts.append(names.get(f"user:{data.get('to')}", ""))
    elif event.kind == wording.TEMPLATES_IMPORTED:
        parts.append(ngettext("%(n)d template", "%(n)d templates", data["amount"]) % {"n": data["amount"]})
    elif event.kind == commerce.ORDERS_IMPORTED:
        parts.append(ngettext("%(n)d order", "%(n)d orders", data["amount"]) % {"n": data["amount"]})
    elif event.kind == HANDED_OVER:
        parts.append(ngettext("%(n)d conversation", "%(n)d conversations", data["amount"]) % {"n": data["amount"]})
    if event.kind in (customers.IDENTITY_SHOWN, customers.FILE_SHOWN):
        parts.append(str(data.get("reason", "")))
    methods = str(data.get("method") or data.get("step") or "").split("+")
    parts += [str(METHODS[method]) for method in methods if method in METHODS]
    return _(", ").join(parts)
