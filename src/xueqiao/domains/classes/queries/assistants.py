"""Reads of assistants. A teacher's name is published information, and so is an assistant's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection

from xueqiao.domains.classes.models import Session, SessionAssistant
from xueqiao.domains.classes.queries.sessions import views_of
from xueqiao.domains.classes.values.assistants import Assisting, BusyPerson
from xueqiao.domains.classes.values.runs import SessionView
from xueqiao.foundation.clock import at_local


def assistants_of(session_ids: Iterable[int]) -> dict[int, list[Assisting]]:
    """Who assists in each of these meetings, by session id, in order of names; sessions without one are missing."""
    rows = SessionAssistant.objects.filter(session_id__in=list(session_ids)[:2_000]).order_by("person__name", "pk")
    found: dict[int, list[Assisting]] = defaultdict(list)
    for session_id, person_id, name in rows.values_list("session_id", "person_id", "person__name"):
        found[session_id].append(Assisting(person_id, name))
    return dict(found)


def assistants_of_run(run_id: int) -> list[tuple[Assisting, int]]:
    """Everybody who assists in a class's meetings that are not cancelled, with in how many; in order of names."""
    rows = SessionAssistant.objects.filter(session__run_id=run_id).exclude(session__state="cancelled")
    number: dict[Assisting, int] = defaultdict(int)
    for person_id, name in rows.order_by("person__name", "pk").values_list("person_id", "person__name"):
        number[Assisting(person_id, name)] += 1
    return list(number.items())


def sessions_assisted_by(person_id: int, first: date, last: date) -> list[SessionView]:
    """Meetings in which a person assists between two local days, both counted; cancelled ones left out."""
    rows = Session.objects.filter(
        assistants__person_id=person_id,
        starts_at__gte=at_local(first, 0),
        starts_at__lt=at_local(last + timedelta(days=1), 0),
        run__state__in=["published", "finished"],
    )
    return views_of(rows.exclude(state="cancelled").order_by("starts_at", "id"))


def busy_assistant(session_id: int, starts_at: datetime, ends_at: datetime) -> BusyPerson | None:
    """The first assistant of a meeting who could not come at another time, and what she has then; None: all can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.name, r.title, o.starts_at, o.ends_at FROM classes_sessionassistant a"
            " JOIN people_person p ON p.id = a.person_id"
            " JOIN classes_teachinguse u ON u.person_id = a.person_id AND u.session_id <> a.session_id"
            " AND u.during && tstzrange(%s, %s)"
            " JOIN classes_session o ON o.id = u.session_id JOIN classes_classrun r ON r.id = o.run_id"
            " WHERE a.session_id = %s ORDER BY o.starts_at, a.id LIMIT 1",
            [starts_at, ends_at, session_id],
        )
        row = cursor.fetchone()
    return None if row is None else BusyPerson(*row)


def person_in_the_way(person_id: int, session_ids: Iterable[int]) -> BusyPerson | None:
    """What a person has already during one of these meetings, as a teacher or as an assistant; the first, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.name, r.title, o.starts_at, o.ends_at FROM classes_session s"
            " JOIN classes_teachinguse u ON u.person_id = %s AND u.during && tstzrange(s.starts_at, s.ends_at)"
            " JOIN classes_session o ON o.id = u.session_id JOIN classes_classrun r ON r.id = o.run_id"
            " JOIN people_person p ON p.id = u.person_id"
            " WHERE s.id = ANY(%s) ORDER BY o.starts_at, o.id LIMIT 1",
            [person_id, list(session_ids)],
        )
        row = cursor.fetchone()
    return None if row is None else BusyPerson(*row)
