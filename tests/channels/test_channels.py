"""窓口, who sees them, and raw messages kept before anything else."""

import pytest
from django.test import override_settings
from tests.factories.accounts import make_admin, make_team, make_user
from tests.factories.conversations import make_inbox

from madoguchi.accounts.choices import Role
from madoguchi.channels import queries
from madoguchi.channels.actions import (
    change_inbox,
    create_inbox,
    discard_raw,
    mark_failing,
    mark_parsed,
    mark_working,
    quarantine_raw,
    release_raw,
    set_inbox_access,
    store_raw,
)
from madoguchi.channels.choices import RawState
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.sealing import SealBroken
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.files.queries import read_blob

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def make_desk(**values):
    defaults = {"name": "サポート窓口", "kind": "mail", "address": "Support@Shop.example", "by": BY}
    return create_inbox(**defaults | values)


def test_secrets_are_sealed_and_kept_when_others_change():
    inbox = make_desk(secrets={"imap_password": "ひみつ", "smtp_password": "x"})

    change_inbox(inbox, by=BY, name="新しい名前", secrets={"smtp_password": "y"})

    inbox.refresh_from_db()
    assert "ひみつ" not in inbox.sealed_secrets
    assert inbox.secrets == {"imap_password": "ひみつ", "smtp_password": "y"}
    assert (inbox.name, inbox.address) == ("新しい名前", "support@shop.example")


def test_secrets_under_another_key_say_what_to_do():
    inbox = make_desk(secrets={"imap_password": "x"})

    with override_settings(SECRET_KEY="another" * 10), pytest.raises(SealBroken, match="MADOGUCHI_SECRET_KEY"):
        assert inbox.secrets


def test_address_belongs_to_one_desk():
    make_desk(aliases=["help@shop.example"])

    with pytest.raises(Invalid) as refused:
        make_desk(name="別", address="HELP@shop.example")

    assert refused.value.field == "address"


def test_address_of_a_desk_can_be_changed_to_a_free_one():
    inbox = make_desk()

    change_inbox(inbox, by=BY, address="New@shop.example")

    assert Inbox.objects.get().address == "new@shop.example"


def test_who_sees_which_desk():
    member, other = make_user(), make_user()
    open_desk, team_desk, own_desk = make_inbox(), make_inbox(), make_inbox()
    set_inbox_access(team_desk, is_open_to_all=False, teams=[make_team("法人", member).pk], by=BY)
    set_inbox_access(own_desk, is_open_to_all=False, users=[other.pk], by=BY)

    assert set(queries.inboxes_of(member)) == {open_desk, team_desk}
    assert set(queries.inboxes_of(other)) == {open_desk, own_desk}
    assert queries.inboxes_of(make_admin()).count() == 3
    assert not queries.inboxes_of(make_user(Role.GUEST)).exists()
    with pytest.raises(NotFound):
        queries.get_inbox(member, own_desk.pk)
    assert queries.get_inbox(other, own_desk.pk) == own_desk


def test_desk_is_found_by_any_of_its_addresses():
    make_inbox(address="first@shop.example")
    second = make_inbox(address="second@shop.example", aliases=["alias@shop.example"])

    assert queries.inbox_of_addresses(["nobody@x.example", "Alias@shop.example"]) == second
    assert queries.inbox_of_addresses(["nobody@x.example"]) is None


def test_alarm_is_raised_once_and_ends():
    inbox = make_inbox()

    mark_failing(inbox, "パスワードが違います。")
    mark_failing(inbox, "接続できません。")

    assert [each.failure for each in queries.failing_inboxes()] == ["接続できません。"]
    mark_working(inbox)
    mark_working(inbox)
    assert not queries.failing_inboxes().exists()
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["inbox_failing", "inbox_recovered"]


@pytest.mark.parametrize("size", [10, 100_000])
def test_raw_message_keeps_the_bytes(size):
    content = b"x" * size

    raw = store_raw(content, source="lmtp", inbox=make_inbox(), envelope_to=["a@b.example"])

    assert read_blob(RawMessage.objects.select_related("blob").get().blob) == content
    assert (raw.state, queries.waiting_raw_count(), queries.oldest_waiting_raw()) == (RawState.STORED, 1, raw)


def test_quarantine_is_seen_by_those_of_the_desk_and_decided_once():
    leader, stranger = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    inbox = make_inbox(is_open_to_all=False)
    inbox.users.set([leader])
    raw = store_raw(b"broken", source="smtp", inbox=inbox)
    quarantine_raw(raw, reason="too_deep", detail="入れ子が深すぎます。")

    assert list(queries.quarantine_of(leader)) == [raw]
    with pytest.raises(NotFound):
        queries.get_quarantined(stranger, raw.pk)
    with pytest.raises(NotAllowed):
        release_raw(raw, user=make_user())
    release_raw(queries.get_quarantined(leader, raw.pk), user=leader)

    raw.refresh_from_db()
    assert (raw.state, raw.attempts) == (RawState.STORED, 1)
    with pytest.raises(Invalid):
        discard_raw(raw, user=leader)


def test_discarded_raw_message_keeps_its_bytes():
    leader = make_user(Role.SUPERVISOR)
    raw = store_raw(b"broken", source="smtp")
    quarantine_raw(raw, reason="too_deep", detail="")

    discard_raw(raw, user=leader)

    raw.refresh_from_db()
    assert (raw.state, read_blob(raw.blob)) == (RawState.DISCARDED, b"broken")


@pytest.mark.parametrize(("is_duplicate", "state"), [(False, RawState.PARSED), (True, RawState.DUPLICATE)])
def test_read_raw_message_knows_its_message(is_duplicate, state):
    raw = store_raw(b"x", source="smtp")

    mark_parsed([(raw, "id@x.example", is_duplicate)])

    raw.refresh_from_db()
    assert (raw.state, raw.external_id) == (state, "id@x.example")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.GUEST])
def test_only_administrators_change_desks(role):
    inbox, by = make_desk(), make_user(role).actor

    with pytest.raises(NotAllowed):
        make_desk(by=by, name="別", address="other@shop.example")
    with pytest.raises(NotAllowed):
        change_inbox(inbox, by=by, name="別")
    with pytest.raises(NotAllowed):
        set_inbox_access(inbox, is_open_to_all=False, by=by)

    assert Inbox.objects.values_list("name", "is_open_to_all").get() == ("サポート窓口", True)
    change_inbox(inbox, by=make_admin().actor, name="別")
