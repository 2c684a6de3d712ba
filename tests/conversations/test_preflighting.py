"""The check before sending at the one door out: what blocks, what is asked, and what is known of others."""

import io
import zipfile

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to
from tests.factories.together import together

from madoguchi.channels.contract import Address, AutoKind
from madoguchi.conversations.actions.replies import Sending, write_new_mail, write_reply
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Message
from madoguchi.conversations.preflighting import (
    LookFirst,
    findings_for_stored,
    look_at_new_mail,
    look_at_reply,
)
from madoguchi.customers.actions import add_identity, change_customer, create_customer
from madoguchi.events.actor import Actor
from madoguchi.files.actions import store_blob
from madoguchi.preflight.actions import add_watch_words, set_levels
from madoguchi.preflight.choices import Check, Level

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day():
    """11:00 in Tokyo: at night the check asks whether a letter should leave now."""
    with time_machine.travel("2026-11-25T02:00:00Z"):
        yield


@pytest.fixture
def agent():
    return make_user(name="小林 あかり")


@pytest.fixture
def conversation():
    return make_conversation(make_inbox())


def found(conversation, agent, check, **values):
    findings = look_at_reply(conversation, make_letter(**values), user=agent).found
    return [each.words for each in findings if each.check == check]


def sending(conversation, **values):
    return Sending(latest_event_id(conversation), **values)


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def test_what_blocks_never_leaves(agent, conversation):
    letter = make_letter(text="{{customer.name}} 様\n\n本日発送いたします。")

    for acknowledged in (None, frozenset({each.key for each in look_at_reply(conversation, letter, user=agent).found})):
        with pytest.raises(LookFirst) as refused:
            write_reply(conversation, letter, user=agent, sending=sending(conversation, acknowledged=acknowledged))

    assert refused.value.facts["findings"][0]["words"] == "{{customer.name}}"
    assert not sent().exists()


def test_what_asks_leaves_once_exactly_that_was_acknowledged(agent, conversation):
    letter = make_letter(text="髙橋 由美子 様\n\n了解しました。")
    keys = frozenset(each.key for each in look_at_reply(conversation, letter, user=agent).found)
    other = make_letter(text="髙橋 由美子 様\n\n了解しました。すみません。")

    with pytest.raises(LookFirst):
        write_reply(conversation, letter, user=agent, sending=sending(conversation, acknowledged=frozenset()))
    with pytest.raises(LookFirst):
        write_reply(conversation, other, user=agent, sending=sending(conversation, acknowledged=keys))
    write_reply(conversation, letter, user=agent, sending=sending(conversation, acknowledged=keys))

    assert sent().count() == 1


def test_who_takes_no_part_in_the_questions_is_not_asked(agent, conversation):
    reply_to(conversation, agent, text="髙橋 由美子 様\n\n了解しました。")

    assert sent().count() == 1


def test_new_mail_is_checked_before_its_conversation_exists(agent):
    letter = make_letter(text="〇〇様", subject="ご案内")

    with pytest.raises(LookFirst):
        write_new_mail(make_inbox(), letter, user=agent, sending=Sending(0, acknowledged=frozenset()))

    assert not Message.objects.exists()


def test_the_level_set_last_counts_whatever_the_writer_had_seen(agent, conversation):
    letter = make_letter(text="髙橋 由美子 様\n\n〇〇の件です。")
    keys = frozenset(each.key for each in look_at_reply(conversation, letter, user=agent).found)
    set_levels(conversation.inbox, "", {Check.PLACEHOLDERS: Level.OFF}, version=0, user=make_admin())
    set_levels(None, agent.role, {Check.GREETING: Level.BLOCK}, version=0, user=make_admin())
    other = make_letter(text="佐藤 様\n\n〇〇の件です。")

    write_reply(conversation, letter, user=agent, sending=sending(conversation, acknowledged=keys))
    with pytest.raises(LookFirst) as refused:
        write_reply(conversation, other, user=agent, sending=sending(conversation, override_reason="x"))

    assert [each["check"] for each in refused.value.facts["findings"]] == ["greeting"]


