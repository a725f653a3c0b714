"""Agreements between institutions as they cross the door, and what is handed in under them. Hundredths of a credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text
from xueqiao.foundation.reasons import Refused

ACTIVE, SUSPENDED, ENDED = "active", "suspended", "ended"
# By whom an institution hands in its trainees' outcomes: its clerks, and who acts for an enterprise (see demand).
ENTERPRISE_MEMBER = "enterprise_member"
DEPOSITING_ROLES = ("centre_clerk", ENTERPRISE_MEMBER)


@dataclass(frozen=True)
class AgreementTerms:
    """One version of one direction of an agreement, as rules see it. cap: per learner; None: no cap."""

    code: str
    version: int
    title: str
    giver_id: int
    giver_name: str
    receiver_id: int
    receiver_name: str
    programmes: tuple[str, ...]  # empty: all
    occupations: tuple[str, ...]  # empty: all
    cap_hundredths: int | None
    sample_percent: int
    starts_on: date
    ends_on: date  # the first day it no longer carries anything
    state: str
    rule_code: str
    frame: str = ""


@dataclass(frozen=True)
class AgreementUse:
    """What went through an agreement: recognised outcomes of all its versions, people, credit; the year's sample."""

    outcomes: int
    learners: int
    amount_hundredths: int
    year: int
    of_year: int
    drawn: int
    checked: int
    unsound: int

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class AgreementView:
    """An agreement with its use. may_change: the actor may suspend or end it; may_deposit: hand in under it."""

    id: int
    terms: AgreementTerms
    use: AgreementUse
    may_change: bool
    may_deposit: bool
    versions: int


@dataclass(frozen=True)
class SampleLine:
    """One recognised outcome that was drawn for its year, and what the checker found; None: not looked at yet."""

    claim_uuid: UUID
    learner_code: str
    title: str
    post: str
    number: str
    amount_hundredths: int
    decided_at: datetime
    is_sound: bool | None
    words: str
    checker_name: str

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class TraineeLine:
    """One line of a list of trainees: its number in the file, its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with a line: the column to look at ("" for the whole line), and why."""

    column: str
    refusal: Refused


@dataclass(frozen=True)
class CheckedTrainee:
    """What would happen with a line. state: good (deposited at the press), known (deposited before), wrong."""

    line: TraineeLine
    state: str
    name: str = ""
    unit_title: str = ""
    amount_hundredths: int = 0
    sentence: str = ""
    problems: tuple[LineProblem, ...] = ()

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class Deposited:
    """What a press did: lines deposited, known from before, left out because they are wrong."""

    deposited: int
    known: int
    wrong: int
    amount_hundredths: int
    lines: tuple[CheckedTrainee, ...] = field(default=(), repr=False)

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)
