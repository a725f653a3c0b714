"""Reads of enterprises, their orders, and the bank's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits import api as credits
from xueqiao.domains.demand.errors import EnterpriseNotFound, LearnerListShut, NoLearnerLines, OrderNotFound
from xueqiao.domains.demand.models import (
    BankLine,
    Enterprise,
    EnterpriseMember,
    NamedLearner,
    Order,
    Quote,
    Refund,
)
from xueqiao.domains.demand.parameters import LIST_KEEP_DAYS
from xueqiao.domains.demand.rules import judged_learners
from xueqiao.domains.demand.values import (
    BankLineView,
    CheckedLearner,
    EnterpriseView,
    InvoiceView,
    LearnerLine,
    NamedLearnerView,
    NamedList,
    OpenBill,
    OrderView,
    QuoteView,
    RefundView,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.values import Duty
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

DESK_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
FINANCE_ROLES = ("county_officer", "city_officer", "province_officer")
EVERYTHING = Scope.everything("the caller checked the permission")
BILLED = ("accepted", "running", "done")
LISTED_MAX = 200
SHUT_WORDS = {"early": "订单还没有接受报价", "begun": "已经开课", "over": "订单或班已经结束"}
_SPACED_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")  # 王 芳, as some sheets align names


# -- enterprises ------------------------------------------------------------------------------------------------------


def access_my_enterprises(*, actor: Actor) -> list[EnterpriseView]:
    """Enterprises the actor acts for."""
    rows = Enterprise.objects.filter(members__person_id=actor.person_id or 0, members__ended_at=None)
    return enterprise_views(rows)


def access_enterprises(*, actor: Actor, state: str = "") -> list[EnterpriseView]:
    """Enterprises of the actor's units, those that wait first; for desk staff. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = Enterprise.objects.filter(in_ranges(actor))
    return enterprise_views(rows.filter(state=state) if state else rows)


def access_enterprise(*, actor: Actor, enterprise_uuid: UUID) -> EnterpriseView:
    """One enterprise, for its members and the desk of its unit. Raises EnterpriseNotFound."""
    row = find_enterprise(actor, enterprise_uuid)
    return enterprise_views(Enterprise.objects.filter(pk=row.pk))[0]


def find_enterprise(actor: Actor, enterprise_uuid: UUID, *, only_members: bool = False) -> Enterprise:
    """The row, for its members and (unless only_members) the desk of its unit. Raises EnterpriseNotFound."""
    row = Enterprise.objects.filter(uuid=enterprise_uuid).first()
    if row is not None and (is_member(actor, row.pk) or (not only_members and is_desk_of(actor, row.region))):
        return row
    raise EnterpriseNotFound


def is_member(actor: Actor, enterprise_id: int) -> bool:
    """True for who acts for the enterprise now."""
    return EnterpriseMember.objects.filter(
        enterprise_id=enterprise_id, person_id=actor.person_id or 0, ended_at=None
    ).exists()


def is_desk_of(actor: Actor, region: int) -> bool:
    """True for desk staff whose unit contains the region."""
    return actor.has_role(*DESK_ROLES) and actor.scope.has_region(region)


def acting_for_firms(actor: Actor) -> Actor:
    """The actor with a duty at the institution of every verified firm she acts for (see admit_partner), for what
    institutions may do under their agreements. Two queries for each such firm, one for everybody else."""
    if actor.person_id is None:
        return actor
    codes = Enterprise.objects.filter(members__person_id=actor.person_id, members__ended_at=None, state="verified")
    duties = []
    for code in codes.order_by("pk").values_list("credit_code", flat=True)[:LISTED_MAX]:
        try:
            firm = institutions.get_institution(code)
        except institutions.InstitutionUnknown:
            continue
        unit = RegionCode(firm.region)
        duties.append(Duty(credits.ENTERPRISE_MEMBER, unit.low, unit.high, firm.id))
    return replace(actor, duties=(*actor.duties, *duties)) if duties else actor


def in_ranges(actor: Actor) -> Q:
    """Rows of the actor's units."""
    within = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        within |= Q(region__range=(low, high))
    return within


def enterprise_views(rows: Any) -> list[EnterpriseView]:
    found = rows.prefetch_related("members__person").order_by("state", "-applied_at", "-pk").distinct()
    return [
        EnterpriseView(
            uuid=row.uuid,
            name=row.name,
            credit_code=row.credit_code,
            region=row.region,
            state=row.state,
            applied_at=row.applied_at,
            reason=row.reason,
            members=tuple(sorted(each.person.name for each in row.members.all() if each.ended_at is None)),
        )
        for row in found[:LISTED_MAX]
    ]


# -- orders -----------------------------------------------------------------------------------------------------------


