"""What the details of a message say, and who may change the record of its customer."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="ja"))


def test_notes_of_the_intake_are_sentences(client):
    message = receive_mail(make_inbox(), warnings=("charset_guessed", "of_a_later_release"), sender=Address(""))

    page = text_of(client.get(f"/m/{message.pk}/details", headers=HTMX))

    assert "文字コードの指定がないか誤っていたため、本文から判定しました。" in page
    assert "charset_guessed" not in page
    assert "of_a_later_release" in page
    assert "<dd>(差出人不明)</dd>" in page


def test_a_refused_reply_still_offers_to_reply_to_all(client):
    inbox = make_inbox()
    message = receive_mail(inbox, to=(Address(inbox.address),), cc=(Address("boss@mail.example"),))
    alone = receive_mail(inbox, sender=Address("alone@mail.example"), to=(Address(inbox.address),))
    values = {"mode": "reply", "to": "", "subject": "x", "text": "本文です", "seen_event_id": "0"}

    refused, refused_alone = (
        text_of(client.post(f"/c/{each.conversation_id}/write", values, headers=HTMX)) for each in (message, alone)
    )

    assert "宛先" in refused
    assert "mode=reply_all" in refused
    assert "mode=reply_all" not in refused_alone


def test_who_may_only_look_is_offered_no_change(client):
    customer = make_conversation().customer
    viewer = browser_of(make_user(Role.VIEWER, name="田村", language="ja"))

    pages = [text_of(each.get(f"/customers/{customer.pk}")) for each in (client, viewer)]

    identities = f"/customers/{customer.pk}/identities"
    for words in (f"/customers/{customer.pk}/edit", f'href="{identities}"', "/marks"):
        assert [words in page for page in pages] == [True, False]


def test_no_customer_found_is_no_user(client):
    page = text_of(client.get("/customers?q=だれもいない"))

    assert "該当するお客様はいません" in page
