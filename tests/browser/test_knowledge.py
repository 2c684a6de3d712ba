"""Articles in the composer, in a real Chromium: the tab, the key, Enter for the text, a button for the link."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.test_wording import editor, picker
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.knowledge import make_article
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.knowledge.choices import Audience
from madoguchi.wording.choices import Scope

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site, open_as) -> Page:
    leader = make_user(Role.SUPERVISOR)
    make_template(leader, name="お礼", body="お問い合わせありがとうございます。", scope=Scope.ALL)
    make_article(leader, title="領収書を発行したい", body="マイページから発行できます。")
    make_article(leader, title="返金の裁量", body="千円まで。", audience=Audience.INTERNAL)
    conversation = make_conversation(make_inbox(signature=""))
    opened = open_as(make_user(name="小林 あかり", language="ja"), f"/c/{conversation.pk}")
    opened.keyboard.press("r")
    expect(editor(opened)).to_be_focused()
    editor(opened).evaluate("area => { area.value = ''; area.dispatchEvent(new Event('input', { bubbles: true })); }")
    return opened


def test_an_arrow_turns_to_the_articles_enter_takes_the_text_and_a_button_the_link(page):
    page.keyboard.type("/")
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(picker(page).locator('[role="option"]')).to_have_count(2)
    page.keyboard.type("領収書")
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    page.keyboard.press("Enter")
    expect(editor(page)).to_have_value("マイページから発行できます。")

    page.locator("[data-articles]").click()
    page.keyboard.type("領収書")
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    page.locator('button[name="part"][value="link"]').click()

    expect(picker(page)).to_have_count(0)
    assert "「領収書を発行したい」\nhttp" in editor(page).input_value()


def test_enter_puts_nothing_internal_into_a_reply(page):
    page.locator("[data-articles]").click()
    page.keyboard.type("裁量")
    expect(picker(page).get_by_text("千円まで。").last).to_be_visible()
    page.keyboard.press("Enter")

    expect(picker(page)).to_be_visible()
    expect(picker(page).get_by_role("button", name="本文を挿入")).to_have_count(0)
    expect(editor(page)).to_have_value("")
