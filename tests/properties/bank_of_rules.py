"""The bank in memory: the product's own rules, the lines they post, and a book that keeps the ledger's walls.

What is the product's here: the evaluator and its caps, what an outcome adds, which step a conversion may take, the
lines of every event, how a deficit is filled, what is revoked from where, when credit ends, what schools claim of each
other, an order's shares and what goes back to whom, which inputs a key stands for, the chain of seals. What is not:
locks, rows and SQL. The book is the model which `ledger_machine.py` holds against the real ledger step by step; an
entry is never changed in it, and every balance can be worked out again from its entries (I2, I3).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from tests.properties.bank_book import Book
from tests.properties.bank_machine import CLAIMS, NAMES, UNIT
from tests.properties.bank_world import ENDS, RULES, TITLES, rules_text, tight_rules
from xueqiao.domains.credits.errors.claims import ClaimNotAtThisStep, NotWorthAnything
from xueqiao.domains.credits.errors.conversions import (
    CreditInUse,
    NotEnoughCredit,
    NothingToConvert,
    OutcomeNotUsable,
    PlanNotLegal,
    RecognitionGone,
    UuidUsed,
)
from xueqiao.domains.credits.errors.corrections import NothingToRevoke, RevocationAsked
from xueqiao.domains.credits.errors.deposits import UndoOver
from xueqiao.domains.credits.rules import postings
from xueqiao.domains.credits.rules.choosing import nearest
from xueqiao.domains.credits.rules.claims import verdict
from xueqiao.domains.credits.rules.clearing import (
    book_key,
    claims_of,
    reverse_key,
)
from xueqiao.domains.credits.rules.conversions import (
    EXPIRED_ACCOUNT,
    day_it_may_be_gone,
    deficit_account,
    explanation_of,
    is_new_step,
    last_day_of_credit,
    part_taken,
    require_in_time,
    revoked_parts,
    sums_by_giver,
    sums_by_unit,
)
from xueqiao.domains.credits.rules.deposits import credit_for, issuer_account, person_account
from xueqiao.domains.credits.rules.evaluation import IllegalPlan, evaluate
from xueqiao.domains.credits.rules.recognising import added_by
from xueqiao.domains.credits.rules.ruledays import RuleDays, begins, ends_by_version, is_in_force
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.values.evaluations import Settled
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.errors import AlreadyResolved, InsufficientBalance
from xueqiao.foundation.undo.api import UNDO_MINUTES

HOME, COLLEGE, CENTRE, OTHER_CENTRE = 320924100000, 1, 2, 3
OUTSIDE = "issuer:outside:granted"
_READ: dict[str, RuleSet] = {}


def read_once(text: str) -> RuleSet:
    if text not in _READ:
        _READ[text] = read_rule_file(text)
    return _READ[text]


@dataclass
class Row:
    """A recognition: a class of sixteen hours or a claim, and what became of it."""

    key: str
    person: int
    facts: OutcomeFacts
    giver: int | None
    state: str
    amount: int = 0
    rules: RuleSet | None = None
    decided: date | None = None
    count: int = 0  # deposits so far
    transfer: int = -1
    until: datetime | None = None
    revocation: Any = None
    expiry: Any = None

    @property
    def issuer(self) -> str:
        return issuer_account(self.giver) if self.giver else OUTSIDE

    @property
    def is_posted(self) -> bool:
        return self.state in {"deposited", "recognised"}

    @property
    def is_revoked(self) -> bool:
        return self.revocation is not None and self.revocation.state == "done"


@dataclass
class Conversion:
    uuid: UUID
    person: int
    asked: tuple[Any, ...]
    rules: RuleSet
    uses: list[tuple[Row, Any]]
    amount: int
    sha256: str
    expires_at: datetime
    state: str = "reserved"
    holds: dict[str, int] = field(default_factory=dict)  # unit -> transfer

    @property
    def in_force(self) -> bool:
        return self.state in {"reserved", "converted"}


class Bank:
    """The deeds of the door, over plain rows. persons: numbers from zero."""

    def __init__(self, people: int) -> None:
        self.book = Book()
        self.shipped = [read_once(rules_text()), read_once(tight_rules())]
        self.drafts: dict[int, RuleSet] = {}
        self.filed: dict[int, RuleDays] = {}  # versions of the county, by number
        self.claims: dict[UUID, Row] = {}
        self.classes: dict[UUID, Row] = {}
        self.conversions: dict[UUID, Conversion] = {}
        self.revocations: dict[UUID, Any] = {}
        self.outbox: list[tuple[Conversion, bool]] = []
        for person in range(people):
            facts = {"hours": 16 * 60, "attendance": Fraction(1), "passed": True, "strength": 4}
            outcome = OutcomeFacts(f"c{person}", "community_course", "手机", str(CENTRE), date(2026, 4, 22), facts)
            worth = credit_for(16 * 60, minutes_per_credit=16 * 60, step_hundredths=50)
            row = Row(outcome.key, person, outcome, CENTRE, "proposed", worth.amount_hundredths)
            self.classes[uuid5(NAMES, outcome.key)] = row
        self.by_person: list[list[Row]] = [[] for _ in range(people)]
        for row in self.classes.values():
            self.by_person[row.person].append(row)

    # rows

    def available(self, person: int) -> int:
        posted, held = self.book.balance(UNIT, person_account(person))
        return posted - held

    def deficit(self, person: int) -> int:
        return -self.book.balance(UNIT, deficit_account(person))[0]

    def in_force(self, code: str, now: datetime) -> RuleSet:
        on = local_date(now)
        ends = ends_by_version(list(self.filed.values()))
        county = [
            self.drafts[version]
            for version, days in self.filed.items()
            if is_in_force("expired" if days.closed_on else "filed", days.starts_on, ends[version], on)
        ]
        return next(each for each in nearest([*self.shipped, *county], region=HOME, on=on) if each.code == code)

    def used(self, row: Row) -> bool:
        return any(
            each.in_force and any(use is row for use, _ in each.uses)
            for each in self.conversions.values()
            if each.person == row.person
        )

    def is_free(self, row: Row) -> bool:
        return not row.is_revoked and not self.used(row)

    def learned(self, person: int) -> list[OutcomeFacts]:
        """What a person has learned and the bank knows to be true: her class, and what was recognised."""
        rows = self.by_person[person]
        return [row.facts for row in rows if not row.is_revoked and row.state not in {"accepted", "refused"}]

    # claims and deposits

    def claim(self, person: int, number: int, hours: int, giver: int | None, now: datetime) -> Row:
        facts = {"hours": hours * 60, "attendance": Fraction(1), "passed": True, "unit": f"U-{number}"}
        outcome = OutcomeFacts(
            f"o{person}-{number}",
            "training_certificate",
            TITLES[number],
            str(giver or f"学校{number}"),
            ENDS[number % 2],
            facts | {"strength": 3, "reviewers": 1},
        )
        row = Row(outcome.key, person, outcome, giver, "accepted", rules=self.in_force("community", now))
        row.uuid = uuid5(NAMES, outcome.key)  # type: ignore[attr-defined]
        row.outcome = SimpleNamespace(issuer_id=giver)  # type: ignore[attr-defined]
        row.outcome_id = outcome.key[1:]  # type: ignore[attr-defined]
        self.claims[uuid5(NAMES, outcome.key)] = row
        self.by_person[person].append(row)
        return row

    def judge_claim(self, *, claim_uuid: UUID, is_for: bool, now: datetime, **_: Any) -> Any:
        row = self.claims[claim_uuid]
        if row.state != "accepted":
            raise ClaimNotAtThisStep
        if verdict([is_for], needed=1):
            assert row.rules is not None
            on = local_date(now)
            added = added_by(row.rules, "community", self.learned(row.person), row.facts, on=on)
            if not added.is_fit:
                raise NotWorthAnything(why=added.why)
            row.state, row.amount, row.decided = "recognised", added.amount_hundredths, on
            if row.amount:
                row.transfer = self._arrives(row, f"credits.recognise:{row.key}", row.issuer, row.amount)
        else:
            row.state = "refused"
        return SimpleNamespace(state=row.state, amount_hundredths=row.amount)

    def _arrives(self, row: Row, key: str, source: str, amount: int) -> int:
        deficit = self.deficit(row.person)
        lines = postings.arriving_lines(source, row.person, amount, deficit=deficit)
        return self.book.post(UNIT, lines, key, {"of": row.key})

    def deposit_credit(self, *, proposal_uuid: UUID, now: datetime, **_: Any) -> Any:
        row = self.classes[proposal_uuid]
        if row.state == "proposed":
            row.transfer = self._arrives(row, f"credits.deposit:{row.key}:{row.count}", row.issuer, row.amount)
            row.state, row.count, row.until = "deposited", row.count + 1, now + timedelta(minutes=UNDO_MINUTES)
        return row

    def take_back_deposit(self, *, proposal_uuid: UUID, now: datetime, **_: Any) -> Any:
        row = self.classes[proposal_uuid]
        if row.state == "proposed":
            return row
        if row.until is None or now >= row.until or row.is_revoked:
            raise UndoOver
        if self.used(row):
            raise CreditInUse
        lines = postings.turned(self.book.lines_of(UNIT, row.transfer))
        self.book.post(UNIT, lines, f"credits.take_back:{row.key}:{row.count}", {"of_transfer": row.transfer})
        row.state = "proposed"
        return row

    # conversions

    def usable(self, person: int) -> dict[str, Row]:
        return {
            row.key: row
            for row in self.by_person[person]
            if row.is_posted
            and row.amount > 0
            and self.is_free(row)
            and (row.expiry is None or row.expiry.state != "expired")
        }

    def reserve_conversion(
        self, *, conversion_uuid: UUID, person_id: int, programme: str, plan: Any, now: datetime, **asked: Any
    ) -> Any:
        wish = (person_id, asked["rules_code"], programme, asked["institution_id"])
        known = self.conversions.get(conversion_uuid)
        if known is not None:
            if known.asked != wish:
                raise UuidUsed
            return SimpleNamespace(state=known.state, amount_hundredths=known.amount)
        if not plan:
            raise NothingToConvert
        usable = self.usable(person_id)
        if not set(plan) <= set(usable):
            raise OutcomeNotUsable
        rules = self.in_force(RULES, now)
        settled = tuple(
            Settled(row.facts, use.option, use.counted_hundredths)
            for each in self.conversions.values()
            if each.in_force and (each.person, each.asked[2]) == (person_id, programme)
            for row, use in each.uses
        )
        outcomes = [row.facts for row in usable.values()]
        try:
            told = evaluate(rules, programme, outcomes, on=local_date(now), plan=plan, settled=settled)
        except IllegalPlan as broken:
            raise PlanNotLegal from broken
        _, sha256 = explanation_of(told.sentences)
        row = Conversion(
            conversion_uuid,
            person_id,
            wish,
            rules,
            [(usable[use.key], use) for use in told.uses],
            told.amount_hundredths,
            sha256,
            now + timedelta(days=30),
        )
        try:
            parts = (
                (UNIT, part_taken(each.amount, worth=use.option.amount_hundredths, counted=use.counted_hundredths))
                for each, use in row.uses
            )
            for unit, amount in sums_by_unit(parts).items():
                row.holds[unit] = self.book.hold(
                    unit,
                    postings.held_lines(conversion_uuid, person_id, amount),
                    f"credits.reserve:{conversion_uuid}",
                    {"rule_sha256": rules.sha256, "explanation_sha256": sha256},
                    row.expires_at,
                    now,
                )
        except InsufficientBalance as short:
            raise NotEnoughCredit from short
        self.conversions[conversion_uuid] = row
        return SimpleNamespace(state=row.state, amount_hundredths=row.amount)

    def confirm_conversion(self, *, conversion_uuid: UUID, now: datetime, **_: Any) -> Any:
        row = self.conversions[conversion_uuid]
        if is_new_step(row.state, "converted"):
            require_in_time(row.expires_at, now)
            if any(use.is_revoked for use, _ in row.uses):
                raise RecognitionGone
            for unit, hold in row.holds.items():
                self.book.end(unit, hold, "post", f"credits.convert:{row.uuid}", now)
            row.state = "converted"
            self.outbox.append((row, False))
        return row

    def refuse_conversion(self, *, conversion_uuid: UUID, now: datetime, **_: Any) -> Any:
        return self._released(conversion_uuid, "refused", now)

    def withdraw_conversion(self, *, conversion_uuid: UUID, now: datetime, **_: Any) -> Any:
        return self._released(conversion_uuid, "withdrawn", now)

    def _released(self, conversion_uuid: UUID, state: str, now: datetime) -> Any:
        row = self.conversions[conversion_uuid]
        if is_new_step(row.state, state):
            for unit, hold in row.holds.items():
                with suppress(AlreadyResolved):
                    self.book.end(unit, hold, "void", f"credits.release:{row.uuid}", now)
                self._fill(unit, row.person, f"credits.release:{row.uuid}")
            row.state = state
        return row

    def _fill(self, unit: str, person: int, key: str) -> None:
        lines = postings.filling_lines(person, available=self.available(person), deficit=self.deficit(person))
        if lines:
            self.book.post(unit, lines, f"credits.fill_deficit:{key}", {"after": key})

    def expire_conversions(self, *, now: datetime) -> int:
        due = [each for each in self.conversions.values() if each.state == "reserved" and each.expires_at <= now]
        for each in due:
            self._released(each.uuid, "expired", now)
        return len(due)

    def reverse_conversion(self, *, conversion_uuid: UUID, **_: Any) -> Any:
        row = self.conversions[conversion_uuid]
        if is_new_step(row.state, "reversed"):
            for unit, hold in row.holds.items():
                key = f"credits.reverse:{row.uuid}"
                lines = postings.turned(self.book.lines_of(unit, hold))
                self.book.post(unit, lines, key, {"of_transfer": hold})
                self._fill(unit, row.person, key)
            row.state = "reversed"
            self.outbox.append((row, True))
        return row

    # what takes credit out again

    def ask_recognition_revocation(self, *, recognition_uuid: UUID, **_: Any) -> Any:
        row = self.claims.get(recognition_uuid) or self.classes[recognition_uuid]
        if not row.is_posted:
            raise NothingToRevoke
        if row.revocation is not None:
            raise RevocationAsked
        row.revocation = SimpleNamespace(uuid=uuid5(NAMES, f"revoke {row.key}"), state="asked", of=row)
        self.revocations[row.revocation.uuid] = row.revocation
        return row.revocation

    def revoke_recognition(self, *, revocation_uuid: UUID, **_: Any) -> Any:
        wish = self.revocations[revocation_uuid]
        row: Row = wish.of
        if wish.state == "done":
            return wish
        if not row.is_posted:
            raise NothingToRevoke
        gone = row.expiry.amount if row.expiry is not None and row.expiry.state == "expired" else 0
        parts = revoked_parts(row.amount, expired=gone, available=self.available(row.person))
        if row.amount:
            lines = postings.revoked_lines(row.issuer, row.person, parts)
            self.book.post(UNIT, lines, f"credits.revoke:{row.key}", {"recognition": row.key})
        wish.state = "done"
        wish.expired_hundredths, wish.available_hundredths, wish.deficit_hundredths = parts
        return wish

    def announce_credit_expiry(self, *, now: datetime) -> int:
        count, today = 0, local_date(now)
        for row in self.claims.values():
            if row.state != "recognised" or not row.amount or row.expiry is not None or not self.is_free(row):
                continue
            assert row.rules is not None and row.decided is not None
            end = last_day_of_credit(row.rules, row.rules.programme("community"), row.facts, on=row.decided)
            due = day_it_may_be_gone(end, today=today, notice_days=90)
            if due is not None:
                row.expiry = SimpleNamespace(uuid=uuid5(NAMES, f"end {row.key}"), state="announced", due=due, amount=0)
                count += 1
        return count

    def expire_credits(self, *, now: datetime) -> int:
        today = local_date(now)
        due = [row for row in self.claims.values() if row.expiry is not None and row.expiry.state == "announced"]
        due = [row for row in due if row.expiry.due <= today and self.is_free(row)]
        for row in sorted(due, key=lambda row: row.expiry.due):
            lines = postings.ending_lines(row.person, row.amount, available=self.available(row.person))
            if lines:
                self.book.post(UNIT, lines, f"credits.expire:{row.key}", {"claim": row.key})
            row.expiry.state, row.expiry.amount = "expired", postings.amount_of(lines)
        return len(due)

    def restore_expired_credit(self, *, expiry_uuid: UUID, **_: Any) -> Any:
        row = next(each for each in self.claims.values() if each.expiry and each.expiry.uuid == expiry_uuid)
        if row.expiry.state != "restored" and row.expiry.amount and self.is_free(row):
            self._arrives(row, f"credits.restore:{row.key}", EXPIRED_ACCOUNT, row.expiry.amount)
        row.expiry.state = "restored"
        return row.expiry

    # rules and schools

    def draft_rule_set(self, *, text: str, **_: Any) -> None:
        rules = read_once(text)
        self.drafts[rules.version] = rules

    def advance_rule_set(self, *, version: int, to: str, now: datetime, **_: Any) -> None:
        on = local_date(now)
        if to == "filed":
            self.filed[version] = RuleDays(version, begins(self.drafts[version].in_force_from, on))
        elif to == "expired" and on <= self.filed[version].starts_on:
            del self.filed[version]
        elif to == "expired":
            self.filed[version] = replace(self.filed[version], closed_on=on)

    def deliver(self) -> None:
        """Each fact twice: told again it books nothing more."""
        for row, is_reversal in (*self.outbox, *self.outbox):
            givers = sums_by_giver((use.giver, how.counted_hundredths) for use, how in row.uses)
            lines = claims_of(givers, COLLEGE)
            if lines:
                key = reverse_key(row.uuid) if is_reversal else book_key(row.uuid)
                self.book.post(CLAIMS, postings.turned(lines) if is_reversal else lines, key, {"of": str(row.uuid)})
        self.outbox.clear()
