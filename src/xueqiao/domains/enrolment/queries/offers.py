"""Waiting lists and offers as people and the desk see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from xueqiao.domains.enrolment.errors.waiting import OfferNotFound, WaitingEntryNotFound
from xueqiao.domains.enrolment.models import (
    LineMove,
    Offer,
    OfferCall,
    PassedOver,
    WaitingEntry,
    WaitingMember,
)
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES, facts_of
from xueqiao.domains.enrolment.queries.waiting import line_numbers, members_of
from xueqiao.domains.enrolment.values.waiting import (
    IN_LINE,
    OPEN,
    WAITING,
    FreeingHistory,
    LineRow,
    MoveView,
    OfferRow,
    OfferToCall,
    OfferView,
    WaitingView,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

_EVERYBODY = "the line of one class is judged as a whole"
HISTORY_DAYS = 730


# -- for the people in the line -------------------------------------------------------------------------------------


def access_waiting_row(*, actor: Actor, entry_uuid: UUID) -> WaitingEntry:
    """The entry, for its members, those who act for them, and desk staff of the class. Raises WaitingEntryNotFound."""
    entry = WaitingEntry.objects.within(Scope.everything("checked on the rows below")).filter(uuid=entry_uuid).first()
    if entry is None:
        raise WaitingEntryNotFound
    members = entry.members.all().within(Scope.everything("checked here")).values_list("person_id", flat=True)
    if actor.scope.everything_because or not actor.scope.person_ids.isdisjoint(members):
        return entry
    if actor.has_role(*STAFF_ROLES) and actor.scope.has_region(entry.region):
        return entry
    raise WaitingEntryNotFound


def access_waiting(*, actor: Actor, entry_uuid: UUID) -> WaitingView:
    """As above, as a view with its position."""
    return waiting_views([access_waiting_row(actor=actor, entry_uuid=entry_uuid)])[0]


def waiting_of(*, actor: Actor, person_ids: Iterable[int]) -> list[WaitingView]:
    """Live entries of persons in the actor's scope, oldest first; at most 100."""
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    ids = WaitingMember.objects.within(Scope.of_persons(wanted)).filter(is_live=True).values_list("entry_id", flat=True)
    entries = WaitingEntry.objects.within(Scope.everything("their own entries")).filter(
        pk__in=list(ids[:100]), state__in=IN_LINE
    )
    return waiting_views(list(entries.order_by("joined_at", "pk")))


def waiting_views(entries: Sequence[WaitingEntry]) -> list[WaitingView]:
    """Views with positions; three queries however many."""
    members = members_of(entry.pk for entry in entries)
    gone = [entry.pk for entry in entries if entry.pk not in members]
    for entry_id, person_id in (
        WaitingMember.objects.within(Scope.everything(_EVERYBODY))
        .filter(entry_id__in=gone)
        .order_by("pk")
        .values_list("entry_id", "person_id")
    ):
        members.setdefault(entry_id, []).append(person_id)
    positions: dict[int, tuple[int, int]] = {}
    if entries:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.id, (SELECT count(*) FROM enrolment_waitingentry o WHERE o.run_id = e.run_id"
                " AND o.state = 'waiting' AND o.line_key <= e.line_key), p.waiting"
                " FROM enrolment_waitingentry e JOIN enrolment_seatpool p ON p.run_id = e.run_id"
                " WHERE e.id = ANY(%s) AND e.state = 'waiting'",
                [[entry.pk for entry in entries]],
            )
            positions = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return [
        WaitingView(
            uuid=entry.uuid,
            run_id=entry.run_id,
            region=entry.region,
            state=entry.state,
            source=entry.source,
            person_ids=tuple(members.get(entry.pk, ())),
            joined_at=entry.joined_at,
            position=positions.get(entry.pk, (0, 0))[0],
            line_length=positions.get(entry.pk, (0, 0))[1],
            skip_words=entry.skip_words,
            skipped_at=entry.skipped_at,
            end_reason=entry.end_reason,
        )
        for entry in entries
    ]


