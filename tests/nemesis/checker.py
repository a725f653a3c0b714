"""Reads the whole database after the heal and holds it against the history: what is wrong, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.nemesis.history import INVOKE, OK, History
from tests.nemesis.region import World

DELIVERY_TURNS_MAX = 50
ELSEWHERE = {"join", "leave", "offers", "accept", "decline", "resize", "cancel"}  # not about a place alone


@dataclass
class Findings:
    """`wrong`: broken promises, by kind. `figures`: how much was checked, so that an empty run does not pass."""

    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    figures: Counter[str] = field(default_factory=Counter)

    def expect(self, holds: bool, promise: str, about: Any) -> None:
        self.figures[promise] += 1
        if not holds:
            self.wrong[promise].append(str(about))


def check(history: History, world: World) -> Findings:
    """Bring what is left to its subscribers, sweep once more, then compare everything with everything."""
    from xueqiao.domains.enrolment.api import end_cancelled_runs

    findings = Findings()
    _deliver_what_waits(findings)
    end_cancelled_runs(now=datetime.now(UTC))
    _deliver_what_waits(findings)
    _acknowledged_is_stored(findings, history, world)
    _stored_was_attempted(findings, history, world)
    _pools_equal_places(findings)
    _money_has_an_answer(findings)
    _lines_and_offers(findings, history, world)
    _classes_are_as_staff_were_told(findings, history)
    _nobody_was_told_what_is_not(findings)
    return findings


def _deliver_what_waits(findings: Findings) -> None:
    from xueqiao.foundation.outbox.api import deliver_due, delivery_state

    later = datetime.now(UTC) + timedelta(days=2)
    for _ in range(DELIVERY_TURNS_MAX):
        if not delivery_state(later).waiting:
            break
        deliver_due(later)
        later += timedelta(days=1)
    left = delivery_state(later)
    findings.expect(left.waiting == 0 and left.dead == 0, "the outbox empties", left)


def _acknowledged_is_stored(findings: Findings, history: History, world: World) -> None:
    from xueqiao.domains.payments.models import CallbackReceipt, Payment

    person_of = _person_of(world)
    asked = {
        (person_of[note["learner"]], note["key"])
        for note in history.read()
        if (note["phase"], note["kind"]) == (INVOKE, "hold")
    }
    places = {str(place["uuid"]): place for place in _places()}
    paid = {str(uuid): state for uuid, state in Payment.objects.values_list("uuid", "state")}
    moved = set(CallbackReceipt.objects.values_list("message_id", flat=True))
    withdrawn_fen = dict(_refunds_of_withdrawals())
    for note in history.read():
        if note["phase"] != OK or note["kind"] in ELSEWHERE:
            continue
        kind, said = note["kind"], note.get("answer") or {}
        place = places.get(said["uuid"] if kind == "hold" else note.get("place", ""))
        if kind != "callback":
            findings.expect(place is not None, f"an acknowledged {kind} is stored", note)
        if place is None and kind != "callback":
            continue
        if kind == "hold":
            # Her own key, or that of an earlier form: who holds a seat here already gets it back, an offered one too.
            key = (person_of[note["learner"]], place["request_key"])
            is_hers = key in asked or (place["is_offered"] and place["person_id"] == key[0])
            findings.expect(is_hers, "a hold is hers, under a key she sent", note)
        elif kind == "look" and said["state"] == "confirmed":
            findings.expect(place["confirmed_at"] is not None, "who was told “enrolled” is", note)
        elif kind == "withdraw":
            is_so = place["state"] == "withdrawn" and withdrawn_fen.get(place["id"], 0) == said["refund_fen"]
            findings.expect(is_so, "an acknowledged withdrawal is stored, with its money", note)
        elif kind == "release":
            findings.expect(place["state"] in {"released", "expired"}, "a seat given back is given back", note)
        elif kind == "start":
            findings.expect(said["payment_uuid"] in paid, "a payment that began is stored", note)
        elif kind == "callback":
            is_so = paid.get(note["payment"]) in {"succeeded", "returned"} and note["message"] in moved
            findings.expect(is_so, "money that was acknowledged is booked", note)


def _stored_was_attempted(findings: Findings, history: History, world: World) -> None:
    from xueqiao.domains.payments.models import CallbackReceipt

    person_of = _person_of(world)
    keys: set[tuple[int, str]] = set()
    messages, left, released = set(), set(), set()
    for note in history.read():
        if note["phase"] == INVOKE:
            kind = note["kind"]
            if kind == "hold":
                keys.add((person_of[note["learner"]], note["key"]))
            elif kind == "callback":
                messages.add(note["message"])
            elif kind in {"withdraw", "release"}:
                (left if kind == "withdraw" else released).add(note["place"])
    seen: Counter[tuple[int, str]] = Counter()
    live: Counter[tuple[int, int]] = Counter()
    for place in _places():
        key = (place["person_id"], place["request_key"])
        if place["is_offered"]:
            keys.add(key)  # what it stands on is checked with the lines
        seen[key] += 1
        live[place["run_id"], place["person_id"]] += place["state"] in {"held", "confirmed"}
        findings.expect(key in keys, "a stored place was asked for", place)
        uuid = str(place["uuid"])
        findings.expect(place["state"] != "withdrawn" or uuid in left, "who was withdrawn asked for it", place)
        is_so = place["state"] != "released" or uuid in released or place["end_reason"] == "class_cancelled"
        findings.expect(is_so, "a seat given up was given up", place)
    findings.expect(all(number == 1 for number in seen.values()), "one form is one place", seen.most_common(1))
    findings.expect(all(number <= 1 for number in live.values()), "one live place a person", live.most_common(1))
    for message in CallbackReceipt.objects.values_list("message_id", flat=True):
        findings.expect(message in messages, "a booked message was sent", message)
    moving = CallbackReceipt.objects.filter(verdict__in=["applied", "late", "returned"]).values_list("message_id")
    findings.expect(len(set(moving)) == len(moving), "a message moves money once", len(moving))


def _pools_equal_places(findings: Findings) -> None:
    from xueqiao.domains.enrolment.models import SeatPool

    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for place in _places():
        counted[place["run_id"]][place["state"]] += 1
    for pool in SeatPool.objects.all():
        is_so = (pool.held - pool.kept, pool.taken) == (counted[pool.pk]["held"], counted[pool.pk]["confirmed"])
        findings.expect(is_so, "the pool equals its places", (pool.pk, pool.held, pool.taken, counted[pool.pk]))
        findings.expect(pool.held + pool.taken <= pool.capacity, "no more places than seats", pool.pk)


def _money_has_an_answer(findings: Findings) -> None:
    from tests.domains.payments.paying import books
    from xueqiao.domains.payments.models import Bill
    from xueqiao.foundation.ledger.api import verify_ledger
    from xueqiao.foundation.scope import Scope

    states = {place["id"]: place for place in _places()}
    accounts = books()
    findings.expect(sum(accounts.values()) == 0, "the books add up to zero", accounts)
    given = received = 0
    for bill in Bill.objects.within(Scope.everything("nemesis")).prefetch_related("payments", "refunds"):
        place = states.get(bill.purpose_id)
        good = [p for p in bill.payments.all() if p.state == "succeeded"]
        back = sum(r.amount_fen for r in bill.refunds.all() if not r.is_excess)
        findings.expect(len(good) <= 1, "a bill is paid once", bill.code)
        findings.expect(bill.refunded_fen == back <= bill.paid_fen, "refunds are what went back", bill.code)
        if bill.paid_fen:
            is_so = place is not None and (place["state"] == "confirmed" or bill.refunded_fen == bill.paid_fen)
            findings.expect(is_so, "who paid has a place or her money", (bill.code, place))
        held = accounts.get(f"bill:{bill.pk}:held", 0)
        findings.expect(held == bill.paid_fen - bill.refunded_fen, "what is held is what was paid", bill.code)
        received += bill.paid_fen
        given += bill.refunded_fen
        for refund in bill.refunds.all():
            findings.expect(refund.state == "done", "every refund went out", refund.key)
    clearing = accounts.get("gateway:rehearsal:clearing", 0)
    findings.expect(clearing == given - received, "the gateway's account equals the bills", (clearing, given, received))
    verdict = verify_ledger()
    findings.expect(verdict.is_sound, "the ledger verifies", verdict)


def _lines_and_offers(findings: Findings, history: History, world: World) -> None:
    """Who was told that she stands in line does or did; an offer is somebody's who waited, with a place behind it."""
    from xueqiao.domains.enrolment.models import Offer, SeatPool, WaitingEntry
    from xueqiao.domains.people.models import Notice
    from xueqiao.foundation.scope import Scope

    everything = Scope.everything("nemesis")
    person_of = _person_of(world)
    entries = {str(each.uuid): each for each in WaitingEntry.objects.within(everything)}
    offers = {str(each.uuid): each for each in Offer.objects.within(everything).select_related("place")}
    asked, left, declined, released = set(), set(), set(), set()
    for note in history.read():
        if note["phase"] == INVOKE:
            if note["kind"] == "join":
                asked.add((person_of[note["learner"]], note["key"]))
            elif note["kind"] == "leave":
                left.add(note["entry"])
            elif note["kind"] == "decline":
                declined.add(note["offer"])
            elif note["kind"] == "release":  # an offered seat may be given back like any other
                released.add(note["place"])
        elif note["phase"] == OK and note["kind"] == "join":
            findings.expect(note["answer"]["uuid"] in entries, "an acknowledged place in line is stored", note)
        elif note["phase"] == OK and note["kind"] == "leave":
            entry = entries.get(note["entry"])
            is_so = entry is not None and entry.state not in {"waiting", "offered"}
            findings.expect(is_so, "who left a line is not in it", note)
        elif note["phase"] == OK and note["kind"] in {"accept", "decline"}:
            offer = offers.get(note["offer"])
            word = {"accept": "accepted", "decline": "declined"}[note["kind"]]
            is_so = offer is not None and offer.state == word
            findings.expect(is_so, f"an offer {word} is stored", (note, offer and offer.state))
    for entry in entries.values():
        findings.expect((entry.joined_by_id, entry.request_key) in asked, "who stands in line asked for it", entry.pk)
    live: Counter[tuple[int, int | None]] = Counter()
    for uuid, entry in entries.items():
        live[entry.run_id, entry.joined_by_id] += entry.state in {"waiting", "offered"}
        findings.expect(entry.end_reason != "left" or uuid in left, "who is out of a line left it", entry.pk)
    findings.expect(all(number <= 1 for number in live.values()), "once in a line", live.most_common(1))
    for uuid, offer in offers.items():
        findings.expect(offer.waiting_entry_id is not None, "an offer goes to who waited", offer.pk)
        is_so = offer.state != "declined" or uuid in declined or str(offer.place.uuid) in released
        findings.expect(is_so, "who let a seat go said so", offer.pk)
        is_so = (offer.state == "open") == (offer.place.state == "held")
        findings.expect(is_so, "an open offer is a held seat, and no other", (offer.pk, offer.state, offer.place.state))
    told = Notice.objects.within(everything).filter(template="seat_offered").count()
    findings.expect(told == len(offers), "one notice for each offer", (told, len(offers)))
    for pool in SeatPool.objects.all():
        waiting = sum(each.state == "waiting" for each in entries.values() if each.run_id == pool.pk)
        findings.expect(pool.waiting == waiting, "the pool counts who waits", (pool.pk, pool.waiting, waiting))
        findings.expect(not pool.kept or waiting > 0, "no seat is kept for nobody", pool.pk)


