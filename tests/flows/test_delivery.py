"""The one door out: claimed once, marked, retried, shown when a person must decide."""

import contextlib
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels import registry
from madoguchi.channels.contract import (
    Capabilities,
    Channel,
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
)
from madoguchi.conversations.actions.delivery import NotInTrouble, claim_for_sending, confirm_sent, send_again
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.customers.actions import set_charset
from madoguchi.customers.models import Identity
from madoguchi.flows.delivery import BACKOFF, deliver, outbound, rescue_stuck

pytestmark = pytest.mark.django_db


class Pigeon(Channel):
    """A channel that does what its inbox's settings say."""

    kind = "pigeon"
    label = "伝書鳩"
    capabilities = Capabilities()
    sent = []

    def send(self, message):
        if self.settings.get("fails") == "now":
            raise TransientSendError("雨です。", detail="450 rain")
        if self.settings.get("fails") == "forever":
            raise PermanentSendError("宛先がありません。", detail="550 nobody")
        if self.settings.get("fails") == "perhaps":
            raise UncertainSendError("返事がありません。", detail="connection lost")
        if self.settings.get("fails") == "database":
            connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        self.sent.append(message)
        if self.settings.get("fails") == "after":
            with contextlib.suppress(OperationalError):
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return message.external_id


@pytest.fixture
def pigeons(monkeypatch):
    monkeypatch.setattr(registry, "channel_classes", lambda: {"pigeon": Pigeon})
    Pigeon.sent.clear()
    return Pigeon


def queued(pigeons, **settings) -> Message:
    return reply_to(make_conversation(make_inbox(kind=pigeons.kind, settings=settings)), make_user())


def after_undo():
    return time_machine.travel(timezone.now() + timedelta(seconds=20), tick=False)


def test_deliver_sends_once(pigeons):
    message = queued(pigeons)

    with after_undo():
        assert deliver(message.pk) is None
        assert deliver(message.pk) is None

    message.refresh_from_db()
    assert [each.external_id for each in pigeons.sent] == [message.external_id]
    assert message.state == MessageState.SENT


def test_deliver_does_not_send_before_the_undo_time_is_over(pigeons):
    message = queued(pigeons)

    assert deliver(message.pk) is None

    assert pigeons.sent == []


def test_transient_failure_is_tried_again_with_growing_waits(pigeons):
    message = queued(pigeons, fails="now")

    with after_undo():
        assert deliver(message.pk) == BACKOFF[0]
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert deliver(message.pk) == BACKOFF[1]

    message.refresh_from_db()
    assert (message.state, message.attempts, message.failure) == (MessageState.RETRYING, 2, "雨です。")


def test_transient_failure_that_lasts_becomes_permanent(pigeons):
    message = queued(pigeons, fails="now")
    Message.objects.filter(pk=message.pk).update(attempts=len(BACKOFF))

    with after_undo():
        assert deliver(message.pk) is None

    message.refresh_from_db()
    assert message.state == MessageState.FAILED


def test_permanent_failure_brings_the_conversation_back(pigeons):
    message = queued(pigeons, fails="forever")

    with after_undo():
        deliver(message.pk)

    message.refresh_from_db()
    message.conversation.refresh_from_db()
    assert (message.state, message.failure_detail) == (MessageState.FAILED, "550 nobody")
    assert message.conversation.status == Status.OPEN


def test_failed_message_can_be_sent_again_as_the_same_mail(pigeons):
    message = queued(pigeons, fails="forever")
    with after_undo():
        deliver(message.pk)
        message.inbox.settings = {}
        message.inbox.save()

        send_again(message, user=make_user())
        deliver(message.pk)

    assert [each.external_id for each in pigeons.sent] == [message.external_id]
    with pytest.raises(NotInTrouble):
        send_again(message, user=make_user())


def test_what_may_have_left_is_shown_to_a_person_and_not_sent_again(pigeons):
    message = queued(pigeons, fails="perhaps")
    with after_undo():
        assert deliver(message.pk) is None
        assert deliver(message.pk) is None

    message.refresh_from_db()
    message.conversation.refresh_from_db()
    assert (message.state, message.failure, message.failure_detail) == (
        MessageState.UNCERTAIN,
        "返事がありません。",
        "connection lost",
    )
    assert message.conversation.status == Status.OPEN


