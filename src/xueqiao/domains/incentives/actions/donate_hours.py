from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import (
    lock_persons,
    open_books,
    require_amount,
    require_key,
    require_same,
)
from xueqiao.domains.incentives.errors import (
    GiftToOneself,
    NotEnoughTime,
    ReceiverNotFound,
    TimeBankClosed,
    TimeForFamilyOnly,
    TimeKeepMost,
)
from xueqiao.domains.incentives.events import VolunteerTimeDonated
from xueqiao.domains.incentives.models import Gift
from xueqiao.domains.incentives.parameters import TIME_KEEP_MOST
from xueqiao.domains.incentives.queries import EVERYTHING, home_county, is_bank_open
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, post_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at


def donate_hours(
    *, actor: Actor, person_id: int, minutes: int, receiver_code: str = "", request_key: str, now: datetime
) -> int:
    """Give confirmed volunteer time to a relative (by learner number) or, without one, to the county's time bank.

    Only where the county has a time bank, only within a family that the platform knows, and only as much as the
    relative may keep: time is no present among strangers and nothing to trade. The same form twice is one gift; returns
    the minutes. Locks the books of both. Raises MayNotActFor, GuardianConsentMissing, InvalidInput, TimeBankClosed,
    ReceiverNotFound, GiftToOneself, TimeForFamilyOnly, TimeKeepMost, NotEnoughTime.
    """
    authority = people.require_may_act_for(actor, person_id, now=now)
    require_amount(minutes)
    require_key(request_key)
    today, county = local_date(now), home_county(person_id)
    if not is_bank_open(county, today):
        raise TimeBankClosed
    receiver_id = relative_named(person_id, receiver_code) if receiver_code.strip() else None
    if receiver_id == person_id:
        raise GiftToOneself
    with transaction.atomic():
        open_books()
        lock_persons([person_id] + ([receiver_id] if receiver_id else []))
        known = Gift.objects.within(EVERYTHING).filter(person_id=person_id, request_key=request_key).first()
        if known is not None:
            require_same(known, minutes, receiver_id)
            return known.amount
        account = rules.hours_account(person_id)
        left = balance_of(rules.HOURS, account).available
        if minutes > left:
            raise NotEnoughTime(wanted=minutes, left=left)
        if receiver_id:
            _require_room(receiver_id, minutes, today)
        gift = Gift.objects.create(
            kind="hours",
            person_id=person_id,
            receiver_id=receiver_id,
            region=county,
            amount=minutes,
            given_at=now,
            given_on=today,
            request_key=request_key,
        )
        to = rules.hours_account(receiver_id) if receiver_id else rules.bank_account(county)
        post_transfer(
            unit=rules.HOURS,
            postings=[Posting(account, to, minutes)],
            key=f"incentives.gift:{gift.pk}",
            memo={"deed": "give" if receiver_id else "bank"},
            now=now,
        )
        record_event(VolunteerTimeDonated(person_id, county, minutes, receiver_id), region=county, now=now)
        record_deed(
            actor=actor,
            verb="donate_hours",
            object_kind="gift",
            object_id=gift.pk,
            region=county,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"minutes": minutes, "to": "relative" if receiver_id else "time bank"},
        )
    return minutes


def relative_named(person_id: int, code: str) -> int:
    """The person with this learner number, when she is the very person or her family. Raises ReceiverNotFound,
    TimeForFamilyOnly."""
    named = people.find_person_by_code(Actor.system("stored time names a relative"), code)
    if named is None:
        raise ReceiverNotFound
    if named.id != person_id and not people.are_family(person_id, named.id):
        raise TimeForFamilyOnly
    return named.id


def _require_room(receiver_id: int, minutes: int, today: date) -> None:
    """Needs the receiver's lock: what she keeps is looked at before it grows. Raises TimeKeepMost."""
    most = parameter_at(TIME_KEEP_MOST.name, region=home_county(receiver_id), on=today).value
    left = max(0, most - balance_of(rules.HOURS, rules.hours_account(receiver_id)).posted)
    if minutes > left:
        raise TimeKeepMost(most=most // 60, left=left)
