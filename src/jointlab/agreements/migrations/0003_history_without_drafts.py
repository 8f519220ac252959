"""The history of whoever reads no drafts, in indexes of its own: see agreements.readers.

A query that leaves out these events, and maybe others, is answered from them. The by-room one is
this room's alone: nothing of another room is left out.
"""

from django.db import migrations

OPEN = """event NOT IN (
  'agreements.approval_withdrawn', 'agreements.approved', 'agreements.comment_settled',
  'agreements.commented', 'agreements.document_made', 'agreements.drafted', 'agreements.reopened',
  'agreements.signing_declined', 'agreements.text_changed', 'agreements.withdrawn')"""
CREATE = f"""
CREATE INDEX history_entry_open ON history_entry (chain, number DESC) WHERE {OPEN};
CREATE INDEX history_entry_open_by_actor ON history_entry (chain, actor, number DESC) WHERE {OPEN};
CREATE INDEX agreements_open_entry ON history_entry (chain, number DESC)
  WHERE split_part(event, '.', 1) = 'agreements' AND {OPEN};
"""
DROP = "DROP INDEX history_entry_open, history_entry_open_by_actor, agreements_open_entry"


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_clocks"), ("history", "0001_chain")]

    operations = [migrations.RunSQL(CREATE, DROP)]
