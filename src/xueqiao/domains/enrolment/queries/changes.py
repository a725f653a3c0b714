"""Reads around an organiser's changes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.enrolment.queries.seats import PURPOSE, STAFF_ROLES, facts_of, get_facts, limits_at
from xueqiao.domains.enrolment.rules.changes import organiser_refund
from xueqiao.domains.enrolment.rules.seats import find_clash
from xueqiao.domains.enrolment.values.changes import CancellationPreview
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD, LIVE, RunFacts
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope


def is_cancelled(run_id: int) -> bool:
    """True when the class was cancelled."""
    return SeatPool.objects.filter(run_id=run_id, run__state="cancelled").exists()


def cancelled_runs_with_places(*, since: datetime, limit: int = 200) -> list[int]:
    """Classes cancelled since then that still have live places, longest waiting first; for the sweep."""
    places = Place.objects.within(Scope.everything("the sweep of cancelled classes"))
    return list(
        places.filter(run__cancelled_at__gte=since, run__state="cancelled", state__in=LIVE)
        .order_by("run__cancelled_at", "run_id")
        .values_list("run_id", flat=True)
        .distinct()[:limit]
    )


def preview_cancellation(*, actor: Actor, run_id: int, now: datetime) -> CancellationPreview:
    """What cancelling the class would do at this moment, for its staff. Writes nothing. Raises NotAllowed."""
    run = classes.get_class_by_id(run_id, now=now)
    people.require_role(actor, *STAFF_ROLES, region=run.region)
    places = list(
        Place.objects.within(Scope.everything("one class, checked above"))
        .filter(run_id=run_id, state__in=LIVE)
        .values_list("pk", "state")
    )
    delivery = classes.delivery_of(run_id, now=now)
    amounts = [
        organiser_refund(paid_fen=bill.refundable_fen, sold=delivery.sold, delivered=delivery.delivered).refund_fen
        for chunk in _chunks([pk for pk, state in places if state == CONFIRMED])
        for bill in payments.find_bills_for(purpose=PURPOSE, purpose_ids=chunk).values()
    ]
    return CancellationPreview(
        confirmed=sum(state == CONFIRMED for _, state in places),
        held=sum(state == HELD for _, state in places),
        refund_fen=sum(amounts),
        refunds=sum(amount > 0 for amount in amounts),
        sessions_sold=delivery.sold,
        sessions_delivered=delivery.delivered,
    )


def clashes_of_meeting(*, session: classes.SessionView, persons: dict[int, int], now: datetime) -> dict[int, str]:
    """Whose other class is in the way of a meeting, the way between venues included: place id -> the words people read.

    persons: person id -> her place in the meeting's class.
    """
    others = (
        Place.objects.within(Scope.everything("other classes of the learners of a changed class"))
        .filter(person_id__in=persons, state__in=LIVE)
        .exclude(run_id=session.run_id)
        .values_list("person_id", "run_id")
    )
    runs_of_person: dict[int, set[int]] = defaultdict(set)
    for person_id, run_id in others:
        runs_of_person[person_id].add(run_id)
    if not runs_of_person:
        return {}
    own = get_facts(session.run_id)
    meeting = next((each for each in own.meetings if each.starts_at == session.starts_at), None)
    if meeting is None:
        return {}
    travel_minutes = limits_at(own, now=now).travel_minutes
    facts: dict[int, RunFacts] = {}
    for chunk in _chunks(sorted({run_id for runs in runs_of_person.values() for run_id in runs})):
        facts |= facts_of(chunk)
    found = {}
    for person_id, runs in runs_of_person.items():
        theirs = [each for run_id in runs if run_id in facts for each in facts[run_id].meetings if each.ends_at > now]
        clash = find_clash([meeting], theirs, travel_minutes=travel_minutes)
        if clash is not None:
            found[persons[person_id]] = clash.words
    return found


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
