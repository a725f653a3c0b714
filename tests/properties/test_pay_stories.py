"""Random months of teaching: held, corrected, cancelled late, taught by another, permissions that come late, slips
made, given out and taken back. After every step every fen of pay is where the meetings say; planted bugs are caught.

XUEQIAO_PAY_STORIES=500 make test ARGS="tests/properties/test_pay_stories.py"    the long form
"""

import os
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pytest
from django.db import IntegrityError, transaction

from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, HEDE, add_person, add_run, give_role, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions.count_session_pay import count_session_pay
from xueqiao.domains.classes.models import PayLine, PaySlip, PaySlipLine, Session, TeacherContract
from xueqiao.domains.classes.parameters import LABOUR_TAX
from xueqiao.domains.classes.rules.pay import labour_tax_fen, month_after, month_of, tax_table
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger.api import LedgerRefused
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import Refused

COUNT = int(os.environ.get("XUEQIAO_PAY_STORIES", "6"))
STEPS = 30
ACTIONS = "xueqiao.domains.classes.actions."
pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    world = small_county()
    Parameter.objects.create(
        name="classes.late_cancel_pay",
        region=COUNTY,
        value={"hours": 48, "percent": 33},
        valid_from=date(2026, 1, 1),
        source="协议",
        approved_by="陈明",
        recorded_at=world.now,
    )
    others = []
    for name in ("甲老师", "乙老师"):
        other = add_person(name)
        give_role(other, "teacher", HEDE, world.centre)
        others.append(other)
    _, more, _ = add_run(world, hour=9, teacher=others[0], session_count=6)
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    officer = on_duty(world.officer, "county_officer", COUNTY)
    for number, teacher in enumerate([world.teacher, *others]):
        classes.sign_contract(
            actor=clerk,
            institution_id=world.centre.pk,
            teacher_id=teacher.pk,
            kind="public" if number == 1 else "outside",
            band="senior",
            rate_fen=40_007 + 3_777 * number,
            document=f"协议 {number}",
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 12, 31),
            now=world.now,
        )
    return world, [world.teacher, *others], [*world.sessions, *more], clerk, officer


