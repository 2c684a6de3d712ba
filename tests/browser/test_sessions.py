"""Sessions that end while somebody writes, in a real Chromium: nothing is lost, nobody writes as somebody else."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.desk import browser_of

from madoguchi.conversations.models import Draft

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(site):
    return make_user(name="小林 あかり", language="ja")


@pytest.fixture
def page(open_as, agent):
    conversation = make_conversation(make_inbox(name="サポート窓口"))
    page = open_as(agent, f"/c/{conversation.pk}")
    page.keyboard.press("r")
    expect(page.locator("[data-editor]")).to_be_focused()
    return page


def log_in(page: Page, site: str, user) -> None:
    """As another tab of the same browser does."""
    key = browser_of(user).session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])


def log_out(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def state(page: Page):
    return page.locator("[data-draft-state]")


def test_what_is_typed_after_the_session_ended_is_saved_after_the_next_login(page, site, agent):
    page.keyboard.type("甲の文。")
    expect(state(page)).to_contain_text("下書きを保存しました")
    log_out(page)

    page.keyboard.type("乙の")

    expect(page.locator("#logged-out")).to_be_visible()
    page.keyboard.type("文。")  # whoever types goes on typing: nothing takes the focus
    expect(page.locator("[data-editor]")).to_be_focused()
    expect(page.locator("[data-editor]")).to_have_value(re.compile("乙の文。"))
    expect(state(page)).to_have_attribute("data-failed", "")
    assert "乙の文。" not in Draft.objects.get().text
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#logged-out")).to_be_visible()
    expect(page.locator("[data-editor]")).to_have_value(re.compile("乙の文。"))

    log_in(page, site, agent)
    page.locator("[data-dialog-close]:visible").click()
    page.locator("[data-editor]").press("End")
    page.keyboard.type("丙の文。")

    expect(state(page)).to_contain_text("下書きを保存しました")
    expect(page.locator("#logged-out")).to_be_hidden()
    assert "甲の文。乙の文。" in Draft.objects.get().text


def test_a_login_in_another_tab_does_not_stop_the_letter(page, site, agent):
    page.context.clear_cookies(name="csrftoken")
    other = page.context.new_page()
    other.goto(f"{site}/")  # gives the browser a token the first page does not know
    page.bring_to_front()

    page.keyboard.insert_text("承知しました。")  # as one input: what is said to be saved is all of it

    expect(state(page)).to_contain_text("下書きを保存しました")
    assert "承知しました。" in Draft.objects.get().text


def test_nobody_writes_into_the_drafts_of_somebody_else(page, site):
    log_in(page, site, make_user(name="渡辺 由紀"))

    page.keyboard.type("承知しました。")
    expect(state(page)).to_have_attribute("data-failed", "")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#toasts")).to_contain_text("別の人")
    expect(page.locator("[data-editor]")).to_be_visible()
    assert not Draft.objects.exists()
