"""TEMPOSTAR: links and tables."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.commerce import make_source
from tests.factories.conversations import make_conversation
from tests.factories.desk import HTMX, browser_of, text_of, url

from madoguchi.commerce.actions.importing import import_table
from madoguchi.commerce.tables import guessed, read_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_one_click_leads_from_a_mail_to_its_pages():
    source = make_source(
        kind="tempostar", patterns=["##########*"], order_url="https://ts.example/juchu?no={number}",
        customer_url="https://ts.example/customer?id={customer}",
    )  # fmt: skip
    table = "受注番号,会員番号,メールアドレス,商品名\n2026110100001,88,yumiko@mail.example,土鍋\n".encode("cp932")
    import_table(source, table, guessed(read_lines(table).header), user=make_admin())
    conversation = make_conversation(text="注文 2026110100001 をキャンセルしてください")

    panel = text_of(
        browser_of(make_user(language="en")).get(url("side", conversation.pk) + "?tab=orders", headers=HTMX)
    )

    assert 'href="https://ts.example/juchu?no=2026110100001"' in panel
    assert 'href="https://ts.example/customer?id=88"' in panel
