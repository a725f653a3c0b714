from datetime import datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.answer_merge import release_kept
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.models import GroupDecision, MergeAsk, Place
from xueqiao.domains.enrolment.values.mergers import ASKED, LAPSED
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("mergers whose time is over")


def finish_mergers(*, now: datetime) -> int:
    """End the mergers whose time is over or whose learners have all answered; return how many.

    The class is cancelled: who has not answered gets everything back by that, and the seats kept in the other class are
    free again. Each one in a transaction of its own; safe to repeat. Locks: the decision, the run's row, the pool.
    """
    asking = MergeAsk.objects.within(_EVERYTHING).filter(state=ASKED).values("decision_id")
    due = GroupDecision.objects.filter(Q(ask_until__lte=now) | ~Q(pk__in=asking) | Q(run__state="cancelled"))
    finished = 0
    for decision_id in due.filter(choice="merge", finished_at=None).values_list("pk", flat=True)[:500]:
        finished += _finish(decision_id, now)
    return finished


@transaction.atomic
def _finish(decision_id: int, now: datetime) -> int:
    decision = (
        GroupDecision.objects.select_for_update(of=("self",))
        .select_related("run", "target")
        .filter(pk=decision_id, finished_at=None)
        .first()
    )
    if decision is None:
        return 0
    target, _ = decision.terms()
    if decision.run.state == "published":
        classes.cancel_class_run(
            actor=Actor.system("finish_mergers"),
            code=decision.run.code,
            reason=f"人数不够，已请学员并到《{target.title}》"[:120],
            now=now,
        )
    seats.lock_pool(target.pk)
    open_asks = MergeAsk.objects.within(_EVERYTHING).select_for_update().filter(decision=decision, state=ASKED)
    kept = [ask.kept_id for ask in open_asks.order_by("pk")]
    for place in Place.objects.within(_EVERYTHING).select_for_update().filter(pk__in=kept).order_by("pk"):
        release_kept(place, now=now)
    open_asks.update(state=LAPSED, answered_at=now)
    decision.finished_at = now
    decision.save(update_fields=["finished_at"])
    return 1
