"""Two who want the same credit at one moment: reservations, answers, reversals, revocations. The loser is named."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import PROGRAMME, UNIT, Story, a_story
from tests.domains.credits.revoking import asked, second_officer
from tests.mutants import Mutants
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import (
    ConversionNotAtThisStep,
    OutcomeNotUsable,
    RecognitionGone,
)
from xueqiao.domains.credits.models import Conversion, ConversionHold
from xueqiao.foundation.ledger.api import InsufficientBalance, balance_of, get_transfer

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

OTHER = "elderly-care-associate"
QUERIES = import_module("xueqiao.domains.credits.queries.conversions")
RESERVE = import_module("xueqiao.domains.credits.actions.conversions.reserve_conversion")
WITHDRAW = import_module("xueqiao.domains.credits.actions.conversions.withdraw_conversion")
REVERSE = import_module("xueqiao.domains.credits.actions.conversions.reverse_conversion")
REVOKE = import_module("xueqiao.domains.credits.actions.claims.revoke_recognition")
CORRECTIONS = import_module("xueqiao.domains.credits.queries.corrections")


def both(*deeds: Callable[[], Any]) -> list[Any]:
    """Run the deeds on connections of their own at the same moment; return answers and refusals in their order."""
    gate = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = deeds[place]()
        except Exception as reason:
            answers[place] = reason
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def met(real: Callable[..., Any]) -> Callable[..., Any]:
    """Both have read before either writes: what a lock forbids."""
    gate = threading.Barrier(2)

    def read_then_wait(*wanted: Any, **named: Any) -> Any:
        found = real(*wanted, **named)
        gate.wait(10)
        return found

    return read_then_wait


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (QUERIES, RESERVE, CORRECTIONS):
        monkeypatch.setattr(module, "lock", lambda *_: None)
    for name in ("conversions.ConversionQuerySet", "corrections.RecognitionRevocation.QuerySet"):
        monkeypatch.setattr(
            f"xueqiao.domains.credits.models.{name}.select_for_update", lambda self, **_: self.all(), raising=True
        )


# Two reservations of the same credit


def reserved_twice(story: Story) -> list[Any]:
    plan = story.part()
    return both(*(lambda: story.reserve(uuid=uuid4(), plan=plan) for _ in range(2)))


def test_of_two_reservations_of_the_same_credit_one_is_told_that_it_is_in_use() -> None:
    story = a_story()
    answers = reserved_twice(story)
    assert sorted(type(each).__name__ for each in answers) == ["ConversionView", "OutcomeNotUsable"]
    assert any(isinstance(each, OutcomeNotUsable) for each in answers)
    assert (story.held.posted, story.held.held_out) == (550, 550)
    assert ConversionHold.objects.count() == 1


def test_one_uuid_pressed_twice_at_once_is_one_reservation() -> None:
    story, uuid = a_story(), uuid4()
    plan = story.part()
    answers = both(*(lambda: story.reserve(uuid=uuid, plan=plan) for _ in range(2)))
    assert [each.uuid for each in answers] == [uuid, uuid]
    assert story.held.held_out == 550


def test_without_the_lock_only_the_last_wall_would_stop_the_second(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    story = a_story()
    plan = story.part()
    without_locks(monkeypatch)
    monkeypatch.setattr(RESERVE, "usable_outcomes", met(RESERVE.usable_outcomes))
    answers = both(*(lambda: story.reserve(uuid=uuid4(), plan=plan) for _ in range(2)))
    loud = [each for each in answers if isinstance(each, IntegrityError)]
    mutants.tell("conversions", "two reserve the same credit without the lock", caught=len(loud) == 1)
    assert (len(loud), story.held.held_out) == (1, 550), "the sum on the outcome's row held, and refused unkindly"


def test_without_the_lock_and_the_sum_the_same_hours_would_count_in_two_programmes(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    story = a_story()
    plan = story.part("面点")
    wishes = [lambda p=p: story.reserve(uuid=uuid4(), plan=plan, programme=p) for p in (PROGRAMME, OTHER)]
    without_locks(monkeypatch)
    monkeypatch.setattr(RESERVE, "usable_outcomes", met(RESERVE.usable_outcomes))
    with without_sums():
        answers = both(*wishes)
    twice = [each for each in answers if isinstance(each, credit_bank.ConversionView)]
    mutants.tell("conversions", "parts are not added up", caught=len(twice) == 2)
    assert (len(twice), story.held.held_out) == (2, 500), answers


@contextmanager
def without_sums() -> Iterator[None]:
    """What conversions use of an outcome is not added up."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE credits_conversionuse DISABLE TRIGGER conversion_use_allots")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE credits_conversionuse ENABLE TRIGGER conversion_use_allots")


# An answer and a withdrawal


def agrees(story: Story, view: credit_bank.ConversionView) -> bool:
    """The state of the row is the ledger's."""
    row = Conversion.objects.within(EVERYTHING).get(uuid=view.uuid)
    state = get_transfer(ConversionHold.objects.get(conversion=row).transfer_id).state
    there = (story.used(view), story.held.available, story.held.held_out)
    return {
        "reserved": state == "held" and there == (0, 0, 550),
        "converted": state == "posted" and there == (550, 0, 0),
        "withdrawn": state == "voided" and there == (0, 550, 0),
        "reversed": state == "posted" and there == (0, 550, 0),
    }[row.state]


