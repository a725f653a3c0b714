from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.errors import RedemptionEnded, RedemptionNotFound
from xueqiao.domains.incentives.events import RewardTakenBack
from xueqiao.domains.incentives.models import Redemption, Reward
from xueqiao.domains.incentives.queries import EVERYTHING, is_desk_of, redemption_view
from xueqiao.domains.incentives.values import RedemptionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, get_transfer, post_transfer, void_held
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import Refused


def take_back_reward(*, actor: Actor, redemption_uuid: UUID, now: datetime) -> RedemptionView:
    """Put a reward back into stock and its points back to the years they came from. Pressed twice, it is once.

    Before it is handed over by the person, who acts for her, or the desk; afterwards, when the thing itself was brought
    back, by the desk only. Locks the slip's row, then the reward's. Raises RedemptionNotFound, RedemptionEnded (not
    fetched in time, or already handed over).
    """
    rows = Redemption.objects.within(EVERYTHING)
    found = rows.filter(uuid=redemption_uuid).first()
    if found is None:
        raise RedemptionNotFound
    is_desk = is_desk_of(actor, found.region) and found.person_id != actor.person_id
    authority = "staff" if is_desk else _authority(actor, found.person_id, now)
    with transaction.atomic():
        row = rows.select_for_update().get(pk=found.pk)
        if row.state == "taken_back":
            return redemption_view(row)
        if row.state == "lapsed" or (row.state == "handed_over" and not is_desk):
            raise RedemptionEnded(state=rules.REDEMPTION_WORDS[row.state])
        put_back(row, state="taken_back", now=now)
        record_deed(
            actor=actor,
            verb="take_back_reward",
            object_kind="redemption",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id if authority != "self" else None,
            now=now,
        )
        return redemption_view(row)


def put_back(row: Redemption, *, state: str, now: datetime) -> None:
    """End a slip whose row is locked: points and piece go back. Needs a transaction."""
    reward = Reward.objects.select_for_update().get(pk=row.reward_id)
    if row.state == "reserved":
        void_held(row.hold_id, key=f"incentives.give_up:{row.pk}", memo={"deed": state}, now=now)
    else:
        post_transfer(
            unit=rules.POINTS,
            postings=[Posting(p.destination, p.source, p.amount) for p in get_transfer(row.hold_id).postings],
            key=f"incentives.bring_back:{row.pk}",
            memo={"deed": "return", "title": reward.title},
            now=now,
        )
    Reward.objects.filter(pk=reward.pk).update(taken=F("taken") - 1)
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at"])
    record_event(RewardTakenBack(row.pk, reward.pk, row.person_id, row.region, state), region=row.region, now=now)


def _authority(actor: Actor, person_id: int, now: datetime) -> str:
    """Who may not act for her is not told that the slip exists."""
    try:
        return people.require_may_act_for(actor, person_id, now=now)
    except Refused as refusal:
        raise RedemptionNotFound from refusal
