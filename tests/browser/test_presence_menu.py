"""P opens the menu of one's own presence, and the arrows walk it from its first line, however soon it is pressed."""

import pytest
from playwright.sync_api import expect
from tests.factories.accounts import make_user

pytestmark = pytest.mark.browser

STATES = "#presence-menu button"


@pytest.fixture
def page(site, open_as):
    page = open_as(make_user(name="小林 あかり", language="ja"))
    page.keyboard.press("p")
    return page


def test_p_pressed_at_once_ends_in_the_first_line_of_the_menu(page):
    expect(page.locator(STATES).nth(0)).to_be_focused()


def test_what_comes_later_leaves_whoever_walks_where_they_are(page):
    expect(page.locator(STATES).nth(0)).to_be_focused()

    page.keyboard.press("ArrowDown")
    with page.expect_response("**/presence/seen") as answer:
        page.evaluate("htmx.trigger('#presence', 'live')")
    answer.value.finished()

    expect(page.locator(STATES).nth(1)).to_be_focused()
