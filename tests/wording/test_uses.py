"""Uses: noted when put in, counted when the reply is queued, taken back with it, and told apart when changed."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_letter
from tests.factories.wording import make_template

from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.events.models import Event
from madoguchi.flows.reactions import REACTIONS, react
from madoguchi.wording.actions.uses import count_uses, forget_texts, note_use, uncount_uses
from madoguchi.wording.models import Template, Use
from madoguchi.wording.queries import recently_used, templates_of, uses_by_month, uses_by_person

pytestmark = pytest.mark.django_db

TEXT = "お待たせして申し訳ございません。\n明日発送いたします。"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり")


@pytest.fixture
def conversation():
    return make_conversation()


@pytest.fixture
def template(agent):
    return make_template(agent, body=TEXT)


def send(conversation, agent, text, key="k1"):
    message = write_reply(
        conversation, make_letter(text=text), user=agent, sending=Sending(latest_event_id(conversation), key)
    )
    for event in Event.objects.filter(kind="reply_queued", data__message=message.pk):
        react(event)
    return message


def figures():
    return [(each.used_count, each.used_at is not None) for each in Template.objects.order_by("pk")]


def test_the_reactions_are_in_the_story():
    assert count_uses in REACTIONS["reply_queued"]
    assert uncount_uses in REACTIONS["reply_cancelled"]
    assert uncount_uses in REACTIONS["reply_sent_back"]
    assert forget_texts in REACTIONS["reply_sent"]


def test_a_use_counts_when_the_reply_is_queued(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")
    assert figures() == [(0, False)]

    message = send(conversation, agent, f"髙橋 様\n\n{TEXT}")

    assert figures() == [(1, True)]
    assert Use.objects.get().message == message
    assert Use.objects.get().is_unchanged


def test_counting_twice_is_once(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")
    send(conversation, agent, TEXT)

    react(Event.objects.get(kind="reply_queued"))

    assert figures() == [(1, True)]


def test_a_greeting_that_was_left_is_no_use(agent, conversation, template):
    greeting = "このたびはお問い合わせいただき、誠にありがとうございます。"
    text = f"{greeting}\n担当の小林でございます。\n\n{TEXT}\n\n今後ともよろしくお願いいたします。"
    note_use(template, user=agent, text=text, conversation=conversation, request_key="k1")

    send(conversation, agent, f"{greeting}\n担当の小林でございます。\n\n在庫を確認しました。")

    assert figures() == [(0, False)]


def test_a_changed_text_counts_but_not_as_unchanged(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")

    send(conversation, agent, "お待たせして申し訳ございません。\n明後日発送いたします。")

    assert [(each.amount, each.unchanged) for each in uses_by_person(template)] == [(1, 0)]
    assert [(each.amount, each.unchanged) for each in uses_by_month(template)] == [(1, 0)]


def test_what_was_deleted_again_does_not_count(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")

    send(conversation, agent, "全く別の文面です。")

    assert figures() == [(0, False)]


def test_the_draft_of_another_letter_does_not_count(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k0")

    send(conversation, agent, TEXT, key="k1")

    assert figures() == [(0, False)]


def test_a_reply_taken_back_is_not_counted_until_it_goes_again(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")
    message = send(conversation, agent, TEXT)

    cancel_reply(message, user=agent)
    react(Event.objects.get(kind="reply_cancelled"))
    assert figures() == [(0, False)]

    send(conversation, agent, TEXT, key="k2")
    assert figures() == [(1, True)]


def test_the_words_are_forgotten_when_the_reply_has_left(agent, conversation, template):
    note_use(template, user=agent, text=TEXT, conversation=conversation, request_key="k1")
    message = send(conversation, agent, TEXT)

    forget_texts(Event(kind="reply_sent", data={"message": message.pk}))

    assert Use.objects.get().text == ""
    assert figures() == [(1, True)]


def test_what_was_used_last_comes_first(agent, template):
    later = make_template(agent, name="後")
    note_use(template, user=agent, text="x")
    note_use(later, user=agent, text="y")

    assert recently_used(agent, templates_of(agent)) == [later, template]
    assert recently_used(make_user(), templates_of(make_user())) == []
