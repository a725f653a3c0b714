"""Reads of conversions: what could be used where, one's own, and the schools' desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from xueqiao.domains.credits import parameters
from xueqiao.domains.credits.errors.conversions import ConversionUnknown, OwnConversion, ProgrammeUnknown, ReasonNeeded
from xueqiao.domains.credits.models import (
    Agreement,
    Claim,
    Conversion,
    ConversionUse,
    CreditExpiry,
    CreditProposal,
    RecognitionRevocation,
)
from xueqiao.domains.credits.queries.agreements import agreement_rows, terms_of
from xueqiao.domains.credits.queries.outcomes import outcomes_by_person
from xueqiao.domains.credits.queries.rulesets import agreement_names, rule_set_of, rule_sets_in_reach
from xueqiao.domains.credits.rules.agreements import agreement_covers
from xueqiao.domains.credits.rules.claims import facts_for_json, facts_from_json
from xueqiao.domains.credits.rules.conversions import part_taken, sums_by_giver
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.simulator import simulate_programme
from xueqiao.domains.credits.values.conversions import (
    CONVERTED,
    RESERVED,
    ConversionPlan,
    ConversionView,
    Plan,
    Receiver,
    Usable,
    UseView,
)
from xueqiao.domains.credits.values.evaluations import Option, Settled, Use
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

OFFICERS = ("county_officer", "city_officer", "province_officer")
CONVERTING_ROLES = ("centre_clerk", *OFFICERS)
DESK_MAX = 200
LATELY_MAX = 20
WORDS_LENGTH_MAX = 200


# What could be used


def usable_outcomes(person_id: int) -> dict[str, Usable]:
    """Return, by outcome key, what a person may convert: credit on the account, not revoked, expired or used up.

    Access was checked. Under the lock on her CREDIT_ACCOUNT the answer holds until the transaction ends.
    """
    everything = Scope.everything("access to the person was checked")
    facts = {each.key: each for each in outcomes_by_person([person_id]).get(person_id, ())}
    found: dict[str, Usable] = {}
    not_used_up = Q(allotted_hundredths__lt=F("amount_hundredths"))
    proposals = CreditProposal.objects.within(everything).filter(not_used_up, person_id=person_id, state="deposited")
    for row in proposals.select_related("completion__run"):
        key = f"c{row.completion_id}"
        if key in facts:
            giver, left = row.completion.run.institution_id, row.amount_hundredths - row.allotted_hundredths
            found[key] = Usable(_rest(facts[key], row), row.unit, left, giver, proposal_id=row.pk)
    expired = CreditExpiry.objects.within(everything).filter(claim=OuterRef("pk"), state="expired")
    claims = Claim.objects.within(everything).filter(not_used_up, outcome__person_id=person_id, state="recognised")
    for row in claims.filter(~Exists(expired)).select_related("outcome", "rule_version"):
        key = f"o{row.outcome_id}"
        if key in facts:
            unit, left = rule_set_of(row.rule_version).unit, row.amount_hundredths - row.allotted_hundredths
            found[key] = Usable(_rest(facts[key], row), unit, left, row.outcome.issuer_id, claim_id=row.pk)
    return found


def _rest(outcome: OutcomeFacts, row: CreditProposal | Claim | None) -> OutcomeFacts:
    """Return an outcome with the share of it that no conversion in force uses."""
    if row is None or not row.allotted_hundredths:
        return outcome
    return replace(outcome, share=1 - Fraction(row.allotted_hundredths, row.amount_hundredths))


def not_used_up(person_id: int) -> tuple[OutcomeFacts, ...]:
    """Return all that a person learned and had recognised, as far as no conversion in force uses it. Access was
    checked."""
    rows = ConversionUse.objects.filter(in_force=True, conversion__person_id=person_id)
    used = {row.facts["key"]: row.proposal or row.claim for row in rows.select_related("proposal", "claim")}
    found = outcomes_by_person([person_id]).get(person_id, ())
    rest = (_rest(each, used.get(each.key)) for each in found)
    return tuple(each for each in rest if each.share != 0)


def parts_of(uses: Sequence[Use], usable: Mapping[str, Usable]) -> tuple[tuple[Use, int], ...]:
    """Return each use with what it takes off the account, in hundredths of the outcome's unit."""
    found = []
    for use in uses:
        left, worth = usable[use.key].left_hundredths, use.option.amount_hundredths
        found.append((use, part_taken(left, worth=worth, counted=use.counted_hundredths)))
    return tuple(found)


