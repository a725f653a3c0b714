from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from xueqiao.domains.catalogue.models import Course
from xueqiao.domains.catalogue.search.documents import document_tokens, learn_words


def index_courses(*, codes: Iterable[str] | None = None) -> int:
    """Write what search knows of the given courses (all of them by default). Returns how many were written.

    Run after courses were loaded or changed; safe to repeat. Courses no longer published are taken out of search.
    """
    rows = Course.objects.order_by("id")
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    written, learnt = 0, []
    with transaction.atomic(), connection.cursor() as cursor:
        for course in rows.iterator(chunk_size=1_000):
            if not course.is_published:
                cursor.execute(
                    "DELETE FROM catalogue_searchdocument WHERE kind = 'course' AND object_id = %s", [course.id]
                )
                continue
            body = " ".join([course.summary, *map(str, course.outcomes)])
            cursor.execute(
                "INSERT INTO catalogue_searchdocument (kind, object_id, title, tokens)"
                " VALUES ('course', %s, %s, %s::tsvector) ON CONFLICT (kind, object_id)"
                " DO UPDATE SET title = excluded.title, tokens = excluded.tokens",
                [course.id, course.title, document_tokens(course.title, body, [course.category])],
            )
            learnt += [course.title, course.category]
            written += 1
        learn_words(learnt)
    return written
