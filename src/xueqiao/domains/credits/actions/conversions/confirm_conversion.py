"""The school takes the credit into its programme."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.conversions.tell_conversion import tell_conversion
from xueqiao.domains.credits.errors.conversions import RecognitionGone
from xueqiao.domains.credits.events import ConversionConfirmed
from xueqiao.domains.credits.models import Conversion
from xueqiao.domains.credits.queries.conversions import (
    conversion_facts,
    locked_for_school,
    revoked_uses,
    seen_again,
)
from xueqiao.domains.credits.rules.conversions import is_new_step, require_in_time
from xueqiao.domains.credits.values.conversions import CONVERTED, ConversionView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.outbox.api import record_event


def confirm_conversion(*, actor: Actor, conversion_uuid: UUID, now: datetime) -> ConversionView:
    """Make the hold final: the credit is used at this school. Twice is once. Locks CREDIT_ACCOUNT, then the row.

    A clerk of the very school or an officer above it, neither the learner nor her family. An agreement or a rule that
    was suspended meanwhile does not matter: what was reserved under it stays good. Raises ConversionUnknown,
    NotAllowed, OwnConversion, ConversionNotAtThisStep, ReservationOver, RecognitionGone.
    """
    with transaction.atomic():
        row = locked_for_school(actor, conversion_uuid)
        if not is_new_step(row.state, CONVERTED):
            return seen_again(row)
        require_in_time(row.expires_at, now)
        if revoked_uses(row):
            raise RecognitionGone
        _post(row, now)
        row.state, row.decided_at, row.decided_by_id = CONVERTED, now, actor.person_id
        row.save(update_fields=["state", "decided_at", "decided_by"])
        tell_conversion(conversion=row, now=now)
        record_event(ConversionConfirmed(**conversion_facts(row)), region=row.institution.region, now=now)
        record_deed(
            actor=actor,
            verb="confirm_conversion",
            object_kind="conversion",
            object_id=row.pk,
            region=row.institution.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"programme": row.programme, "amount_hundredths": row.amount_hundredths},
        )
    return seen_again(row)


def _post(row: Conversion, now: datetime) -> None:
    for hold in row.holds.order_by("unit"):
        ledger.post_held(
            hold.transfer_id,
            key=f"credits.convert:{row.uuid}",
            now=now,
            memo={"deed": "convert", "conversion": str(row.uuid), "programme": row.programme},
        )
