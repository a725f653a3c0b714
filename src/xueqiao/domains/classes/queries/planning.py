"""What a class would cost and when it would meet, before anybody opens it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from xueqiao.domains.classes.calendar import meeting_days_of
from xueqiao.domains.classes.parameters import (
    COST_PARTS,
    EXPECTED_LEARNERS,
    HOUR_SUBSIDY,
    PRICE_BANDS,
    SUBSIDY,
    UNIT_COST,
)
from xueqiao.domains.classes.queries.runs import get_class
from xueqiao.domains.classes.queries.sessions import clashes
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.prices import band_for, unit_cost_fen
from xueqiao.domains.classes.values.runs import (
    Clash,
    CopyPlan,
    Pattern,
    PriceQuote,
)
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.parameters.api import ParameterValue, parameters_at

# -- planning ---------------------------------------------------------------------------------------------------------


def quote_price(
    *, session_count: int, session_minutes: int, region: int, institution_id: int | None = None, on: date
) -> PriceQuote:
    """What a class of this length costs a learner by rule at a place on a day, with the sources of the numbers.

    Price = class hours x unit cost. The unit cost is the one recorded for the place, else that of its cost parts and
    paying learners, put into a band. The subsidy is the part a written share scheme leaves to others, else a percent.
    """
    names = [UNIT_COST.name, SUBSIDY.name, COST_PARTS.name, EXPECTED_LEARNERS.name, HOUR_SUBSIDY.name, PRICE_BANDS.name]
    values = parameters_at(names, region=region, on=on, institution_id=institution_id)
    unit_cost, source, is_confirmed = _unit_cost(values)
    price = rules.cost_price_fen(session_count, session_minutes, unit_cost)
    percent = values[SUBSIDY.name]
    scheme = payments.share_scheme_at(region=region, on=on)
    if scheme is not None and price:
        subsidy, why = payments.subsidy_by_scheme(price, scheme.percents), f"{scheme.title}（{scheme.source}）"
        subsidy_percent = 100 - scheme.learner
    else:
        subsidy, why = rules.subsidy_share_fen(price, percent.value), percent.source
        subsidy_percent, is_confirmed = percent.value, is_confirmed and percent.confirmed
    return PriceQuote(
        price_fen=price,
        subsidy_fen=subsidy,
        hours_hundredths=rules.class_hours_hundredths(session_count, session_minutes),
        unit_cost_fen=unit_cost,
        subsidy_percent=subsidy_percent,
        source=f"{source}；{why}",
        is_confirmed=is_confirmed,
    )


def _unit_cost(values: Mapping[str, ParameterValue]) -> tuple[int, str, bool]:
    """Fen per class hour and learner, where it comes from, and whether that is confirmed."""
    recorded = values[UNIT_COST.name]
    if recorded.valid_from is not None:
        return int(recorded.value), recorded.source, True
    parts, learners = values[COST_PARTS.name], values[EXPECTED_LEARNERS.name]
    cost = unit_cost_fen(parts.value, learners=learners.value, subsidy_fen=values[HOUR_SUBSIDY.name].value)
    band = band_for(cost, values[PRICE_BANDS.name].value)
    if parts.valid_from is None and learners.valid_from is None:
        return band, recorded.source, False
    return band, f"{parts.source}；{learners.source}", parts.confirmed and learners.confirmed


def plan_copy(
    source_code: str, *, first_day: date, room_id: int | None = None, teacher_id: int | None = None, now: datetime
) -> CopyPlan:
    """What copying last term would make, with holidays left out and clashes named. Writes nothing.

    Raises UnknownClass.
    """
    source = get_class(source_code, now=now)
    held = [(each.starts_at, each.ends_at) for each in source.sessions if each.state != "cancelled"]
    pattern = rules.pattern_of(held, first_day)
    days, skipped = meeting_days_of(pattern)
    room, teacher = room_id or source.room_id, teacher_id or source.teacher_id
    quote = quote_price(
        session_count=pattern.session_count,
        session_minutes=pattern.session_minutes,
        region=source.region,
        institution_id=source.card.institution_id,
        on=first_day,
    )
    return CopyPlan(
        source_code=source.code,
        title=source.card.title,
        course_code=source.card.course_code,
        pattern=pattern,
        days=tuple(days),
        skipped=tuple(skipped),
        clashes=tuple(clashes(rules.meetings(pattern, days), room_id=room, teacher_id=teacher)),
        room_id=room,
        teacher_id=teacher,
        capacity=source.card.capacity,
        price_fen=source.card.price_fen,
        subsidy_fen=source.card.subsidy_fen,
        cost_price_fen=quote.price_fen,
        cost_rule=quote.source,
    )


def preview_plan(
    pattern: Pattern, *, room_id: int | None, teacher_id: int | None
) -> tuple[list[date], list[tuple[date, str]], list[Clash]]:
    """Days, skipped holidays and clashes of a pattern, for the form that opens a class. Writes nothing."""
    days, skipped = meeting_days_of(pattern)
    return days, skipped, clashes(rules.meetings(pattern, days), room_id=room_id, teacher_id=teacher_id)
