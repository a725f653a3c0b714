from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.enrolment.errors.rounds import DeviceUnknown
from xueqiao.domains.enrolment.models import CounterDevice
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def withdraw_device(*, actor: Actor, device_uuid: UUID, now: datetime) -> None:
    """A device was lost or handed on: nothing it sends from now on counts. Again changes nothing.

    Raises NotAllowed, DeviceUnknown unless it is the actor's own.
    """
    people.require_role(actor, people.CENTRE_CLERK)
    with transaction.atomic():
        row = CounterDevice.objects.select_for_update().filter(uuid=device_uuid, clerk_id=actor.person_id).first()
        if row is None:
            raise DeviceUnknown
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            record_deed(actor=actor, verb="withdraw_device", object_kind="device", object_id=row.pk, now=now)
