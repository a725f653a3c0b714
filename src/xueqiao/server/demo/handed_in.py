"""The school-enterprise case of 无锡: 18 institutions hand in 1,271 trainees; 王小骑's firm hands in a dozen.

A firm of 无锡 also trains people who work there and learn on at home, in 合德镇: its agreement is with that centre.

All through the platform's own actions: agreements are signed, lists deposited line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps

from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.demand import api as demand
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.network import SHEYANG
from xueqiao.server.demo.rounds import on_duty, resident
from xueqiao.server.demo.story import CENTRE, Cast
from xueqiao.server.demo.work import FIRM_CODE

WUXI = 320200000000
TRAINEES, SHEYANG_TRAINEES = 1_271, 12  # the brief: 18 institutions, 1,271 trained
HOMECOMERS = 9
HOMECOMING = "hede-01"  # the agreement by which the centre of 合德镇 takes credit
RULES = "industry-training"
WEEKS_BACK = 6
SCHOOLS = ("锡北职业技术学校", "惠山技工学校", "滨湖职业学院", "宜兴技师学校", "江阴职业学校", "新吴技工学校")
FIRMS = (
    *("锡城机器人", "太湖数控", "梁溪电子", "运河电气", "惠山精密", "蠡湖传感"),
    *("荡口自动化", "鸿山装备", "阳羡电缆", "澄江仪表", "硕放航空件", "长广溪软件"),
)
HOMECOMERS_FIRM = "远航装备"
# code, title, hours, kind of outcome, occupation
UNITS = (
    ("WX-ROB-1", "工业机器人操作", 48, "实训课程", ""),
    ("WX-ROB-2", "工业机器人调试", 64, "实训课程", ""),
    ("WX-PLC-1", "可编程控制器应用", 48, "实训课程", ""),
    ("WX-CNC-1", "数控加工", 80, "实训课程", ""),
    ("WX-QA-1", "质量检验", 32, "实训课程", ""),
    ("WX-POST-1", "机器人岗位实践", 160, "岗位实践", "6-31-07-03"),
)
POSTS = ("机器人操作工", "装调工", "电工", "数控操作工", "检验员", "机器人系统运维员")
GRADES = ("合格", "86", "优秀", "78", "92")


def hand_in_trainees(cast: Cast, now: datetime) -> int:
    """Return how many outcomes were deposited; none while the sample rules are not in force on that day."""
    if not _rules_are_in_force(local_date(now)):
        return 0
    done = _hand_in_wuxi(cast, handed_in_at(now))
    college = _body("county_college", SHEYANG)
    return done + (_firm_of_the_rider(cast, college.pk, local_date(now), now) if college else 0)


def handed_in_at(now: datetime) -> datetime:
    """When 无锡 handed in: some weeks back, so that schools had time to answer; today while the rules are younger."""
    earlier = now - timedelta(days=WEEKS_BACK * 7)
    return earlier if _rules_are_in_force(local_date(earlier)) else now


def _rules_are_in_force(day: date) -> bool:
    return any(each.state == "in_force" for each in credit_bank.rule_versions(on=day, code=RULES))


def _body(kind: str, region: int) -> Any:
    rows = apps.get_model("institutions.Institution").objects
    return rows.filter(kind=kind, region=region, is_demo=True).order_by("pk").first()


def _hand_in_wuxi(cast: Cast, now: datetime) -> int:
    today, system = local_date(now), Actor.system("demo load")
    school = _body("open_university", WUXI)
    if school is None:
        return 0
    _publish_units(school.pk, now)
    givers = [(name, institutions.VOCATIONAL_SCHOOL) for name in SCHOOLS]
    givers += [(f"无锡{name}有限公司", institutions.ENTERPRISE) for name in FIRMS]
    found = _grown_up(WUXI, cast, today, HOMECOMERS + TRAINEES)
    homecomers, learners = found[:HOMECOMERS], found[HOMECOMERS:]
    done = 0
    for number, (name, kind) in enumerate(givers):
        giver_id = _open_giver(number + 1, name, kind, now)
        code = f"wuxi-{number + 1:02d}"
        _sign(system, code, f"{name}实训学分互认", giver_id, school.pk, now)
        mine = learners[number :: len(givers)]
        done += _deposit(system, code, mine, today, now)
    giver_id = _open_giver(len(givers) + 1, f"无锡{HOMECOMERS_FIRM}有限公司", institutions.ENTERPRISE, now)
    _sign(system, HOMECOMING, "返乡务工人员实训学分互认", giver_id, institutions.get_institution(CENTRE).id, now)
    done += _deposit(system, HOMECOMING, homecomers, today, now)
    # Weeks ago these messages went out; a thousand of them now would only keep the first minute busy.
    told = apps.get_model("people.Notice").objects.within(Scope.everything("the demo people are made up"))
    told.filter(template="outcomes_deposited").update(sms_state="sent")
    return done


def _open_giver(number: int, name: str, kind: str, now: datetime) -> int:
    """Open one of the bodies that hand in; its id."""
    body = institutions.open_institution(
        actor=Actor.system("demo load"),
        code=f"DEMOGX{number:02d}",
        name=f"{name}（演示）",
        kind=kind,
        region=WUXI,
        opened_on=local_date(now) - timedelta(days=2_000),
        now=now,
    )
    apps.get_model("institutions.Institution").objects.filter(pk=body.id).update(is_demo=True)
    return body.id


def _firm_of_the_rider(cast: Cast, college_id: int, today: date, now: datetime) -> int:
    """The firm that orders classes is a party too: its member sends a list, and may send another."""
    officer = on_duty(cast.ids["county_officer"], people.COUNTY_OFFICER, SHEYANG)
    body = demand.admit_partner(actor=officer, credit_code=FIRM_CODE, now=now)
    apps.get_model("institutions.Institution").objects.filter(pk=body.id).update(is_demo=True)
    _sign(officer, "sheyang-01", "射阳绣品实训学分互认", body.id, college_id, now)
    member = demand.acting_for_firms(resident(cast.ids["rider"]))
    return _deposit(member, "sheyang-01", _grown_up(SHEYANG, cast, today, SHEYANG_TRAINEES), today, now)


def _publish_units(owner_id: int, now: datetime) -> None:
    for code, title, hours, _kind, _occupation in UNITS:
        credit_bank.publish_unit(
            actor=Actor.system("demo load"),
            code=code,
            title=title,
            level=4,
            learning_outcomes=[f"能独立完成{title}的典型任务"],
            notional_minutes=hours * 60,
            amount_hundredths=hours * 100 // (32 if code == "WX-POST-1" else 16),
            assessment="实操考核",
            owner_id=owner_id,
            effective_from=local_date(now) - timedelta(days=800),
            now=now,
        )


def _sign(actor: Actor, code: str, title: str, giver_id: int, receiver_id: int, now: datetime) -> None:
    today = local_date(now)
    credit_bank.sign_agreement(
        actor=actor,
        code=code,
        title=title,
        giver_id=giver_id,
        receiver_id=receiver_id,
        starts_on=today - timedelta(days=300),
        ends_on=today + timedelta(days=3 * 365 - 300),
        cap_hundredths=1_200,
        rule_code=RULES,
        programmes=["industrial-robotics"],
        now=now,
    )


def _grown_up(region: int, cast: Cast, today: date, count: int) -> list[tuple[str, str]]:
    """Names and learner numbers of people of working age in a unit, the same for a plan and a day."""
    unit = RegionCode(region)
    rows = (
        apps.get_model("people.Person")
        .objects.within(Scope.everything("the demo people are made up"))
        .filter(
            region__range=(unit.low, unit.high),
            birth_date__range=(today.replace(year=today.year - 58, day=1), today.replace(year=today.year - 19, day=1)),
        )
        .exclude(pk__in=cast.people)
    )
    return list(rows.order_by("pk").values_list("name", "code")[:count])


def _deposit(actor: Actor, code: str, learners: Sequence[tuple[str, str]], today: date, now: datetime) -> int:
    lines = []
    for number, (name, learner) in enumerate(learners, 1):
        unit, _title, hours, kind, occupation = UNITS[(number + len(code)) % len(UNITS)]
        cells = {
            "name": name,
            "person": learner,
            "kind": kind,
            "post": POSTS[number % len(POSTS)],
            "occupation": occupation,
            "unit": unit,
            "hours": str(hours),
            "grade": GRADES[number % len(GRADES)],
            "completed_on": (today - timedelta(days=1 + number % 60)).isoformat(),
            "number": f"{code.upper()}-{number:04d}",
        }
        lines.append(credit_bank.TraineeLine(number, cells))
    if not lines:
        return 0
    return credit_bank.deposit_trainees(actor=actor, code=code, lines=lines, now=now).deposited
