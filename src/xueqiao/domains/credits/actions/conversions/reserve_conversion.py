"""Set recognised credit aside for a programme, until its school says yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits import parameters
from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.errors.conversions import (
    AgreementCapReached,
    NotEnoughCredit,
    NothingToConvert,
    NotTheReceiver,
    OutcomeNotUsable,
    PlanNotLegal,
    SeveralAgreements,
    UuidUsed,
)
from xueqiao.domains.credits.errors.deposits import AccountFrozen
from xueqiao.domains.credits.models import Agreement, Conversion, ConversionHold, ConversionUse, RuleSetVersion
from xueqiao.domains.credits.queries.balances import as_postings
from xueqiao.domains.credits.queries.conversions import (
    agreements_by_use,
    closed_for,
    converted_under,
    facts_as_json,
    frames_of,
    parts_of,
    receivers_of,
    rules_in_reach,
    seen_again,
    settled_in,
    usable_outcomes,
)
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.rules.conversions import explanation_of, sums_by_unit
from xueqiao.domains.credits.rules.evaluation import IllegalPlan, evaluate
from xueqiao.domains.credits.rules.postings import held_lines
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.domains.credits.values.conversions import ConversionView, Plan, Usable
from xueqiao.domains.credits.values.evaluations import Evaluation
from xueqiao.domains.credits.values.rulesets import RuleSet
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope


def reserve_conversion(
    *,
    actor: Actor,
    conversion_uuid: UUID,
    person_id: int,
    rules_code: str,
    programme: str,
    institution_id: int,
    plan: Plan,
    now: datetime,
) -> ConversionView:
    """Hold on the ledger what the outcomes of `plan` gave, and keep why they count; the school has some days to answer.

    The person, or who acts for her. conversion_uuid: made by the caller; the same again is the same conversion. plan:
    outcome key to (rule number, hundredths), as `conversion_plan` showed it; the evaluator judges it again, with all
    conversions into the programme so far. Of an outcome as large a part is taken as counts of what it is worth there;
    the rest stays for another programme. Locks CREDIT_ACCOUNT. Raises NotYours, UuidUsed, AccountFrozen,
    ProgrammeUnknown, NothingToConvert, OutcomeNotUsable, PlanNotLegal, SeveralAgreements, AgreementCapReached,
    NotTheReceiver, NotEnoughCredit; then nothing was written.
    """
    authority = require_may_decide_for(actor, person_id, now=now)
    system = Actor.system("reserve_conversion")
    card = people.access_persons(system, [person_id])[person_id]
    on = local_date(now)
    with transaction.atomic():
        lock(LockSpace.CREDIT_ACCOUNT, [person_id])
        everything = Scope.everything("authority was checked for the person")
        known = (
            Conversion.objects.within(everything).select_related("rule_version").filter(uuid=conversion_uuid).first()
        )
        if known is not None:
            asked = (person_id, rules_code, programme, institution_id)
            if asked != (known.person_id, known.rule_version.code, known.programme, known.institution_id):
                raise UuidUsed
            return seen_again(known)
        if open_credit_account(person_id=person_id, now=now).frozen_at is not None:
            raise AccountFrozen
        adopt_shipped_rules(actor=system, now=now)
        rules = rules_in_reach(card.region, rules_code, programme, on=on)
        if not plan:
            raise NothingToConvert
        usable = usable_outcomes(person_id)
        if not set(plan) <= set(usable):
            raise OutcomeNotUsable
        by_use = agreements_by_use(rules, programme, [each.outcome for each in usable.values()], on=on)
        told = _judged(rules, programme, usable, by_use, plan, person_id, now)
        agreement = _agreement_of(rules, by_use, told, person_id)
        receivers = receivers_of(rules, agreement, region=card.region, on=on)
        if institution_id not in {each.id for each in receivers}:
            raise NotTheReceiver
        days = parameter_at(parameters.conversion_hold_days.name, region=card.region, on=on).value
        text, sha256 = explanation_of(told.sentences)
        row = Conversion.objects.create(
            uuid=conversion_uuid,
            person_id=person_id,
            rule_version=RuleSetVersion.objects.get(code=rules.code, version=rules.version),
            programme=programme,
            programme_title=told.programme.title,
            institution_id=institution_id,
            agreement=agreement,
            unit=rules.unit,
            amount_hundredths=told.amount_hundredths,
            explanation=text,
            explanation_sha256=sha256,
            reserved_at=now,
            reserved_by_id=actor.person_id,
            expires_at=now + timedelta(days=days),
        )
        parts = parts_of(told.uses, usable)
        ConversionUse.objects.bulk_create(
            ConversionUse(
                conversion=row,
                proposal_id=usable[use.key].proposal_id,
                claim_id=usable[use.key].claim_id,
                giver_id=usable[use.key].giver_id,
                number=use.option.number,
                category=use.option.category,
                unit=usable[use.key].unit,
                taken_hundredths=taken,
                counted_hundredths=use.counted_hundredths,
                facts=facts_as_json(usable[use.key].outcome),
            )
            for use, taken in parts
        )
        _hold(row, rules, sums_by_unit((usable[use.key].unit, taken) for use, taken in parts), now)
        record_deed(
            actor=actor,
            verb="reserve_conversion",
            object_kind="conversion",
            object_id=row.pk,
            region=card.region,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"programme": programme, "amount_hundredths": row.amount_hundredths, "institution": institution_id},
        )
    return seen_again(row)


def _judged(
    rules: RuleSet,
    programme: str,
    usable: dict[str, Usable],
    by_use: dict[tuple[str, str], Agreement],
    plan: Plan,
    person_id: int,
    now: datetime,
) -> Evaluation:
    """Hold the plan against the rules of today and all that counts in the programme already."""
    outcomes = [each.outcome for each in usable.values()]
    try:
        return evaluate(
            rules,
            programme,
            outcomes,
            on=local_date(now),
            plan=plan,
            closed_agreements=closed_for(rules, outcomes, by_use),
            settled=settled_in(person_id, rules.code, programme),
        )
    except IllegalPlan as broken:
        raise PlanNotLegal from broken


def _agreement_of(
    rules: RuleSet, by_use: dict[tuple[str, str], Agreement], told: Evaluation, person_id: int
) -> Agreement | None:
    """Return the one agreement the uses build on, with room for them; None when they need none."""
    frames = frames_of(rules)
    leaning = [use for use in told.uses if frames[use.option.number]]
    rows = {row.pk: row for row in (by_use[frames[use.option.number], use.key] for use in leaning)}
    if len(rows) > 1:
        raise SeveralAgreements
    for agreement in rows.values():
        if agreement.cap_hundredths is not None:
            used = converted_under(person_id, agreement.code)
            if used + sum(use.counted_hundredths for use in leaning) > agreement.cap_hundredths:
                raise AgreementCapReached(limit=credits_text(agreement.cap_hundredths), used=credits_text(used))
        return agreement
    return None


def _hold(row: Conversion, rules: RuleSet, amounts: Mapping[str, int], now: datetime) -> None:
    """Hold the credit, one transfer for each unit. The ledger carries the hashes of rule and explanation."""
    for unit, amount in amounts.items():
        try:
            transfer = ledger.hold_transfer(
                unit=unit,
                postings=as_postings(held_lines(row.uuid, row.person_id, amount)),
                key=f"credits.reserve:{row.uuid}",
                memo={
                    "deed": "reserve",
                    "conversion": str(row.uuid),
                    "rule": f"{rules.code}/{rules.version}",
                    "rule_sha256": rules.sha256,
                    "explanation_sha256": row.explanation_sha256,
                },
                now=now,
                expires_at=row.expires_at,
            )
        except ledger.InsufficientBalance as short:
            raise NotEnoughCredit from short
        ConversionHold.objects.create(conversion=row, unit=unit, amount_hundredths=amount, transfer_id=transfer.id)
