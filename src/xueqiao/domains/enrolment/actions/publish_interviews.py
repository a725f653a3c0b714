from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.errors.draws import WishesStillOpen
from xueqiao.domains.enrolment.errors.interviews import InterviewsOpen
from xueqiao.domains.enrolment.errors.rounds import RoundNotTaking
from xueqiao.domains.enrolment.events import DrawPublished
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryResult, Interview, RoundRun
from xueqiao.domains.enrolment.queries.interviews import criteria_of, interviews_left, require_interviews
from xueqiao.domains.enrolment.queries.rounds import access_round, round_view, seats_to_draw
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.interviews import has_passed, interview_order
from xueqiao.domains.enrolment.rules.rounds import ROUND_STATE_WORDS
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.interviews import (
    INTERVIEW_FAILED,
    INTERVIEW_MISSED,
    JUDGED,
    MISSED,
    NO_INTERVIEW,
    InterviewResult,
)
from xueqiao.domains.enrolment.values.rounds import DRAWN, ENTERED, EXCLUDED, OPEN, RoundView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def publish_interviews(*, actor: Actor, code: str, now: datetime) -> RoundView:
    """Make the results of a round of interviews public, class by class in the order of points (rules/interviews.py).

    Nothing is left to decide: the sheets of two judges, the published criteria and the pass mark that stands in the
    round give the order. The first are offered their seats by the same job as a draw's winners, who passed behind them
    waits in that order, who did not pass, did not come or took no time is told so. Publishing again changes nothing.
    Shuts the round's gate. Raises NotAllowed, RoundNotFound, NotAnInterview, RoundNotTaking, WishesStillOpen,
    InterviewsOpen.
    """
    with transaction.atomic():
        known = access_round(actor=actor, code=code, now=now)
        people.require_role(actor, *STAFF_ROLES, region=known.region)
        require_interviews(known)
        row = shut_gate(known.id)
        if row.state == DRAWN:
            return round_view(row, now=now)
        if row.state != OPEN:
            raise RoundNotTaking(state_words=ROUND_STATE_WORDS[row.state])
        if now < row.wishes_close_at:
            raise WishesStillOpen(closes=when(row.wishes_close_at))
        left = interviews_left(row.pk)
        if left:
            raise InterviewsOpen(count=left)
        placed = _place_all(row, now)
        row.state, row.drawn_at, row.entry_count = DRAWN, now, sum(placed.values())
        row.save(update_fields=["state", "drawn_at", "entry_count"])
        _tell(row, now)
        record_event(DrawPublished(row.pk, row.region), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="publish_interviews",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, **placed},
        )
        return round_view(row, now=now)


def _place_all(row: AdmissionRound, now: datetime) -> dict[str, int]:
    """Give every entry its outcome; return how many won, wait, and did not pass."""
    points_max = [each.points_max for each in criteria_of(row.pk)]
    pass_percent = int(row.rules["interview_pass_percent"])
    entries = {
        entry.pk: entry
        for entry in Entry.objects.within(EVERYTHING).select_for_update().filter(round=row, state=ENTERED)
    }
    interviews = {
        each.entry_id: each for each in Interview.objects.within(EVERYTHING).filter(entry_id__in=list(entries))
    }
    passed: dict[int, list[InterviewResult]] = {}
    counts = {"won": 0, "waiting": 0, "not_passed": 0}
    for entry in entries.values():
        interview = interviews.get(entry.pk)
        total = interview.total if interview is not None and interview.state == JUDGED else None
        run_id = entry.wishes.order_by("rank").values_list("run_id", flat=True).first()
        if total is None or run_id is None or not has_passed(total, points_max, pass_percent=pass_percent):
            _exclude(entry, interview, now)
            counts["not_passed"] += 1
            continue
        passed.setdefault(run_id, []).append(InterviewResult(entry.pk, entry.code, total))
    _order(row, passed, counts)
    return counts


def _exclude(entry: Entry, interview: Interview | None, now: datetime) -> None:
    """Not admitted. Her membership stays agreed: she was in it to the end, and reads her sheets."""
    reason = NO_INTERVIEW if interview is None else INTERVIEW_MISSED if interview.state == MISSED else INTERVIEW_FAILED
    entry.state, entry.ended_at, entry.end_reason = EXCLUDED, now, reason
    entry.save(update_fields=["state", "ended_at", "end_reason"])


def _order(
    row: AdmissionRound,
    passed: Mapping[int, list[InterviewResult]],
    counts: dict[str, int],
) -> None:
    """Class by class: positions run through the round, the seats go to the first of each class."""
    seats = seats_to_draw(row.pk)
    results: list[EntryResult] = []
    runs = RoundRun.objects.filter(round=row, is_live=True).order_by("run__code").values_list("run_id", flat=True)
    for run_id in runs:
        for rank, result in enumerate(interview_order(passed.get(run_id, [])), 1):
            has_won = rank <= seats[run_id]
            given = {"run_id": run_id, "rank": 1} if has_won else {}
            counts["won" if has_won else "waiting"] += 1
            results.append(EntryResult(entry_id=result.entry_id, round=row, position=len(results) + 1, **given))
    EntryResult.objects.bulk_create(results)


def _tell(row: AdmissionRound, now: datetime) -> None:
    """Everybody who has no seat by it is told that the results are there; winners are told with their offers."""
    has_none = Q(state=EXCLUDED) | Q(result__isnull=False, result__run=None)
    told = Entry.objects.within(EVERYTHING).filter(has_none, round=row).select_related("leader")
    people.notify(
        [
            people.NoticeWanted(
                person_id=entry.leader_id,
                text=f"{entry.leader.name}在“{row.title}”的面谈有结果了，老师的评语和接下来怎么办，请打开看。",
                values={"name": entry.leader.name, "title": row.title[:20]},
                path=f"/rounds/entries/{entry.uuid}/",
            )
            for entry in told.order_by("pk")
        ],
        template="interview_result",
        key=f"interview_result:{row.pk}",
        now=now,
    )
