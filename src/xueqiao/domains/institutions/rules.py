"""Rules of the network: who may stand above whom, and who may change what. Pure."""

from datetime import date

from xueqiao.domains.institutions.errors import UnfitMerger, UnfitParent
from xueqiao.domains.institutions.values import (
    COUNTY_COLLEGE,
    EDUCATION_BUREAU,
    EDUCATION_SIDE,
    GOVERNMENT,
    GOVERNMENT_SIDE,
    KINDS,
    OPEN_UNIVERSITY,
    TOWNSHIP_CENTRE,
    VILLAGE_SCHOOL,
)
from xueqiao.foundation.audit.values import SYSTEM, Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed
from xueqiao.foundation.region_code import RegionCode

GOVERNING_ROLES = ("county_officer", "city_officer", "province_officer", "operator")

# Dual management (brief, Sheyang: education bureau through the county college, and the town government).
_PARENT_KINDS = {
    (OPEN_UNIVERSITY, EDUCATION_SIDE): {EDUCATION_BUREAU, OPEN_UNIVERSITY},
    (COUNTY_COLLEGE, EDUCATION_SIDE): {EDUCATION_BUREAU},
    (TOWNSHIP_CENTRE, EDUCATION_SIDE): {COUNTY_COLLEGE, EDUCATION_BUREAU},
    (VILLAGE_SCHOOL, EDUCATION_SIDE): {TOWNSHIP_CENTRE, COUNTY_COLLEGE},
    (EDUCATION_BUREAU, EDUCATION_SIDE): {EDUCATION_BUREAU},
    **{
        (kind, GOVERNMENT_SIDE): {GOVERNMENT}
        for kind in (OPEN_UNIVERSITY, COUNTY_COLLEGE, TOWNSHIP_CENTRE, VILLAGE_SCHOOL, EDUCATION_BUREAU, GOVERNMENT)
    },
}


def require_fitting_parent(child_kind: str, parent_kind: str, side: str) -> None:
    """Raise UnfitParent unless a `parent_kind` may stand above a `child_kind` on that side."""
    if parent_kind not in _PARENT_KINDS.get((child_kind, side), set()):
        raise UnfitParent


def require_fitting_merger(kind: str, into_kind: str, *, same: bool) -> None:
    """Raise UnfitMerger unless two different bodies of the same kind are merged."""
    if same or kind != into_kind:
        raise UnfitMerger


def require_may_govern(actor: Actor, region: int) -> None:
    """Raise NotAllowed unless the actor is the platform itself or an officer whose range holds the whole unit."""
    if actor.kind == SYSTEM:
        return
    if not (actor.has_role(*GOVERNING_ROLES) and actor.scope.has_region(region)):
        raise NotAllowed


def require_sound_institution(*, code: str, name: str, kind: str) -> None:
    """Raise InvalidInput for an empty or overlong code or name, control characters, or an unknown kind."""
    if not (code.isascii() and code.isalnum() and len(code) <= 24):
        raise InvalidInput(what="机构编号只能用字母和数字，最多 24 位")
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise InvalidInput(what="机构名称要有 1 到 80 个字")
    if kind not in KINDS:
        raise InvalidInput(what="没有这一类机构")


def is_in_force(valid_from: date, valid_to: date | None, on: date) -> bool:
    """True from `valid_from` until the day before `valid_to`."""
    return valid_from <= on and (valid_to is None or on < valid_to)


def covers_unit(area: int, region: int) -> bool:
    """True when the covered unit is `region` itself or stands above it."""
    return RegionCode(area).contains(region)
