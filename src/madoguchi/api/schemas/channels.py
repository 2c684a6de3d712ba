"""Desks (窓口) and what could not be read."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.accounts.choices import Language
from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.channels.choices import SendCharset
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.channels.warning import LATEST_MINUTES, MOST_STEPS, escalations_of
from madoguchi.core.sealing import SealBroken
from madoguchi.core.telling import told

type Address = Annotated[str, Field(max_length=320, examples=["support@harukaze.example"])]
type Ids = Annotated[list[Id], Field(max_length=1000)]


class InboxSetup(Out):
    """How a desk is connected and who sees it; only for those who may manage desks."""

    settings: dict[str, Any]
    """The channel's own settings: servers, ports, folders."""
    secrets: list[str]
    """The names of the secrets that are stored; their values are never shown."""
    is_open_to_all: bool
    """True when everybody of the staff sees it."""
    users: list[int]
    """Otherwise these people"""
    teams: list[int]
    """and these teams."""


class EscalationOut(Out):
    """One step after `due_at`."""

    after: int
    """How many business minutes after it."""
    assignee: bool
    """Whether the assignee, or else the team, is told."""
    leaders: bool
    """Whether the supervisors of the team are told; of a team without any, all supervisors."""
    people: list[int]
    """Who else is told."""


class EscalationIn(In):
    """One step after `due_at`; it has to tell somebody."""

    after: Annotated[int, Field(ge=1, le=LATEST_MINUTES)]
    """How many business minutes after it."""
    assignee: bool = False
    """Tell the assignee, or else the team."""
    leaders: bool = False
    """Tell the supervisors of the team; of a team without any, all supervisors."""
    people: Annotated[list[Id], Field(max_length=50)] = []
    """Tell these people."""


class InboxOut(Out):
    """A desk (窓口): one shared address."""

    id: int
    """The desk's id."""
    name: str
    """Its name."""
    kind: str
    """Its channel: `mail`."""
    address: str
    """The address customers write to and read in From."""
    aliases: list[str]
    """Further addresses that belong to it."""
    from_name: str
    """The name customers read in From; empty is the name of the desk."""
    signature: str
    """What stands below its mails."""
    language: Language
    """The language of its mails."""
    send_charset: SendCharset
    """How its mails are encoded."""
    undo_seconds: int
    """How long a reply can be taken back."""
    reply_within_minutes: int
    """How soon customers should have a reply; sets `due_at`. Counted in open minutes when there is a calendar."""
    reply_within_by_priority: dict[str, int]
    """The same for single priorities: 3 urgent, 2 high, 1 normal, 0 low."""
    reply_rule: Literal["", "length", "end"]
    """Business days instead of minutes: `length` of as many days, or until the `end` of the business day."""
    reply_days: int
    """How many business days, by that rule."""
    warn_before_minutes: int
    """How many business minutes before `due_at` people are warned."""
    warn_at_percent: int
    """Or when so much of the time to reply has passed, in percent, if that is earlier; 0 is never."""
    escalations: list[EscalationOut]
    """Who is told after `due_at`, step by step."""
    calendar: Ref | None
    """Its business hours; null when it is always open."""
    is_active: bool
    """False when nothing is fetched or received."""
    checked_at: datetime | None
    """When fetching last worked."""
    failing_since: datetime | None
    """Since when fetching or sending does not work; null while it does."""
    failure: str
    """Why, in words."""
    setup: InboxSetup | None
    """How it is connected; null for those who may not manage desks."""


