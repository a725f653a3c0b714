"""Which lines each event of the bank posts on the ledger: from which account to which, how many hundredths. Pure.

Source: trust 2.2 (account plan). Whoever posts passes these lines on; nobody else decides where credit goes. The
property machine in memory drives the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from xueqiao.domains.credits.rules.conversions import EXPIRED_ACCOUNT, deficit_account, filled, used_account
from xueqiao.domains.credits.rules.deposits import person_account

Line = tuple[str, str, int]  # source, destination, hundredths


def arriving_lines(source: str, person_id: int, amount: int, *, deficit: int) -> list[Line]:
    """Credit comes to a person: first into her open deficit, the rest to her account."""
    to_deficit, to_person = filled(amount, deficit)
    wanted = [(source, deficit_account(person_id), to_deficit), (source, person_account(person_id), to_person)]
    return _above_zero(wanted)


def held_lines(conversion_uuid: UUID, person_id: int, amount: int) -> list[Line]:
    """What a reservation sets aside, and a confirmation uses."""
    return [(person_account(person_id), used_account(conversion_uuid), amount)]


def filling_lines(person_id: int, *, available: int, deficit: int) -> list[Line]:
    """What has come back to an account goes into an open deficit, as much as both allow. Often nothing."""
    return _above_zero([(person_account(person_id), deficit_account(person_id), min(available, deficit))])


def ending_lines(person_id: int, amount: int, *, available: int) -> list[Line]:
    """Credit ends by its rule: where less is there, that much."""
    return _above_zero([(person_account(person_id), EXPIRED_ACCOUNT, min(amount, available))])


def revoked_lines(issuer: str, person_id: int, parts: Sequence[int]) -> list[Line]:
    """All of a recognition goes back to its issuer. parts: of `revoked_parts`."""
    sources = (EXPIRED_ACCOUNT, person_account(person_id), deficit_account(person_id))
    return _above_zero([(source, issuer, part) for source, part in zip(sources, parts, strict=True)])


def turned(lines: Iterable[Line]) -> list[Line]:
    """The same lines the other way round: what undoes a transfer, and a claim that is taken back."""
    return [(destination, source, amount) for source, destination, amount in lines]


def amount_of(lines: Iterable[Line]) -> int:
    """What the lines move together."""
    return sum(amount for _, _, amount in lines)


def _above_zero(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line[2] > 0]
