"""What a template says, complete and checked, before any row of it exists or changes."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.wording.choices import (
    MAX_ABBREVIATION,
    MAX_BODY,
    MAX_DEPTH,
    MAX_FOLDER,
    MAX_KEYWORDS,
    MAX_NAME,
    MAX_NOTE,
    MAX_PHRASE,
    MAX_SUBJECT,
    Kind,
    Scope,
)
from madoguchi.wording.deeds import Deed, checked_deeds, read_deeds
from madoguchi.wording.models import Template
from madoguchi.wording.own_fields import check_fields

_TOO_LONG = _("This is too long: at most %d characters.")


@dataclass(frozen=True, slots=True)
class Content:
    """All that a person decides about a template."""

    name: str
    body: str
    subject: str = ""
    kind: str = Kind.TEMPLATE.value
    scope: str = Scope.PERSONAL.value
    team: Team | None = None
    folder: str = ""
    abbreviation: str = ""
    keywords: str = ""
    channels: tuple[str, ...] = ()
    language: str = LetterLanguage.JA.value
    note: str = ""
    review_on: date | None = None
    is_suggested: bool = True
    actions: tuple[Deed, ...] = ()  #: what is done along with it

    def columns(self) -> dict[str, Any]:
        """As the row keeps it."""
        values = {field: getattr(self, field) for field in self.__slots__}
        return values | {"channels": list(self.channels), "actions": [each.as_plain() for each in self.actions]}


def content_of(template: Template) -> Content:
    """What a template says now."""
    values = {field: getattr(template, field) for field in Content.__slots__}
    return Content(**(values | {"channels": tuple(template.channels), "actions": read_deeds(template.actions)}))


def checked(content: Content, *, user: User) -> Content:
    """The same tidied up; Invalid names the field that cannot be, NotAllowed says what this person may not share."""
    tidy = replace(
        content,
        name=" ".join(content.name.split()),
        subject=" ".join(content.subject.split()) if content.kind == Kind.TEMPLATE else "",
        body=content.body.replace("\r\n", "\n").strip("\n"),
        folder=tidy_folder(content.folder),
        abbreviation=unicodedata.normalize("NFC", content.abbreviation).strip().lstrip("/"),
        keywords=" ".join(content.keywords.split()),
        note=content.note.replace("\r\n", "\n").strip(),
        team=content.team if content.scope == Scope.TEAM else None,
        channels=tuple(sorted(set(content.channels))),
        actions=checked_deeds(content.actions, user),
    )
    _check_choices(tidy)
    _check_lengths(tidy)
    _check_scope(tidy, user)
    check_fields(tidy.subject, field="subject")
    check_fields(tidy.body, field="body")
    return tidy


def tidy_folder(folder: str) -> str:
    """「配送 / 遅延」 as 「配送/遅延」; Invalid when it is too deep or too long."""
    parts = [" ".join(part.split()) for part in folder.replace("／", "/").replace(">", "/").split("/")]
    parts = [part for part in parts if part]
    if len(parts) > MAX_DEPTH:
        raise Invalid(_("There are at most %d folders within each other.") % MAX_DEPTH, field="folder")
    path = "/".join(parts)
    if len(path) > MAX_FOLDER:
        raise Invalid(_TOO_LONG % MAX_FOLDER, field="folder")
    return path


def _check_choices(content: Content) -> None:
    for field, known in (("kind", Kind.values), ("scope", Scope.values), ("language", LetterLanguage.values)):
        if getattr(content, field) not in known:
            raise Invalid(_("Choose one of: %(values)s.") % {"values": ", ".join(known)}, field=field)
    if unknown := [kind for kind in content.channels if kind not in channel_classes()]:
        raise Invalid(_("There is no such channel: %(name)s") % {"name": unknown[0][:40]}, field="channels")


def _check_lengths(content: Content) -> None:
    if not content.name:
        raise Invalid(_("Enter a name."), field="name")
    if not content.body.strip() and not content.actions:
        text = _("The text is empty. Write what it is to say, or choose what is done along with it.")
        raise Invalid(text, field="body")
    if " " in content.abbreviation:
        raise Invalid(_("An abbreviation is one word."), field="abbreviation")
    bounds = {
        "name": MAX_NAME,
        "subject": MAX_SUBJECT,
        "body": MAX_PHRASE if content.kind == Kind.PHRASE else MAX_BODY,
        "abbreviation": MAX_ABBREVIATION,
        "keywords": MAX_KEYWORDS,
        "note": MAX_NOTE,
    }
    for field, most in bounds.items():
        if len(getattr(content, field)) > most:
            raise Invalid(_TOO_LONG % most, field=field)


def _check_scope(content: Content, user: User) -> None:
    if content.scope != Scope.PERSONAL and not may(user, Permission.SHARE_TEMPLATES):
        raise NotAllowed(_("You may keep templates of your own. Ask a supervisor to share one."))
    if content.scope == Scope.TEAM and content.team is None:
        raise Invalid(_("Choose the team that uses it."), field="team")


def differing(before: Content, after: Content) -> list[str]:
    """The names of what differs."""
    return sorted(field for field in Content.__slots__ if getattr(before, field) != getattr(after, field))
