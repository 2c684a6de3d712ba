"""The phone memo in a real browser: one key from anywhere, the keyboard alone, nothing lost; a telephone that rings."""

import pytest
from playwright.sync_api import expect
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.calls.actions.links import make_callback_link
from madoguchi.calls.actions.rings import note_ring
from madoguchi.calls.links import token_of
from madoguchi.calls.models import Call, Callback
from madoguchi.conversations.models import Conversation
from madoguchi.customers.actions import add_identity

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(transactional_db):
    return make_user(name="小林 あかり", language="ja")


@pytest.fixture
def conversation(agent):
    found = make_conversation(make_inbox(name="サポート窓口"), subject="土鍋がまだ届きません")
    add_identity(found.customer, "phone", "03-1234-5678", by=agent.actor)
    return found


def test_a_call_is_written_down_with_the_keyboard_alone(site, open_as, agent, conversation):
    page = open_as(agent, f"/c/{conversation.pk}")
    page.keyboard.press("r")
    expect(page.locator("[data-composer] [data-editor]")).to_be_focused()

    page.keyboard.press("F2")
    expect(page.locator("#memo-text")).to_be_focused()
    expect(page.locator("#memo-who [name=joins]:checked")).to_have_value(str(conversation.pk))
    page.locator("#memo-number").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("０３１２３４５６７８")
    expect(page.locator("[name=for_number]")).to_have_value("０３１２３４５６７８")
    for text in ("髙橋", "土鍋のふた", "割れていた"):
        page.keyboard.press("Tab")
        page.keyboard.insert_text(text)
    page.keyboard.press("Tab")
    page.keyboard.press("F2")
    expect(page.locator("#memo-clock")).to_contain_text("後処理")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".toast")).to_contain_text("電話メモを")
    expect(page.locator("#memo")).to_be_empty()
    call = Call.objects.select_related("message__conversation").get()
    assert (call.number, call.name, call.text) == ("03-1234-5678", "髙橋", "割れていた")
    assert call.message.conversation.customer == conversation.customer


def test_a_memo_kept_right_after_the_last_key_is_not_saved_once_more(site, open_as, agent, conversation):
    page = open_as(agent, "/calls")
    sent = []
    page.on(
        "request", lambda request: sent.append(request.url.rpartition("/")[2]) if request.method == "POST" else None
    )
    page.keyboard.press("F2")
    expect(page.locator("#memo-number")).to_be_focused()
    page.locator("#memo-name").fill("髙橋")
    page.locator("#memo-text").fill("割れていた")
    page.locator("#memo-text").press("Control+Enter")

    expect(page.locator(".toast")).to_contain_text("電話メモを")
    expect(page.locator("#memo")).to_be_empty()
    assert "save" not in sent[sent.index("keep") :]
    expect(page.locator(".toast")).to_have_count(1)


def test_what_was_typed_is_there_on_the_next_page(site, open_as, agent, conversation):
    page = open_as(agent)
    page.keyboard.press("F2")
    expect(page.locator("#memo-number")).to_be_focused()
    page.locator("#memo-text").fill("伝言の途中")
    expect(page.locator("[data-draft-state]").first).to_contain_text("保存しました")

    page.goto(f"{site}/calls")

    expect(page.locator("#memo-text")).to_have_value("伝言の途中")


def test_nothing_happens_while_an_ime_composes(site, open_as, agent, conversation):
    page = open_as(agent)
    page.keyboard.press("F2")
    page.locator("#memo-text").fill("変換中")

    page.evaluate("""() => {
        const area = document.getElementById("memo-text");
        for (const key of ["F2", "Enter"]) {
            const how = { key, ctrlKey: key === "Enter", isComposing: true, bubbles: true, cancelable: true };
            area.dispatchEvent(new KeyboardEvent("keydown", how));
        }
    }""")
    page.locator("#memo-subject").press("Enter")

    expect(page.locator("#memo-clock")).to_contain_text("通話中")
    expect(page.locator("#memo-text")).to_have_value("変換中")
    assert Conversation.objects.count() == 1


def test_a_ringing_telephone_pops_up_and_f2_takes_it(site, open_as, agent, conversation):
    page = open_as(agent)
    page.wait_for_function("document.querySelector('#ringing') !== null")
    expect(page.locator("#connection")).not_to_have_attribute("data-lost", "")

    note_ring(agent, call_id="a1", number="+81312345678", direction="in", state="ringing", by=agent)

    expect(page.locator("#ringing")).to_contain_text(conversation.customer.label, timeout=15_000)
    page.keyboard.press("F2")
    expect(page.locator("#memo-number")).to_have_value("03-1234-5678")
    expect(page.locator("#ringing")).to_be_empty()


def test_a_customer_chooses_when_they_are_called(site, open_as, agent, conversation):
    page = open_as(None, f"/callback/{token_of(make_callback_link(conversation, user=agent))}", width=390, height=844)
    page.locator(".slot input:enabled").last.check()
    page.locator("#number").fill("０３−１２３４−５６７８")

    page.get_by_role("button", name="この日時で申し込む").click()

    expect(page.locator(".notice")).to_contain_text("次の日時にお電話いたします")
    assert Callback.objects.get().number == "03-1234-5678"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("When may we call you?")
