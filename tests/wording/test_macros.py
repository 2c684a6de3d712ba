"""What is done along with a template: at once, with a letter, taken back with it, and what has gone meanwhile."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter
from tests.factories.together import together
from tests.factories.wording import make_template

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import change_tags, set_priority
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import DraftKind, Priority, Status
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.models import Category, Conversation, Folder, OwnStatus, Tag
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.wording.actions.macros import along_of, run_macro
from madoguchi.wording.actions.templates import change_template, restore_version
from madoguchi.wording.content import Content, content_of
from madoguchi.wording.deeds import Deed, DeedKind, read_deeds, tell_deeds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def agent():
    return make_user(language="en")


@pytest.fixture
def category():
    return Category.objects.create(name="返品")


@pytest.fixture
def tag():
    return Tag.objects.create(name="返品受付")


def macro(agent, *deeds, **values):
    return make_template(agent, **{"body": "", "actions": deeds} | values)


def answered(conversation, agent, template):
    sending = Sending(latest_event_id(conversation), along=along_of([template.pk], user=agent))
    return write_reply(conversation, make_letter(), user=agent, sending=sending)


def now(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def test_a_macro_does_everything_in_one_step_and_back(agent, category, tag):
    chosen = [make_conversation(make_inbox()), make_conversation(make_inbox())]
    template = macro(
        agent,
        Deed(DeedKind.CATEGORY, category.pk),
        Deed(DeedKind.TAG, tag.pk),
        Deed(DeedKind.PRIORITY, Priority.HIGH),
        Deed(DeedKind.ASSIGNEE, "me"),
        Deed(DeedKind.STATUS, Status.HOLD.value),
    )

    done = run_macro(template, chosen, user=agent)

    for each in map(now, chosen):
        assert (each.category, each.priority, each.assignee, each.status) == (
            category,
            Priority.HIGH,
            agent,
            Status.HOLD,
        )
        assert list(each.tags.all()) == [tag]
    assert done.left_out == []
    undo(done.step.pk, user=agent)
    for each in map(now, chosen):
        assert (each.category, each.assignee, each.status) == (None, None, Status.NEW)
        assert list(each.tags.all()) == []


def test_the_usual_events_are_recorded(agent, category, tag):
    conversation = make_conversation()

    run_macro(
        macro(agent, Deed(DeedKind.CATEGORY, category.pk), Deed(DeedKind.TAG, tag.pk)), [conversation], user=agent
    )

    kinds = Event.objects.filter(subject=conversation.event_subject, actor_id=agent.pk).order_by("pk")
    assert list(kinds.values_list("kind", flat=True))[-2:] == ["category_changed", "tags_changed"]


def test_what_is_gone_is_left_out_and_the_rest_is_done(agent, category, tag):
    conversation, leaver = make_conversation(), make_user(name="退職 太郎")
    template = macro(
        agent, Deed(DeedKind.CATEGORY, category.pk), Deed(DeedKind.TAG, tag.pk), Deed(DeedKind.ASSIGNEE, leaver.pk)
    )
    tag.delete()
    leaver.is_active = False
    leaver.save()

    done = run_macro(template, [conversation], user=agent)

    assert now(conversation).category == category
    assert now(conversation).assignee is None
    assert done.left_out == [
        "“返品受付” does not exist any more.",
        "退職 太郎 does not work here any more.",
    ]


def test_the_template_can_still_be_saved_with_what_is_gone(agent, tag):
    template = macro(agent, Deed(DeedKind.TAG, tag.pk))
    tag.delete()

    changed = change_template(
        template, Content(**_values(template) | {"name": "別名"}), user=agent, version=template.version
    )

    told = tell_deeds(read_deeds(changed.actions), agent)
    assert [each.problem for each in told] == ["“返品受付” does not exist any more."]


def _values(template):
    return {name: getattr(content_of(template), name) for name in Content.__slots__}


@pytest.mark.parametrize(
    ("deeds", "problem"),
    [
        ([Deed(DeedKind.TAG, 999)], "does not exist"),
        ([Deed("call", 1)], "no such action"),
        ([Deed(DeedKind.STATUS, "approval")], "cannot be chosen"),
        ([Deed(DeedKind.PRIORITY, 1), Deed(DeedKind.PRIORITY, 2)], "Choose one value"),
    ],
)
def test_nonsense_is_refused_with_its_reason(agent, deeds, problem):
    with pytest.raises(Invalid, match=problem):
        macro(agent, *deeds)


def test_an_empty_template_is_refused(agent):
    with pytest.raises(Invalid, match="text is empty"):
        macro(agent)


def test_who_may_not_file_may_not_run_one(agent, category):
    template = macro(make_user(Role.SUPERVISOR), Deed(DeedKind.CATEGORY, category.pk), scope="all")

    with pytest.raises(NotAllowed):
        run_macro(template, [make_conversation()], user=make_user(Role.VIEWER))


def test_a_folder_is_only_for_its_own_desk(agent):
    inbox = make_inbox()
    folder = Folder.objects.create(inbox=inbox, name="返品")
    here, elsewhere = make_conversation(inbox), make_conversation(make_inbox(address="b@shop.example"))
    template = macro(agent, Deed(DeedKind.FOLDER, folder.pk))

    done = run_macro(template, [here, elsewhere], user=agent)

    assert now(here).folder == folder
    assert now(elsewhere).folder is None
    assert "only for conversations of that desk" in done.left_out[0]


def test_it_is_done_with_the_letter_and_taken_back_with_it(agent, category, tag):
    conversation = make_conversation()
    template = macro(agent, Deed(DeedKind.CATEGORY, category.pk), Deed(DeedKind.TAG, tag.pk), body="返品を承ります。")

    message = answered(conversation, agent, template)

    assert now(conversation).category == category
    assert list(now(conversation).tags.all()) == [tag]
    draft = cancel_reply(message, user=agent)
    assert now(conversation).category is None
    assert list(now(conversation).tags.all()) == []
    assert draft.along == [template.pk]


def test_taking_back_keeps_what_somebody_changed_since(agent, category):
    conversation, other = make_conversation(), make_user()
    template = macro(agent, Deed(DeedKind.CATEGORY, category.pk), body="返品を承ります。")
    message = answered(conversation, agent, template)
    set_priority([now(conversation)], Priority.HIGH, user=other)

    draft = cancel_reply(message, user=agent)

    assert (now(conversation).category, now(conversation).priority) == (category, Priority.HIGH)
    assert draft.along == []


def test_nobody_stays_nobody_after_a_reply(agent):
    conversation = make_conversation()
    template = macro(agent, Deed(DeedKind.ASSIGNEE, "nobody"), body="承ります。")

    answered(conversation, agent, template)

    assert now(conversation).assignee is None


def test_a_personal_template_of_somebody_else_brings_nothing(agent, category):
    theirs = macro(make_user(), Deed(DeedKind.CATEGORY, category.pk), body="承ります。")

    assert along_of([theirs.pk, 99_999], user=agent) is None


def test_actions_have_versions_and_come_back(agent, category, tag):
    template = macro(agent, Deed(DeedKind.CATEGORY, category.pk))
    changed = change_template(
        template, Content(**_values(template) | {"actions": (Deed(DeedKind.TAG, tag.pk),)}), user=agent, version=1
    )

    restored = restore_version(changed, 1, user=agent, version=2)

    assert [each.name for each in read_deeds(changed.actions)] == ["返品受付"]
    assert [each.name for each in read_deeds(restored.actions)] == ["返品"]


def test_a_draft_keeps_what_goes_along(agent, category):
    conversation = make_conversation()
    template = macro(agent, Deed(DeedKind.CATEGORY, category.pk), body="承ります。")

    draft = save_draft(agent, conversation, DraftKind.REPLY, values={"text": "承ります。", "along": [template.pk]})

    draft.refresh_from_db()
    assert draft.along == [template.pk]


def test_own_statuses_are_set_where_they_are_offered(agent):
    inbox = make_inbox()
    own = OwnStatus.objects.create(name="返品待ち", state=Status.WAIT, inboxes=[inbox.pk])
    here, elsewhere = make_conversation(inbox), make_conversation(make_inbox(address="b@shop.example"))

    run_macro(macro(agent, Deed(DeedKind.STATUS, own.key)), [here, elsewhere], user=agent)

    assert now(here).own_status == own
    assert now(elsewhere).own_status is None


@pytest.mark.django_db(transaction=True)
def test_a_tag_deleted_at_the_same_time_corrupts_nothing():
    agent, tag = make_user(), Tag.objects.create(name="返品受付")
    conversation = make_conversation()
    template = macro(agent, Deed(DeedKind.TAG, tag.pk))

    outcomes = together(
        lambda: run_macro(template, [now(conversation)], user=agent),
        lambda: change_tags([now(conversation)], remove=["返品受付"], user=agent),
    )

    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert now(conversation).tags.count() in (0, 1)
