"""Claims between institutions: the names of their accounts, what a conversion claims, how a year is settled. Pure.

Source: trust 2.2 (transfer between institutions books a claim of A on B; the settlement matrix is antisymmetric). It is
so by construction: a claim moves an amount from the account of B on A to the account of A on B and nowhere else, so
that each is always the other with the sign turned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

CLAIMS = "claims:"
BOOKED, REVERSED, SETTLED = "clearing:book:", "clearing:reverse:", "clearing:settle:"
Pair = tuple[int, int]  # creditor, debtor


def clearing_unit(unit: str) -> str:
    """Return the unit claims are counted in: "CREDIT.degree" -> "CLAIM.degree"."""
    return "CLAIM." + unit.removeprefix("CREDIT.")


def claim_account(creditor_id: int, debtor_id: int) -> str:
    """Return the account of what one institution claims from another. Below zero it is what it owes."""
    return f"{CLAIMS}{creditor_id}:on:{debtor_id}"


def pair_of(account: str) -> Pair:
    """Return (creditor, debtor) of a claim account. Raises ValueError for any other."""
    kind, creditor, on, debtor = account.split(":")
    if f"{kind}:" != CLAIMS or on != "on":
        raise ValueError(account)
    return int(creditor), int(debtor)


def claims_of(givers: Iterable[tuple[int, int]], receiver_id: int) -> list[tuple[str, str, int]]:
    """Return (source, destination, hundredths) of what a conversion claims: who taught has a claim on who takes it in.

    Nothing for the receiver's own classes, and nothing for issuers outside the network (0).
    """
    return [
        (claim_account(receiver_id, giver), claim_account(giver, receiver_id), amount)
        for giver, amount in givers
        if giver not in (0, receiver_id) and amount > 0
    ]


def nets_of(flows: Iterable[tuple[str, str, int]]) -> dict[Pair, int]:
    """Return what each creditor claims from each debtor after all flows, where it is above zero. In order.

    flows: (source, destination, amount) between claim accounts; a reversal is a flow the other way.
    """
    sums: dict[Pair, int] = defaultdict(int)
    for _, destination, amount in flows:
        creditor, debtor = pair_of(destination)
        sums[min((creditor, debtor), (debtor, creditor))] += amount if creditor < debtor else -amount
    nets = {}
    for (low, high), amount in sums.items():
        if amount:
            nets[(low, high) if amount > 0 else (high, low)] = abs(amount)
    return dict(sorted(nets.items()))


def positions_of(nets: Mapping[Pair, int]) -> dict[int, tuple[int, int]]:
    """Return what each institution is to receive and to pay. The sums of both are equal."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (creditor, debtor), amount in nets.items():
        found[creditor][0] += amount
        found[debtor][1] += amount
    return {each: (receives, pays) for each, (receives, pays) in sorted(found.items())}


def is_antisymmetric(balances: Mapping[str, int]) -> bool:
    """True when what A claims from B is, for every pair, what B owes A: the matrix closes to zero."""
    for account, amount in balances.items():
        creditor, debtor = pair_of(account)
        if balances.get(claim_account(debtor, creditor), 0) != -amount:
            return False
    return True


def book_key(conversion: UUID) -> str:
    return f"{BOOKED}{conversion}"


def reverse_key(conversion: UUID) -> str:
    return f"{REVERSED}{conversion}"


def settle_key(year: int, pair: Pair) -> str:
    return f"{SETTLED}{year}:{pair[0]}:{pair[1]}"
