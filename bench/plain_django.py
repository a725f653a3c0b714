"""The view everybody writes first, for comparison: lock the class row, count, insert; served by granian like ours."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings


def _configure() -> None:
    from xueqiao.server.settings import database_settings

    settings.configure(
        SECRET_KEY="bench" * 12,
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database_settings(os.environ["DATABASE_URL"])},
        INSTALLED_APPS=[],
        MIDDLEWARE=[],
        USE_TZ=True,
    )
    django.setup()


if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    _configure()

from django.db import models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Pool(models.Model):
    capacity = models.IntegerField()
    held = models.IntegerField()

    class Meta:
        app_label = "plain"
        db_table = "bench_pool"
        managed = False


class Place(models.Model):
    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Pool, on_delete=models.DO_NOTHING)
    person_id = models.BigIntegerField()
    request_key = models.TextField()
    held_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain"
        db_table = "bench_place"
        managed = False


def hold(_request: HttpRequest, run_id: int, person_id: int) -> HttpResponse:
    with transaction.atomic():
        pool = Pool.objects.select_for_update().get(pk=run_id)
        if pool.held >= pool.capacity:
            return HttpResponse(status=409, headers={"Content-Length": "0"})
        place = Place.objects.create(run=pool, person_id=person_id, request_key="k")
        pool.held += 1
        pool.save(update_fields=["held"])
    text = f"held {place.pk}"
    return HttpResponse(text, headers={"Content-Length": str(len(text))})


urlpatterns = [path("hold/<int:run_id>/<int:person_id>", hold)]


def __getattr__(name: str) -> Any:
    if name == "application":
        from django.core.wsgi import get_wsgi_application

        globals()["application"] = application = get_wsgi_application()
        return application
    raise AttributeError(name)
