"""The settings of a mail 窓口 as typed values: which server, how secured, how signed in, what to fetch.

Stored as plain JSON in `Inbox.settings` and `Inbox.sealed_secrets`; forms.py writes it, everything else reads it here.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.core.errors import Invalid
from madoguchi.core.telling import telling as _

DEFAULT_POLL_SECONDS = 60


class Security(StrEnum):
    """How a connection is protected."""

    TLS = "tls"  #: from the first byte
    STARTTLS = "starttls"  #: plain greeting, then TLS; refused if the server does not offer it
    NONE = "none"  #: only within this machine, or to a relay that asks for no password


class SignIn(StrEnum):
    """How we show who we are."""

    NONE = "none"
    PASSWORD = "password"  # noqa: S105 - a name
    GOOGLE = "google"  #: XOAUTH2
    MICROSOFT = "microsoft"  #: XOAUTH2


class After(StrEnum):
    """What happens to a mail in the mailbox once it is ours."""

    SEEN = "seen"
    MOVE = "move"
    LEAVE = "leave"


class First(StrEnum):
    """What is fetched when a folder is opened for the first time."""

    UNSEEN = "unseen"
    ALL = "all"
    NEW = "new"  #: only what arrives from now on


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server and how to enter it."""

    host: str
    port: int
    security: Security
    sign_in: SignIn = SignIn.NONE
    user: str = ""
    password: str = ""
    ca: str = ""  #: certificates in PEM of a private authority; empty is the system's

    @property
    def uses_oauth(self) -> bool:
        """True when a token takes the place of the password."""
        return self.sign_in in {SignIn.GOOGLE, SignIn.MICROSOFT}

    def tls_context(self) -> ssl.SSLContext:
        """A context that verifies certificate and name."""
        try:
            return ssl.create_default_context(cadata=self.ca or None)
        except ssl.SSLError as error:
            raise Invalid(_("The certificate of your own authority cannot be read. Paste it as PEM text.")) from error


@dataclass(frozen=True, slots=True)
class Fetching:
    """What is fetched from a mailbox, and what happens to it there."""

    folders: tuple[str, ...] = ("INBOX",)
    first: First = First.UNSEEN
    after: After = After.SEEN
    move_to: str = ""
    poll_seconds: int = DEFAULT_POLL_SECONDS


def outgoing_server(settings: Mapping[str, object], secrets: Mapping[str, str]) -> Server | None:
    """The SMTP server of a 窓口, or None when its mail stays in the local mailbox."""
    return _server("smtp", settings, secrets) if leaves(settings) else None


def leaves(settings: Mapping[str, object]) -> bool:
    """Whether mail leaves at all, or stays in the local mailbox."""
    return settings.get("outgoing") == "smtp"


def incoming_server(settings: Mapping[str, object], secrets: Mapping[str, str]) -> Server | None:
    """The IMAP server of a 窓口, or None when its mail is brought to our listener."""
    if settings.get("incoming") != "imap":
        return None
    return _server("imap", settings, secrets)


def fetching(settings: Mapping[str, object]) -> Fetching:
    """What to fetch, with defaults for what is not said."""
    folders = settings.get("imap_folders")
    return Fetching(
        folders=tuple(str(folder) for folder in folders) if isinstance(folders, list) and folders else ("INBOX",),
        first=_choice(First, settings.get("imap_first"), First.UNSEEN),
        after=_choice(After, settings.get("imap_after"), After.SEEN),
        move_to=str(settings.get("imap_move_to") or ""),
        poll_seconds=_number(settings.get("imap_poll_seconds"), DEFAULT_POLL_SECONDS),
    )


def _server(prefix: str, settings: Mapping[str, object], secrets: Mapping[str, str]) -> Server:
    security = _choice(Security, settings.get(f"{prefix}_security"), Security.TLS)
    server = Server(
        host=str(settings.get(f"{prefix}_host") or ""),
        port=_number(settings.get(f"{prefix}_port"), _PORTS[prefix, security]),
        security=security,
        sign_in=_choice(SignIn, settings.get(f"{prefix}_sign_in"), SignIn.PASSWORD),
        user=str(settings.get(f"{prefix}_user") or ""),
        password=secrets.get(f"{prefix}_password", ""),
        ca=str(settings.get("ca") or ""),
    )
    check_plain(server)
    return server


def _choice[Kind: StrEnum](kind: type[Kind], value: object, default: Kind) -> Kind:
    try:
        return kind(str(value)) if value else default
    except ValueError as error:
        raise _unusable(value) from error


def _number(value: object, default: int) -> int:
    try:
        return int(str(value)) if value else default
    except ValueError as error:
        raise _unusable(value) from error


def _unusable(value: object) -> Invalid:
    return Invalid(
        _("The mail settings of the desk hold “%(value)s”, which means nothing here. Save them again.")
        % {"value": value}
    )


_PORTS = {
    ("smtp", Security.TLS): 465,
    ("smtp", Security.STARTTLS): 587,
    ("smtp", Security.NONE): 25,
    ("imap", Security.TLS): 993,
    ("imap", Security.STARTTLS): 143,
    ("imap", Security.NONE): 143,
}


def check_plain(server: Server) -> None:
    """Raise Invalid when a password would travel unprotected: that is allowed within this machine only."""
    if server.security is Security.NONE and server.sign_in is not SignIn.NONE and not is_this_machine(server.host):
        raise Invalid(
            _("Without TLS the password could be read on the way to %(host)s. Choose TLS or STARTTLS.")
            % {"host": server.host}
        )


def is_this_machine(host: str) -> bool:
    """True for loopback; a name other than localhost is never trusted to be."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
