"""Reads of classes: `find_` may be None, `get_` raises. Everything here is published information."""

from xueqiao.domains.classes.queries.planning import (
    plan_copy,
    preview_plan,
    quote_price,
)
from xueqiao.domains.classes.queries.runs import (
    class_cards,
    classes_nearby,
    find_classes,
    get_class,
    get_class_by_id,
    runs_awaiting_approval,
    runs_of,
    venue_dots,
)
from xueqiao.domains.classes.queries.sessions import (
    clashes,
    delivery_of,
    get_session,
    overlapping_sessions,
    sessions_at,
    sessions_between,
    sessions_of,
    sessions_of_runs,
    sessions_taught_by,
    smallest_room_to_come,
    teaching_volumes,
)

__all__ = [
    "clashes",
    "class_cards",
    "classes_nearby",
    "delivery_of",
    "find_classes",
    "get_class",
    "get_class_by_id",
    "get_session",
    "overlapping_sessions",
    "plan_copy",
    "preview_plan",
    "quote_price",
    "runs_awaiting_approval",
    "runs_of",
    "sessions_at",
    "sessions_between",
    "sessions_of",
    "sessions_of_runs",
    "sessions_taught_by",
    "smallest_room_to_come",
    "teaching_volumes",
    "venue_dots",
]
