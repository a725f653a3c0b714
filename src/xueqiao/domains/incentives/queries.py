"""Reads of points and volunteer time, named by the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, Sum

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.errors import (
    RedemptionNotFound,
    RewardNotFound,
    ServiceNotFound,
    SpendingNotFound,
    TimeNotFound,
)
from xueqiao.domains.incentives.models import (
    Earning,
    Gift,
    PointsYear,
    PotSpending,
    Redemption,
    Reward,
    TimeService,
    VolunteerTime,
)
from xueqiao.domains.incentives.parameters import (
    BANK_AGE_FROM,
    HELP_AGE_FROM,
    POINTS_GIVE_YEAR_MOST,
    POINTS_KEEP_MONTHS,
    TIME_BANK_OPEN,
)
from xueqiao.domains.incentives.values import (
    HistoryEntry,
    HoursView,
    PointsView,
    PotSpendingView,
    PotView,
    RedemptionView,
    RewardView,
    TimeServiceView,
    VolunteerTimeView,
    YearOfPoints,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Balance, balance_of, balances_of, history_of
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.scope import Scope

EVERYTHING = Scope.everything("permission is checked by the action")
DESK_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
POT_ROLES = ("county_officer", "city_officer", "province_officer")  # who decides over a county's pot
HISTORY_MOST, LIST_MOST, REWARDS_MOST, YEARS_SHOWN = 60, 200, 60, 3


def county_of(region: int) -> int:
    """The county a unit lies in; the unit itself when it is a county or above."""
    unit = RegionCode(region)
    return int(unit.ancestor(min(COUNTY, unit.level)))


def home_county(person_id: int) -> int:
    """The county a person lives in."""
    return county_of(people.homes_of([person_id])[person_id])


def year_balances(person_id: int) -> dict[int, Balance]:
    """What she holds of each year's points."""
    years = PointsYear.objects.within(EVERYTHING).filter(person_id=person_id).values_list("year", flat=True)
    accounts = {rules.points_account(person_id, year): year for year in years}
    return {accounts[name]: balance for name, balance in balances_of(rules.POINTS, accounts).items()}


def available_by_year(person_id: int) -> list[tuple[int, int]]:
    """(year, hundredths) she can use now."""
    return [(year, balance.available) for year, balance in year_balances(person_id).items()]


def earned_so_far(person_id: int, day: date, *, without_session: int) -> tuple[int, int]:
    """Hundredths paid in on that day and in that year, leaving out one meeting."""
    rows = Earning.objects.within(EVERYTHING).filter(person_id=person_id).exclude(session_id=without_session)
    on_day = rows.filter(day=day).aggregate(total=Sum("points_hundredths"))["total"] or 0
    in_year = rows.filter(day__year=day.year).aggregate(total=Sum("points_hundredths"))["total"] or 0
    return on_day, in_year


def given_to_people(person_id: int, year: int) -> int:
    """Hundredths of points she gave to other people in a year."""
    rows = Gift.objects.within(EVERYTHING).filter(
        person_id=person_id, kind="points", receiver__isnull=False, given_on__year=year
    )
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def minutes_on(person_id: int, day: date) -> int:
    """Minutes recorded for a day and not refused."""
    rows = VolunteerTime.objects.within(EVERYTHING).filter(person_id=person_id, day=day).exclude(state="refused")
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


