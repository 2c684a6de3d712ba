"""Where one is after a question or a step back, in a real Chromium."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.models import Draft

pytestmark = pytest.mark.browser


@pytest.fixture
def conversation(site):
    return make_conversation(make_inbox(name="サポート窓口"))


def editor(page: Page):
    return page.locator("[data-editor]")


def test_after_taking_over_one_writes(open_as, conversation):
    take_lock(conversation, user=make_user(name="中村 大輔"))
    page = open_as(make_user(Role.SUPERVISOR, name="小林 あかり"), f"/c/{conversation.pk}")

    page.keyboard.press("r")
    expect(page.locator("#take-over-reason")).to_be_focused()
    page.keyboard.type("急ぎのため")
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("続きです。")

    expect(editor(page)).to_have_value("髙橋 由美子 様\n\n続きです。")


def open_on_a_phone(open_as, conversation) -> Page:
    page = open_as(make_user(name="小林 あかり"), width=390, height=844)
    page.locator(f"#conversation-{conversation.pk} a.row").tap()
    page.locator(".reply-bar .button").first.tap()
    expect(editor(page)).to_be_visible()
    return page


def test_back_on_a_phone_closes_the_composer_then_the_conversation(open_as, conversation):
    page = open_on_a_phone(open_as, conversation)
    address = page.url
    editor(page).fill("書きかけです。")
    returns: list[str] = []
    page.on("request", lambda asked: "hx-history-restore-request" in asked.headers and returns.append(asked.url))

    with page.expect_response(lambda answer: "/draft?" in answer.url):
        page.go_back()
    expect(page.locator("#composer.reply-bar")).to_be_visible()
    assert page.url == address
    assert Draft.objects.get().text == "書きかけです。"
    assert returns == []
    page.go_back()

    expect(page.locator(f"#conversation-{conversation.pk}")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()


def test_answer_of_an_earlier_step_back_comes_too_late_to_be_shown(open_as, conversation):
    other = make_conversation(conversation.inbox, subject="領収書をください")
    page = open_as(make_user(name="小林 あかり"))
    page.locator(f"#conversation-{conversation.pk} a.row").click()
    expect(page.locator(f"[data-conversation='{conversation.pk}']")).to_be_visible()
    page.locator(f"#conversation-{other.pk} a.row").click()
    expect(page.locator(f"[data-conversation='{other.pk}']")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/c/{conversation.pk}", hold)

    with page.expect_request(f"**/c/{conversation.pk}"):
        page.go_back()
    with page.expect_response(lambda answer: urlsplit(answer.url).path == "/"):
        page.go_back()
    expect(page.locator("[data-conversation]")).to_have_count(0)
    for route in held:
        route.fulfill(body='<main data-conversation="too late"></main>')

    expect(page.locator("[data-conversation]")).to_have_count(0)
    assert urlsplit(page.url).path == "/"


def test_closing_the_composer_by_its_button_leaves_no_step_behind(open_as, conversation):
    page = open_on_a_phone(open_as, conversation)

    page.locator("[data-close-composer]").tap()
    expect(page.locator("#composer.reply-bar")).to_be_visible()
    page.wait_for_function("!history.state?.composer")
    page.go_back()

    expect(page.locator(f"#conversation-{conversation.pk}")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
