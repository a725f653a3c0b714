"""The real ledger and the model, driven side by side by Hypothesis on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from psycopg.pq import TransactionStatus

from tests.properties.ledger_model import ModelLedger
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import Refused

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNIT = "CREDIT.test"
ACCOUNTS = ("bill:1", "person:1", "person:2", "person:3", "source:1")

amounts = st.one_of(st.integers(1, 12), st.integers(1, 12), st.just(2**62))


@st.composite
def lines_of_transfers(draw):
    count = draw(st.sampled_from((1, 1, 1, 2, 3)))
    lines = []
    for _ in range(count):
        source = draw(st.sampled_from(ACCOUNTS))
        destination = draw(st.sampled_from([a for a in ACCOUNTS if a != source]))
        lines.append((source, destination, draw(amounts)))
    return lines if sum(line[2] for line in lines) <= 2**62 else lines[:1]


class LedgerMachine(RuleBasedStateMachine):
    """Every rule does the same on both sides and compares the answers; the invariant compares every balance."""

    steps = 0

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model = ModelLedger(sources=("source:",))
        self.minute = 0
        self.serial = 0
        self.ids = {}  # the model's number of a deed -> the ledger's id
        self.calls = []
        self.is_at_odds = False

    @property
    def now(self):
        return START + timedelta(minutes=self.minute)

    def key(self):
        self.serial += 1
        return f"key:{self.serial}"

    @initialize(amount=st.integers(3, 30))
    def fund(self, amount):
        assert ledger.verify_ledger().rows == 0, "an example begins with empty books"
        ledger.open_unit(UNIT, "测试学分", 2, sources=("source:",))
        self.post([("source:1", "person:1", amount), ("source:1", "person:2", amount)], 0)

    @rule(lines=lines_of_transfers(), memo=st.integers(0, 1))
    def post(self, lines, memo):
        self._call(("post", self.key(), lines, memo))

    @rule(lines=lines_of_transfers(), memo=st.integers(0, 1), minutes=st.integers(0, 9))
    def hold(self, lines, memo, minutes):
        self._call(("hold", self.key(), lines, memo, self.minute + minutes))

    @precondition(lambda self: self.model.deeds)
    @rule(data=st.data(), kind=st.sampled_from(("post", "post", "void")))
    def end(self, data, kind):
        holds = [n for n, deed in enumerate(self.model.deeds) if deed.kind == "held"]
        number = data.draw(st.sampled_from([*holds, *holds, len(self.model.deeds) - 1, None]))
        self._call(("end", self.key(), kind, number))

    @rule(
        source=st.sampled_from(("source:1", "person:1", "person:2")),
        amount=st.integers(1, 5),
        minutes=st.integers(1, 3),
        waited=st.integers(0, 3),
        kinds=st.lists(st.sampled_from(("post", "void", "sweep")), min_size=1, max_size=3),
    )
    def hold_and_end(self, source, amount, minutes, waited, kinds):
        """A whole life of a hold, ended once and then again."""
        self._call(("hold", self.key(), [(source, "bill:1", amount)], 0, self.minute + minutes))
        number = len(self.model.deeds) - 1
        self.minute += waited
        for kind in kinds:
            if kind == "sweep":
                self.sweep()
            else:
                self._call(("end", self.key(), kind, number))
            self.balances_agree()

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), change=st.sampled_from(("nothing", "memo", "amount", "kind")))
    def repeat(self, data, change):
        """Send an earlier call again, as it was or with other inputs under the same key."""
        what, key, *rest = data.draw(st.sampled_from(self.calls[-3:]))
        if what == "end" and change != "nothing":
            rest[0] = "void" if rest[0] == "post" else "post"
        elif change == "memo":
            rest[1] = 1 - rest[1]
        elif change == "amount":
            source, destination, amount = rest[0][0]
            rest[0] = [(source, destination, max(1, amount - 1)), *rest[0][1:]]
        elif change == "kind" and what == "hold":
            what, rest = "post", rest[:2]
        self._call((what, key, *rest))

    @rule(memo=st.integers(0, 1), changed=st.integers(0, 5))
    def hold_and_repeat(self, memo, changed):
        """The same key again at once, with one input changed or none."""
        lines, key, until = [("source:1", "bill:1", 2)], self.key(), self.minute + 3
        self._call(("hold", key, lines, memo, until))
        if changed == 1:
            number, ending = len(self.model.deeds) - 1, self.key()
            self._call(("end", ending, "void", number))
            self._call(("end", ending, "post", number))
        elif changed >= 4:
            other = [("source:1", "bill:1", 1)] if changed == 4 else [("source:1", "person:3", 2)]
            self._call(("hold", key, other, memo, until))
        else:
            self._call(("hold", key, lines, 1 - memo if changed == 2 else memo, until + (changed == 3)))

    @rule(minutes=st.integers(1, 6))
    def wait(self, minutes):
        self.minute += minutes

    @rule()
    def sweep(self):
        expected = self.model.sweep(self.minute)
        views = ledger.expire_held(now=self.now)
        assert [view.resolves_id for view in views] == [self.ids[self.model.deeds[n].resolves] for n in expected]
        for number, view in zip(expected, views, strict=True):
            self.ids[number] = view.id

    @rule(drafts=st.lists(lines_of_transfers(), min_size=1, max_size=3))
    def bulk(self, drafts):
        """All or none: the model is run on a copy and kept only when every draft was written."""
        keys = [self.key() for _ in drafts]
        before = ({k: list(v) for k, v in self.model.balances.items()}, len(self.model.deeds), dict(self.model.keys))
        answers = []
        for key, lines in zip(keys, drafts, strict=True):
            answers.append(self.model.post(key, lines, 0, self.minute))
            if answers[-1][0] != "written":
                break
        try:
            views = ledger.post_transfers(
                [
                    ledger.TransferDraft(UNIT, tuple(ledger.Posting(*line) for line in lines), key)
                    for key, lines in zip(keys, drafts, strict=True)
                ],
                now=self.now,
            )
        except Refused as refusal:
            assert answers[-1] == (refusal.code, refusal.details.get("account"))
            self.model.balances, length, self.model.keys = before
            del self.model.deeds[length:]
        else:
            assert [answer[0] for answer in answers] == ["written"] * len(drafts)
            for (_, number), view in zip(answers, views, strict=True):
                self.ids[number] = view.id

    @rule()
    def seal(self):
        ledger.seal_new_transfers(now=self.now)

    @invariant()
    def balances_agree(self):
        type(self).steps += 1
        found = ledger.balances_of(UNIT, ACCOUNTS)
        assert {name: [b.posted, b.held_out, b.held_in] for name, b in found.items()} == {
            name: self.model.balances.get(name, [0, 0, 0]) for name in ACCOUNTS
        }
        assert sum(balance.posted for balance in found.values()) == 0

    def teardown(self):
        try:
            if self.is_at_odds or connection.connection.info.transaction_status == TransactionStatus.INERROR:
                return  # the step that failed is reported
            verdict = ledger.verify_ledger()
            assert verdict.wrong is None, verdict.wrong
            ledger.seal_new_transfers(now=self.now)
            verdict = ledger.verify_ledger()
            assert verdict.wrong is None, verdict.wrong
            assert (verdict.transfers, verdict.unsealed_transfers, verdict.units) == (len(self.model.deeds), 0, 1), (
                verdict
            )
            for number, transfer_id in self.ids.items():
                deed = self.model.deeds[number]
                view = ledger.get_transfer(transfer_id)
                lines = deed.lines if deed.resolves is None else self.model.deeds[deed.resolves].lines
                assert [(p.source, p.destination, p.amount) for p in view.postings] == lines
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def _call(self, call):
        self.is_at_odds = True  # until the answers have been compared: the teardown must not hide this failure
        self._compare(call)
        self.is_at_odds = False

    def _compare(self, call):
        if call not in self.calls:
            self.calls.append(call)
        what, key, *rest = call
        if what == "end":
            kind, number = rest
            expected = self.model.end(kind, number, key, self.minute)
            act = ledger.post_held if kind == "post" else ledger.void_held
            found = self._answer(lambda: act(self.ids.get(number, 2**40), key=key, now=self.now))
        else:
            lines, memo = rest[:2]
            postings = [ledger.Posting(*line) for line in lines]
            common = {"unit": UNIT, "postings": postings, "key": key, "now": self.now, "memo": {"n": memo}}
            if what == "post":
                expected = self.model.post(key, lines, memo, self.minute)
                found = self._answer(lambda: ledger.post_transfer(**common))
            else:
                expires_at = START + timedelta(minutes=rest[2])
                expected = self.model.hold(key, lines, memo, rest[2], self.minute)
                found = self._answer(lambda: ledger.hold_transfer(**common, expires_at=expires_at))
        outcome, number = expected
        if outcome == "written":
            assert found[0] == "written", (expected, found)
            assert found[1] not in self.ids.values()
            self.ids[number] = found[1]
        elif outcome == "replay":
            assert found == ("replay", self.ids[number])
        else:
            assert found == (outcome, number)

    def _answer(self, act):
        try:
            view = act()
        except Refused as refusal:
            return refusal.code, refusal.details.get("account")
        return ("replay" if view.is_replay else "written"), view.id
