"""What people are told who did the same at once."""

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from psycopg.errors import CheckViolation, DeadlockDetected, ForeignKeyViolation, SerializationFailure, UniqueViolation
from tests.factories.accounts import make_team

from madoguchi.core.collisions import collision_of


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        (OperationalError, DeadlockDetected, (409, "collision")),
        (OperationalError, SerializationFailure, (409, "collision")),
        (IntegrityError, UniqueViolation, (409, "overtaken")),
        (IntegrityError, ForeignKeyViolation, (409, "overtaken")),
    ],
)
def test_what_another_did_is_told(error, cause, told):
    raised = error("refused")
    raised.__cause__ = cause()

    found = collision_of(raised)

    assert (found.status, found.code) == told


@pytest.mark.parametrize(
    ("error", "cause"), [(IntegrityError, CheckViolation), (OperationalError, OSError), (ValueError, UniqueViolation)]
)
def test_a_defect_of_ours_stays_one(error, cause):
    raised = error("refused")
    raised.__cause__ = cause()

    assert collision_of(raised) is None


@pytest.mark.django_db
def test_what_was_deleted_meanwhile_is_not_found():
    team = make_team()
    team.members.clear()
    type(team).objects.filter(pk=team.pk).delete()

    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        team.save(update_fields=["name"])

    assert (collision_of(raised.value).status, collision_of(raised.value).code) == (404, "not_found")


@pytest.mark.django_db
def test_what_the_database_itself_raises_is_known():
    make_team("配送")

    with pytest.raises(IntegrityError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_team (name) VALUES ('配送')")

    assert collision_of(raised.value).code == "overtaken"
