import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from tests.domains.credits.conversions.test_book_claims import UNIT, book, claim
from tests.domains.credits.many_claims import build_claims
from tests.mutants import Mutants
from tests.worlds.small_county import COUNTY, PROVINCE, SmallCounty, add_institution, add_person, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.clearing import MatrixNotClosed, SettledOtherwise, YearNotOver
from xueqiao.domains.credits.models import ClearingYear
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
AFTER = at_local(date(2027, 1, 5), 9)


def settle(year: int = 2026, now: datetime = AFTER, actor: Actor | None = None) -> credit_bank.Settlement:
    chief = actor or Actor.system("settle")
    return credit_bank.settle_year(actor=chief, year=year, now=now)


def many(world: SmallCounty, number: int, schools: int = 6) -> None:
    """Claims between schools all over the year, some taken back. The same each time."""
    dice = random.Random(7)
    bodies = [add_institution(f"SC{n:03d}", f"学院{n}", "vocational_school", COUNTY) for n in range(schools)]
    start = at_local(date(2026, 1, 1), 0)
    for n in range(number):
        giver, receiver = dice.sample(bodies, 2)
        at = start + timedelta(minutes=dice.randrange(500_000))
        amount, uuid = dice.randrange(50, 900, 50), UUID(int=dice.getrandbits(128))
        parties = {"givers": [(giver.pk, amount)], "receiver_id": receiver.pk, "now": at}
        book(world, uuid=uuid, **parties)
        if n % 7 == 0:
            book(world, uuid=uuid, is_reversal=True, **(parties | {"now": at + timedelta(hours=1)}))


def test_a_year_is_paid_the_matrix_closes_and_a_rerun_gives_the_same_bytes() -> None:
    world = small_county()
    many(world, 300)
    assert credit_bank.clearing_closes()
    told = settle()
    assert told.is_first
    assert told.entries == 300 + 43
    assert set(ledger.balances_of_family(UNIT, "claims:").values()) == {0}
    again = settle(now=AFTER + timedelta(days=40))
    assert (again.is_first, again.files, again.sha256) == (False, told.files, told.sha256)
    assert ClearingYear.objects.get().sha256 == told.sha256
    rows = told.files["positions-2026.csv"].decode().splitlines()
    assert rows[0] == "unit,institution,receives,pays,net"
    assert sum(int(row.split(",")[4]) for row in rows[1:]) == 0
    assert {row.split(",")[1] for row in rows[1:]} <= {f"SC{n:03d}" for n in range(6)}


def test_only_the_year_is_settled_and_what_comes_late_belongs_to_the_next() -> None:
    world = small_county()
    last_minute, first_minute = (
        at_local(date(2026, 12, 31), 23, 59),
        at_local(date(2027, 1, 1), 0),
    )
    book(world, 250, now=last_minute)
    book(world, 100, now=first_minute)
    told = settle()
    assert [(p.creditor_code, p.debtor_code, p.amount_hundredths) for p in told.pairs] == [
        (world.centre.code, world.college.code, 250)
    ]
    assert claim(world, world.centre, world.college) == 100
    book(world, 40, now=AFTER)
    assert settle().files == told.files, "what comes after does not touch it"
    next_year = settle(2027, at_local(date(2028, 1, 2), 8))
    assert [p.amount_hundredths for p in next_year.pairs] == [140], "the settlement of the year before is no claim"
    assert claim(world, world.centre, world.college) == 0


def test_a_year_that_is_not_over_and_somebody_without_the_duty_are_refused() -> None:
    world = small_county()
    book(world)
    for now in (world.now, at_local(date(2027, 1, 1), 23)):
        with pytest.raises(YearNotOver):
            settle(now=now)
    with pytest.raises(NotAllowed):
        settle(actor=on_duty(world.officer, "county_officer", COUNTY))
    assert (ClearingYear.objects.count(), claim(world, world.centre, world.college)) == (0, 250)
    chief = on_duty(add_person("赵卫国"), "province_officer", PROVINCE)
    assert settle(actor=chief).is_first


