"""引き継ぎ: everything of one person to others, evenly, once, with a way back."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.triage import assign, change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.workforce.actions.handover import NothingToHandOver, hand_over
from madoguchi.workforce.choices import HANDED_OVER

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR)


@pytest.fixture
def leaving():
    return make_user(name="中村 大輔")


def in_hand(person, amount, inbox=None, *, user=None):
    inbox = inbox or make_inbox()
    rows = [make_conversation(inbox, sender=Address(f"c{person.pk}-{n}@mail.example")) for n in range(amount)]
    assign(rows, person, user=user or person)
    return rows


def held_by(person):
    return Conversation.objects.filter(assignee=person).count()


def test_several_people_get_equal_shares(boss, leaving):
    in_hand(leaving, 5)
    first, second = make_user(), make_user()

    done = hand_over(leaving, [first, second], user=boss)

    assert done.amounts == {first.pk: 3, second.pk: 2}
    assert (held_by(leaving), held_by(first), held_by(second)) == (0, 3, 2)
    assert Event.objects.get(kind=HANDED_OVER).data["amount"] == 5


def test_what_is_done_stays(boss, leaving):
    done, _open = in_hand(leaving, 2)
    change_status([done], Status.DONE, user=leaving)

    hand_over(leaving, [make_user()], user=boss)

    assert held_by(leaving) == 1


def test_it_is_undone_in_one_move_also_with_a_note(boss, leaving):
    rows = in_hand(leaving, 3)
    done = hand_over(leaving, [make_user(), make_user()], user=boss, note="明日から休みです")

    undo(done.step.pk, user=boss)

    assert held_by(leaving) == 3
    notes = Message.objects.filter(kind=MessageKind.NOTE, conversation__in=rows)
    assert set(notes.values_list("text", flat=True)) == {"明日から休みです"}


def test_locks_end_and_drafts_stay_with_their_writer(boss, leaving):
    row = in_hand(leaving, 1)[0]
    take_lock(row, user=leaving)
    save_draft(leaving, row, "reply", values={"text": "書きかけ"})

    hand_over(leaving, [make_user()], user=boss)

    assert living_lock(row) is None
    assert Draft.objects.get().user == leaving


def test_nobody_gets_what_they_may_not_see(boss, leaving):
    closed = make_inbox(is_open_to_all=False)
    insider, outsider = make_user(), make_user()
    closed.users.set([insider, leaving, boss])
    in_hand(leaving, 2, closed)
    in_hand(leaving, 2)

    done = hand_over(leaving, [outsider, insider], user=boss)
    assert Conversation.objects.filter(inbox=closed, assignee=outsider).count() == 0
    assert (done.amounts[outsider.pk], done.amounts[insider.pk], done.left) == (2, 2, 0)


def test_what_none_of_them_may_see_stays_and_is_counted(boss, leaving):
    closed = make_inbox(is_open_to_all=False)
    closed.users.set([leaving, boss])
    in_hand(leaving, 1, closed)
    in_hand(leaving, 1)

    done = hand_over(leaving, [make_user()], user=boss)

    assert (done.left, done.unseen, held_by(leaving)) == (1, 0, 1)


def test_it_covers_what_its_person_sees_and_is_undone_by_them(boss, leaving):
    closed = make_inbox(is_open_to_all=False)
    insider = make_user()
    closed.users.set([leaving, insider])
    hidden = in_hand(leaving, 2, closed)
    in_hand(leaving, 3)

    done = hand_over(leaving, [insider], user=boss, note="明日から休みです")
    notes = Message.objects.filter(kind=MessageKind.NOTE, conversation__in=hidden).count()
    kept = held_by(leaving)
    undo(done.step.pk, user=boss)

    assert (done.amounts, done.left, done.unseen) == ({insider.pk: 3}, 0, 2)
    assert (kept, notes) == (2, 0)
    assert held_by(leaving) == 5


def test_what_only_others_see_is_no_hand_over(boss, leaving):
    closed = make_inbox(is_open_to_all=False)
    closed.users.set([leaving])
    in_hand(leaving, 2, closed)

    with pytest.raises(NothingToHandOver) as refused:
        hand_over(leaving, [make_user()], user=boss)

    with translation.override("en"):
        assert "desks that you do not see" in str(refused.value.user_message)
    assert held_by(leaving) == 2


def test_of_somebody_deactivated_too(boss, leaving):
    in_hand(leaving, 1)
    leaving.is_active = False
    leaving.save(update_fields=["is_active"])

    assert hand_over(leaving, [boss], user=boss).amounts == {boss.pk: 1}


def test_ones_own_by_anybody_and_others_by_supervisors_only(leaving):
    in_hand(leaving, 1)
    other = make_user()

    with pytest.raises(NotAllowed):
        hand_over(leaving, [other], user=make_user())
    assert hand_over(leaving, [other], user=leaving).amounts == {other.pk: 1}


def test_nobody_oneself_and_who_may_not_have_any_are_refused(boss, leaving):
    in_hand(leaving, 1)

    for to in ([], [leaving], [make_user(Role.VIEWER)]):
        with pytest.raises(Invalid):
            hand_over(leaving, to, user=boss)


def test_nothing_to_hand_over_is_said(boss, leaving):
    with pytest.raises(NothingToHandOver):
        hand_over(leaving, [make_user()], user=boss)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_two_hand_overs_at_once_move_everything_once(_round):
    boss, leaving, first, second = make_user(Role.SUPERVISOR), make_user(), make_user(), make_user()
    in_hand(leaving, 4)

    outcomes = together(lambda: hand_over(leaving, [first], user=boss), lambda: hand_over(leaving, [second], user=boss))

    assert outcomes.count("nothing_to_hand_over") == 1
    assert sorted((held_by(first), held_by(second))) == [0, 4]
