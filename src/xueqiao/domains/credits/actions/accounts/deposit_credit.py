"""One press: pay a proposal into the person's account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.actions.accounts.take_back_deposit import OBJECT_KIND, REVERSAL
from xueqiao.domains.credits.actions.certificates.issue_certificate import issue_certificate
from xueqiao.domains.credits.errors.deposits import AccountFrozen, NothingToDeposit, ProposalUnknown
from xueqiao.domains.credits.events import CreditDeposited
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.credits.queries.balances import arriving
from xueqiao.domains.credits.queries.deposits import proposal_view, require_may_decide_for
from xueqiao.domains.credits.rules import deposits as rules
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo import api as undo


def deposit_credit(*, actor: Actor, proposal_uuid: UUID, now: datetime) -> ProposalView:
    """Move the proposed credit from its issuer to the person on the ledger, and sign her certificate.

    What was revoked after it was spent is filled first. Pressed twice it is one deposit. The transfer's memo names
    completion, class, rule and decider, so the ledger alone leads back to the evidence. Raises ProposalUnknown,
    NotYours, NothingToDeposit (kept hours only), AccountFrozen.
    """
    everything = Scope.everything("authority is checked against the proposal's person")
    found = CreditProposal.objects.within(everything).filter(uuid=proposal_uuid).first()
    if found is None:
        raise ProposalUnknown
    authority = require_may_decide_for(actor, found.person_id, now=now)
    with transaction.atomic():
        lock(LockSpace.CREDIT_ACCOUNT, [found.person_id])
        proposal = (
            CreditProposal.objects.within(everything)
            .select_related("completion__run__institution")
            .select_for_update(of=("self",))
            .get(pk=found.pk)
        )
        if proposal.state == "deposited":
            return proposal_view(proposal, now=now)
        if proposal.amount_hundredths == 0:
            raise NothingToDeposit
        account = open_credit_account(person_id=proposal.person_id, now=now)
        if account.frozen_at is not None:
            raise AccountFrozen
        run = proposal.completion.run
        transfer = ledger.post_transfer(
            unit=proposal.unit,
            postings=arriving(
                proposal.unit,
                rules.issuer_account(run.institution_id),
                proposal.person_id,
                proposal.amount_hundredths,
            ),
            key=f"credits.deposit:{proposal.pk}:{proposal.deposit_count}",
            memo={
                "deed": "deposit",
                "proposal": str(proposal.uuid),
                "completion": proposal.completion_id,
                "class": run.code,
                "rule": proposal.rule["title"],
                "decided_by": actor.person_id or 0,
                "authority": authority,
            },
            now=now,
        )
        proposal.state, proposal.transfer_id = "deposited", transfer.id
        proposal.decided_at, proposal.decided_by_id = now, actor.person_id
        proposal.deposit_count += 1
        proposal.save(update_fields=["state", "transfer_id", "decided_at", "decided_by_id", "deposit_count"])
        record_event(
            CreditDeposited(proposal.pk, proposal.person_id, proposal.amount_hundredths, transfer.id),
            region=run.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="deposit_credit",
            object_kind="credit_proposal",
            object_id=proposal.pk,
            region=run.region,
            acting_for_id=proposal.person_id if authority != "self" else None,
            now=now,
            detail={"transfer": transfer.id, "amount_hundredths": proposal.amount_hundredths},
        )
        undo.offer_undo(
            actor=actor,
            what=f"存入 {credits_text(proposal.amount_hundredths)} 学分（{run.title}）",
            object_kind=OBJECT_KIND,
            object_id=proposal.pk,
            person_id=proposal.person_id,
            region=run.region,
            reversal_name=REVERSAL,
            arguments={
                "proposal_id": proposal.pk,
                "person_id": proposal.person_id,
                "transfer_id": proposal.transfer_id,
            },
            now=now,
        )
        issue_certificate(actor=actor, completion_id=proposal.completion_id, now=now)
    return proposal_view(proposal, now=now)
