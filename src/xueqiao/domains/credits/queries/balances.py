"""What a person has on the ledger, and the lines by which credit arrives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xueqiao.domains.credits.rules.conversions import deficit_account
from xueqiao.domains.credits.rules.deposits import person_account
from xueqiao.domains.credits.rules.postings import Line, arriving_lines, turned
from xueqiao.domains.credits.values.amounts import UNIT_NAMES
from xueqiao.domains.credits.values.conversions import UnitBalance
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger


def available_in(unit: str, person_id: int) -> int:
    """Return what may leave a person's account now, in hundredths. Decide only under her CREDIT_ACCOUNT lock."""
    return ledger.balance_of(unit, person_account(person_id)).available


def deficit_in(unit: str, person_id: int) -> int:
    """Return what was revoked after it was spent and is not filled yet, in hundredths: zero or more."""
    return -ledger.balance_of(unit, deficit_account(person_id)).posted


def access_balances(*, actor: Actor, person_id: int) -> tuple[UnitBalance, ...]:
    """Return what a person has in each kind of credit she ever had. One query a kind. Raises NotFound."""
    people.access_person(actor, person_id)
    found = []
    for unit in UNIT_NAMES:
        mine, owed = person_account(person_id), deficit_account(person_id)
        balances = ledger.balances_of(unit, [mine, owed])
        each = UnitBalance(unit, balances[mine].available, balances[mine].held_out, -balances[owed].posted)
        if each.available_hundredths or each.held_hundredths or each.deficit_hundredths:
            found.append(each)
    return tuple(found)


def arriving(unit: str, source: str, person_id: int, amount_hundredths: int) -> list[ledger.Posting]:
    """Return the postings that bring credit to a person: first into an open deficit, the rest to her account.

    Needs the lock on her CREDIT_ACCOUNT: a revocation changes the answer.
    """
    return arriving_all(unit, source, [(person_id, amount_hundredths)])[0]


def arriving_all(unit: str, source: str, amounts: Sequence[tuple[int, int]]) -> list[list[ledger.Posting]]:
    """The same for many (person, hundredths), one after the other, with one query. Needs all their locks."""
    accounts = {person_id: deficit_account(person_id) for person_id, _ in amounts}
    found = ledger.balances_of(unit, accounts.values())
    open_deficit = {person_id: -found[account].posted for person_id, account in accounts.items()}
    answers = []
    for person_id, amount in amounts:
        lines = arriving_lines(source, person_id, amount, deficit=open_deficit[person_id])
        open_deficit[person_id] -= sum(part for _, destination, part in lines if destination == accounts[person_id])
        answers.append(as_postings(lines))
    return answers


def opposite(transfer_id: int) -> list[ledger.Posting]:
    """Return the postings that undo a transfer, line by line: what had filled a deficit opens it again."""
    postings = ledger.get_transfer(transfer_id).postings
    return as_postings(turned((str(each.source), str(each.destination), each.amount) for each in postings))


def as_postings(lines: Iterable[Line]) -> list[ledger.Posting]:
    """Turn the lines of rules/postings.py into what the ledger takes."""
    return [ledger.Posting(*line) for line in lines]
