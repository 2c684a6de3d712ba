"""ワークスペース and 操作ログ."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.accounts import make_admin, make_owner, make_team, make_user, make_workspace

from madoguchi.accounts import actions
from madoguchi.accounts.audit import PAGE
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record
from madoguchi.flows.audit import GROUPS, kinds_of

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("intake")


@pytest.fixture
def admin() -> User:
    make_workspace()
    make_owner()
    return make_admin(name="渡辺 優子")


@pytest.fixture
def desk(admin) -> Client:
    desk = Client()
    desk.force_login(admin)
    return desk


def audit(desk: Client, **conditions: object) -> str:
    return desk.get(reverse("desk:audit"), conditions).content.decode()


def test_workspace_is_renamed(desk):
    answer = desk.post(reverse("desk:workspace"), {"workspace": "なつかぜ日用品店", "language": "en"})

    assert answer.status_code == 302
    assert "なつかぜ日用品店" in desk.get(reverse("desk:workspace")).content.decode()


@pytest.mark.parametrize("given", [{"workspace": " ", "language": "ja"}, {"workspace": "店", "language": "fr"}])
def test_workspace_refuses_what_cannot_be_used(desk, given):
    assert desk.post(reverse("desk:workspace"), given).status_code == 422


def test_audit_names_who_did_what_to_whom(desk, admin):
    user, team = make_user(name="小林 あかり"), make_team("返品担当")
    inbox = Inbox.objects.create(name="法人窓口", kind="mail", address="biz@harukaze.example")
    actions.change_user(user, by=admin.actor, role="supervisor", public_name="こばやし")
    actions.rename_team(team, "返品・交換担当", by=admin.actor)
    record("inbox_failing", f"inbox:{inbox.pk}", by=SYSTEM)

    page = audit(desk)

    for word in ("渡辺 優子", "小林 あかり", "返品・交換担当", "法人窓口"):
        assert word in page


def test_audit_shows_the_network_of_failures(desk):
    record("user_sign_in_failed", "user:0", by=Actor.system("sign-in"), data={"network": "203.0.113.9", "step": "code"})

    assert "203.0.113.9" in audit(desk)


def test_audit_remembers_the_name_of_what_was_deleted(desk, admin):
    actions.delete_team(make_team("短命チーム"), by=admin.actor)

    assert "短命チーム" in audit(desk)


def test_audit_is_narrowed_by_kind_person_and_day(desk, admin):
    other, somebody = make_admin(name="佐々木 健"), make_user(name="中村 翔")
    actions.change_user(somebody, by=other.actor, public_name="な")
    actions.create_token(somebody, label="倉庫", by=somebody.actor)
    Event.objects.filter(kind="user_changed").update(at=timezone.now() - timedelta(days=3))
    today = timezone.localdate().isoformat()

    def found(**conditions: object) -> list[str]:
        lines = desk.get(reverse("desk:audit"), conditions).context["lines"]
        return [line.who for line in lines]

    assert found(group="people") == ["佐々木 健"]
    assert found(group="security") == ["中村 翔"]
    assert found(person=other.pk) == ["佐々木 健"]
    assert found(person=somebody.pk) == ["中村 翔", "佐々木 健"]
    assert "佐々木 健" not in found(since=today)
    assert found(until=(timezone.localdate() - timedelta(days=2)).isoformat()) == ["佐々木 健"]


def test_audit_leaves_out_conditions_that_cannot_be_meant(desk, admin):
    actions.create_token(admin, label="倉庫", by=admin.actor)

    answer = desk.get(reverse("desk:audit"), {"group": "x", "person": "y", "since": "z", "before": "-1"})

    assert answer.status_code == 200
    assert [line.who for line in answer.context["lines"]] == ["渡辺 優子"]


def test_audit_turns_pages_without_losing_or_doubling(desk):
    for _ in range(PAGE + 3):
        record("raw_quarantined", "raw:1", by=SYSTEM)

    first = desk.get(reverse("desk:audit"))
    second = desk.get(reverse("desk:audit") + first.context["more_url"])

    assert (len(first.context["lines"]), len(second.context["lines"])) == (PAGE, 3)
    assert (first.context["is_first"], second.context["more_url"]) == (True, "")


def test_audit_costs_the_same_for_one_and_for_three(desk, admin):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            audit(desk)
        return len(captured)

    def change_one() -> None:
        actions.change_user(make_user(), by=admin.actor, public_name="な")
        actions.rename_team(make_team(), "名前" + str(Event.objects.count()), by=admin.actor)

    change_one()
    cost()
    with_one = cost()
    change_one()
    change_one()

    assert cost() == with_one


def test_audit_of_nothing_says_so(desk):
    assert 'class="empty"' in audit(desk, group="security")


def test_every_kind_belongs_to_one_group():
    kinds = kinds_of("")

    assert len(kinds) == len(set(kinds))
    assert set(kinds_of("people")) < set(kinds)
    assert sum(len(kinds_of(group)) for group in GROUPS) == len(kinds)
