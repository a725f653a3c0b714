"""Reads of people. `find_` may be None, `get_` raises, `access_` checks whose rows the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from xueqiao.domains.people import rules
from xueqiao.domains.people.authorities.accounts import read_account
from xueqiao.domains.people.errors import (
    FactorNeeded,
    GuardianConsentMissing,
    MayNotActFor,
    ScopeNotGranted,
    TokenInvalid,
)
from xueqiao.domains.people.models import (
    AccessNeed,
    Account,
    ApiToken,
    Consent,
    FamilyLink,
    Notice,
    Person,
    SecondFactor,
    SignInCode,
    StaffRole,
)
from xueqiao.domains.people.ports import sms_gateway
from xueqiao.domains.people.values import (
    CENTRE_CLERK,
    ROLES_THAT_SEE_RESIDENTS,
    TEACHER,
    FactorView,
    FamilyMember,
    NoticeView,
    PersonCard,
    Representative,
    ShownMessage,
    TokenView,
)
from xueqiao.foundation.audit.values import RESIDENT, STAFF, Actor, Duty
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import NotAllowed, NotFound
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

ASSISTED_CHANNELS = frozenset({"counter", "phone", "paper"})
_CARD_FIELDS = ("id", "uuid", "code", "name", "birth_date", "sex", "region", "mode", "phone", "is_demo")


def card_of(person: Any) -> PersonCard:
    """The card of a person row that was read with permission."""
    return PersonCard(**{name: getattr(person, name) for name in _CARD_FIELDS})


# --- the actor ---------------------------------------------------------------------------------------------------


def account_of_session(account_id: int) -> Account | None:
    """The active account behind a session, with all that `actor_of_account` needs, in one query. None when closed."""
    account = read_account(account_id)
    if account is None or not account.is_active or account.person.merged_into_id is not None:
        return None
    return account


def actor_of_account(account: Account, *, now: datetime, channel: str, factor_passed: bool) -> Actor:
    """Who acts: scope = oneself, the persons one acts for, and the ranges of staff duties in force today.

    Duties count only after the second factor: until then a member of staff is a resident like any other. No query when
    `account` comes from `account_of_session`, one otherwise.
    """
    account = _with_relations(account)
    day = local_date(now)
    person: Person = account.person
    acts_for = {
        row["subject"]
        for row in account.link_rows  # type: ignore[attr-defined]
        if rules.is_link_live(
            state="active",
            relation=row["relation"],
            confirmed_how=row["how"],
            subject_birth_date=date.fromisoformat(row["born"]),
            has_guardian_consent=row["consented"],
            day=day,
        )
    }
    duties = _duties_in_force(account.duty_rows, day) if factor_passed else ()  # type: ignore[attr-defined]
    return Actor(
        kind=STAFF if duties else RESIDENT,
        person_id=person.id,
        roles=frozenset(duty.role for duty in duties),
        authority="staff:" + ",".join(sorted({duty.role for duty in duties})) if duties else "self",
        channel=channel,
        scope=Scope(
            ranges=tuple(sorted({(d.low, d.high) for d in duties if d.role in ROLES_THAT_SEE_RESIDENTS})),
            person_ids=frozenset(acts_for | {person.id}),
        ),
        duties=duties,
    )


def _with_relations(account: Account) -> Account:
    """The account itself when it comes from `account_of_session`, otherwise read anew."""
    if hasattr(account, "duty_rows"):
        return account
    read = read_account(account.pk)
    if read is None:
        raise Account.DoesNotExist
    return read


def _duties_in_force(rows: Iterable[dict[str, Any]], day: date) -> tuple[Duty, ...]:
    def holds(row: dict[str, Any]) -> bool:
        until = row["until"]
        return date.fromisoformat(row["since"]) <= day and (until is None or day < date.fromisoformat(until))

    return tuple(
        Duty(row["role"], RegionCode(row["region"]).low, RegionCode(row["region"]).high, row["institution"])
        for row in rows
        if holds(row)
    )


def has_staff_duty(account: Account, *, now: datetime) -> bool:
    """True when the account's person holds a duty today, whether or not the second factor was shown."""
    account = _with_relations(account)
    return bool(_duties_in_force(account.duty_rows, local_date(now)))  # type: ignore[attr-defined]


def require_role(actor: Actor, *roles: str, region: int | None = None) -> None:
    """Raise NotAllowed unless the actor holds one of `roles`, in a unit that contains all of `region` if given."""
    if actor.kind not in {STAFF, "system"} or not (actor.kind == "system" or actor.has_role(*roles)):
        raise NotAllowed
    if region is None or actor.kind == "system":
        return
    unit = RegionCode(region)
    if actor.duties:
        if not any(d.role in roles and d.low <= unit.low and unit.high <= d.high for d in actor.duties):
            raise NotAllowed
    elif not actor.scope.has_region(region):
        raise NotAllowed


