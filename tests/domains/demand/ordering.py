"""Short words for tests of enterprises: a verified firm, its order at every step, and where the money is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, HEDE, TODAY, SmallCounty, acting, add_run, on_duty, small_county
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import BankLine, InvoiceRequest, NamedLearner, Order, Quote, Refund
from xueqiao.foundation.audit.values import Actor

CODE = "91350100M000100Y43"  # the example of GB 32100-2015
FIRM = "射阳绣品有限公司"
PEOPLE = 24
EACH = 48_000  # 8 meetings of 90 minutes are 16 class hours at 30 yuan
DUE = EACH * PEOPLE
ACCOUNT = "6222000011112222"
HEADING = "流水号,日期,对方户名,金额,附言"


@dataclass
class Ordering:
    """王小骑 acts for the firm; the clerk of 合德镇 and the officer of 射阳县 are the desk."""

    world: SmallCounty
    member: Actor
    clerk: Actor
    officer: Actor
    firm: demand.EnterpriseView

    @property
    def now(self):
        return self.world.now

    def order(self, **wanted: Any) -> demand.OrderView:
        terms = {
            "course_code": self.world.course.code,
            "institution_id": self.world.centre.pk,
            "learners": PEOPLE,
            "wish_from": TODAY + timedelta(days=20),
            "request_key": "form 1",
        }
        return demand.ask_order(actor=self.member, enterprise_uuid=self.firm.uuid, now=self.now, **(terms | wanted))

    def quoted(self, **wanted: Any) -> demand.OrderView:
        return demand.quote_order(actor=self.clerk, order_uuid=self.order(**wanted).uuid, now=self.now)

    def accept(self, order: demand.OrderView, **wanted: Any) -> demand.OrderView:
        terms = {"quote_uuid": order.quote.uuid, "seen_fen": order.quote.amount_fen, "now": self.now}
        return demand.accept_quote(actor=self.member, order_uuid=order.uuid, **(terms | wanted))

    def accepted(self, **wanted: Any) -> demand.OrderView:
        return self.accept(self.quoted(**wanted))

    def bank(self, *lines: tuple[str, str, str, str], account: str = ACCOUNT) -> demand.BankFileView:
        """Take a file of (number, payer, yuan, words)."""
        rows = [f"{number},2026-03-05,{payer},{yuan},{words}" for number, payer, yuan, words in lines]
        return demand.take_bank_file(
            actor=self.officer,
            account=account,
            content="\n".join([HEADING, *rows]).encode(),
            region=COUNTY,
            now=self.now,
        )

    def paid(self, **wanted: Any) -> demand.OrderView:
        order = self.accepted(**wanted)
        self.bank((f"N{order.code}", FIRM, str(order.due_fen // 100), order.code))
        return self.fresh(order)

    def run(self, **wanted: Any):
        return add_run(self.world, capacity=wanted.pop("capacity", 30), **wanted)

    def give(self, order: demand.OrderView, run) -> demand.OrderView:
        return demand.open_order_class(actor=self.clerk, order_uuid=order.uuid, run_code=run.code, now=self.now)

    def fresh(self, order: demand.OrderView) -> demand.OrderView:
        return demand.access_order(actor=self.clerk, order_uuid=order.uuid, on=TODAY)


def ordering() -> Ordering:
    world = small_county()
    member = acting(world.rider)
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    firm = demand.register_enterprise(actor=member, name=FIRM, credit_code=CODE, region=HEDE, now=world.now)
    firm = demand.answer_enterprise(actor=clerk, enterprise_uuid=firm.uuid, is_verified=True, now=world.now)
    return Ordering(world, member, clerk, on_duty(world.officer, "county_officer", COUNTY), firm)


def row_of(order: demand.OrderView) -> Order:
    return Order.objects.within(ALL).get(uuid=order.uuid)


def money_of(order: demand.OrderView) -> dict[str, int]:
    """What the books say of an order: held, excess, and what is at the bank and unplaced."""
    pk, accounts = row_of(order).pk, books()
    return {
        "held": accounts.get(f"order:{pk}:held", 0),
        "excess": accounts.get(f"order:{pk}:excess", 0),
        "bank": -accounts.get("gateway:transfer:clearing", 0),
        "unknown": accounts.get("transfer:unknown", 0),
    }


def demand_trace() -> tuple[Any, ...]:
    """All that must not move when a deed is refused."""
    return (
        books(),
        list(Order.objects.within(ALL).order_by("pk").values()),
        list(NamedLearner.objects.within(ALL).order_by("pk").values()),
        *(list(model.objects.order_by("pk").values()) for model in (Quote, BankLine, Refund, InvoiceRequest)),
    )


def people_named(*persons: Any) -> list[demand.LearnerLine]:
    """Lines of a list for persons of a world, or for (name, phone)."""
    pairs = [each if isinstance(each, tuple) else (each.name, str(each.phone)) for each in persons]
    return [demand.LearnerLine(number, name, phone, "绣花工") for number, (name, phone) in enumerate(pairs, 1)]


def names_of(order: demand.OrderView) -> list[str]:
    return list(
        NamedLearner.objects.within(ALL).filter(order__uuid=order.uuid).order_by("pk").values_list("name", flat=True)
    )
