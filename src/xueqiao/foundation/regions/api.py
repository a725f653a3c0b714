"""The door of regions."""

from xueqiao.foundation.regions.actions import load_edition  # bring the units to one edition of the official list
from xueqiao.foundation.regions.errors import EditionOutOfOrder, UnitUnknown
from xueqiao.foundation.regions.queries import (
    all_units,  # every unit of every level on a day
    children_of,  # the units one level below, in code order
    forget_names,  # empty the process's memory of names
    full_name,  # 射阳县合德镇
    full_names,  # the same for many codes, one query
    get_unit,  # the unit of a code, or UnitUnknown
    lineage_of,  # province down to the unit
    names_of,  # names of many codes, one query
    point_of,  # where a unit lies, and whether that is made up
    points_of,  # the same for many codes, one query
    search_units,  # by hanzi, pinyin, initials or digits
    unit_named,  # the unit of a code, or None
    units_within,  # every unit of one level inside another
)
from xueqiao.foundation.regions.values import EditionReport, Point, RegionUnitView, UnitRow

__all__ = [
    "EditionOutOfOrder",
    "EditionReport",
    "Point",
    "RegionUnitView",
    "UnitRow",
    "UnitUnknown",
    "all_units",
    "children_of",
    "forget_names",
    "full_name",
    "full_names",
    "get_unit",
    "lineage_of",
    "load_edition",
    "names_of",
    "point_of",
    "points_of",
    "search_units",
    "unit_named",
    "units_within",
]
