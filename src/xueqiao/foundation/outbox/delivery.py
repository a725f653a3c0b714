"""Recording facts and bringing them to their subscribers.

Each pair of event and subscriber has a row of its own with its own state. We do not keep a cursor "delivered up to id
N": ids are handed out before commits happen, so a slow transaction would commit an id below the cursor and be lost.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from django.db import connection, transaction

from xueqiao.foundation.arrays import array
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.events import Event, decode, encode, plain, subscribers_of
from xueqiao.foundation.outbox.models import Delivery, OutboxEvent
from xueqiao.foundation.prepared import prepared_rows

logger = logging.getLogger("xueqiao.outbox")
_written = json.JSONEncoder(ensure_ascii=False, default=plain).encode  # made once: json.dumps makes one for each row

TRIES_MAX = 10
FIRST_RETRY_SECONDS = 5
RETRY_SECONDS_MAX = 3600
AT_ONCE_MAX = 20  # of a bulk's deliveries, those tried in the process that committed; the worker brings the rest
HEAD_START = timedelta(seconds=5)  # how long the process that committed has its fresh events to itself


class Outcome(Enum):
    DONE = "done"
    FAILED = "failed"
    TAKEN = "taken"  # another process has it, or it was done already


@dataclass(frozen=True)
class DeliveryCount:
    """What one sweep did: deliveries done, and deliveries whose handler failed."""

    done: int = 0
    failed: int = 0


@dataclass(frozen=True)
class DeliveryState:
    """The outbox at a moment: deliveries waiting, those of them overdue (more than a minute late), and dead ones."""

    waiting: int
    overdue: int
    dead: int


@dataclass(frozen=True)
class DeadDelivery:
    """A delivery given up after ten tries; `last_error` names the failure without personal data."""

    delivery_id: int
    event_name: str
    subscriber: str
    happened_at: datetime
    last_error: str


def record_event(event: Event, *, region: int | None, now: datetime) -> None:
    """Write the fact in the open transaction; try every subscriber once right after the commit, in this process.

    `region` is the 12-digit code of the unit it happened in, None for the whole platform. Raises NoTransaction outside
    a transaction. A subscriber's failure never reaches the caller: the worker tries again later.
    """
    require_transaction()
    handlers = subscribers_of(event.event_name)
    row = OutboxEvent.objects.create(name=event.event_name, payload=encode(event), region=region, happened_at=now)
    if not handlers:
        return
    deliveries = Delivery.objects.bulk_create(
        Delivery(event=row, subscriber=subscriber, due_at=now) for subscriber in handlers
    )
    for delivery in deliveries:
        transaction.on_commit(partial(deliver, delivery.pk, now=now), robust=True)


def record_events(events: Sequence[Event], *, regions: Sequence[int | None], now: datetime) -> None:
    """Write many facts in one statement, `regions` in the same order. Needs an open transaction.

    Deliveries of a large bulk are left to the worker's next sweep: the process that committed has a queue behind it.
    """
    require_transaction()
    if not events:
        return
    rows = prepared_rows(
        "INSERT INTO outbox_outboxevent (name, payload, region, happened_at)"
        " SELECT given.name, given.payload, given.region, %s"
        " FROM ROWS FROM (unnest(%s::text[]), jsonb_array_elements(%s::jsonb), unnest(%s::bigint[]))"
        " AS given(name, payload, region) RETURNING id, name",
        [now, array(event.event_name for event in events), _written([vars(event) for event in events]), array(regions)],
    )
    deliveries = Delivery.objects.bulk_create(
        Delivery(event_id=event_id, subscriber=subscriber, due_at=now)
        for event_id, name in rows
        for subscriber in subscribers_of(name)
    )
    for delivery in deliveries[:AT_ONCE_MAX]:
        transaction.on_commit(partial(deliver, delivery.pk, now=now), robust=True)


def deliver_due(now: datetime, *, due_before: datetime | None = None, limit: int = 500) -> DeliveryCount:
    """Deliver up to `limit` waiting deliveries that were due at `due_before` (default `now`), oldest first.

    A failing one moves its own due time forward and delays nobody else. Safe to run in any number of processes.
    """
    due = Delivery.objects.filter(state="waiting", due_at__lte=due_before or now).order_by("due_at", "pk")
    done = failed = 0
    for delivery_id in list(due.values_list("pk", flat=True)[:limit]):
        outcome = deliver(delivery_id, now=now)
        done += outcome is Outcome.DONE
        failed += outcome is Outcome.FAILED
    return DeliveryCount(done, failed)


def deliver(delivery_id: int, *, now: datetime) -> Outcome:
    """Run one subscriber in a transaction of its own, which also marks the delivery done: both happen or neither.

    The transaction is durable: called inside somebody else's, it raises RuntimeError instead of borrowing it.
    """
    try:
        with transaction.atomic(durable=True):
            delivery = _claim(delivery_id)
            if delivery is None:
                return Outcome.TAKEN
            try:
                with transaction.atomic():
                    _run(delivery, now)
            except Exception as failure:
                _record_failure(delivery, failure, now)
                return Outcome.FAILED
            delivery.state = "done"
            delivery.save(update_fields=["state"])
            return Outcome.DONE
    except Exception as failure:
        if connection.in_atomic_block:
            raise
        # The transaction itself broke (connection lost, server restarting): the failure is written in a fresh one. If
        # that breaks too, the row is still waiting, which is the truth.
        logger.exception("delivery %s broke", delivery_id)
        try:
            with transaction.atomic():
                delivery = _claim(delivery_id)
                if delivery is not None:
                    _record_failure(delivery, failure, now)
        except Exception:
            logger.warning("delivery %s: the failure could not be written yet", delivery_id)
        return Outcome.FAILED


def delivery_state(now: datetime) -> DeliveryState:
    """Count what waits, what is more than a minute late, and what was given up. For health pages and the doctor."""
    waiting = Delivery.objects.filter(state="waiting")
    return DeliveryState(
        waiting=waiting.count(),
        overdue=waiting.filter(due_at__lt=now - timedelta(minutes=1)).count(),
        dead=Delivery.objects.filter(state="dead").count(),
    )


def dead_deliveries(limit: int = 100) -> list[DeadDelivery]:
    """Return the deliveries given up, newest first, at most `limit`."""
    rows = Delivery.objects.filter(state="dead").select_related("event").order_by("-pk")[:limit]
    return [DeadDelivery(r.pk, r.event.name, r.subscriber, r.event.happened_at, r.last_error) for r in rows]


def retry_dead(*, now: datetime) -> int:
    """Give every dead delivery ten new tries from `now`; return how many there were."""
    return Delivery.objects.filter(state="dead").update(state="waiting", attempts=0, due_at=now)


def _claim(delivery_id: int) -> Delivery | None:
    return (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event")
        .filter(pk=delivery_id, state="waiting")
        .first()
    )


def _run(delivery: Delivery, now: datetime) -> None:
    event = decode(delivery.event.name, delivery.event.payload)
    handler = subscribers_of(event.event_name).get(delivery.subscriber)
    if handler is None:
        raise LookupError(f"nobody is called {delivery.subscriber} any more")
    handler(event, now=now)
    # Foreign keys are checked at commit, when it would be too late to write the failure down: check them here.
    connection.check_constraints()


def _record_failure(delivery: Delivery, failure: Exception, now: datetime) -> None:
    delivery.attempts += 1
    # Only the kind of failure is stored: an exception's text may quote a person's data.
    delivery.last_error = f"{type(failure).__module__}.{type(failure).__qualname__}"
    if delivery.attempts >= TRIES_MAX:
        delivery.state = "dead"
    delivery.due_at = now + timedelta(
        seconds=min(RETRY_SECONDS_MAX, FIRST_RETRY_SECONDS * 2 ** (delivery.attempts - 1))
    )
    delivery.save(update_fields=["attempts", "last_error", "state", "due_at"])
    logger.warning(
        "event %s: %s failed, try %s of %s",
        delivery.event.name,
        delivery.subscriber,
        delivery.attempts,
        TRIES_MAX,
        exc_info=failure,
    )