def facts_as_json(outcome: OutcomeFacts) -> dict[str, Any]:
    """Return an outcome as a use keeps it: nothing that a rule looks at is left out."""
    return {
        "key": outcome.key,
        "type": outcome.type,
        "title": outcome.title,
        "issuer": outcome.issuer,
        "ends_on": outcome.ends_on.isoformat(),
        "valid_until": outcome.valid_until.isoformat() if outcome.valid_until else None,
        "facts": facts_for_json(outcome.facts),
        "share": str(outcome.share) if outcome.share is not None else None,
    }


def facts_kept(stored: Mapping[str, Any]) -> OutcomeFacts:
    """The other way round."""
    end, share = stored["valid_until"], stored.get("share")  # uses of the first days took outcomes wholly
    return OutcomeFacts(
        stored["key"],
        stored["type"],
        stored["title"],
        stored["issuer"],
        date.fromisoformat(stored["ends_on"]),
        facts_from_json(stored["facts"]),
        date.fromisoformat(end) if end else None,
        Fraction(share) if share else None,
    )


def settled_of(person_id: int) -> dict[tuple[str, str], tuple[Settled, ...]]:
    """Return, by (code of rules, programme), what counts there by conversions in force, whatever version and school."""
    rows = ConversionUse.objects.filter(in_force=True, conversion__person_id=person_id)
    found: dict[tuple[str, str], tuple[Settled, ...]] = {}
    for row in rows.select_related("conversion__rule_version").order_by("pk"):
        place = row.conversion.rule_version.code, row.conversion.programme
        option = Option(-1, row.number, row.category, row.counted_hundredths)
        found[place] = (*found.get(place, ()), Settled(facts_kept(row.facts), option, row.counted_hundredths))
    return found


def settled_in(person_id: int, rules_code: str, programme: str) -> tuple[Settled, ...]:
    """Return what counts in one programme already."""
    return settled_of(person_id).get((rules_code, programme), ())


def rules_in_reach(region: int, code: str, programme: str, *, on: date) -> RuleSet:
    """Return the rule set in force at a place that has the programme. Raises ProgrammeUnknown.

    A programme that asks for no number of credits only accumulates; nothing is converted into it.
    """
    for rules in rule_sets_in_reach(region=region, on=on):
        if rules.code == code and any(p.code == programme and p.required_hundredths for p in rules.programmes):
            return rules
    raise ProgrammeUnknown


def agreements_by_use(
    rules: RuleSet, programme: str, outcomes: Iterable[OutcomeFacts], *, on: date
) -> dict[tuple[str, str], Agreement]:
    """Return, by (name that rules know, outcome key), the agreement by which an outcome may come in on a day.

    The oldest that stands between its issuer and a receiver and covers programme and occupation. Two queries at most.
    """
    names = agreement_names([rules])
    if not names:
        return {}
    rows = list(agreement_rows().filter(frame__in=names, state="active").order_by("pk"))
    found: dict[tuple[str, str], Agreement] = {}
    for outcome in outcomes:
        for row in rows:
            if str(row.giver_id) == outcome.issuer and (row.frame, outcome.key) not in found:
                why = agreement_covers(
                    terms_of(row),
                    giver_id=row.giver_id,
                    receiver_id=row.receiver_id,
                    programme=programme,
                    occupation=str(outcome.facts.get("occupation", "")),
                    on=on,
                )
                if why is None:
                    found[row.frame, outcome.key] = row
    return found


def closed_for(
    rules: RuleSet, outcomes: Iterable[OutcomeFacts], by_use: Mapping[tuple[str, str], Agreement]
) -> frozenset[str]:
    """Return what carries nothing new, as the evaluator wants it: "name#key" where no agreement covers an outcome."""
    names = agreement_names([rules])
    return frozenset(f"{name}#{each.key}" for name in names for each in outcomes if (name, each.key) not in by_use)


