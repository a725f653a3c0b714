"""Reads of proposals and deposits, named by the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xueqiao.domains.credits.errors.deposits import NotYours, ProposalUnknown
from xueqiao.domains.credits.models import CreditProposal
from xueqiao.domains.credits.values.deposits import ProposalView, RuleSource
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.undo.api import UNDO_MINUTES

_LABELS = {
    "credits.minutes_per_credit": "每学分学时",
    "credits.step_hundredths": "取整",
    "learning.completion_share": "到课要求",
    "learning.late_minutes_lost": "迟到折减",
}


def require_may_decide_for(actor: Actor, person_id: int, *, now: datetime) -> str:
    """Return the authority by which the actor decides for a person, or raise NotYours."""
    try:
        return people.require_may_act_for(actor, person_id, now=now)
    except Refused as reason:
        raise NotYours from reason


def _sources(rule: dict[str, Any]) -> tuple[RuleSource, ...]:
    found = [
        RuleSource(
            name=part["name"],
            label=_LABELS.get(part["name"], part["name"]),
            value=_value_words(part["name"], part["value"]),
            source=part["source"],
            is_confirmed=part["confirmed"],
        )
        for part in rule["parameters"]
    ]
    completion = rule["completion"]
    share = f"{completion['share_numerator']}/{completion['share_denominator']}"
    for name, source in completion["sources"].items():
        value = f"不少于 {share}" if name == "learning.completion_share" else f"{completion['late_minutes_lost']} 分钟"
        found.append(RuleSource(name, _LABELS.get(name, name), value, source, completion["confirmed"]))
    return tuple(found)


def _value_words(name: str, value: Any) -> str:
    if name == "credits.minutes_per_credit":
        return f"{value / 60:g} 学时"
    return f"按 {value / 100:g} 学分向下取整"


def proposal_view(row: CreditProposal, *, now: datetime) -> ProposalView:
    """Turn a row into what crosses the door; reads the class through the completion."""
    run = row.completion.run
    undo_until = None
    if row.decided_at is not None and now < row.decided_at + timedelta(minutes=UNDO_MINUTES):
        undo_until = row.decided_at + timedelta(minutes=UNDO_MINUTES)
    return ProposalView(
        id=row.pk,
        uuid=row.uuid,
        person_id=row.person_id,
        completion_id=row.completion_id,
        run_code=run.code,
        run_title=run.title,
        institution_name=run.institution.name,
        amount_hundredths=row.amount_hundredths,
        remainder_minutes=row.remainder_minutes,
        rule_text=row.rule_text,
        rule_sources=_sources(row.rule),
        state=row.state,
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        undo_until=undo_until,
        transfer_id=row.transfer_id,
    )


def access_proposal(*, actor: Actor, proposal_uuid: UUID, now: datetime) -> ProposalView:
    """Return a proposal of a person in the actor's scope. Raises ProposalUnknown."""
    rows = CreditProposal.objects.within(actor.scope).select_related("completion__run__institution")
    row = rows.filter(uuid=proposal_uuid).first()
    if row is None:
        raise ProposalUnknown
    return proposal_view(row, now=now)
