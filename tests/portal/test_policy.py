"""The policy on harassment: written in 設定, read by everybody once it is public."""

import pytest
from django.test import Client
from tests.factories.accounts import make_admin, make_user, make_workspace
from tests.factories.desk import browser_of, text_of, url

from madoguchi.cases.actions.policy import PolicyChanged, set_policy
from madoguchi.cases.models import HarassmentPolicy
from madoguchi.core.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db
PATH = "/policy/harassment"


@pytest.fixture(autouse=True)
def workspace():
    return make_workspace()


@pytest.fixture
def admin():
    return make_admin()


def test_customers_read_it_once_it_is_public(admin):
    before = Client().get(PATH)
    browser = browser_of(admin)
    shown = text_of(browser.get(url("harassment-policy")))
    saved = browser.post(
        url("harassment-policy"),
        {"ja": "<誠実>に\r\n\r\n対応します。", "en": "We answer.", "is_public": "on", "version": "0"},
    )

    page = Client().get(f"{PATH}?lang=ja")

    assert (before.status_code, saved.status_code, page.status_code) == (404, 302, 200)
    assert "真摯に受け止め" in shown
    assert "<p>&lt;誠実&gt;に</p>" in text_of(page)
    assert "We answer." in text_of(Client().get(f"{PATH}?lang=en"))
    assert not page.cookies
    assert PATH in text_of(browser.get(url("harassment-policy")))


def test_one_language_serves_for_both(admin):
    set_policy(ja="誠実に対応します。", en="", is_public=True, seen=0, user=admin)

    assert "誠実に対応します。" in text_of(Client().get(f"{PATH}?lang=en"))


def test_taken_back_it_is_not_there(admin):
    set_policy(ja="誠実に", en="", is_public=True, seen=0, user=admin)
    set_policy(ja="誠実に", en="", is_public=False, seen=1, user=admin)

    assert Client().get(PATH).status_code == 404


def test_of_two_who_change_it_the_second_is_told(admin):
    set_policy(ja="一", en="", is_public=False, seen=0, user=admin)
    for seen in (0, 2):
        with pytest.raises(PolicyChanged):
            set_policy(ja="二", en="", is_public=False, seen=seen, user=admin)

    assert HarassmentPolicy.objects.get().ja == "一"


def test_what_cannot_be_public(admin):
    with pytest.raises(Invalid):
        set_policy(ja=" ", en="", is_public=True, seen=0, user=admin)
    with pytest.raises(Invalid):
        set_policy(ja="あ" * 20_001, en="", is_public=False, seen=0, user=admin)
    with pytest.raises(NotAllowed):
        set_policy(ja="一", en="", is_public=True, seen=0, user=make_user())
    assert browser_of(make_user()).get(url("harassment-policy")).status_code == 403


@pytest.mark.parametrize("path", ["/policy/", "/policy/x", "/policy/harassment/"])
def test_other_addresses_are_not_there(path):
    assert Client().get(path).status_code == 404
