"""Teams."""

import pytest
from tests.factories.accounts import make_admin, make_team, make_user

from madoguchi.accounts import actions, queries
from madoguchi.accounts.choices import TEAM_CHANGED, TEAM_DELETED
from madoguchi.accounts.models import Team
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_team_is_made_with_members():
    admin, member = make_admin(), make_user()

    team = actions.create_team(" 返品担当 ", members=[member.pk], by=admin.actor)

    assert team.name == "返品担当"
    assert list(team.members.all()) == [member]


@pytest.mark.parametrize("name", ["", "  ", "あ" * 61, "返品担当"])
def test_names_that_cannot_be_used_are_refused(name):
    make_team("返品担当")

    with pytest.raises(Invalid) as refusal:
        actions.create_team(name, by=make_admin().actor)

    assert refusal.value.field == "name"
    assert Team.objects.count() == 1


def test_team_is_renamed_and_given_other_members():
    admin, before, after = make_admin(), make_user(), make_user()
    team = make_team("返品", before)

    actions.rename_team(team, "返品・交換", by=admin.actor)
    actions.set_team_members(team, [after.pk], by=admin.actor)

    assert [(found.name, list(found.members.all())) for found in queries.all_teams()] == [("返品・交換", [after])]


def test_teams_of_a_person_are_recorded_where_they_change():
    admin, user = make_admin(), make_user()
    kept, left, joined = make_team("", user), make_team("", user), make_team()

    actions.set_teams_of(user, [kept.pk, joined.pk], by=admin.actor)

    assert set(user.teams.all()) == {kept, joined}
    changed = set(Event.objects.filter(kind=TEAM_CHANGED).values_list("subject", flat=True))
    assert changed == {f"team:{left.pk}", f"team:{joined.pk}"}


def test_deleted_team_is_remembered_by_its_name():
    team = make_team("返品担当", make_user())

    actions.delete_team(team, by=make_admin().actor)

    assert not Team.objects.exists()
    assert Event.objects.get(kind=TEAM_DELETED).data == {"name": "返品担当"}


def test_agents_do_not_manage_teams():
    agent, team = make_user(), make_team()

    for attempt in (
        lambda: actions.create_team("新しい", by=agent.actor),
        lambda: actions.rename_team(team, "別", by=agent.actor),
        lambda: actions.set_team_members(team, [agent.pk], by=agent.actor),
        lambda: actions.set_teams_of(agent, [team.pk], by=agent.actor),
        lambda: actions.delete_team(team, by=agent.actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()
