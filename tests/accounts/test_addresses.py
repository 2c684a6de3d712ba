"""Changing the mail address one logs in with: asked for, confirmed at the new one, told to the old one."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.accounts import PASSWORD, make_admin, make_user, make_workspace

from madoguchi.accounts import actions
from madoguchi.accounts.addresses import AddressLinkEnded, address_token
from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

NEW = "akari.new@harukaze.example"


@pytest.fixture
def user() -> User:
    make_workspace()
    return make_user(password=PASSWORD, language="en")


@pytest.fixture
def token(user) -> str:
    actions.ask_new_address(user, NEW, by=user.actor)
    return address_token(user)


def browser_of(user: User) -> Client:
    """In which the person is logged in, so that pages speak their language."""
    browser = Client()
    browser.force_login(user)
    return browser


def link(token: str) -> str:
    return reverse("account_address", args=[token])


def test_nothing_changes_until_the_link_is_confirmed(user, token):
    opened = Client().get(link(token))

    user.refresh_from_db()
    assert (user.email == NEW, user.new_email) == (False, NEW)
    assert NEW in opened.content.decode()


def test_the_link_changes_the_address_and_sessions_stay(user, token):
    before = user.email
    desk = browser_of(user)

    done = browser_of(user).post(link(token))

    user.refresh_from_db()
    assert (user.email, user.former_email, user.new_email) == (NEW, before, "")
    assert "Your mail address is changed" in done.content.decode()
    assert desk.get("/").status_code == 200
    assert desk.login(email=NEW, password=PASSWORD)
    assert not Client().login(email=before, password=PASSWORD)


def test_asking_and_changing_are_kept_without_addresses(user, token):
    actions.confirm_new_address(token)

    kept = Event.objects.filter(subject=f"user:{user.pk}").order_by("id")
    assert [event.kind for event in kept] == ["address_change_asked", "address_changed"]
    assert [event.data for event in kept] == [{}, {}]
    assert {event.actor_id for event in kept} == {user.pk}


def test_a_link_works_once(user, token):
    actions.confirm_new_address(token)

    again = Client().post(link(token))

    assert again.status_code == 410


@pytest.mark.parametrize("made", ["0-abc", "abc", "999999-abc"])
def test_a_link_nobody_made_ends(user, made):
    assert Client().get(link(made)).status_code == 410
    with pytest.raises(AddressLinkEnded):
        actions.confirm_new_address(made)


def test_a_link_ends_after_a_day(user, token):
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert Client().post(link(token)).status_code == 410


@pytest.mark.parametrize("event", ["asked again", "password", "forgotten", "closed"])
def test_a_link_ends_with_what_it_is_about(user, token, event):
    deeds = {
        "asked again": lambda: actions.ask_new_address(user, "other@harukaze.example", by=user.actor),
        "password": lambda: actions.set_password(user, "atarashii-kagi-7", by=user.actor),
        "forgotten": lambda: actions.forget_new_address(user, by=user.actor),
        "closed": lambda: actions.deactivate_user(user, by=make_admin().actor),
    }

    deeds[event]()

    with pytest.raises(AddressLinkEnded):
        actions.confirm_new_address(token)


def test_an_address_that_somebody_took_meanwhile_is_refused(user, token):
    make_user(email=NEW)

    answer = browser_of(user).post(link(token))

    user.refresh_from_db()
    assert answer.status_code == 422
    assert "Somebody with this mail address is already here." in answer.content.decode()
    assert user.email != NEW


@pytest.mark.parametrize("wanted", ["no address", "", "TAKEN@harukaze.example"])
def test_an_address_that_cannot_be_had_is_refused(user, wanted):
    make_user(email="taken@harukaze.example")

    with pytest.raises(Invalid):
        actions.ask_new_address(user, wanted, by=user.actor)


def test_ones_own_address_is_no_new_one(user):
    with pytest.raises(Invalid):
        actions.ask_new_address(user, user.email.upper(), by=user.actor)


def test_nobody_asks_for_somebody_else(user):
    with pytest.raises(NotAllowed):
        actions.ask_new_address(user, NEW, by=make_admin().actor)
    with pytest.raises(NotAllowed):
        actions.forget_new_address(user, by=make_admin().actor)


def test_guessing_links_is_limited(user, token):
    answers = [Client().post(link("1-abc")).status_code for _each in range(32)]

    assert answers == [410] * 30 + [429] * 2
