"""What a step of the journey is, and how it says that something was not true."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from subprocess import CompletedProcess
from typing import Protocol


class NotTrue(AssertionError):
    """Something the step promises did not hold; the text says what was expected and what was found."""


def expect(is_true: object, otherwise: str) -> None:
    """Raise NotTrue with `otherwise` unless the condition holds."""
    if not is_true:
        raise NotTrue(otherwise)


@dataclass(frozen=True)
class StepResult:
    """One line of the report. ms: wall time of the step; detail: what was seen, or what was not true."""

    step: str
    ok: bool
    ms: int
    detail: str


def take(name: str, action: Callable[[], str]) -> StepResult:
    """Run one step; whatever goes wrong becomes its detail."""
    began = time.perf_counter()
    try:
        detail, ok = action(), True
    except Exception as problem:  # a journey reports; it never breaks off without saying where
        detail, ok = f"{type(problem).__name__}: {problem}", False
    return StepResult(name, ok, round((time.perf_counter() - began) * 1000), detail)


class EntersByLink(Protocol):
    """A demo person."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def region(self) -> int: ...
    @property
    def entry_path(self) -> str: ...


class Region(Protocol):
    """The region the journey walks through, as its server offers it."""

    address: str

    def now(self) -> datetime: ...
    def advance_to(self, moment: datetime, *, jobs_at_once: bool = False) -> None: ...
    def demo_people(self) -> Mapping[str, EntersByLink]: ...
    def command(self, *arguments: str) -> CompletedProcess[str]: ...
    def wait_for_worker(self, seconds: float = 20.0) -> None: ...
