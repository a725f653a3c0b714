"""The learner takes a reservation back before the school has answered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.conversions.release_conversion import release_conversion
from xueqiao.domains.credits.errors.conversions import ConversionUnknown
from xueqiao.domains.credits.models import Conversion
from xueqiao.domains.credits.queries.conversions import locked_conversion, seen_again
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.rules.conversions import is_new_step
from xueqiao.domains.credits.values.conversions import WITHDRAWN, ConversionView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def withdraw_conversion(*, actor: Actor, conversion_uuid: UUID, now: datetime) -> ConversionView:
    """Free the credit at once. The person, or who acts for her; twice is once. Locks CREDIT_ACCOUNT, then the row.

    Raises ConversionUnknown, NotYours, ConversionNotAtThisStep when the school has answered or the time is over.
    """
    everything = Scope.everything("authority is checked for the conversion's person")
    person_id = Conversion.objects.within(everything).filter(uuid=conversion_uuid).values_list("person_id", flat=True)
    found = person_id.first()
    if found is None:
        raise ConversionUnknown
    authority = require_may_decide_for(actor, found, now=now)
    with transaction.atomic():
        row = locked_conversion(conversion_uuid)
        if not is_new_step(row.state, WITHDRAWN):
            return seen_again(row)
        release_conversion(conversion=row, state=WITHDRAWN, by_id=actor.person_id, words="", now=now)
        record_deed(
            actor=actor,
            verb="withdraw_conversion",
            object_kind="conversion",
            object_id=row.pk,
            region=row.institution.region,
            acting_for_id=row.person_id if authority != "self" else None,
            now=now,
            detail={"programme": row.programme},
        )
    return seen_again(row)
