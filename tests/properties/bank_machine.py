"""The credit bank's real actions and the model, driven side by side by Hypothesis on PostgreSQL (trust goal R-04).

Two people with a completed class each claim outcomes, are judged under the rule version of the day, deposit and take
back, reserve credit for programmes, are confirmed, refused, overtaken by time, reversed and revoked, while the rules
change. After every step the answers are compared, and the invariants of trust 2.2 are asked of the tables:

I1 a unit's balances add up to zero; I3, I4 every account is what the model says, and nobody's is below zero; I5 the
same request again is the same deed, another wish under its number is refused; I6 nothing is moved back twice, nor more
than it was; I7 what a conversion took is what its outcomes once gave, under the rule it cites. When an example ends:
I2, I10 the ledger verifies, is sealed and verifies again, and no posting can be changed; history under the rules of the
day gives the same balances; I8 what one school claims of another is what that one owes, and what conversions made of
it. I9 (who paid what of an order) is asked by the money stories.

The ledger has no form in memory: its arithmetic is SQL. So all steps are steps on PostgreSQL.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from psycopg.pq import TransactionStatus

from tests.domains.credits.claiming import a_paper, reviewer
from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.domains.credits.converting import clerk_of
from tests.properties.bank_model import Answer, Learning, ModelBank
from tests.properties.bank_tables import BACK_TWICE, PAIRS, PARTS, ZERO, rows
from tests.properties.test_paid_seats import deliver_in_place
from tests.worlds.small_county import COUNTY, HEDE, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim, CreditProposal, RuleSetVersion
from xueqiao.domains.learning.models import Completion
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import Refused

UNIT, CLAIMS, RULES = "CREDIT.community", "CLAIM.degree", "open-university"
PROGRAMMES = ("management-associate", "elderly-care-associate")
TITLES = [first + second for first in "天地玄黄宇宙洪荒" for second in "春秋冬夏云雨"]
HOURS = (16, 32, 48)


class Ground:
    """Two people with a completed class of sixteen hours each, a catalogue, a clerk; a programme takes 5 credits."""

    def __init__(self) -> None:
        done = completed(2)
        self.world, self.now = done.room.world, done.now
        self.people = done.room.learners
        Completion.objects.within(EVERYTHING).update(minutes_attended=16 * 60)
        for each in done.completions:
            credit_bank.propose_credit(actor=SYSTEM, completion_id=each.pk, now=done.now)
        proposals = {row.person_id: row.uuid for row in CreditProposal.objects.within(EVERYTHING)}
        self.proposals = [proposals[person.pk] for person in self.people]
        self.completions = {each.person_id: each.pk for each in done.completions}
        self.desk = on_duty(self.world.clerk, "centre_clerk", HEDE)
        self.clerk = clerk_of(self.world)
        self.officer = on_duty(self.world.officer, "county_officer", COUNTY)
        self.other = reviewer("评审甲")
        credit_bank.adopt_shipped_rules(actor=SYSTEM, now=done.now, samples_in_force=True)
        row = RuleSetVersion.objects.get(code=RULES)
        tight = row.text.replace('share = "40%"', "credits = 5")
        RuleSetVersion.objects.filter(pk=row.pk).update(text=tight, sha256=hashlib.sha256(tight.encode()).hexdigest())
        for number in range(len(TITLES)):
            credit_bank.publish_unit(
                actor=self.officer,
                code=f"U-{number}",
                title=TITLES[number],
                level=2,
                learning_outcomes=["会"],
                notional_minutes=960,
                amount_hundredths=100,
                assessment="实操",
                owner_id=self.world.college.pk,
                effective_from=date(2026, 1, 1),
                now=done.now,
            )
        while deliver_in_place(self.now):
            pass


class BankMachine(RuleBasedStateMachine):
    """Every rule does the same on both sides and compares the answers."""

    ground: ClassVar[Ground]
    steps: ClassVar[int] = 0
    refused: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model = ModelBank(len(self.ground.people))
        for person in range(len(self.ground.people)):
            self.model.learned.append(Learning(person, 16 * 60, 16 * 60, "proposed", amount=100))
        self.claims: dict[int, Any] = {}  # number of the learning -> the claim's row
        self.revocations: dict[int, Any] = {}
        self.conversions: list[tuple[Any, dict[str, Any]]] = []  # uuid, what was asked
        self.minute, self.deeds, self.version = 0, 0, 1
        self.is_at_odds = False

    @property
    def now(self) -> Any:
        return self.ground.now + timedelta(minutes=self.minute, milliseconds=self.deeds)

    def actor(self, person: int) -> Any:
        return acting(self.ground.people[person])

    def both(self, expected: Answer, act: Any) -> Any:
        """Do the real deed, and compare what it answered."""
        self.deeds += 1
        self.is_at_odds = True  # until compared: the teardown must not hide this failure
        try:
            with transaction.atomic():
                found: Answer = ("done", act())
        except Refused as refusal:
            found = ("refused", refusal.code)
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
        assert found == expected, f"the bank says {found}, the model {expected}"
        self.is_at_odds = False

    # -- recognise and deposit ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.claims) < len(TITLES))
    @rule(person=st.integers(0, 1), hours=st.sampled_from(HOURS), decides=st.sampled_from((True, True, True, False)))
    def learn(self, person: int, hours: int, decides: bool) -> None:
        """An outcome from elsewhere is claimed, taken up and mostly judged at once."""
        number = len(self.claims)
        self.both(self.model.claim(person, hours * 60), lambda: self._claim(number, person, hours))
        if decides:
            self.decide_one(len(self.model.learned) - 1, True)

    def _claim(self, number: int, person: int, hours: int) -> str:
        facts = {"hours": hours * 60, "attendance": Fraction(1), "passed": True, "unit": f"U-{number}"}
        view = credit_bank.claim_outcome(
            actor=self.actor(person),
            person_id=self.ground.people[person].pk,
            outcome=credit_bank.ClaimedOutcome(
                "training_certificate",
                TITLES[number],
                f"学校{number}",
                date(2026, 2, 1),
                facts,
                issuer_institution_id=self.ground.world.other_centre.pk if number % 2 else None,
            ),
            papers=[a_paper()],
            now=self.now,
        )
        credit_bank.accept_claim(
            actor=self.ground.desk,
            claim_uuid=view.uuid,
            method="original_seen",
            seen_also_by_id=self.ground.world.officer.pk,
            now=self.now,
        )
        self.claims[len(self.model.learned) - 1] = Claim.objects.within(EVERYTHING).get(uuid=view.uuid)
        return "claimed"

    @precondition(lambda self: self.version < 4 and len(self.claims) < len(TITLES))
    @rule(person=st.integers(0, 1), hours=st.sampled_from(HOURS))
    def learn_before_the_rules_change(self, person: int, hours: int) -> None:
        self.learn(person=person, hours=hours, decides=False)
        self.change_the_rules()
        self.decide_one(len(self.model.learned) - 1, True)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), is_for=st.booleans())
    def decide(self, data: Any, is_for: bool) -> None:
        self.decide_one(data.draw(st.sampled_from(sorted(self.claims))), is_for)

    def decide_one(self, number: int, is_for: bool) -> None:
        def act() -> Any:
            view = credit_bank.judge_claim(
                actor=self.ground.other,
                claim_uuid=self.claims[number].uuid,
                is_for=is_for,
                words="材料不全" if not is_for else "",
                now=self.now,
            )
            return view.state, view.amount_hundredths

        self.both(self.model.decide(number, is_for), act)

    @rule(person=st.integers(0, 1), times=st.integers(1, 2))
    def deposit(self, person: int, times: int) -> None:
        for _ in range(times):
            self.both(
                self.model.deposit(person, self.minute),
                lambda: (
                    credit_bank.deposit_credit(
                        actor=self.actor(person), proposal_uuid=self.ground.proposals[person], now=self.now
                    ).state
                ),
            )

    @rule(person=st.integers(0, 1), minutes=st.sampled_from((0, 3, 11)), is_again=st.booleans())
    def take_back(self, person: int, minutes: int, is_again: bool) -> None:
        if is_again:
            self.deposit(person=person, times=1)
        self.minute += minutes
        self.both(
            self.model.take_back(person, self.minute),
            lambda: (
                credit_bank.take_back_deposit(
                    actor=self.actor(person), proposal_uuid=self.ground.proposals[person], now=self.now
                ).state
            ),
        )
        if is_again:
            self.deposit(person=person, times=1)

    # -- convert --------------------------------------------------------------------------------------------------

    def key(self, number: int) -> str:
        if number < len(self.ground.people):
            return f"c{self.ground.completions[self.ground.people[number].pk]}"
        return f"o{self.claims[number].outcome_id}"

    @rule(data=st.data(), person=st.integers(0, 1), programme=st.sampled_from(PROGRAMMES), wild=st.integers(0, 5))
    def reserve(self, data: Any, person: int, programme: str, wild: int) -> None:
        """Mostly what is hers and free, now and then anything at all."""
        everything = range(len(self.model.learned))
        usable = [n for n in everything if self.model.is_usable(n, person)]
        choice = list(everything) if wild == 0 or not usable else usable
        uses = data.draw(st.lists(st.sampled_from(choice), unique=True, min_size=int(wild > 1), max_size=3))
        self._reserve(person, programme, sorted(uses))

    def _reserve(self, person: int, programme: str, uses: list[int]) -> None:
        uuid = uuid4()
        asked = {
            "actor": self.actor(person),
            "conversion_uuid": uuid,
            "person_id": self.ground.people[person].pk,
            "rules_code": RULES,
            "programme": programme,
            "institution_id": self.ground.world.college.pk,
            "plan": {self.key(n): ("第 12 条", self.model.learned[n].counted) for n in uses},
        }
        expected = self.model.reserve(person, programme, uses, self.minute)
        self.both(expected, lambda: self._ask(asked))
        if expected[0] == "done":
            self.conversions.append((uuid, asked))

    def _ask(self, asked: dict[str, Any]) -> Any:
        view = credit_bank.reserve_conversion(**asked, now=self.now)
        return view.state, view.amount_hundredths

    def some_conversion(self, data: Any) -> int:
        """Mostly the newest: those are the ones something can still happen to."""
        last = len(self.conversions) - 1
        return data.draw(st.sampled_from([last, last, last, *range(len(self.conversions))]))

    @precondition(lambda self: self.conversions)
    @rule(data=st.data(), is_other=st.booleans())
    def ask_again(self, data: Any, is_other: bool) -> None:
        number = self.some_conversion(data)
        _, asked = self.conversions[number]
        each = self.model.taken[number]
        expected: Answer = ("done", (each.state, each.counted))
        if is_other:
            other = next(p for p in PROGRAMMES if p != asked["programme"])
            asked, expected = asked | {"programme": other}, ("refused", "conversion_uuid_used")
        self.both(expected, lambda: self._ask(asked))

    @precondition(lambda self: self.conversions)
    @rule(data=st.data(), how=st.sampled_from(("confirm", "confirm", "confirm", "refuse", "withdraw", "reverse")))
    def answer(self, data: Any, how: str) -> None:
        self.answer_one(self.some_conversion(data), how)

    def answer_one(self, number: int, how: str) -> None:
        uuid, asked = self.conversions[number]
        model = {
            "confirm": lambda: self.model.confirm(number, self.minute),
            "refuse": lambda: self.model.end(number, "refused"),
            "withdraw": lambda: self.model.end(number, "withdrawn"),
            "reverse": lambda: self.model.reverse(number),
        }[how]
        act = getattr(credit_bank, f"{how}_conversion")
        more = {"words": "本人退学"} if how in {"refuse", "reverse"} else {}
        actor = asked["actor"] if how == "withdraw" else self.ground.clerk
        self.both(model(), lambda: act(actor=actor, conversion_uuid=uuid, now=self.now, **more).state)

    @rule(
        person=st.integers(0, 1),
        first=st.sampled_from(("confirm", "wait", "refuse", "withdraw", "reverse")),
        then=st.lists(
            st.sampled_from(("confirm", "reverse", "withdraw", "refuse", "sweep", "ledger", "again")), max_size=3
        ),
    )
    def convert(self, person: int, first: str, then: list[str]) -> None:
        """A whole life of a conversion of one outcome."""
        usable = [n for n in range(len(self.model.learned)) if self.model.is_usable(n, person)]
        before = len(self.conversions)
        self._reserve(person, PROGRAMMES[len(usable) % 2], usable[-1:])
        if len(self.conversions) == before:
            return
        for what in (first, *then):
            if what == "again":
                self._reserve(person, PROGRAMMES[1 - len(usable) % 2], usable[-1:])
            elif what in {"wait", "sweep", "ledger"}:
                {"wait": lambda: self.wait(32 * 24 * 60), "sweep": self.sweep, "ledger": self.sweep_ledger}[what]()
            else:
                self.answer_one(before, what)
            self.accounts_are_what_the_model_says()

    @precondition(lambda self: len(self.claims) < len(TITLES) - 3)
    @rule(person=st.integers(0, 1), programme=st.sampled_from(PROGRAMMES))
    def fill_a_programme(self, person: int, programme: str) -> None:
        """Three large outcomes one after the other: a programme takes two of them."""
        for _ in range(3):
            self.learn(person=person, hours=48, decides=True)
            self._reserve(person, programme, [len(self.model.learned) - 1])

    @precondition(lambda self: len(self.claims) < len(TITLES) - 2)
    @rule(person=st.integers(0, 1))
    def lose_what_was_spent_and_learn_again(self, person: int) -> None:
        for _ in range(2):
            before = len(self.conversions)
            self.learn(person=person, hours=16, decides=True)
            number = len(self.model.learned) - 1
            self._reserve(person, PROGRAMMES[0], [number])
            if len(self.conversions) > before:
                self.answer_one(before, "confirm")
            self._ask_to_revoke(number, goes_on=True)

    # -- revoke ---------------------------------------------------------------------------------------------------

    @rule(data=st.data(), goes_on=st.booleans())
    def ask_to_revoke(self, data: Any, goes_on: bool) -> None:
        self._ask_to_revoke(data.draw(st.sampled_from(range(len(self.model.learned)))), goes_on)

    def _ask_to_revoke(self, number: int, goes_on: bool) -> None:
        expected = self.model.ask_to_revoke(number)
        is_claim = number in self.claims
        uuid = self.claims[number].uuid if is_claim else self.ground.proposals[number]

        def act() -> str:
            view = credit_bank.ask_recognition_revocation(
                actor=self.ground.officer, recognition_uuid=uuid, reason="record_error", words="登记有误", now=self.now
            )
            self.revocations[number] = view.uuid
            return view.state

        self.both(expected, act)
        if goes_on and expected[0] == "done":
            self.revoke_one(number)

    @precondition(lambda self: self.revocations)
    @rule(data=st.data())
    def revoke(self, data: Any) -> None:
        self.revoke_one(data.draw(st.sampled_from(sorted(self.revocations))))

    def revoke_one(self, number: int) -> None:
        def act() -> Any:
            view = credit_bank.revoke_recognition(
                actor=self.ground.other, revocation_uuid=self.revocations[number], now=self.now
            )
            return view.state, view.available_hundredths, view.deficit_hundredths

        self.both(self.model.revoke(number), act)

    @rule()
    def tell_the_schools(self) -> None:
        """What conversions and reversals told the outbox is booked between the schools, and taken back."""
        while deliver_in_place(self.now):
            pass
        college, centres = (
            self.ground.world.college.pk,
            (self.ground.world.centre.pk, self.ground.world.other_centre.pk),
        )
        for giver in centres:
            names = f"claims:{giver}:on:{college}", f"claims:{college}:on:{giver}"
            found = ledger.balances_of(CLAIMS, names) if ledger.find_unit(CLAIMS) else {}
            claimed, owed = (found[name].posted if name in found else 0 for name in names)
            assert claimed == -owed == self.claimed_by(giver), "I8: the schools' claims are not what was converted"

    def claimed_by(self, giver: int) -> int:
        uses = (use for each in self.model.taken if each.state == "converted" for use in each.uses)
        return sum(self.model.learned[use].counted for use in uses if self.giver_of(use) == giver)

    def giver_of(self, number: int) -> int:
        if number not in self.claims:
            return self.ground.world.centre.pk
        return self.claims[number].outcome.issuer_id or 0

    # -- time and rules -------------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((3, 3, 11, 16 * 24 * 60)))
    def wait(self, minutes: int) -> None:
        self.minute += minutes

    @rule()
    def sweep(self) -> None:
        expected = self.model.sweep(self.minute)
        self.both(("done", expected), lambda: credit_bank.expire_conversions(now=self.now))

    @rule()
    def sweep_ledger(self) -> None:
        expected = self.model.sweep_ledger(self.minute)
        self.both(("done", expected), lambda: len(ledger.expire_held(now=self.now)))

    @precondition(lambda self: self.version < 4)
    @rule()
    def change_the_rules(self) -> None:
        """Twice as much for an hour, or half; what was claimed before is decided as it was claimed."""
        self.version += 1
        hours = 8 if self.version % 2 == 0 else 16
        text = credit_bank.shipped_text("community").replace("320000000000", "320924000000")
        text = text.replace("version = 1", f"version = {self.version}").replace("credit = 16 }", f"credit = {hours} }}")
        credit_bank.draft_rule_set(actor=self.ground.officer, text=text, now=self.now)
        steps = [(self.version, "reviewed", self.ground.officer), (self.version, "filed", self.ground.other)]
        if self.version > 2:  # one day has one version: the one filed today is repealed first
            steps.insert(0, (self.version - 1, "expired", self.ground.other))
        for version, to, actor in steps:
            credit_bank.advance_rule_set(actor=actor, code="community", version=version, to=to, now=self.now)
        self.model.per_credit = hours * 60

    # -- what must hold -------------------------------------------------------------------------------------------

    @invariant()
    def accounts_are_what_the_model_says(self) -> None:
        type(self).steps += 1
        people = self.ground.people
        names = [f"person:{person.pk}:available" for person in people]
        owed = [f"person:{person.pk}:revoked_deficit" for person in people]
        used = {f"conversion:{uuid}:used": n for n, (uuid, _) in enumerate(self.conversions)}
        found = ledger.balances_of(UNIT, [*names, *owed, *used]) if ledger.find_unit(UNIT) else {}
        for n in range(len(people)):
            if names[n] in found:
                assert (found[names[n]].posted, found[names[n]].held_out) == (self.model.balance[n], self.model.held[n])
                assert found[names[n]].available >= 0
                assert -found[owed[n]].posted == self.model.deficit[n] >= 0
        for name, n in used.items():
            each = self.model.taken[n]
            assert found[name].posted == (each.amount if each.state == "converted" else 0)

    @invariant()
    def the_tables_agree_with_themselves(self) -> None:
        assert not rows(ZERO), "I1: a unit's balances do not add up to zero"
        assert not rows(BACK_TWICE), "I6: more came back than was moved"
        assert not rows(PARTS), "an outcome's row says something else than its uses in force"
        assert not rows(PAIRS), "I7: a conversion took something else than its outcomes gave"

    def teardown(self) -> None:
        try:
            if self.is_at_odds or connection.connection.info.transaction_status == TransactionStatus.INERROR:
                return  # the step that failed is reported
            self.tell_the_schools()
            ledger.seal_new_transfers(now=self.now)
            verdict = ledger.verify_ledger()
            assert verdict.wrong is None and verdict.unsealed_transfers == 0, verdict
            assert credit_bank.replay_recognitions().is_sound
            self._no_posting_can_be_changed()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def _no_posting_can_be_changed(self) -> None:
        if not rows("SELECT FROM ledger_postingrow LIMIT 1"):
            return
        for statement in ("UPDATE ledger_postingrow SET amount = amount + 1", "DELETE FROM ledger_postingrow"):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError:
                continue
            raise AssertionError("I2: a posting was changed")
