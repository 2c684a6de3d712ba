"""Who is here and what they are."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.factories.accounts import PASSWORD, make_admin, make_owner, make_team, make_user

from madoguchi.accounts import actions, queries
from madoguchi.accounts.actions import LastOwner
from madoguchi.accounts.choices import USER_CHANGED, USER_CREATED, USER_DEACTIVATED, USER_REACTIVATED, Role
from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

SYSTEM = Actor.system("test")

pytestmark = pytest.mark.django_db


def test_create_user_folds_the_address_and_records_it():
    user = actions.create_user(" Mori@Harukaze.example ", name="森 葵", role=Role.SUPERVISOR, by=SYSTEM)

    assert (user.email, user.name, user.role) == ("mori@harukaze.example", "森 葵", Role.SUPERVISOR)
    assert not user.has_usable_password()
    assert Event.objects.get(kind=USER_CREATED).data == {"role": "supervisor"}


def test_create_user_without_a_name_is_called_by_the_address():
    assert actions.create_user("mori@harukaze.example", name=" ", by=SYSTEM).name == "mori@harukaze.example"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "no-address"}, "email"),
        ({"role": "emperor"}, "role"),
        ({"language": "fr"}, "language"),
        ({"name": "あ" * 101}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "1234567890123"}, "password"),
        ({"password": "mori@harukaze.example"}, "password"),
    ],
)
def test_create_user_refuses_what_cannot_be_used(values, field):
    given = {"email": "mori@harukaze.example", "name": "森 葵"} | values

    with pytest.raises(Invalid) as refusal:
        actions.create_user(given.pop("email"), **given, by=SYSTEM)

    assert refusal.value.field == field
    assert not User.objects.exists()


def test_two_spellings_of_one_address_are_one_person():
    actions.create_user("mori@harukaze.example", name="森 葵", by=SYSTEM)

    with pytest.raises(Invalid) as refusal:
        actions.create_user("MORI@harukaze.example", name="森", by=SYSTEM)

    assert refusal.value.field == "email"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.TRAINEE, Role.VIEWER, Role.GUEST])
def test_only_administrators_make_people(role):
    with pytest.raises(NotAllowed):
        actions.create_user("mori@harukaze.example", name="森 葵", by=make_user(role).actor)


def test_only_owners_make_owners():
    with pytest.raises(NotAllowed):
        actions.create_user("mori@harukaze.example", name="森 葵", role=Role.OWNER, by=make_admin().actor)

    made = actions.create_user("mori@harukaze.example", name="森 葵", role=Role.OWNER, by=make_owner().actor)
    assert made.role == Role.OWNER


def test_people_change_their_own_names():
    user = make_user()

    actions.change_user(user, by=user.actor, name=" 小林 花 ", public_name="こばやし", signature="  --\n小林")

    user.refresh_from_db()
    assert (user.name, user.public_name, user.signature) == ("小林 花", "こばやし", "  --\n小林")
    assert Event.objects.get(kind=USER_CHANGED).data == {"fields": ["name", "public_name", "signature"]}


def test_what_did_not_change_is_not_recorded():
    user = make_user()

    actions.change_user(user, by=user.actor, name=user.name, role=user.role)

    assert not Event.objects.exists()


def test_nobody_raises_their_own_role():
    user = make_user()

    with pytest.raises(NotAllowed):
        actions.change_user(user, by=user.actor, role=Role.ADMIN)


def test_agents_do_not_change_others():
    with pytest.raises(NotAllowed):
        actions.change_user(make_user(), by=make_user().actor, name="別の名前")


def test_administrators_change_roles_but_not_those_of_owners():
    admin, agent, owner = make_admin(), make_user(), make_owner()

    actions.change_user(agent, by=admin.actor, role=Role.SUPERVISOR)

    assert User.objects.get(pk=agent.pk).role == Role.SUPERVISOR
    assert Event.objects.get(kind=USER_CHANGED).data == {"fields": ["role"], "role": "supervisor"}
    with pytest.raises(NotAllowed):
        actions.change_user(owner, by=admin.actor, role=Role.AGENT)
    with pytest.raises(NotAllowed):
        actions.change_user(agent, by=admin.actor, role=Role.OWNER)


def test_a_role_lost_meanwhile_gives_no_rights_any_more():
    admin, agent = make_admin(), make_user()
    actor = admin.actor
    User.objects.filter(pk=admin.pk).update(is_active=False)

    with pytest.raises(NotAllowed):
        actions.change_user(agent, by=actor, role=Role.SUPERVISOR)


def test_change_user_refuses_unknown_fields_and_empty_names():
    user = make_user()

    with pytest.raises(Invalid):
        actions.change_user(user, by=user.actor, email="new@harukaze.example")
    with pytest.raises(Invalid):
        actions.change_user(user, by=user.actor, name="  ")


def test_the_last_owner_stays_owner():
    owner = make_owner()

    with pytest.raises(LastOwner):
        actions.change_user(owner, by=owner.actor, role=Role.AGENT)
    with pytest.raises(LastOwner):
        actions.deactivate_user(owner, by=owner.actor)


def test_an_owner_who_never_came_does_not_count():
    owner = make_owner()
    actions.invite_user("mori@harukaze.example", role=Role.OWNER, by=owner.actor)

    with pytest.raises(LastOwner):
        actions.deactivate_user(owner, by=owner.actor)


def test_one_of_two_owners_may_leave():
    leaving, staying = make_owner(), make_owner()

    actions.deactivate_user(leaving, by=staying.actor)

    assert list(User.objects.filter(is_active=True)) == [staying]


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_leave_at_once():
    owners = [make_owner(), make_owner()]

    def leave(owner: User) -> bool:
        try:
            actions.change_user(owner, by=SYSTEM, role=Role.AGENT)
        except LastOwner:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        left = list(pool.map(leave, owners))

    assert sorted(left) == [False, True]
    assert User.objects.filter(role=Role.OWNER).count() == 1


def test_deactivating_ends_tokens_and_is_recorded_once():
    owner, user = make_owner(), make_user()
    text = actions.create_token(user, label="倉庫", by=user.actor)

    actions.deactivate_user(user, by=owner.actor)
    actions.deactivate_user(user, by=owner.actor)

    assert queries.user_of_token(text) is None
    assert Event.objects.filter(kind=USER_DEACTIVATED).count() == 1


def test_reactivating_lets_in_again_without_the_old_tokens():
    owner, user = make_owner(), make_user(password=PASSWORD)
    text = actions.create_token(user, label="倉庫", by=user.actor)
    actions.deactivate_user(user, by=owner.actor)

    actions.reactivate_user(user, by=owner.actor)
    actions.reactivate_user(user, by=owner.actor)

    user.refresh_from_db()
    assert user.is_active
    assert user.check_password(PASSWORD)
    assert queries.user_of_token(text) is None
    assert Event.objects.filter(kind=USER_REACTIVATED).count() == 1


def test_preferences_are_kept_one_by_one():
    user = make_user()
    other_window = User.objects.get(pk=user.pk)

    actions.keep_preference(user, "list", 320)
    actions.keep_preference(other_window, "side", 280)

    user.refresh_from_db()
    assert user.preferences == {"list": 320, "side": 280}


def test_people_are_found_by_part_of_the_name_and_cost_three_queries(django_assert_num_queries):
    make_user(name="渡辺 優子")
    for _ in range(3):
        make_team("", make_user())

    with django_assert_num_queries(3):
        everybody = queries.people()

    assert len(everybody) == 4
    assert [line.user.name for line in queries.people(like="渡辺")] == ["渡辺 優子"]


def test_former_people_are_shown_on_demand():
    make_user(name="前の人", is_active=False)

    assert queries.people() == []
    assert [line.user.name for line in queries.people(with_former=True)] == ["前の人"]


def test_what_is_not_there_is_not_found():
    for look_up in (queries.get_user, queries.get_team):
        with pytest.raises(NotFound):
            look_up(99)
    with pytest.raises(NotFound):
        queries.get_user_by_email("nobody@harukaze.example")


def test_user_by_email_ignores_case():
    user = make_user()

    assert queries.get_user_by_email(user.email.upper()) == user
