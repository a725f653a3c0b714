from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_pot, open_books, points_text
from xueqiao.domains.incentives.actions.reserve_reward import take_pieces
from xueqiao.domains.incentives.errors import PotShort, RewardGone, RewardOver, SpendingDecided, SpendingNeedsAnother
from xueqiao.domains.incentives.events import PotSpent
from xueqiao.domains.incentives.models import PotSpending
from xueqiao.domains.incentives.queries import find_spending, spending_view
from xueqiao.domains.incentives.values import PotSpendingView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, post_transfer
from xueqiao.foundation.outbox.api import record_event


def decide_pot_spending(*, actor: Actor, spending_uuid: UUID, is_spent: bool, now: datetime) -> PotSpendingView:
    """A second person, an officer of the county, lets the pot pay for the pieces, or refuses; what is spent is public.

    Who asked may not decide; the table's CHECK says so too. The same answer twice is one. Locks the county's pot, then
    the spending's row. Raises NotAllowed, SpendingNotFound, SpendingNeedsAnother, SpendingDecided, RewardOver,
    RewardGone, PotShort; then nothing moved and it still waits.
    """
    found = find_spending(actor, spending_uuid)
    wanted = "spent" if is_spent else "refused"
    if actor.person_id in {None, found.asked_by_id}:
        raise SpendingNeedsAnother
    with transaction.atomic():
        open_books()
        lock_pot(found.region)
        row = locked_spending(found.pk)
        if row.state == wanted:
            return spending_view(row)
        if row.state != "asked":
            raise SpendingDecided
        if is_spent:
            _pay(row, now)
        row.state, row.decided_by_id, row.decided_at = wanted, actor.person_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        record_deed(
            actor=actor,
            verb="decide_pot_spending",
            object_kind="pot_spending",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"state": wanted, "hundredths": row.points_hundredths},
        )
        return spending_view(row)


def locked_spending(spending_id: int) -> PotSpending:
    """The row, for this transaction alone."""
    rows = PotSpending.objects.select_related("reward__institution").select_for_update(of=("self",))
    return rows.get(pk=spending_id)


def _pay(row: PotSpending, now: datetime) -> None:
    if row.reward.closed_at is not None or row.reward.valid_to < local_date(now):
        raise RewardOver
    left = balance_of(rules.POINTS, rules.pot_account(row.region)).available
    if row.points_hundredths > left:
        raise PotShort(wanted=points_text(row.points_hundredths), left=points_text(left))
    if not take_pieces(row.reward_id, row.pieces):
        raise RewardGone
    post_transfer(
        unit=rules.POINTS,
        postings=[
            Posting(
                rules.pot_account(row.region),
                rules.partner_account(row.reward.institution_id),
                row.points_hundredths,
            )
        ],
        key=f"incentives.pot:{row.pk}",
        memo={"deed": "spend_pot", "title": row.reward.title, "pieces": row.pieces},
        now=now,
    )
    record_event(
        PotSpent(row.pk, row.reward_id, row.region, row.pieces, row.points_hundredths), region=row.region, now=now
    )
