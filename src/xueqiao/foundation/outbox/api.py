"""The door of the outbox."""

from xueqiao.foundation.outbox.delivery import (
    DeadDelivery,
    DeliveryCount,
    DeliveryState,
    dead_deliveries,
    deliver_due,
    delivery_state,
    record_event,
    record_events,
    retry_dead,
)
from xueqiao.foundation.outbox.events import Event, known_events, subscribe
from xueqiao.foundation.outbox.queue import Job, enqueue, job, known_jobs

__all__ = [
    "DeadDelivery",
    "DeliveryCount",
    "DeliveryState",
    "Event",  # base of all past-tense facts: a frozen dataclass in a domain's events.py
    "Job",
    "dead_deliveries",  # what was given up after ten tries, for operators
    "deliver_due",  # one sweep over waiting deliveries; the worker's, and the tests' way to deliver
    "delivery_state",  # how many wait, are late, are dead
    "enqueue",  # queue a job in the open transaction
    "job",  # register a job, with a schedule or without
    "known_events",
    "known_jobs",
    "record_event",  # write a fact in the open transaction; delivered right after the commit
    "record_events",  # the same for many, in one statement
    "retry_dead",  # ten new tries for what was given up
    "subscribe",  # register a handler of an event, in a domain's subscriptions.py
]
