"""Reads of draws. What is published is read from the published files, so that a page shows what anybody can check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws import publication, receipts
from xueqiao.domains.enrolment.draws.lottery import Desk
from xueqiao.domains.enrolment.errors.draws import DrawNotFound, ReceiptNotReady
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, RoundRun
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.draws import (
    DeskView,
    DrawDue,
    DrawView,
    ListLine,
    PageOf,
    ReceiptView,
    ResultLine,
    TypingView,
)
from xueqiao.domains.enrolment.values.rounds import BUCKETS, CLOSED, DRAWN, FROZEN, INTERVIEW, OPEN
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

PUBLIC_STATES = (FROZEN, DRAWN, CLOSED)
PUBLISHED_NAMES = (
    files.RULES,
    files.CLASSES,
    files.ENTRIES,
    files.FREEZE,
    files.RESULT,
    files.DRAW,
    files.REPORT,
    *publication.TOOLS,
)
_AS_THEY_ARE = (
    *("code", "title", "region", "institution_id", "state", "series", "wishes_close_at", "source_kind"),
    *("source_name", "source_due_at", "offer_hours", "frozen_at", "drawn_at", "withheld_because"),
)
_HASHES = ("list_hash", "list_root", "freeze_hash", "commitment", "seed", "result_hash", "draw_hash")
_AFTER_DRAW = {files.RESULT, files.DRAW, files.REPORT}


def folder_of(round_code: str) -> Path:
    """Where a round's files lie, below the media folder."""
    return Path(settings.MEDIA_ROOT) / "draws" / round_code


def get_draw(code: str) -> DrawView:
    """A draw whose list is frozen, by the round's code. Raises DrawNotFound."""
    row = AdmissionRound.objects.filter(code=code[:16], state__in=PUBLIC_STATES).exclude(mode=INTERVIEW).first()
    if row is None:
        raise DrawNotFound
    return draw_view(row)


def find_draw_of_run(run_id: int) -> str:
    """The code of the public draw that gives or gave a class's seats away; "" when there is none. One query."""
    rounds = AdmissionRound.objects.filter(runs__run_id=run_id, runs__is_live=True, state__in=PUBLIC_STATES)
    return rounds.exclude(mode=INTERVIEW).values_list("code", flat=True).first() or ""


def access_draw(*, actor: Actor, code: str) -> DrawView:
    """A round on its way to the draw, in any state, for the staff of its unit. Raises NotAllowed or DrawNotFound."""
    people.require_role(actor, *STAFF_ROLES)
    row = AdmissionRound.objects.filter(code=code[:16]).exclude(mode=INTERVIEW).first()
    if row is None or not (actor.scope.everything_because or actor.scope.has_region(row.region)):
        raise DrawNotFound
    return draw_view(row)


def draws_in(*, actor: Actor, limit: int = 30) -> list[DrawView]:
    """Open, frozen and drawn rounds of the actor's units, the next public value first. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES)
    inside = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        inside |= Q(region__range=(low, high))
    rows = AdmissionRound.objects.filter(inside, state__in=[OPEN, FROZEN, DRAWN]).exclude(mode=INTERVIEW)
    return [draw_view(row) for row in rows.order_by("-source_due_at", "-pk")[:limit]]


def draws_due(*, actor: Actor, now: datetime, limit: int = 10) -> list[DrawDue]:
    """Rounds of the actor's units that wait for somebody: the list may be closed, or the public value has fallen.

    The longest waiting first. Raises NotAllowed.
    """
    people.require_role(actor, *STAFF_ROLES)
    inside = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        inside |= Q(region__range=(low, high))
    waits = Q(state=OPEN, wishes_close_at__lte=now) | Q(state=FROZEN, source_due_at__lte=now)
    rows = AdmissionRound.objects.filter(inside, waits).exclude(mode=INTERVIEW).order_by("source_due_at", "pk")
    return [DrawDue(*row) for row in rows.values_list("code", "title", "state")[:limit]]


def draw_view(row: AdmissionRound) -> DrawView:
    """A round's draw with its classes. Three queries."""
    named: dict[str, Any] = {name: getattr(row, name) for name in _AS_THEY_ARE}
    return DrawView(
        round_id=row.pk,
        **named | {name: _hex(getattr(row, name)) for name in _HASHES},
        entry_count=row.entry_count or 0,
        source_value=row.source_value if row.source_confirmed_at else "",
        typed_at=row.source_typed_at,
        confirmed_at=row.source_confirmed_at,
        buckets=BUCKETS,
        desks=tuple(
            DeskView(each.run.code, each.run.title, each.seats, tuple((b, kept[b]) for b in BUCKETS if kept.get(b)))
            for each, kept in _runs_and_quotas(row.pk)
        ),
    )


def _hex(value: Any) -> str:
    return bytes(value).hex() if value else ""


def _runs_and_quotas(round_id: int) -> Iterator[tuple[RoundRun, dict[str, int]]]:
    rows = RoundRun.objects.filter(round_id=round_id).select_related("run").prefetch_related("quotas")
    for each in rows.order_by("run__code"):
        yield each, {quota.bucket: quota.seats for quota in each.quotas.all()}


