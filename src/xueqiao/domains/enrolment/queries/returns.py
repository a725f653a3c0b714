"""Reads of the priority window: who had last term's class, how far in the series, what is claimed."""

from collections.abc import Iterable
from datetime import datetime

from xueqiao.domains.enrolment.models import AdmissionRound, Place, ReturnClaim, RoundRun, SeatQuota
from xueqiao.domains.enrolment.queries.rounds import get_round
from xueqiao.domains.enrolment.rules.returns import claims_left
from xueqiao.domains.enrolment.rules.rounds import may_return
from xueqiao.domains.enrolment.values.returns import ReturnOption
from xueqiao.domains.enrolment.values.rounds import OPEN, PRIORITY_DRAW
from xueqiao.domains.enrolment.values.seats import CONFIRMED, LIVE
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

CHAIN_MAX = 20
_EVERYTHING = Scope.everything("the rule of returning learners")


def series_of(run_id: int) -> list[int]:
    """The earlier classes of a series, newest first: what this class continues, what that one continued, and so on."""
    chain: list[int] = []
    found = RoundRun.objects.filter(run_id=run_id, is_live=True).values_list("continues_id", flat=True).first()
    while found is not None and found not in chain and len(chain) < CHAIN_MAX:
        chain.append(found)
        found = RoundRun.objects.filter(run_id=found, is_live=True).values_list("continues_id", flat=True).first()
    return chain


def terms_done(person_id: int, chain: Iterable[int]) -> int:
    """In how many classes of a series the person was enrolled."""
    rows = Place.objects.within(_EVERYTHING).filter(person_id=person_id, run_id__in=list(chain), state=CONFIRMED)
    return rows.values("run_id").distinct().count()


def had_place(person_id: int, run_id: int | None) -> bool:
    """True when she is enrolled in last term's class."""
    rows = Place.objects.within(_EVERYTHING).filter(person_id=person_id, run_id=run_id, state=CONFIRMED)
    return run_id is not None and rows.exists()


def live_claims(round_id: int) -> dict[int, int]:
    """Claimed seats that live, by class of the round."""
    rows = ReturnClaim.objects.within(_EVERYTHING).filter(round_run__round_id=round_id, place__state__in=LIVE)
    found: dict[int, int] = {}
    for run_id in rows.values_list("round_run__run_id", flat=True):
        found[run_id] = found.get(run_id, 0) + 1
    return found


def quotas_of(round_run_id: int) -> dict[str, int]:
    """Kept seats of one class of a round, by bucket."""
    return dict(SeatQuota.objects.filter(round_run_id=round_run_id).values_list("bucket", "seats"))


def returns_of(*, actor: Actor, round_code: str, person_ids: Iterable[int], now: datetime) -> list[ReturnOption]:
    """The classes of an open round in which persons in the actor's scope may keep a seat, or have."""
    shown = get_round(round_code, now=now)
    if shown.mode != PRIORITY_DRAW or shown.state != OPEN:
        return []
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    claims = live_claims(shown.id)
    found: list[ReturnOption] = []
    rows = RoundRun.objects.filter(round_id=shown.id, is_live=True, continues__isnull=False)
    for each in rows.select_related("run", "continues").order_by("run__code"):
        assert each.continues is not None
        chain = series_of(each.run_id)
        is_full = not claims_left(each.seats, quotas_of(each.pk), claims.get(each.run_id, 0))
        for person_id in wanted:
            done = terms_done(person_id, chain)
            had = had_place(person_id, each.continues_id)
            if not may_return(had_place=had, terms_done=done, series_terms=each.series_terms):
                continue
            claim = ReturnClaim.objects.within(_EVERYTHING).filter(
                round_run=each, person_id=person_id, place__state__in=LIVE
            )
            found.append(
                ReturnOption(
                    person_id=person_id,
                    run_id=each.run_id,
                    run_title=each.run.title,
                    from_title=each.continues.title,
                    terms_done=done,
                    series_terms=each.series_terms,
                    is_full=is_full,
                    place_uuid=claim.values_list("place__uuid", flat=True).first(),
                )
            )
    return found


def rounds_to_tell(*, now: datetime) -> list[int]:
    """Open rounds in whose priority window we are."""
    rows = AdmissionRound.objects.filter(
        mode=PRIORITY_DRAW, state=OPEN, priority_opens_at__lte=now, wishes_open_at__gt=now
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:100])


def learners_who_may_return(round_run: RoundRun) -> list[int]:
    """Learners of last term's class whose series goes on; at most 1,000."""
    rows = Place.objects.within(_EVERYTHING).filter(run_id=round_run.continues_id, state=CONFIRMED)
    chain = series_of(round_run.run_id)
    return [
        person_id
        for person_id in rows.order_by("pk").values_list("person_id", flat=True)[:1000]
        if may_return(had_place=True, terms_done=terms_done(person_id, chain), series_terms=round_run.series_terms)
    ]
