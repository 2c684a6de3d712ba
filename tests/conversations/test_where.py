"""Conditions of one's own making: all of these, at least one of these; and tables sorted by any column."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_team
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.fields import make_field

from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.triage import assign, change_tags, set_category, set_priority
from madoguchi.conversations.actions.views import copy_view, save_view, set_default_view
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.filters import Filter, apply
from madoguchi.conversations.listed import listed_page, listed_rows
from madoguchi.conversations.models import Category, Conversation, Tag
from madoguchi.conversations.saved_views import default_view, views_of
from madoguchi.conversations.table import known_columns, table_page
from madoguchi.conversations.where import read_conditions
from madoguchi.core.conditions import Condition, kept_conditions
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_admin()


def found(user, *all_of, any_of=()):
    chosen = Filter(all_of=tuple(Condition(*each) for each in all_of), any_of=tuple(Condition(*e) for e in any_of))
    assert Filter.from_values(chosen.values()) == chosen
    prepared = [row.pk for row in listed_page(user, listed_rows(user, chosen), sort=chosen.sort).rows]
    plain = apply(Conversation.objects.visible_to(user), chosen, user=user).values_list("pk", flat=True)
    assert sorted(prepared) == sorted(plain)
    return sorted(prepared)


def test_what_a_conversation_has_of_its_own(user):
    one, other = make_conversation(subject="土鍋が届かない"), make_conversation(subject="返品したい")
    assign([one], user, user=user)
    set_priority([one], Priority.HIGH, user=user)
    change_tags([one], add=["急ぎ"], user=user)
    main = Category.objects.create(name="配送")
    set_category([one], Category.objects.create(name="遅延", parent=main), user=user)
    tag, today = str(Tag.objects.get().pk), timezone.localdate()

    for condition in (
        ("status", "is", "open"),
        ("assignee", "is", "me"),
        ("assignee", "is", str(user.pk)),
        ("assignee", "filled", ""),
        ("inbox", "is", str(one.inbox_id)),
        ("priority", "more", "1"),
        ("tag", "is", tag),
        ("tag", "filled", ""),
        ("category", "is", str(main.pk)),
        ("subject", "has", "土鍋"),
        ("subject", "is", "土鍋が届かない"),
    ):
        assert found(user, condition) == [one.pk], condition
    for condition in (
        ("assignee", "is", "none"),
        ("assignee", "empty", ""),
        ("tag", "not", tag),
        ("category", "empty", ""),
        ("subject", "not", "土鍋が届かない"),
        ("priority", "less", "2"),
    ):
        assert found(user, condition) == [other.pk], condition
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert found(user, ("created", "is", today.isoformat())) == [one.pk, other.pk]
    assert found(user, ("created", "less", today.isoformat())) == []
    assert found(user, ("last", "more", yesterday.isoformat()), ("last", "less", tomorrow.isoformat())) == [
        one.pk,
        other.pk,
    ]
    assert found(user, ("done", "filled", "")) == []


def test_all_of_these_and_at_least_one_of_those(user):
    one, two, three = (make_conversation(subject=subject) for subject in ("甲 土鍋", "乙 土鍋", "丙 箸"))
    any_of = (("subject", "has", "甲"), ("subject", "has", "丙"))

    assert found(user, any_of=any_of) == [one.pk, three.pk]
    assert found(user, ("subject", "has", "土鍋"), any_of=any_of) == [one.pk]
    assert found(user, ("subject", "has", "土鍋"), ("subject", "not", "甲 土鍋")) == [two.pk]


def test_custom_fields_are_compared_by_their_kind(user):
    one, other = make_conversation(), make_conversation()
    text, number = make_field("注文番号"), make_field("返金額", FieldKind.NUMBER)
    day, wish = make_field("発生日", FieldKind.DATE), make_field("希望", FieldKind.CHOICE, "返金", "交換")
    tick = make_field("至急", FieldKind.CHECK)
    values = {text.pk: "ＨＫ-10234", number.pk: "500", day.pk: "2026-11-20", wish.pk: "交換", tick.pk: True}
    set_fields([one], values, user=user)

    for field, how, value in (
        (text, "is", "t:hk-10234"),
        (text, "has", "t:102"),
        (number, "more", "n:499.5"),
        (number, "is", "n:500"),
        (day, "less", "d:2026-11-21"),
        (wish, "is", "o:2"),
        (tick, "is", "n:1"),
        (wish, "filled", ""),
    ):
        assert found(user, (f"field-{field.pk}", how, value)) == [one.pk], (field, how)
    assert found(user, (f"field-{wish.pk}", "empty", "")) == [other.pk]
    assert found(user, (f"field-{wish.pk}", "not", "o:2")) == [other.pk]
    for nonsense in ("n:x", "d:x", "o:x", "z:1", ""):
        assert found(user, (f"field-{number.pk}", "is", nonsense)) == []


@pytest.mark.parametrize(
    "kept",
    [
        "x",
        '[["status"]]',
        '[["colour","is","x"]]',
        '[["status","near","x"]]',
        '[["inbox","is","x"]]',
        '[["created","is","2026-02-30"]]',
        '[["assignee","is","x"]]',
        kept_conditions([Condition("subject", "is", "x" * 201)]),
        kept_conditions([Condition("subject", "is", "x")] * 21),
        "3",
    ],
)
def test_what_was_never_kept_is_refused(kept):
    with pytest.raises(Invalid):
        read_conditions(kept)


@pytest.mark.parametrize("is_down", [False, True])
@pytest.mark.parametrize(
    "column",
    [
        "number",
        "customer",
        "subject",
        "status",
        "assignee",
        "due",
        "category",
        "folder",
        "priority",
        "inbox",
        "created",
        "last",
        "text",
        "amount",
        "day",
        "wish",
        "gone",
    ],
)
def test_a_table_stands_by_any_column_page_by_page(user, column, is_down):
    inbox = make_inbox()
    rows = [make_conversation(inbox, subject=f"件名{number % 3}") for number in range(5)]
    kinds = {"text": FieldKind.TEXT, "amount": FieldKind.NUMBER, "day": FieldKind.DATE, "wish": FieldKind.CHOICE}
    fields = {name: make_field(name, kind, "返金", "交換") for name, kind in kinds.items()}
    values = {"text": "甲", "amount": 3, "day": "2026-11-20", "wish": 2}
    set_fields(rows[:2], {fields[name].pk: value for name, value in values.items()}, user=user)
    key = f"field-{fields[column].pk}" if column in fields else "field-999999" if column == "gone" else column
    chosen = Filter(sort=f"-{key}" if is_down else key)

    numbers, cursor = [], ""
    while not numbers or cursor:
        page = table_page(user, chosen, cursor=cursor, limit=2)
        numbers += [row.listed.pk for row in page.rows]
        cursor = page.next_cursor

    assert sorted(numbers) == [row.pk for row in rows]
    upwards = {"text": [0, 1], "amount": [0, 1], "day": [0, 1], "wish": [0, 1], "number": [0, 1, 2, 3, 4]}.get(column)
    if upwards:  # what has nothing stands last, upwards and downwards
        expected = [rows[position].pk for position in upwards]
        assert numbers[: len(upwards)] == (expected[::-1] if is_down else expected)


def test_nonsense_for_a_cursor_begins_at_the_beginning(user):
    make_conversation()

    assert len(table_page(user, Filter(), cursor="???").rows) == 1


def test_columns_of_fields_that_are_gone_are_left_out():
    field = make_field()

    chosen = Filter(columns=("subject", f"field-{field.pk}", "field-999", "colour"))

    assert known_columns(chosen, [field]) == ["subject", f"field-{field.pk}"]
    assert known_columns(Filter(), [])[0] == "number"


def test_a_view_is_for_a_team_can_be_copied_and_greets(user):
    other, stranger = make_admin(), make_admin()
    team = make_team("", user, other)
    view = save_view("返品", Filter(vip=True), user=user, team=team)

    assert ([*views_of(other)], [*views_of(stranger)]) == ([view], [])
    copy = copy_view(view, user=other)
    assert (copy.owner, copy.conditions) == (other, view.conditions)
    set_default_view(view, user=other)
    set_default_view(copy, user=other)
    assert default_view(other) == copy
    set_default_view(None, user=other)
    assert default_view(other) is None
