"""Bad input to the credit bank as one table: what somebody tries, and the refusal that meets it.

A row: kind, what is tried, code of the refusal, words its message must hold, the deed. `Ground` is the world before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.domains.credits.agreements.test_sign_agreement import sign
from tests.domains.credits.claiming import a_paper, accepted, an_outcome, claimed, judged, reviewer, reviewers
from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.converting import Story, clerk_of
from tests.domains.credits.trainees import CODE, a_line, agreed, deposit, giver_of, officer_of, trainees
from tests.worlds.small_county import COUNTY, HEDE, acting, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank

PRIZE = {"award_level": "city", "work": "剪纸《荷塘》"}
PAPER = b"%PDF-1.7 the same paper"


class Ground:
    """A claim taken up, a prize claimed, an agreement with one deposit under it, one of two outcomes reserved for a
    programme. Made before the tables are copied."""

    def __init__(self) -> None:
        self.world = small_county()
        credit_bank.adopt_shipped_rules(actor=SYSTEM, now=self.world.now, samples_in_force=True)
        self.group = reviewers()
        self.own_reviewer = reviewer("本中心文员", self.world.centre)
        for title in ("茶艺（初级）", "焊接"):
            judged(accepted(self.world, title=title), self.group, [True] * 3, self.world)
        self.again = accepted(self.world, title="茶艺 中级")
        judged(self.again, self.group[:2], [True] * 2, self.world)
        self.of_centre = accepted(self.world, title="插花", issuer_institution_id=self.world.centre.pk)
        self.fresh = claimed(self.world, title="面点")
        claimed(self.world, type="award", facts=PRIZE)
        credit_bank.claim_outcome(
            actor=acting(self.world.elder),
            person_id=self.world.elder.pk,
            outcome=an_outcome("书法"),
            papers=[a_paper(PAPER)],
            now=self.world.now,
        )
        self.story = Story(self.world, clerk_of(self.world))
        self.plan = self.story.part("茶艺（初级）")
        self.reserved = self.story.reserve(plan=self.plan)
        ((self.left, (self.number, _)),) = self.story.part("焊接").items()
        agreed(self.world)
        self.trainee, self.other_trainee = trainees(2)
        self.line = a_line(self.trainee, number="ZS-1")
        deposit(self.world, self.line)

    def claim(self, person: Any = None, papers: Any = None, **wanted: Any) -> Any:
        who = person or self.world.rider
        return credit_bank.claim_outcome(
            actor=acting(who),
            person_id=who.pk,
            outcome=an_outcome(**({"title": "电工"} | wanted)),
            papers=papers or [a_paper()],
            now=self.world.now,
        )

    def check(self, **facts: Any) -> Any:
        return credit_bank.accept_claim(
            actor=on_duty(self.world.clerk, "centre_clerk", HEDE),
            claim_uuid=self.fresh.uuid,
            method="original_seen",
            seen_also_by_id=self.world.officer.pk,
            checked_facts=facts,
            now=self.world.now,
        )

    def sign(self, **wanted: Any) -> Any:
        return sign(self.world, **({"code": "new"} | wanted))

    def hand_in(self, *lines: Any, **wanted: Any) -> Any:
        return deposit(self.world, *lines, **wanted)

    def publish(self, **wanted: Any) -> Any:
        values: dict[str, Any] = {
            "actor": officer_of(self.world),
            "code": "NEW-1",
            "title": "新单元",
            "level": 4,
            "learning_outcomes": ["会操作"],
            "notional_minutes": 60,
            "amount_hundredths": 300,
            "assessment": "实操",
            "owner_id": self.world.college.pk,
            "effective_from": date(2026, 1, 1),
            "now": self.world.now,
        }
        return credit_bank.publish_unit(**(values | wanted))

    def rules(self, written: str, becomes: str) -> Any:
        text = self.county_rules
        assert written in text
        return credit_bank.draft_rule_set(
            actor=officer_of(self.world), text=text.replace(written, becomes, 1), now=self.world.now
        )

    @cached_property
    def county_rules(self) -> str:
        text = credit_bank.shipped_text("community").replace("320000000000", "320924000000")
        return text.replace("version = 1", "version = 2")

    def suspended(self) -> None:
        credit_bank.suspend_agreement(actor=officer_of(self.world), code=CODE, is_suspended=True, now=self.world.now)

    @property
    def later(self) -> Any:
        return self.world.now + timedelta(days=4 * 366)


@dataclass(frozen=True)
class Row:
    kind: str
    tried: str
    code: str
    words: tuple[str, ...]
    deed: Callable[[Ground], Any]


def own_clerk(g: Ground) -> Any:
    return credit_bank.judge_claim(
        actor=g.own_reviewer, claim_uuid=g.of_centre.uuid, is_for=True, words="", now=g.world.now
    )


def the_same_again(g: Ground) -> Any:
    return judged(g.again, g.group[2:], [True], g.world)


ROWS = [
    Row(
        "forged issuer",
        "an institution nobody registered",
        "issuer_unknown",
        ("盐城技师学院", "从列表里选"),
        lambda g: g.claim(issuer_institution_id=999_999),
    ),
    Row(
        "forged issuer",
        "the issuer's own clerk says yes",
        "own_institution",
        ("您所在单位", "其他单位的评审"),
        own_clerk,
    ),
    Row(
        "forged issuer",
        "a school hands in a list under an agreement of others",
        "agreement_unknown",
        ("没有找到", "核对协议代号"),
        lambda g: g.hand_in(a_line(g.trainee), actor=giver_of(g.world, g.world.other_centre, g.world.rider)),
    ),
    Row(
        "replayed evidence",
        "the same paper under another name, by another person",
        "paper_used_before",
        ("已经交过", "联系"),
        lambda g: g.claim(papers=[credit_bank.Paper("另一个名字.pdf", PAPER)]),
    ),
    Row(
        "replayed evidence",
        "one paper twice in one claim",
        "paper_used_before",
        ("已经交过", "没有交上"),
        lambda g: g.claim(papers=[a_paper(b"%PDF-1.7 twice"), a_paper(b"%PDF-1.7 twice")]),
    ),
    Row(
        "same work, two names",
        "a prize claimed by another under another spelling",
        "work_claimed_before",
        ("已经有人申请", "合作作品"),
        lambda g: g.claim(type="award", facts=PRIZE | {"work": "剪纸 “荷塘”"}),
    ),
    Row(
        "same work, two names",
        "the same course under two levels",
        "not_worth_anything",
        ("同一学习内容", "不能认定"),
        the_same_again,
    ),
    Row(
        "agreement out of date",
        "a list after its last day",
        "agreement_over",
        ("已经结束", "续签"),
        lambda g: g.hand_in(a_line(g.other_trainee), now=g.later),
    ),
    Row(
        "agreement out of date",
        "an agreement that ends before it begins",
        "agreement_wrong",
        ("结束日期要晚于开始日期",),
        lambda g: g.sign(ends_on=date(2025, 1, 1)),
    ),
    Row(
        "circular conversion",
        "an institution that recognises itself",
        "agreement_wrong",
        ("不能是同一个单位",),
        lambda g: g.sign(giver_id=g.world.college.pk),
    ),
    Row(
        "circular conversion",
        "credit that is in a conversion goes into another",
        "outcome_not_usable",
        ("用在别处", "刷新页面"),
        lambda g: g.story.reserve(plan=g.plan),
    ),
    Row(
        "circular conversion",
        "the learner takes her own credit in",
        "own_conversion",
        ("本人或家人", "其他同事"),
        lambda g: g.story.confirm(g.reserved, on_duty(g.world.elder, "county_officer", COUNTY)),
    ),
    Row(
        "replayed evidence",
        "the number of one conversion for another wish",
        "conversion_uuid_used",
        ("另一笔转换", "刷新页面"),
        lambda g: g.story.reserve(plan=g.plan, uuid=g.reserved.uuid, programme="elderly-care-associate"),
    ),
    Row(
        "overflow",
        "a plan above what the outcome gave",
        "plan_not_legal",
        ("不合规则",),
        lambda g: g.story.reserve(plan={g.left: (g.number, 2**63)}),
    ),
    Row(
        "negative",
        "a plan",
        "plan_not_legal",
        ("不合规则",),
        lambda g: g.story.reserve(plan={g.left: (g.number, -100)}),
    ),
    Row(
        "unit mismatch",
        "credit into rules that only accumulate it",
        "programme_unknown",
        ("没有这个项目",),
        lambda g: g.story.reserve(plan=g.plan, rules_code="community", programme="community"),
    ),
    Row(
        "overflow",
        "more hours than a life has",
        "invalid_input",
        ("核实的学时", "1,000,000"),
        lambda g: g.claim(facts={"hours": 2**63}),
    ),
    Row(
        "overflow",
        "a clerk writes them",
        "invalid_input",
        ("核实的学时", "1,000,000"),
        lambda g: g.check(hours=2**63),
    ),
    Row(
        "overflow",
        "a cap no number of the database holds",
        "agreement_wrong",
        ("上限",),
        lambda g: g.sign(cap_hundredths=2**63),
    ),
    Row(
        "overflow",
        "a unit of a million hours",
        "invalid_input",
        ("学时",),
        lambda g: g.publish(notional_minutes=2**40),
    ),
    Row(
        "overflow",
        "a life-long validity",
        "invalid_input",
        ("有效",),
        lambda g: g.publish(valid_years=2**20),
    ),
    Row(
        "negative",
        "hours",
        "invalid_input",
        ("核实的学时", "负数"),
        lambda g: g.claim(facts={"hours": -60}),
    ),
    Row("negative", "hours, by a clerk", "invalid_input", ("核实的学时", "负数"), lambda g: g.check(hours=-60)),
    Row(
        "negative",
        "attendance",
        "invalid_input",
        ("出勤比例", "负数"),
        lambda g: g.claim(facts={"hours": 60, "attendance": Fraction(-1, 2)}),
    ),
    Row(
        "negative",
        "a cap",
        "agreement_wrong",
        ("不能是负数",),
        lambda g: g.sign(cap_hundredths=-1),
    ),
    Row("negative", "the credits of a unit", "invalid_input", ("学分",), lambda g: g.publish(amount_hundredths=-1)),
    Row(
        "unit mismatch",
        "hours as words",
        "invalid_input",
        ("核实的学时", "整分钟"),
        lambda g: g.claim(facts={"hours": "44 学时"}),
    ),
    Row(
        "unit mismatch",
        "hours as a fraction of an hour",
        "invalid_input",
        ("核实的学时", "整分钟"),
        lambda g: g.check(hours=2.75),
    ),
    Row(
        "unit mismatch",
        "yes where a number stands",
        "invalid_input",
        ("核实的学时", "整分钟"),
        lambda g: g.claim(facts={"hours": True}),
    ),
    Row(
        "unit mismatch",
        "a fact no rule knows",
        "invalid_input",
        ("money", "请去掉"),
        lambda g: g.claim(facts={"hours": 60, "money": 5}),
    ),
    Row(
        "unit mismatch",
        "a rule file that pays in money",
        "rule_file_wrong",
        ("unit", "CREDIT."),
        lambda g: g.rules('unit = "CREDIT.community"', 'unit = "CNY"'),
    ),
    Row(
        "rule file",
        "a field misspelt",
        "rule_file_wrong",
        ("第 ", "rounding.step"),
        lambda g: g.rules("step = 0.5", "stp = 0.5"),
    ),
    Row(
        "rule file",
        "a number in quotes",
        "rule_file_wrong",
        ("conversion.worth.hours_per_credit", "例如 16 或 1.5"),
        lambda g: g.rules("hours_per_credit = 16 }", 'hours_per_credit = "16" }'),
    ),
    Row(
        "rule file",
        "a negative step",
        "rule_file_wrong",
        ("rounding.step", "最多两位小数"),
        lambda g: g.rules("step = 0.5", "step = -0.5"),
    ),
    Row(
        "rule file",
        "credits no ledger holds",
        "rule_file_wrong",
        ("cap.credits", "学分"),
        lambda g: g.rules("credits = 4\n", "credits = 99999999999999999999\n"),
    ),
    Row(
        "rule file",
        "hours of nothing for a credit",
        "rule_file_wrong",
        ("hours_per_credit",),
        lambda g: g.rules("hours_per_credit = 16 }", "hours_per_credit = 0 }"),
    ),
]
