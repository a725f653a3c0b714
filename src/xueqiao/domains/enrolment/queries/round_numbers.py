"""The parameters of rounds in force at a place: for checking a plan, and to freeze into a round with their sources."""

from datetime import datetime
from typing import Any

from xueqiao.domains.enrolment.parameters import (
    FIRST_AFTER_LOSSES,
    GROUP_SIZE_MAX,
    INTERVIEW_PASS_PERCENT,
    NEWCOMER_PERCENT,
    PLACES_PER_TERM,
    PLACES_PER_TERM_AND_INSTITUTION,
    REPEATS_MAX,
    ROUND_INFO_DAYS,
    ROUND_OFFER_HOURS,
    ROUND_PRIORITY_DAYS,
    ROUND_WISH_DAYS,
    SIGNATURE_FROM_AGE,
    TRAVEL_MINUTES,
    WEIGHT_ACCESS,
    WEIGHT_LOSSES_MAX,
    WEIGHT_NEVER_SERVED,
    WEIGHT_PER_LOSS,
    WISHES_MAX,
)
from xueqiao.domains.enrolment.rules.rounds import RoundNumbers
from xueqiao.foundation import clock
from xueqiao.foundation.parameters.api import ParameterSpec, ParameterValue, parameter_at

_WEIGHTS = {
    "per_loss": WEIGHT_PER_LOSS,
    "losses_max": WEIGHT_LOSSES_MAX,
    "never_served": WEIGHT_NEVER_SERVED,
    "access": WEIGHT_ACCESS,
}
_LIMITS = {
    "places_per_term": PLACES_PER_TERM,
    "places_per_term_and_institution": PLACES_PER_TERM_AND_INSTITUTION,
    "travel_minutes": TRAVEL_MINUTES,
    "repeats_max": REPEATS_MAX,
    "signature_from_age": SIGNATURE_FROM_AGE,
    "first_after_losses": FIRST_AFTER_LOSSES,
}
_PLAN = {
    "info_days": ROUND_INFO_DAYS,
    "priority_days": ROUND_PRIORITY_DAYS,
    "wish_days_min": ROUND_WISH_DAYS,
    "wishes_max": WISHES_MAX,
    "group_size_max": GROUP_SIZE_MAX,
    "newcomer_percent": NEWCOMER_PERCENT,
}


def numbers_at(*, region: int, institution_id: int, now: datetime) -> RoundNumbers:
    """What a plan is checked against at an institution today."""
    return RoundNumbers(
        **{
            name: int(_value(spec, region=region, institution_id=institution_id, now=now).value)
            for name, spec in _PLAN.items()
        }
    )


def offer_hours_at(*, region: int, institution_id: int, now: datetime) -> int:
    """How many hours a winner has to accept and pay, as a plan begins with."""
    return int(_value(ROUND_OFFER_HOURS, region=region, institution_id=institution_id, now=now).value)


def rules_at(*, region: int, institution_id: int, now: datetime) -> dict[str, Any]:
    """Weights and limits to freeze into a round, each with its source and whether the place has confirmed it."""
    values = {
        spec.name: _value(spec, region=region, institution_id=institution_id, now=now)
        for spec in [*_WEIGHTS.values(), *_LIMITS.values(), *_PLAN.values(), ROUND_OFFER_HOURS, INTERVIEW_PASS_PERCENT]
    }
    return {
        "weights": {"start": 1, **{name: int(values[spec.name].value) for name, spec in _WEIGHTS.items()}},
        "limits": {name: int(values[spec.name].value) for name, spec in _LIMITS.items()},
        "newcomer_percent": int(values[NEWCOMER_PERCENT.name].value),
        "interview_pass_percent": int(values[INTERVIEW_PASS_PERCENT.name].value),
        "sources": {
            name: {"value": each.value, "source": each.source, "confirmed": each.confirmed}
            for name, each in values.items()
        },
    }


def _value(spec: ParameterSpec, *, region: int, institution_id: int, now: datetime) -> ParameterValue:
    return parameter_at(spec.name, region=region, on=clock.local_date(now), institution_id=institution_id)
