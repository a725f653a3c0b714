"""What recognising one more outcome adds, and the same worked out again from history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from xueqiao.domains.credits.models import Claim, CreditProposal, RuleSetVersion
from xueqiao.domains.credits.queries.outcomes import outcome_facts, outcomes_by_person
from xueqiao.domains.credits.queries.rulesets import RULE_ROLES, closed_agreements_of, rule_set_of, rule_sets_in_reach
from xueqiao.domains.credits.rules.choosing import nearest
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rules.recognising import Added, added_by
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.values.evaluations import Evaluation
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.domains.credits.values.ruleversions import Example, Replayed, Touched, WhatIf
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.scope import Scope

PEOPLE_MAX = 2_000  # looked at by one what-if


def facts_of(row: Claim) -> OutcomeFacts:
    """Return a claim's outcome as the rules see it once its group has spoken."""
    strength = max((each.strength for each in row.outcome.evidence.all()), default=1)
    return outcome_facts(row.outcome, strength=strength, reviewers=row.reviewers_needed)


def recognition_of(row: Claim, rules: RuleSet, *, now: datetime, closed: frozenset[str] = frozenset()) -> Added:
    """Return what a claim's outcome adds to all that was learned and recognised before, under one rule set.

    Needs the lock on the person's CREDIT_ACCOUNT: another decision on her changes the answer.
    """
    person_id, mine = row.outcome.person_id, facts_of(row)
    before = [each for each in outcomes_by_person([person_id]).get(person_id, ()) if each.key != mine.key]
    return added_by(rules, row.programme, before, mine, on=local_date(now), closed=closed)


def replay_recognitions(*, actor: Actor | None = None) -> Replayed:
    """Work out every recognition again under the rule version it cites, in the order of decisions, and compare.

    wrong: claims whose amount differs from the history's, or from what the ledger moved. For jobs; with an officer, all
    recognitions of the people in her scope. Raises NotAllowed.
    """
    rows = (
        Claim.objects.within(Scope.everything("the whole history is worked out again"))
        .filter(state="recognised")
        .select_related("outcome", "rule_version")
        .prefetch_related("outcome__evidence")
    )
    if actor is not None:
        people.require_role(actor, *RULE_ROLES)
        mine = Claim.objects.within(actor.scope).filter(state="recognised")
        rows = rows.filter(outcome__person__in=mine.values("outcome__person"))  # what she brought along counts too
    wrong: list[str] = []
    recognised: dict[int, list[OutcomeFacts]] = defaultdict(list)
    count = 0
    for row in sorted(rows, key=lambda each: (each.decided_at, each.transfer_id or 0, each.pk)):
        count += 1
        person_id, mine_now = row.outcome.person_id, facts_of(row)
        known = outcomes_by_person([person_id], completed_until=row.decided_at).get(person_id, ())
        stood = {each.key for each in known}
        before = [each for each in known if each.key.startswith("c")]
        before += [each for each in recognised[person_id] if each.key in stood]
        on = local_date(row.decided_at)
        added = added_by(rule_set_of(row.rule_version), row.programme, before, mine_now, on=on)
        recognised[person_id].append(mine_now)
        moved = 0
        if row.transfer_id is not None:
            moved = sum(each.amount for each in ledger.get_transfer(row.transfer_id).postings)
        if not added.amount_hundredths == row.amount_hundredths == moved:
            wrong.append(f"{row.uuid}: {row.amount_hundredths}, 重算 {added.amount_hundredths}, 账上 {moved}")
    return Replayed(count, len(recognised), tuple(wrong))


def what_if(*, actor: Actor, text: str, now: datetime) -> WhatIf:
    """Return whom another text of a rule set would touch, among people in the actor's scope; writes nothing.

    Each person is looked at with what applies at her home now, and with what would apply there if the text were in
    force: nobody outside its place, and nobody under a nearer set, is touched. Raises RuleFileWrong, NotAllowed.
    """
    people.require_role(actor, *RULE_ROLES)
    after = read_rule_file(text)
    on = local_date(now)
    ids = learners_in(actor)
    outcomes = outcomes_by_person(ids)
    closed = closed_agreements_of([after, *_standing(after.code)], on=on)
    reach: dict[int, tuple[RuleSet | None, RuleSet | None]] = {}
    touched: list[Touched] = []
    example: Example | None = None
    looked_at = 0
    for card in sorted(people.access_persons(actor, ids).values(), key=lambda each: each.id):
        if card.region not in reach:
            reach[card.region] = _before_and_after(after, card.region, on)
        before, then = reach[card.region]
        if then is not after or card.id not in outcomes:
            continue
        looked_at += 1
        for programme in after.programmes:
            was = _worth(before, programme.code, outcomes[card.id], on, closed)
            becomes = _worth(then, programme.code, outcomes[card.id], on, closed)
            if _amount(was) != _amount(becomes):
                one = Touched(card.code, programme.title, _amount(was), _amount(becomes))
                touched.append(one)
                if example is None or abs(one.difference_hundredths) > abs(example.touched.difference_hundredths):
                    example = Example(one, was.sentences if was else (), becomes.sentences if becomes else ())
    return WhatIf(looked_at, tuple(touched), example, len(ids) == PEOPLE_MAX)


def _standing(code: str) -> list[RuleSet]:
    return [rule_set_of(row) for row in RuleSetVersion.objects.filter(code=code, state="filed")]


def _before_and_after(after: RuleSet, region: int, on: date) -> tuple[RuleSet | None, RuleSet | None]:
    """What applies at a place now, and what would: the new text takes the place of the version of its own place."""
    now_there = {(each.code, each.institution): each for each in rule_sets_in_reach(region=region, on=on)}
    before = now_there.get((after.code, after.institution))
    day = max(on, after.in_force_from)  # a text that begins later is looked at as if it had begun
    sets = [after] if before is None or before.region == after.region else [after, before]
    found = nearest([replace(each, in_force_until=None) for each in sets], region=region, on=day)
    return before, after if found and found[0].region == after.region else before


def _worth(
    rules: RuleSet | None, programme: str, mine: Sequence[OutcomeFacts], on: date, closed: frozenset[str]
) -> Evaluation | None:
    if rules is None or programme not in {each.code for each in rules.programmes}:
        return None
    return evaluate(rules, programme, mine, on=on, closed_agreements=closed)


def _amount(told: Evaluation | None) -> int:
    return told.amount_hundredths if told is not None else 0


def learners_in(actor: Actor) -> list[int]:
    """Return the persons in scope who completed a class or had an outcome recognised; at most PEOPLE_MAX."""
    claims = Claim.objects.within(actor.scope).filter(state="recognised").values_list("outcome__person_id", flat=True)
    completed = CreditProposal.objects.within(actor.scope).values_list("person_id", flat=True)
    return sorted({*completed, *claims})[:PEOPLE_MAX]
