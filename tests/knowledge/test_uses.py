"""What was put into letters: counted when they leave, by text and by link; and what customers must not get."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_letter
from tests.factories.knowledge import make_article

from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.put_in import still_says
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.flows.reactions import react
from madoguchi.knowledge.actions.uses import InternalArticle, forget_texts, note_use, words_to_insert
from madoguchi.knowledge.choices import Audience, Part
from madoguchi.knowledge.models import Article, Use
from madoguchi.knowledge.queries import offered_to, recently_used

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり")


@pytest.fixture
def conversation():
    return make_conversation()


def send(conversation, agent, text, key="k1"):
    message = write_reply(
        conversation, make_letter(text=text), user=agent, sending=Sending(latest_event_id(conversation), key)
    )
    for event in Event.objects.filter(kind="reply_queued", data__message=message.pk):
        react(event)
    return message


def figures():
    return [(each.used_count, each.link_count, each.used_at is not None) for each in Article.objects.order_by("pk")]


def test_text_and_link_are_counted_when_the_reply_is_queued(agent, conversation):
    told, linked = make_article(), make_article(title="別の記事")
    for article, part in ((told, Part.TEXT), (linked, Part.LINK)):
        words = words_to_insert(article, part, to_customer=True)
        note_use(article, part, user=agent, text=words, conversation=conversation, request_key="k1")
    assert figures() == [(0, 0, False), (0, 0, False)]

    text = "\n\n".join(words_to_insert(a, p, to_customer=True) for a, p in ((told, Part.TEXT), (linked, Part.LINK)))
    message = send(conversation, agent, text)

    assert figures() == [(1, 0, True), (1, 1, True)]
    assert recently_used(agent, offered_to(agent)) == [linked, told]
    cancel_reply(message, user=agent)
    for event in Event.objects.filter(kind="reply_cancelled"):
        react(event)
    assert figures() == [(0, 0, False), (0, 0, False)]


def test_what_was_taken_out_again_does_not_count(agent, conversation):
    article = make_article()
    note_use(article, Part.LINK, user=agent, text="", conversation=conversation, request_key="k1")

    send(conversation, agent, "お問い合わせの件、承知いたしました。")

    assert figures() == [(0, 0, False)]


def test_what_was_put_in_is_forgotten_once_the_reply_has_left(agent, conversation):
    article = make_article()
    words = words_to_insert(article, Part.TEXT, to_customer=True)
    note_use(article, Part.TEXT, user=agent, text=words, conversation=conversation, request_key="k1")
    message = send(conversation, agent, words)

    forget_texts(Event(kind="reply_sent", data={"message": message.pk}))

    assert Use.objects.get().text == ""


@pytest.mark.parametrize("part", Part)
def test_nothing_of_an_internal_article_goes_to_a_customer(part):
    article = make_article(audience=Audience.INTERNAL)

    with pytest.raises(InternalArticle):
        words_to_insert(article, part, to_customer=True)
    assert words_to_insert(article, part, to_customer=False)


def test_steps_that_are_not_there_are_refused():
    with pytest.raises(Invalid):
        words_to_insert(make_article(body="手順のない記事"), Part.STEPS, to_customer=True)


@pytest.mark.parametrize(
    ("letter", "is_said"),
    [("…/help/1 です", True), ("…/help/12 です", False), ("/help/1", False)],
)
def test_a_link_is_not_said_by_that_of_another_article(letter, is_said):
    assert still_says(letter, "…/help/1") == is_said
