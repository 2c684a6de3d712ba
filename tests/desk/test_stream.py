"""The live stream, spoken to as a server speaks to it: who hears what, and catching up."""

import asyncio
from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox
from tests.factories.streams import PATIENCE, Browser, key_of, payload, run, say

from madoguchi.accounts.choices import Role
from madoguchi.desk import presence
from madoguchi.desk import stream as live
from madoguchi.events.models import Event
from madoguchi.events.record import announce, record

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_happens_arrives_with_its_number():
    key = key_of(make_user())

    async def scenario():
        browser = await Browser(key).open()
        await say("status_changed", "conversation:7")
        event = await browser.event()
        await browser.close()

        last = await asyncio.to_thread(_last)
        assert browser.status == 200
        assert (event["event"], event["id"], event["data"]) == (
            "status_changed",
            str(last),
            {"subject": "conversation:7", "id": last},
        )

    run(scenario)


def _last() -> int:
    try:
        return Event.objects.latest("id").pk
    finally:
        connection.close()


def test_only_the_desks_one_may_see_are_heard():
    closed, opened = make_inbox(is_open_to_all=False), make_inbox()
    agent, admin = key_of(make_user()), key_of(make_admin())

    async def scenario():
        one, everything = await Browser(agent).open(), await Browser(admin).open()
        await say("secret", "conversation:1", closed.pk)
        await say("public", "conversation:2", opened.pk)

        assert (await one.event())["event"] == "public"
        assert (await everything.event())["event"] == "secret"
        await one.close()
        await everything.close()

    run(scenario)


def test_other_people_and_customers_are_nobodys_business():
    agent, guest = make_user(), make_user(Role.GUEST)
    keys = key_of(agent), key_of(guest)

    async def scenario():
        both = [await Browser(key).open() for key in keys]
        await say("customer_created", "customer:9")
        await say("notified", f"user:{agent.pk}")
        await say("notified", f"user:{guest.pk}")
        heard = [(await browser.event())["data"]["subject"] for browser in both]
        for browser in both:
            await browser.close()

        assert heard == [f"user:{agent.pk}", f"user:{guest.pk}"]

    run(scenario)


def test_an_administrator_hears_of_customers_but_not_of_anothers_notices():
    admin = make_admin()
    key = key_of(admin)

    async def scenario():
        browser = await Browser(key).open()
        await say("notified", f"user:{admin.pk + 1000}")
        await say("customer_created", "customer:9")
        assert (await browser.event())["event"] == "customer_created"
        await browser.close()

    run(scenario)


def people_of_two_desks():
    """A conversation of a closed 窓口 that also arrived in another one; people of that one and a guest who follows."""
    closed, other = make_inbox(is_open_to_all=False), make_inbox(is_open_to_all=False)
    conversation = make_conversation(closed)
    conversation.also_in.add(other)
    neighbour, guest, stranger = make_user(), make_user(Role.GUEST), make_user()
    other.users.add(neighbour)
    conversation.followers.add(guest, stranger)
    return conversation, [key_of(user) for user in (neighbour, guest, stranger)]


def test_a_conversation_is_heard_by_all_who_may_see_it():
    conversation, keys = people_of_two_desks()

    async def scenario():
        browsers = [await Browser(key).open() for key in keys]
        await say("note_added", conversation.event_subject, conversation.inbox_id)
        heard = [(await browser.event())["event"] for browser in browsers[:2]]
        await say("tag_created", "tag:1")
        heard.append((await browsers[2].event())["event"])
        for browser in browsers:
            await browser.close()

        assert heard == ["note_added", "note_added", "tag_created"]

    run(scenario)


