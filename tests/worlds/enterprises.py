"""Firms and their orders for worlds: one of each step for the pages, rows in every unit for the permission test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.worlds import small_county as small
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Enterprise, Order, Refund
from xueqiao.domains.demand.rules import CREDIT_LETTERS, credit_check_letter
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")
Objects = dict[str, dict[str, dict[str, object]]]


def credit_code(number: int) -> str:
    """A code that is right and nobody's."""
    first = f"91320924MA{number:06d}{CREDIT_LETTERS[number % 31]}"
    return first + credit_check_letter(first)


def a_firm_orders(world: small.SmallCounty) -> tuple[Any, Any, Any]:
    """王小骑's firm with an accepted order, half paid, an invoice asked for and a refund; others waiting around it, and
    one that has its class and its list."""
    rider, now = small.acting(world.rider), world.now
    clerk = small.on_duty(world.clerk, "centre_clerk", small.HEDE)
    officer = small.on_duty(world.officer, "county_officer", small.COUNTY)
    firm = demand.register_enterprise(
        actor=rider, name="射阳绣品有限公司", credit_code=credit_code(1), region=small.COUNTY, now=now
    )
    county = small.on_duty(world.officer, "county_officer", small.COUNTY)
    demand.answer_enterprise(actor=county, enterprise_uuid=firm.uuid, is_verified=True, now=now)
    demand.register_enterprise(
        actor=small.acting(world.daughter), name="合德电子厂", credit_code=credit_code(2), region=small.HEDE, now=now
    )
    orders = [
        demand.ask_order(
            actor=rider,
            enterprise_uuid=firm.uuid,
            course_code=world.course.code,
            institution_id=world.centre.pk,
            learners=learners,
            wish_from=small.TODAY + timedelta(days=20),
            posts="绣花工 12 人",
            wage_floor_fen=420_000,
            request_key=f"form {learners}",
            now=now,
        )
        for learners in (24, 12, 30)
    ]
    quoted = [demand.quote_order(actor=clerk, order_uuid=each.uuid, now=now) for each in orders[:2]]
    taken = demand.accept_quote(
        actor=rider,
        order_uuid=quoted[0].uuid,
        quote_uuid=quoted[0].quote.uuid,
        seen_fen=quoted[0].quote.amount_fen,
        now=now,
    )
    lines = [f"N1,2026-03-03,射阳绣品有限公司,5000,{taken.code}", "N2,2026-03-04,王大明,1200.50,培训费"]
    demand.take_bank_file(
        actor=officer,
        account="6222000011112222",
        content="\n".join(["流水号,日期,对方户名,金额,附言", *lines]).encode(),
        region=small.COUNTY,
        now=now,
    )
    demand.ask_invoice(actor=rider, order_uuid=taken.uuid, title="射阳绣品有限公司", tax_number=credit_code(1), now=now)
    demand.ask_refund(actor=clerk, order_uuid=taken.uuid, amount_fen=20_000, reason="少来一人", now=now)
    return firm, demand.access_order(actor=clerk, order_uuid=taken.uuid, on=small.TODAY), _running(world, firm)


def _running(world: small.SmallCounty, firm: Any) -> Any:
    """An order with its class: three people named, one of them enrolled."""
    rider, clerk, now = small.acting(world.rider), small.on_duty(world.clerk, "centre_clerk", small.HEDE), world.now
    order = demand.ask_order(
        actor=rider,
        enterprise_uuid=firm.uuid,
        course_code=world.course.code,
        institution_id=world.centre.pk,
        learners=6,
        wish_from=small.TODAY + timedelta(days=20),
        posts="绣花工 6 人",
        request_key="form running",
        now=now,
    )
    quote = demand.quote_order(actor=clerk, order_uuid=order.uuid, now=now).quote
    demand.accept_quote(actor=rider, order_uuid=order.uuid, quote_uuid=quote.uuid, seen_fen=quote.amount_fen, now=now)
    learner = small.add_person("朱红梅")
    named = (("朱红梅", str(learner.phone)), ("李强", "13900000002"), ("欧阳小明", "13900000003"))
    lines = [demand.LearnerLine(number, *each, "绣花工") for number, each in enumerate(named, 1)]
    demand.name_learners(actor=rider, order_uuid=order.uuid, lines=lines, now=now)
    run, _, _ = small.add_run(world, title="手机支付（绣品公司班）", first_day=small.TODAY + timedelta(days=20))
    demand.open_order_class(actor=clerk, order_uuid=order.uuid, run_code=run.code, now=now)
    small.add_place(run, learner)
    return demand.access_order(actor=clerk, order_uuid=order.uuid, on=small.TODAY)


def demand_objects(world: small.SmallCounty, owners: dict[str, Person], places: dict[str, int]) -> Objects:
    """A firm of each owner with a paid order and a refund that waits, asked by nobody of the principals."""
    found: Objects = {"enterprise": {}, "order": {}, "named_learner": {}, "enterprise_refund": {}, "bank_line": {}}
    desk = small.add_person("登记企业的人")
    for number, (relation, owner) in enumerate(owners.items()):
        firm = Enterprise.objects.create(
            name=f"企业{number}",
            credit_code=credit_code(100 + number),
            region=places[relation],
            state="verified",
            applied_by=owner,
            applied_at=world.now,
            answered_by=desk,
            answered_at=world.now,
        )
        firm.members.create(person=owner, since=world.now)
        order = Order.objects.create(
            code=f"QYTEST{number:04d}",
            enterprise=firm,
            institution=world.centre,
            region=places[relation],
            course=world.course,
            learners=20,
            wish_from=small.TODAY,
            request_key="x",
            asked_by=owner,
            asked_at=world.now,
        )
        named = order.learners_named.create(name="王芳", phone=f"139{number:08d}", named_by=owner, named_at=world.now)
        refund = Refund.objects.create(order=order, amount_fen=1, reason="退", asked_by=desk, asked_at=world.now)
        line = order.bank_lines.model.objects.create(
            region=places[relation],
            account="62220000",
            reference=f"R{number}",
            day=small.TODAY,
            payer="x",
            amount_fen=1,
            kind="unknown",
            state="waiting",
            taken_by=desk,
            taken_at=world.now,
        )
        firm.refresh_from_db(fields=["uuid"])
        refund.refresh_from_db(fields=["uuid"])
        found["enterprise"][relation] = {"enterprise_uuid": firm.uuid}
        found["order"][relation] = {"order_uuid": uuid_of_order(order.pk)}
        found["named_learner"][relation] = {"order_uuid": uuid_of_order(order.pk), "learner_id": named.pk}
        found["enterprise_refund"][relation] = {"refund_uuid": refund.uuid}
        found["bank_line"][relation] = {"line_id": line.pk}
    return found


def uuid_of_order(pk: int) -> UUID:
    found: UUID = Order.objects.within(ALL).get(pk=pk).uuid
    return found
