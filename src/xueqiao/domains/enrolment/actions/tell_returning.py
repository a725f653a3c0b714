from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun
from xueqiao.domains.enrolment.queries.returns import learners_who_may_return, rounds_to_tell
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor


def tell_returning(*, now: datetime) -> int:
    """Tell the learners of last term's classes, once, that their seats are kept for them in the priority window.

    Return how many notices are new. Safe to repeat: a notice has one key per class of a round.
    """
    told = 0
    for round_id in rounds_to_tell(now=now):
        admission = AdmissionRound.objects.get(pk=round_id)
        runs = RoundRun.objects.filter(round=admission, is_live=True, continues__isnull=False).select_related("run")
        for each in runs.order_by("pk"):
            with transaction.atomic():
                told += _tell(admission, each, now)
    return told


def _tell(admission: AdmissionRound, one: RoundRun, now: datetime) -> int:
    cards = people.access_persons(Actor.system("tell_returning"), learners_who_may_return(one))
    until = when(admission.wishes_open_at)
    return people.notify(
        [
            people.NoticeWanted(
                card.id,
                f"《{one.run.title}》给{card.name}留着座位：{until} 前点“续读”，不用抽签。过了就和大家一起抽。",
                {"name": card.name, "title": one.run.title, "until": until},
                f"/rounds/{admission.code}/",
            )
            for card in cards.values()
        ],
        template="return_open",
        key=f"return_open:{one.pk}",
        now=now,
    )
