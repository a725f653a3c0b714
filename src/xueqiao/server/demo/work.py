"""Work and pay at 合德镇: two firms and their orders at every step, a teacher's contract and her last slip.

Everything here goes through the platform's own actions, so deeds, bills and ledger are what a real region would have.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand
from xueqiao.domains.people import api as people
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.server.demo.network import HEDE, SHEYANG
from xueqiao.server.demo.rounds import on_duty, resident
from xueqiao.server.demo.story import Cast

OUR_ACCOUNT = "6222000011112222"
FIRM, FIRM_CODE = "射阳绣品有限公司（演示）", "91320924MADEM0001L"
OTHER_FIRM, OTHER_CODE = "合德电子厂（演示）", "91320924MADEM0002P"
COURSE = "C402"  # 手机支付与防诈骗
MONTHS_BACK_MAX = 6


def firms_order(cast: Cast, centre_id: int, now: datetime) -> int:
    """王小骑 orders for a firm: one order asked, one quoted, one accepted and half paid; another firm waits to be
    verified. Returns how many orders were made."""
    rider, clerk = resident(cast.ids["rider"]), on_duty(cast.ids["clerk"], people.CENTRE_CLERK, HEDE)
    officer = on_duty(cast.ids["county_officer"], people.COUNTY_OFFICER, SHEYANG)
    began = now - timedelta(days=6)
    firm = demand.register_enterprise(actor=rider, name=FIRM, credit_code=FIRM_CODE, region=SHEYANG, now=began)
    demand.answer_enterprise(
        actor=officer, enterprise_uuid=firm.uuid, is_verified=True, now=began + timedelta(hours=20)
    )
    demand.register_enterprise(
        actor=resident(cast.ids["daughter"]), name=OTHER_FIRM, credit_code=OTHER_CODE, region=HEDE, now=now
    )
    orders = [
        demand.ask_order(
            actor=rider,
            enterprise_uuid=firm.uuid,
            course_code=COURSE,
            institution_id=centre_id,
            learners=learners,
            wish_from=local_date(now) + timedelta(days=20),
            posts="绣花工 12 人",
            wage_floor_fen=420_000,
            request_key=f"demo {learners}",
            now=began + timedelta(days=day),
        )
        for day, learners in ((2, 24), (4, 20), (5, 30))
    ]
    for each in orders[:2]:
        demand.quote_order(actor=clerk, order_uuid=each.uuid, now=now - timedelta(hours=30))
    quoted = demand.access_order(actor=rider, order_uuid=orders[0].uuid, on=local_date(now))
    assert quoted.quote is not None
    taken = demand.accept_quote(
        actor=rider,
        order_uuid=quoted.uuid,
        quote_uuid=quoted.quote.uuid,
        seen_fen=quoted.quote.amount_fen,
        now=now - timedelta(hours=26),
    )
    yesterday = local_date(now) - timedelta(days=1)
    lines = [
        "流水号,日期,对方户名,金额,附言",
        f"DEMO1,{yesterday},{FIRM},5000,{taken.code}",
        f"DEMO2,{yesterday},王大明,1200.50,培训费",
    ]
    demand.take_bank_file(
        actor=officer,
        account=OUR_ACCOUNT,
        content="\n".join(lines).encode(),
        region=SHEYANG,
        now=now - timedelta(hours=2),
    )
    demand.ask_invoice(actor=rider, order_uuid=taken.uuid, title=FIRM, tax_number=FIRM_CODE, now=now)
    return len(orders)


def pay_teacher(cast: Cast, centre_id: int, now: datetime) -> int:
    """陆建芬's contract of this year, and the slip of the last month in which she taught. Returns the slips made."""
    clerk = on_duty(cast.ids["clerk"], people.CENTRE_CLERK, HEDE)
    today = local_date(now)
    classes.sign_contract(
        actor=clerk,
        institution_id=centre_id,
        teacher_id=cast.teacher,
        kind="outside",
        band="middle",
        rate_fen=12_000,
        document=f"任课（演示）〔{today.year}〕1 号",
        valid_from=today - timedelta(days=330),
        valid_to=today + timedelta(days=300),
        now=at_local(today - timedelta(days=330), 9),
    )
    month = today.replace(day=1)
    for _ in range(MONTHS_BACK_MAX):
        month = (month - timedelta(days=1)).replace(day=1)
        try:
            classes.make_pay_slip(actor=clerk, teacher_id=cast.teacher, institution_id=centre_id, month=month, now=now)
        except classes.NothingToPay:
            continue
        return 1
    return 0