def require_may_act_for(actor: Actor, person_id: int, *, now: datetime) -> str:
    """Return the authority ("self", "family", "guardian", "staff:centre_clerk"), or raise MayNotActFor.

    Self (14 and older); an active family link, for a child under 14 with the guardian's live consent; or a centre clerk
    at the counter, on the phone or with a paper form, for a person of her range. Read fresh from the database inside
    the caller's transaction, so that an ended link ends authority at once.
    """
    if actor.kind == "system":
        return actor.authority
    day = local_date(now)
    person = (
        Person.objects.within(Scope.everything("authority is checked here"))
        .filter(pk=person_id, merged_into=None)
        .only("id", "birth_date", "region")
        .first()
    )
    if person is None or actor.person_id is None:
        raise MayNotActFor
    if actor.has_role(CENTRE_CLERK) and actor.channel in ASSISTED_CHANNELS:
        clerk_ranges = [(d.low, d.high) for d in actor.duties if d.role == CENTRE_CLERK] or actor.scope.ranges
        if any(low <= person.region <= high for low, high in clerk_ranges):
            if rules.needs_guardian(person.birth_date, day) and not _has_guardian_consent(person_id):
                raise GuardianConsentMissing
            return f"staff:{CENTRE_CLERK}"
    if person_id == actor.person_id:
        if rules.needs_guardian(person.birth_date, day):
            raise GuardianConsentMissing
        return "self"
    link = (
        FamilyLink.objects.within(Scope.everything("authority is checked here"))
        .filter(agent_id=actor.person_id, subject_id=person_id, state="active")
        .first()
    )
    if link is None:
        raise MayNotActFor
    consented = _has_guardian_consent(person_id, given_by=actor.person_id)
    if not rules.is_link_live(
        state=link.state,
        relation=link.relation,
        confirmed_how=link.confirmed_how,
        subject_birth_date=person.birth_date,
        has_guardian_consent=consented,
        day=day,
    ):
        raise GuardianConsentMissing if rules.needs_guardian(person.birth_date, day) else MayNotActFor
    return "guardian" if link.relation in rules.GUARDIAN_RELATIONS else "family"


def _has_guardian_consent(subject_id: int, given_by: int | None = None) -> bool:
    wanted = Q(subject_id=subject_id, purpose="guardian", withdrawn_at=None)
    if given_by is not None:
        wanted &= Q(given_by_id=given_by)
    return Consent.objects.within(Scope.everything("authority is checked here")).filter(wanted).exists()


def without_guardian_consent(person_ids: Iterable[int], *, on: date) -> set[int]:
    """Those of the given persons who are below 14 and have no guardian's live consent on that day. Two queries."""
    children = {person_id for person_id, born in birth_dates_of(person_ids).items() if rules.needs_guardian(born, on)}
    if not children:
        return set()
    consented = Consent.objects.within(Scope.everything("authority is checked here")).filter(
        subject_id__in=children, purpose="guardian", withdrawn_at=None
    )
    return children - set(consented.values_list("subject_id", flat=True))


# --- persons -----------------------------------------------------------------------------------------------------


def access_person(actor: Actor, person_id: int) -> PersonCard:
    """The card of one person in the actor's scope. Raises NotFound, which does not tell whether she exists."""
    person = Person.objects.within(actor.scope).filter(pk=person_id).only(*_CARD_FIELDS).first()
    if person is None:
        raise NotFound
    return card_of(person)


def access_persons(actor: Actor, ids: Iterable[int]) -> dict[int, PersonCard]:
    """Cards by id of those among `ids` whom the actor may see; the others are simply missing."""
    wanted = list(ids)[:5000]
    return {p.id: card_of(p) for p in Person.objects.within(actor.scope).filter(pk__in=wanted).only(*_CARD_FIELDS)}


def find_persons_by_phone(actor: Actor, phone: str, *, limit: int = 10) -> list[PersonCard]:
    """Persons in the actor's scope who gave this phone: several may share one, as old couples do."""
    rows = Person.objects.within(actor.scope).filter(phone=rules.parse_phone(phone), merged_into=None)
    return [card_of(p) for p in rows.only(*_CARD_FIELDS).order_by("id")[:limit]]


def find_person_by_phone(actor: Actor, phone: str) -> PersonCard | None:
    """The first person in the actor's scope who gave this phone, or None."""
    return next(iter(find_persons_by_phone(actor, phone, limit=1)), None)


