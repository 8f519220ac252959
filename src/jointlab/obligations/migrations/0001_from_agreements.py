"""The three tables of what is owed, which were those of agreements: renamed, not copied.

An obligation had the key of an agreement; now that is its subject, an id of whatever room, and the
partnership and the days that were read from the agreement and its text stand in its own row.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jointlab.common.rows

TABLES = """
ALTER TABLE agreements_obligation RENAME TO obligations_obligation;
ALTER TABLE agreements_due RENAME TO obligations_due;
ALTER TABLE agreements_evidencefile RENAME TO obligations_evidencefile;
"""
# The two keys of an agreement, each with Django's own index beside the ones that the models name.
NO_AGREEMENT = """
DO $$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT conrelid::regclass AS "table", conname AS name FROM pg_constraint
    WHERE contype = 'f' AND confrelid = 'agreements_agreement'::regclass
      AND conrelid IN ('obligations_obligation'::regclass, 'obligations_due'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found."table", found.name);
  END LOOP;
  FOR found IN
    SELECT indexname AS name FROM pg_indexes
    WHERE indexname ~ '^agreements_(obligation|due)_agreement_id_'
  LOOP
    EXECUTE format('DROP INDEX %I', found.name);
  END LOOP;
END $$;
ALTER TABLE obligations_obligation RENAME COLUMN agreement_id TO subject;
ALTER TABLE obligations_obligation RENAME COLUMN duty TO key;
ALTER TABLE obligations_due RENAME COLUMN agreement_id TO subject;
"""
COLUMNS = """
ALTER TABLE obligations_obligation
  ADD COLUMN partnership_id uuid,
  ADD COLUMN subject_kind varchar(40) NOT NULL DEFAULT 'agreements',
  ADD COLUMN first_on date,
  ADD COLUMN owed_from date,
  ADD COLUMN owed_until date,
  ADD COLUMN ends_on date;
ALTER TABLE obligations_obligation ALTER COLUMN subject_kind DROP DEFAULT;
"""
# What was superseded is owed as long as the last amendment, the amendment's amendment, … binds.
FILLED = """
WITH RECURSIVE later AS (
  SELECT id AS first, id AS last FROM agreements_agreement WHERE ending = 'superseded'
  UNION ALL
  SELECT later.first, next.id FROM later
  JOIN agreements_agreement was ON was.id = later.last AND was.ending = 'superseded'
  JOIN agreements_agreement next ON next.follows_id = was.id AND next.relation = 'amendment'
    AND next.state = 'signed'
), bound AS (
  SELECT later.first AS id, one.ends_on FROM later
  JOIN agreements_agreement one ON one.id = later.last AND one.ending <> 'superseded'
), named AS (
  SELECT version.agreement_id, duty->>'id' AS key, (duty->>'due')::date AS due
  FROM agreements_agreement one
  JOIN agreements_version version ON version.agreement_id = one.id AND version.number = one.latest
  CROSS JOIN jsonb_array_elements(version.content->'duties') duty
)
UPDATE obligations_obligation owed SET
  partnership_id = one.partnership_id,
  first_on = coalesce(
    (SELECT due FROM named WHERE named.agreement_id = one.id AND named.key = owed.key),
    (SELECT min(due_on) FROM obligations_due due WHERE due.obligation_id = owed.id),
    one.starts_on),
  owed_from = one.starts_on,
  owed_until = CASE WHEN bound.id IS NULL THEN one.ends_on ELSE bound.ends_on END,
  ends_on = one.ends_on
FROM agreements_agreement one
LEFT JOIN bound ON bound.id = one.id
WHERE one.id = owed.subject;
"""
REQUIRED = """
ALTER TABLE obligations_obligation
  ALTER COLUMN partnership_id SET NOT NULL,
  ALTER COLUMN first_on SET NOT NULL,
  ALTER COLUMN owed_from SET NOT NULL,
  ADD CONSTRAINT obligations_obligation_partnership_id_fk FOREIGN KEY (partnership_id)
    REFERENCES parties_partnership (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX obligations_obligation_partnership_id ON obligations_obligation (partnership_id);
"""
# Constraints first: the indexes of some are renamed with them.
NAMES = r"""
DO $$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT conrelid::regclass AS "table", conname AS name FROM pg_constraint
    WHERE conname LIKE 'agreements\_%' AND conrelid IN ('obligations_obligation'::regclass,
      'obligations_due'::regclass, 'obligations_evidencefile'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', found."table", found.name,
      replace(replace(replace(found.name, 'agreements_', 'obligations_'),
        'agreement_id', 'subject'), 'duty', 'key'));
  END LOOP;
  FOR found IN
    SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE 'agreements\_%'
      AND tablename IN ('obligations_obligation', 'obligations_due', 'obligations_evidencefile')
  LOOP
    EXECUTE format('ALTER INDEX %I RENAME TO %I', found.name,
      replace(found.name, 'agreements_', 'obligations_'));
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agreements", "0004_certificates_to_signing"),
        ("parties", "0006_last_day_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([TABLES, NO_AGREEMENT, COLUMNS, FILLED, REQUIRED, NAMES])
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Due",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=jointlab.common.rows.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("subject", models.UUIDField()),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("met_at", models.DateTimeField(null=True)),
                        (
                            "evidence",
                            models.CharField(blank=True, max_length=2000, verbose_name="evidence"),
                        ),
                        ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                        ("returned_for", models.CharField(blank=True, max_length=2000)),
                        ("dropped", models.BooleanField(default=False)),
                        ("noticed", models.SmallIntegerField(null=True)),
                        (
                            "met_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EvidenceFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=jointlab.common.rows.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("type", models.CharField(max_length=100)),
                        ("data", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.PositiveIntegerField()),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "due",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="obligations.due",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Obligation",
                    fields=[
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "id",
                            models.UUIDField(
                                default=jointlab.common.rows.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("subject_kind", models.CharField(max_length=40)),
                        ("subject", models.UUIDField()),
                        ("key", models.CharField(max_length=40)),
                        ("what_en", models.CharField(blank=True, max_length=500)),
                        ("what_zh", models.CharField(blank=True, max_length=500)),
                        ("what_ko", models.CharField(blank=True, max_length=500)),
                        (
                            "every",
                            models.CharField(
                                choices=[
                                    ("once", "once"),
                                    ("month", "every month"),
                                    ("quarter", "every quarter"),
                                    ("year", "every year"),
                                ],
                                default="once",
                                max_length=20,
                            ),
                        ),
                        ("first_on", models.DateField()),
                        ("owed_from", models.DateField()),
                        ("owed_until", models.DateField(null=True)),
                        ("ends_on", models.DateField(null=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="parties.organisation",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "partnership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
                                to="parties.partnership",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="due",
                    name="obligation",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dues",
                        to="obligations.obligation",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="obligation",
                    constraint=models.UniqueConstraint(
                        fields=("subject", "key"), name="obligations_obligation_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="due",
                    index=models.Index(
                        fields=["subject", "due_on"], name="obligations_due_in_order"
                    ),
                ),
                migrations.AddIndex(
                    model_name="due",
                    index=models.Index(
                        condition=models.Q(("dropped", False), ("met_at__isnull", True)),
                        fields=["due_on"],
                        name="obligations_due_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="due",
                    constraint=models.UniqueConstraint(
                        fields=("obligation", "due_on"), name="obligations_due_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="due",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("met_at__isnull", True),
                            models.Q(("dropped", False), ("met_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="obligations_due_met_by_somebody",
                    ),
                ),
            ],
        ),
    ]
