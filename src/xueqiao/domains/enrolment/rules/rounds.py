"""Rules of an admission round: what a plan must hold, who may enter, what happens to a group. Pure.

Sources: windows, limits, repeats, the newcomers' share and the signature from 80 follow section "Enrolment" of the
platform's rule set; each number is a parameter with its own source (parameters.py) and is frozen when a round opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from xueqiao.domains.enrolment.errors.rounds import (
    BadRoundPlan,
    BadWishes,
    HealthPaperMissing,
    HomeOutside,
    RoundNotTaking,
    SignatureMissing,
    TooManyRepeats,
    WishesClosed,
    WishesNotOpenYet,
)
from xueqiao.domains.enrolment.rules.interviews import require_interview_plan
from xueqiao.domains.enrolment.rules.seats import (
    age_in_year,
    place_code,
    require_age,
    require_no_clash,
    require_within_limits,
    when,
)
from xueqiao.domains.enrolment.rules.weights import newcomer_seats
from xueqiao.domains.enrolment.values.rounds import (
    BUCKETS,
    COMPANIONS,
    HOUSEHOLD,
    INTERVIEW,
    MODES,
    NEWCOMER,
    OPEN,
    PRIORITY_DRAW,
    RETURNING,
    SINGLE,
    SOURCE_KINDS,
    Candidate,
    RoundPlan,
    RoundRunPlan,
)
from xueqiao.domains.enrolment.values.seats import Limits, Meeting, OwnPlace, RunFacts
from xueqiao.foundation.region_code import RegionCode

ROUND_STATE_WORDS = {
    "planned": "还没有开放",
    "open": "正在填志愿",
    "frozen": "名单已经封好，等着抽签",
    "drawn": "已经抽完签",
    "closed": "已经结束",
    "cancelled": "已经取消",
}
ENTRY_STATE_WORDS = {
    "entered": "已经收下，等着抽签",
    "withdrawn": "已经退出",
    "excluded": "没有进名单",
    "won": "抽中了",
    "lost": "没抽中",
}


@dataclass(frozen=True)
class RoundNumbers:
    """The parameters a plan is checked against, as in force at the institution."""

    info_days: int
    priority_days: int
    wish_days_min: int
    wishes_max: int
    group_size_max: int
    newcomer_percent: int


def entry_code(number: int) -> str:
    """Return the number people read aloud for an entry: Z (志愿) and digits with a check digit."""
    return "Z" + place_code(number)


def round_code(number: int) -> str:
    """Return the number of a round: L (轮) and digits with a check digit."""
    return "L" + place_code(number)


def require_sound_plan(
    plan: RoundPlan, runs: Mapping[str, RunFacts], free: Mapping[str, int], numbers: RoundNumbers, *, now: datetime
) -> None:
    """Raise BadRoundPlan unless windows, classes, seats and quotas fit. runs and free seats by class code."""
    _require_windows(plan, numbers, now=now)
    if plan.mode == INTERVIEW:
        require_interview_plan(plan)
    elif plan.mode not in MODES or plan.source_kind not in SOURCE_KINDS or not plan.source_name.strip():
        raise BadRoundPlan(what="请选抽签方式，并写明用哪一个公开的随机数")
    if not 1 <= plan.wishes_max <= numbers.wishes_max:
        raise BadRoundPlan(what=f"志愿最多 {numbers.wishes_max} 个")
    if not 1 <= plan.group_size_max <= numbers.group_size_max:
        raise BadRoundPlan(what=f"一起报的人最多 {numbers.group_size_max} 位")
    if not plan.runs or len({each.run_code for each in plan.runs}) != len(plan.runs):
        raise BadRoundPlan(what="至少选一个班，每个班只写一次")
    for each in plan.runs:
        _require_run(plan, each, runs, free, numbers)


def _require_windows(plan: RoundPlan, numbers: RoundNumbers, *, now: datetime) -> None:
    moments = [
        plan.info_opens_at,
        plan.priority_opens_at,
        plan.wishes_open_at,
        plan.wishes_close_at,
        plan.source_due_at,
    ]
    given = [moment for moment in moments if moment is not None]
    if given != sorted(given) or plan.wishes_close_at <= plan.wishes_open_at:
        raise BadRoundPlan(what="时间要按公布、优先、填志愿、截止、抽签的先后排")
    if plan.wishes_close_at <= now:
        raise BadRoundPlan(what="填志愿的截止时间已经过了")
    if plan.wishes_close_at - plan.wishes_open_at < timedelta(days=numbers.wish_days_min):
        raise BadRoundPlan(what=f"填志愿至少要 {numbers.wish_days_min} 天")
    if plan.wishes_open_at - plan.info_opens_at < timedelta(days=numbers.info_days):
        raise BadRoundPlan(what=f"填志愿之前至少要公布 {numbers.info_days} 天")
    if (plan.mode == PRIORITY_DRAW) != (plan.priority_opens_at is not None):
        raise BadRoundPlan(what="先照顾再抽签的，要写优先期的开始时间；别的方式不写")
    if plan.priority_opens_at is not None and plan.wishes_open_at - plan.priority_opens_at < timedelta(
        days=numbers.priority_days
    ):
        raise BadRoundPlan(what=f"优先期至少要 {numbers.priority_days} 天")
    if plan.source_due_at <= plan.wishes_close_at:
        raise BadRoundPlan(what="公开随机数（面谈：公布结果）要在截止之后")
    offers_end = plan.source_due_at + timedelta(hours=plan.offer_hours)
    if plan.leftovers_open_at is not None and plan.leftovers_open_at < offers_end:
        raise BadRoundPlan(what="剩余座位要等中签的人确认期过了再放")
    if plan.offer_hours < 24:
        raise BadRoundPlan(what="中签后至少留 24 小时确认")


def _require_run(
    plan: RoundPlan,
    each: RoundRunPlan,
    runs: Mapping[str, RunFacts],
    free: Mapping[str, int],
    numbers: RoundNumbers,
) -> None:
    facts = runs.get(each.run_code)
    if facts is None:
        raise BadRoundPlan(what=f"没有找到班级 {each.run_code}")
    name = f"《{facts.title}》（{facts.code}）"
    if facts.state != "published" or facts.admission != plan.mode:
        raise BadRoundPlan(what=f"{name}要先发布，招生方式要和这一轮相同")
    if not 1 <= each.seats <= free[each.run_code]:
        raise BadRoundPlan(what=f"{name}现在能放出来的座位是 {free[each.run_code]} 个")
    if facts.meetings and facts.meetings[0].starts_at < plan.source_due_at + timedelta(hours=plan.offer_hours):
        raise BadRoundPlan(what=f"{name}在中签确认期结束之前就开课了")
    quotas = {quota.bucket: quota.seats for quota in each.quotas}
    if len(quotas) != len(each.quotas) or not set(quotas) <= set(BUCKETS) or min(quotas.values(), default=1) < 1:
        raise BadRoundPlan(what=f"{name}的名额写得不对")
    if sum(quotas.values()) > each.seats:
        raise BadRoundPlan(what=f"{name}各类名额加起来比座位多")
    if each.is_beginner and quotas.get(NEWCOMER, 0) < newcomer_seats(each.seats, numbers.newcomer_percent):
        least = newcomer_seats(each.seats, numbers.newcomer_percent)
        raise BadRoundPlan(what=f"{name}是零基础班，至少留 {least} 个座位给首次学习者（{numbers.newcomer_percent} %）")
    if (each.series_terms or each.continues) and plan.mode != PRIORITY_DRAW:
        raise BadRoundPlan(what=f"{name}写了续读，招生方式要选“先照顾再抽签”")
    if bool(each.series_terms) != bool(each.continues):
        raise BadRoundPlan(what=f"{name}续读要同时写明上学期的班和这门课一共几个学期")
    if quotas.get(RETURNING) and plan.mode != PRIORITY_DRAW:
        raise BadRoundPlan(what=f"{name}的续读名额只用于“先照顾再抽签”")


def require_takes_wishes(state: str, opens_at: datetime, closes_at: datetime, *, now: datetime) -> None:
    """Raise unless wishes are taken at `now`: the round is open and `now` is inside the window, its end excluded."""
    require_list_open(state)
    if now < opens_at:
        raise WishesNotOpenYet(opens=when(opens_at))
    if now >= closes_at:
        raise WishesClosed(closed=when(closes_at))


def require_list_open(state: str) -> None:
    """Raise RoundNotTaking unless the round is open: from the freeze on nobody comes in or out, by any way."""
    if state != OPEN:
        raise RoundNotTaking(state_words=ROUND_STATE_WORDS[state])


def require_wishes(wanted: Sequence[int], offered: Sequence[int], *, most: int) -> None:
    """Raise BadWishes unless there are 1 to `most` different wishes, all classes of the round."""
    if not wanted:
        raise BadWishes(what="还没有选班", most=most)
    if len(wanted) > most:
        raise BadWishes(what="选多了", most=most)
    if len(set(wanted)) != len(wanted):
        raise BadWishes(what="同一个班选了两次", most=most)
    if not set(wanted) <= set(offered):
        raise BadWishes(what="有的班不在这一轮里", most=most)


@dataclass(frozen=True)
class RoundTerms:
    """Limits as frozen in the round. open_to: the unit whose residents may enter, 0 for everybody; where: its name."""

    limits: Limits
    repeats_max: int
    signature_from_age: int
    open_to: int = 0
    where: str = ""


@dataclass(frozen=True)
class WantedClass:
    """A class somebody wishes for: its facts, its course, and whether it moves the body."""

    facts: RunFacts
    course_id: int
    is_physical: bool


@dataclass(frozen=True)
class Ties:
    """What a person already has: live places, and their meetings still to come."""

    places: Sequence[OwnPlace] = ()
    meetings: Sequence[Meeting] = field(default_factory=tuple)


def require_eligible(
    person: Candidate, wanted: Sequence[WantedClass], ties: Ties, terms: RoundTerms, *, now: datetime
) -> None:
    """Raise the first reason why this person may not wish for one of these classes; wishes in the order ranked.

    Home, then for each class: age on its first day, a relative's signature, the health declaration, repeats, limits of
    the term counting the places she already has, and the timetable with travel.
    """
    require_home(person, terms)
    for each in wanted:
        require_age(each.facts, name=person.name, birth_date=person.birth_date)
        if needs_signature(person.birth_date, each.facts.starts_on, terms.signature_from_age):
            _require(person.has_signature, SignatureMissing(name=person.name, age=terms.signature_from_age))
        if each.is_physical:
            _require(person.has_health, HealthPaperMissing(name=person.name, title=each.facts.title))
        times = person.terms_of_course.get(each.course_id, 0)
        if terms.repeats_max and times >= terms.repeats_max:
            raise TooManyRepeats(name=person.name, times=times, title=each.facts.title, most=terms.repeats_max)
        require_within_limits(each.facts, ties.places, terms.limits, name=person.name)
        require_no_clash(
            [meeting for meeting in each.facts.meetings if meeting.ends_at > now],
            ties.meetings,
            travel_minutes=terms.limits.travel_minutes,
        )


def require_home(person: Candidate, terms: RoundTerms) -> None:
    """Raise HomeOutside unless her home lies in the unit the round is open to."""
    if terms.open_to:
        unit = RegionCode(terms.open_to)
        _require(unit.low <= person.home <= unit.high, HomeOutside(where=terms.where, name=person.name))


def needs_signature(birth_date: date, day: date, from_age: int) -> bool:
    """True when on `day` the person has reached the age from which a relative signs."""
    return age_in_year(birth_date, day) >= from_age


def may_return(*, had_place: bool, terms_done: int, series_terms: int) -> bool:
    """True when a learner of last term's class may go on without the draw: the series is not over for her."""
    return had_place and series_terms > 0 and terms_done < series_terms


def group_kind(sizes: int, *, only_family: bool) -> str:
    """Return what an entry of so many people is: single, household (all of one family) or companions."""
    if sizes <= 1:
        return SINGLE
    return HOUSEHOLD if only_family else COMPANIONS


def demand_words(entries: int, seats: int) -> str:
    """Return how much a class is wished for, in words, from first wishes. Never a number: nobody should count heads."""
    if entries == 0:
        return "还没有人填"
    if entries * 2 <= seats:
        return "座位比人多"
    if entries <= seats:
        return "座位够"
    return "人比座位多" if entries <= 2 * seats else "人比座位多得多"


def _require(holds: bool, reason: Exception) -> None:
    if not holds:
        raise reason
