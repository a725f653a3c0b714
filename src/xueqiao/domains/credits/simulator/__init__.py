"""What outcomes are worth in every programme in reach, by their best legal use, and the shortest way from there.

Most programmes are settled without a search: a greedy use that meets a bound is best. The rest go to CP-SAT. Pure: no
database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xueqiao.domains.credits.rules.duplicates import plain_title, without_settled
from xueqiao.domains.credits.rules.evaluation import judge, recognise, recognised_in
from xueqiao.domains.credits.simulator import exact, greedy
from xueqiao.domains.credits.simulator.best import BestUse, best_use
from xueqiao.domains.credits.simulator.problem import Problem, problem_of
from xueqiao.domains.credits.simulator.pruning import smaller
from xueqiao.domains.credits.simulator.words import simulated_sentences, way_sentences
from xueqiao.domains.credits.values.evaluations import Judged, Settled
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, Programme, RuleSet
from xueqiao.domains.credits.values.simulations import Offer, Simulated, Way

__all__ = ["shortest_way", "simulate", "simulate_programme"]


def simulate(
    rulesets: Iterable[RuleSet],
    outcomes: Sequence[OutcomeFacts],
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
    settled: Mapping[tuple[str, str], Sequence[Settled]] | None = None,
    effort: float = exact.EFFORT,
) -> tuple[Simulated, ...]:
    """Return the best use in every programme of every rule set, the nearest to completion first.

    outcomes: what is free. settled: by (code of rules, programme), what is converted there already.
    effort: what all searches together may take, in the solver's seconds; out of it, an answer tells its bound.
    """
    budget = exact.Effort(effort)
    answers = []
    for ruleset in rulesets:
        known: dict[tuple[object, ...], BestUse] = {}
        plans: dict[tuple[object, ...], Mapping[str, tuple[str, int]]] = {}
        found = judge(ruleset, outcomes, on=on, closed_agreements=closed_agreements)
        judged_by: dict[tuple[int, ...], tuple[Judged, ...]] = {}
        for programme in ruleset.programmes:
            open_to = tuple(
                place
                for place, each in enumerate(ruleset.conversions)
                if not each.programmes or programme.code in each.programmes
            )
            if open_to not in judged_by:  # recognition depends on nothing else of the programme
                judged_by[open_to] = recognised_in(ruleset, programme, found)
            earlier = (settled or {}).get((ruleset.code, programme.code), ())
            asked = (open_to, *_asked(ruleset, programme), programme.code if earlier else "")
            judged = without_settled(ruleset, judged_by[open_to], earlier)
            if asked not in known:  # programmes that ask for the same have the same best use
                problem = smaller(problem_of(ruleset, programme, judged, settled=earlier))
                known[asked] = best_use(problem, budget)
                plans[asked] = plan_of(problem, known[asked].found)
            answers.append(_simulated(ruleset, programme, judged, known[asked], plans[asked], earlier))
    return tuple(sorted(answers, key=lambda each: (_share_missing(each), -each.amount_hundredths)))


def simulate_programme(
    ruleset: RuleSet,
    programme_code: str,
    outcomes: Sequence[OutcomeFacts],
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
    settled: Sequence[Settled] = (),
) -> Simulated:
    """Return the best use of what is free in one programme, beside what is converted into it already (`settled`).

    Raises KeyError for an unknown one.
    """
    programme = ruleset.programme(programme_code)
    judged = recognise(ruleset, programme, outcomes, on=on, closed_agreements=closed_agreements)
    judged = without_settled(ruleset, judged, settled)
    problem = smaller(problem_of(ruleset, programme, judged, settled=settled))
    best = best_use(problem, exact.Effort())
    return _simulated(ruleset, programme, judged, best, plan_of(problem, best.found), settled)


def _asked(ruleset: RuleSet, programme: Programme) -> tuple[object, ...]:
    """What a programme asks for: its size, and which caps and requirements are its own."""
    return (
        programme.required_hundredths,
        tuple(n for n, cap in enumerate(ruleset.caps) if not cap.programmes or programme.code in cap.programmes),
        tuple(
            n for n, row in enumerate(ruleset.requirements) if not row.programmes or programme.code in row.programmes
        ),
    )


def _share_missing(answer: Simulated) -> float:
    required = answer.programme.required_hundredths
    return answer.missing_hundredths / required if required else 1.0


def _simulated(
    ruleset: RuleSet,
    programme: Programme,
    judged: Sequence[Judged],
    best: BestUse,
    plan: Mapping[str, tuple[str, int]],
    settled: Sequence[Settled],
) -> Simulated:
    already = sum(each.counted_hundredths for each in settled)
    answer = Simulated(
        rules_code=ruleset.code,
        rules_title=ruleset.title,
        programme=programme,
        plan=plan,
        amount_hundredths=already + sum(each for _, each in plan.values()),
        already_hundredths=already,
        missing_hundredths=best.found.missing,
        is_proven=best.is_proven,
        bound_missing=best.bound_missing,
        bound_amount=already + best.bound_useful,
        by=best.by,
        unit=ruleset.unit,
    )
    return simulated_sentences(ruleset, judged, answer)


def plan_of(problem: Problem, found: greedy.Found) -> Mapping[str, tuple[str, int]]:
    """Return which outcome counts by which rule and how much: what is alike is filled one after the other."""
    plan: dict[str, tuple[str, int]] = {}
    for item, pick in zip(problem.items, found.picks, strict=True):
        if pick is None:
            continue
        choice, left = item.choices[pick[0]], pick[1]
        for key, amount in item.members:
            part = min(left, amount if len(item.choices) == 1 else choice.amount)
            if part > 0:
                plan[key] = (choice.number, part)
                left -= part
    return plan


def shortest_way(
    ruleset: RuleSet,
    programme_code: str,
    outcomes: Sequence[OutcomeFacts],
    offers: Sequence[Offer],
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
    settled: Sequence[Settled] = (),
    offers_max: int | None = None,
) -> Way:
    """Return the offers that complete a programme in the least time, or come nearest to it.

    What was learned is judged on `on`, an offer on the day it ends; an offer that repeats what was learned or converted
    is left out, and so is one that clashes with another that is taken. offers_max: how many anybody takes at a time.
    """
    programme, effort = ruleset.programme(programme_code), exact.Effort()
    judged = recognise(ruleset, programme, outcomes, on=on, closed_agreements=closed_agreements)
    judged = without_settled(ruleset, judged, settled)
    before = best_use(smaller(problem_of(ruleset, programme, judged, settled=settled)), effort).found.missing
    if before == 0:
        return way_sentences(ruleset, programme, before, Way((), 0, 0, is_proven=True), offers_max)
    known = {plain_title(each.outcome.title) for each in judged if each.options}
    known |= {plain_title(each.outcome.title) for each in settled}
    candidates = []
    for offer in offers:
        if plain_title(offer.outcome.title) in known:
            continue
        day = max(on, offer.outcome.ends_on)
        found = recognise(ruleset, programme, [offer.outcome], on=day, closed_agreements=closed_agreements)
        (each,) = without_settled(ruleset, found, settled)
        if each.options:
            candidates.append((each, offer))
    problem = smaller(problem_of(ruleset, programme, judged, settled=settled, offers=candidates, offers_max=offers_max))
    bound = (0, problem.useful(_everything(problem)))
    solved = exact.solve(problem, greedy.greedy(problem), bound=bound, effort=effort)
    taken = {
        item.members[0][0]
        for item, pick in zip(problem.items, solved.found.picks, strict=True)
        if item.is_offer and pick is not None
    }
    chosen = tuple(offer for offer in offers if offer.outcome.key in taken)
    way = Way(chosen, sum(offer.minutes for offer in chosen), solved.found.missing, solved.is_proven)
    return way_sentences(ruleset, programme, before, way, offers_max)


def _everything(problem: Problem) -> int:
    return sum(max(choice.amount for choice in item.choices) for item in problem.items)
