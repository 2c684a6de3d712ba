"""Required choices that depend on another field: what is asked for, and when nothing can be."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation
from tests.factories.fields import make_dependent, make_field

from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import Status
from madoguchi.conversations.fields import missing_fields, missing_with, uncovered_options
from madoguchi.conversations.models import CustomField
from madoguchi.core.fields.kinds import FieldKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def wish() -> CustomField:
    """返金 leads to 口座 below, 修理 to nothing."""
    return make_field("希望対応", FieldKind.CHOICE, "返金", "修理")


@pytest.fixture
def way(wish: CustomField) -> CustomField:
    return make_dependent(wish, "返金方法", 口座=(1,))


def test_while_the_field_above_is_empty_that_one_is_missing(wish: CustomField, way: CustomField) -> None:
    conversation = make_conversation()

    assert missing_fields([conversation]) == {conversation.pk: [wish]}
    assert missing_with(conversation, {wish.pk: 1}) == [way]


def test_with_something_to_choose_it_is_missing_itself(wish: CustomField, way: CustomField) -> None:
    conversation = make_conversation()
    set_fields([conversation], {wish.pk: "返金"}, user=make_user())

    assert missing_fields([conversation]) == {conversation.pk: [way]}


def test_with_nothing_to_choose_the_conversation_can_be_done(wish: CustomField, way: CustomField) -> None:
    conversation = make_conversation()
    set_fields([conversation], {wish.pk: "修理"}, user=make_user())

    change_status([conversation], Status.DONE, user=make_user())

    conversation.refresh_from_db()
    assert conversation.status == Status.DONE
    assert uncovered_options(way) == ["修理"]
    assert uncovered_options(wish) == []
