"""What several actions do to offers and lines, under the pool's lock. Every function needs an open transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.events import LineToWalk, SeatHeld, SeatOffered
from xueqiao.domains.enrolment.models import Entry, Offer, Place, WaitingEntry, WaitingMember
from xueqiao.domains.enrolment.queries.seats import get_facts
from xueqiao.domains.enrolment.queries.waiting import enrolled_in_line, last_key, line_numbers, members_of
from xueqiao.domains.enrolment.rules.seats import place_code, when
from xueqiao.domains.enrolment.rules.waiting import after_pass, key_for_joiner
from xueqiao.domains.enrolment.values.seats import HELD, RunFacts
from xueqiao.domains.enrolment.values.waiting import (
    ACCEPTED,
    BY_WAITING,
    DECLINED,
    ENROLLED,
    LEFT,
    OFFERED,
    OPEN,
    WAITING,
    OfferWindow,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, Deed, record_deed, record_deeds
from xueqiao.foundation.identifiers import uuid7
from xueqiao.foundation.outbox.api import Event, record_event, record_events
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("offers and lines move under the pool's lock")
TITLE_LENGTH = 12  # of a class in a short message


def offered_places(
    facts: RunFacts,
    wanted: Sequence[tuple[int, int | None, str]],
    *,
    until: datetime,
    now: datetime,
) -> list[Place]:
    """Held places for (person, who asked for her, channel), inserted with one statement. The pool has moved already."""
    places = [
        Place(
            id=place_id,
            uuid=uuid4(),
            code=place_code(place_id),
            run_id=facts.id,
            person_id=person_id,
            region=facts.region,
            state=HELD,
            channel=channel,
            enrolled_by_id=agent_id or person_id,
            request_key=f"offer:{uuid4().hex}",
            held_at=now,
            hold_until=until,
            is_offered=True,
            price_fen=facts.price_fen,
            subsidy_fen=facts.subsidy_fen,
            to_pay_fen=facts.to_pay_fen,
        )
        for place_id, (person_id, agent_id, channel) in zip(seats.new_place_ids(len(wanted)), wanted, strict=True)
    ]
    return Place.objects.bulk_create(places)


def offer_to_entry(
    entry: WaitingEntry, person_ids: Sequence[int], facts: RunFacts, window: OfferWindow, *, rule: str, now: datetime
) -> list[Offer]:
    """Hold seats for one waiting entry, write why, tell its people. Needs pool and their timetables locked."""
    left = seats.offer_line(facts.id, len(person_ids))
    places = offered_places(
        facts, [(pid, entry.joined_by_id, entry.channel) for pid in person_ids], until=window.until, now=now
    )
    entry.state = OFFERED
    entry.save(update_fields=["state"])
    offers = written_offers(places, window, source=BY_WAITING, causes=[(entry, rule)] * len(places), now=now)
    classes.show_seats_left(run_id=facts.id, seats=left)
    for offer in offers:
        tell(facts, [offer], key=f"offer:{offer.pk}", now=now)
        record_offer(offer, actor=Actor.system("offer_freed_seats"), now=now)
    return offers


def written_offers(
    places: Sequence[Place],
    window: OfferWindow,
    *,
    source: str,
    causes: Sequence[tuple[WaitingEntry | Entry, str]],
    now: datetime,
) -> list[Offer]:
    """Write why each place is held, with one statement. causes: by place, the entry it comes from and the rule."""
    return Offer.objects.bulk_create(
        Offer(
            uuid=uuid7(),
            place=place,
            run_id=place.run_id,
            person_id=place.person_id,
            region=place.region,
            source=source,
            waiting_entry=entry if isinstance(entry, WaitingEntry) else None,
            draw_entry=entry if isinstance(entry, Entry) else None,
            rule=rule[:200],
            made_at=now,
            tell_at=window.tell_at,
            until=window.until,
            short_words=window.short_words,
        )
        for place, (entry, rule) in zip(places, causes, strict=True)
    )


def tell(facts: RunFacts, offers: Sequence[Offer], *, key: str, now: datetime) -> None:
    """One notice about each offer, once, not before it may be told. Offers of one call have one window."""
    until = when(offers[0].until)
    title = facts.title if len(facts.title) <= TITLE_LENGTH else facts.title[: TITLE_LENGTH - 1] + "…"
    cards = people.access_persons(Actor.system("offers"), [offer.person_id for offer in offers])
    text = "《{title}》给{name}留了一个座位，留到 {until}。请在这之前确认；不要也请说一声，好留给下一位。"
    people.notify(
        [
            people.NoticeWanted(
                person_id=offer.person_id,
                text=text.format(title=facts.title, name=cards[offer.person_id].name, until=until),
                values={"title": title, "name": cards[offer.person_id].name, "until": until},
                path=f"/mine/offers/{offer.uuid}/",
            )
            for offer in offers
            if offer.person_id in cards
        ],
        template="seat_offered",
        key=key,
        now=now,
        send_at=offers[0].tell_at if offers[0].tell_at > now else None,
    )


def record_offer(offer: Offer, *, actor: Actor, now: datetime) -> None:
    """The facts and the deed of an offer."""
    record_event(SeatHeld(offer.place_id, offer.person_id, offer.run_id, offer.region), region=offer.region, now=now)
    record_event(
        SeatOffered(offer.pk, offer.place_id, offer.person_id, offer.run_id, offer.region), region=offer.region, now=now
    )
    record_deed(
        actor=actor,
        verb="offer_seat",
        object_kind="offer",
        object_id=offer.pk,
        now=now,
        region=offer.region,
        acting_for_id=offer.person_id,
        detail={"rule": offer.rule, "until": offer.until.isoformat(), "told": offer.tell_at.isoformat()},
    )


def record_offers(offers: Sequence[Offer], *, actor: Actor, now: datetime) -> None:
    """The same for many at once, three statements. Needs an open transaction."""
    facts: list[Event] = []
    for each in offers:
        facts.append(SeatHeld(each.place_id, each.person_id, each.run_id, each.region))
        facts.append(SeatOffered(each.pk, each.place_id, each.person_id, each.run_id, each.region))
    record_events(facts, regions=[each.region for each in offers for _ in range(2)], now=now)
    deeds = [
        Deed(
            actor=actor,
            verb="offer_seat",
            object_kind="offer",
            object_id=each.pk,
            region=each.region,
            acting_for_id=each.person_id,
            detail={"rule": each.rule, "until": each.until.isoformat(), "told": each.tell_at.isoformat()},
        )
        for each in offers
    ]
    record_deeds(deeds, now=now)


def end_offers(places: Sequence[Place], how: str, *, actor: Actor, now: datetime) -> None:
    """End the open offers of these places of one class, and settle their entries. Needs the pool locked.

    Called after the seats have moved. how: accepted, declined or expired. Places that no offer made cost nothing.
    """
    ids = [place.pk for place in places if place.is_offered]
    if not ids:
        return
    offers = list(
        Offer.objects.within(_EVERYTHING).select_for_update().filter(place_id__in=ids, state=OPEN).order_by("pk")
    )
    for offer in offers:
        offer.state, offer.ended_at, offer.answered_by_id = how, now, actor.person_id
        offer.save(update_fields=["state", "ended_at", "answered_by"])
    for entry_id in sorted({offer.waiting_entry_id for offer in offers if offer.waiting_entry_id}):
        _settle(entry_id, was_declined=how == DECLINED, now=now)


def _settle(entry_id: int, *, was_declined: bool, now: datetime) -> None:
    """Once every offer of this time is answered: the entry has its seat, or keeps its place, or goes to the end."""
    entry = WaitingEntry.objects.within(_EVERYTHING).select_for_update().get(pk=entry_id)
    if entry.state != OFFERED:
        return
    offers = Offer.objects.within(_EVERYTHING).filter(waiting_entry=entry)
    latest = offers.order_by("-made_at").values_list("made_at", flat=True)[0]
    states = set(offers.filter(made_at=latest).values_list("state", flat=True))
    if OPEN in states:
        return
    if ACCEPTED in states:
        end_entry(entry, ACCEPTED, reason="accepted", now=now)
        return
    facts = get_facts(entry.run_id)
    pool = seats.lock_line(entry.run_id)
    allowed = line_numbers(facts, now=now).waiting_passes
    outcome = after_pass(passes_used=entry.passes_used, passes_allowed=allowed, was_declined=was_declined)
    if outcome == "left":
        end_entry(entry, LEFT, reason="unanswered", now=now)
        return
    if outcome == "end":
        entry.line_key, entry.passes_used = key_for_joiner(last_key(entry.run_id)), 0
    else:
        entry.passes_used += 1
    entry.state = WAITING
    entry.passed_at_freed = pool.freed if pool else None
    entry.save(update_fields=["state", "line_key", "passes_used", "passed_at_freed"])
    classes.show_seats_left(run_id=entry.run_id, seats=seats.join_line(entry.run_id))


def end_entry(entry: WaitingEntry, state: str, *, reason: str, now: datetime) -> None:
    """Take an entry out of the line for good. Needs the pool locked; the count of who waits moves with it."""
    was_waiting = entry.state == WAITING
    entry.state, entry.ended_at, entry.end_reason = state, now, reason
    entry.save(update_fields=["state", "ended_at", "end_reason"])
    WaitingMember.objects.within(_EVERYTHING).filter(entry=entry, is_live=True).update(is_live=False)
    if was_waiting:
        classes.show_seats_left(run_id=entry.run_id, seats=seats.join_line(entry.run_id, -1))


def drop_enrolled(run_id: int, *, now: datetime) -> int:
    """Take who is enrolled in this class out of its line; the rest of a party stays. Needs the pool locked."""
    enrolled = enrolled_in_line(run_id)
    for entry in WaitingEntry.objects.within(_EVERYTHING).filter(pk__in=enrolled, state=WAITING).order_by("pk"):
        gone = enrolled[entry.pk]
        if len(gone) == entry.size:
            end_entry(entry, ENROLLED, reason="enrolled", now=now)
        else:
            WaitingMember.objects.within(_EVERYTHING).filter(entry=entry, person_id__in=gone).update(is_live=False)
            entry.size -= len(gone)
            entry.save(update_fields=["size"])
    return sum(len(gone) for gone in enrolled.values())


def walk_later(run_id: int, region: int, *, now: datetime) -> None:
    """Have the line offered what came free, right after the commit. Needs the pool locked; nobody waits: no event."""
    pool = seats.lock_line(run_id)
    if pool is not None and pool.waiting and pool.available:
        record_event(LineToWalk(run_id, region), region=region, now=now)


def members_in(entry: WaitingEntry) -> list[int]:
    """Living members of one entry."""
    return members_of([entry.pk]).get(entry.pk, [])
