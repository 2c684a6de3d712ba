"""The settings form: what is stored, and what is never shown."""

import pytest

from madoguchi.connectors.mail.config import After, Fetching, First, Security, Server, SignIn, fetching, is_this_machine
from madoguchi.connectors.mail.forms import MailSettingsForm
from madoguchi.connectors.mail.forms import test_connection as try_connection

IMAP = {"incoming": "imap", "imap_host": "imap.example", "imap_security": "tls", "imap_sign_in": "password"}
SMTP = {"outgoing": "smtp", "smtp_host": "smtp.example", "smtp_security": "starttls", "smtp_sign_in": "password"}
LOCAL = {"incoming": "listener", "outgoing": "local"}


def test_what_is_entered_is_what_is_stored() -> None:
    form = MailSettingsForm({**IMAP, **SMTP, "imap_folders": "INBOX\n お客様 \n\n", "imap_password": " secret "})

    assert form.is_valid(), form.errors
    assert form.as_settings() == {**IMAP, **SMTP, "imap_folders": ["INBOX", "お客様"]}
    assert form.as_secrets() == {"imap_password": " secret "}


def test_nothing_secret_is_shown() -> None:
    form = MailSettingsForm.of({**IMAP, "imap_folders": ["INBOX", "お客様"], "imap_password": "leaked"})

    shown = form.as_p()

    assert "leaked" not in shown
    assert "INBOX\nお客様" in shown
    assert 'value="60"' in shown


def test_a_new_desk_starts_with_the_inbox() -> None:
    assert "INBOX" in MailSettingsForm.of({}).as_p()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({**IMAP, **SMTP, "imap_host": ""}, "imap_host"),
        ({**IMAP, **SMTP, "smtp_host": ""}, "smtp_host"),
        ({**IMAP, **SMTP, "imap_after": "move"}, "imap_move_to"),
        ({**IMAP, **SMTP, "imap_port": "70000"}, "imap_port"),
        ({**IMAP, **SMTP, "oauth_tenant": "a/../b"}, "oauth_tenant"),
        ({**IMAP, **SMTP, "imap_security": "none"}, "__all__"),
        ({**IMAP, **SMTP, "ca": "no certificate"}, "__all__"),
        ({}, "incoming"),
    ],
)
def test_what_cannot_work_is_not_stored(values: dict[str, str], field: str) -> None:
    assert field in MailSettingsForm(values).errors


def test_a_desk_without_servers_needs_no_test() -> None:
    form = MailSettingsForm(LOCAL)
    assert form.is_valid()

    findings = form.try_connection({})

    assert [finding.is_good for finding in findings] == [True, True]
    assert "delivered to this desk" in findings[0].text
    assert "local mailbox" in findings[1].text


def test_settings_nobody_can_use_are_a_finding() -> None:
    findings = try_connection({"incoming": "imap", "imap_security": "odd", "outgoing": "smtp", "smtp_port": "x"}, {})

    assert [finding.is_good for finding in findings] == [False, False]


def test_a_finding_says_which_way_and_keeps_the_detail_apart() -> None:
    nowhere = {"host": "127.0.0.1", "port": 1, "security": "none", "sign_in": "none"}
    both = {f"{way}_{name}": value for way in ("imap", "smtp") for name, value in nowhere.items()}

    incoming, outgoing = try_connection({"incoming": "imap", "outgoing": "smtp", **both}, {})

    assert incoming.text.startswith("Receiving: ")
    assert outgoing.text.startswith("Sending: ")
    assert outgoing.text.endswith(". (nothing answers at this port)")


def test_defaults_of_fetching() -> None:
    assert fetching({}) == Fetching(("INBOX",), First.UNSEEN, After.SEEN, "", 60)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.5", True),
        ("::1", True),
        ("[::1]", True),
        ("mail.example", False),
        ("10.0.0.1", False),
    ],
)
def test_only_loopback_is_this_machine(host: str, *, expected: bool) -> None:
    assert is_this_machine(host) is expected


@pytest.mark.parametrize(
    ("sign_in", "expected"), [(SignIn.GOOGLE, True), (SignIn.MICROSOFT, True), (SignIn.PASSWORD, False)]
)
def test_tokens_take_the_place_of_passwords(sign_in: SignIn, *, expected: bool) -> None:
    assert Server("h", 1, Security.TLS, sign_in).uses_oauth is expected