class Story:
    """One random month or three; `check` says from the outside where every fen of pay must be."""

    def __init__(self, ground, seed):
        self.world, self.teachers, self.sessions, self.clerk, self.officer = ground
        self.dice, self.now = Random(seed), ground[0].now

    def step(self):
        verbs = (self.hold, self.hold, self.reopen, self.cancel, self.swap, self.permit, self.slip, self.slip)
        more = (self.release, self.release, self.back, self.time, self.time, self.time)
        touched = self.attempt(self.dice.choice(verbs + more))
        if touched:
            count_session_pay(session_id=touched, now=self.now)

    def attempt(self, deed):
        try:
            with transaction.atomic():
                return deed()
        except LedgerRefused:
            raise
        except Refused:
            return None

    def session(self):
        return Session.objects.get(pk=self.dice.choice(self.sessions).pk)

    def hold(self):
        due = Session.objects.filter(state="planned", starts_at__lte=self.now).order_by("pk")
        chosen = self.dice.choice(list(due) or [self.session()])
        return classes.mark_session_held(actor=self.clerk, session_id=chosen.pk, now=self.now).id

    def reopen(self):
        return classes.reopen_session(actor=self.clerk, session_id=self.session().pk, reason="点错了", now=self.now).id

    def cancel(self):
        return classes.cancel_session(actor=self.clerk, session_id=self.session().pk, reason="停电", now=self.now).id

    def swap(self):
        teacher = self.dice.choice(self.teachers)
        held = list(Session.objects.filter(state="held").order_by("pk"))
        session = self.dice.choice(held) if held else self.session()
        return classes.substitute_teacher(
            actor=self.clerk, session_id=session.pk, teacher_id=teacher.pk, reason="代课", now=self.now
        ).id

    def permit(self):
        contract = TeacherContract.objects.within(ALL).get(kind="public")
        issued = local_date(self.now) - timedelta(days=self.dice.randrange(14))
        classes.record_permission(
            actor=self.clerk,
            contract_uuid=contract.uuid,
            unit="中学",
            document=f"文 {issued}",
            issued_on=issued,
            valid_to=issued + timedelta(days=40),
            now=self.now,
        )

    def slip(self):
        month = month_of(local_date(self.now))
        month = month_of(month - timedelta(days=1))
        classes.make_pay_slip(
            actor=self.clerk,
            teacher_id=self.dice.choice(self.teachers).pk,
            institution_id=self.world.centre.pk,
            month=month,
            now=self.now,
        )

    def release(self):
        slips = list(PaySlip.objects.within(ALL).filter(state="made").order_by("pk"))
        if slips:
            classes.release_pay_slip(actor=self.officer, slip_uuid=self.dice.choice(slips).uuid, now=self.now)

    def back(self):
        slips = list(PaySlip.objects.within(ALL).exclude(state="taken_back").order_by("pk"))
        if slips and self.dice.random() < 0.4:
            slip = self.dice.choice(slips)
            classes.take_back_pay_slip(actor=self.officer, slip_uuid=slip.uuid, reason="退回", now=self.now)

    def time(self):
        self.now += timedelta(days=self.dice.choice((1, 3, 8)), hours=self.dice.randrange(12))

    def check(self):
        accounts = books()
        lines = list(PayLine.objects.within(ALL).select_related("permission"))
        slips = list(PaySlip.objects.within(ALL))
        released = [slip for slip in slips if slip.state == "released"]
        centre = self.world.centre.pk
        for teacher in self.teachers:
            earned = sum(line.amount_fen for line in lines if line.teacher_id == teacher.pk)
            given = sum(slip.gross_fen for slip in released if slip.teacher_id == teacher.pk)
            assert accounts.get(f"teacher:{teacher.pk}:owed:{centre}", 0) == earned - given
        assert accounts.get(f"payer:pay:{centre}", 0) == -sum(line.amount_fen for line in lines)
        assert accounts.get(f"bank:pay:{centre}", 0) == sum(slip.net_fen for slip in released)
        assert accounts.get(f"tax:labour:{centre}", 0) == sum(slip.tax_fen for slip in released)
        self._lines_are_right(lines)
        for slip in slips:
            on_it = PaySlipLine.objects.filter(slip=slip)
            assert sum(each.line.amount_fen for each in on_it.select_related("line")) == slip.gross_fen
            assert slip.tax_fen == labour_tax_fen(slip.gross_fen, tax_table(LABOUR_TAX.default))
            assert slip.released_by_id != slip.made_by_id
            assert all(each.is_live == (slip.state != "taken_back") for each in on_it)
            for each in on_it.select_related("line"):
                assert local_date(each.line.taught_at) < month_after(slip.month)

    def _lines_are_right(self, lines):
        reversed_ids = {line.reverses_id for line in lines if line.reverses_id}
        amounts = {line.pk: line.amount_fen for line in lines}
        for line in lines:
            if line.reverses_id:
                assert line.amount_fen == -amounts[line.reverses_id], "half a correction"
        live = {line.session_id: line for line in lines if not line.reverses_id and line.pk not in reversed_ids}
        for session in Session.objects.filter(pk__in=[s.pk for s in self.sessions]):
            line = live.get(session.pk)
            if session.state == "planned" or (session.state == "cancelled" and not session.cancelled_at):
                assert line is None, "a meeting that was not held is paid"
            if line is None:
                continue
            whole = round(line.rate_fen * 90 / 45)
            hours = (session.starts_at - session.cancelled_at).total_seconds() / 3600 if session.cancelled_at else 0
            if session.state == "cancelled":
                assert hours < 48
                assert line.amount_fen == (2 * whole * 33 + 100) // 200
            else:
                assert line.amount_fen == whole
            assert line.teacher_id == session.teacher_id, "paid to somebody who did not teach"
            if line.contract_kind == "public":
                day = local_date(session.starts_at)
                assert line.permission and line.permission.issued_on <= day <= line.permission.valid_to


