"""新人 ends after so many unchanged approvals in a row: proposed, or by itself."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.approval import make_waiting
from tests.factories.conversations import make_letter

from madoguchi.accounts.choices import USER_CHANGED, Role
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, edit_reply
from madoguchi.conversations.actions.training import end_training, note_unchanged
from madoguchi.conversations.approval_statistics import unchanged_in_a_row
from madoguchi.conversations.choices import TRAINING_DONE, TRAINING_ENDED
from madoguchi.conversations.models import ApprovalPolicy
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def approve_some(author, boss, amount: int, *, edited: bool = False) -> None:
    for _each in range(amount):
        message = make_waiting(author)
        if edited:
            letter = make_letter(subject=message.subject, text="直しました。")
            edit_reply(message, letter, user=boss, verdict=Verdict("1.0"))
        approve_reply(message, user=boss)
        note_unchanged(message.pk)


def test_the_end_is_proposed_once_after_so_many_in_a_row():
    ApprovalPolicy.objects.create(pk=1, unchanged_needed=3)
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)

    approve_some(author, boss, 2)
    assert not Event.objects.filter(kind=TRAINING_DONE).exists()
    approve_some(author, boss, 3)

    assert Event.objects.filter(kind=TRAINING_DONE).count() == 1
    author.refresh_from_db()
    assert author.role == Role.TRAINEE


def test_an_edit_begins_the_row_anew():
    ApprovalPolicy.objects.create(pk=1, unchanged_needed=3)
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)

    approve_some(author, boss, 2)
    approve_some(author, boss, 1, edited=True)
    approve_some(author, boss, 2)

    assert unchanged_in_a_row(author) == 2
    assert not Event.objects.filter(kind=TRAINING_DONE).exists()


def test_it_ends_by_itself_where_the_settings_say_so():
    ApprovalPolicy.objects.create(pk=1, unchanged_needed=2, ends_by_itself=True)
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)

    approve_some(author, boss, 2)

    author.refresh_from_db()
    assert author.role == Role.AGENT
    assert Event.objects.filter(kind__in=[TRAINING_ENDED, USER_CHANGED], subject=f"user:{author.pk}").count() == 2
    assert not Event.objects.filter(kind=TRAINING_DONE).exists()


def test_with_nought_it_never_ends():
    ApprovalPolicy.objects.create(pk=1, unchanged_needed=0)
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)

    approve_some(author, boss, 2)

    assert not Event.objects.filter(kind=TRAINING_DONE).exists()


def test_only_who_approves_ends_a_training_and_only_of_trainees():
    boss, author, agent = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE), make_user()

    with pytest.raises(NotAllowed):
        end_training(author, user=agent)
    with pytest.raises(Invalid):
        end_training(agent, user=boss)
