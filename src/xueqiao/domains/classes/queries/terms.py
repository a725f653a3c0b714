"""The term board: three queries, over the two calendars in which nothing can be twice at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.terms import OWN, free_since, term_at, term_rows, term_weeks
from xueqiao.domains.classes.values.term_board import ASSISTING, CLASS, CLUB, ELSEWHERE, TermBoard, WeeklyUse
from xueqiao.domains.institutions.api import RoomView, get_institution_by_id, rooms_of
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import SHANGHAI, at_local

USES_MAX = 5_000  # times of a week in a term, not meetings

# Meetings of one class in the same room, at the same time of the same weekday, under the same teacher: one line.
_BY_ROOM = """
WITH mine AS (
    SELECT u.id FROM classes_roomuse u WHERE u.room_id = ANY(%(rooms)s) AND u.during && %(during)s::tstzrange
    UNION
    SELECT u.id FROM classes_session s
    JOIN classes_classrun r ON r.id = s.run_id AND r.institution_id = %(institution)s
    JOIN classes_roomuse u ON u.session_id = s.id
    WHERE s.starts_at >= lower(%(during)s::tstzrange) AND s.starts_at < upper(%(during)s::tstzrange)
), uses AS (
    SELECT u.room_id AS owner_id, u.session_id, s.run_id,
        CASE WHEN v.institution_id = %(institution)s THEN o.name ELSE v.name || ' ' || o.name END AS owner_name,
        p.name AS beside, false AS is_helper,
        lower(u.during) AT TIME ZONE %(zone)s AS starts, upper(u.during) - lower(u.during) AS lasts
    FROM mine JOIN classes_roomuse u ON u.id = mine.id
    JOIN institutions_room o ON o.id = u.room_id
    JOIN institutions_venue v ON v.id = o.venue_id
    LEFT JOIN classes_session s ON s.id = u.session_id
    LEFT JOIN people_person p ON p.id = s.teacher_id
)"""
_BY_TEACHER = """
WITH mine AS (
    SELECT DISTINCT u.person_id FROM classes_session s
    JOIN classes_classrun r ON r.id = s.run_id AND r.institution_id = %(institution)s
    JOIN classes_teachinguse u ON u.session_id = s.id
    WHERE s.starts_at >= lower(%(during)s::tstzrange) AND s.starts_at < upper(%(during)s::tstzrange)
), uses AS (
    SELECT u.person_id AS owner_id, o.name AS owner_name, u.session_id, s.run_id, p.name AS beside,
        u.is_assistant AS is_helper,
        lower(u.during) AT TIME ZONE %(zone)s AS starts, upper(u.during) - lower(u.during) AS lasts
    FROM mine JOIN classes_teachinguse u ON u.person_id = mine.person_id AND u.during && %(during)s::tstzrange
    JOIN people_person o ON o.id = u.person_id
    JOIN classes_session s ON s.id = u.session_id
    JOIN institutions_room p ON p.id = s.room_id
)"""
_LINES = """
SELECT owner_id, owner_name, r.code, r.title, r.state, r.institution_id = %(institution)s, beside, is_helper,
    extract(isodow FROM starts)::int, (extract(epoch FROM starts::time) / 60)::int,
    (extract(epoch FROM lasts) / 60)::int, array_agg(starts::date ORDER BY starts)
FROM uses LEFT JOIN classes_classrun r ON r.id = uses.run_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, uses.run_id
ORDER BY owner_name, owner_id, 9, 10, min(starts) LIMIT %(limit)s"""


def access_term_board(
    *, actor: Actor, institution_id: int, day: date, today: date, by_teacher: bool = False, only_id: int | None = None
) -> TermBoard:
    """The term of `day` at a centre: its rooms, or those who teach there, by weekday and time; drafts too.

    only_id: one room or one teacher; an id that is none of them shows all. Raises NotAllowed, InstitutionUnknown.
    """
    institution = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, institution.region)
    term = term_at(day)
    rooms = {} if by_teacher else _room_names(rooms_of(institution_id))
    uses = _uses(
        _BY_TEACHER if by_teacher else _BY_ROOM,
        institution=institution_id,
        rooms=list(rooms),
        during=[at_local(term.first, 0), at_local(term.last + timedelta(days=1), 0)],
    )
    elsewhere = {use.owner_id: use.owner_name for use in uses if by_teacher or use.kind in OWN}
    owners = dict(sorted((elsewhere | rooms).items(), key=lambda pair: (pair[1], pair[0])))
    wanted = {only_id: owners[only_id]} if only_id in owners else owners
    since = free_since(term, today)
    return TermBoard(
        term=term,
        since=since,
        rows=term_rows(uses, list(wanted.items()), since=since, show_free=wanted if by_teacher else rooms),
        weeks=term_weeks(uses, term),
        choices=tuple(owners.items()),
        meetings=sum(len(use.days) for use in uses if use.kind == CLASS),
    )


def _room_names(rooms: Sequence[RoomView]) -> dict[int, str]:
    """Names of a centre's rooms by id, with the venue where two have the same name."""
    often = Counter(room.name for room in rooms)
    return {room.id: room.name if often[room.name] == 1 else f"{room.venue.name} {room.name}" for room in rooms}


def _uses(sql: str, *, during: Sequence[Any], **given: Any) -> list[WeeklyUse]:
    span = "[" + ",".join(moment.isoformat() for moment in during) + ")"
    with connection.cursor() as cursor:
        cursor.execute(sql + _LINES, {**given, "during": span, "zone": SHANGHAI.key, "limit": USES_MAX})
        return [_use(*row) for row in cursor.fetchall()]


def _use(
    owner_id: int,
    owner_name: str,
    code: str | None,
    title: str | None,
    state: str | None,
    is_own: bool | None,
    beside: str | None,
    is_helper: bool,
    weekday: int,
    start: int,
    minutes: int,
    days: list[date],
) -> WeeklyUse:
    kind = CLUB if code is None else ELSEWHERE if not is_own else ASSISTING if is_helper else CLASS
    use = WeeklyUse(owner_id, owner_name, kind, weekday, start, start + minutes, tuple(days))
    if kind not in OWN:
        return use
    return WeeklyUse(**{**vars(use), "run_code": code, "title": title, "beside": beside, "is_draft": state in _DRAFTS})


_DRAFTS = frozenset({"draft", "awaiting"})
