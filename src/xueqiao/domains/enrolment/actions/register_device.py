from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.errors.rounds import SignatureWrong
from xueqiao.domains.enrolment.models import CounterDevice
from xueqiao.domains.enrolment.queries.late import device_view
from xueqiao.domains.enrolment.rules.devices import is_device_key
from xueqiao.domains.enrolment.values.late import DeviceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed


def register_device(*, actor: Actor, public_key: bytes, label: str, now: datetime) -> DeviceView:
    """Register a device of a village desk to the clerk who is signed in: from now on its signatures are hers.

    The same key again returns the device. Raises NotAllowed (no clerk, or somebody else's key), SignatureWrong.
    """
    people.require_role(actor, people.CENTRE_CLERK)
    if actor.person_id is None:
        raise NotAllowed
    if not is_device_key(public_key):
        raise SignatureWrong
    with transaction.atomic():
        known = CounterDevice.objects.filter(public_key=public_key).first()
        if known is not None:
            if known.clerk_id != actor.person_id or known.withdrawn_at is not None:
                raise NotAllowed
            return device_view(known)
        row = CounterDevice.objects.create(
            clerk_id=actor.person_id, label=label.strip()[:40] or "离线柜台", public_key=public_key, registered_at=now
        )
        row.refresh_from_db(fields=["uuid"])
        record_deed(
            actor=actor,
            verb="register_device",
            object_kind="device",
            object_id=row.pk,
            now=now,
            detail={"label": row.label},
        )
        return device_view(row)
