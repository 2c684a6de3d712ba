"""The browser behaviours, driven in a real Chromium on the gallery; what reached the server is in `heard`."""

import re

import pytest
from playwright.sync_api import expect
from tests.ui.gallery import arrived, heard

pytestmark = pytest.mark.browser

IME_ENTER = """element => {
  const how = {key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true, isComposing: true};
  return element.dispatchEvent(new KeyboardEvent('keydown', how));
}"""
SCROLL_UP = """async timeline => {
  const scrolled = new Promise(done => timeline.addEventListener('scroll', done, {once: true}));
  timeline.scrollTop = 0;
  await scrolled;
}"""
KEY_229 = (
    "key => document.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode: 229, bubbles: true, cancelable: true}))"
)


# Keys


def test_keys_press_what_declares_them(look_at):
    page = look_at("frame")
    page.keyboard.press("e")

    assert len(arrived("/done")) == 1
    expect(page.locator(".toast")).to_have_text(re.compile("対応完了にしました"))


def test_keys_rest_in_text_fields(look_at):
    page = look_at("frame")
    page.locator("[data-editor]").press("e")

    assert "/done" not in heard


def test_keys_rest_while_an_ime_composes(look_at):
    page = look_at("frame")
    page.evaluate(KEY_229, "e")
    page.keyboard.press("c")  # something that does get through, afterwards

    assert "/done" not in heard


def test_keys_rest_while_a_dialog_is_open_and_with_modifiers(look_at):
    page = look_at("frame")
    page.keyboard.press("Alt+e")
    page.keyboard.press("?")
    page.keyboard.press("e")
    expect(page.locator("#keys")).to_be_visible()

    assert "/done" not in heard


def test_question_mark_lists_the_keys_of_this_screen(look_at):
    page = look_at("frame")
    page.keyboard.press("?")
    listed = page.locator("[data-keys-list] div").all_inner_texts()

    assert any("対応完了" in line and "E" in line for line in listed)


def test_single_letters_can_be_switched_off(look_at):
    page = look_at("frame")
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.keyboard.press("e")

    assert "/done" not in heard


def test_j_and_k_walk_the_list(look_at):
    page = look_at("frame")
    page.keyboard.press("j")
    expect(page.locator("[data-row][aria-current]")).to_contain_text("渡邉 智子")
    page.keyboard.press("k")
    expect(page.locator("[data-row][aria-current]")).to_contain_text("髙橋 由美子")


# Selecting


def test_shift_selects_a_range_and_the_bar_counts(look_at):
    page = look_at("frame?lang=en")
    boxes = page.locator("[data-pick]")
    boxes.nth(1).check(force=True)
    boxes.nth(4).click(force=True, modifiers=["Shift"])

    expect(page.locator("[data-select-count]")).to_have_text(re.compile("^4"))
    page.locator("[data-select-all]").check()
    assert page.locator("[data-pick]:checked").count() == boxes.count()
    page.keyboard.press("Escape")
    expect(page.locator("[data-select-bar]")).to_be_hidden()


def test_bulk_form_carries_the_chosen(look_at):
    page = look_at("frame")
    page.locator("[data-pick]").first.check(force=True)
    page.locator("#bulk button").click()

    assert arrived("/done")[0]["conversation"] == ["2511"]


def test_what_could_not_be_done_stays_chosen(look_at):
    page = look_at("frame")
    for position in range(3):
        page.locator("[data-pick]").nth(position).check(force=True)
    kept = page.locator("[data-pick]").nth(1).get_attribute("value")

    page.evaluate(
        "number => document.dispatchEvent(new CustomEvent('selection-done', {detail: {keep: [number]}}))", int(kept)
    )

    assert page.locator("[data-pick]:checked").evaluate_all("boxes => boxes.map(box => box.value)") == [kept]
    expect(page.locator("[data-select-count]")).to_have_text(re.compile("^1"))


# Forms


