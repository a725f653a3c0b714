"""Claims between institutions as they cross the door. Hundredths of a credit; above zero is to be received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from xueqiao.domains.credits.values.amounts import credits_text


@dataclass(frozen=True)
class Counterpart:
    """What stands between an institution and another in one unit, at the beginning and the end of a month."""

    unit_name: str
    code: str
    name: str
    before_hundredths: int
    booked_hundredths: int
    reversed_hundredths: int
    settled_hundredths: int
    after_hundredths: int


@dataclass(frozen=True)
class ClearingLine:
    """One entry of a statement. kind: book, reverse, settle. reference: the conversion, or the year settled."""

    at: datetime
    unit_name: str
    code: str
    name: str
    kind: str
    reference: str
    amount_hundredths: int
    agreement: str


@dataclass(frozen=True)
class ClearingStatement:
    """A month of an institution: where it stands with each other one, and every entry."""

    institution_code: str
    institution_name: str
    month: date
    counterparts: tuple[Counterpart, ...]
    lines: tuple[ClearingLine, ...]

    @property
    def after_hundredths(self) -> int:
        return sum(each.after_hundredths for each in self.counterparts)


@dataclass(frozen=True)
class SettledPair:
    """What one institution is to receive from another for a year, in one unit. Codes, because names change."""

    unit: str
    creditor_code: str
    debtor_code: str
    amount_hundredths: int


@dataclass(frozen=True)
class Settlement:
    """A year that was settled. files: name -> bytes, the same whenever the year is settled again. sha256: of all."""

    year: int
    entries: int
    pairs: tuple[SettledPair, ...]
    files: dict[str, bytes]
    sha256: str
    is_first: bool

    @property
    def total_text(self) -> str:
        return credits_text(sum(each.amount_hundredths for each in self.pairs))
