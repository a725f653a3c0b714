"""The bank's public figures: what is counted, and what is withheld."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.domains.credits.claiming import accepted, claimed, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import a_story
from tests.mutants import Mutants
from tests.worlds.small_county import CITY, COUNTY, OTHER_CITY, PROVINCE, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import BankFigure, Claim
from xueqiao.domains.credits.rules import figures as rules
from xueqiao.domains.credits.values.figures import BankCounts
from xueqiao.domains.people.models import Person

PARTS = ("accounts", "recognised", "converted", "decided", "due", "in_time", "median_days")


def counted(region: int) -> tuple[int | None, ...]:
    row = BankFigure.objects.get(region=region)
    return tuple(getattr(row, part) for part in PARTS)


@pytest.mark.django_db
def test_a_person_counts_once_in_each_unit_she_lives_in() -> None:
    story = a_story()
    assert credit_bank.count_bank_figures(now=story.now) == 3
    assert counted(COUNTY) == counted(CITY) == counted(PROVINCE) == (1, 1, 0, 2, 2, 2, 0)
    story.confirm(story.reserve())
    credit_bank.count_bank_figures(now=story.now)
    assert counted(PROVINCE)[:3] == (1, 1, 1)
    assert not BankFigure.objects.filter(region=OTHER_CITY).exists()


@pytest.mark.django_db
def test_a_conversion_that_is_only_reserved_or_taken_back_is_none() -> None:
    story = a_story()
    view = story.reserve()
    credit_bank.count_bank_figures(now=story.now)
    assert counted(PROVINCE)[2] == 0
    credit_bank.withdraw_conversion(actor=story.learner, conversion_uuid=view.uuid, now=story.now)
    credit_bank.count_bank_figures(now=story.now)
    assert counted(PROVINCE)[2] == 0


@pytest.mark.django_db
def test_days_are_counted_to_the_decision_and_a_claim_that_waits_too_long_is_late() -> None:
    world = small_county()
    group = reviewers()
    views = [accepted(world, title=title) for title in ("面点", "茶艺", "剪纸")]
    for days, view in zip((3, 9, 40), views, strict=True):
        now, world.now = world.now, world.now + timedelta(days=days)
        judged(view, group, [False] * 3, world)
        world.now = now
    claimed(world, title="书法")
    world.now += timedelta(days=41)
    credit_bank.count_bank_figures(now=world.now)
    assert counted(COUNTY) == (1, 0, 0, 3, 4, 2, 9), "40 days are late, and so is who still waits for the desk"
    world.now += timedelta(days=400)
    credit_bank.count_bank_figures(now=world.now)
    assert counted(COUNTY)[3:] == (0, 1, 0, None), "old decisions are over, what still waits is still late"


@pytest.mark.django_db
def test_somebody_who_moved_or_was_merged_leaves_no_row_behind() -> None:
    story = a_story()
    credit_bank.count_bank_figures(now=story.now)
    everything = Person.objects.within(EVERYTHING)
    everything.filter(pk=story.person.pk).update(region=OTHER_CITY + 9_000_000)
    Claim.objects.within(EVERYTHING).first().outcome.__class__.objects.within(EVERYTHING).update(
        region=OTHER_CITY + 9_000_000
    )
    credit_bank.count_bank_figures(now=story.now)
    assert not BankFigure.objects.filter(region=COUNTY).exists()
    assert counted(OTHER_CITY)[0] == 1


@pytest.mark.django_db
def test_nobody_reads_what_could_point_at_somebody() -> None:
    assert credit_bank.bank_figures() is None
    story = a_story()
    credit_bank.count_bank_figures(now=story.now)
    told = credit_bank.bank_figures()
    assert told is not None
    assert (told.own.region, told.own.accounts, told.own.recognised, told.own.conversion_percent) == (
        PROVINCE,
        None,
        None,
        None,
    )
    assert [each.region for each in told.below] == [CITY]
    county = credit_bank.bank_figures(region=COUNTY)
    assert county is not None
    assert county.below == (), "nothing below the county is published"
    assert credit_bank.bank_figures(region=COUNTY + 100_000) is None


def a_unit(region: int, accounts: int = 500, **wanted: Any) -> BankCounts:
    values = {"recognised": 300, "converted": 40, "decided": 60, "due": 64, "in_time": 58, "median_days": 7}
    return BankCounts(region=region, accounts=accounts, **(values | wanted))


def test_a_small_cell_is_withheld_with_its_parts_and_never_alone() -> None:
    own = a_unit(1, accounts=1500, converted=95)
    below = [a_unit(2, converted=4), a_unit(3, converted=51), a_unit(4, converted=40)]
    shown, rows = rules.published(own, below, 10)
    assert shown == own
    assert [each.converted for each in rows] == [None, 51, None], "95 - 51 - 40 would tell the 4"
    assert [each.conversion_percent is None for each in rows] == [True, False, True]
    few = a_unit(5, accounts=9, recognised=9, converted=0, decided=3, due=3, in_time=1)
    shown, _ = rules.published(few, [], 10)
    assert shown == replace(
        few, accounts=None, recognised=None, converted=None, decided=None, due=None, in_time=None, median_days=None
    )
    late = a_unit(6, in_time=2)
    assert rules.published(late, [], 10)[0].in_time == 2, "that an office is late is no secret"


def test_no_withheld_number_can_be_worked_out_from_its_siblings(
    mutants: Mutants, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaks() -> bool:
        for small in range(1, 10):
            below = [a_unit(2, converted=small), a_unit(3, converted=30), a_unit(4, converted=60)]
            own = a_unit(1, accounts=1500, converted=small + 90)
            shown, rows = rules.published(own, below, 10)
            hidden = [each for each in rows if each.converted is None]
            if not hidden or (shown.converted is not None and len(hidden) == 1):
                return True
        return False

    assert not leaks()
    with monkeypatch.context() as patched:
        patched.setattr(rules, "is_small", lambda *_: False)
        mutants.tell("figures", "small counts are shown", caught=leaks())
    with monkeypatch.context() as patched:
        patched.setattr(rules, "COLUMNS", ("accounts",))
        mutants.tell("figures", "only accounts are looked at", caught=leaks())
    with monkeypatch.context() as patched:
        patched.setattr(rules, "len", lambda _: 0, raising=False)
        mutants.tell("figures", "a cell may be withheld alone", caught=leaks())
