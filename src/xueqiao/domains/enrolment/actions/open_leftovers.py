from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun
from xueqiao.domains.enrolment.values.rounds import CLOSED, DRAWN
from xueqiao.foundation.audit.api import Actor, record_deed


def open_leftovers(*, now: datetime) -> int:
    """Close every drawn round whose published moment for leftovers has come; return how many.

    Its classes take the rest first come, first served, on every channel. Seats kept for a waiting list stay kept: they
    count as held. Each round in a transaction of its own, under its gate; safe to repeat. Leftovers are a fair
    queue and not a race (the waiting room of openings), published with the round.
    """
    closed = 0
    due = AdmissionRound.objects.filter(state=DRAWN, leftovers_open_at__lte=now).order_by("pk")
    for round_id in due.values_list("pk", flat=True)[:200]:
        with transaction.atomic():
            row = shut_gate(round_id)
            if row.state != DRAWN:
                continue
            runs = list(RoundRun.objects.filter(round=row, is_live=True).values_list("run_id", flat=True))
            actor = Actor.system("enrolment.open_leftovers")
            opened = classes.admit_first_come(actor=actor, run_ids=runs, now=now)
            row.state = CLOSED
            row.save(update_fields=["state"])
            record_deed(
                actor=actor,
                verb="open_leftovers",
                object_kind="round",
                object_id=row.pk,
                now=now,
                region=row.region,
                detail={"code": row.code, "classes": opened},
            )
            closed += 1
    return closed
