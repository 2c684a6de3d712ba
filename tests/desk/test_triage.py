"""Filing in the browser: what changes, what is said, and the way back."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import Verdict, edit_reply
from madoguchi.conversations.actions.triage import change_tags
from madoguchi.conversations.choices import MessageState, Priority, Status
from madoguchi.conversations.models import Category, Conversation, Message, UndoStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="小林 あかり", language="en")


@pytest.fixture
def client(agent):
    return browser_of(agent)


@pytest.fixture
def conversation():
    return make_conversation()


def fresh(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def test_the_status_changes_and_can_be_undone(client, conversation):
    answer = client.post(f"/c/{conversation.pk}/status", {"status": "done"}, headers=HTMX)
    assert fresh(conversation).status == Status.DONE
    step = UndoStep.objects.get()

    undone = client.post(f"/undo/{step.pk}", headers=HTMX)

    assert f'hx-post="/undo/{step.pk}"' in text_of(answer)
    assert "Status: Done" in text_of(answer)
    assert set(json.loads(answer["HX-Trigger"])) == {"news", "rows", "dialog-close", "selection-done"}
    assert fresh(conversation).status == Status.NEW
    assert "Undone." in text_of(undone)


def test_a_plain_browser_comes_back_with_a_message(client, conversation):
    answer = client.post(f"/c/{conversation.pk}/status", {"status": "spam"}, follow=True)

    assert answer.redirect_chain == [(f"/c/{conversation.pk}", 302)]
    assert "Status: Spam" in text_of(answer)


def test_an_impossible_status_is_said_in_words(client, conversation):
    answer = client.post(f"/c/{conversation.pk}/status", {"status": "approval"}, headers=HTMX)

    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "This status cannot be chosen."


def test_hold_asks_for_reason_and_date(client, conversation):
    asked = text_of(client.get(f"/c/{conversation.pk}/hold", headers=HTMX))
    page = text_of(client.get(f"/c/{conversation.pk}/hold"))
    day = timezone.localdate() + timedelta(days=30)
    values = {"hold_reason": "メーカー回答待ち", "resume_at": f"{day}T10:00"}

    client.post(f"/c/{conversation.pk}/hold", values, headers=HTMX)

    assert 'type="datetime-local"' in asked
    assert 'id="rail-body"' in page
    assert (fresh(conversation).status, fresh(conversation).hold_reason) == (Status.HOLD, "メーカー回答待ち")
    assert timezone.localdate(fresh(conversation).resume_at) == day


def test_a_wrong_date_keeps_the_dialog_open(client, conversation):
    answer = client.post(f"/c/{conversation.pk}/hold", {"resume_at": "soon"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'id="dialog-title"' in text_of(answer)


def test_the_menu_offers_people_who_can_be_responsible_and_teams(client, conversation):
    make_user(Role.VIEWER, name="閲覧 のみ")
    make_user(name="中村 大輔")
    make_team("物流")

    menu = text_of(client.get(f"/assignees?number={conversation.pk}", headers=HTMX))
    page = text_of(client.get("/assignees"))

    assert "中村 大輔" in menu
    assert "物流" in menu
    assert "閲覧 のみ" not in menu
    assert f'action="/c/{conversation.pk}/assign"' in menu
    assert 'action="/bulk"' in page


def test_assigning_to_oneself_to_another_to_nobody_and_to_a_team(client, agent, conversation):
    other, team = make_user(name="中村 大輔"), make_team("物流")
    path = f"/c/{conversation.pk}/assign"

    client.post(path, {"assignee": "me"}, headers=HTMX)
    assert fresh(conversation).assignee == agent
    answer = client.post(path, {"assignee": str(other.pk)}, headers=HTMX)
    assert fresh(conversation).assignee == other
    client.post(path, {"assignee": "none"}, headers=HTMX)
    assert fresh(conversation).assignee is None
    client.post(path, {"team": str(team.pk)}, headers=HTMX)

    assert "Assignee: 中村 大輔" in text_of(answer)
    assert fresh(conversation).team == team


def test_filing_changes_only_what_differs(client, agent, conversation):
    category = Category.objects.create(name="配送")
    child = Category.objects.create(name="遅延", parent=category)
    change_tags([conversation], add=["古い"], user=agent)
    UndoStep.objects.all().delete()
    path = f"/c/{conversation.pk}/filing"
    shown = text_of(client.get(path, headers=HTMX))

    unchanged = client.post(path, {"tags": "古い", "category": "", "priority": "1"}, headers=HTMX)
    assert UndoStep.objects.count() == 0
    client.post(path, {"tags": "写真あり、 至急 ,写真あり", "category": str(child.pk), "priority": "3"}, headers=HTMX)
    now = fresh(conversation)
    names = sorted(tag.name for tag in now.tags.all())
    client.post(path, {"tags": "", "category": "", "priority": "3"}, headers=HTMX)

    assert 'value="古い"' in shown
    assert "Filed." in text_of(unchanged)
    assert (names, now.category, now.priority) == (["写真あり", "至急"], child, Priority.URGENT)
    assert (fresh(conversation).tags.count(), fresh(conversation).category) == (0, None)


def test_an_unknown_category_is_refused(client, conversation):
    answer = client.post(f"/c/{conversation.pk}/filing", {"tags": "", "category": "999", "priority": "1"}, headers=HTMX)

    assert answer.status_code == 422


def test_the_subject_is_changed_inside_only(client, conversation):
    asked = text_of(client.get(f"/c/{conversation.pk}/subject", headers=HTMX))

    client.post(f"/c/{conversation.pk}/subject", {"subject": "土鍋の遅れ"}, headers=HTMX)

    assert 'value="商品がまだ届きません"' in asked
    assert fresh(conversation).subject == "土鍋の遅れ"
    assert Message.objects.get().subject == "商品がまだ届きません"


def test_following_and_not_following_any_more(client, agent, conversation):
    client.post(f"/c/{conversation.pk}/follow", {"on": "1"}, headers=HTMX)
    assert list(conversation.followers.all()) == [agent]

    client.post(f"/c/{conversation.pk}/follow", {"on": ""}, headers=HTMX)

    assert conversation.followers.count() == 0


def test_merging_by_number_and_back(client, conversation):
    other = make_conversation(subject="別の件")
    dialog = text_of(client.get(f"/c/{conversation.pk}/merge", headers=HTMX))
    page = text_of(client.get(f"/c/{conversation.pk}/merge"))

    client.post(f"/c/{conversation.pk}/merge", {"other": f"#{other.pk}"}, headers=HTMX)
    merged = fresh(other).merged_into
    client.post(f"/undo/{UndoStep.objects.get().pk}", headers=HTMX)

    assert f'value="{other.pk}"' in dialog
    assert "別の件" in dialog
    assert 'id="rail-body"' in page
    assert merged == conversation
    assert fresh(other).merged_into is None


@pytest.mark.parametrize("other", ["", "abc"])
def test_merging_with_nothing_is_refused(client, conversation, other):
    answer = client.post(f"/c/{conversation.pk}/merge", {"other": other}, headers=HTMX)

    assert answer.status_code == 422


def test_merging_with_what_one_may_not_see_is_refused(client, conversation):
    hidden = make_conversation(make_inbox(is_open_to_all=False), sender=Address("b@mail.example"))

    answer = client.post(f"/c/{conversation.pk}/merge", {"other": str(hidden.pk)}, headers=HTMX)

    assert (answer.status_code, "you may not see it" in text_of(answer)) == (422, True)
    assert fresh(hidden).merged_into is None


def test_splitting_begins_a_new_conversation(client):
    inbox = make_inbox()
    first = receive_mail(inbox)
    number = first.conversation_id
    second = receive_mail(inbox, subject=f"Re: 別件(受付番号:{number})")

    client.post(f"/m/{second.pk}/split", headers=HTMX)

    second.refresh_from_db()
    assert second.conversation_id != number
    assert second.conversation.split_from_id == number


def test_many_at_once(client, agent):
    inbox = make_inbox()
    rows = [make_conversation(inbox, sender=Address(f"c{each}@mail.example")) for each in range(3)]
    values = {"conversation": [str(row.pk) for row in rows]}

    answer = client.post("/bulk", {**values, "status": "done"}, headers=HTMX)
    assert {fresh(row).status for row in rows} == {Status.DONE}
    client.post("/bulk", {**values, "assignee": "me"}, headers=HTMX)
    assert {fresh(row).assignee for row in rows} == {agent}
    client.post("/bulk/merge", values, headers=HTMX)

    assert "3 conversations – Status: Done" in text_of(answer)
    assert [fresh(row).merged_into_id for row in rows] == [None, rows[0].pk, rows[0].pk]


def test_many_leave_out_what_one_may_not_see(client, conversation):
    hidden = make_conversation(make_inbox(is_open_to_all=False), sender=Address("b@mail.example"))

    client.post("/bulk", {"conversation": [str(conversation.pk), str(hidden.pk), "x"], "status": "done"}, headers=HTMX)

    assert (fresh(conversation).status, fresh(hidden).status) == (Status.DONE, Status.NEW)


def test_nothing_chosen_is_said(client):
    answer = client.post("/bulk", {"status": "done"}, headers=HTMX)

    assert "Choose the conversations first." in answer["HX-Trigger"]


def test_filing_many_changes_only_what_was_filled_in(client, agent, conversation):
    other = make_conversation(sender=Address("b@mail.example"))
    change_tags([other], add=["既存"], user=agent)
    both = {"conversation": [str(conversation.pk), str(other.pk)]}

    dialog = text_of(client.get("/bulk/more", both, headers=HTMX))
    answer = client.post("/bulk/more", {**both, "tags": "追加", "category": "", "priority": ""}, headers=HTMX)

    assert dialog.count('name="conversation"') == 2
    assert "File 2 conversations" in dialog
    assert sorted(tag.name for tag in other.tags.all()) == ["既存", "追加"]
    assert [tag.name for tag in conversation.tags.all()] == ["追加"]
    assert fresh(other).priority == Priority.NORMAL
    assert "/undo/" in text_of(answer)


def test_a_viewer_may_not_file(conversation):
    answer = browser_of(make_user(Role.VIEWER)).post(f"/c/{conversation.pk}/status", {"status": "done"}, headers=HTMX)

    assert answer.status_code == 403
    assert fresh(conversation).status == Status.NEW


def shown_to(browser, message: Message) -> dict[str, str]:
    """What the conversation's page sends with an approval."""
    page = text_of(browser.get(f"/c/{message.conversation_id}"))
    return {"seen": re.search(rf'/m/{message.pk}/approve.*?name="seen" value="([^"]+)"', page, re.DOTALL)[1]}


