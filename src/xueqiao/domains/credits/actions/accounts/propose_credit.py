"""Work out by rule what a completion is worth, and say why in words."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xueqiao.domains.credits import parameters
from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.events import CreditProposed
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.credits.queries.deposits import proposal_view
from xueqiao.domains.credits.rules import deposits as rules
from xueqiao.domains.credits.values.amounts import COMMUNITY_UNIT
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock, require_transaction
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import ParameterValue, parameters_at
from xueqiao.foundation.scope import Scope


def propose_credit(*, actor: Actor, completion_id: int, now: datetime) -> ProposalView:
    """Write the proposal for a completion, or return the one that exists. Safe to repeat.

    Minutes attended plus the minutes kept from the person's proposal before, divided by the minutes of one credit and
    rounded down to half a credit; the rest is kept for the next. Parameters are those in force at the class's place on
    the day of completion, and are stored with their sources.
    """
    completion = learning.access_completion(actor=actor, completion_id=completion_id)
    with transaction.atomic():
        return proposal_view(proposal_for(completion, actor=actor, now=now), now=now)


def proposal_for(completion: learning.CompletionView, *, actor: Actor, now: datetime) -> CreditProposal:
    """The same for who has the completion in hand. Needs a transaction; locks CREDIT_ACCOUNT."""
    require_transaction()
    everything = Scope.everything("the rule reads the person's earlier proposals")
    lock(LockSpace.CREDIT_ACCOUNT, [completion.person_id])
    hers = list(CreditProposal.objects.within(everything).filter(person_id=completion.person_id).order_by("-id"))
    if (known := next((row for row in hers if row.completion_id == completion.id), None)) is not None:
        return known
    open_credit_account(person_id=completion.person_id, now=now)
    carried = hers[0].remainder_minutes if hers else 0
    on = local_date(completion.completed_at)
    place: dict[str, Any] = {"region": completion.region, "on": on, "institution_id": completion.institution_id}
    names = (parameters.minutes_per_credit.name, parameters.step_hundredths.name)
    per_credit, step = parameters_at(names, **place).values()
    credit = rules.credit_for(
        completion.minutes_attended + carried, minutes_per_credit=per_credit.value, step_hundredths=step.value
    )
    proposal = CreditProposal.objects.create(
        person_id=completion.person_id,
        completion_id=completion.id,
        unit=COMMUNITY_UNIT,
        amount_hundredths=credit.amount_hundredths,
        minutes_attended=completion.minutes_attended,
        carried_minutes=carried,
        remainder_minutes=credit.remainder_minutes,
        rule_text=rules.proposal_text(
            sessions_attended=completion.sessions_attended,
            sessions_held=completion.sessions_held,
            minutes_attended=completion.minutes_attended,
            carried_minutes=carried,
            credit=credit,
            minutes_per_credit=per_credit.value,
            rule_title=parameters.RULE_TITLE,
        ),
        rule={
            "title": parameters.RULE_TITLE,
            "completion": completion.rule,
            "parameters": [_quoted(per_credit), _quoted(step)],
            "sessions_attended": completion.sessions_attended,
            "sessions_held": completion.sessions_held,
        },
        proposed_at=now,
    )
    record_event(
        CreditProposed(proposal.pk, completion.person_id, completion.id, credit.amount_hundredths),
        region=completion.region,
        now=now,
    )
    record_deed(
        actor=actor,
        verb="propose_credit",
        object_kind="credit_proposal",
        object_id=proposal.pk,
        region=completion.region,
        acting_for_id=completion.person_id,
        now=now,
        detail={"amount_hundredths": credit.amount_hundredths, "remainder_minutes": credit.remainder_minutes},
    )
    return proposal


def _quoted(value: ParameterValue) -> dict[str, object]:
    return {
        "name": value.name,
        "value": value.value,
        "source": value.source,
        "confirmed": value.confirmed,
        "valid_from": value.valid_from.isoformat() if value.valid_from else None,
    }
