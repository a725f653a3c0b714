"""What institutions hands out and takes in."""

from dataclasses import dataclass
from datetime import date

OPEN_UNIVERSITY, COUNTY_COLLEGE = "open_university", "county_college"
TOWNSHIP_CENTRE, VILLAGE_SCHOOL = "township_centre", "village_school"
EDUCATION_BUREAU, GOVERNMENT, VENUE_OWNER = "education_bureau", "government", "venue_owner"
VOCATIONAL_SCHOOL, ENTERPRISE = "vocational_school", "enterprise"  # parties to agreements, outside the network
NETWORK_KINDS = (OPEN_UNIVERSITY, COUNTY_COLLEGE, TOWNSHIP_CENTRE, VILLAGE_SCHOOL)
KINDS = (*NETWORK_KINDS, EDUCATION_BUREAU, GOVERNMENT, VENUE_OWNER, VOCATIONAL_SCHOOL, ENTERPRISE)
EDUCATION_SIDE, GOVERNMENT_SIDE = "education", "government"
SIDES = (EDUCATION_SIDE, GOVERNMENT_SIDE)


@dataclass(frozen=True)
class InstitutionView:
    """One body of the network. closed_on: first day it is no longer open. is_demo: made up, say so wherever shown."""

    id: int
    uuid: str
    code: str
    name: str
    kind: str
    region: int
    opened_on: date
    closed_on: date | None
    merged_into_id: int | None
    address: str
    phone: str
    lon: float | None
    lat: float | None
    serves_elders: bool
    is_demo: bool

    def is_open(self, on: date) -> bool:
        """True on every day from `opened_on` until the day before `closed_on`."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


@dataclass(frozen=True)
class ParentView:
    """One of the two typed parents. side: education or government."""

    side: str
    parent: InstitutionView
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class VenueView:
    """A place with an address. point_is_synthetic: never to be used for directions."""

    id: int
    institution_id: int
    name: str
    region: int
    address: str
    lon: float
    lat: float
    point_is_synthetic: bool
    has_lift: bool
    has_ramp: bool
    how_to_get_there: str


@dataclass(frozen=True)
class RoomView:
    """A room that can be booked. seats: upper bound of any class held in it."""

    id: int
    name: str
    seats: int
    venue: VenueView


@dataclass(frozen=True)
class CentreRow:
    """One open township centre, for the standard-centre rate."""

    institution_id: int
    region: int
    has_valid_certificate: bool


@dataclass(frozen=True)
class CentreCertificate:
    """One open township centre with its latest certificate: evidence of the standard-centre rate."""

    code: str
    name: str
    region: int
    is_standard: bool
    valid_from: date | None  # None: it never had a certificate
    valid_to: date | None


@dataclass(frozen=True)
class ElderInstitutionRow:
    """One unit in which one open elder-education institution works: evidence of township coverage."""

    institution_id: int
    code: str
    name: str
    kind: str
    region: int  # the unit covered
