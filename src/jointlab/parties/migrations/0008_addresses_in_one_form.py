"""Addresses are kept in one form: those that were kept as typed are written in it.

Where two rows would be one address, the one that is there in that form stays what it is, and so
does the other: which of two accounts is meant is for people to say.
"""

from django.db import migrations

from jointlab.common.addresses import address_of
from jointlab.common.errors import Refusal


def rewrite(apps, schema_editor):
    """Write each person's and each pending invitation's address in the one form."""
    person = apps.get_model("parties", "Person")
    for row in person.objects.exclude(email=None).only("email").order_by("pk"):
        address = _one_form(row.email)
        if address != row.email and not person.objects.filter(email=address).exists():
            person.objects.filter(pk=row.pk).update(email=address)
    pending = apps.get_model("parties", "Invitation").objects.filter(
        accepted_at=None, withdrawn_at=None
    )
    for row in pending.only("email", "partnership", "organisation").order_by("pk"):
        address = _one_form(row.email)
        same_side = pending.filter(partnership=row.partnership_id, organisation=row.organisation_id)
        if address != row.email and not same_side.filter(email=address).exists():
            pending.filter(pk=row.pk).update(email=address)


def _one_form(text):
    try:
        return address_of(text)
    except Refusal:
        return text


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_days_of_the_instance")]

    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
