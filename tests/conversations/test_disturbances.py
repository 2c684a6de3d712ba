"""What a writer is told of what happened meanwhile, and what not."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.actions import set_inbox_access
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.disturbances import UNSEEN, disturbances_since, latest_event_id

pytestmark = pytest.mark.django_db


def closed_inbox():
    inbox, chosen = make_inbox(), make_user()
    set_inbox_access(inbox, is_open_to_all=False, users=[chosen.pk], by=make_admin().actor)
    return inbox, chosen


def test_of_a_hidden_inbox_only_the_newest_moment_is_told():
    inbox, chosen = closed_inbox()
    here, hidden = make_conversation(), make_conversation(inbox, subject="内密の件")
    since = latest_event_id(here)
    note = add_note(here, "確認します", user=chosen)
    for text in ("一つ目", "二つ目"):
        add_note(hidden, text, user=chosen)

    told = disturbances_since(since, here, reader=make_user())

    assert [(each.kind, each.conversation_id, each.message_id, each.actor) for each in told] == [
        ("note_added", here.pk, note.pk, chosen.name),
        (UNSEEN, None, None, ""),
    ]
    assert told[-1].event_id == latest_event_id(here)


def test_who_sees_the_inbox_is_told_all():
    inbox, chosen = closed_inbox()
    here, other = make_conversation(), make_conversation(inbox, subject="内密の件")
    since = latest_event_id(here)
    note = add_note(other, "一つ目", user=make_admin())

    told = disturbances_since(since, here, reader=chosen)

    assert [(each.kind, each.conversation_id, each.message_id) for each in told] == [("note_added", other.pk, note.pk)]


def test_what_is_told_stays_in_the_order_of_time():
    inbox, chosen = closed_inbox()
    here, hidden = make_conversation(), make_conversation(inbox, subject="内密の件")
    since = latest_event_id(here)
    add_note(hidden, "一つ目", user=chosen)
    add_note(here, "確認します", user=chosen)

    told = disturbances_since(since, here, reader=make_user())

    assert [each.kind for each in told] == [UNSEEN, "note_added"]
