"""お知らせ and 申し送り: who has to know, who has read, who is reminded."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_team, make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.accounts.choices import Role
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification
from madoguchi.workforce.actions.bulletins import (
    EverybodyKnows,
    Posting,
    post_bulletin,
    read_bulletin,
    remind_of_bulletin,
    withdraw_bulletin,
)
from madoguchi.workforce.bulletins import (
    bulletins_for,
    conversations_of,
    get_bulletin,
    receipts_of,
    unread_by,
)
from madoguchi.workforce.choices import BULLETIN_POSTED, BULLETIN_REMINDED, BulletinKind
from madoguchi.workforce.models import Bulletin

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(Role.SUPERVISOR, name="渡辺 由紀")


def posting(**values):
    return Posting(**{"title": "年末の営業", "text": "12/28まで営業します。"} | values)


def readers(bulletin):
    return {each.user for each in receipts_of(bulletin)}


def test_without_a_choice_everybody_but_its_author_and_guests_has_to_know(boss):
    first, second = make_user(), make_user(Role.VIEWER)
    make_user(Role.GUEST)
    make_user(is_active=False)

    bulletin = post_bulletin(posting(), user=boss)

    assert readers(bulletin) == {first, second}
    assert Event.objects.get(kind=BULLETIN_POSTED).data["people"] == sorted([first.pk, second.pk])


def test_teams_desks_people_and_those_named_in_it_have_to_know(boss):
    in_team, at_desk, chosen, named, _other = (make_user(name=f"人{n} 名") for n in range(5))
    closed = make_inbox(is_open_to_all=False)
    closed.users.set([at_desk])
    team = make_team("", in_team)
    text = f"確認してください。@{named.name}"

    bulletin = post_bulletin(posting(text=text, teams=[team.pk], inboxes=[closed.pk], people=[chosen.pk]), user=boss)

    assert {in_team, at_desk, chosen, named} <= readers(bulletin)
    assert _other not in readers(bulletin)


def test_it_is_at_the_top_until_it_is_read_withdrawn_or_over(boss):
    agent = make_user()
    plain, must = (post_bulletin(posting(must_confirm=sure), user=boss) for sure in (False, True))
    gone = post_bulletin(posting(), user=boss)
    over = post_bulletin(posting(expires_at=timezone.now() + timedelta(hours=1)), user=boss)
    Bulletin.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    withdraw_bulletin(gone, user=boss)

    assert list(unread_by(agent)) == [must, plain]
    assert read_bulletin(must, user=agent)
    assert not read_bulletin(must, user=agent)

    assert list(unread_by(agent)) == [plain]
    assert {each.pk for each in bulletins_for(agent)} == {plain.pk, must.pk, gone.pk, over.pk}


def test_who_has_not_read_it_is_reminded_and_told(boss):
    quick, slow = make_user(), make_user()
    bulletin = post_bulletin(posting(), user=boss)
    drain()
    read_bulletin(bulletin, user=quick)

    assert remind_of_bulletin(bulletin, user=boss) == 1
    drain()

    told = Notification.objects.order_by("pk").values_list("user", "kind")
    assert set(told) == {(quick.pk, BULLETIN_POSTED), (slow.pk, BULLETIN_POSTED), (slow.pk, BULLETIN_REMINDED)}
    read_bulletin(bulletin, user=slow)
    with pytest.raises(EverybodyKnows):
        remind_of_bulletin(bulletin, user=boss)


def test_the_list_says_how_many_have_read_it_and_finds_words(boss, django_assert_num_queries):
    agent = make_user()
    make_user()
    first = post_bulletin(posting(), user=boss)
    post_bulletin(posting(title="棚卸", kind=BulletinKind.HANDOVER_NOTE), user=agent)
    read_bulletin(first, user=agent)

    with django_assert_num_queries(1):
        rows = list(bulletins_for(agent, like="営業", kind="announcement"))

    assert [(each.title, each.n, each.n_read, each.is_unread) for each in rows] == [("年末の営業", 2, 1, False)]


def test_what_does_not_concern_one_is_not_found_but_supervisors_see_all(boss):
    chosen, other = make_user(), make_user()
    bulletin = post_bulletin(posting(people=[chosen.pk]), user=boss)

    assert get_bulletin(make_user(Role.SUPERVISOR), bulletin.pk) == bulletin
    with pytest.raises(NotFound):
        get_bulletin(other, bulletin.pk)


def test_it_is_about_conversations_as_far_as_one_sees_them():
    boss, agent, seen = make_user(Role.OWNER), make_user(), make_conversation()
    hidden = make_conversation(make_inbox(is_open_to_all=False))

    bulletin = post_bulletin(posting(conversations=[seen.pk, hidden.pk]), user=boss)

    assert list(conversations_of(bulletin, boss)) == [seen, hidden]
    assert list(conversations_of(bulletin, agent)) == [seen]


def test_numbers_that_are_no_conversation_of_the_author_are_said(boss):
    seen, hidden = make_conversation(), make_conversation(make_inbox(is_open_to_all=False))
    author = make_user(Role.SUPERVISOR)

    with pytest.raises(Invalid) as refused:
        post_bulletin(posting(conversations=[seen.pk, hidden.pk, 999_999]), user=author)

    assert refused.value.field == "conversations"
    assert str(refused.value).endswith(f"{hidden.pk}, 999999")
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_what_cannot_be_posted_is_refused(boss, values, field):
    with pytest.raises(Invalid) as refused:
        post_bulletin(posting(**values), user=boss)

    assert refused.value.field == field
    assert not Bulletin.objects.exists()


def test_agents_post_handover_notes_and_keep_their_own_only(boss):
    agent, viewer = make_user(), make_user(Role.VIEWER)
    own = post_bulletin(posting(kind=BulletinKind.HANDOVER_NOTE), user=agent)
    others = post_bulletin(posting(), user=boss)

    withdraw_bulletin(own, user=agent)
    for refused in (
        lambda: post_bulletin(posting(), user=agent),
        lambda: post_bulletin(posting(kind=BulletinKind.HANDOVER_NOTE), user=viewer),
        lambda: withdraw_bulletin(others, user=agent),
        lambda: remind_of_bulletin(others, user=agent),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize(
    ("where", "field"),
    [({"people": [987_654]}, "people"), ({"teams": [987_654]}, "teams"), ({"inboxes": [9]}, "inboxes")],
)
def test_who_is_not_there_cannot_be_told(boss, where, field):
    with pytest.raises(Invalid) as refused:
        post_bulletin(posting(**where), user=boss)

    assert refused.value.field == field
    assert not Bulletin.objects.exists()


def test_a_guest_or_somebody_who_has_left_cannot_be_told(boss):
    for person in (make_user(Role.GUEST), make_user(is_active=False)):
        with pytest.raises(Invalid):
            post_bulletin(posting(people=[make_user().pk, person.pk]), user=boss)


def test_what_would_tell_nobody_is_refused(boss):
    for where in ({"people": [boss.pk]}, {"teams": [make_team("空").pk]}):
        with pytest.raises(Invalid):
            post_bulletin(posting(**where), user=boss)
