"""プロフィール: oneself, sessions, API keys."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.accounts import PASSWORD, make_owner, make_user, make_workspace

from madoguchi.accounts.models import Token, User
from madoguchi.accounts.queries import sessions_of, user_of_token
from madoguchi.desk.devices import device_name

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "atarashii-kagi-7"


@pytest.fixture
def user() -> User:
    make_workspace()
    make_owner()
    return make_user(password=PASSWORD)


@pytest.fixture
def desk(user) -> Client:
    desk = Client()
    desk.force_login(user)
    desk.get(reverse("desk:profile"))
    return desk


def values(user: User, **changed: str) -> dict[str, str]:
    fields = ("name", "public_name", "signature", "language", "theme")
    return {field: getattr(user, field) for field in fields} | changed


def test_saving_keeps_names_language_and_theme(desk, user):
    answer = desk.post(
        reverse("desk:profile"), values(user, name="小林 花", public_name="こばやし", language="en", theme="dark")
    )

    user.refresh_from_db()
    assert answer.url == reverse("desk:profile")
    assert (user.name, user.public_name, user.language, user.theme) == ("小林 花", "こばやし", "en", "dark")
    assert desk.cookies["theme"].value == "dark"
    assert desk.get(reverse("desk:profile")).headers["Content-Language"] == "en"


@pytest.mark.parametrize("changed", [{"name": ""}, {"language": "fr"}, {"signature": "あ" * 4001}])
def test_what_cannot_be_used_is_shown_at_its_field(desk, user, changed):
    answer = desk.post(reverse("desk:profile"), values(user, **changed))

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_nobody_becomes_an_administrator_by_the_profile(desk, user):
    desk.post(reverse("desk:profile"), values(user, role="admin"))

    user.refresh_from_db()
    assert user.role == "agent"


def test_new_password_keeps_this_browser_and_ends_the_others(desk, user):
    other = Client()
    other.force_login(user)

    answer = desk.post(reverse("desk:profile-password"), {"current": PASSWORD, "password": NEW_PASSWORD})

    user.refresh_from_db()
    assert answer.url == reverse("desk:profile")
    assert user.check_password(NEW_PASSWORD)
    assert desk.get(reverse("desk:profile")).status_code == 200
    assert other.get(reverse("desk:profile")).status_code == 302


@pytest.mark.parametrize(
    ("current", "password"), [("wrong", NEW_PASSWORD), (PASSWORD, "1234567890"), ("", NEW_PASSWORD)]
)
def test_new_password_needs_the_present_one_and_strength(desk, user, current, password):
    answer = desk.post(reverse("desk:profile-password"), {"current": current, "password": password})

    user.refresh_from_db()
    assert answer.status_code == 422
    assert user.check_password(PASSWORD)


def test_guessing_the_present_password_is_limited(desk, user):
    for _ in range(6):
        desk.post(reverse("desk:profile-password"), {"current": "wrong", "password": NEW_PASSWORD})

    desk.post(reverse("desk:profile-password"), {"current": PASSWORD, "password": NEW_PASSWORD})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


MOVE = {"email": "new@harukaze.example", "current": PASSWORD}


def test_a_new_address_is_asked_for_with_the_password(desk, user):
    answer = desk.post(reverse("desk:profile-address"), MOVE, follow=True)

    user.refresh_from_db()
    assert user.new_email == "new@harukaze.example"
    assert "new@harukaze.example" in answer.content.decode()


def test_no_two_fields_share_an_id(desk):
    ids = re.findall(
        r'<(?:input|select|textarea)[^>]* id="([^"]+)"', desk.get(reverse("desk:profile")).content.decode()
    )

    assert len(ids) == len(set(ids))


def test_an_address_that_waits_is_given_up(desk, user):
    desk.post(reverse("desk:profile-address"), MOVE)

    page = desk.post(reverse("desk:profile-address-forget"), follow=True).content.decode()

    user.refresh_from_db()
    assert user.new_email == ""
    assert "new@harukaze.example" not in page


@pytest.mark.parametrize(
    "changed", [{"current": "chigau-kagi"}, {"current": ""}, {"email": "no"}, {"email": "owner@taken.example"}]
)
def test_a_new_address_needs_the_password_and_to_be_free(desk, user, changed):
    make_user(email="owner@taken.example")

    answer = desk.post(reverse("desk:profile-address"), MOVE | changed)

    user.refresh_from_db()
    assert (answer.status_code, user.new_email) == (422, "")


def test_letters_to_new_addresses_are_limited(desk, user):
    numbers = range(6)

    answers = [desk.post(reverse("desk:profile-address"), MOVE | {"email": f"a{n}@x.example"}) for n in numbers]

    assert [answer.status_code for answer in answers] == [302] * 5 + [422]


def test_one_other_session_is_ended(desk, user):
    other = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/18.0 Mobile Safari/604.1"})
    other.force_login(user)
    other.get(reverse("desk:profile"))
    here = desk.session.session_key
    there = next(one for one in sessions_of(user, current_key=here) if not one.is_current)

    shown = desk.get(reverse("desk:profile")).content.decode()
    desk.post(reverse("desk:profile-session-end", args=[there.handle]))

    assert "Safari (iPhone)" in shown
    assert other.session.session_key not in shown
    assert other.get(reverse("desk:profile")).status_code == 302
    assert desk.get(reverse("desk:profile")).status_code == 200


def test_session_of_somebody_else_cannot_be_ended(desk, user):
    stranger = make_user()
    other = Client()
    other.force_login(stranger)
    other.get(reverse("desk:profile"))
    (session,) = sessions_of(stranger, current_key="")

    answer = desk.post(reverse("desk:profile-session-end", args=[session.handle]))

    assert answer.status_code == 404
    assert other.get(reverse("desk:profile")).status_code == 200


def test_all_other_sessions_are_ended(desk, user):
    other = Client()
    other.force_login(user)
    other.get(reverse("desk:profile"))

    desk.post(reverse("desk:profile-sessions-end"))

    assert other.get(reverse("desk:profile")).status_code == 302
    assert desk.get(reverse("desk:profile")).status_code == 200


def test_api_key_is_shown_once(desk, user):
    answer = desk.post(reverse("desk:profile-tokens"), {"label": "倉庫連携"})

    (text,) = re.findall(r"mdg_[\w-]+", answer.content.decode())
    assert user_of_token(text) == user
    assert "no-store" in answer.headers["Cache-Control"]
    again = desk.get(reverse("desk:profile")).content.decode()
    assert ("倉庫連携" in again, text in again) == (True, False)


def test_api_key_needs_a_purpose(desk):
    answer = desk.post(reverse("desk:profile-tokens"), {"label": ""})

    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_api_key_is_revoked_by_its_owner_only(desk, user):
    desk.post(reverse("desk:profile-tokens"), {"label": "倉庫連携"})
    token = Token.objects.get()
    stranger = Client()
    stranger.force_login(make_user())

    refused = stranger.post(reverse("desk:profile-token-revoke", args=[token.pk]))
    desk.post(reverse("desk:profile-token-revoke", args=[token.pk]))

    token.refresh_from_db()
    assert refused.status_code == 404
    assert token.revoked_at is not None


def test_page_costs_the_same_however_much_it_lists(desk, user):
    sessions = [Client() for _ in range(3)]
    desk.post(reverse("desk:profile-tokens"), {"label": "連携"})

    with CaptureQueriesContext(connection) as with_one:
        desk.get(reverse("desk:profile"))
    for number, other in enumerate(sessions):
        desk.post(reverse("desk:profile-tokens"), {"label": f"連携{number}"})
        other.force_login(user)
        other.get(reverse("desk:profile"))
    with CaptureQueriesContext(connection) as with_many:
        desk.get(reverse("desk:profile"))

    assert len(with_many) == len(with_one)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge (Windows)",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari (macOS)"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox (Linux)"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome (Android)"),
        ("curl/8.5 (Windows)", "Windows"),
    ],
)
def test_devices_are_named_as_people_know_them(user_agent, name):
    assert device_name(user_agent) == name


def test_unknown_device_is_called_so():
    assert device_name("") in {"不明な端末", "Unknown device"}
