"""The panel beside a conversation: the customer, related history, notes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.customers import BY, make_customer_field
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.actions.limits import limit_role
from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.notes import add_note
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.customers.actions import add_postal_address, change_customer, mark_bounced, set_customer_fields
from madoguchi.customers.actions.caring import set_care
from madoguchi.customers.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


def test_the_side_panel_knows_the_customer(agent):
    conversation = make_conversation()
    company = Organisation.objects.create(name="株式会社つむぎ")
    values = {"family_name": "髙橋", "given_name": "由美子", "family_kana": "タカハシ", "given_kana": "ユミコ"}
    more = {
        "organisation": company,
        "department": "総務部",
        "is_vip": True,
        "note": "お電話は午後に",
    }
    change_customer(conversation.customer, by=agent.actor, **values, **more)
    set_care(conversation.customer, needs_care=True, by=agent.actor)
    add_postal_address(
        conversation.customer, by=agent.actor, postal_code="166-0000", prefecture="東京都", city="杉並区"
    )
    mark_bounced("yumiko@mail.example", "userunknown")
    client = browser_of(agent)

    page = text_of(client.get(f"/c/{conversation.pk}"))
    notes = text_of(client.get(f"/c/{conversation.pk}/side?tab=notes", headers=HTMX))

    for word in (
        "タカハシ ユミコ",
        "株式会社つむぎ 総務部",
        "Handle with care",
        "〒166-0000<br>東京都杉並区",
        "Mail came back",
    ):
        assert word in page
    assert "お電話は午後に" in notes


def test_the_panel_shows_the_custom_fields_of_the_customer_as_one_may_see_them(agent):
    conversation = make_conversation()
    rank = make_customer_field("会員ランク", FieldKind.CHOICE, "金", "銀", section="会員")
    birthday, empty = make_customer_field("誕生日", is_personal=True), make_customer_field("会員番号")
    set_customer_fields(conversation.customer, {rank.pk: "2", birthday.pk: "5月", empty.pk: None}, by=BY)
    client = browser_of(agent)
    page = text_of(client.get(f"/c/{conversation.pk}"))
    limit_role(Role.AGENT, masks_contacts=True, keeps_files=False, user=make_admin())
    masked = text_of(client.get(f"/c/{conversation.pk}/side", headers=HTMX))

    assert "<h2>会員<" in page
    assert "<dt>会員ランク</dt><dd>銀</dd>" in page
    assert "<dt>誕生日</dt><dd>5月</dd>" in page
    assert "会員番号" not in page
    assert "<dt>誕生日</dt><dd>•••</dd>" in masked


def test_the_panel_asks_as_often_for_three_custom_fields_as_for_one(agent):
    conversation, client = make_conversation(), browser_of(agent)

    def queries():
        set_customer_fields(conversation.customer, {make_customer_field().pk: "A"}, by=BY)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/c/{conversation.pk}/side", headers=HTMX)
        return len(asked)

    queries()
    one = queries()
    queries()

    assert queries() == one


def test_related_history_spans_the_visible_desks_only(agent):
    visible = make_conversation(subject="見える件")
    make_conversation(make_inbox(is_open_to_all=False), subject="見えない件")
    reply_to(visible, agent)
    add_note(visible, "社内の話", user=agent)

    history = text_of(browser_of(agent).get(f"/c/{visible.pk}/side?tab=history", headers=HTMX))

    assert history.count('href="/m/') == 3
    assert "社内の話" in history
    assert "見えない件" not in history


def test_related_history_asks_as_often_for_three_as_for_one(agent):
    inbox, client = make_inbox(), browser_of(agent)
    conversation = make_conversation(inbox)
    path = f"/c/{conversation.pk}/side?tab=history"
    client.get(path, headers=HTMX)
    with CaptureQueriesContext(connection) as one:
        client.get(path, headers=HTMX)
    receive_mail(inbox, subject="別の件")
    receive_mail(inbox, subject="さらに別の件")

    with CaptureQueriesContext(connection) as three:
        answer = client.get(path, headers=HTMX)

    assert text_of(answer).count('href="/m/') == 3
    assert len(three) == len(one)


def test_related_history_goes_on_page_by_page(agent):
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    for each in range(54):
        receive_mail(inbox, subject=f"件名{each}")
    client = browser_of(agent)
    first = text_of(client.get(f"/c/{conversation.pk}/side?tab=history", headers=HTMX))
    url = first.partition('class="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")

    second = text_of(client.get(url, headers=HTMX))

    assert (first.count('href="/m/'), second.count('href="/m/')) == (50, 5)
    assert "<section" not in second


def test_a_plain_browser_opens_a_tab_of_the_side_panel_in_the_page(agent):
    conversation = make_conversation()
    client = browser_of(agent)

    answer = client.get(f"/c/{conversation.pk}/side?tab=history")

    assert answer.url == f"/c/{conversation.pk}?side=history"
    assert 'id="history"' in text_of(client.get(answer.url))


def test_the_notes_of_a_customer_can_be_written_from_the_panel(agent):
    conversation = make_conversation()
    path = f"/c/{conversation.pk}/side?tab=notes"
    edit = f'href="/customers/{conversation.customer_id}/edit#id_note"'

    empty = text_of(browser_of(agent).get(path, headers=HTMX))
    change_customer(conversation.customer, by=agent.actor, note="お電話は午後に")
    written = text_of(browser_of(agent).get(path, headers=HTMX))
    viewed = text_of(browser_of(make_user(Role.VIEWER)).get(path, headers=HTMX))

    assert edit in empty
    assert edit in written
    assert edit not in viewed
    assert 'id="id_note"' in text_of(browser_of(agent).get(f"/customers/{conversation.customer_id}/edit"))


def test_a_customer_of_today_came_today_and_not_at_some_time(agent):
    side = text_of(browser_of(agent).get(f"/c/{make_conversation().pk}/side", headers=HTMX))

    assert re.search(r"<dt>[^<]*</dt><dd>(今日|Today)</dd>", side)
