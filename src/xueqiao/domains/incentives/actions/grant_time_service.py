from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_pot, open_books
from xueqiao.domains.incentives.actions.ask_time_service import require_service, service_pressed, write_service
from xueqiao.domains.incentives.errors import ReceiverNotFound, TimeBankShort, TooYoungForHelp
from xueqiao.domains.incentives.queries import DESK_ROLES, bank_age_from, county_of, is_desk_of, service_view
from xueqiao.domains.incentives.values import TimeServiceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import balance_of
from xueqiao.foundation.reasons import NotAllowed


def grant_time_service(
    *,
    actor: Actor,
    helped_code: str,
    day: date,
    minutes: int,
    words: str,
    request_key: str,
    now: datetime,
) -> TimeServiceView:
    """Let the county's time bank pay for help to somebody it cares for: of 80 or more, whoever gave the time.

    By a desk of the place where she lives; a second person says that the help was given. The minutes are set aside
    until then. The same form twice is one. Locks the county's bank. Raises NotAllowed, InvalidInput, ReceiverNotFound,
    TooYoungForHelp, TimeBankShort.
    """
    people.require_role(actor, *DESK_ROLES)
    if actor.person_id is None:
        raise NotAllowed
    today = local_date(now)
    said = require_service(day=day, minutes=minutes, words=words, request_key=request_key, today=today)
    helped = people.find_person_by_code(Actor.system("the time bank names whom it helps"), helped_code)
    if helped is None:
        raise ReceiverNotFound
    home = people.homes_of([helped.id])[helped.id]
    if not is_desk_of(actor, home):
        raise ReceiverNotFound  # whether she exists elsewhere is nobody's business here
    county = county_of(home)
    age_from = bank_age_from(county, today)
    if people.age_on(people.birth_dates_of([helped.id])[helped.id], today) < age_from:
        raise TooYoungForHelp(age=age_from)
    with transaction.atomic():
        open_books()
        lock_pot(county)
        known = service_pressed(actor.person_id, request_key, (helped.id, None, day, minutes))
        if known is not None:
            return service_view(known)
        account = rules.bank_account(county)
        left = balance_of(rules.HOURS, account).available
        if minutes > left:
            raise TimeBankShort(wanted=minutes, left=left)
        return write_service(
            actor,
            account,
            asked_by_id=actor.person_id,
            helped_id=helped.id,
            payer_id=None,
            day=day,
            minutes=minutes,
            words=said,
            request_key=request_key,
            acting_for_id=helped.id,
            now=now,
        )
