"""Official 12-digit division codes as integers, so that a whole subtree is one closed range.

The code is prefix-coded 2-2-2-3-3 (province, city, county, township, village; source: the statistical division codes of
the National Bureau of Statistics). 射阳县 320924 is stored as 320924000000 and owns 320924000000..320924999999; access,
roll-up and partitioning are all one BETWEEN.
"""

from __future__ import annotations

from xueqiao.foundation.reasons import Refused

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5
_DIGITS = {PROVINCE: 2, CITY: 4, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12}
SPAN = {level: 10 ** (12 - digits) for level, digits in _DIGITS.items()}  # level -> width of one unit's range


class UnknownRegionCode(Refused):
    """这个地区代码写得不对，请用 2、4、6、9 或 12 位数字的行政区划代码。"""

    code = "unknown_region_code"


class RegionCode(int):
    """A division code padded to 12 digits. An int subclass: the database and the ranges need no conversion."""

    @classmethod
    def parse(cls, text: str | int) -> RegionCode:
        """Read a code of 2, 4, 6, 9 or 12 digits. Raises UnknownRegionCode for anything else."""
        digits = str(text).strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) not in _DIGITS.values() or digits[0] == "0":
            raise UnknownRegionCode
        return cls(int(digits.ljust(12, "0")))

    @property
    def level(self) -> int:
        """1 province, 2 city, 3 county, 4 township, 5 village."""
        return next(level for level, span in SPAN.items() if self % span == 0)

    @property
    def low(self) -> int:
        """The smallest code of the subtree: the unit itself."""
        return int(self)

    @property
    def high(self) -> int:
        """The largest code the subtree can hold."""
        return int(self) + SPAN[self.level] - 1

    @property
    def short(self) -> str:
        """The digits people use: 320924 for a county."""
        return str(int(self))[: _DIGITS[self.level]]

    def contains(self, other: int) -> bool:
        """True when `other` is this unit or lies below it."""
        return self.low <= other <= self.high

    def ancestor(self, level: int) -> RegionCode:
        """The unit of `level` that this code lies in. Raises ValueError for a level below its own."""
        if level > self.level:
            raise ValueError(f"a level-{self.level} unit lies in no level-{level} unit")
        return RegionCode(int(self) - int(self) % SPAN[level])

    @property
    def parent(self) -> RegionCode | None:
        """The unit one level up; None for a province."""
        return None if self.level == PROVINCE else self.ancestor(self.level - 1)

    @property
    def lineage(self) -> list[RegionCode]:
        """Province down to the unit itself."""
        return [self.ancestor(level) for level in range(PROVINCE, self.level + 1)]
