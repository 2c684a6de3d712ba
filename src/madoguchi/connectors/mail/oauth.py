"""XOAUTH2 for Google and Microsoft: the permission page, the code, the tokens, and their renewal.

Tokens live in the sealed secrets of the 窓口. Nothing is sent but to the provider's own two addresses.
Sources: RFC 6749, RFC 7636; Google "OAuth 2.0 for Web Server Applications" and "XOAUTH2 Protocol"; Microsoft
"OAuth 2.0 authorization code flow" and "Authenticate an IMAP, POP or SMTP connection using OAuth".
"""

import base64
import hashlib
import secrets as random_text
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import transaction

from madoguchi.channels.actions import change_inbox
from madoguchi.channels.models import Inbox
from madoguchi.core.errors import DomainError
from madoguchi.core.http import HttpTrouble, Limits, fetch
from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.events.actor import Actor

#: A token that ends within this time is renewed first: clocks differ, and a session takes a while.
SKEW_SECONDS = 120


class PermissionLost(DomainError):
    """The provider does not accept our permission any more: somebody must sign in again."""

    code = "permission_lost"


class ProviderTrouble(DomainError):
    """The provider did not answer as it should; trying again later may help."""

    code = "provider_trouble"
    status = 502


_LIMITS = Limits(total_seconds=15, answer_max_bytes=64 * 1024, redirects=0)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where one provider gives permissions and tokens."""

    name: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()  #: further parameters of the permission page
    limits: Limits = _LIMITS


_LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
PROVIDERS = {
    "google": Provider(
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        ("https://mail.google.com/",),
        (("access_type", "offline"), ("prompt", "consent")),  # or no refresh token is given
    ),
    "microsoft": Provider(
        "Microsoft",
        f"{_LOGIN}/authorize",
        f"{_LOGIN}/token",
        (
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        (("prompt", "select_account"),),
    ),
}


@dataclass(frozen=True, slots=True)
class Client:
    """Our registration with a provider, made by the shop's administrator there."""

    provider: Provider
    client_id: str
    client_secret: str
    tenant: str = "common"  #: Microsoft only


@dataclass(frozen=True, slots=True)
class Errand:
    """A permission being asked for; kept in the person's session until the provider sends them back."""

    url: str  #: of the provider's page
    state: str  #: must come back unchanged (RFC 6749 section 10.12)
    verifier: str  #: proves that the one who comes back is the one who left (RFC 7636)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave."""

    access_token: str
    expires_at: float  #: seconds since 1970
    refresh_token: str = ""  #: empty when the old one stays

    def as_secrets(self) -> dict[str, str]:
        """For the sealed secrets of a 窓口."""
        kept = {"oauth_access_token": self.access_token, "oauth_expires_at": str(int(self.expires_at))}
        return kept | ({"oauth_refresh_token": self.refresh_token} if self.refresh_token else {})


def ask_permission(client: Client, *, redirect_uri: str, login_hint: str = "") -> Errand:
    """Prepare the way to the provider's permission page."""
    state, verifier = random_text.token_urlsafe(24), random_text.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(client.provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **dict(client.provider.extra),
    }
    if login_hint:
        query["login_hint"] = login_hint
    page = client.provider.authorize_url.format(tenant=client.tenant)
    return Errand(f"{page}?{urlencode(query)}", state, verifier)


def exchange_code(client: Client, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Turn the code the provider sent back into tokens. Raises PermissionLost or ProviderTrouble."""
    tokens = _ask_token(
        client,
        {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri},
    )
    if not tokens.refresh_token:
        raise PermissionLost(
            _("%(provider)s gave a permission for one hour only. Allow offline access and sign in again.")
            % {"provider": client.provider.name}
        )
    return tokens


def refresh(client: Client, refresh_token: str) -> Tokens:
    """Ask for a new access token. Raises PermissionLost when the permission was taken away, else ProviderTrouble."""
    return _ask_token(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _ask_token(client: Client, form: Mapping[str, str]) -> Tokens:
    named = {"provider": client.provider.name}
    url = client.provider.token_url.format(tenant=client.tenant)
    signed = {**form, "client_id": client.client_id, "client_secret": client.client_secret}
    try:
        answer = fetch("POST", url, form=signed, limits=client.provider.limits)
        said = answer.json()
    except HttpTrouble as error:
        raise ProviderTrouble(
            _("%(provider)s could not be asked: %(why)s") % {**named, "why": error.user_message}
        ) from error
    if not isinstance(said, dict):
        said = {}
    if said.get("error") in {"invalid_grant", "invalid_client", "unauthorized_client", "interaction_required"}:
        raise PermissionLost(_lost(said) % named)
    token = said.get("access_token")
    if not answer.is_success or not isinstance(token, str) or not token:
        raise ProviderTrouble(_("%(provider)s gave no token. Try again later.") % named)
    lives = said.get("expires_in")
    seconds = int(lives) if isinstance(lives, int | str) and str(lives).isdigit() else 3600
    return Tokens(token, time.time() + seconds, str(said.get("refresh_token") or ""))


def _lost(said: Mapping[str, object]) -> Told:
    if said["error"] in {"invalid_client", "unauthorized_client"}:
        return _("%(provider)s does not know this client ID or its secret. Check both in the settings of the desk.")
    return _("%(provider)s does not accept our permission any more. Sign in again in the settings of the desk.")


def client_of(inbox: Inbox) -> Client:
    """The registration a 窓口 uses."""
    kind = str(inbox.settings.get("oauth_provider") or "")
    if kind not in PROVIDERS:
        raise PermissionLost(_("This desk has no provider to sign in with. Choose one in its settings."))
    return Client(
        PROVIDERS[kind],
        str(inbox.settings.get("oauth_client_id") or ""),
        inbox.secrets.get("oauth_client_secret", ""),
        str(inbox.settings.get("oauth_tenant") or "common"),
    )


def keep_tokens(inbox: Inbox, tokens: Tokens, *, by: Actor) -> None:
    """Seal the tokens into the 窓口."""
    change_inbox(inbox, by=by, secrets=tokens.as_secrets())


@transaction.atomic
def access_token(inbox: Inbox) -> str:
    """A token of a 窓口 that is good for at least two minutes, renewed if needed.

    Locks the 窓口: Microsoft replaces the refresh token at each use, so two renewals at once would lose one.
    """
    inbox = Inbox.objects.select_for_update().get(pk=inbox.pk)
    secrets = inbox.secrets
    token = secrets.get("oauth_access_token", "")
    if token and float(secrets.get("oauth_expires_at") or 0) > time.time() + SKEW_SECONDS:
        return token
    if not secrets.get("oauth_refresh_token"):
        raise PermissionLost(_("Nobody has signed in for this desk yet. Sign in in its settings."))
    tokens = refresh(client_of(inbox), secrets["oauth_refresh_token"])
    keep_tokens(inbox, tokens, by=Actor.system("mail"))
    return tokens.access_token


def xoauth2(user: str, token: str) -> str:
    """The one line a client says (Google, "XOAUTH2 Protocol", read in November 2026)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
