"""Certificates are the room of signing's: the rows that there are move to its table.

The table of signing has just been made, with its own constraints and rights.
"""

from django.db import migrations

COLUMNS = (
    "id, serial, pem, sealed_key, issued_at, expires_at, revoked_at, revoked_for, tries, person_id"
)


def move(source, target):
    # Checked at once: a table is not dropped while checks of its rows are pending.
    return f"""
        LOCK TABLE {source} IN ACCESS EXCLUSIVE MODE;
        INSERT INTO {target} ({COLUMNS}) SELECT {COLUMNS} FROM {source};
        DELETE FROM {source};
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
    """  # noqa: S608 - no part of it comes from anywhere else


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_history_without_drafts"), ("signing", "0001_certificates")]

    operations = [
        migrations.RunSQL(
            move("agreements_certificate", "signing_certificate"),
            move("signing_certificate", "agreements_certificate"),
        ),
        migrations.DeleteModel(name="Certificate"),
    ]
