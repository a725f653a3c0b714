"""Versions of rule sets as they cross the door, and whom a change would touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xueqiao.domains.credits.values.amounts import credits_text

STEPS = {
    "reviewed": ("draft",),
    "filed": ("reviewed",),
    "in_force": ("suspended",),
    "suspended": ("in_force",),
    "expired": ("draft", "reviewed", "filed", "in_force", "suspended"),
}
STATE_NAMES = {
    "draft": "起草中",
    "reviewed": "已审核",
    "filed": "已备案",
    "in_force": "施行中",
    "suspended": "已暂停",
    "expired": "已失效",
}


@dataclass(frozen=True)
class RuleVersionView:
    """One version of a rule set, word for word. state: on the day that was asked about; nobody presses `in_force`.

    starts_on, ends_on: from which day it is in force, and the first day it is not; as its text says until it is filed.
    """

    code: str
    version: int
    title: str
    region: int
    institution: str
    state: str
    starts_on: date
    ends_on: date | None
    text: str
    sha256: str
    drafted_by_id: int | None
    moved_at: datetime | None  # None: shipped, and nothing was done with it yet
    reviewed_by_id: int | None = None
    filed_by_id: int | None = None

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]


@dataclass(frozen=True)
class Clause:
    """One section of a rule file in sentences, and its own lines. first_line: 0 for what is left to defaults."""

    heading: str
    sentences: tuple[str, ...]
    first_line: int
    text: str


@dataclass(frozen=True)
class Change:
    """One line of a comparison. kind: kept, gone, new, gap (lines that did not change are left out)."""

    kind: str
    text: str


@dataclass(frozen=True)
class MarkedLine:
    """One line of a text with its mistakes (what, field, cure). number: 0 for what belongs to no line."""

    number: int
    text: str
    problems: tuple[Any, ...] = ()  # Problem; an error may not be imported by values


@dataclass(frozen=True)
class RuleStep:
    """A step a version may take next. hindrance: "", another_person, over, day_taken, other_place."""

    to: str
    hindrance: str = ""


@dataclass(frozen=True)
class Touched:
    """One person whom another text of a rule would touch, in one programme. person_code: not her name."""

    person_code: str
    programme: str
    before_hundredths: int
    after_hundredths: int

    @property
    def difference_hundredths(self) -> int:
        return self.after_hundredths - self.before_hundredths

    @property
    def difference_text(self) -> str:
        sign = "+" if self.difference_hundredths > 0 else "−"
        return sign + credits_text(abs(self.difference_hundredths))


@dataclass(frozen=True)
class Example:
    """The person whom a text would touch most, worked out before and after; says what counts, never who she is."""

    touched: Touched
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    """What another text would do: how many people were looked at, and who gains or loses. is_partial: there are more
    people than one what-if looks at."""

    people: int
    touched: tuple[Touched, ...]
    example: Example | None = None
    is_partial: bool = False

    @property
    def people_touched(self) -> int:
        return len({each.person_code for each in self.touched})

    @property
    def gained_hundredths(self) -> int:
        return sum(max(0, each.difference_hundredths) for each in self.touched)

    @property
    def lost_hundredths(self) -> int:
        return sum(max(0, -each.difference_hundredths) for each in self.touched)

    @property
    def gaining(self) -> int:
        return sum(each.after_hundredths > each.before_hundredths for each in self.touched)

    @property
    def losing(self) -> int:
        return sum(each.after_hundredths < each.before_hundredths for each in self.touched)


@dataclass(frozen=True)
class Replayed:
    """The history of recognitions worked out again under the rules of each day. wrong: claims that differ."""

    claims: int
    accounts: int
    wrong: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.wrong
