"""Two people at once: nothing is lost, nothing stands still, nobody sees a defect."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import approve_reply
from madoguchi.conversations.actions.bulk import make_changes
from madoguchi.conversations.actions.drafts import (
    attach_to_draft,
    change_draft,
    discard_draft,
    save_draft,
    start_new_mail,
)
from madoguchi.conversations.actions.filing import create_category, create_tag, merge_tag, move_category
from madoguchi.conversations.actions.links import link_conversations
from madoguchi.conversations.actions.locks import release_lock, take_lock, take_over_lock
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import change_status, change_tags
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import MESSAGE_RECEIVED, STATUS_CHANGED, MessageState, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Category, Conversation, ConversationLink, Draft, Message, Tag
from madoguchi.conversations.requests import KeyUsed
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

#: A race is lost only now and then.
ROUNDS = 6


def from_customer(number, inbox=None):
    return make_conversation(inbox, sender=Address(f"customer{number}@mail.example"))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_an_answer_that_comes_while_the_conversation_is_closed_brings_it_back(number):
    agent, conversation = make_user(), from_customer(number)
    first, version = conversation.messages.get(), conversation.version

    together(
        lambda: change_status([conversation], Status.DONE, user=agent),
        lambda: receive_mail(
            conversation.inbox, sender=Address(first.sender_address), in_reply_to=first.external_id, subject="Re: x"
        ),
    )

    conversation.refresh_from_db()
    kinds = [MESSAGE_RECEIVED, STATUS_CHANGED]
    last = Event.objects.about(conversation.event_subject).filter(kind__in=kinds).order_by("-pk")[0].kind
    assert conversation.status == {MESSAGE_RECEIVED: Status.NEW, STATUS_CHANGED: Status.DONE}[last]
    assert conversation.message_count == conversation.messages.count() == 2
    assert conversation.version == version + 2


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_note_and_an_answer_written_during_a_merge_land_in_the_survivor(number):
    agent, inbox = make_user(), make_inbox()
    survivor, other = from_customer(f"a{number}", inbox), from_customer(f"b{number}", inbox)
    first = other.messages.get()

    together(
        lambda: merge_conversations(survivor, [other], user=agent),
        lambda: add_note(other, "電話しました", user=agent),
        lambda: receive_mail(inbox, sender=Address(first.sender_address), in_reply_to=first.external_id),
    )

    assert not Message.objects.filter(conversation=other).exists()
    assert survivor.messages.count() == 4


@pytest.mark.parametrize("number", range(ROUNDS))
def test_approving_and_merging_at_once_both_go_through(number):
    boss, inbox = make_user(Role.SUPERVISOR), make_inbox()
    survivor, other = from_customer(f"a{number}", inbox), from_customer(f"b{number}", inbox)
    message = reply_to(other, make_user(Role.TRAINEE))

    outcomes = together(
        lambda: approve_reply(message, user=boss).state,
        lambda: merge_conversations(survivor, [other], user=boss).kind,
    )

    assert outcomes[1] == "merge"
    assert outcomes[0] in (MessageState.QUEUED, "something_happened")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_bulk_changes_that_overlap_all_go_through(number):
    agents = [make_user(), make_user()]
    conversations = [from_customer(f"{number}-{each}") for each in range(4)]

    def change(agent, tags, order):
        return make_changes(
            order,
            [
                lambda rows: change_tags(rows, add=tags, user=agent),
                lambda rows: change_status(rows, Status.OPEN, user=agent),
            ],
            user=agent,
        )

    together(
        lambda: change(agents[0], ["至急", "返品"], conversations),
        lambda: change(agents[1], ["返品", "至急"], conversations[::-1]),
    )

    assert {tag.name for each in conversations for tag in each.tags.all()} == {"至急", "返品"}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_request_key_for_two_conversations_is_one_reply(number):
    agent = make_user()
    conversations = [from_customer(f"{number}-{each}") for each in range(2)]

    def write(conversation):
        sending = Sending(latest_event_id(conversation), request_key="same")
        letter = make_letter(to=(Address(conversation.messages.get().sender_address),))
        try:
            return write_reply(conversation, letter, user=agent, sending=sending).pk
        except KeyUsed as error:
            return error.facts["message"]

    outcomes = together(*(lambda each=each: write(each) for each in conversations))

    assert outcomes[0] == outcomes[1] == Message.objects.get(kind="outbound").pk


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_lock_is_taken_over_while_its_owner_lets_go(number):
    owner, boss, conversation = make_user(), make_user(Role.SUPERVISOR), from_customer(number)
    take_lock(conversation, user=owner)

    together(
        lambda: release_lock(conversation, user=owner),
        lambda: take_over_lock(conversation, user=boss, reason="席を外しています"),
    )

    conversation.refresh_from_db()
    assert conversation.lock.user_id == boss.pk


@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_is_typed_during_a_merge_is_saved_where_the_messages_are(number):
    agent, inbox = make_user(), make_inbox()
    survivor, other = from_customer(f"a{number}", inbox), from_customer(f"b{number}", inbox)

    together(
        lambda: merge_conversations(survivor, [other], user=agent),
        lambda: save_draft(agent, other, "reply", values={"text": "お調べします。"}),
    )

    assert Draft.objects.get().conversation == survivor


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_tags_merged_into_each_other_leave_one(number):
    admin = make_admin()
    first, second = (create_tag(f"{name}{number}", user=admin) for name in ("返品", "返送"))
    change_tags([from_customer(number)], add=[first.name, second.name], user=make_user())

    outcomes = together(
        lambda: merge_tag(first, second, user=admin).pk, lambda: merge_tag(second, first, user=admin).pk
    )

    left = Tag.objects.get(pk__in=[first.pk, second.pk])
    assert sorted(map(str, outcomes)) == sorted([str(left.pk), "not_found"])
    assert left.conversations.count() == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_categories_put_under_each_other_stay_two_levels(number):
    admin = make_admin()
    first, second = (create_category(f"{name}{number}", user=admin) for name in ("返品", "返送"))

    outcomes = together(
        lambda: move_category(Category.objects.get(pk=first.pk), second, user=admin).parent,
        lambda: move_category(Category.objects.get(pk=second.pk), first, user=admin).parent,
    )

    assert "invalid" in outcomes
    assert Category.objects.filter(parent=None).count() == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_draft_saved_while_it_is_thrown_away_is_a_draft_or_none(number):
    agent, conversation = make_user(), from_customer(number)
    draft = save_draft(agent, conversation, "reply", values={"text": "一"})

    outcomes = together(
        lambda: save_draft(agent, conversation, "reply", values={"text": "二"}).text,
        lambda: discard_draft(draft, user=agent),
    )

    assert outcomes[0] == "二"
    assert [*Draft.objects.values_list("text", flat=True)] in ([], ["二"])


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_draft_changed_while_it_is_thrown_away_is_changed_or_not_found(number):
    agent, conversation = make_user(), from_customer(number)
    draft = save_draft(agent, conversation, "reply", values={"text": "一"})
    same = [Draft.objects.get(pk=draft.pk) for _ in range(3)]

    outcomes = together(
        lambda: change_draft(same[0], user=agent, values={"text": "二"}).text,
        lambda: attach_to_draft(same[1], name="a", content_type="text/plain", content=b"a", user=agent).name,
        lambda: discard_draft(same[2], user=agent),
    )

    assert outcomes[0] in ("二", "not_found")
    assert outcomes[1] in ("a", "not_found")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_new_mail_begun_twice_at_once_is_one_draft(number):
    agent, inbox = make_user(), make_inbox()

    together(
        lambda: start_new_mail(agent, inbox, values={"request_key": "k", "text": "一"}),
        lambda: start_new_mail(agent, inbox, values={"request_key": "k", "text": "二"}),
    )

    assert Draft.objects.get().text in ("一", "二")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_moving_a_message_while_both_are_merged_loses_nothing(number):
    user, inbox = make_user(), make_inbox()
    source, target = from_customer(f"a{number}", inbox), from_customer(f"b{number}", inbox)
    stray = receive_mail(
        inbox,
        sender=Address(f"customera{number}@mail.example"),
        in_reply_to=source.messages.get().external_id,
    )

    together(
        lambda: merge_conversations(target, [source], user=user),
        lambda: move_message(stray, target, user=user),
        lambda: merge_conversations(source, [target], user=user),
    )

    survivor = Conversation.objects.get(merged_into=None)
    assert survivor.messages.count() == survivor.message_count == 3


@pytest.mark.parametrize("number", range(ROUNDS))
def test_links_made_at_once_form_no_loop(number):
    user, inbox = make_user(), make_inbox()
    rows = [from_customer(f"{n}-{number}", inbox) for n in range(3)]

    outcomes = together(
        *(
            lambda above=above: link_conversations(rows[above], rows[above - 2], "child", user=user)
            for above in range(3)
        )
    )

    assert outcomes.count("invalid") == 1
    assert ConversationLink.objects.count() == 2


@pytest.mark.parametrize("number", range(ROUNDS))
def test_merging_and_undoing_at_once_wait_for_nobody_for_ever(number):
    user, inbox = make_user(), make_inbox()
    first, second, third = (from_customer(f"{n}-{number}", inbox) for n in range(3))
    link_conversations(second, third, "child", user=user)
    step = merge_conversations(first, [second], user=user)

    together(
        lambda: undo(step.pk, user=user),
        lambda: merge_conversations(third, [first], user=user),
        lambda: link_conversations(first, third, "related", user=user),
    )

    assert Message.objects.filter(conversation__merged_into__isnull=False).count() == 0
