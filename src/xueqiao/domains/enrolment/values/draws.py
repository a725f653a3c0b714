"""What crosses the door of enrolment about draws. Hashes as hexadecimal text, fingerprints as characters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

FREEZE_MARGIN_SECONDS = 60  # files write whole seconds: a list frozen in the last minute could look late


@dataclass(frozen=True)
class DrawStep:
    """One step of the protocol on the public page. at: when it happened or will; None: no time is known.
    mark: what a person can compare, in characters; whole: the same as hexadecimal text."""

    name: str
    at: datetime | None
    is_done: bool
    mark: str = ""
    whole: str = ""


@dataclass(frozen=True)
class DrawView:
    """A draw as anybody may see it, from the freeze on. source_value and what follows: empty before."""

    round_id: int
    code: str
    title: str
    region: int
    institution_id: int
    state: str
    series: str
    wishes_close_at: datetime
    source_kind: str
    source_name: str
    source_due_at: datetime
    offer_hours: int
    frozen_at: datetime | None
    entry_count: int
    list_hash: str
    list_root: str
    freeze_hash: str
    commitment: str
    source_value: str
    typed_at: datetime | None
    confirmed_at: datetime | None
    drawn_at: datetime | None
    seed: str
    result_hash: str
    draw_hash: str
    withheld_because: str
    buckets: tuple[str, ...] = ()
    desks: tuple[DeskView, ...] = ()

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None


@dataclass(frozen=True)
class DrawDue:
    """A round whose next step somebody has to take: open (its list may be closed) or frozen (its value has fallen)."""

    code: str
    title: str
    state: str


@dataclass(frozen=True)
class DeskView:
    """One class of a draw. kept: bucket and seats, only those with seats, in the published order."""

    code: str
    title: str
    seats: int
    kept: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ListLine:
    """One line of the published list. Nobody's name: a pseudonym, of which pages show the first characters."""

    number: int
    pseudonym: str
    size: int
    weight: int
    is_first: bool
    buckets: tuple[str, ...]
    wishes: tuple[str, ...]


@dataclass(frozen=True)
class ResultLine:
    """One line of the published result. wish: from 1, 0 when lost. waiting: (class, place on its list) by wish."""

    position: int
    number: int
    is_won: bool
    run_code: str
    wish: int
    waiting: tuple[int, ...]


@dataclass(frozen=True)
class PageOf:
    """A page of lines. page and pages from 1."""

    lines: tuple[Any, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class ReceiptView:
    """What an applicant needs to prove her own line. content: the receipt file."""

    entry_code: str
    round_code: str
    number: int
    pseudonym: str
    line: str
    list_root: str
    content: dict[str, Any]
    result: ResultLine | None


@dataclass(frozen=True)
class TypingView:
    """Where the public value stands: nobody, one person, two people. typed_by_id: the first person."""

    state: str
    typed_by_id: int | None
    value: str = ""
