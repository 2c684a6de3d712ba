"""The shop itself, its first owner, and the code of the first run."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.factories.accounts import PASSWORD, make_admin, make_user, make_workspace

from madoguchi.accounts import actions, queries
from madoguchi.accounts.actions import AlreadySetUp
from madoguchi.accounts.choices import WORKSPACE_SET_UP, Role
from madoguchi.accounts.models import User, Workspace
from madoguchi.accounts.setup_code import forget_setup_code, is_setup_code, setup_code
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event

FIRST = {"name": "桜井 真琴", "password": PASSWORD, "workspace": "はるかぜ日用品店", "language": "ja"}


@pytest.mark.django_db
def test_first_owner_names_the_shop():
    user = actions.make_first_owner("owner@harukaze.example", **FIRST)

    workspace = queries.find_workspace()
    assert (user.role, user.check_password(PASSWORD)) == (Role.OWNER, True)
    assert (workspace.name, workspace.language, workspace.is_demo, workspace.set_up_at) == (
        "はるかぜ日用品店",
        "ja",
        False,
        None,
    )


@pytest.mark.django_db
def test_there_is_only_one_first_owner():
    make_user()

    with pytest.raises(AlreadySetUp):
        actions.make_first_owner("owner@harukaze.example", **FIRST)


@pytest.mark.django_db
def test_refused_first_owner_leaves_nothing_behind():
    with pytest.raises(Invalid):
        actions.make_first_owner("owner@harukaze.example", **(FIRST | {"workspace": " "}))

    assert not User.objects.exists()
    assert not Workspace.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_one_makes_the_first_owner():
    def begin(number: int) -> bool:
        try:
            actions.make_first_owner(f"owner{number}@harukaze.example", **FIRST)
        except AlreadySetUp:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        made = list(pool.map(begin, range(4)))

    assert sorted(made) == [False, False, False, True]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_setup_is_finished_once():
    make_workspace(set_up_at=None)
    by = make_admin().actor

    actions.finish_setup(by=by)
    actions.finish_setup(by=by)

    assert queries.find_workspace().set_up_at is not None
    assert Event.objects.filter(kind=WORKSPACE_SET_UP).count() == 1


@pytest.mark.django_db
def test_demo_counts_as_set_up_and_stays_a_demo_when_renamed():
    actions.set_up_workspace(name="はるかぜ日用品店", is_demo=True, by=Actor.system("demo"))

    workspace = actions.set_up_workspace(name="なつかぜ日用品店", language="en", by=make_admin().actor)

    workspace.refresh_from_db()
    assert (workspace.name, workspace.language, workspace.is_demo) == ("なつかぜ日用品店", "en", True)
    assert workspace.set_up_at is not None


@pytest.mark.django_db
def test_supervisors_do_not_rename_the_shop():
    by = make_user(Role.SUPERVISOR).actor

    with pytest.raises(NotAllowed):
        actions.set_up_workspace(name="別の店", by=by)
    with pytest.raises(NotAllowed):
        actions.finish_setup(by=by)


@pytest.mark.django_db
def test_before_it_has_a_name_the_shop_is_called_like_the_product():
    assert queries.workspace_name() in {"Madoguchi", "窓口"}


def test_setup_code_is_made_once_for_the_owners_eyes_only(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"

    first, second = setup_code(), setup_code()

    assert first == second
    assert stat.S_IMODE((tmp_path / "data" / "setup-code").stat().st_mode) == 0o600


def test_setup_code_is_recognised_however_it_is_typed(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    code = setup_code()

    assert is_setup_code(f" {code.upper().replace('-', ' ')} ")
    assert not is_setup_code("")
    assert not is_setup_code(code[:-1])


def test_forgotten_setup_code_is_made_anew(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    before = setup_code()

    forget_setup_code()
    forget_setup_code()

    assert setup_code() != before


def test_two_processes_agree_on_the_setup_code(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    with ThreadPoolExecutor(max_workers=4) as pool:
        codes = set(pool.map(lambda _number: setup_code(), range(8)))

    assert len(codes) == 1