def test_approving_lets_the_reply_out(conversation):
    message = reply_to(conversation, make_user(Role.TRAINEE))
    supervisor = browser_of(make_user(Role.SUPERVISOR, language="en"))
    shown = shown_to(supervisor, message)

    answer = supervisor.post(f"/m/{message.pk}/approve", shown, headers=HTMX)
    again = supervisor.post(f"/m/{message.pk}/approve", shown, headers=HTMX)

    message.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert "Approved." in text_of(answer)
    assert again.status_code == 409


def test_what_was_edited_since_it_was_shown_is_not_approved_unseen(conversation):
    message, boss = reply_to(conversation, make_user(Role.TRAINEE)), make_user(Role.SUPERVISOR)
    supervisor = browser_of(boss)
    shown = shown_to(supervisor, message)
    other = make_user(Role.SUPERVISOR)
    edit_reply(message, make_letter(text="髙橋 由美子 様\n\n明日発送いたします。"), user=other, verdict=Verdict())

    edited = supervisor.post(f"/m/{message.pk}/approve", shown, headers=HTMX)
    unsaid = supervisor.post(f"/m/{message.pk}/approve", headers=HTMX)

    message.refresh_from_db()
    assert (edited.status_code, unsaid.status_code) == (409, 409)
    assert message.state == MessageState.AWAITING_APPROVAL


