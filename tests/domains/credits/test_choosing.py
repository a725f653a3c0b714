"""Which rule set an outcome gets: the nearest place, the issuer's own before it, and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.mutants import Mutants
from tests.worlds.small_county import CITY, COUNTY, HEDE, OTHER_COUNTY, PROVINCE
from xueqiao.domains.credits.rules import choosing
from xueqiao.domains.credits.rules.choosing import choose, nearest
from xueqiao.domains.credits.rulesets import shipped
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet

ON = date(2026, 3, 4)
NAMES = {PROVINCE: "江苏省", CITY: "盐城市", COUNTY: "射阳县"}
COMMUNITY = shipped("community")
TRAINING = replace(shipped("industry_training"), region=CITY)


def at(region: int, version: int = 2, **wanted: Any) -> RuleSet:
    return replace(COMMUNITY, region=region, version=version, title=f"规则{version}", **wanted)


def a_class(**facts: Any) -> OutcomeFacts:
    return OutcomeFacts(
        "o1", "training_certificate", "中式面点", "盐城技师学院", date(2026, 2, 1), {"hours": 2640} | facts
    )


def chosen(*reach: RuleSet, outcome: OutcomeFacts | None = None, **wanted: Any) -> tuple[str, int, str]:
    found = choose(reach, outcome or a_class(), region=HEDE, on=ON, names=NAMES, **wanted)
    assert found is not None
    return found.rules.code, found.rules.version, found.because


def test_of_one_code_the_nearest_place_wins_at_each_level(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = [at(PROVINCE, 1), at(CITY, 2), at(COUNTY, 3), at(HEDE, 4), at(OTHER_COUNTY, 5)]

    def holds(found: Callable[..., tuple[RuleSet, ...]]) -> bool:
        for count in range(1, 5):
            sets = [*everywhere[:count], everywhere[4]]
            for order in (sets, sets[::-1]):
                if [each.version for each in found(order, region=HEDE, on=ON)] != [count]:
                    return False
        return True

    assert holds(nearest)
    mutants.tell("rules", "the last set in the file wins", caught=not holds(lambda s, **_: (s[-1],)))
    mutants.tell("rules", "the province wins", caught=not holds(lambda s, **_: (min(s, key=lambda e: e.version),)))
    assert [each.version for each in nearest(everywhere, region=OTHER_COUNTY, on=ON)] == [5]


def test_what_is_over_or_not_yet_leaves_the_field_to_the_next_place_up() -> None:
    province = at(PROVINCE, 1)
    for away in ({"in_force_from": date(2026, 3, 5)}, {"in_force_until": ON}):
        assert [each.version for each in nearest([province, at(COUNTY, 2, **away)], region=HEDE, on=ON)] == [1]
    assert nearest([at(COUNTY, 2, in_force_until=ON)], region=HEDE, on=ON) == ()


def test_among_several_codes_the_most_specific_that_fits_is_taken_and_says_why() -> None:
    province = replace(shipped("open_university"))
    assert chosen(COMMUNITY) == (
        "community",
        1,
        "按《社区教育学分认定规则（默认稿）》算：在您这里收这类成果的只有这一套。",
    )
    code, version, because = chosen(province, at(COUNTY))
    assert (code, version) == ("community", 2)
    assert "射阳县的规则比江苏省的更近" in because


def test_a_nearer_set_that_does_not_fit_is_passed_over_and_the_reason_is_said() -> None:
    """The agreement takes what schools and enterprises issued; an evening class elsewhere is the community's."""
    code, _, because = chosen(COMMUNITY, TRAINING)
    assert code == "community"
    assert "更近的《产业实训学院校企学分互认规则（样例）》不适用" in because
    assert "出具单位类别" in because
    assert chosen(COMMUNITY, TRAINING, outcome=a_class(issuer_kind="school"))[0] == "industry-training"
    closed = frozenset({"industry-training"})
    assert (
        chosen(COMMUNITY, TRAINING, outcome=a_class(issuer_kind="school"), closed_agreements=closed)[0] == "community"
    )


def test_attendance_that_nobody_wrote_down_yet_does_not_decide_but_what_was_written_does() -> None:
    assert chosen(COMMUNITY, at(COUNTY))[1] == 2
    _, _, because = chosen(COMMUNITY, at(COUNTY), outcome=a_class(attendance=Fraction(1, 3)))
    assert "射阳县" in because, "where none fits the nearest says so"


def test_in_one_place_the_set_in_which_the_outcome_is_worth_most_is_taken() -> None:
    generous = replace(at(COUNTY, 3), code="zz-craft")
    worth = generous.conversions[0]
    generous = replace(generous, conversions=(replace(worth, worth=replace(worth.worth, minutes_per_credit=600)),))
    code, _, because = chosen(at(COUNTY), generous)
    assert code == "zz-craft"
    assert "有 2 套规则收这类成果，用折算最多的一套" in because


def test_the_rules_of_an_institution_are_for_what_it_issued_only() -> None:
    own = at(PROVINCE, 7, institution="YCJS")
    assert chosen(at(COUNTY), own)[1] == 2
    _, version, because = chosen(at(COUNTY), own, issuer_code="YCJS")
    assert version == 7
    assert "出具单位自己的规则" in because
    assert choose([own], a_class(), region=HEDE, on=ON) is None


def test_a_type_that_nobody_takes_is_looked_at_by_the_community_rules() -> None:
    degree = OutcomeFacts("o1", "whole_degree", "本科", "某大学", date(2026, 2, 1), {})
    code, _, because = chosen(COMMUNITY, TRAINING, outcome=degree)
    assert code == "community"
    assert "没有一套规则专门收这类成果" in because
    assert choosing.choose([], degree, region=HEDE, on=ON) is None
