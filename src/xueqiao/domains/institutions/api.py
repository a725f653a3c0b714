"""The door of institutions."""

from xueqiao.domains.institutions.actions.assign_parent import assign_parent
from xueqiao.domains.institutions.actions.close_institution import close_institution
from xueqiao.domains.institutions.actions.cover_unit import cover_unit
from xueqiao.domains.institutions.actions.merge_institution import merge_institution
from xueqiao.domains.institutions.actions.open_institution import open_institution
from xueqiao.domains.institutions.actions.uncover_unit import uncover_unit
from xueqiao.domains.institutions.errors import (
    HasDependants,
    InstitutionClosed,
    InstitutionCodeTaken,
    InstitutionUnknown,
    PeriodsOverlap,
    UnfitMerger,
    UnfitParent,
    UnitNotCovered,
    WouldCircle,
)
from xueqiao.domains.institutions.events import (
    InstitutionClosedDown,
    InstitutionOpened,
    InstitutionsMerged,
    ParentAssigned,
    UnitCovered,
)
from xueqiao.domains.institutions.queries import (
    areas_of,  # codes of the units a body covers on a day
    centre_certificates,  # centres with their latest certificate, for evidence
    centre_counts_by_unit,  # every open centre with the state of its certificate
    covers,  # does this body cover that unit on a day
    dependants_of,  # the bodies directly below
    elder_institutions,  # evidence rows of township coverage
    get_institution,  # by code, or InstitutionUnknown
    get_institution_by_id,  # by id, or InstitutionUnknown
    institution_counts,  # bodies per kind in a subtree, on any day
    institutions_by_id,  # many by id, one query
    institutions_covering,  # whose centre is this village's
    institutions_in,  # bodies of a kind in a subtree, open on a day
    institutions_named,  # search by name or code in a subtree
    is_standard,  # does the centre hold a valid certificate
    parents_of,  # the two typed parents
    rooms_by_id,  # rooms with their venues, one query
    rooms_of,  # the rooms of a body
    units_without_centre,  # township-level units no open centre covers
    venue_of_room,  # where a room is
    venues_of,  # the venues of a body
)
from xueqiao.domains.institutions.values import (
    ENTERPRISE,
    VOCATIONAL_SCHOOL,
    CentreCertificate,
    CentreRow,
    ElderInstitutionRow,
    InstitutionView,
    ParentView,
    RoomView,
    VenueView,
)

__all__ = [
    "ENTERPRISE",  # kinds of bodies outside the network, parties to agreements
    "VOCATIONAL_SCHOOL",
    "CentreCertificate",
    "CentreRow",
    "ElderInstitutionRow",
    "HasDependants",
    "InstitutionClosed",
    "InstitutionClosedDown",
    "InstitutionCodeTaken",
    "InstitutionOpened",
    "InstitutionUnknown",
    "InstitutionView",
    "InstitutionsMerged",
    "ParentAssigned",
    "ParentView",
    "PeriodsOverlap",
    "RoomView",
    "UnfitMerger",
    "UnfitParent",
    "UnitCovered",
    "UnitNotCovered",
    "VenueView",
    "WouldCircle",
    "areas_of",
    "assign_parent",  # another parent on one side from a day on
    "centre_certificates",
    "centre_counts_by_unit",
    "close_institution",  # from a day on; refused while others stand below it
    "cover_unit",  # one more unit from a day on
    "covers",
    "dependants_of",
    "elder_institutions",
    "get_institution",
    "get_institution_by_id",
    "institution_counts",
    "institutions_by_id",
    "institutions_covering",
    "institutions_in",
    "institutions_named",
    "is_standard",
    "merge_institution",  # units and dependants go over, the first one closes
    "open_institution",  # enter a body into the network
    "parents_of",
    "rooms_by_id",
    "rooms_of",
    "uncover_unit",  # end the cover of a unit
    "units_without_centre",
    "venue_of_room",
    "venues_of",
]