def test_what_the_check_finds_is_shown_before_approving(conversation):
    message = reply_to(conversation, make_user(Role.TRAINEE), text="髙橋 由美子 様\n\n資料を添付いたします。")
    supervisor = browser_of(make_user(Role.SUPERVISOR))

    answer = supervisor.post(f"/m/{message.pk}/approve", shown_to(supervisor, message), headers=HTMX)

    message.refresh_from_db()
    assert answer["HX-Redirect"] == f"/m/{message.pk}/approval"
    assert message.state == MessageState.AWAITING_APPROVAL


def test_what_happened_meanwhile_is_shown_before_approving(conversation):
    message = reply_to(conversation, make_user(Role.TRAINEE))
    receive_mail(conversation.inbox, text="もう解決しました。")
    supervisor = browser_of(make_user(Role.SUPERVISOR, language="en"))
    path, shown = f"/m/{message.pk}/approve", shown_to(supervisor, message)

    asked = supervisor.post(path, shown, headers=HTMX)
    seen = re.search(r'name="seen_event_id" value="(\d+)"', text_of(asked))[1]
    unsaid = supervisor.post(path, {**shown, "seen_event_id": seen, "reason": ""}, headers=HTMX)
    supervisor.post(path, {**shown, "seen_event_id": seen, "reason": "別件です"}, headers=HTMX)

    message.refresh_from_db()
    assert "What happened since it was written" in text_of(asked)
    assert unsaid.status_code == 422
    assert f'value="{seen}"' in text_of(unsaid)
    assert message.state == MessageState.QUEUED


