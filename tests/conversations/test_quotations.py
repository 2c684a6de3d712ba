"""What counts as quoted or signed: only what was really said, and only the real signature."""

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.approval import make_rule, make_waiting
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.approval import Condition
from madoguchi.conversations.approval_facts import approval_of, own_words
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Message
from madoguchi.conversations.preflighting import look_at_reply
from madoguchi.conversations.quotations import Said, parts_of, proven
from madoguchi.desk.letters import forwarded, quote
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level
from madoguchi.preflight.outgoing import blanked
from madoguchi.ui.dates import Words

pytestmark = pytest.mark.django_db

HEARD = "土鍋の返金は50,000円と聞きました。\n絶対に返してください。\n\n> 以前のご案内\n\n髙橋 由美子\nTEL 090-0000-1111"
SIGNATURE = "────────\nはるかぜ日用品店 サポート窓口\nTEL 0120-000-000\n────────"
GREETING = "髙橋 由美子 様\n\n承知いたしました。\n\n"
OWN = "50,000円を返金いたします。絶対に{{?日付}}までです。"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", signature="担当:小林")


@pytest.fixture
def conversation():
    return make_conversation(make_inbox(signature=SIGNATURE), subject="絶対に返金", text=HEARD)


def own(text, conversation, agent):
    parts = parts_of(text, conversation, (conversation.inbox.signature, agent.signature))
    return blanked(text, tuple(sorted((*parts.quoted, *parts.signed)))).split()


def detours():
    return {
        "signature": f"-- \n{OWN}",
        "ruled": f"────────\n{OWN}\nTEL 0120-000-000\n────────",
        "original": f"-----Original Message-----\n{OWN}",
        "headers": f"差出人: 髙橋 由美子\n送信日時: 2026/11/20\n件名: 土鍋\n\n{OWN}",
        "sentence": f"2026年11月20日(金) 10:23 髙橋 由美子 <yumiko@mail.example>:\n{OWN}",
        "marked": f"> {OWN}",
        "wide": f"＞{OWN}",
        "among": f"> 土鍋の返金は50,000円と聞きました。\n> {OWN}\n> 絶対に返してください。",
        "longer": f"> 土鍋の返金は50,000円と聞きました。{OWN}",
        "initials": f"TY> {OWN}",
        "forward": f"---------- Forwarded message ----------\n{OWN}",
        "heading": f"差出人: {OWN}\n送信日時: 2026/11/20\n件名: 土鍋\n宛先: a@b.example\n",
        "says": f"{OWN} 2026/11/20 10:23 yumiko@mail.example wrote:\n> x",
    }


@pytest.mark.parametrize("where", detours())
def test_own_words_are_looked_at_wherever_they_hide(agent, conversation, where):
    make_rule(Condition("amount", (50_000,)), name="高額")
    add_watch_words([("絶対", "")], inbox=None, level=Level.BLOCK, user=make_admin())
    letter = make_letter(text=f"{GREETING}{detours()[where]}")

    found = look_at_reply(conversation, letter, user=agent).found
    rules = approval_of(agent, conversation.inbox, letter, conversation)

    assert {(each.words, each.level) for each in found} >= {("{{?日付}}", "block"), ("絶対", "block")}
    assert [each.name for each in rules] == ["高額"]


def test_what_the_customer_wrote_is_no_words_of_ours(agent, conversation):
    make_rule(Condition("amount", (50_000,)), name="高額")
    add_watch_words([("絶対", "")], inbox=None, level=Level.BLOCK, user=make_admin())
    newest = conversation.messages.get()
    for below in (quote(newest, Words(timezone.now()), "ja"), forwarded(newest, Words(timezone.now()))):
        letter = make_letter(text=f"{GREETING}{SIGNATURE}\n{below}")

        found = look_at_reply(conversation, letter, user=agent).found

        assert [each.words for each in found if each.level == Level.BLOCK] == []
        assert approval_of(agent, conversation.inbox, letter, conversation) == []
        assert own(letter.text, conversation, agent) == ["髙橋", "由美子", "様", "承知いたしました。"]


def test_a_quotation_broken_anew_is_one(agent, conversation):
    below = "> 土鍋の返金は50,000円\n> と聞きました。\n> 絶対に返して\n> ください。"

    assert own(f"{GREETING}{below}", conversation, agent) == ["髙橋", "由美子", "様", "承知いたしました。"]


def test_a_few_characters_of_a_mail_are_no_quotation(agent, conversation):
    assert own(f"{GREETING}> 50,000円", conversation, agent)[-2:] == [">", "50,000円"]


def test_what_has_not_left_was_not_said(agent, conversation):
    waiting = reply_to(conversation, agent, text=f"{GREETING}本日85,000円を返金いたします。")
    text = f"{GREETING}> 本日85,000円を返金いたします。"

    before = own(text, conversation, agent)
    Message.objects.filter(pk=waiting.pk).update(state=MessageState.SENT)

    assert before[-1] == "本日85,000円を返金いたします。"
    assert own(text, conversation, agent)[-1] == "承知いたしました。"


