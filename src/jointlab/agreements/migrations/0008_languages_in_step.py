"""Which languages of a text are behind; and why a comment was set aside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0007_replies")]

    operations = [
        migrations.AddField("version", "behind", models.JSONField(default=dict)),
        migrations.AddField("comment", "set_aside", models.CharField(blank=True, max_length=2000)),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=models.Q(
                    ("set_aside", ""), ("settled_at__isnull", False), _connector="OR"
                ),
                name="agreements_comment_set_aside_is_settled",
            ),
        ),
    ]
