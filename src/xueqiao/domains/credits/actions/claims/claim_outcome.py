"""Ask that an outcome from elsewhere be recognised, with papers."""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
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
from xueqiao.domains.credits.queries.rulesets import agreements_closed_to, rule_sets_in_reach
from xueqiao.domains.credits.rules.choosing import Choice, as_expected, choose
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
from xueqiao.foundation.regions.api import names_of


def claim_outcome(
    *, actor: Actor, person_id: int, outcome: ClaimedOutcome, papers: Sequence[Paper], now: datetime
) -> ClaimView:
    """Keep the outcome, its papers and the claim; say by when the office must take it up.

    The person or who acts for her. The rule set is the most specific in reach that fits. Locks CREDIT_ACCOUNT.
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
        row = _kept(person_id, card.region, outcome, papers, now)
        choice = _rules_for(row, now)
        rules = choice.rules
        days = classes.holidays_between(local_date(now), local_date(now) + timedelta(days=60))
        facts = [outcome_facts(row, strength=2, reviewers=rules.review.reviewers)]
        closed = agreements_closed_to([rules], facts, on=local_date(now))
        told = evaluate(rules, choice.programme, facts, on=local_date(now), closed_agreements=closed)
        said = list(told.sentences)
        if not told.judged[0].options:
            better = [as_expected(facts[0])]
            hoped = evaluate(rules, choice.programme, better, on=local_date(now), closed_agreements=closed)
            said = [f"核对无误的话，{hoped.sentences[0]}", *hoped.sentences[1:]] if hoped.judged[0].options else said
        claim = Claim.objects.create(
            outcome=row,
            rule_version=RuleSetVersion.objects.get(code=rules.code, version=rules.version),
            programme=choice.programme,
            rules_because=choice.because,
            reviewers_needed=_reviewers(rules, outcome),
            claimed_at=now,
            accept_due=after_working_days(
                local_date(now), rules.review.accept_working_days, {day: kind for day, (kind, _) in days.items()}
            ),
            explanation=said,
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


def _rules_for(row: Outcome, now: datetime) -> Choice:
    """The most specific rule set that fits, and why that one. Raises InvalidInput when no rules are in force."""
    on = local_date(now)
    reach = rule_sets_in_reach(region=row.region, on=on)
    facts = outcome_facts(row, strength=3, reviewers=3)
    choice = choose(
        reach,
        facts,
        region=row.region,
        on=on,
        closed_agreements=agreements_closed_to(reach, [facts], on=on),
        issuer_code=institutions.get_institution_by_id(row.issuer_id).code if row.issuer_id else "",
        names=names_of([each.region for each in reach]),
    )
    if choice is None:
        raise InvalidInput(what="您所在的地区还没有施行认定规则")
    return choice


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
