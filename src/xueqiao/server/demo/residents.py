"""Made-up people: names by weight, ages by the county's share of elders, homes in real villages.

No real person's data: phones begin with 100 (no such numbers exist), ID numbers carry a wrong check digit and only
their keyed hash is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from xueqiao.domains.people.api import check_digit
from xueqiao.foundation.region_code import COUNTY, TOWNSHIP, VILLAGE, RegionCode
from xueqiao.foundation.regions.api import UnitRow

COMMUNITY_WEIGHT, VILLAGE_WEIGHT = (
    17,
    10,
)  # a community counts 1.7 villages, as in the county estimates of the census file
ELDER_AGES = [*range(60, 96)]
ELDER_AGE_WEIGHTS = [max(1, 100 - 5 * (age - 60)) if age < 80 else max(1, 20 - (age - 80)) for age in ELDER_AGES]
CHILD_SHARE = 0.17  # of those under 60: younger than 16
NO_PHONE_BORN_UNTIL, NO_PHONE_SHARE = 1956, 0.35  # of the old this part has no phone of their own


def village_weight(unit: UnitRow) -> int:
    """How many of a county's people a village-level unit gets; virtual units of zones have nobody."""
    if "虚拟" in unit.name:
        return 0
    return COMMUNITY_WEIGHT if "居" in unit.name or "社区" in unit.name else VILLAGE_WEIGHT


@dataclass
class Names:
    """Ready names by sex, drawn with the weights of real surnames."""

    random: Random
    surnames: Mapping[str, float]
    men: Sequence[str]
    women: Sequence[str]
    _drawn: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sex, parts in (("m", self.men), ("f", self.women)):
            family = self.random.choices(list(self.surnames), list(self.surnames.values()), k=20_000)
            given = [self._given(parts) for _number in range(20_000)]
            self._drawn[sex] = [one + two for one, two in zip(family, given, strict=True)]

    def take(self, sex: str, number: int) -> str:
        """The name for a person's number: the same every time."""
        drawn = self._drawn[sex]
        return drawn[(number * 7919) % len(drawn)]

    def _given(self, parts: Sequence[str]) -> str:
        part = self.random.choice(parts)
        if len(part) == 1 and self.random.random() < 0.7:
            second = self.random.choice(parts)
            return part + (second if len(second) == 1 else second[0])
        return part


@dataclass
class Residents:
    """Columns of the made-up residents; person i has id first_id + i."""

    first_id: int
    region: array[int] = field(default_factory=lambda: array("q"))
    born: array[int] = field(default_factory=lambda: array("l"))  # ordinal day
    is_female: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.region)

    def add(self, region: int, born: int, *, is_female: bool) -> None:
        self.region.append(region)
        self.born.append(born)
        self.is_female.append(is_female)


def settle(
    number: int,
    units: Mapping[int, UnitRow],
    county_weights: Mapping[int, float],
    town_weights: Mapping[int, float],
    elder_share: Callable[[int], float],
    *,
    first_id: int,
    today: date,
    seed: str,
) -> Residents:
    """Give `number` people homes and birthdays.

    county_weights: how many people a county gets, in proportion. town_weights: extra weight of a township inside its
    county; 0 for none named. elder_share: a county's share of people of 60 and more.
    """
    random = Random(seed)  # noqa: S311 - made-up people, the same every time
    residents = Residents(first_id)
    villages: dict[int, list[tuple[int, float]]] = {}
    town_totals: dict[int, int] = {}
    for code, unit in sorted(units.items()):
        if RegionCode(code).level == VILLAGE:
            town = int(RegionCode(code).ancestor(TOWNSHIP))
            town_totals[town] = town_totals.get(town, 0) + village_weight(unit)
    county_base: dict[int, int] = {}
    for town, total in town_totals.items():
        county = int(RegionCode(town).ancestor(COUNTY))
        county_base[county] = county_base.get(county, 0) + total
    for code, unit in sorted(units.items()):
        weight = village_weight(unit) if RegionCode(code).level == VILLAGE else 0
        if not weight:
            continue
        town, county = int(RegionCode(code).ancestor(TOWNSHIP)), int(RegionCode(code).ancestor(COUNTY))
        share = weight / county_base[county] + town_weights.get(town, 0.0) * weight / town_totals[town]
        villages.setdefault(county, []).append((code, share))
    counties = [county for county in sorted(county_weights) if county in villages and county_weights[county] > 0]
    whole = sum(county_weights[county] for county in counties)
    edges = [round(number * total / whole) for total in accumulate(county_weights[c] for c in counties)]
    before = 0
    for county, edge in zip(counties, edges, strict=True):
        amount, before = edge - before, edge
        homes = random.choices([v for v, _w in villages[county]], [w for _v, w in villages[county]], k=amount)
        elders = round(amount * elder_share(county))
        ages = random.choices(ELDER_AGES, ELDER_AGE_WEIGHTS, k=elders)
        children = round((amount - elders) * CHILD_SHARE)
        ages += random.choices(range(1, 16), k=children) + random.choices(range(16, 59), k=amount - elders - children)
        for home, age in zip(homes, ages, strict=True):
            born = today.toordinal() - age * 365 - age // 4 - 1 - int(random.random() * 360)
            residents.add(home, born, is_female=random.random() < (0.58 if age >= 60 else 0.5))
    return residents


def phone_number(number: int) -> str:
    """A number in the range 100, which no network has: 100 and eight digits."""
    return f"100{number:08d}"


def learner_code(number: int) -> str:
    """The learner number of a made-up person: nine digits that begin with 1, and a check digit."""
    digits = str(100_000_000 + number)
    return digits + check_digit(digits)


def impossible_id_number(region: int, born: date, number: int) -> str:
    """Eighteen characters in the form of an ID number whose check digit is wrong by one; different for each number.

    The first three digits are no province of China either: they and the serial are the person's running number.
    """
    body = f"{number // 1000 % 1000:03d}{RegionCode(region).short[3:6]}{born:%Y%m%d}{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[(right + 1) % 11]


def birthday(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def years_ago(day: date, years: int) -> date:
    """About so many years before a day; for birthdays of staff."""
    return day - timedelta(days=years * 365 + years // 4)


def person_lines(
    residents: Residents, names: Names, *, registered_at: str, key_of: Callable[[str], bytes] | None
) -> Iterator[str]:
    """Lines for COPY: id, code, name, phone, birth_date, sex, region, person_key, is_demo, registered_at.

    `key_of` hashes an ID number; None leaves the key empty (nobody can be found by it, everything else works).
    """
    random = Random("xueqiao demo phones")  # noqa: S311
    for index in range(len(residents)):
        number = residents.first_id + index
        sex = "f" if residents.is_female[index] else "m"
        region, born = residents.region[index], date.fromordinal(residents.born[index])
        has_phone = born.year > NO_PHONE_BORN_UNTIL or random.random() > NO_PHONE_SHARE
        key = "\\N" if key_of is None else "\\\\x" + key_of(impossible_id_number(region, born, number)).hex()
        phone = phone_number(number) if has_phone else "\\N"
        yield (
            f"{number}\t{learner_code(number)}\t{names.take(sex, number)}\t{phone}"
            f"\t{born.isoformat()}\t{sex}\t{region}\t{key}\tt\t{registered_at}"
        )
