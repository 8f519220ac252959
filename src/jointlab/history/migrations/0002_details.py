"""Names and texts lie beside the chain from here on: a table that loses values and changes none."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = r"""
CREATE FUNCTION history_details_lose() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- The one character that PostgreSQL takes apart from no text of JSON.
  nul constant text := '\u0000';
BEGIN
  -- Compared as they are written: what is none of the old details, or is written otherwise, is new.
  IF TG_OP = 'DELETE' OR NEW.entry_id <> OLD.entry_id OR EXISTS (
    SELECT FROM json_each(replace(NEW.text, nul, '\ufffd')::json) detail
    WHERE detail.value::text <> 'null' AND detail.value::text
      IS DISTINCT FROM (replace(OLD.text, nul, '\ufffd')::json -> detail.key)::text)
  THEN
    RAISE EXCEPTION 'details are erased, not changed: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER history_details_lose BEFORE UPDATE OR DELETE ON history_details
  FOR EACH ROW EXECUTE FUNCTION history_details_lose();
ALTER TABLE history_details ADD CONSTRAINT history_details_text
  CHECK (strpos(text, E'\n') = 0 AND text IS JSON OBJECT);
-- Every role but the owner: whoever serves pages may add, read and erase, and nothing else.
REVOKE ALL ON history_details FROM PUBLIC;
DO $$
DECLARE
  other text;
BEGIN
  FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'history_details'
      AND grantee NOT IN (current_user, 'PUBLIC')
  LOOP
    EXECUTE format('REVOKE ALL ON history_details FROM %I', other);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE (text) ON history_details TO %I', other);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_chain")]

    operations = [
        migrations.CreateModel(
            name="Details",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="details",
                        serialize=False,
                        to="history.entry",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION history_details_lose CASCADE"),
    ]
