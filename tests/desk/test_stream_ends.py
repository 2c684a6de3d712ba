"""The live stream where it ends or is not given: sessions, rights, slow readers, a lost database."""

import asyncio

import pytest
from django.db import connection
from tests.factories.accounts import make_admin, make_user
from tests.factories.desk import browser_of
from tests.factories.streams import PATIENCE, Browser, key_of, payload, run, say

from madoguchi.desk import stream as live
from madoguchi.events.record import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("who", ["nobody", "stranger", "former"])
def test_without_a_living_session_there_is_no_stream(who):
    user = make_user()
    key = {"nobody": "", "stranger": "x" * 32, "former": key_of(user)}[who]
    user.is_active = False
    user.save(update_fields=["is_active"])

    async def scenario():
        browser = await Browser(key).open()
        assert browser.status == 401

    run(scenario)


def test_who_was_away_too_long_loads_anew(monkeypatch):
    key = key_of(make_user())
    monkeypatch.setattr(live, "CATCH_UP", 2)
    first = record("note_added", "conversation:1", by=make_admin().actor)
    for _ in range(3):
        record("note_added", "conversation:1", by=make_admin().actor)

    async def scenario():
        browser = await Browser(key, last_id=first.pk).open()
        assert (await browser.event())["event"] == "reload"
        await browser.close()

    run(scenario)


def test_a_silent_line_says_that_it_lives(monkeypatch):
    key = key_of(make_user())
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)

    async def scenario():
        browser = await Browser(key).open()
        line = await asyncio.wait_for(browser.sent.get(), PATIENCE)
        await browser.close()

        assert line["body"] == b": still here\n\n"

    run(scenario)


def test_a_revoked_session_ends_its_stream(monkeypatch):
    client = browser_of(make_user())
    key = client.session.session_key
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.0)
    client.session.flush()

    async def scenario():
        browser = Browser(key)
        monkeypatch.setattr(live, "admit", _admit_once(live.admit))
        await browser.open()
        await asyncio.wait_for(browser.task, PATIENCE)

    run(scenario)


def _admit_once(really):
    """The session lives for the first look and is gone for the second."""
    looks = []

    def admit(key):
        looks.append(key)
        return live.Client(1, None) if len(looks) == 1 else really(key)

    return admit


def test_rights_are_looked_at_again(monkeypatch):
    key = key_of(make_user())
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(live, "CHECK_SECONDS", 0.0)

    async def scenario():
        browser = await Browser(key).open()
        shared = live.hub()
        (client,) = shared.clients
        client.scope_ids = frozenset({-1})
        await asyncio.wait_for(browser.sent.get(), PATIENCE)
        assert client.scope_ids == frozenset()
        await browser.close()

    run(scenario)


def test_who_does_not_read_is_let_go():
    async def scenario():
        shared = live.hub()
        slow = live.Client(1, None, asyncio.Queue(2))
        shared.clients.add(slow)
        for number in range(1, 4):
            shared.hand_out(payload("note_added", number))

        assert slow not in shared.clients
        assert await slow.queue.get() is None

    run(scenario)


def test_a_lost_database_sends_everybody_away_to_come_back(monkeypatch):
    key = key_of(make_user())
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)

    async def scenario():
        browser = await Browser(key).open()
        await asyncio.to_thread(_end_listening)
        await asyncio.wait_for(browser.task, PATIENCE)
        again = await Browser(key).open()
        await say("note_added", "conversation:1")
        assert (await again.event())["event"] == "note_added"
        await again.close()

    run(scenario)


def _end_listening():
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
    finally:
        connection.close()


def test_a_broken_cookie_is_no_session():
    assert live.session_key({"headers": [(b"cookie", b"sessionid=\x00; a[=b")]}) in ("", "\x00")
