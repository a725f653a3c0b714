"""Small draws made up from a number: the classes, the tickets, and the folder they are published in.

made = make_draw(7)
publish(made, folder)          as the platform publishes it
publish(made, folder, without_secret=True)
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from xueqiao.domains.enrolment.draws import folder as files
from xueqiao.domains.enrolment.draws.folder import Ticket, pseudonym_of
from xueqiao.domains.enrolment.draws.lottery import Ballot, Desk
from xueqiao.domains.enrolment.draws.publication import FrozenRound, PublicValue, write_draw, write_freeze

BUCKETS = ("newcomer", "resident", "access", "returning")

CLOSED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DUE = CLOSED + timedelta(hours=12)


@dataclass(frozen=True)
class SmallDraw:
    desks: list[Desk]
    tickets: list[Ticket]
    secret: bytes
    value: str


def make_draw(number: int, *, tickets: int | None = None) -> SmallDraw:
    """Up to 60 tickets for up to 6 classes, with groups, buckets, weights and wishes; scarce, balanced or empty."""
    chance = random.Random(number)
    desks = []
    for at in range(chance.randint(1, 6)):
        seats = chance.randint(0, 12)
        kept, left = [], seats
        for _ in BUCKETS:
            kept.append(chance.randint(0, min(3, left)) if chance.random() < 0.5 else 0)
            left -= kept[-1]
        desks.append(Desk(f"XQ{at:03d}", seats, tuple(kept)))
    made = []
    for key in range(tickets if tickets is not None else chance.randint(0, 60)):
        wished = chance.sample([d.code for d in desks], chance.randint(1, min(3, len(desks))))
        groups = [b for b in BUCKETS if chance.random() < 0.3]
        salt = chance.randbytes(16)
        code = f"E{key:06d}"
        size = chance.choice((1, 1, 1, 1, 2, 3, 4))
        made.append(Ticket(key, pseudonym_of(salt, code), size, chance.randint(1, 6), groups, wished))
    return SmallDraw(desks, made, chance.randbytes(32), " ".join(f"{chance.randint(1, 33):02d}" for _ in range(7)))


def publish(made: SmallDraw, at: Path, *, without_secret: bool = False) -> Path:
    """Write the whole folder below `at` and return it."""
    return publish_by_steps(made, at, without_secret=without_secret)[0]


@patch("os.fsync", lambda _descriptor: None)  # thousands of folders that nobody will miss
def publish_by_steps(made: SmallDraw, at: Path, *, without_secret: bool = False):
    """(folder, what the freeze made, what the draw made)."""
    frozen = write_freeze(
        at,
        round_=FrozenRound(
            code="R2026",
            title="春季班 抽签",
            institution="合德镇社区教育中心",
            rules={"weights": {"start": 1}},
            wishes_closed_at=CLOSED,
            frozen_at=CLOSED + timedelta(minutes=5),
            source_kind="lottery",
            source_name="双色球 第 2026023 期",
            source_due_at=DUE,
        ),
        desks=made.desks,
        buckets=BUCKETS,
        rows=map(files.row_of, made.tickets),
        secret=made.secret,
    )
    drawn = write_draw(
        at,
        value=PublicValue(made.value, DUE + timedelta(minutes=1), DUE + timedelta(minutes=2)),
        secret=b"" if without_secret else made.secret,
        withheld_because="服务器密钥丢失" if without_secret else "",
        drawn_at=DUE + timedelta(minutes=3),
    )
    return at / files_folder(), frozen, drawn


def files_folder() -> str:
    from xueqiao.domains.enrolment.draws.publication import PUBLISHED

    return PUBLISHED


def ballot_of(made: SmallDraw, at: Path) -> Ballot:
    """The frozen list read back in columns."""
    return files.read_entries(at / files_folder() / files.ENTRIES, made.desks, BUCKETS)
