"""What the weights and buckets of a round rest on: losses, newcomers, homes, needs, returning learners. Set by set."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db import connection

from xueqiao.domains.enrolment.models import AdmissionRound, EntryMember, RoundRun, Wish
from xueqiao.domains.enrolment.rules.weights import entry_buckets, entry_weight, losses_since_win, nearest_sites
from xueqiao.domains.enrolment.values.rounds import AGREED, ENTERED, EntryFacts, MemberFacts, WeightRule
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

_MEMBERS = "SELECT person_id FROM enrolment_entrymember WHERE round_id = %(round)s AND state = 'agreed'"
_OUTCOMES = """
SELECT m.person_id, array_agg(
         CASE WHEN e.state = 'won' OR EXISTS (
                SELECT FROM enrolment_place p JOIN enrolment_roundrun rr ON rr.run_id = p.run_id
                 WHERE rr.round_id = r.id AND p.person_id = m.person_id AND p.confirmed_at IS NOT NULL)
              THEN 'won' ELSE 'lost' END ORDER BY r.drawn_at, r.id)
  FROM enrolment_entrymember m
  JOIN enrolment_entry e ON e.id = m.entry_id
  JOIN enrolment_admissionround r ON r.id = m.round_id
 WHERE m.state = 'agreed' AND e.state IN ('won', 'lost') AND r.drawn_at IS NOT NULL
   AND r.series = %(series)s AND r.series <> '' AND r.id <> %(round)s
   AND m.person_id IN ({who})
 GROUP BY 1
"""
_SERVED = """
SELECT DISTINCT p.person_id
  FROM enrolment_place p JOIN classes_classrun c ON c.id = p.run_id
 WHERE p.confirmed_at IS NOT NULL
   AND (p.state = 'confirmed' OR (p.ended_at AT TIME ZONE %(zone)s)::date >= c.starts_on)
   AND p.person_id IN ({who})
"""
_RETURNING = """
SELECT DISTINCT p.person_id
  FROM enrolment_place p JOIN enrolment_roundrun rr ON rr.continues_id = p.run_id
 WHERE rr.round_id = %(round)s AND p.state = 'confirmed' AND p.person_id IN ({who})
"""
_NEEDS = """
SELECT DISTINCT n.person_id FROM people_accessneed n WHERE n.ended_at IS NULL AND n.person_id IN ({who})
"""


def entry_facts(round_id: int) -> Iterator[EntryFacts]:
    """What each living entry of a round weighs and which buckets it has, in order of its id; entries in which nobody
    agreed are left out. For the freeze: a fixed number of set-based statements for a round of any size. People of equal
    facts weigh the same, so the rules are asked once for each kind of company, not 400,000 times.
    """
    admission = AdmissionRound.objects.get(pk=round_id)
    rule = WeightRule(**admission.rules.get("weights", {}))
    facts_of_member = _facts_reader(admission)
    wishes = _wishes_of(round_id)
    judged: dict[tuple[tuple[int | bool, ...], ...], tuple[int, tuple[str, ...]]] = {}
    rows = (
        EntryMember.objects.within(Scope.everything("the freeze weighs every ticket"))
        .filter(round_id=round_id, state=AGREED, entry__state=ENTERED)
        .order_by("entry_id", "pk")
        .values_list("entry_id", "person_id", "person__region")
    )
    for entry_id, group in groupby(rows.iterator(chunk_size=20_000), key=lambda row: row[0]):
        wanted = wishes.get(entry_id, ())
        members = tuple(facts_of_member(person_id, home, wanted[:1]) for _entry, person_id, home in group)
        kind = tuple(
            (m.losses, m.is_newcomer, m.is_resident, m.has_access_need, m.wants_nearest_site, m.is_returning)
            for m in members
        )
        if kind not in judged:
            judged[kind] = entry_weight(members, rule), entry_buckets(members)
        yield EntryFacts(entry_id, members, wanted, *judged[kind])


def facts_of_person(round_id: int, person_id: int, home: int, wishes: Sequence[int] = ()) -> MemberFacts:
    """The same for one person who may enter: what her weight would be, for the pages."""
    return _facts_reader(AdmissionRound.objects.get(pk=round_id), person_id)(person_id, home, wishes[:1])


def _facts_reader(
    admission: AdmissionRound, only: int | None = None
) -> Callable[[int, int, Sequence[int]], MemberFacts]:
    names = {"round": admission.pk, "series": admission.series, "zone": str(clock.SHANGHAI), "only": only}
    who = "SELECT %(only)s" if only else _MEMBERS
    outcomes = {person_id: losses_since_win(each) for person_id, each in _rows(_OUTCOMES, who, names)}
    served = {person_id for (person_id,) in _rows(_SERVED, who, names)}
    returning = {person_id for (person_id,) in _rows(_RETURNING, who, names)}
    needs = {person_id for (person_id,) in _rows(_NEEDS, who, names)}
    day = clock.local_date(admission.wishes_close_at)
    covered = [RegionCode(code) for code in institutions.areas_of(admission.institution_id, on=day)]
    venues = _venues_of(admission.pk)
    sites = {venue.id: (venue.id, venue.region, venue.has_lift or venue.has_ramp) for venue in venues.values()}
    nearest: dict[int, frozenset[int]] = {}
    resident: dict[int, bool] = {}

    def read(person_id: int, home: int, first_wish: Sequence[int]) -> MemberFacts:
        if home not in nearest:
            nearest[home] = nearest_sites(home, sites.values())
            resident[home] = any(unit.low <= home <= unit.high for unit in covered)
        first = venues.get(first_wish[0]) if first_wish else None
        return MemberFacts(
            person_id=person_id,
            losses=outcomes.get(person_id, 0),
            is_newcomer=person_id not in served,
            is_resident=resident[home],
            has_access_need=person_id in needs,
            wants_nearest_site=first is not None and first.id in nearest[home],
            is_returning=person_id in returning,
        )

    return read


def _rows(statement: str, who: str, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(who=who), names)
        return cursor.fetchall()


def _venues_of(round_id: int) -> dict[int, institutions.VenueView]:
    """Where each class of a round is held, by run id."""
    rooms = dict(RoundRun.objects.filter(round_id=round_id).values_list("run_id", "run__room_id"))
    known = institutions.rooms_by_id(rooms.values())
    return {run_id: known[room_id].venue for run_id, room_id in rooms.items()}


def _wishes_of(round_id: int) -> dict[int, tuple[int, ...]]:
    """The ranked runs of every entry of a round, dearest first."""
    rows = Wish.objects.filter(entry__round_id=round_id).order_by("entry_id", "rank").values_list("entry_id", "run_id")
    found: dict[int, list[int]] = {}
    for entry_id, run_id in rows.iterator(chunk_size=50_000):
        found.setdefault(entry_id, []).append(run_id)
    return {entry_id: tuple(runs) for entry_id, runs in found.items()}