def _classes_are_as_staff_were_told(findings: Findings, history: History) -> None:
    """A cancelled class is cancelled and empty; a class has the seats it was last said to have."""
    from xueqiao.domains.classes.models import ClassRun
    from xueqiao.domains.enrolment.models import SeatPool

    live = Counter(place["run_id"] for place in _places() if place["state"] in {"held", "confirmed"})
    seats: dict[int, int] = {}
    cancelled = set()
    for note in history.read():
        if note["kind"] == "cancel" and note["phase"] == OK:
            cancelled.add(note["run"])
        elif note["kind"] == "resize" and note["phase"] == OK:
            seats[note["run"]] = note["seats"]
    for run_id in cancelled:
        state = ClassRun.objects.get(pk=run_id).state
        findings.expect(state == "cancelled", "an acknowledged cancellation is stored", (run_id, state))
        findings.expect(not live[run_id], "nobody has a seat in a cancelled class", (run_id, live[run_id]))
        waits = SeatPool.objects.get(pk=run_id).waiting
        findings.expect(not waits, "nobody waits for a cancelled class", (run_id, waits))
    for place in _places():
        was_ended = place["state"] == "removed" or place["end_reason"] == "class_cancelled"
        findings.expect(not was_ended or place["run_id"] in cancelled, "only a cancelled class removes anybody", place)
    for run_id, capacity in seats.items():
        pool = SeatPool.objects.get(pk=run_id)
        findings.expect(
            pool.capacity == capacity, "an acknowledged number of seats is stored", (pool.capacity, capacity)
        )


