"""Reads of meetings: what is when, who and what would clash, how much was taught."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from xueqiao.domains.classes.errors.runs import UnknownSession
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.classes.values.runs import (
    Clash,
    Delivery,
    SessionView,
    TeachingVolume,
)
from xueqiao.foundation.clock import at_local

SESSIONS_MAX = 500
RUNS_ASKED_MAX = 200

# -- sessions ---------------------------------------------------------------------------------------------------------

_SESSION_FIELDS = (
    "id",
    "run_id",
    "run__code",
    "run__title",
    "number",
    "starts_at",
    "ends_at",
    "room_id",
    "room__name",
    "room__venue__name",
    "teacher_id",
    "teacher__name",
    "state",
    "run__region",
    "run__institution_id",
    "end_reason",
    "makes_up_for_id",
    "made_up_by__id",
    "given_back_at",
)


def views_of(rows: QuerySet[Session]) -> list[SessionView]:
    views = []
    for row in rows.values_list(*_SESSION_FIELDS)[:SESSIONS_MAX]:
        fields = list(row)
        fields[-1] = fields[-1] is not None
        views.append(SessionView(*fields))
    return views


def sessions_of(run_id: int) -> list[SessionView]:
    """The meetings of a class in order, cancelled ones too."""
    return views_of(Session.objects.filter(run_id=run_id).order_by("starts_at", "id"))


def sessions_of_runs(run_ids: Iterable[int], *, first: datetime, last: datetime) -> list[SessionView]:
    """Meetings of several classes that start in [first, last), earliest first; at most 500."""
    rows = Session.objects.filter(run_id__in=list(run_ids)[:RUNS_ASKED_MAX], starts_at__gte=first, starts_at__lt=last)
    return views_of(rows.order_by("starts_at", "id"))


def delivery_of(run_id: int, *, now: datetime) -> Delivery:
    """How many meetings of a class were sold and how many of them have begun by `now` (or by its cancellation).

    A cancelled meeting that was made up for counts once, by the one that makes up; one given back does not count.
    """
    ended = ClassRun.objects.filter(id=run_id).values_list("cancelled_at", flat=True).first()
    sold = Session.objects.filter(run_id=run_id).exclude(
        Q(given_back_at__isnull=False) | Q(state="cancelled", made_up_by__isnull=False)
    )
    begun = sold.exclude(state="cancelled").filter(starts_at__lte=ended or now)
    return Delivery(sold=sold.count(), delivered=begun.count())


def smallest_room_to_come(run_id: int, *, now: datetime) -> tuple[str, int] | None:
    """Name and seats of the smallest room a class still meets in; None when nothing is to come."""
    coming = Session.objects.filter(run_id=run_id, state="planned", starts_at__gt=now)
    row: tuple[str, int] | None = coming.order_by("room__seats").values_list("room__name", "room__seats").first()
    return row


def get_session(session_id: int) -> SessionView:
    """One meeting. Raises UnknownSession."""
    found = views_of(Session.objects.filter(id=session_id))
    if not found:
        raise UnknownSession
    return found[0]


def sessions_taught_by(person_id: int, day: date) -> list[SessionView]:
    """A teacher's meetings on one local day, cancelled ones left out."""
    return views_of(_on_day(Session.objects.filter(teacher_id=person_id), day))


def sessions_at(institution_id: int, day: date) -> list[SessionView]:
    """All meetings at an institution on one local day, cancelled ones left out."""
    return views_of(_on_day(Session.objects.filter(run__institution_id=institution_id), day))


def sessions_between(institution_id: int, first: date, last: date) -> list[SessionView]:
    """All meetings at an institution between two local days (both counted), drafts too, cancelled ones left out."""
    rows = Session.objects.filter(
        run__institution_id=institution_id,
        starts_at__gte=at_local(first, 0),
        starts_at__lt=at_local(last + timedelta(days=1), 0),
    )
    rows = rows.exclude(state="cancelled").exclude(run__state="cancelled")
    return views_of(rows.order_by("starts_at", "id"))