def test_a_time_that_is_typed_chooses_its_choice_and_another_choice_takes_it_away(look_at):
    page = look_at("frame")
    page.evaluate("""document.body.insertAdjacentHTML('beforeend', `<form>
      <input type="radio" name="when" value="next" checked><input type="radio" name="when" value="own">
      <input type="datetime-local" name="at" data-chooses="own"></form>`)""")

    page.locator("[data-chooses]").fill("2026-12-24T10:00")
    typed = page.locator("[name=when]:checked").get_attribute("value")
    page.locator("[name=when][value=next]").check(force=True)

    assert (typed, page.locator("[data-chooses]").input_value()) == ("own", "")


def test_words_without_a_letter_wait_until_one_is_open(look_at):
    page = look_at("frame?closed")
    page.evaluate("""document.body.insertAdjacentHTML('beforeend',
      '<button id="phrase" type="button" data-insert="お待たせしました。">入れる</button>')""")

    page.evaluate("document.getElementById('phrase').click()")

    expect(page.locator("#composer [data-editor]")).to_have_value(re.compile("お待たせしました。"))


# Panes


def test_divider_is_dragged_and_remembered(look_at):
    page = look_at("frame")
    before = page.locator("#list").bounding_box()["width"]
    box = page.locator("[data-divider=list]").bounding_box()
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 84, 400)
    page.mouse.up()
    assert page.locator("#list").bounding_box()["width"] == pytest.approx(before + 80, abs=2)

    page.reload()

    assert page.locator("#list").bounding_box()["width"] == pytest.approx(before + 80, abs=2)


def test_divider_moves_by_keys_and_forgets_by_double_click(look_at):
    page = look_at("frame")
    before = page.locator("#side").bounding_box()["width"]
    page.locator("[data-divider=side]").press("ArrowLeft")
    assert page.locator("#side").bounding_box()["width"] == pytest.approx(before + 24, abs=2)

    page.locator("[data-divider=side]").dblclick()

    assert page.locator("#side").bounding_box()["width"] == pytest.approx(before, abs=2)


def test_composer_grows_by_its_divider(look_at):
    page = look_at("frame")
    before = page.locator(".editor").bounding_box()["height"]
    page.locator("[data-divider=composer]").press("ArrowUp")

    assert page.locator(".editor").bounding_box()["height"] == pytest.approx(before + 24, abs=2)


# Dialogs, menus, toasts


def test_piece_for_the_dialog_opens_it(look_at):
    page = look_at("gallery")
    page.get_by_role("button", name="担当者を設定", exact=True).click()
    expect(page.locator("#dialog")).to_be_visible()
    page.locator("#dialog").get_by_role("button", name="やめる").click()

    expect(page.locator("#dialog")).to_be_hidden()
    assert page.locator("#dialog").inner_html() == ""


def test_deed_is_asked_about_first(look_at):
    page = look_at("gallery")
    page.locator("#ask").click()
    expect(page.locator("#confirm-title")).to_have_text("「お礼」を削除しますか?")
    expect(page.locator("#confirm-text")).to_have_text("この操作は取り消せません。")
    page.locator("#confirm [data-dialog-close]").click()
    assert "/done" not in heard

    page.locator("#ask").click()
    page.locator("[data-confirm-yes]").click()

    assert len(arrived("/done")) == 1


def test_menu_walks_by_arrows_and_narrows_by_typing(look_at):
    page = look_at("frame")
    page.locator("[popovertarget=filter-menu]").click()
    page.keyboard.type("保留")
    expect(page.locator("#filter-menu li:visible")).to_have_count(1)
    page.keyboard.press("ArrowDown")

    expect(page.locator("#filter-menu [data-status=hold]")).to_be_focused()


def test_failure_is_said_in_words_and_nothing_is_replaced(look_at):
    page = look_at("gallery?lang=en")
    page.locator("#load").click()
    expect(page.locator("#spot p")).to_have_text("spot")
    page.locator("#fail").click()

    expect(page.locator(".toast[data-tone=error]")).to_contain_text("not available")
    expect(page.locator("#spot p")).to_have_text("spot")


