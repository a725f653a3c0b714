from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people.models import Notice
from xueqiao.domains.people.ports import sms_gateway
from xueqiao.foundation.scope import Scope

TRIES_MAX = 3


def send_notices(*, now: datetime, limit: int = 1000) -> int:
    """Carry waiting notices to their readers' phones, oldest first; return how many the gateway took.

    Each one is claimed and committed before the gateway is called, so that no row is locked while a network answers and
    none goes out twice, whoever dies when. What the gateway refuses is tried three times in all.
    """
    sent = 0
    everybody = Scope.everything("messages to their readers")
    due = Notice.objects.within(everybody).filter(sms_state="waiting", send_at__lte=now).order_by("send_at", "pk")
    for notice_id in list(due.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            notice = (
                Notice.objects.within(everybody)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("recipient")
                .filter(pk=notice_id, sms_state="waiting")
                .first()
            )
            if notice is None:
                continue
            notice.sms_state, notice.sms_tries = "sending", notice.sms_tries + 1
            notice.save(update_fields=["sms_state", "sms_tries"])
        try:
            sms_gateway.use().send(notice.recipient.phone or "", notice.template, notice.values)
        except OSError:
            notice.sms_state = "failed" if notice.sms_tries >= TRIES_MAX else "waiting"
        else:
            notice.sms_state = "sent"
            sent += 1
        notice.save(update_fields=["sms_state"])
    return sent
