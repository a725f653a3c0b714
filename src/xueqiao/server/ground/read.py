"""Reads the shipped files into plain values."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.apps import apps

from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import EditionReport, UnitRow, load_edition

FOLDER = Path(__file__).resolve().parent
DIVISIONS_VALID_ON = date(2023, 6, 30)  # state of the list of statistical division codes, edition 2023
CENSUS_DAY = date(2020, 11, 1)


@dataclass(frozen=True)
class CensusRow:
    """Residents of one county, seventh census. Each figure has its own status: sourced, sourced_rounded, estimated."""

    code: int
    name: str
    residents: int
    residents_status: str
    residents_60_plus: int
    residents_60_plus_status: str


@dataclass(frozen=True)
class CityCensusRow:
    """Residents of one city; residents_60_plus is None where no source was read."""

    code: int
    residents: int
    residents_60_plus: int | None


@dataclass(frozen=True)
class CourseRow:
    """One line of the course list."""

    code: str
    category: str
    title: str
    audience: str
    session_count: int
    session_minutes: int
    has_physical_risk: bool


def units() -> list[UnitRow]:
    """All 23,563 units with points: townships their own, units above the mean of theirs (synthetic)."""
    points = {
        int(RegionCode.parse(row["code"])): (Decimal(row["lon"]), Decimal(row["lat"]), row["source"] != "geonames")
        for row in _rows("township_points/jiangsu_township_points.csv")
    }
    found: dict[int, tuple[Decimal, Decimal, bool]] = dict(points)
    sums: dict[int, list[Decimal]] = {}
    for code, (lon, lat, _synthetic) in points.items():
        for step in RegionCode(code).lineage[:-1]:
            total = sums.setdefault(int(step), [Decimal(0), Decimal(0), Decimal(0)])
            total[0] += lon
            total[1] += lat
            total[2] += 1
    for code, (lon, lat, number) in sums.items():
        found[code] = (round(lon / number, 5), round(lat / number, 5), True)
    result = []
    for row in _rows("divisions/jiangsu_divisions.csv"):
        code = int(RegionCode.parse(row["code"]))
        result.append(UnitRow(code, row["name"], row["kind"], *found.get(code, (None, None, False))))
    return result


def load_divisions() -> EditionReport:
    """Load the shipped edition into the database; the second time nothing changes."""
    return load_edition(units(), valid_on=DIVISIONS_VALID_ON)


def load_divisions_once() -> bool:
    """Load the shipped edition into a database that knows no unit at all; True when it did."""
    if apps.get_model("regions.RegionUnit").objects.exists():
        return False
    load_divisions()
    return True


@cache
def counties_census() -> dict[int, CensusRow]:
    """The 95 counties of the census by code; the nine statistical zones are inside them."""
    return {
        int(RegionCode.parse(row["code"])): CensusRow(
            int(RegionCode.parse(row["code"])),
            row["name"],
            int(row["population_2020"]),
            row["population_status"],
            int(row["pop_60plus_2020"]),
            row["pop60_status"],
        )
        for row in _rows("census2020/county_2020.csv")
    }


def cities_census() -> list[CityCensusRow]:
    """The 13 cities of the census."""
    return [
        CityCensusRow(
            int(RegionCode.parse(row["code"])),
            int(row["population_2020"]),
            int(row["pop_60plus_2020"]) if row["pop_60plus_2020"] else None,
        )
        for row in _rows("census2020/city_2020.csv")
        if len(row["code"]) == 4  # the last line is the province's total
    ]


def courses() -> list[CourseRow]:
    """The 90 demo courses."""
    return [
        CourseRow(
            row["code"],
            row["category"],
            row["course"],
            row["audience"],
            int(row["sessions"]),
            round(float(row["hours_per_session"]) * 60),
            row["physical_risk"] == "1",
        )
        for row in _rows("course_taxonomy/course_taxonomy.csv")
    ]


@cache
def days_off() -> frozenset[date]:
    """Public holidays 2019-2026 (make-up working days are not days off)."""
    return frozenset(
        date.fromisoformat(row["date"])
        for row in _rows("holidays/cn_holidays_2019_2026.csv")
        if row["kind"] == "holiday"
    )


def name_parts() -> tuple[dict[str, float], list[str], list[str]]:
    """Surnames with weights, given names of men, given names of women."""
    found = json.loads((FOLDER / "names/zh_names_faker.json").read_text(encoding="utf-8"))
    return found["surnames"], found["given_male"], found["given_female"]


def classic(name: str) -> list[dict[str, object]]:
    """One of the learning texts by its file name without ending: tang300, lunyu."""
    found: list[dict[str, object]] = json.loads((FOLDER / f"learning_texts/{name}.json").read_text(encoding="utf-8"))
    return found


def _rows(path: str) -> Iterator[dict[str, str]]:
    with (FOLDER / path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
