"""Who may open which page."""

import json

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.factories.accounts import make_owner, make_user, make_workspace

from madoguchi.accounts.choices import Role

pytestmark = pytest.mark.django_db

ADMINISTRATION = ["desk:people", "desk:people-invite", "desk:teams", "desk:team-new", "desk:workspace"]


@pytest.fixture
def browser_of():
    def sign_in(role: str) -> Client:
        browser = Client()
        browser.force_login(make_user(role))
        return browser

    make_workspace()
    make_owner()
    return sign_in


@pytest.mark.parametrize("name", ADMINISTRATION)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.TRAINEE, Role.VIEWER, Role.GUEST])
def test_administration_is_closed_to_everybody_else(browser_of, role, name):
    answer = browser_of(role).get(reverse(name))

    assert answer.status_code == 403
    assert reverse("desk:inbox") in answer.content.decode()


@pytest.mark.parametrize("name", [*ADMINISTRATION, "desk:audit"])
@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_administration_is_open_to_administrators(browser_of, role, name):
    assert browser_of(role).get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SUPERVISOR, 200), (Role.AGENT, 403), (Role.VIEWER, 403), (Role.GUEST, 403)]
)
def test_audit_log_is_read_from_supervisors_upwards(browser_of, role, status):
    assert browser_of(role).get(reverse("desk:audit")).status_code == status


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_a_profile(browser_of, role):
    assert browser_of(role).get(reverse("desk:profile")).status_code == 200


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER, Role.GUEST])
def test_settings_lines_lead_only_where_one_may_go(browser_of, role):
    page = browser_of(role).get(reverse("desk:profile")).content.decode()

    assert [name for name in [*ADMINISTRATION, "desk:audit"] if f'href="{reverse(name)}"' in page] == []


@pytest.mark.parametrize("name", ["desk:person-deactivate", "desk:person-reactivate", "desk:person-invite"])
def test_posts_are_closed_too(browser_of, name):
    somebody = make_user()

    answer = browser_of(Role.SUPERVISOR).post(reverse(name, args=[somebody.pk]))

    somebody.refresh_from_db()
    assert (answer.status_code, somebody.is_active) == (403, True)


def test_strangers_go_to_the_login_page_and_come_back(browser_of):
    answer = Client().get("/settings/people/?q=x")

    assert answer.url == "/account/login/?next=/settings/people/%3Fq%3Dx"


@pytest.mark.parametrize(
    "headers",
    [
        {"hx-request": "true", "hx-current-url": "https://desk.example/c/7"},
        {"x-requested-with": "fetch", "referer": "https://desk.example/c/7"},
    ],
)
def test_scripts_are_told_the_way_to_the_login_page(browser_of, headers):
    answer = Client().post("/c/7/draft", headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["X-Login"] == "/account/login/?next=/c/7"


def test_the_login_page_says_when_a_session_has_ended(browser_of):
    browser = Client()
    browser.cookies["sessionid"] = "ended0000000000000000000000000000"

    answer = browser.get("/c/7", follow=True)

    assert answer.redirect_chain == [("/account/login/?next=/c/7&ended=1", 302)]
    assert "ログアウトしました" in answer.text


def test_a_page_of_somebody_else_can_do_nothing(browser_of):
    somebody = make_user()
    browser = browser_of(Role.AGENT)

    refused = browser.post("/settings/profile/", {"name": "別人"}, headers={"x-person": str(somebody.pk)})
    unseen = browser.get("/", headers={"x-person": str(somebody.pk)})

    assert (refused.status_code, refused["HX-Reswap"]) == (409, "none")
    assert "別の人がログインしています" in json.loads(refused["HX-Trigger"])["toast"]["text"]
    assert (unseen.status_code, unseen.content) == (409, b"")


def test_a_page_of_ones_own_goes_on(browser_of):
    browser = browser_of(Role.AGENT)

    answer = browser.get("/", headers={"x-person": browser.session["_auth_user_id"]})

    assert answer.status_code == 200


def test_posts_of_strangers_come_back_to_the_inbox(browser_of):
    assert Client().post("/settings/profile/").url == "/account/login/?next=/"


def test_settings_begin_with_the_profile(browser_of):
    assert browser_of(Role.AGENT).get("/settings/").url == reverse("desk:profile")


def test_each_view_of_settings_and_setup_says_who_may_open_it():
    prefixes = ("settings/", "setup/")
    patterns = {
        pattern.name: pattern.callback
        for resolver in get_resolver().url_patterns
        for inner in getattr(resolver, "url_patterns", [])
        if str(inner.pattern) in prefixes
        for pattern in inner.url_patterns
    }

    assert len(patterns) > 20
    assert [name for name, view in patterns.items() if not hasattr(view, "required_permission")] == []
