from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_persons, open_books, require_key, require_words
from xueqiao.domains.incentives.actions.donate_hours import relative_named
from xueqiao.domains.incentives.errors import NotEnoughTime, TimeBankClosed, TooYoungForHelp
from xueqiao.domains.incentives.models import TimeService
from xueqiao.domains.incentives.parameters import HELP_AGE_FROM
from xueqiao.domains.incentives.queries import EVERYTHING, home_county, is_bank_open, service_view
from xueqiao.domains.incentives.values import TimeServiceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, hold_transfer
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

DAYS_AHEAD_MOST = 60
SERVICE_MINUTES_MOST = 480


def ask_time_service(
    *,
    actor: Actor,
    person_id: int,
    helped_code: str = "",
    day: date,
    minutes: int,
    words: str,
    request_key: str,
    now: datetime,
) -> TimeServiceView:
    """Ask for help that one's stored time pays for: for oneself, or (by learner number) for a relative, from 60 on.

    The minutes are set aside until a desk says that the help was given or cannot be; until then it can be withdrawn.
    Only where the county has a time bank. The same form twice is one. Locks the saver's books. Raises MayNotActFor,
    GuardianConsentMissing, NotAllowed, TimeBankClosed, InvalidInput, ReceiverNotFound, TimeForFamilyOnly,
    TooYoungForHelp, NotEnoughTime.
    """
    authority = people.require_may_act_for(actor, person_id, now=now)
    if actor.person_id is None:
        raise NotAllowed
    today = local_date(now)
    if not is_bank_open(home_county(person_id), today):
        raise TimeBankClosed
    said = require_service(day=day, minutes=minutes, words=words, request_key=request_key, today=today)
    helped_id = relative_named(person_id, helped_code) if helped_code.strip() else person_id
    age_from = parameter_at(HELP_AGE_FROM.name, region=home_county(helped_id), on=today).value
    if people.age_on(people.birth_dates_of([helped_id])[helped_id], today) < age_from:
        raise TooYoungForHelp(age=age_from)
    with transaction.atomic():
        open_books()
        lock_persons([person_id])
        known = service_pressed(actor.person_id, request_key, (helped_id, person_id, day, minutes))
        if known is not None:
            return service_view(known)
        account = rules.hours_account(person_id)
        left = balance_of(rules.HOURS, account).available
        if minutes > left:
            raise NotEnoughTime(wanted=minutes, left=left)
        return write_service(
            actor,
            account,
            asked_by_id=actor.person_id,
            helped_id=helped_id,
            payer_id=person_id,
            day=day,
            minutes=minutes,
            words=said,
            request_key=request_key,
            acting_for_id=person_id if authority != "self" else None,
            now=now,
        )


def require_service(*, day: date, minutes: int, words: str, request_key: str, today: date) -> str:
    """Return the words of a service whose day, length and form are in order. Raises InvalidInput."""
    require_key(request_key)
    if not today <= day <= today + timedelta(days=DAYS_AHEAD_MOST):
        raise InvalidInput(what=f"日期要在今天和 {DAYS_AHEAD_MOST} 天之内")
    if type(minutes) is not int or not 0 < minutes <= SERVICE_MINUTES_MOST:
        raise InvalidInput(what=f"时长要在 1 到 {SERVICE_MINUTES_MOST} 分钟之间")
    return require_words(words, what="要帮什么忙写 2 到 80 个字", least=2, most=80)


def service_pressed(asked_by_id: int, request_key: str, same: tuple[int, int | None, date, int]) -> TimeService | None:
    """The service that this form made before, if any; same: helped, payer, day, minutes. Raises InvalidInput."""
    rows = TimeService.objects.within(EVERYTHING).select_related("helped")
    known = rows.filter(asked_by_id=asked_by_id, request_key=request_key).first()
    if known is not None and same != (known.helped_id, known.payer_id, known.day, known.minutes):
        raise InvalidInput(what="这张表单已经用过，请刷新页面再试")
    return known


def write_service(
    actor: Actor,
    account: str,
    *,
    asked_by_id: int,
    helped_id: int,
    payer_id: int | None,
    day: date,
    minutes: int,
    words: str,
    request_key: str,
    acting_for_id: int | None,
    now: datetime,
) -> TimeServiceView:
    """Set the minutes of `account` aside and write the service down. Needs a transaction and the payer's lock."""
    region = people.homes_of([helped_id])[helped_id]
    hold = hold_transfer(
        unit=rules.HOURS,
        postings=[Posting(account, rules.helped_account(home_county(helped_id)), minutes)],
        key=f"incentives.help:{asked_by_id}:{request_key}",
        memo={"deed": "help", "words": words, "day": day.isoformat()},
        expires_at=None,  # a desk or the saver ends it: one clock, not two
        now=now,
    )
    made = TimeService.objects.create(
        helped_id=helped_id,
        payer_id=payer_id,
        region=region,
        day=day,
        minutes=minutes,
        words=words,
        request_key=request_key,
        hold_id=hold.id,
        asked_by_id=asked_by_id,
        asked_at=now,
    )
    record_deed(
        actor=actor,
        verb="ask_time_service",
        object_kind="time_service",
        object_id=made.pk,
        region=region,
        acting_for_id=acting_for_id,
        now=now,
        detail={"minutes": minutes, "day": day.isoformat(), "payer": "saver" if payer_id else "time bank"},
    )
    return service_view(TimeService.objects.within(EVERYTHING).select_related("helped").get(pk=made.pk))
