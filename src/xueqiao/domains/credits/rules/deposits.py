"""The arithmetic of community credit, its accounts, and the words of a decision. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from xueqiao.domains.credits.values.amounts import credits_text, hours_text


@dataclass(frozen=True)
class Credit:
    """What minutes are worth: whole steps of credit, and the minutes that stay for the next time."""

    amount_hundredths: int
    remainder_minutes: int


def credit_for(minutes: int, *, minutes_per_credit: int, step_hundredths: int) -> Credit:
    """Return the credit for `minutes`, rounded down to whole steps; the rest stays as minutes, none is lost.

    40 h at 16 h a credit and steps of half a credit is 2.5 with nothing left; 44 h is 2.5 and 4 h stay. Where a step is
    no whole number of minutes, the minutes used are rounded up, so credit is never given for time not spent. Raises
    ValueError for negative minutes.
    """
    if minutes < 0:
        raise ValueError("nobody attends negative minutes")
    steps = minutes * 100 // (minutes_per_credit * step_hundredths)
    amount = steps * step_hundredths
    used = -(-amount * minutes_per_credit // 100)
    return Credit(amount, minutes - used)


def proposal_text(
    *,
    sessions_attended: int,
    sessions_held: int,
    minutes_attended: int,
    carried_minutes: int,
    credit: Credit,
    minutes_per_credit: int,
    rule_title: str,
) -> str:
    """Return the decision in words for the resident."""
    parts = [
        f"出勤 {sessions_attended}/{sessions_held} 次，满足《{rule_title}》第 3 条。",
        f"实到 {hours_text(minutes_attended)} 学时",
    ]
    if carried_minutes:
        parts.append(f"，加上次留存 {hours_text(carried_minutes)} 学时")
    parts.append(
        f"，每 {hours_text(minutes_per_credit)} 学时 1 学分，可存 {credits_text(credit.amount_hundredths)} 学分"
    )
    if credit.remainder_minutes:
        parts.append(f"，余 {hours_text(credit.remainder_minutes)} 学时留到下次")
    return "".join(parts) + "。"


def person_account(person_id: int) -> str:
    """Return the ledger account that holds a person's available credit."""
    return f"person:{person_id}:available"


def issuer_account(institution_id: int) -> str:
    """Return the ledger account an institution's credit is granted from."""
    return f"issuer:{institution_id}:granted"
