"""Rules of admission by interview: what must be written beforehand, what a sheet must hold, and who comes before whom.

Source: "interview courses pay after the interview" and their admission by teachers' judgement are practice of elderly
universities (Guangdong 2023; section 5.1 of the platform's rule set). That two people judge apart, by criteria
published before, and that the order follows from their points alone, is the platform's default.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from xueqiao.domains.enrolment.errors.interviews import BadCriteria, BadSheet
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan
from xueqiao.domains.enrolment.values.interviews import JUDGES, PANEL, CriterionPlan, InterviewResult
from xueqiao.domains.enrolment.values.rounds import RoundPlan

CRITERIA_MAX = 8
WORDS_MIN = 6


def require_interview_plan(plan: RoundPlan) -> None:
    """Raise BadRoundPlan unless a round of interviews is planned as one: one wish, one person, no quotas, a panel."""
    if plan.wishes_max != 1 or plan.group_size_max != 1:
        raise BadRoundPlan(what="面谈一次报一个班、一个人：志愿数和一起报的人数都写 1")
    if any(each.quotas or each.is_beginner for each in plan.runs):
        raise BadRoundPlan(what="面谈按打分录取，不另设名额")
    if plan.source_kind != PANEL:
        raise BadRoundPlan(what="面谈由两位老师打分，不用随机数")
    if plan.source_due_at < plan.wishes_close_at + timedelta(hours=1):
        raise BadRoundPlan(what="面谈结果要在报名截止之后公布")


def require_criteria(criteria: Sequence[CriterionPlan]) -> None:
    """Raise BadCriteria unless there are 1 to 8 different criteria, each with words and 1 to 100 points."""
    if not 1 <= len(criteria) <= CRITERIA_MAX:
        raise BadCriteria(what=f"要有 1 到 {CRITERIA_MAX} 条")
    if len({each.name for each in criteria}) != len(criteria):
        raise BadCriteria(what="有两条同名")
    for each in criteria:
        if not each.name or len(each.words) < WORDS_MIN:
            raise BadCriteria(what=f"每条要有名称，并写明怎样算好，至少 {WORDS_MIN} 个字")
        if not 1 <= each.points_max <= 100:
            raise BadCriteria(what="每条的满分在 1 到 100 之间")


def require_sheet(points: Mapping[int, int], criteria: Mapping[int, int], words: str) -> None:
    """Raise BadSheet unless every criterion (number -> most points) has points from 0 to its most, and a judgement in
    words stands beside them.
    """
    if set(points) != set(criteria):
        raise BadSheet(what="每一条都要打分")
    for number, most in criteria.items():
        if not 0 <= points[number] <= most:
            raise BadSheet(what=f"第 {number} 条在 0 到 {most} 分之间")
    if len(words) < WORDS_MIN:
        raise BadSheet(what=f"写一句评语，至少 {WORDS_MIN} 个字")


def has_passed(total: int, points_max: Collection[int], *, pass_percent: int) -> bool:
    """True when the points of both judges together reach the pass mark: a percentage of what both could give."""
    return total * 100 >= JUDGES * sum(points_max) * pass_percent


def interview_order(results: Sequence[InterviewResult]) -> list[InterviewResult]:
    """Return the results of one class, the best first: by points of both judges together, equal points by the SHA-256
    of the entry's number, which nobody chose and anybody can compute. When somebody entered or was seen plays no part.
    """
    return sorted(results, key=lambda each: (-each.total, sha256(each.code.encode()).hexdigest()))