def find_person_by_code(actor: Actor, code: str) -> PersonCard | None:
    """The person in the actor's scope with this learner number, or None."""
    person = Person.objects.within(actor.scope).filter(code=code.strip(), merged_into=None).only(*_CARD_FIELDS).first()
    return card_of(person) if person else None


# --- family ------------------------------------------------------------------------------------------------------


def family_of(actor: Actor, *, now: datetime) -> list[FamilyMember]:
    """Everybody the actor acts for, oldest link first, at most 50; and her children who wait for the counter.

    Other waiting links are not listed: their mere presence would tell that a person of that name and phone exists.
    """
    if actor.person_id is None:
        return []
    day = local_date(now)
    consent = Consent.objects.filter(
        subject=OuterRef("subject"), given_by=OuterRef("agent"), purpose="guardian", withdrawn_at=None
    )
    links = (
        FamilyLink.objects.within(Scope.everything("one's own links"))
        .annotate(consented=Exists(consent))
        .filter(
            Q(state="active") | Q(state="waiting", relation__in=rules.GUARDIAN_RELATIONS, consented=True),
            agent_id=actor.person_id,
            subject__merged_into=None,
        )
        .select_related("subject")
        .order_by("id")[:50]
    )
    return [
        FamilyMember(
            link_id=link.id,
            link_uuid=link.uuid,
            person=card_of(link.subject),
            relation=link.relation,
            spending_cap_fen=link.spending_cap_fen,
            state=link.state,
            may_act=rules.is_link_live(
                state=link.state,
                relation=link.relation,
                confirmed_how=link.confirmed_how,
                subject_birth_date=link.subject.birth_date,
                has_guardian_consent=link.consented,
                day=day,
            ),
            began_at=link.began_at,
        )
        for link in links
    ]


def representatives_of(actor: Actor) -> list[Representative]:
    """Who acts for the actor, or asks to, names masked; she can end each of them."""
    links = (
        FamilyLink.objects.within(Scope.everything("one's own links"))
        .filter(subject_id=actor.person_id, state__in=["active", "waiting"])
        .select_related("agent")
        .order_by("id")[:50]
    )
    return [
        Representative(link.uuid, rules.mask_name(link.agent.name), link.relation, link.state, link.began_at)
        for link in links
    ]


def waiting_links_in(actor: Actor, *, limit: int = 50) -> list[FamilyMember]:
    """Family links that wait for a clerk of the actor's range, oldest first: the counter's list."""
    require_role(actor, CENTRE_CLERK)
    links = (
        FamilyLink.objects.within(Scope(ranges=actor.scope.ranges))
        .filter(state="waiting", subject__merged_into=None)
        .select_related("subject", "agent")
        .order_by("id")[:limit]
    )
    return [
        FamilyMember(
            link.id,
            card_of(link.subject),
            link.relation,
            link.spending_cap_fen,
            link.uuid,
            link.state,
            False,
            agent_name=link.agent.name,
        )
        for link in links
    ]


# --- sign-in -----------------------------------------------------------------------------------------------------


def work_factor_for(address: str, *, now: datetime) -> int:
    """How hard the next code from this network address must be paid for; 0 for nothing. See `rules.work_factor`."""
    asked = SignInCode.objects.filter(
        address_hash=rules.keyed_hash(settings.SECRET_KEY, "address", address),
        sent_at__gt=now - timedelta(hours=1),
        sent_at__lte=now,
    ).count()
    return rules.work_factor(asked, rules.FREE_CODES_PER_ADDRESS_PER_HOUR)


def rehearsal_messages(phone: str, *, now: datetime) -> list[ShownMessage]:
    """Messages a rehearsal shows on the screen, newest first; always empty with a real gateway."""
    return sms_gateway.use().shown_on_screen(phone, now - timedelta(minutes=15))


def second_factors_of(account_id: int) -> list[FactorView]:
    """The second factors of an account, without secrets."""
    rows = SecondFactor.objects.filter(account_id=account_id).order_by("id")[:20]
    return [FactorView(f.id, f.kind, f.label, f.added_at, f.last_used_at) for f in rows]


def require_factor(actor: Actor, account: Account, *, now: datetime) -> None:
    """Raise FactorNeeded when a member of staff has not shown the second factor yet."""
    if actor.kind != STAFF and has_staff_duty(account, now=now):
        raise FactorNeeded


# --- programs ----------------------------------------------------------------------------------------------------


