"""注文 beside a conversation, on the customer's page, and in the words of a message."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.commerce import MAIL, an_order, make_order, make_source, shipped
from tests.factories.conversations import make_conversation, make_inbox, private_inbox
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.channels.contract import Address
from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Order
from madoguchi.commerce.numbers import Recogniser
from madoguchi.conversations.actions.notes import add_note
from madoguchi.core.html import text_to_html
from madoguchi.desk.order_links import link_orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
FINDER = Recogniser(((1, "HK-######"),))


def agent():
    return make_user(language="en")


def panel_of(conversation, user=None) -> str:
    return text_of(browser_of(user or agent()).get(url("side", conversation.pk) + "?tab=orders", headers=HTMX))


def test_a_number_in_a_message_opens_its_order_beside():
    make_order()
    conversation = make_conversation(text="注文番号 ＨＫ－１０４９０１ の件です。")

    page = text_of(browser_of(agent()).get(url("conversation", conversation.pk)))

    assert f'href="/c/{conversation.pk}?side=orders&amp;order=HK-104901"' in page
    assert f'hx-get="/c/{conversation.pk}/side?tab=orders&amp;order=HK-104901"' in page
    assert ">ＨＫ－１０４９０１</a>" in page


def test_the_way_without_htmx_opens_the_same_order():
    make_order()
    conversation = make_conversation(text="HK-104901")

    page = text_of(browser_of(agent()).get(url("conversation", conversation.pk) + "?side=orders&order=hk-104901"))

    assert ' open><summary><b class="no">HK-104901</b>' in page


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/HK-104901",
        "HK-104901@mail.example",
        "&#HK-104901;",
        "<script>HK-104901</script>",
        "a&b HK-104901 <b>",
    ],
)
def test_links_never_stand_inside_links_and_never_break_what_was_escaped(text):
    html = text_to_html(text)

    linked = link_orders(html, FINDER, 7)

    assert linked.count("<a ") == max(html.count("<a "), 1)
    assert "<script" not in linked
    assert linked.count("&amp;") >= html.count("&amp;")


def test_notes_link_orders_too_but_paper_does_not():
    make_order()
    conversation = make_conversation()
    add_note(conversation, "HK-104901 を確認", user=agent())
    browser = browser_of(agent())

    assert "order-link" in text_of(browser.get(url("conversation", conversation.pk)))
    assert "order-link" not in text_of(browser.get(url("print", conversation.pk)))


def test_the_panel_shows_state_stock_parcel_and_the_ways_out():
    source = make_source(
        order_url="https://oms.example/o/{number}?id={id}", customer_url="https://oms.example/c/{customer}"
    )
    make_order(source, shipped(external_id="55", buyer=Buyer(mail=MAIL, number="C 7")))

    panel = panel_of(make_conversation(text="HK-104901"))

    for part in ("Shipped", "出荷済み", "¥5,940", "3 in stock", "ヤマト運輸", "1234-5678-9012"):
        assert part in panel
    assert 'href="https://oms.example/o/HK-104901?id=55"' in panel
    assert 'href="https://oms.example/c/C%207"' in panel
    assert 'href="https://carrier.example/1234"' in panel


def test_a_page_is_not_offered_while_what_it_needs_is_not_known():
    make_order(make_source(order_url="https://oms.example/{id}"))

    assert "oms.example" not in panel_of(make_conversation(text="HK-104901"))


@pytest.mark.parametrize(
    ("text", "found", "said"),
    [
        ("HK-104901をキャンセルしたいです", an_order(), "Not shipped yet: cancel it in the order system"),
        ("HK-104901をキャンセルしてください", shipped(), "Shipped already: it cannot be stopped here"),
        ("HK-104901が割れていました。交換してください", shipped(), "There is enough in stock"),
        ("HK-104901がまだ届きません", shipped(), "On its way: tell the customer how to trace it"),
        ("HK-104901はいつ発送されますか", an_order(), "Not shipped yet: tell the customer when it will leave"),
    ],
)
def test_what_the_customer_wants_leads_to_the_next_step(text, found, said):
    make_order(found=found)

    panel = panel_of(make_conversation(text=text))

    assert said in panel
    assert 'data-insert="ご注文番号HK-104901' in panel


def test_nothing_is_suggested_where_nothing_was_asked():
    make_order()

    panel = panel_of(make_conversation(subject="お礼", text="HK-104901のお鍋、とても気に入りました。"))

    assert "HK-104901" in panel
    assert "data-insert" not in panel


def test_an_order_of_somebody_else_is_shown_with_a_warning():
    make_order(found=an_order(buyer=Buyer(name="佐藤 健司", mail="kenji@mail.example")))

    panel = panel_of(make_conversation(text="HK-104901"))

    assert "This is the order of another customer:" in panel
    assert "佐藤 健司" in panel


def test_an_order_of_nobody_is_claimed_from_the_conversation():
    order = make_order(found=an_order(buyer=Buyer(name="髙橋")))
    conversation = make_conversation(text="HK-104901")
    browser = browser_of(agent())

    answer = browser.post(url("order-claim", conversation.pk, order.pk), headers=HTMX)

    assert answer.status_code == 200
    assert Order.objects.get().customer == conversation.customer


def test_an_order_the_conversation_does_not_speak_of_cannot_be_reached_through_it():
    order = make_order(found=an_order(buyer=Buyer(mail="kenji@mail.example")))
    conversation = make_conversation(text="こんにちは")

    answer = browser_of(agent()).post(url("order-claim", conversation.pk, order.pk), headers=HTMX)

    assert answer.status_code == 404
    assert Order.objects.get().customer == order.customer


def test_a_number_that_no_source_knows_is_said():
    make_source()

    panel = panel_of(make_conversation(subject="お礼", text="HK-999999"))

    assert "This order number is not found: no source has told of it." in panel
    assert "data-insert" not in panel


def test_a_wish_with_a_number_that_is_not_found_says_so_and_is_not_laid_upon_another_order():
    make_order()
    conversation = make_conversation(text="HK-999999をキャンセルしてください", sender=Address(MAIL, "髙橋 由美子"))
    browser = browser_of(agent())

    panel = text_of(browser.get(url("side", conversation.pk) + "?tab=orders", headers=HTMX))
    brief = text_of(browser.get(url("orders-of", conversation.pk) + "?part=brief", headers=HTMX))

    assert "The customer seems to want to cancel." in panel
    assert "This order number is not found: no source has told of it. Nothing can be done with it here." in panel
    assert 'data-insert="ご注文番号HK-999999が' in panel
    assert "HK-104901" in panel
    assert "Not shipped yet" not in panel + brief
    assert '<b class="no">HK-999999</b> This order number is not found.' in brief


def test_the_customers_page_lists_orders_and_figures():
    conversation = make_conversation(sender=Address(MAIL, "髙橋 由美子"))
    source = make_source()
    make_order(source, an_order("HK-000001"))
    make_order(source, an_order("HK-000002", state="cancelled"))

    page = text_of(browser_of(agent()).get(url("customer", conversation.customer_id) + "?tab=orders"))

    assert "HK-000001" in page
    assert "HK-000002" in page
    assert "<dt>Orders</dt><dd>1</dd>" in page
    assert "¥5,940" in page


def test_orders_of_customers_whom_one_does_not_see_are_nobodys_business():
    other = make_user()
    make_conversation(private_inbox(other), sender=Address(MAIL))
    order = make_order()

    assert browser_of(agent()).get(url("customer", order.customer_id) + "?tab=orders").status_code == 404


@pytest.mark.parametrize("amount", [1, 3])
def test_the_panel_asks_as_often_for_one_order_as_for_three(amount, django_assert_max_num_queries):
    source = make_source()
    for number in range(amount):
        make_order(source, shipped(f"HK-00000{number}"))
    conversation = make_conversation(make_inbox(), text=" ".join(f"HK-00000{n}" for n in range(amount)))
    browser = browser_of(agent())
    browser.get(url("side", conversation.pk) + "?tab=orders", headers=HTMX)

    with django_assert_max_num_queries(24):
        browser.get(url("side", conversation.pk) + "?tab=orders", headers=HTMX)