def freeing_history(*, run_id: int, now: datetime) -> FreeingHistory:
    """How many classes of this course began here in two years, and how many enrolled learners left them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT r.id), count(p.id) FROM classes_classrun me"
            " JOIN classes_classrun r ON r.course_id = me.course_id AND r.institution_id = me.institution_id"
            "  AND r.id <> me.id AND r.starts_on < %(today)s AND r.starts_on > %(since)s"
            "  AND r.state IN ('published', 'finished')"
            " LEFT JOIN enrolment_place p ON p.run_id = r.id AND p.state IN ('withdrawn', 'removed')"
            " WHERE me.id = %(run)s",
            {
                "run": run_id,
                "today": clock.local_date(now),
                "since": clock.local_date(now) - timedelta(days=HISTORY_DAYS),
            },
        )
        return FreeingHistory(*cursor.fetchone())


def access_offer_row(*, actor: Actor, offer_uuid: UUID) -> Offer:
    """The offer, for its person, those who act for her, and desk staff of the class's unit. Raises OfferNotFound."""
    offer = (
        Offer.objects.within(Scope.everything("checked on the row below"))
        .select_related("place", "waiting_entry")
        .filter(uuid=offer_uuid)
        .first()
    )
    if offer is None:
        raise OfferNotFound
    if actor.scope.everything_because or offer.person_id in actor.scope.person_ids:
        return offer
    if actor.has_role(*STAFF_ROLES) and actor.scope.has_region(offer.region):
        return offer
    raise OfferNotFound


def access_offer(*, actor: Actor, offer_uuid: UUID, now: datetime) -> OfferView:
    """As above, as a view."""
    return _offer_views([access_offer_row(actor=actor, offer_uuid=offer_uuid)], now)[0]


def offers_to(*, actor: Actor, person_ids: Iterable[int], now: datetime, open_only: bool = True) -> list[OfferView]:
    """Offers to persons in the actor's scope, soonest end first; at most 100."""
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    offers = Offer.objects.within(Scope.of_persons(wanted)).select_related("place", "waiting_entry")
    if open_only:
        offers = offers.filter(state=OPEN, place__hold_until__gt=now)
    return _offer_views(list(offers.order_by("-made_at" if not open_only else "place__hold_until", "pk")[:100]), now)


def offers_of_places(*, actor: Actor, place_ids: Iterable[int]) -> dict[int, UUID]:
    """Numbers of open offers by place, for pages that show places the actor may see."""
    rows = Offer.objects.within(actor.scope).filter(place_id__in=list(place_ids)[:500], state=OPEN)
    return dict(rows.values_list("place_id", "uuid"))


def _offer_views(offers: Sequence[Offer], now: datetime) -> list[OfferView]:
    allowed: dict[int, int] = {}
    for offer in offers:
        if offer.waiting_entry is not None and offer.run_id not in allowed:
            allowed[offer.run_id] = line_numbers(facts_of([offer.run_id])[offer.run_id], now=now).waiting_passes
    return [
        OfferView(
            uuid=offer.uuid,
            place_uuid=offer.place.uuid,
            run_id=offer.run_id,
            person_id=offer.person_id,
            region=offer.region,
            source=offer.source,
            rule=offer.rule,
            state=offer.state,
            made_at=offer.made_at,
            tell_at=offer.tell_at,
            until=offer.place.hold_until or offer.until,
            short_words=offer.short_words,
            to_pay_fen=offer.place.to_pay_fen,
            passes_left=max(0, allowed[offer.run_id] - offer.waiting_entry.passes_used) if offer.waiting_entry else 0,
        )
        for offer in offers
    ]


# -- for the desk ---------------------------------------------------------------------------------------------------


def line_rows(*, actor: Actor, run_id: int, region: int) -> list[LineRow]:
    """The line of a class for desk staff of its unit, in order, with each entry's reason; at most 500. NotAllowed."""
    people.require_role(actor, *STAFF_ROLES, region=region)
    everything = Scope.everything("the line of one class, checked above")
    entries = list(
        WaitingEntry.objects.within(everything).filter(run_id=run_id, state__in=IN_LINE).order_by("line_key")[:500]
    )
    members = members_of(entry.pk for entry in entries)
    cards = people.access_persons(Actor.system("waiting line"), {p for each in members.values() for p in each})
    until = dict(
        Offer.objects.within(everything)
        .filter(run_id=run_id, state=OPEN, waiting_entry__isnull=False)
        .values_list("waiting_entry_id", "place__hold_until")
    )
    rows, position = [], 0
    for entry in entries:
        position += entry.state == WAITING
        known = [cards[person_id] for person_id in members.get(entry.pk, ()) if person_id in cards]
        rows.append(
            LineRow(
                entry_id=entry.pk,
                entry_uuid=entry.uuid,
                position=position if entry.state == WAITING else 0,
                names=tuple(card.name for card in known),
                phones=tuple(card.phone or "" for card in known),
                state=entry.state,
                source=entry.source,
                channel=entry.channel,
                joined_at=entry.joined_at,
                passes_used=entry.passes_used,
                skip_code=entry.skip_code,
                skipped_at=entry.skipped_at,
                offer_until=until.get(entry.pk),
            )
        )
    return rows


