"""Two presses of "deposit" at the same moment, and two phones at the same code."""

import threading
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tests.domains.credits.claiming import accepted, held_by, judged, reviewers
from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.domains.learning.classroom import classroom, rows
from tests.domains.learning.test_sign_in_by_code import token_at
from tests.mutants import Mutants
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim, SigningKey
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import balance_of

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def at_once(deed: Callable[[], Any], times: int = 4) -> list[Any]:
    """Run `deed` on several connections at the same moment; returns answers and exceptions."""
    gate, answers = threading.Barrier(times), []

    def run() -> None:
        try:
            gate.wait(10)
            answers.append(deed())
        except Exception as reason:
            answers.append(reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def pressed_at_once() -> tuple[list[Any], int]:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    mine = acting(done.person)
    answers = at_once(lambda: credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now))
    return answers, balance_of("CREDIT.community", f"person:{done.person.pk}:available").available


def test_with_lock_key_and_row_lock_taken_away_one_press_would_be_paid_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug this file is about: every press sees "proposed", and each has a ledger key of its own."""
    deposit_module = import_module("xueqiao.domains.credits.actions.accounts.deposit_credit")
    real, keys = ledger.post_transfer, iter(range(100))
    seen = threading.Barrier(4)

    def careless(**wanted: Any) -> Any:
        seen.wait(10)  # everybody has read "proposed" before anybody writes
        return real(**(wanted | {"key": f"{wanted['key']}:{next(keys)}"}))

    monkeypatch.setattr(deposit_module, "lock", lambda *_: None)
    monkeypatch.setattr(deposit_module.undo, "offer_undo", lambda **_: None)  # its own constraint would stop the second
    monkeypatch.setattr(deposit_module, "ledger", SimpleNamespace(post_transfer=careless, Posting=ledger.Posting))
    monkeypatch.setattr(
        "xueqiao.domains.credits.models.deposits.CreditProposalQuerySet.select_for_update", lambda self, **_: self.all()
    )
    answers, balance = pressed_at_once()
    assert balance > 50, answers


def test_four_presses_at_once_are_one_deposit_and_one_key() -> None:
    answers, balance = pressed_at_once()
    assert [answer.state for answer in answers] == ["deposited"] * 4
    assert balance == 50
    assert SigningKey.objects.count() == 1


def test_four_scans_at_once_are_one_signature_on_the_roll() -> None:
    room = classroom(1)
    elder, now = room.learners[0], room.during()
    token = token_at(room, now)
    answers = at_once(lambda: learning.sign_in_by_code(actor=acting(elder), token=token, person_id=elder.pk, now=now))
    assert sorted(answer.is_repeat for answer in answers) == [False, True, True, True]
    assert rows(room.run) == [("张桂兰", 1, "present", 90)]


def last_two_voices_at_once() -> tuple[list[Any], Claim, int]:
    """One of three has spoken; the other two press in the same moment."""
    world, group = small_county(), reviewers()
    view = judged(accepted(world), group[:1], [True], world)
    waiting = iter(group[1:])
    answers = at_once(
        lambda: credit_bank.judge_claim(
            actor=next(waiting), claim_uuid=view.uuid, is_for=True, words="", now=world.now
        ),
        times=2,
    )
    return answers, Claim.objects.within(EVERYTHING).get(uuid=view.uuid), held_by(world.elder)


def test_with_the_row_lock_taken_away_two_last_reviewers_leave_the_claim_undecided_for_ever(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    """The bug: each counts two voices, so neither decides, and nobody is left who may speak."""
    judge_module = import_module("xueqiao.domains.credits.actions.claims.judge_claim")
    real, counted = judge_module.verdict, threading.Barrier(2)

    def both_have_counted(opinions: Any, needed: int) -> Any:
        counted.wait(10) if len(opinions) > 1 else None
        return real(opinions, needed)

    with monkeypatch.context() as patched:
        patched.setattr(
            "xueqiao.domains.credits.models.framework.ClaimQuerySet.select_for_update", lambda self, **_: self.all()
        )
        patched.setattr(judge_module, "verdict", both_have_counted)
        answers, row, balance = last_two_voices_at_once()
    stuck = row.opinions.count() == 3 and row.state == "accepted" and balance == 0
    mutants.tell("claims", "two last reviewers do not wait for each other", caught=stuck)
    assert stuck, answers


def test_two_last_reviewers_at_once_decide_once() -> None:
    answers, row, balance = last_two_voices_at_once()
    assert sorted(answer.state for answer in answers) == ["accepted", "recognised"], answers
    assert (row.state, row.opinions.count(), balance) == ("recognised", 3, 250)