def access_points(*, actor: Actor, person_id: int, now: datetime) -> PointsView:
    """Points of a person in the actor's scope. Raises NotFound."""
    people.access_person(actor, person_id)
    today, county = local_date(now), home_county(person_id)
    keep = parameter_at(POINTS_KEEP_MONTHS.name, region=county, on=today).value
    give_most = parameter_at(POINTS_GIVE_YEAR_MOST.name, region=county, on=today).value
    balances = year_balances(person_id)
    years = [
        YearOfPoints(year, balance.available, rules.last_day_of(year, keep_months=keep))
        for year, balance in sorted(balances.items())
        if balance.available
    ]
    lines: dict[int, HistoryEntry] = {}  # by transfer: what came from two years is one deed
    for year in sorted(balances, reverse=True)[:YEARS_SHOWN]:
        for line in history_of(rules.POINTS, rules.points_account(person_id, year), limit=HISTORY_MOST):
            before = lines.get(line.transfer_id)
            amount = line.amount + (before.amount if before else 0)
            lines[line.transfer_id] = HistoryEntry(line.at, line.memo.get("deed", ""), amount, line.state, line.memo)
    history = [entry for _, entry in sorted(lines.items(), key=lambda item: (item[1].at, item[0]), reverse=True)]
    redemptions = Redemption.objects.within(EVERYTHING).filter(person_id=person_id).order_by("-id")[:20]
    return PointsView(
        person_id=person_id,
        available=sum(balance.available for balance in balances.values()),
        set_aside=sum(balance.held_out for balance in balances.values()),
        years=tuple(years),
        history=tuple(history[:HISTORY_MOST]),
        redemptions=tuple(_redemption_views(redemptions)),
        give_left=max(0, give_most - given_to_people(person_id, today.year)),
    )


def access_hours(*, actor: Actor, person_id: int, now: datetime) -> HoursView:
    """Volunteer time of a person in the actor's scope. Raises NotFound."""
    people.access_person(actor, person_id)
    today, county = local_date(now), home_county(person_id)
    account = rules.hours_account(person_id)
    balance = balance_of(rules.HOURS, account)
    services = TimeService.objects.within(EVERYTHING).filter(Q(payer_id=person_id) | Q(helped_id=person_id))
    waiting = (
        VolunteerTime.objects.within(EVERYTHING)
        .filter(person_id=person_id, state="recorded")
        .aggregate(total=Sum("minutes"))["total"]
    )
    return HoursView(
        person_id=person_id,
        minutes=balance.available,
        waiting_minutes=waiting or 0,
        history=tuple(
            HistoryEntry(line.at, line.memo.get("deed", ""), line.amount, line.state, line.memo)
            for line in history_of(rules.HOURS, account, limit=HISTORY_MOST)
        ),
        bank_is_open=is_bank_open(county, today),
        set_aside=balance.held_out,
        help_age_from=parameter_at(HELP_AGE_FROM.name, region=county, on=today).value,
        services=tuple(service_view(row) for row in services.select_related("helped").order_by("-id")[:20]),
    )


def is_bank_open(county: int, on: date) -> bool:
    """Whether the county takes volunteer time into its time bank."""
    return parameter_at(TIME_BANK_OPEN.name, region=county, on=on).value == 1


def bank_age_from(county: int, on: date) -> int:
    """The age from which the county's time bank itself pays for help."""
    return int(parameter_at(BANK_AGE_FROM.name, region=county, on=on).value)


def rewards_near(region: int, *, on: date) -> list[RewardView]:
    """What can be had for points in the county of a unit, cheapest first; only what is open and left."""
    unit = RegionCode(county_of(region))
    rows = Reward.objects.filter(region__range=(unit.low, unit.high), closed_at=None, valid_to__gte=on).select_related(
        "institution"
    )
    views = [reward_view(row, on=on) for row in rows.order_by("price_hundredths", "id")[:REWARDS_MOST]]
    return [view for view in views if view.left > 0]


def access_rewards(*, actor: Actor, on: date) -> list[RewardView]:
    """All rewards of the actor's units, open ones first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    here = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        here |= Q(region__range=(low, high))
    rows = Reward.objects.filter(here).select_related("institution").order_by("-id")[:LIST_MOST]
    views = [reward_view(row, on=on) for row in rows]
    return sorted(views, key=lambda view: not view.is_open)


def find_reward(actor: Actor, reward_uuid: UUID) -> Reward:
    """The reward of one of the actor's units. Raises NotAllowed, RewardNotFound."""
    people.require_role(actor, *DESK_ROLES)
    row = Reward.objects.filter(uuid=reward_uuid).first()
    if row is None or not actor.scope.has_region(row.region):
        raise RewardNotFound
    people.require_role(actor, *DESK_ROLES, region=row.region)
    return row


