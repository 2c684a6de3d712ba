"""The trigger that keeps the counts of own statuses and folders; it costs nothing where a conversation has neither.

Requests to others (依頼) count as little as in migration 0010.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION conversations_filed_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.merged_into_id IS NULL
     AND (OLD.side_of_id IS NULL OR OLD.status = 'approval') THEN
    IF OLD.own_status_id IS NOT NULL THEN
      INSERT INTO conversations_fileddelta (inbox_id, own_status_id, folder_id, delta)
      VALUES (OLD.inbox_id, OLD.own_status_id, NULL, -1);
    END IF;
    IF OLD.folder_id IS NOT NULL AND OLD.is_open THEN
      INSERT INTO conversations_fileddelta (inbox_id, own_status_id, folder_id, delta)
      VALUES (OLD.inbox_id, NULL, OLD.folder_id, -1);
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.merged_into_id IS NULL
     AND (NEW.side_of_id IS NULL OR NEW.status = 'approval') THEN
    IF NEW.own_status_id IS NOT NULL THEN
      INSERT INTO conversations_fileddelta (inbox_id, own_status_id, folder_id, delta)
      VALUES (NEW.inbox_id, NEW.own_status_id, NULL, 1);
    END IF;
    IF NEW.folder_id IS NOT NULL AND NEW.is_open THEN
      INSERT INTO conversations_fileddelta (inbox_id, own_status_id, folder_id, delta)
      VALUES (NEW.inbox_id, NULL, NEW.folder_id, 1);
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER conversations_filed_insert AFTER INSERT ON conversations_conversation FOR EACH ROW
  WHEN (NEW.own_status_id IS NOT NULL OR NEW.folder_id IS NOT NULL)
  EXECUTE FUNCTION conversations_filed_count();
CREATE TRIGGER conversations_filed_delete AFTER DELETE ON conversations_conversation FOR EACH ROW
  WHEN (OLD.own_status_id IS NOT NULL OR OLD.folder_id IS NOT NULL)
  EXECUTE FUNCTION conversations_filed_count();
CREATE TRIGGER conversations_filed_update AFTER UPDATE ON conversations_conversation FOR EACH ROW
  WHEN ((OLD.own_status_id IS NOT NULL OR OLD.folder_id IS NOT NULL
         OR NEW.own_status_id IS NOT NULL OR NEW.folder_id IS NOT NULL)
        AND (OLD.inbox_id, OLD.own_status_id, OLD.folder_id, OLD.status, OLD.is_open, OLD.merged_into_id)
            IS DISTINCT FROM (NEW.inbox_id, NEW.own_status_id, NEW.folder_id, NEW.status, NEW.is_open, NEW.merged_into_id))
  EXECUTE FUNCTION conversations_filed_count();
"""

BACKWARD = """
DROP TRIGGER conversations_filed_insert ON conversations_conversation;
DROP TRIGGER conversations_filed_delete ON conversations_conversation;
DROP TRIGGER conversations_filed_update ON conversations_conversation;
DROP FUNCTION conversations_filed_count();
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0013_own_statuses_and_folders")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
