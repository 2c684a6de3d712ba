"""What becomes of drafts when conversations are merged, and when that or a split is undone."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.conversations.actions.drafts import attach_to_draft, discard_draft, save_draft
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Conversation, Draft
from madoguchi.conversations.queries import find_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return make_user(language="en")


@pytest.fixture
def two():
    """The conversation that survives a merge, and the one that goes into it."""
    inbox = make_inbox()
    return make_conversation(inbox), make_conversation(inbox, subject="桐箱の湿気について")


def begin(user, conversation, text, *, key="", kind="reply"):
    return save_draft(user, conversation, kind, values={"text": text, "request_key": key})


def place_of(draft):
    return Draft.objects.values_list("conversation", flat=True).get(pk=draft.pk)


def fresh(conversation):
    return Conversation.objects.select_related("inbox", "customer").get(pk=conversation.pk)


def test_undo_gives_a_draft_back_with_its_files(user, two):
    survivor, other = two
    draft = begin(user, other, "お調べします。")
    attach_to_draft(draft, name="a.txt", content_type="text/plain", content=b"a", user=user)
    step = merge_conversations(survivor, [other], user=user)

    undone = undo(step.pk, user=user)

    assert undone.drafts_stay_in is None
    assert place_of(draft) == other.pk
    assert [each.name for each in draft.attachments.all()] == ["a.txt"]


def test_undo_leaves_a_draft_that_was_changed_since_and_says_so(user, two):
    survivor, other = two
    draft = begin(user, other, "お調べします。", key="k")
    step = merge_conversations(survivor, [other], user=user)
    begin(user, survivor, "二つのご質問にお答えします。", key="k")

    undone = undo(step.pk, user=user)

    assert undone.drafts_stay_in == survivor.pk
    assert place_of(draft) == survivor.pk


def test_undo_says_that_a_draft_was_sent_since(user, two):
    survivor, other = two
    begin(user, other, "お調べします。")
    step = merge_conversations(survivor, [other], user=user)
    reply_to(fresh(survivor), user)

    toast = browser_of(user).post(f"/undo/{step.pk}", headers=HTMX)

    assert f"was left as it is (#{survivor.pk})" in text_of(toast)
    assert not Draft.objects.exists()


def test_undo_does_not_put_a_draft_over_one_that_was_begun_there_since(user, two):
    survivor, other = two
    moved = begin(user, other, "お調べします。")
    step = merge_conversations(survivor, [other], user=user)
    Draft.objects.create(user=user, conversation=other, kind="reply", text="別の下書き")

    undone = undo(step.pk, user=user)

    assert undone.drafts_stay_in == survivor.pk
    assert place_of(moved) == survivor.pk


def test_who_writes_in_both_loses_neither(user, two):
    survivor, other = two
    here, there = begin(user, survivor, "こちら", key="h"), begin(user, other, "あちら", key="t")
    step = merge_conversations(survivor, [other], user=user)

    is_own_first = find_draft(user, survivor, "reply") == here
    sheet = text_of(browser_of(user).get(f"/c/{survivor.pk}/write?mode=reply", headers=HTMX))
    discard_draft(here, user=user)

    assert is_own_first
    assert f"Another draft of yours, begun in #{other.pk}" in sheet
    assert find_draft(user, survivor, "reply") == there
    assert undo(step.pk, user=user).drafts_stay_in is None
    assert place_of(there) == other.pk


def test_a_draft_that_waits_is_written_on_where_the_messages_are(user, two):
    survivor, other = two
    begin(user, survivor, "こちら", key="h")
    begin(user, other, "あちら", key="t")
    merge_conversations(survivor, [other], user=user)
    browser = browser_of(user)

    listed = text_of(browser.get("/drafts"))
    opened = browser.get(f"/c/{other.pk}/write?mode=reply")

    assert f'href="/c/{other.pk}/write?mode=reply"' in listed
    assert opened.url == f"/c/{survivor.pk}/write?mode=reply"


def test_a_page_that_has_not_noticed_the_merge_saves_into_what_it_began(user, two):
    survivor, other = two
    here, there = begin(user, survivor, "こちら", key="h"), begin(user, other, "あちら", key="t")
    merge_conversations(survivor, [other], user=user)

    begin(user, other, "あちらの続き", key="t")
    begin(user, survivor, "こちらの続き", key="h")

    for draft, text in ((here, "こちらの続き"), (there, "あちらの続き")):
        draft.refresh_from_db()
        assert draft.text == text


def test_what_was_not_saved_before_the_merge_goes_over_nothing_either(user, two):
    survivor, other = two
    here = begin(user, survivor, "こちら", key="h")
    merge_conversations(survivor, [other], user=user)

    late = begin(user, other, "あちら", key="t")

    here.refresh_from_db()
    assert (here.text, late.conversation_id) == ("こちら", other.pk)


def test_what_waited_moves_to_where_it_is_written_on(user, two):
    survivor, other = two
    here, there = begin(user, survivor, "こちら", key="h"), begin(user, other, "あちら", key="t")
    merge_conversations(survivor, [other], user=user)
    discard_draft(here, user=user)

    begin(user, survivor, "あちらの続き", key="t")

    assert place_of(there) == survivor.pk
    assert Draft.objects.count() == 1


def test_sending_what_waited_leaves_the_other(user, two):
    survivor, other = two
    here, there = begin(user, survivor, "こちら", key="h"), begin(user, other, "あちら", key="t")
    merge_conversations(survivor, [other], user=user)

    sending = Sending(latest_event_id(fresh(survivor)), request_key="t")
    write_reply(fresh(survivor), make_letter(text="あちら"), user=user, sending=sending)

    assert list(Draft.objects.all()) == [here]
    assert place_of(here) == survivor.pk
    assert there.pk != here.pk


def test_a_note_written_on_the_merged_conversation_takes_its_own_draft_with_it(user, two):
    survivor, other = two
    here = begin(user, survivor, "こちらのメモ", key="h", kind="note")
    begin(user, other, "あちらのメモ", key="t", kind="note")
    merge_conversations(survivor, [other], user=user)

    add_note(other, "あちらのメモ", user=user, request_key="t")

    assert list(Draft.objects.all()) == [here]


def test_drafts_wait_through_a_second_merge(user, two):
    survivor, other = two
    third = make_conversation(survivor.inbox, subject="三つ目")
    begin(user, survivor, "こちら", key="h")
    there = begin(user, other, "あちら", key="t")
    merge_conversations(survivor, [other], user=user)
    merge_conversations(third, [fresh(survivor)], user=user)

    discard_draft(find_draft(user, third, "reply"), user=user)

    assert find_draft(user, third, "reply") == there


@pytest.fixture
def split(user):
    """A conversation, what was split from it, and the way back."""
    conversation = make_conversation()
    second = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)
    new, step = split_conversation(conversation, second, user=user)
    return conversation, new, step


def test_undoing_a_split_brings_what_was_begun_since(user, split):
    old, new, step = split
    draft = begin(user, new, "お調べします。")

    undo(step.pk, user=user)

    assert place_of(draft) == old.pk


def test_undoing_a_split_lets_one_of_two_drafts_wait(user, split):
    old, new, step = split
    kept, waits = begin(user, old, "一つ目のお答えです。"), begin(user, new, "二つ目のお答えです。")

    undo(step.pk, user=user)

    assert find_draft(user, fresh(old), "reply") == kept
    kept.delete()
    assert find_draft(user, fresh(old), "reply") == waits