def account_of_token(token: str, *, now: datetime) -> tuple[Account, frozenset[str]]:
    """The account and scopes behind a bearer token. Raises TokenInvalid. Two queries."""
    row = (
        ApiToken.objects.filter(
            token_hash=rules.keyed_hash(settings.SECRET_KEY, "token", token), withdrawn_at=None, expires_at__gt=now
        )
        .values("id", "account_id", "scopes", "last_used_on")
        .first()
    )
    account = account_of_session(row["account_id"]) if row else None
    if row is None or account is None:
        raise TokenInvalid
    today = local_date(now)
    if row["last_used_on"] != today:
        ApiToken.objects.filter(pk=row["id"]).update(last_used_on=today)
    return account, frozenset(row["scopes"])


def tokens_of(account_id: int, *, now: datetime) -> list[TokenView]:
    """The live bearer tokens of an account, newest first."""
    rows = ApiToken.objects.filter(account_id=account_id, withdrawn_at=None, expires_at__gt=now).order_by("-id")[:50]
    return [TokenView(t.uuid, t.label, tuple(t.scopes), t.made_at, t.expires_at, t.last_used_on) for t in rows]


def require_token_scope(scopes: frozenset[str] | None, wanted: str) -> None:
    """Raise ScopeNotGranted when a bearer token lacks `wanted`; None means a browser session, which may do all."""
    if scopes is not None and wanted not in scopes:
        raise ScopeNotGranted


def birth_dates_of(person_ids: Iterable[int]) -> dict[int, date]:
    """Birth dates by person id, for age rules of the domains above. No names leave by this door."""
    return dict(
        Person.objects.within(Scope.everything("age rules"))
        .filter(pk__in=list(person_ids)[:5000])
        .values_list("id", "birth_date")
    )


def teachers_in(region: int, *, institution_id: int | None, on: date, limit: int = 200) -> list[tuple[int, str]]:
    """Ids and names of the teachers on duty in a unit's subtree: those of the institution and those of none."""
    unit = RegionCode(region)
    duties = StaffRole.objects.filter(
        Q(institution_id=institution_id) | Q(institution_id=None),
        Q(valid_to=None) | Q(valid_to__gte=on),
        role=TEACHER,
        region__range=(unit.low, unit.high),
        valid_from__lte=on,
    )
    found = duties.values_list("person_id", "person__name").distinct()
    return list(found.order_by("person__name", "person_id")[:limit])


def clerks_at(region: int, *, institution_id: int, on: date, limit: int = 20) -> list[int]:
    """Ids of the clerks on duty for an institution in a unit: its own, and those of the unit without an institution."""
    duties = StaffRole.objects.filter(
        Q(institution_id=institution_id) | Q(institution_id=None, region=region),
        Q(valid_to=None) | Q(valid_to__gte=on),
        role=CENTRE_CLERK,
        valid_from__lte=on,
    )
    return list(duties.order_by("person_id").values_list("person_id", flat=True).distinct()[:limit])


def homes_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Home unit codes by person id, for rules of the domains above."""
    rows = Person.objects.within(Scope.everything("home rules"))
    return dict(rows.filter(pk__in=list(person_ids)[:5000]).values_list("id", "region"))


def codes_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Learner numbers by person id: what tells two people of one name apart."""
    rows = Person.objects.within(Scope.everything("telling namesakes apart"))
    return dict(rows.filter(pk__in=list(person_ids)[:5000]).values_list("id", "code"))


def notices_of(actor: Actor, *, limit: int = 50, unread_only: bool = False) -> list[NoticeView]:
    """What the actor was told, about herself and those she acts for, newest first."""
    rows = Notice.objects.within(Scope.of_persons([actor.person_id or 0])).select_related("person")
    if unread_only:
        rows = rows.filter(read_at=None)
    return [
        NoticeView(
            uuid=row.uuid,
            person_name="" if row.person_id == row.recipient_id else row.person.name,
            text=row.text,
            path=row.path,
            made_at=row.made_at,
            is_read=row.read_at is not None,
        )
        for row in rows.order_by("-made_at", "-pk")[: min(limit, 200)]
    ]


def access_needs_of(person_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Registered needs in sight, hearing or walking by person id, for rules and for who may act for them."""
    found: dict[int, tuple[str, ...]] = {}
    rows = AccessNeed.objects.within(Scope.everything("rules that help people with needs")).filter(
        person_id__in=list(person_ids)[:5000], ended_at=None
    )
    for person_id, kind in rows.order_by("person_id", "kind").values_list("person_id", "kind"):
        found[person_id] = (*found.get(person_id, ()), kind)
    return found


def are_family(person_id: int, other_id: int) -> bool:
    """True when an active family link joins the two, whoever acts for whom."""
    return (
        FamilyLink.objects.within(Scope.everything("whether two people are family"))
        .filter(Q(agent_id=person_id, subject_id=other_id) | Q(agent_id=other_id, subject_id=person_id))
        .filter(state="active")
        .exists()
    )
