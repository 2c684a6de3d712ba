"""Writing in a real Chromium: what a refused send shows, where quotations go, and what moves while one writes."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.ui.axe import violations

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message
from madoguchi.events.models import Event

pytestmark = pytest.mark.browser

SIGNATURE = "────────\nはるかぜ日用品店\nメール:support@shop.example\n────────"


@pytest.fixture
def agent(site):
    return make_user(name="小林 あかり", language="ja")


@pytest.fixture
def inbox(site):
    return make_inbox(name="サポート窓口", address="support@shop.example", signature=SIGNATURE)


@pytest.fixture
def conversation(inbox):
    return make_conversation(inbox)


def editor(page: Page):
    return page.locator("[data-editor]")


def ours():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def write(page: Page, text: str):
    page.keyboard.press("r")
    expect(editor(page)).to_be_focused()
    page.keyboard.type(text)


def test_ctrl_enter_again_and_again_does_not_get_past_what_happened(open_as, agent, inbox, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "本日発送いたします。")
    # As password managers and spelling helpers do: the swap must not carry it over against the policy.
    page.locator("#subject").evaluate("field => field.style.setProperty('caret-color', 'auto')")
    receive_mail(inbox, subject=f"Re: 商品(受付番号:{conversation.pk})", text="追記です。")
    expect(page.locator("#ledger")).to_contain_text("追記です。")

    reason = page.locator("#override-reason")
    page.keyboard.press("Control+Enter")
    expect(reason).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Control+Enter")
        expect(reason).to_be_focused()
    assert ours().count() == 0
    page.keyboard.type("お電話でお話し済みです")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#composer.reply-bar")).to_be_visible()
    assert ours().count() == 1
    assert Event.objects.get(kind="reply_written").data["override_reason"] == "お電話でお話し済みです"


def test_without_the_browsers_own_check_the_list_and_the_field_stay(open_as, agent, inbox, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "本日発送いたします。")
    receive_mail(inbox, subject=f"Re: 商品(受付番号:{conversation.pk})", text="追記です。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#override-reason")).to_be_focused()

    page.locator("#composer").evaluate("form => { form.noValidate = true; }")
    page.locator("#override-reason").evaluate("field => { field.required = false; }")
    page.keyboard.press("Control+Enter")

    wrong = page.locator("#override-reason[aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(page.locator(".preflight")).to_contain_text("新しいメッセージが届きました")
    expect(page.locator("#override-error")).to_be_visible()
    expect(editor(page)).to_have_value(re.compile("本日発送いたします。"))
    assert ours().count() == 0


def place_caret(page: Page, before: str):
    editor(page).evaluate(
        "(area, text) => { area.focus(); const at = area.value.indexOf(text); area.setSelectionRange(at, at); }", before
    )


def test_the_whole_message_is_quoted_below_the_signature_once(open_as, agent, inbox):
    conversation = make_conversation(inbox, text="最初の質問です。\n二つ目の質問です。")
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "承知いたしました。")

    place_caret(page, "メール:support")
    for _ in range(2):
        page.get_by_role("button", name="引用", exact=True).click()

    value = editor(page).input_value()
    assert SIGNATURE in value
    above, _, below = value.partition(SIGNATURE)
    assert "承知いたしました。" in above
    assert re.fullmatch(r"\n\n[^\n]+ <yumiko@mail.example>:\n> 最初の質問です。\n> 二つ目の質問です。\n", below)
    assert editor(page).evaluate("area => area.value.slice(area.selectionStart)").startswith("メール:support")
    page.keyboard.press("Control+z")
    assert editor(page).input_value().endswith(f"{SIGNATURE}\n")


@pytest.mark.parametrize(
    ("caret", "expected"),
    [
        ("メール:support", f"> 二つ目の質問です。\n\n{SIGNATURE}"),
        ("結び。", f"> 二つ目の質問です。\n\n結び。\n\n{SIGNATURE}"),
    ],
    ids=["in the signature", "in the letter"],
)
def test_selected_words_are_quoted_where_one_writes_but_above_the_signature(open_as, agent, inbox, caret, expected):
    conversation = make_conversation(inbox, text="最初の質問です。\n\n二つ目の質問です。")
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "結び。")

    place_caret(page, caret)
    page.locator("#ledger .words").get_by_text("二つ目の質問です。").select_text()
    page.get_by_role("button", name="引用", exact=True).click()

    assert expected in editor(page).input_value()
    assert "最初の質問です。" not in editor(page).input_value()


def test_taking_back_in_the_timeline_ends_the_countdown_and_covers_no_button(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "まちがえました")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast[data-countdown]")).to_be_visible()

    page.locator("#ledger form[action$='/cancel'] button").click()

    expect(editor(page)).to_be_visible()
    expect(page.locator(".toast[data-countdown]")).to_have_count(0)
    toast = page.locator(".toast").bounding_box()
    composer = page.locator("#composer").bounding_box()
    assert toast["x"] + toast["width"] <= composer["x"]
    expect(page.locator(".entry[data-state=cancelled] .words").first).to_be_hidden()
    page.keyboard.type("。続きです。")
    assert "まちがえました。続きです。\n\n────" in editor(page).input_value()


def test_entries_of_menus_that_are_forms_look_like_the_others(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.locator('[popovertarget="more-menu"]').click()

    icons = page.locator("#more-menu li .icon")
    boxes = [icons.nth(at).bounding_box() for at in range(icons.count())]
    buttons = page.locator("#more-menu li form > button")

    assert len({round(box["x"]) for box in boxes}) == 1
    assert buttons.count() == 3
    assert {buttons.nth(at).evaluate("button => getComputedStyle(button).display") for at in range(3)} == {"flex"}
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".self").click()
    assert violations(page) == []


def test_the_height_of_the_composer_is_dragged_and_kept(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "本文")
    box = page.locator("[data-divider=composer]").bounding_box()
    before = page.locator(".editor").bounding_box()["height"]

    page.mouse.move(box["x"] + 200, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] - 96, steps=4)
    page.mouse.up()
    after = page.locator(".editor").bounding_box()["height"]
    page.reload()
    page.keyboard.press("r")
    expect(editor(page)).to_be_visible()

    assert before >= 220
    assert after == pytest.approx(before + 100, abs=2)
    assert page.locator(".editor").bounding_box()["height"] == pytest.approx(after, abs=1)
    page.set_viewport_size({"width": 1440, "height": 560})
    assert page.locator("[data-send]").bounding_box()["y"] < 560 - 24


def test_completion_without_a_match_shows_nothing(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    write(page, "本文")
    page.locator('[data-show-line="cc"]').click()

    with page.expect_response("**/complete?q=**"):
        page.keyboard.type("nobody-of-this-name")

    expect(page.locator("#cc-completion")).to_be_hidden()


def test_on_a_phone_the_head_is_two_lines_and_a_new_mail_has_a_way_back(open_as, site, agent, inbox, conversation):
    page = open_as(agent, f"/c/{conversation.pk}", width=390, height=844)

    assert page.locator(".talk-head").bounding_box()["height"] <= 112
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
    page.goto(f"{site}/new")
    expect(page.get_by_role("heading", name="メール作成")).to_be_in_viewport()
    expect(page.locator("[data-send]")).to_be_in_viewport()
    page.locator("[data-back]").tap()
    expect(page.locator("#list")).to_be_visible()


@pytest.mark.parametrize("width", [390, 800, 1440])
def test_what_the_checks_ask_of_a_new_mail_is_in_sight(open_as, agent, inbox, width):
    page = open_as(agent, "/new", width=width, height=844)
    page.locator("#to-input").fill("yumiko@mail.example")
    page.keyboard.press("Enter")
    page.locator("#subject").fill("入荷のお知らせ")
    editor(page).fill("〇〇様\n\n土鍋が入荷しました。")

    page.keyboard.press("Control+Enter")

    expect(page.locator(".preflight .finding").first).to_be_in_viewport()
    expect(page.locator(".preflight .leave [data-send]")).to_be_in_viewport()
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
    assert not ours().exists()


def test_on_a_phone_the_head_of_the_composer_is_one_line(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}/write?mode=reply", width=390, height=844)

    assert page.locator(".composer .tabs").bounding_box()["height"] <= 52
    page.locator(".keep-draft").tap()
    expect(page.get_by_label("下書きを自分だけに表示")).to_be_checked()


def test_an_at_sign_in_a_note_offers_the_staff(open_as, agent, conversation):
    make_user(name="中村 大輔", email="nakamura@shop.example")
    page = open_as(agent, f"/c/{conversation.pk}/write?mode=note")
    expect(editor(page)).to_be_focused()

    page.keyboard.type("確認お願いします @naka")
    expect(page.locator("#mentions [role=option]")).to_have_count(1)
    found = violations(page)
    page.keyboard.press("Enter")
    expect(editor(page)).to_have_value("確認お願いします @中村大輔 ")
    expect(page.locator("#mentions")).to_be_hidden()
    page.keyboard.type("@zzz")
    page.keyboard.press("Enter")

    expect(editor(page)).to_have_value("確認お願いします @中村大輔 @zzz\n")
    assert found == []


def test_a_conversation_opens_where_the_unanswered_words_begin(open_as, agent, inbox):
    conversation = make_conversation(inbox, text="最初です。\n" * 60)
    reply_to(conversation, agent)
    again = f"Re: 商品(受付番号:{conversation.pk})"
    long = receive_mail(inbox, subject=again, text="急ぎです。\n" + "詳しい説明です。\n" * 80)
    receive_mail(inbox, subject=again, text="追記です。")

    page = open_as(agent, f"/c/{conversation.pk}")

    first = page.locator(f"#message-{long.pk}")
    timeline = page.locator(".timeline").bounding_box()
    assert first.bounding_box()["y"] == pytest.approx(timeline["y"] + 16, abs=2)
    assert Message.objects.get(pk=long.pk).conversation_id == conversation.pk


def test_who_opens_the_composer_goes_on_seeing_what_is_to_be_answered(open_as, agent, inbox):
    conversation = make_conversation(inbox, text="最初です。\n" * 30)
    reply_to(conversation, agent)
    last = receive_mail(inbox, subject=f"Re: 商品(受付番号:{conversation.pk})", text="追記です。")
    page = open_as(agent, f"/c/{conversation.pk}")
    expect(page.locator(f"#message-{last.pk}")).to_be_in_viewport()

    page.keyboard.press("r")
    expect(editor(page)).to_be_focused()

    message, composer = page.locator(f"#message-{last.pk}").bounding_box(), page.locator("#composer").bounding_box()
    assert message["y"] + message["height"] <= composer["y"]


def test_the_bar_of_chosen_rows_shows_its_way_out_in_a_narrow_list(open_as, agent, inbox, conversation):
    page = open_as(agent)
    page.evaluate("document.documentElement.style.setProperty('--list-size', '256px')")
    page.locator(f"#conversation-{conversation.pk}").hover()
    page.locator(f"#conversation-{conversation.pk} [data-pick]").check()

    bar, out = page.locator("[data-select-bar]").bounding_box(), page.locator("[data-select-end]").bounding_box()
    assert out["x"] + out["width"] <= bar["x"] + bar["width"]
    page.locator("[data-select-end]").click()

    expect(page.locator("[data-select-bar]")).to_be_hidden()
