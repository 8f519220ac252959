"""Answers to comments. Of them, too, the history tells those who negotiate: see 0006."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jointlab.common.rows

BEFORE = (
    "approval_withdrawn",
    "approved",
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


def indexes(events):
    """Return the statements that make the indexes anew, without these events."""
    listed = ", ".join(f"'agreements.{event}'" for event in sorted(events))
    others = f"event NOT IN ({listed})"
    return f"""
DROP INDEX history_entry_open, history_entry_open_by_actor, agreements_open_entry;
CREATE INDEX history_entry_open ON history_entry (chain, number DESC) WHERE {others};
CREATE INDEX history_entry_open_by_actor ON history_entry (chain, actor, number DESC) WHERE {others};
CREATE INDEX agreements_open_entry ON history_entry (chain, number DESC)
  WHERE split_part(event, '.', 1) = 'agreements' AND {others};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_drafts_of_one_side"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reply",
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
                ("text", models.CharField(max_length=4000, verbose_name="answer")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="agreements.comment",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={"ordering": ("at", "pk")},
        ),
        migrations.RunSQL(indexes((*BEFORE, "comment_answered")), indexes(BEFORE)),
    ]
