"""Rules, reasons, absence and figures of approval on the screen."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import make_rule, make_waiting, people
from tests.factories.approval_form import form_of, place_of
from tests.factories.conversations import make_conversation, reply_to
from tests.factories.desk import browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.models import Absence, ApprovalPolicy, ApprovalRule
from madoguchi.desk.forms.approval_rule import RuleForm

pytestmark = pytest.mark.django_db


def test_the_statistics_count_by_author_and_reason():
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE, name="高橋 蓮")
    browser = browser_of(boss)
    one, two, three = (make_waiting(author) for _each in range(3))
    browser.post(place_of(one), form_of(one))
    browser.post(place_of(two), form_of(two, text="佐藤 花子 様\n\n直しました。", reasons=["fact"]))
    browser.post(place_of(three), form_of(three, deed="send_back", comment="もう一度"))

    page = text_of(browser.get(reverse("desk:approval-statistics")))

    assert "高橋 蓮" in page
    assert "33.3 %" in page
    assert "事実誤り 1" in page


def test_trainees_cannot_see_the_statistics():
    assert browser_of(make_user(Role.TRAINEE)).get(reverse("desk:approval-statistics")).status_code == 403


def test_a_supervisor_ends_the_training():
    boss, trainee = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)

    browser_of(boss).post(reverse("desk:end-training", args=[trainee.pk]))

    trainee.refresh_from_db()
    assert trainee.role == Role.AGENT


def test_being_away_and_back():
    boss, agent = make_user(Role.SUPERVISOR), make_user()
    browser = browser_of(boss)
    until = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    browser.post(reverse("desk:absence"), {"until": until, "substitute": agent.pk})
    assert Absence.objects.get(user=boss).substitute == agent
    refused = browser.post(reverse("desk:absence"), {"until": "2020-01-01T00:00"})
    browser.post(reverse("desk:absence"), {"end": "1"})

    assert refused.status_code == 422
    assert not Absence.objects.exists()


def test_a_rule_is_added_in_words_changed_moved_tested_and_deleted():
    admin, boss = make_admin(), make_user(Role.SUPERVISOR, name="渡辺 由紀")
    browser = browser_of(admin)
    values = {"is_active": "on", "amount": "50000", "keyword": "返金\n補償", "complaint": "on",
              "step0_people": [boss.pk], "step0_needed": "1", "step0_minutes": "90", "step1_is_on": "on"}  # fmt: skip

    browser.post(reverse("desk:approval-rule-new"), values)
    rule = ApprovalRule.objects.get()
    page = text_of(browser.get(reverse("desk:approval-rules")))
    assert "金額 50,000円以上、かつ苦情、かつ語句: 返金、補償" in page
    assert "渡辺 由紀 (営業時間で1時間30分以内、過ぎたら承認できる人全員にも依頼)" in page

    browser.post(reverse("desk:approval-rule", args=[rule.pk]), {**values, "complaint": "", "version": rule.version})
    rule.refresh_from_db()
    assert [each["kind"] for each in rule.conditions] == ["amount", "keyword"]
    stale = browser.post(reverse("desk:approval-rule", args=[rule.pk]), {**values, "version": 1})
    assert stale.status_code == 422

    message = reply_to(make_conversation(), make_user(), text="85,000円を返金します")
    tested = text_of(browser.get(reverse("desk:approval-test"), {"message": f"#{message.conversation_id}"}))
    assert "承認が必要です" in tested
    assert browser.get(reverse("desk:approval-test"), {"message": "何か"}).status_code == 422

    other = make_rule()
    browser.post(reverse("desk:approval-rule-move", args=[other.pk]), {"to": "up"})
    assert list(ApprovalRule.objects.values_list("pk", flat=True)) == [other.pk, rule.pk]
    browser.post(reverse("desk:approval-rule-delete", args=[rule.pk]))
    assert list(ApprovalRule.objects.values_list("pk", flat=True)) == [other.pk]


def test_people_who_left_are_shown_as_a_problem_of_the_rule():
    gone = make_user(Role.SUPERVISOR, name="退職 太郎")
    make_rule(steps=(Step(people(gone)),))
    gone.is_active = False
    gone.save()

    page = text_of(browser_of(make_admin()).get(reverse("desk:approval-rules")))

    assert "第1段階に、承認できなくなった人が含まれています: 退職 太郎(退職・無効)" in page
    assert "承認できる人がいません" in page


def test_reason_codes_and_the_end_of_training_are_settings():
    browser = browser_of(make_admin())

    browser.post(
        reverse("desk:approval-rules"), {"reasons": "敬語\n納期の誤り", "unchanged_needed": "5", "ends_by_itself": "on"}
    )

    policy = ApprovalPolicy.objects.get()
    assert (policy.reasons, policy.unchanged_needed, policy.ends_by_itself) == (["politeness", "納期の誤り"], 5, True)


def test_agents_do_not_keep_rules():
    assert browser_of(make_user()).get(reverse("desk:approval-rules")).status_code == 403


def test_a_rule_is_about_those_who_can_reply_and_chosen_by_tick_boxes():
    page = text_of(browser_of(make_admin()).get(reverse("desk:approval-rule-new")))

    assert 'name="role" value="trainee"' in page
    assert 'value="viewer"' not in page
    assert 'value="guest"' not in page
    assert "ご担当者" not in page
    assert "<select" not in page


def test_the_editor_offers_those_who_can_approve_and_whom_the_rule_names_already():
    boss, trainee = make_user(Role.SUPERVISOR, name="渡辺 由紀"), make_user(Role.TRAINEE, name="高橋 蓮")
    left = make_user(Role.SUPERVISOR, name="去った 人")
    rule = make_rule(Condition("author", (trainee.pk,)), steps=(Step(people(boss, left)),))
    User.objects.filter(pk=left.pk).update(role=Role.VIEWER)

    form = RuleForm(rule=rule)

    offered = dict(form.fields["step0_people"].choices)
    assert offered[left.pk] == "去った 人(承認できません)"
    assert boss.pk in offered
    assert trainee.pk not in offered
    assert trainee.pk in dict(form.fields["author"].choices)
    assert left.pk not in dict(form.fields["author"].choices)


def test_saving_something_else_forgets_nobody():
    left, author = make_user(Role.SUPERVISOR), make_user()
    rule = make_rule(Condition("author", (author.pk,)), steps=(Step(people(left)),))
    User.objects.filter(pk=left.pk).update(role=Role.VIEWER)
    User.objects.filter(pk=author.pk).update(is_active=False)
    values = {"is_active": "on", "name": "別の名前", "version": rule.version, "author": [author.pk],
              "step0_people": [left.pk], "step0_needed": "1"}  # fmt: skip

    browser_of(make_admin()).post(reverse("desk:approval-rule", args=[rule.pk]), values)

    rule.refresh_from_db()
    assert (rule.name, rule.conditions[0]["values"]) == ("別の名前", [author.pk])
    assert rule.steps[0]["who"]["people"] == [left.pk]
