"""Sending again to a corrected address what came back."""

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.delivery import NotInTrouble
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.resending import DraftInTheWay, addresses_in_trouble, readdress
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Draft, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.models import Identity
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db

WRONG, RIGHT = "yumiko@gmial.com", "yumiko@gmail.com"


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def conversation():
    return make_conversation(sender=Address(WRONG, "髙橋 由美子"))


@pytest.fixture
def failed(agent, conversation):
    file = Enclosure(store_blob(b"%PDF").pk, "案内.pdf", "application/pdf", 4)
    cc = (Address("boss@firm.example"),)
    message = reply_to(conversation, agent, to=(Address(WRONG, "髙橋 由美子"),), cc=cc, enclosures=(file,))
    report = [{"recipient": WRONG.upper(), "status": "5.1.1", "reason": "no such user"}]
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, bounced_at=timezone.now(), bounce=report)
    message.refresh_from_db()
    return message


def test_only_the_address_that_was_not_reached_is_asked_for(failed):
    assert addresses_in_trouble(failed) == [WRONG]


def test_it_becomes_a_draft_with_its_text_and_files_to_the_right_address(agent, failed):
    draft = readdress(failed, {WRONG: RIGHT}, user=agent, is_customers=False)

    assert (draft.to, draft.cc) == ([{"email": RIGHT, "name": "髙橋 由美子"}], [])
    assert (draft.subject, draft.text, draft.resends) == (failed.subject, failed.text, failed)
    assert [each.name for each in draft.attachments.all()] == ["案内.pdf"]


def test_the_customer_is_written_to_at_the_new_address_from_now_on(agent, conversation, failed):
    readdress(failed, {WRONG: RIGHT}, user=agent, is_customers=True)

    rows = Identity.objects.filter(customer=conversation.customer).order_by("pk")
    assert [(row.shown, row.is_primary, row.bounced_at is None) for row in rows] == [
        (WRONG, False, False),
        (RIGHT, True, True),
    ]


def test_the_mail_that_is_sent_again_knows_the_first(agent, conversation, failed):
    sending = Sending(latest_event_id(conversation), resends=failed.pk)

    again = write_reply(conversation, Letter((Address(RIGHT),), "Re: x", "発送します"), user=agent, sending=sending)

    assert again.about == failed


def test_a_mail_of_another_conversation_is_not_what_it_sends_again(agent, failed):
    other = make_conversation(sender=Address("b@mail.example"))
    sending = Sending(latest_event_id(other), resends=failed.pk)

    again = write_reply(other, Letter((Address(RIGHT),), "Re: x", "発送します"), user=agent, sending=sending)

    assert again.about is None


@pytest.mark.parametrize("new", ["", "yumiko@", WRONG, f" {WRONG.upper()} "])
def test_no_address_a_broken_one_and_the_same_one_are_refused(agent, failed, new):
    with pytest.raises(Invalid):
        readdress(failed, {WRONG: new}, user=agent, is_customers=True)

    assert not Draft.objects.exists()


def test_an_address_of_somebody_else_is_refused_and_nothing_changes(agent, conversation, failed):
    make_conversation(sender=Address(RIGHT))

    with pytest.raises(Invalid):
        readdress(failed, {WRONG: RIGHT}, user=agent, is_customers=True)

    assert Identity.objects.filter(customer=conversation.customer).count() == 1


def test_another_draft_is_not_thrown_away(agent, conversation, failed):
    save_draft(agent, conversation, "reply", values={"text": "書きかけ"})

    with pytest.raises(DraftInTheWay):
        readdress(failed, {WRONG: RIGHT}, user=agent, is_customers=True)

    assert Draft.objects.get().text == "書きかけ"
    assert not Identity.objects.filter(shown=RIGHT).exists()


def test_what_arrived_is_not_corrected_and_viewers_correct_nothing(agent, conversation, failed):
    Message.objects.filter(pk=failed.pk).update(bounced_at=None)
    failed.refresh_from_db()

    with pytest.raises(NotInTrouble):
        readdress(failed, {WRONG: RIGHT}, user=agent, is_customers=False)
    with pytest.raises(NotAllowed):
        readdress(failed, {WRONG: RIGHT}, user=make_user(Role.VIEWER), is_customers=False)
