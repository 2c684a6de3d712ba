"""Passwords, sessions, the person's language, and where a request comes from."""

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.factories.accounts import PASSWORD, make_admin, make_owner, make_user, make_workspace

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import PASSWORD_CHANGED, SESSION_REVOKED
from madoguchi.accounts.middleware import LANGUAGE_COOKIE, NOTED
from madoguchi.accounts.models import RateBucket, SessionInfo
from madoguchi.accounts.network import client_address, is_from_this_machine, network_of
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

NEW_PASSWORD = "atarashii-kagi-7"


def test_each_browser_is_one_session(agent, sign_in):
    here, _there = sign_in(agent), sign_in(agent)

    sessions = queries.sessions_of(agent, current_key=here.session.session_key)

    assert [session.is_current for session in sessions] == [True, False]
    assert {session.network for session in sessions} == {"127.0.0.1"}


def test_handles_of_sessions_are_not_their_keys(agent, sign_in):
    browser = sign_in(agent)
    key = browser.session.session_key

    (session,) = queries.sessions_of(agent, current_key=key)

    assert session.handle != key
    assert queries.session_key_of(agent, session.handle) == key


def test_a_session_of_somebody_else_is_not_found(agent, sign_in):
    sign_in(agent)
    (session,) = queries.sessions_of(agent, current_key="")

    with pytest.raises(NotFound):
        queries.session_key_of(make_user(), session.handle)


def test_ended_session_is_out_at_once(agent, sign_in):
    here, there = sign_in(agent), sign_in(agent)

    ended = actions.end_session(agent, there.session.session_key, by=agent.actor)

    assert ended
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert Event.objects.get(kind=SESSION_REVOKED).data == {"count": 1}


def test_ending_a_session_of_somebody_else_does_nothing(agent, sign_in):
    browser = sign_in(agent)
    stranger = make_user()

    ended = actions.end_session(stranger, browser.session.session_key, by=stranger.actor)

    assert not ended
    assert browser.get("/").status_code == 200


def test_all_other_sessions_end_together(agent, sign_in):
    here, there, elsewhere = sign_in(agent), sign_in(agent), sign_in(agent)

    count = actions.end_other_sessions(agent, keep=here.session.session_key, by=agent.actor)
    again = actions.end_other_sessions(agent, keep=here.session.session_key, by=agent.actor)

    assert (count, again) == (2, 0)
    assert [browser.get("/").status_code for browser in (here, there, elsewhere)] == [200, 302, 302]
    assert Event.objects.filter(kind=SESSION_REVOKED).count() == 1


def test_deactivating_ends_sessions_at_once(agent, sign_in):
    browser = sign_in(agent)

    actions.deactivate_user(agent, by=make_owner().actor)

    assert browser.get("/").status_code == 302
    assert not SessionInfo.objects.exists()


def test_revoked_session_does_not_come_back_by_being_used(agent, sign_in):
    browser = sign_in(agent)
    key = browser.session.session_key
    actions.end_session(agent, key, by=agent.actor)

    browser.get("/")

    assert not Session.objects.filter(session_key=key).exists()
    assert queries.sessions_of(agent, current_key="") == []


def test_use_of_a_session_is_noted_every_five_minutes_only(agent, sign_in, django_assert_num_queries):
    browser = sign_in(agent)
    SessionInfo.objects.update(network="203.0.113.9")

    browser.get("/")
    unchanged = SessionInfo.objects.get().network
    session = browser.session
    session[NOTED] = [session.session_key, 0]
    session.save()
    browser.get("/")

    assert (unchanged, SessionInfo.objects.get().network) == ("203.0.113.9", "127.0.0.1")


def test_new_password_ends_other_sessions_and_keeps_this_one(agent, sign_in):
    here, there = sign_in(agent), sign_in(agent)

    actions.set_password(agent, NEW_PASSWORD, by=agent.actor, keep_session=here.session.session_key)

    assert Session.objects.filter(session_key=here.session.session_key).exists()
    assert there.get("/").status_code == 302
    assert Event.objects.filter(kind=PASSWORD_CHANGED).count() == 1


def test_weak_passwords_are_refused(agent):
    with pytest.raises(Invalid) as refusal:
        actions.set_password(agent, "1234567890", by=agent.actor)

    assert refusal.value.field == "password"


