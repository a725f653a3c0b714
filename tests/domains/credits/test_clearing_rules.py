"""Claims between institutions, without a database."""

from uuid import UUID

import pytest

from tests.mutants import Mutants
from xueqiao.domains.credits.rules import clearing as rules
from xueqiao.domains.credits.rules.postings import turned

A, B, C = 1, 2, 3


def test_who_taught_has_a_claim_on_who_takes_it_in() -> None:
    postings = rules.claims_of([(A, 250), (B, 100), (0, 300), (C, 0)], receiver_id=B)
    assert postings == [("claims:2:on:1", "claims:1:on:2", 250)], "not one's own classes, not the outside, not nothing"
    assert turned(postings) == [("claims:1:on:2", "claims:2:on:1", 250)]
    assert rules.clearing_unit("CREDIT.degree") == "CLAIM.degree"


def test_names_of_accounts_are_read_back() -> None:
    assert rules.pair_of(rules.claim_account(12, 7)) == (12, 7)
    for wrong in ("person:1:available", "claims:1:off:2", "claims:1"):
        with pytest.raises(ValueError):
            rules.pair_of(wrong)


def test_a_year_is_the_net_of_what_was_booked_and_taken_back() -> None:
    flows = [
        ("claims:2:on:1", "claims:1:on:2", 700),
        ("claims:1:on:2", "claims:2:on:1", 200),  # B taught too, or a conversion was taken back
        ("claims:3:on:2", "claims:2:on:3", 50),
        ("claims:2:on:3", "claims:3:on:2", 50),
    ]
    nets = rules.nets_of(flows)
    assert nets == {(A, B): 500}
    assert rules.positions_of(nets) == {A: (500, 0), B: (0, 500)}
    assert rules.nets_of(reversed(flows)) == nets


def test_a_matrix_is_antisymmetric_or_not() -> None:
    assert rules.is_antisymmetric({"claims:1:on:2": 250, "claims:2:on:1": -250})
    assert rules.is_antisymmetric({})
    assert not rules.is_antisymmetric({"claims:1:on:2": 250, "claims:2:on:1": 250})
    assert not rules.is_antisymmetric({"claims:1:on:2": 250})


def test_planted_bugs_are_caught(mutants: Mutants) -> None:
    """Balances worked out from postings: a bug leaves a matrix that does not close, or the wrong sign in it."""

    def balances(postings: list[tuple[str, str, int]]) -> dict[str, int]:
        held: dict[str, int] = {}
        for source, destination, amount in postings:
            held[source] = held.get(source, 0) - amount
            held[destination] = held.get(destination, 0) + amount
        return held

    right = rules.claims_of([(A, 250)], B)
    assert balances(right) == {"claims:2:on:1": -250, "claims:1:on:2": 250}
    sign_flipped = balances(turned(right))
    mutants.tell("clearing", "the sign is flipped", caught=sign_flipped["claims:1:on:2"] != 250)
    one_sided = balances([("clearing:all", "claims:1:on:2", 250)])
    del one_sided["clearing:all"]
    mutants.tell("clearing", "a claim without its debt", caught=not rules.is_antisymmetric(one_sided))
    both_owe = {"claims:1:on:2": -250, "claims:2:on:1": -250}
    mutants.tell("clearing", "both owe", caught=not rules.is_antisymmetric(both_owe))
    own = rules.claims_of([(B, 250)], B)
    mutants.tell("clearing", "a school claims from itself", caught=own == [])
    reversal_ignored = rules.nets_of(right)
    taken_back = rules.nets_of([*right, *turned(right)])
    mutants.tell("clearing", "a reversal is left out of the year", caught=reversal_ignored != taken_back == {})
    key = UUID(int=1)
    mutants.tell("clearing", "a reversal under the booking's key", caught=rules.book_key(key) != rules.reverse_key(key))
