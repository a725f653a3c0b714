from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import AccountClosed, CodeUsedUp, CodeWrong, SignInCodeExpired
from xueqiao.domains.people.models import Account, SignInCode
from xueqiao.domains.people.queries import has_staff_duty
from xueqiao.domains.people.values import SignedIn
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import Refused

TICKET_SALT = "people.first_visit"


def sign_in_with_code(*, actor: Actor, phone: str, code: str, now: datetime) -> SignedIn:
    """Prove a phone with the code it received. An unknown phone gets a ticket for `open_account`.

    Only the latest code of the phone counts. A wrong try is counted and committed before the refusal is raised; the
    fifth ends the code. Raises PhoneInvalid, SignInCodeExpired, CodeWrong, CodeUsedUp, AccountClosed.
    """
    number = rules.parse_phone(phone)
    with transaction.atomic():
        lock(LockSpace.SIGN_IN_PHONE, [int(number)])
        row = SignInCode.objects.filter(phone=number, purpose="sign_in").order_by("-sent_at", "-id").first()
        refusal = judge_code(row, number, code, now)
        if refusal is None:
            assert row is not None
            signed_in = _welcome(actor, row, number, now)
        elif row is not None:
            record_deed(
                actor=actor,
                verb="sign_in_refused",
                object_kind="sign_in_code",
                object_id=row.id,
                now=now,
                detail={"reason": refusal.code},
            )
    if refusal is not None:
        raise refusal
    return signed_in


def judge_code(row: SignInCode | None, number: str, code: str, now: datetime) -> Refused | None:
    """Check the digits against the row and write what follows: used, or one more wrong try. Needs the phone's lock."""
    if row is None or row.used_at is not None or now >= row.expires_at or now < row.sent_at:
        return SignInCodeExpired()
    if row.attempts >= rules.CODE_TRIES:
        return CodeUsedUp()
    digits = rules.parse_code(code)
    if rules.is_same(bytes(row.code_hash), rules.keyed_hash(settings.SECRET_KEY, "code", f"{number}:{digits}")):
        row.used_at = now
        row.save(update_fields=["used_at"])
        return None
    row.attempts += 1
    row.save(update_fields=["attempts"])
    left = rules.CODE_TRIES - row.attempts
    return CodeWrong(tries_left=left) if left else CodeUsedUp()


def _welcome(actor: Actor, row: SignInCode, number: str, now: datetime) -> SignedIn:
    account = Account.objects.select_related("person").filter(phone=number).first()
    if account is None:
        record_deed(actor=actor, verb="prove_phone", object_kind="sign_in_code", object_id=row.id, now=now)
        return SignedIn(None, ticket=signing.dumps(row.id, salt=TICKET_SALT, key=settings.SECRET_KEY))
    if not account.is_active:
        raise AccountClosed
    record_deed(
        actor=Actor("resident", person_id=account.person_id, channel=actor.channel),
        verb="sign_in",
        object_kind="account",
        object_id=account.id,
        region=account.person.region,
        now=now,
    )
    return SignedIn(account.id, account.person_id, is_staff=has_staff_duty(account, now=now))
