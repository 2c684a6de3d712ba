"""Templates and phrases: what they say, their versions, their use, and how they read in a letter."""

from collections.abc import Container
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.accounts.models import Team
from madoguchi.api.schemas.base import MAX_ID, Id, In, Moment, Out, PartyIn, Ref
from madoguchi.api.schemas.writing import FileIds
from madoguchi.conversations.choices import LetterLanguage
from madoguchi.wording.choices import (
    MAX_ABBREVIATION,
    MAX_BODY,
    MAX_FOLDER,
    MAX_KEYWORDS,
    MAX_NAME,
    MAX_NOTE,
    MAX_SUBJECT,
    Kind,
    Scope,
)
from madoguchi.wording.content import Content
from madoguchi.wording.deeds import MAX_DEEDS, Deed, DeedKind
from madoguchi.wording.models import Template, TemplateFile, TemplateVersion

type TemplateName = Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["配送遅延のお詫び"])]
type TemplateBody = Annotated[str, Field(max_length=MAX_BODY, examples=["{{宛名}}\n\n{{営業日+2}}に発送"])]


type DeedValues = Annotated[list[Annotated[int, Field(ge=1, le=MAX_ID)]], Field(max_length=100)]


class TemplateFileOut(Out):
    """A file that comes with a template."""

    id: int
    """Its id; send it in `removed_files` to take it off."""
    name: str
    """Its name."""
    content_type: str
    """What it is."""
    size_bytes: int
    """How large it is."""


class DeedIn(In):
    """One thing that is done along with a template (一緒に行う操作)."""

    kind: DeedKind
    """What: `category`, `tag` and `untag`, `priority`, `folder`, `field`, `assignee`, `status`."""
    value: (
        Annotated[int, Field(ge=0, le=MAX_ID)] | bool | Annotated[str, Field(max_length=5000)] | DeedValues | None
    ) = None
    """Which: an id; a tag also by its name; `me` or `nobody` for the assignee; a status, or `own-12` for one of the
    workspace's own; what is put into a field."""
    field: Id | None = None
    """The custom field, for `field`."""

    def deed(self) -> Deed:
        """In the words of the room."""
        return Deed(self.kind, self.value, field=self.field or 0)


class DeedOut(Out):
    """One thing that is done along with a template."""

    kind: DeedKind
    """What."""
    value: int | bool | str | list[int] | None
    """Which, as in the request."""
    field: int | None
    """The custom field."""
    name: str
    """What it was called when the template was saved."""


class ToldDeedOut(DeedOut):
    """A deed as it would be done now."""

    word: str
    """In words."""
    problem: str
    """Why it is left out; empty when nothing is in its way."""


class RunIn(In):
    """What a template is run on."""

    conversations: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    """Their numbers; those the caller does not see are passed over."""


class RanOut(Out):
    """What came of it."""

    conversations: list[int]
    """On which it was done."""
    left_out: list[str]
    """What was left out, and why."""
    undo_id: int | None
    """For POST /undo/{undo_id}; null when nothing changed."""


class TemplateOut(Out):
    """A template or phrase."""

    id: int
    """Its id."""
    kind: Kind
    """`template` for a whole letter, `phrase` for a few words."""
    scope: Scope
    """Who may use it: `all`, `team` or `personal`."""
    team: Ref | None
    """The team that uses it; null also when that team is gone."""
    owner: Ref
    """Who looks after it."""
    folder: str
    """Where it is kept, with slashes."""
    name: str
    """Its name."""
    abbreviation: str
    """What one types behind the slash."""
    keywords: str
    """What else it is found by."""
    channels: list[str]
    """The kinds of channels it is for; empty is all."""
    language: LetterLanguage
    """The language it is written in."""
    subject: str
    """The subject, with fields."""
    body: str
    """The text, with fields."""
    note: str
    """When to use it."""
    review_on: date | None
    """By when it is to be read again."""
    is_suggested: bool
    """True when it is suggested for similar inquiries."""
    files: list[TemplateFileOut]
    """What comes along into the letter."""
    actions: list[DeedOut]
    """What is done along with it; GET /templates/{id}/actions says what is in the way of some."""
    is_favourite: bool
    """True when the caller has marked it."""
    is_archived: bool
    """True when it is not offered any more."""
    used_count: int
    """In how many letters that left words of it stood."""
    used_at: Moment | None
    """When the last of them left."""
    version: int
    """Goes up with each change."""
    updated_at: Moment
    """When that was."""


