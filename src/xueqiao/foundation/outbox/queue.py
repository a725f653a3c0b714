"""The queue of jobs: a thin front, so that the engine behind it (procrastinate) can be changed in this one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as engine
from procrastinate.exceptions import AlreadyEnqueued

from xueqiao.foundation import clock

J = TypeVar("J", bound=Callable[..., Any])


@dataclass(frozen=True)
class Job:
    """A registered job: its stable name, its function, and its schedule (cron in UTC) or None."""

    name: str
    function: Callable[..., Any]
    every: str | None

    @property
    def what(self) -> str:
        """The function's docstring."""
        return self.function.__doc__ or ""


_jobs: dict[str, Job] = {}


def job(name: str, *, every: str | None = None, tries: int = 10) -> Callable[[J], J]:
    """Register `function(*, now, **args)` as the job `name` ("enrolment.expire_holds").

    every: cron in UTC, five fields, or six with seconds last ("* * * * * */5"); such a job never piles up while no
    worker runs. A job that raises is tried again after half a minute and then ever later, `tries` times in all (a
    scheduled one simply at its next turn). Jobs must be idempotent.
    """

    def register(function: J) -> J:
        if name in _jobs and _jobs[name].function.__module__ != function.__module__:
            raise TypeError(f"two jobs are called {name}")
        _jobs[name] = Job(name, function, every)

        def run(**args: Any) -> None:
            args.pop("timestamp", None)
            function(now=clock.now(), **args)

        run.__name__ = function.__name__
        retry = False if every else RetryStrategy(max_attempts=tries, wait=30, exponential_wait=2)
        task = engine.task(name=name, retry=retry, queueing_lock=name if every else None)(run)
        if every:
            engine.periodic(cron=every)(task)  # type: ignore[arg-type]
        return function

    return register


def enqueue(
    task_name: str, args: dict[str, Any] | None = None, run_at: datetime | None = None, *, once_key: str | None = None
) -> None:
    """Queue a job in the open transaction: it runs only if that commits. `run_at` is in the platform's time.

    args: JSON-able keyword arguments. once_key: while a job with this key waits, a second one is not queued. Raises
    LookupError for an unknown name, so that a slip shows where it is made and not in the worker at night; ValueError
    for a scheduled job at a later moment: while it waited, its own turns and everybody's "now" would be left out.
    """
    if task_name not in _jobs:
        raise LookupError(f"no job is called {task_name}")
    if run_at is not None and _jobs[task_name].every:
        raise ValueError(f"{task_name} runs by itself, every {_jobs[task_name].every}")
    deferrer = engine.configure_task(
        task_name,
        schedule_at=run_at - clock.offset() if run_at else None,
        queueing_lock=once_key,
    )
    if once_key is None:
        deferrer.defer(**(args or {}))
        return
    try:
        with transaction.atomic():  # a refused insert must not spoil the caller's transaction
            deferrer.defer(**(args or {}))
    except AlreadyEnqueued:
        return


def known_jobs() -> dict[str, Job]:
    """Return every registered job by name."""
    return dict(sorted(_jobs.items()))
