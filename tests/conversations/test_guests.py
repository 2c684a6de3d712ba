"""Guests: one link, one answer, nothing but what was shared."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, reply_to
from tests.factories.together import together

from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.guests import Shared, make_guest_link, revoke_guest_links
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.asking import chosen_messages, sides_of
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.guests import PAGE_HINT, PLACE, LinkEnded, living_link, token_of, without_place
from madoguchi.conversations.models import Conversation, GuestLink, Message
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.flows.delivery import outbound
from madoguchi.flows.guests import MAX_FILES, MAX_TEXT_CHARS, answer_as_guest

SUPPLIER = Address("ito@touki.example", "伊藤製陶所")


def asked(parent, agent, text=f"在庫はありますか。\n{PLACE}\n"):
    page = Shared(messages=chosen_messages(parent, [parent.messages.order_by("pk").first().pk]))
    message = ask_aside(parent, Question(SUPPLIER, "在庫", text, page=page), user=agent)
    return message, GuestLink.objects.latest("pk")


@pytest.fixture
def agent(db):
    return make_user()


@pytest.fixture
def parent(db):
    return make_conversation()


def test_the_link_stands_in_the_mail_only_as_it_leaves(parent, agent):
    message, link = asked(parent, agent)

    leaving = outbound(Message.objects.select_related("inbox").get(pk=message.pk))

    assert f"/ask/{token_of(link)}" in leaving.text
    assert PLACE not in leaving.text
    stored = f"{Message.objects.get(pk=message.pk).text} {link.token_hash} {link.nonce}"
    assert token_of(link) not in stored


def test_a_letter_without_its_place_has_the_link_at_its_end(parent, agent):
    message, link = asked(parent, agent, text="在庫はありますか。")

    leaving = outbound(Message.objects.select_related("inbox").get(pk=message.pk))

    assert leaving.text == f"在庫はありますか。\n\n{PLACE.removesuffix('…')}{token_of(link)}\n"


def test_mails_to_customers_carry_no_link(parent, agent):
    asked(parent, agent)
    reply = reply_to(parent, make_user(), text=f"見本 {PLACE}")

    assert outbound(Message.objects.select_related("inbox").get(pk=reply.pk)).text == f"見本 {PLACE}"


def test_the_answer_lands_in_the_request_like_a_mail(parent, agent):
    message, link = asked(parent, agent)
    file = InboundAttachment("在庫表.csv", "text/csv", b"3")

    answer = answer_as_guest(token_of(link), "3個あります。\x00", [file])

    side = sides_of(agent, parent.pk)[0]
    assert (answer.conversation_id, answer.text, answer.in_reply_to) == (
        message.conversation_id,
        "3個あります。",
        message.external_id,
    )
    assert (side.answer, side.is_unread, side.page) == (answer, True, None)
    assert [each.name for each in answer.attachments.all()] == ["在庫表.csv"]
    assert parent.messages.count() == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda link, _user: answer_as_guest(token_of(link), "はい"),
        lambda link, user: revoke_guest_links(link.side, user=user),
        lambda link, user: change_status([link.side], Status.DONE, user=user),
        lambda _link, _user: GuestLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda link, user: make_guest_link(link.side, SUPPLIER, Shared(), user=user),
    ],
    ids=["answered", "revoked", "finished", "expired", "replaced"],
)
def test_a_link_ends(parent, agent, end):
    _message, link = asked(parent, agent)

    end(link, agent)

    with pytest.raises(LinkEnded):
        living_link(token_of(link))
    with pytest.raises(LinkEnded):
        answer_as_guest(token_of(link), "もう一度")


@pytest.mark.parametrize("token", ["", "1", "1-", "x" * 500, "1-" + "0" * 40, "１-ﾊﾝ", "../../etc"])
def test_invented_links_lead_nowhere(parent, agent, token):
    asked(parent, agent)

    with pytest.raises(LinkEnded):
        living_link(token)


def test_a_stolen_hash_is_no_link(parent, agent):
    _message, link = asked(parent, agent)
    other = GuestLink.objects.create(
        side=link.side, address="x@y.example", nonce="n", token_hash="h", expires_at=link.expires_at
    )

    with pytest.raises(LinkEnded):
        living_link(other.token_hash)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("  \n ", []),
        ("あ" * (MAX_TEXT_CHARS + 1), []),
        ("はい", [InboundAttachment("a", "text/plain", b"a")] * (MAX_FILES + 1)),
        ("はい", [InboundAttachment("a", "text/plain", b"a" * (10 * 1024 * 1024 + 1))]),
    ],
)
def test_hostile_input_is_refused_and_the_link_lives_on(parent, agent, text, files):
    _message, link = asked(parent, agent)

    with pytest.raises(Invalid):
        answer_as_guest(token_of(link), text, files)

    assert living_link(token_of(link)) == link
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_of_two_answers_at_once_one_counts(number):
    agent, parent = make_user(), make_conversation(sender=Address(f"c{number}@mail.example"))
    message, link = asked(parent, agent)
    token = token_of(link)

    outcomes = together(*(lambda words=words: answer_as_guest(token, words).pk for words in ("はい", "いいえ")))

    assert outcomes.count("link_ended") == 1
    assert Conversation.objects.get(pk=message.conversation_id).message_count == 2
    assert Event.objects.filter(kind="message_received", subject=f"conversation:{message.conversation_id}").count() == 1


def test_what_waits_for_approval_is_not_shown(parent):
    _message, link = asked(parent, make_user("trainee"))

    assert Message.objects.get(conversation=link.side).state == MessageState.AWAITING_APPROVAL
    assert living_link(token_of(link)).side == link.side


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_does_not_lead_to_itself(language):
    with translation.override(language):
        hint = str(PAGE_HINT)

    shown = without_place(f"在庫はありますか。\n詳細は次のとおりです。\n\n{hint}\n{PLACE}\n\nよろしくお願いします。")

    assert shown == "在庫はありますか。\n詳細は次のとおりです。\n\n\nよろしくお願いします。"
