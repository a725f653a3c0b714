"""Pure rules of enrolment: who may take a seat, until when it is kept, what a withdrawal gives back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from xueqiao.domains.classes.api import term_of
from xueqiao.domains.enrolment.errors.seats import (
    AdmissionNotFirstCome,
    AgeOutside,
    AlreadyEnrolled,
    ClassNotOffered,
    EnrolmentClosed,
    NotOpenYet,
    SpendingCapReached,
    TermLimitReached,
    TimeClash,
)
from xueqiao.domains.enrolment.rules.lists import require_on_list
from xueqiao.domains.enrolment.values.seats import Limits, Meeting, OwnPlace, RefundRule, RunFacts
from xueqiao.foundation.clock import local
from xueqiao.foundation.money import yuan

UNDO_WORDS = "十分钟内反悔，全部退还"
UNDO_SOURCE = "《互联网网站适老化通用设计规范》：涉及法律与财务的提交可以撤回"
GUARDED_BELOW = 14  # 个人信息保护法第三十一条：不满十四周岁

_STATE_WORDS = {"draft": "还在准备，没有发布", "finished": "已经结束", "cancelled": "已经取消"}
_MODE_WORDS = {"draw": "参加抽签", "priority_draw": "先照顾再抽签", "interview": "先面试"}


def when(moment: datetime) -> str:
    """Return a moment as people read it: 3 月 5 日 周三 19:00."""
    there = local(moment)
    return f"{there.month} 月 {there.day} 日 周{'一二三四五六日'[there.weekday()]} {there:%H:%M}"


def age_in_year(birth_date: date, day: date) -> int:
    """Return whole years reached on `day`."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def require_open(run: RunFacts, *, now: datetime) -> None:
    """Raise unless the class takes learners now, first come first served."""
    if run.state != "published":
        raise ClassNotOffered(state_words=_STATE_WORDS.get(run.state, run.state))
    if run.admission != "first_come":
        raise AdmissionNotFirstCome(mode_words=_MODE_WORDS.get(run.admission, run.admission))
    if now < run.enrol_opens_at:
        raise NotOpenYet(opens=when(run.enrol_opens_at))
    if now >= run.enrol_closes_at:
        raise EnrolmentClosed(closed=when(run.enrol_closes_at))


def require_age(run: RunFacts, *, name: str, birth_date: date) -> None:
    """Raise AgeOutside unless the age on the class's first day is within its limits."""
    age = age_in_year(birth_date, run.starts_on)
    too_young = run.age_min is not None and age < run.age_min
    too_old = run.age_max is not None and age > run.age_max
    if too_young or too_old:
        if run.age_min is not None and run.age_max is not None:
            limits = f" {run.age_min} 到 {run.age_max} 岁"
        elif run.age_min is not None:
            limits = f" {run.age_min} 岁以上"
        else:
            limits = f" {run.age_max} 岁以下"
        raise AgeOutside(limits=limits, name=name, age=f" {age} ")


def require_within_limits(run: RunFacts, own: Sequence[OwnPlace], limits: Limits, *, name: str) -> None:
    """Raise when the person already has this class, or as many as the term allows, here or in all."""
    if any(place.run_id == run.id for place in own):
        raise AlreadyEnrolled(name=name)
    if not own:
        return
    in_term = [place for place in own if term_of(place.starts_on) == term_of(run.starts_on)]
    here = [place for place in in_term if place.institution_id == run.institution_id]
    if limits.places_per_term_and_institution and len(here) >= limits.places_per_term_and_institution:
        raise TermLimitReached(limit=f" {limits.places_per_term_and_institution} ", where="（同一所学校）", name=name)
    if limits.places_per_term and len(in_term) >= limits.places_per_term:
        raise TermLimitReached(limit=f" {limits.places_per_term} ", where="", name=name)


def require_within_cap(run: RunFacts, own: Sequence[OwnPlace], limits: Limits, *, agent_id: int) -> None:
    """Raise SpendingCapReached when the agent's spending for this person in this term would pass the family's cap."""
    if limits.spending_cap_fen is None or run.to_pay_fen == 0:
        return
    spent = sum(
        place.to_pay_fen
        for place in own
        if place.enrolled_by_id == agent_id and term_of(place.starts_on) == term_of(run.starts_on)
    )
    left = limits.spending_cap_fen - spent
    if run.to_pay_fen > left:
        raise SpendingCapReached(price=yuan(run.to_pay_fen), left=yuan(max(0, left)))


def require_eligible(
    run: RunFacts,
    *,
    name: str,
    birth_date: date,
    own: Sequence[OwnPlace],
    own_meetings: Sequence[Meeting],
    limits: Limits,
    agent_id: int,
    is_listed: bool,
    now: datetime,
) -> None:
    """Raise the first reason why this person may not take a seat of this class now; seats are not looked at.

    One list for the single hold and for the group, so that the two cannot come apart. agent_id: who asks; is_listed:
    whether her name and phone stand on the list of a class by list.
    """
    require_open(run, now=now)
    require_on_list(run, name=name, is_listed=is_listed)
    require_age(run, name=name, birth_date=birth_date)
    require_within_limits(run, own, limits, name=name)
    require_within_cap(run, own, limits, agent_id=agent_id)
    if own_meetings:
        require_no_clash(
            [meeting for meeting in run.meetings if meeting.ends_at > now],
            [meeting for meeting in own_meetings if meeting.ends_at > now],
            travel_minutes=limits.travel_minutes,
        )


