"""The timeline: when a subject makes another matter, and how what was taken back and what was attached look."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import AutoKind, InboundAttachment
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.triage import change_subject
from madoguchi.conversations.models import Message
from madoguchi.desk.file_kinds import kind_of_file

pytestmark = pytest.mark.django_db

OFFER = "The subject has changed. Make it a conversation of its own?"


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def conversation():
    return make_conversation(make_inbox())


def answer_under(conversation, subject, **values):
    """The customer answers in this thread, whatever the subject says."""
    first = Message.objects.filter(conversation=conversation).earliest("pk")
    return receive_mail(conversation.inbox, subject=subject, in_reply_to=first.external_id, **values)


def pane(user, conversation):
    return text_of(browser_of(user).get(f"/c/{conversation.pk}", headers=HTMX))


def test_a_new_subject_in_an_old_thread_is_offered_as_a_split(agent, conversation):
    other = answer_under(conversation, "別件で領収書のお願い")

    page = pane(agent, conversation)
    offer = page.partition('class="offer"')[2].partition("</form>")[0]
    done = browser_of(agent).post(f"/m/{other.pk}/split", headers=HTMX)

    assert other.conversation_id == conversation.pk
    assert page.count(OFFER) == 1
    assert f'hx-post="/m/{other.pk}/split"' in offer
    assert done.status_code == 200
    other.refresh_from_db()
    assert other.conversation_id != conversation.pk


@pytest.mark.parametrize(
    "subject",
    ["Re: 商品がまだ届きません", "返信: RE: 商品がまだ届きません(受付番号:1)", "【至急】商品がまだ届きません", ""],
)
def test_the_same_matter_is_not_offered(agent, conversation, subject):
    answer_under(conversation, subject)

    assert OFFER not in pane(agent, conversation)


def test_what_a_machine_wrote_is_not_offered(agent, conversation):
    answer_under(conversation, "不在のお知らせ", auto_kind=AutoKind.AUTOREPLY)

    assert OFFER not in pane(agent, conversation)


def test_what_was_answered_here_is_one_matter(agent, conversation):
    answer_under(conversation, "別件で領収書のお願い")
    reply = reply_to(conversation, agent)

    answered = pane(agent, conversation)
    cancel_reply(reply, user=agent)

    assert OFFER not in answered
    assert OFFER in pane(agent, conversation)


def test_a_subject_changed_by_us_offers_nothing(agent, conversation):
    answer_under(conversation, "Re: 商品がまだ届きません")
    change_subject(conversation, "配送調査", user=agent)

    assert OFFER not in pane(agent, conversation)


def test_who_may_not_split_is_not_asked(conversation):
    answer_under(conversation, "別件で領収書のお願い")

    assert OFFER not in pane(make_user(Role.VIEWER, language="en"), conversation)


def test_what_was_taken_back_is_folded_and_marked(agent, conversation):
    reply = reply_to(conversation, agent)
    cancel_reply(reply, user=agent)

    entry = pane(agent, conversation).partition(f'id="message-{reply.pk}"')[2].partition("</article>")[0]

    assert entry.startswith(' data-state="cancelled"')
    folded = entry.partition("Show what was taken back")[2].partition("</details>")[0]
    assert "本日発送いたします。" in folded
    assert "本日発送いたします。" not in entry.partition("Show what was taken back")[0]


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        ("納品書.PDF", "application/octet-stream", ("pdf", "PDF")),
        ("在庫.xlsx", "", ("sheet", "XLSX")),
        ("契約書.docx", "", ("doc", "DOCX")),
        ("提案.pptx", "", ("slides", "PPTX")),
        ("まとめ.lzh", "", ("archive", "LZH")),
        ("転送", "message/rfc822", ("mail", "EML")),
        ("メモ", "text/plain", ("text", "TXT")),
        ("謎.xyz", "application/x-foo", ("other", "XYZ")),
        ("ファイル.とても長い", "application/x-foo", ("other", "")),
        ("", "", ("other", "")),
    ],
)
def test_a_file_says_what_it_is(name, content_type, expected):
    found = kind_of_file(name, content_type)

    assert (found.kind, found.mark) == expected


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (9, 9), (10, 8), (40, 8)])
def test_many_attachments_stand_behind_one_line(agent, count, shown):
    files = tuple(InboundAttachment(f"{number}.txt", "text/plain", b"%d" % number) for number in range(count))
    conversation = make_conversation(attachments=files)

    page = pane(agent, conversation)
    at_once, line, behind = page.partition(f"{count - shown} more file")

    assert at_once.count('class="file-name"') == shown
    assert (bool(line), behind.count('class="file-name"')) == (count > shown, count - shown)


def test_attachments_carry_their_kind(agent):
    conversation = make_conversation(attachments=(InboundAttachment("納品書.pdf", "application/pdf", b"%PDF"),))

    assert 'data-file-kind="pdf"' in pane(agent, conversation)


def test_what_happened_on_another_day_stands_under_that_day(agent, conversation):
    Message.objects.filter(conversation=conversation).update(at=timezone.now() - timedelta(days=2))
    change_subject(conversation, "配送調査", user=agent)
    change_subject(conversation, "配送調査2", user=agent)

    page = pane(agent, conversation)

    assert page.count('class="day"') == 2
    assert page.rindex('class="day"') < page.index("2 changes")
