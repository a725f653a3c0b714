"""A reviewer says yes or no; with the last voice the claim is decided, and what is recognised is on the ledger."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.actions.claims.accept_claim import lock_claim
from xueqiao.domains.credits.errors.claims import ClaimNotAtThisStep, JudgedAlready, NotWorthAnything
from xueqiao.domains.credits.errors.deposits import AccountFrozen
from xueqiao.domains.credits.events import ClaimDecided
from xueqiao.domains.credits.models import Claim, Opinion, Outcome
from xueqiao.domains.credits.queries.agreements import agreement_for, require_room
from xueqiao.domains.credits.queries.balances import arriving
from xueqiao.domains.credits.queries.claims import access_claim
from xueqiao.domains.credits.queries.recognitions import facts_of, recognition_of
from xueqiao.domains.credits.queries.rulesets import agreements_closed_to, rule_set_of
from xueqiao.domains.credits.rules.claims import after_working_days, verdict
from xueqiao.domains.credits.rules.deposits import issuer_account
from xueqiao.domains.credits.values.amounts import unit_name
from xueqiao.domains.credits.values.claims import ACCEPTED, APPEALED, RECOGNISED, REFUSED, ClaimView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

OUTSIDE_ISSUER = "issuer:outside:granted"


def judge_claim(*, actor: Actor, claim_uuid: UUID, is_for: bool, words: str, now: datetime) -> ClaimView:
    """Give an opinion, once per reviewer. The last one needed decides: recognised and posted, or refused with words.

    Recognised is what the outcome adds to all that was recognised before, under the rule version of the claim: caps,
    duplicates and kept hours included. Locks the claim, then CREDIT_ACCOUNT. Raises ClaimUnknown, NotAllowed, OwnClaim,
    OwnInstitution, ClaimNotAtThisStep, JudgedAlready, InvalidInput, NotWorthAnything, AccountFrozen, and the reasons of
    errors/agreements.py where an agreement carries it: nothing moved.
    """
    clean = " ".join(words.split())
    with transaction.atomic():
        row = lock_claim(actor=actor, claim_uuid=claim_uuid)
        if len(clean) > 200 or (not is_for and len(clean) < 2):
            raise InvalidInput(what="不同意时请写一两句给申请人看的理由")
        if row.state not in (ACCEPTED, APPEALED):
            raise ClaimNotAtThisStep
        if actor.person_id is None or row.opinions.filter(reviewer_id=actor.person_id).exists():
            raise JudgedAlready
        Opinion.objects.create(
            claim=row, round=row.round, reviewer_id=actor.person_id, is_for=is_for, words=clean, given_at=now
        )
        opinions = list(row.opinions.filter(round=row.round).values_list("is_for", flat=True))
        decision = verdict(opinions, row.reviewers_needed)
        if decision is True:
            _recognise(row, now)
        elif decision is False:
            _refuse(row, now)
        if decision is not None:
            row.decided_at, row.decision_words = now, clean
            row.save()
            record_event(
                ClaimDecided(row.pk, row.outcome.person_id, bool(decision), row.amount_hundredths),
                region=row.outcome.region,
                now=now,
            )
        record_deed(
            actor=actor,
            verb="judge_claim",
            object_kind="claim",
            object_id=row.pk,
            region=row.outcome.region,
            acting_for_id=row.outcome.person_id,
            now=now,
            detail={"is_for": is_for, "state": row.state, "amount_hundredths": row.amount_hundredths},
        )
    return access_claim(actor=Actor(actor.kind, scope=Scope.everything("just decided")), claim_uuid=claim_uuid)


def _recognise(row: Claim, now: datetime) -> None:
    """Work out what the outcome adds, and post it from its issuer to the person. Needs the claim locked."""
    person_id = row.outcome.person_id
    lock(LockSpace.CREDIT_ACCOUNT, [person_id])
    if open_credit_account(person_id=person_id, now=now).frozen_at is not None:
        raise AccountFrozen
    rules = rule_set_of(row.rule_version)
    closed = agreements_closed_to([rules], [facts_of(row)], on=local_date(now))
    added = recognition_of(row, rules, now=now, closed=closed)
    if not added.is_fit:
        raise NotWorthAnything(why=added.why)
    if added.agreement:
        row.agreement = agreement_for(added.agreement, row.outcome.issuer_id, on=local_date(now))
        require_room(row.agreement, row, asked_hundredths=added.amount_hundredths, on=local_date(now))
    row.state, row.amount_hundredths = RECOGNISED, added.amount_hundredths
    row.explanation = list(added.sentences)
    if added.amount_hundredths == 0:
        return  # too little for a step: the hours are kept for the next outcome
    ledger.open_unit(rules.unit, unit_name(rules.unit), 2, sources=("issuer:",))
    issuer = issuer_account(row.outcome.issuer_id) if row.outcome.issuer_id else OUTSIDE_ISSUER
    evidence = [bytes(each.sha256).hex() for each in row.outcome.evidence.order_by("pk")]
    transfer = ledger.post_transfer(
        unit=rules.unit,
        postings=arriving(rules.unit, issuer, person_id, added.amount_hundredths),
        key=f"credits.recognise:{row.pk}",
        memo={
            "deed": "recognise",
            "claim": str(row.uuid),
            "rule": f"{rules.code}/{rules.version}",
            "rule_sha256": rules.sha256,
            "evidence": evidence,
            "reviewers": sorted(row.opinions.filter(round=row.round).values_list("reviewer_id", flat=True)),
        },
        now=now,
    )
    row.transfer_id = transfer.id


def _refuse(row: Claim, now: datetime) -> None:
    """Refuse; the first time an appeal is open for the days of the rules, the second time it is for good."""
    row.state = REFUSED
    if row.round == 1:
        terms = rule_set_of(row.rule_version).review
        known = classes.holidays_between(local_date(now), local_date(now) + timedelta(days=90))
        days = {day: kind for day, (kind, _) in known.items()}
        row.appeal_until = after_working_days(local_date(now), terms.appeal_working_days, days)
    else:
        row.appeal_until = None
        Outcome.objects.within(Scope.everything("refused for good")).filter(pk=row.outcome_id).update(is_void=True)
