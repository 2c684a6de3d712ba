"""Suggestions: templates and replies of similar inquiries, of those one may see, the closest first."""

import pytest
from django.db.models import F
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.wording import make_template

from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.wording.actions.templates import archive_template
from madoguchi.wording.models import Template, Use
from madoguchi.wording.queries import offered_to
from madoguchi.wording.suggesting import past_replies, suggestions_for

pytestmark = pytest.mark.django_db

LATE = "注文した土鍋がまだ届きません。配送状況を調べてもらえますか。"
BROKEN = "届いた茶碗が割れていました。交換を希望します。"


@pytest.fixture
def user():
    return make_admin()


@pytest.fixture
def inbox():
    return make_inbox()


def asked(inbox, text, number):
    sender = {"sender": make_sender(number), "subject": "問い合わせ"}
    return make_conversation(inbox, text=text, **sender)


def make_sender(number):
    from madoguchi.channels.contract import Address  # noqa: PLC0415 - only here

    return Address(f"customer{number}@mail.example", f"客{number}")


def answer(conversation, user, text, template=None):
    message = reply_to(conversation, user, text=text)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, at=timezone.now())
    if template is not None:
        Use.objects.create(template=template, user=user, conversation=conversation, message=message, sent_at=message.at)
        Template.objects.filter(pk=template.pk).update(used_count=F("used_count") + 1)
    return message


def test_what_answered_similar_inquiries_comes_first(user, inbox):
    delayed = make_template(user, name="雛形一", body="調査します。")
    replaced = make_template(user, name="雛形二", body="手配します。")
    for number in range(3):
        answer(asked(inbox, f"{LATE} {number}", number), user, "調査します。", delayed)
        answer(asked(inbox, f"{BROKEN} {number}", 10 + number), user, "手配します。", replaced)
    new = asked(inbox, "土鍋が届かないので、配送の状況を教えてください。", 99)

    found = suggestions_for(new, user, offered_to(user))

    assert found[0].template == delayed
    assert found[0].amount == 3


def test_without_history_the_words_of_a_template_tell(user, inbox):
    make_template(user, name="返金", body="ご返金の手続きをいたしました。")
    wanted = make_template(user, name="破損品の交換", body="割れていた商品は交換いたします。")

    found = suggestions_for(asked(inbox, BROKEN, 1), user, offered_to(user))

    assert (found[0].template, found[0].amount) == (wanted, 0)


def test_only_what_one_may_use_is_suggested(user, inbox):
    archived = make_template(user, name="破損品の交換", body="割れていた商品は交換いたします。")
    archive_template(archived, user=user)
    make_template(make_user(), name="破損品の交換", body="割れていた商品は交換いたします。")

    assert suggestions_for(asked(inbox, BROKEN, 1), user, offered_to(user)) == []


def test_an_inquiry_without_words_gets_none(user, inbox):
    make_template(user)

    assert suggestions_for(asked(inbox, "123 !?", 1), user, offered_to(user)) == []


def test_what_leaves_by_itself_and_phrases_are_not_suggested(user, inbox):
    make_template(
        user, name="破損品の交換の受付(自動返信)", body="割れていた商品の交換を受け付けました。", is_suggested=False
    )
    make_template(user, name="破損品の交換", body="割れていた商品の交換", kind="phrase")

    assert suggestions_for(asked(inbox, BROKEN, 1), user, offered_to(user)) == []


def test_what_only_shares_a_word_is_no_suggestion(user, inbox):
    make_template(user, name="領収書のご案内", body="領収書は納品書に同梱しております。")

    found = suggestions_for(
        asked(inbox, "内祝いにのしを付けられますか。納品書は入れないでください。", 1), user, offered_to(user)
    )

    assert found == []


def test_an_english_inquiry_gets_templates_in_english(user, inbox):
    make_template(user, name="配送の遅れ delivery", body="お届けが遅れております。")
    english = make_template(user, name="Late delivery", body="Your parcel is late.", language="en")

    found = suggestions_for(
        asked(inbox, "Hello, my delivery has not arrived yet. Where is it?", 1), user, offered_to(user)
    )

    assert [each.template for each in found] == [english]


def test_similar_replies_come_with_their_question(user, inbox):
    earlier = asked(inbox, LATE, 1)
    reply = answer(earlier, user, "運送会社に確認しました。")
    asked(inbox, LATE, 2)  # nobody has answered it
    answer(asked(inbox, BROKEN, 3), user, "交換します。")

    found = past_replies(asked(inbox, "土鍋が届きません。配送状況を教えてください。", 4), user)

    assert found[0].answer == reply
    assert found[0].conversation == earlier
    assert found[0].question.text == LATE


def test_replies_of_a_desk_one_does_not_see_are_not_shown(user, inbox):
    answer(asked(make_inbox(is_open_to_all=False), LATE, 1), user, "運送会社に確認しました。")

    assert past_replies(asked(inbox, LATE, 2), make_user()) == []
