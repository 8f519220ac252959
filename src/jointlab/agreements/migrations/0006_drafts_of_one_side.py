"""A draft belongs to the side that began it until it is sent; every one that there is, is sent.

What tells of it before and after is for those who negotiate: the indexes of whoever reads no drafts
(0003) are made anew with the new event.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

BEFORE = (
    "approval_withdrawn",
    "approved",
    "comment_settled",
    "commented",
    "document_made",
    "drafted",
    "reopened",
    "signing_declined",
    "text_changed",
    "withdrawn",
)
SENT = """
UPDATE agreements_agreement SET begun_by_id = version.organisation_id, sent_version = 1,
  sent_at = agreements_agreement.created_at
FROM agreements_version version
WHERE version.agreement_id = agreements_agreement.id AND version.number = 1;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


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
        ("agreements", "0005_obligations_moved"),
        ("parties", "0006_last_day_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="begun_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements_begun",
                to="parties.organisation",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="draft_code",
            field=models.SlugField(editable=False, max_length=40, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="agreement",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="agreement",
            name="sent_version",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="agreement",
            name="begun_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements_begun",
                to="parties.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="agreement",
            name="number",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_version__isnull=True, number__isnull=True)
                | Q(sent_at__isnull=False, sent_version__isnull=False, number__isnull=False),
                name="agreements_agreement_numbered_when_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(state__in=["draft", "withdrawn"]),
                name="agreements_agreement_sent_before_approved",
            ),
        ),
        migrations.RunSQL(indexes((*BEFORE, "sent")), indexes(BEFORE)),
    ]