def require_no_clash(wanted: Sequence[Meeting], own: Sequence[Meeting], *, travel_minutes: int) -> None:
    """Raise TimeClash when a wanted meeting overlaps an own one, or leaves no time to get from one venue to another."""
    clash = find_clash(wanted, own, travel_minutes=travel_minutes)
    if clash is not None:
        raise TimeClash(clash=clash.words)


def find_clash(wanted: Sequence[Meeting], own: Sequence[Meeting], *, travel_minutes: int) -> Meeting | None:
    """Return the earliest own meeting that a wanted one collides with, or None. Touching ends do not collide."""
    travel = timedelta(minutes=travel_minutes)
    for mine in sorted(own, key=lambda m: m.starts_at):
        for other in wanted:
            gap = travel if mine.venue_id != other.venue_id else timedelta(0)
            if mine.starts_at < other.ends_at + gap and other.starts_at < mine.ends_at + gap:
                return mine
    return None


def hold_end(*, now: datetime, minutes: int) -> datetime:
    """Return until when a seat is kept: an absolute time, rounded up to the whole minute people are shown.

    A hold may outlive the enrolment window by its own length: who began in time may finish.
    """
    end = now + timedelta(minutes=minutes)
    rounded = end.replace(second=0, microsecond=0)
    return rounded if rounded == end else rounded + timedelta(minutes=1)


def counter_hold_end(*, now: datetime, hours: int, next_meeting: datetime | None, kept_until: datetime) -> datetime:
    """Return until when a seat is kept for paying at the centre: not past the next meeting, never shorter than now."""
    end = hold_end(now=now, minutes=60 * hours)
    if next_meeting is not None:
        end = min(end, next_meeting)
    return max(end, kept_until)


def refund_due(
    *,
    paid_fen: int,
    starts: Sequence[datetime],
    before_session: int,
    now: datetime,
    source: str,
    by_organiser: bool = False,
    by_hardship: bool = False,
    owed: int = 0,
) -> RefundRule:
    """Return what a withdrawal gives back now. `starts`: starts of the meetings that are not cancelled, in order.

    Until the first meeting begins: all. Before meeting number `before_session` begins: paid x left / all, rounded to
    the nearest fen, half up. Later: nothing, except for the organiser's cause and for hardship (illness, death, moving
    away): the part of the meetings not yet given. owed: meetings that fell out and were not made up; they count as
    left. Source: 领域规则 5.2 第 8 条.
    """
    met = len(starts)
    everything, left = met + owed, sum(1 for start in starts if start > now) + owed
    if not everything or left == everything:
        return RefundRule(paid_fen, "还没开课，全部退还", source, left, everything, 1, 1)
    pro_rata = (2 * paid_fen * left + everything) // (2 * everything)
    if by_organiser:
        words = f"举办方原因，退还没上的 {left} 次"
        return RefundRule(pro_rata, words, source, left, everything, left, everything)
    deadline = starts[before_session - 1] if before_session <= met else None
    if deadline is not None and now < deadline:
        words = f"第 {before_session} 次课之前，按没上的次数退：{left} / {everything}"
        return RefundRule(pro_rata, words, source, left, everything, left, everything)
    if by_hardship:
        words = f"因病、去世或搬离，按没上的次数退：{left} / {everything}"
        return RefundRule(pro_rata, words, source, left, everything, left, everything)
    words = f"第 {before_session} 次课之后退课，不退费（因病、去世、搬离和举办方原因除外）"
    return RefundRule(0, words, source, left, everything)


def refund_rule_words(before_session: int) -> str:
    """The whole rule in one sentence, as the class page and the check page show it."""
    return f"开课前退课全退；第 {before_session} 次课之前，按没上的次数退；之后不退，因病、去世、搬离和举办方停课除外。"


_LUHN_DOUBLED = {str(n): sum(map(int, str(2 * n))) for n in range(10)}  # twice the digit, its digits added


def place_code(number: int) -> str:
    """Return the number people read aloud: the place's number and a Luhn check digit, at least eight digits.

    One wrong digit, or two neighbours swapped (except 09 and 90), never gives another valid code.
    """
    digits = f"{number:07d}"
    return digits + str(luhn_digit(digits))


def luhn_digit(digits: str) -> int:
    total = sum(map(int, digits[-2::-2])) + sum(map(_LUHN_DOUBLED.__getitem__, digits[::-2]))
    return -total % 10


def is_place_code(code: str) -> bool:
    """True for digits whose last one is the right check digit."""
    return code.isascii() and code.isdigit() and 8 <= len(code) <= 16 and luhn_digit(code[:-1]) == int(code[-1])
