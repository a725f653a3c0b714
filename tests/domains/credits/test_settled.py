"""What is converted already stands in the simulator's way as it stands in the evaluator's: against every legal plan."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import date

import pytest

from tests.mutants import Mutants
from xueqiao.domains.credits import simulator
from xueqiao.domains.credits.rules.evaluation import IllegalPlan, evaluate
from xueqiao.domains.credits.simulator import problem, shortest_way, simulate, simulate_programme
from xueqiao.domains.credits.values.evaluations import Option, Settled
from xueqiao.domains.credits.values.rulesets import (
    Cap,
    Conversion,
    Duplicate,
    OutcomeFacts,
    Programme,
    Requirement,
    RuleSet,
    Worth,
)
from xueqiao.domains.credits.values.simulations import Offer, Simulated

ON = date(2026, 9, 1)
Case = tuple[RuleSet, list[OutcomeFacts], list[Settled]]


def small_rules(dice: random.Random) -> RuleSet:
    """Amounts of one to three hundredths, so that every plan can be looked at; caps that cross, two requirements."""
    stated = Worth("stated")
    return RuleSet(
        code="small",
        version=1,
        title="小规则",
        unit="CREDIT.small",
        region=320000000000,
        in_force_from=date(2026, 1, 1),
        source="",
        sha256="",
        programmes=(Programme("p", "小项目", dice.choice((3, 5, 7))),),
        conversions=(
            Conversion("一", "主修", ("degree_course",), "major", stated),
            Conversion("二", "其他", ("degree_course", "training_certificate"), "other", stated),
        ),
        caps=(
            Cap("三", "一家单位", per=("issuer",), credits_hundredths=dice.randrange(2, 6)),
            Cap("四", "其他", credits_hundredths=dice.randrange(1, 5), categories=("other",)),
            Cap("五", "证书门数", outcomes=dice.randrange(1, 3), types=("training_certificate",)),
        ),
        duplicates=(Duplicate("六", ("title",), "choose"),),
        requirements=(
            Requirement("七", "主修", dice.randrange(4), categories=("major",)),
            Requirement("八", "其他", dice.randrange(3), categories=("other",)),
        ),
    )


def a_case(seed: int) -> Case:
    """Rules, three outcomes that are free, and what an earlier legal plan of two others left settled."""
    dice = random.Random(seed)
    rules = small_rules(dice)
    outcomes = [
        OutcomeFacts(
            f"o{n}",
            dice.choice(("degree_course", "training_certificate")),
            dice.choice(("面点", "茶艺", "书法", f"课{n}")),
            dice.choice(("1", "2")),
            date(2026, 2, 1),
            {"credits": dice.randrange(1, 4)},
        )
        for n in range(5)
    ]
    told = evaluate(rules, "p", outcomes[:2], on=ON, plan=simulate_programme(rules, "p", outcomes[:2], on=ON).plan)
    by_key = {each.key: each for each in outcomes}
    settled = [
        Settled(by_key[u.key], Option(-1, u.option.number, u.option.category, u.counted_hundredths), part)
        for u in told.uses
        if (part := dice.randrange(1, u.counted_hundredths + 1))
    ]
    return rules, outcomes[2:], settled


def by_trying_everything(rules: RuleSet, free: Sequence[OutcomeFacts], settled: Sequence[Settled]) -> tuple[int, int]:
    """Return (missing, what comes to it and is useful) of the best plan that the evaluator calls legal."""
    ways = [
        [None, *((number, amount) for number in ("一", "二") for amount in range(1, each.facts["credits"] + 1))]
        for each in free
    ]
    open_still = max(0, rules.programmes[0].required_hundredths - sum(each.counted_hundredths for each in settled))
    best: list[tuple[int, int]] = []
    for picks in itertools.product(*ways):
        plan = {each.key: pick for each, pick in zip(free, picks, strict=True) if pick is not None}
        try:
            told = evaluate(rules, "p", free, on=ON, plan=plan, settled=settled)
        except IllegalPlan:
            continue
        best.append((told.missing_hundredths, -min(told.amount_hundredths, open_still)))
    missing, lost = min(best)
    return missing, -lost


def told_by(rules: RuleSet, answer: Simulated, free: Sequence[OutcomeFacts], settled: Sequence[Settled]) -> bool:
    """True when an answer is what trying everything finds, and its plan is legal beside what is settled."""
    already = sum(each.counted_hundredths for each in settled)
    try:
        told = evaluate(rules, "p", free, on=ON, plan=answer.plan, settled=settled)
    except IllegalPlan:
        return False
    open_still = max(0, rules.programmes[0].required_hundredths - already)
    return (
        answer.is_proven
        and answer.already_hundredths == already
        and answer.amount_hundredths == already + told.amount_hundredths
        and answer.missing_hundredths == told.missing_hundredths
        and (answer.missing_hundredths, min(told.amount_hundredths, open_still))
        == by_trying_everything(rules, free, settled)
    )


CASES = [a_case(seed) for seed in range(24)]


def is_best_everywhere() -> bool:
    for rules, free, settled in CASES:
        together = simulate([rules], free, on=ON, settled={("small", "p"): settled})
        for answer in (simulate_programme(rules, "p", free, on=ON, settled=settled), *together):
            if not told_by(rules, answer, free, settled):
                return False
    return True


def test_beside_what_is_settled_the_use_is_the_best_of_all() -> None:
    assert is_best_everywhere()
    assert sum(bool(settled) for _, _, settled in CASES) > 15, "or nothing was asked"


def test_settled_credit_that_is_forgotten_is_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    real = problem.requirement_states
    forgetful = type("Forgetful", (problem.CapTable,), {"take": lambda *_: None})
    for name, where, attribute, bug in (
        ("caps are empty for what comes second", problem, "CapTable", forgetful),
        ("needs that are served ask again", problem, "requirement_states", lambda *a: real(*a[:4])),
        ("the same learning counts again", simulator, "without_settled", lambda _rules, judged, _settled: judged),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, attribute, bug)
            mutants.tell("credit simulator", name, caught=not is_best_everywhere())


def test_the_way_from_what_is_settled_offers_nothing_twice() -> None:
    rules = small_rules(random.Random(3))
    done = OutcomeFacts("o1", "degree_course", "面点", "1", date(2026, 2, 1), {"credits": 2})
    settled = [Settled(done, Option(-1, "一", "major", 2), 2)]
    offers = [
        Offer(OutcomeFacts(f"f{n}", "degree_course", title, "2", date(2026, 12, 1), {"credits": 2}), 60 + n)
        for n, title in enumerate(("面点", "茶艺"))
    ]
    without = shortest_way(rules, "p", [], offers, on=ON)
    way = shortest_way(rules, "p", [], offers, on=ON, settled=settled)
    assert {each.outcome.title for each in without.offers} == {"面点", "茶艺"}
    assert {each.outcome.title for each in way.offers} <= {"茶艺"}
    assert way.missing_hundredths == without.missing_hundredths


def test_the_words_tell_what_is_converted_from_what_is_free() -> None:
    rules = small_rules(random.Random(3))
    free = [OutcomeFacts("o2", "degree_course", "茶艺", "2", date(2026, 2, 1), {"credits": 1})]
    done = OutcomeFacts("o1", "degree_course", "面点", "1", date(2026, 2, 1), {"credits": 2})
    answer = simulate_programme(rules, "p", free, on=ON, settled=[Settled(done, Option(-1, "一", "major", 2), 2)])
    assert answer.sentences[0] == "在“小项目”已经转换 0.02 学分；没有用掉的成果里，还能用上 0.01 学分，用到 1 项。"
    assert set(answer.plan) == {"o2"}
