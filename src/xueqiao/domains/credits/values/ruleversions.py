"""Versions of rule sets as they cross the door, and whom a change would touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from xueqiao.domains.credits.values.amounts import credits_text

STEPS = {
    "reviewed": ("draft",),
    "filed": ("reviewed",),
    "in_force": ("filed", "suspended"),
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
    """One version of a rule set, word for word."""

    code: str
    version: int
    title: str
    region: int
    state: str
    in_force_from: date
    in_force_until: date | None
    text: str
    sha256: str
    drafted_by_id: int | None
    moved_at: datetime

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]


@dataclass(frozen=True)
class Touched:
    """One person whom another text of a rule would touch, in one programme. person_code: not her name."""

    person_code: str
    programme: str
    before_hundredths: int
    after_hundredths: int

    @property
    def difference_text(self) -> str:
        sign = "+" if self.after_hundredths > self.before_hundredths else "−"
        return sign + credits_text(abs(self.after_hundredths - self.before_hundredths))


@dataclass(frozen=True)
class WhatIf:
    """What another text would do: how many people were looked at, and who gains or loses."""

    people: int
    touched: tuple[Touched, ...]

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
