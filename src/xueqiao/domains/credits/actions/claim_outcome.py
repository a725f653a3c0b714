"""Ask that an outcome from elsewhere be recognised, with papers."""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.actions.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.actions.open_credit_account import open_credit_account
from xueqiao.domains.credits.errors.claims import (
    IssuerUnknown,
    PaperNeeded,
    PaperNotReadable,
    PaperUsedBefore,
    WorkClaimedBefore,
)
from xueqiao.domains.credits.errors.deposits import AccountFrozen
from xueqiao.domains.credits.events import OutcomeClaimed
from xueqiao.domains.credits.models import Claim, Evidence, Outcome, RecognitionUnit, RuleSetVersion
from xueqiao.domains.credits.queries.claims import access_claim
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.queries.outcomes import outcome_facts
from xueqiao.domains.credits.queries.rulesets import agreements_closed_to, closed_agreements_of, rule_sets_in_reach
from xueqiao.domains.credits.rules.claims import (
    PAPERS_MAX,
    after_working_days,
    facts_for_json,
    kind_of_paper,
    wrong_fact,
)
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.values.claims import ClaimedOutcome, ClaimView, Paper
from xueqiao.domains.credits.values.rulesets import OUTCOME_TYPES, RuleSet
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput


def claim_outcome(
    *, actor: Actor, person_id: int, outcome: ClaimedOutcome, papers: Sequence[Paper], now: datetime
) -> ClaimView:
    """Keep the outcome, its papers and the claim; say by when the office must take it up.

    The person or who acts for her. The rule set is the first in reach that takes this type now. Locks CREDIT_ACCOUNT.
    Raises NotYours, InvalidInput, IssuerUnknown, PaperNeeded, PaperNotReadable, PaperUsedBefore, WorkClaimedBefore,
    AccountFrozen; then nothing was written.
    """
    authority = require_may_decide_for(actor, person_id, now=now)
    _require_plausible(outcome, papers, now)
    system = Actor.system("claim_outcome")
    card = people.access_persons(system, [person_id])[person_id]
    with transaction.atomic():
        lock(LockSpace.CREDIT_ACCOUNT, [person_id])
        if open_credit_account(person_id=person_id, now=now).frozen_at is not None:
            raise AccountFrozen
        adopt_shipped_rules(actor=system, now=now)
        rules, programme = _rules_for(card.region, outcome.type, now)
        row = _kept(person_id, card.region, outcome, papers, now)
        days = classes.holidays_between(local_date(now), local_date(now) + timedelta(days=60))
        facts = [outcome_facts(row, strength=2, reviewers=rules.review.reviewers)]
        closed = agreements_closed_to([rules], facts, on=local_date(now))
        told = evaluate(rules, programme, facts, on=local_date(now), closed_agreements=closed)
        claim = Claim.objects.create(
            outcome=row,
            rule_version=RuleSetVersion.objects.get(code=rules.code, version=rules.version),
            programme=programme,
            reviewers_needed=_reviewers(rules, outcome),
            claimed_at=now,
            accept_due=after_working_days(
                local_date(now), rules.review.accept_working_days, {day: kind for day, (kind, _) in days.items()}
            ),
            explanation=list(told.sentences),
        )
        record_event(OutcomeClaimed(claim.pk, person_id), region=card.region, now=now)
        record_deed(
            actor=actor,
            verb="claim_outcome",
            object_kind="claim",
            object_id=claim.pk,
            region=card.region,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
            detail={"type": outcome.type, "papers": len(papers), "rules": f"{rules.code}/{rules.version}"},
        )
    return access_claim(actor=system, claim_uuid=claim.uuid)


def _require_plausible(outcome: ClaimedOutcome, papers: Sequence[Paper], now: datetime) -> None:
    title, issuer = outcome.title.strip(), outcome.issuer_name.strip()
    if outcome.type not in OUTCOME_TYPES or not 2 <= len(title) <= 80 or not 2 <= len(issuer) <= 80:
        raise InvalidInput(what="请选成果类型，并写上名称和出具单位")
    if outcome.ends_on > local_date(now) or outcome.ends_on.year < 1950:
        raise InvalidInput(what="取得日期要在今天或以前")
    if set(outcome.facts) & {"strength", "reviewers", "interviewed"}:
        raise InvalidInput(what="证明力、评审人数和面谈由评审填写")
    if wrong := wrong_fact(outcome.facts):
        raise InvalidInput(what=wrong)
    if not papers:
        raise PaperNeeded
    for paper in papers:
        if len(papers) > PAPERS_MAX or kind_of_paper(paper.body) is None:
            raise PaperNotReadable(name=paper.name[:40])


def _rules_for(region: int, outcome_type: str, now: datetime) -> tuple[RuleSet, str]:
    """The first rule set in reach with a conversion for the type; community rules when none takes it."""
    reach = rule_sets_in_reach(region=region, on=local_date(now))
    closed = closed_agreements_of(reach, on=local_date(now))
    fit = [
        each
        for each in reach
        if any(outcome_type in conv.types and conv.agreement not in closed for conv in each.conversions)
    ]
    community = [each for each in reach if each.code == "community"]
    chosen = (fit or community or list(reach))[:1]
    if not chosen:
        raise InvalidInput(what="您所在的地区还没有施行认定规则")
    return chosen[0], chosen[0].programmes[0].code


def _reviewers(rules: RuleSet, outcome: ClaimedOutcome) -> int:
    """A single reviewer only for what is in the catalogue; work experience always goes to the group."""
    unit = outcome.facts.get("unit")
    in_catalogue = bool(unit) and RecognitionUnit.objects.filter(code=unit, effective_until=None).exists()
    if in_catalogue and outcome.type != "work_experience":
        return rules.review.catalogue_reviewers
    return rules.review.reviewers


def _kept(person_id: int, region: int, outcome: ClaimedOutcome, papers: Sequence[Paper], now: datetime) -> Outcome:
    """Write outcome and papers. The unique constraints decide who came first; the later one is told why.

    An issuer of the network bears the name it is registered by, whatever was typed beside it.
    """
    issuer_name = outcome.issuer_name.strip()
    if outcome.issuer_institution_id is not None:
        known = institutions.institutions_by_id([outcome.issuer_institution_id])
        if outcome.issuer_institution_id not in known:
            raise IssuerUnknown(name=issuer_name)
        issuer_name = known[outcome.issuer_institution_id].name[:80]
    work = str(outcome.facts.get("work", ""))
    plain = "".join(c for c in unicodedata.normalize("NFKC", work).casefold() if c.isalnum())
    try:
        with transaction.atomic():
            row = Outcome.objects.create(
                person_id=person_id,
                region=region,
                type=outcome.type,
                title=outcome.title.strip(),
                issuer_id=outcome.issuer_institution_id,
                issuer_name=issuer_name,
                ends_on=outcome.ends_on,
                valid_until=outcome.valid_until,
                facts=facts_for_json(outcome.facts),
                work_key=plain[:120],
                recorded_at=now,
            )
    except IntegrityError as taken:
        raise WorkClaimedBefore from taken
    try:
        with transaction.atomic():
            for paper in papers:
                Evidence.objects.create(
                    outcome=row,
                    name=paper.name[:80] or "证明",
                    content_type=kind_of_paper(paper.body) or "",
                    body=paper.body,
                    sha256=hashlib.sha256(paper.body).digest(),
                )
    except IntegrityError as taken:
        raise PaperUsedBefore from taken
    return row
