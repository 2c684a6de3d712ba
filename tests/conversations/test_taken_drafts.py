"""引き取る against what the writer does at the same moment, and what goes on with a draft that is taken over."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import send_back_reply
from madoguchi.conversations.actions.drafts import (
    DraftTaken,
    attach_to_draft,
    change_draft,
    discard_draft,
    save_draft,
)
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.sharing import take_draft
from madoguchi.conversations.approval_queue import given_back_to
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import ApprovalRequest, Draft
from madoguchi.conversations.queries import drafts_of, get_draft
from madoguchi.conversations.shared_drafts import shared_drafts_in
from madoguchi.core.errors import DomainError, NotFound

pytestmark = pytest.mark.django_db

VALUES = {"text": "本日発送いたします。", "request_key": "key-1"}


@pytest.fixture
def writer():
    return make_user(signature="担当:小林")


@pytest.fixture
def taker():
    return make_user(signature="担当:中村")


@pytest.fixture
def conversation():
    return make_conversation()


def test_what_its_writer_still_does_does_not_reach_what_was_taken(writer, taker, conversation) -> None:
    draft = save_draft(writer, conversation, "reply", values=VALUES)
    stale = [Draft.objects.get(pk=draft.pk) for _ in range(3)]
    take_draft(draft, user=taker)

    for late in (
        lambda: discard_draft(stale[0], user=writer),
        lambda: change_draft(stale[1], user=writer, values={"text": "遅い保存"}),
        lambda: attach_to_draft(stale[2], name="a", content_type="text/plain", content=b"a", user=writer),
        lambda: save_draft(writer, conversation, "reply", values=VALUES | {"text": "続き"}),
    ):
        with pytest.raises(DraftTaken):
            late()

    kept = Draft.objects.get()
    assert (kept.user, kept.text, kept.attachments.count()) == (taker, VALUES["text"], 0)


def test_what_its_taker_has_sent_is_not_begun_again(writer, taker, conversation) -> None:
    draft = save_draft(writer, conversation, "reply", values=VALUES)
    take_draft(draft, user=taker)
    write_reply(conversation, make_letter(), user=taker, sending=Sending(latest_event_id(conversation), "key-1"))

    with pytest.raises(DraftTaken):
        save_draft(writer, conversation, "reply", values=VALUES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(3))
def test_taken_or_discarded_but_never_both(number) -> None:
    writer, taker, conversation = make_user(), make_user(), make_conversation()
    draft = save_draft(writer, conversation, "reply", values=VALUES)
    stale = Draft.objects.get(pk=draft.pk)

    taken, discarded = together(lambda: take_draft(draft, user=taker), lambda: discard_draft(stale, user=writer))

    is_taken = Draft.objects.filter(user=taker).exists()
    assert (taken, discarded) == ((draft, "draft_taken") if is_taken else ("not_found", None))


def test_it_is_signed_by_who_has_it_now(writer, taker) -> None:
    inbox = make_inbox(signature="────\nはるかぜ日用品店\n────")
    conversation = make_conversation(inbox)
    text = "担当:小林 の件です。\n\n────\nはるかぜ日用品店\n担当:小林\n────\n> 担当:小林\n"
    draft = save_draft(writer, conversation, "reply", values={"text": text})

    taken = take_draft(draft, user=taker)

    assert taken.text == "担当:小林 の件です。\n\n────\nはるかぜ日用品店\n担当:中村\n────\n> 担当:小林\n"


def test_what_was_sent_back_stays_so(conversation) -> None:
    trainee, taker, boss = make_user(Role.TRAINEE), make_user(), make_user(Role.SUPERVISOR)
    make_user(Role.SUPERVISOR)
    waiting = write_reply(conversation, make_letter(), user=trainee, sending=Sending(latest_event_id(conversation)))
    send_back_reply(waiting, user=boss, reason="発送日を明記してください")

    take_draft(Draft.objects.get(), user=taker)
    told = given_back_to(taker, conversation)
    again = write_reply(conversation, make_letter(), user=taker, sending=Sending(latest_event_id(conversation), "k"))

    assert told is not None
    assert told.comment == "発送日を明記してください"
    assert (again.state, ApprovalRequest.objects.get().message) == (MessageState.AWAITING_APPROVAL, again)


def test_who_no_longer_sees_the_desk_does_not_see_the_draft(writer) -> None:
    inbox = private_inbox(writer)
    draft = save_draft(writer, make_conversation(inbox), "reply", values=VALUES)
    inbox.users.remove(writer)

    assert not drafts_of(writer).exists()
    with pytest.raises(NotFound):
        get_draft(writer, draft.pk)


def test_what_waits_since_a_merge_is_seen_and_taken_to_where_it_is_written_on(writer, taker, conversation) -> None:
    other = make_conversation(conversation.inbox, sender=Address("else@mail.example"))
    save_draft(writer, conversation, "reply", values={"text": "こちら"})
    waiting = save_draft(writer, other, "reply", values={"text": "あちら"})
    merge_conversations(conversation, [other], user=make_user())

    assert {each.text for each in shared_drafts_in(taker, conversation)} == {"こちら", "あちら"}
    assert take_draft(Draft.objects.get(pk=waiting.pk), user=taker).conversation == conversation


def test_refusals_are_clear(writer, taker, conversation) -> None:
    draft = save_draft(writer, conversation, "reply", values=VALUES)
    take_draft(Draft.objects.get(pk=draft.pk), user=taker)

    with pytest.raises(DomainError, match=taker.name):
        save_draft(writer, conversation, "reply", values=VALUES)
