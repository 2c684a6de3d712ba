"""The settings of a mail 窓口 as a form, and a connection test that says in words what is wrong.

Passwords are never shown again: an empty field keeps the stored one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.contract import SendError
from madoguchi.connectors.mail.config import (
    DEFAULT_POLL_SECONDS,
    After,
    First,
    Security,
    SignIn,
    fetching,
    incoming_server,
    outgoing_server,
)
from madoguchi.connectors.mail.imap import connect, leave, trouble_with
from madoguchi.connectors.mail.smtp_out import connected
from madoguchi.core.errors import DomainError

SECURITY = [
    (Security.TLS, _("TLS")),
    (Security.STARTTLS, _("STARTTLS")),
    (Security.NONE, _("None (only on this machine)")),
]
SIGN_IN = [
    (SignIn.PASSWORD, _("User name and password")),
    (SignIn.GOOGLE, _("Google")),
    (SignIn.MICROSOFT, _("Microsoft")),
    (SignIn.NONE, _("Without")),
]
AFTER = [
    (After.SEEN, _("Mark as read")),
    (After.MOVE, _("Move to a folder")),
    (After.LEAVE, _("Leave as it is")),
]
FIRST = [
    (First.UNSEEN, _("Unread mail")),
    (First.ALL, _("All mail")),
    (First.NEW, _("Only mail from now on")),
]
#: Stored sealed, never shown.
SECRETS = ("imap_password", "smtp_password", "oauth_client_secret", "dkim_key")


def _password(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


#: Below the sign-in: without it the choice of a provider seems to do nothing.
OAUTH_HINT = _(
    "Google and Microsoft need no password here: name the provider below “More settings”, save, and give the permission"
    " in the settings of the desk."
)


class MailSettingsForm(forms.Form):
    """How mail of one 窓口 comes in and leaves; `as_settings` and `as_secrets` are what is stored."""

    incoming = forms.ChoiceField(
        label=_("Incoming mail"),
        choices=[("imap", _("Fetch from a mailbox (IMAP)")), ("listener", _("Delivered to this desk (SMTP, LMTP)"))],
    )
    imap_host = forms.CharField(label=_("IMAP server"), required=False, max_length=253)
    imap_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Security"), required=False, choices=SECURITY)
    imap_sign_in = forms.ChoiceField(label=_("Sign-in"), required=False, choices=SIGN_IN[:3], help_text=OAUTH_HINT)
    imap_user = forms.CharField(label=_("User name"), required=False, max_length=320)
    imap_password = _password(_("Password"))
    imap_folders = forms.CharField(
        label=_("Folders"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One per line.")
    )
    imap_first = forms.ChoiceField(label=_("Mail that is there already"), required=False, choices=FIRST)
    imap_after = forms.ChoiceField(label=_("Fetched mail"), required=False, choices=AFTER)
    imap_move_to = forms.CharField(label=_("Folder to move to"), required=False, max_length=255)
    imap_poll_seconds = forms.IntegerField(
        label=_("Look at least every (seconds)"), required=False, min_value=10, max_value=3600
    )
    outgoing = forms.ChoiceField(
        label=_("Outgoing mail"),
        choices=[("smtp", _("Through a mail server (SMTP)")), ("local", _("Keep in the local mailbox"))],
    )
    smtp_host = forms.CharField(label=_("SMTP server"), required=False, max_length=253)
    smtp_port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Security"), required=False, choices=SECURITY)
    smtp_sign_in = forms.ChoiceField(label=_("Sign-in"), required=False, choices=SIGN_IN, help_text=OAUTH_HINT)
    smtp_user = forms.CharField(label=_("User name"), required=False, max_length=320)
    smtp_password = _password(_("Password"))
    oauth_provider = forms.ChoiceField(
        label=_("Provider"), required=False, choices=[("", _("None")), ("google", "Google"), ("microsoft", "Microsoft")]
    )
    oauth_client_id = forms.CharField(label=_("Client ID"), required=False, max_length=200)
    oauth_client_secret = _password(_("Client secret"))
    oauth_tenant = forms.RegexField(r"^[A-Za-z0-9.-]*$", label=_("Tenant (Microsoft)"), required=False, max_length=100)
    dkim_domain = forms.CharField(label=_("DKIM domain"), required=False, max_length=253)
    dkim_selector = forms.CharField(label=_("DKIM selector"), required=False, max_length=63)
    dkim_key = forms.CharField(label=_("DKIM private key (PEM)"), required=False, widget=forms.Textarea)
    ca = forms.CharField(
        label=_("Certificate of your own authority (PEM)"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Only for servers whose certificate no public authority has signed."),
    )

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "MailSettingsForm":
        """The form as stored, without secrets."""
        folders = settings.get("imap_folders")
        text = "\n".join(map(str, folders)) if isinstance(folders, list) else "INBOX"
        return cls(initial={"imap_poll_seconds": DEFAULT_POLL_SECONDS, **settings, "imap_folders": text})

    def clean(self) -> dict[str, Any]:
        """What belongs together is given together, and nothing is stored that cannot be used."""
        values = super().clean() or {}
        for way, prefix in (("incoming", "imap"), ("outgoing", "smtp")):
            if values.get(way) == prefix and not values.get(f"{prefix}_host"):
                self.add_error(f"{prefix}_host", _("Enter the name of the server."))
        if values.get("imap_after") == After.MOVE and not values.get("imap_move_to"):
            self.add_error("imap_move_to", _("Enter the folder that fetched mail goes to."))
        if not self.errors:
            self._check_usable()
        return values

    def _check_usable(self) -> None:
        for server_of in (incoming_server, outgoing_server):
            try:
                server = server_of(self.as_settings(), self.as_secrets())
                if server is not None:
                    server.tls_context()
            except DomainError as error:
                self.add_error(None, str(error.user_message))

    def as_settings(self) -> dict[str, object]:
        """For Inbox.settings."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in SECRETS and value}
        kept["imap_folders"] = [line.strip() for line in str(kept.get("imap_folders", "")).splitlines() if line.strip()]
        return kept

    def as_secrets(self) -> dict[str, str]:
        """For `secrets=` of create_inbox and change_inbox: only what was entered now."""
        return {name: str(self.cleaned_data[name]) for name in SECRETS if self.cleaned_data.get(name)}

    def try_connection(self, stored: Mapping[str, str] | None = None) -> "list[Finding]":
        """Try both servers with what was entered, and with the stored secrets where nothing was."""
        return test_connection(self.as_settings(), {**(stored or {}), **self.as_secrets()})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the connection test found."""

    is_good: bool
    text: str


def test_connection(settings: Mapping[str, object], secrets: Mapping[str, str]) -> list[Finding]:
    """Try both servers with these settings; nothing is sent, fetched or changed. Takes up to a minute.

    `secrets` are complete: the stored ones with what was entered now.
    """
    incoming, outgoing = _try_incoming(settings, secrets), _try_outgoing(settings, secrets)
    return [
        Finding(incoming.is_good, f"{_('Receiving')}: {incoming.text}"),
        Finding(outgoing.is_good, f"{_('Sending')}: {outgoing.text}"),
    ]


test_connection.__test__ = False  # type: ignore[attr-defined] # its name looks like a test to pytest


def _try_incoming(settings: Mapping[str, object], secrets: Mapping[str, str]) -> Finding:
    try:
        server = incoming_server(settings, secrets)
        if server is None:
            return Finding(True, str(_("Mail is delivered to this desk; there is no mailbox to try.")))
        password = secrets.get("oauth_access_token", "") if server.uses_oauth else server.password
        client = connect(server, password)
        with trouble_with(server):
            missing = [name for name in fetching(settings).folders if not client.folder_exists(name)]
            leave(client)
    except DomainError as error:
        return Finding(False, str(error.user_message))
    if missing:
        named = {"folders": ", ".join(missing), "host": server.host}
        return Finding(False, _("There is no folder %(folders)s at %(host)s. Check the name.") % named)
    return Finding(True, _("Fetching from %(host)s works.") % {"host": server.host})


def _try_outgoing(settings: Mapping[str, object], secrets: Mapping[str, str]) -> Finding:
    try:
        server = outgoing_server(settings, secrets)
        if server is None:
            return Finding(True, str(_("Outgoing mail stays in the local mailbox.")))
        password = secrets.get("oauth_access_token", "") if server.uses_oauth else server.password
        with connected(server, password):
            return Finding(True, _("Sending through %(host)s works.") % {"host": server.host})
    except DomainError as error:
        return Finding(False, str(error.user_message))
    except SendError as error:
        return Finding(False, f"{error.reason} ({error.detail})" if error.detail else str(error.reason))
