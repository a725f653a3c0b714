"""The same list of trainees from the page and from a program at the same moment. First the bug, then the walls."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.trainees import UNIT, a_line, agreed, deposit, trainees
from tests.mutants import Mutants
from tests.races.test_ledger import at_once, refusals
from tests.worlds.small_county import small_county
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.ledger.api import balance_of, verify_ledger

DEPOSIT = import_module("xueqiao.domains.credits.actions.agreements.deposit_trainees")
WALLS = (
    ("credits_traineedeposit", "trainee_deposit_number_once", "giver_id, number"),
    ("credits_evidence", "credits_evidence_sha256_key", "sha256"),
)

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def both_send() -> tuple[list[Any], int]:
    """Five people, 3 credits each, sent twice at once; the answers, and what the giver has granted."""
    world = small_county()
    agreed(world)
    lines = [a_line(person) for person in trainees(5)]
    answers = at_once(lambda: deposit(world, *lines), lambda: deposit(world, *lines))
    return answers, -balance_of(UNIT, f"issuer:{world.centre.pk}:granted").posted


def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: both judge the list before either writes, and nothing is locked."""
    both_judged, real = threading.Barrier(2), DEPOSIT.judge_trainees

    def judged(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        both_judged.wait(20)
        return found

    monkeypatch.setattr(DEPOSIT, "judge_trainees", judged)
    monkeypatch.setattr(DEPOSIT, "lock", lambda space, keys: None)
    monkeypatch.setattr(type(Agreement.objects.all()), "select_for_update", lambda rows, **_: rows)


@contextmanager
def without_the_walls() -> Iterator[None]:
    with connection.cursor() as cursor:
        for table, name, _columns in WALLS:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(table for table, *_ in WALLS)} CASCADE")
            for table, name, columns in WALLS:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns})")


def test_without_locks_and_walls_every_trainee_is_credited_twice(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    careless(monkeypatch)
    with without_the_walls():
        answers, granted = both_send()
    twice = refusals(answers) == [] and granted == 3_000
    mutants.tell("trainees", "one list sent twice, judged without locks", caught=twice)


def test_without_locks_the_walls_still_keep_the_second_list_out(monkeypatch: pytest.MonkeyPatch) -> None:
    careless(monkeypatch)
    answers, granted = both_send()
    assert [type(each) for each in answers if isinstance(each, Exception)] == [IntegrityError]
    assert granted == 1500


def test_one_list_is_deposited_and_the_other_is_told_that_all_is_known() -> None:
    answers, granted = both_send()
    assert refusals(answers) == []
    assert sorted((each.deposited, each.known, each.wrong) for each in answers) == [(0, 5, 0), (5, 0, 0)]
    assert granted == 1500
    assert Notice.objects.within(EVERYTHING).filter(template="outcomes_deposited").count() == 5
    assert verify_ledger().is_sound
