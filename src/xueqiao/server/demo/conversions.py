"""Credit between institutions: trainees of 无锡 and learners of 射阳 ask schools to take it, and are answered; some ask
the centre of 合德镇, so that its clerk has a desk of her own.

All through the bank's own actions, some weeks back: so desks have something to decide, a month of clearing has lines,
and the public conversion rate is more than nought.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.apps import apps

from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor, Duty
from xueqiao.foundation.reasons import NotFound
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.handed_in import HOMECOMERS, HOMECOMING, handed_in_at
from xueqiao.server.demo.handed_in import RULES as TRAINING
from xueqiao.server.demo.network import HEDE, SHEYANG
from xueqiao.server.demo.rounds import on_duty, resident
from xueqiao.server.demo.story import CENTRE, JIANGSU, Cast

DEGREES = "open-university"
NAMES = UUID("01930000-0000-7000-8000-0000000000de")  # a conversion is named after who asks: the same in each load
TRAINEES, NEIGHBOURS = 18, 9  # both a whole number of FATES
FATES = ("confirmed", "confirmed", "asked", "confirmed", "refused", "confirmed", "asked", "withdrawn", "confirmed")
REFUSED_WORDS = "这门课的考核材料还没有收到，请补交后再申请"
EVERYTHING = Scope.everything("the demo people are made up")


def convert_credit(cast: Cast, now: datetime) -> int:
    """Return how many conversions were asked for; none where no rule of the day lets credit in.

    张桂兰's was refused, so her credit is free and she can ask again.
    """
    county = on_duty(cast.ids["county_officer"], people.COUNTY_OFFICER, SHEYANG)
    province = on_duty(cast.ids["province_officer"], people.PROVINCE_OFFICER, JIANGSU)
    duty = Duty(people.CENTRE_CLERK, HEDE, HEDE, institutions.get_institution(CENTRE).id)
    clerk = replace(on_duty(cast.ids["clerk"], people.CENTRE_CLERK, HEDE), duties=(duty,))
    began = now - timedelta(days=24)
    done = 0
    for number, person_id in enumerate(_neighbours(cast, began)):
        done += _convert(person_id, DEGREES, "elderly-care-associate", county, began, FATES[number % len(FATES)], now)
    done += _convert(cast.elder, DEGREES, "elderly-care-associate", county, now, "refused", now)
    began = handed_in_at(now)
    for officer, person_ids in (
        (province, _trainees("wuxi-", TRAINEES)),
        (clerk, _trainees(HOMECOMING, HOMECOMERS)),
    ):
        for number, person_id in enumerate(person_ids):
            fate = FATES[number % len(FATES)]
            done += _convert(person_id, TRAINING, "industrial-robotics", officer, began, fate, now)
    return done


def _neighbours(cast: Cast, began: datetime) -> list[int]:
    """People who completed a class at 合德镇, whose credit is deposited now, each once."""
    rows = apps.get_model("learning.Completion").objects.within(EVERYTHING).exclude(person_id__in=cast.people)
    rows = rows.filter(run__institution__region=HEDE, completed_at__lt=began)
    found = {person_id: pk for pk, person_id in rows.order_by("-pk").values_list("pk", "person_id")[: NEIGHBOURS * 3]}
    system = Actor.system("demo load")
    for person_id, completion_id in list(found.items())[:NEIGHBOURS]:
        offered = credit_bank.propose_credit(actor=system, completion_id=completion_id, now=began)
        credit_bank.deposit_credit(actor=resident(person_id), proposal_uuid=offered.uuid, now=began)
    return list(found)[:NEIGHBOURS]


def _trainees(agreements: str, count: int) -> list[int]:
    """The first of each giver's list, then the second: clearing shows many counterparts."""
    rows = apps.get_model("credits.TraineeDeposit").objects.within(EVERYTHING)
    rows = rows.filter(agreement__code__startswith=agreements)
    numbered = rows.order_by("number").values_list("number", "claim__outcome__person_id")
    by_place = sorted(numbered, key=lambda row: row[0].rpartition("-")[::-1])
    return [person_id for _number, person_id in by_place[:count]]


def _convert(
    person_id: int, rules: str, programme: str, officer: Actor, began: datetime, fate: str, now: datetime
) -> int:
    """Ask for what a person's credit is best worth, and let fate have its way: 1, or 0 when nothing could be asked."""
    learner = resident(person_id)
    try:
        plan = credit_bank.conversion_plan(
            actor=learner, person_id=person_id, rules_code=rules, programme=programme, now=began
        )
    except NotFound:  # the rules of that day know no such programme
        return 0
    if not plan.uses or not plan.receivers:
        return 0
    name = uuid5(NAMES, f"{person_id} {programme}")
    days_open = (now - began) / 3
    asked_at = max(began, now - timedelta(days=3)) if fate == "asked" else began + days_open * (person_id % 7) / 7
    credit_bank.reserve_conversion(
        actor=learner,
        conversion_uuid=name,
        person_id=person_id,
        rules_code=rules,
        programme=programme,
        institution_id=plan.receivers[0].id,
        plan={use.key: (use.number, use.counted_hundredths) for use in plan.uses},
        now=asked_at,
    )
    answered_at = asked_at + days_open
    if fate == "confirmed":
        credit_bank.confirm_conversion(actor=officer, conversion_uuid=name, now=answered_at)
    elif fate == "refused":
        credit_bank.refuse_conversion(actor=officer, conversion_uuid=name, words=REFUSED_WORDS, now=answered_at)
    elif fate == "withdrawn":
        credit_bank.withdraw_conversion(actor=learner, conversion_uuid=name, now=answered_at)
    return 1
