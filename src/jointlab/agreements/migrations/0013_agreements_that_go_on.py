"""An agreement knows the day after which it goes on by itself, and its partnership that it does."""

from datetime import date

from django.db import migrations, models
from django.db.models import F


def tell_what_goes_on(apps, schema_editor):
    """Repeat on each agreement what the latest version of its text says."""
    agreements = apps.get_model("agreements", "Agreement").objects
    for row in apps.get_model("agreements", "Version").objects.filter(
        number=F("agreement__latest"), content__terms__renewal="automatic"
    ):
        if end := row.content["terms"].get("end"):
            agreements.filter(pk=row.agreement_id).update(goes_on_after=date.fromisoformat(end))
    carrying = agreements.filter(
        kind="strategic",
        state="signed",
        ending="",
        closed=False,
        notice_given_at=None,
        goes_on_after__isnull=False,
        partnership__in_force_until__gte=F("starts_on"),
    )
    partnerships = apps.get_model("parties", "Partnership").objects
    partnerships.filter(pk__in=carrying.values("partnership")).update(goes_on=True)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0012_end_notices"),
        ("parties", "0009_partnerships_that_go_on"),
    ]

    operations = [
        migrations.AddField(
            "agreement", "goes_on_after", models.DateField(null=True, editable=False)
        ),
        migrations.RunPython(tell_what_goes_on, migrations.RunPython.noop),
    ]
