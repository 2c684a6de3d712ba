"""Mail that no person wrote, or nobody says who: what is shown of it, and whom nobody greets."""

import re

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.channels.contract import Address, AutoKind, DeliveryReport

pytestmark = pytest.mark.django_db

REPORT = DeliveryReport("nobody@x.example", "5.1.1", "userunknown", is_hard=True, diagnostic="smtp; 550 User unknown")


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="ja", signature="担当:小林"))


def receive_report(auto_kind=AutoKind.BOUNCE):
    """A report about a mail nobody here knows of."""
    sender = Address("MAILER-DAEMON@mx.example", "Mail Delivery System")
    return receive_mail(make_inbox(), sender=sender, auto_kind=auto_kind, reports=(REPORT,), reported_id="unknown@x")


def test_a_bounce_of_an_unknown_mail_says_what_failed(client):
    message = receive_report()

    page = text_of(client.get(f"/c/{message.conversation_id}"))

    assert "次の宛先にメールが届いていません" in page
    assert "nobody@x.example · 5.1.1 · smtp; 550 User unknown" in page


def test_a_complaint_is_no_failure(client):
    message = receive_report(AutoKind.FEEDBACK)

    assert "次の宛先にメールが届いていません" not in text_of(client.get(f"/c/{message.conversation_id}"))


def test_a_mail_server_is_no_customer_to_greet(client):
    message = receive_report()

    page = text_of(client.get(f"/c/{message.conversation_id}"))
    composer = text_of(client.get(f"/c/{message.conversation_id}/write?mode=reply", headers=HTMX))
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", composer, re.DOTALL)[1]

    assert "Mail Delivery System" in page
    assert "Mail Delivery System 様" not in page
    assert text.strip() == "担当:小林"


def test_after_a_bounce_the_composer_answers_the_customer(client):
    conversation = make_conversation(subject="色違いの件")
    mail = reply_to(conversation, make_user())
    receive_mail(
        conversation.inbox, auto_kind=AutoKind.BOUNCE, reported_id=mail.external_id, reports=(REPORT,),
        subject="Undelivered Mail Returned to Sender", sender=Address("MAILER-DAEMON@mx.example"),
    )  # fmt: skip

    composer = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert f'value="Re: 色違いの件(受付番号:{conversation.pk})"' in composer
    assert "Undelivered" not in composer
    assert "MAILER-DAEMON" not in composer


def test_a_mail_without_a_sender_says_so_everywhere(client):
    message = receive_mail(make_inbox(), sender=Address(""))
    number = message.conversation_id

    conversation = text_of(client.get(f"/c/{number}"))
    customer = text_of(client.get(f"/customers/{message.customer_id}"))
    composer = text_of(client.get(f"/c/{number}/write?mode=reply", headers=HTMX))

    assert re.search(r"<b><a[^>]*>\(差出人不明\)</a></b>", conversation)
    assert "(差出人不明) 様" not in conversation
    assert conversation.count("(差出人不明)") >= 3  # the row, the head of the message and the side
    assert 'data-copy=""' not in conversation
    assert "<h1>(差出人不明)" in customer
    assert 'name="to" value=""' not in composer
