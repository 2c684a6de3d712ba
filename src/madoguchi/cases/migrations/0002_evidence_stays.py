"""Evidence is never changed nor deleted, by whatever way: the database says so itself."""

from django.db import migrations

_MAKE = """
CREATE FUNCTION cases_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence is locked: it is neither changed nor deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON cases_evidence
  FOR EACH ROW EXECUTE FUNCTION cases_evidence_stays();
"""
_DROP = "DROP TRIGGER evidence_stays ON cases_evidence; DROP FUNCTION cases_evidence_stays();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]

    operations = [migrations.RunSQL(_MAKE, _DROP)]
