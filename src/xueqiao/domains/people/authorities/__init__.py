"""Who may act for whom, asked for a whole group at once. Read README.md beside it first."""

from collections.abc import Collection
from datetime import date, datetime
from hmac import compare_digest
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import GuardianConsentMissing, MayNotActFor
from xueqiao.domains.people.models import Person, StaffRole, session_mark
from xueqiao.domains.people.values import Authority
from xueqiao.foundation.arrays import array
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.prepared import prepared_rows
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

_STATEMENT = (Path(__file__).parent / "authorities_of.sql").read_text()


def authorities_of(
    pairs: Collection[tuple[int, int]], *, now: datetime
) -> dict[tuple[int, int], Authority | type[Refused]]:
    """For many (agent, subject) at once what `require_may_act_for` answers for residents, or why not. One query.

    Staff at a desk act one person at a time and are not answered here.
    """
    day = local_date(now)
    answers: dict[tuple[int, int], Authority | type[Refused]] = dict.fromkeys(pairs, MayNotActFor)
    agents, subjects = array(a for a, _ in answers), array(s for _, s in answers)
    rows = prepared_rows(_STATEMENT, [array(rules.GUARDIAN_RELATIONS), agents, subjects])
    for agent, subject, name, born, relation, how, cap, consented in rows:
        guarded = rules.needs_guardian(born, day)
        if agent == subject:
            answers[agent, subject] = GuardianConsentMissing if guarded else Authority("self", name, born, None)
        elif relation and rules.is_link_live(
            state="active",
            relation=relation,
            confirmed_how=how,
            subject_birth_date=born,
            has_guardian_consent=consented,
            day=day,
        ):
            ground = "guardian" if relation in rules.GUARDIAN_RELATIONS else "family"
            answers[agent, subject] = Authority(ground, name, born, cap)
        elif relation and guarded:
            answers[agent, subject] = GuardianConsentMissing
    return answers


def person_ids_of(uuids: Collection[UUID]) -> dict[UUID, int]:
    """Numbers of persons by uuid, for requests whose authority is asked right after; says nothing else of anybody."""
    rows = Person.objects.within(Scope.everything("authority is asked for each of them next")).filter(uuid__in=uuids)
    return dict(rows.values_list("uuid", "id")[:1000])


def persons_of_accounts(claims: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Person by (account, mark), for those claims whose mark is the account's now (`Account.get_session_auth_hash`).

    Claim by claim: an old session of somebody who has just signed in anew is still an old one.
    """
    rows = prepared_rows(
        "SELECT a.id, a.person_id, a.session_epoch FROM people_account a JOIN people_person p ON p.id = a.person_id"
        " WHERE a.id = ANY (%s::bigint[]) AND a.is_active AND p.merged_into_id IS NULL",
        [array({account_id for account_id, _ in claims})],
    )
    known = {account_id: (person_id, epoch) for account_id, person_id, epoch in rows}
    found = {}
    for account_id, mark in claims:
        person_id, epoch = known.get(account_id, (None, 0))
        if person_id is not None and compare_digest(session_mark(account_id, epoch).encode(), mark.encode()):
            found[account_id, mark] = person_id
    return found


def holds_duty(person_id: int, *roles: str, region: int, on: date) -> bool:
    """True when a person holds one of the roles on a day, in a unit that contains all of `region`."""
    duties = StaffRole.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), person_id=person_id, role__in=roles, valid_from__lte=on
    )
    unit = RegionCode(region)
    return any(
        RegionCode(code).low <= unit.low and unit.high <= RegionCode(code).high
        for code in duties.values_list("region", flat=True)
    )
