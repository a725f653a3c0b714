"""Print for a person at the counter what her learning is worth, what is missing, and the next classes."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from xueqiao.domains.credits.paper.draw_worth import (
    PROGRAMMES_MAX,
    ClassLines,
    ProgrammeLines,
    WorthSheet,
    shortened,
    worth_pdf_of,
)
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.queries.passports import passport_of
from xueqiao.domains.credits.queries.worths import worth_everywhere
from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.worths import ProgrammeWorth
from xueqiao.domains.enrolment.api import OpenClass
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local
from xueqiao.foundation.money import yuan

NONE_IN_REACH = ProgrammeLines(
    "还没有可以换的学习项目", "学分照常存着，不会过期。", "", "您所在的地区还没有施行转换规则。"
)


def print_worth(*, actor: Actor, person_id: int, now: datetime) -> bytes:
    """Return one page (PDF, 16 pt): the programmes nearest to completion with the rules' versions, and classes to take.

    For the person, whoever acts for her, or the counter; the printing is recorded, the page is not kept. Raises
    NotYours, CharacterCannotBePrinted.
    """
    authority = require_may_decide_for(actor, person_id, now=now)
    system = Actor.system("print_worth")
    card = people.access_persons(system, [person_id])[person_id]
    total = passport_of(actor=system, person_id=person_id, now=now).total_hundredths
    worths = worth_everywhere(actor=system, person_id=person_id, now=now)[:PROGRAMMES_MAX]
    classes = next((each.classes for each in worths if each.classes), ())
    day = local(now)
    body = worth_pdf_of(
        WorthSheet(
            platform=settings.SITE_OWNER or "学桥终身学习平台",
            printed=f"{day.year} 年 {day.month} 月 {day.day} 日",
            title="我的学分能换什么",
            person=f"{card.name}（学员号 {card.code}），社区教育学分 {credits_text(total)} 分。",
            programmes=[_programme(each, classes) for each in worths] or [NONE_IN_REACH],
            classes_title="下一步，家附近现在报得上的班",
            classes=[_class(each) for each in classes],
            foot="按打印当天施行的规则算，不是转换决定；座位以报名时为准。报名和申请都在本窗口，也可以拨 12345。",
            printed_at=now,
        )
    )
    record_deed(
        actor=actor,
        verb="print_worth",
        object_kind="person",
        object_id=person_id,
        region=card.region,
        acting_for_id=person_id if authority != "self" else None,
        now=now,
        detail={"rules": sorted({f"{each.answer.rules_code}/{each.rules_version}" for each in worths})},
    )
    return body


def _programme(worth: ProgrammeWorth, printed: Sequence[OpenClass]) -> ProgrammeLines:
    answer = worth.answer
    amount, needed = credits_text(answer.amount_hundredths), credits_text(answer.programme.required_hundredths)
    missing = f"还差 {credits_text(answer.missing_hundredths)} 学分" if answer.missing_hundredths else "学分够了"
    way, said = worth.way, ""
    if way is not None and way.offers and worth.classes == printed:
        left = f"，还差 {credits_text(way.missing_hundredths)} 学分" if way.missing_hundredths else "，学分就够了"
        said = f"学完下面 {len(way.offers)} 个班（{hours_text(way.minutes)} 学时）{left}。"
    sure = "已经核实没有更好的用法。"
    if not answer.is_proven:
        sure = f"最好也不会超过 {credits_text(answer.bound_amount)} 学分。"
    return ProgrammeLines(
        title=shortened(answer.programme.title),
        figures=f"最多能用上 {amount} 学分，要 {needed} 学分，{missing}。",
        way=said,
        rule=f"规则：《{shortened(answer.rules_title, 30)}》第 {worth.rules_version} 版。{sure}",
    )


def _class(found: OpenClass) -> ClassLines:
    card, first = found.card, local(found.starts_at)
    metres = card.distance_metres
    far = "" if metres is None else f"，{metres / 1000:.1f} 公里"
    if card.walk_minutes:
        far = f"，步行约 {card.walk_minutes} 分钟"
    weekday = "一二三四五六日"[first.weekday()]
    fee = f"{yuan(card.to_pay_fen)} 元" if card.to_pay_fen else "免费"
    return ClassLines(
        title=f"{shortened(card.title)}（{card.code}）",
        when=f"{first.month} 月 {first.day} 日开课，周{weekday} {first:%H:%M}，共 {hours_text(found.minutes)} 学时",
        where=f"{shortened(card.venue_name or card.institution_name, 20)}{far}",
        cost=f"还有 {card.seats_left} 个座位，{fee}",
    )