@pytest.mark.parametrize(
    ("asked", "of_the_inbox", "sent_in"),
    [("", "utf-8", "utf-8"), ("", "iso-2022-jp", "iso-2022-jp"), ("iso-2022-jp", "utf-8", "iso-2022-jp"),
     ("utf-8", "iso-2022-jp", "utf-8")],
)  # fmt: skip
def test_a_letter_is_encoded_as_its_recipient_asks(pigeons, asked, of_the_inbox, sent_in):
    message = queued(pigeons)
    message.inbox.send_charset = of_the_inbox
    set_charset(Identity.objects.get(key=message.to[0]["email"]), asked, by=make_user().actor)

    assert outbound(message).charset == sent_in


def test_crash_while_sending_is_shown_to_a_person_and_not_sent_twice(pigeons):
    message = queued(pigeons)
    with after_undo():
        claim_for_sending(message.pk)
    assert rescue_stuck() == 0

    with time_machine.travel(timezone.now() + timedelta(minutes=12), tick=False):
        assert rescue_stuck() == 1

    message.refresh_from_db()
    assert (message.state, pigeons.sent) == (MessageState.UNCERTAIN, [])
    confirm_sent(message, user=make_user())
    assert message.state == MessageState.SENT
    with pytest.raises(Invalid):
        confirm_sent(message, user=make_user())


def test_crash_while_sending_is_repeated_where_the_provider_drops_repetitions(pigeons, monkeypatch):
    monkeypatch.setattr(pigeons, "capabilities", Capabilities(takes_retry_key=True))
    message = queued(pigeons)
    with after_undo():
        claim_for_sending(message.pk)

    with time_machine.travel(timezone.now() + timedelta(minutes=12), tick=False):
        rescue_stuck()

    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_channel_that_cannot_be_made_is_a_failure_with_a_reason(pigeons, monkeypatch):
    message = queued(pigeons)
    monkeypatch.setattr(registry, "channel_classes", dict)

    with after_undo():
        deliver(message.pk)

    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    assert "pigeon" in message.failure


def test_viewers_decide_nothing(pigeons):
    with pytest.raises(NotAllowed):
        send_again(queued(pigeons), user=make_user(Role.VIEWER))


def test_unknown_channel_is_named(pigeons):
    with pytest.raises(NotFound, match="carrier"):
        registry.channel_class("carrier")


def trouble_of(message) -> tuple[bool, bool]:
    """Whether lists mark its conversation, and whether the customer is waited for."""
    conversation = Conversation.objects.get(pk=message.conversation_id)
    return conversation.has_failed, conversation.due_at is not None


def test_a_mail_that_could_not_be_sent_marks_its_conversation_until_somebody_sees_to_it(pigeons):
    message = queued(pigeons, fails="forever")
    with after_undo():
        deliver(message.pk)
        failed = trouble_of(message)

        send_again(message, user=make_user())
        again = trouble_of(message)
        deliver(message.pk)
        reply_to(message.conversation, make_user())

    assert (failed, again) == ((True, True), (False, True))
    assert trouble_of(message) == (False, False)


def test_a_customer_whose_answer_failed_has_the_deadline_of_before(pigeons):
    conversation = make_conversation(make_inbox(kind=pigeons.kind, settings={"fails": "forever"}))
    message = reply_to(conversation, make_user())

    with after_undo():
        deliver(message.pk)

    assert Conversation.objects.get(pk=conversation.pk).due_at == conversation.due_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("fails", "state"), [("after", MessageState.SENT), ("database", MessageState.UNCERTAIN)])
def test_what_became_of_a_letter_is_noted_though_the_connection_died_meanwhile(pigeons, fails, state):
    message = queued(pigeons, fails=fails)

    with after_undo():
        assert deliver(message.pk) is None

    message.refresh_from_db()
    assert message.state == state
