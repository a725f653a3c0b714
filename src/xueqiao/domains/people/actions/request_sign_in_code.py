from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import CodeTooSoon, MessageNotSent, PhoneInvalid, ProofSpent, TooManyCodes
from xueqiao.domains.people.models import SignInCode, SpentProof
from xueqiao.domains.people.ports import sms_gateway
from xueqiao.domains.people.values import CodeSent
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local
from xueqiao.foundation.locks import LockSpace, lock


def request_sign_in_code(
    *, actor: Actor, phone: str, now: datetime, address: str = "", way: str = "sms", proof: str = ""
) -> CodeSent:
    """Send six digits to a phone, as a message or as a call. The answer is the same for known and unknown phones.

    At most one in 60 seconds and five in an hour per phone. `address` is the asking network address (kept as a keyed
    hash); `proof` is the proof of work or waiting ticket already checked by the channel: each buys one code.
    Raises PhoneInvalid, CodeTooSoon, TooManyCodes, ProofSpent, MessageNotSent (then no code is left behind).
    """
    number = rules.parse_phone(phone)
    if rules.is_demo_phone(number) and not settings.DEMO:
        raise PhoneInvalid(what="手机号")
    digits = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        lock(LockSpace.SIGN_IN_PHONE, [int(number)])
        _require_room(number, now)
        if proof:
            spend_proof(proof, now)
        row = SignInCode.objects.create(
            phone=number,
            way="voice" if way == "voice" else "sms",
            code_hash=rules.keyed_hash(settings.SECRET_KEY, "code", f"{number}:{digits}"),
            address_hash=rules.keyed_hash(settings.SECRET_KEY, "address", address),
            sent_at=now,
            expires_at=now + timedelta(seconds=rules.CODE_SECONDS),
        )
        record_deed(
            actor=actor,
            verb="request_sign_in_code",
            object_kind="sign_in_code",
            object_id=row.id,
            now=now,
            detail={"way": row.way, "phone": rules.mask_phone(number)},
        )
    carry(number, way, "sign_in_code", {"code": digits, "minutes": str(rules.CODE_SECONDS // 60)}, row)
    return sent_of(row)


def carry(number: str, way: str, template: str, values: dict[str, str], row: SignInCode) -> None:
    """Hand the message over, outside of any transaction; withdraw the code when nobody takes it."""
    gateway = sms_gateway.use()
    try:
        (gateway.call if way == "voice" else gateway.send)(number, template, values)
    except OSError as broken:
        row.delete()
        raise MessageNotSent from broken


def sent_of(row: SignInCode) -> CodeSent:
    """What the page shows after a code went out."""
    return CodeSent(
        phone=row.phone,
        phone_masked=rules.mask_phone(row.phone),
        way=row.way,
        expires_at=row.expires_at,
        resend_at=row.sent_at + timedelta(seconds=rules.RESEND_SECONDS),
        may_extend=not row.extended,
    )


def _require_room(number: str, now: datetime) -> None:
    recent = list(
        SignInCode.objects.filter(phone=number, sent_at__gt=now - timedelta(hours=1), sent_at__lte=now)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)[: rules.CODES_PER_PHONE_PER_HOUR]
    )
    if recent and now < recent[0] + timedelta(seconds=rules.RESEND_SECONDS):
        again = local(recent[0] + timedelta(seconds=rules.RESEND_SECONDS))
        raise CodeTooSoon(resend_at=f"{again:%H:%M:%S}")
    if len(recent) >= rules.CODES_PER_PHONE_PER_HOUR:
        raise TooManyCodes(again_at=f"{local(recent[-1] + timedelta(hours=1, minutes=1)):%H:%M}")


def spend_proof(proof: str, now: datetime) -> None:
    """Use up a proof of work. Needs the open transaction. Raises ProofSpent the second time."""
    try:
        with transaction.atomic():
            SpentProof.objects.create(
                digest=rules.keyed_hash(settings.SECRET_KEY, "proof", proof), expires_at=now + timedelta(hours=1)
            )
    except IntegrityError:
        raise ProofSpent from None
