"""Appeal against a refusal, once; other reviewers decide."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.errors.claims import AppealOver, ClaimNotAtThisStep, ClaimUnknown
from xueqiao.domains.credits.models import Claim
from xueqiao.domains.credits.queries.claims import access_claim
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.queries.rulesets import rule_set_of
from xueqiao.domains.credits.rules.claims import after_working_days
from xueqiao.domains.credits.values.claims import APPEALED, REFUSED, ClaimView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope


def appeal_claim(*, actor: Actor, claim_uuid: UUID, words: str, now: datetime) -> ClaimView:
    """Ask for a second decision, by a group of the rules' size in which nobody sits who spoke before.

    The person or who acts for her, until the last day. Locks the claim. Raises ClaimUnknown, NotYours,
    ClaimNotAtThisStep, AppealOver, InvalidInput; then nothing moved.
    """
    clean = " ".join(words.split())
    everything = Scope.everything("authority is checked against the claim's person")
    with transaction.atomic():
        row = (
            Claim.objects.within(everything)
            .select_for_update(of=("self",))
            .select_related("outcome", "rule_version")
            .filter(uuid=claim_uuid)
            .first()
        )
        if row is None:
            raise ClaimUnknown
        authority = require_may_decide_for(actor, row.outcome.person_id, now=now)
        if not 2 <= len(clean) <= 300:
            raise InvalidInput(what="请写明申诉的理由，2 到 300 字")
        if row.state != REFUSED or row.round != 1:
            raise ClaimNotAtThisStep
        if row.appeal_until is None or local_date(now) > row.appeal_until:
            raise AppealOver
        terms = rule_set_of(row.rule_version).review
        known = classes.holidays_between(local_date(now), local_date(now) + timedelta(days=90))
        days = {day: kind for day, (kind, _) in known.items()}
        row.state, row.round, row.reviewers_needed = APPEALED, 2, terms.reviewers
        row.appeal_words, row.decided_at = clean, None
        row.decide_due = after_working_days(local_date(now), terms.decide_working_days, days)
        row.save()
        record_deed(
            actor=actor,
            verb="appeal_claim",
            object_kind="claim",
            object_id=row.pk,
            region=row.outcome.region,
            acting_for_id=row.outcome.person_id if authority != "self" else None,
            now=now,
        )
    return access_claim(actor=Actor.system("appeal_claim"), claim_uuid=claim_uuid)