class TemplateChangesIn(In):
    """What changes of a template; what is left out stays."""

    kind: Kind | None = None
    """`template` or `phrase`."""
    scope: Scope | None = None
    """Who may use it; sharing needs a supervisor."""
    team: Id | None = None
    """The team that uses it, for the scope `team`."""
    folder: Annotated[str, Field(max_length=MAX_FOLDER, examples=["配送/遅延"])] | None = None
    """Where it is kept; a slash lies between folders."""
    name: TemplateName | None = None
    """Its name."""
    abbreviation: Annotated[str, Field(max_length=MAX_ABBREVIATION)] | None = None
    """What one types behind the slash."""
    keywords: Annotated[str, Field(max_length=MAX_KEYWORDS)] | None = None
    """What else it is found by."""
    channels: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=20)] | None = None
    """The kinds of channels it is for; empty is all."""
    language: LetterLanguage | None = None
    """The language it is written in."""
    subject: Annotated[str, Field(max_length=MAX_SUBJECT)] | None = None
    """The subject."""
    body: TemplateBody | None = None
    """The text. A field that nothing can fill is refused with its place (`broken_fields`)."""
    note: Annotated[str, Field(max_length=MAX_NOTE)] | None = None
    """When to use it."""
    review_on: date | None = None
    """By when it is to be read again; null for never."""
    actions: Annotated[list[DeedIn], Field(max_length=MAX_DEEDS)] | None = None
    """What is done along with it, in place of what it did; a template that does something needs no text."""
    is_suggested: bool | None = None
    """False for what is not suggested for similar inquiries: automatic replies."""
    attachments: FileIds = []
    """Ids of uploaded files (POST /files) to add."""
    removed_files: Annotated[list[Id], Field(max_length=50)] = []
    """Files to take off."""
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """The `version` that was read: when somebody has changed it since, nothing is saved (409)."""

    def content(self, before: Content, team: Team | None) -> Content:
        """What the template says after the change."""
        said = self.model_dump(
            exclude={"team", "attachments", "removed_files", "version", "channels", "actions"}, exclude_unset=True
        )
        kept = {field: getattr(before, field) for field in Content.__slots__}
        changed = {field: value for field, value in said.items() if value is not None or field == "review_on"}
        channels = before.channels if self.channels is None else tuple(self.channels)
        more: dict[str, Any] = {"team": team if self.team else before.team, "channels": channels}
        if self.actions is not None:
            more["actions"] = tuple(each.deed() for each in self.actions)
        return Content(**kept | changed | more)


class NewTemplateIn(TemplateChangesIn):
    """A template to add; without a scope it is the caller's own."""

    name: TemplateName
    """Its name."""
    body: TemplateBody = ""
    """The text; needed unless it does something. A field that nothing can fill is refused (`broken_fields`)."""
    version: None = None
    """A new one has none."""
    removed_files: Annotated[list[Id], Field(max_length=0)] = []
    """A new one has none to take off."""


class TemplateVersionOut(Out):
    """How a template was saved once."""

    number: int
    """Which one; the newest is what it says now."""
    name: str
    """Its name then."""
    subject: str
    """Its subject then."""
    body: str
    """Its text then."""
    actions: list[DeedOut]
    """What was done along with it then."""
    by: str
    """Who saved it."""
    at: Moment
    """When."""


class RestoreIn(In):
    """Which version is to stand again."""

    number: Annotated[int, Field(ge=1, le=2**31)]
    """Its number."""
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """The `version` of the template that was read; 409 when somebody has changed it since."""


