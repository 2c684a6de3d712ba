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


def slow(page: Page):
    """The server answers nothing until the page calls `answer()`."""
    page.evaluate(
        """() => {
          const ask = window.fetch, held = new Promise((go) => (window.answer = () => { window.fetch = ask; go(); }));
          window.fetch = (...asked) => held.then(() => ask(...asked));
        }"""
    )


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


def test_what_is_typed_behind_the_slash_without_a_pause_is_searched_and_leaves_nothing_behind(page):
    page.keyboard.type("森 様")
    page.keyboard.press("Enter")
    page.keyboard.type("/遅延")
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("森 様\nお届けが遅れております。")
    expect(picker(page)).to_have_count(0)


def test_while_the_server_is_slow_keys_are_a_search_and_enter_waits_once(page):
    slow(page)
    page.keyboard.type("/遅延")
    expect(picker(page).locator("[role=combobox]")).to_have_value("遅延")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.evaluate("answer()")

    expect(editor(page)).to_have_value("お届けが遅れております。")
    expect(picker(page)).to_have_count(0)


def test_an_enter_that_was_given_up_puts_nothing_into_the_next_picker(page):
    slow(page)
    page.keyboard.type("/遅延")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.evaluate("answer()")
    page.keyboard.press("Enter")
    page.keyboard.type("/")

    expect(picker(page).locator("[data-wording-form]")).to_have_count(1)
    expect(editor(page)).to_have_value("/\n/")


def test_a_conversion_begun_right_behind_the_slash_is_made_in_the_search(page):
    page.keyboard.type("/")
    composing(page, ("set", "ちえん"), ("insert", "遅延"))

    expect(picker(page).locator("[role=combobox]")).to_have_value("遅延")
    expect(picker(page).locator('[role="option"]')).to_have_count(1)
    expect(editor(page)).to_have_value("/")


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
    page.keyboard.type("か")
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("/か\n")


def test_fields_of_a_new_mail_are_filled_when_its_recipient_is_chosen(site, open_as):
    agent = make_user(name="小林 あかり", language="ja")
    make_conversation(make_inbox(signature=""))
    page = open_as(agent, "/new")
    editor(page).fill("{{宛名}}\n\n{{お客様名}} 様の土鍋が、{{?日付}}に入荷します。")
    page.locator("#subject").fill("{{お客様名}}様へ")

    page.locator("#to-input").fill("yumiko@mail.example")
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("髙橋 由美子 様\n\n髙橋 由美子 様の土鍋が、{{?日付}}に入荷します。")
    expect(page.locator("#subject")).to_have_value("髙橋 由美子様へ")
