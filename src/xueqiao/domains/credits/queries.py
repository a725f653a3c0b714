"""Reads of credits, named by the answer."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from xueqiao.domains.credits import rules
from xueqiao.domains.credits.errors import CertificateUnknown, NotYours, ProposalUnknown
from xueqiao.domains.credits.models import Certificate, CreditAccount, CreditProposal, SigningKey
from xueqiao.domains.credits.paper.draw import Sheet, certificate_pdf_of
from xueqiao.domains.credits.values import (
    COMMUNITY_UNIT,
    REVOKED,
    UNKNOWN,
    VALID,
    CertificateView,
    OpenCompletion,
    Passport,
    ProposalView,
    PublicVerdict,
    RuleSource,
    Stamp,
    StampYear,
)
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo.api import UNDO_MINUTES

PROPOSALS_MAX = 300  # deposits shown in one passport
CODE_PATTERN = re.compile(r"XQ\d\d(-[2-9A-HJKMNP-Z]{4}){3}\Z")
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


def _require_may_see(actor: Actor, person_id: int) -> None:
    """Scope is the rule: oneself, whom one acts for, and for staff the residents of their range."""
    people.access_person(actor, person_id)


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


def certificate_view(row: Certificate) -> CertificateView:
    """Turn a row into what crosses the door."""
    return CertificateView(
        id=row.pk,
        uuid=row.uuid,
        code=row.code,
        person_id=row.person_id,
        person_name=row.person_name,
        title=row.title,
        institution_name=row.institution_name,
        issued_at=row.issued_at,
        minutes=row.minutes,
        amount_hundredths=row.amount_hundredths,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
        issuer_key=row.signing_key.key_id,
    )


def access_proposal(*, actor: Actor, proposal_uuid: UUID, now: datetime) -> ProposalView:
    """Return a proposal of a person in the actor's scope. Raises ProposalUnknown."""
    rows = CreditProposal.objects.within(actor.scope).select_related("completion__run__institution")
    row = rows.filter(uuid=proposal_uuid).first()
    if row is None:
        raise ProposalUnknown
    return proposal_view(row, now=now)


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
        total = ledger.balance_of(COMMUNITY_UNIT, rules.person_account(person_id)).available
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


def _certificate_of(actor: Actor, certificate_uuid: UUID) -> Certificate:
    rows = Certificate.objects.within(actor.scope).select_related("signing_key", "completion__run")
    row = rows.filter(uuid=certificate_uuid).first()
    if row is None:
        raise CertificateUnknown
    return row


def access_certificate(*, actor: Actor, certificate_uuid: UUID) -> CertificateView:
    """Return a certificate in the actor's scope. Raises CertificateUnknown."""
    return certificate_view(_certificate_of(actor, certificate_uuid))


def credential_text(*, actor: Actor, certificate_uuid: UUID) -> str:
    """Return the signed credential exactly as issued. Raises CertificateUnknown."""
    return str(_certificate_of(actor, certificate_uuid).credential_text)


def certificate_pdf(*, actor: Actor, certificate_uuid: UUID, site_address: str) -> bytes:
    """Return the certificate as PDF/A-3b. site_address: where the QR leads when no public address is configured.

    Raises CertificateUnknown, CharacterCannotBePrinted.
    """
    row = _certificate_of(actor, certificate_uuid)
    host = settings.PUBLIC_URL or site_address.rstrip("/")
    starts, ends = row.completion.run.starts_on, min(row.completion.run.ends_on, local_date(row.issued_at))
    return certificate_pdf_of(
        Sheet(
            code=row.code,
            person_name=row.person_name,
            title=row.title,
            institution_name=row.institution_name,
            platform_name=settings.SITE_OWNER or "学桥终身学习平台",
            issued_at=row.issued_at,
            starts_words=f"{starts.year} 年 {starts.month} 月 {starts.day} 日",
            ends_words=(f"{ends.year} 年 " if ends.year != starts.year else "") + f"{ends.month} 月 {ends.day} 日",
            sessions_words=f"{row.completion.sessions_attended}/{row.completion.sessions_held}",
            minutes=row.minutes,
            amount_hundredths=row.amount_hundredths,
            verify_address=f"{host}/verify/{row.code}/",
            verify_host=host,
            credential_text=row.credential_text,
            is_demo=settings.DEMO,
        )
    )


def verify_certificate(*, code: str, name: str = "", now: datetime) -> PublicVerdict:
    """Answer anybody who holds a code: valid, revoked or unknown. A given name is compared, never shown in full.

    A certificate signed after its key was stolen is shown as revoked.
    """
    typed = rules.typed_code(code[:80])
    if not CODE_PATTERN.match(typed):
        return PublicVerdict(UNKNOWN, code=typed[:24], checked_at=now)
    rows = Certificate.objects.within(Scope.everything("whoever holds the code may verify it"))
    row = rows.select_related("signing_key").filter(code=typed).first()
    if row is None:
        return PublicVerdict(UNKNOWN, code=typed, checked_at=now)
    revoked_at, reason = row.revoked_at, row.revoke_reason
    stolen_at = row.signing_key.stolen_at
    if revoked_at is None and stolen_at is not None and row.issued_at >= stolen_at:
        revoked_at, reason = stolen_at, "key_stolen"
    return PublicVerdict(
        state=VALID if revoked_at is None else REVOKED,
        code=row.code,
        masked_name=people.mask_name(row.person_name),
        title=row.title,
        institution_name=row.institution_name,
        issued_on=local_date(row.issued_at),
        minutes=row.minutes,
        amount_hundredths=row.amount_hundredths,
        revoked_on=local_date(revoked_at) if revoked_at else None,
        revoke_reason=reason,
        name_matches=rules.names_agree(name, row.person_name) if name.strip() else None,
        issuer_key=row.signing_key.key_id,
        is_demo=settings.DEMO,
        checked_at=now,
    )


def trusted_keys() -> tuple[str, ...]:
    """Return the issuer dids of this region whose signatures count: active and retired keys, not stolen ones."""
    keys = SigningKey.objects.filter(stolen_at=None).order_by("id").values_list("key_id", flat=True)
    return tuple(key.partition("#")[0] for key in keys)
