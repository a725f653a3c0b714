import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_persons, open_books, parts_of, postings_to, require_key
from xueqiao.domains.incentives.errors import RewardGone, RewardNotFound, RewardOver, RewardYearMost
from xueqiao.domains.incentives.events import RewardReserved
from xueqiao.domains.incentives.models import Redemption, Reward
from xueqiao.domains.incentives.parameters import REWARD_KEEP_DAYS
from xueqiao.domains.incentives.queries import EVERYTHING, redemption_view
from xueqiao.domains.incentives.values import RedemptionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import hold_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at


def reserve_reward(
    *, actor: Actor, person_id: int, reward_uuid: UUID, request_key: str, now: datetime
) -> RedemptionView:
    """Set one piece of a reward and its points aside for a person, until she fetches it with an 8-digit code.

    The points are on hold, oldest first; nothing is spent before it is handed over. The same form twice is one
    reservation. Locks the person's books, then the reward's row; its CHECK and the ledger's floor are the last walls.
    Raises MayNotActFor, GuardianConsentMissing, RewardNotFound, RewardOver, RewardGone, RewardYearMost,
    NotEnoughPoints.
    """
    authority = people.require_may_act_for(actor, person_id, now=now)
    require_key(request_key)
    today = local_date(now)
    found = Reward.objects.filter(uuid=reward_uuid).first()
    if found is None:
        raise RewardNotFound
    keep_days = parameter_at(
        REWARD_KEEP_DAYS.name, region=found.region, on=today, institution_id=found.institution_id
    ).value
    with transaction.atomic():
        open_books()
        lock_persons([person_id])
        mine = Redemption.objects.within(EVERYTHING).filter(person_id=person_id)
        known = mine.filter(reward=found, request_key=request_key).first()
        if known is not None:
            return redemption_view(known)
        reward = Reward.objects.select_for_update().get(pk=found.pk)
        if reward.closed_at is not None or reward.valid_to < today:
            raise RewardOver
        had = mine.filter(reward=reward, state__in=["reserved", "handed_over"], reserved_at__year=today.year).count()
        if had >= reward.person_year_max:
            raise RewardYearMost(most=reward.person_year_max)
        parts = parts_of(person_id, reward.price_hundredths)
        if not take_pieces(reward.pk, 1):
            raise RewardGone
        code = _free_code()
        hold = hold_transfer(
            unit=rules.POINTS,
            postings=postings_to(person_id, parts, rules.partner_account(reward.institution_id)),
            key=f"incentives.reserve:{person_id}:{found.pk}:{request_key}",
            memo={"deed": "reserve", "title": reward.title},
            expires_at=None,  # the slip says until when: one clock, not two
            now=now,
        )
        row = Redemption.objects.create(
            code=code,
            reward=reward,
            person_id=person_id,
            region=reward.region,
            points_hundredths=reward.price_hundredths,
            hold_id=hold.id,
            request_key=request_key,
            reserved_at=now,
            keep_until=now + timedelta(days=keep_days),
        )
        row.refresh_from_db(fields=["uuid"], from_queryset=Redemption.objects.within(EVERYTHING))
        record_event(
            RewardReserved(row.pk, reward.pk, person_id, reward.region, row.points_hundredths),
            region=reward.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="reserve_reward",
            object_kind="redemption",
            object_id=row.pk,
            region=reward.region,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"reward": reward.pk, "hundredths": row.points_hundredths},
        )
        return redemption_view(row)


def take_pieces(reward_id: int, pieces: int) -> bool:
    """Take pieces out of stock; False when fewer are left. Needs a transaction."""
    left = Reward.objects.filter(pk=reward_id, stock__gte=F("taken") + pieces)
    return left.update(taken=F("taken") + pieces) == 1


def _free_code() -> str:
    """Eight digits nobody has. Two at once with the same: the unique index refuses the second, which tries anew."""
    while True:
        code = f"{secrets.randbelow(90_000_000) + 10_000_000}"
        if not Redemption.objects.within(EVERYTHING).filter(code=code).exists():
            return code