class OwnerIn(In):
    """Who looks after something."""

    owner: Id
    """The person."""


class SwitchIn(In):
    """On or off."""

    on: bool
    """True for on."""


class RenderIn(In):
    """The letter a template is to go into."""

    conversation: Id | None = None
    """The conversation that is answered;"""
    inbox: Id | None = None
    """or for a new mail the desk it leaves from"""
    to: Annotated[list[PartyIn], Field(max_length=1)] = []
    """and whom it goes to."""
    text: Annotated[str, Field(max_length=200_000)] = ""
    """What stands in the letter: 宛名 and signature are not put in twice."""
    answers: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=500)]] = {}
    """What stands for the blanks, by their words: `{"お届け予定日": "11月26日(木)"}`."""
    request_key: Annotated[str, Field(max_length=40)] = ""
    """Of the reply it goes into: then this counts as a use when the reply is sent. Empty only looks."""


class RenderedOut(Out):
    """A template as it reads in a letter."""

    subject: str
    """The subject, filled."""
    text: str
    """The text, filled; what is not known stands as it is written."""
    missing: list[str]
    """What is not known, as it stands in the text: the letter cannot leave with it."""


class UseOut(Out):
    """How often a template was sent."""

    amount: int
    """In how many letters."""
    unchanged: int
    """In how many of them word for word."""


class UseByPersonOut(UseOut):
    """By one person."""

    person: str
    """Their name."""


class UseByMonthOut(UseOut):
    """In one month."""

    month: date
    """Its first day."""


class UsesOut(Out):
    """How often a template was sent, by whom and when."""

    people: list[UseByPersonOut]
    """The most frequent first."""
    months: list[UseByMonthOut]
    """The newest first, twelve at most."""


class SuggestionOut(Out):
    """A template that may answer an inquiry."""

    template: TemplateOut
    """The template."""
    similar: int
    """In how many similar inquiries it was sent; 0 when only its words are close."""


class FieldOut(Out):
    """A field that templates are filled with."""

    name: str
    """As it is written between the braces."""
    japanese: str
    """The same in Japanese."""
    group: Literal["customer", "inquiry", "us", "date"]
    """What it is about."""
    about: str
    """What it becomes."""
    takes_days: bool
    """True when days can be added: {{date+3}}."""


def show_template(template: Template, favourites: Container[int]) -> TemplateOut:
    """A template; owner, team and files must have been fetched (`files`: only those there now)."""
    plain = (
        "kind", "scope", "folder", "name", "abbreviation", "keywords", "channels", "language", "subject", "body",
        "note", "review_on", "is_suggested", "used_count", "used_at", "version", "updated_at",
    )  # fmt: skip
    return TemplateOut(
        id=template.pk,
        team=Ref(id=template.team.pk, name=template.team.name) if template.team else None,
        owner=Ref(id=template.owner.pk, name=template.owner.name),
        files=[show_file(each) for each in template.files.all() if each.until is None],
        actions=[show_deed(each) for each in template.actions],
        is_favourite=template.pk in favourites,
        is_archived=template.archived_at is not None,
        **{field: getattr(template, field) for field in plain},
    )


def show_deed(plain: dict[str, Any]) -> DeedOut:
    """A deed as a row keeps it."""
    return DeedOut(kind=plain["kind"], value=plain["value"], field=plain["field"] or None, name=plain["name"])


def show_file(file: TemplateFile) -> TemplateFileOut:
    """A file of a template."""
    return TemplateFileOut(id=file.pk, name=file.name, content_type=file.content_type, size_bytes=file.blob.size_bytes)


def show_version(version: TemplateVersion) -> TemplateVersionOut:
    """One version; who saved it must have been fetched."""
    return TemplateVersionOut(
        number=version.number,
        name=version.name,
        subject=version.subject,
        body=version.body,
        actions=[show_deed(each) for each in version.actions],
        by=version.by.name if version.by else "",
        at=version.at,
    )
