"""Ten minutes to change one's mind about a deposit."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.conversions import CreditInUse
from xueqiao.domains.credits.errors.deposits import ProposalUnknown, UndoOver
from xueqiao.domains.credits.events import DepositTakenBack
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.credits.queries.balances import opposite
from xueqiao.domains.credits.queries.deposits import proposal_view, require_may_decide_for
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo import api as undo

REVERSAL = "credits.take_back_deposit"
OBJECT_KIND = "credit_proposal"


def take_back_deposit(*, actor: Actor, proposal_uuid: UUID, now: datetime) -> ProposalView:
    """Move a deposit back by a new transfer and open its proposal again; the first transfer stays on the ledger.

    The certificate stays: that she completed the class did not change. Pressed twice it is one reversal. Raises
    ProposalUnknown, NotYours, UndoOver, CreditInUse when a conversion in force uses it, and InsufficientBalance when a
    revocation took as much meanwhile.
    """
    everything = Scope.everything("authority is checked against the proposal's person")
    rows = CreditProposal.objects.within(everything).select_related("completion__run__institution")
    found = rows.filter(uuid=proposal_uuid).first()
    if found is None:
        raise ProposalUnknown
    require_may_decide_for(actor, found.person_id, now=now)
    if found.state != "deposited":
        return proposal_view(found, now=now)
    steps = undo.access_undoable_steps(actor=actor, now=now, limit=50)
    step = next((s for s in steps if s.object_kind == OBJECT_KIND and s.object_id == found.pk), None)
    if step is None:
        raise UndoOver
    with suppress(undo.AlreadyUndone):  # two presses at once: the other one took it back
        undo.undo_step(actor=actor, uuid=step.uuid, now=now)
    return proposal_view(rows.get(pk=found.pk), now=now)


@undo.reversal(REVERSAL)
def move_back(*, actor: Actor, now: datetime, **arguments: Any) -> None:
    """The reversal behind the ten minutes; runs in the transaction of `undo_step`. May raise UndoOver, CreditInUse."""
    everything = Scope.everything("permission was checked by undo")
    with transaction.atomic():
        person_id = int(arguments["person_id"])
        lock(LockSpace.CREDIT_ACCOUNT, [person_id])
        proposal = (
            CreditProposal.objects.within(everything)
            .select_related("completion__run")
            .select_for_update(of=("self",))
            .get(pk=arguments["proposal_id"])
        )
        if proposal.state != "deposited" or proposal.transfer_id != arguments["transfer_id"]:
            raise UndoOver
        if proposal.uses.filter(in_force=True).exists():
            raise CreditInUse
        if proposal.revocations.within(everything).filter(state="done").exists():
            raise UndoOver  # it went back to its issuer already
        run = proposal.completion.run
        transfer = ledger.post_transfer(
            unit=proposal.unit,
            postings=opposite(proposal.transfer_id),
            key=f"credits.take_back:{proposal.pk}:{proposal.deposit_count}",
            memo={"deed": "take_back", "proposal": str(proposal.uuid), "of_transfer": proposal.transfer_id},
            now=now,
        )
        proposal.state, proposal.transfer_id = "proposed", None
        proposal.decided_at, proposal.decided_by_id = None, None
        proposal.save(update_fields=["state", "transfer_id", "decided_at", "decided_by_id"])
        record_event(DepositTakenBack(proposal.pk, person_id, proposal.amount_hundredths), region=run.region, now=now)
        record_deed(
            actor=actor,
            verb="take_back_deposit",
            object_kind=OBJECT_KIND,
            object_id=proposal.pk,
            region=run.region,
            acting_for_id=person_id if actor.person_id != person_id else None,
            now=now,
            detail={"transfer": transfer.id},
        )
