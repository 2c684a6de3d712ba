"""対応履歴 in a real browser: walked and opened by the keyboard alone, new entries by themselves, narrowed in place."""

import re

import pytest
from playwright.sync_api import expect
from tests.factories.accounts import make_user
from tests.factories.commerce import make_order
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.ui.axe import violations

from madoguchi.conversations.actions.notes import add_note

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(transactional_db):
    return make_user(name="小林 あかり", language="ja")


@pytest.fixture
def conversation(agent):
    found = make_conversation(
        make_inbox(name="サポート窓口"),
        subject="土鍋がまだ届きません",
        text="三日前に注文した土鍋です。\n\n追跡番号を教えてください。",
    )
    add_note(found, "倉庫に確認中です。", user=agent)
    make_order()
    return found


def test_one_click_on_the_sender_opens_everything_and_the_keyboard_walks_it(site, open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.locator(".timeline .by a", has_text="髙橋 由美子").first.click()
    expect(page).to_have_url(re.compile(rf"/customers/{conversation.customer_id}/timeline$"))
    entries = page.locator(".tl-item")
    expect(entries).to_have_count(4)

    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    focused = page.locator("summary[data-walk]:focus")
    title = focused.locator(".tl-title").inner_text()
    page.keyboard.press("o")

    assert title in ("土鍋がまだ届きません", "顧客情報を作成")
    opened = page.locator(".tl-item details[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator(".tl-whole .button").last).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".tl-item details[open]")).to_have_count(0)


def test_what_is_new_appears_above_and_what_was_opened_stays_open(site, open_as, agent, conversation):
    page = open_as(agent, f"/customers/{conversation.customer_id}/timeline")
    letter = page.locator('[data-entry-kind="received"]').first
    letter.locator("summary").click()
    expect(letter.locator(".tl-whole")).to_contain_text("追跡番号を教えてください。")

    receive_mail(conversation.inbox, subject="追伸です")

    expect(page.locator(".tl-item").first).to_contain_text("追伸です")
    expect(page.locator(".tl-item")).to_have_count(5)
    expect(page.locator(".tl-day", has_text="今日")).to_have_count(1)
    expect(page.locator("details[open] .tl-whole")).to_contain_text("追跡番号を教えてください。")


def test_it_is_narrowed_and_searched_in_its_place(site, open_as, agent, conversation):
    page = open_as(agent, f"/customers/{conversation.customer_id}/timeline")

    page.locator('select[name="kind"]').select_option("note")
    expect(page.locator(".tl-item")).to_have_count(1)
    page.locator('select[name="kind"]').select_option("")
    expect(page.locator(".tl-item")).to_have_count(4)
    page.keyboard.press("Escape")
    page.locator(".tl-form input[type=search]").fill("ゆげ")
    page.locator(".tl-form input[type=search]").press("Enter")

    expect(page.locator(".tl-item")).to_have_count(1)
    expect(page.locator(".tl-item")).to_contain_text("HK-104901")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_nothing_stands_in_anybodys_way(site, open_as, agent, conversation, width, dark):
    page = open_as(agent, f"/customers/{conversation.customer_id}/timeline", width=width, height=844, dark=dark)
    page.locator("summary[data-walk]").first.click()
    expect(page.locator("details[open] .tl-whole .button").first).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_has_the_entries_and_nothing_to_press(site, open_as, agent, conversation):
    page = open_as(agent, f"/customers/{conversation.customer_id}/timeline")
    expect(page.locator("[data-print]")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator(".tl-item").first).to_be_visible()
    for hidden in (".rail", ".tl-form", ".tl-deeds", ".page-head .button", ".page .tabs"):
        expect(page.locator(hidden).first).to_be_hidden()
