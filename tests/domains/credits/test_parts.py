"""Parts of outcomes: however they are cut, nothing counts twice and nothing is taken that was not there."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mutants import Mutants
from xueqiao.domains.credits.rules.conversions import part_taken
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rulesets import shipped
from xueqiao.domains.credits.values.evaluations import Option, Settled
from xueqiao.domains.credits.values.rulesets import OutcomeFacts

wishes = st.lists(st.tuples(st.integers(1, 600), st.integers(1, 600)), max_size=6)  # worth of the whole there, wanted


def over_used(gave: int, asked: list[tuple[int, int]], taken_by: object = part_taken) -> bool:
    """True when the parts of an outcome were more than it gave, or counted for more than all of it once."""
    left, counted_shares = gave, Fraction(0)
    for whole, wanted in asked:
        worth = int(whole * Fraction(left, gave))
        counted = min(wanted, worth)
        if counted:
            left -= taken_by(left, worth=worth, counted=counted)  # type: ignore[operator]
            counted_shares += Fraction(counted, whole)
    return left < 0 or counted_shares > 1


@settings(max_examples=300, deadline=None)
@given(gave=st.integers(1, 900), asked=wishes)
def test_the_parts_never_exceed_the_whole(gave: int, asked: list[tuple[int, int]]) -> None:
    assert not over_used(gave, asked)


def test_rounding_the_part_down_would_count_hours_twice(mutants: Mutants) -> None:
    def down(left: int, *, worth: int, counted: int) -> int:
        return left * counted // worth

    caught = any(
        over_used(gave, [(whole, 1)] * whole + [(whole, whole)], down) for gave in range(1, 9) for whole in (3, 7)
    )
    mutants.tell("conversions", "a part is rounded down", caught=caught)


def test_the_share_is_of_the_amount_and_conditions_look_at_the_whole() -> None:
    rules, on = shipped("open_university"), date(2026, 9, 1)
    facts = {"hours": 72 * 60, "attendance": Fraction(1), "passed": True, "strength": 3, "reviewers": 3}
    whole = OutcomeFacts("o1", "community_course", "面点", "1", date(2026, 2, 1), facts)
    third = OutcomeFacts("o1", "community_course", "面点", "1", date(2026, 2, 1), facts, share=Fraction(1, 3))
    all_of_it = evaluate(rules, "management-associate", [whole], on=on)
    part = evaluate(rules, "management-associate", [third], on=on)
    assert (all_of_it.amount_hundredths, part.amount_hundredths) == (400, 133)
    assert "只算还没有用掉的 1/3" in part.sentences[1]
    there = Settled(whole, Option(-1, "第 12 条", "elective", 133), 133)
    assert evaluate(rules, "management-associate", [third], on=on, settled=[there]).judged == ()
