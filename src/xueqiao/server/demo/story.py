"""The nine demo people and what they find: stable codes, so that guides and tests can name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from xueqiao.domains.credits.api import adopt_shipped_rules, deposit_credit, propose_credit
from xueqiao.domains.learning.api import access_completions, judge_completion
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.values import RESIDENT
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.network import HEDE, SHEYANG, Network
from xueqiao.server.demo.residents import phone_number
from xueqiao.server.demo.seats import Seat
from xueqiao.server.demo.timetable import Run

HEDE_HOME = 320924100007  # 城东社区
CENTRE = "TC320924100"  # 合德镇社区教育中心
WUJIANG = 320509000000
JIANGSU = 320000000000


@dataclass(frozen=True)
class Part:
    """One demo person. code: the learner number; role: "" for residents."""

    key: str
    code: str
    name: str
    sex: str
    born: date
    home: int
    role: str = ""
    region: int = 0
    institution: str = ""
    mode: str = ""
    with_account: bool = True


PARTS = (
    Part("elder", "9000000010", "张桂兰", "f", date(1958, 3, 12), HEDE_HOME, mode="elder"),
    Part("daughter", "9000000028", "李秀梅", "f", date(1984, 6, 18), HEDE_HOME),
    Part("rider", "9000000036", "王小骑", "m", date(1999, 10, 9), 320924100001),
    Part("teacher", "9000000044", "陆建芬", "f", date(1979, 4, 2), HEDE_HOME, "teacher", HEDE, CENTRE),
    Part("clerk", "9000000052", "周文静", "f", date(1991, 8, 27), 320924100017, "centre_clerk", HEDE, CENTRE),
    Part("county_officer", "9000000069", "陈明", "m", date(1976, 1, 15), 320924100018, "county_officer", SHEYANG),
    Part("other_county_officer", "9000000077", "钱进", "m", date(1980, 12, 3), 320509001001, "county_officer", WUJIANG),
    Part("province_officer", "9000000085", "赵卫国", "m", date(1972, 7, 21), 320106001001, "province_officer", JIANGSU),
    Part("operator", "9000000093", "孙工", "m", date(1988, 2, 29), 320106001001, "operator", JIANGSU),
    Part("grandchild", "100000105", "陈小宝", "m", date(2017, 5, 4), HEDE_HOME, with_account=False),
)
ROLE_WORDS = {
    "elder": ("长者，由女儿代办", "elder; her daughter acts for her"),
    "daughter": ("女儿，替母亲和孩子报名", "daughter, acts for mother and child"),
    "rider": ("外卖骑手", "courier rider"),
    "teacher": ("教师", "teacher"),
    "clerk": ("合德镇社区教育中心工作人员", "centre clerk, Hede"),
    "county_officer": ("射阳县管理员", "county officer, Sheyang"),
    "other_county_officer": ("吴江区管理员", "county officer, Wujiang"),
    "province_officer": ("省级管理员", "province officer"),
    "operator": ("运维", "operator"),
}
# What to try first, printed under each link by `xueqiao up`.
TRY_WORDS = {
    "elder": ("有一个空出来的座位等她答复", "a freed seat waits for her answer"),
    "daughter": ("替妈妈答复那个座位；给春季下午班填志愿", "answer it for her mother; wish for a class to be drawn"),
    "rider": (
        "抽中了一个班，用学习券付款；替企业看报价、付款",
        "has won a class: pay for it with a voucher; a quote for his firm to accept",
    ),
    "teacher": ("今晚点名", "sign tonight's roll"),
    "clerk": ("填骰子的点数，办冬季手作班的抽签", "type the dice of a draw that waits for two people"),
    "county_officer": ("再填一遍，抽签；开放下一轮", "type them again and draw; open the next round"),
    "other_county_officer": ("看不到射阳县", "sees nothing of Sheyang"),
    "province_officer": ("把一个数字追到那一次签到", "follow a figure down to one signature"),
}
DEMO_KEYS = tuple(part.key for part in PARTS if part.with_account)


@dataclass(frozen=True)
class Cast:
    """Ids of the demo people."""

    ids: dict[str, int]

    @classmethod
    def numbered(cls, first_id: int) -> Cast:
        return cls({part.key: first_id + number for number, part in enumerate(PARTS)})

    @property
    def next_id(self) -> int:
        """The first id after the demo people."""
        return max(self.ids.values()) + 1

    @property
    def teacher(self) -> int:
        return self.ids["teacher"]

    @property
    def elder(self) -> int:
        return self.ids["elder"]

    @property
    def people(self) -> frozenset[int]:
        return frozenset(self.ids.values())


def person_rows(cast: Cast, now: datetime) -> Iterator[tuple[Any, ...]]:
    """id, code, name, phone, birth_date, sex, region, person_key, is_demo, registered_at."""
    for part in PARTS:
        number = cast.ids[part.key]
        phone = phone_number(number) if part.with_account else None
        registered_at = now - timedelta(days=420)
        yield number, part.code, part.name, phone, part.born, part.sex, part.home, None, True, registered_at


def account_ids(cast: Cast) -> Iterator[int]:
    yield from (cast.ids[part.key] for part in PARTS if part.with_account)


def role_rows(cast: Cast, network: Network, valid_from: date) -> Iterator[tuple[Any, ...]]:
    """person_id, role, region, institution_id, valid_from."""
    for part in PARTS:
        if part.role:
            body = network.by_code[part.institution].id if part.institution else None
            yield cast.ids[part.key], part.role, part.region, body, valid_from


def family_rows(cast: Cast, now: datetime) -> Iterator[tuple[Any, ...]]:
    """agent, subject, relation, state, spending cap, how it was confirmed, began, ended."""
    began = now - timedelta(days=300)
    yield cast.ids["daughter"], cast.ids["elder"], "child", "active", 100_000, "counter", began, None
    yield cast.ids["daughter"], cast.ids["grandchild"], "guardian", "active", None, "counter", began, None


def seats_in(cast: Cast, run: Run, first_place_id: int, now: datetime) -> list[Seat]:
    """张桂兰 finished both past courses of the story; her daughter enrolled her."""
    if run.story != "past":
        return []
    at = max(run.enrol_opens_at, now - timedelta(days=320))
    return [Seat(first_place_id, run, cast.elder, HEDE_HOME, "web", at)]


def settle_past(cast: Cast, runs: Sequence[Run], now: datetime) -> int:
    """Judge the two past courses of the story by the platform's own rule, and let 张桂兰 deposit one of two.

    The other one waits, so that her passport has something to press. The sample rules are in force here: nothing in a
    demo region is real. Returns how many people completed.
    """
    done = 0
    system = Actor.system("demo load")
    for run in runs:
        if run.story == "past":
            *_rest, (_number, _start, ended) = run.meetings()
            done += len(judge_completion(run_id=run.id, now=ended + timedelta(hours=1)).completed_now)
    adopt_shipped_rules(actor=system, now=now, samples_in_force=True)
    completions = access_completions(actor=system, person_ids=[cast.elder])
    proposals = [propose_credit(actor=system, completion_id=each.id, now=now) for each in reversed(completions)]
    elder = Actor(RESIDENT, person_id=cast.elder, scope=Scope.of_persons([cast.elder]))
    for proposal in proposals[:1]:
        deposit_credit(actor=elder, proposal_uuid=proposal.uuid, now=now)
    return done
