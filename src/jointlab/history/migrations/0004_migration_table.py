"""Which migrations were applied is for the owner of the tables alone to write."""

from django.db import migrations

CLOSE = r"""
REVOKE ALL ON django_migrations FROM PUBLIC;
DO $$
DECLARE
  other text;
BEGIN
  FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'django_migrations'
      AND grantee NOT IN (current_user, 'PUBLIC')
  LOOP
    EXECUTE format('REVOKE ALL ON django_migrations FROM %I', other);
    EXECUTE format('GRANT SELECT ON django_migrations TO %I', other);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0003_checks")]

    operations = [migrations.RunSQL(CLOSE, migrations.RunSQL.noop)]
