"""Reads of waiting lists and offers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, QuerySet

from xueqiao.domains.enrolment.models import (
    Entry,
    Offer,
    Place,
    RoundRun,
    SeatPool,
    WaitingEntry,
    WaitingMember,
)
from xueqiao.domains.enrolment.parameters import (
    OFFER_HOURS,
    OFFER_HOURS_ELDER,
    OFFER_HOURS_SHORTEST,
    PARTY_MAX,
    TELL_FROM_HOUR,
    TELL_UNTIL_HOUR,
    WAITING_PASSES,
    WAITING_SESSIONS_LEFT,
)
from xueqiao.domains.enrolment.queries.lists import listed_among
from xueqiao.domains.enrolment.queries.seats import facts_of, get_facts, limits_at, own_places
from xueqiao.domains.enrolment.rules.lists import require_on_list
from xueqiao.domains.enrolment.rules.seats import (
    require_age,
    require_no_clash,
    require_within_cap,
    require_within_limits,
)
from xueqiao.domains.enrolment.rules.waiting import may_tell_at, offer_window
from xueqiao.domains.enrolment.values.seats import CONFIRMED, LIVE, RunFacts
from xueqiao.domains.enrolment.values.waiting import (
    BY_DRAW,
    IN_LINE,
    WAITING,
    LineEnd,
    OfferWindow,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.values import RESIDENT
from xueqiao.foundation.parameters.api import parameters_at
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

_EVERYBODY = "the line of one class is judged as a whole"
_PARAMETERS = (
    OFFER_HOURS,
    OFFER_HOURS_ELDER,
    OFFER_HOURS_SHORTEST,
    TELL_FROM_HOUR,
    TELL_UNTIL_HOUR,
    WAITING_PASSES,
    WAITING_SESSIONS_LEFT,
    PARTY_MAX,
)


@dataclass(frozen=True)
class LineNumbers:
    """The parameters of offers in force at a class's place today."""

    offer_hours: int
    offer_hours_elder: int
    offer_hours_shortest: int
    tell_from_hour: int
    tell_until_hour: int
    waiting_passes: int
    waiting_sessions_left: int
    party_max: int

    def window(self, facts: RunFacts, *, now: datetime, hours: int) -> OfferWindow | None:
        """When an offer of `hours` made now is told and ends; None when it is too late for this class."""
        return offer_window(
            now=now,
            hours=hours,
            shortest_hours=self.offer_hours_shortest,
            from_hour=self.tell_from_hour,
            until_hour=self.tell_until_hour,
            starts=[meeting.starts_at for meeting in facts.meetings],
            sessions_left=self.waiting_sessions_left,
        )


def line_numbers(facts: RunFacts, *, now: datetime) -> LineNumbers:
    """The parameters in force, one query."""
    found = parameters_at(
        [spec.name for spec in _PARAMETERS],
        region=facts.region,
        on=clock.local_date(now),
        institution_id=facts.institution_id,
    )
    return LineNumbers(*(int(found[spec.name].value) for spec in _PARAMETERS))


def may_tell_people_at(run_id: int, *, now: datetime) -> datetime:
    """The first moment from now on at which people of a class may be told something: never at night there."""
    numbers = line_numbers(get_facts(run_id), now=now)
    return may_tell_at(now, from_hour=numbers.tell_from_hour, until_hour=numbers.tell_until_hour)


def obstacles_of(facts: RunFacts, agents: Mapping[int, int | None], *, now: datetime) -> dict[int, Refused]:
    """Why each of these persons may not have a seat in the class now; who may is missing. A few queries for all.

    agents: person -> who asked for her. The list of a class by list, age, guardian's consent, a place here already,
    limits of the term, the family's spending cap, and clashes with travel.
    """
    cards = people.access_persons(Actor.system("waiting line"), agents)
    unguarded = people.without_guardian_consent(agents, on=clock.local_date(now))
    places: dict[int, list[Place]] = {person_id: [] for person_id in agents}
    rows = (
        Place.objects.within(Scope.everything(_EVERYBODY))
        .select_related("run")
        .filter(person_id__in=agents, state__in=LIVE)
        .order_by("pk")
    )
    for place in rows:
        if place.state == CONFIRMED or place.hold_until > now:
            places[place.person_id].append(place)
    others = facts_of({place.run_id for each in places.values() for place in each})
    limits = limits_at(facts, now=now)
    wanted = [meeting for meeting in facts.meetings if meeting.ends_at > now]
    listed = listed_among([(facts.id, person_id) for person_id in agents] if facts.host else [], now=now)
    found: dict[int, Refused] = {}
    for person_id, agent_id in agents.items():
        card = cards.get(person_id)
        if card is None or person_id in unguarded:
            found[person_id] = people.GuardianConsentMissing()
            continue
        own = own_places(places[person_id])
        try:
            require_on_list(facts, name=card.name, is_listed=(facts.id, person_id) in listed)
            require_age(facts, name=card.name, birth_date=card.birth_date)
            require_within_limits(facts, own, limits, name=card.name)
            if facts.to_pay_fen and agent_id is not None and agent_id != person_id:
                capped = limits_at(facts, now=now, spending_cap_fen=_cap_of(agent_id, person_id, now))
                require_within_cap(facts, own, capped, agent_id=agent_id)
            require_no_clash(
                wanted,
                [m for place in places[person_id] for m in others[place.run_id].meetings if m.ends_at > now],
                travel_minutes=limits.travel_minutes,
            )
        except Refused as refusal:
            found[person_id] = refusal
    return found


