"""Which rule set a place and an outcome get, and why that one. Pure.

Source: domain rules, opening (parameters are scoped province > city > county > institution) and 4.3. The nearest place
wins; among sets of one place the one in which the outcome is worth most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rules.explaining import why_not
from xueqiao.domains.credits.rules.worth import is_closed
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.foundation.region_code import RegionCode

DEFAULT_CODE = "community"  # takes what no other set takes
# What reviewers will find out: a set is not passed over because it has not been written down yet.
EXPECTED = {"attendance": Fraction(1), "passed": True, "interviewed": True, "portfolio": True, "strength": 3}


@dataclass(frozen=True)
class Choice:
    """The rule set, the programme in it, and why, in a sentence the resident reads."""

    rules: RuleSet
    programme: str
    because: str


@dataclass(frozen=True)
class _Candidate:
    rules: RuleSet
    programme: str
    nearness: int
    is_fit: bool
    amount_hundredths: int
    missing: str

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        return (not self.is_fit, -self.nearness, -self.amount_hundredths, self.rules.code)


def nearest(rulesets: Iterable[RuleSet], *, region: int, on: date) -> tuple[RuleSet, ...]:
    """Return what applies at a place on a day, by code: of one code and institution the set of the nearest place."""
    places = [int(code) for code in RegionCode(region).lineage]
    found: dict[tuple[str, str], RuleSet] = {}
    for each in rulesets:
        if each.region not in places or not is_on(each, on):
            continue
        key = (each.code, each.institution)
        if key not in found or places.index(found[key].region) < places.index(each.region):
            found[key] = each
    return tuple(found[key] for key in sorted(found))


def is_on(rules: RuleSet, on: date) -> bool:
    """True when a day lies in the period a set says of itself."""
    return rules.in_force_from <= on and (rules.in_force_until is None or on < rules.in_force_until)


def choose(
    reach: Sequence[RuleSet],
    outcome: OutcomeFacts,
    *,
    region: int,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
    issuer_code: str = "",
    names: Mapping[int, str] | None = None,
) -> Choice | None:
    """Return the most specific set that fits an outcome: the issuer's own, then that of the nearest place.

    Fitting means its conditions are met, once reviewers have found what is expected. Where no set fits, the nearest
    that takes the type; where none does, the community rules. None: no rules at all. names: of regions, for the words.
    """
    places = [int(code) for code in RegionCode(region).lineage]
    open_sets = [each for each in reach if each.institution in ("", issuer_code)]
    takes = [each for each in open_sets if _takes(each, outcome, closed_agreements)]
    if not takes:
        left = [each for each in open_sets if each.code == DEFAULT_CODE] or [e for e in open_sets if not e.institution]
        if not left:
            return None
        because = f"没有一套规则专门收这类成果，先按《{left[0].title}》看。"
        return Choice(left[0], left[0].programmes[0].code, because)
    expected = as_expected(outcome)
    ranked = sorted(
        (_candidate(each, places, expected, on=on, closed=closed_agreements) for each in takes),
        key=lambda each: each.rank,
    )
    return Choice(ranked[0].rules, ranked[0].programme, _because(ranked, names or {}))


def as_expected(outcome: OutcomeFacts) -> OutcomeFacts:
    """Return an outcome as it will be once reviewers have found what they usually find; what is written stays."""
    return replace(outcome, facts={**EXPECTED, **{k: v for k, v in outcome.facts.items() if v is not None}})


def unrecorded(rules: RuleSet, outcome_type: str, recorded: Collection[str]) -> tuple[str, ...]:
    """Return the facts without which an outcome of a type is worth nothing, which nobody has written down yet and
    which reviewers write: attendance, passed, interviewed. In the order of the file."""
    asked = [
        condition.field
        for conversion in rules.conversions
        if outcome_type in conversion.types
        for condition in conversion.conditions
        if not condition.when_set and condition.field in ("attendance", "passed", "interviewed")
    ]
    return tuple(dict.fromkeys(each for each in asked if each not in recorded))


def _takes(rules: RuleSet, outcome: OutcomeFacts, closed: frozenset[str]) -> bool:
    return any(
        outcome.type in each.types and not (each.agreement and is_closed(each.agreement, outcome, closed))
        for each in rules.conversions
    )


def _candidate(
    rules: RuleSet, places: Sequence[int], outcome: OutcomeFacts, *, on: date, closed: frozenset[str]
) -> _Candidate:
    """The best programme of a set for an outcome. An institution's own set is nearer than any place's."""
    best: tuple[bool, int, int] | None = None
    programme, missing = rules.programmes[0].code, ""
    for place, each in enumerate(rules.programmes):
        told = evaluate(rules, each.code, [outcome], on=on, closed_agreements=closed)
        found = (bool(told.judged[0].options), told.amount_hundredths, -place)
        if best is None or found > best:
            best, programme = found, each.code
            missing = why_not(outcome.type, told.tried[outcome.key]) if not told.judged[0].options else ""
    nearness = places.index(rules.region) + (len(places) if rules.institution else 0)
    is_fit, amount, _ = best or (False, 0, 0)
    return _Candidate(rules, programme, nearness, is_fit, amount, missing)


def _because(ranked: Sequence[_Candidate], names: Mapping[int, str]) -> str:
    """Say which set and why, and why a nearer one was passed over."""
    first, *others = ranked
    said = f"按《{first.rules.title}》算："
    where = names.get(first.rules.region, "")
    level = [each for each in others if each.nearness == first.nearness and each.is_fit == first.is_fit]
    farther = [each for each in others if each.nearness < first.nearness]
    nearer = [each for each in others if each.nearness > first.nearness]
    if not others:
        said += "在您这里收这类成果的只有这一套。"
    elif first.rules.institution:
        said += "这是出具单位自己的规则，比地区的规则更近。"
    elif level:
        said += f"{where}有 {len(level) + 1} 套规则收这类成果，用折算最多的一套。"
    elif farther and not nearer:
        up = names.get(farther[0].rules.region, "") or "上一级"
        said += f"{where or '本地'}的规则比{up}的更近，先用近的。"
    if nearer:
        said += f"更近的《{nearer[0].rules.title}》不适用：{nearer[0].missing}"
    return said[:300]
