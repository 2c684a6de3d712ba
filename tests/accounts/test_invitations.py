"""Letting people in by a link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.factories.accounts import make_admin, make_owner, make_team, make_user, make_workspace

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import INVITATION_ACCEPTED, USER_INVITED, USER_SIGNED_IN, Role
from madoguchi.accounts.invitations import InvitationEnded, invitation_token
from madoguchi.accounts.letters import invitation_letter, invitation_url
from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

NEW_PASSWORD = "atarashii-kagi-7"

pytestmark = pytest.mark.django_db


def invite(**values) -> User:
    return actions.invite_user("mori@harukaze.example", **({"by": make_admin().actor} | values))


def test_invited_person_waits_with_role_and_teams():
    team = make_team()

    user = invite(role=Role.TRAINEE, teams=[team.pk])

    assert (user.role, user.is_invited, user.has_usable_password()) == (Role.TRAINEE, True, False)
    assert list(user.teams.all()) == [team]
    assert Event.objects.get(kind=USER_INVITED).subject == f"user:{user.pk}"


def test_only_administrators_invite_and_only_owners_invite_owners():
    with pytest.raises(NotAllowed):
        invite(by=make_user(Role.SUPERVISOR).actor)
    with pytest.raises(NotAllowed):
        invite(role=Role.OWNER)

    assert invite(role=Role.OWNER, by=make_owner().actor).role == Role.OWNER


def test_accepting_sets_name_and_password_once():
    user = invite()
    token = invitation_token(user)

    actions.accept_invitation(token, name=" 森 葵 ", password=NEW_PASSWORD)

    user.refresh_from_db()
    assert (user.name, user.is_invited, user.check_password(NEW_PASSWORD)) == ("森 葵", False, True)
    assert Event.objects.filter(kind=INVITATION_ACCEPTED).count() == 1
    with pytest.raises(InvitationEnded):
        actions.accept_invitation(token, name="別人", password=NEW_PASSWORD)


def test_link_ends_after_seven_days():
    token = invitation_token(invite())

    later = timezone.now() + timedelta(days=7, seconds=1)

    with time_machine.travel(later, tick=False), pytest.raises(InvitationEnded):
        queries.user_of_invitation(token)


def test_link_works_until_then():
    user = invite()

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
        assert queries.user_of_invitation(invitation_token(user)) == user


def test_sending_again_ends_the_link_of_before():
    admin = make_admin()
    user = invite(by=admin.actor)
    old = invitation_token(user)

    actions.renew_invitation(user, by=admin.actor)

    with pytest.raises(InvitationEnded):
        queries.user_of_invitation(old)
    assert queries.user_of_invitation(invitation_token(user)) == user


def test_who_has_come_in_cannot_be_invited_again():
    with pytest.raises(Invalid):
        actions.renew_invitation(make_user(), by=make_admin().actor)


def test_link_of_a_deactivated_person_ends():
    admin = make_admin()
    user = invite(by=admin.actor)
    token = invitation_token(user)
    actions.deactivate_user(user, by=admin.actor)

    with pytest.raises(InvitationEnded):
        queries.user_of_invitation(token)


@pytest.mark.parametrize("token", ["", "-", "1", "x-y", "99999999999999999999-abc", "٣-abc", "{pk}-" + "0" * 64])
def test_links_that_are_not_ours_lead_nowhere(token):
    user = invite()

    with pytest.raises(InvitationEnded):
        queries.user_of_invitation(token.format(pk=user.pk))


def test_password_link_of_an_invited_person_ends_the_invitation():
    user = invite()

    actions.set_password(user, NEW_PASSWORD, by=user.actor)

    assert not User.objects.get(pk=user.pk).is_invited


def test_page_brings_the_person_in():
    make_workspace()
    user = invite()
    browser = Client()
    path = "/" + invitation_url(user).split("/", 3)[3]

    shown = browser.get(path)
    answer = browser.post(path, {"name": "森 葵", "password": NEW_PASSWORD})

    assert user.email in shown.content.decode()
    assert answer.url == "/"
    assert browser.get("/").status_code == 200
    assert Event.objects.get(kind=USER_SIGNED_IN).data["method"] == "invitation"


def test_page_says_what_is_wrong_and_keeps_the_link():
    make_workspace()
    path = "/" + invitation_url(invite()).split("/", 3)[3]

    weak = Client().post(path, {"name": "森 葵", "password": "1234567890"})
    nameless = Client().post(path, {"name": " ", "password": NEW_PASSWORD})

    assert 'aria-invalid="true"' in weak.content.decode()
    assert 'aria-invalid="true"' in nameless.content.decode()
    assert Client().get(path).status_code == 200


def test_page_of_an_ended_link_says_so():
    make_workspace()

    answer = Client().get("/account/invitation/1-abc/")

    assert answer.status_code == 410


def test_guessing_links_is_limited():
    make_workspace()

    answers = [Client().post("/account/invitation/1-abc/").status_code for _ in range(32)]

    assert answers == [410] * 30 + [429] * 2


@pytest.mark.parametrize(("language", "word"), [("ja", "招待"), ("en", "invites you")])
def test_letter_speaks_the_language_of_its_reader(language, word):
    make_workspace()
    user = invite(language=language)

    letter = invitation_letter(user, inviter="渡辺 優子")

    assert letter.to == ["mori@harukaze.example"]
    assert "渡辺 優子" in letter.subject
    assert invitation_url(user) in letter.body