def is_desk_of(actor: Actor, region: int) -> bool:
    """Whether the actor works a desk of a unit that contains `region`."""
    if actor.kind == "system":
        return True
    if not actor.has_role(*DESK_ROLES):
        return False
    duties = [duty for duty in actor.duties if duty.role in DESK_ROLES]
    if duties:
        return any(duty.low <= region <= duty.high for duty in duties)
    return actor.scope.has_region(region)


def access_redemption(*, actor: Actor, code: str) -> RedemptionView:
    """The slip with this code, at a desk of the place that hands it over. Raises NotAllowed, RedemptionNotFound."""
    people.require_role(actor, *DESK_ROLES)
    row = Redemption.objects.within(EVERYTHING).filter(code=code.strip()).first()
    if row is None or not is_desk_of(actor, row.region):
        raise RedemptionNotFound
    return redemption_view(row)


def access_redemptions_waiting(*, actor: Actor) -> list[RedemptionView]:
    """Slips of the actor's units that were not fetched yet, soonest to lapse first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = Redemption.objects.within(actor.scope).filter(state="reserved").order_by("keep_until", "id")[:LIST_MOST]
    return _redemption_views(row for row in rows if is_desk_of(actor, row.region) and row.person_id != actor.person_id)


def access_volunteer_times(*, actor: Actor, state: str) -> list[VolunteerTimeView]:
    """Volunteer time of the actor's units in a state, newest first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = VolunteerTime.objects.within(actor.scope).filter(state=state).select_related("person", "institution")
    return [time_view(row) for row in rows.order_by("-id")[:LIST_MOST] if is_desk_of(actor, row.region)]


def find_time(actor: Actor, time_uuid: UUID) -> VolunteerTime:
    """A record of the actor's units. Raises NotAllowed, TimeNotFound."""
    people.require_role(actor, *DESK_ROLES)
    row = VolunteerTime.objects.within(EVERYTHING).filter(uuid=time_uuid).first()
    if row is None or not is_desk_of(actor, row.region):
        raise TimeNotFound
    return row


def reward_view(row: Reward, *, on: date) -> RewardView:
    return RewardView(
        uuid=row.uuid,
        title=row.title,
        partner=row.partner,
        institution_id=row.institution_id,
        institution_name=row.institution.name,
        region=row.region,
        price_hundredths=row.price_hundredths,
        stock=row.stock,
        taken=row.taken,
        person_year_max=row.person_year_max,
        valid_to=row.valid_to,
        is_open=row.closed_at is None and row.valid_to >= on,
    )


def redemption_view(row: Redemption) -> RedemptionView:
    (view,) = _redemption_views([row])
    return view


def _redemption_views(rows: Iterable[Redemption]) -> list[RedemptionView]:
    listed = list(rows)
    rewards = Reward.objects.select_related("institution").in_bulk({row.reward_id for row in listed})
    return [
        RedemptionView(
            uuid=row.uuid,
            code=row.code,
            person_id=row.person_id,
            reward_uuid=rewards[row.reward_id].uuid,
            reward_title=rewards[row.reward_id].title,
            partner=rewards[row.reward_id].partner,
            institution_name=rewards[row.reward_id].institution.name,
            points_hundredths=row.points_hundredths,
            state=row.state,
            reserved_at=row.reserved_at,
            keep_until=row.keep_until,
            ended_at=row.ended_at,
        )
        for row in listed
    ]


def time_view(row: VolunteerTime) -> VolunteerTimeView:
    return VolunteerTimeView(
        uuid=row.uuid,
        person_id=row.person_id,
        person_name=row.person.name,
        institution_name=row.institution.name,
        day=row.day,
        minutes=row.minutes,
        words=row.words,
        state=row.state,
        recorded_by_id=row.recorded_by_id,
    )


