"""Tell learners in time which credit ends by its rule."""

from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.credits import parameters
from xueqiao.domains.credits.models import Claim, CreditExpiry
from xueqiao.domains.credits.queries.corrections import EVERYTHING, claims_without_expiry
from xueqiao.domains.credits.rules.conversions import day_it_may_be_gone
from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.domains.people import api as people
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at

PART = 500


def announce_credit_expiry(*, now: datetime) -> int:
    """Return how many learners' credits were announced. Each once; safe to repeat and to race.

    Announced are the days of the parameter before the rule's last day; where that is too late already, the day moves:
    nobody has less time than the parameter says. Used credit is not announced.
    """
    count, after = 0, 0
    while rows := claims_without_expiry(after_id=after, limit=PART):
        count += sum(_announce(claim, last_day, now) for claim, last_day in rows)
        after = rows[-1][0].pk
    return count


def _announce(claim: Claim, last_day: date | None, now: datetime) -> bool:
    today = local_date(now)
    notice = parameter_at(parameters.expiry_notice_days.name, region=claim.outcome.region, on=today)
    due_on = day_it_may_be_gone(last_day, today=today, notice_days=notice.value)
    if due_on is None:
        return False
    with transaction.atomic():
        rows = CreditExpiry.objects.within(EVERYTHING)
        _, is_new = rows.get_or_create(claim=claim, defaults={"due_on": due_on, "announced_at": now})
        if is_new:
            _tell(claim, due_on, now)
    return is_new


def _tell(claim: Claim, due_on: date, now: datetime) -> None:
    name, title = claim.outcome.person.name, claim.outcome.title
    until = f"{due_on.year} 年 {due_on.month} 月 {due_on.day} 日"
    amount = credits_text(claim.amount_hundredths)
    people.notify(
        [
            people.NoticeWanted(
                person_id=claim.outcome.person_id,
                text=f"{name}的《{title}》认定的 {amount} 学分，按规则到{until}失效。想用可以在这之前转换。",
                values={"name": name, "title": title[:16], "amount": amount, "until": until},
                path="/mine/conversions/",
            )
        ],
        template="credit_expiring",
        key=f"credit_expiring:{claim.pk}",
        now=now,
    )
