"""What a person's learning is worth in every programme in reach, and which classes near home bring her on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from xueqiao.domains.credits.queries.conversions import not_used_up, settled_of
from xueqiao.domains.credits.queries.rulesets import agreements_closed_to, rule_sets_in_reach
from xueqiao.domains.credits.simulator import shortest_way, simulate
from xueqiao.domains.credits.values.rulesets import OutcomeFacts
from xueqiao.domains.credits.values.simulations import Offer
from xueqiao.domains.credits.values.worths import ProgrammeWorth
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date

WAYS_MAX = 3  # of the programmes nearest to completion: nobody follows more at once
CLASSES_MAX = 3  # beside a life, in one term


def worth_everywhere(*, actor: Actor, person_id: int, now: datetime) -> tuple[ProgrammeWorth, ...]:
    """Return what a person's outcomes are worth in every programme in reach of her home, the nearest first.

    Only programmes that end in something (they ask for so many credits); accumulation is the passport's total. What is
    converted counts in its programme, and only what is left of it in another. For the first that lack something, the
    shortest way by classes that would take her now. Raises NotFound when the actor may not see the person.
    """
    card = people.access_person(actor, person_id)
    on = local_date(now)
    rulesets = rule_sets_in_reach(region=card.region, on=on)
    settled, free = settled_of(person_id), not_used_up(person_id)
    closed = agreements_closed_to(rulesets, free, on=on)  # what is converted stays, whatever became of its agreement
    found = simulate(rulesets, free, on=on, closed_agreements=closed, settled=settled)
    answers = [each for each in found if each.programme.required_hundredths]
    by_code = {each.code: each for each in rulesets}
    lacking = [each for each in answers if each.missing_hundredths][:WAYS_MAX]
    if lacking:
        near = enrolment.classes_open_to(actor=actor, person_id=person_id, now=now)
        classes = {f"class:{each.card.run_id}": each for each in near}
        offers = offers_of(near)
        closed |= agreements_closed_to(rulesets, [each.outcome for each in offers], on=on)
    worths = []
    for answer in answers:
        rules = by_code[answer.rules_code]
        if answer not in lacking:
            worths.append(ProgrammeWorth(answer, rules.version))
            continue
        way = shortest_way(
            rules,
            answer.programme.code,
            free,
            offers,
            on=on,
            closed_agreements=closed,
            settled=settled.get((answer.rules_code, answer.programme.code), ()),
            offers_max=CLASSES_MAX,
        )
        taken = tuple(classes[each.outcome.key] for each in way.offers)
        worths.append(ProgrammeWorth(answer, rules.version, way, taken))
    return tuple(worths)


def offers_of(found: Sequence[enrolment.OpenClass]) -> tuple[Offer, ...]:
    """Return the outcomes that classes would give who comes every time and passes, as a completion would be judged."""
    clashes = enrolment.clashing(found)
    return tuple(
        Offer(
            OutcomeFacts(
                f"class:{each.card.run_id}",
                "community_course",
                each.card.title,
                str(each.card.institution_id),
                local_date(each.ends_at),
                {"hours": each.minutes, "attendance": Fraction(1), "passed": True, "strength": 4},
            ),
            each.minutes,
            frozenset(f"class:{other}" for other in clashes[each.card.run_id]),
        )
        for each in found
    )
