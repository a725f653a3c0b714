from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import walk_later
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.admission.lines import roll_losers
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun
from xueqiao.domains.enrolment.queries.waiting import last_key
from xueqiao.domains.enrolment.rules.waiting import JOINED_BASE
from xueqiao.foundation.audit.api import Actor, record_deed


def roll_into_waiting_list(*, round_id: int, now: datetime) -> int:
    """Put the losers of a published draw into the lines of the classes they wished for; return how many entries.

    In drawn order, before everybody who joins; nobody has to do anything. A household or companions stand as one. Each
    class in a transaction of its own, with two statements however many losers; safe to repeat. Locks each pool.
    """
    admission = AdmissionRound.objects.get(pk=round_id)
    rolled = 0
    for run_id in RoundRun.objects.filter(round_id=round_id).order_by("run_id").values_list("run_id", flat=True):
        rolled += seats.with_patience(partial(_roll, admission, run_id, now))
    return rolled


def _roll(admission: AdmissionRound, run_id: int, now: datetime) -> int:
    seats.open_pool(run_id)
    seats.lock_pool(run_id)
    after = last_key(run_id, below=JOINED_BASE, but_of_round=admission.pk) or 0
    rolled = roll_losers(round_id=admission.pk, run_id=run_id, after=after, now=now)
    if rolled:
        classes.show_seats_left(run_id=run_id, seats=seats.join_line(run_id, rolled))
        record_deed(
            actor=Actor.system("roll_into_waiting_list"),
            verb="roll_into_waiting_list",
            object_kind="class_run",
            object_id=run_id,
            now=now,
            region=admission.region,
            detail={"round": admission.code, "entries": rolled},
        )
    walk_later(run_id, admission.region, now=now)
    return rolled
