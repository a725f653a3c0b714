"""The model: seats of one class, learners, their bills and money, one step per transaction of the product.

Each kind of step is a transaction of one action (`IMPLEMENTED_BY`), so the order of steps is every order in which
transactions can follow each other, a process dying between two of them included: what the outbox keeps for later is
`news`, and nothing says when it comes. Money is counted in whole bills. Time is one bit for each hold: its end has
passed or has not, for each on its own, which allows more than clocks do.

`bugs` plants mutants. The invariants are in `wrong_with`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

IMPLEMENTED_BY = {
    "hold": "enrolment.hold_seat, with enrolment.expire_holds.expire_run_holds inside when the class looks full",
    "bill": "enrolment.bill_seat",
    "start": "payments.start_payment",
    "time": "the clock",
    "sweep": "enrolment.expire_holds",
    "money": "payments.take_callback, the first message about a transaction: applied, late or returned",
    "again": "payments.take_callback, any further message about it: repeated",
    "cash": "payments.pay_at_counter",
    "news": "enrolment.confirm_paid_seat, brought by the outbox after payments.BillPaid",
    "release": "enrolment.release_hold",
    "withdraw": "enrolment.withdraw, before the first meeting: all of the money",
}
BUGS = {
    "late money takes a seat whether there is one or not",
    "late money without a seat is kept",
    "late money takes a second place of one person",
    "expiry forgets the bill",
    "expiry ends a hold that was paid",
    "expiry keeps the seat",
    "a second payment is booked on the bill",
    "a message told again is booked again",
    "a message told again is returned again",
    "giving up ends a paid hold and keeps the money",
    "giving up leaves the bill open",
    "withdrawing keeps the money",
    "withdrawing twice frees two seats",
    "withdrawing keeps the seat",
    "confirming leaves the seat held too",
    "holding does not look at the seats",
    "one person holds twice",
    "the news is forgotten when the hold has passed",
    "the news comes twice and refunds twice",
    "cash closes its eyes to a paid bill",
}
WAYS = ("wechat", "alipay")


class Place(NamedTuple):
    """One place with its bill and money. state "past": held, its time over, nobody has ended it yet."""

    state: str = "held"
    bill: str = "-"  # -, due, paid, expired, cancelled
    wechat: str = "-"  # -, started, succeeded, returned
    alipay: str = "-"
    cash: str = "-"
    booked: int = 0  # times a price was booked on the bill
    refunded: int = 0  # times it was given back
    returned: int = 0  # second payments sent back at once
    was_in_time: bool = False  # the money that paid the bill came before its end
    news: int = 0  # BillPaid waits for enrolment

    @property
    def is_live(self) -> bool:
        return self.state in {"held", "past", "confirmed"}

    @property
    def received(self) -> int:
        """Times money came from the payer."""
        return sum(getattr(self, way) in {"succeeded", "returned"} for way in (*WAYS, "cash"))


class State(NamedTuple):
    """The pool's two counters as they are stored, and each learner's places, oldest first."""

    held: int
    taken: int
    learners: tuple[tuple[Place, ...], ...]

    def canonical(self) -> State:
        """Learners are alike: states that differ by who is who are one state."""
        return self._replace(learners=tuple(sorted(self.learners)))


class Step(NamedTuple):
    """kind of IMPLEMENTED_BY; learner, place (0 the oldest) and way of paying where the kind has them."""

    kind: str
    learner: int = -1
    place: int = -1
    way: str = ""


@dataclass(frozen=True)
class SeatModel:
    """`places_max`: how often one learner may take a place, one after the other. ways: the gateways' ways to pay."""

    capacity: int
    learners: int
    places_max: int = 1
    ways: tuple[str, ...] = WAYS
    bugs: frozenset[str] = frozenset()
    _known: dict[Any, Any] = field(default_factory=dict, compare=False)  # what depends on one learner alone

    def __post_init__(self) -> None:
        assert self.bugs <= BUGS

    def start(self) -> State:
        return State(0, 0, ((),) * self.learners)

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Every step possible in `state`, with the state after it. A step that changes nothing is not possible."""
        yield from self._sweep(state)
        for learner, places in enumerate(state.learners):
            yield from self._hold(state, learner)
            for number, place in enumerate(places):
                for kind, way, after, held, taken in self._of_place(place):
                    yield Step(kind, learner, number, way), _with(state, learner, number, after, held, taken)
                if place.news:
                    yield Step("news", learner, number), self._news(state, learner, number)

    def wrong_with(self, state: State) -> str:
        """The first invariant that does not hold, or ""."""
        held = taken = 0
        for learner in state.learners:
            wrong, its_held, its_taken = self._once(self._judge, learner)
            if wrong:
                return wrong
            held, taken = held + its_held, taken + its_taken
        if held + taken > self.capacity:
            return "more places than seats"
        return "" if (state.held, state.taken) == (held, taken) else "the pool differs from the places"

    def _judge(self, places: tuple[Place, ...]) -> tuple[str, int, int]:
        """What is wrong with one learner's places; how many of them are held, how many confirmed."""
        checks = {
            "one person has two live places": sum(p.is_live for p in places) <= 1,
            "a bill is paid twice": all(p.booked <= 1 for p in places),
            "more is given back than came": all(p.refunded <= p.booked for p in places),
            "money is neither booked nor sent back": all(p.received == p.booked + p.returned for p in places),
            "somebody sits without having paid": all(
                p.booked == 1 and p.refunded == 0 for p in places if p.state == "confirmed"
            ),
            "money is owed silently": all(
                p.state == "confirmed" or p.refunded == p.booked for p in places if p.booked and not p.news
            ),
            "who paid in time lost the seat": all(
                p.state not in {"expired", "released"} for p in places if p.was_in_time
            ),
            "a bill asks money for a seat that is gone": all(p.is_live for p in places if p.bill == "due"),
        }
        wrong = next((what for what, holds in checks.items() if not holds), "")
        return wrong, sum(p.state in {"held", "past"} for p in places), sum(p.state == "confirmed" for p in places)

    def _once(self, ask: Any, about: Any) -> Any:
        """What `ask` says about one learner, remembered."""
        key = (ask.__name__, about)
        if key not in self._known:
            self._known[key] = ask(about)
        return self._known[key]

    # ---- the steps

    def _hold(self, state: State, learner: int) -> Iterator[tuple[Step, State]]:
        places = state.learners[learner]
        if len(places) >= self.places_max:
            return
        mine = next((p for p in places if p.is_live), None)
        if (
            mine is not None
            and (mine.state != "past" or mine.bill == "paid")
            and "one person holds twice" not in self.bugs
        ):
            return
        if (mine is not None and mine.state == "past") or state.held + state.taken >= self.capacity:
            state = self._expired(state)
        if state.held + state.taken >= self.capacity and "holding does not look at the seats" not in self.bugs:
            return
        taken = (*state.learners[learner], Place())
        learners = (*state.learners[:learner], taken, *state.learners[learner + 1 :])
        yield Step("hold", learner), State(state.held + 1, state.taken, learners)

    def _of_place(self, p: Place) -> list[tuple[str, str, Place, int, int]]:
        """(kind, way, place after, change of held, change of taken) of the steps about one place."""
        return self._once(self._steps_of, p)  # type: ignore[no-any-return]

    def _steps_of(self, p: Place) -> list[tuple[str, str, Place, int, int]]:
        return list(self._each_step_of(p))

    def _each_step_of(self, p: Place) -> Iterator[tuple[str, str, Place, int, int]]:
        if p.state == "held":
            yield "time", "", p._replace(state="past"), 0, 0
            if p.bill == "-":
                yield "bill", "", p._replace(bill="due"), 0, 0
        if p.bill == "due" and p.state == "held":
            for way in self.ways:
                if getattr(p, way) == "-":
                    yield "start", way, p._replace(**{way: "started"}), 0, 0
        may_pay_cash = p.bill == "due" or (p.bill == "paid" and "cash closes its eyes to a paid bill" in self.bugs)
        if may_pay_cash and p.state == "held" and p.cash == "-":
            yield "cash", "", _collected(p, "cash", in_time=True), 0, 0
        for way in self.ways:
            yield from self._money(p, way)
        yield from self._leaving(p)

    def _money(self, p: Place, way: str) -> Iterator[tuple[str, str, Place, int, int]]:
        if getattr(p, way) == "started":
            if p.bill == "paid" and "a second payment is booked on the bill" not in self.bugs:
                yield "money", way, p._replace(**{way: "returned"}, returned=p.returned + 1), 0, 0
            else:
                in_time = p.bill == "due" and p.state == "held"
                yield "money", way, _collected(p, way, in_time=in_time), 0, 0
        elif getattr(p, way) in {"succeeded", "returned"}:
            if "a message told again is booked again" in self.bugs and p.booked < 2:
                yield "again", way, p._replace(booked=p.booked + 1), 0, 0
            if "a message told again is returned again" in self.bugs and p.returned < 2:
                yield "again", way, p._replace(returned=p.returned + 1), 0, 0

    def _leaving(self, p: Place) -> Iterator[tuple[str, str, Place, int, int]]:
        if p.state in {"held", "past"}:
            bill = "cancelled" if p.bill == "due" else p.bill
            if p.bill == "paid" and "giving up ends a paid hold and keeps the money" in self.bugs:
                yield "release", "", p._replace(state="released", news=0), -1, 0
            elif p.bill == "due" and "giving up leaves the bill open" in self.bugs:
                yield "release", "", p._replace(state="released"), -1, 0
            elif p.bill != "paid":
                yield "release", "", p._replace(state="released", bill=bill), -1, 0
        if p.state == "confirmed":
            back = p.refunded if "withdrawing keeps the money" in self.bugs else p.booked
            freed = 0 if "withdrawing keeps the seat" in self.bugs else -1
            yield "withdraw", "", p._replace(state="withdrawn", refunded=back), 0, freed
        if p.state == "withdrawn" and "withdrawing twice frees two seats" in self.bugs:
            yield "withdraw", "", p, 0, -1

    def _news(self, state: State, learner: int, number: int) -> State:
        p = state.learners[learner][number]
        is_kept_for_later = "the news comes twice and refunds twice" in self.bugs and p.refunded < 2
        p = p._replace(news=0)
        if p.booked == p.refunded and not is_kept_for_later:
            return _with(state, learner, number, p)
        if p.state == "past" and "the news is forgotten when the hold has passed" in self.bugs:
            return _with(state, learner, number, p)
        if p.state in {"held", "past"}:
            freed = 0 if "confirming leaves the seat held too" in self.bugs else -1
            return _with(state, learner, number, p._replace(state="confirmed"), freed, 1)
        if p.state == "confirmed":
            return _with(state, learner, number, p)
        if p.state == "expired" and self._may_come_back(state, learner, number):
            if state.held + state.taken >= self.capacity:
                state = self._expired(state)
            is_free = state.held + state.taken < self.capacity
            if is_free or "late money takes a seat whether there is one or not" in self.bugs:
                return _with(state, learner, number, p._replace(state="confirmed"), 0, 1)
        back = p.refunded if "late money without a seat is kept" in self.bugs else p.refunded + 1
        return _with(state, learner, number, p._replace(refunded=back, news=int(is_kept_for_later)))

    def _may_come_back(self, state: State, learner: int, number: int) -> bool:
        if "late money takes a second place of one person" in self.bugs:
            return True
        return not any(  # a hold past its time does not count: see live_places_of
            p.state in {"held", "confirmed"} for n, p in enumerate(state.learners[learner]) if n != number
        )

    def _sweep(self, state: State) -> Iterator[tuple[Step, State]]:
        after = self._expired(state)
        if after != state:
            yield Step("sweep"), after

    def _expired(self, state: State) -> State:
        """After expire_run_holds: every hold past its time ends, unless its bill was paid."""
        ended = [self._once(self._ended, places) for places in state.learners]
        freed = 0 if "expiry keeps the seat" in self.bugs else sum(number for _, number in ended)
        return State(state.held - freed, state.taken, tuple(places for places, _ in ended))

    def _ended(self, places: tuple[Place, ...]) -> tuple[tuple[Place, ...], int]:
        after, freed = [], 0
        for p in places:
            if p.state == "past" and (p.bill != "paid" or "expiry ends a hold that was paid" in self.bugs):
                freed += 1
                is_closed = p.bill == "due" and "expiry forgets the bill" not in self.bugs
                after.append(p._replace(state="expired", bill="expired" if is_closed else p.bill))
            else:
                after.append(p)
        return tuple(after), freed


def _collected(p: Place, way: str, *, in_time: bool) -> Place:
    return p._replace(**{way: "succeeded"}, bill="paid", booked=p.booked + 1, was_in_time=in_time, news=1)


def _with(state: State, learner: int, number: int, place: Place, held: int = 0, taken: int = 0) -> State:
    places = state.learners[learner]
    changed = (*places[:number], place, *places[number + 1 :])
    learners = (*state.learners[:learner], changed, *state.learners[learner + 1 :])
    return State(state.held + held, state.taken + taken, learners)
