"""A refused send: what happened stays on the screen, and nothing goes round it."""

import re

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of
from tests.factories.writing import letter, sent

from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Draft
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return browser_of(make_user(name="小林 あかり", language="en"))


@pytest.fixture
def conversation():
    return make_conversation(make_inbox())


def bare_letter(conversation, **values):
    """To an address without a name, so that nothing but what happened is asked about."""
    return letter(conversation, to="yumiko@mail.example", subject="Re: 商品", **values)


def write_again(conversation):
    """The customer writes once more."""
    subject = f"Re: 商品(受付番号:{conversation.pk})"
    return receive_mail(conversation.inbox, subject=subject, text="追記です。")


def fields_of(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def send(client, conversation, values):
    answer = client.post(f"/c/{conversation.pk}/write", values, headers=HTMX)
    return answer, values | fields_of(text_of(answer))


def test_sending_without_a_reason_three_times_sends_nothing(client, conversation):
    values = bare_letter(conversation)
    write_again(conversation)

    refused, values = send(client, conversation, values)
    without, values = send(client, conversation, values | {"override": "1", "reason": " "})
    third, values = send(client, conversation, values | {"override": "1"})
    del values["override"]
    plain, _values = send(client, conversation, values)

    assert [each.status_code for each in (refused, without, third, plain)] == [409, 422, 422, 409]
    for answer in (refused, without, third, plain):
        assert "髙橋 由美子 wrote again at" in text_of(answer)
        assert 'id="override-reason"' in text_of(answer)
    assert 'aria-invalid="true" aria-describedby="override-error"' in text_of(without)
    assert sent().count() == 0


def test_a_refusal_does_not_move_what_was_seen(client, conversation):
    values = bare_letter(conversation)
    newest = write_again(conversation)

    _answer, refused = send(client, conversation, values)
    _answer, without = send(client, conversation, refused | {"override": "1", "reason": ""})
    _answer, wrong = send(client, conversation, refused | {"override": "1", "reason": "お電話済み", "to": ""})

    shown = Event.objects.filter(kind="message_received", data__message=newest.pk).get().pk
    for fields in (refused, without, wrong):
        assert (fields["seen_event_id"], fields["shown_event_id"]) == (values["seen_event_id"], str(shown))


def test_a_reason_sends_what_was_shown_and_is_kept(client, conversation):
    values = bare_letter(conversation)
    write_again(conversation)
    _answer, values = send(client, conversation, values)

    answer, _values = send(client, conversation, values | {"override": "1", "reason": "お電話済み"})

    assert answer.status_code == 200
    assert sent().count() == 1
    assert Event.objects.get(kind="reply_written").data["override_reason"] == "お電話済み"


def test_a_reason_does_not_cover_what_came_after_the_list(client, conversation):
    values = bare_letter(conversation)
    write_again(conversation)
    _answer, values = send(client, conversation, values)
    add_note(conversation, "確認中", user=make_user(name="中村 大輔"))

    answer, _values = send(client, conversation, values | {"override": "1", "reason": "お電話済み"})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "髙橋 由美子 wrote again at" in page
    assert "中村 大輔 added an internal note at" in page
    assert 'name="reason" value="お電話済み"' in page
    assert sent().count() == 0


def test_the_other_matter_of_the_customer_cannot_be_passed_over_either(client, conversation):
    values = bare_letter(conversation)
    other = receive_mail(conversation.inbox, subject="別の件")

    _refused, values = send(client, conversation, values)
    without, _values = send(client, conversation, values | {"override": "1"})

    assert without.status_code == 422
    assert f"(conversation {other.conversation_id})" in text_of(without)
    assert sent().count() == 0


def test_the_draft_does_not_learn_what_a_refusal_showed(client, conversation):
    values = bare_letter(conversation)
    write_again(conversation)
    _answer, refused = send(client, conversation, values)

    client.post(f"/c/{conversation.pk}/draft?mode=reply", refused)

    assert str(Draft.objects.get().seen_event_id) == values["seen_event_id"]


def test_who_continues_a_draft_is_shown_what_came_since(client, conversation):
    client.post(f"/c/{conversation.pk}/draft?mode=reply", bare_letter(conversation))
    untouched = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))
    newest = write_again(conversation)

    continued = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert "Since you left this draft" not in untouched
    assert "Since you left this draft" in continued
    assert f'href="/m/{newest.pk}"' in continued
    assert fields_of(continued)["seen_event_id"] == str(latest_event_id(conversation))


def test_of_a_desk_the_writer_does_not_see_only_the_moment_is_shown(client, conversation):
    values = bare_letter(conversation)
    hidden = make_conversation(make_inbox(is_open_to_all=False), subject="内密の件")
    add_note(hidden, "内密です", user=make_user("admin", name="石井 真由美"))

    refused, _values = send(client, conversation, values)

    assert refused.status_code == 409
    assert "Something about this customer happened at" in text_of(refused)
    assert "石井 真由美" not in text_of(refused)
    assert f"/c/{hidden.pk}" not in text_of(refused)
    assert "Look at it" not in text_of(refused)


def test_a_draft_tells_of_a_desk_the_writer_does_not_see_without_a_link(client, conversation):
    seen = latest_event_id(conversation)
    client.post(f"/c/{conversation.pk}/draft", {"mode": "reply", "text": "書きかけ", "seen_event_id": str(seen)})
    hidden = make_conversation(make_inbox(is_open_to_all=False), subject="内密の件")
    add_note(hidden, "内密です", user=make_user("admin", name="石井 真由美"))

    page = text_of(client.get(f"/c/{conversation.pk}/write?mode=reply", headers=HTMX))

    assert "<li>Something about this customer happened at" in page