def test_the_author_withdraws_a_request(conversation):
    trainee = make_user(Role.TRAINEE, language="en")
    message = reply_to(conversation, trainee)
    page = text_of(browser_of(trainee).get(f"/c/{conversation.pk}"))

    browser_of(trainee).post(f"/m/{message.pk}/cancel", headers=HTMX)

    message.refresh_from_db()
    assert "Withdraw the request" in page
    assert message.state == MessageState.CANCELLED


def test_sending_back_needs_a_reason(conversation):
    message = reply_to(conversation, make_user(Role.TRAINEE))
    supervisor = browser_of(make_user(Role.SUPERVISOR, language="en"))
    path = f"/m/{message.pk}/send-back"

    asked = text_of(supervisor.get(path, headers=HTMX))
    refused = supervisor.post(path, {"reason": ""}, headers=HTMX)
    supervisor.post(path, {"reason": "敬称を直してください"}, headers=HTMX)

    message.refresh_from_db()
    assert "<textarea" in asked
    assert refused.status_code == 422
    assert (message.state, message.failure) == (MessageState.SENT_BACK, "敬称を直してください")


def test_an_agent_may_not_approve(client, conversation):
    message = reply_to(conversation, make_user(Role.TRAINEE))

    assert client.post(f"/m/{message.pk}/approve").status_code == 403


def test_a_failed_mail_is_sent_again_and_an_uncertain_one_confirmed(client, agent):
    failed = reply_to(make_conversation(), agent)
    uncertain = reply_to(make_conversation(sender=Address("b@mail.example")), agent)
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED)
    Message.objects.filter(pk=uncertain.pk).update(state=MessageState.UNCERTAIN)

    client.post(f"/m/{failed.pk}/resend", headers=HTMX)
    client.post(f"/m/{uncertain.pk}/resend", {"arrived": "1"}, headers=HTMX)

    failed.refresh_from_db()
    uncertain.refresh_from_db()
    assert (failed.state, uncertain.state) == (MessageState.QUEUED, MessageState.SENT)
