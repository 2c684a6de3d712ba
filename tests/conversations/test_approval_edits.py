"""An approver edits what waits: versions, files, and whose rules then count."""

from dataclasses import replace

import pytest
from tests.factories.accounts import make_team, make_user
from tests.factories.approval import leave_now, make_rule, make_waiting, people, request_of
from tests.factories.conversations import make_conversation, make_letter, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import (
    AlreadyDecided,
    TextChanged,
    Verdict,
    approve_reply,
    edit_reply,
    send_back_reply,
)
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.approval import Condition, Step
from madoguchi.conversations.approval_choices import RequestState, VersionKind
from madoguchi.conversations.approval_letters import file_changes
from madoguchi.conversations.choices import (
    APPROVAL_EDIT_KEPT,
    MessageState,
)
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Draft, Message
from madoguchi.conversations.preflighting import look_at_reply
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.files.actions import store_blob

pytestmark = pytest.mark.django_db


def stored(name: str) -> Enclosure:
    blob = store_blob(name.encode())
    return Enclosure(blob.pk, name, "application/pdf", blob.size_bytes)


def edited(message: Message, **values):
    letter = make_letter(subject=message.subject, text=message.text)
    return replace(letter, **values)


def test_an_edit_in_place_is_a_version_and_what_leaves():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()
    before = message.text

    version = edit_reply(
        message, edited(message, text="髙橋 様\n\n承知いたしました。"), user=boss,
        verdict=Verdict("1.0", comment="敬語を直しました", reasons=("politeness",)),
    )  # fmt: skip
    approve_reply(message, user=boss, verdict=Verdict("2.0"))

    request = request_of(message)
    assert (version.number, version.kind, request.was_edited) == (2, VersionKind.EDITED, True)
    assert [each.letter["text"] for each in request.versions.all()] == [before, "髙橋 様\n\n承知いたしました。"]
    assert request.decisions.get(kind="edited").reasons == ["politeness"]
    message.refresh_from_db()
    assert message.text == "髙橋 様\n\n承知いたしました。"
    message.conversation.refresh_from_db()
    assert message.conversation.preview.startswith("髙橋 様")


def test_an_edit_that_changes_nothing_is_none():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    assert edit_reply(message, edited(message), user=boss, verdict=Verdict("1.0")) is None
    assert request_of(message).version == 1


def test_any_edit_begins_the_approval_anew():
    first, second = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(steps=(Step(people(first)), Step(people(second))))
    message = make_waiting(make_user(), text="返金は85,000円です。")
    approve_reply(message, user=first)

    edit_reply(message, edited(message, text="返金は58,000円です。"), user=second, verdict=Verdict("1.1"))

    request = request_of(message)
    assert (request.step, request.approver_ids) == (0, [first.pk])
    assert request.decisions.get(kind="approved").stands is False
    approve_reply(message, user=first, verdict=Verdict("2.0"))
    approve_reply(message, user=second, verdict=Verdict("2.1"))
    assert message.state == MessageState.QUEUED


def test_approving_after_the_text_changed_is_refused():
    boss, other, message = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR), make_waiting()
    edit_reply(message, edited(message, text="別の文章です。"), user=boss, verdict=Verdict("1.0"))

    with pytest.raises(TextChanged):
        approve_reply(message, user=other, verdict=Verdict("1.0"))
    with pytest.raises(TextChanged):
        edit_reply(message, edited(message, text="第三の文章です。"), user=other, verdict=Verdict("1.0"))

    message.refresh_from_db()
    assert (message.state, message.text) == (MessageState.AWAITING_APPROVAL, "別の文章です。")


def test_an_edit_without_a_recipient_is_refused_and_loses_nothing():
    boss, message = make_user(Role.SUPERVISOR), make_waiting()

    with pytest.raises(Invalid) as refused:
        edit_reply(message, edited(message, to=()), user=boss, verdict=Verdict("1.0"))

    assert refused.value.field == "to"
    assert request_of(message).version == 1


def test_an_approver_cannot_turn_a_request_to_others_to_the_customer():
    boss, parent = make_user(Role.SUPERVISOR), make_conversation()
    question = Question(Address("ito@touki.example", "伊藤製陶所"), "在庫", "在庫はありますか。")
    message = ask_aside(parent, question, user=make_user(Role.TRAINEE))
    customer = Address(parent.customer.identities.get().shown)

    with pytest.raises(Invalid) as refused:
        edit_reply(message, edited(message, to=(customer,)), user=boss, verdict=Verdict())

    assert refused.value.field == "to"