def frames_of(rules: RuleSet) -> dict[str, str]:
    """Return the agreement that each rule of a set builds on, by the rule's number; "" for none."""
    return {each.number: each.agreement for each in rules.conversions}


def converted_under(person_id: int, code: str) -> int:
    """Return what a person's conversions in force count by an agreement, all its versions, in hundredths."""
    rows = ConversionUse.objects.filter(
        in_force=True, conversion__person_id=person_id, conversion__agreement__code=code
    ).select_related("conversion__rule_version")
    return sum(
        row.counted_hundredths for row in rows if frames_of(rule_set_of(row.conversion.rule_version)).get(row.number)
    )


def receivers_of(rules: RuleSet, agreement: Agreement | None, *, region: int, on: date) -> tuple[Receiver, ...]:
    """Return the schools that take credit into a programme of a rule set, the nearest first.

    The agreement's receiver; or the school whose rules these are; or, for the rules of a place, the county college and
    the open universities above a home.
    """
    if agreement is not None:
        found = [institutions.get_institution_by_id(agreement.receiver_id)]
        return tuple(Receiver(each.id, each.name) for each in found if each.is_open(on))
    if rules.institution:
        found = [institutions.get_institution(rules.institution)]
        return tuple(Receiver(each.id, each.name) for each in found if each.is_open(on))
    lineage = [int(code) for code in RegionCode(region).lineage]
    found = [
        each
        for place, kind in ((lineage[:3][-1], "county_college"), (lineage[0], "open_university"))
        for each in institutions.institutions_in(place, kind=kind, on=on)
        if each.region in lineage
    ]
    return tuple(Receiver(each.id, each.name) for each in sorted(found, key=lambda each: -lineage.index(each.region)))


def conversion_plan(*, actor: Actor, person_id: int, rules_code: str, programme: str, now: datetime) -> ConversionPlan:
    """Return the best use a person's credit has in a programme now, and why; nothing is written.

    The simulator's best use of what is free, beside all that is converted into the programme
    already. Raises NotFound when the actor may not see the person, ProgrammeUnknown.
    """
    card = people.access_person(actor, person_id)
    on = local_date(now)
    rules = rules_in_reach(card.region, rules_code, programme, on=on)
    usable = usable_outcomes(person_id)
    outcomes = [each.outcome for each in usable.values()]
    by_use = agreements_by_use(rules, programme, outcomes, on=on)
    closed = closed_for(rules, outcomes, by_use)
    settled = settled_in(person_id, rules_code, programme)
    best = simulate_programme(rules, programme, outcomes, on=on, closed_agreements=closed, settled=settled)
    plan, agreement = _by_one_agreement(rules, best.plan, by_use, person_id)
    told = evaluate(rules, programme, outcomes, on=on, plan=plan, closed_agreements=closed, settled=settled)
    hold_days = parameter_at(parameters.conversion_hold_days.name, region=card.region, on=on).value
    return ConversionPlan(
        rules_code=rules.code,
        rules_title=rules.title,
        rules_version=rules.version,
        programme=programme,
        programme_title=told.programme.title,
        unit=rules.unit,
        amount_hundredths=told.amount_hundredths,
        missing_hundredths=told.missing_hundredths,
        already_hundredths=sum(each.counted_hundredths for each in settled),
        uses=tuple(
            UseView(
                usable[use.key].outcome.title,
                usable[use.key].outcome.ends_on,
                use.option.number,
                usable[use.key].unit,
                taken,
                use.counted_hundredths,
                usable[use.key].giver_id,
                use.key,
                usable[use.key].left_hundredths - taken,
            )
            for use, taken in parts_of(told.uses, usable)
        ),
        sentences=told.sentences,
        receivers=receivers_of(rules, agreement, region=card.region, on=on),
        hold_days=hold_days,
    )


