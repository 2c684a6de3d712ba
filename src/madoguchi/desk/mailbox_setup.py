"""The first 窓口 as one page: its name and address, the channel's own form, and a connection test.

Which form and which test is the channel's business; here they are only put together.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from madoguchi.accounts.models import User
from madoguchi.channels.actions import create_inbox
from madoguchi.channels.registry import channel_class
from madoguchi.core.errors import Invalid
from madoguchi.desk.forms.setup import MailboxForm
from madoguchi.desk.settings_frame import show_refusal

KIND = "mail"
#: Asked at once; everything else stands folded below, since most providers need none of it.
INCOMING = ("incoming", "imap_host", "imap_port", "imap_security", "imap_sign_in", "imap_user", "imap_password")
OUTGOING = ("outgoing", "smtp_host", "smtp_port", "smtp_security", "smtp_sign_in", "smtp_user", "smtp_password")


class MailboxForms:
    """Our form of a 窓口 beside the channel's own, and what the connection test found."""

    form: forms.Form
    settings: Any

    def __init__(self) -> None:
        """Both forms are there; what was typed as a password a moment ago nobody wants to type again."""
        self.findings: list[Any] = []
        for field in self.settings.fields.values():
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.render_value = True  # only what was just sent: stored ones are never in a form

    @property
    def incoming_fields(self) -> list[forms.BoundField]:
        """Of the channel: how messages come in."""
        return [self.settings[name] for name in INCOMING]

    @property
    def outgoing_fields(self) -> list[forms.BoundField]:
        """Of the channel: how messages leave."""
        return [self.settings[name] for name in OUTGOING]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Of the channel: what stands folded."""
        return [field for field in self.settings if field.name not in (*INCOMING, *OUTGOING)]

    @property
    def has_errors(self) -> bool:
        """True when something needs another look."""
        return bool(self.form.errors or self.settings.errors)

    def is_valid(self) -> bool:
        """Check both, so that every error shows at once."""
        results = [self.form.is_valid(), self.settings.is_valid()]
        return all(results)


class MailboxSetup(MailboxForms):
    """Both forms of the page, and what the connection test found."""

    form: MailboxForm

    def __init__(self, user: User, data: QueryDict | None, *, initial: Mapping[str, object] | None = None) -> None:
        settings_form: Any = channel_class(KIND).settings_form
        self.user = user
        self.form = MailboxForm(data)
        self.settings = settings_form(data) if data is not None else settings_form.of(initial or STARTING)
        super().__init__()

    def try_connection(self) -> None:
        """Ask both servers; nothing is stored, sent or fetched."""
        self.findings = self.settings.try_connection()

    def save(self) -> bool:
        """Add the 窓口; False when it was refused, with the reason in the form."""
        values = self.form.cleaned_data
        try:
            create_inbox(
                name=values["name"],
                kind=KIND,
                address=values["address"],
                settings=self.settings.as_settings(),
                secrets=self.settings.as_secrets(),
                by=self.user.actor,
            )
        except Invalid as error:
            show_refusal(self.form, error)
            return False
        return True


#: What nearly every provider offers (RFC 8314: implicit TLS on 993 and 465).
STARTING: Mapping[str, object] = {
    "incoming": "imap",
    "imap_port": 993,
    "imap_security": "tls",
    "imap_sign_in": "password",
    "imap_first": "unseen",
    "imap_after": "seen",
    "imap_folders": ["INBOX"],
    "outgoing": "smtp",
    "smtp_port": 465,
    "smtp_security": "tls",
    "smtp_sign_in": "password",
}
