"""Scarce seats: a round and a waiting list, told in the order of the weeks they take."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from xueqiao.channels.console.journey.draw import Draw
from xueqiao.channels.console.journey.line import Line
from xueqiao.channels.console.journey.steps import StepResult, take
from xueqiao.channels.console.journey.walk import Walk


def seats_given_out(walk: Walk) -> Iterator[StepResult]:
    """Three weeks: a round with people from every channel, beside it a full class and those who wait for it."""
    with tempfile.TemporaryDirectory(prefix="xueqiao-journey-draw-") as folder:
        draw = Draw(walk, Path(folder))
        line = Line(draw)
        plan: list[tuple[str, Callable[[], str]]] = [
            ("clerk_opens_classes_to_draw", draw.clerk_opens_classes),
            ("round_is_planned_and_opened_by_two", draw.round_is_planned_and_opened_by_two),
            ("wishes_before_the_window_are_refused", draw.wishes_before_the_window_are_refused),
            ("household_enters_one_wish", draw.household_enters_one_wish),
            ("companions_agree_themselves", draw.companions_agree_themselves),
            ("clerk_enters_people_without_phones", draw.clerk_enters_people_without_phones),
            ("class_fills_and_two_wait", line.class_fills_and_two_wait),
            ("list_is_frozen_with_a_fingerprint", draw.list_is_frozen_with_a_fingerprint),
            ("value_is_typed_by_two", draw.value_is_typed_by_two),
            ("draw_is_held_and_published", draw.draw_is_held_and_published),
            ("two_verifiers_agree", draw.two_verifiers_agree),
            ("receipt_proves_her_line", draw.receipt_proves_her_line),
            ("fairness_report_names_every_channel", draw.fairness_report_names_every_channel),
            ("household_has_both_seats_friends_neither", draw.all_or_nothing),
            ("losers_wait_in_drawn_order", draw.losers_wait_in_drawn_order),
            ("seat_freed_at_night_is_told_in_the_morning", line.seat_freed_at_night_is_told_in_the_morning),
            ("household_accepts_and_pays", draw.household_accepts_and_pays),
            ("unanswered_offer_moves_on", line.unanswered_offer_moves_on),
            ("next_in_line_accepts_and_pays", line.next_in_line_accepts_and_pays),
            ("ledger_verifies_after_all", walk.ledger_verifies),
        ]
        for name, action in plan:
            yield take(name, action)
