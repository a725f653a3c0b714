from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.models import LeaveRight, Place
from xueqiao.domains.enrolment.queries.changes import clashes_of_meeting
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.seats import CONFIRMED, LIVE
from xueqiao.domains.people import api as people
from xueqiao.foundation.scope import Scope

CANCELLED, MOVED, ADDED = "session_cancelled", "session_moved", "session_added"


def tell_session_change(
    *, session_id: int, kind: str, old_starts_at: datetime | None = None, reason: str = "", now: datetime
) -> int:
    """Tell the learners of a class that a meeting was cancelled, moved or added; return how many notices are new.

    kind: session_cancelled, session_moved or session_added. Whose other class now collides with the meeting, the way
    between venues included, is told so and may leave with every meeting not yet given paid back (LeaveRight), until
    the meeting is over; a later move judges anew. Safe to repeat.
    """
    with transaction.atomic():
        session = classes.get_session(session_id)
        places = list(
            Place.objects.within(Scope.everything("the learners of the changed class"))
            .select_related("person")
            .filter(run_id=session.run_id, state__in=LIVE)
            .order_by("pk")[:2000]
        )
        LeaveRight.objects.filter(session_id=session_id).delete()
        clashes: dict[int, str] = {}
        if kind != CANCELLED and session.state == "planned" and session.starts_at > now:
            clashes = _grant(session, [place for place in places if place.state == CONFIRMED], now)
        told = [_notice(place, session, kind, old_starts_at, reason, clashes.get(place.pk, "")) for place in places]
        moment = session.starts_at if kind != CANCELLED else old_starts_at or session.starts_at
        return people.notify(told, template=kind, key=f"{kind}:{session_id}:{moment:%y%m%d%H%M}", now=now)


def _grant(session: classes.SessionView, places: Sequence[Place], now: datetime) -> dict[int, str]:
    """Record the right to leave of every learner whose other class is in the way; place id -> words."""
    found = clashes_of_meeting(session=session, persons={place.person_id: place.pk for place in places}, now=now)
    LeaveRight.objects.bulk_create(
        LeaveRight(place_id=place_id, session_id=session.id, valid_until=session.ends_at, words=words[:120])
        for place_id, words in found.items()
    )
    return found


def _notice(
    place: Place, session: classes.SessionView, kind: str, old: datetime | None, reason: str, clash: str
) -> people.NoticeWanted:
    new, room = when(session.starts_at), f"{session.venue_name} {session.room_name}"
    was = when(old or session.starts_at)
    because = f"原因：{reason}。" if reason else ""
    if kind == CANCELLED:
        text = f"《{session.title}》{was} 的课停上。{because}补课或退费定了再告诉您。"
    elif kind == MOVED:
        text = f"《{session.title}》{was} 的课改到 {new}，{room}。{because}"
    else:
        text = f"《{session.title}》补课：{new}，{room}。"
    path = "/mine/"
    if clash:
        text += f"这和您的“{clash}”撞了：可以退掉这个班，没上的课全部退钱。"
        path = f"/mine/places/{place.uuid}/withdraw/"
    values = {"name": place.person.name, "title": session.title, "old": was, "new": new, "room": session.room_name}
    return people.NoticeWanted(place.person_id, text, values, path)