def test_who_confirms_and_who_withdraws_at_once_are_told_apart() -> None:
    story = a_story()
    view = story.reserve()
    answers = both(lambda: story.confirm(view), lambda: story.withdraw(view))
    assert sum(isinstance(each, ConversionNotAtThisStep) for each in answers) == 1, answers
    assert agrees(story, view)


def test_without_the_locks_a_conversion_would_be_withdrawn_that_the_ledger_has_made_final(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    story = a_story()
    view = story.reserve()
    without_locks(monkeypatch)
    careless = met(QUERIES.locked_conversion)
    monkeypatch.setattr(QUERIES, "locked_conversion", careless)
    monkeypatch.setattr(WITHDRAW, "locked_conversion", careless)
    answers = both(lambda: story.confirm(view), lambda: story.withdraw(view))
    refused = sum(isinstance(each, ConversionNotAtThisStep) for each in answers)
    mutants.tell("conversions", "confirmed and withdrawn at once", caught=refused != 1 or not agrees(story, view))
    assert refused == 0, answers


# A confirmation and reversals


def test_a_reversal_beside_its_confirmation_comes_after_it_or_is_refused() -> None:
    story = a_story()
    view = story.reserve()
    confirmed, reversal = both(lambda: story.confirm(view), lambda: story.reverse(view))
    assert confirmed.state == "converted"
    if not isinstance(reversal, ConversionNotAtThisStep):
        assert reversal.state == "reversed"
    assert agrees(story, view)


def test_two_reversals_at_once_give_back_once() -> None:
    story = a_story()
    view = story.confirm(story.reserve())
    answers = both(lambda: story.reverse(view), lambda: story.reverse(view))
    assert [each.state for each in answers] == ["reversed", "reversed"]
    assert agrees(story, view)


def test_without_the_locks_and_with_a_key_of_its_own_each_reversal_would_want_it_all(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    story = a_story("面点", "茶艺", "插花")
    view = story.confirm(story.reserve())
    without_locks(monkeypatch)
    monkeypatch.setattr(QUERIES, "locked_conversion", met(QUERIES.locked_conversion))
    real, numbers = REVERSE.ledger.post_transfer, iter(range(100))

    def keyless(**wanted: Any) -> Any:
        return real(**(wanted | {"key": f"{wanted['key']}:{next(numbers)}"}))

    monkeypatch.setattr(REVERSE.ledger, "post_transfer", keyless)
    answers = both(lambda: story.reverse(view), lambda: story.reverse(view))
    short = [each for each in answers if isinstance(each, InsufficientBalance)]
    mutants.tell("conversions", "reversed twice", caught=len(short) == 1)
    assert len(short) == 1, f"the account of the conversion has a floor: {answers}"


# A revocation beside a hold


def test_a_revocation_beside_a_reservation_is_one_of_the_two_orders() -> None:
    story = a_story()
    wish, second, plan = asked(story, "面点"), second_officer(), story.part()

    def revoke() -> Any:
        return credit_bank.revoke_recognition(actor=second, revocation_uuid=wish.uuid, now=story.now)

    revoked, reservation = both(revoke, lambda: story.reserve(plan=plan))
    assert revoked.state == "done", revoked
    granted = -balance_of(UNIT, "issuer:outside:granted").posted
    if isinstance(reservation, OutcomeNotUsable):
        assert (revoked.available_hundredths, story.held.available, story.deficit, granted) == (250, 300, 0, 300)
    else:
        assert (revoked.deficit_hundredths, story.held.available, story.deficit, granted) == (250, 0, 250, 300)


def test_a_revocation_beside_a_confirmation_never_leaves_it_half_known() -> None:
    story = a_story()
    view, wish, second = story.reserve(), asked(story, "面点"), second_officer()

    def revoke() -> Any:
        return credit_bank.revoke_recognition(actor=second, revocation_uuid=wish.uuid, now=story.now)

    revoked, confirmed = both(revoke, lambda: story.confirm(view))
    assert (revoked.state, revoked.deficit_hundredths) == ("done", 250)
    assert isinstance(confirmed, RecognitionGone) or confirmed.state == "converted"
    assert agrees(story, view)


def test_without_the_lock_a_revocation_would_count_on_credit_that_is_held_meanwhile(
    monkeypatch: pytest.MonkeyPatch, mutants: Mutants
) -> None:
    story = a_story()
    wish, second, plan = asked(story, "面点"), second_officer(), story.part()
    without_locks(monkeypatch)
    read, held = threading.Event(), threading.Event()
    real = REVOKE.available_in

    def counted(*wanted: Any) -> int:
        amount: int = real(*wanted)
        read.set()
        held.wait(10)
        return amount

    monkeypatch.setattr(REVOKE, "available_in", counted)

    def reserve() -> Any:
        read.wait(10)
        view = story.reserve(plan=plan)
        held.set()
        return view

    revoked, _ = both(
        lambda: credit_bank.revoke_recognition(actor=second, revocation_uuid=wish.uuid, now=story.now), reserve
    )
    is_short = isinstance(revoked, InsufficientBalance)
    mutants.tell("conversions", "a revocation reads the balance before a hold", caught=is_short)
    assert is_short, revoked