class InboxChangesIn(In):
    """What changes of a desk; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["サポート窓口"])] | None = None
    """Its name."""
    address: Address | None = None
    """The address customers write to and read in From."""
    aliases: Annotated[list[Address], Field(max_length=50)] | None = None
    """Further addresses that belong to it."""
    from_name: Annotated[str, Field(max_length=100)] | None = None
    """The name customers read in From."""
    signature: Annotated[str, Field(max_length=4000)] | None = None
    """What stands below its mails."""
    language: Language | None = None
    """The language of its mails."""
    send_charset: SendCharset | None = None
    """How its mails are encoded."""
    undo_seconds: Annotated[int, Field(ge=0, le=300)] | None = None
    """How long a reply can be taken back."""
    reply_within_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    """How soon customers should have a reply."""
    reply_within_by_priority: dict[Literal["0", "1", "2", "3"], Annotated[int, Field(ge=1, le=525_600)]] | None = None
    """The same for single priorities; replaces all of them."""
    reply_rule: Literal["", "length", "end"] | None = None
    """Business days instead of minutes."""
    reply_days: Annotated[int, Field(ge=1, le=30)] | None = None
    """How many business days, by that rule."""
    warn_before_minutes: Annotated[int, Field(ge=0, le=10_080)] | None = None
    """How many business minutes before `due_at` people are warned."""
    warn_at_percent: Annotated[int, Field(ge=0, le=99)] | None = None
    """Or when so much of the time to reply has passed, in percent, if that is earlier; 0 is never."""
    escalations: Annotated[list[EscalationIn], Field(max_length=MOST_STEPS)] | None = None
    """Who is told after `due_at`: replaces all steps; an empty list tells nobody."""
    calendar: Id | None = None
    """The calendar of its business hours; null makes it always open."""
    is_active: bool | None = None
    """False stops fetching and receiving."""
    settings: dict[str, Any] | None = None
    """All settings of the channel, e.g. `incoming`, `imap_host`, `imap_port`, `outgoing`, `smtp_host`."""
    secrets: Annotated[dict[str, Annotated[str, Field(max_length=20_000)]], Field(max_length=20)] | None = None
    """Secrets to store, e.g. `imap_password`; those left out stay as they are, and none is ever shown."""
    is_open_to_all: bool | None = None
    """True when everybody of the staff is to see it."""
    users: Ids | None = None
    """All people who see it otherwise."""
    teams: Ids | None = None
    """All teams that see it otherwise."""


class NewInboxIn(InboxChangesIn):
    """A desk to add."""

    name: Annotated[str, Field(min_length=1, max_length=60, examples=["サポート窓口"])]
    """Its name."""
    kind: Annotated[str, Field(max_length=20)] = "mail"
    """Its channel."""
    address: Address
    """The address customers write to and read in From."""


class ConnectionIn(In):
    """What to try; what is left out is taken as stored."""

    settings: dict[str, Any] | None = None
    """All settings of the channel, as for a change."""
    secrets: Annotated[dict[str, Annotated[str, Field(max_length=20_000)]], Field(max_length=20)] = {}
    """Secrets to use instead of the stored ones."""


class MailboxFindingOut(Out):
    """One thing the connection test found."""

    is_good: bool
    """True when it works."""
    text: str
    """What works, or what does not and what to do."""


class RawOut(Out):
    """A delivery that could not be read; its bytes are kept."""

    id: int
    """Its id."""
    inbox: Ref | None
    """The desk it came to; null when it belongs to none."""
    source: str
    """How it came: smtp, lmtp, imap, import."""
    envelope_from: str
    """The sender of the envelope."""
    envelope_to: list[str]
    """The recipients of the envelope."""
    received_at: datetime
    """When it came."""
    reason: str
    """Why it could not be read: a stable key."""
    detail: str
    """The same in words."""
    attempts: int
    """How often reading was tried."""
    size_bytes: int
    """How large it is."""


def show_inbox(inbox: Inbox, *, with_setup: bool) -> InboxOut:
    """A desk with its calendar; for its setup, its users and teams must have been fetched."""
    names = (
        "name", "kind", "address", "aliases", "from_name", "signature", "language", "send_charset", "undo_seconds",
        "reply_within_minutes", "reply_within_by_priority", "reply_rule", "reply_days", "warn_before_minutes",
        "warn_at_percent", "is_active", "checked_at", "failing_since",
    )  # fmt: skip
    values = {name: getattr(inbox, name) for name in names}
    return InboxOut(
        id=inbox.pk,
        **values,
        escalations=[EscalationOut(**{**asdict(step), "people": list(step.people)}) for step in escalations_of(inbox)],
        calendar=Ref(id=inbox.calendar.pk, name=inbox.calendar.name) if inbox.calendar else None,
        failure=told(inbox.failure),
        setup=_setup(inbox) if with_setup else None,
    )


def _setup(inbox: Inbox) -> InboxSetup:
    try:
        secrets = sorted(inbox.secrets)
    except SealBroken:
        secrets = []  # they have to be entered again; saying so is the mailbox alarm's business
    return InboxSetup(
        settings=inbox.settings,
        secrets=secrets,
        is_open_to_all=inbox.is_open_to_all,
        users=[user.pk for user in inbox.users.all()],
        teams=[team.pk for team in inbox.teams.all()],
    )


def show_raw(raw: RawMessage) -> RawOut:
    """A quarantined delivery."""
    names = ("source", "envelope_from", "envelope_to", "received_at", "reason", "attempts")
    return RawOut(
        id=raw.pk,
        inbox=Ref(id=raw.inbox.pk, name=raw.inbox.name) if raw.inbox else None,
        size_bytes=raw.blob.size_bytes,
        detail=told(raw.detail),
        **{name: getattr(raw, name) for name in names},
    )
