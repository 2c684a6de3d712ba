"""The second step: authenticator app, recovery codes, and what a stranger with the password can do."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from tests.factories.accounts import PASSWORD

from madoguchi.accounts.choices import (
    RECOVERY_CODES_MADE,
    TWO_STEP_ADDED,
    TWO_STEP_REMOVED,
    USER_SIGN_IN_FAILED,
    USER_SIGNED_IN,
)
from madoguchi.accounts.queries import two_step_of
from madoguchi.events.models import Event

SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def secured(agent):
    TOTP.activate(agent, SECRET)
    return agent


def password_only(user) -> Client:
    browser = Client()
    answer = browser.post("/account/login/", {"login": user.email, "password": PASSWORD, "next": "/settings/profile/"})
    assert answer.url == "/account/2fa/code/"
    return browser


def enter(browser: Client, code: str):
    return browser.post("/account/2fa/code/", {"code": code})


def test_password_alone_does_not_open_the_desk(secured):
    browser = password_only(secured)

    assert browser.get("/").status_code == 302
    assert not Event.objects.filter(kind=USER_SIGNED_IN).exists()


def test_code_opens_the_desk_at_the_page_that_was_wanted(secured):
    answer = enter(password_only(secured), code_of(SECRET))

    assert answer.url == "/settings/profile/"
    assert Event.objects.get(kind=USER_SIGNED_IN).data["method"] == "password+totp"


def test_a_code_works_once(secured):
    code = code_of(SECRET)
    enter(password_only(secured), code)

    answer = enter(password_only(secured), code)

    assert answer.status_code == 200


def test_wrong_codes_are_recorded_and_limited_however_often_one_begins_anew(secured):
    answers = [enter(password_only(secured), "000000").status_code for _ in range(8)]
    right = enter(password_only(secured), code_of(SECRET))

    assert answers == [200] * 6 + [429] * 2
    assert right.status_code == 429
    assert Event.objects.filter(kind=USER_SIGN_IN_FAILED).count() == 6
    assert Event.objects.filter(kind=USER_SIGN_IN_FAILED).last().data["step"] == "code"


def test_code_page_without_a_first_step_leads_to_the_login_page(agent):
    shown = Client().get("/account/2fa/code/")
    posted = Client().post("/account/2fa/code/", {"code": "000000"})

    assert (shown.url, posted.url) == ("/account/login/", "/account/login/")


def confirm_password(browser: Client, next_url: str) -> None:
    browser.post("/account/reauthenticate/", {"password": PASSWORD, "next": next_url})


def test_app_is_set_up_with_recovery_codes(agent, sign_in, django_capture_on_commit_callbacks):
    browser = sign_in(agent)
    asked = browser.get("/account/2fa/app/")
    confirm_password(browser, "/account/2fa/app/")
    page = browser.get("/account/2fa/app/").content.decode()
    secret = re.search(r'id="secret" value="([A-Z2-7]+)"', page)[1]

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/account/2fa/app/", {"code": code_of(secret)})
    codes = browser.get(answer.url).content.decode()

    assert asked.url.startswith("/account/reauthenticate/")
    assert two_step_of(agent).has_app
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    assert Event.objects.get(kind=TWO_STEP_ADDED).data == {"method": "totp"}
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in json.dumps(stored)


def test_recovery_code_opens_the_desk_once(agent, sign_in):
    codes = recovery_codes(agent, sign_in)

    first = enter(password_only(agent), codes[0])
    second = enter(password_only(agent), codes[0])

    assert (first.url, second.status_code) == ("/settings/profile/", 200)


def recovery_codes(agent, sign_in) -> list[str]:
    browser = sign_in(agent)
    TOTP.activate(agent, SECRET)
    confirm_password(browser, "/")
    browser.post("/account/2fa/recovery-codes/new/")
    page = browser.get("/account/2fa/recovery-codes/").content.decode()
    return re.findall(r"<li>(\d{8})</li>", page)


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_are_recorded_and_end_the_old_ones(sign_in, request):
    agent = request.getfixturevalue("agent")
    old = recovery_codes(agent, sign_in)
    browser = password_only(agent)
    enter(browser, old[0])
    confirm_password(browser, "/")

    browser.post("/account/2fa/recovery-codes/new/")

    assert enter(password_only(agent), old[1]).status_code == 200
    assert Event.objects.filter(kind=RECOVERY_CODES_MADE).count() == 2


def test_removing_the_app_is_recorded(secured):
    browser = password_only(secured)
    enter(browser, code_of(SECRET))
    confirm_password(browser, "/")

    browser.post("/account/2fa/app/remove/")

    assert not two_step_of(secured).is_on
    assert Event.objects.get(kind=TWO_STEP_REMOVED).data == {"method": "totp"}


@pytest.mark.parametrize(
    "path", ["/account/2fa/app/", "/account/2fa/recovery-codes/new/", "/account/2fa/passkeys/new/"]
)
def test_a_browser_left_open_changes_nothing_without_the_password(secured, path):
    browser = password_only(secured)
    enter(browser, code_of(SECRET))

    answer = browser.get(path)

    assert answer.status_code == 302
    assert "reauthenticate" in answer.url or path == "/account/2fa/app/"


def test_guessing_the_password_to_confirm_is_limited(agent, sign_in):
    browser = sign_in(agent)
    for _ in range(8):
        browser.post("/account/reauthenticate/", {"password": "wrong", "next": "/account/2fa/app/"})

    confirm_password(browser, "/account/2fa/app/")

    assert browser.get("/account/2fa/app/").status_code == 302


def test_broken_passkeys_are_refused_and_recorded(agent):
    browser = Client()
    browser.get("/account/2fa/passkeys/login/", headers={"accept": "application/json"})

    answers = [
        browser.post("/account/2fa/passkeys/login/", {"credential": credential}).status_code
        for credential in ("", "{}", "nonsense", '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}')
    ]

    assert answers == [302] * 4
    assert browser.get("/").status_code == 302
    assert Event.objects.filter(kind=USER_SIGN_IN_FAILED).count() == 4


def test_pages_of_the_second_step_speak_japanese_or_english(agent, sign_in):
    browser = sign_in(agent)
    confirm_password(browser, "/")

    for path in ("/account/2fa/", "/account/2fa/passkeys/", "/account/2fa/passkeys/new/", "/account/2fa/app/"):
        assert browser.get(path).status_code == 200