def access_orders_of(*, actor: Actor, enterprise_uuid: UUID, on: date) -> list[OrderView]:
    """Orders of one enterprise, the newest first. Raises EnterpriseNotFound."""
    row = find_enterprise(actor, enterprise_uuid)
    return order_views(Order.objects.within(EVERYTHING).filter(enterprise=row), on=on)


def access_orders(*, actor: Actor, on: date, state: str = "") -> list[OrderView]:
    """Orders of the actor's units, the newest first; for desk staff. Raises NotAllowed."""
    people.require_role(actor, *DESK_ROLES)
    rows = Order.objects.within(Scope(ranges=actor.scope.ranges))
    return order_views(rows.filter(state=state) if state else rows, on=on)


def access_order(*, actor: Actor, order_uuid: UUID, on: date) -> OrderView:
    """One order, for the enterprise's members and the desk of its unit. Raises OrderNotFound."""
    return order_view(readable_order(actor, order_uuid).pk, on=on)


def readable_order(actor: Actor, order_uuid: UUID, *, only_members: bool = False) -> Order:
    """The row, for its enterprise's members and (unless only_members) the desk of its unit. Raises OrderNotFound."""
    row: Order | None = Order.objects.within(EVERYTHING).select_related("run").filter(uuid=order_uuid).first()
    if row is not None and is_member(actor, row.enterprise_id):
        return row
    if row is None or only_members or not is_desk_of(actor, row.region):
        raise OrderNotFound
    return row


def order_view(order_id: int, *, on: date) -> OrderView:
    return order_views(Order.objects.within(EVERYTHING).filter(pk=order_id), on=on)[0]


def order_views(rows: Any, *, on: date) -> list[OrderView]:
    """Values of orders, the newest first; four queries."""
    found = rows.select_related("enterprise", "institution", "course", "run", "invoice")
    found = found.prefetch_related("quotes", "refunds__order__enterprise")
    return [_order_view(row, on) for row in found.order_by("-asked_at", "-pk")[:LISTED_MAX]]


def _order_view(row: Order, on: date) -> OrderView:
    quotes = [quote for quote in row.quotes.all() if quote.replaced_at is None]
    invoice = getattr(row, "invoice", None)
    return OrderView(
        uuid=row.uuid,
        code=row.code,
        enterprise_uuid=row.enterprise.uuid,
        enterprise_name=row.enterprise.name,
        region=row.region,
        institution_id=row.institution_id,
        institution_name=row.institution.name,
        course_code=row.course.code,
        course_title=row.course.title,
        learners=row.learners,
        wish_from=row.wish_from,
        posts=row.posts,
        wage_floor_fen=row.wage_floor_fen,
        words=row.words,
        state=row.state,
        reason=row.reason,
        asked_at=row.asked_at,
        run_code=row.run.code if row.run else "",
        quote=_quote_view(quotes[0], row, on) if quotes else None,
        due_fen=row.due_fen,
        due_on=row.due_on,
        received_fen=row.received_fen,
        earned_fen=row.earned_fen,
        returned_fen=row.returned_fen,
        excess_fen=row.excess_fen,
        invoice=InvoiceView(
            invoice.title,
            invoice.tax_number,
            invoice.kind,
            invoice.amount_fen,
            invoice.state,
            invoice.number,
            invoice.asked_at,
            invoice.issued_on,
        )
        if invoice
        else None,
        refunds=tuple(_refund_view(each) for each in sorted(row.refunds.all(), key=lambda r: r.pk)),
    )


def _quote_view(row: Quote, order: Order, on: date) -> QuoteView:
    is_open = order.state == "quoted" and on <= row.valid_until
    return QuoteView(row.uuid, row.learners, row.per_learner_fen, row.amount_fen, row.valid_until, row.source, is_open)


def _refund_view(row: Refund) -> RefundView:
    return RefundView(
        row.uuid,
        row.order.code,
        row.order.enterprise.name,
        row.amount_fen,
        row.reason,
        row.state,
        row.asked_by_id,
        row.asked_at,
        row.bank_reference,
    )


def orders_of_run(run_id: int) -> list[int]:
    """Ids of the orders a class is given for."""
    return list(Order.objects.within(EVERYTHING).filter(run_id=run_id).values_list("pk", flat=True))


# -- whom an order is for ---------------------------------------------------------------------------------------------


def access_named_learners(*, actor: Actor, order_uuid: UUID, now: datetime, only_members: bool = False) -> NamedList:
    """Whom a firm named for its order and who has her seat, for its members and (unless only_members) the desk.

    Raises OrderNotFound.
    """
    order = readable_order(actor, order_uuid, only_members=only_members)
    rows = list(named_of(order).order_by("pk"))
    seated = set()
    if rows and order.run_id:
        system = Actor.system("access_named_learners")
        seated = enrolment.access_listed_seats(actor=system, run_id=order.run_id, now=now)
    learners = tuple(NamedLearnerView(row.pk, row.name, row.post, (row.name, row.phone) in seated) for row in rows)
    return NamedList(learners, order.learners, list_shut_because(order, now=now))


