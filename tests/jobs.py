"""Doing what was deferred, inside a test."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_jobs() -> list[str]:
    """Do the deferred jobs in the test's own transaction; return their names.

    A real worker, which sees only what is committed, runs in tests/common/test_jobs.py.
    """
    done = []
    for row in ProcrastinateJob.objects.filter(status="todo").order_by("pk"):
        app.tasks[row.task_name].func(**row.args)
        done.append(row.task_name)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    return done