def test_an_edit_after_the_author_withdrew_is_kept_and_nothing_leaves():
    boss, author = make_user(Role.SUPERVISOR), make_user(Role.TRAINEE)
    message = make_waiting(author)
    cancel_reply(message, user=author)

    kept = edit_reply(message, edited(message, text="直した文章です。"), user=boss, verdict=Verdict("1.0"))

    message.refresh_from_db()
    assert (kept.kind, kept.letter["text"]) == (VersionKind.KEPT, "直した文章です。")
    assert (message.state, request_of(message).state) == (MessageState.CANCELLED, RequestState.WITHDRAWN)
    assert message.text != "直した文章です。"
    assert Draft.objects.get(user=author).text == message.text
    assert Event.objects.filter(kind=APPROVAL_EDIT_KEPT).exists()
    with pytest.raises(AlreadyDecided):
        approve_reply(message, user=boss)


def test_an_approver_changes_the_files_as_a_new_version_and_exactly_those_leave():
    boss, message = make_user(Role.SUPERVISOR), make_waiting(enclosures=(stored("見積書.pdf"), stored("古い.pdf")))
    keep = [stored("見積書.pdf"), stored("新しい.pdf")]

    edit_reply(message, edited(message), user=boss, verdict=Verdict(), files=keep)
    approve_reply(message, user=boss)
    leave_now(message)

    request = request_of(message)
    first, second = (version.letter for version in request.versions.all())
    changed = [(kind, each["name"]) for kind, each in file_changes(first, second)]
    assert changed == [("same", "見積書.pdf"), ("removed", "古い.pdf"), ("added", "新しい.pdf")]
    assert [each.name for each in message.attachments.all()] == ["見積書.pdf", "新しい.pdf"]
    assert (message.state, message.conversation.has_attachments) == (MessageState.SENT, True)


def test_a_file_put_in_behind_an_approval_keeps_the_reply_from_leaving():
    boss, message = make_user(Role.SUPERVISOR), make_waiting(enclosures=(stored("見積書.pdf"),))
    approve_reply(message, user=boss)
    other = store_blob(b"other bytes")
    message.attachments.update(blob=other)

    leave_now(message)

    assert message.state == MessageState.FAILED


def test_another_file_voids_approvals_and_asks_the_rules_again():
    first, second, third = (make_user(Role.SUPERVISOR) for _ in range(3))
    make_rule(Condition("amount", (1_000,)), steps=(Step(people(first)), Step(people(second))))
    make_rule(Condition("attachment"), steps=(Step(people(third)),))
    message = make_waiting(make_user(), text="返金は5,000円です。")
    approve_reply(message, user=first)

    edit_reply(message, edited(message), user=second, verdict=Verdict(), files=[stored("返金.pdf")])

    request = request_of(message)
    assert (request.version, request.step, len(request.steps), request.approver_ids) == (2, 0, 3, [first.pk])
    assert not request.decisions.filter(kind="approved", stands=True).exists()


def test_files_beyond_the_limit_are_refused_and_change_nothing():
    boss, message = make_user(Role.SUPERVISOR), make_waiting(enclosures=(stored("見積書.pdf"),))
    large = replace(stored("大きい.zip"), size_bytes=19 * 1024 * 1024)

    with pytest.raises(Invalid):
        edit_reply(message, edited(message), user=boss, verdict=Verdict(), files=[large])

    assert [each.name for each in message.attachments.all()] == ["見積書.pdf"]
    assert request_of(message).version == 1


def rule_for(user: User, approver: User) -> None:
    """Letters of this person are to be approved by the other."""
    make_rule(Condition("author", (user.pk,)), name="本人の返信", steps=(Step(people(approver)),))


