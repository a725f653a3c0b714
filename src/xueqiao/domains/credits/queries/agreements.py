"""Reads of agreements: which are mine, what went through one, which outcomes of a year are looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Agreement, Claim, QualityCheck
from xueqiao.domains.credits.rules.agreements import agreement_covers, sample_of
from xueqiao.domains.credits.values.agreements import (
    DEPOSITING_ROLES,
    ENDED,
    AgreementTerms,
    AgreementUse,
    AgreementView,
    SampleLine,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import SYSTEM, Actor
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

SIGNING_ROLES = ("county_officer", "city_officer", "province_officer")
READING_ROLES = ("centre_clerk", *SIGNING_ROLES)
LISTED_MAX = 200
EVERYTHING = Scope.everything("what an agreement carried, without names")


def terms_of(row: Agreement) -> AgreementTerms:
    """Turn a row (with its parties) into what rules see."""
    return AgreementTerms(
        code=row.code,
        version=row.version,
        title=row.title,
        giver_id=row.giver_id,
        giver_name=row.giver.name,
        receiver_id=row.receiver_id,
        receiver_name=row.receiver.name,
        programmes=tuple(row.programmes),
        occupations=tuple(row.occupations),
        cap_hundredths=row.cap_hundredths,
        sample_percent=row.sample_percent,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=row.state,
        rule_code=row.rule_code,
        frame=row.frame,
    )


def agreement_rows() -> QuerySet[Agreement]:
    """Agreements with their parties."""
    return Agreement.objects.select_related("giver", "receiver")


def latest_version(code: str) -> Agreement:
    """Return the newest version of an agreement. Raises AgreementUnknown."""
    row = agreement_rows().filter(code=code).order_by("-version").first()
    if row is None:
        raise AgreementUnknown
    return row


def agreement_for(frame: str, giver_id: int | None, *, on: date) -> Agreement:
    """Return the open agreement by which a giver's outcomes come in under a name that rules know.

    The oldest of several. Raises AgreementUnknown.
    """
    rows = agreement_rows().filter(frame=frame, giver_id=giver_id, state="active", starts_on__lte=on, ends_on__gt=on)
    row = rows.order_by("pk").first()
    if row is None:
        raise AgreementUnknown
    return row


def used_under(code: str, person_ids: Iterable[int]) -> dict[int, int]:
    """Return what each person has under all versions of an agreement, in hundredths. Needs her CREDIT_ACCOUNT lock
    where the answer decides."""
    rows = (
        Claim.objects.within(EVERYTHING)
        .filter(agreement__code=code, state="recognised", outcome__person_id__in=set(person_ids))
        .values_list("outcome__person_id")
        .annotate(used=Sum("amount_hundredths"))
    )
    return dict(rows)


def require_room(row: Agreement, claim: Claim, *, asked_hundredths: int, on: date) -> None:
    """Raise the reason unless the agreement carries a claim of so much. Needs the person's CREDIT_ACCOUNT lock."""
    terms = terms_of(row)
    person_id = claim.outcome.person_id
    why = agreement_covers(
        terms,
        giver_id=claim.outcome.issuer_id or 0,
        receiver_id=terms.receiver_id,
        programme=claim.programme,
        occupation=str(claim.outcome.facts.get("occupation", "")),
        on=on,
        used_hundredths=used_under(terms.code, [person_id]).get(person_id, 0),
        asked_hundredths=asked_hundredths,
    )
    if why is not None:
        raise why


# -- who may --------------------------------------------------------------------------------------------------------


def may_deposit(actor: Actor, row: Agreement) -> bool:
    """True for the giver's own people: nobody else can say what it taught."""
    return actor.kind == SYSTEM or any(
        duty.institution_id == row.giver_id and duty.role in DEPOSITING_ROLES for duty in actor.duties
    )


def may_change(actor: Actor, row: Agreement) -> bool:
    """True for an officer whose range contains the receiver."""
    try:
        people.require_role(actor, *SIGNING_ROLES, region=row.receiver.region)
    except NotAllowed:
        return False
    return True


def may_read(actor: Actor, row: Agreement) -> bool:
    """True for either party's own people and for staff whose range contains one of the parties."""
    if may_deposit(actor, row):
        return True
    if not actor.has_role(*READING_ROLES):
        return False
    return any(_is_of(actor, party) for party in (row.giver, row.receiver))


def _is_of(actor: Actor, party: Any) -> bool:
    """A clerk belongs to one institution; an officer to all of her range."""
    if any(duty.institution_id == party.pk and duty.role in READING_ROLES for duty in actor.duties):
        return True
    return actor.has_role(*SIGNING_ROLES) and actor.scope.has_region(party.region)


def lock_agreement(actor: Actor, code: str) -> Agreement:
    """Return the newest version with its row locked, for an officer of the receiver. Needs an open transaction.

    Raises NotAllowed, AgreementUnknown.
    """
    people.require_role(actor, *SIGNING_ROLES)
    row = agreement_rows().select_for_update(of=("self",)).filter(code=code).order_by("-version").first()
    if row is None:
        raise AgreementUnknown
    people.require_role(actor, *SIGNING_ROLES, region=row.receiver.region)
    return row


# -- views ----------------------------------------------------------------------------------------------------------