def desks_of(round_id: int) -> tuple[list[Desk], dict[str, int]]:
    """The classes of a round as the draw sees them, in order of their codes, and the run id of each code."""
    desks, ids = [], {}
    for each, kept in _runs_and_quotas(round_id):
        desks.append(Desk(each.run.code, each.seats, tuple(kept.get(bucket, 0) for bucket in BUCKETS)))
        ids[each.run.code] = each.run_id
    return desks, ids


def typing_of(round_id: int, *, seen_by: Actor) -> TypingView:
    """Where the public value stands. The first person's value is shown to nobody until the second has typed it."""
    people.require_role(seen_by, *STAFF_ROLES)
    row = AdmissionRound.objects.get(pk=round_id)
    if row.source_confirmed_at:
        return TypingView("settled", row.source_typed_by_id, row.source_value)
    return TypingView("typed" if row.source_value else "nobody", row.source_typed_by_id)


def published_file(code: str, name: str) -> Path:
    """The path of one published file, or of the zip of all. Raises DrawNotFound for what is not (yet) public."""
    view = get_draw(code)
    if name == f"draw-{view.code}.zip":
        return publication.archive(folder_of(view.code), view.code)
    path = folder_of(view.code) / publication.PUBLISHED / name
    if name not in PUBLISHED_NAMES or (name in _AFTER_DRAW and not view.is_drawn) or not path.is_file():
        raise DrawNotFound
    return path


def published_names(view: DrawView) -> list[tuple[str, int]]:
    """Names and sizes of the files that are public now."""
    at = folder_of(view.code) / publication.PUBLISHED
    names = [name for name in PUBLISHED_NAMES if view.is_drawn or name not in _AFTER_DRAW]
    return [(name, (at / name).stat().st_size) for name in names if (at / name).is_file()]


def list_page(view: DrawView, page: int) -> PageOf:
    """One page of the frozen list."""
    lines, page, pages = receipts.page_of(folder_of(view.code), files.ENTRIES, page)
    return PageOf(tuple(_list_line(line) for line in lines), page, pages, view.entry_count)


def result_page(view: DrawView, page: int) -> PageOf:
    """One page of the result, in drawn order. Raises DrawNotFound before the draw."""
    if not view.is_drawn:
        raise DrawNotFound
    lines, page, pages = receipts.page_of(folder_of(view.code), files.RESULT, page)
    return PageOf(tuple(_result_line(line) for line in lines), page, pages, view.entry_count)


def page_with(number: int) -> int:
    """The page on which line `number` stands."""
    return (max(1, number) - 1) // files.LINES_A_BLOCK + 1


def report_of(view: DrawView) -> dict[str, Any] | None:
    """The fairness report, once the draw is public."""
    path = folder_of(view.code) / publication.PUBLISHED / files.REPORT
    if not view.is_drawn or not path.is_file():
        return None
    return files.read_sealed_json(files.REPORT, path.read_bytes())


def access_receipt(*, actor: Actor, entry_uuid: UUID) -> ReceiptView:
    """The receipt of one entry, for its people, who acts for them, and the staff of its unit.

    Raises DrawNotFound for an entry the actor may not see, ReceiptNotReady before the freeze.
    """
    entry = Entry.objects.within(actor.scope).filter(uuid=entry_uuid).select_related("round", "line", "result").first()
    if entry is None:
        raise DrawNotFound
    if not hasattr(entry, "line") or entry.round.state not in PUBLIC_STATES:
        raise ReceiptNotReady(closes=when(entry.round.wishes_close_at))
    return _receipt(entry)


def receipts_of(*, actor: Actor, round_id: int) -> list[tuple[UUID, str, int]]:
    """Entries of the actor and those she acts for in one round: uuid, code, number."""
    own = Scope.of_persons(actor.scope.person_ids)
    rows = Entry.objects.within(own).filter(round_id=round_id, line__isnull=False).distinct()
    return list(rows.order_by("line__number").values_list("uuid", "code", "line__number")[:20])


def _receipt(entry: Entry) -> ReceiptView:
    at, number = folder_of(entry.round.code), entry.line.number
    content = receipts.make_receipt(
        at, round_code=entry.round.code, number=number, code=entry.code, salt=bytes(entry.salt)
    )
    result = None
    if hasattr(entry, "result"):
        result = _result_line(receipts.line_at(at, files.RESULT, entry.result.position))
    return ReceiptView(
        entry_code=entry.code,
        round_code=entry.round.code,
        number=number,
        pseudonym=content["pseudonym"],
        line=content["line"],
        list_root=content["list_root"],
        content=content,
        result=result,
    )


def _list_line(line: bytes) -> ListLine:
    number, pseudonym, size, weight, turn, buckets, wishes = line.decode("ascii").split(",")
    is_first = turn == "1"
    return ListLine(
        int(number), pseudonym, int(size), int(weight), is_first, tuple(buckets.split()), tuple(wishes.split())
    )


def _result_line(line: bytes) -> ResultLine:
    position, number, outcome, run, wish, waiting = line.decode("ascii").split(",")
    places = tuple(map(int, waiting.split()))
    return ResultLine(int(position), int(number), outcome == "won", run, int(wish or 0), places)


def rounds_to_freeze(*, now: datetime) -> Sequence[str]:
    """Codes of open rounds whose wishes are closed and whose public value is still to come."""
    rows = AdmissionRound.objects.filter(state=OPEN, wishes_close_at__lte=now, source_due_at__gt=now)
    return list(rows.exclude(mode=INTERVIEW).order_by("source_due_at").values_list("code", flat=True)[:50])
