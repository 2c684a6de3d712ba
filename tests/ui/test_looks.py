"""What axe and the eye's ruler say of every page of the gallery: two sizes, two themes, two languages."""

import pytest
from tests.ui.axe import violations

pytestmark = pytest.mark.browser

PAGES = ("frame", "frame?pane=talk", "frame?pane=talk&closed", "gallery", "page", "gate")
WIDTHS = (1440, 1200, 1000, 720, 390, 320)
OVERFLOW = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
#: Every control that can be pressed, is seen, and is smaller than 24 px without being in a line of text (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll('button, a[href], input, select, summary, [role=option]')]
  .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(one => !one.closest('p, .said, .skip') && !one.matches('[type=hidden], [type=checkbox], [type=radio]'))
  .map(one => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.width > 0 && (box.height < 23.5 || box.width < 23.5))
  .map(([box, one]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def address(page, **asked):
    return page + ("&" if "?" in page else "?") + "&".join(f"{key}={value}" for key, value in asked.items())


@pytest.mark.parametrize("shown", PAGES)
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_axe_finds_nothing(look_at, shown, width, height):
    page = look_at(address(shown, theme="light"), width=width, height=height)

    page.emulate_media(reduced_motion="reduce")  # or the colours of one theme are still on their way to the other
    light = violations(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = violations(page)

    assert (light, dark) == ([], [])


@pytest.mark.parametrize("word", ["担当者を設定", "削除", "メニュー", "キーの一覧"])
def test_axe_finds_nothing_in_what_opens(look_at, word):
    page = look_at("gallery")
    page.locator(".page-body").get_by_role("button", name=word, exact=True).first.click()
    page.wait_for_selector("dialog[open], .menu:popover-open")

    assert violations(page) == []


def test_axe_finds_nothing_in_the_palette(look_at):
    page = look_at("frame")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option]")

    assert violations(page) == []


@pytest.mark.parametrize("shown", PAGES)
def test_nothing_is_wider_than_the_window(look_at, shown):
    page = look_at(address(shown, lang="en"))
    wider = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wider[width] = page.evaluate(OVERFLOW)

    assert set(wider.values()) == {0}


@pytest.mark.parametrize("shown", PAGES)
def test_everything_can_be_hit(look_at, shown):
    page = look_at(shown)

    assert page.evaluate(SMALL) == []


def test_the_help_of_a_field_is_as_high_as_its_words(look_at):
    page = look_at("page")

    heights = page.locator(".field .help").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")

    assert heights
    assert max(heights) < 60


def test_a_phone_shows_one_pane_at_a_time(look_at):
    listing = look_at("frame?pane=list", width=390, height=844)
    talk = look_at("frame?pane=talk", width=390, height=844)

    assert (listing.locator("#list").is_visible(), listing.locator("#work").is_visible()) == (True, False)
    assert (talk.locator("#list").is_visible(), talk.locator("#work").is_visible()) == (False, True)


@pytest.mark.parametrize(("width", "is_drawer"), [(1440, False), (1101, False), (1100, True), (390, True)])
def test_side_panel_is_a_drawer_where_there_is_no_room(look_at, width, is_drawer):
    page = look_at("frame?pane=talk&closed", width=width)
    side = page.locator("#side")

    assert side.is_visible() is not is_drawer
    if is_drawer:
        page.locator("[popovertarget=side]").click()
        assert side.is_visible()
        page.keyboard.press("Escape")
        assert not side.is_visible()


def test_rail_is_icons_below_1280_and_keeps_its_names(look_at):
    page = look_at("frame", width=1200)
    item = page.get_by_role("link", name="自分の担当", exact=True).first

    assert page.locator(".rail").bounding_box()["width"] == 52
    assert item.is_visible()


def test_buttons_of_a_phone_suit_a_thumb(look_at):
    page = look_at("frame?pane=talk&closed", width=390, height=844)
    heights = page.locator(".reply-bar .button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )

    assert min(heights) >= 44


def test_print_shows_the_conversation_alone_with_folds_open(look_at):
    page = look_at("frame")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.locator("#message-1").is_visible()
    assert page.locator(".fold:not([open])").count() == 0
    assert [page.locator(hidden).first.is_visible() for hidden in ("#rail", "#list", "#side", "#composer")] == [
        False
    ] * 4


def test_reduced_motion_stops_what_moves(look_at):
    page = look_at("gallery")
    page.emulate_media(reduced_motion="reduce")

    assert page.locator(".loading").evaluate("one => getComputedStyle(one, '::before').animationDuration") == "0.001s"
