"""What machines that watch are told."""

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.factories.conversations import make_inbox

from madoguchi.channels.actions import mark_failing, store_raw
from madoguchi.flows.jobs import deliver_job

AWAY = {"REMOTE_ADDR": "203.0.113.5"}


@pytest.mark.django_db
def test_desk_is_ready_while_the_database_answers():
    assert Client().get("/readyz").json() == {"ready": True}


@pytest.fixture
def without_database(transactional_db):
    """The database server has lost our database."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


def test_process_answers_without_the_database(without_database):
    response = Client().get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_desk_is_not_ready_without_the_database(without_database):
    response = Client().get("/readyz")

    assert (response.status_code, response.json()["ready"]) == (503, False)


@pytest.mark.django_db
def test_figures_are_told():
    store_raw(b"one", source="smtp")
    mark_failing(make_inbox(), "Unreachable.")

    text = Client().get("/metrics").content.decode()

    assert "madoguchi_intake_waiting 1.0\n" in text
    assert "madoguchi_failing_inboxes 1.0\n" in text
    assert 'madoguchi_outgoing_messages{state="failed"} 0.0\n' in text


@pytest.mark.django_db(transaction=True)
def test_queue_that_is_empty_again_keeps_no_figure():
    deliver_job.defer(message_id=1)
    before = Client().get("/metrics").content.decode()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {ProcrastinateJob._meta.db_table}")

    after = Client().get("/metrics").content.decode()

    assert 'madoguchi_jobs{queue="outside",state="due"} 1.0\n' in before
    assert 'madoguchi_jobs{queue="outside"' not in after


@pytest.mark.parametrize(
    "asked", [AWAY, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_AUTHORIZATION": "Bearer mdg_wrong"}]
)
def test_figures_are_not_for_strangers(db, asked):
    assert Client().get("/metrics", **asked).status_code == 403


def test_figures_are_told_elsewhere_with_a_key(caller):
    assert caller.client.get("/metrics", **AWAY).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_can_be_sent(db, path):
    assert Client().post(path).status_code == 405
