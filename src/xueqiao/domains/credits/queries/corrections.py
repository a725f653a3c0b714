"""Reads of what takes recognised credit out of an account again: expiry and revocation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from xueqiao.domains.credits.errors.corrections import (
    AnotherMustRevoke,
    ExpiryUnknown,
    OwnCredit,
    RecognitionUnknown,
    RevocationUnknown,
)
from xueqiao.domains.credits.models import (
    Claim,
    ConversionUse,
    CreditExpiry,
    CreditProposal,
    RecognitionRevocation,
    RuleSetVersion,
)
from xueqiao.domains.credits.queries.recognitions import facts_of
from xueqiao.domains.credits.queries.rulesets import rule_set_of
from xueqiao.domains.credits.rules.conversions import last_day_of_credit
from xueqiao.domains.credits.rules.deposits import issuer_account
from xueqiao.domains.credits.values.corrections import ASKED, DONE, ExpiryView, RecognitionView, RevocationView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope

CORRECTING_ROLES = ("county_officer", "city_officer", "province_officer")
OUTSIDE_ISSUER = "issuer:outside:granted"
LISTED_MAX = 200
EVERYTHING = Scope.everything("jobs, and deeds whose authority was checked")


@dataclass(frozen=True)
class Recognition:
    """What was credited once: by a claim or by the deposit of a proposal. issuer: the ledger account it came from."""

    uuid: UUID
    person_id: int
    region: int
    title: str
    unit: str
    amount_hundredths: int
    issuer: str
    is_posted: bool
    proposal_id: int | None = None
    claim_id: int | None = None


def recognition_of_claim(row: Claim) -> Recognition:
    """Return a claim (with outcome and rule version) as what it credited."""
    outcome = row.outcome
    return Recognition(
        row.uuid,
        outcome.person_id,
        outcome.region,
        outcome.title,
        rule_set_of(row.rule_version).unit,
        row.amount_hundredths,
        issuer_account(outcome.issuer_id) if outcome.issuer_id else OUTSIDE_ISSUER,
        row.state == "recognised",
        claim_id=row.pk,
    )


def recognition_of_proposal(row: CreditProposal) -> Recognition:
    """Return a proposal (with completion and class) as what its deposit credited."""
    run = row.completion.run
    return Recognition(
        row.uuid,
        row.person_id,
        row.completion.region,
        run.title,
        row.unit,
        row.amount_hundredths,
        issuer_account(run.institution_id),
        row.state == "deposited",
        proposal_id=row.pk,
    )


def find_recognition(uuid: UUID) -> Recognition:
    """Return the claim or proposal of that uuid. Raises RecognitionUnknown; permission is the caller's to ask."""
    claim = Claim.objects.within(EVERYTHING).select_related("outcome", "rule_version").filter(uuid=uuid).first()
    if claim is not None:
        return recognition_of_claim(claim)
    proposals = CreditProposal.objects.within(EVERYTHING).select_related("completion__run")
    proposal = proposals.filter(uuid=uuid).first()
    if proposal is None:
        raise RecognitionUnknown
    return recognition_of_proposal(proposal)


def require_corrector(actor: Actor, *, region: int, person_id: int) -> None:
    """Raise NotAllowed unless an officer's range contains the place, OwnCredit for the person and her family."""
    people.require_role(actor, *CORRECTING_ROLES, region=region)
    if actor.person_id is not None and (actor.person_id == person_id or people.are_family(actor.person_id, person_id)):
        raise OwnCredit


# Expiry


def claims_without_expiry(*, after_id: int, limit: int) -> list[tuple[Claim, date | None]]:
    """Return recognised claims after an id that can end by their rule, with the last day of each (None: it has
    no end), in order of id.

    Left out: what was announced, revoked, or is used by a conversion in force. Rule sets in which nothing ends are not
    looked at.
    """
    ending = [
        row.pk
        for row in RuleSetVersion.objects.all()
        if any(each.valid_years is not None or each.printed_validity for each in rule_set_of(row).conversions)
    ]
    rows = (
        Claim.objects.within(EVERYTHING)
        .filter(state="recognised", amount_hundredths__gt=0, rule_version__in=ending, pk__gt=after_id)
        .filter(~Exists(CreditExpiry.objects.within(EVERYTHING).filter(claim=OuterRef("pk"))))
        .filter(~Exists(_gone()), ~Exists(_in_use()))
        .select_related("outcome__person", "rule_version")
        .prefetch_related("outcome__evidence")
        .order_by("pk")
    )
    found = []
    for row in rows[:limit]:
        rules = rule_set_of(row.rule_version)
        end = last_day_of_credit(rules, rules.programme(row.programme), facts_of(row), on=local_date(row.decided_at))
        found.append((row, end))
    return found


def expiries_due(on: date, *, limit: int) -> Iterator[CreditExpiry]:
    """Yield announced expiries whose day has come and whose credit nobody uses or has revoked."""
    rows = CreditExpiry.objects.within(EVERYTHING).filter(state="announced", due_on__lte=on)
    claims = Claim.objects.within(EVERYTHING).filter(pk=OuterRef("claim_id"))
    free = claims.filter(~Exists(_gone()), ~Exists(_in_use()))
    yield from rows.filter(Exists(free)).select_related("claim__outcome").order_by("due_on", "pk")[:limit]


def is_free(claim_id: int) -> bool:
    """True when no conversion in force uses a claim and nobody revoked it. Decide only under CREDIT_ACCOUNT."""
    rows = Claim.objects.within(EVERYTHING).filter(pk=claim_id)
    return bool(rows.filter(~Exists(_gone()), ~Exists(_in_use())).exists())


