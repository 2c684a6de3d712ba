"""Templates in the composer, in a real Chromium: the slash, the arrows, Enter, and an IME that is left alone."""

import pytest
from playwright.sync_api import Page, expect
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.wording.choices import Scope

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site, open_as) -> Page:
    leader = make_user(Role.SUPERVISOR)
    for name, body in (("お礼", "お問い合わせありがとうございます。"), ("遅延のお詫び", "お届けが遅れております。")):
        make_template(leader, name=name, body=body, scope=Scope.ALL)
    conversation = make_conversation(make_inbox(signature=""))
    opened = open_as(make_user(name="小林 あかり", language="ja"), f"/c/{conversation.pk}")
    opened.keyboard.press("r")
    expect(editor(opened)).to_be_focused()
    editor(opened).evaluate("area => { area.value = ''; area.dispatchEvent(new Event('input', { bubbles: true })); }")
    return opened


def editor(page: Page):
    return page.locator("[data-editor]")


def picker(page: Page):
    return page.locator("[data-wording-picker]")


def chosen(page: Page):
    return picker(page).locator('[role="option"][aria-selected="true"]')


def composing(page: Page, *steps: tuple[str, str]):
    """An IME at work, as the browser tells of it: `imeSetComposition` through the developer tools."""
    tools = page.context.new_cdp_session(page)
    for method, text in steps:
        if method == "set":
            tools.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            )
        else:
            tools.send("Input.insertText", {"text": text})


def test_a_slash_opens_the_picker_arrows_walk_and_enter_puts_the_words_in(page):
    page.keyboard.type("/")
    expect(picker(page)).to_be_visible()
    expect(chosen(page)).to_have_count(1)
    first = chosen(page).get_attribute("data-template")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).not_to_have_attribute("data-template", first)
    page.keyboard.press("ArrowUp")
    expect(chosen(page)).to_have_attribute("data-template", first)

    page.keyboard.type("遅延")
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("お届けが遅れております。")
    expect(editor(page)).to_be_focused()
    expect(picker(page)).to_have_count(0)


def test_a_slash_within_words_stays_a_slash(page):
    page.keyboard.type("1/2")

    expect(editor(page)).to_have_value("1/2")
    expect(picker(page)).to_have_count(0)


def test_while_an_ime_composes_nothing_opens_and_what_it_gives_stays(page):
    composing(page, ("set", "／"), ("set", "／あ"))
    expect(picker(page)).to_have_count(0)
    composing(page, ("insert", "／ありがとう"))

    expect(editor(page)).to_have_value("／ありがとう")
    expect(picker(page)).to_have_count(0)


def test_enter_that_ends_a_conversion_puts_nothing_in(page):
    page.keyboard.type("/")
    expect(chosen(page)).to_have_count(1)
    field = picker(page).locator("[role=combobox]")
    expect(field).to_be_focused()
    composing(page, ("set", "ちえん"))
    field.evaluate(
        "input => input.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true }))"
    )
    expect(picker(page)).to_be_visible()
    expect(editor(page)).to_have_value("/")

    composing(page, ("insert", "遅延"))
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("お届けが遅れております。")


def test_escape_leaves_the_slash_as_typed(page):
    page.keyboard.type("/")
    expect(picker(page)).to_be_visible()

    page.keyboard.press("Escape")

    expect(editor(page)).to_be_focused()
    expect(editor(page)).to_have_value("/")
