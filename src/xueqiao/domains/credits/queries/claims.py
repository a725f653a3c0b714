"""Reads of claims: one's own, and the reviewers' desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from xueqiao.domains.credits.errors.claims import ClaimUnknown
from xueqiao.domains.credits.models import Claim, Evidence, Outcome
from xueqiao.domains.credits.queries.rulesets import rule_set_of
from xueqiao.domains.credits.rules.choosing import unrecorded
from xueqiao.domains.credits.values.claims import ACCEPTED, APPEALED, CLAIMED, ClaimView, EvidenceLine
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

REVIEWING_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
DESK_MAX = 200


def claim_rows(scope: Scope) -> Any:
    """Claims in a scope with what a view of them needs."""
    return (
        Claim.objects.within(scope)
        .select_related("outcome__person", "rule_version")
        .prefetch_related("opinions", "outcome__evidence")
    )


def claim_view(row: Claim) -> ClaimView:
    """Turn a row into what crosses the door."""
    outcome = row.outcome
    opinions = [each.is_for for each in row.opinions.all() if each.round == row.round]
    return ClaimView(
        uuid=row.uuid,
        person_id=outcome.person_id,
        person_name=outcome.person.name,
        type=outcome.type,
        title=outcome.title,
        issuer_name=outcome.issuer_name,
        ends_on=outcome.ends_on,
        state=row.state,
        claimed_at=row.claimed_at,
        due={CLAIMED: row.accept_due, ACCEPTED: row.decide_due, APPEALED: row.decide_due}.get(row.state),
        appeal_until=row.appeal_until,
        amount_hundredths=row.amount_hundredths,
        rules_because=row.rules_because,
        unrecorded=unrecorded(rule_set_of(row.rule_version), outcome.type, outcome.facts),
        sentences=tuple(row.explanation),
        decision_words=row.decision_words,
        rule_title=f"{row.rule_version.title} 第 {row.rule_version.version} 版",
        reviewers_needed=row.reviewers_needed,
        opinions_for=sum(opinions),
        opinions_against=len(opinions) - sum(opinions),
        evidence=tuple(
            EvidenceLine(each.uuid, each.name, each.content_type, each.method, each.strength)
            for each in sorted(outcome.evidence.all(), key=lambda each: each.pk)
        ),
        region=outcome.region,
        issuer_institution_id=outcome.issuer_id,
    )


def access_claim(*, actor: Actor, claim_uuid: UUID) -> ClaimView:
    """Return a claim of a person in the actor's scope. Raises ClaimUnknown."""
    row = claim_rows(actor.scope).filter(uuid=claim_uuid).first()
    if row is None:
        raise ClaimUnknown
    return claim_view(row)


def access_claims_of(*, actor: Actor, person_id: int) -> tuple[ClaimView, ...]:
    """Return a person's claims, the newest first. Raises NotFound when the actor may not see her."""
    people.access_person(actor, person_id)
    rows = claim_rows(Scope.everything("the person was just accessed")).filter(outcome__person_id=person_id)
    return tuple(claim_view(row) for row in rows.order_by("-id"))


def access_claims_waiting(*, actor: Actor) -> tuple[ClaimView, ...]:
    """Return the claims a reviewer may still say something on, the one due first at the top. Raises NotAllowed."""
    people.require_role(actor, *REVIEWING_ROLES)
    rows = claim_rows(actor.scope).filter(state__in=[CLAIMED, ACCEPTED, APPEALED])
    if actor.person_id is not None:
        rows = rows.exclude(opinions__reviewer_id=actor.person_id)
    views = [claim_view(row) for row in rows.order_by("id")[:DESK_MAX]]
    institutions = {duty.institution_id for duty in actor.duties}
    fit = [each for each in views if each.issuer_institution_id not in institutions - {None}]
    return tuple(sorted(fit, key=lambda each: (each.due or each.ends_on, each.claimed_at)))


def access_evidence(*, actor: Actor, evidence_uuid: UUID) -> tuple[str, bytes]:
    """Return the content type and bytes of a paper of a person in the actor's scope. Raises ClaimUnknown."""
    row = Evidence.objects.filter(uuid=evidence_uuid, outcome__in=Outcome.objects.within(actor.scope)).first()
    if row is None:
        raise ClaimUnknown
    return row.content_type, bytes(row.body)