def test_whoever_sees_it_otherwise_catches_up_as_well():
    conversation, keys = people_of_two_desks()
    before = _last()
    record("note_added", conversation.event_subject, by=make_admin().actor, scope_id=conversation.inbox_id)
    record("notified", "user:0", by=make_admin().actor)
    record("tag_created", "tag:1", by=make_admin().actor)

    async def scenario():
        heard = []
        for key in keys:
            browser = await Browser(key, last_id=before).open()
            heard.append([])
            while "tag_created" not in heard[-1]:
                heard[-1].append((await browser.event()).get("event"))
            await browser.close()

        known = [[kind for kind in kinds if kind in ("note_added", "notified", "tag_created")] for kinds in heard]
        assert known == [["note_added", "tag_created"], ["note_added", "tag_created"], ["tag_created"]]

    run(scenario)


def test_a_desk_that_is_opened_to_somebody_is_heard_from_then_on():
    closed = make_inbox(is_open_to_all=False)
    agent, outsider = make_user(), make_user()
    keys = key_of(agent), key_of(outsider)

    async def scenario():
        browser, other = [await Browser(key).open() for key in keys]
        await asyncio.to_thread(_open_to, closed, agent)
        await say("inbox_changed", f"inbox:{closed.pk}")
        first = await browser.event()
        await say("note_added", "conversation:1", closed.pk)
        second = await browser.event()
        await say("tag_created", "tag:1")
        only = await other.event()
        await browser.close()
        await other.close()

        assert [each["event"] for each in (first, second, only)] == ["inbox_changed", "note_added", "tag_created"]

    run(scenario)


def _open_to(inbox, user):
    try:
        inbox.users.add(user)
    finally:
        connection.close()


def test_without_an_answer_who_else_hears_everybody_comes_back(monkeypatch):
    conversation, keys = people_of_two_desks()
    monkeypatch.setattr(live, "further_listeners", _refuse)

    async def scenario():
        browser = await Browser(keys[0]).open()
        await say("note_added", conversation.event_subject, conversation.inbox_id)
        await asyncio.wait_for(browser.task, PATIENCE)
        assert live.hub().clients == set()

    run(scenario)


def _refuse(_subjects, _people):
    message = "The database is away."
    raise OperationalError(message)


def test_whoever_comes_back_catches_up():
    inbox = make_inbox()
    conversation = make_conversation(inbox)
    key = key_of(make_user())
    before = _last()
    events = [record("note_added", f"conversation:{conversation.pk}", by=make_admin().actor) for _ in range(3)]

    async def scenario():
        browser = await Browser(key, last_id=before).open()
        heard = [await browser.event()]
        while heard[-1].get("id") != str(events[-1].pk):
            heard.append(await browser.event())
        await browser.close()

        numbered = [each["id"] for each in heard if "id" in each]
        assert numbered == [str(event.pk) for event in events]

    run(scenario)


def test_a_number_that_was_passed_goes_without():
    client = live.Client(1, None)

    later, earlier = client.line("a", "conversation:1", 9), client.line("b", "conversation:1", 8)

    assert later.startswith(b"id: 9\n")
    assert earlier.startswith(b"event: b\n")


def test_who_looks_is_heard_from_other_processes():
    presence._seen.clear()

    async def scenario():
        shared = live.hub()
        shared.hand_out(payload(presence.VIEWING, None))
        assert presence.viewers("conversation:1") == {5}
        shared.hand_out(payload(presence.LEFT, None))
        assert presence.viewers("conversation:1") == set()

    run(scenario)


def test_things_without_a_row_are_heard_too():
    key = key_of(make_user(Role.VIEWER))

    async def scenario():
        browser = await Browser(key).open()
        await asyncio.to_thread(_announce)
        event = await browser.event()
        await browser.close()

        assert "id" not in event
        assert event["data"] == {"subject": "view:1", "id": None}

    run(scenario)


def _announce():
    try:
        announce("views_changed", "view:1")
    finally:
        connection.close()


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("", 0), ("x", 0), ("9" * 30, 0), ("٣", 0)])
def test_the_last_number_is_read_with_care(text, number):
    with suppress(UnicodeEncodeError):
        assert live.last_event_id({"headers": [(b"last-event-id", text.encode("latin-1", "replace"))]}) == number