def test_administrators_do_not_set_passwords_of_others(agent):
    with pytest.raises(NotAllowed):
        actions.set_password(agent, NEW_PASSWORD, by=make_admin().actor)


def test_the_command_line_may_set_passwords(agent):
    actions.set_password(agent, NEW_PASSWORD, by=Actor.system("command line"))

    agent.refresh_from_db()
    assert agent.check_password(NEW_PASSWORD)


def test_sweep_removes_what_has_ended(agent, sign_in):
    kept, gone = sign_in(agent), sign_in(agent)
    Session.objects.filter(session_key=gone.session.session_key).update(expire_date="2020-01-01T00:00:00Z")
    RateBucket.objects.create(key="old", tokens=1, refilled_at="2020-01-01T00:00:00Z")

    count = actions.sweep_sessions()

    assert count == 1
    assert [info.key for info in SessionInfo.objects.all()] == [kept.session.session_key]
    assert not RateBucket.objects.filter(key="old").exists()


def page_language(browser: Client, **extra) -> str:
    return browser.get("/account/login/", **extra).headers["Content-Language"]


def test_person_is_spoken_to_in_their_language(sign_in, db):
    make_workspace(language="ja")
    browser = sign_in(make_user(password=PASSWORD, language="en"))

    assert browser.get("/settings/profile/").headers["Content-Language"] == "en"


def test_strangers_hear_the_language_of_the_workspace(db):
    make_workspace(language="en")

    assert page_language(Client(), HTTP_ACCEPT_LANGUAGE="ja") == "en"


def test_strangers_may_choose_a_language(agent):
    browser = Client()

    answer = browser.post("/account/language/", {"language": "en", "next": "/account/login/"})

    assert answer.url == "/account/login/"
    assert browser.cookies[LANGUAGE_COOKIE].value == "en"
    assert page_language(browser) == "en"


def test_unknown_languages_are_not_chosen(agent):
    browser = Client()

    browser.post("/account/language/", {"language": "<b>", "next": "/account/login/"})

    assert LANGUAGE_COOKIE not in browser.cookies


def test_choosing_while_signed_in_is_kept_with_the_person(agent, sign_in):
    sign_in(agent).post("/account/language/", {"language": "en", "next": "/"})

    agent.refresh_from_db()
    assert agent.language == "en"


def test_theme_comes_along_at_sign_in(db, sign_in):
    make_workspace()
    browser = sign_in(make_user(password=PASSWORD, theme="dark"))

    assert browser.cookies["theme"].value == "dark"


def test_before_there_is_a_workspace_the_browser_decides(rf, db):
    from madoguchi.accounts.middleware import PersonLocale  # noqa: PLC0415 - beside the one test of it alone

    request = rf.get("/", headers={"accept-language": "en"})
    request.user = None

    assert PersonLocale(lambda _request: HttpResponse()).language_of(request) == "en"


def request_from(address: str, **headers: str):
    return RequestFactory(headers=headers).get("/", REMOTE_ADDR=address)


def test_forwarding_header_counts_only_behind_our_proxy(settings):
    request = request_from("10.0.0.2", **{"x-forwarded-for": "1.1.1.1, 203.0.113.9"})

    settings.PROXIED = False
    direct = client_address(request)
    settings.PROXIED = True
    behind = client_address(request)

    assert (direct, behind) == ("10.0.0.2", "203.0.113.9")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("nonsense", "10.0.0.2"),
        ("", "10.0.0.2"),
    ],
)
def test_forwarded_addresses_are_read_in_every_form(settings, given, address):
    settings.PROXIED = True

    assert client_address(request_from("10.0.0.2", **{"x-forwarded-for": given})) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("", "unknown")],
)
def test_network_is_what_one_sender_surely_shares(settings, address, network):
    settings.PROXIED = False

    assert network_of(request_from(address)).partition("/")[0] == network


@pytest.mark.parametrize(
    ("address", "headers", "proxied", "expected"),
    [
        ("127.0.0.1", {}, False, True),
        ("::1", {}, False, True),
        ("203.0.113.9", {}, False, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False, False),
        ("127.0.0.1", {"via": "1.1 proxy"}, False, False),
        ("127.0.0.1", {}, True, False),
        ("", {}, False, False),
    ],
)
def test_only_a_direct_loopback_request_is_from_this_machine(settings, address, headers, proxied, expected):
    settings.PROXIED = proxied

    assert is_from_this_machine(request_from(address, **headers)) is expected
