"""Planted bugs in the real web process, for runs that must be caught: the product's code with one promise broken.

    python -m tests.nemesis.sabotage web answers_before_the_commit 8640

Each of them works perfectly as long as nothing is killed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from importlib import import_module
from typing import Any

LATE_SECONDS = 0.6
QUEUE_SECONDS = 3.0  # how far behind a queue in memory is under load
CHOSEN = "XUEQIAO_NEMESIS_SABOTAGE"


def answers_before_the_commit() -> None:
    """A held seat is told while its transaction is still open."""
    from xueqiao.domains.enrolment import api as enrolment

    enrolment.hold_seat = _told_early(enrolment.hold_seat)  # type: ignore[assignment]


def takes_money_before_the_commit() -> None:
    """The gateway is answered while the booking is still open."""
    from xueqiao.domains.payments import api as payments

    payments.take_callback = _told_early(payments.take_callback)  # type: ignore[assignment]


def keeps_news_in_memory() -> None:
    """That a bill was paid is told to enrolment by the process that booked it, and by nothing else."""
    from django.db import connections, transaction

    from xueqiao.domains.payments.events import BillPaid
    from xueqiao.foundation.outbox.events import subscribers_of
    from xueqiao.foundation.outbox.models import OutboxEvent

    module: Any = import_module("xueqiao.domains.payments.actions.collect_payment")
    real = module.record_event

    def record_event(event: Any, *, region: int | None, now: Any) -> None:
        if not isinstance(event, BillPaid):
            real(event, region=region, now=now)
            return
        from xueqiao.foundation.outbox.events import encode

        OutboxEvent.objects.create(name=event.event_name, payload=encode(event), region=region, happened_at=now)

        def later() -> None:
            time.sleep(QUEUE_SECONDS)
            try:
                for handler in subscribers_of(event.event_name).values():
                    with transaction.atomic():
                        handler(event, now=now)
            finally:
                connections.close_all()

        transaction.on_commit(threading.Thread(target=later, daemon=True).start)

    module.record_event = record_event


def tells_before_the_commit() -> None:
    """“You are enrolled” goes out on a connection of its own while the place is still being written."""
    from django.db import connections

    from xueqiao.domains.enrolment.events import PlaceConfirmed

    module: Any = import_module("xueqiao.domains.enrolment.actions._places")
    real = module.record_event

    def record_event(event: Any, *, region: int | None, now: Any) -> None:
        if not isinstance(event, PlaceConfirmed):
            real(event, region=region, now=now)
            return

        def at_once() -> None:
            try:
                real_outside(event, region=region, now=now)
            finally:
                connections.close_all()

        told = threading.Thread(target=at_once)
        told.start()
        told.join()
        time.sleep(LATE_SECONDS)

    def real_outside(event: Any, *, region: int | None, now: Any) -> None:
        from django.db import transaction

        with transaction.atomic():
            real(event, region=region, now=now)

    module.record_event = record_event


SABOTAGES = {
    each.__name__: each
    for each in (
        answers_before_the_commit,
        takes_money_before_the_commit,
        keeps_news_in_memory,
        tells_before_the_commit,
    )
}


def _told_early(action: Any) -> Any:
    """`action`, with its answer given before the commit, which another thread then does at its leisure."""

    def told_early(**arguments: Any) -> Any:
        from django.db import connections, transaction

        told: dict[str, Any] = {}
        ready = threading.Event()

        def work() -> None:
            try:
                with transaction.atomic():
                    told["answer"] = action(**arguments)
                    ready.set()
                    time.sleep(LATE_SECONDS)
            except Exception as failure:
                told.setdefault("failure", failure)
            finally:
                ready.set()
                connections.close_all()

        threading.Thread(target=work, daemon=True).start()
        ready.wait(20)
        if "answer" not in told:
            raise told["failure"]
        return told["answer"]

    return told_early


def _application() -> Any:
    from xueqiao.server.wsgi import application

    SABOTAGES[os.environ[CHOSEN]]()
    return application


application = _application() if CHOSEN in os.environ and __name__ != "__main__" else None


def main(name: str, chosen: str, port: str) -> None:
    os.environ[CHOSEN] = chosen
    if name == "worker":
        import django

        from xueqiao.server.processes import run_worker

        django.setup()
        run_worker()
        return
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "tests.nemesis.sabotage:application",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