def test_settings_changed_while_a_letter_leaves_lose_nothing(transactional_db, agent):
    conversation, admin = make_conversation(make_inbox()), make_admin()
    letter = make_letter(text="髙橋 由美子 様\n\n返金保証です。")
    known = sending(conversation, acknowledged=frozenset())

    outcomes = together(
        lambda: write_reply(conversation, letter, user=agent, sending=known) and "sent",
        lambda: add_watch_words([("返金保証", "")], inbox=None, level=Level.BLOCK, user=admin) and "watched",
    )

    assert outcomes[1] == "watched"
    assert outcomes[0] in ("sent", "preflight")
    assert sent().count() == (outcomes[0] == "sent")


def make_other(**values):
    defaults = {
        "emails": ["hanako@mail.example"],
        "phones": ["090-0000-2222"],
        "family_name": "佐藤",
        "given_name": "花子",
    }
    return create_customer(**defaults | values, by=Actor.system("test"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("佐藤花子様のご注文です。", ["佐藤花子"]),
        ("佐藤 花子 様へ送りました。", ["佐藤 花子"]),
        ("佐藤様へ送りました。", []),
        ("佐藤さんの醤油は品切れです。", []),
        ("お隣の佐藤様にお預けしました。", []),
        ("勅使河原様へ送りました。", ["勅使河原"]),
        ("ｻﾄｳ様ではございません。", []),
        ("電話は09000002222です。", ["09000002222"]),
        ("hanako@mail.example へ送りました。", ["hanako@mail.example"]),
        ("鈴木一郎様のご注文です。", []),
        ("髙橋様のご注文です。", []),
        ("担当の小林あかりです。", []),
    ],
)
def test_what_belongs_to_another_customer_is_found(agent, conversation, text, words):
    make_other()
    make_other(emails=["t@mail.example"], phones=[], family_name="勅使河原", given_name="誠")

    assert found(conversation, agent, Check.OTHERS, text=f"髙橋 由美子 様\n\n{text}") == words


def test_what_the_customer_has_brought_up_is_no_secret(agent):
    make_other()
    conversation = make_conversation(make_inbox(), text="友人の佐藤花子(090-0000-2222)に送ってください。")

    text = "髙橋 由美子 様\n\n佐藤花子様(090-0000-2222)へお送りいたします。"

    assert found(conversation, agent, Check.OTHERS, text=text) == []


def test_a_number_spoken_of_with_others_only_is_found(agent, conversation):
    other = Address("hanako@mail.example", "佐藤 花子")
    receive_mail(conversation.inbox, sender=other, text="HK-104655はいつ届きますか。")
    receive_mail(conversation.inbox, text="HK-104656はいつ届きますか。")

    words = found(conversation, agent, Check.OTHERS, text="HK-104655とHK104656とHK-104657を発送しました。")

    assert words == ["HK-104655"]


def test_what_waits_has_not_been_brought_up(agent, conversation):
    make_other()
    receive_mail(conversation.inbox, sender=Address("hanako@mail.example", "佐藤 花子"), text="HK-104655は。")
    text = "髙橋 由美子 様\n\n佐藤花子様のHK-104655と090-0000-2222です。"
    waiting = reply_to(conversation, agent, text=text)

    before = [each.words for each in findings_for_stored(waiting, conversation) if each.check == Check.OTHERS]
    again = found(conversation, agent, Check.OTHERS, text=text)
    Message.objects.filter(pk=waiting.pk).update(state=MessageState.SENT)

    assert sorted(before) == sorted(again) == ["090-0000-2222", "HK-104655", "佐藤花子"]
    assert found(conversation, agent, Check.OTHERS, text=text) == []


def test_a_code_that_many_were_told_is_nobodys(agent, conversation):
    for number in range(3):
        sender = Address(f"c{number}@mail.example", f"客{number}")
        receive_mail(conversation.inbox, sender=sender, text="AUTUMN-2026はいつまでですか。")

    assert found(conversation, agent, Check.OTHERS, text="AUTUMN-2026をお使いください。") == []


def test_letters_of_one_batch_say_nothing_of_each_other(agent, conversation):
    other = make_conversation(conversation.inbox, sender=Address("hanako@mail.example", "佐藤 花子"))
    letter = make_letter(text="型番AB-10465の件です。")
    first = write_reply(other, letter, user=agent, sending=sending(other, batch="bulk-1"))
    Message.objects.filter(pk=first.pk).update(state=MessageState.SENT)

    findings = [
        [each.words for each in look_at_reply(conversation, letter, user=agent, batch=batch).found]
        for batch in ("bulk-1", "bulk-2", "")
    ]

    assert ["AB-10465" in words for words in findings] == [False, True, True]


