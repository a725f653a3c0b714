from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.request_sign_in_code import carry
from xueqiao.domains.people.errors import LinkToSelf, TooManyLinks
from xueqiao.domains.people.models import FamilyLink, Person, SignInCode
from xueqiao.domains.people.values import LinkAsked
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope


def link_family(
    *,
    actor: Actor,
    name: str,
    phone: str,
    relation: str,
    now: datetime,
    spending_cap_fen: int | None = None,
    learner_code: str = "",
) -> LinkAsked:
    """Ask to act for somebody: she gets a code on her own phone and reads it out, or a clerk confirms at the counter.

    The subject is named by name and phone, or, when she has no phone, by name and learner number (then only a clerk can
    confirm). The answer is the same whether or not such a person exists, so that nobody can probe for residents; the
    same link asked twice stays one link. At most five links wait at a time.
    Raises NotAllowed, PhoneInvalid, NameInvalid, RelationUnknown, CapInvalid, LinkToSelf, TooManyLinks.
    """
    if actor.person_id is None:
        raise NotAllowed
    relation, cap, name = rules.parse_relation(relation), rules.parse_cap_fen(spending_cap_fen), rules.parse_name(name)
    number = "" if learner_code.strip() else rules.parse_phone(phone)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    row = None
    with transaction.atomic():
        agent = (
            Person.objects.select_for_update()
            .within(Scope.everything("the asking person herself"))
            .get(pk=actor.person_id)
        )
        own_links = FamilyLink.objects.within(Scope.everything("one's own links")).filter(agent=agent)
        if own_links.filter(state="waiting").count() >= rules.WAITING_LINKS_MAX:
            raise TooManyLinks
        subject = _find_subject(name, number, learner_code)
        if subject is not None and subject.id == agent.id:
            raise LinkToSelf
        link = None
        if subject is not None and not rules.needs_guardian(subject.birth_date, local_date(now)):
            link = own_links.filter(subject=subject).exclude(state="ended").first() or _waiting(
                agent, subject, relation, cap, now
            )
        if link is not None and link.state == "waiting" and number:
            lock(LockSpace.SIGN_IN_PHONE, [int(number)])
            if _has_room(number, now):
                row = SignInCode.objects.create(
                    phone=number,
                    purpose="family",
                    link=link,
                    code_hash=rules.keyed_hash(settings.SECRET_KEY, "code", f"{number}:{digits}"),
                    sent_at=now,
                    expires_at=now + timedelta(seconds=rules.CODE_SECONDS),
                )
        record_deed(
            actor=actor,
            verb="link_family",
            object_kind="family_link",
            object_id=link.id if link else None,
            now=now,
            acting_for_id=link.subject_id if link else None,
            detail={"relation": relation, "matched": link is not None},
        )
    if row is not None:
        values = {"code": digits, "minutes": str(rules.CODE_SECONDS // 60), "agent": rules.mask_name(agent.name)}
        carry(number, "sms", "family_code", values, row)
    return LinkAsked(
        link_uuid=link.uuid if link else uuid.uuid4(),
        phone_masked=rules.mask_phone(number) if number else "",
        by_counter=not number,
        expires_at=now + timedelta(seconds=rules.CODE_SECONDS) if number else None,
    )


def _find_subject(name: str, number: str, learner_code: str) -> Person | None:
    everybody = Person.objects.within(Scope.everything("matching the person a relative named")).filter(
        merged_into=None, name=name
    )
    if learner_code.strip():
        return everybody.filter(code=rules.parse_code(learner_code)).first()
    return everybody.filter(phone=number).order_by("id").first()


def _waiting(agent: Person, subject: Person, relation: str, cap: int | None, now: datetime) -> FamilyLink:
    try:
        with transaction.atomic():
            return FamilyLink.objects.create(
                agent=agent, subject=subject, relation=relation, spending_cap_fen=cap, began_at=now
            )
    except IntegrityError:  # asked on two devices at once: the first one stands
        return (
            FamilyLink.objects.within(Scope.everything("one's own links"))
            .exclude(state="ended")
            .get(agent=agent, subject=subject)
        )


def _has_room(number: str, now: datetime) -> bool:
    recent = SignInCode.objects.filter(phone=number, sent_at__gt=now - timedelta(hours=1), sent_at__lte=now)
    return recent.count() < rules.CODES_PER_PHONE_PER_HOUR
