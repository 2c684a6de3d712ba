"""The lock of a reply: taken, seen, taken over with a reason, expired, given back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_letter, reply_to, seen

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.locks import LockedByOther, keep_lock, release_lock, take_lock, take_over_lock
from madoguchi.conversations.actions.replies import write_reply
from madoguchi.conversations.locks import living_lock
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def test_lock_of_somebody_else_refuses_the_reply():
    conversation = make_conversation()
    take_lock(conversation, user=make_user(name="中村 大輔"))

    with pytest.raises(LockedByOther, match="中村"):
        write_reply(conversation, make_letter(), user=make_user(), sending=seen(conversation))


def test_lock_can_be_taken_over_with_a_reason_and_its_owner_notices():
    conversation = make_conversation()
    first, second = make_user(), make_user()
    take_lock(conversation, user=first)

    take_over_lock(conversation, user=second, reason="退席のため")

    assert living_lock(conversation).user == second
    assert Event.objects.get(kind="lock_stolen").data == {"reason": "退席のため", "previous": first.pk}
    with pytest.raises(LockedByOther):
        keep_lock(conversation, user=first)


def test_lock_is_not_taken_over_without_a_reason():
    conversation = make_conversation()
    take_lock(conversation, user=make_user())

    with pytest.raises(Invalid):
        take_over_lock(conversation, user=make_user(), reason=" ")


def test_lock_expires():
    conversation = make_conversation()
    first, second = make_user(), make_user()
    take_lock(conversation, user=first)

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        lock = take_lock(conversation, user=second)

        assert lock.user == second


def test_lock_is_released_by_its_owner_only():
    conversation = make_conversation()
    owner = make_user()
    take_lock(conversation, user=owner)

    release_lock(conversation, user=make_user())
    assert living_lock(conversation).user == owner
    release_lock(conversation, user=owner)

    assert living_lock(conversation) is None


def test_viewers_cannot_take_the_lock_or_reply():
    conversation = make_conversation()
    viewer = make_user(role=Role.VIEWER)

    with pytest.raises(NotAllowed):
        take_lock(conversation, user=viewer)
    with pytest.raises(NotAllowed):
        reply_to(conversation, viewer)
