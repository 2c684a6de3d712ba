"""The ten most important paths, in a real Chromium over the real server and database."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.factories.accounts import PASSWORD, make_admin, make_user
from tests.factories.approval import make_waiting, request_of
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.ui.axe import violations

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.triage import change_tags
from madoguchi.conversations.choices import MessageKind, MessageState, Status
from madoguchi.conversations.models import Conversation, Draft, Message

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(site):
    return make_user(name="小林 あかり", language="ja", password=PASSWORD)


@pytest.fixture
def inbox(site):
    return make_inbox(
        name="サポート窓口", address="support@shop.example", signature="────────\nはるかぜ日用品店\n────────"
    )


@pytest.fixture
def conversation(inbox):
    return make_conversation(inbox)


def editor(page: Page):
    return page.locator("[data-editor]")


def ours():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def test_sign_in(open_as, agent, conversation):
    page = open_as(None, "/")

    page.locator("input[type=email], input[name=login]").fill(agent.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button.button[data-kind=main]").first.click()

    expect(page.locator(f"#conversation-{conversation.pk}")).to_be_visible()
    expect(page.locator(".self")).to_contain_text("小林 あかり")


def test_read_from_the_list_with_keys_and_back(open_as, agent, inbox, conversation):
    second = make_conversation(inbox, sender=Address("b@mail.example", "鈴木"), subject="返品について")
    page = open_as(agent)

    page.keyboard.press("j")
    expect(page.locator(".talk-head h1")).to_have_text("商品がまだ届きません")
    page.keyboard.press("j")
    expect(page.locator(".talk-head h1")).to_have_text("返品について")
    expect(page).to_have_url(re.compile(rf"/c/{second.pk}$"))
    page.go_back()

    expect(page.locator(".talk-head h1")).to_have_text("商品がまだ届きません")
    expect(page.locator(f"#conversation-{conversation.pk} .row")).to_have_attribute("aria-current", "true")


def test_new_mail_arrives_without_reloading_and_moves_nothing_that_is_read(open_as, agent, inbox, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.keyboard.press("r")
    editor(page).press_sequentially("書いている途中")

    receive_mail(inbox, text="追加のご連絡です。", subject=f"Re: 商品がまだ届きません(受付番号:{conversation.pk})")
    other = receive_mail(inbox, sender=Address("new@mail.example", "新しいお客様"), subject="はじめまして")

    expect(page.locator("#ledger")).to_contain_text("追加のご連絡です。")
    expect(page.locator(f"#conversation-{other.conversation_id}")).to_be_visible()
    expect(page.locator("#rail-body")).to_contain_text("2")
    expect(editor(page)).to_have_value(re.compile("書いている途中"))


def test_the_lock_is_seen_in_another_browser_at_once(open_as, agent, conversation):
    colleague = make_user(name="中村 大輔", language="ja")
    mine, theirs = open_as(agent, f"/c/{conversation.pk}"), open_as(colleague, f"/c/{conversation.pk}")

    mine.keyboard.press("r")
    expect(editor(mine)).to_be_visible()

    expect(theirs.locator("#lock")).to_contain_text("小林 あかりさんが返信処理中です")
    theirs.keyboard.press("r")
    expect(theirs.locator("#composer.reply-bar")).to_be_visible()
    expect(theirs.locator("#dialog")).to_contain_text("小林 あかりさんが返信処理中です")
    theirs.keyboard.press("Escape")
    theirs.get_by_role("link", name="返信を引き継ぐ").click()
    theirs.locator("#take-over-reason").fill("退勤のため")
    theirs.get_by_role("button", name="引き継ぐ", exact=True).click()
    expect(editor(theirs)).to_be_visible()
    expect(mine.locator("#lock")).to_contain_text("中村 大輔さんが返信処理中です")


def test_reply_with_an_ime_sends_once_and_only_by_ctrl_enter(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.keyboard.press("r")
    editor(page).focus()
    keyboard = page.context.new_cdp_session(page)

    keyboard.send("Input.imeSetComposition", {"text": "ほんじつ", "selectionStart": 4, "selectionEnd": 4})
    for modifiers in (0, 2):  # Enter, and Ctrl+Enter, while the conversion is still open
        pressed = {
            "type": "keyDown",
            "key": "Process",
            "code": "Enter",
            "windowsVirtualKeyCode": 229,
            "modifiers": modifiers,
        }
        keyboard.send("Input.dispatchKeyEvent", pressed)
    keyboard.send("Input.insertText", {"text": "本日発送いたします。"})
    page.keyboard.press("Enter")
    expect(editor(page)).to_have_value(re.compile("本日発送いたします。"))
    assert ours().count() == 0
    page.keyboard.press("Control+Enter")

    expect(page.locator(".toast")).to_contain_text("送信まであと")
    expect(page.locator(".entry[data-kind=ours]")).to_contain_text("本日発送いたします。")
    assert ours().count() == 1
    assert Conversation.objects.get().status == Status.WAIT


def test_a_reply_is_taken_back_within_its_time(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.keyboard.press("r")
    editor(page).press_sequentially("まちがえました")
    page.keyboard.press("Control+Enter")

    page.locator(".toast [data-toast-undo]").click()

    expect(editor(page)).to_have_value(re.compile("まちがえました"))
    assert ours().get().state == MessageState.CANCELLED
    page.reload()
    expect(page.locator("#composer")).to_contain_text("下書きの続きを書く")
    assert Draft.objects.count() == 1


def test_japanese_is_found_however_it_is_written(open_as, agent, inbox):
    wanted = make_conversation(inbox, subject="スマートフォンケースの件", sender=Address("t@mail.example", "髙橋"))
    page = open_as(agent)

    page.keyboard.press("/")
    page.locator("#palette [role=combobox]").press_sequentially("ｽﾏｰﾄﾌｫﾝ")

    option = page.locator(f'#palette [role=option][href="/c/{wanted.pk}"]')
    expect(option).to_be_visible()
    option.click()
    expect(page.locator(".talk-head h1")).to_have_text("スマートフォンケースの件")


def test_split_and_join_with_undo(open_as, agent, inbox, conversation):
    second = receive_mail(inbox, subject=f"Re: 別件です(受付番号:{conversation.pk})", text="別件ですが。")
    page = open_as(agent, f"/c/{conversation.pk}")

    page.locator(f"#message-{second.pk}").hover()
    page.locator(f'[popovertarget="message-menu-{second.pk}"]').click()
    page.get_by_role("button", name="ここから分割").click()
    page.locator("#confirm [data-confirm-yes]").click()
    expect(page.locator(f"#message-{second.pk}")).to_have_count(0)
    page.locator(".toast [data-toast-undo]").click()
    expect(page.locator(f"#message-{second.pk}")).to_be_visible()

    other = make_conversation(inbox, sender=Address("b@mail.example"), subject="同じ件", text="同じ件です。")
    page.locator('[popovertarget="more-menu"]').click()
    page.get_by_role("link", name="別の問い合わせと統合").click()
    page.locator("#pick-q").fill(str(other.pk))
    page.get_by_role("button", name="統合する").last.click()
    expect(page.locator("#dialog input[name=sure]")).to_be_attached()  # two customers: that is asked about
    page.get_by_role("button", name="統合する").last.click()
    expect(page.locator("#ledger")).to_contain_text("同じ件です。")
    page.locator(".toast [data-toast-undo]").last.click()
    expect(page.locator("#ledger")).not_to_contain_text("同じ件です。")


def test_a_phone_shows_one_pane_at_a_time_with_a_real_back(open_as, agent, conversation):
    page = open_as(agent, width=390, height=844)
    expect(page.locator("#work")).to_be_hidden()

    page.locator(f"#conversation-{conversation.pk} a.row").tap()
    expect(page.locator(".talk-head h1")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    page.locator(".reply-bar .button").first.tap()
    expect(editor(page)).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
    page.locator("#composer button[aria-label^=閉じる]").tap()
    page.locator("[data-back]").tap()

    expect(page.locator(f"#conversation-{conversation.pk}")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_the_screens_of_the_inbox(open_as, site, agent, inbox, conversation, dark):
    text = "了解です。\n\n> 引用\n> 引用\n\n--\n髙橋\n"
    receive_mail(inbox, subject=f"Re: x(受付番号:{conversation.pk})", text=text)
    here = f"/c/{conversation.pk}"
    page = open_as(agent, here, dark=dark)
    found = []

    for path in ("/", "/drafts", "/new", f"{here}?side=history", f"{here}/print", f"{here}/write?mode=note", here):
        page.goto(f"{site}{path}")
        found += [f"{path} {each}" for each in violations(page)]
    page.keyboard.press("r")
    expect(editor(page)).to_be_visible()
    found += violations(page)

    assert found == []


def test_the_palette_does_what_is_typed_to_the_open_conversation(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_contain_text("返信")
    page.locator("#palette [role=combobox]").press_sequentially("たいおうかんりょう")
    expect(page.locator("#palette [role=option]").first).to_contain_text("対応完了")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("対応完了")
    assert Conversation.objects.get().status == Status.DONE

    page.keyboard.press("Control+k")
    page.locator("#palette [role=combobox]").press_sequentially("tag")
    expect(page.locator("#palette [role=option]").first).to_contain_text("タグ・分類")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.locator("#palette [role=combobox]").press_sequentially("note")
    expect(page.locator("#palette [role=option]").first).to_contain_text("社内メモ")
    page.keyboard.press("Enter")
    expect(page.locator("#composer textarea")).to_be_visible()


def test_the_list_of_keys_says_what_they_do(open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")

    page.keyboard.press("?")

    lines = page.locator("#keys .keys > div").all_inner_texts()
    names = [line.split("\n")[0].strip() for line in lines]
    assert "ステータスを変更" in names
    assert "担当者を設定" in names
    assert len(names) == len(set(names))


def test_nothing_of_a_row_is_shown_in_slices(open_as, agent, inbox):
    agent.language = "en"
    agent.save(update_fields=["language"])
    conversation = make_conversation(inbox, subject="適格請求書の件", text="登録番号の記載をお願いいたします。")
    change_tags([conversation], add=["適格請求書対応", "再入荷希望", "VOC:入力エラー"], user=agent)
    late = timezone.now() - timedelta(hours=22, minutes=36)
    Conversation.objects.filter(pk=conversation.pk).update(due_at=late, queue_at=late)
    page = open_as(agent)

    shown = page.locator(f"#conversation-{conversation.pk} .state").evaluate(
        """(state) => [...state.querySelectorAll('.tag')].map((tag) => tag.getBoundingClientRect())
            .filter((box) => box.top < state.getBoundingClientRect().bottom)
            .map((box) => [box.width, state.getBoundingClientRect().right - box.right])"""
    )
    foot = page.locator(".list-foot > span").last.evaluate("(word) => word.scrollWidth - word.clientWidth")
    words = page.locator("#rail .rail-item > span").evaluate_all(
        "(all) => all.filter((word) => word.scrollWidth > word.clientWidth).map((word) => word.textContent)"
    )

    assert all(width > 30 and inside >= 0 for width, inside in shown)
    assert foot == 0
    assert [word for word in words if word != "Search and actions"] == []


def test_servers_are_asked_for_only_where_mail_goes_by_servers(open_as, inbox):
    page = open_as(make_admin(language="ja"), "/settings/mailboxes/new/")
    host = {name: page.locator(f"[name={name}_host]") for name in ("imap", "smtp")}

    page.locator("[name=incoming]").select_option("listener")
    page.locator("[name=outgoing]").select_option("local")
    expect(host["imap"]).to_be_hidden()
    expect(host["smtp"]).to_be_hidden()

    page.locator("[name=incoming]").select_option("imap")
    page.locator("[name=outgoing]").select_option("smtp")
    expect(host["imap"]).to_be_visible()
    expect(host["smtp"]).to_be_visible()


def test_the_keys_walk_the_requests_for_approval(open_as, inbox):
    boss = make_user(Role.SUPERVISOR, language="ja", password=PASSWORD)
    waiting = [make_waiting() for _ in range(3)]
    page = open_as(boss, "/approvals")
    chosen = page.locator(".ask[aria-current]")
    places = [f"/approvals/{request_of(each).pk}" for each in waiting]
    expect(chosen).to_have_attribute("href", places[0])

    for place in (places[1], places[2]):
        page.keyboard.press("j")
        expect(page).to_have_url(re.compile(f"{place}$"))
        expect(chosen).to_have_attribute("href", place)
    page.keyboard.press("k")

    expect(page).to_have_url(re.compile(f"{places[1]}$"))
    page.evaluate("htmx.trigger('#approval-list', 'live')")
    page.wait_for_timeout(500)
    expect(chosen).to_have_attribute("href", places[1])
