from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_persons, open_books, remember_years
from xueqiao.domains.incentives.events import PointsEarned
from xueqiao.domains.incentives.models import Earning
from xueqiao.domains.incentives.parameters import POINTS_DAY_MOST, POINTS_PER_HOUR, POINTS_YEAR_MOST
from xueqiao.domains.incentives.queries import EVERYTHING, county_of, earned_so_far
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, post_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameters_at


def earn_points(*, person_id: int, session_id: int, now: datetime) -> int:
    """Bring a person's points for one meeting to what the roll says now; return what it brings, in hundredths.

    The roll is read, not the message about it, so that messages may come twice and in any order. Earned by minutes
    under a day's and a year's cap, by the numbers of the place on that day. When a roll is put right downwards, what
    she has not spent yet is taken back; what is spent stays hers. Locks the person's books. Raises UnknownSession.
    """
    session = classes.get_session(session_id)
    system = Actor.system("earn_points")
    day, county = local_date(session.starts_at), county_of(session.region)
    with transaction.atomic():
        open_books()
        lock_persons([person_id])
        minutes = _minutes_present(system, person_id, session)
        row = Earning.objects.within(EVERYTHING).filter(person_id=person_id, session_id=session_id).first()
        if row is None:
            row = Earning(
                person_id=person_id,
                session_id=session_id,
                region=session.region,
                day=day,
                minutes=0,
                worth_hundredths=0,
                points_hundredths=0,
            )
        if row.minutes == minutes:
            return row.points_hundredths
        numbers = parameters_at(
            [POINTS_PER_HOUR.name, POINTS_DAY_MOST.name, POINTS_YEAR_MOST.name],
            region=session.region,
            on=day,
            institution_id=session.institution_id,
        )
        on_day, in_year = earned_so_far(person_id, day, without_session=session_id)
        worth = rules.points_worth(minutes, per_hour=numbers[POINTS_PER_HOUR.name].value)
        wanted = rules.points_granted(
            worth,
            day_so_far=on_day,
            day_most=numbers[POINTS_DAY_MOST.name].value,
            year_so_far=in_year,
            year_most=numbers[POINTS_YEAR_MOST.name].value,
        )
        account = rules.points_account(person_id, day.year)
        change = wanted - row.points_hundredths
        if change < 0:
            change = -min(-change, balance_of(rules.POINTS, account).available)
        row.minutes, row.worth_hundredths = minutes, worth
        row.points_hundredths += change
        row.version += 1
        row.save()
        if change:
            remember_years(person_id, [day.year])
            ends = (rules.issuer_account(county), account)
            post_transfer(
                unit=rules.POINTS,
                postings=[Posting(*(ends if change > 0 else ends[::-1]), abs(change))],
                key=f"incentives.earn:{person_id}:{session_id}:{row.version}",
                memo={
                    "deed": "earn" if row.version == 1 else "correct",
                    "title": session.title,
                    "day": day.isoformat(),
                    "minutes": minutes,
                    "is_capped": wanted < worth,
                },
                now=now,
            )
            record_event(
                PointsEarned(person_id, session_id, session.region, row.points_hundredths),
                region=session.region,
                now=now,
            )
            record_deed(
                actor=system,
                verb="earn_points",
                object_kind="earning",
                object_id=row.pk,
                region=session.region,
                acting_for_id=person_id,
                now=now,
                detail={"session": session_id, "points_hundredths": row.points_hundredths},
            )
        return row.points_hundredths


def _minutes_present(actor: Actor, person_id: int, session: classes.SessionView) -> int:
    """Minutes the roll gives her for the meeting; 0 when she was not there or it did not take place."""
    for line in learning.attendance_of(actor=actor, person_id=person_id, run_id=session.run_id):
        if line.session_id == session.id and line.state in {"present", "late"} and not line.is_cancelled:
            return line.minutes
    return 0
