"""Drafts of replies among colleagues: who reads them, who takes them over, and two at once."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, private_inbox
from tests.factories.together import together

from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.locks import LockedByOther, take_lock
from madoguchi.conversations.actions.sharing import take_draft
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models import Draft
from madoguchi.conversations.shared_drafts import shared_drafts_of
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def begun(user, conversation, kind=DraftKind.REPLY, **values):
    return save_draft(user, conversation, kind, values={"text": "本日発送いたします。", **values})


def test_colleagues_who_see_the_conversation_see_its_draft():
    writer, colleague, stranger = make_user(), make_user(), make_user()
    draft = begun(writer, make_conversation(private_inbox(writer, colleague)))

    assert list(shared_drafts_of(colleague)) == [draft]
    assert list(shared_drafts_of(stranger)) == []
    assert list(shared_drafts_of(writer)) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (DraftKind.REPLY, {"is_private": True}),
        (DraftKind.NOTE, {}),
        (DraftKind.FORWARD, {}),
        (DraftKind.REPLY, {"text": ""}),
    ],
)
def test_private_ones_notes_forwards_and_empty_ones_are_nobody_elses(kind, values):
    begun(make_user(), make_conversation(), kind, **values)

    assert not shared_drafts_of(make_user()).exists()


def test_taking_over_makes_it_mine_and_tells_its_writer():
    writer, colleague, conversation = make_user(), make_user(), make_conversation()
    draft = begun(writer, conversation)

    taken = take_draft(draft, user=colleague)

    event = Event.objects.get(kind="draft_taken")
    assert (taken.user, taken.text) == (colleague, "本日発送いたします。")
    assert event.data == {"people": [writer.pk], "previous": writer.pk}
    assert list(shared_drafts_of(writer)) == [taken]  # nothing is lost: it can be read and taken back


def test_while_somebody_writes_it_stays_theirs():
    writer, conversation = make_user(), make_conversation()
    draft = begun(writer, conversation)
    take_lock(conversation, user=writer)

    with pytest.raises(LockedByOther):
        take_draft(draft, user=make_user())


def test_who_has_begun_a_reply_keeps_both_texts():
    writer, colleague, conversation = make_user(), make_user(), make_conversation()
    draft = begun(writer, conversation)
    begun(colleague, conversation, text="私の文面です。")

    with pytest.raises(Invalid):
        take_draft(draft, user=colleague)

    assert {each.text for each in Draft.objects.all()} == {"本日発送いたします。", "私の文面です。"}


def test_one_made_private_meanwhile_is_not_taken():
    writer, conversation = make_user(), make_conversation()
    draft = begun(writer, conversation)
    begun(writer, conversation, is_private=True)

    with pytest.raises(NotFound):
        take_draft(draft, user=make_user())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_gets_it():
    writer, first, second = make_user(), make_user(), make_user()
    draft = begun(writer, make_conversation())

    outcomes = together(
        lambda: take_draft(draft, user=first),
        lambda: take_draft(draft, user=second),
    )

    draft.refresh_from_db()
    assert draft.user in (first, second)
    assert sorted(isinstance(each, Draft) for each in outcomes) == [False, True]
