"""The trigger that keeps the counts: increments in the transaction of the change itself (ADR 0012)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION conversations_count_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, count(*) FROM new_rows WHERE merged_into_id IS NULL
  GROUP BY inbox_id, status, assignee_id;
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_count_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, -count(*) FROM old_rows WHERE merged_into_id IS NULL
  GROUP BY inbox_id, status, assignee_id;
  RETURN NULL;
END $$;

CREATE FUNCTION conversations_count_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO conversations_countdelta (inbox_id, status, assignee_id, delta)
  SELECT inbox_id, status, assignee_id, sum(delta) FROM (
    SELECT o.inbox_id, o.status, o.assignee_id, -1 AS delta
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE o.merged_into_id IS NULL
      AND (o.inbox_id, o.status, o.assignee_id, o.merged_into_id)
          IS DISTINCT FROM (n.inbox_id, n.status, n.assignee_id, n.merged_into_id)
    UNION ALL
    SELECT n.inbox_id, n.status, n.assignee_id, 1
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE n.merged_into_id IS NULL
      AND (o.inbox_id, o.status, o.assignee_id, o.merged_into_id)
          IS DISTINCT FROM (n.inbox_id, n.status, n.assignee_id, n.merged_into_id)
  ) AS changes
  GROUP BY inbox_id, status, assignee_id HAVING sum(delta) <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER conversations_count_insert AFTER INSERT ON conversations_conversation
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION conversations_count_insert();
CREATE TRIGGER conversations_count_delete AFTER DELETE ON conversations_conversation
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION conversations_count_delete();
CREATE TRIGGER conversations_count_update AFTER UPDATE ON conversations_conversation
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION conversations_count_update();
"""

BACKWARD = """
DROP TRIGGER conversations_count_insert ON conversations_conversation;
DROP TRIGGER conversations_count_delete ON conversations_conversation;
DROP TRIGGER conversations_count_update ON conversations_conversation;
DROP FUNCTION conversations_count_insert();
DROP FUNCTION conversations_count_delete();
DROP FUNCTION conversations_count_update();
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_start")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
