"""Somebody who is helped to pay: voucher, concession, share scheme, and paid places to ask money back for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people.models import Person

PDF = b"%PDF-1.4\n%%EOF"


def add_help(world: small.SmallCounty, person: Person) -> dict[str, Any]:
    """scheme: a campaign's, funded, with the person's voucher; hardship_place: paid; hardship_asked: paid and asked."""
    officer = small.on_duty(world.officer, "county_officer", small.COUNTY)
    clerk = small.on_duty(world.clerk, "centre_clerk", small.HEDE, channel="counter")
    scheme = payments.make_voucher_scheme(
        actor=officer,
        kind="campaign",
        title="全民终身学习活动周学习券",
        source="射教〔2026〕8 号",
        region=small.COUNTY,
        amount_fen=10_000,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        now=world.now,
    )
    payments.fund_voucher_scheme(actor=officer, scheme_uuid=scheme.uuid, amount_fen=500_000, key="1", now=world.now)
    payments.make_share_scheme(
        actor=officer,
        title="夜校费用分担办法",
        source="射教〔2026〕9 号",
        region=small.COUNTY,
        percents={"government": 40, "market": 20, "institution": 10, "learner": 30},
        valid_from=date(2026, 9, 1),
        now=world.now,
    )
    places = []
    for number, hour in enumerate((9, 15)):  # next term: in this one she has as many as she may
        run, _, _ = small.add_run(
            world,
            title="国画花鸟",
            hour=hour,
            first_day=small.TODAY + timedelta(days=206),
            price_fen=36_000,
            subsidy_fen=12_000,
        )
        actor = small.acting(person)
        held = enrolment.hold_seat(
            actor=actor,
            run_id=run.pk,
            person_id=person.pk,
            request_key=f"help {number}",
            channel="web",
            now=world.now,
        )
        bill = enrolment.bill_seat(actor=actor, place_uuid=held.uuid, agreed_fen=24_000, now=world.now)
        payments.pay_at_counter(actor=clerk, bill_uuid=bill.uuid, cash_fen=24_000, now=world.now)
        enrolment.confirm_paid_seat(place_id=held.id, now=world.now)
        places.append(held)
    enrolment.ask_hardship_refund(
        actor=small.acting(person),
        place_uuid=places[1].uuid,
        cause="illness",
        words="住院，医生说要躺两个月",
        proofs=[enrolment.Proof("诊断书.pdf", PDF)],
        now=world.now,
    )
    payments.issue_voucher(actor=officer, scheme_uuid=scheme.uuid, person_id=person.pk, now=world.now)
    payments.grant_concession(
        actor=clerk,
        person_id=person.pk,
        kind="disability",
        proof="残疾人证（肢体三级）",
        valid_to=date(2026, 12, 31),
        region=small.HEDE,
        now=world.now,
    )
    return {"scheme": scheme, "hardship_place": places[0], "hardship_asked": places[1]}
