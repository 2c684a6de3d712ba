"""XOAUTH2 against the fake authorization server, as far as real mailboxes that ask it."""

import time
from collections.abc import Iterator
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from tests.connectors.mail.fake_oauth import FakeOAuth, fake_oauth
from tests.connectors.mail.servers import Dovecot, Postfix, free_port

from madoguchi.channels.actions import change_inbox
from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail import oauth
from madoguchi.connectors.mail.config import Security, Server, SignIn
from madoguchi.connectors.mail.imap import FetchTrouble, connect
from madoguchi.connectors.mail.oauth import (
    Client,
    PermissionLost,
    ProviderTrouble,
    Tokens,
    access_token,
    ask_permission,
    client_of,
    exchange_code,
    keep_tokens,
    refresh,
)
from madoguchi.connectors.mail.smtp_out import hand_over
from madoguchi.events.actor import Actor

BACK = "https://desk.example/settings/mail/oauth"
SOMEBODY = Actor.system("test")


@pytest.fixture
def provider() -> Iterator[FakeOAuth]:
    with fake_oauth() as server:
        yield server


@pytest.fixture
def signed_in(desk: Inbox, provider: FakeOAuth, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """A desk that somebody has signed in for."""
    return sign_in(desk, provider, monkeypatch)


def sign_in(desk: Inbox, provider: FakeOAuth, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setitem(oauth.PROVIDERS, "google", provider.provider)
    settings = {**desk.settings, "oauth_provider": "google", "oauth_client_id": "client-1"}
    change_inbox(desk, by=SOMEBODY, settings=settings, secrets={"oauth_client_secret": "secret-1"})
    errand = ask_permission(client_of(desk), redirect_uri=BACK)
    back = provider.visit(errand.url)
    tokens = exchange_code(client_of(desk), code=back["code"], verifier=errand.verifier, redirect_uri=BACK)
    keep_tokens(desk, tokens, by=SOMEBODY)
    return desk


def expire(desk: Inbox, seconds: float) -> None:
    change_inbox(desk, by=SOMEBODY, secrets={"oauth_expires_at": str(int(time.time() + seconds))})


@pytest.mark.parametrize("kind", ["google", "microsoft"])
def test_the_permission_page_is_asked_as_the_provider_wants(kind: str) -> None:
    client = Client(oauth.PROVIDERS[kind], "client-1", "secret-1", tenant="shop.example")

    errand = ask_permission(client, redirect_uri=BACK, login_hint="support@desk.example")

    asked = {key: values[0] for key, values in parse_qs(urlsplit(errand.url).query).items()}
    host = {"google": "accounts.google.com", "microsoft": "login.microsoftonline.com"}[kind]
    assert urlsplit(errand.url).hostname == host
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", "client-1", BACK)
    assert (asked["state"], asked["login_hint"]) == (errand.state, "support@desk.example")
    assert asked["scope"] == " ".join(oauth.PROVIDERS[kind].scopes)
    assert ("/shop.example/" in errand.url) is (kind == "microsoft")


def test_each_errand_has_its_own_secrets(provider: FakeOAuth) -> None:
    first, second = (ask_permission(provider.client, redirect_uri=BACK) for _ in range(2))

    assert first.state != second.state
    assert first.verifier != second.verifier
    assert first.verifier not in first.url


def test_a_code_becomes_tokens(provider: FakeOAuth) -> None:
    errand = ask_permission(provider.client, redirect_uri=BACK)
    back = provider.visit(errand.url)

    tokens = exchange_code(provider.client, code=back["code"], verifier=errand.verifier, redirect_uri=BACK)

    assert back["state"] == errand.state
    assert provider.access_tokens[tokens.access_token] == "desk@desk.example"
    assert tokens.expires_at == pytest.approx(time.time() + 3600, abs=10)


def test_a_stolen_code_is_worth_nothing(provider: FakeOAuth) -> None:
    back = provider.visit(ask_permission(provider.client, redirect_uri=BACK).url)

    with pytest.raises(PermissionLost, match="Sign in again"):
        exchange_code(provider.client, code=back["code"], verifier="another", redirect_uri=BACK)


def test_a_wrong_client_is_told_from_a_lost_permission(provider: FakeOAuth) -> None:
    client = Client(provider.provider, "client-1", "wrong")

    with pytest.raises(PermissionLost, match="client ID or its secret"):
        refresh(client, "refresh-1")


def test_a_permission_without_renewal_is_not_enough(provider: FakeOAuth) -> None:
    provider.answer = (200, {"access_token": "a", "expires_in": 3600})

    with pytest.raises(PermissionLost, match="one hour only"):
        exchange_code(provider.client, code="c", verifier="v", redirect_uri=BACK)


@pytest.mark.parametrize(
    "answer", [(500, {}), (200, {}), (200, []), (200, b"<html>"), (200, {"access_token": 7}), (429, {"error": "slow"})]
)
def test_a_provider_in_trouble_is_tried_again(provider: FakeOAuth, answer: tuple[int, object]) -> None:
    provider.answer = answer

    with pytest.raises(ProviderTrouble):
        refresh(provider.client, "refresh-1")


def test_a_provider_that_is_away(provider: FakeOAuth) -> None:
    provider.port = free_port()

    with pytest.raises(ProviderTrouble, match="could not be asked"):
        refresh(provider.client, "refresh-1")


@pytest.mark.parametrize(("told", "seconds"), [(1800, 1800), ("1800", 1800), (None, 3600), ("soon", 3600)])
def test_how_long_a_token_lives(provider: FakeOAuth, told: object, seconds: int) -> None:
    provider.answer = (200, {"access_token": "a", "expires_in": told})

    tokens = refresh(provider.client, "refresh-1")

    assert tokens.expires_at == pytest.approx(time.time() + seconds, abs=10)
    assert "oauth_refresh_token" not in tokens.as_secrets()


@pytest.mark.django_db
def test_a_fresh_token_is_used_as_it_is(signed_in: Inbox, provider: FakeOAuth) -> None:
    asked = len(provider.asked)

    token = access_token(signed_in)

    assert token == signed_in.secrets["oauth_access_token"]
    assert len(provider.asked) == asked


@pytest.mark.django_db
@pytest.mark.parametrize("rotates", [True, False])
def test_a_token_is_renewed_before_it_ends(signed_in: Inbox, provider: FakeOAuth, *, rotates: bool) -> None:
    provider.rotates = rotates
    expire(signed_in, oauth.SKEW_SECONDS - 5)
    before = signed_in.secrets

    token = access_token(signed_in)

    after = Inbox.objects.get(pk=signed_in.pk).secrets
    assert token == after["oauth_access_token"] != before["oauth_access_token"]
    assert after["oauth_refresh_token"] in provider.refresh_tokens
    assert (after["oauth_refresh_token"] != before["oauth_refresh_token"]) is rotates
    assert after["oauth_client_secret"] == "secret-1"


@pytest.mark.django_db
def test_a_permission_taken_away_is_said(signed_in: Inbox, provider: FakeOAuth) -> None:
    provider.refresh_tokens.clear()
    expire(signed_in, 0)

    with pytest.raises(PermissionLost, match="Sign in again"):
        access_token(signed_in)


@pytest.mark.django_db
def test_a_desk_nobody_signed_in_for(desk: Inbox) -> None:
    with pytest.raises(PermissionLost, match="Nobody has signed in"):
        access_token(desk)
    change_inbox(desk, by=SOMEBODY, secrets={"oauth_refresh_token": "r"})
    with pytest.raises(PermissionLost, match="Choose one"):
        access_token(desk)


@pytest.mark.django_db(transaction=True)
def test_two_renewals_at_once_are_one(signed_in: Inbox, provider: FakeOAuth) -> None:
    expire(signed_in, 0)
    asked, tokens = len(provider.asked), []

    def renew() -> None:
        tokens.append(access_token(signed_in))
        connection.close()

    threads = [Thread(target=renew) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(tokens)) == 1
    assert len(tokens) == 2
    assert len(provider.asked) == asked + 1


@pytest.mark.mailservers
@pytest.mark.django_db
def test_a_real_mailbox_opens_with_a_token(
    desk: Inbox, dovecot: Dovecot, oauth_server: FakeOAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = access_token(sign_in(desk, oauth_server, monkeypatch))
    server = Server("127.0.0.1", dovecot.imaps_port, Security.TLS, SignIn.GOOGLE, "desk@desk.example", ca=dovecot.ca)

    client = connect(server, token)

    assert client.folder_exists("INBOX")
    client.logout()
    with pytest.raises(FetchTrouble, match="refused"):
        connect(server, "stale")


@pytest.mark.mailservers
@pytest.mark.django_db
def test_a_real_server_takes_mail_with_a_token(
    desk: Inbox, postfix: Postfix, dovecot: Dovecot, oauth_server: FakeOAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = access_token(sign_in(desk, oauth_server, monkeypatch))
    server = Server(
        "127.0.0.1", postfix.smtp_port, Security.STARTTLS, SignIn.GOOGLE, "desk@desk.example", ca=postfix.ca
    )

    hand_over(
        server,
        token,
        b"Subject: by token\r\n\r\nx\r\n",
        sender="support@desk.example",
        recipients=["token@customer.example"],
    )

    assert b"Subject: by token" in dovecot.wait_for_mail("token@customer.example")[0]


def test_tokens_are_kept_as_text() -> None:
    assert Tokens("a", 12.9, "r").as_secrets() == {
        "oauth_access_token": "a",
        "oauth_expires_at": "12",
        "oauth_refresh_token": "r",
    }
