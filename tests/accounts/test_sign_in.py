"""Signing in by password, and what a stranger can learn or do there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from tests.factories.accounts import PASSWORD, make_user, make_workspace

from madoguchi.accounts.actions import deactivate_user, set_password
from madoguchi.accounts.choices import (
    PASSWORD_RESET_ASKED,
    USER_SIGN_IN_FAILED,
    USER_SIGNED_IN,
    USER_SIGNED_OUT,
)
from madoguchi.accounts.letters import reset_url
from madoguchi.accounts.models import SessionInfo, User
from madoguchi.core.errors import NotAllowed
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

LOGIN = "/account/login/"
WRONG = "not-the-password"
SYSTEM = Actor.system("test")


def try_password(browser: Client, email: str, password: str, **extra):
    return browser.post(LOGIN, {"login": email, "password": password}, **extra)


def test_right_password_opens_the_desk(agent, sign_in):
    browser = sign_in(agent)

    assert browser.get("/").status_code == 200


def test_address_may_be_typed_in_capitals(agent):
    answer = try_password(Client(), agent.email.upper(), PASSWORD)

    assert answer.status_code == 302


def test_signing_in_is_in_the_audit_trail(agent):
    try_password(Client(), agent.email, PASSWORD, REMOTE_ADDR="203.0.113.9")

    event = Event.objects.get(kind=USER_SIGNED_IN)
    assert (event.subject, event.actor_id) == (f"user:{agent.pk}", agent.pk)
    assert event.data == {"network": "203.0.113.9", "method": "password"}


def test_failing_is_in_the_audit_trail_without_what_was_typed(agent):
    try_password(Client(), agent.email, WRONG, REMOTE_ADDR="203.0.113.9")
    try_password(Client(), "stranger@elsewhere.example", WRONG, REMOTE_ADDR="203.0.113.9")

    failures = Event.objects.filter(kind=USER_SIGN_IN_FAILED).order_by("id")
    assert [event.subject for event in failures] == [f"user:{agent.pk}", "user:0"]
    assert [event.data for event in failures] == [{"network": "203.0.113.9", "step": "password"}] * 2


def test_a_wrong_password_and_an_unknown_address_look_the_same(agent):
    known = try_password(Client(), agent.email, WRONG).content.decode()
    unknown = try_password(Client(), "stranger@elsewhere.example", WRONG).content.decode()

    assert without_tokens(known, agent.email) == without_tokens(unknown, "stranger@elsewhere.example")


def without_tokens(page: str, email: str) -> list[str]:
    return [line.replace(email, "") for line in page.splitlines() if "csrf" not in line]


def test_deactivated_person_cannot_sign_in(agent):
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    browser = Client()

    answer = try_password(browser, agent.email, PASSWORD)

    assert answer.url == "/account/inactive/"
    assert browser.get("/").status_code == 302
    assert Event.objects.get(kind=USER_SIGN_IN_FAILED).data["step"] == "inactive"


def test_session_key_changes_at_sign_in(agent):
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    before = browser.session.session_key
    browser.cookies["sessionid"] = before

    try_password(browser, agent.email, PASSWORD)

    assert browser.session.session_key != before
    assert SessionInfo.objects.get().key == browser.session.session_key


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_elsewhere(agent, target):
    answer = Client().post(LOGIN, {"login": agent.email, "password": PASSWORD, "next": target})

    assert answer.url == "/"


def test_next_leads_to_the_page_that_was_wanted(agent):
    answer = Client().post(LOGIN, {"login": agent.email, "password": PASSWORD, "next": "/settings/profile/"})

    assert answer.url == "/settings/profile/"


def test_language_choice_never_leads_elsewhere(agent):
    answer = Client().post("/account/language/", {"language": "en", "next": "https://evil.example/"})

    assert answer.url == "/"


def test_login_needs_the_csrf_token(agent):
    browser = Client(enforce_csrf_checks=True)

    answer = try_password(browser, agent.email, PASSWORD)

    assert answer.status_code == 403


def test_nobody_can_sign_up(agent):
    assert Client().get("/account/signup/").status_code == 404


def test_too_many_wrong_passwords_close_the_door_even_for_the_right_one(agent):
    browser = Client()
    for _ in range(8):
        try_password(browser, agent.email, WRONG)

    answer = try_password(browser, agent.email, PASSWORD)

    assert answer.status_code == 200
    assert browser.get("/").status_code == 302


def test_owner_of_an_attacked_address_still_comes_in_from_elsewhere(agent):
    for _ in range(9):
        try_password(Client(), agent.email, WRONG, REMOTE_ADDR="198.51.100.7")

    answer = try_password(Client(), agent.email, PASSWORD, REMOTE_ADDR="203.0.113.9")

    assert answer.status_code == 302


def test_right_passwords_do_not_use_up_tries(agent):
    answers = [try_password(Client(), agent.email, PASSWORD).status_code for _ in range(10)]

    assert answers == [302] * 10


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_share_one_limit():
    make_workspace()
    agent = make_user(password=PASSWORD)

    def guess(number: int) -> None:
        try:
            try_password(Client(), agent.email, f"{WRONG}{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        list(pool.map(guess, range(20)))

    assert Event.objects.filter(kind=USER_SIGN_IN_FAILED).count() == 8


def test_forged_forwarding_header_does_not_open_new_tries(agent):
    for number in range(8):
        try_password(Client(), agent.email, WRONG, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")

    answer = try_password(Client(), agent.email, PASSWORD)

    assert answer.status_code == 200


def test_log_out_ends_the_session(agent, sign_in):
    browser = sign_in(agent)
    key = browser.session.session_key

    answer = browser.post("/account/logout/")

    assert answer.url == "/"
    assert browser.get("/").status_code == 302
    assert not SessionInfo.objects.filter(key=key).exists()
    assert Event.objects.filter(kind=USER_SIGNED_OUT, actor_id=agent.pk).count() == 1


def test_log_out_asks_first(agent, sign_in):
    browser = sign_in(agent)

    answer = browser.get("/account/logout/")

    assert answer.status_code == 200
    assert browser.get("/").status_code == 200


def test_reset_answers_the_same_for_known_and_unknown_addresses(agent):
    known = Client().post("/account/password/reset/", {"email": agent.email.upper()})
    unknown = Client().post("/account/password/reset/", {"email": "stranger@elsewhere.example"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [event.subject for event in Event.objects.filter(kind=PASSWORD_RESET_ASKED)] == [f"user:{agent.pk}"]


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def new_password(browser: Client, url: str, password: str):
    form_page = browser.get(path_of(url), follow=True)
    return browser.post(form_page.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_reset_link_sets_a_password_and_ends_sessions(agent, sign_in):
    old = sign_in(agent)
    agent.refresh_from_db()  # a link made before the last sign-in would be void

    answer = new_password(Client(), reset_url(agent), "atarashii-kagi-7")

    assert answer.url == "/account/password/reset/key/done/"
    assert old.get("/").status_code == 302
    assert try_password(Client(), agent.email, PASSWORD).status_code == 200
    assert try_password(Client(), agent.email, "atarashii-kagi-7").status_code == 302


def test_reset_link_works_once(agent):
    url = reset_url(agent)
    new_password(Client(), url, "atarashii-kagi-7")

    answer = Client().get(path_of(url))

    assert answer.status_code == 200
    assert "使えません" in answer.content.decode() or "cannot be used" in answer.content.decode()


def test_reset_link_ends_with_its_person(agent):
    url = reset_url(agent)
    deactivate_user(agent, by=SYSTEM)

    answer = Client().get(path_of(url))

    assert answer.status_code == 200
    assert "使えません" in answer.content.decode() or "cannot be used" in answer.content.decode()
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_form_behind_a_reset_link_ends_with_its_person(agent):
    browser = Client()
    form_page = browser.get(path_of(reset_url(agent)), follow=True)
    deactivate_user(agent, by=SYSTEM)

    answer = browser.post(
        form_page.redirect_chain[-1][0], {"password1": "atarashii-kagi-7", "password2": "atarashii-kagi-7"}
    )

    assert answer.status_code == 200
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_deactivated_person_gives_themselves_no_password(agent):
    deactivate_user(User.objects.get(pk=agent.pk), by=SYSTEM)

    with pytest.raises(NotAllowed):
        set_password(agent, "atarashii-kagi-7", by=agent.actor)


def test_reset_link_signs_somebody_else_out(agent, sign_in):
    browser = sign_in(make_user(password=PASSWORD))

    new_password(browser, reset_url(agent), "atarashii-kagi-7")

    assert browser.get("/").status_code == 302


def test_reset_mails_to_one_address_are_limited(agent):
    answers = [Client().post("/account/password/reset/", {"email": agent.email}).status_code for _ in range(5)]

    assert answers == [302, 302, 302, 429, 429]
    assert Event.objects.filter(kind=PASSWORD_RESET_ASKED).count() == 3


def test_weak_new_password_is_refused(agent):
    answer = new_password(Client(), reset_url(agent), "1234567890")

    assert answer.status_code == 200
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)
