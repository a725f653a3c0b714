"""The two processes that serve: web (granian, see front.py) and worker (procrastinate)."""

from __future__ import annotations

import asyncio
import os
import socket

from asgiref.sync import async_to_sync
from django.conf import settings

CONNECTIONS_MAX = 8192  # per web process
WORKER_CONCURRENCY = 2
WORKER_GOODBYE_SECONDS = 20


class Unready(RuntimeError):
    """The process may not serve like this; the message says what to set."""


def serve_web(*, host: str, port: int, workers: int = 1) -> None:
    """Serve the site on `host`:`port` until told to stop. Raises Unready with the tools' secret key."""
    from granian import Granian  # noqa: PLC0415 - costs 100 ms that only this process should pay
    from granian.constants import Interfaces  # noqa: PLC0415

    require_secret_key()
    Granian(
        "xueqiao.server.front:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        backlog=2048,
        backpressure=CONNECTIONS_MAX,  # beyond, connections wait unaccepted; before, the front says 503 in words
        respawn_failed_workers=True,
        log_access=False,
        websockets=False,
    ).serve()


def run_worker() -> None:
    """Run jobs and late deliveries until told to stop; finishes what it has begun."""
    from procrastinate.contrib.django import app  # noqa: PLC0415

    require_secret_key()
    # A copy of the app with a connection of its own: tasks keep deferring through Django's connection, in the
    # transaction that is open there.
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def run() -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                name=f"{socket.gethostname()}:{os.getpid()}",
                concurrency=WORKER_CONCURRENCY,
                delete_jobs="successful",
                shutdown_graceful_timeout=WORKER_GOODBYE_SECONDS,
            )

    asyncio.run(run())


def rescue_stalled_jobs() -> int:
    """Queue again the jobs of workers that died while doing them; return how many."""
    from procrastinate.contrib.django import app  # noqa: PLC0415

    async def rescue() -> int:
        stalled = list(await app.job_manager.get_stalled_jobs())
        for job in stalled:
            await app.job_manager.retry_job(job)
        return len(stalled)

    return async_to_sync(rescue)()


def require_secret_key() -> None:
    """Raise Unready unless a key of this site's own is set."""
    if settings.SECRET_KEY_IS_FOR_TOOLS:
        raise Unready(
            "没有密钥，不能对外服务。请运行 xueqiao init，或设置 XUEQIAO_SECRET_KEY。"
            "（No secret key: run xueqiao init, or set XUEQIAO_SECRET_KEY.）"
        )
