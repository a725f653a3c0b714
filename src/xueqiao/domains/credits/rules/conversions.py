"""The arithmetic of conversions, expiry and revocation, and the names of their accounts. Pure.

Source: trust 2.2 (hold for conversion, reverse, expire only after notice, revoke into a deficit of its own so that the
visible balance is never below zero), domain rules 4.2 and 4.4.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from xueqiao.domains.credits.errors.conversions import ConversionNotAtThisStep, ReservationOver
from xueqiao.domains.credits.rules.worth import option_of, valid_until
from xueqiao.domains.credits.values.conversions import CONVERTED, EXPIRED, REFUSED, RESERVED, REVERSED, WITHDRAWN
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, Programme, RuleSet

EXPIRED_ACCOUNT = "expired"
NEXT: Mapping[str, frozenset[str]] = {
    RESERVED: frozenset({CONVERTED, REFUSED, WITHDRAWN, EXPIRED}),
    CONVERTED: frozenset({REVERSED}),
}


def is_new_step(state: str, to: str) -> bool:
    """True when a conversion goes on to another state; False when it stands there already: twice is once.

    Raises ConversionNotAtThisStep where it does not lead from the one to the other.
    """
    if state == to:
        return False
    if to not in NEXT.get(state, ()):
        raise ConversionNotAtThisStep
    return True


def require_in_time(expires_at: datetime, now: datetime) -> None:
    """Raise ReservationOver from the moment on at which a reservation ends, whether or not the sweep has come."""
    if expires_at <= now:
        raise ReservationOver


def used_account(conversion_uuid: UUID) -> str:
    """Return the ledger account that holds what a conversion used."""
    return f"conversion:{conversion_uuid}:used"


def deficit_account(person_id: int) -> str:
    """Return the account of what was revoked after it was spent. Zero or below; `available` never is."""
    return f"person:{person_id}:revoked_deficit"


def filled(amount: int, deficit: int) -> tuple[int, int]:
    """Divide what arrives: first what an open deficit takes, then what is left for the person."""
    taken = min(amount, max(0, deficit))
    return taken, amount - taken


def part_taken(left: int, *, worth: int, counted: int) -> int:
    """Return how much of what is left of an outcome a use takes off the account.

    All of it where all that it is worth in the programme counts; where a cap or the learner lets less count, as large a
    part, rounded up: each hour counts once (domain rules 4.2), and the rest stays for another programme.
    """
    return -(-left * counted // worth)


def sums_by_unit(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the sums of (unit, amount), in the order of units."""
    sums: dict[str, int] = defaultdict(int)
    for unit, amount in parts:
        sums[unit] += amount
    return dict(sorted(sums.items()))


def sums_by_giver(parts: Iterable[tuple[int | None, int]]) -> tuple[tuple[int, int], ...]:
    """Return (institution id, hundredths) in the order of ids; 0 stands for issuers outside the network."""
    sums: dict[int, int] = defaultdict(int)
    for giver, amount in parts:
        sums[giver or 0] += amount
    return tuple(sorted(sums.items()))


def explanation_of(sentences: Sequence[str]) -> tuple[str, str]:
    """Return the sentences as one text, a line each, and the SHA-256 of its bytes in hexadecimal."""
    text = "\n".join(sentences)
    return text, hashlib.sha256(text.encode()).hexdigest()


def last_day_of_credit(ruleset: RuleSet, programme: Programme, outcome: OutcomeFacts, *, on: date) -> date | None:
    """Return the last day on which an outcome recognised `on` a day still counts; None: it has no end.

    An outcome that counts by several rules ends with the last of them.
    """
    ends = [
        valid_until(conversion, outcome)
        for place, conversion in enumerate(ruleset.conversions)
        if outcome.type in conversion.types
        and (not conversion.programmes or programme.code in conversion.programmes)
        and option_of(ruleset, place, outcome, on, frozenset()) is not None
    ]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def day_it_may_be_gone(last_day: date | None, *, today: date, notice_days: int) -> date | None:
    """Return the day to announce now for credit that counts until `last_day`; None while it is too early, or never.

    Nobody has less time than the notice says: what is announced late ends late.
    """
    if last_day is None or last_day + timedelta(days=1) - timedelta(days=notice_days) > today:
        return None
    return max(last_day + timedelta(days=1), today + timedelta(days=notice_days))


def revoked_parts(amount: int, *, expired: int, available: int) -> tuple[int, int, int]:
    """Divide what is revoked: what had expired, what is still available, and what was spent, the deficit."""
    from_expired = min(amount, max(0, expired))
    from_available = min(amount - from_expired, max(0, available))
    return from_expired, from_available, amount - from_expired - from_available
