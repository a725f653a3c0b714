from datetime import datetime

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import (
    lock_persons,
    open_books,
    require_amount,
    require_key,
    require_same,
)
from xueqiao.domains.incentives.errors import NotEnoughTime, TimeBankClosed
from xueqiao.domains.incentives.events import VolunteerTimeDonated
from xueqiao.domains.incentives.models import Gift
from xueqiao.domains.incentives.queries import EVERYTHING, home_county, is_bank_open
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, post_transfer
from xueqiao.foundation.outbox.api import record_event


def donate_hours(*, actor: Actor, person_id: int, minutes: int, request_key: str, now: datetime) -> int:
    """Give confirmed volunteer time to the time bank of one's county, where there is one; return the minutes.

    Nothing else can be done with it: it buys nothing and becomes nothing. The same form twice is one gift. Locks the
    person's books. Raises MayNotActFor, GuardianConsentMissing, InvalidInput, TimeBankClosed, NotEnoughTime.
    """
    authority = people.require_may_act_for(actor, person_id, now=now)
    require_amount(minutes)
    require_key(request_key)
    today, county = local_date(now), home_county(person_id)
    if not is_bank_open(county, today):
        raise TimeBankClosed
    with transaction.atomic():
        open_books()
        lock_persons([person_id])
        known = Gift.objects.within(EVERYTHING).filter(person_id=person_id, request_key=request_key).first()
        if known is not None:
            require_same(known, minutes, None)
            return known.amount
        account = rules.hours_account(person_id)
        left = balance_of(rules.HOURS, account).available
        if minutes > left:
            raise NotEnoughTime(wanted=minutes, left=left)
        gift = Gift.objects.create(
            kind="hours",
            person_id=person_id,
            region=county,
            amount=minutes,
            given_at=now,
            given_on=today,
            request_key=request_key,
        )
        post_transfer(
            unit=rules.HOURS,
            postings=[Posting(account, rules.bank_account(county), minutes)],
            key=f"incentives.gift:{gift.pk}",
            memo={"deed": "bank"},
            now=now,
        )
        record_event(VolunteerTimeDonated(person_id, county, minutes), region=county, now=now)
        record_deed(
            actor=actor,
            verb="donate_hours",
            object_kind="gift",
            object_id=gift.pk,
            region=county,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"minutes": minutes},
        )
    return minutes
