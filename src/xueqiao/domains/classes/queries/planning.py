"""What a class would cost and when it would meet, before anybody opens it."""

from __future__ import annotations

from datetime import date, datetime

from xueqiao.domains.classes.calendar import meeting_days_of
from xueqiao.domains.classes.parameters import SUBSIDY, UNIT_COST
from xueqiao.domains.classes.queries.runs import get_class
from xueqiao.domains.classes.queries.sessions import clashes
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import (
    Clash,
    CopyPlan,
    Pattern,
    PriceQuote,
)
from xueqiao.foundation.parameters.api import parameter_at

# -- planning ---------------------------------------------------------------------------------------------------------


def quote_price(
    *, session_count: int, session_minutes: int, region: int, institution_id: int | None = None, on: date
) -> PriceQuote:
    """What a class of this length costs a learner by rule at a place on a day, with the sources of both numbers."""
    unit_cost = parameter_at(UNIT_COST.name, region=region, on=on, institution_id=institution_id)
    percent = parameter_at(SUBSIDY.name, region=region, on=on, institution_id=institution_id)
    price = rules.cost_price_fen(session_count, session_minutes, unit_cost.value)
    return PriceQuote(
        price_fen=price,
        subsidy_fen=rules.subsidy_share_fen(price, percent.value),
        hours_hundredths=rules.class_hours_hundredths(session_count, session_minutes),
        unit_cost_fen=unit_cost.value,
        subsidy_percent=percent.value,
        source=f"{unit_cost.source}；{percent.source}",
        is_confirmed=unit_cost.confirmed and percent.confirmed,
    )


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
