"""Passkeys in a real browser with a virtual authenticator: made, used alone, used as the second step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page
from tests.factories.accounts import PASSWORD, make_user, make_workspace

from madoguchi.accounts.choices import USER_SIGNED_IN
from madoguchi.accounts.queries import two_step_of
from madoguchi.events.models import Event

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Desk:
    """A browser at the desk of the live server."""

    context: BrowserContext
    page: Page
    base: str
    refused: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def arrive(self, path: str) -> None:
        self.page.wait_for_url(re.compile(f"^{re.escape(self.base + path)}([?]|$)"))

    def log_in(self, email: str) -> None:
        self.go("/account/login/?next=/settings/profile/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button[data-kind=main]")

    def log_out(self) -> None:
        self.go("/account/logout/")
        self.page.click("button[data-kind=main]")
        self.page.wait_for_url(f"{self.base}/account/login/**")


@pytest.fixture
def base(transactional_db) -> Iterator[str]:
    """The product at an address of its own; pytest-django's live server wants Django's static files, which we lack."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def in_chromium(chromium: Browser, base: str, steps) -> list[str]:
    """Do the steps; returns what the content security policy refused."""
    context = chromium.new_context()
    page = context.new_page()
    desk = Desk(context, page, base, [])
    page.on("console", lambda message: desk.refused.append(message.text) if "Refused" in message.text else None)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    steps(desk)
    context.close()
    return desk.refused


@pytest.mark.browser
def test_passkey_is_made_and_logs_in_alone_and_as_second_step(base, chromium):
    make_workspace()
    user = make_user(password=PASSWORD)

    def steps(desk: Desk) -> None:
        desk.log_in(user.email)
        desk.arrive("/settings/profile/")
        desk.go("/account/2fa/passkeys/new/")
        desk.page.fill("[name=password]", PASSWORD)
        desk.page.click("button[data-kind=main]")
        desk.arrive("/account/2fa/passkeys/new/")
        desk.page.fill("[name=name]", "仕事用PC")
        desk.page.click("button[data-kind=main]")
        desk.arrive("/account/2fa/recovery-codes/")
        desk.log_out()
        desk.go("/account/login/?next=/settings/profile/")
        desk.page.click("#passkey")
        desk.arrive("/settings/profile/")
        desk.log_out()
        desk.log_in(user.email)
        desk.arrive("/account/2fa/code/")
        desk.page.click("form[data-passkey] button")
        desk.arrive("/settings/profile/")

    refused = in_chromium(chromium, base, steps)

    methods = [event.data["method"] for event in Event.objects.filter(kind=USER_SIGNED_IN).order_by("id")]
    assert methods == ["password", "webauthn", "password+webauthn"]
    assert two_step_of(user).passkeys == 1
    assert refused == []


@pytest.mark.browser
def test_browser_without_a_passkey_says_what_else_to_do(base, chromium):
    make_workspace()
    make_user(password=PASSWORD)
    shown: list[str] = []

    def steps(desk: Desk) -> None:
        desk.go("/account/login/")
        desk.page.click("#passkey")
        notice = desk.page.locator("[data-passkey-error]")
        notice.wait_for(state="visible")
        shown.append(notice.inner_text())

    in_chromium(chromium, base, steps)

    assert len(shown[0]) > 20
    assert Client().get("/").status_code == 302