def _on_day(rows: QuerySet[Session], day: date) -> QuerySet[Session]:
    rows = rows.filter(starts_at__gte=at_local(day, 0), starts_at__lt=at_local(day + timedelta(days=1), 0))
    return rows.exclude(state="cancelled").filter(run__state__in=["published", "finished"]).order_by("starts_at", "id")


def overlapping_sessions(run_id: int, other_run_ids: Iterable[int]) -> list[tuple[SessionView, SessionView]]:
    """Pairs (of this run, of another run) that meet at the same time; at most 20 pairs. Two queries."""
    others = sorted(set(other_run_ids) - {run_id})
    if not others:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, b.id FROM classes_session a JOIN classes_session b"
            " ON b.run_id = ANY(%s) AND b.state <> 'cancelled'"
            " AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)"
            " WHERE a.run_id = %s AND a.state <> 'cancelled' ORDER BY a.starts_at, b.id LIMIT 20",
            [others, run_id],
        )
        pairs = cursor.fetchall()
    if not pairs:
        return []
    views = {v.id: v for v in views_of(Session.objects.filter(id__in={i for pair in pairs for i in pair}))}
    return [(views[one], views[other]) for one, other in pairs]


def clashes(
    meetings: Sequence[tuple[datetime, datetime]],
    *,
    room_id: int | None,
    teacher_id: int | None,
    except_run_id: int | None = None,
    except_session_id: int | None = None,
    limit: int = 5,
) -> list[Clash]:
    """Meetings in the way of the given times in this room or with this teacher, room first, earliest first."""
    if not meetings or (room_id is None and teacher_id is None):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH w AS (SELECT tstzrange(starts, ends) AS during"
            " FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS given(starts, ends)),"
            " uses AS (SELECT u.session_id, true AS is_room, '' AS who FROM w"
            " JOIN classes_roomuse u ON u.room_id = %s AND u.during && w.during AND u.session_id IS NOT NULL"
            " UNION SELECT u.session_id, false, p.name FROM w"
            " JOIN classes_teachinguse u ON u.person_id = %s AND u.during && w.during"
            " JOIN people_person p ON p.id = u.person_id)"
            " SELECT s.id, uses.is_room, uses.who FROM uses JOIN classes_session s ON s.id = uses.session_id"
            " WHERE s.run_id IS DISTINCT FROM %s AND s.id IS DISTINCT FROM %s"
            " ORDER BY uses.is_room DESC, s.starts_at, s.id LIMIT %s",
            [
                [start for start, _ in meetings],
                [end for _, end in meetings],
                room_id,
                teacher_id,
                except_run_id,
                except_session_id,
                limit,
            ],
        )
        found: dict[int, tuple[bool, str]] = {}
        for session_id, is_room, who in cursor.fetchall():
            found.setdefault(session_id, (is_room, who))  # the room first
    views = {view.id: view for view in views_of(Session.objects.filter(id__in=found))} if found else {}
    return [
        Clash(
            kind="room" if is_room else "teacher",
            room_name=views[session_id].room_name,
            teacher_name=who or views[session_id].teacher_name,
            run_code=views[session_id].run_code,
            title=views[session_id].title,
            starts_at=views[session_id].starts_at,
            ends_at=views[session_id].ends_at,
        )
        for session_id, (is_room, who) in found.items()
    ]


# -- for indicators ---------------------------------------------------------------------------------------------------


def teaching_volumes(*, since: date, until: date) -> list[TeachingVolume]:
    """Return per institution the sessions that were due between two days (both counted) and not cancelled."""
    rows = (
        Session.objects.filter(starts_at__gte=at_local(since, 0), starts_at__lt=at_local(until + timedelta(days=1), 0))
        .exclude(state="cancelled")
        .values_list("run__institution_id", "run_id")
        .annotate(sessions=Count("id"))
        .order_by()
    )
    total: dict[int, int] = {}
    longest: dict[int, int] = {}
    for institution_id, _run_id, sessions in rows:
        total[institution_id] = total.get(institution_id, 0) + sessions
        longest[institution_id] = max(longest.get(institution_id, 0), sessions)
    return [TeachingVolume(key, total[key], longest[key]) for key in sorted(total)]
