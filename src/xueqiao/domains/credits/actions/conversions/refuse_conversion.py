"""The school does not take the credit; it goes back to the learner, with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.conversions.release_conversion import release_conversion
from xueqiao.domains.credits.actions.conversions.tell_conversion import tell_conversion
from xueqiao.domains.credits.queries.conversions import locked_for_school, require_words, seen_again
from xueqiao.domains.credits.rules.conversions import is_new_step
from xueqiao.domains.credits.values.conversions import REFUSED, ConversionView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def refuse_conversion(*, actor: Actor, conversion_uuid: UUID, words: str, now: datetime) -> ConversionView:
    """Free the credit and keep the reason the learner reads. Twice is once. Locks CREDIT_ACCOUNT, then the row.

    Who may: as in `confirm_conversion`. Raises ConversionUnknown, NotAllowed, OwnConversion, ReasonNeeded,
    ConversionNotAtThisStep.
    """
    with transaction.atomic():
        row = locked_for_school(actor, conversion_uuid)
        clean = require_words(words)
        if not is_new_step(row.state, REFUSED):
            return seen_again(row)
        release_conversion(conversion=row, state=REFUSED, by_id=actor.person_id, words=clean, now=now)
        tell_conversion(conversion=row, now=now)
        record_deed(
            actor=actor,
            verb="refuse_conversion",
            object_kind="conversion",
            object_id=row.pk,
            region=row.institution.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"programme": row.programme},
        )
    return seen_again(row)
