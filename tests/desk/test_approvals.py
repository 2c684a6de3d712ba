"""承認待ち on the screen: the queue, deciding in place, the figures, being away."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.factories.accounts import make_user
from tests.factories.approval import make_rule, make_waiting, people
from tests.factories.approval_form import form_of, place_of
from tests.factories.conversations import make_conversation, receive_mail
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.approvals import Verdict, approve_reply
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.triage import change_tags
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.approval_choices import VersionKind
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import ApprovalRequest, Message, Tag
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db


def test_the_queue_opens_with_what_waits_for_me_and_the_rail_counts_it():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    page = text_of(browser_of(boss).get(reverse("desk:approvals")))

    assert "自分の承認待ち" in page
    assert message.text.splitlines()[0] in page
    assert 'aria-label="承認待ち 1"' in page


def test_an_empty_queue_says_so():
    assert "承認待ちはありません" in text_of(browser_of(make_user(Role.SUPERVISOR)).get(reverse("desk:approvals")))


def test_approving_unchanged_opens_the_next_one():
    boss, first, second = make_user(Role.SUPERVISOR), make_waiting(), make_waiting()
    browser = browser_of(boss)

    response = browser.post(place_of(first), form_of(first))

    first.refresh_from_db()
    assert (first.state, ApprovalRequest.objects.get(message=first).version) == (MessageState.QUEUED, 1)
    assert response.url == place_of(second)


def test_editing_and_approving_is_one_press():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    browser_of(boss).post(
        place_of(message),
        form_of(message, text="佐藤 花子 様\r\n\r\n承知いたしました。", comment="敬語です", reasons=["politeness"]),
    )

    message.refresh_from_db()
    request = ApprovalRequest.objects.get()
    assert (message.state, message.text) == (MessageState.QUEUED, "佐藤 花子 様\n\n承知いたしました。")
    assert [(each.kind, each.reasons) for each in request.decisions.all()] == [
        ("edited", ["politeness"]),
        ("approved", []),
    ]


def test_saving_only_keeps_it_waiting():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    browser_of(boss).post(place_of(message), form_of(message, subject="Re: 土鍋について", deed="save"))

    message.refresh_from_db()
    assert (message.state, message.subject) == (MessageState.AWAITING_APPROVAL, "Re: 土鍋について")


def test_sending_back_with_codes():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser = browser_of(boss)

    refused = browser.post(place_of(message), form_of(message, deed="send_back"))
    browser.post(place_of(message), form_of(message, deed="send_back", reasons=["fact", "typo"]))

    message.refresh_from_db()
    assert refused.status_code == 422
    assert (message.state, message.failure) == (MessageState.SENT_BACK, "事実誤り、誤字")


def test_what_was_typed_stays_when_somebody_was_faster():
    boss, other, message = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_waiting()
    typed = form_of(message, text="私の修正です。")
    letter_form = form_of(message, text="先の修正です。", deed="save")
    browser_of(other).post(place_of(message), letter_form)

    response = browser_of(boss).post(place_of(message), typed)

    assert response.status_code == 409
    assert "私の修正です。" in text_of(response)
    assert "表示したあとに返信が修正されました" in text_of(response)


def test_what_happened_meanwhile_is_shown_first_and_goes_with_a_reason():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    first = message.conversation.messages.earliest("pk")
    receive_mail(message.inbox, in_reply_to=first.external_id, text="もう結構です")
    browser = browser_of(boss)

    refused = browser.post(place_of(message), form_of(message))
    event_id = text_of(refused).partition('name="seen_event_id" value="')[2].partition('"')[0]
    browser.post(place_of(message), form_of(message, seen_event_id=event_id, override="電話で確認済み"))

    message.refresh_from_db()
    assert refused.status_code == 409
    assert message.state == MessageState.QUEUED


def test_an_edit_of_what_was_withdrawn_is_kept_for_its_author():
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)
    message = make_waiting(author)
    values = form_of(message, text="直した文章です。")
    cancel_reply(message, user=author)

    browser_of(boss).post(place_of(message), values)
    page = text_of(browser_of(author).get(place_of(message)))

    assert ApprovalRequest.objects.get().versions.last().kind == VersionKind.KEPT
    assert "取り消し後の修正案" in page
    assert "<ins>" in page


def test_the_author_sees_the_changes_in_colour_with_reason_and_comment():
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)
    message = make_waiting(author, text="佐藤 花子 様\n\n了解しました。")
    browser_of(boss).post(
        place_of(message),
        form_of(message, text="佐藤 花子 様\n\n承知しました。", comment="お客様には承知を", reasons=["politeness"]),
    )

    page = text_of(browser_of(author).get(reverse("desk:message-approval", args=[message.pk]), follow=True))

    assert '<del><span class="said">削除:</span>了解</del>' in page
    assert '<ins><span class="said">追加:</span>承知</ins>' in page
    assert "お客様には承知を" in page
    assert "敬語" in page


def test_who_may_not_see_the_conversation_finds_no_request():
    message = make_waiting()
    Message.objects.filter(pk=message.pk).first().inbox.__class__.objects.update(is_open_to_all=False)

    assert browser_of(make_user(Role.SUPERVISOR)).get(place_of(message)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_no_more_for_more_rows(rows, django_assert_max_num_queries):
    boss = make_user(Role.SUPERVISOR)
    for _each in range(rows):
        make_waiting()
    browser = browser_of(boss)

    with django_assert_max_num_queries(57):
        browser.get(reverse("desk:approvals"))


def test_the_composer_tells_which_rules_apply():
    make_rule(Condition("amount", (50_000,)), name="高額")
    conversation, agent = make_conversation(), make_user()
    url = f"{reverse('desk:approval-needed')}?number={conversation.pk}"

    written = {"text": "85,000円を返金します", "to": "yumiko@mail.example"}

    told = text_of(browser_of(agent).post(url, written, headers=HTMX))
    silent = text_of(browser_of(agent).post(url, {**written, "text": "発送しました"}, headers=HTMX))

    assert "高額: 金額 50,000円以上(85,000円)" in told
    assert "承認が必要" not in silent


def test_the_composer_tells_of_a_complaint_by_its_tags():
    make_rule(Condition("complaint"), name="苦情")
    agent = make_user()
    conversation = make_conversation()
    change_tags([conversation], add=["苦情"], user=agent)
    url = f"{reverse('desk:approval-needed')}?number={conversation.pk}"

    told = text_of(browser_of(agent).post(url, {"text": "ご返信します", "to": "yumiko@mail.example"}, headers=HTMX))

    assert "苦情" in told


def test_the_second_step_is_said_to_wait_for_others():
    first, second = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR, name="佐々木 美穂")
    make_rule(steps=(Step(people(first)), Step(people(second))))
    message = make_waiting(make_user(), text="返金は85,000円です。")
    approve_reply(message, user=first, verdict=Verdict("1.0"))

    page = text_of(browser_of(first).get(place_of(message)))

    assert "佐々木 美穂" in page
    assert 'value="approve"' not in page


def test_an_edit_that_must_not_leave_is_refused_with_what_was_found_and_loses_nothing():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser = browser_of(boss)
    text = "佐藤 花子 様\n\n{{?確認する日}}にご連絡いたします。"

    refused = browser.post(place_of(message), form_of(message, text=text))

    page = refused.content.decode()
    message.refresh_from_db()
    assert (refused.status_code, message.state) == (409, MessageState.AWAITING_APPROVAL)
    assert 'data-words="{{?確認する日}}"' in page
    assert 'data-level="stop"' in page
    assert "{{?" not in message.text


def test_what_an_edit_makes_doubtful_is_shown_before_it_leaves():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser = browser_of(boss)
    values = {"to": "else@other.example", "text": "佐藤 花子 様\n\n承知いたしました。"}

    shown = browser.post(place_of(message), form_of(message, **values))
    keys = re.search(r'name="acknowledge" value="([^"]+)"', shown.content.decode())[1]
    browser.post(place_of(message), form_of(message, **values | {"acknowledge": keys}))

    message.refresh_from_db()
    assert shown.status_code == 409
    assert (message.state, message.to[0]["email"]) == (MessageState.QUEUED, "else@other.example")


def test_the_composer_says_that_a_complaint_asks_for_approval_by_its_tag_too():
    make_rule(Condition("complaint"))
    agent, conversation = make_user(), make_conversation()
    conversation.tags.add(Tag.objects.create(name="苦情"))
    address = reverse("desk:approval-needed")

    answer = browser_of(agent).post(
        f"{address}?number={conversation.pk}", {"mode": "reply", "text": "失礼しました。"}, **HTMX
    )

    assert "苦情" in text_of(answer)


def test_an_approver_takes_a_file_off_and_adds_another():
    boss, blob = make_user(Role.SUPERVISOR), store_blob(b"old")
    message = make_waiting(enclosures=(Enclosure(blob.pk, "古い.pdf", "application/pdf", 3),))
    browser = browser_of(boss)
    page = text_of(browser.get(place_of(message)))
    known = re.search(r'name="known" value="([^"]+)"', page).group(1)
    new = SimpleUploadedFile("../新しい.pdf", b"%PDF-1.7 new", content_type="application/pdf")

    browser.post(place_of(message), form_of(message, deed="save", with_files="1", known=known, files=new))
    page = text_of(browser.get(place_of(message)))

    assert [each.name for each in message.attachments.all()] == ["新しい.pdf"]
    assert re.search(r"<del>.*?古い.pdf .*?</del>.*<ins>.*?新しい.pdf ", page, re.DOTALL)


def test_an_uploaded_file_is_still_there_after_a_refusal():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    new = SimpleUploadedFile("見積書.pdf", b"%PDF-1.7", content_type="application/pdf")
    browser = browser_of(boss)

    refused = browser.post(place_of(message), form_of(message, to="", deed="save", with_files="1", files=new))
    known = re.search(r'name="known" value="([^"]+)"', text_of(refused)).group(1)
    browser.post(place_of(message), form_of(message, deed="save", with_files="1", known=known, kept=known))

    assert refused.status_code == 422
    assert [each.name for each in message.attachments.all()] == ["見積書.pdf"]


def test_a_file_that_was_not_shown_cannot_be_named():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    refused = browser_of(boss).post(place_of(message), form_of(message, deed="save", with_files="1", known="x:y:z"))

    assert refused.status_code == 422
    assert not message.attachments.exists()


def test_the_letter_is_checked_while_the_approver_edits_it():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser, place = browser_of(boss), place_of(message)

    page = text_of(browser.get(place))
    panel = text_of(
        browser.post(f"{place}/check", form_of(message, text="佐藤 花子 様\n\n了解しました。"), headers=HTMX)
    )

    assert f'data-preflight="{place}/check"' in page
    assert re.search(r"<textarea[^>]* data-editor", page)
    assert "data-instead" in panel
    assert 'data-words="了解しました"' in panel
    message.refresh_from_db()
    assert "了解しました" not in message.text


@pytest.mark.parametrize("saves_first", [False, True])
def test_what_asks_in_the_approvers_own_edit_is_asked_about(saves_first):
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser, place = browser_of(boss), place_of(message)
    typed = form_of(message, text="佐藤 花子 様\n\n11月25日(月)にお届けします。")
    if saves_first:
        browser.post(place, typed | {"deed": "save"})
        typed["seen"] = ApprovalRequest.objects.get().seen

    refused = browser.post(place, typed | {"acknowledge": ""})
    message.refresh_from_db()
    state = message.state
    keys = re.search(r'name="acknowledge" value="([\w ]+)"', text_of(refused))[1]
    browser.post(place, typed | {"acknowledge": keys})

    message.refresh_from_db()
    assert (refused.status_code, state) == (409, MessageState.AWAITING_APPROVAL)
    assert "このまま承認する" in text_of(refused)
    assert message.state == MessageState.QUEUED


def test_sending_back_without_a_reason_leads_to_the_reason():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    page = text_of(browser_of(boss).post(place_of(message), form_of(message, deed="send_back")))

    assert re.search(r'<textarea name="comment"[^>]* autofocus', page)


def test_who_corrects_what_came_back_has_the_reasons_before_their_eyes():
    boss, author = make_user(Role.SUPERVISOR, name="佐々木 美穂"), make_user(Role.TRAINEE)
    message = make_waiting(author)
    typed = form_of(message, deed="send_back", comment="宛名を確認してください", reasons=["fact"])
    browser_of(boss).post(place_of(message), typed)
    browser, number = browser_of(author), message.conversation_id

    timeline = text_of(browser.get(reverse("desk:conversation", args=[number])))
    composer = text_of(browser.get(reverse("desk:reply", args=[number]) + "?mode=reply", headers=HTMX))

    for shown in (timeline, composer):
        assert "佐々木 美穂さんが差し戻しました" in shown
        assert "事実誤り" in shown
        assert "宛名を確認してください" in shown


def test_a_piece_fetched_meanwhile_does_not_take_the_word_from_the_next_page():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    browser = browser_of(boss)
    browser.post(place_of(message), form_of(message))

    piece = text_of(browser.get(reverse("desk:approvals"), headers=HTMX))
    page = text_of(browser.get(reverse("desk:approvals")))

    assert "承認しました。返信を送信します。" not in piece
    assert "承認しました。返信を送信します。" in page


def test_an_approver_is_led_to_nothing_that_is_not_on_the_page():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    night = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)  # 23:30 in Tokyo

    with time_machine.travel(night, tick=False):
        page = text_of(browser_of(boss).get(place_of(message)))

    assert "23:30" in page
    assert 'data-go="plan"' not in page