def _by_one_agreement(
    rules: RuleSet, plan: Plan, by_use: Mapping[tuple[str, str], Agreement], person_id: int
) -> tuple[dict[str, tuple[str, int]], Agreement | None]:
    """Return the plan with what one agreement carries, cut to what it allows a person. Less of it is legal too."""
    frames = frames_of(rules)
    leans = {key: by_use[frames[number], key] for key, (number, _) in plan.items() if frames[number]}
    if not leans:
        return dict(plan), None
    sums: dict[int, int] = defaultdict(int)
    for key, row in leans.items():
        sums[row.pk] += plan[key][1]
    chosen = max(leans.values(), key=lambda row: (sums[row.pk], -row.pk))
    left = None
    if chosen.cap_hundredths is not None:
        left = max(0, chosen.cap_hundredths - converted_under(person_id, chosen.code))
    kept: dict[str, tuple[str, int]] = {}
    for key, (number, amount) in plan.items():
        agreement = leans.get(key)
        if agreement is not None and left is not None and agreement.pk == chosen.pk:
            amount = min(amount, left)  # noqa: PLW2901 - the same use, cut
            left -= amount
        if (agreement is None or agreement.pk == chosen.pk) and amount:
            kept[key] = (number, amount)
    return kept, chosen if kept.keys() & leans.keys() else None


# What was reserved


def conversion_rows(scope: Scope) -> Any:
    """Conversions in a scope with what a view of them needs."""
    return (
        Conversion.objects.within(scope)
        .select_related("person", "rule_version", "institution", "agreement")
        .prefetch_related("uses")
    )


def use_view(row: ConversionUse) -> UseView:
    """Turn a use into what crosses the door."""
    outcome = facts_kept(row.facts)
    return UseView(
        outcome.title,
        outcome.ends_on,
        row.number,
        row.unit,
        row.taken_hundredths,
        row.counted_hundredths,
        row.giver_id,
        outcome.key,
    )


def conversion_view(row: Conversion) -> ConversionView:
    """Turn a row into what crosses the door."""
    return ConversionView(
        uuid=row.uuid,
        person_id=row.person_id,
        person_name=row.person.name,
        rules_code=row.rule_version.code,
        rules_title=row.rule_version.title,
        rules_version=row.rule_version.version,
        rules_sha256=row.rule_version.sha256,
        programme=row.programme,
        programme_title=row.programme_title,
        institution_id=row.institution_id,
        institution_name=row.institution.name,
        agreement_code=row.agreement.code if row.agreement else "",
        agreement_title=row.agreement.title if row.agreement else "",
        unit=row.unit,
        amount_hundredths=row.amount_hundredths,
        uses=tuple(use_view(each) for each in sorted(row.uses.all(), key=lambda each: each.pk)),
        sentences=tuple(row.explanation.splitlines()),
        explanation_sha256=row.explanation_sha256,
        state=row.state,
        reserved_at=row.reserved_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        decision_words=row.decision_words,
        reversed_at=row.reversed_at,
        reversal_words=row.reversal_words,
    )


def access_conversion(*, actor: Actor, conversion_uuid: UUID) -> ConversionView:
    """Return a conversion of a person or a school in the actor's scope. Raises ConversionUnknown."""
    row = conversion_rows(actor.scope).filter(uuid=conversion_uuid).first()
    if row is None:
        raise ConversionUnknown
    return conversion_view(row)


def access_conversions_of(*, actor: Actor, person_id: int) -> tuple[ConversionView, ...]:
    """Return a person's conversions, the newest first. Raises NotFound when the actor may not see her."""
    people.access_person(actor, person_id)
    rows = conversion_rows(Scope.everything("the person was just accessed")).filter(person_id=person_id)
    return tuple(conversion_view(row) for row in rows.order_by("-reserved_at", "-pk"))


def access_conversions_waiting(*, actor: Actor, now: datetime) -> tuple[ConversionView, ...]:
    """Return what waits for the schools the actor decides for, the one due first at the top. Raises NotAllowed."""
    people.require_role(actor, *CONVERTING_ROLES)
    rows = conversion_rows(actor.scope).filter(state=RESERVED, expires_at__gt=now).order_by("expires_at", "pk")
    return tuple(conversion_view(row) for row in _mine(actor, rows, DESK_MAX))


