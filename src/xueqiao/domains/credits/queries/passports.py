"""The credit passport of a person."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from xueqiao.domains.credits.models import Certificate, CreditAccount, CreditProposal
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.deposits import proposal_view
from xueqiao.domains.credits.rules.deposits import person_account
from xueqiao.domains.credits.values.amounts import COMMUNITY_UNIT
from xueqiao.domains.credits.values.certificates import OpenCompletion
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.domains.credits.values.passports import Passport, Stamp, StampYear
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.scope import Scope

PROPOSALS_MAX = 300  # deposits shown in one passport


def passport_of(*, actor: Actor, person_id: int, now: datetime) -> Passport:
    """Return a person's passport. The total is the ledger's, never a sum of rows here. Five queries."""
    card = people.access_person(actor, person_id)
    everything = Scope.everything("the person was just accessed")
    rows = list(
        CreditProposal.objects.within(everything)
        .filter(person_id=person_id)
        .select_related("completion__run__institution")
        .order_by("-id")[:PROPOSALS_MAX]
    )
    views = [proposal_view(row, now=now) for row in rows]
    years: dict[int, list[Stamp]] = defaultdict(list)
    for view in sorted((v for v in views if v.state == "deposited"), key=_decided_at, reverse=True):
        years[local(_decided_at(view)).year].append(
            Stamp(
                title=view.run_title,
                institution_name=view.institution_name,
                amount_hundredths=view.amount_hundredths,
                deposited_at=_decided_at(view),
                undo_until=view.undo_until,
                proposal_uuid=view.uuid,
            )
        )
    certificates = [
        certificate_view(row)
        for row in Certificate.objects.within(everything)
        .filter(person_id=person_id)
        .select_related("signing_key")
        .order_by("-issued_at")[:PROPOSALS_MAX]
    ]
    completions = learning.access_completions(actor=Actor.system("passport_of"), person_ids=[person_id])
    certified = set(
        Certificate.objects.within(everything)
        .filter(completion_id__in=[completion.id for completion in completions])
        .values_list("completion_id", flat=True)
    )
    account = CreditAccount.objects.within(everything).filter(person_id=person_id).first()
    total = 0
    if account is not None:
        total = ledger.balance_of(COMMUNITY_UNIT, person_account(person_id)).available
    return Passport(
        person_id=person_id,
        person_name=card.name,
        account_code=account.code if account else "",
        total_hundredths=total,
        kept_minutes=rows[0].remainder_minutes if rows else 0,
        proposals=tuple(view for view in views if view.state == "proposed" and view.amount_hundredths > 0),
        years=tuple(
            StampYear(year, sum(stamp.amount_hundredths for stamp in stamps), tuple(stamps))
            for year, stamps in sorted(years.items(), reverse=True)
        ),
        certificates=tuple(certificates),
        completions_without_certificate=tuple(
            OpenCompletion(completion.id, completion.run_title, completion.completed_at)
            for completion in completions
            if completion.id not in certified
        ),
    )


def _decided_at(view: ProposalView) -> datetime:
    if view.decided_at is None:
        raise ValueError("a deposit without its moment")
    return view.decided_at
