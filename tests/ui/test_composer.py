"""Writing an answer in a real Chromium: sending, drafts, the lock, addresses, files."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.ui.gallery import arrived, heard

pytestmark = pytest.mark.browser

IME_ENTER = """element => {
  const how = {key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true, isComposing: true};
  return element.dispatchEvent(new KeyboardEvent('keydown', how));
}"""


# Composer


def test_ctrl_enter_sends_and_enter_does_not(look_at):
    page = look_at("frame")
    editor = page.locator("[data-editor]")
    editor.press("End")
    editor.press("Enter")
    page.locator("#subject").press("Enter")
    assert "/send" not in heard

    editor.press("Control+Enter")

    assert arrived("/send")[0]["subject"] == ["Re: 商品がまだ届きません(受付番号:2518)"]


def test_enter_never_sends_while_composing(look_at):
    page = look_at("frame")
    page.locator("[data-editor]").evaluate(IME_ENTER)
    page.keyboard.press("e")
    arrived("/done")  # a later request is through, so an earlier one would be too

    assert "/send" not in heard


def test_text_composed_by_an_ime_is_kept_and_not_sent(look_at):
    page = look_at("frame")
    editor = page.locator("[data-editor]")
    editor.fill("")
    editor.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "おせわ", "selectionStart": 3, "selectionEnd": 3})
    editor.evaluate(IME_ENTER)
    session.send("Input.insertText", {"text": "お世話になっております。"})

    assert editor.input_value() == "お世話になっております。"
    assert "/send" not in heard


def test_draft_is_saved_as_typed(look_at):
    page = look_at("frame?lang=en")
    page.locator("[data-editor]").fill("書きかけ")

    expect(page.locator("[data-draft-state]")).to_have_text(re.compile("Draft saved"))
    assert ["書きかけ"] in [each["body"] for each in arrived("/draft")]
    assert page.evaluate("localStorage.getItem('draft::/draft')") is None


def test_draft_is_saved_on_leaving_the_field_without_waiting(look_at):
    page = look_at("frame")
    page.locator("[data-editor]").fill("すぐ離れる")
    page.locator("#subject").focus()

    assert arrived("/draft", seconds=0.7)[0]["body"] == ["すぐ離れる"]


def test_draft_the_server_refused_comes_back_after_a_reload(look_at):
    page = look_at("frame")
    page.route("**/draft", lambda route: route.fulfill(status=503))
    page.locator("[data-editor]").fill("消えてはいけない文章")
    expect(page.locator("[data-draft-state][data-failed]")).to_be_visible()
    page.unroute("**/draft")
    page.reload()

    expect(page.locator("[data-editor]")).to_have_value("消えてはいけない文章")
    assert arrived("/draft")[0]["body"] == ["消えてはいけない文章"]


def test_lock_is_renewed_while_typing(look_at):
    page = look_at("frame")
    page.locator("[data-editor]").press_sequentially("あ")

    arrived("/lock")
    expect(page.locator("#lock .strip")).to_have_text("中村さんが返信処理中です")


def test_template_goes_in_at_the_caret_and_can_be_undone(look_at):
    page = look_at("frame")
    editor = page.locator("[data-editor]")
    editor.fill("前後")
    editor.evaluate("area => area.setSelectionRange(1, 1)")
    page.locator("[data-insert]").click()
    assert editor.input_value() == "前いつもお世話になっております。後"

    editor.press("Control+z")

    assert editor.input_value() == "前後"


# Recipients


def values(page, name):
    return page.locator(f"input[type=hidden][name={name}]").evaluate_all("all => all.map(one => one.value)")


def test_address_becomes_a_chip_by_enter_comma_or_leaving(look_at):
    page = look_at("frame")
    field = page.locator("#to-input")
    field.fill("a@mail.example")
    field.press("Enter")
    field.fill("b@mail.example")
    field.press(",")
    field.fill("c@mail.example")
    field.blur()

    assert values(page, "to")[1:] == ["a@mail.example", "b@mail.example", "c@mail.example"]


def test_backspace_takes_the_last_chip_back_and_cross_removes(look_at):
    page = look_at("frame")
    field = page.locator("#to-input")
    field.press("Backspace")
    assert field.input_value() == "髙橋 由美子 <yumiko.takahashi@mail.example>"
    field.press("Enter")

    page.locator("[data-chips=to] [data-chip-remove]").click()

    assert values(page, "to") == []


def test_pasted_list_becomes_many_without_doubles(look_at):
    page = look_at("frame")
    pasted = '"Yamada, Taro" <taro@mail.example>; b@mail.example\nB@mail.example, YUMIKO.takahashi@mail.example'
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    page.locator("#to-input").press("Control+v")

    assert values(page, "to")[1:] == ['"Yamada, Taro" <taro@mail.example>', "b@mail.example"]


def test_wrong_address_is_shown_as_wrong(look_at):
    page = look_at("frame")
    page.locator("#to-input").fill("taro@")
    page.locator("#to-input").press("Enter")

    expect(page.locator(".chip[data-wrong]")).to_have_text(re.compile("taro@"))


def test_completion_is_chosen_by_arrow_and_enter(look_at):
    page = look_at("frame")
    page.locator("#to-input").press_sequentially("ichi")
    expect(page.locator("#to-completion [role=option]")).to_have_count(1)
    page.locator("#to-input").press("ArrowDown")
    page.locator("#to-input").press("Enter")

    assert values(page, "to")[-1] == "高橋 一郎 <ichiro@mail.example>"


def test_enter_while_composing_a_name_makes_no_chip(look_at):
    page = look_at("frame")
    page.locator("#to-input").evaluate("field => { field.value = 'たかはし'; }")
    page.locator("#to-input").evaluate(IME_ENTER.replace("ctrlKey: true, ", ""))

    assert len(values(page, "to")) == 1


def test_cc_line_opens(look_at):
    page = look_at("frame")
    page.locator("[data-show-line=cc]").click()

    expect(page.locator("#cc-input")).to_be_focused()


# Files


def test_chosen_file_goes_up_and_its_id_stays(look_at, tmp_path: Path):
    (tmp_path / "見積書.pdf").write_bytes(b"%PDF")
    page = look_at("frame")
    page.locator("[data-upload]").set_input_files(tmp_path / "見積書.pdf")

    assert arrived("/upload")[0]["file"] == "見積書.pdf"
    expect(page.locator("[data-file] progress")).to_have_count(0)
    assert values(page, "file") == ["f1"]
    page.locator("[data-file-remove]").click()
    assert values(page, "file") == []


def test_dropped_file_goes_up(look_at):
    page = look_at("frame")
    page.evaluate("""() => {
      const carried = new DataTransfer();
      carried.items.add(new File(['x'], 'drop.txt'));
      const editor = document.querySelector('[data-editor]');
      editor.dispatchEvent(new DragEvent('dragover', {dataTransfer: carried, bubbles: true, cancelable: true}));
      editor.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));
    }""")

    assert arrived("/upload")[0]["file"] == "drop.txt"


def test_too_large_file_is_refused_in_words(look_at):
    page = look_at("frame")
    page.locator("#composer").evaluate("form => { form.dataset.uploadMax = 3; }")
    page.locator("[data-upload]").set_input_files({"name": "big.bin", "mimeType": "x/y", "buffer": b"1234"})

    expect(page.locator(".toast[data-tone=error]")).to_contain_text("big.bin")
    assert "/upload" not in heard


def test_failed_upload_says_so_on_the_file(look_at):
    page = look_at("frame")
    page.route(
        "**/upload", lambda route: route.fulfill(status=400, json={"error": "この種類のファイルは添付できません"})
    )
    page.locator("[data-upload]").set_input_files({"name": "a.exe", "mimeType": "x/y", "buffer": b"1"})

    expect(page.locator(".paper[data-state=failed] small")).to_have_text("この種類のファイルは添付できません")
    assert values(page, "file") == []
