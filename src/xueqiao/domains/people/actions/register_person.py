from __future__ import annotations

import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import ConsentMissing, HomeInvalid, NotAGuardian, TooManyLinks
from xueqiao.domains.people.events import PersonRegistered
from xueqiao.domains.people.models import Consent, FamilyLink, Person
from xueqiao.domains.people.queries import card_of, require_role
from xueqiao.domains.people.values import CENTRE_CLERK, CONSENT_TEXT_VERSION, PersonCard
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.regions.api import unit_named
from xueqiao.foundation.scope import Scope


def register_person(
    *,
    actor: Actor,
    name: str,
    birth_date: str | date,
    region: int | str,
    has_consented: bool,
    now: datetime,
    sex: str = "u",
    phone: str | None = None,
    id_number: str = "",
    relation: str = "",
) -> PersonCard:
    """Write down a person without an account: at the counter (by a clerk of that unit), or a guardian's child.

    At the counter `has_consented` stands for the signed paper. A person already known by the same ID number, or by the
    same phone, name and birth date, is returned instead of doubled; the ID number itself is never kept, only its keyed
    hash. A guardian (18 or older, relation parent or guardian) may write down a child under 14: the link and the
    consent are made here, and wait until a counter has seen the papers.

    Raises ConsentMissing, NotAllowed, NotAGuardian, TooManyLinks and the Invalid ones of the fields.
    """
    if not has_consented:
        raise ConsentMissing
    today = local_date(now)
    name, born, home = rules.parse_name(name), rules.parse_birth_date(birth_date, today), rules.parse_home(region)
    number = rules.parse_phone(phone) if phone and phone.strip() else None
    require_home(home)
    sex = sex if sex in {"f", "m"} else "u"
    is_child_of_actor = bool(relation)
    with transaction.atomic():
        if is_child_of_actor:
            guardian = _require_guardian(actor, relation, born, today)
        else:
            require_role(actor, CENTRE_CLERK, region=home)
        person = None if is_child_of_actor else _known(number, name, born, id_number, actor)
        if person is None:
            person = Person.objects.create(
                code=new_learner_code(),
                name=name,
                phone=number,
                birth_date=born,
                sex=sex,
                region=home,
                person_key=rules.person_key(settings.SECRET_KEY, id_number) if id_number else None,
                registered_at=now,
                is_demo=settings.DEMO,
            )
            record_event(
                PersonRegistered(person_id=person.id, region=home, how="guardian" if is_child_of_actor else "counter"),
                region=home,
                now=now,
            )
        if is_child_of_actor:
            FamilyLink.objects.create(agent=guardian, subject=person, relation=relation, began_at=now)
            keep_consent(person, guardian, "guardian", now)
        elif not rules.needs_guardian(born, today):
            keep_consent(person, person, "account", now)
        record_deed(
            actor=actor,
            verb="register_person",
            object_kind="person",
            object_id=person.id,
            region=home,
            now=now,
            detail={"consent": CONSENT_TEXT_VERSION, "how": "guardian" if is_child_of_actor else actor.channel},
        )
    return card_of(person)


def new_learner_code() -> str:
    """Return a free learner number: nine random digits and a check digit, so that a slip in reading aloud shows."""
    while True:
        digits = str(secrets.randbelow(900_000_000) + 100_000_000)
        code = digits + rules.check_digit(digits)
        if not Person.objects.within(Scope.everything("is this number free")).filter(code=code).exists():
            return code


def require_home(region: int) -> None:
    """Raise HomeInvalid unless the unit exists today."""
    unit = unit_named(region)
    if unit is None or unit.valid_to is not None:
        raise HomeInvalid(what="居住地")


def _require_guardian(actor: Actor, relation: str, born: date, today: date) -> Person:
    guardian = (
        Person.objects.select_for_update()
        .within(Scope.everything("the guardian herself"))
        .filter(pk=actor.person_id, merged_into=None)
        .first()
        if actor.person_id is not None
        else None
    )
    if guardian is None:
        raise NotAllowed
    if (
        relation not in rules.GUARDIAN_RELATIONS
        or rules.is_minor(guardian.birth_date, today)
        or not rules.needs_guardian(born, today)
    ):
        raise NotAGuardian
    waiting = FamilyLink.objects.within(Scope.everything("one's own links")).filter(agent=guardian, state="waiting")
    if waiting.count() >= rules.WAITING_LINKS_MAX:
        raise TooManyLinks
    return guardian


def _known(number: str | None, name: str, born: date, id_number: str, actor: Actor) -> Person | None:
    everybody = Person.objects.within(Scope.everything("counting each person once")).filter(merged_into=None)
    if id_number:
        key = rules.person_key(settings.SECRET_KEY, id_number)
        same = everybody.filter(person_key=key, name=name, birth_date=born).first()
        if same is not None:
            return same
    if number:
        return everybody.filter(phone=number, name=name, birth_date=born).order_by("id").first()
    return None


def keep_consent(subject: Person, given_by: Person, purpose: str, now: datetime) -> None:
    """Write a consent in today's wording; a live one of the same giver and purpose stays as it is."""
    Consent.objects.within(Scope.everything("the consent being given")).get_or_create(
        subject=subject,
        given_by=given_by,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"text_version": CONSENT_TEXT_VERSION, "given_at": now},
    )
