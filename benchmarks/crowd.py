"""An instance as full as a large one gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cast import Cast

ENTRIES, PEOPLE, STORIES = 100_000, 10_000, 1_000
AGREEMENTS, DUES = 1_000, 20  # obligations of each

PERSONS = """
INSERT INTO parties_person (id, password, email, name_en, name_zh, name_ko, name_own, language_own,
  language, time_zone, is_active, is_operator, joined_at, version)
SELECT uuidv7(), '!', 'p' || n || '@crowd.example', 'Person ' || n, '人员 ' || n, '사람 ' || n,
  '人员 ' || n, 'zh-Hans', 'en', '', true, false, now(), 1
FROM generate_series(1, %(people)s) n
"""
MEMBERS = """
INSERT INTO parties_membership (id, partnership_id, organisation_id, person_id, title_en, title_zh,
  title_ko, roles, since, version)
SELECT uuidv7(), %(partnership)s, %(organisation)s, id, 'Engineer', '工程师', '엔지니어',
  '{engineer}', current_date, 1
FROM parties_person WHERE email LIKE '%%@crowd.example'
"""
HISTORY = """
WITH one AS (
  SELECT chain, event, actor, record, text FROM history_entry JOIN history_details ON entry_id = id
  WHERE chain = %(partnership)s AND event = 'parties.member_added' LIMIT 1),
entries AS (
  INSERT INTO history_entry (chain, event, actor, record, number, at, previous, hash)
  SELECT chain, event, actor, record, 0, now(), '', '' FROM one, generate_series(1, %(entries)s)
  RETURNING id)
INSERT INTO history_details (entry_id, text) SELECT id, text FROM one, entries
"""
# Copies of one agreement that was drafted, approved and signed as all are.
AGREED = """
INSERT INTO agreements_agreement (id, partnership_id, number, code, kind, relation, state, latest,
  starts_on, ends_on, ending, signed_at, created_at, paper_problem, closed, name_en, name_zh,
  name_ko, version)
SELECT uuidv7(), partnership_id, number + n, code || '-copy-' || n, kind, relation, state, latest,
  starts_on, ends_on, ending, signed_at, created_at, paper_problem, closed,
  name_en || ' ' || n, name_zh || ' ' || n, name_ko || ' ' || n, version
FROM agreements_agreement, generate_series(1, %(agreements)s - 1) n WHERE id = %(agreement)s
"""
TEXTS = """
INSERT INTO agreements_version (id, agreement_id, number, content, sha256, by_id, organisation_id,
  at, part)
SELECT uuidv7(), copy.id, one.number, content, sha256, by_id, organisation_id, at, part
FROM agreements_version one, agreements_agreement copy
WHERE one.agreement_id = %(agreement)s AND copy.code LIKE '%%-copy-%%'
"""
OBLIGATIONS = """
INSERT INTO obligations_obligation (id, partnership_id, subject_kind, subject, key, organisation_id,
  what_en, what_zh, what_ko, every, first_on, owed_from, owed_until, ends_on, version)
SELECT uuidv7(), partnership_id, 'agreements', id, 'owed-' || n, %(organisation)s, 'Report ' || n,
  '报告 ' || n, '보고 ' || n, 'once', current_date + 30 * n, starts_on, ends_on, ends_on, 1
FROM agreements_agreement, generate_series(1, %(dues)s) n WHERE state = 'signed'
"""
FALLING_DUE = """
INSERT INTO obligations_due (id, obligation_id, subject, due_on, evidence, link, returned_for,
  dropped)
SELECT uuidv7(), id, subject, first_on, '', '', '', false
FROM obligations_obligation WHERE key LIKE 'owed-%%'
"""


def crowd(cast: Cast) -> None:
    """Make the instance as full as a large one gets; the stories through their services."""
    from django.db import connection, transaction

    values = {
        "people": PEOPLE,
        "entries": ENTRIES,
        "partnership": cast.partnership.pk,
        "organisation": cast.enterprise.pk,
    }
    with connection.cursor() as cursor, transaction.atomic():
        for statement in (PERSONS, MEMBERS, HISTORY):
            cursor.execute(statement, values)
    with transaction.atomic():
        for number in range(STORIES):
            publish(cast, number)
    agree(cast)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def publish(cast: Cast, number: int) -> None:
    """Publish one story in three languages."""
    from jointlab.newsroom.models import Story
    from jointlab.newsroom.services.stories import edit_story_text, publish_story, write_story

    texts = {"title": f"Story {number}", "summary": "A summary.", "body": "A body. " * 200}
    by = cast.university_office
    story = write_story(by=by, partnership=cast.partnership, language="en", **texts)
    for language in ("zh-hans", "ko"):
        edit_story_text(by=by, story=story, language=language, version=0, **texts)
    story = Story.objects.get(pk=story.pk)
    publish_story(by=by, story=story, version=story.version)


def agree(cast: Cast) -> None:
    """Sign one agreement, and copy it with what is owed by it."""
    from django.db import connection, transaction
    from tests.agreements.sign import make_signed

    values = {
        "agreement": make_signed(cast).pk,
        "agreements": AGREEMENTS,
        "dues": DUES,
        "organisation": cast.enterprise.pk,
    }
    with connection.cursor() as cursor, transaction.atomic():
        for statement in (AGREED, TEXTS, OBLIGATIONS, FALLING_DUE):
            cursor.execute(statement, values)