def test_what_another_customer_wrote_is_not_quoted_from_here(agent, conversation):
    receive_mail(conversation.inbox, sender=Address("hanako@mail.example", "佐藤 花子"), text="返金は90,000円ですか。")

    assert own(f"{GREETING}> 返金は90,000円ですか。", conversation, agent)[-1] == "返金は90,000円ですか。"


def test_the_signature_of_the_desk_with_the_persons_lines_is_one(agent, conversation):
    text = f"{GREETING}────────\nはるかぜ日用品店 サポート窓口\nTEL 0120-000-000\n担当:小林\n────────"

    assert own(text, conversation, agent)[-1] == "承知いたしました。"
    assert own_words(text, conversation.inbox, conversation).split("\n")[-2:] == ["承知いたしました。", "担当:小林"]


def test_what_authors_put_into_their_own_signature_is_theirs_to_answer_for(agent, conversation):
    make_rule(Condition("amount", (50_000,)), name="高額")
    agent.signature = "80,000円を返金します。\n担当:小林"
    agent.save(update_fields=["signature"])
    letter = make_letter(text=f"{GREETING}80,000円を返金します。\n担当:小林")

    assert [each.name for each in approval_of(agent, conversation.inbox, letter, conversation)] == ["高額"]


def test_the_phone_number_of_a_signature_is_no_personal_data(agent, conversation):
    make_rule(Condition("private"), name="個人情報")
    agent.signature = "小林 直通 03-1234-5678"
    agent.save(update_fields=["signature"])
    signed = make_letter(text=f"{GREETING}小林 直通 03-1234-5678")
    told = make_letter(text=f"{GREETING}鈴木の電話は03-8765-4321です。\n小林 直通 03-1234-5678")

    assert approval_of(agent, conversation.inbox, signed, conversation) == []
    assert [each.name for each in approval_of(agent, conversation.inbox, told, conversation)] == ["個人情報"]


@pytest.mark.parametrize(
    "text", ["返\u200b金します", "返\u2060金", "返\u00ad金", "返\U000e0100金", "返\n金", "⾦を返金"]
)
def test_what_nobody_sees_gets_round_no_rule(agent, conversation, text):
    make_rule(Condition("keyword", ("返金",)), name="返金")
    letter = make_letter(text=f"{GREETING}{text}")

    assert [each.name for each in approval_of(agent, conversation.inbox, letter, conversation)] == ["返金"]


def test_the_html_of_a_letter_is_looked_at_too(agent, conversation):
    make_rule(Condition("amount", (50_000,)), name="高額")
    add_watch_words([("絶対", "")], inbox=None, level=Level.BLOCK, user=make_admin())
    text = f"{GREETING}80**,000**円を絶**対**に返金します。"
    letter = make_letter(text=text, html="<p>80<b>,000</b>円を絶<b>対</b>に返金します。</p>")

    found = look_at_reply(conversation, letter, user=agent).found

    assert [(each.words, each.level) for each in found if each.level == Level.BLOCK] == [("絶対", "block")]
    assert [each.name for each in approval_of(agent, conversation.inbox, letter, conversation)] == ["高額"]


def test_amounts_are_found_however_far_down(agent, conversation):
    make_rule(Condition("amount", (50_000,)), name="高額")
    letter = make_letter(text=GREETING + "ご確認ください。\n" * 20_000 + "50,000円を返金いたします。")

    assert [each.name for each in approval_of(agent, conversation.inbox, letter, conversation)] == ["高額"]


def test_a_letter_that_waits_does_not_make_itself_known():
    message = make_waiting(text="佐藤 花子 様\n\n> 50,000円を返金いたします。")

    assert own(message.text, message.conversation, message.user)[-1] == "50,000円を返金いたします。"


def test_many_lines_that_were_never_said_take_little_time():
    text = "".join(f"> これは{number}行目です。\n" for number in range(8_000))
    said = Said(frozenset({"あ"}), "あいうえお" * 100_000, ("a@b.example",))

    assert proven(text, (0, len(text)), said) == []


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("2026年11月20日(金) 10:23 髙橋 由美子 <yumiko@mail.example>:", True),
        ("On Fri, Nov 20, 2026 at 10:23 AM 髙橋 由美子 <yumiko@mail.example> wrote:", True),
        ("2026/11/20 10:23、髙橋 由美子のメール:", True),
        ("差出人: 髙橋 由美子 <yumiko@mail.example>", True),
        ("送信日時: 2026年11月20日(金) 10:23", True),
        ("件名: 土鍋の件", True),
        ("-----Original Message-----", True),
        ("件名: 85,000円を返金", False),
        ("日付: 85,000円", False),
        ("85,000円を返金 髙橋 由美子のメール:", False),
        ("----- Forwarded message from 85,000円 -----", False),
    ],
)
def test_a_heading_says_who_when_and_what_about_and_nothing_else(line, is_heading):
    said = Said(frozenset({"土鍋の件"}), "土鍋の件", ("yumiko@mail.example", "髙橋由美子"))

    assert proven(line, (0, len(line)), said) == ([(0, len(line))] if is_heading else [])
