from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_pot, open_books, points_text, require_key, require_words
from xueqiao.domains.incentives.errors import PotShort, RewardGone, RewardOver
from xueqiao.domains.incentives.models import PotSpending
from xueqiao.domains.incentives.queries import county_of, find_reward, spending_view
from xueqiao.domains.incentives.values import PotSpendingView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import balance_of
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

PIECES_MOST = 1_000


def ask_pot_spending(
    *, actor: Actor, reward_uuid: UUID, pieces: int, words: str, request_key: str, now: datetime
) -> PotSpendingView:
    """Ask to give pieces of a reward to somebody and let the county's pot pay; an officer of the county decides.

    By the desk that offers the reward. words: for whom and why, published when it is spent. Nothing is set aside:
    stock and pot are looked at now, so that nobody is asked in vain, and again when it is decided. The same form twice
    is one. Locks the county's pot. Raises NotAllowed, RewardNotFound, InvalidInput, RewardOver, RewardGone, PotShort.
    """
    reward = find_reward(actor, reward_uuid)
    if actor.person_id is None:
        raise NotAllowed
    require_key(request_key)
    said = require_words(words, what="给谁、为什么要写 4 到 100 个字", least=4, most=100)
    if type(pieces) is not int or not 0 < pieces <= PIECES_MOST:
        raise InvalidInput(what=f"件数要在 1 到 {PIECES_MOST} 之间")
    county, price = county_of(reward.region), reward.price_hundredths * pieces
    rows = PotSpending.objects.select_related("reward__institution")
    with transaction.atomic():
        open_books()
        lock_pot(county)
        known = rows.filter(asked_by_id=actor.person_id, request_key=request_key).first()
        if known is not None:
            return spending_view(known)
        if reward.closed_at is not None or reward.valid_to < local_date(now):
            raise RewardOver
        if reward.taken + pieces > reward.stock:
            raise RewardGone
        left = balance_of(rules.POINTS, rules.pot_account(county)).available
        if price > left:
            raise PotShort(wanted=points_text(price), left=points_text(left))
        made = PotSpending.objects.create(
            reward=reward,
            region=county,
            pieces=pieces,
            points_hundredths=price,
            words=said,
            request_key=request_key,
            asked_by_id=actor.person_id,
            asked_at=now,
        )
        record_deed(
            actor=actor,
            verb="ask_pot_spending",
            object_kind="pot_spending",
            object_id=made.pk,
            region=county,
            now=now,
            detail={"reward": reward.pk, "pieces": pieces, "hundredths": price},
        )
        return spending_view(rows.get(pk=made.pk))
