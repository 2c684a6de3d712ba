"""Short ways to index and to ask."""

from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi.search.actions import Document, index_entry
from madoguchi.search.query import parse_query

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def put():
    """Index one object; the higher its id, the newer it is."""

    def put_document(object_id, body="", *, kind="mail", group_id=None, scope_id=1, at=None, **texts):
        index_entry(
            Document(
                kind=kind,
                object_id=object_id,
                group_id=object_id if group_id is None else group_id,
                scope_id=scope_id,
                at=at or NOON + timedelta(minutes=object_id),
                body=body,
                **texts,
            )
        )

    return put_document


@pytest.fixture
def ask():
    """Parse a search box on a fixed day."""
    return lambda text: parse_query(text, today=date(2026, 11, 22))