def _person_of(world: World) -> dict[int, int]:
    return {each.index: each.person_id for each in (*world.learners, *world.guests)}


def _nobody_was_told_what_is_not(findings: Findings) -> None:
    """Facts that subscribers act on (notices, lists, figures) against the places they are about."""
    from xueqiao.foundation.outbox.models import OutboxEvent

    places = {place["id"]: place for place in _places()}
    confirmed: Counter[int] = Counter()
    told = OutboxEvent.objects.filter(name__startswith="enrolment.", payload__has_key="place_id")
    for name, payload in told.values_list("name", "payload"):
        place = places.get(payload.get("place_id", -1))
        findings.expect(place is not None, "no news without a place", (name, payload))
        if place is not None and name == "enrolment.PlaceConfirmed":
            confirmed[place["id"]] += 1
            findings.expect(place["confirmed_at"] is not None, "no news of a place nobody has", payload)
    for place in places.values():
        expected = int(place["confirmed_at"] is not None)
        findings.expect(confirmed[place["id"]] == expected, "one confirmation, one piece of news", place["id"])


def _refunds_of_withdrawals() -> list[tuple[int, int]]:
    from xueqiao.domains.payments.models import Refund

    rows = Refund.objects.filter(key__startswith="withdraw:place:").values_list("key", "amount_fen")
    return [(int(key.rpartition(":")[2]), amount) for key, amount in rows]


def _places() -> list[dict[str, Any]]:
    from xueqiao.domains.enrolment.models import Place
    from xueqiao.foundation.scope import Scope

    fields = ("id", "uuid", "run_id", "person_id", "request_key", "state", "confirmed_at", "is_offered", "end_reason")
    return list(Place.objects.within(Scope.everything("nemesis")).values(*fields))
