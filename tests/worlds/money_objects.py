"""Rows of money in every unit, for the permission test: boxes, differences, contracts, slips of pay, schemes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.worlds import small_county as small
from tests.worlds.small_county import NOW, SmallCounty, add_person
from xueqiao.domains.classes.models import PaySlip, TeacherContract
from xueqiao.domains.payments.models import CashDay, Concession, Difference, ShareScheme, Statement, VoucherScheme
from xueqiao.domains.people.models import Person
from xueqiao.foundation.scope import Scope

FEBRUARY = date(2026, 2, 1)
ALL = Scope.everything("test")
Objects = dict[str, dict[str, dict[str, object]]]


def cash_day_at(world: SmallCounty, region: int) -> UUID:
    """A counted box in a unit, of somebody who is none of the principals."""
    row = CashDay.objects.create(
        clerk=add_person("经手人", region=region),
        region=region,
        day=date(2026, 3, 3),
        opened_at=NOW,
        counted_fen=0,
        expected_fen=0,
        counted_at=NOW,
        state="counted",
    )
    row.refresh_from_db(fields=["uuid"])
    return row.uuid


def difference_at(region: int) -> int:
    """A difference about a bill of a unit."""
    statement, _ = Statement.objects.get_or_create(
        gateway="rehearsal",
        day=date(2026, 3, 3),
        defaults={"line_count": 0, "paid_fen": 0, "refunded_fen": 0, "fee_fen": 0, "taken_at": NOW},
    )
    return Difference.objects.create(
        statement=statement,
        kind="amount",
        line_kind="payment",
        key=str(region),
        order_code="x",
        region=region,
        found_at=NOW,
    ).pk


def pay_objects(world: small.SmallCounty, owners: dict[str, Person], places: dict[str, int]) -> Objects:
    """A contract and a released slip per owner, written by somebody who is none of the principals."""
    found: Objects = {"contract": {}, "pay_slip": {}}
    desk, above = small.add_person("登记人"), small.add_person("发放人")
    for relation, owner in owners.items():
        contract = TeacherContract.objects.create(
            teacher=owner,
            institution=world.centre,
            region=places[relation],
            kind="outside",
            band="middle",
            rate_fen=15_000,
            document="1",
            valid_from=FEBRUARY,
            valid_to=date(2026, 12, 31),
            made_by=desk,
            made_at=world.now,
        )
        slip = PaySlip.objects.create(
            teacher=owner,
            institution=world.centre,
            region=places[relation],
            month=FEBRUARY,
            gross_fen=100_000,
            tax_fen=4_000,
            tax_rule="规则",
            state="released",
            made_by=desk,
            made_at=world.now,
            released_by=above,
            released_at=world.now,
        )
        contract.refresh_from_db(fields=["uuid"], from_queryset=TeacherContract.objects.within(ALL))
        slip.refresh_from_db(fields=["uuid"], from_queryset=PaySlip.objects.within(ALL))
        found["contract"][relation] = {"contract_uuid": contract.uuid}
        found["pay_slip"][relation] = {"slip_uuid": slip.uuid}
    return found


def scheme_objects(world: SmallCounty, owners: dict[str, Person], places: dict[str, int]) -> Objects:
    """A voucher scheme, an unsigned split and a concession of each owner, made by nobody of the principals."""
    found: Objects = {"voucher_scheme": {}, "share_scheme": {}, "concession": {}}
    desk = small.add_person("设学习券的人")
    dates = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}
    for relation, owner in owners.items():
        scheme = VoucherScheme.objects.create(
            kind="campaign",
            title="活动券",
            source="文件",
            region=places[relation],
            sponsor="government",
            amount_fen=1,
            made_by=desk,
            made_at=world.now,
            **dates,
        )
        shares = ShareScheme.objects.create(
            title="分担办法",
            source="文件",
            region=places[relation],
            government=0,
            market=0,
            institution=0,
            learner=100,
            made_by=desk,
            made_at=world.now,
            **dates,
        )
        concession = Concession.objects.create(
            person=owner,
            region=places[relation],
            kind="student",
            proof="学生证",
            checked_by=desk,
            checked_at=world.now,
            **dates,
        )
        scheme.refresh_from_db(fields=["uuid"])
        concession.refresh_from_db(fields=["uuid"], from_queryset=Concession.objects.within(ALL))
        found["voucher_scheme"][relation] = {"scheme_uuid": scheme.uuid}
        found["share_scheme"][relation] = {"scheme_id": shares.pk}
        found["concession"][relation] = {"concession_uuid": concession.uuid}
    return found