def test_the_report_of_a_mail_server_is_not_the_customers_mail(agent, conversation):
    ours = reply_to(conversation, agent)
    receive_mail(
        conversation.inbox,
        sender=Address("MAILER-DAEMON@mx.example", "Mail Delivery System"),
        auto_kind=AutoKind.BOUNCE,
        reported_id=ours.external_id,
        text="This is the mail system at host mx.example. Your message could not be delivered to a recipient.",
        language="en",
    )

    findings = look_at_reply(conversation, make_letter(), user=agent).found

    assert conversation.messages.count() == 3
    assert Check.LANGUAGE not in {each.check for each in findings}
    assert found(conversation, agent, Check.RECIPIENTS, to=(Address("MAILER-DAEMON@mx.example"),)) != []


@pytest.mark.parametrize(
    ("changes", "to", "expected"),
    [
        ({}, "yumiko@mail.example", [""]),
        ({}, "yumiko@elsewhere.example", []),
        ({"bounced_at": timezone.now()}, "yumiko@mail.example", []),
        ({"state": MessageState.FAILED}, "yumiko@mail.example", []),
    ],
)
def test_what_came_back_or_went_elsewhere_is_no_repetition(agent, conversation, changes, to, expected):
    text = "髙橋 由美子 様\n\n本日発送いたします。"
    message = reply_to(conversation, agent, text=text)
    Message.objects.filter(pk=message.pk).update(at=timezone.now(), **changes)

    assert found(conversation, agent, Check.REPEATED, text=text, to=(Address(to),)) == expected


def test_a_file_named_after_another_customer_is_found(agent, conversation):
    make_other()
    blob = store_blob(b"x")
    letter = make_letter(enclosures=(Enclosure(blob.pk, "見積書_佐藤花子様.pdf", "application/pdf", 1),))

    findings = look_at_reply(conversation, letter, user=agent).found

    assert [(each.words, each.place.part) for each in findings] == [("佐藤花子", "files")]


def test_the_name_of_the_record_is_compared(agent, conversation):
    change_customer(conversation.customer, by=agent.actor, family_name="髙橋", given_name="由美子")

    assert found(conversation, agent, Check.GREETING, text="高橋様\n\n承知いたしました。") == ["高橋"]


def test_an_address_of_the_customer_is_known_although_it_never_wrote(agent, conversation):
    add_identity(conversation.customer, "mail", "second@elsewhere.example", by=agent.actor)
    to = (Address("second@elsewhere.example"), Address("third@elsewhere.example"))

    assert found(conversation, agent, Check.RECIPIENTS, to=to) == ["third@elsewhere.example"]


@pytest.mark.parametrize("flag", [0, 1])
def test_an_archive_is_looked_into_for_its_lock(agent, conversation, flag):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.txt", f"{flag}")
    content = bytearray(archive.getvalue())
    content[6] |= flag
    blob = store_blob(bytes(content))
    enclosures = (Enclosure(blob.pk, "名簿.zip", "application/zip", len(content)),)

    assert found(conversation, agent, Check.FILES, enclosures=enclosures) == ["名簿.zip"] * flag


def test_the_same_letter_twice_within_the_hour_is_asked_about(agent, conversation):
    text = "髙橋 由美子 様\n\n本日発送いたします。"
    message = reply_to(conversation, agent, text=text)

    assert found(conversation, agent, Check.REPEATED, text=text) == [""]
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timezone.timedelta(hours=2))
    assert found(conversation, agent, Check.REPEATED, text=text) == []


def test_the_number_of_queries_does_not_grow_with_the_letter(agent, conversation, django_assert_max_num_queries):
    make_other()
    many = "".join(
        f"佐藤{name}様、鈴木{name}様、090-0000-{number:04}、" for number, name in enumerate("一二三四五六七八九十")
    )

    with django_assert_max_num_queries(21):
        look_at_reply(conversation, make_letter(text=many), user=agent)


def test_new_mail_to_nobody_known_is_checked_as_far_as_possible(agent):
    inbox = make_inbox(signature="────\nはるかぜ日用品店\n────")
    letter = make_letter(to=(Address("new@gmial.com"),), subject="ご案内", text="お世話になっております。")

    findings = look_at_new_mail(inbox, letter, user=agent).found

    assert [(each.check, each.level) for each in findings] == [
        (Check.RECIPIENTS, Level.WARN),
        (Check.SIGNATURE, Level.NOTE),
    ]
