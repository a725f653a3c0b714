"""/-/live, /-/ready and /-/status: what load balancers, `xueqiao up` and people on call ask. No secrets, no sign-in."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

HEARTBEAT_SECONDS_MAX = 45  # a worker writes one every ten seconds
PREFIX = "/-/"

_started = time.monotonic()
_migrated = False  # true once seen true: a process never sees its schema go back


class HealthMiddleware:
    """Answers paths under /-/ before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        answer = {"live": live, "ready": ready, "status": status}.get(request.path.removeprefix(PREFIX).rstrip("/"))
        if answer is None:
            return HttpResponse(status=404)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405)
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def live() -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


def ready() -> HttpResponse:
    """200 when the database answers, the schema is up to date and a worker is alive; otherwise 503 and which."""
    parts = {"database": False, "migrations": False, "worker": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts["database"] = True
        parts["migrations"] = is_migrated()
        parts["worker"] = parts["migrations"] and worker_is_alive()
    except DatabaseError:
        connection.close()
    is_ready = all(parts.values())
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)


def status() -> HttpResponse:
    """Version, uptime and whether this is a demo region."""
    return JsonResponse(
        {
            "name": "xueqiao",
            "version": program_version(),
            "uptime_seconds": int(time.monotonic() - _started),
            "demo": settings.DEMO,
        }
    )


def program_version() -> str:
    """Return the installed version, or "unknown" when run from a folder that was not installed."""
    try:
        return version("xueqiao")
    except PackageNotFoundError:
        return "unknown"


def is_migrated() -> bool:
    """True when no migration is pending. Asked of the database until it is true once."""
    global _migrated  # noqa: PLW0603 - one schema per process
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def worker_is_alive() -> bool:
    """True when a worker wrote its heartbeat lately. Real time on both sides: the database wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers "
            "WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [HEARTBEAT_SECONDS_MAX],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
