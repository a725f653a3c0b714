"""Take up a claim: the papers were checked, in a stated way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.errors.claims import (
    ClaimNotAtThisStep,
    ClaimUnknown,
    OwnClaim,
    OwnInstitution,
    SecondPersonNeeded,
)
from xueqiao.domains.credits.models import Claim
from xueqiao.domains.credits.queries.claims import REVIEWING_ROLES, access_claim
from xueqiao.domains.credits.queries.rulesets import rule_set_of
from xueqiao.domains.credits.rules.claims import (
    after_working_days,
    facts_for_json,
    is_of_own_institution,
    wrong_fact,
)
from xueqiao.domains.credits.values.claims import ACCEPTED, CLAIMED, STRENGTHS, ClaimView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

NOT_FOR_CLERKS = ("strength", "reviewers")


def lock_claim(*, actor: Actor, claim_uuid: UUID) -> Claim:
    """Return a claim's row locked, for a reviewer who may decide on it. Needs an open transaction.

    Raises NotAllowed, ClaimUnknown, OwnClaim, OwnInstitution.
    """
    people.require_role(actor, *REVIEWING_ROLES)
    row = (
        Claim.objects.within(actor.scope)
        .select_for_update(of=("self",))
        .select_related("outcome", "rule_version")
        .filter(uuid=claim_uuid)
        .first()
    )
    if row is None:
        raise ClaimUnknown
    people.require_role(actor, *REVIEWING_ROLES, region=row.outcome.region)
    claimant = row.outcome.person_id
    if actor.person_id is not None and (actor.person_id == claimant or people.are_family(actor.person_id, claimant)):
        raise OwnClaim
    if is_of_own_institution([duty.institution_id for duty in actor.duties], row.outcome.issuer_id):
        raise OwnInstitution
    return row


def accept_claim(
    *,
    actor: Actor,
    claim_uuid: UUID,
    method: str,
    now: datetime,
    seen_also_by_id: int | None = None,
    checked_facts: Mapping[str, Any] | None = None,
) -> ClaimView:
    """Note how the papers were checked and what they say, and start the time for the decision.

    method: original_seen (two staff), issuer_query. checked_facts replace what the person wrote. Locks the claim.
    Raises ClaimUnknown, ClaimNotAtThisStep, NotAllowed, OwnClaim, OwnInstitution, SecondPersonNeeded, InvalidInput.
    """
    facts = dict(checked_facts or {})
    with transaction.atomic():
        row = lock_claim(actor=actor, claim_uuid=claim_uuid)
        if method not in ("original_seen", "issuer_query") or set(facts) & set(NOT_FOR_CLERKS):
            raise InvalidInput(what="请选核对方式：看原件，或向出具单位查询")
        if wrong := wrong_fact(facts):
            raise InvalidInput(what=wrong)
        if method == "original_seen" and seen_also_by_id in (None, actor.person_id):
            raise SecondPersonNeeded
        if row.state != CLAIMED:
            raise ClaimNotAtThisStep
        if method == "original_seen" and not people.holds_duty(
            seen_also_by_id or 0, *REVIEWING_ROLES, region=row.outcome.region, on=local_date(now)
        ):
            raise SecondPersonNeeded
        row.outcome.evidence.update(
            method=method,
            strength=STRENGTHS[method],
            verified_by_id=actor.person_id,
            seen_also_by_id=seen_also_by_id if method == "original_seen" else None,
            verified_at=now,
        )
        if facts:
            row.outcome.facts = row.outcome.facts | facts_for_json(facts)
            row.outcome.save(update_fields=["facts"])
        terms = rule_set_of(row.rule_version).review
        known = classes.holidays_between(local_date(now), local_date(now) + timedelta(days=90))
        days = {day: kind for day, (kind, _) in known.items()}
        row.state = ACCEPTED
        row.decide_due = after_working_days(local_date(now), terms.decide_working_days, days)
        row.save(update_fields=["state", "decide_due"])
        record_deed(
            actor=actor,
            verb="accept_claim",
            object_kind="claim",
            object_id=row.pk,
            region=row.outcome.region,
            acting_for_id=row.outcome.person_id,
            now=now,
            detail={"method": method, "seen_also_by": seen_also_by_id, "facts": sorted(facts)},
        )
    return access_claim(actor=Actor(actor.kind, scope=Scope.everything("just decided")), claim_uuid=claim_uuid)
