"""What crosses the door of indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ELDERLY_PARTICIPATION = "elderly_participation_rate"
TOWNSHIP_COVERAGE = "township_coverage"
STANDARD_CENTRES = "standard_centre_rate"


@dataclass(frozen=True)
class Measure:
    """One half of a rate: what is counted, by which rule, from which source."""

    title: str
    rule: str
    source: str


@dataclass(frozen=True)
class Definition:
    """An indicator as a programme officer signs it.

    Every rate is numerator / denominator in percent. `aim_percent` is the published reference value, None when there is
    none. `origin` names the document; `confirmed` is False while the counting rule is our default.
    """

    name: str
    title: str
    formula_version: str
    numerator: Measure
    denominator: Measure
    unit: str
    period: str
    origin: str
    confirmed: bool
    aim_percent: int | None
    adds_up: bool  # False: units do not add up to the unit above, and the page says why
    levels: tuple[int, ...]  # levels at which it has a meaning


@dataclass(frozen=True)
class FigureView:
    """A figure with everything needed to quote it. `percent` is None when the denominator is zero."""

    definition: Definition
    region: int
    region_name: str
    level: int
    period: str
    numerator: int
    denominator: int
    denominator_status: str
    denominator_as_of: date
    denominator_source: str
    cut_off_at: datetime

    @property
    def percent(self) -> float | None:
        return None if self.denominator == 0 else 100 * self.numerator / self.denominator


@dataclass(frozen=True)
class EvidenceRow:
    """One counted thing: a person with the signature that made her count, or a unit with its institution.

    subject: name (masked unless the reader may see it), unit or centre. what: the class, institution or certificate.
    when: the day it rests on. note: who signed the roll, score, or why it does not count.
    """

    subject: str
    code: str
    what: str
    when: date | None
    note: str
    counts: bool


@dataclass(frozen=True)
class EvidencePage:
    """A page of evidence. total: rows in all; persons: distinct persons among them (0 where rows are not persons)."""

    rows: list[EvidenceRow]
    total: int
    persons: int
    page: int
    page_count: int
    names_shown: bool


@dataclass(frozen=True)
class Board:
    """One unit's figure, its direct children, and the median of units of the same level."""

    figure: FigureView | None
    children: list[FigureView]
    same_level_median_percent: float | None
    lineage: list[tuple[int, str]]


@dataclass(frozen=True)
class Recount:
    """What a full recount did. drifted: units whose running numerator differed from the recount."""

    indicator: str
    figures: int
    drifted: int


@dataclass(frozen=True)
class PublicFigure:
    """A figure as anybody may see it: counts below the threshold are withheld (numerator None)."""

    definition: Definition
    region: int
    region_name: str
    period: str
    numerator: int | None
    denominator: int
    denominator_status: str
    denominator_as_of: date
    denominator_source: str
    percent: float | None
    cut_off_at: datetime
    is_withheld: bool
