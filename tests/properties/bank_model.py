"""The credit bank as plain Python: what the real actions must agree with after every step. Hundredths, minutes of time.

Answers are ("done", what) or ("refused", the code of the reason). A learning is a class completed here or an outcome
recognised from elsewhere; what was revoked after it was spent is a deficit that the next credit fills first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

UNDO_MINUTES, HOLD_MINUTES, CAP, NOTICE = 10, 30 * 24 * 60, 500, timedelta(days=90)
Answer = tuple[str, object]


@dataclass
class Learning:
    person: int
    minutes: int
    per_credit: int  # minutes for a credit, by the rule version of its claim
    state: str  # proposed, deposited; claimed, recognised, refused
    amount: int = 0
    to_deficit: int = 0  # of the last deposit
    until: int = 0  # of its ten minutes
    asked: str = ""  # a revocation: asked, done
    revoked: tuple[int, int, int] = (0, 0, 0)  # what had expired, what was there, what became a deficit
    last_day: date | None = None  # on which its rule lets it count; None: it has no end
    end: str = ""  # by its rule: announced, expired, restored
    due: date = date.max
    ended: int = 0  # what went to `expired`

    @property
    def counted(self) -> int:
        return self.minutes * 2 // (18 * 60) * 50


@dataclass
class Taken:
    person: int
    programme: str
    uses: list[int]
    amount: int
    counted: int
    expires: int
    state: str = "reserved"
    is_held: bool = True

    @property
    def in_force(self) -> bool:
        return self.state in {"reserved", "converted"}


@dataclass
class ModelBank:
    people: int
    per_credit: int = 16 * 60
    learned: list[Learning] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    balance: list[int] = field(init=False)
    held: list[int] = field(init=False)
    deficit: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.balance, self.held, self.deficit = ([0] * self.people for _ in range(3))

    def available(self, person: int) -> int:
        return self.balance[person] - self.held[person]

    def _arrive(self, person: int, amount: int) -> int:
        filled = min(amount, self.deficit[person])
        self.deficit[person] -= filled
        self.balance[person] += amount - filled
        return filled

    def _fill(self, person: int) -> None:
        amount = min(self.available(person), self.deficit[person])
        self.balance[person] -= amount
        self.deficit[person] -= amount

    def is_used(self, number: int) -> bool:
        return any(each.in_force and number in each.uses for each in self.taken)

    def is_usable(self, number: int, person: int) -> bool:
        each = self.learned[number]
        is_posted = each.state in {"deposited", "recognised"} and each.asked != "done" and each.end != "expired"
        return is_posted and each.person == person and not self.is_used(number)

    def ask_to_revoke(self, number: int) -> Answer:
        each = self.learned[number]
        if each.state not in {"deposited", "recognised"}:
            return "refused", "nothing_to_revoke"
        if each.asked:
            return "refused", "recognition_revocation_asked"
        each.asked = "asked"
        return "done", "asked"

    def revoke(self, number: int) -> Answer:
        each = self.learned[number]
        if each.asked == "asked":
            if each.state not in {"deposited", "recognised"}:
                return "refused", "nothing_to_revoke"
            gone = each.ended if each.end == "expired" else 0
            there = min(each.amount - gone, self.available(each.person))
            self.balance[each.person] -= there
            self.deficit[each.person] += each.amount - gone - there
            each.asked, each.revoked = "done", (gone, there, each.amount - gone - there)
        return "done", ("done", *each.revoked)

    def claim(self, person: int, minutes: int, last_day: date) -> Answer:
        self.learned.append(Learning(person, minutes, self.per_credit, "claimed", last_day=last_day))
        return "done", "claimed"

    def decide(self, number: int, is_for: bool, today: date) -> Answer:
        each = self.learned[number]
        if each.state != "claimed":
            return "refused", "claim_not_at_this_step"
        if is_for and each.last_day is not None and today > each.last_day:
            return "refused", "not_worth_anything"
        each.state = "recognised" if is_for else "refused"
        each.amount = each.minutes * 100 // each.per_credit if is_for else 0
        self._arrive(each.person, each.amount)
        return "done", (each.state, each.amount)

    def is_free(self, number: int) -> bool:
        return self.learned[number].asked != "done" and not self.is_used(number)

    def announce(self, today: date) -> int:
        count = 0
        for number, each in enumerate(self.learned):
            is_new = each.state == "recognised" and each.amount > 0 and not each.end and self.is_free(number)
            if is_new and each.last_day is not None and each.last_day + timedelta(days=1) - NOTICE <= today:
                each.end, each.due = "announced", max(each.last_day + timedelta(days=1), today + NOTICE)
                count += 1
        return count

    def let_end(self, today: date) -> int:
        due = [
            (each.due, number)
            for number, each in enumerate(self.learned)
            if each.end == "announced" and each.due <= today and self.is_free(number)
        ]
        for _, number in sorted(due):
            each = self.learned[number]
            each.end, each.ended = "expired", min(each.amount, self.available(each.person))
            self.balance[each.person] -= each.ended
        return len(due)

    def restore(self, number: int) -> Answer:
        each = self.learned[number]
        if each.end == "expired" and self.is_free(number):
            self._arrive(each.person, each.ended)
        each.end = "restored"
        return "done", "restored"

    def deposit(self, number: int, now: int) -> Answer:
        each = self.learned[number]
        if each.state == "proposed":
            each.state, each.until = "deposited", now + UNDO_MINUTES
            each.to_deficit = self._arrive(each.person, each.amount)
        return "done", each.state

    def take_back(self, number: int, now: int) -> Answer:
        each = self.learned[number]
        if each.state == "proposed":
            return "done", each.state
        if now >= each.until:
            return "refused", "undo_over"
        if each.asked == "done":
            return "refused", "undo_over"
        if self.is_used(number):
            return "refused", "credit_in_use"
        if self.available(each.person) < each.amount - each.to_deficit:
            return "refused", "insufficient_balance"
        self.balance[each.person] -= each.amount - each.to_deficit
        self.deficit[each.person] += each.to_deficit
        each.state = "proposed"
        return "done", each.state

    def reserve(self, person: int, programme: str, uses: list[int], now: int) -> Answer:
        if not uses:
            return "refused", "nothing_to_convert"
        if not all(self.is_usable(number, person) for number in uses):
            return "refused", "outcome_not_usable"
        counted = sum(self.learned[number].counted for number in uses)
        if counted + self.counted_in(person, programme) > CAP:
            return "refused", "plan_not_legal"
        amount = sum(self.learned[number].amount for number in uses)
        if self.available(person) < amount:
            return "refused", "not_enough_credit"
        self.held[person] += amount
        self.taken.append(Taken(person, programme, uses, amount, counted, now + HOLD_MINUTES))
        return "done", ("reserved", counted)

    def counted_in(self, person: int, programme: str) -> int:
        mine = (each for each in self.taken if (each.person, each.programme) == (person, programme))
        return sum(each.counted for each in mine if each.in_force)

    def confirm(self, number: int, now: int) -> Answer:
        each = self.taken[number]
        if each.state == "converted":
            return "done", "converted"
        if each.state != "reserved":
            return "refused", "conversion_not_at_this_step"
        if each.expires <= now:
            return "refused", "reservation_over"
        if any(self.learned[use].asked == "done" for use in each.uses):
            return "refused", "recognition_gone"
        each.state = "converted"
        self.held[each.person] -= each.amount
        self.balance[each.person] -= each.amount
        return "done", "converted"

    def end(self, number: int, state: str) -> Answer:
        """withdrawn, refused or expired."""
        each = self.taken[number]
        if each.state == "reserved":
            self._let_go(each)
            self._fill(each.person)
            each.state = state
        return ("done", state) if each.state == state else ("refused", "conversion_not_at_this_step")

    def _let_go(self, each: Taken) -> None:
        if each.is_held:
            self.held[each.person] -= each.amount
            each.is_held = False

    def sweep(self, now: int) -> int:
        due = [n for n, each in enumerate(self.taken) if each.state == "reserved" and each.expires <= now]
        for number in due:
            self.end(number, "expired")
        return len(due)

    def sweep_ledger(self, now: int) -> int:
        due = [each for each in self.taken if each.state == "reserved" and each.is_held and each.expires <= now]
        for each in due:
            self._let_go(each)
        return len(due)

    def reverse(self, number: int) -> Answer:
        each = self.taken[number]
        if each.state == "converted":
            self.balance[each.person] += each.amount
            self._fill(each.person)
            each.state = "reversed"
        return ("done", "reversed") if each.state == "reversed" else ("refused", "conversion_not_at_this_step")
