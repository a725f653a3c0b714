from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.incentives.errors import SecondPersonNeeded, ServiceEnded, ServiceNotFound, ServiceNotYet
from xueqiao.domains.incentives.events import TimeServiceEnded
from xueqiao.domains.incentives.models import TimeService
from xueqiao.domains.incentives.queries import EVERYTHING, find_service, is_desk_of, service_view
from xueqiao.domains.incentives.values import TimeServiceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import post_held, void_held
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput, Refused

NEWS = {"served": "已完成，时长已用", "refused": "安排不了，时长已退回"}


def end_time_service(*, actor: Actor, service_uuid: UUID, state: str, now: datetime) -> TimeServiceView:
    """End a service once: a desk says served (from its day on) or refused, the saver or who asked says withdrawn.

    A desk person who asked for it, pays for it or was helped does not decide; the table's CHECK says so too. Served
    uses the minutes up, the other two give them back. Who was helped and who paid are told of a desk's answer. The same
    answer twice is one. Locks the service's row. Raises InvalidInput, NotAllowed, ServiceNotFound, SecondPersonNeeded,
    ServiceNotYet, ServiceEnded.
    """
    if state == "withdrawn":
        found = _own(actor, service_uuid, now)
    elif state in NEWS:
        found = find_service(actor, service_uuid)
        if actor.person_id in {None, found.asked_by_id, found.helped_id, found.payer_id}:
            raise SecondPersonNeeded
    else:
        raise InvalidInput(what="没有这一步")
    with transaction.atomic():
        row = locked_service(found.pk)
        if row.state == state:
            return service_view(row)
        if row.state != "asked":
            raise ServiceEnded
        if state == "served" and row.day > local_date(now):
            raise ServiceNotYet(day=f"{row.day.month} 月 {row.day.day} 日")
        resolve = post_held if state == "served" else void_held
        resolve(row.hold_id, key=f"incentives.help_{state}:{row.pk}", memo={"deed": state}, now=now)
        row.state, row.decided_by_id, row.decided_at = state, actor.person_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        if state in NEWS:
            _tell(row, now)
        record_event(
            TimeServiceEnded(row.pk, row.helped_id, row.payer_id, row.region, row.minutes, state),
            region=row.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="end_time_service",
            object_kind="time_service",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.helped_id if row.helped_id != actor.person_id else None,
            now=now,
            detail={"state": state, "minutes": row.minutes},
        )
        return service_view(row)


def locked_service(service_id: int) -> TimeService:
    """The row, for this transaction alone."""
    rows = TimeService.objects.within(EVERYTHING).select_related("helped").select_for_update(of=("self",))
    return rows.get(pk=service_id)


def _own(actor: Actor, service_uuid: UUID, now: datetime) -> TimeService:
    """The service the actor may withdraw: of her own time, of whom she acts for, or asked by her own desk."""
    row = TimeService.objects.within(EVERYTHING).filter(uuid=service_uuid).first()
    if row is None or actor.person_id is None:
        raise ServiceNotFound
    if row.payer_id is None:
        if row.asked_by_id == actor.person_id and is_desk_of(actor, row.region):
            return row
        raise ServiceNotFound
    try:
        people.require_may_act_for(actor, row.payer_id, now=now)
    except Refused as refusal:
        raise ServiceNotFound from refusal  # who may not act for her is not told that it exists
    return row


def _tell(row: TimeService, now: datetime) -> None:
    news, day = NEWS[row.state], f"{row.day.month} 月 {row.day.day} 日"
    people.notify(
        [
            people.NoticeWanted(
                person_id=person_id,
                text=f"{row.helped.name}{day}的时间银行服务“{row.words}”：{news}。",
                values={"name": row.helped.name, "day": day, "news": news},
                path="/mine/points/",
            )
            for person_id in sorted({row.helped_id, row.payer_id or row.helped_id})
        ],
        template="time_service_news",
        key=f"time_service:{row.pk}",
        now=now,
    )
