"""Where a walk of the bank's machine begins: people with a class behind them, claims taken up, a bill each could have.

Built once; every walk is rolled back to it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.domains.credits.claiming import a_paper, reviewer
from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.domains.credits.converting import clerk_of
from tests.properties.test_paid_seats import deliver_in_place
from tests.worlds.small_county import COUNTY, HEDE, acting, add_run, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim, CreditProposal, RuleSetVersion
from xueqiao.domains.learning.models import Completion
from xueqiao.foundation import clock

RULES = "open-university"
PROGRAMMES = ("management-associate", "elderly-care-associate")
TITLES = [first + second for first in "天地玄黄宇宙洪荒" for second in "春秋冬夏云雨"]
HOURS = (16, 32, 48)
ENDS = (date(2026, 2, 1), date(2025, 6, 1))  # a year after that, their credit ends


def rules_text(version: int = 1, *, region: int = 320000000000, hours: int = 16) -> str:
    """The community rules, with an end: what a certificate gave counts for a year."""
    text = credit_bank.shipped_text("community")
    text = text.replace("320000000000", str(region)).replace("version = 1", f"version = {version}")
    text = text.replace("credit = 16 }", f"credit = {hours} }}")
    return text.replace('category = "community"\n', 'category = "community"\nvalid_years = 1\n', 1)


def last_day(number: int) -> date:
    """On which a certificate of that number still counts."""
    day = ENDS[number % 2]
    return day.replace(year=day.year + 1)


def tight_rules() -> str:
    """The open university's rules, with room for five credits in a programme."""
    return credit_bank.shipped_text(RULES.replace("-", "_")).replace('share = "40%"', "credits = 5")


class Ground:
    """people: each with a completed class of sixteen hours and claims that wait for a decision; a programme takes 5
    credits. claims: (person, minutes, last day, row), in the order they were made."""

    def __init__(self, people: int = 2, claims_each: int = 3) -> None:
        done = completed(people)
        self.world, self.now = done.room.world, done.now
        self.people = done.room.learners
        self.actors = [acting(person) for person in self.people]
        Completion.objects.within(EVERYTHING).update(minutes_attended=16 * 60)
        for each in done.completions:
            credit_bank.propose_credit(actor=SYSTEM, completion_id=each.pk, now=done.now)
        proposals = {row.person_id: row.uuid for row in CreditProposal.objects.within(EVERYTHING)}
        self.proposals = [proposals[person.pk] for person in self.people]
        self.completions = [
            next(each.pk for each in done.completions if each.person_id == person.pk) for person in self.people
        ]
        self.desk = on_duty(self.world.clerk, "centre_clerk", HEDE)
        self.clerk = clerk_of(self.world)
        self.officer = on_duty(self.world.officer, "county_officer", COUNTY)
        self.other = reviewer("评审甲")
        credit_bank.adopt_shipped_rules(actor=SYSTEM, now=done.now, samples_in_force=True)
        rewrite(RuleSetVersion.objects.get(code=RULES), tight_rules())
        rewrite(RuleSetVersion.objects.get(code="community"), rules_text())
        for number in range(len(TITLES)):
            credit_bank.publish_unit(
                actor=self.officer,
                code=f"U-{number}",
                title=TITLES[number],
                level=2,
                learning_outcomes=["会"],
                notional_minutes=960,
                amount_hundredths=100,
                assessment="实操",
                owner_id=self.world.college.pk,
                effective_from=date(2026, 1, 1),
                now=done.now,
            )
        self.run = add_run(
            self.world,
            price_fen=36_001,
            subsidy_fen=12_000,
            capacity=people,
            first_day=clock.local_date(self.now) + timedelta(days=400),
            enrol_closes_at=self.now + timedelta(days=390),
        )[0]
        self.claims = [
            (person, hours * 60, last_day(number), self.claim(person, number, hours, self.now))
            for number in range(claims_each)
            for person, hours in ((each, HOURS[(each + number) % 3]) for each in range(people))
        ]
        while deliver_in_place(self.now):
            pass

    def giver(self, person: int, number: int) -> int | None:
        """Who issued a person's certificate of that number: a centre of the network, or a school outside."""
        return self.world.other_centre.pk if (person + number) % 2 else None

    def claim(self, person: int, number: int, hours: int, now: datetime) -> Any:
        """A certificate from elsewhere is claimed and taken up: the row of its claim."""
        facts = {"hours": hours * 60, "attendance": Fraction(1), "passed": True, "unit": f"U-{number}"}
        view = credit_bank.claim_outcome(
            actor=self.actors[person],
            person_id=self.people[person].pk,
            outcome=credit_bank.ClaimedOutcome(
                "training_certificate",
                TITLES[number],
                f"学校{number}",
                ENDS[number % 2],
                facts,
                issuer_institution_id=self.giver(person, number),
            ),
            papers=[a_paper()],
            now=now,
        )
        credit_bank.accept_claim(
            actor=self.desk,
            claim_uuid=view.uuid,
            method="original_seen",
            seen_also_by_id=self.world.officer.pk,
            now=now,
        )
        return Claim.objects.within(EVERYTHING).select_related("outcome").get(uuid=view.uuid)


def rewrite(row: RuleSetVersion, text: str) -> None:
    """The ground's rules are these: before anything was decided under the others."""
    RuleSetVersion.objects.filter(pk=row.pk).update(text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
