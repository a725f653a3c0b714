"""The credit account of a person and its name on the ledger."""

from datetime import datetime

from xueqiao.domains.credits.models import CreditAccount
from xueqiao.domains.credits.values import COMMUNITY_UNIT
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.scope import Scope


def open_unit() -> None:
    """Open the unit of community credit on the ledger: hundredths, granted by issuers, who alone may go below zero."""
    ledger.open_unit(COMMUNITY_UNIT, "社区教育学分", 2, sources=("issuer:",))


def person_account(person_id: int) -> str:
    """Return the ledger account that holds a person's available credit."""
    return f"person:{person_id}:available"


def issuer_account(institution_id: int) -> str:
    """Return the ledger account an institution's credit is granted from."""
    return f"issuer:{institution_id}:granted"


def open_account_of(person_id: int, *, now: datetime) -> CreditAccount:
    """Return the person's credit account, opened now if she has none. One per natural person."""
    card = people.access_persons(Actor.system("open_credit_account"), [person_id])[person_id]
    account, _ = CreditAccount.objects.within(Scope.everything("one account per person")).get_or_create(
        person_id=person_id, defaults={"code": f"CB{card.code}"[:20], "opened_at": now}
    )
    return account
