"""Notices that end an agreement, with what they moved."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import jointlab.common.rows


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0011_history_of_signing"),
        ("parties", "0006_last_day_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EndNotice",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("termination", "terminated by notice"),
                            ("no renewal", "not to go on by itself"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_day", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=2000)),
                ("before", models.DateField(null=True)),
                ("ending_before", models.CharField(blank=True, max_length=20)),
                ("fell", models.JSONField(default=list)),
                ("noted_at", models.DateTimeField(null=True)),
                ("asked_back_at", models.DateTimeField(null=True)),
                ("asked_back_why", models.CharField(blank=True, max_length=2000)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end_notices",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "asked_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=["agreement", "-at"],
                        name="agreements_end_notice_standing",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["termination", "no renewal"])),
                        name="agreements_end_notice_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_back_at__isnull", True),
                            ("asked_back_at__isnull", False),
                            _connector="OR",
                        ),
                        name="agreements_end_notice_asked_back_first",
                    ),
                ],
            },
        ),
    ]
