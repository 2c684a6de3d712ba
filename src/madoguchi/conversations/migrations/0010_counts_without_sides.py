"""Requests to others (依頼) are not counted, unless a mail of theirs waits for approval: then lists show them too."""

from django.db import migrations

COUNTED = "merged_into_id IS NULL AND (side_of_id IS NULL OR status = 'approval')"


def functions(counted: str, before: str, after: str) -> str:
    """The three functions of the triggers (migration 0002), counting these rows."""
    return f"""
CREATE OR REPLACE FUNCTION conversations_count_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, count(*) FROM new_rows WHERE {counted}
  GROUP BY inbox_id, status, assignee_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION conversations_count_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, -count(*) FROM old_rows WHERE {counted}
  GROUP BY inbox_id, status, assignee_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION conversations_count_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, sum(delta) FROM (
    SELECT o.inbox_id, o.status, o.assignee_id, -1 AS delta
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE {before}
      AND (o.inbox_id, o.status, o.assignee_id, o.merged_into_id)
          IS DISTINCT FROM (n.inbox_id, n.status, n.assignee_id, n.merged_into_id)
    UNION ALL
    SELECT n.inbox_id, n.status, n.assignee_id, 1
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE {after}
      AND (o.inbox_id, o.status, o.assignee_id, o.merged_into_id)
          IS DISTINCT FROM (n.inbox_id, n.status, n.assignee_id, n.merged_into_id)
  ) AS changes
  GROUP BY inbox_id, status, assignee_id HAVING sum(delta) <> 0;
  RETURN NULL;
END $$;
"""  # noqa: S608 - conditions of our own


def of_row(row: str) -> str:
    """The same condition about one side of an update."""
    return f"{row}.merged_into_id IS NULL AND ({row}.side_of_id IS NULL OR {row}.status = 'approval')"


FORWARD = functions(COUNTED, of_row("o"), of_row("n"))
BACKWARD = functions("merged_into_id IS NULL", "o.merged_into_id IS NULL", "n.merged_into_id IS NULL")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0009_side_requests")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
