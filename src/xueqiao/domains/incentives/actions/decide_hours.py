from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.actions._books import lock_persons, open_books
from xueqiao.domains.incentives.errors import SecondPersonNeeded, TimeDecided
from xueqiao.domains.incentives.events import VolunteerTimeConfirmed, VolunteerTimeDonated
from xueqiao.domains.incentives.models import VolunteerTime
from xueqiao.domains.incentives.parameters import TIME_KEEP_MOST
from xueqiao.domains.incentives.queries import EVERYTHING, find_time, home_county, is_bank_open, time_view
from xueqiao.domains.incentives.values import VolunteerTimeView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import Posting, balance_of, post_transfer
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at


def decide_hours(*, actor: Actor, time_uuid: UUID, is_confirmed: bool, now: datetime) -> VolunteerTimeView:
    """A second person confirms recorded time, which is hers from now on and never runs out, or refuses it.

    Neither who recorded it nor the volunteer herself may decide; the table's CHECK says so too. Where the time bank is
    open, what is above the most one person keeps goes there (1,510 hours: 1,500 stay). The same answer twice is one.
    Locks the volunteer's books, then the record's row. Raises NotAllowed, TimeNotFound, SecondPersonNeeded,
    TimeDecided.
    """
    found = find_time(actor, time_uuid)
    wanted = "confirmed" if is_confirmed else "refused"
    if actor.person_id in {None, found.recorded_by_id, found.person_id}:
        raise SecondPersonNeeded
    with transaction.atomic():
        open_books()
        lock_persons([found.person_id])
        rows = VolunteerTime.objects.within(EVERYTHING).select_related("person", "institution")
        row = rows.select_for_update(of=("self",)).get(pk=found.pk)
        if row.state == wanted:
            return time_view(row)
        if row.state != "recorded":
            raise TimeDecided
        row.state, row.decided_by_id, row.decided_at = wanted, actor.person_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        if is_confirmed:
            _pay_in(row, now)
        record_deed(
            actor=actor,
            verb="confirm_hours" if is_confirmed else "refuse_hours",
            object_kind="volunteer_time",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"minutes": row.minutes},
        )
        return time_view(row)


def _pay_in(row: VolunteerTime, now: datetime) -> None:
    account = rules.hours_account(row.person_id)
    post_transfer(
        unit=rules.HOURS,
        postings=[Posting(rules.organiser_account(row.institution_id), account, row.minutes)],
        key=f"incentives.served:{row.pk}",
        memo={"deed": "served", "words": row.words, "day": row.day.isoformat(), "place": row.institution.name},
        now=now,
    )
    record_event(VolunteerTimeConfirmed(row.pk, row.person_id, row.region, row.minutes), region=row.region, now=now)
    county, today = home_county(row.person_id), local_date(now)
    if not is_bank_open(county, today):
        return
    keep_most = parameter_at(TIME_KEEP_MOST.name, region=county, on=today).value
    surplus = rules.surplus_minutes(balance_of(rules.HOURS, account).available, keep_most=keep_most)
    if surplus:
        post_transfer(
            unit=rules.HOURS,
            postings=[Posting(account, rules.bank_account(county), surplus)],
            key=f"incentives.surplus:{row.pk}",
            memo={"deed": "surplus"},
            now=now,
        )
        record_event(VolunteerTimeDonated(row.person_id, county, surplus), region=county, now=now)
