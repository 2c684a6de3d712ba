"""Invitations and links to new passwords, from the event to the mail."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from tests.factories.accounts import make_owner, make_user, make_workspace

from madoguchi.accounts import actions
from madoguchi.accounts.addresses import address_token
from madoguchi.accounts.letters import address_url, invitation_url
from madoguchi.accounts.models import User
from madoguchi.accounts.queries import has_users
from madoguchi.events.models import Event
from madoguchi.flows.demo_loading import load_demo_job
from madoguchi.flows.letters import letter_job
from madoguchi.flows.reactions import react

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited() -> User:
    make_workspace()
    return actions.invite_user("mori@harukaze.example", by=make_owner(name="桜井 真琴").actor)


@pytest.fixture
def asked() -> User:
    make_workspace()
    user = make_user()
    actions.note_reset_asked(user, network="203.0.113.9")
    return user


@pytest.fixture
def moving() -> User:
    make_workspace()
    user = make_user(email="akari@harukaze.example")
    return actions.ask_new_address(user, "new@harukaze.example", by=user.actor)


@pytest.fixture
def moved(moving) -> User:
    return actions.confirm_new_address(address_token(moving))


def run_letter() -> None:
    letter_job(event_id=Event.objects.latest("id").pk)


@pytest.mark.parametrize("person", ["invited", "asked", "moving", "moved"])
def test_events_that_ask_for_a_letter_plan_one(request, person):
    request.getfixturevalue(person)
    event = Event.objects.latest("id")

    with app.replace_connector(InMemoryConnector()) as replaced:
        react(event)
        jobs = [(job["task_name"], job["args"]) for job in replaced.connector.jobs.values()]

    assert jobs == [("madoguchi.flows.letter", {"event_id": event.pk})]


def test_invitation_leaves_with_the_link(invited, mailoutbox):
    run_letter()

    (letter,) = mailoutbox
    assert letter.to == [invited.email]
    assert invitation_url(invited) in letter.body
    assert "桜井 真琴" in letter.subject


def test_a_new_address_is_sent_its_link(moving, mailoutbox):
    run_letter()

    (letter,) = mailoutbox
    assert letter.to == ["new@harukaze.example"]
    assert address_url(moving) in letter.body


def test_an_address_that_is_not_wanted_any_more_gets_no_letter(moving, mailoutbox):
    actions.forget_new_address(moving, by=moving.actor)

    run_letter()

    assert mailoutbox == []


def test_the_former_address_is_told(moved, mailoutbox):
    run_letter()

    (letter,) = mailoutbox
    assert letter.to == ["akari@harukaze.example"]
    assert "new@harukaze.example" in letter.body


def test_invitation_that_was_accepted_meanwhile_does_not_leave(invited, mailoutbox):
    User.objects.filter(pk=invited.pk).update(invited_at=None)

    run_letter()

    assert mailoutbox == []


def test_link_to_a_new_password_leaves(asked, mailoutbox):
    run_letter()

    (letter,) = mailoutbox
    assert (letter.to, "/account/password/reset/key/" in letter.body) == ([asked.email], True)


def test_link_asked_for_long_ago_does_not_leave(asked, mailoutbox):
    Event.objects.update(at=timezone.now() - timedelta(hours=2))

    run_letter()

    assert mailoutbox == []


def test_deactivated_people_get_no_letters(asked, mailoutbox):
    User.objects.update(is_active=False)

    run_letter()

    assert mailoutbox == []


def test_demo_is_not_loaded_where_somebody_is():
    make_user()

    load_demo_job()

    assert User.objects.count() == 1
    assert has_users()
