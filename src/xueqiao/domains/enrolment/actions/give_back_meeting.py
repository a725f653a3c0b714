from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._delivery import plan_delivery
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.rules.changes import ORGANISER_SOURCE, money_words
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.seats import CONFIRMED
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope


def give_back_meeting(*, session_id: int, sold: int, now: datetime) -> int:
    """Pay back one meeting of `sold` that is not made up for; return how much went back to learners in all, in fen.

    To everybody who was enrolled when it would have begun and still is; the other payers get the same fraction. Told
    once, with the money. One transaction, one refund key per place and meeting: safe to repeat.
    """
    with transaction.atomic():
        session = classes.get_session(session_id)
        places = list(
            Place.objects.within(Scope.everything("a meeting owed to the class"))
            .select_for_update(of=("self",))
            .select_related("person")
            .filter(run_id=session.run_id, state=CONFIRMED, confirmed_at__lte=session.starts_at)
            .order_by("pk")[:2000]
        )
        told, total = [], 0
        for place in places:
            back = _refund(place, session, sold, now)
            total += back
            money = money_words(back)
            told.append(
                people.NoticeWanted(
                    place.person_id,
                    f"《{session.title}》{when(session.starts_at)} 的课不补了。{money}。",
                    {
                        "name": place.person.name,
                        "title": session.title,
                        "old": when(session.starts_at),
                        "money": money,
                    },
                    "/mine/",
                )
            )
        _pay_back_others(session, now)
        people.notify(told, template="session_refunded", key=f"session_refunded:{session_id}", now=now)
        return total


def _refund(place: Place, session: classes.SessionView, sold: int, now: datetime) -> int:
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    key = f"missed:{session.id}:place:{place.pk}"
    if bill is None or not bill.has_been_paid:
        return 0
    earlier = payments.find_refund(key)
    if earlier is not None:
        return earlier.amount_fen
    plan_delivery(place, now=now, although_cancelled=[session.id])
    return payments.return_parts(
        actor=Actor.system("give_back_meeting"),
        bill_id=bill.id,
        delivery_ids=[session.id],
        key=key,
        reason="停课不补",
        rule=f"退一次课：{sold} 次里的 1 次（{ORGANISER_SOURCE}）",
        now=now,
    )


def _pay_back_others(session: classes.SessionView, now: datetime) -> None:
    """Whoever has left since, or came over from another class, is owed the meeting all the same."""
    for bill_id in payments.bills_paying_for(session.id, states=("waiting", "owed")):
        payments.return_parts(
            actor=Actor.system("give_back_meeting"),
            bill_id=bill_id,
            delivery_ids=[session.id],
            reason="停课不补",
            rule=f"退一次没有上的课（{ORGANISER_SOURCE}）",
            now=now,
        )
