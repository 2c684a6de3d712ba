"""Bulk replies: each customer gets one letter of their own, once, whatever happens meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, reply_to
from tests.factories.outreach import address_of, someone, states, work_off
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.own_statuses import StatusDefinition, create_status
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import MessageKind, MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Conversation, Draft, Message
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.telling import told
from madoguchi.customers.actions import mark_bounced
from madoguchi.files.actions import store_blob
from madoguchi.flows.jobs import BULK_AT_ONCE, bulk_reply_job
from madoguchi.outreach.actions import (
    BulkSending,
    NothingToDo,
    preview_bulk_reply,
    retry_bulk_reply,
    start_bulk_reply,
    stop_bulk_reply,
    take_all_back,
    write_next,
)
from madoguchi.outreach.choices import MAX_BULK_CHARS, SAME_CUSTOMER, BulkState, ItemState
from madoguchi.outreach.looking import Tally, look_at, look_on, tally
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.personal import Words
from madoguchi.outreach.queries import progress_of
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Check, Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


TEXT = "{{customer.name}}{{customer.honorific}}\n\n発送が遅れております。\n受付番号 {{inquiry.number}}"


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def inbox():
    return make_inbox()


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND).order_by("pk")


def test_each_gets_a_letter_of_their_own(agent, inbox):
    conversations = [someone(inbox, "誠"), someone(inbox, "恵")]

    bulk = start_bulk_reply(conversations, TEXT, user=agent, sending=BulkSending(status_after=Status.DONE))
    work_off(bulk)

    assert bulk.state == BulkState.DONE
    assert [(each.to[0]["email"], each.text) for each in sent()] == [
        (address_of(name).email, f"山本\u3000{name}様\n\n発送が遅れております。\n受付番号 {conversation.pk}")
        for name, conversation in zip(("誠", "恵"), conversations, strict=True)
    ]
    conversations[0].refresh_from_db()
    assert conversations[0].status == Status.DONE


def test_nothing_of_it_leaves_before_all_could_be_taken_back(agent, inbox):
    before = timezone.now()

    bulk = start_bulk_reply([someone(inbox, "誠"), someone(inbox, "恵")], TEXT, user=agent)
    work_off(bulk)

    assert sent().count() == 2
    assert min(each.send_after for each in sent()) >= bulk.leaves_at
    assert bulk.leaves_at > before + timedelta(seconds=inbox.undo_seconds)


def test_what_cannot_be_written_is_set_aside_with_the_reason(agent, inbox):
    closed, locked, begun, bounced, fine = (someone(inbox, name) for name in ("閉", "鍵", "書", "戻", "誠"))
    change_status([closed], Status.SPAM, user=agent)
    take_lock(locked, user=make_user(name="中村 大輔"))
    save_draft(agent, begun, "reply", values={"text": "書きかけ"})
    mark_bounced(address_of("戻").email, "no such user")

    bulk = start_bulk_reply([closed, locked, begun, bounced, fine], TEXT, user=agent)
    work_off(bulk)

    assert [code for _state, code in states(bulk)] == ["closed", "locked", "draft", "bounced", ""]
    assert sent().get().conversation == fine
    assert Draft.objects.get().text == "書きかけ"


def test_a_field_with_nothing_to_fill_in_sets_it_aside(agent, inbox):
    without, with_number = (
        someone(inbox, "誠"),
        make_conversation(inbox, sender=Address("b@mail.example"), text="HK-104655"),
    )

    letters = preview_bulk_reply([without, with_number], "ご注文 {{order.number}}", user=agent)

    assert [each.code for each in letters] == ["missing_fields", ""]
    assert letters[1].letter.text == "ご注文 HK-104655"


def test_of_two_conversations_of_one_customer_one_is_replied_to(agent, inbox):
    first, second = someone(inbox, "誠"), make_conversation(inbox, sender=address_of("誠"), subject="別件")

    bulk = start_bulk_reply([first, second], TEXT, user=agent)
    work_off(bulk)

    assert states(bulk) == [(ItemState.WRITTEN, ""), (ItemState.SET_ASIDE, "same_customer")]
    with pytest.raises(NothingToDo):
        retry_bulk_reply(bulk)


@pytest.mark.parametrize("text", ["", " \n", "{{customer.nmae}} 様", "{{", "x" * 200_001])
def test_a_text_that_cannot_be_sent_is_refused(agent, inbox, text):
    with pytest.raises(Invalid) as refused:
        start_bulk_reply([someone(inbox, "誠")], text, user=agent)

    assert refused.value.field == "text"
    assert not BulkReply.objects.exists()


def test_none_too_many_and_who_may_not_are_refused(agent, inbox):
    one = someone(inbox, "誠")
    with pytest.raises(Invalid):
        start_bulk_reply([], TEXT, user=agent)
    with pytest.raises(Invalid):
        start_bulk_reply([one] * 201, TEXT, user=agent)
    with pytest.raises(NotAllowed):
        start_bulk_reply([one], TEXT, user=make_user(Role.VIEWER))


@pytest.mark.parametrize("level", [Level.WARN, Level.BLOCK])
def test_what_the_check_before_sending_objects_to_is_set_aside_with_the_words(agent, inbox, level):
    add_watch_words([("発送が遅れて", "")], inbox=None, level=level, user=make_admin())
    bulk = start_bulk_reply([someone(inbox, "太郎")], TEXT, user=agent)

    work_off(bulk)

    item = bulk.items.get()
    assert (item.state, item.code) == (ItemState.SET_ASIDE, "preflight")
    assert "発送が遅れて" in told(item.reason)
    assert not sent().exists()


def test_a_code_that_all_of_them_are_told_sets_nobody_aside(agent, inbox):
    people = [someone(inbox, name) for name in ("太郎", "花子", "誠")]
    bulk = start_bulk_reply(people, f"{TEXT}\n型番 AB-10465 の件です。", user=agent)

    while write_next(bulk.pk):
        sent().update(state=MessageState.SENT)

    assert [told(item.reason) for item in bulk.items.all() if item.reason] == []
    assert states(bulk) == [(ItemState.WRITTEN, "")] * 3


def test_a_trainees_letters_each_wait_for_approval(inbox):
    bulk = start_bulk_reply([someone(inbox, "誠"), someone(inbox, "恵")], TEXT, user=make_user(Role.TRAINEE))
    work_off(bulk)

    assert {each.state for each in sent()} == {MessageState.AWAITING_APPROVAL}


def test_stopped_it_writes_no_more_and_goes_on_when_asked(agent, inbox):
    bulk = start_bulk_reply([someone(inbox, "誠"), someone(inbox, "恵")], TEXT, user=agent)
    write_next(bulk.pk)

    stop_bulk_reply(bulk)
    work_off(bulk)
    assert (bulk.state, sent().count()) == (BulkState.STOPPED, 1)
    with pytest.raises(NothingToDo):
        stop_bulk_reply(bulk)
    assert retry_bulk_reply(bulk) == 1
    work_off(bulk)

    assert (bulk.state, sent().count()) == (BulkState.DONE, 2)


def test_taken_back_each_is_a_draft_again(agent, inbox):
    bulk = start_bulk_reply([someone(inbox, "誠"), someone(inbox, "恵")], TEXT, user=agent)
    work_off(bulk)

    assert take_all_back(bulk) == 2

    assert {each.state for each in sent()} == {MessageState.CANCELLED}
    assert Draft.objects.filter(user=agent).count() == 2
    assert progress_of(bulk).taken_back == 2


def test_what_has_left_is_not_taken_back(agent, inbox):
    bulk = start_bulk_reply([someone(inbox, "誠"), someone(inbox, "恵")], TEXT, user=agent)
    work_off(bulk)
    Message.objects.filter(pk=sent()[0].pk).update(state=MessageState.SENT)

    assert take_all_back(bulk) == 1
    assert progress_of(bulk).written == 1


def test_the_job_writes_them_in_pieces(agent, inbox, monkeypatch):
    deferred = []
    monkeypatch.setattr(bulk_reply_job, "defer", lambda **given: deferred.append(given))
    names = [f"n{number}" for number in range(BULK_AT_ONCE + 1)]
    bulk = start_bulk_reply([someone(inbox, name) for name in names], TEXT, user=agent)

    bulk_reply_job(bulk.pk)
    first = sent().count()
    bulk_reply_job(bulk.pk)

    assert (first, sent().count()) == (BULK_AT_ONCE, BULK_AT_ONCE + 1)
    assert deferred == [{"bulk_id": bulk.pk}]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_two_workers_at_once_write_each_letter_once(_round):
    agent, inbox = make_user(), make_inbox()
    bulk = start_bulk_reply([someone(inbox, f"n{number}") for number in range(4)], TEXT, user=agent)

    together(lambda: work_off(bulk), lambda: work_off(BulkReply.objects.get(pk=bulk.pk)))

    assert sent().count() == 4
    assert {state for state, _code in states(bulk)} == {ItemState.WRITTEN}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_after_stopping_no_letter_is_written(_round):
    agent, inbox = make_user(), make_inbox()
    bulk = start_bulk_reply([someone(inbox, f"n{number}") for number in range(6)], TEXT, user=agent)
    written = []

    def stop():
        stop_bulk_reply(bulk)
        written.append(sent().count())

    together(lambda: work_off(BulkReply.objects.get(pk=bulk.pk)), stop)

    bulk.refresh_from_db()
    if written:  # else it was over before
        assert bulk.state == BulkState.STOPPED
        assert sent().count() == written[0]


def test_the_preview_says_how_many_letters_have_which_findings(agent, inbox):
    add_watch_words([("至急", "")], inbox=None, level=Level.WARN, user=make_admin())
    first, second = someone(inbox, "誠"), someone(inbox, "恵")

    looked = look_at(preview_bulk_reply([first, second], TEXT + "\n至急ご確認ください。", user=agent), user=agent)

    assert [{one.check for one in each.found} >= {Check.WORDS} for each in looked] == [True, True]
    assert Tally(Check.WORDS, Level.WARN, 2) in tally(looked)


def test_what_there_was_no_time_for_is_looked_at_from_there_on(agent, inbox):
    first, second = someone(inbox, "誠"), someone(inbox, "恵")
    again = make_conversation(inbox, sender=address_of("誠"))
    rows = [first, second, again]

    looked = look_on(rows, Words(TEXT), user=agent, seconds=-1)
    rest = look_on(rows, Words(TEXT), user=agent, begin=len(looked))

    assert [each.personal.conversation for each in (*looked, *rest)] == rows
    assert (len(looked), [each.personal.code for each in rest]) == (1, ["", SAME_CUSTOMER])


def test_what_there_is_no_time_for_at_the_beginning_is_set_aside_in_its_turn(agent, inbox, monkeypatch):
    monkeypatch.setattr("madoguchi.outreach.actions.START_SECONDS", -1)
    first = someone(inbox, "誠")
    rows = [first, make_conversation(inbox, sender=address_of("誠"))]

    bulk = start_bulk_reply(rows, TEXT, user=agent)
    waiting = [each.state for each in bulk.items.all()]
    while write_next(bulk.pk):
        pass

    assert waiting == [ItemState.WAITING] * 2
    assert [(each.state, each.code) for each in bulk.items.all()] == [
        (ItemState.WRITTEN, ""),
        (ItemState.SET_ASIDE, SAME_CUSTOMER),
    ]


def test_what_was_seen_in_the_preview_is_sent_and_anything_else_is_set_aside(agent, inbox):
    conversations = [someone(inbox, "誠"), someone(inbox, "恵")]
    add_watch_words([("遅れて", "")], inbox=None, level=Level.WARN, user=make_admin())
    looked = look_at(preview_bulk_reply(conversations, TEXT, user=agent), user=agent)
    keys = frozenset(one.key for each in looked for one in each.found)

    unseen = start_bulk_reply(conversations[:1], TEXT, user=agent)
    bulk_reply_job(unseen.pk)
    seen = start_bulk_reply(conversations, TEXT, user=agent, sending=BulkSending(acknowledged=keys))
    bulk_reply_job(seen.pk)

    assert [each.state for each in unseen.items.all()] == [ItemState.SET_ASIDE]
    assert [each.state for each in seen.items.all()] == [ItemState.WRITTEN, ItemState.WRITTEN]


def test_each_customer_gets_the_files_and_the_status_of_ones_own(agent, inbox):
    own = create_status(StatusDefinition("発送待ち", Status.WAIT), user=make_admin())
    blob = store_blob(b"%PDF-1.7")
    file = Enclosure(blob.pk, "お知らせ.pdf", "application/pdf", 8)
    conversations = [someone(inbox, "誠"), someone(inbox, "恵")]

    bulk = start_bulk_reply(conversations, TEXT, user=agent, sending=BulkSending(own_after=own, files=(file,)))
    bulk_reply_job(bulk.pk)

    letters = [each.message for each in bulk.items.all()]
    assert [[file.name for file in each.attachments.all()] for each in letters] == [["お知らせ.pdf"], ["お知らせ.pdf"]]
    assert {each.conversation.own_status_id for each in letters} == {own.pk}


def test_files_together_too_large_for_a_mail_are_refused(agent, inbox):
    file = Enclosure(1, "大きい.zip", "application/zip", 19 * 1024 * 1024)

    with pytest.raises(Invalid) as refused:
        preview_bulk_reply([someone(inbox, "誠")], TEXT, user=agent, files=[file])

    assert refused.value.field == "files"


def test_a_text_too_long_for_many_letters_is_refused_before_any_is_made():
    with pytest.raises(Invalid) as refused:
        preview_bulk_reply([make_conversation()], "あ" * (MAX_BULK_CHARS + 1), user=make_user())

    assert refused.value.field == "text"


def test_where_a_letter_waits_for_approval_or_its_time_none_is_added(agent, inbox):
    asked, planned, free = (someone(inbox, name) for name in ("一郎", "二郎", "三郎"))
    reply_to(asked, make_user(Role.TRAINEE))
    later = Sending(latest_event_id(planned), send_at=timezone.now() + timedelta(days=1))
    write_reply(planned, make_letter(), user=agent, sending=later)
    rows = list(Conversation.objects.filter(pk__in=[asked.pk, planned.pk, free.pk]).order_by("pk"))

    shown = preview_bulk_reply(rows, TEXT, user=agent)

    assert [each.code for each in shown] == ["waits", "planned", ""]
