"""Open the credit account of a person, and the unit it is counted in."""

from datetime import datetime

from xueqiao.domains.credits.models import CreditAccount
from xueqiao.domains.credits.values.amounts import COMMUNITY_UNIT, UNIT_NAMES
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.scope import Scope


def open_credit_account(*, person_id: int, now: datetime) -> CreditAccount:
    """Return the person's credit account, opened now if she has none. One per natural person, never deleted.

    Community credit is counted in hundredths; only issuers may go below zero: what they granted is their debt.
    """
    accounts = CreditAccount.objects.within(Scope.everything("one account per person"))
    if (known := accounts.filter(person_id=person_id).first()) is not None:
        return known
    ledger.open_unit(COMMUNITY_UNIT, UNIT_NAMES[COMMUNITY_UNIT], 2, sources=("issuer:",))
    card = people.access_persons(Actor.system("open_credit_account"), [person_id])[person_id]
    new = CreditAccount(person_id=person_id, code=f"CB{card.code}"[:20], opened_at=now)
    CreditAccount.objects.bulk_create([new], ignore_conflicts=True)  # somebody else may open it at this moment
    return accounts.get(person_id=person_id)