def test_a_lopsided_matrix_is_not_settled_and_a_changed_history_is_noticed(mutants: Mutants) -> None:
    world = small_county()
    book(world)
    told = settle()
    assert told.is_first
    book(world, 10, now=at_local(date(2026, 7, 1), 9))  # written into the past: no action does
    with pytest.raises(SettledOtherwise):
        settle()
    mutants.tell("clearing", "a claim written into a settled year", caught=True)
    ledger.post_transfer(
        unit=UNIT,
        postings=[ledger.Posting("claims:1:on:2", f"claims:{world.centre.pk}:on:{world.college.pk}", 5)],
        key="clearing:book:made-up",
        now=world.now,
    )
    with pytest.raises(MatrixNotClosed):
        settle(2027, at_local(date(2028, 1, 2), 8))
    mutants.tell("clearing", "a posting between accounts that do not mirror", caught=not credit_bank.clearing_closes())


def statement(world: SmallCounty, actor: Actor, month: str, code: str = "") -> credit_bank.ClearingStatement:
    day = date.fromisoformat(f"{month}-01")
    return credit_bank.access_clearing_statement(
        actor=actor, institution_code=code or world.centre.code, month=day, now=AFTER
    )


def test_a_statement_has_every_entry_of_its_month_and_leads_from_month_to_month() -> None:
    from tests.domains.credits.trainees import giver_of

    world = small_county()
    march, april = (at_local(date(2026, month, 9), 9) for month in (3, 4))
    uuid = UUID(int=5)
    book(world, 250, uuid=uuid, now=march)
    book(world, 80, givers=[(world.college.pk, 80)], receiver_id=world.centre.pk, now=march)
    book(world, 250, uuid=uuid, is_reversal=True, now=april)
    settle()
    clerk = giver_of(world)
    first, second = statement(world, clerk, "2026-03"), statement(world, clerk, "2026-04")
    assert [(line.kind, line.amount_hundredths) for line in first.lines] == [("book", 250), ("book", -80)]
    [mine] = first.counterparts
    assert (mine.before_hundredths, mine.booked_hundredths, mine.after_hundredths) == (0, 170, 170)
    [mine] = second.counterparts
    assert (mine.before_hundredths, mine.reversed_hundredths, mine.after_hundredths) == (170, -250, -80)
    [mine] = statement(world, clerk, "2027-01").counterparts
    assert (mine.before_hundredths, mine.settled_hundredths, mine.after_hundredths) == (-80, 80, 0)
    officer = on_duty(world.officer, "county_officer", COUNTY)
    theirs = statement(world, officer, "2026-03", world.college.code).counterparts[0]
    assert theirs.after_hundredths == -170, "what one is to receive the other is to pay"
    text = credit_bank.statement_csv(first).decode("utf-8-sig").splitlines()
    assert text[1].split(",")[5:7] == ["2.5", str(uuid)]
    assert text[2].split(",")[5] == "-0.8"


def test_who_reads_a_statement() -> None:
    from tests.domains.credits.trainees import giver_of

    world = small_county()
    book(world, now=world.now)
    clerk = giver_of(world)
    assert [each.code for each in credit_bank.access_clearing_parties(actor=clerk, now=AFTER)] == [world.centre.code]
    with pytest.raises(NotFound):
        statement(world, clerk, "2026-03", world.college.code)
    for actor in (on_duty(world.rider, "teacher", COUNTY), Actor("resident", person_id=world.rider.pk)):
        with pytest.raises(NotAllowed):
            statement(world, actor, "2026-03")
    with pytest.raises(NotFound):
        statement(world, replace(clerk, duties=()), "2026-03")


def test_thousands_of_entries_between_many_schools_close_and_are_read_again_to_the_byte() -> None:
    """The short form of `python -m bench credits.clearing`: a hundred institutions, a million entries."""
    build_claims(5_000, 20)
    assert credit_bank.clearing_closes()
    told = settle()
    assert (told.entries, len(told.pairs) > 100) == (5_000, True)
    assert set(ledger.balances_of_family(UNIT, "claims:").values()) == {0}
    assert settle(now=AFTER + timedelta(days=1)).files == told.files
