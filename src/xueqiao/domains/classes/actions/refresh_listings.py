from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from xueqiao.domains.catalogue.api import document_tokens, learn_words
from xueqiao.domains.classes.models import ClassListing, ClassRun, ListingTokens, Session
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.regions.api import names_of

_CHUNK = 2_000
_FIELDS = (
    "id",
    "region",
    "course__category",
    "price_fen",
    "subsidy_fen",
    "age_max",
    "admission",
    "capacity",
    "enrol_opens_at",
    "enrol_closes_at",
    "institution__serves_elders",
    "room__venue__has_lift",
    "room__venue__has_ramp",
    "room__venue__lon",
    "room__venue__lat",
    "next_starts_at",
    "next_ends_at",
    "starts_on",
    "title",
    "course__title",
    "course__summary",
    "institution__name",
    "room__venue__name",
    "teacher__name",
)


def refresh_listings(*, region: int, now: datetime) -> int:
    """Rewrite what the find page knows of every published class in a unit's subtree. Returns how many are listed.

    Safe to repeat; seats already shown stay as enrolment set them. Runs no longer published leave the list. Set-based:
    about three statements per 2,000 classes.
    """
    unit = RegionCode(region)
    with transaction.atomic():
        gone = ClassListing.objects.filter(region__range=(unit.low, unit.high)).exclude(run__state="published")
        ListingTokens.objects.filter(run_id__in=gone.values("run_id")).delete()
        gone.delete()
        return _write(ClassRun.objects.filter(region__range=(unit.low, unit.high)), now=now, with_tokens=True)


def refresh_due_listings(*, now: datetime) -> int:
    """Move listings whose next meeting is over on to the meeting after it. Returns how many; a job's work."""
    due = ClassListing.objects.filter(next_ends_at__lte=now).order_by("run_id").values_list("run_id", flat=True)
    return list_runs(list(due[:20_000]), now=now, with_tokens=False)


def list_runs(run_ids: Sequence[int], *, now: datetime, with_tokens: bool = True) -> int:
    """Write the listings of the given published runs, in the caller's transaction or its own."""
    if not run_ids:
        return 0
    with transaction.atomic():
        return _write(ClassRun.objects.filter(id__in=run_ids), now=now, with_tokens=with_tokens)


def _write(runs: QuerySet[ClassRun], *, now: datetime, with_tokens: bool) -> int:
    coming = Session.objects.filter(run=OuterRef("pk"), state="planned", ends_at__gt=now).order_by("starts_at")
    rows = (
        runs.filter(state="published")
        .annotate(
            next_starts_at=Subquery(coming.values("starts_at")[:1]), next_ends_at=Subquery(coming.values("ends_at")[:1])
        )
        .order_by("id")
        .values_list(*_FIELDS)
    )
    written, learnt = 0, set[str]()
    chunk: list[dict[str, Any]] = []
    for row in rows.iterator(chunk_size=_CHUNK):
        chunk.append(dict(zip(_FIELDS, row, strict=True)))
        if len(chunk) == _CHUNK:
            written += _write_chunk(chunk, with_tokens, learnt)
            chunk = []
    written += _write_chunk(chunk, with_tokens, learnt)
    if learnt:
        learn_words(learnt)
    return written


def _write_chunk(chunk: list[dict[str, Any]], with_tokens: bool, learnt: set[str]) -> int:
    if not chunk:
        return 0
    ClassListing.objects.bulk_create(
        [_listing(row) for row in chunk],
        update_conflicts=True,
        unique_fields=["run"],
        update_fields=[
            field.name for field in ClassListing._meta.concrete_fields if field.name not in ("run", "seats_left_shown")
        ],
    )
    if with_tokens:
        _write_tokens(chunk, learnt)
    return len(chunk)


def _listing(row: dict[str, Any]) -> ClassListing:
    starts_at = row["next_starts_at"]
    part = rules.part_of_day(starts_at) if starts_at else "evening"
    to_pay_fen = row["price_fen"] - row["subsidy_fen"]
    elders = rules.is_for_elders(
        row["institution__serves_elders"],
        row["age_max"],
        row["room__venue__has_lift"] or row["room__venue__has_ramp"],
    )
    return ClassListing(
        run_id=row["id"],
        region=row["region"],
        category=row["course__category"],
        next_starts_at=starts_at,
        next_ends_at=row["next_ends_at"],
        weekday=rules.weekday_of(starts_at) if starts_at else row["starts_on"].isoweekday(),
        part_of_day=part,
        to_pay_fen=to_pay_fen,
        suits_elders=elders,
        has_lift=row["room__venue__has_lift"],
        admission=row["admission"],
        seats_left_shown=row["capacity"],
        lon=float(row["room__venue__lon"]),
        lat=float(row["room__venue__lat"]),
        enrol_opens_at=row["enrol_opens_at"],
        enrol_closes_at=row["enrol_closes_at"],
        facet_bits=rules.facet_bits(
            category=row["course__category"],
            part=part,
            is_free=to_pay_fen == 0,
            suits_elders=elders,
            has_lift=row["room__venue__has_lift"],
        ),
    )


def _write_tokens(chunk: list[dict[str, Any]], learnt: set[str]) -> None:
    names = names_of(_places_of(row["region"] for row in chunk))
    ids, tokens = [], []
    for row in chunk:
        places = [names[code] for code in _places_of([row["region"]]) if code in names]
        called = [row["institution__name"], row["room__venue__name"], row["teacher__name"], *places]
        title = row["title"] if row["title"] == row["course__title"] else f"{row['title']} {row['course__title']}"
        ids.append(row["id"])
        tokens.append(document_tokens(title, row["course__summary"], [*dict.fromkeys(called), row["course__category"]]))
        learnt.update((row["title"], row["course__title"], row["course__category"], row["institution__name"], *places))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO classes_listingtokens (run_id, tokens)"
            " SELECT id, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS given(id, words)"
            " ON CONFLICT (run_id) DO UPDATE SET tokens = excluded.tokens",
            [ids, tokens],
        )


def _places_of(regions: Iterable[int]) -> set[int]:
    """The county, township and village a class lies in: city and province say too little to search by."""
    return {int(unit) for region in regions for unit in RegionCode(region).lineage if unit.level >= COUNTY}