def test_countdown_toast_counts_and_goes(look_at):
    page = look_at("gallery?lang=en")
    page.evaluate("""document.getElementById('toasts').insertAdjacentHTML('beforeend',
      '<div class="toast" data-countdown="2"><span></span><button class="button" data-toast-close>x</button></div>')""")

    expect(page.locator(".toast span")).to_have_text(re.compile("2"))
    expect(page.locator(".toast")).to_have_count(0, timeout=4000)


def test_toast_offers_undo_above_an_open_dialog(look_at):
    page = look_at("frame?lang=en")
    page.keyboard.press("?")
    page.evaluate(
        "const detail = {text: 'Closed', undo: () => { document.title = 'undone' }};"
        "document.dispatchEvent(new CustomEvent('toast', {detail}))"
    )
    page.locator(".toast").get_by_role("button", name="Undo").evaluate("one => one.click()")

    assert page.title() == "undone"
    expect(page.locator(".toast")).to_have_count(0)


# Palette


def test_palette_asks_walks_and_follows(look_at):
    page = look_at("frame")
    page.keyboard.press("Control+k")
    page.locator("#palette input").press_sequentially("土鍋")
    expect(page.locator("#option-1")).to_contain_text("土鍋")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#option-2")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.locator("#palette")).to_be_hidden()
    assert page.url.endswith("#2519")


def test_palette_leaves_enter_to_the_ime(look_at):
    page = look_at("frame")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#option-1")
    page.locator("#palette input").evaluate(IME_ENTER.replace("ctrlKey: true, ", ""))

    assert page.locator("#palette").is_visible()


# Time, theme, copying


def test_deadline_counts_with_the_words_of_the_server(look_at):
    page = look_at("gallery")
    page.clock.install(time="2026-11-25T02:24:00Z")
    page.reload()
    page.clock.run_for(21000)
    expect(page.locator("#due")).to_have_text("あと2時間35分")

    page.clock.fast_forward("04:00:00")

    expect(page.locator("#due")).to_have_text(re.compile("^1時間24分超過$"))


def test_theme_is_chosen_and_carried_by_a_cookie(look_at):
    page = look_at("frame")
    page.locator(".self").click()
    page.locator("[data-theme-set=dark]").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {"name": "theme", "value": "dark"}.items() <= page.context.cookies()[-1].items()


def test_copy_puts_text_on_the_clipboard(look_at):
    page = look_at("gallery?lang=en")
    page.get_by_role("button", name="コピー").click()

    expect(page.locator(".toast")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "HK-104655"


def test_secret_is_shown_on_demand(look_at):
    page = look_at("gallery")
    page.locator("[data-reveal]").click()

    expect(page.locator("#secret")).to_have_attribute("type", "text")


def test_timeline_opens_at_the_unread_line_and_offers_a_jump_when_more_arrives(look_at):
    page = look_at("frame")
    expect(page.locator(".unread-line")).to_be_in_viewport()
    page.locator(".timeline").evaluate(SCROLL_UP)
    page.locator(".ledger").evaluate(
        "ledger => { for (let i = 0; i < 30; i += 1) ledger.append(ledger.querySelector('.entry').cloneNode(true)) }"
    )
    timeline, line = page.locator(".timeline"), page.locator(".unread-line")
    expect(page.locator("[data-jump]")).to_be_visible()
    page.locator("[data-jump]").click()

    expect(page.locator("[data-jump]")).to_be_hidden()
    assert line.bounding_box()["y"] < timeline.bounding_box()["y"]


def test_row_opens_its_conversation_and_back_brings_the_earlier_page(look_at):
    page = look_at("frame?pane=list", width=390, height=844)
    page.locator("[data-row]").first.click()
    expect(page.locator("#work")).to_be_empty()
    assert page.url.endswith("/work")
    assert page.locator(".desk").get_attribute("data-pane") == "talk"

    page.go_back()

    expect(page.locator("#work h1")).to_have_text("商品がまだ届きません")
    expect(page.locator("#list")).to_be_visible()
