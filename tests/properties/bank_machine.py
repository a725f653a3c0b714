"""The credit bank and the model, driven side by side by chance (trust goal R-04): on PostgreSQL, and in memory.

People with a completed class each claim outcomes, are judged under the rule version of the day, deposit and take back,
reserve credit for programmes, are confirmed, refused, overtaken by time, reversed and revoked, see credit end by its
rule and come back, and pay for a class, while the rules change. A step is one deed asked of the bank and of the model,
whose answers are compared, and after it the accounts of whom it concerned (I3, I4). Every `EVERY` steps, and at the
end of a walk, all accounts and the tables are asked:

I1 a unit's balances add up to zero; I5 the same request again is the same deed, another wish under its number is
refused; I6 nothing is moved back twice, nor more than it was; I7 what a conversion took is what its outcomes once gave,
under the rule it cites; I9 an order is the sum of its payers' shares, and what was captured and not paid back is where
the shares say. When a walk ends: I2, I10 the ledger verifies, is sealed and verifies again, and no posting can be
changed; history under the rules of the day gives the same balances; I8 what one school claims of another is what that
one owes, and what conversions made of it; no constraint that waits for the end of a transaction is broken.

A step is a name and a number from which its choices follow: the same steps are the same walk, and fewer of them too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid5

from tests.properties.bank_model import Answer, Learning, ModelBank
from tests.properties.bank_world import HOURS, PROGRAMMES, RULES, TITLES, last_day, rules_text
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import Refused

UNIT, CLAIMS = "CREDIT.community", "CLAIM.degree"
EVERY = 25
DAY = 24 * 60
LAST_MINUTE = 200 * DAY  # then time stands still: the second kind of certificate is about to end
NAMES = UUID(int=4)


class BankMachine:
    """Every deed does the same on both sides and compares the answers. every: steps between two full looks."""

    ground: ClassVar[Any]
    bank: Any  # whose deeds are done: the door of credits, or the same deeds in memory
    counted: ClassVar[Counter[tuple[str, str]]]  # deed, answer -> steps

    def __init__(self, *, every: int = EVERY) -> None:
        ground = self.ground
        self.every = every
        self.model = ModelBank(len(ground.people))
        for person in range(len(ground.people)):
            self.model.learned.append(Learning(person, 16 * 60, 16 * 60, "proposed", amount=100))
        self.claims: dict[int, Any] = {}  # number of the learning -> the claim's row
        self.claimed_by_person = [0] * len(ground.people)
        for person, minutes, until, row in ground.claims:
            self.model.claim(person, minutes, until)
            self._remember(person, row)
        self.revocations: dict[int, Any] = {}
        self.conversions: list[tuple[Any, dict[str, Any]]] = []  # uuid, what was asked
        self.captured = 0
        self.minute, self.deeds, self.version = 0, 0, 1

    @property
    def steps(self) -> int:
        return self.deeds

    @property
    def now(self) -> Any:
        return self.ground.now + timedelta(minutes=self.minute, milliseconds=self.deeds)

    @property
    def today(self) -> date:
        return local_date(self.now)

    def both(self, name: str, expected: Answer, act: Callable[[], Any], *, person: int | None = None) -> None:
        """Do the real deed, compare what it answered, and look at the accounts of whom it concerned."""
        self.deeds += 1
        try:
            with self.all_or_nothing():
                found: Answer = ("done", act())
        except Refused as refusal:
            found = ("refused", refusal.code)
        assert found == expected, f"{name}: the bank says {found}, the model {expected}"
        self.counted[name, str(found[1]) if found[0] == "refused" else "done"] += 1
        if person is not None:
            self.accounts_agree([person], [])
        if self.deeds % self.every == 0:
            self.everything_agrees()

    def step(self, name: str, number: int) -> None:
        """One deed by name, or a short story of some; its choices follow from the number."""
        getattr(self, name)(Random(number))

    # -- recognise and deposit ------------------------------------------------------------------------------------

    def anybody(self, dice: Random) -> int:
        return dice.randrange(len(self.ground.people))

    def decide(self, dice: Random) -> None:
        """Mostly what waits, and sometimes anything again."""
        waiting = [n for n in self.claims if self.model.learned[n].state == "claimed"]
        choice = sorted(self.claims) if dice.random() < 0.3 else waiting
        if choice:
            self._decide(dice.choice(choice), dice.random() < 0.8)

    def learn(self, dice: Random) -> None:
        """One more outcome from elsewhere is claimed, taken up and mostly judged at once."""
        person, hours = self.anybody(dice), dice.choice(HOURS)
        if self._learn(person, hours) and dice.random() < 0.75:
            self._decide(len(self.model.learned) - 1, True)

    def _learn(self, person: int, hours: int) -> bool:
        number = self.claimed_by_person[person]
        until = last_day(number)
        if number >= len(TITLES) or self.today >= until:
            self.claimed_by_person[person] += number < len(TITLES)
            return False

        def act() -> str:
            self._remember(person, self.ground.claim(person, number, hours, self.now))
            return "claimed"

        self.both("claim and accept", self.model.claim(person, hours * 60, until), act, person=person)
        return True

    def _remember(self, person: int, row: Any) -> None:
        self.claims[len(self.model.learned) - 1] = row
        self.claimed_by_person[person] += 1

    def learn_before_the_rules_change(self, dice: Random) -> None:
        if self.version < 4 and self._learn(self.anybody(dice), dice.choice(HOURS)):
            number = len(self.model.learned) - 1
            self.change_the_rules(dice)
            self._decide(number, True)

    def _decide(self, number: int, is_for: bool) -> None:
        def act() -> Any:
            view = self.bank.judge_claim(
                actor=self.ground.other,
                claim_uuid=self.claims[number].uuid,
                is_for=is_for,
                words="材料不全" if not is_for else "",
                now=self.now,
            )
            return view.state, view.amount_hundredths

        expected = self.model.decide(number, is_for, self.today)
        self.both("judge", expected, act, person=self.model.learned[number].person)

    def deposit(self, dice: Random) -> None:
        person = self.anybody(dice)
        for _ in range(dice.choice((1, 1, 2))):
            self._deposit(person)

    def _deposit(self, person: int) -> None:
        self.both(
            "deposit",
            self.model.deposit(person, self.minute),
            lambda: (
                self.bank.deposit_credit(
                    actor=self.ground.actors[person], proposal_uuid=self.ground.proposals[person], now=self.now
                ).state
            ),
            person=person,
        )

    def take_back(self, dice: Random) -> None:
        person, is_again = self.anybody(dice), dice.random() < 0.5
        if is_again:
            self._deposit(person)
        self.minute += dice.choice((0, 3, 11))
        self.both(
            "take back",
            self.model.take_back(person, self.minute),
            lambda: (
                self.bank.take_back_deposit(
                    actor=self.ground.actors[person], proposal_uuid=self.ground.proposals[person], now=self.now
                ).state
            ),
            person=person,
        )
        if is_again:
            self._deposit(person)

    # -- convert --------------------------------------------------------------------------------------------------

    def key(self, number: int) -> str:
        if number < len(self.ground.people):
            return f"c{self.ground.completions[number]}"
        return f"o{self.claims[number].outcome_id}"

    def usable(self, person: int) -> list[int]:
        return [n for n in range(len(self.model.learned)) if self.model.is_usable(n, person)]

    def reserve(self, dice: Random) -> None:
        """Mostly what is hers and free, now and then anything at all."""
        person, wild = self.anybody(dice), dice.random() < 0.15
        usable = self.usable(person)
        choice = list(range(len(self.model.learned))) if wild or not usable else usable
        count = min(len(choice), dice.choice((0, 1, 1, 1, 2, 3)))
        self._reserve(person, dice.choice(PROGRAMMES), sorted(dice.sample(choice, count)))

    def _reserve(self, person: int, programme: str, uses: list[int]) -> bool:
        uuid = uuid5(NAMES, str(self.deeds))
        asked = {
            "actor": self.ground.actors[person],
            "conversion_uuid": uuid,
            "person_id": self.ground.people[person].pk,
            "rules_code": RULES,
            "programme": programme,
            "institution_id": self.ground.world.college.pk,
            "plan": {self.key(n): ("第 12 条", self.model.learned[n].counted) for n in uses},
        }
        expected = self.model.reserve(person, programme, uses, self.minute)
        if expected[0] == "done":
            self.conversions.append((uuid, asked))
        self.both("reserve", expected, lambda: self._ask(asked), person=person)
        return expected[0] == "done"

    def _ask(self, asked: dict[str, Any]) -> Any:
        view = self.bank.reserve_conversion(**asked, now=self.now)
        return view.state, view.amount_hundredths

    def some_conversion(self, dice: Random) -> int:
        """Mostly one of the newest: those are the ones something can still happen to."""
        count = len(self.conversions)
        return dice.randrange(count) if dice.random() < 0.3 else max(0, count - 1 - dice.randrange(4))

    def ask_again(self, dice: Random) -> None:
        if not self.conversions:
            return
        number = self.some_conversion(dice)
        _, asked = self.conversions[number]
        each = self.model.taken[number]
        expected: Answer = ("done", (each.state, each.counted))
        if dice.random() < 0.3:
            other = next(p for p in PROGRAMMES if p != asked["programme"])
            asked, expected = asked | {"programme": other}, ("refused", "conversion_uuid_used")
        self.both("reserve again", expected, lambda: self._ask(asked), person=each.person)

    def answer(self, dice: Random) -> None:
        if self.conversions:
            how = dice.choice(("confirm", "confirm", "confirm", "refuse", "withdraw", "withdraw", "reverse", "reverse"))
            self._answer(self.some_conversion(dice), how)

    def _answer(self, number: int, how: str) -> None:
        uuid, asked = self.conversions[number]
        model = {
            "confirm": lambda: self.model.confirm(number, self.minute),
            "refuse": lambda: self.model.end(number, "refused"),
            "withdraw": lambda: self.model.end(number, "withdrawn"),
            "reverse": lambda: self.model.reverse(number),
        }[how]
        act = getattr(self.bank, f"{how}_conversion")
        more = {"words": "本人退学"} if how in {"refuse", "reverse"} else {}
        actor = asked["actor"] if how == "withdraw" else self.ground.clerk
        self.both(how, model(), lambda: act(actor=actor, conversion_uuid=uuid, now=self.now, **more).state)
        self.accounts_agree([self.model.taken[number].person], [number])

    def convert(self, dice: Random) -> None:
        """A whole life of a conversion of one outcome."""
        person = self.anybody(dice)
        usable, programme, before = self.usable(person), dice.choice(PROGRAMMES), len(self.conversions)
        if not usable or not self._reserve(person, programme, usable[-1:]):
            return
        firsts, thens = ("confirm", "wait", "refuse", "withdraw", "reverse"), ("sweep", "ledger", "again")
        for what in [dice.choice(firsts), *dice.choices((*firsts, *thens), k=dice.randrange(4))]:
            if what == "again":
                self._reserve(person, next(p for p in PROGRAMMES if p != programme), usable[-1:])
            elif what == "wait":
                self._wait(32 * DAY)
            elif what in {"sweep", "ledger"}:
                (self.sweep if what == "sweep" else self.sweep_ledger)(dice)
            else:
                self._answer(before, what)

    def fill_a_programme(self, dice: Random) -> None:
        """Three large outcomes one after the other: a programme takes two of them."""
        person, programme = self.anybody(dice), dice.choice(PROGRAMMES)
        for _ in range(3):
            if self._learn(person, 48):
                self._decide(len(self.model.learned) - 1, True)
                self._reserve(person, programme, [len(self.model.learned) - 1])

    def lose_what_was_spent_and_learn_again(self, dice: Random) -> None:
        person = self.anybody(dice)
        for _ in range(2):
            before = len(self.conversions)
            if not self._learn(person, 16):
                return
            number = len(self.model.learned) - 1
            self._decide(number, True)
            if self._reserve(person, PROGRAMMES[0], [number]):
                self._answer(before, "confirm")
            self._ask_to_revoke(number, goes_on=True)

    # -- revoke ---------------------------------------------------------------------------------------------------

    def ask_to_revoke(self, dice: Random) -> None:
        self._ask_to_revoke(dice.randrange(len(self.model.learned)), dice.random() < 0.6)

    def _ask_to_revoke(self, number: int, goes_on: bool) -> None:
        expected = self.model.ask_to_revoke(number)
        uuid = self.claims[number].uuid if number in self.claims else self.ground.proposals[number]

        def act() -> str:
            view = self.bank.ask_recognition_revocation(
                actor=self.ground.officer, recognition_uuid=uuid, reason="record_error", words="登记有误", now=self.now
            )
            self.revocations[number] = view.uuid
            return view.state

        self.both("ask to revoke", expected, act, person=self.model.learned[number].person)
        if goes_on and expected[0] == "done":
            self._revoke(number)

    def revoke(self, dice: Random) -> None:
        if self.revocations:
            self._revoke(dice.choice(sorted(self.revocations)))

    def _revoke(self, number: int) -> None:
        def act() -> Any:
            view = self.bank.revoke_recognition(
                actor=self.ground.other, revocation_uuid=self.revocations[number], now=self.now
            )
            return view.state, view.expired_hundredths, view.available_hundredths, view.deficit_hundredths

        self.both("revoke", self.model.revoke(number), act, person=self.model.learned[number].person)

    # -- credit that ends by its rule -----------------------------------------------------------------------------

    def announce(self, dice: Random) -> None:
        if dice.random() < 0.3:
            self._wait(31 * DAY)
        expected = self.model.announce(self.today)
        self.both("announce", ("done", expected), lambda: self.bank.announce_credit_expiry(now=self.now))

    def let_end(self, dice: Random) -> None:
        """Mostly on the day of the next one."""
        due = [each.due for each in self.model.learned if each.end == "announced"]
        if due and dice.random() < 0.7:
            self._wait(max(0, (min(due) - self.today).days * DAY))
        expected = self.model.let_end(self.today)
        self.both("let end", ("done", expected), lambda: self.bank.expire_credits(now=self.now))
        self.accounts_agree(range(len(self.ground.people)), [])

    def restore(self, dice: Random) -> None:
        known = [n for n, each in enumerate(self.model.learned) if each.end]
        ended = [n for n in known if self.model.learned[n].end == "expired"]
        if known:
            self._restore(dice.choice(ended or known))

    def _restore(self, number: int) -> None:
        def act() -> str:
            uuid = self.expiry_of(self.claims[number])
            return self.bank.restore_expired_credit(
                actor=self.ground.officer, expiry_uuid=uuid, words="材料补齐", now=self.now
            ).state

        self.both("restore", self.model.restore(number), act, person=self.model.learned[number].person)

    def an_end_and_after(self, dice: Random) -> None:
        """Credit ends, and then it is revoked, restored, or first the one and then the other."""
        self.announce(dice)
        self.let_end(dice)
        ended = [n for n, each in enumerate(self.model.learned) if each.end == "expired"]
        if ended:
            number, order = (
                dice.choice(ended),
                dice.choice((("restore",), ("revoke", "restore"), ("restore", "revoke"))),
            )
            for what in order:
                if what == "restore":
                    self._restore(number)
                else:
                    self._ask_to_revoke(number, goes_on=True)

    # -- an order that is paid ------------------------------------------------------------------------------------

    def order(self, dice: Random) -> None:
        """Somebody holds a seat, pays, is told of it twice or not at all, leaves again: only the sums are known."""
        self.deeds += 1
        answer = self.paid_order(self.anybody(dice), told=dice.randrange(3), leaves=dice.random() < 0.6)
        self.counted["order", answer] += 1
        self.orders_add_up()

    # -- between the schools, time and rules ----------------------------------------------------------------------

    def tell_the_schools(self, dice: Random | None = None) -> None:
        """What conversions and reversals told the outbox is booked between the schools, and taken back."""
        self.deliver()
        world = self.ground.world
        for giver in (world.centre.pk, world.other_centre.pk):
            names = f"claims:{giver}:on:{world.college.pk}", f"claims:{world.college.pk}:on:{giver}"
            found = self.balances(CLAIMS, names)
            claimed, owed = (found.get(name, (0, 0))[0] for name in names)
            assert claimed == -owed == self.claimed_from(giver), "I8: the schools' claims are not what was converted"

    def claimed_from(self, giver: int) -> int:
        uses = (use for each in self.model.taken if each.state == "converted" for use in each.uses)
        return sum(self.model.learned[use].counted for use in uses if self.giver_of(use) == giver)

    def giver_of(self, number: int) -> int:
        if number not in self.claims:
            return int(self.ground.world.centre.pk)
        return self.claims[number].outcome.issuer_id or 0

    def wait(self, dice: Random) -> None:
        self._wait(dice.choice((3, 3, 11, 16 * DAY)))

    def _wait(self, minutes: int) -> None:
        self.minute = min(max(LAST_MINUTE, self.minute), self.minute + minutes)

    def sweep(self, dice: Random) -> None:
        expected = self.model.sweep(self.minute)
        self.both("sweep", ("done", expected), lambda: self.bank.expire_conversions(now=self.now))

    def sweep_ledger(self, dice: Random) -> None:
        expected = self.model.sweep_ledger(self.minute)
        self.both("ledger's sweep", ("done", expected), self.expire_held)

    def change_the_rules(self, dice: Random) -> None:
        """Twice as much for an hour, or half; what was claimed before is decided as it was claimed."""
        if self.version >= 4:
            return
        self.version += 1
        hours = 8 if self.version % 2 == 0 else 16
        text = rules_text(self.version, region=320924000000, hours=hours)
        self.deeds += 1
        self.counted["change the rules", "done"] += 1
        self.bank.draft_rule_set(actor=self.ground.officer, text=text, now=self.now)
        steps = [(self.version, "reviewed", self.ground.officer), (self.version, "filed", self.ground.other)]
        if self.version > 2:  # one day has one version: the one filed before is repealed first
            steps.insert(0, (self.version - 1, "expired", self.ground.other))
        for version, to, actor in steps:
            self.bank.advance_rule_set(actor=actor, code="community", version=version, to=to, now=self.now)
        self.model.per_credit = hours * 60

    # -- what must hold -------------------------------------------------------------------------------------------

    def accounts_agree(self, people: Any, conversions: Any) -> None:
        """I3, I4: what these people have, hold and owe, and what these conversions used, is what the model says."""
        expected: dict[str, tuple[int, int]] = {}
        for n in people:
            person = self.ground.people[n].pk
            assert self.model.available(n) >= 0 <= self.model.deficit[n]
            expected[f"person:{person}:available"] = (self.model.balance[n], self.model.held[n])
            expected[f"person:{person}:revoked_deficit"] = (-self.model.deficit[n], 0)
        for n in conversions:
            each = self.model.taken[n]
            expected[f"conversion:{self.conversions[n][0]}:used"] = (
                each.amount if each.state == "converted" else 0,
                0,
            )
        found = self.balances(UNIT, list(expected))
        wrong = {
            name: (found.get(name, (0, 0)), has) for name, has in expected.items() if found.get(name, (0, 0)) != has
        }
        assert not wrong, f"the accounts (found, expected): {wrong}"

    def everything_agrees(self) -> None:
        self.accounts_agree(range(len(self.ground.people)), range(len(self.conversions)))
        self.tables_agree()

    def end(self) -> None:
        """What is looked at once, when a walk is over."""
        self.everything_agrees()
        self.orders_add_up()
        self.tell_the_schools()
        self.history_agrees()

    # -- where the bank's rows are: PostgreSQL, or memory ---------------------------------------------------------

    forgotten: Any  # a block: what happens inside never happened
    all_or_nothing: Any  # a block: a refusal inside leaves nothing behind
    balances: Callable[[str, Sequence[str]], dict[str, tuple[int, int]]]  # of a unit: posted, held; opened ones only
    expiry_of: Callable[[Any], UUID]  # of a claim
    expire_held: Callable[[], int]  # the ledger's own sweep: how many holds ended
    deliver: Callable[[], None]  # what waits in the outbox reaches its subscribers
    paid_order: Any  # person, how often the gateway tells, whether she leaves: what became of it; counts `captured`
    orders_add_up: Callable[[], None]  # I9
    tables_agree: Callable[[], None]  # I1, I6, I7
    history_agrees: Callable[[], None]  # I2, I7, I10
