"""設定 › 窓口: a 窓口 with the channel's own form beside ours, its health in words, and how mail gets to it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import active_users, all_teams
from madoguchi.calendars.queries import all_calendars
from madoguchi.channels.actions import change_inbox, create_inbox, set_inbox_access
from madoguchi.channels.deadlines import is_beyond_reach
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_class
from madoguchi.core.errors import Invalid
from madoguchi.core.telling import told
from madoguchi.desk.forms.mailbox import BY_PRIORITY, DUE, DeskForm, initial_of
from madoguchi.desk.mailbox_setup import KIND, STARTING, MailboxForms
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.ui.dates import Words

#: What a 窓口 does for which nothing is stored.
STORED = {**STARTING, "incoming": "listener", "outgoing": "local"}
WRITING = ("from_name", "signature", "language", "send_charset", "undo_seconds")
DUE_TIMES = ("reply_within", *BY_PRIORITY, "calendar", *DUE)


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """One 窓口 in the list."""

    pk: int
    name: str
    address: str
    state: str  #: good, failing, off, new
    word: str
    reason: str
    way: str


def mailbox_line(inbox: Inbox, words: Words) -> MailboxLine:
    """Name, address and health of a 窓口."""
    is_fetched = inbox.settings.get("incoming") == "imap"
    way = _("Fetched by IMAP") if is_fetched else _("Delivered to this desk")
    state, word, reason = _health(inbox, words, is_fetched=is_fetched)
    return MailboxLine(inbox.pk, inbox.name, inbox.address, state, word, reason, way)


def _health(inbox: Inbox, words: Words, *, is_fetched: bool) -> tuple[str, str, str]:
    if not inbox.is_active:
        return "off", _("Switched off"), ""
    if inbox.failing_since:
        return (
            "failing",
            _("Not working since %(moment)s") % {"moment": words.due(inbox.failing_since)},
            told(inbox.failure),
        )
    if inbox.checked_at:
        return "good", _("Last fetched %(moment)s") % {"moment": words.due(inbox.checked_at)}, ""
    return ("new", _("Not fetched yet"), "") if is_fetched else ("good", _("Ready"), "")


class MailboxPage(MailboxForms):
    """Both forms of one 窓口, new or existing, and what the connection test found."""

    form: DeskForm

    def __init__(self, user: User, inbox: Inbox | None, data: QueryDict | None) -> None:
        settings_form: Any = channel_class(inbox.kind if inbox else KIND).settings_form
        self.user, self.inbox = user, inbox
        initial = initial_of(inbox) if inbox else {"language": user.language}
        self.form = DeskForm(data, initial=initial, teams=all_teams(), people=active_users(), calendars=all_calendars())
        stored = {**STORED, **inbox.settings} if inbox else STARTING
        self.settings = settings_form(data) if data is not None else settings_form.of(stored)
        super().__init__()

    @property
    def writing_fields(self) -> list[forms.BoundField]:
        """How the 窓口 writes."""
        return [self.form[name] for name in WRITING]

    @property
    def due_fields(self) -> list[forms.BoundField]:
        """By when it answers, and what happens before and after that."""
        return [self.form[name] for name in DUE_TIMES]

    @property
    def reach(self) -> str:
        """That the business hours chosen do not reach as far as the time to reply, in words; else nothing."""
        if self.inbox is None or not is_beyond_reach(self.inbox, now()):
            return ""
        return _(
            "The business hours do not reach this far: they open too seldom, or not any more. Until that is mended"
            " every minute counts, day and night, so that due times come early and are not"
            " lost. Look at the business hours."
        )

    @property
    def access_fields(self) -> list[forms.BoundField]:
        """Who may see it."""
        return [self.form[name] for name in ("access", "teams", "users") if name in self.form.fields]

    @property
    def delivery_hint(self) -> str:
        """Where another mail server has to hand mail over, in words."""
        if not settings.SMTP_PORT:
            return _("The mail listener of this desk is switched off (MADOGUCHI_SMTP_PORT).")
        return _("Let your mail server forward mail for this address to this machine by SMTP, port %(port)s.") % {
            "port": settings.SMTP_PORT
        }

    def try_connection(self) -> None:
        """Ask both servers, with the stored passwords where none were entered; nothing is stored, sent or fetched."""
        self.findings = self.settings.try_connection(self.inbox.secrets if self.inbox else None)

    def save(self) -> Inbox | None:
        """Add or change the 窓口; None when it was refused, with the reason in the form."""
        try:
            with transaction.atomic():
                inbox = self._store()
                set_inbox_access(inbox, **self.form.access_values(), by=self.user.actor)
        except Invalid as error:
            show_refusal(self.form, error)
            return None
        return inbox

    def _store(self) -> Inbox:
        values = self.form.as_values()
        values |= {"settings": self.settings.as_settings(), "secrets": self.settings.as_secrets()}
        if self.inbox is None:
            return create_inbox(kind=KIND, by=self.user.actor, **values)  # type: ignore[arg-type]
        return change_inbox(self.inbox, by=self.user.actor, **values)
