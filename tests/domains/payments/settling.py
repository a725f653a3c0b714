"""Short words for tests of settlement: a paid place whose eight meetings are planned, and what each payer has where."""

from datetime import date, timedelta

from tests.domains.payments.paying import Owed, owed, pay
from tests.worlds.small_county import COUNTY, acting, add_run, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import BillPart, ShareMove
from xueqiao.foundation.audit.values import Actor

SYSTEM = Actor.system("test")
YEAR = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}


def paid_case(deliver_due) -> Owed:
    """A rider who has paid 240 of 360 yuan; government carries 120; eight meetings wait."""
    case = owed()
    pay(case)
    deliver_due(case.now)
    return case


def sessions_of(case):
    return list(case.run.sessions.order_by("number"))


def shares(case) -> dict[str, tuple[int, int, int]]:
    """payer -> (released, returned, held)"""
    found = payments.shares_now([case.bill.id])[case.bill.id]
    return {share.payer_kind: (share.released_fen, share.returned_fen, share.held_fen) for share in found}


def states(case) -> list[str]:
    return [part.state for part in payments.parts_of(case.bill.id)]


def part_trace(case):
    """All that must not move when a deed of settlement has nothing to do."""
    return (
        shares(case),
        list(BillPart.objects.order_by("pk").values("delivery_id", "state", "turn")),
        list(ShareMove.objects.order_by("pk").values()),
    )


def release(case, number):
    """The meeting of that number was held."""
    return payments.release_part(
        actor=SYSTEM, bill_id=case.bill.id, delivery_id=sessions_of(case)[number - 1].pk, now=case.now
    )


def officer_of(world):
    return on_duty(world.officer, "county_officer", COUNTY)


def learning_scheme(world, *, amount_fen=10_000, budget_fen=50_000, kind="learning", **wanted):
    """A funded scheme of the county, open to everybody of it."""
    scheme = payments.make_voucher_scheme(
        actor=officer_of(world),
        kind=kind,
        title="2026 年学习券",
        source="射教〔2026〕1 号",
        region=COUNTY,
        amount_fen=amount_fen,
        now=world.now,
        **(YEAR | wanted),
    )
    if budget_fen:
        payments.fund_voucher_scheme(
            actor=officer_of(world), scheme_uuid=scheme.uuid, amount_fen=budget_fen, key="first", now=world.now
        )
    return payments.access_voucher_scheme(actor=officer_of(world), scheme_uuid=scheme.uuid)


def concession(world, person, *, kind="disability", days=100):
    return payments.grant_concession(
        actor=on_duty(world.officer, "county_officer", COUNTY),
        person_id=person.pk,
        kind=kind,
        proof="证件已核对",
        valid_to=date(2026, 3, 4) + timedelta(days=days),
        region=COUNTY,
        now=world.now,
    )


def hold(world, person, **wanted):
    """A held seat of a paid class for a person who acts for herself."""
    run, _, _ = add_run(world, **({"price_fen": 36_000, "subsidy_fen": 12_000} | wanted))
    return enrolment.hold_seat(
        actor=acting(person), run_id=run.pk, person_id=person.pk, request_key=f"r{run.pk}", channel="web", now=world.now
    )


def bill(world, person, place, agreed_fen):
    return enrolment.bill_seat(actor=acting(person), place_uuid=place.uuid, agreed_fen=agreed_fen, now=world.now)
