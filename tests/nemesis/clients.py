"""Clients over HTTP on loopback: they enrol, pay, leave and give up, and write down what they asked and were told.

An answer that did not come, or an error of the server, is unknown: the same request is sent again with the same key
until it is answered. Only what was answered is believed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg

from tests.nemesis.history import INVOKE, OK, REFUSED, UNKNOWN, History
from tests.nemesis.region import Learner, World

TIMEOUT_SECONDS = 10
PAUSE_SECONDS = 0.03
CANCEL_TURN = 6  # of the desk: after some groups were admitted to the class
OFFERS_END_EVERY = 8  # sweeps
TURNS_MAX = 2_000  # of one request: more than any outage here lasts


@dataclass(frozen=True)
class Answer:
    status: int
    said: dict[str, Any]
    verdict: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Abandoned(Exception):
    """The run is over and the product did not answer any more."""


class Client(threading.Thread):
    """One thread with a few learners, doing one errand after the other until told to stop."""

    def __init__(self, *, seed: int, port: int, address: str, world: World, learners: list[Learner], history: History):
        super().__init__(daemon=True)
        self.dice = Random(seed)
        self.port, self.address, self.world, self.learners, self.history = port, address, world, learners, history
        self.stopping = threading.Event()
        self.errands = 0
        self.failure: Exception | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._places: dict[int, str] = {}  # learner -> a confirmed place she still has
        self._lines: dict[int, str] = {}  # learner -> her entry in a line

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.errand(self.dice.choice(self.learners))
                self.errands += 1
        except Exception as failure:
            self.failure = failure

    def errand(self, learner: Learner) -> None:
        """Hold, and then what people do: give up, forget, pay, be told twice, stay, leave; wait where it is full."""
        if learner.index in self._places:
            self.leave(learner, self._places.pop(learner.index))
            return
        if learner.index in self._lines and self.dice.random() < 0.6:
            self.in_line(learner)
            return
        code = self.dice.choice(list(self.world.classes))
        price = self.world.classes[code]
        key = str(uuid.UUID(int=self.dice.getrandbits(128)))
        held = self.ask("hold", learner, "POST", "/places", {"class_code": code}, key=key)
        if held is None:
            self.stand_in_line(learner, code)
            return
        place, mood = held["uuid"], self.dice.random()
        if mood < 0.1:
            self.ask("release", learner, "POST", f"/places/{place}/release", {}, place=place)
            return
        if mood < 0.2:
            return  # forgets about it: the sweep ends it
        done = self.ask("confirm", learner, "POST", f"/places/{place}/confirm", {"agreed_fen": price}, place=place)
        if done is None or (price and not self.pay(learner, done)):
            return
        self.look(learner, place)

    def stand_in_line(self, learner: Learner, code: str) -> None:
        """Stand in the line of a full class."""
        key = str(uuid.UUID(int=self.dice.getrandbits(128)))
        stands = self.ask("join", learner, "POST", "/waiting", {"class_code": code}, key=key)
        if stands is not None:
            self._lines[learner.index] = stands["uuid"]

    def in_line(self, learner: Learner) -> None:
        """Take an offered seat, let it go, forget about it; or leave the line."""
        if self.dice.random() < 0.15:
            entry = self._lines.pop(learner.index)
            self.ask("leave", learner, "POST", f"/waiting/{entry}/leave", {}, entry=entry)
            return
        for offer in self.ask("offers", learner, "GET", "/offers", None) or []:
            mood, uuid_, place = self.dice.random(), offer["uuid"], offer["place_uuid"]
            if mood < 0.2:
                self.ask("decline", learner, "POST", f"/offers/{uuid_}/decline", {}, place=place, offer=uuid_)
            elif mood < 0.9 and not offer["to_pay_fen"]:
                if self.ask("accept", learner, "POST", f"/offers/{uuid_}/accept", {}, place=place, offer=uuid_):
                    self._places[learner.index] = place
            elif mood < 0.9:
                asked = {"agreed_fen": offer["to_pay_fen"]}
                done = self.ask("confirm", learner, "POST", f"/places/{place}/confirm", asked, place=place)
                if done is not None and self.pay(learner, done):
                    self.look(learner, place)

    def pay(self, learner: Learner, place: dict[str, Any]) -> bool:
        bill = place["bill_uuid"]
        if bill is None:
            return False
        start = self.ask("start", learner, "POST", f"/bills/{bill}/payments", {}, place=place["uuid"])
        if start is None:
            return False
        payment = start["payment_uuid"]
        message = self.message_about(payment)
        if self.dice.random() < 0.1:
            time.sleep(self.dice.random())  # the gateway takes its time, perhaps past the sweep
        for _ in range(1 + (self.dice.random() < 0.2)):
            self.tell(payment, message)
        return True

    def look(self, learner: Learner, place: str) -> None:
        """Believe a place only once it is shown as confirmed."""
        for _ in range(5):
            seen = self.ask("look", learner, "GET", f"/places/{place}", None, place=place)
            if seen and seen["state"] == "confirmed":
                if self.dice.random() < 0.7:
                    self.leave(learner, place)
                else:
                    self._places[learner.index] = place
                return
            if seen and seen["state"] != "held":
                return
            time.sleep(0.05)

    def leave(self, learner: Learner, place: str) -> None:
        shown = self.ask("preview", learner, "GET", f"/places/{place}/refund", None, place=place)
        if shown is not None:
            asked = {"seen_fen": shown["refund_fen"]}
            self.ask("withdraw", learner, "POST", f"/places/{place}/withdraw", asked, place=place)

    def ask(
        self,
        kind: str,
        learner: Learner,
        verb: str,
        path: str,
        body: Any,
        *,
        key: str = "",
        place: str = "",
        **more: str,
    ) -> Any:
        """One request of the API, repeated with the same key until it is answered; None when it was refused."""
        headers = {"Authorization": f"Bearer {learner.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        what = {"learner": learner.index, "key": key, "place": place} | more
        self.history.note(INVOKE, kind, **what)
        answer = self._until_answered(kind, lambda: self._send(verb, f"/api/v1{path}", body, headers), what)
        phase = OK if answer.is_good else REFUSED
        self.history.note(phase, kind, **what, answer=answer.said, status=answer.status)
        return answer.said if answer.is_good else None

    def tell(self, payment: str, message: Any) -> None:
        """The gateway's message, at its public address, repeated until it is taken, as gateways do."""
        what = {"payment": payment, "message": json.loads(message.body)["id"]}
        self.history.note(INVOKE, "callback", **what)
        answer = self._until_answered(
            "callback",
            lambda: self._send("POST", "/pay/callback/rehearsal/", message.body, dict(message.headers)),
            what,
        )
        self.history.note(OK if answer.is_good else REFUSED, "callback", **what, verdict=answer.verdict)

    def message_about(self, payment: str) -> Any:
        """What the gateway knows since the payment began, signed with its key."""
        from xueqiao.domains.payments.queries.bills import gateway_named
        from xueqiao.gateways.payments import rehearsal

        order, amount = self._order_of(payment)
        now = datetime.now(UTC)
        transaction = {
            "mchid": rehearsal.MERCHANT,
            "out_trade_no": order,
            "transaction_id": f"42{uuid.UUID(payment).int % 10**26:026d}",
            "trade_state": "SUCCESS",
            "success_time": now.isoformat(timespec="seconds"),
            "amount": {"total": amount, "payer_total": amount, "currency": "CNY", "payer_currency": "CNY"},
        }
        return rehearsal.sign(gateway_named("rehearsal").keys, transaction, now=now)

    def _order_of(self, payment: str) -> tuple[str, int]:
        for _ in range(TURNS_MAX):
            try:
                with psycopg.connect(self.address, connect_timeout=5) as connection:
                    row = connection.execute(
                        "SELECT order_code, amount_fen FROM payments_payment WHERE uuid = %s", [payment]
                    ).fetchone()
            except psycopg.OperationalError:
                time.sleep(PAUSE_SECONDS)
                continue
            if row is None:
                raise AssertionError(f"payment {payment} was acknowledged and is not there")
            return row[0], row[1]
        raise Abandoned

    def _until_answered(self, kind: str, send: Callable[[], Answer], what: dict[str, Any]) -> Answer:
        for turn in range(TURNS_MAX):
            try:
                answer = send()
                if answer.status < 500 and answer.status != 429:
                    return answer
                reason = str(answer.status)
            except (OSError, http.client.HTTPException, ValueError) as failure:
                self._hang_up()
                reason = type(failure).__name__
            if turn == 0:
                self.history.note(UNKNOWN, kind, **what, reason=reason)
            time.sleep(PAUSE_SECONDS * (1 + min(turn, 10) * self.dice.random()))
        raise Abandoned(kind)

    def _send(self, verb: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        text = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        self._connection.request(verb, path, text, headers)
        response = self._connection.getresponse()
        said = json.loads(response.read() or b"{}") if "json" in (response.headers.get("Content-Type") or "") else {}
        if response.status < 500:
            return Answer(response.status, said, response.headers.get("X-Verdict") or "")
        return Answer(response.status, {})

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.close()
            self._connection = None


class Desk(threading.Thread):
    """Staff at work while everything breaks: a class gets more seats and fewer, one is cancelled in the middle, and
    groups are admitted in one transaction, as in a rush. What is not known to be done is done again, with the same
    keys."""

    def __init__(self, *, seed: int, world: World, learners: list[Learner], history: History) -> None:
        super().__init__(daemon=True)
        self.dice, self.world, self.learners, self.history = Random(seed), world, learners, history
        self.stopping = threading.Event()
        self.failure: Exception | None = None
        self.turns = 0

    def run(self) -> None:
        from django.db import connections

        try:
            while not self.stopping.wait(0.2 + 0.4 * self.dice.random()):
                self.turns += 1
                if self.turns == CANCEL_TURN:
                    self.cancel(self.world.doomed)
                elif self.dice.random() < 0.5:
                    self.admit(self.world.doomed if self.turns < CANCEL_TURN else self.world.roomy)
                else:
                    self.resize(self.world.roomy, self.dice.randint(1, 6))
        except Exception as failure:
            self.failure = failure
        finally:
            connections.close_all()

    def admit(self, code: str) -> None:
        """Two or three people hold seats in one transaction; then each gives hers back, or keeps it."""
        from xueqiao.domains.enrolment.api import HoldRequest, hold_seats

        wanted = self.dice.sample(self.learners, min(len(self.learners), self.dice.choice((2, 3))))
        keys = [str(uuid.UUID(int=self.dice.getrandbits(128))) for _ in wanted]
        asked = [
            HoldRequest(each.person_id, each.person_id, self.world.runs[code], key)
            for each, key in zip(wanted, keys, strict=True)
        ]
        for each, key in zip(wanted, keys, strict=True):
            self.history.note(INVOKE, "hold", learner=each.index, key=key, place="")
        answers = self._until_done("hold", lambda now: hold_seats(requests=asked, now=now))
        for each, key, answer in zip(wanted, keys, answers, strict=True):
            phase, said = (OK, {"uuid": str(answer.place.uuid)}) if answer.place else (REFUSED, {})
            self.history.note(phase, "hold", learner=each.index, key=key, place="", answer=said, by="desk")

    def resize(self, code: str, seats: int) -> None:
        from xueqiao.domains.enrolment.api import change_seats
        from xueqiao.foundation.audit.api import Actor

        self.history.note(INVOKE, "resize", run=self.world.runs[code], seats=seats)
        self._told(
            "resize",
            lambda now: change_seats(
                actor=Actor.system("nemesis"), run_id=self.world.runs[code], capacity=seats, now=now
            ),
            run=self.world.runs[code],
            seats=seats,
        )

    def cancel(self, code: str) -> None:
        from xueqiao.domains.classes.api import cancel_class_run
        from xueqiao.domains.classes.models import ClassRun

        def act(now: datetime) -> None:
            if ClassRun.objects.get(code=code).state != "cancelled":  # the last try may have been done
                cancel_class_run(actor=self.world.clerk, code=code, reason="老师生病", now=now)

        self.history.note(INVOKE, "cancel", run=self.world.runs[code])
        self._told("cancel", act, run=self.world.runs[code])

    def _told(self, kind: str, act: Callable[[datetime], Any], **what: Any) -> None:
        from xueqiao.foundation.reasons import Refused

        try:
            self._until_done(kind, act)
        except Refused as refusal:
            self.history.note(REFUSED, kind, **what, reason=refusal.code)
        else:
            self.history.note(OK, kind, **what, by="desk")

    def _until_done(self, kind: str, act: Callable[[datetime], Any]) -> Any:
        """Until the commit is known. Raises what the action refuses with."""
        from django.db import Error, connections

        for turn in range(TURNS_MAX):
            try:
                return act(datetime.now(UTC))
            except Error as failure:
                connections.close_all()
                if turn == 0:
                    self.history.note(UNKNOWN, kind, reason=type(failure).__name__)
                time.sleep(PAUSE_SECONDS * (1 + min(turn, 10) * self.dice.random()))
        raise Abandoned(kind)


class Sweeper(threading.Thread):
    """The sweep of expired holds with a clock twenty minutes ahead, now and then four days: holds and offers end while
    people still answer and pay. Cancelled classes are swept too."""

    def __init__(self, *, history: History, every_seconds: float) -> None:
        super().__init__(daemon=True)
        self.history, self.every_seconds = history, every_seconds
        self.stopping = threading.Event()
        self.ended = 0

    def run(self) -> None:
        from django.db import Error, connections

        from xueqiao.domains.enrolment.api import end_cancelled_runs, expire_holds

        turn = 0
        while not self.stopping.wait(self.every_seconds):
            turn += 1
            ahead = timedelta(days=4) if turn % OFFERS_END_EVERY == 0 else timedelta(minutes=20)
            try:
                self.ended += expire_holds(now=datetime.now(UTC) + ahead)
                end_cancelled_runs(now=datetime.now(UTC))
            except Error:
                connections.close_all()
        connections.close_all()
