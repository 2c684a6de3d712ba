"""Custom fields: what may stand in them, where they are shown, what depends on what, what is missing at the end."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter
from tests.factories.fields import make_field, value_at

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.bulk import make_changes
from madoguchi.conversations.actions.field_keeping import (
    Definition,
    change_field,
)
from madoguchi.conversations.actions.fields import ChangedMeanwhile, fill_defaults, set_fields
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import FieldsMissing, change_status, set_category
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import FIELD_CHANGED, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.fields import missing_fields, offered_options
from madoguchi.conversations.models import Category, FieldValue
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.core.fields.texts import read_day, read_number
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12800", "12800"),
        ("１２，８００円", "12800"),
        ("¥12,800", "12800"),
        ("▲500", "-500"),
        ("3.5", "3.5"),
        ("たくさん", None),
        ("1e99", None),
        ("NaN", None),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("２０２６年１１月２０日", date(2026, 11, 20)),
        ("令和8年11月20日", date(2026, 11, 20)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R8.11.20", date(2026, 11, 20)),
        ("H31/4/30", date(2019, 4, 30)),
        ("20261120", date(2026, 11, 20)),
        ("11/20", date(2026, 11, 20)),
        ("来週", None),
    ],
)
def test_days_as_people_write_them(text, day):
    assert read_day(text, today=date(2026, 3, 1)) == day


@pytest.mark.parametrize("text", ["2026-02-30", "令和8年13月1日", "0001-01-01", "9999/1/1"])
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the caller's
        read_day(text)


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        (FieldKind.TEXT, "  A-1  ", "A-1"),
        (FieldKind.LONG, "一行目\r\n二行目", "一行目\n二行目"),
        (FieldKind.NUMBER, "１２，８００円", "12800"),
        (FieldKind.DATE, "令和8年11月20日", "2026-11-20"),
        (FieldKind.CHOICE, "返金", 1),
        (FieldKind.CHOICE, "2", 2),
        (FieldKind.MULTI, ["交換", "返金"], [1, 2]),
        (FieldKind.CHECK, "on", True),
    ],
)
def test_each_kind_keeps_what_was_meant(kind, raw, kept):
    field = make_field("希望", kind, "返金", "交換")
    conversation = make_conversation()

    set_fields([conversation], {field.pk: raw}, user=make_user())

    assert value_at(conversation, field) == kept


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (FieldKind.NUMBER, "たくさん", "must be a number"),
        (FieldKind.NUMBER, "0.00001", "four digits"),
        (FieldKind.DATE, "2026-02-30", "no such day"),
        (FieldKind.DATE, "来週", "must be a day"),
        (FieldKind.CHOICE, "9", "has no choice"),
        (FieldKind.TEXT, "あ" * 301, "too long"),
        (FieldKind.TEXT, "a\0b", "cannot be kept"),
        (FieldKind.CHECK, "maybe", "ticked or not"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(kind, raw, said):
    field = make_field("希望", kind, "返金")
    conversation = make_conversation()

    with pytest.raises(Invalid) as refused:
        set_fields([conversation], {field.pk: raw}, user=make_user(language="en"))

    assert (said in str(refused.value), refused.value.field) == (True, f"field-{field.pk}")
    assert not FieldValue.objects.exists()


def test_an_empty_value_empties_the_field_and_undo_brings_it_back():
    field, user, conversation = make_field("注文番号"), make_user(), make_conversation()
    set_fields([conversation], {field.pk: "A-1"}, user=user)

    step = set_fields([conversation], {field.pk: ""}, user=user)

    assert value_at(conversation, field) is None
    undo(step.pk, user=user)
    assert value_at(conversation, field) == "A-1"


def test_the_history_tells_numbers_and_choices_but_no_text():
    conversation, user = make_conversation(), make_user()
    text, amount = make_field("注文番号"), make_field("返金額", FieldKind.NUMBER)

    set_fields([conversation], {text.pk: "山田様 090-1234-5678", amount.pk: "1,200"}, user=user)

    events = Event.objects.about(conversation.event_subject).filter(kind=FIELD_CHANGED).order_by("pk")
    assert [event.data for event in events] == [
        {"field": text.pk, "is_empty": False},
        {"field": amount.pk, "was": None, "now": "1200"},
    ]


def test_the_same_value_again_changes_nothing():
    field, user, conversation = make_field(), make_user(), make_conversation()
    set_fields([conversation], {field.pk: "A-1"}, user=user)
    version = conversation.version

    step = set_fields([conversation], {field.pk: "A-1"}, user=user)

    assert (step.data["before"], conversation.version) == ({}, version)


def test_who_saw_something_else_is_told():
    field, user, conversation = make_field(), make_user(), make_conversation()
    set_fields([conversation], {field.pk: "A-1"}, user=user)

    with pytest.raises(ChangedMeanwhile) as refused:
        set_fields([conversation], {field.pk: "A-2"}, user=user, seen={field.pk: None})

    assert refused.value.facts == {"now": "A-1"}
    assert value_at(conversation, field) == "A-1"


def test_several_changes_with_fields_are_one_step_back():
    user, conversation = make_user(), make_conversation()
    first, second = make_field(), make_field()

    step = make_changes(
        [conversation],
        [
            lambda rows: set_fields(rows, {first.pk: "1"}, user=user),
            lambda rows: set_fields(rows, {second.pk: "2"}, user=user),
            lambda rows: change_status(rows, Status.DONE, user=user),
        ],
        user=user,
    )
    undo(step.pk, user=user)

    conversation.refresh_from_db()
    assert (value_at(conversation, first), value_at(conversation, second)) == (None, None)
    assert conversation.status == Status.NEW


def test_a_viewer_may_not_write():
    field = make_field()

    with pytest.raises(NotAllowed):
        set_fields([make_conversation()], {field.pk: "x"}, user=make_user(Role.VIEWER))


def test_choices_follow_the_field_above_and_are_emptied_when_they_no_longer_fit():
    user, conversation = make_user(language="en"), make_conversation()
    wish = make_field("希望対応", FieldKind.CHOICE, "返金", "交換")
    way = make_field("返金方法", FieldKind.CHOICE, "口座", "カード", "同じ品", depends_on=wish.pk)
    options = [Option(1, "口座", (1,)), Option(2, "カード", (1,)), Option(3, "同じ品", (2,))]
    change_field(way, Definition("返金方法", FieldKind.CHOICE, depends_on=wish.pk, options=options), user=make_admin())
    way.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        set_fields([conversation], {wish.pk: "交換", way.pk: "口座"}, user=user)
    set_fields([conversation], {wish.pk: "返金", way.pk: "口座"}, user=user)
    step = set_fields([conversation], {wish.pk: "交換"}, user=user)

    assert "cannot be chosen" in str(refused.value)
    assert [each.name for each in offered_options(way, {wish.pk: 2}, conversation)] == ["同じ品"]
    assert value_at(conversation, way) is None
    undo(step.pk, user=user)
    assert (value_at(conversation, wish), value_at(conversation, way)) == (1, 1)


def test_choices_follow_the_category():
    conversation, user = make_conversation(), make_user()
    main = Category.objects.create(name="返品")
    field = make_field("理由", FieldKind.CHOICE, "破損", "色違い", by_category=True)
    options = [Option(1, "破損", (main.pk,)), Option(2, "色違い")]
    change_field(field, Definition("理由", FieldKind.CHOICE, by_category=True, options=options), user=make_admin())
    field.refresh_from_db()

    assert [each.id for each in offered_options(field, {}, conversation)] == [2]
    set_category([conversation], Category.objects.create(name="初期不良", parent=main), user=user)
    assert [each.id for each in offered_options(field, {}, conversation)] == [1, 2]


def test_what_is_missing_keeps_a_conversation_from_being_done():
    field = make_field("注文番号", is_required=True)
    user, conversation, other = make_user(language="en"), make_conversation(), make_conversation()

    with pytest.raises(FieldsMissing) as refused:
        change_status([conversation, other], Status.DONE, user=user)

    assert refused.value.facts["missing"] == {str(conversation.pk): [field.pk], str(other.pk): [field.pk]}
    assert f"#{conversation.pk} cannot be done yet: fill in 注文番号" in str(refused.value)
    set_fields([conversation], {field.pk: "A-1"}, user=user)
    change_status([conversation], Status.DONE, user=user)
    conversation.refresh_from_db()
    assert conversation.status == Status.DONE


def test_a_reply_that_would_finish_waits_for_what_is_missing():
    make_field("注文番号", is_required=True)
    user, conversation = make_user(), make_conversation()
    sending = Sending(latest_event_id(conversation), status_after=Status.DONE)

    with pytest.raises(FieldsMissing):
        write_reply(conversation, make_letter(), user=user, sending=sending)

    assert conversation.messages.count() == 1


def test_only_fields_of_the_desk_and_the_category_are_missed():
    here, there = make_inbox(), make_inbox()
    main = Category.objects.create(name="返品")
    conversation, user = make_conversation(here), make_user()
    make_field(is_required=True, inboxes=[there.pk])
    filed = make_field(is_required=True, categories=[main.pk])

    assert missing_fields([conversation]) == {}
    set_category([conversation], Category.objects.create(name="破損", parent=main), user=user)
    assert missing_fields([conversation]) == {conversation.pk: [filed]}


def test_missing_fields_ask_as_often_for_three_as_for_one():
    make_field(is_required=True, categories=[Category.objects.create(name="返品").pk])
    conversations = [make_conversation() for _number in range(3)]

    counts = []
    for rows in (conversations[:1], conversations):
        with CaptureQueriesContext(connection) as queries:
            missing_fields(rows)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_new_conversation_begins_with_what_the_field_says():
    choice = make_field("希望", FieldKind.CHOICE, "返金", "交換", default="交換")
    conversation = make_conversation()
    fill_defaults(conversation)

    assert fill_defaults(conversation) == 0

    assert value_at(conversation, choice) == 2


@pytest.mark.parametrize("raw", [None, ""])
def test_what_had_to_be_filled_in_stays_while_it_is_done(raw):
    field, note = make_field("注文番号", is_required=True), make_field("メモ")
    user, conversation = make_user(), make_conversation()
    set_fields([conversation], {field.pk: "HK-1", note.pk: "x"}, user=user)
    change_status([conversation], Status.DONE, user=user)

    with pytest.raises(FieldsMissing, match="注文番号") as refused:
        set_fields([conversation], {field.pk: raw, note.pk: "y"}, user=user)
    set_fields([conversation], {field.pk: "HK-2", note.pk: None}, user=user)

    assert refused.value.facts["missing"] == {str(conversation.pk): [field.pk]}
    assert value_at(conversation, field) == "HK-2"
    change_status([conversation], Status.OPEN, user=user)
    set_fields([conversation], {field.pk: raw}, user=user)
    assert value_at(conversation, field) is None
