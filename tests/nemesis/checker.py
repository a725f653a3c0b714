"""Reads the whole database after the heal and holds it against the history: what is wrong, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.nemesis.history import INVOKE, OK, History
from tests.nemesis.region import World

DELIVERY_TURNS_MAX = 50


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
    """Bring what is left to its subscribers, then compare everything with everything."""
    findings = Findings()
    _deliver_what_waits(findings)
    _acknowledged_is_stored(findings, history, world)
    _stored_was_attempted(findings, history, world)
    _pools_equal_places(findings)
    _money_has_an_answer(findings)
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

    person_of = {learner.index: learner.person_id for learner in world.learners}
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
        if note["phase"] != OK:
            continue
        kind, said = note["kind"], note.get("answer") or {}
        place = places.get(said["uuid"] if kind == "hold" else note.get("place", ""))
        if kind != "callback":
            findings.expect(place is not None, f"an acknowledged {kind} is stored", note)
        if place is None and kind != "callback":
            continue
        if kind == "hold":
            # Her own key, or that of an earlier form: who holds a seat here already gets it back.
            key = (person_of[note["learner"]], place["request_key"])
            findings.expect(key in asked, "a hold is hers, under a key she sent", note)
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

    person_of = {learner.index: learner.person_id for learner in world.learners}
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
        seen[key] += 1
        live[place["run_id"], place["person_id"]] += place["state"] in {"held", "confirmed"}
        findings.expect(key in keys, "a stored place was asked for", place)
        uuid = str(place["uuid"])
        findings.expect(place["state"] != "withdrawn" or uuid in left, "who was withdrawn asked for it", place)
        findings.expect(place["state"] != "released" or uuid in released, "a seat given up was given up", place)
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


def _nobody_was_told_what_is_not(findings: Findings) -> None:
    """Facts that subscribers act on (notices, lists, figures) against the places they are about."""
    from xueqiao.foundation.outbox.models import OutboxEvent

    places = {place["id"]: place for place in _places()}
    confirmed: Counter[int] = Counter()
    for name, payload in OutboxEvent.objects.filter(name__startswith="enrolment.").values_list("name", "payload"):
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

    fields = ("id", "uuid", "run_id", "person_id", "request_key", "state", "confirmed_at")
    return list(Place.objects.within(Scope.everything("nemesis")).values(*fields))
