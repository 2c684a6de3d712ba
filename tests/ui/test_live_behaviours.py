"""What happens elsewhere reaches the page, in a real Chromium: the stream, its loss, and who is typing meanwhile."""

import re

import pytest
from playwright.sync_api import Route, expect

from .gallery import arrived

pytestmark = pytest.mark.browser


def test_event_refreshes_the_elements_that_care(look_at):
    page = look_at("gallery")
    page.evaluate("htmx.trigger('#live-spot', 'live')")

    expect(page.locator("#live-spot")).to_have_text("arrived")


def test_stream_reaches_the_page_and_every_tab(look_at):
    first = look_at("frame?live")
    arrived("/live")
    first.evaluate(
        "document.addEventListener('live:message_received', e => { document.title = e.detail.subject + e.detail.id })"
    )
    second = look_at("frame?live")
    second.evaluate(
        "document.addEventListener('live:message_received', e => { document.title = e.detail.subject + e.detail.id })"
    )
    arrived("/live", amount=3, seconds=20)

    expect(first).to_have_title(re.compile(r"conversation:2518\d"), timeout=10000)
    expect(second).to_have_title(re.compile(r"conversation:2518\d"), timeout=10000)


def test_lost_connection_is_said_and_found_again(look_at):
    page = look_at("frame")
    page.route("**/live", lambda route: route.abort())
    page.goto(page.url + "?live")

    expect(page.locator("#connection")).to_be_visible(timeout=10000)
    page.unroute("**/live")
    expect(page.locator("#connection")).to_be_hidden(timeout=20000)


def test_element_being_typed_in_waits_for_its_refresh(look_at):
    page = look_at("gallery?live")
    spot = page.locator("#live-spot")
    spot.evaluate("spot => { spot.innerHTML = '<input id=typing>'; spot.firstChild.focus() }")
    arrived("/live", amount=3, seconds=20)
    expect(spot).to_have_attribute("data-stale", "")
    assert spot.inner_html() == '<input id="typing">'

    page.locator("#typing").blur()

    expect(spot).to_have_text("arrived")


def test_answer_on_its_way_waits_for_who_began_to_type(look_at):
    page = look_at("gallery")
    spot = page.locator("#live-spot")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/piece/live-spot*", hold)
    with page.expect_request("**/piece/live-spot*"):
        page.evaluate("htmx.trigger('#live-spot', 'live')")
    spot.evaluate("spot => { spot.innerHTML = '<input id=typing>'; spot.firstChild.focus() }")

    held[0].continue_()
    page.unroute("**/piece/live-spot*")
    expect(spot).to_have_attribute("data-stale", "")
    assert spot.inner_html() == '<input id="typing">'
    page.locator("#typing").blur()

    expect(spot).to_have_text("arrived")