def _gone() -> Any:
    return RecognitionRevocation.objects.within(EVERYTHING).filter(claim=OuterRef("pk"), state="done")


def _in_use() -> Any:
    return ConversionUse.objects.filter(claim=OuterRef("pk"), in_force=True)


def locked_expiry(uuid: UUID) -> CreditExpiry:
    """Lock the person's CREDIT_ACCOUNT, then the row, and return it. Needs a transaction. Raises ExpiryUnknown."""
    rows = CreditExpiry.objects.within(EVERYTHING)
    found = rows.filter(uuid=uuid).values("pk", "claim__outcome__person_id").first()
    if found is None:
        raise ExpiryUnknown
    lock(LockSpace.CREDIT_ACCOUNT, [found["claim__outcome__person_id"]])
    return (
        rows.select_for_update(of=("self",)).select_related("claim__outcome", "claim__rule_version").get(pk=found["pk"])
    )


def expiry_view(row: CreditExpiry) -> ExpiryView:
    """Turn a row into what crosses the door."""
    claim = row.claim
    return ExpiryView(
        uuid=row.uuid,
        claim_uuid=claim.uuid,
        person_id=claim.outcome.person_id,
        title=claim.outcome.title,
        unit=rule_set_of(claim.rule_version).unit,
        amount_hundredths=row.amount_hundredths if row.expired_at else claim.amount_hundredths,
        due_on=row.due_on,
        state=row.state,
        announced_at=row.announced_at,
        restore_words=row.restore_words,
    )


def access_expiries_of(*, actor: Actor, person_id: int) -> tuple[ExpiryView, ...]:
    """Return what ends or ended of a person's credit, the next due first. Raises NotFound."""
    people.access_person(actor, person_id)
    rows = CreditExpiry.objects.within(EVERYTHING).filter(claim__outcome__person_id=person_id)
    rows = rows.select_related("claim__outcome", "claim__rule_version").order_by("due_on", "pk")
    return tuple(expiry_view(row) for row in rows)


# Revocation


def revocation_rows(scope: Scope) -> Any:
    """Revocations in a scope with what a view of them needs."""
    return RecognitionRevocation.objects.within(scope).select_related(
        "person", "claim__outcome", "claim__rule_version", "proposal__completion__run"
    )


def revoked_recognition(row: RecognitionRevocation) -> Recognition:
    """Return what a revocation is about."""
    if row.claim is not None:
        return recognition_of_claim(row.claim)
    assert row.proposal is not None, "revocation_of_one"
    return recognition_of_proposal(row.proposal)


def revocation_view(row: RecognitionRevocation) -> RevocationView:
    """Turn a row into what crosses the door."""
    about = revoked_recognition(row)
    return RevocationView(
        uuid=row.uuid,
        recognition_uuid=about.uuid,
        person_id=row.person_id,
        person_name=row.person.name,
        title=about.title,
        unit=about.unit,
        amount_hundredths=about.amount_hundredths,
        reason=row.reason,
        words=row.words,
        state=row.state,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        available_hundredths=row.available_hundredths,
        expired_hundredths=row.expired_hundredths,
        deficit_hundredths=row.deficit_hundredths,
    )


def locked_revocation(actor: Actor, revocation_uuid: UUID) -> RecognitionRevocation:
    """Lock the person's CREDIT_ACCOUNT, then the request, for another officer than who asked. Needs a transaction.

    Raises NotAllowed, RevocationUnknown, OwnCredit, AnotherMustRevoke.
    """
    people.require_role(actor, *CORRECTING_ROLES)
    rows = revocation_rows(EVERYTHING)
    found = rows.filter(uuid=revocation_uuid).first()
    if found is None:
        raise RevocationUnknown
    require_corrector(actor, region=found.region, person_id=found.person_id)
    if actor.person_id is None or found.asked_by_id == actor.person_id:
        raise AnotherMustRevoke
    lock(LockSpace.CREDIT_ACCOUNT, [found.person_id])
    return rows.select_for_update(of=("self",)).get(pk=found.pk)


def access_recognitions_of(*, actor: Actor, person_id: int) -> tuple[RecognitionView, ...]:
    """Return what was credited to a person, the newest of each kind first. Raises NotAllowed, NotFound."""
    people.require_role(actor, *CORRECTING_ROLES)
    people.access_person(actor, person_id)
    claims = Claim.objects.within(EVERYTHING).filter(outcome__person_id=person_id, state="recognised")
    proposals = CreditProposal.objects.within(EVERYTHING).filter(person_id=person_id, state="deposited")
    found = [recognition_of_claim(row) for row in claims.select_related("outcome", "rule_version").order_by("-pk")]
    found += [recognition_of_proposal(row) for row in proposals.select_related("completion__run").order_by("-pk")]
    states: dict[tuple[int | None, int | None], str] = {
        (claim, proposal): state
        for claim, proposal, state in RecognitionRevocation.objects.within(EVERYTHING)
        .filter(person_id=person_id, state__in=[ASKED, DONE])
        .values_list("claim_id", "proposal_id", "state")
    }
    return tuple(
        RecognitionView(
            each.uuid, each.title, each.unit, each.amount_hundredths, states.get((each.claim_id, each.proposal_id), "")
        )
        for each in found[:LISTED_MAX]
    )


def access_recognition_revocations(*, actor: Actor) -> tuple[RevocationView, ...]:
    """Return the open requests of the actor's units, longest waiting first. Raises NotAllowed."""
    people.require_role(actor, *CORRECTING_ROLES)
    rows = revocation_rows(actor.scope).filter(state=ASKED).order_by("asked_at")
    return tuple(revocation_view(row) for row in rows[:LISTED_MAX])
