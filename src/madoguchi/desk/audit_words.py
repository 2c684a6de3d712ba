"""The kinds of events that belong to the audit log, and how each reads as a sentence about its subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from madoguchi.accounts import choices as staff
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.queries import names_of_teams, names_of_users
from madoguchi.calendars import choices as calendars
from madoguchi.calendars.queries import names_of_calendars
from madoguchi.channels import choices as channels
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations import choices as conversations
from madoguchi.customers import choices as customers
from madoguchi.events.models import Event, subject_ids
from madoguchi.guides import choices as guides
from madoguchi.preflight import choices as preflight
from madoguchi.ui.dates import Words, iso
from madoguchi.wording import choices as wording
from madoguchi.wording.queries import names_of_templates

#: In the order of the choice above the list: key, word, and the kinds with what happened.
GROUPS: dict[str, tuple[Promise, dict[str, Promise]]] = {
    "sign-in": (
        gettext_lazy("Logging in"),
        {
            staff.USER_SIGNED_IN: gettext_lazy("Logged in"),
            staff.USER_SIGN_IN_FAILED: gettext_lazy("A log-in failed"),
            staff.USER_SIGNED_OUT: gettext_lazy("Logged out"),
            staff.SESSION_REVOKED: gettext_lazy("Logged out elsewhere"),
        },
    ),
    "security": (
        gettext_lazy("Passwords and keys"),
        {
            staff.PASSWORD_CHANGED: gettext_lazy("Password changed"),
            staff.PASSWORD_RESET_ASKED: gettext_lazy("Link to a new password asked for"),
            staff.ADDRESS_CHANGE_ASKED: gettext_lazy("New mail address asked for"),
            staff.ADDRESS_CHANGED: gettext_lazy("Mail address changed"),
            staff.TWO_STEP_ADDED: gettext_lazy("Two-step verification added"),
            staff.TWO_STEP_REMOVED: gettext_lazy("Two-step verification removed"),
            staff.RECOVERY_CODES_MADE: gettext_lazy("New recovery codes made"),
            staff.TOKEN_CREATED: gettext_lazy("API key made"),
            staff.TOKEN_USED: gettext_lazy("API key used"),
            staff.TOKEN_REVOKED: gettext_lazy("API key revoked"),
        },
    ),
    "people": (
        gettext_lazy("Users and teams"),
        {
            staff.USER_CREATED: gettext_lazy("User added"),
            staff.USER_INVITED: gettext_lazy("User invited"),
            staff.INVITATION_ACCEPTED: gettext_lazy("Invitation accepted"),
            staff.USER_CHANGED: gettext_lazy("User changed"),
            staff.USER_DEACTIVATED: gettext_lazy("User deactivated"),
            staff.USER_REACTIVATED: gettext_lazy("User reactivated"),
            conversations.ABSENCE_CHANGED: gettext_lazy("Absence changed"),
            conversations.TRAINING_DONE: gettext_lazy("End of training proposed"),
            conversations.TRAINING_ENDED: gettext_lazy("Training ended"),
            staff.TEAM_CREATED: gettext_lazy("Team added"),
            staff.TEAM_CHANGED: gettext_lazy("Team changed"),
            staff.TEAM_DELETED: gettext_lazy("Team deleted"),
        },
    ),
    "wording": (
        gettext_lazy("Templates"),
        {
            wording.TEMPLATE_CREATED: gettext_lazy("Template made"),
            wording.TEMPLATE_CHANGED: gettext_lazy("Template changed"),
            wording.TEMPLATE_ARCHIVED: gettext_lazy("Template archived"),
            wording.TEMPLATE_UNARCHIVED: gettext_lazy("Template taken out of the archive"),
            wording.TEMPLATE_RESTORED: gettext_lazy("Template put back to a former version"),
            wording.TEMPLATE_GIVEN: gettext_lazy("Template handed over"),
            wording.TEMPLATE_DELETED: gettext_lazy("Template deleted"),
            wording.TEMPLATES_IMPORTED: gettext_lazy("Templates imported"),
            wording.FOLDER_RENAMED: gettext_lazy("Folder of templates renamed"),
        },
    ),
    "desk": (
        gettext_lazy("Workspace and desks"),
        {
            staff.WORKSPACE_CHANGED: gettext_lazy("Workspace changed"),
            staff.ROLE_LIMIT_CHANGED: gettext_lazy("Protection of personal data changed"),
            customers.IDENTITY_SHOWN: gettext_lazy("Masked address shown"),
            staff.WORKSPACE_SET_UP: gettext_lazy("First run finished"),
            channels.INBOX_CREATED: gettext_lazy("Desk added"),
            channels.INBOX_CHANGED: gettext_lazy("Desk changed"),
            channels.INBOX_FAILING: gettext_lazy("Desk cannot be reached"),
            channels.INBOX_RECOVERED: gettext_lazy("Desk can be reached again"),
            calendars.CALENDAR_CREATED: gettext_lazy("Business hours added"),
            calendars.CALENDAR_CHANGED: gettext_lazy("Business hours changed"),
            calendars.CALENDAR_DELETED: gettext_lazy("Business hours deleted"),
            conversations.OWN_STATUS_CREATED: gettext_lazy("Status added"),
            conversations.OWN_STATUS_UPDATED: gettext_lazy("Status changed"),
            conversations.OWN_STATUS_RETIRED: gettext_lazy("Status retired"),
            conversations.OWN_STATUS_RESTORED: gettext_lazy("Status offered again"),
            conversations.OWN_STATUS_DELETED: gettext_lazy("Status deleted"),
            conversations.FOLDER_CREATED: gettext_lazy("Folder added"),
            conversations.FOLDER_UPDATED: gettext_lazy("Folder changed"),
            conversations.FOLDER_DELETED: gettext_lazy("Folder deleted"),
            conversations.VIEW_CREATED: gettext_lazy("Shared view added"),
            conversations.VIEW_UPDATED: gettext_lazy("Shared view changed"),
            conversations.VIEW_DELETED: gettext_lazy("Shared view deleted"),
            guides.CHECKLIST_KEPT: gettext_lazy("Checklist template saved"),
            guides.CHECKLIST_DELETED: gettext_lazy("Checklist template deleted"),
            guides.SCRIPT_KEPT: gettext_lazy("Talk script saved"),
            guides.SCRIPT_DELETED: gettext_lazy("Talk script deleted"),
            conversations.FIELD_CREATED: gettext_lazy("Custom field added"),
            conversations.FIELD_UPDATED: gettext_lazy("Custom field changed"),
            conversations.FIELD_RETIRED: gettext_lazy("Custom field retired"),
            conversations.FIELD_RESTORED: gettext_lazy("Custom field offered again"),
            conversations.FIELD_DELETED: gettext_lazy("Custom field deleted"),
            conversations.APPROVAL_RULE_CREATED: gettext_lazy("Approval rule added"),
            conversations.APPROVAL_RULE_CHANGED: gettext_lazy("Approval rule changed"),
            conversations.APPROVAL_RULE_DELETED: gettext_lazy("Approval rule deleted"),
            conversations.APPROVAL_POLICY_CHANGED: gettext_lazy("Settings of approval changed"),
            preflight.CHECKS_CHANGED: gettext_lazy("Checks before sending changed"),
            preflight.WORDS_CHANGED: gettext_lazy("Watched words changed"),
            preflight.RULE_SILENCED: gettext_lazy("Rule of polite wording silenced"),
            preflight.RULE_RESTORED: gettext_lazy("Rule of polite wording heard again"),
            channels.RAW_QUARANTINED: gettext_lazy("Mail put into quarantine"),
            channels.RAW_RELEASED: gettext_lazy("Mail taken out of quarantine"),
            channels.RAW_DISCARDED: gettext_lazy("Quarantined mail discarded"),
        },
    ),
}

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


def kinds_of(group: str) -> list[str]:
    """The kinds of one group, or of all when none is named."""
    groups = [GROUPS[group]] if group in GROUPS else GROUPS.values()
    return [kind for _word, kinds in groups for kind in kinds]


def audit_lines(events: Iterable[Event], words: Words, user: User) -> list[AuditLine]:
    """Events as lines; the names of what they speak of come in one query a sort of thing."""
    events = list(events)
    names = _names(events, user)
    phrases = {kind: word for _word, kinds in GROUPS.values() for kind, word in kinds.items()}
    return [
        AuditLine(
            at=words.full(event.at),
            at_iso=iso(event.at),
            who=_who(event),
            what=str(phrases.get(event.kind, event.kind)),
            about=names.get(event.subject, "") if event.subject != f"user:{event.actor_id}" else "",
            details=_details(event, names),
            network=str(event.data.get("network", "")),
            is_warning=event.kind in (staff.USER_SIGN_IN_FAILED, channels.INBOX_FAILING),
        )
        for event in events
    ]


def _who(event: Event) -> str:
    if event.kind == staff.USER_SIGN_IN_FAILED:
        return "" if event.subject != "user:0" else _("Unknown address")
    return event.actor_label if event.actor_kind == "user" else _("System")


def _names(events: list[Event], user: User) -> dict[str, str]:
    """What the events speak of, by subject; 窓口 only as far as this person may see them."""
    names = {event.subject: str(event.data["name"]) for event in events if "name" in event.data}
    inboxes = {inbox.pk: inbox.name for inbox in inboxes_of(user)}
    given = {f"user:{event.data['to']}" for event in events if event.kind == wording.TEMPLATE_GIVEN}
    subjects_named = given | {event.subject for event in events}
    for sort, look_up in (
        ("user", names_of_users),
        ("team", names_of_teams),
        ("calendar", names_of_calendars),
        ("inbox", lambda _ids: inboxes),
        ("template", lambda ids: names_of_templates(ids, user)),
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
    if event.kind == wording.TEMPLATE_GIVEN:
        parts.append(names.get(f"user:{data.get('to')}", ""))
    elif event.kind == wording.TEMPLATES_IMPORTED:
        parts.append(ngettext("%(n)d template", "%(n)d templates", data["amount"]) % {"n": data["amount"]})
    if event.kind == customers.IDENTITY_SHOWN:
        parts.append(str(data.get("reason", "")))
    methods = str(data.get("method") or data.get("step") or "").split("+")
    parts += [str(METHODS[method]) for method in methods if method in METHODS]
    return _(", ").join(parts)
