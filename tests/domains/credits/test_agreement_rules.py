"""What an agreement carries, as a table; no database."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.mutants import Mutants
from xueqiao.domains.credits.rules.agreements import agreement_covers, sample_of
from xueqiao.domains.credits.values.agreements import AgreementTerms

TERMS = AgreementTerms(
    code="gx-1",
    version=1,
    title="校企互认",
    giver_id=1,
    giver_name="实训厂",
    receiver_id=2,
    receiver_name="职业学院",
    programmes=("robotics",),
    occupations=("6-31-07-03",),
    cap_hundredths=1200,
    sample_percent=10,
    starts_on=date(2026, 1, 1),
    ends_on=date(2029, 1, 1),
    state="active",
    rule_code="industry-training",
)
ASKED: dict[str, Any] = {
    "giver_id": 1,
    "receiver_id": 2,
    "programme": "robotics",
    "occupation": "6-31-07-03",
    "on": date(2026, 6, 1),
    "used_hundredths": 900,
    "asked_hundredths": 300,
}
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("all fits, the cap is reached exactly", {}, {}, ""),
    ("the other direction", {}, {"giver_id": 2, "receiver_id": 1}, "agreement_other_way"),
    ("another giver", {}, {"giver_id": 3}, "agreement_other_way"),
    ("the day before it begins", {}, {"on": date(2025, 12, 31)}, "agreement_not_begun"),
    ("its first day", {}, {"on": date(2026, 1, 1)}, ""),
    ("its last day", {}, {"on": date(2028, 12, 31)}, ""),
    ("the day after", {}, {"on": date(2029, 1, 1)}, "agreement_over"),
    ("ended before its day", {"state": "ended"}, {}, "agreement_over"),
    ("suspended", {"state": "suspended"}, {}, "agreement_suspended"),
    ("another programme", {}, {"programme": "cooking"}, "programme_outside"),
    ("no scope of programmes", {"programmes": ()}, {"programme": "cooking"}, ""),
    ("another occupation", {}, {"occupation": "4-02-02-07"}, "occupation_outside"),
    ("no occupation stated", {}, {"occupation": ""}, "occupation_outside"),
    ("no scope of occupations", {"occupations": ()}, {"occupation": ""}, ""),
    ("one hundredth above the cap", {}, {"asked_hundredths": 301}, "agreement_cap_used_up"),
    ("nothing left", {}, {"used_hundredths": 1200, "asked_hundredths": 1}, "agreement_cap_used_up"),
    ("no cap", {"cap_hundredths": None}, {"asked_hundredths": 10**9}, ""),
    ("a cap of nothing", {"cap_hundredths": 0}, {"used_hundredths": 0, "asked_hundredths": 1}, "agreement_cap_used_up"),
]


@pytest.mark.parametrize(("terms", "asked", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_it_says_yes_or_the_exact_reason(terms: dict[str, Any], asked: dict[str, Any], code: str) -> None:
    answer = agreement_covers(replace(TERMS, **terms), **(ASKED | asked))
    assert (answer.code if answer else "") == code


def test_the_reason_has_the_numbers() -> None:
    answer = agreement_covers(TERMS, **(ASKED | {"asked_hundredths": 350}))
    assert answer is not None
    assert "最多 12 学分，已用 9，还剩 3，这项要 3.5" in answer.message


def test_a_sample_is_the_share_rounded_up_the_same_in_any_order_and_not_in_any_year() -> None:
    claims = [UUID(int=number) for number in range(200)]
    drawn = sample_of("gx-1", 2026, claims, 10)
    assert len(drawn) == 20
    assert drawn == sample_of("gx-1", 2026, claims[::-1], 10)
    assert drawn != sample_of("gx-1", 2027, claims, 10)
    assert drawn != sample_of("gx-2", 2026, claims, 10)
    assert [len(sample_of("gx-1", 2026, claims[:n], 10)) for n in (0, 1, 10, 11)] == [0, 1, 1, 2]
    assert (sample_of("gx-1", 2026, claims, 0), len(sample_of("gx-1", 2026, claims, 100))) == (frozenset(), 200)
    known = sample_of("gx-1", 2026, [UUID(int=number) for number in range(5)], 20)
    assert known == {UUID(int=4)}, "worked out once by hand with sha256sum; another rule draws another"


def test_planted_bugs_are_caught(mutants: Mutants) -> None:
    """Each bug as a changed rule: some row of the table must come out otherwise."""

    bugs = {
        "the cap off by one": lambda terms, asked: agreement_covers(
            terms if terms.cap_hundredths is None else replace(terms, cap_hundredths=terms.cap_hundredths - 1), **asked
        ),
        "direction mixed up": lambda terms, asked: agreement_covers(
            terms, **(asked | {"giver_id": asked["receiver_id"], "receiver_id": asked["giver_id"]})
        ),
        "suspended still converts": lambda terms, asked: agreement_covers(
            replace(terms, state="active" if terms.state == "suspended" else terms.state), **asked
        ),
        "the last day counted too": lambda terms, asked: agreement_covers(
            replace(terms, ends_on=date(2029, 1, 2)), **asked
        ),
        "an empty scope is everything's end": lambda terms, asked: agreement_covers(
            replace(terms, programmes=terms.programmes or ("robotics",)), **asked
        ),
    }
    for name, bug in bugs.items():
        caught = False
        for _, terms, asked, code in TABLE:
            answer = bug(replace(TERMS, **terms), ASKED | asked)
            caught |= (answer.code if answer else "") != code
        mutants.tell("agreements", name, caught=caught)
