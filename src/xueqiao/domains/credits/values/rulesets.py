"""A rule set as data: what a rule file says, once it has been read. Credits are hundredths, hours are minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

# Domain rules 4.2, in the order of the text; teaching is kept apart from volunteering, heritage from publication.
OUTCOME_TYPES: Mapping[str, str] = {
    "degree_course": "学历课程",
    "whole_degree": "整段学历",
    "self_study_exam": "自学考试课程",
    "vocational_qualification": "职业资格、技能等级证书",
    "training_certificate": "培训证书",
    "community_course": "社区课程",
    "elderly_course": "老年教育课程",
    "online_course": "在线课程",
    "award": "奖项、竞赛",
    "work_experience": "工作经历",
    "volunteering": "志愿服务、授课",
    "heritage": "非遗技艺",
    "publication": "著作、专利",
}


@dataclass(frozen=True)
class Field:
    """One fact of an outcome that a rule may ask for. kind: hours, credits, ratio, whole, flag, text."""

    kind: str
    label: str


FIELDS: Mapping[str, Field] = {
    "hours": Field("hours", "核实的学时"),
    "nominal_hours": Field("hours", "课程标明的学时"),
    "days": Field("whole", "学习天数"),
    "attendance": Field("ratio", "出勤比例"),
    "passed": Field("flag", "考核合格"),
    "grade": Field("whole", "成绩"),
    "level": Field("whole", "等级"),
    "credits": Field("credits", "证书上的学分"),
    "years": Field("whole", "从业年数"),
    "strength": Field("whole", "证明力"),
    "reviewers": Field("whole", "评审人数"),
    "issuer_kind": Field("text", "出具单位类别"),
    "part": Field("text", "教学环节"),
    "subject": Field("text", "课程属性"),
    "award_level": Field("text", "奖项级别"),
    "occupation": Field("text", "职业"),
    "unit": Field("text", "认证单元"),
    "work": Field("text", "作品"),
    "accredited": Field("flag", "经评估认可"),
    "listed": Field("flag", "在公布目录内"),
    "examined": Field("flag", "经过考试取得"),
    "needs_degree": Field("flag", "以学历为报考条件"),
    "automatic": Field("flag", "免试自动取得"),
    "matches_major": Field("flag", "与所学专业对应"),
    "interviewed": Field("flag", "通过面谈"),
    "portfolio": Field("flag", "有工作档案"),
    "teacher_weekly_hours": Field("whole", "教师每周课时"),
    "room_area_per_student": Field("ratio", "生均教室面积（平方米）"),
}

CAP_KEYS: Mapping[str, str] = {
    "issuer": "出具单位",
    "year": "学年",
    "term": "学期",
    "type": "成果类型",
    "category": "课程属性",
}


@dataclass(frozen=True)
class OutcomeFacts:
    """An outcome as rules see it. facts: by FIELDS, hours in minutes, credits in hundredths, ratios as Fraction.

    share: what no conversion has used yet; None for all of it. Conditions look at the whole, amounts at the share.
    """

    key: str
    type: str
    title: str
    issuer: str
    ends_on: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    valid_until: date | None = None  # printed on the certificate
    share: Fraction | None = None


@dataclass(frozen=True)
class Programme:
    """What credits count towards. required_hundredths: 0 when it only accumulates."""

    code: str
    title: str
    required_hundredths: int = 0


@dataclass(frozen=True)
class Condition:
    """One test of one fact. op: at_least, at_most, is, one_of, none_of."""

    number: str
    field: str
    op: str
    value: Any
    cure: str
    when_set: bool = False  # a fact that was never recorded passes


@dataclass(frozen=True)
class Limit:
    """No more hours than `times` as much as another fact: 1.5 times the nominal hours, 8 hours a day."""

    number: str
    field: str
    times: Fraction  # minutes per unit of the fact


@dataclass(frozen=True)
class Worth:
    """How much an outcome is worth. by: hours, stated, fixed, each, table."""

    by: str
    minutes_per_credit: int = 0
    amount_hundredths: int = 0  # fixed, or for each unit of `field`
    field: str = ""
    table: tuple[tuple[str, int], ...] = ()
    times: Fraction = Fraction(1)
    at_most_hundredths: int | None = None
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Conversion:
    """From outcomes of some types to credits of one category."""

    number: str
    title: str
    types: tuple[str, ...]
    category: str
    worth: Worth
    conditions: tuple[Condition, ...] = ()
    programmes: tuple[str, ...] = ()  # empty: all
    valid_years: int | None = None
    printed_validity: bool = False
    step_hundredths: int | None = None
    agreement: str = ""


@dataclass(frozen=True)
class Cap:
    """At most so much: credits, a share of the programme, or a count of outcomes, for each value of `per`."""

    number: str
    title: str
    per: tuple[str, ...] = ()
    credits_hundredths: int | None = None
    share: Fraction | None = None
    outcomes: int | None = None
    types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Duplicate:
    """Outcomes that are the same learning count once. same: title, unit or work. keep: best, first or choose."""

    number: str
    same: tuple[str, ...]
    keep: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """At least so much, of some categories or types."""

    number: str
    title: str
    at_least_hundredths: int
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """When years and terms begin, as (month, day); `last_term_until`: per term, the last day that counts in the term
    in which the degree is asked for."""

    year_starts: tuple[int, int] = (1, 1)
    terms: tuple[tuple[int, int], ...] = ((3, 1), (9, 1))
    last_term_until: tuple[tuple[int, int], ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Rounding:
    """Down to whole steps. remainder: kept (as hours, pooled with the next outcome) or lost."""

    number: str = ""
    step_hundredths: int = 1
    remainder: str = "lost"


@dataclass(frozen=True)
class ReviewTerms:
    """Who decides, and by when."""

    number: str = ""
    accept_working_days: int = 5
    decide_working_days: int = 20
    appeal_working_days: int = 15
    reviewers: int = 3
    catalogue_reviewers: int = 1


@dataclass(frozen=True)
class RuleSet:
    """One version of the rules of one place or school. sha256: of the file it was read from."""

    code: str
    version: int
    title: str
    unit: str
    region: int
    in_force_from: date
    source: str
    sha256: str
    in_force_until: date | None = None  # the first day it is no longer in force
    institution: str = ""
    is_confirmed: bool = False
    is_sample: bool = False  # shipped to be read and copied: never in force by itself
    programmes: tuple[Programme, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    caps: tuple[Cap, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    grades: tuple[tuple[str, int], ...] = ()
    categories: tuple[tuple[str, str], ...] = ()  # code and name
    calendar: Calendar = Calendar()
    rounding: Rounding = Rounding()
    review: ReviewTerms = ReviewTerms()

    def programme(self, code: str) -> Programme:
        """Return the programme of that code. Raises KeyError."""
        for each in self.programmes:
            if each.code == code:
                return each
        raise KeyError(code)

    def category_name(self, code: str) -> str:
        return dict(self.categories).get(code, code)
