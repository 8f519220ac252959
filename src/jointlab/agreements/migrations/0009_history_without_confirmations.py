"""The indexes of whoever reads no drafts (0003), made anew: they leave out two more events."""

from django.db import migrations

BEFORE = (
    "approval_withdrawn",
    "approved",
    "comment_answered",
    "comment_settled",
    "commented",
    "document_made",
    "drafted",
    "reopened",
    "sent",
    "signing_declined",
    "text_changed",
    "withdrawn",
)
NOW = (*BEFORE, "comment_set_aside", "languages_confirmed")


def indexes(left_out):
    """Return the statements that make the indexes anew, without these events."""
    listed = ", ".join(f"'agreements.{event}'" for event in sorted(left_out))
    others = f"event NOT IN ({listed})"
    return f"""
DROP INDEX history_entry_open, history_entry_open_by_actor, agreements_open_entry;
CREATE INDEX history_entry_open ON history_entry (chain, number DESC) WHERE {others};
CREATE INDEX history_entry_open_by_actor ON history_entry (chain, actor, number DESC) WHERE {others};
CREATE INDEX agreements_open_entry ON history_entry (chain, number DESC)
  WHERE split_part(event, '.', 1) = 'agreements' AND {others};
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0008_languages_in_step")]

    operations = [migrations.RunSQL(indexes(NOW), indexes(BEFORE))]
