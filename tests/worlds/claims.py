"""Claims at every step and a county's own draft of the rules, for the lively world and for permissions."""

from __future__ import annotations

from datetime import date, datetime

from tests.domains.credits.claiming import accepted, claimed, judged, reviewers
from tests.worlds.small_county import CITY, COUNTY, NOW, OTHER_CITY, PROVINCE, SmallCounty, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import BankFigure
from xueqiao.foundation.audit.values import Actor


def claims_at_every_step(world: SmallCounty) -> None:
    """Of 张桂兰: one recognised, one refused and open to appeal, one being reviewed, two waiting for the desk. The
    sample rules are in force, as in a demo region."""
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    group = reviewers()
    judged(accepted(world, title="中式面点"), group, [True] * 3, world)
    judged(accepted(world, title="茶艺（初级）", issuer_name="射阳县妇联"), group, [False, True, False], world)
    award = {"award_level": "city", "work": "荷塘清趣"}
    accepted(world, title="盐城市剪纸大赛二等奖", type="award", issuer_name="盐城市文化馆", facts=award)
    claimed(world, title="家政服务培训", issuer_name="射阳县人社局", facts={"hours": 48 * 60})
    claimed(
        world, title="社区巡护志愿者", type="volunteering", issuer_name="合德镇志愿者协会", facts={"hours": 64 * 60}
    )


def county_draft(world: SmallCounty) -> int:
    """Return the number of the county's draft: other hours, a cap of its own, from May on."""
    text = credit_bank.next_draft(
        credit_bank.shipped_text("community"), version=2, region=COUNTY, in_force_from=date(2026, 5, 1)
    )
    text = text.replace("（默认稿）", "（射阳县）").replace("credit = 16 }", "credit = 18 }")
    text += """
[[cap]]
number = "第 13 条"
title = "志愿服务一年最多 2 学分"
credits = 2
per = ["year"]
from = ["volunteering"]
"""
    officer = on_duty(world.officer, "county_officer", COUNTY)
    return credit_bank.draft_rule_set(actor=officer, text=text, now=world.now).version


def bank_in_figures(now: datetime) -> int:
    """Counts of a bank much larger than this world, so that the page has something to show and to withhold."""
    rows = (
        (PROVINCE, 1, (48_210, 31_877, 1_640, 5_120, 5_344, 4_902, 9)),
        (OTHER_CITY, 2, (30_004, 20_118, 1_203, 3_020, 3_107, 2_988, 8)),
        (CITY, 2, (18_206, 11_759, 437, 2_100, 2_237, 1_914, 11)),
        (COUNTY, 3, (2_114, 1_360, 6, 214, 240, 180, 12)),
    )
    names = ("accounts", "recognised", "converted", "decided", "due", "in_time", "median_days")
    for region, level, counts in rows:
        BankFigure.objects.create(region=region, level=level, counted_at=now, **dict(zip(names, counts, strict=True)))
    return len(rows)


def rule_objects(region: int, number: int) -> dict[str, dict[str, object]]:
    """A draft of rules for a unit that nobody of the test drafted, as addresses name it, alone and beside another."""
    text = credit_bank.next_draft(
        credit_bank.shipped_text("community"), version=number, region=region, in_force_from=date(2026, 1, 1)
    )
    view = credit_bank.draft_rule_set(actor=Actor.system("test"), text=text, now=NOW)
    named = {"code": view.code, "version": view.version}
    return {"rule": named, "two_rules": {**named, "other": 1}}
