"""Keeps a demo region alive: when a class is over, the same class begins again in the same slot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction

from xueqiao.domains.classes.api import refresh_listings
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.region_code import RegionCode
from xueqiao.server.demo.till import settle_bills

OPEN_DAYS = 9  # late comers are welcome for so long after the first meeting


def extend(*, now: datetime) -> int:
    """Open again every demo class that is over and was not followed yet; return how many. Cheap when there are none.

    The new run meets on the same weekdays and hours, from the first such day after today, so it can clash only with
    what people planned by hand meanwhile; then it is left out. Also finishes the money of an interrupted load.
    """
    if not apps.get_model("institutions.Institution").objects.filter(is_demo=True).exists():
        return 0
    settle_bills(now=now)
    runs = apps.get_model("classes.ClassRun").objects
    opened = 0
    with transaction.atomic():
        lock(LockSpace.DEMO_LOAD, [1])
        over = runs.filter(is_demo=True, state="published", ends_on__lt=local_date(now))
        followed = runs.filter(copied_from__isnull=False).values("copied_from")
        region = None
        for run in over.exclude(pk__in=followed).order_by("pk"):
            if _open_again(run, now):
                opened += 1
                region = RegionCode(run.region).ancestor(1)
        if region is not None:
            refresh_listings(region=int(region), now=now)
    return opened


def _keep_programme(before: int, copy: Any, now: datetime) -> None:
    """A class of a programme goes on under its name."""
    rows = apps.get_model("classes.ProgrammeRun").objects
    row = rows.filter(run_id=before, site__left_on=None).first()
    if row is not None:
        rows.create(run=copy, site_id=row.site_id, institution_id=row.institution_id, added_at=now)


def _open_again(run: Any, now: datetime) -> bool:
    weeks = timedelta(weeks=-((run.starts_on - local_date(now) - timedelta(days=1)) // timedelta(weeks=1)))
    first, last = run.starts_on + weeks, run.ends_on + weeks
    stays_open = run.enrol_closes_at > at_local(run.starts_on + timedelta(days=OPEN_DAYS + 1), 0)
    closes_at = at_local(last - timedelta(days=7) if stays_open else first + timedelta(days=OPEN_DAYS), 18)
    return open_copy(run.pk, weeks, now=now, closes_at=closes_at) is not None


def open_copy(run_id: int, later: timedelta, *, now: datetime, closes_at: datetime) -> Any:
    """The same class, all its meetings `later`, published; None when a room or a teacher is taken then."""
    run: Any = apps.get_model("classes.ClassRun").objects.get(pk=run_id)
    sessions = list(run.sessions.exclude(state="cancelled").order_by("number"))
    if not sessions:
        return None
    seats, begins = run.seat_pool.capacity, sessions[0].starts_at + later
    run.pk, run.uuid = None, None
    run._state.adding = True
    run.code = f"{run.code.split('-')[0]}-{local_date(begins):%y%m%d}"
    run.copied_from_id = run_id
    run.starts_on, run.ends_on = local_date(begins), local_date(sessions[-1].starts_at + later)
    run.is_by_list = False  # the firm's people were there; the next one is everybody's
    run.enrol_opens_at, run.enrol_closes_at = now - timedelta(days=1), closes_at
    pool, session_model = apps.get_model("enrolment.SeatPool"), apps.get_model("classes.Session")
    fields = [field for field in run._meta.concrete_fields if field.name not in ("id", "uuid")]
    try:
        with transaction.atomic():
            copy = type(run).objects.create(**{field.attname: getattr(run, field.attname) for field in fields})
            session_model.objects.bulk_create(
                session_model(
                    run=copy,
                    number=number,
                    starts_at=session.starts_at + later,
                    ends_at=session.ends_at + later,
                    room_id=session.room_id,
                    teacher_id=session.teacher_id,
                )
                for number, session in enumerate(sessions, 1)
            )
            pool.objects.create(run=copy, capacity=seats)
            _keep_programme(run_id, copy, now)
    except IntegrityError:  # the room or the teacher was taken by hand
        return None
    return copy