def access_conversions_confirmed(*, actor: Actor) -> tuple[ConversionView, ...]:
    """Return what the schools the actor decides for took lately, the newest first. Raises NotAllowed."""
    people.require_role(actor, *CONVERTING_ROLES)
    rows = conversion_rows(actor.scope).filter(state=CONVERTED).order_by("-decided_at", "-pk")
    return tuple(conversion_view(row) for row in _mine(actor, rows, LATELY_MAX))


def _mine(actor: Actor, rows: Any, rows_max: int) -> list[Conversion]:
    """The first rows of the schools the actor decides for: other schools' rows do not push them off the desk."""
    asked = institutions.institutions_by_id(rows.order_by().values_list("institution_id", flat=True).distinct())
    schools = [each.id for each in asked.values() if decides_at(actor, each)]
    return list(rows.filter(institution__in=schools)[:rows_max])


def decides_at(actor: Actor, institution: Any) -> bool:
    """True for a clerk of that very school, and for officers whose range contains it."""
    try:
        people.require_role(actor, *OFFICERS, region=institution.region)
    except NotAllowed:
        return any(duty.role == "centre_clerk" and duty.institution_id == institution.id for duty in actor.duties)
    return True


def locked_conversion(conversion_uuid: UUID) -> Conversion:
    """Lock the person's CREDIT_ACCOUNT, then the conversion, and return it. Needs a transaction. Raises
    ConversionUnknown. Who may do what is the caller's to ask, before anything is told."""
    everything = Scope.everything("authority is checked by the action")
    found = Conversion.objects.within(everything).filter(uuid=conversion_uuid).values("pk", "person_id").first()
    if found is None:
        raise ConversionUnknown
    lock(LockSpace.CREDIT_ACCOUNT, [found["person_id"]])
    return conversion_rows(everything).select_for_update(of=("self",)).get(pk=found["pk"])


def locked_for_school(actor: Actor, conversion_uuid: UUID) -> Conversion:
    """The same for who decides at the school. Raises NotAllowed, ConversionUnknown, OwnConversion."""
    people.require_role(actor, *CONVERTING_ROLES)
    row = locked_conversion(conversion_uuid)
    if not decides_at(actor, row.institution):
        raise ConversionUnknown
    if actor.person_id is not None and (
        actor.person_id == row.person_id or people.are_family(actor.person_id, row.person_id)
    ):
        raise OwnConversion
    return row


def require_words(words: str) -> str:
    """Return a reason, trimmed. Raises ReasonNeeded."""
    clean = " ".join(words.split())[:WORDS_LENGTH_MAX]
    if len(clean) < 2:
        raise ReasonNeeded
    return clean


def conversion_facts(row: Conversion) -> dict[str, Any]:
    """Return the fields of ConversionConfirmed and ConversionReversed: who gave how much to whom, and no person."""
    return {
        "conversion_uuid": row.uuid,
        "givers": sums_by_giver((each.giver_id, each.counted_hundredths) for each in row.uses.all()),
        "receiver_id": row.institution_id,
        "rules_code": row.rule_version.code,
        "programme": row.programme,
        "unit": row.unit,
        "amount_hundredths": row.amount_hundredths,
        "agreement_code": row.agreement.code if row.agreement else "",
    }


def revoked_uses(row: Conversion) -> Sequence[ConversionUse]:
    """Return the uses of a conversion whose recognition was revoked since."""
    done = RecognitionRevocation.objects.within(Scope.everything("the conversion is decided")).filter(state="done")
    of_proposal = done.filter(proposal=OuterRef("proposal"))
    of_claim = done.filter(claim=OuterRef("claim"))
    return list(ConversionUse.objects.filter(conversion=row).filter(Exists(of_proposal) | Exists(of_claim)))


def seen_again(row: Conversion) -> ConversionView:
    """Return a conversion that was just written, read anew."""
    return conversion_view(conversion_rows(Scope.everything("just written")).get(pk=row.pk))
