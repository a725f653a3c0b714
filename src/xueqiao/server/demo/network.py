"""The network of the brief on real units, by rule: 86 open universities, 100 colleges, 1,234 centres, 15,000+ schools.

Pure: units and census in, rows out; the same input gives the same rows. The rules, in words for people, are in
docs/reference/demo-region.md. Every body made here is demo data and says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import NamedTuple
from zlib import crc32

from xueqiao.domains.institutions.values import (
    COUNTY_COLLEGE,
    EDUCATION_BUREAU,
    EDUCATION_SIDE,
    GOVERNMENT,
    GOVERNMENT_SIDE,
    OPEN_UNIVERSITY,
    TOWNSHIP_CENTRE,
    VILLAGE_SCHOOL,
)
from xueqiao.foundation.region_code import CITY, COUNTY, PROVINCE, TOWNSHIP, VILLAGE, RegionCode
from xueqiao.foundation.regions.api import UnitRow
from xueqiao.server.demo.premises import ROOMS, directions, village_title

SHEYANG = 320924000000
HEDE = 320924100000
# The brief gives Sheyang 13 centres "in towns and zones": 13 towns have one each, and these two zones share a town's.
SHEYANG_SHARED = {320924400000: HEDE, 320924406000: 320924117000}

OPEN_UNIVERSITIES, COUNTY_COLLEGES, CENTRES = 86, 100, 1234
CENTRES_IN_2022, COLLEGES_IN_2022, OPEN_UNIVERSITIES_IN_2022 = 1260, 103, 73  # press conference of 2022-09-22
SMALL_UNIT_VILLAGES = 4  # a town or subdistrict with so few villages shares its neighbour's centre
SCHOOL_PERCENT, OLD_SCHOOL_PERCENT = 70, 48  # of villages under a centre, now and before 2023

FOUNDED = date(2012, 9, 1)
WAVE_OF_2023 = date(2023, 3, 1)
CENTRES_MERGED_ON = date(2023, 7, 1)
COLLEGES_MERGED_ON = date(2024, 1, 1)


class InstitutionRow(NamedTuple):
    id: int
    code: str
    name: str
    kind: str
    region: int
    opened_on: date
    closed_on: date | None
    merged_into_id: int | None
    address: str
    phone: str
    lon: Decimal | None
    lat: Decimal | None
    serves_elders: bool
    is_demo: bool


class ParentRow(NamedTuple):
    child_id: int
    parent_id: int
    side: str
    valid_from: date
    valid_to: date | None


class AreaRow(NamedTuple):
    institution_id: int
    region: int
    valid_from: date
    valid_to: date | None


class CertificateRow(NamedTuple):
    institution_id: int
    score: int
    valid_from: date
    valid_to: date
    withdrawn_on: date | None
    source: str


class VenueRow(NamedTuple):
    id: int
    institution_id: int
    name: str
    region: int
    address: str
    lon: Decimal
    lat: Decimal
    point_is_synthetic: bool
    has_lift: bool
    has_ramp: bool
    how_to_get_there: str


class RoomRow(NamedTuple):
    id: int
    venue_id: int
    name: str
    seats: int


@dataclass
class Network:
    """All rows of the network, with ids that start at `first_id` of each table."""

    institutions: list[InstitutionRow] = field(default_factory=list)
    parents: list[ParentRow] = field(default_factory=list)
    areas: list[AreaRow] = field(default_factory=list)
    certificates: list[CertificateRow] = field(default_factory=list)
    venues: list[VenueRow] = field(default_factory=list)
    rooms: list[RoomRow] = field(default_factory=list)

    @cached_property
    def by_code(self) -> dict[str, InstitutionRow]:
        return {row.code: row for row in self.institutions}

    @cached_property
    def venues_of(self) -> dict[int, list[VenueRow]]:
        found: dict[int, list[VenueRow]] = defaultdict(list)
        for venue in self.venues:
            found[venue.institution_id].append(venue)
        return found

    @cached_property
    def rooms_of(self) -> dict[int, list[RoomRow]]:
        owner = {venue.id: venue.institution_id for venue in self.venues}
        found: dict[int, list[RoomRow]] = defaultdict(list)
        for room in self.rooms:
            found[owner[room.venue_id]].append(room)
        return found

    def open_on(self, kind: str, day: date) -> list[InstitutionRow]:
        """Bodies of a kind open on a day, in the order they were made (by region code)."""
        return [
            row
            for row in self.institutions
            if row.kind == kind and row.opened_on <= day and (row.closed_on is None or day < row.closed_on)
        ]


def build_network(units: Iterable[UnitRow], residents: Mapping[int, int], *, today: date) -> Network:
    """Return the whole network for the day it is loaded.

    units: the divisions with points. residents: residents of each county, for choosing districts with an open
    university. today: certificates are dated around it, so that a handful has run out whenever the demo is loaded.
    """
    return _Builder(units, residents, today).build()


def share(code: int | str, salt: str) -> int:
    """A number from 0 to 9,999 that belongs to a code for ever: how rules choose without chance."""
    return crc32(f"{salt}:{code}".encode()) % 10_000


class _Builder:
    def __init__(self, units: Iterable[UnitRow], residents: Mapping[int, int], today: date) -> None:
        self.units = {int(unit.code): unit for unit in units}
        self.residents = residents
        self.today = today
        self.network = Network()
        self.ids, self.venue_ids, self.room_ids = count(1), count(1), count(1)
        self.by_level: dict[int, list[int]] = defaultdict(list)
        for code in sorted(self.units):
            self.by_level[RegionCode(code).level].append(code)
        self.villages = Counter(int(RegionCode(code).ancestor(TOWNSHIP)) for code in self.by_level[VILLAGE])
        self.county_villages = Counter(int(RegionCode(code).ancestor(COUNTY)) for code in self.by_level[VILLAGE])
        self.zones = [c for c in self.by_level[COUNTY] if self.units[c].kind == "county_statistical_zone"]
        self.counties = [c for c in self.by_level[COUNTY] if c not in set(self.zones)]
        self.made: dict[tuple[str, int], int] = {}  # (kind, region) -> id
        self.former_colleges: set[int] = set()  # zones whose college was merged
        self.centre_of_unit: dict[int, int] = {}  # township-level unit -> id of the centre that covers it today

    def build(self) -> Network:
        self._bureaus_and_governments()
        self._open_universities()
        self._colleges()
        self._centres()
        self._schools()
        self._certificates()
        self._venues()
        return self.network

    def _bureaus_and_governments(self) -> None:
        for level in (PROVINCE, CITY, COUNTY):
            for code in self.by_level[level]:
                name = self.units[code].name
                is_zone = self.units[code].kind == "county_statistical_zone"
                self._institution("EB", EDUCATION_BUREAU, code, f"{name}{'教育厅' if level == PROVINCE else '教育局'}")
                self._institution("GV", GOVERNMENT, code, f"{name}{'管理委员会' if is_zone else '人民政府'}")
                above = RegionCode(code).parent
                self._parent(EDUCATION_BUREAU, code, GOVERNMENT, code, GOVERNMENT_SIDE)
                if above is not None:
                    self._parent(EDUCATION_BUREAU, code, EDUCATION_BUREAU, int(above), EDUCATION_SIDE)
                    self._parent(GOVERNMENT, code, GOVERNMENT, int(above), GOVERNMENT_SIDE)

    def _open_universities(self) -> None:
        """The province, 13 cities, all 40 county-level cities and counties, then the 32 districts with most people."""
        wanted = OPEN_UNIVERSITIES - 1 - len(self.by_level[CITY])
        whole = [c for c in self.counties if not self.units[c].name.endswith("区")]
        districts = [c for c in self.counties if self.units[c].name.endswith("区")]
        districts.sort(key=lambda c: (-self.residents.get(c, 0), c))
        chosen = whole + districts[: wanted - len(whole)]
        late = set(chosen[-(OPEN_UNIVERSITIES - OPEN_UNIVERSITIES_IN_2022) :])
        for code in [*self.by_level[PROVINCE], *self.by_level[CITY], *sorted(chosen)]:
            name = f"{self._title(code)}开放大学"
            opened = date(2023, 9, 1) if code in late else FOUNDED
            self._institution("OU", OPEN_UNIVERSITY, code, name, opened=opened, serves_elders=True)
            self._both_parents(OPEN_UNIVERSITY, code, EDUCATION_BUREAU, code)

    def _colleges(self) -> None:
        """95 counties, then the five statistical zones with most villages; three more zones had one until 2024."""
        zones = sorted(self.zones, key=lambda c: (-self.county_villages[c], c))
        kept = zones[: COUNTY_COLLEGES - len(self.counties)]
        former = zones[len(kept) : len(kept) + COLLEGES_IN_2022 - COUNTY_COLLEGES]
        self.former_colleges = set(former)
        for code in [*self.counties, *kept]:
            self._institution("CC", COUNTY_COLLEGE, code, f"{self._title(code)}社区学院", serves_elders=True)
            self._both_parents(COUNTY_COLLEGE, code, EDUCATION_BUREAU, code)
            self._area(COUNTY_COLLEGE, code, code)
        for code in zones[len(kept) :]:
            heir = self._first_district(code)
            was_college = code in former
            if was_college:
                self._institution(
                    "CC",
                    COUNTY_COLLEGE,
                    code,
                    f"{self._title(code)}社区学院",
                    closed=COLLEGES_MERGED_ON,
                    merged_into=self.made[COUNTY_COLLEGE, heir],
                )
                self._both_parents(COUNTY_COLLEGE, code, EDUCATION_BUREAU, code, until=COLLEGES_MERGED_ON)
                self._area(COUNTY_COLLEGE, code, code, until=COLLEGES_MERGED_ON)
            self._area(COUNTY_COLLEGE, heir, code, since=COLLEGES_MERGED_ON if was_college else FOUNDED)

    def _centres(self) -> None:
        """Own centres for towns and subdistricts unless very small; then the largest quasi units up to 1,234."""
        proper = [c for c in self.by_level[TOWNSHIP] if self.units[c].kind != "quasi"]
        small = [c for c in proper if self.villages[c] <= SMALL_UNIT_VILLAGES and not RegionCode(SHEYANG).contains(c)]
        own = [c for c in proper if c not in set(small)]
        quasi = [c for c in self.by_level[TOWNSHIP] if self.units[c].kind == "quasi"]
        quasi = [c for c in quasi if not RegionCode(SHEYANG).contains(c)]
        quasi.sort(key=lambda c: (-self.villages[c], c))
        hosts = sorted(own + quasi[: CENTRES - len(own)])
        former = set(small[: CENTRES_IN_2022 - CENTRES])
        for code in hosts:
            self._centre(code)
        for code in sorted(small):
            host = self._nearest(code, hosts)
            if code in former:
                self._centre(code, closed=CENTRES_MERGED_ON, merged_into=self.made[TOWNSHIP_CENTRE, host])
            since = CENTRES_MERGED_ON if code in former else FOUNDED
            self._area(TOWNSHIP_CENTRE, host, code, since=since)
            self.centre_of_unit[code] = self.made[TOWNSHIP_CENTRE, host]
        for code, host in SHEYANG_SHARED.items():
            if host in self.units and code in self.units:
                self._area(TOWNSHIP_CENTRE, host, code)
                self.centre_of_unit[code] = self.made[TOWNSHIP_CENTRE, host]

    def _centre(self, code: int, *, closed: date | None = None, merged_into: int | None = None) -> None:
        county = RegionCode(code).ancestor(COUNTY)
        title = self._title(code)
        self._institution("GV", GOVERNMENT, code, self._government_name(code))
        self._parent(GOVERNMENT, code, GOVERNMENT, int(county), GOVERNMENT_SIDE)
        elders = share(code, "elder") < 8600 or RegionCode(SHEYANG).contains(code)
        self._institution(
            "TC",
            TOWNSHIP_CENTRE,
            code,
            f"{title}社区教育中心",
            closed=closed,
            merged_into=merged_into,
            serves_elders=elders,
        )
        college = int(county) if (COUNTY_COLLEGE, int(county)) in self.made else self._first_district(int(county))
        if int(county) in self.former_colleges:
            heir = self._first_district(int(county))
            self._parent(
                TOWNSHIP_CENTRE, code, COUNTY_COLLEGE, college, EDUCATION_SIDE, until=closed or COLLEGES_MERGED_ON
            )
            if closed is None:
                self._parent(TOWNSHIP_CENTRE, code, COUNTY_COLLEGE, heir, EDUCATION_SIDE, since=COLLEGES_MERGED_ON)
        else:
            self._parent(TOWNSHIP_CENTRE, code, COUNTY_COLLEGE, college, EDUCATION_SIDE, until=closed)
        self._parent(TOWNSHIP_CENTRE, code, GOVERNMENT, code, GOVERNMENT_SIDE, until=closed)
        self._area(TOWNSHIP_CENTRE, code, code, until=closed)
        if closed is None:
            self.centre_of_unit[code] = self.made[TOWNSHIP_CENTRE, code]

    def _schools(self) -> None:
        """About seven villages of ten under a centre have a school; which ones, the code decides for ever."""
        serving = {row.id for row in self.network.institutions if row.kind == TOWNSHIP_CENTRE and row.serves_elders}
        governments = {row.region: row.id for row in self.network.institutions if row.kind == GOVERNMENT}
        for code in self.by_level[VILLAGE]:
            town = int(RegionCode(code).ancestor(TOWNSHIP))
            name = self.units[code].name
            if town not in self.centre_of_unit or "虚拟" in name or share(code, "school") >= SCHOOL_PERCENT * 100:
                continue
            centre = self.centre_of_unit[town]
            opened = FOUNDED if share(code, "school") < OLD_SCHOOL_PERCENT * 100 else WAVE_OF_2023
            school = self._institution(
                "VS",
                VILLAGE_SCHOOL,
                code,
                f"{self._title(town)}{village_title(name)}居民学校",
                opened=opened,
                serves_elders=centre in serving,
            )
            government = governments.get(town) or governments[int(RegionCode(code).ancestor(COUNTY))]
            self.network.parents.append(ParentRow(school, centre, EDUCATION_SIDE, opened, None))
            self.network.parents.append(ParentRow(school, government, GOVERNMENT_SIDE, opened, None))
            self.network.areas.append(AreaRow(school, code, opened, None))

    def _certificates(self) -> None:
        """Five years each. Where the code says so the certificate ran out this year, or was withdrawn."""
        for row in self.network.open_on(TOWNSHIP_CENTRE, self.today):
            chance = share(row.region, "certificate")
            age = timedelta(days=200 + chance % 1400)
            withdrawn = None
            if not RegionCode(SHEYANG).contains(row.region):
                if chance < 60:
                    age = timedelta(days=1826 + 20 + chance * 3)
                elif chance < 75:
                    withdrawn = self.today - timedelta(days=chance)
            begins = self.today - age
            self.network.certificates.append(
                CertificateRow(
                    row.id,
                    85 + chance % 14,
                    begins,
                    begins + timedelta(days=1826),
                    withdrawn,
                    "演示数据：标准化社区教育中心评估",
                )
            )

    def _venues(self) -> None:
        for row in self.network.institutions:
            if row.closed_on is not None or row.kind in (EDUCATION_BUREAU, GOVERNMENT):
                continue
            lon, lat, synthetic = self._point(row.region)
            if row.kind == VILLAGE_SCHOOL:
                lon += Decimal(share(row.region, "lon") - 5000) / Decimal(180_000)  # within about 3 km of the town
                lat += Decimal(share(row.region, "lat") - 5000) / Decimal(220_000)
                lon, lat = round(lon, 5), round(lat, 5)
            chance = share(row.region, "venue" + row.kind)
            has_lift = row.kind != VILLAGE_SCHOOL and chance < 6500
            venue = VenueRow(
                next(self.venue_ids),
                row.id,
                row.name,
                row.region,
                row.address,
                lon,
                lat,
                synthetic or row.kind == VILLAGE_SCHOOL,
                has_lift,
                has_lift or chance % 10 < 8,
                directions(has_lift, chance),
            )
            self.network.venues.append(venue)
            for name, seats in ROOMS[row.kind]:
                self.network.rooms.append(RoomRow(next(self.room_ids), venue.id, name, seats))

    def _institution(
        self,
        prefix: str,
        kind: str,
        region: int,
        name: str,
        *,
        opened: date = FOUNDED,
        closed: date | None = None,
        merged_into: int | None = None,
        serves_elders: bool = False,
    ) -> int:
        number = next(self.ids)
        lon, lat, _synthetic = self._point(region)
        self.made[kind, region] = number
        self.network.institutions.append(
            InstitutionRow(
                number,
                f"{prefix}{RegionCode(region).short}",
                name,
                kind,
                region,
                opened,
                closed,
                merged_into,
                f"{self._place(region)}学习路 {share(region, 'street') % 200 + 1} 号（演示地址）",
                f"000-{number:08d}",  # no such area code
                lon,
                lat,
                serves_elders,
                True,
            )
        )
        return number

    def _both_parents(
        self, kind: str, region: int, above: str, above_region: int, *, until: date | None = None
    ) -> None:
        self._parent(kind, region, above, above_region, EDUCATION_SIDE, until=until)
        self._parent(kind, region, GOVERNMENT, above_region, GOVERNMENT_SIDE, until=until)

    def _parent(
        self,
        kind: str,
        region: int,
        above: str,
        above_region: int,
        side: str,
        *,
        since: date = FOUNDED,
        until: date | None = None,
    ) -> None:
        child, parent = self.made[kind, region], self.made[above, above_region]
        self.network.parents.append(ParentRow(child, parent, side, since, until))

    def _area(self, kind: str, region: int, covered: int, *, since: date = FOUNDED, until: date | None = None) -> None:
        self.network.areas.append(AreaRow(self.made[kind, region], covered, since, until))

    def _first_district(self, zone: int) -> int:
        """The lowest-coded county of the zone's city: it answers for zones without a college."""
        city = RegionCode(zone).ancestor(CITY)
        return next(code for code in self.counties if city.contains(code))

    def _nearest(self, code: int, hosts: list[int]) -> int:
        """The host of the same county with the nearest point; the lower code when two are equally near."""
        county = RegionCode(code).ancestor(COUNTY)
        lon, lat, _synthetic = self._point(code)

        def distance(host: int) -> Decimal:
            other_lon, other_lat, _flag = self._point(host)
            return (lon - other_lon) ** 2 + (lat - other_lat) ** 2

        return min((host for host in hosts if county.contains(host)), key=lambda host: (distance(host), host))

    def _point(self, region: int) -> tuple[Decimal, Decimal, bool]:
        for step in reversed(RegionCode(region).lineage):
            unit = self.units.get(int(step))
            if unit is not None and unit.lon is not None and unit.lat is not None:
                return unit.lon, unit.lat, unit.point_is_synthetic or int(step) != region
        return Decimal(119), Decimal(33), True  # divisions without any point: the middle of the province

    def _place(self, region: int) -> str:
        path = [int(step) for step in RegionCode(region).lineage if int(step) in self.units]
        return "".join(self.units[step].name for step in path if RegionCode(step).level in (CITY, COUNTY, TOWNSHIP))

    def _title(self, region: int) -> str:
        """A name short enough for a sign and different from every other: zones carry their county's name."""
        name = self.units[region].name
        level = RegionCode(region).level
        if level in (PROVINCE, CITY):
            return name.removesuffix("省").removesuffix("市")
        if level == COUNTY and self._county_names[name] > 1:
            return self.units[int(RegionCode(region).ancestor(CITY))].name + name
        if level == TOWNSHIP and self.units[region].kind == "quasi":
            county = self.units[int(RegionCode(region).ancestor(COUNTY))].name
            return name if name.startswith(county[:-1]) else county + name.removeprefix("县")
        return name

    @cached_property
    def _county_names(self) -> Counter[str]:
        return Counter(self.units[code].name for code in self.by_level[COUNTY])

    def _government_name(self, region: int) -> str:
        unit = self.units[region]
        if unit.kind in ("town", "township"):
            return f"{unit.name}人民政府"
        if unit.kind == "subdistrict":
            return f"{unit.name.removesuffix('办事处')}办事处"
        return f"{self._title(region)}管理委员会"
