"""What the weights and buckets of a round rest on: losses, newcomers, homes, needs, returning learners. Set by set."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from xueqiao.domains.enrolment.draws.folder import PSEUDONYM_TAG
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun
from xueqiao.domains.enrolment.rules.weights import entry_buckets, entry_weight, losses_since_win, nearest_sites
from xueqiao.domains.enrolment.values.rounds import EntryRow, MemberFacts, Party, WeightRule
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.region_code import RegionCode

ROWS_AT_ONCE = 5_000  # of the freeze's own stream
_MEMBERS = "SELECT person_id FROM enrolment_entrymember WHERE round_id = %(round)s AND state = 'agreed'"
_OUTCOMES = """
SELECT m.person_id, array_agg(
         CASE WHEN d.run_id IS NOT NULL OR EXISTS (
                SELECT FROM enrolment_place p JOIN enrolment_roundrun rr ON rr.run_id = p.run_id
                 WHERE rr.round_id = r.id AND p.person_id = m.person_id AND p.confirmed_at IS NOT NULL)
              THEN 'won' ELSE 'lost' END ORDER BY r.drawn_at, r.id)
  FROM enrolment_entrymember m
  JOIN enrolment_entryresult d ON d.entry_id = m.entry_id
  JOIN enrolment_admissionround r ON r.id = m.round_id
 WHERE m.state = 'agreed' AND r.drawn_at IS NOT NULL
   AND r.mode <> 'interview' AND r.series = %(series)s AND r.series <> '' AND r.id <> %(round)s
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
_ALL_MEMBERS = """
CREATE TEMPORARY TABLE member_fact ON COMMIT DROP AS
SELECT m.id, m.entry_id, p.region AS home, coalesce(array_to_string(o.outcomes, ' '), '') AS outcomes,
       s.person_id IS NULL AS is_newcomer, n.person_id IS NOT NULL AS has_need, r.person_id IS NOT NULL AS is_returning
  FROM enrolment_entrymember m
  JOIN people_person p ON p.id = m.person_id
  LEFT JOIN ({outcomes}) o (person_id, outcomes) ON o.person_id = m.person_id
  LEFT JOIN ({served}) s ON s.person_id = m.person_id
  LEFT JOIN ({needs}) n ON n.person_id = m.person_id
  LEFT JOIN ({returning}) r ON r.person_id = m.person_id
 WHERE m.round_id = %(round)s AND m.state = 'agreed'
"""
_PARTS = {
    "outcomes": _OUTCOMES.format(who=_MEMBERS),
    "served": _SERVED.format(who=_MEMBERS),
    "needs": _NEEDS.format(who=_MEMBERS),
    "returning": _RETURNING.format(who=_MEMBERS),
}
_ENTRIES = """
SELECT e.id, encode(sha256(%(tag)s || e.salt || convert_to(e.code, 'UTF8')), 'hex'), f.party, w.wishes
  FROM enrolment_entry e
  JOIN (SELECT entry_id,
               string_agg(concat_ws('|', outcomes, is_newcomer::int, home, has_need::int, is_returning::int),
                          ';' ORDER BY id) AS party
          FROM member_fact GROUP BY 1) f ON f.entry_id = e.id
  JOIN (SELECT w.entry_id, string_agg(w.run_id::text, ' ' ORDER BY w.rank) AS wishes
          FROM enrolment_wish w JOIN enrolment_entry x ON x.id = w.entry_id
         WHERE x.round_id = %(round)s AND x.state = 'entered' GROUP BY 1) w ON w.entry_id = e.id
 WHERE e.round_id = %(round)s AND e.state = 'entered'
"""
_WORK_MEMORY = "SET LOCAL work_mem = '192MB'"  # one freeze at a time, behind the round's gate


def entry_rows(round_id: int) -> Iterator[EntryRow]:
    """What each living entry of a round weighs, which buckets it has and what it wishes, in no order; entries in which
    nobody agreed, or without a wish, are left out. For the freeze: a fixed number of set-based statements for a round
    of any size. The rules are asked once for each kind of party, not 400,000 times.

    Needs a transaction, which keeps the temporary table member_fact to its end.
    """
    require_transaction()
    admission = AdmissionRound.objects.get(pk=round_id)
    names = _names(admission)
    with connection.cursor() as cursor:
        cursor.execute(_WORK_MEMORY)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.member_fact")  # a second round in one transaction
        cursor.execute(_ALL_MEMBERS.format(**_PARTS), names)
        cursor.execute("ANALYZE member_fact")
    party_of = _party_reader(admission)
    with connection.cursor() as cursor:  # streamed: the database goes on joining and hashing while the rules are asked
        for entry_id, pseudonym, facts, wishes in cursor.stream(
            _ENTRIES, names | {"tag": PSEUDONYM_TAG}, size=ROWS_AT_ONCE
        ):
            yield EntryRow(entry_id, pseudonym, party_of(facts, wishes), wishes)


