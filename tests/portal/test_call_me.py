"""The public form: anybody asks for a call; nothing is believed, nothing is joined, and it is bounded."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user, make_workspace
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import text_of
from tests.factories.together import together

from madoguchi.calls.actions.pages import set_callback_page
from madoguchi.calls.choices import MOST_AT_ONCE, Source
from madoguchi.calls.models import Callback
from madoguchi.calls.slots import next_slots
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions import add_identity
from madoguchi.customers.models import Customer
from madoguchi.flows.call_requests import Asked, ask_for_call
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db
PATH = "/call-me/support-call"


@pytest.fixture(autouse=True)
def workspace():
    return make_workspace()


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def inbox(admin):
    inbox = make_inbox()
    set_callback_page(inbox, slug="support-call", is_open=True, owner=None, user=admin)
    return inbox


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def typed(inbox, **values):
    slot = next_slots(inbox, timezone.now())[1]
    return {"number": "０９０-1234-5678", "slot": iso(slot.starts_at), "name": "髙橋", "topic": "納期"} | values


def test_a_customer_asks_without_a_link(inbox):
    shown = Client().get(PATH)

    answer = Client().post(PATH, typed(inbox, email="taro@mail.example"))

    callback = Callback.objects.get()
    message = Message.objects.get()
    assert (shown.status_code, shown["X-Robots-Tag"], shown["Cache-Control"]) == (200, "noindex", "no-store")
    assert not shown.cookies
    assert (answer.status_code, answer.cookies) == (200, {})
    assert "お電話の希望を承りました" in text_of(answer)
    assert (callback.source, callback.number, callback.name) == (Source.FORM, "090-1234-5678", "髙橋")
    assert callback.conversation.inbox == inbox
    assert callback.conversation.due_at is not None
    assert (message.warnings, message.sender_address) == (["public_form"], "")
    assert "taro@mail.example" in message.text


def test_whoever_is_responsible_is_told(inbox, admin):
    owner = make_user()
    set_callback_page(inbox, slug="support-call", is_open=True, owner=owner, user=admin)

    Client().post(PATH, typed(inbox))
    drain()

    assert Callback.objects.get().owner == owner
    assert list(Notification.objects.values_list("user", "kind")) == [(owner.pk, "callback_requested")]


def test_a_known_number_finds_its_customer_and_joins_nothing(inbox, admin):
    before = make_conversation(inbox)
    add_identity(before.customer, "phone", "090-1234-5678", by=admin.actor)

    Client().post(PATH, typed(inbox, email="other@mail.example", name="別の人"))

    callback = Callback.objects.get()
    before.customer.refresh_from_db()
    assert callback.conversation != before
    assert callback.conversation.customer == before.customer
    assert before.customer.label == "髙橋 由美子"
    assert not before.customer.identities.filter(key="other@mail.example").exists()


def test_an_address_that_is_known_opens_nobodys_page(inbox):
    before = make_conversation(inbox)

    Client().post(PATH, typed(inbox, email="yumiko@mail.example"))

    assert Callback.objects.get().conversation.customer != before.customer


def test_the_same_again_is_the_same(inbox):
    values = typed(inbox)

    Client().post(PATH, values)
    Client().post(PATH, values)

    assert (Callback.objects.count(), Conversation.objects.count(), Customer.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_last_place_goes_to_one(inbox):
    slot = next_slots(inbox, timezone.now())[0].starts_at
    for number in range(MOST_AT_ONCE - 1):
        ask_for_call(inbox, Asked(f"03-1234-567{number}", slot))

    def ask(number):
        try:
            return bool(ask_for_call(inbox, Asked(f"03-9876-543{number}", slot)))
        except Invalid:
            return False

    assert sorted(together(lambda: ask(1), lambda: ask(2))) == [False, True]
    assert Conversation.objects.count() == MOST_AT_ONCE


def test_what_fills_in_every_field_enters_nothing(inbox):
    answer = Client().post(PATH, typed(inbox, website="http://spam.example"))

    assert "お電話の希望を承りました" in text_of(answer)
    assert Callback.objects.count() == Customer.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"slot": ""},
        {"slot": "2026-13-45T99:99:99Z"},
        {"slot": "2020-01-01T00:00:00Z"},
        {"slot": iso(timezone.now() + timedelta(days=400))},
        {"number": "12"},
        {"number": "名前"},
        {"topic": "あ" * 20_000},
    ],
)
def test_what_cannot_be_asked_for_is_said(inbox, values):
    answer = Client().post(PATH, typed(inbox, **values))

    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert Callback.objects.count() == Conversation.objects.count() == 0


def test_what_was_typed_stays(inbox):
    page = text_of(Client().post(PATH, typed(inbox, slot="", topic="<納期>")))

    assert "&lt;納期&gt;" in page
    assert "０９０-1234-5678" in page


def test_sending_is_bounded_by_network_and_by_number(inbox):
    slots = next_slots(inbox, timezone.now())
    sent = [Client().post(PATH, typed(inbox, slot=iso(each.starts_at))).status_code for each in slots[:6]]
    others = [Client().post(PATH, {"number": "x"}).status_code for _try in range(15)]

    assert sent == [200] * 5 + [429]
    assert others[-1] == 429
    assert Client().post(PATH, typed(inbox), REMOTE_ADDR="203.0.113.9").status_code == 429
    assert Client().post(PATH, typed(inbox, number="03-1234-5678"), REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize(
    "path", ["/call-me/", "/call-me/x", "/call-me/other-desk", "/call-me/A%00b", f"/call-me/{'a' * 400}"]
)
def test_other_addresses_are_not_there(inbox, path):
    assert Client().get(path).status_code == 404


def test_closed_it_is_not_there(inbox, admin):
    set_callback_page(inbox, slug="support-call", is_open=False, owner=None, user=admin)

    assert Client().get(PATH).status_code == 404
    assert Client().post(PATH, {"number": "x"}).status_code == 404


def test_it_speaks_english_too(inbox):
    assert "We call you back" in text_of(Client().get(f"{PATH}?lang=en"))
    assert '<html lang="ja">' in text_of(Client().get(f"{PATH}?lang=ja"))


@pytest.mark.parametrize("slug", ["", "a", "Support", "a b", "-abc", "../help", "x" * 41])
def test_an_address_has_small_letters(inbox, admin, slug):
    with pytest.raises(Invalid):
        set_callback_page(inbox, slug=slug, is_open=True, owner=None, user=admin)


def test_an_address_belongs_to_one_desk_and_only_administrators_open_it(inbox, admin):
    with pytest.raises(Invalid):
        set_callback_page(make_inbox(), slug="support-call", is_open=True, owner=None, user=admin)
    with pytest.raises(NotAllowed):
        set_callback_page(inbox, slug="other", is_open=True, owner=None, user=make_user())