def tell(ground, seeds):
    for seed in seeds:
        with transaction.atomic():
            story = Story(ground, seed)
            for _ in range(STEPS):
                story.step()
                story.check()
            transaction.set_rollback(True)


def test_every_fen_of_pay_is_where_the_meetings_say(ground):
    tell(ground, range(COUNT))


def module(name):
    return sys.modules[ACTIONS + name]


def _changed(name, attribute, change):
    def plant(patch):
        real = getattr(module(name), attribute)
        patch.setattr(module(name), attribute, lambda *given, **named: change(real, *given, **named))

    return plant


def _no_permission_needed(patch):
    from xueqiao.domains.classes.queries import pay

    patch.setattr(pay, "PUBLIC", "nobody")


def _any_permission(patch):
    from xueqiao.domains.classes.queries import pay

    patch.setattr(pay, "permission_on", lambda contract, day: contract.permissions.first())


def _whole_pay_for_cancelled(patch):
    from xueqiao.domains.classes.queries import pay

    patch.setattr(pay, "is_late_cancel", lambda *_: True)


def _half_reversal(real, before, reason, now):
    before.amount_fen = max(2, before.amount_fen) // 2
    return real(before, reason, now)


def _no_substitute(patch):
    module("count_session_pay")
    patch.setattr(module("count_session_pay"), "_says", lambda line, due, session: bool(due.amount_fen))


def _tax_to_the_teacher(patch):
    release = module("release_pay_slip")
    from xueqiao.foundation.ledger.api import Posting

    def all_to_bank(slip):
        return [
            Posting(
                release.owed_account(slip.teacher_id, slip.institution_id),
                release.paid_account(slip.institution_id),
                slip.gross_fen,
            )
        ]

    patch.setattr(release, "release_postings", all_to_bank)
    patch.setattr(module("take_back_pay_slip"), "release_postings", all_to_bank)


MUTANTS = {
    "a public teacher needs no permission": _no_permission_needed,
    "any permission covers any day": _any_permission,
    "a meeting cancelled in time is paid": _whole_pay_for_cancelled,
    "half a correction": _changed("count_session_pay", "_reverse", _half_reversal),
    "a correction moves no money": _changed(
        "count_session_pay", "_book", lambda real, line, now: real(line, now) if line.amount_fen > 0 else None
    ),
    "the planned teacher keeps the pay": _no_substitute,
    "the tax goes to the teacher": _tax_to_the_teacher,
    "a slip taken back keeps its money": _changed("take_back_pay_slip", "post_transfer", lambda real, **named: None),
    "a slip given out twice": _changed(
        "release_pay_slip",
        "post_transfer",
        lambda real, **named: (real(**named), real(**(named | {"key": named["key"] + ":2"}))),
    ),
    "a slip takes a month that runs": _changed(
        "make_pay_slip",
        "open_lines",
        lambda real, **named: real(**(named | {"before": named["before"] + timedelta(days=40)})),
    ),
    "lines stay on a slip that was taken back": lambda patch: patch.setattr(
        module("take_back_pay_slip"), "PaySlipLine", _Keeps
    ),
    "tax of one meeting, not of the month": _changed(
        "make_pay_slip", "labour_tax_fen", lambda real, gross, table: real(gross // 2, table)
    ),
}


class _Keeps:
    class objects:
        @staticmethod
        def filter(**_named):
            return _Keeps

    @staticmethod
    def update(**_named):
        return 0


@contextmanager
def planted(name):
    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        yield


@pytest.mark.parametrize("name", list(MUTANTS))
def test_planted_bugs_of_pay_are_caught(ground, mutants, name):
    caught = False
    with planted(name):
        try:
            with transaction.atomic():
                tell(ground, range(200, 225))
        except (AssertionError, IntegrityError, LedgerRefused):
            caught = True
    mutants.tell("teachers' pay", name, caught=caught)
