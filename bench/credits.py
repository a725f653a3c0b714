"""The simulator of the credit bank: one resident's 200 outcomes against 50 programmes."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from bench.harness import LOWER, Result, bench, result

RESIDENTS = 30
ON = date(2026, 9, 1)


@bench("credits.simulator")
def simulator() -> Iterator[Result]:
    """p95 over residents whose outcomes, and programmes whose numbers, are drawn with a seed; how they were settled.

    `work` is the processor's time: on a busy machine the clock tells of the neighbours too.
    """
    from xueqiao.domains.credits.simulator import simulate

    rulesets = fifty_programmes()
    programmes = sum(len(each.programmes) for each in rulesets)
    if programmes != 50:
        raise AssertionError(f"{programmes} programmes")
    simulate(rulesets, two_hundred_outcomes(10_000), on=ON)  # the solver is imported once in a process's life
    spent, worked, proven, searched, gaps = [], [], 0, 0, []
    for seed in range(RESIDENTS):
        outcomes = two_hundred_outcomes(seed)
        start, start_work = time.perf_counter(), time.process_time()
        answers = simulate(rulesets, outcomes, on=ON)
        worked.append((time.process_time() - start_work) * 1000)
        spent.append((time.perf_counter() - start) * 1000)
        proven += sum(each.is_proven for each in answers)
        searched += sum(each.by == "solver" for each in answers)
        gaps += [each.missing_hundredths - each.bound_missing for each in answers if not each.is_proven]
    spent.sort()
    worked.sort()
    yield result("credits.simulator.p95", [spent[int(len(spent) * 0.95)]], "ms", aim=200.0, better=LOWER)
    yield result("credits.simulator.median", [statistics.median(spent)], "ms", better=LOWER)
    yield result("credits.simulator.work_p95", [worked[int(len(worked) * 0.95)]], "ms of processor", better=LOWER)
    yield result("credits.simulator.work_median", [statistics.median(worked)], "ms of processor", better=LOWER)
    yield result("credits.simulator.proven", [100.0 * proven / (RESIDENTS * 50)], "% of answers", aim=100.0)
    yield result("credits.simulator.searched", [100.0 * searched / (RESIDENTS * 50)], "% by CP-SAT", better=LOWER)
    yield result("credits.simulator.gap", [max(gaps, default=0) / 100], "credits at most", aim=0.0, better=LOWER)


def fifty_programmes() -> list[Any]:
    """24 programmes like the open university's, 20 like Korea's, 6 of industry: each rule set with its own numbers."""
    from xueqiao.domains.credits.rules.rulefile import read_rule_file
    from xueqiao.domains.credits.rulesets import shipped_text

    dice = random.Random(50)
    found = []
    for n in range(12):
        text = shipped_text("open_university").replace('code = "open-university"', f'code = "open-university-{n}"')
        text = text.replace("required = 76", f"required = {dice.choice((60, 76, 80, 120, 150))}")
        text = text.replace("outcomes = 8", f"outcomes = {dice.randrange(5, 14)}")
        text = text.replace('"40%"', f'"{dice.choice((20, 30, 40, 50))}%"')
        text = text.replace('"50%"', f'"{dice.choice((30, 40, 50, 60))}%"')
        found.append(read_rule_file(text))
    for n in range(5):
        text = shipped_text("korea_acbs").replace('code = "korea-acbs"', f'code = "korea-acbs-{n}"')
        text = text.replace("credits = 42", f"credits = {dice.choice((30, 36, 42, 45))}")
        text = text.replace("credits = 24", f"credits = {dice.choice((18, 21, 24))}")
        found.append(read_rule_file(text))
    for n in range(6):
        text = shipped_text("industry_training").replace('code = "industry-training"', f'code = "industry-{n}"')
        text = text.replace("required = 40", f"required = {dice.choice((30, 40, 60, 90))}")
        text = text.replace("credits = 12", f"credits = {dice.choice((6, 9, 12))}")
        found.append(read_rule_file(text))
    return found


def two_hundred_outcomes(seed: int) -> list[Any]:
    """A long life of learning: courses, classes, certificates, work, prizes, some of them twice."""
    from xueqiao.domains.credits.values.rulesets import OUTCOME_TYPES, OutcomeFacts

    dice = random.Random(seed)
    types = [each for each in OUTCOME_TYPES for _ in range(4 if "course" in each else 1)]
    found = []
    for n in range(200):
        facts: dict[str, Any] = {
            "hours": dice.choice((8, 16, 24, 32, 48)) * 60,
            "nominal_hours": 48 * 60,
            "days": 20,
            "attendance": Fraction(dice.randrange(7, 13), 12),
            "passed": dice.random() < 0.8,
            "grade": dice.choice((55, 60, 75, 90)),
            "level": dice.choice((4, 5, 5, 6)),
            "credits": dice.choice((100, 200, 300, 400)),
            "years": dice.randrange(1, 9),
            "strength": dice.randrange(1, 5),
            "reviewers": 3,
            "portfolio": True,
            "interviewed": True,
            "issuer_kind": dice.choice(("school", "enterprise")),
            "subject": dice.choice(("major", "liberal", "general", "law")),
            "award_level": dice.choice(("county", "city", "province")),
            "occupation": dice.choice(("6-31-01-10", "4-14-01-01")),
            "accredited": dice.random() < 0.8,
            "listed": dice.random() < 0.8,
            "examined": True,
            "needs_degree": False,
            "automatic": False,
            "matches_major": dice.random() < 0.5,
            "work": f"作品 {dice.randrange(20)}",
        }
        found.append(
            OutcomeFacts(
                f"o{n:03d}",
                dice.choice(types),
                f"科目{chr(0x4E00 + dice.randrange(150))}",
                f"单位 {dice.randrange(6)}",
                date(2019, 1, 1) + timedelta(days=dice.randrange(2700)),
                facts,
            )
        )
    return found
