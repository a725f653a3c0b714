from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_persons, open_books, points_text
from xueqiao.domains.incentives.events import PointsExpired
from xueqiao.domains.incentives.models import PointsYear
from xueqiao.domains.incentives.parameters import POINTS_KEEP_MONTHS, POINTS_NOTICE_DAYS
from xueqiao.domains.incentives.queries import EVERYTHING
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, balances_of, post_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameters_at

AT_ONCE = 500
TEMPLATE = "points_expiring"


def expire_points(*, now: datetime) -> tuple[int, int]:
    """Tell people whose points are about to run out, and take what ran out after they were told; (told, taken).

    Points of a year can be used until the end of its month of grace. Nobody loses any before the notice is as old as
    the place's rule says, so a notice that came late keeps them longer. What is set aside for a reward is not touched.
    Each person in a transaction of her own, under her lock; running twice changes nothing.
    """
    open_books()
    today, told, taken = local_date(now), 0, 0
    for row, last_day, notice_days in _years_that_end(today):
        if row.told_at is None:
            if today >= last_day - timedelta(days=notice_days):
                told += _tell(row, max(last_day, today + timedelta(days=notice_days)), now)
        elif today > max(last_day, local_date(row.told_at) + timedelta(days=notice_days)):
            taken += _take(row, now)
    return told, taken


def _years_that_end(today: date) -> Iterator[tuple[PointsYear, date, int]]:
    """Past years with something left, their last day and the days of notice, by the rules of the person's county."""
    rows = PointsYear.objects.within(EVERYTHING).filter(year__lt=today.year).order_by("pk")
    numbers: dict[int, tuple[int, int]] = {}
    after = 0
    while part := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        after = part[-1].pk
        accounts = {rules.points_account(row.person_id, row.year): row for row in part}
        for name, balance in balances_of(rules.POINTS, accounts).items():
            row = accounts[name]
            if balance.available <= 0:
                continue
            if row.region not in numbers:
                found = parameters_at([POINTS_KEEP_MONTHS.name, POINTS_NOTICE_DAYS.name], region=row.region, on=today)
                numbers[row.region] = (found[POINTS_KEEP_MONTHS.name].value, found[POINTS_NOTICE_DAYS.name].value)
            keep, notice = numbers[row.region]
            yield row, rules.last_day_of(row.year, keep_months=keep), notice


def _tell(row: PointsYear, last_day: date, now: datetime) -> int:
    with transaction.atomic():
        lock_persons([row.person_id])
        left = balance_of(rules.POINTS, rules.points_account(row.person_id, row.year)).available
        fresh = PointsYear.objects.within(EVERYTHING).filter(pk=row.pk, told_at=None)
        if left <= 0 or not fresh.update(told_at=now):
            return 0
        day, points = f"{last_day.month} 月 {last_day.day} 日", points_text(left)
        people.notify(
            [
                people.NoticeWanted(
                    row.person_id,
                    f"{row.year} 年得的 {points} 积分用到 {day}，过后清零。可以兑换，也可以赠给别人或捐给社区。",
                    {"year": str(row.year), "points": points, "day": day},
                    "/mine/points/",
                )
            ],
            template=TEMPLATE,
            key=f"{TEMPLATE}:{row.person_id}:{row.year}",
            now=now,
        )
        return 1


def _take(row: PointsYear, now: datetime) -> int:
    with transaction.atomic():
        lock_persons([row.person_id])
        account = rules.points_account(row.person_id, row.year)
        left = balance_of(rules.POINTS, account).available
        if left <= 0:
            return 0
        transfer = post_transfer(
            unit=rules.POINTS,
            postings=[Posting(account, rules.expired_account(row.year), left)],
            key=f"incentives.expire:{row.pk}:{now.isoformat()}",
            memo={"deed": "expire", "year": row.year},
            now=now,
        )
        record_event(PointsExpired(row.person_id, row.year, row.region, left), region=row.region, now=now)
        record_deed(
            actor=Actor.system("expire_points"),
            verb="expire_points",
            object_kind="points_year",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"hundredths": left, "transfer": transfer.id},
        )
        return 1
