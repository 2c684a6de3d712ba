"""What is told of tags, categories, customers, announcements and hand-overs in the audit log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.absences import set_absence
from madoguchi.conversations.actions.approval_rules import change_policy
from madoguchi.conversations.actions.filing import create_category, create_tag, delete_tag, move_category, rename_tag
from madoguchi.conversations.actions.folders import create_folder, delete_folder
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.actions.undo import undo
from madoguchi.events.record import record
from madoguchi.preflight.actions import add_watch_words, set_levels
from madoguchi.preflight.choices import Check, Level
from madoguchi.workforce.actions.handover import hand_over

pytestmark = pytest.mark.django_db


def lines(user, group):
    page = browser_of(user).get(reverse("desk:audit"), {"group": group})
    return [(line.what, line.about, line.details) for line in page.context["lines"]]


def test_tags_and_categories_are_named():
    admin = make_admin(language="ja")
    tag = create_tag("急ぎ", user=admin)
    rename_tag(tag, "至急", user=admin)
    delete_tag(tag, user=admin)
    main, other = create_category("返品", user=admin), create_category("破損", user=admin)
    move_category(other, main, user=admin)

    assert lines(admin, "filing") == [
        ("分類の名前または場所を変更", "破損", ""),
        ("分類を追加", "破損", ""),
        ("分類を追加", "返品", ""),
        ("タグを削除または統合", "至急", ""),
        ("タグの名前を変更", "至急", ""),
        ("タグを追加", "急ぎ", ""),
    ]


def test_a_hand_over_names_who_had_how_many_and_a_folder_that_came_back_is_said():
    admin, agent, other = make_admin(language="en"), make_user(name="中村 大輔"), make_user()
    assign([make_conversation()], agent, user=admin)
    hand_over(agent, [other], user=admin)
    _amount, step = delete_folder(create_folder(make_inbox(), "年末", user=admin), user=admin)
    undo(step.pk, user=admin)

    assert lines(admin, "shift") == [("Conversations handed over", "中村 大輔", "1 conversation")]
    assert lines(admin, "desk")[0] == ("Status or folder brought back", "年末", "")


def test_customers_are_named_to_who_sees_them():
    admin, leader = make_admin(language="en"), make_user(Role.SUPERVISOR, language="en")
    closed = make_conversation(make_inbox(is_open_to_all=False)).customer
    record("customer_changed", f"customer:{closed.pk}", by=admin.actor)

    seen, hidden = lines(admin, "customers"), lines(leader, "customers")

    assert (seen, hidden) == (
        [("Customer changed", closed.label, "")], [("Customer changed", "", "")],
    )  # fmt: skip


def test_changes_of_settings_say_what_was_changed():
    admin, desk = make_admin(language="en"), make_inbox(name="サポート窓口")
    set_levels(desk, "", {Check.DATES: Level.NOTE}, version=0, user=admin)
    set_levels(desk, "", {Check.DATES: Level.BLOCK}, version=1, user=admin)
    set_levels(None, "", {Check.DATES: Level.WARN}, version=0, user=admin)
    add_watch_words([("返金不可", ""), ("絶対", "")], inbox=None, level=Level.WARN, user=admin)
    change_policy(user=admin, reasons=[], unchanged_needed=30, ends_by_itself=True)
    set_absence(admin, until=timezone.now() + timedelta(days=400), substitute=None, user=admin)

    details = [line[2] for line in lines(admin, "desk")]

    assert details[0].endswith("unchanged replies until the approval may end: 20 → 30, it ends by itself")
    assert details[1:5] == [
        "Ask before sending: 返金不可, 絶対",
        "Dates and weekdays: as usual → Ask before sending",
        "サポート窓口, Dates and weekdays: Show only → Block sending",
        "サポート窓口, Dates and weekdays: as usual → Show only",
    ]
    assert lines(admin, "people")[0][2].startswith("away until ")
