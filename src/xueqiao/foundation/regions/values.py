"""What regions hands out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xueqiao.foundation.region_code import RegionCode


@dataclass(frozen=True)
class RegionUnitView:
    """One unit as it is or was called. level: 1 province .. 5 village. valid_to: first day it is no longer valid."""

    code: int
    name: str
    level: int
    kind: str
    valid_from: date
    valid_to: date | None = None
    merged_into: int | None = None

    @property
    def short(self) -> str:
        """The digits people use: 320924."""
        return RegionCode(self.code).short


@dataclass(frozen=True)
class Point:
    """Degrees east and north (WGS 84). is_synthetic: made up or averaged, never to be used for directions."""

    lon: float
    lat: float
    is_synthetic: bool


@dataclass(frozen=True)
class UnitRow:
    """One row of an edition of the official list, with its point when there is one."""

    code: int
    name: str
    kind: str
    lon: Decimal | None = None
    lat: Decimal | None = None
    point_is_synthetic: bool = False


@dataclass(frozen=True)
class EditionReport:
    """What loading an edition did, in rows."""

    added: int
    renamed: int
    ended: int
    unchanged: int
