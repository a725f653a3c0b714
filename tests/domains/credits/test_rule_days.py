"""The days of versions, against a walk through the calendar; what is in force on a day is one version at most."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mutants import Mutants
from xueqiao.domains.credits.rules.ruledays import RuleDays, begins, ends_by_version, is_in_force, state_on

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(40)]
day = st.integers(0, 30).map(lambda n: DAYS[n])


@st.composite
def versions(draw: st.DrawFn) -> list[RuleDays]:
    starts = draw(st.lists(day, unique=True, max_size=5))
    later = st.one_of(st.none(), st.integers(1, 9))

    def after(start: date) -> date | None:
        days = draw(later)
        return start + timedelta(days=days) if days else None

    return [RuleDays(n, start, after(start), after(start)) for n, start in enumerate(starts)]


def in_force_by_walking(given_versions: list[RuleDays], on: date) -> int | None:
    """Day by day: what begins takes over; a day that its text or its repeal names ends what stands."""
    standing: RuleDays | None = None
    for today in DAYS[: DAYS.index(on) + 1]:
        standing = next((each for each in given_versions if each.starts_on == today), standing)
        if standing is not None and today in (standing.said_until, standing.closed_on):
            standing = None
    return standing.version if standing else None


def is_as_walked(given_versions: list[RuleDays], ends: dict[int, date | None]) -> bool:
    for on in DAYS:
        found = [v.version for v in given_versions if is_in_force("filed", v.starts_on, ends[v.version], on)]
        walked = in_force_by_walking(given_versions, on)
        if found != ([] if walked is None else [walked]):
            return False
    return True


@settings(max_examples=200, deadline=None)
@given(versions(), st.randoms(use_true_random=False))
def test_on_every_day_the_version_in_force_is_that_of_a_walk_through_the_calendar(given_versions, random) -> None:
    random.shuffle(given_versions)
    assert is_as_walked(given_versions, ends_by_version(given_versions))


def test_days_that_overlap_or_leave_a_gap_are_noticed(mutants: Mutants) -> None:
    case = [RuleDays(1, FIRST), RuleDays(2, DAYS[9], said_until=DAYS[12]), RuleDays(3, DAYS[20], closed_on=DAYS[25])]
    real = ends_by_version(case)
    assert is_as_walked(case, real)
    for name, wrong in (
        ("the version before never ends", {1: None}),
        ("it ends a day late", {1: DAYS[10]}),
        ("it ends a day early", {1: DAYS[8]}),
        ("what its text says is not looked at", {2: DAYS[20]}),
        ("a repeal ends nothing", {3: None}),
    ):
        mutants.tell("rules", name, caught=not is_as_walked(case, real | wrong))


def test_a_version_begins_on_its_day_or_when_it_is_filed_and_is_named_by_the_day() -> None:
    march, july = date(2026, 3, 4), date(2026, 7, 1)
    assert (begins(FIRST, march), begins(july, march)) == (march, july)
    assert [state_on("filed", march, july, on) for on in (FIRST, march, july)] == ["filed", "in_force", "expired"]
    assert [state_on("suspended", march, july, on) for on in (march, july)] == ["suspended", "expired"]
    assert state_on("draft", None, None, march) == "draft"
    assert not is_in_force("suspended", march, None, march)
    assert is_in_force("expired", march, july, march), "repealed since, but it was in force that day"
