"""The history of whoever reads no drafts leaves out reminders and deputies, too: see 0003."""

from django.db import migrations

BEFORE = """event NOT IN (
  'agreements.approval_withdrawn', 'agreements.approved', 'agreements.comment_answered',
  'agreements.comment_set_aside', 'agreements.comment_settled', 'agreements.commented',
  'agreements.document_made', 'agreements.drafted', 'agreements.languages_confirmed',
  'agreements.reopened', 'agreements.sent', 'agreements.signing_declined',
  'agreements.text_changed', 'agreements.withdrawn')"""
OPEN = """event NOT IN (
  'agreements.approval_withdrawn', 'agreements.approved', 'agreements.comment_answered',
  'agreements.comment_set_aside', 'agreements.comment_settled', 'agreements.commented',
  'agreements.deputy_named', 'agreements.document_made', 'agreements.drafted',
  'agreements.languages_confirmed', 'agreements.reopened', 'agreements.sent',
  'agreements.signer_reminded', 'agreements.signing_declined', 'agreements.text_changed',
  'agreements.withdrawn')"""
DROP = "DROP INDEX history_entry_open, history_entry_open_by_actor, agreements_open_entry;"


def create(events: str) -> str:
    """Return the statements that make the indexes of what is left when these are left out."""
    return f"""
CREATE INDEX history_entry_open ON history_entry (chain, number DESC) WHERE {events};
CREATE INDEX history_entry_open_by_actor ON history_entry (chain, actor, number DESC) WHERE {events};
CREATE INDEX agreements_open_entry ON history_entry (chain, number DESC)
  WHERE split_part(event, '.', 1) = 'agreements' AND {events};
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0010_signers_reminded"), ("history", "0001_chain")]

    operations = [migrations.RunSQL(DROP + create(OPEN), DROP + create(BEFORE))]