def access_agreements(*, actor: Actor, now: datetime) -> tuple[AgreementView, ...]:
    """Return the newest version of each agreement one of whose parties is the actor's, those that stand first."""
    institutions = {duty.institution_id for duty in actor.duties} - {None}
    wanted = Q(giver_id__in=institutions) | Q(receiver_id__in=institutions)
    if actor.has_role(*SIGNING_ROLES):
        for low, high in actor.scope.ranges:
            wanted |= Q(giver__region__range=(low, high)) | Q(receiver__region__range=(low, high))
    newest = agreement_rows().filter(wanted).order_by("code", "-version").distinct("code")
    rows = [row for row in newest if may_read(actor, row)]
    rows.sort(key=lambda row: (row.state == ENDED, row.title, row.code))
    return _views(actor, rows[:LISTED_MAX], now)


def access_agreement(*, actor: Actor, code: str, now: datetime) -> AgreementView:
    """Return the newest version of one agreement. Raises AgreementUnknown for who has nothing to do with it."""
    row = latest_version(code)
    if not may_read(actor, row):
        raise AgreementUnknown
    return _views(actor, [row], now)[0]


def _views(actor: Actor, rows: Sequence[Agreement], now: datetime) -> tuple[AgreementView, ...]:
    codes = [row.code for row in rows]
    year = local_date(now).year
    uses = _uses(codes, year, {row.code: row.sample_percent for row in rows})
    versions: dict[str, int] = defaultdict(int)
    for code in Agreement.objects.filter(code__in=codes).values_list("code", flat=True):
        versions[code] += 1
    return tuple(
        AgreementView(
            row.pk, terms_of(row), uses[row.code], may_change(actor, row), may_deposit(actor, row), versions[row.code]
        )
        for row in rows
    )


def _uses(codes: Sequence[str], year: int, percents: dict[str, int]) -> dict[str, AgreementUse]:
    recognised: dict[str, list[tuple[UUID, int, int, datetime]]] = defaultdict(list)
    claims = Claim.objects.within(EVERYTHING).filter(agreement__code__in=codes, state="recognised")
    for code, *rest in claims.values_list(
        "agreement__code", "uuid", "outcome__person_id", "amount_hundredths", "decided_at"
    ):
        recognised[code].append(tuple(rest))
    checks = dict(
        QualityCheck.objects.within(EVERYTHING)
        .filter(claim__agreement__code__in=codes, year=year)
        .values_list("claim__uuid", "is_sound")
    )
    uses = {}
    for code in codes:
        mine = recognised[code]
        of_year = [uuid for uuid, _, _, decided in mine if local_date(decided).year == year]
        drawn = sample_of(code, year, of_year, percents[code])
        uses[code] = AgreementUse(
            outcomes=len(mine),
            learners=len({person for _, person, _, _ in mine}),
            amount_hundredths=sum(amount for _, _, amount, _ in mine),
            year=year,
            of_year=len(of_year),
            drawn=len(drawn),
            checked=len(drawn & checks.keys()),
            unsound=sum(not is_sound for is_sound in (checks[uuid] for uuid in of_year if uuid in checks)),
        )
    return uses


def drawn_of_year(row: Agreement, year: int) -> frozenset[UUID]:
    """Return the claims drawn for a year's quality check, by the share the newest version states."""
    first, last = at_local(date(year, 1, 1), 0), at_local(date(year + 1, 1, 1), 0)
    claims = Claim.objects.within(EVERYTHING).filter(
        agreement__code=row.code, state="recognised", decided_at__gte=first, decided_at__lt=last
    )
    return sample_of(row.code, year, list(claims.values_list("uuid", flat=True)), row.sample_percent)


def access_sample(*, actor: Actor, code: str, year: int) -> tuple[SampleLine, ...]:
    """Return what was drawn for a year, those not looked at first. For officers of the receiver.

    Learners are named by their number only. Raises NotAllowed, AgreementUnknown.
    """
    people.require_role(actor, *SIGNING_ROLES)
    row = latest_version(code)
    if not may_change(actor, row):
        raise AgreementUnknown
    drawn = drawn_of_year(row, year)
    rows = (
        Claim.objects.within(EVERYTHING)
        .filter(uuid__in=drawn)
        .select_related("outcome", "deposit", "quality_check__checker")
    )
    codes = people.codes_of([each.outcome.person_id for each in rows])
    lines = []
    for each in rows:
        check, deposit = getattr(each, "quality_check", None), getattr(each, "deposit", None)
        lines.append(
            SampleLine(
                claim_uuid=each.uuid,
                learner_code=codes[each.outcome.person_id],
                title=each.outcome.title,
                post=deposit.post if deposit else "",
                number=deposit.number if deposit else "",
                amount_hundredths=each.amount_hundredths,
                decided_at=each.decided_at,
                is_sound=check.is_sound if check else None,
                words=check.words if check else "",
                checker_name=check.checker.name if check else "",
            )
        )
    return tuple(sorted(lines, key=lambda each: (each.is_sound is not None, each.decided_at, each.claim_uuid.bytes)))


def require_carries(terms: AgreementTerms, *, on: date) -> None:
    """Raise the reason unless the agreement carries something new at all on a day."""
    why = agreement_covers(
        terms,
        giver_id=terms.giver_id,
        receiver_id=terms.receiver_id,
        programme=next(iter(terms.programmes), ""),
        occupation=next(iter(terms.occupations), ""),
        on=on,
    )
    if why is not None:
        raise why
