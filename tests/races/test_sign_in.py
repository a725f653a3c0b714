"""Many guesses at one code at the same moment, one proof spent twice, one first visit pressed twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pyotp
import pytest
from django.db import connection

from tests.domains.people.conftest import VISITOR, Outbox, as_actor, outbox, wrong
from tests.domains.people.test_add_totp import setting_up
from tests.worlds.small_county import HEDE, NOW, add_units, small_county
from xueqiao.domains.people import api as people
from xueqiao.domains.people.errors import CodeUsedUp, CodeWrong, FactorUsed, ProofSpent
from xueqiao.domains.people.models import Account, SignInCode

__all__ = ["outbox"]
pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
PHONE = "13900001111"
GUESSES = 12


def at_once(deed: Callable[[], Any], times: int) -> list[Any]:
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


def guesses_judged(outbox: Outbox) -> int:
    """How many of the wrong guesses made at once were compared with the code at all."""
    people.request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    bad = wrong(outbox.code_for(PHONE))
    answers = at_once(lambda: people.sign_in_with_code(actor=VISITOR, phone=PHONE, code=bad, now=NOW), GUESSES)
    assert all(isinstance(a, CodeWrong | CodeUsedUp) for a in answers), answers
    # The fifth wrong try answers CodeUsedUp too; later ones are not compared.
    return sum(isinstance(a, CodeWrong) for a in answers) + 1


def test_with_the_lock_taken_away_more_than_five_guesses_are_judged(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug this file is about: every guess reads the same number of tries."""
    module = import_module("xueqiao.domains.people.actions.sign_in_with_code")
    real, seen = module.judge_code, threading.Barrier(GUESSES)

    def careless(*args: Any) -> Any:
        seen.wait(10)  # all have read the row before the first one writes
        return real(*args)

    monkeypatch.setattr(module, "lock", lambda *_: None)
    monkeypatch.setattr(module, "judge_code", careless)
    assert guesses_judged(outbox) > 5


def test_five_guesses_are_judged_however_many_come_at_once(outbox: Outbox) -> None:
    assert guesses_judged(outbox) == 5
    assert SignInCode.objects.get().attempts == 5


def test_a_proof_spent_by_two_at_once_buys_one_code(outbox: Outbox) -> None:
    phones = iter([PHONE, "13900002222", "13900003333", "13900004444"])
    answers = at_once(
        lambda: people.request_sign_in_code(actor=VISITOR, phone=next(phones), proof="solved", now=NOW), 4
    )
    assert sum(isinstance(a, ProofSpent) for a in answers) == 3 and SignInCode.objects.count() == 1


def test_a_first_visit_pressed_twice_is_one_account(outbox: Outbox) -> None:
    add_units()
    people.request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    ticket = people.sign_in_with_code(actor=VISITOR, phone=PHONE, code=outbox.code_for(PHONE), now=NOW).ticket
    answers = at_once(
        lambda: people.open_account(
            actor=VISITOR,
            ticket=ticket,
            name="吴秀英",
            birth_date="1958-03-05",
            region=HEDE,
            has_consented=True,
            now=NOW,
        ),
        4,
    )
    assert sum(isinstance(a, people.SignedIn) for a in answers) == 1, answers
    assert Account.objects.filter(phone=PHONE).count() == 1


def test_one_authenticator_code_opens_one_of_many_doors(settings: Any) -> None:
    settings.DEMO = True
    world = small_county()
    secret, later = setting_up(world).secret, NOW + timedelta(minutes=10)
    account, actor = Account.objects.get(person=world.clerk), as_actor(world.clerk, factor=False)
    code = pyotp.TOTP(secret).at(later)
    answers = at_once(lambda: people.check_totp(actor=actor, account_id=account.pk, code=code, now=later), 6)
    assert answers.count(None) == 1 and sum(isinstance(a, FactorUsed) for a in answers) == 5, answers
