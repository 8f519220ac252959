"""Letters that waited for a worker at the upgrade are written by the job that writes all of them.

This room stands above the others whose letters those are.
"""

from django.db import migrations

LETTERS = """
DO $$
BEGIN
  IF to_regclass('procrastinate_jobs') IS NULL THEN
    RETURN;
  END IF;
  UPDATE procrastinate_jobs AS job SET task_name = 'common.send_letter', args = jsonb_build_object(
    'letter', letter.template, 'about', job.args->>letter.about, 'person', job.args->>'person',
    'by', job.args->>'by', 'said', CASE WHEN job.args ? 'reason'
      THEN jsonb_build_object('reason', job.args->'reason') ELSE '{}'::jsonb END)
  FROM (VALUES
    ('laboratory.send_confirmed', 'laboratory/mail/confirmed', 'word'),
    ('laboratory.send_unveiled', 'laboratory/mail/unveiled', 'laboratory'),
    ('agreements.send_declined', 'agreements/mail/declined', 'agreement'),
    ('agreements.send_reopened', 'agreements/mail/reopened', 'agreement'),
    ('agreements.send_signed', 'agreements/mail/signed', 'agreement'),
    ('agreements.send_terminated', 'agreements/mail/terminated', 'agreement'),
    ('agreements.send_end_notified', 'agreements/mail/end_notified', 'agreement'),
    ('agreements.send_publication', 'agreements/mail/publication', 'publication')
  ) AS letter (task, template, about)
  WHERE job.task_name = letter.task AND job.status = 'todo';

  UPDATE procrastinate_jobs SET task_name = 'common.send_letter', args = jsonb_build_object(
    'letter', 'obligations/mail/reminders', 'about', args->>'person', 'person', args->>'person',
    'by', NULL, 'said', jsonb_build_object('dues', args->'dues',
      'further', jsonb_build_object('agreements', args->'agreements')))
  WHERE task_name = 'agreements.send_notices' AND status = 'todo';

  -- Those whose reader was found out when they were written.
  UPDATE procrastinate_jobs AS job SET task_name = 'common.send_letter', args = jsonb_build_object(
    'letter', 'agreements/mail/asked', 'about', place.id, 'person', place.person_id,
    'by', NULL, 'said', '{}'::jsonb)
  FROM agreements_signature AS place
  WHERE job.task_name = 'agreements.send_asked' AND job.status = 'todo'
    AND place.id = (job.args->>'signature')::uuid;
  UPDATE procrastinate_jobs AS job SET task_name = 'common.send_letter', args = jsonb_build_object(
    'letter', 'agreements/mail/publication_answer', 'about', notice.id, 'person', notice.by_id,
    'by', NULL, 'said', '{}'::jsonb)
  FROM agreements_publication AS notice
  WHERE job.task_name = 'agreements.send_publication_answer' AND job.status = 'todo'
    AND notice.id = (job.args->>'publication')::uuid;
  UPDATE procrastinate_jobs AS job SET task_name = 'common.send_letter', args = jsonb_build_object(
    'letter', 'obligations/mail/returned', 'about', owed.id, 'person', owed.person,
    'by', NULL, 'said', '{}'::jsonb)
  FROM (
    SELECT due.id, coalesce(obligation.owner_id, (
      SELECT person_id FROM parties_membership AS member
      WHERE member.partnership_id = obligation.partnership_id
        AND member.organisation_id = obligation.organisation_id
        AND 'office' = ANY (member.roles) AND member.ended_at IS NULL
        AND (member.until IS NULL OR member.until >= current_date)
      ORDER BY member.id LIMIT 1)) AS person
    FROM obligations_due AS due
    JOIN obligations_obligation AS obligation ON obligation.id = due.obligation_id
  ) AS owed
  WHERE job.task_name = 'agreements.send_returned' AND job.status = 'todo'
    AND owed.id = (job.args->>'due')::uuid AND owed.person IS NOT NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("laboratory", "0002_contact"),
        ("agreements", "0005_obligations_moved"),
        ("obligations", "0004_evidence_out_of_rows"),
    ]

    operations = [migrations.RunSQL(LETTERS, migrations.RunSQL.noop)]
