"""What an institution taught its trainees, by program: the same list, the same answers as the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.demand import api as demand
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import RegionCode

router = Router(tags=["credit bank 学分银行"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class TraineeIn(Schema):
    """One outcome as people write it; the columns of the Excel list by their English names."""

    name: str = Field(max_length=200)
    person: str = Field(
        max_length=40, description="Learner number, phone or ID number; with the name it means one person"
    )
    unit: str = Field(max_length=40, description="Recognition unit in the catalogue")
    hours: str = Field(max_length=20, description="48 or 4.5")
    grade: str = Field(max_length=20, description="0 to 100, or 合格, 不合格")
    completed_on: str = Field(max_length=20, description="2026-06-30")
    number: str = Field(max_length=80, description="Evidence number; once per institution")
    kind: str = Field("", max_length=20, description="实训课程 (default) or 岗位实践")
    post: str = Field("", max_length=80)
    occupation: str = Field("", max_length=20, description="6-31-07-03")


class OutcomesIn(Schema):
    agreement: str = Field(max_length=60, description="Code of the agreement")
    lines: list[TraineeIn] = Field(min_length=1, max_length=credit_bank.TRAINEE_LINES_MAX)
    dry_run: bool = Field(True, description="Only look; nothing is deposited")


class TraineeProblemOut(Schema):
    column: str
    code: str
    detail: str


class TraineeOut(Schema):
    number: int = Field(description="1 for the first line that was sent")
    state: str = Field(description="good (deposited, or would be), known (deposited before) or wrong")
    amount_hundredths: int
    detail: str = Field(description="The rule and its arithmetic, in words")
    problems: list[TraineeProblemOut]


class OutcomesOut(Schema):
    is_deposited: bool
    good: int
    known: int
    wrong: int
    amount_hundredths: int = Field(description="Of the good lines")
    lines: list[TraineeOut]


class BankDefinitionOut(Schema):
    name: str
    title: str
    rule: str


class BankCountsOut(Schema):
    """null: withheld, because it could point at somebody (or nothing to divide by)."""

    region: str
    accounts: int | None
    recognised: int | None
    converted: int | None
    conversion_percent: float | None
    decided: int | None
    due: int | None
    in_time: int | None
    in_time_percent: float | None
    median_days: int | None


class BankFiguresOut(Schema):
    definitions: list[BankDefinitionOut]
    counted_at: datetime | None = Field(description="null: nothing was counted for this unit yet")
    threshold: int | None = Field(description="Counts below it are withheld, and one more where a sum would tell it")
    figure: BankCountsOut | None
    below: list[BankCountsOut] = Field(description="The units one level below, down to the county, by code; not ranked")


# name -> title, rule: the words of /open/credits/, for programs
_DEFINITIONS = {
    "accounts": ("开户的人", "有学分账户的人，每人一个；按现在的居住地归口，合并过的只算一次"),
    "recognised": ("有认定成果的人", "至少一项成果已认定，或一笔学分已存入"),
    "converted": ("转换过的人", "至少一笔学分被学校确认计入学习项目；撤回、退回、冲正的不算"),
    "conversion_percent": ("转换率", "转换过的人 / 开户的人 × 100"),
    "decided": ("决定的申请", "近 365 天决定的个人申请；单位成批存入、按规则自动认定的不算"),
    "due": ("应决定的申请", "近 365 天决定的，加上已经过期还没决定的"),
    "in_time": ("期限内决定的申请", "到决定期限为止已经决定的"),
    "in_time_percent": ("期限内决定的比例", "期限内决定的申请 / 应决定的申请 × 100"),
    "median_days": ("等了几天", "从提交那天到决定那天的自然日，取中位数"),
}


@router.get(
    "/bank/figures",
    auth=None,
    response={200: BankFiguresOut, 409: Problem, 422: Problem},
    summary="The bank's public figures with their definitions: the province, or a unit and those below it",
)
def bank_figures(request: HttpRequest, region: str = "") -> dict[str, Any]:
    """The same numbers as the page /open/credits/, counted every night."""
    figures = credit_bank.bank_figures(region=int(RegionCode.parse(region)) if region else None)
    return {
        "definitions": [{"name": n, "title": title, "rule": rule} for n, (title, rule) in _DEFINITIONS.items()],
        "counted_at": figures.counted_at if figures else None,
        "threshold": figures.threshold if figures else None,
        "figure": _counts(figures.own) if figures else None,
        "below": [_counts(each) for each in figures.below] if figures else [],
    }


def _counts(each: credit_bank.BankCounts) -> dict[str, Any]:
    return {name: getattr(each, name) for name in _DEFINITIONS} | {"region": RegionCode(each.region).short}


@router.post(
    "/bank/outcomes",
    auth=MAY_ENROL,
    response={200: OutcomesOut, **_PROBLEMS},
    summary="Deposit trainees' outcomes under an agreement; safe to repeat",
)
def deposit_outcomes(request: HttpRequest, body: OutcomesIn) -> dict[str, Any]:
    """Wrong lines are left out and named; the good ones are deposited. The same list again adds nothing."""
    actor, now = demand.acting_for_firms(actor_of(request)), clock.now()
    lines = [credit_bank.TraineeLine(number, each.dict()) for number, each in enumerate(body.lines, 1)]
    asked: dict[str, Any] = {"actor": actor, "code": body.agreement, "lines": lines, "now": now}
    if body.dry_run:
        checked = credit_bank.access_checked_trainees(**asked)
    else:
        checked = credit_bank.deposit_trainees(**asked).lines
    good = [each for each in checked if each.state == "good"]
    return {
        "is_deposited": not body.dry_run,
        "good": len(good),
        "known": sum(each.state == "known" for each in checked),
        "wrong": sum(each.state == "wrong" for each in checked),
        "amount_hundredths": sum(each.amount_hundredths for each in good),
        "lines": [_out(each) for each in checked],
    }


def _out(each: credit_bank.CheckedTrainee) -> dict[str, Any]:
    return {
        "number": each.line.number,
        "state": each.state,
        "amount_hundredths": each.amount_hundredths,
        "detail": each.sentence,
        "problems": [{"column": p.column, "code": p.refusal.code, "detail": p.refusal.message} for p in each.problems],
    }
