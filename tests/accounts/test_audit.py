"""操作ログ among millions of events of conversations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.accounts.audit import audit_page
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

pytestmark = pytest.mark.django_db

BY = Actor.system("test")


def fill():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event (kind, subject, actor_kind, actor_label, cause, depth, data, at, is_pending,"
            " attempts, failure) SELECT 'note_added', 'conversation:' || n, 'system', '', '', 0, '{}', now(), false,"
            " 0, '' FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE events_event")


def test_the_audit_log_reads_only_its_own_few_events():
    first = record("user_invited", "user:1", by=BY)
    fill()
    last = record("user_changed", "user:1", by=BY)

    with CaptureQueriesContext(connection) as queries:
        page = audit_page({"user_invited", "user_changed"})

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        lines = "\n".join(line for (line,) in cursor.fetchall())
    assert [event.pk for event in page.events] == [last.pk, first.pk]
    assert "event_audit" in lines
    assert "Seq Scan" not in lines


def test_what_concerns_a_conversation_is_never_in_the_log():
    record("user_changed", "conversation:1", by=BY)

    assert audit_page({"user_changed"}).events == []