def offers_made(*, actor: Actor, run_id: int, region: int, limit: int = 50) -> list[OfferRow]:
    """The latest offers of a class for its desk: to whom, why, and past whom for which reason. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES, region=region)
    everything = Scope.everything("the offers of one class, checked above")
    offers = (
        Offer.objects.within(everything)
        .filter(run_id=run_id)
        .select_related("person", "place")
        .prefetch_related(
            Prefetch("passed_over", PassedOver.objects.within(everything)),
            Prefetch("passed_over__entry", WaitingEntry.objects.within(everything)),
            Prefetch("passed_over__entry__members", WaitingMember.objects.within(everything).select_related("person")),
        )
        .order_by("-made_at", "-pk")[:limit]
    )
    return [
        OfferRow(
            person_name=offer.person.name,
            rule=offer.rule,
            state=offer.state,
            made_at=offer.made_at,
            until=offer.place.hold_until or offer.until,
            passed_over=tuple(
                ("、".join(member.person.name for member in past.entry.members.all()), past.code)
                for past in offer.passed_over.all()
            ),
        )
        for offer in offers
    ]


def moves_of(*, actor: Actor, run_id: int, region: int) -> list[MoveView]:
    """Changes of a line's order, waiting ones first, then newest; at most 100. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES, region=region)
    moves = (
        LineMove.objects.within(Scope.everything("the line of one class, checked above"))
        .filter(entry__run_id=run_id)
        .select_related("asked_by", "decided_by", "entry")
        .order_by("-asked_at")[:100]
    )
    names = {
        entry_id: people.access_persons(Actor.system("waiting line"), ids)
        for entry_id, ids in members_of({move.entry_id for move in moves}).items()
    }
    return [
        MoveView(
            uuid=move.uuid,
            run_id=run_id,
            names=tuple(card.name for card in names.get(move.entry_id, {}).values()),
            position_before=move.position_before,
            position=move.position,
            reason=move.reason,
            state=move.state,
            asked_by_id=move.asked_by_id,
            asked_by_name=move.asked_by.name,
            asked_at=move.asked_at,
            decided_by_name=move.decided_by.name if move.decided_by else "",
        )
        for move in sorted(moves, key=lambda each: each.state != "asked")
    ]


def offers_to_call(*, actor: Actor, institution_id: int, now: datetime, limit: int = 50) -> list[OfferToCall]:
    """Open offers of a centre's classes that may be told by now, soonest end first. For its desk. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES)
    offers = (
        Offer.objects.within(Scope(ranges=actor.scope.ranges))
        .filter(
            run__institution_id=institution_id,
            state=OPEN,
            tell_at__lte=now,
            place__hold_until__gt=now,
            place__pays_at_counter=False,
        )
        .select_related("person", "run", "place", "waiting_entry__joined_by")
        .prefetch_related(Prefetch("calls", OfferCall.objects.within(Scope.everything("calls about these offers"))))
        .order_by("place__hold_until", "pk")[:limit]
    )
    return [_to_call(offer) for offer in offers]


def _to_call(offer: Offer) -> OfferToCall:
    agent = offer.waiting_entry.joined_by if offer.waiting_entry else None
    last = max(offer.calls.all(), key=lambda call: call.pk, default=None)
    return OfferToCall(
        offer_uuid=offer.uuid,
        person_name=offer.person.name,
        phone=offer.person.phone or (agent.phone if agent else "") or "",
        run_code=offer.run.code,
        run_title=offer.run.title,
        until=offer.place.hold_until or offer.until,
        to_pay_fen=offer.place.to_pay_fen,
        last_outcome=last.outcome if last else "",
        last_called_at=last.called_at if last else None,
    )
