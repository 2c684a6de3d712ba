"""Merging and custom fields: the survivor's stay, empty ones are filled, the rest is told; undo restores exactly."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of, text_of
from tests.factories.fields import make_field
from tests.factories.together import together

from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import FIELD_CHANGED, FIELD_DIFFERED
from madoguchi.conversations.fields import values_of
from madoguchi.conversations.models import Conversation, FieldValue
from madoguchi.core.fields.kinds import FieldKind, Option
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return make_user()


def having(me, values, inbox=None):
    conversation = make_conversation(inbox or make_inbox())
    set_fields([conversation], {field.pk: value for field, value in values.items()}, user=me)
    return conversation


def told(survivor, kind):
    rows = Event.objects.filter(subject=survivor.event_subject, kind=kind).order_by("pk")
    return [row.data for row in rows]


def test_what_stands_there_stays_what_is_empty_is_filled_and_undo_gives_each_its_own(me):
    number, amount, reason = (
        make_field("注文番号"),
        make_field("金額", FieldKind.NUMBER),
        make_field("理由", FieldKind.MULTI, "甲", "乙"),
    )
    survivor = having(me, {number: "HK-1", amount: "500"})
    second, third = having(me, {number: "HK-2", reason: [1]}), having(me, {amount: "500", reason: [2]})
    before = values_of([survivor.pk, second.pk, third.pk])

    step = merge_conversations(survivor, [third, second], user=me)

    after = values_of([survivor.pk])[survivor.pk]
    assert after == {number.pk: "HK-1", amount.pk: "500", reason.pk: [1]}
    assert told(survivor, FIELD_CHANGED)[-1] == {"field": reason.pk, "was": None, "now": [1]}
    assert told(survivor, FIELD_DIFFERED) == [
        {"field": number.pk, "other": second.pk}, {"field": reason.pk, "other": third.pk},
    ]  # fmt: skip
    undo(step.pk, user=me)
    assert values_of([survivor.pk, second.pk, third.pk]) == before


def test_the_history_tells_what_the_other_had(me):
    number = make_field("注文番号")
    survivor, other = having(me, {number: "HK-1"}), having(me, {number: "HK-2"})

    merge_conversations(survivor, [other], user=me)

    page = text_of(browser_of(me).get(f"/c/{survivor.pk}"))
    assert f"「注文番号」はそのままです(#{other.pk}では「HK-2」でした)" in page


def test_what_was_changed_after_the_merge_is_kept_by_undo(me):
    number = make_field("注文番号")
    survivor, other = make_conversation(), having(me, {number: "HK-2"})
    step = merge_conversations(survivor, [other], user=me)
    survivor.refresh_from_db()
    set_fields([survivor], {number.pk: "HK-3"}, user=me)

    undo(step.pk, user=me)

    assert values_of([survivor.pk, other.pk]) == {survivor.pk: {number.pk: "HK-3"}, other.pk: {number.pk: "HK-2"}}


def test_undo_empties_what_was_filled_though_something_else_has_changed_since(me):
    number, amount = make_field("注文番号"), make_field("金額", FieldKind.NUMBER)
    survivor, other = make_conversation(), having(me, {number: "HK-2"})
    step = merge_conversations(survivor, [other], user=me)
    survivor.refresh_from_db()
    set_fields([survivor], {amount.pk: "10"}, user=me)

    undo(step.pk, user=me)

    assert values_of([survivor.pk]) == {survivor.pk: {amount.pk: "10"}}


def test_a_field_the_survivor_does_not_show_stays_with_the_merged_one(me):
    inbox = make_inbox()
    number = make_field("注文番号", inboxes=[inbox.pk])
    survivor, other = make_conversation(), having(me, {number: "HK-2"}, inbox)

    merge_conversations(survivor, [other], user=me)

    assert values_of([survivor.pk, other.pk]) == {other.pk: {number.pk: "HK-2"}}
    assert told(survivor, FIELD_DIFFERED) == [{"field": number.pk, "other": other.pk}]


def test_a_choice_comes_only_where_it_may_be_chosen(me):
    above = make_field("大分類", FieldKind.CHOICE, "食器", "家電")
    below = make_field("小分類", FieldKind.CHOICE, "皿", "ケトル", depends_on=above.pk)
    below.set_options([Option(1, "皿", when=(1,)), Option(2, "ケトル", when=(2,))])
    below.save()
    other = having(me, {above: 2, below: 2})
    fitting, clashing = having(me, {}), having(me, {above: 1})

    merge_conversations(clashing, [other], user=me)
    merge_conversations(fitting, [having(me, {above: 2, below: 2})], user=me)

    assert values_of([clashing.pk])[clashing.pk] == {above.pk: 1}
    assert values_of([fitting.pk])[fitting.pk] == {above.pk: 2, below.pk: 2}


@pytest.mark.django_db(transaction=True)
def test_merging_and_filling_in_at_once_keep_one_value():
    me, number = make_user(), make_field("注文番号")
    survivor, other = make_conversation(), having(me, {number: "HK-2"})
    one, two = (Conversation.objects.get(pk=survivor.pk) for _each in range(2))

    together(
        lambda: merge_conversations(one, [other], user=me).pk,
        lambda: set_fields([two], {number.pk: "HK-1"}, user=me).pk,
    )

    assert FieldValue.objects.filter(conversation=survivor, field=number).count() == 1
    assert values_of([survivor.pk])[survivor.pk][number.pk] == "HK-1"