def access_checked_learners(
    *, actor: Actor, order_uuid: UUID, lines: Sequence[LearnerLine], now: datetime
) -> list[CheckedLearner]:
    """The dry run of a list: every line cleaned, or with what is wrong with it; writes nothing. For the firm's members.

    Raises OrderNotFound, LearnerListShut, NoLearnerLines.
    """
    order = readable_order(actor, order_uuid, only_members=True)
    if shut := list_shut_because(order, now=now):
        raise LearnerListShut(what=SHUT_WORDS[shut])
    return checked_for(order, lines)


def checked_for(order: Order, lines: Sequence[LearnerLine]) -> list[CheckedLearner]:
    """The same for an order at hand."""
    if not lines:
        raise NoLearnerLines
    known = dict(named_of(order).values_list("phone", "name"))
    return judged_learners([_cleaned(line) for line in lines], known, most=order.learners)


def _cleaned(line: LearnerLine) -> CheckedLearner:
    try:
        name = people.parse_name(_SPACED_HAN.sub("", line.name))
        clean = LearnerLine(line.number, name, people.parse_phone(line.phone), " ".join(line.post.split())[:30])
    except Refused as refusal:
        return CheckedLearner(line, refusal)
    return CheckedLearner(clean)


def named_of(order: Order) -> Any:
    """The rows of an order's list; the caller checked who asks."""
    return NamedLearner.objects.within(EVERYTHING).filter(order=order)


def list_shut_because(order: Order, *, now: datetime) -> str:
    """Why the list of an order may not be changed now, a key of SHUT_WORDS; "" while it may: from the acceptance of the
    quote until the first meeting begins."""
    if order.state in {"asked", "quoted"}:
        return "early"
    if order.state not in {"accepted", "running"}:
        return "over"
    if order.run is None:
        return ""
    if order.run.state in {"cancelled", "finished"}:
        return "over"
    starts = [each.starts_at for each in classes.sessions_of(order.run.pk) if each.state != "cancelled"]
    return "begun" if starts and min(starts) <= now else ""


def lists_to_forget(*, on: date) -> list[int]:
    """Orders with names that are over, whose class is, or that got no class long after the day wished for; by id."""
    over = Q(state__in=["done", "withdrawn", "refused"]) | Q(run__state__in=["cancelled", "finished"])
    named = NamedLearner.objects.within(EVERYTHING).values("order_id")
    orders = Order.objects.within(EVERYTHING).filter(pk__in=named).order_by("pk")
    stale = [
        order.pk
        for order in orders.filter(state="accepted", wish_from__lte=on)[:1000]
        if on > order.wish_from + timedelta(days=int(_keep_days(order, on)))
    ]
    return sorted({*orders.filter(over).values_list("pk", flat=True)[:1000], *stale})


def _keep_days(order: Order, on: date) -> Any:
    return parameter_at(LIST_KEEP_DAYS.name, region=order.region, on=on, institution_id=order.institution_id).value


# -- the bank ---------------------------------------------------------------------------------------------------------


def open_bills(rows: Iterable[Order]) -> list[OpenBill]:
    """Bills as matching knows them."""
    return [OpenBill(row.pk, row.code, row.enterprise.name, max(0, row.due_fen - row.received_fen)) for row in rows]


def access_bank_lines(*, actor: Actor, state: str = "", limit: int = 100) -> list[BankLineView]:
    """Bank lines of the actor's units, the newest first; for officers. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    rows = BankLine.objects.filter(in_ranges(actor))
    rows = rows.filter(state=state) if state else rows
    return [bank_line_view(row) for row in rows.select_related("order").order_by("-day", "-pk")[:limit]]


def bank_line_view(row: BankLine) -> BankLineView:
    return BankLineView(
        row.pk,
        row.reference,
        row.day,
        row.payer,
        row.amount_fen,
        row.words,
        row.kind,
        row.state,
        row.order.code if row.order else "",
        row.resolution,
    )


def access_refunds_asked(*, actor: Actor) -> list[RefundView]:
    """Refunds to enterprises that wait to be sent, the oldest first; for officers. Raises NotAllowed."""
    people.require_role(actor, *FINANCE_ROLES)
    orders = Order.objects.within(Scope(ranges=actor.scope.ranges))
    rows = Refund.objects.filter(state="asked", order__in=orders).select_related("order__enterprise")
    return [_refund_view(row) for row in rows.order_by("asked_at", "pk")[:LISTED_MAX]]
