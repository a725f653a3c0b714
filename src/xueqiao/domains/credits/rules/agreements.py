"""Rules of agreements: what one carries, and which outcomes of a year are looked at again. Pure.

Source: domain rules 4.4 (each way separately; scope; caps; sample 10 % a year; suspension stops only what is new).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from xueqiao.domains.credits.errors.agreements import (
    AgreementCapUsedUp,
    AgreementNotBegun,
    AgreementOtherWay,
    AgreementOver,
    AgreementSuspended,
    OccupationOutside,
    ProgrammeOutside,
)
from xueqiao.domains.credits.values.agreements import ENDED, SUSPENDED, AgreementTerms
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.foundation.reasons import Refused


def agreement_covers(
    terms: AgreementTerms,
    *,
    giver_id: int,
    receiver_id: int,
    programme: str,
    occupation: str,
    on: date,
    used_hundredths: int = 0,
    asked_hundredths: int = 0,
) -> Refused | None:
    """Return None when the agreement carries something new on a day, else the exact reason why not.

    giver_id certified it, receiver_id is to take it. occupation: "" when none is stated, which is outside a scope of
    occupations. used: what the learner has under it so far; the cap may be reached, not passed: an outcome that would
    pass it is not carried in part.
    """
    words = {"title": terms.title, "giver": terms.giver_name, "receiver": terms.receiver_name}
    if (giver_id, receiver_id) != (terms.giver_id, terms.receiver_id):
        return AgreementOtherWay(**words)
    if on < terms.starts_on:
        return AgreementNotBegun(**words, day=terms.starts_on)
    if terms.state == ENDED or on >= terms.ends_on:
        return AgreementOver(**words, day=min(on, terms.ends_on - timedelta(days=1)))
    if terms.state == SUSPENDED:
        return AgreementSuspended(**words)
    if terms.programmes and programme not in terms.programmes:
        return ProgrammeOutside(**words, programme=programme, scope="、".join(terms.programmes))
    if terms.occupations and occupation not in terms.occupations:
        return OccupationOutside(**words, occupation=occupation or "没有写", scope="、".join(terms.occupations))
    if terms.cap_hundredths is not None and used_hundredths + asked_hundredths > terms.cap_hundredths:
        return AgreementCapUsedUp(
            **words,
            limit=credits_text(terms.cap_hundredths),
            used=credits_text(used_hundredths),
            left=credits_text(max(0, terms.cap_hundredths - used_hundredths)),
            asked=credits_text(asked_hundredths),
        )
    return None


def sample_of(agreement_code: str, year: int, claims: Collection[UUID], percent: int) -> frozenset[UUID]:
    """Return which of a year's recognised outcomes are looked at again: `percent` of them, rounded up.

    Nobody chooses and nothing is random: they stand in the order of SHA-256 over agreement, year and the claim's
    number, which the platform gives and no institution can pick; the first are drawn. Anybody can draw them again.
    """
    ordered = sorted(claims, key=lambda each: (_place(agreement_code, year, each), each.bytes))
    return frozenset(ordered[: -(-len(ordered) * percent // 100)])


def _place(agreement_code: str, year: int, claim: UUID) -> bytes:
    return hashlib.sha256(f"{agreement_code}\n{year}\n{claim}".encode()).digest()