def _cap_of(agent_id: int, person_id: int, now: datetime) -> int | None:
    for member in people.family_of(Actor(RESIDENT, person_id=agent_id), now=now):
        if member.person.id == person_id:
            return member.spending_cap_fen
    return None


def is_before_draw(facts: RunFacts) -> bool:
    """True while the seats of a class are a round's to give: until its draw is published and every winner was offered.

    A drawn class without a published round gives nothing away beside the draw. Between the publication and the last
    winner's offer the seats look free and are not: who joined then would be offered a winner's seat.
    """
    if facts.admission == "first_come":
        return False
    drawn = RoundRun.objects.filter(run_id=facts.id, is_live=True, round__state__in=["drawn", "closed"])
    return not drawn.exists() or winners_left(facts.id).exists()


def winners_left(run_id: int) -> QuerySet[Entry]:
    """Winners of this class who have neither an offer nor a place in its line yet, in drawn order."""
    everything = Scope.everything("the winners of a published draw")
    done = Offer.objects.within(everything).filter(run_id=run_id, source=BY_DRAW).values("draw_entry_id")
    standing = WaitingEntry.objects.within(everything).filter(run_id=run_id, draw_entry__isnull=False)
    return (
        Entry.objects.within(everything)
        .filter(result__run_id=run_id)
        .exclude(pk__in=done)
        .exclude(pk__in=standing.values("draw_entry_id"))
        .select_related("result")
        .order_by("result__position", "pk")
    )


def line_end(run_id: int, *, now: datetime) -> LineEnd:
    """Where somebody would stand who joined this class's line now, and whether it may be joined."""
    facts, pool = facts_of([run_id]).get(run_id), pool_of(run_id)
    if facts is None or pool is None:
        return LineEnd(1, False)
    numbers = line_numbers(facts, now=now)
    is_open = (
        facts.state == "published"
        and now >= facts.enrol_opens_at
        and not is_before_draw(facts)
        and numbers.window(facts, now=now, hours=numbers.offer_hours) is not None
    )
    return LineEnd(pool.waiting + 1, is_open)


def line_of(run_id: int, *, after: int | None = None, limit: int = 10_000) -> list[WaitingEntry]:
    """The entries that wait, in order. What is decided on it needs the pool's lock."""
    entries = WaitingEntry.objects.within(Scope.everything(_EVERYBODY)).filter(run_id=run_id, state=WAITING)
    if after is not None:
        entries = entries.filter(line_key__gt=after)
    return list(entries.order_by("line_key")[:limit])


def members_of(entry_ids: Iterable[int]) -> dict[int, list[int]]:
    """Living members by entry, in order of their rows."""
    found: dict[int, list[int]] = {}
    rows = (
        WaitingMember.objects.within(Scope.everything(_EVERYBODY))
        .filter(entry_id__in=list(entry_ids), is_live=True)
        .order_by("pk")
        .values_list("entry_id", "person_id")
    )
    for entry_id, person_id in rows:
        found.setdefault(entry_id, []).append(person_id)
    return found


def last_key(run_id: int, *, below: int | None = None, but_of_round: int | None = None) -> int | None:
    """The last place among the living entries of a line (below a given one, not of this round), None without any."""
    entries = WaitingEntry.objects.within(Scope.everything(_EVERYBODY)).filter(run_id=run_id, state__in=IN_LINE)
    if below is not None:
        entries = entries.filter(line_key__lt=below)
    if but_of_round is not None:
        entries = entries.exclude(draw_entry__round_id=but_of_round)
    return entries.aggregate(last=Max("line_key"))["last"]


def lines_due(*, limit: int = 200) -> list[int]:
    """Runs where somebody waits while a seat is free or kept: what the sweep looks at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT run_id FROM enrolment_seatpool WHERE waiting > 0 AND (kept > 0 OR held + taken < capacity)"
            " ORDER BY run_id LIMIT %s",
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


_ENROLLED = (
    " FROM enrolment_waitingmember m JOIN enrolment_place p ON p.run_id = m.run_id AND p.person_id = m.person_id"
    " AND p.state = 'confirmed' WHERE m.is_live"
)


def enrolled_in_line(run_id: int) -> dict[int, list[int]]:
    """Who stands in the line of a class she is enrolled in: persons by entry."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT m.entry_id, m.person_id" + _ENROLLED + " AND m.run_id = %s ORDER BY m.id", [run_id])
        for entry_id, person_id in cursor.fetchall():
            found.setdefault(entry_id, []).append(person_id)
    return found


def lines_with_enrolled(*, limit: int = 500) -> list[int]:
    """Runs in whose lines somebody stands who is enrolled there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT m.run_id" + _ENROLLED + " ORDER BY 1 LIMIT %s", [limit])
        return [row[0] for row in cursor.fetchall()]


def pool_of(run_id: int) -> SeatPool | None:
    """The seats of a run as they are now, not locked."""
    return SeatPool.objects.filter(pk=run_id).first()
