"""What names a team or a 分類 keeps it from being deleted: no rule of approval is switched off by that."""

import pytest
from django.db import connection
from tests.factories.accounts import make_admin, make_team
from tests.factories.approval import make_rule
from tests.factories.together import together

from madoguchi.accounts.models import Team
from madoguchi.conversations.actions.approval_rules import delete_rule
from madoguchi.conversations.actions.field_keeping import Definition, create_field
from madoguchi.conversations.actions.filing import create_category, delete_category
from madoguchi.conversations.actions.teams import dissolve_team
from madoguchi.conversations.actions.views import save_view
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import ApprovalRule, Category, SavedView
from madoguchi.conversations.uses import StillUsed
from madoguchi.core.conditions import Condition as Compared
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.guides.actions.scripts import ScriptDraft, delete_script, keep_script
from madoguchi.guides.actions.templates import ChecklistDraft, delete_template, keep_template
from madoguchi.guides.models import ChecklistTemplate, TalkScript

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_admin()


def by_author(team):
    return (Condition("team", (team.pk,)),), (Step(),)


def by_decider(team):
    return (), (Step(People(teams=(team.pk,))),)


def by_second_step(team):
    return (), (Step(), Step(minutes=60, then=People(teams=(team.pk,))))


def keep_checklist(category, admin):
    keep_template(None, ChecklistDraft("確認", ["写真"], category=category), user=admin)


def keep_phone_script(category, admin):
    keep_script(None, ScriptDraft("お電話", "# 始め\nお詫びします。", category=category), user=admin)


@pytest.mark.parametrize("named", [by_author, by_decider, by_second_step])
def test_a_team_that_a_rule_names_stays_and_the_rule_is_named(admin, named):
    team = make_team("返品担当")
    conditions, steps = named(team)
    rule = make_rule(*conditions, steps=steps, name="新チームの返信")

    with pytest.raises(StillUsed, match="新チームの返信"):
        dissolve_team(team, by=admin.actor)

    assert Team.objects.filter(pk=team.pk).exists()
    delete_rule(rule, user=admin)
    dissolve_team(team, by=admin.actor)
    assert not Team.objects.filter(pk=team.pk).exists()


@pytest.mark.parametrize("is_main", [True, False])
def test_a_category_that_a_rule_names_stays_also_by_the_one_above_it(admin, is_main):
    main = create_category("返金", user=admin)
    below = create_category("高額", parent=main, user=admin)
    make_rule(Condition("category", (below.pk,)), name="高額の返金")

    with pytest.raises(StillUsed, match="高額の返金"):
        delete_category(main if is_main else below, user=admin)

    assert Category.objects.count() == 2


def test_fields_and_shared_views_are_named_and_ones_own_views_are_not(admin):
    category, team = create_category("返品", user=admin), make_team("返品担当")
    create_field(Definition("返品理由", FieldKind.TEXT, categories=(category.pk,)), user=admin)
    by_category = Definition("手段", "choice", by_category=True, options=[Option(0, "返金", (category.pk,))])
    create_field(by_category, user=admin)
    save_view("返品の一覧", Filter(category=category.pk), user=admin, is_shared=True)
    save_view("担当の一覧", Filter(all_of=(Compared("team", "is", str(team.pk)),)), user=admin, is_shared=True)
    save_view("自分用", Filter(category=category.pk, team=team.pk), user=admin)

    with pytest.raises(StillUsed) as by_fields:
        delete_category(category, user=admin)
    with pytest.raises(StillUsed) as by_view:
        dissolve_team(team, by=admin.actor)

    assert [name in str(by_fields.value) for name in ("返品理由", "手段", "返品の一覧", "自分用")] == [True] * 3 + [
        False
    ]
    assert ("担当の一覧" in str(by_view.value), "自分用" in str(by_view.value)) == (True, False)


def test_a_view_for_one_team_alone_keeps_it(admin):
    team = make_team("返品担当")
    save_view("担当用", Filter(), user=admin, is_shared=True, team=team)

    with pytest.raises(StillUsed, match="担当用"):
        dissolve_team(team, by=admin.actor)

    assert SavedView.objects.count() == 1


def test_what_has_gone_meanwhile_is_said(admin):
    team, category = make_team("短命"), create_category("短命", user=admin)
    dissolve_team(team, by=admin.actor)
    Category.objects.filter(pk=category.pk).delete()

    with pytest.raises(NotFound):
        dissolve_team(Team(pk=987_654, name="短命"), by=admin.actor)
    with pytest.raises(NotFound):
        delete_category(category, user=admin)


@pytest.mark.parametrize("is_main", [True, False])
def test_guides_for_one_category_are_named_and_keep_it(admin, is_main):
    main = create_category("返品", user=admin)
    below = create_category("破損", parent=main, user=admin)
    checklist = keep_template(None, ChecklistDraft("破損品の確認", ["写真"], category=below), user=admin)
    keep_template(None, ChecklistDraft("どの分類でも", ["名前"]), user=admin)
    script = keep_script(None, ScriptDraft("破損のお電話", "# 始め\nお詫びします。", category=below), user=admin)
    deleted = main if is_main else below

    with pytest.raises(StillUsed) as refused:
        delete_category(deleted, user=admin)

    assert refused.value.facts["uses"] == ["チェックリスト「破損品の確認」", "トークスクリプト「破損のお電話」"]
    delete_template(checklist, user=admin)
    delete_script(script, user=admin)
    delete_category(deleted, user=admin)
    assert Category.objects.count() == (0 if is_main else 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keep", [keep_checklist, keep_phone_script])
def test_of_a_guide_and_the_end_of_its_category_at_once_only_one_comes_about(keep):
    admin = make_admin()
    category = create_category("返品", user=admin)

    def make():
        keep(category, admin)
        connection.close()

    outcomes = together(make, lambda: delete_category(category, user=admin))

    kept = ChecklistTemplate.objects.count() + TalkScript.objects.count()
    assert (kept, Category.objects.count(), outcomes) in [
        (1, 1, [None, StillUsed.code]),
        (0, 0, [Invalid.code, None]),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_a_rule_and_the_end_of_its_category_at_once_only_one_comes_about():
    admin = make_admin()
    category = create_category("返金", user=admin)

    def make():
        make_rule(Condition("category", (category.pk,)), name="返金")
        connection.close()

    outcomes = together(make, lambda: delete_category(category, user=admin))

    rules, categories = ApprovalRule.objects.count(), Category.objects.count()
    assert (rules, categories, outcomes) in [(1, 1, [None, StillUsed.code]), (0, 0, [Invalid.code, None])]
