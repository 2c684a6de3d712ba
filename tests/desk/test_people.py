"""ユーザー and チーム on the screen."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.accounts import make_admin, make_owner, make_team, make_user, make_workspace

from madoguchi.accounts.choices import Role
from madoguchi.accounts.letters import invitation_url
from madoguchi.accounts.models import Team, User
from madoguchi.channels.models import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    make_workspace()
    make_owner()
    return make_admin()


@pytest.fixture
def desk(admin) -> Client:
    desk = Client()
    desk.force_login(admin)
    return desk


def test_list_shows_who_is_here_and_filters(desk):
    make_user(name="渡辺 優子")
    make_user(name="前の人", is_active=False)

    page = desk.get(reverse("desk:people")).content.decode()
    found = desk.get(reverse("desk:people"), {"q": "渡辺"}).content.decode()
    former = desk.get(reverse("desk:people"), {"former": "1"}).content.decode()
    nobody = desk.get(reverse("desk:people"), {"q": "いない人"}).content.decode()

    assert ("渡辺 優子" in page, "前の人" in page) == (True, False)
    assert "渡辺 優子" in found
    assert "前の人" in former
    assert "渡辺 優子" not in nobody


def test_list_costs_the_same_for_one_and_for_three(desk):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse("desk:people"))
        return len(captured)

    make_team("", make_user())
    cost()
    with_one = cost()
    for _ in range(3):
        make_team("", make_user())

    assert cost() == with_one


def test_names_are_escaped(desk):
    make_user(name="<script>alert(1)</script>")

    page = desk.get(reverse("desk:people")).content.decode()

    assert "<script>alert" not in page


def test_inviting_shows_the_link_to_hand_over(desk):
    team = make_team("サポート")

    answer = desk.post(
        reverse("desk:people-invite"),
        {"email": "mori@harukaze.example", "name": "森 葵", "role": "trainee", "language": "ja", "teams": [team.pk]},
    )

    user = User.objects.get(email="mori@harukaze.example")
    assert answer.url == reverse("desk:person", args=[user.pk])
    assert (user.role, list(user.teams.all())) == (Role.TRAINEE, [team])
    assert invitation_url(user) in desk.get(answer.url).content.decode()


@pytest.mark.parametrize(
    "changed", [{"email": "no-address"}, {"role": "owner"}, {"role": "emperor"}, {"teams": ["0"]}, {"email": ""}]
)
def test_invitation_with_a_mistake_is_shown_again(desk, changed):
    make_team()
    given = {"email": "mori@harukaze.example", "role": "agent", "language": "ja"} | changed

    answer = desk.post(reverse("desk:people-invite"), given)

    assert answer.status_code == 422
    assert not User.objects.filter(email="mori@harukaze.example").exists()


def test_address_that_is_here_already_is_said_at_the_field(desk, admin):
    answer = desk.post(reverse("desk:people-invite"), {"email": admin.email, "role": "agent", "language": "ja"})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()


def test_person_is_changed_with_teams_and_desks(desk):
    user, team = make_user(), make_team("返品")
    opened = Inbox.objects.create(name="法人窓口", kind="mail", address="biz@harukaze.example", is_open_to_all=False)
    closed = Inbox.objects.create(name="採用窓口", kind="mail", address="job@harukaze.example", is_open_to_all=False)
    closed.users.add(user)

    answer = desk.post(
        reverse("desk:person", args=[user.pk]),
        {"name": "小林 花", "public_name": "", "role": "supervisor", "teams": [team.pk], "inboxes": [opened.pk]},
    )

    user.refresh_from_db()
    assert answer.status_code == 302
    assert (user.name, user.role, list(user.teams.all())) == ("小林 花", Role.SUPERVISOR, [team])
    assert list(user.inboxes.all()) == [opened]


def test_administrator_cannot_touch_the_role_of_an_owner(desk):
    owner = make_owner()

    answer = desk.post(reverse("desk:person", args=[owner.pk]), {"name": owner.name, "role": "agent"})

    owner.refresh_from_db()
    assert (answer.status_code, owner.role) == (422, Role.OWNER)


def test_last_owner_is_told_why_they_stay():
    make_workspace()
    owner = make_owner()
    desk = Client()
    desk.force_login(owner)

    changed = desk.post(reverse("desk:person", args=[owner.pk]), {"name": owner.name, "role": "agent"})
    desk.post(reverse("desk:person-deactivate", args=[owner.pk]))

    owner.refresh_from_db()
    assert changed.status_code == 422
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def test_person_is_deactivated_and_let_in_again(desk):
    user = make_user()

    desk.post(reverse("desk:person-deactivate", args=[user.pk]))
    former = User.objects.get(pk=user.pk).is_active
    desk.post(reverse("desk:person-reactivate", args=[user.pk]))

    assert (former, User.objects.get(pk=user.pk).is_active) == (False, True)


def test_invitation_is_sent_again_with_a_new_link(desk):
    desk.post(reverse("desk:people-invite"), {"email": "mori@harukaze.example", "role": "agent", "language": "ja"})
    user = User.objects.get(email="mori@harukaze.example")
    before = invitation_url(user)

    desk.post(reverse("desk:person-invite", args=[user.pk]))

    user.refresh_from_db()
    assert invitation_url(user) != before


def test_person_who_does_not_exist_is_not_found(desk):
    assert desk.get(reverse("desk:person", args=[999_999])).status_code == 404


def test_team_is_made_changed_and_deleted(desk):
    member = make_user()

    made = desk.post(reverse("desk:team-new"), {"name": "返品", "members": [member.pk]})
    team = Team.objects.get()
    changed = desk.post(reverse("desk:team", args=[team.pk]), {"name": "返品・交換"})
    team.refresh_from_db()
    listed = desk.get(reverse("desk:teams")).content.decode()
    desk.post(reverse("desk:team-delete", args=[team.pk]))

    assert (made.url, changed.url) == (reverse("desk:teams"), reverse("desk:teams"))
    assert (team.name, list(team.members.all())) == ("返品・交換", [])
    assert "返品・交換" in listed
    assert not Team.objects.exists()


def test_team_of_a_name_that_is_taken_is_shown_again(desk):
    make_team("返品")

    answer = desk.post(reverse("desk:team-new"), {"name": "返品"})

    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()


def test_without_teams_the_page_says_what_to_do(desk):
    assert reverse("desk:team-new") in desk.get(reverse("desk:teams")).content.decode()


def test_posts_need_the_csrf_token(admin):
    user = make_user()
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(admin)

    answer = desk.post(reverse("desk:person-deactivate", args=[user.pk]))

    assert (answer.status_code, User.objects.get(pk=user.pk).is_active) == (403, True)