def _party_reader(admission: AdmissionRound) -> Callable[[str, str], Party]:
    """A reader of parties as `_ENTRIES` writes them. Those of equal facts are judged once; where somebody has a need,
    once for each first wish."""
    rule = WeightRule(**admission.rules.get("weights", {}))
    place = _PlaceReader(admission)
    known: dict[str, Party] = {}

    def party_of(written: str, wishes: str) -> Party:
        party = known.get(written)
        if party is not None:
            return party
        members = [each.split("|") for each in written.split(";")]
        needs_site = any(need == "1" for _outcomes, _new, _home, need, _returning in members)
        first = int(wishes.partition(" ")[0]) if needs_site else 0
        key = f"{written} {first}" if needs_site else written
        party = known.get(key)
        if party is None:
            facts = tuple(
                MemberFacts(
                    losses=losses_since_win(outcomes.split()),
                    is_newcomer=is_newcomer == "1",
                    is_resident=place.is_resident(int(home)),
                    has_access_need=need == "1",
                    wants_nearest_site=place.is_nearest(int(home), first),
                    is_returning=is_returning == "1",
                )
                for outcomes, is_newcomer, home, need, is_returning in members
            )
            party = known[key] = Party(len(known), facts, entry_weight(facts, rule), entry_buckets(facts))
        return party

    return party_of


def facts_of_person(round_id: int, person_id: int, home: int, wishes: Sequence[int] = ()) -> MemberFacts:
    """The same for one person who may enter: what her weight would be, for the pages."""
    admission = AdmissionRound.objects.get(pk=round_id)
    place, names = _PlaceReader(admission), _names(admission) | {"only": person_id}

    def rows(statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(who="SELECT %(only)s"), names)
            return cursor.fetchall()

    outcomes = rows(_OUTCOMES)
    return MemberFacts(
        losses=losses_since_win(outcomes[0][1]) if outcomes else 0,
        is_newcomer=not rows(_SERVED),
        is_resident=place.is_resident(home),
        has_access_need=bool(rows(_NEEDS)),
        wants_nearest_site=bool(wishes) and place.is_nearest(home, wishes[0]),
        is_returning=bool(rows(_RETURNING)),
    )


def _names(admission: AdmissionRound) -> dict[str, Any]:
    return {"round": admission.pk, "series": admission.series, "zone": str(clock.SHANGHAI)}


class _PlaceReader:
    """Homes and sites of a round: who is a resident, and which sites are nearest. Each home is reckoned once."""

    def __init__(self, admission: AdmissionRound) -> None:
        day = clock.local_date(admission.wishes_close_at)
        self._covered = [RegionCode(code) for code in institutions.areas_of(admission.institution_id, on=day)]
        self._venues = _venues_of(admission.pk)
        self._sites = {
            venue.id: (venue.id, venue.region, venue.has_lift or venue.has_ramp) for venue in self._venues.values()
        }
        self._nearest: dict[int, frozenset[int]] = {}

    def is_resident(self, home: int) -> bool:
        """Whether the home lies in an area the round's institution covers."""
        return any(unit.low <= home <= unit.high for unit in self._covered)

    def is_nearest(self, home: int, run_id: int) -> bool:
        """Whether the class is held at the accessible site nearest to the home."""
        venue = self._venues.get(run_id)
        if venue is None:
            return False
        if home not in self._nearest:
            self._nearest[home] = nearest_sites(home, self._sites.values())
        return venue.id in self._nearest[home]


def _venues_of(round_id: int) -> dict[int, institutions.VenueView]:
    """Where each class of a round is held, by run id."""
    rooms = dict(RoundRun.objects.filter(round_id=round_id).values_list("run_id", "run__room_id"))
    known = institutions.rooms_by_id(rooms.values())
    return {run_id: known[room_id].venue for run_id, room_id in rooms.items()}
