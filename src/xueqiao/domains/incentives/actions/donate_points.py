from datetime import datetime

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import (
    lock_persons,
    open_books,
    parts_of,
    points_text,
    postings_to,
    remember_years,
    require_amount,
    require_key,
    require_same,
)
from xueqiao.domains.incentives.errors import GiftTooLarge, GiftToOneself, ReceiverNotFound
from xueqiao.domains.incentives.events import PointsDonated
from xueqiao.domains.incentives.models import Gift
from xueqiao.domains.incentives.parameters import POINTS_GIVE_YEAR_MOST
from xueqiao.domains.incentives.queries import EVERYTHING, given_to_people, home_county
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at


def donate_points(
    *, actor: Actor, person_id: int, hundredths: int, receiver_code: str = "", request_key: str, now: datetime
) -> int:
    """Give points to another resident (by learner number) or, without one, to the community of her county; return them.

    The oldest go first, and keep the year in which they were earned: giving does not make them younger. To people up to
    a yearly cap. The same form twice is one gift. Locks the books of both. Raises MayNotActFor, GuardianConsentMissing,
    InvalidInput, ReceiverNotFound, GiftToOneself, GiftTooLarge, NotEnoughPoints.
    """
    authority = people.require_may_act_for(actor, person_id, now=now)
    require_amount(hundredths)
    require_key(request_key)
    today, county = local_date(now), home_county(person_id)
    receiver = None
    if receiver_code.strip():
        receiver = people.find_person_by_code(Actor.system("a gift names its receiver"), receiver_code)
        if receiver is None:
            raise ReceiverNotFound
        if receiver.id == person_id:
            raise GiftToOneself
    with transaction.atomic():
        open_books()
        lock_persons([person_id] + ([receiver.id] if receiver else []))
        known = Gift.objects.within(EVERYTHING).filter(person_id=person_id, request_key=request_key).first()
        if known is not None:
            require_same(known, hundredths, receiver.id if receiver else None)
            return known.amount
        if receiver:
            most = parameter_at(POINTS_GIVE_YEAR_MOST.name, region=county, on=today).value
            left = max(0, most - given_to_people(person_id, today.year))
            if hundredths > left:
                raise GiftTooLarge(most=points_text(most), left=points_text(left))
        parts = parts_of(person_id, hundredths)
        if receiver:
            remember_years(receiver.id, [year for year, _ in parts])
            postings = [
                Posting(rules.points_account(person_id, year), rules.points_account(receiver.id, year), amount)
                for year, amount in parts
            ]
        else:
            postings = postings_to(person_id, parts, rules.pot_account(county))
        gift = Gift.objects.create(
            kind="points",
            person_id=person_id,
            receiver_id=receiver.id if receiver else None,
            region=county,
            amount=hundredths,
            given_at=now,
            given_on=today,
            request_key=request_key,
        )
        post_transfer(
            unit=rules.POINTS,
            postings=postings,
            key=f"incentives.gift:{gift.pk}",
            memo={"deed": "give" if receiver else "pot"},
            now=now,
        )
        record_event(
            PointsDonated(person_id, receiver.id if receiver else None, county, hundredths), region=county, now=now
        )
        record_deed(
            actor=actor,
            verb="donate_points",
            object_kind="gift",
            object_id=gift.pk,
            region=county,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"hundredths": hundredths, "to": "person" if receiver else "community"},
        )
    return hundredths
