from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core import signing
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.register_person import keep_consent, new_learner_code, require_home
from xueqiao.domains.people.actions.sign_in_with_code import TICKET_SALT
from xueqiao.domains.people.errors import (
    ConsentMissing,
    GuardianPhoneMissing,
    PhoneTaken,
    TicketExpired,
    TooYoungForAccount,
)
from xueqiao.domains.people.events import PersonRegistered
from xueqiao.domains.people.models import Account, Person, SignInCode
from xueqiao.domains.people.ports import sms_gateway
from xueqiao.domains.people.values import CONSENT_TEXT_VERSION, SignedIn
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def open_account(
    *,
    actor: Actor,
    ticket: str,
    name: str,
    birth_date: str | date,
    region: int | str,
    has_consented: bool,
    now: datetime,
    sex: str = "u",
    guardian_phone: str = "",
) -> SignedIn:
    """Open the account of a phone proven within the last 15 minutes, with as few fields as possible.

    A person the counter wrote down earlier with the same phone, name and birth date is adopted instead of doubled.
    Below 14 refused (PIPL art. 31: the guardian registers the child); from 14 to 17 a guardian is told by message.
    Raises TicketExpired, NameInvalid, BirthDateInvalid, HomeInvalid, ConsentMissing, TooYoungForAccount,
    GuardianPhoneMissing, PhoneTaken.
    """
    if not has_consented:
        raise ConsentMissing
    today = local_date(now)
    name, born, home = rules.parse_name(name), rules.parse_birth_date(birth_date, today), rules.parse_home(region)
    sex = sex if sex in {"f", "m"} else "u"
    require_home(home)
    if rules.needs_guardian(born, today):
        raise TooYoungForAccount
    try:
        code_id = signing.loads(ticket, salt=TICKET_SALT, key=settings.SECRET_KEY)
    except signing.BadSignature:
        raise TicketExpired from None
    with transaction.atomic():
        code = SignInCode.objects.select_for_update().filter(pk=code_id).first()
        if (
            code is None
            or code.opened_account_at is not None
            or not rules.is_recent(code.used_at, now, rules.TICKET_SECONDS)
        ):
            raise TicketExpired
        guardian = _guardian_phone(guardian_phone, code.phone) if rules.is_minor(born, today) else ""
        lock(LockSpace.SIGN_IN_PHONE, [int(code.phone)])
        if Account.objects.filter(phone=code.phone).exists():
            raise PhoneTaken
        person, is_new = _person(code.phone, name, born, sex, home, now)
        account = Account.objects.create(person=person, phone=code.phone, opened_at=now)
        keep_consent(person, person, "account", now)
        code.opened_account_at = now
        code.save(update_fields=["opened_account_at"])
        me = Actor("resident", person_id=person.id, channel=actor.channel)
        record_deed(
            actor=me,
            verb="open_account",
            object_kind="account",
            object_id=account.id,
            region=home,
            now=now,
            detail={"consent": CONSENT_TEXT_VERSION, "guardian_told": bool(guardian)},
        )
        if is_new:
            record_event(PersonRegistered(person_id=person.id, region=home, how="phone"), region=home, now=now)
        if guardian:
            masked = rules.mask_name(name)
            transaction.on_commit(
                lambda: sms_gateway.use().send(guardian, "guardian_notice", {"child": masked}), robust=True
            )
    return SignedIn(account.id, person.id)


def _person(phone: str, name: str, born: date, sex: str, home: int, now: datetime) -> tuple[Person, bool]:
    known = (
        Person.objects.within(Scope.everything("adopting the record the counter made for this phone"))
        .filter(phone=phone, name=name, birth_date=born, merged_into=None, account=None)
        .order_by("id")
        .first()
    )
    if known is not None:
        return known, False
    person = Person.objects.create(
        code=new_learner_code(),
        name=name,
        phone=phone,
        birth_date=born,
        sex=sex,
        region=home,
        registered_at=now,
        is_demo=rules.is_demo_phone(phone),
    )
    return person, True


def _guardian_phone(text: str, own_phone: str) -> str:
    if not text.strip():
        raise GuardianPhoneMissing
    phone = rules.parse_phone(text)
    if phone == own_phone:
        raise GuardianPhoneMissing
    return phone