def test_who_needs_approval_for_their_own_does_not_approve_what_they_rewrote_alone():
    editor, boss = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    rule_for(editor, boss)
    message = make_waiting()

    edit_reply(message, edited(message, text="全文を書き換えました。"), user=editor, verdict=Verdict())
    approve_reply(message, user=editor)

    request = request_of(message)
    message.refresh_from_db()
    assert message.state == MessageState.AWAITING_APPROVAL
    assert (request.step, request.approver_ids) == (1, [boss.pk])
    approve_reply(message, user=boss)
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_without_an_edit_they_approve_alone():
    editor, boss = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    rule_for(editor, boss)
    message = make_waiting()

    approve_reply(message, user=editor)

    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


@pytest.mark.parametrize("kind", ["role", "team"])
def test_a_rule_of_both_author_and_editor_is_not_decided_by_the_editor(kind):
    editor, boss = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    author = make_user()
    team = make_team("", editor, author)
    values = {"role": (Role.AGENT.value, Role.SUPERVISOR.value), "team": (team.pk,)}[kind]
    make_rule(Condition(kind, values))
    message = make_waiting(author)

    edit_reply(message, edited(message, text="全文を書き換えました。"), user=editor, verdict=Verdict())

    assert boss.pk in request_of(message).approver_ids
    assert editor.pk not in request_of(message).approver_ids


def test_who_was_asked_to_look_at_an_amount_may_still_correct_the_letter_and_approve_it():
    editor = make_user(Role.SUPERVISOR)
    make_rule(Condition("amount", (50_000,)))
    message = make_waiting(make_user(), text="返金は85,000円です。")

    edit_reply(message, edited(message, text="ご返金は85,000円です。"), user=editor, verdict=Verdict())
    approve_reply(message, user=editor)

    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_an_amount_that_the_editor_puts_in_is_looked_at_by_somebody_else():
    editor, boss = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(Condition("amount", (50_000,)), steps=(Step(people(editor, boss)),))
    message = make_waiting()

    edit_reply(message, edited(message, text="返金は85,000円です。"), user=editor, verdict=Verdict())
    approve_reply(message, user=editor)

    assert request_of(message).approver_ids == [boss.pk]


@pytest.mark.parametrize("gives_back", ["withdraw", "send_back"])
def test_who_rewrote_a_letter_comes_under_their_own_rules_when_its_author_asks_again(gives_back):
    author, editor, boss = make_user(), make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    make_rule(Condition("keyword", ("返金",)), name="返金")
    own = make_rule(Condition("author", (editor.pk,)), name="編集者のもの")
    conversation = make_conversation()
    first = reply_to(conversation, author, text="返金いたします。")
    edit_reply(first, edited(first, text="交換いたします。"), user=editor, verdict=Verdict())
    if gives_back == "withdraw":
        cancel_reply(first, user=author)
    else:
        send_back_reply(first, user=boss, reason="もう一度")

    again = reply_to(conversation, author, text="交換いたします。")

    assert again.state == MessageState.AWAITING_APPROVAL
    assert own.pk in [each["rule"] for each in request_of(again).reasons]
    with pytest.raises(NotAllowed):
        approve_reply(again, user=editor)
    assert approve_reply(again, user=boss).state == MessageState.QUEUED


def test_the_composer_says_so_before_the_author_asks_again():
    author, editor = make_user(), make_user(Role.SUPERVISOR)
    make_rule(Condition("keyword", ("返金",)), name="返金")
    make_rule(Condition("author", (editor.pk,)), name="編集者のもの")
    conversation = make_conversation()
    first = reply_to(conversation, author, text="返金いたします。")
    edit_reply(first, edited(first, text="交換いたします。"), user=editor, verdict=Verdict())
    cancel_reply(first, user=author)

    looked = look_at_reply(conversation, make_letter(text="交換いたします。"), user=author)
    other = look_at_reply(make_conversation(), make_letter(text="交換いたします。"), user=author)

    assert any("編集者のもの" in each for each in looked.approval)
    assert other.approval == ()


def test_a_letter_that_nobody_else_rewrote_asks_by_the_rules_for_its_author_alone():
    author, editor = make_user(), make_user(Role.SUPERVISOR)
    make_rule(Condition("keyword", ("返金",)), name="返金")
    make_rule(Condition("author", (editor.pk,)), name="編集者のもの")
    conversation = make_conversation()
    first = reply_to(conversation, author, text="返金いたします。")
    cancel_reply(first, user=author)

    again = reply_to(conversation, author, text="交換いたします。")

    assert again.state == MessageState.QUEUED