def pot_of(county: int) -> PotView:
    """What the residents of a county gave to their community and what became of it. Public, without names."""
    unit = RegionCode(county)
    spendings = PotSpending.objects.filter(region=county, state="spent").select_related("reward__institution")
    spent = spendings.aggregate(total=Sum("points_hundredths"))["total"] or 0
    served = TimeService.objects.within(EVERYTHING).filter(
        region__range=(unit.low, unit.high), payer=None, state="served"
    )
    helped = served.aggregate(total=Sum("minutes"))["total"] or 0
    points = balance_of(rules.POINTS, rules.pot_account(county)).posted
    minutes = balance_of(rules.HOURS, rules.bank_account(county)).posted
    return PotView(
        region=county,
        points_received=points + spent,
        points_left=points,
        minutes_received=minutes + helped,
        minutes_left=minutes,
        spendings=tuple(spending_view(row) for row in spendings.order_by("-decided_at", "-id")[:LIST_MOST]),
    )


def counties_with_pots() -> list[int]:
    """Counties whose residents gave points or time, in the order of their codes."""
    given = Gift.objects.within(EVERYTHING).filter(receiver=None).values_list("region", flat=True).distinct()
    return sorted(given)


def access_pot_spendings(*, actor: Actor) -> list[PotSpendingView]:
    """Spendings of the actor's county that wait for a second person, oldest first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = PotSpending.objects.filter(state="asked").select_related("reward__institution").order_by("id")
    return [
        spending_view(row) for row in rows[:LIST_MOST] if may_decide_pot(actor, row.region) or is_own_pot(actor, row)
    ]


def may_decide_pot(actor: Actor, county: int) -> bool:
    """Whether the actor is an officer of the county or above it: a township does not empty its county's pot alone."""
    return is_desk_of(actor, county) and actor.has_role(*POT_ROLES)


def is_own_pot(actor: Actor, row: PotSpending) -> bool:
    """Whether the spending is one of the actor's own unit, or she asked for it."""
    return row.asked_by_id == actor.person_id or is_desk_of(actor, row.reward.region)


def find_spending(actor: Actor, spending_uuid: UUID) -> PotSpending:
    """A spending whose pot the actor decides over. Raises NotAllowed, SpendingNotFound."""
    people.require_role(actor, *POT_ROLES)
    row = PotSpending.objects.filter(uuid=spending_uuid).first()
    if row is None or not may_decide_pot(actor, row.region):
        raise SpendingNotFound
    return row


def access_time_services(*, actor: Actor, state: str) -> list[TimeServiceView]:
    """Services of the actor's units in a state, soonest first. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = TimeService.objects.within(actor.scope).filter(state=state).select_related("helped")
    return [service_view(row) for row in rows.order_by("day", "id")[:LIST_MOST] if is_desk_of(actor, row.region)]


def find_service(actor: Actor, service_uuid: UUID) -> TimeService:
    """A service of the actor's units. Raises NotAllowed, ServiceNotFound."""
    people.require_role(actor, *DESK_ROLES)
    row = TimeService.objects.within(EVERYTHING).filter(uuid=service_uuid).first()
    if row is None or not is_desk_of(actor, row.region):
        raise ServiceNotFound
    return row


def spending_view(row: PotSpending) -> PotSpendingView:
    return PotSpendingView(
        uuid=row.uuid,
        reward_title=row.reward.title,
        partner=row.reward.partner,
        institution_name=row.reward.institution.name,
        pieces=row.pieces,
        points_hundredths=row.points_hundredths,
        words=row.words,
        state=row.state,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
    )


def service_view(row: TimeService) -> TimeServiceView:
    return TimeServiceView(
        uuid=row.uuid,
        helped_id=row.helped_id,
        helped_name=row.helped.name,
        payer_id=row.payer_id,
        day=row.day,
        minutes=row.minutes,
        words=row.words,
        state=row.state,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
    )
