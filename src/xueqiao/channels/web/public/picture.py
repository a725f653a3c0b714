"""The picture of a county: one dot per venue, drawn on the server. No boundary, no tiles, nothing from outside.

Chinese map law: boundaries may be drawn only from a reviewed map with its number (审图号). Without the setting
MAP_REVIEW_NUMBER there is none, and the picture says that it is a sketch. Its table twin is the list of classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from xueqiao.domains.classes.api import VenueDot
from xueqiao.foundation.regions.api import Point

WIDTH, HEIGHT_MAX, MARGIN = 640, 420, 28


@dataclass(frozen=True)
class Dot:
    """A dot in the drawing's own units, with the words that are read aloud."""

    x: float
    y: float
    radius: float
    name: str
    class_count: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    dots: tuple[Dot, ...]
    here: tuple[float, float] | None
    is_rough: bool  # at least one point was made up: say so


def picture_of(dots: Sequence[VenueDot], here: Point | None) -> Picture | None:
    """Place the dots; None when there is nothing to draw. Kilometres are equal in both directions."""
    if not dots:
        return None
    points = [dot.point for dot in dots] + ([here] if here else [])
    west, east = min(p.lon for p in points), max(p.lon for p in points)
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    squeeze = cos(radians((south + north) / 2))
    across, along = max((east - west) * squeeze, 1e-4), max(north - south, 1e-4)
    scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT_MAX - 2 * MARGIN) / along)
    height = round(min(HEIGHT_MAX, along * scale + 2 * MARGIN))
    left = (WIDTH - across * scale) / 2
    top = (height - along * scale) / 2

    def at(point: Point) -> tuple[float, float]:
        return (
            round(left + (point.lon - west) * squeeze * scale, 1),
            round(top + (north - point.lat) * scale, 1),
        )

    drawn = [
        Dot(*at(dot.point), radius=round(4 + min(dot.class_count, 25) ** 0.5 * 2, 1), name=dot.name,
            class_count=dot.class_count)
        for dot in dots
    ]  # fmt: skip
    return Picture(
        width=WIDTH,
        height=height,
        dots=tuple(sorted(drawn, key=lambda dot: -dot.radius)),
        here=at(here) if here else None,
        is_rough=any(dot.point.is_synthetic for dot in dots),
    )
