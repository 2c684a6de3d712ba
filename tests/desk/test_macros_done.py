"""対応完了 that a template brings: required fields, promises that are open, and what is finished already."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import HTMX, browser_of, url
from tests.factories.fields import make_field
from tests.factories.promises import promise_in
from tests.factories.wording import make_template
from tests.factories.writing import letter, sent

from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.models import Conversation, Folder
from madoguchi.wording.actions.macros import run_macro
from madoguchi.wording.deeds import Deed, DeedKind, tell_deeds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def template(agent):
    deeds = (Deed(DeedKind.PRIORITY, Priority.HIGH.value), Deed(DeedKind.STATUS, Status.DONE.value))
    return make_template(agent, name="返品受付", body="", actions=deeds)


def now(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def test_with_a_letter_everything_but_done_is_done_and_said(agent, template) -> None:
    make_field("返金額", is_required=True)
    conversation = make_conversation()
    values = letter(conversation, status_after="done", along=str(template.pk))

    answer = browser_of(agent).post(url("reply", conversation.pk), values, headers=HTMX)

    assert (answer.status_code, sent().count()) == (200, 1)
    assert "not done yet" in answer.content.decode()
    assert (now(conversation).status, now(conversation).priority) == (Status.WAIT, Priority.HIGH)


def test_chosen_by_hand_it_is_refused(agent) -> None:
    make_field("返金額", is_required=True)
    conversation = make_conversation()

    answer = browser_of(agent).post(url("reply", conversation.pk), letter(conversation, status_after="done"))

    assert (answer.status_code, sent().count()) == (409, 0)


def test_a_new_mail_is_not_done_with_an_empty_field(agent) -> None:
    make_field("返金額", is_required=True)
    values = letter(make_conversation(), inbox=str(make_inbox().pk), subject="件名", status_after="done")

    browser_of(agent).post(url("new-mail", "abc"), values)

    assert sent().get().conversation.status == Status.WAIT


def test_open_promises_are_told(agent, template) -> None:
    conversation = make_conversation()
    promise_in(conversation, agent)

    answer = browser_of(agent).post(url("template-run", template.pk), {"conversation": conversation.pk}, headers=HTMX)

    assert "1 promise is still open here." in answer.content.decode()


def test_what_is_closed_stays_and_the_rest_is_done(agent, template) -> None:
    closed, other = make_conversation(), make_conversation(sender=Address("else@mail.example"))
    Conversation.objects.filter(pk=closed.pk).update(status=Status.CLOSED, is_open=False)

    done = run_macro(template, [closed, other], user=agent)

    assert done.left_out == [f"#{closed.pk} is closed and stays as it is."]
    assert (now(closed).priority, now(other).priority) == (Priority.NORMAL, Priority.HIGH)


def test_a_stale_list_does_not_decide(agent, template) -> None:
    conversation = make_conversation()
    stale = now(conversation)
    stale.priority = Priority.HIGH

    run_macro(template, [stale], user=agent)

    assert now(conversation).priority == Priority.HIGH


def test_the_folder_of_a_desk_one_does_not_see_is_not_named(agent) -> None:
    folder = Folder.objects.create(inbox=make_inbox(is_open_to_all=False), name="秘密の案件")

    (told,) = tell_deeds([Deed(DeedKind.FOLDER, folder.pk, name="法人窓口 › 秘密の案件")], agent)

    assert "秘密" not in told.word + told.problem
    assert told.problem
