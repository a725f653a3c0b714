"""What crosses the door of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

AMOUNT_MAX = 2**62  # the largest amount of one transfer, and the largest balance either way
TRANSFERS_AT_ONCE_MAX = 10_000  # the largest bulk: one transaction holds its locks until the end

DIRECT, HELD, POST, VOID, EXPIRE = "direct", "held", "post", "void", "expire"


@dataclass(frozen=True)
class UnitView:
    """What is counted: "CNY" in fen (scale 2), "CREDIT.community" in hundredths of a credit (scale 2).

    sources: prefixes of account names that may go below zero ("issuer:", "gateway:").
    """

    id: int
    code: str
    name: str
    scale: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AccountView:
    """One account of one unit. May stand in a Posting instead of its name; then its unit is checked as well."""

    id: int
    unit: str
    name: str
    may_go_negative: bool


@dataclass(frozen=True)
class Posting:
    """A whole positive `amount` that leaves `source` and arrives at `destination`, both accounts of one unit."""

    source: str | AccountView
    destination: str | AccountView
    amount: int


@dataclass(frozen=True)
class TransferDraft:
    """One transfer of a bulk, not yet written. `is_held` with `expires_at` makes it a hold."""

    unit: str
    postings: tuple[Posting, ...]
    key: str
    memo: dict[str, Any] = field(default_factory=dict)
    is_held: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True)
class TransferView:
    """A row of the ledger, which never changes.

    kind: direct (moved at once), held, or the row that ends a hold: post, void, expire. resolves_id: the hold it ends.
    state: what is true when asked: posted, held, voided or expired. postings: names and amounts; for a row that ends a
    hold, those of the hold. at: when it counts. expires_at: for a hold, the moment it may be expired; None means never.
    is_replay: True when the key was known and this is the transfer of the first call.
    """

    id: int
    uuid: UUID
    unit: str
    kind: str
    state: str
    key: str
    postings: tuple[Posting, ...]
    memo: dict[str, Any]
    at: datetime
    expires_at: datetime | None = None
    resolves_id: int | None = None
    is_replay: bool = False


@dataclass(frozen=True)
class Balance:
    """What an account holds, in the smallest part of its unit.

    posted: in minus out of all that is final. held_out, held_in: on hold to leave, to arrive.
    available: what may leave now, posted - held_out.
    """

    posted: int = 0
    held_out: int = 0
    held_in: int = 0

    @property
    def available(self) -> int:
        return self.posted - self.held_out


@dataclass(frozen=True)
class HistoryLine:
    """One posting as one account sees it: `amount` is negative when it leaves. state as in TransferView."""

    transfer_id: int
    uuid: UUID
    key: str
    at: datetime
    counterpart: str
    amount: int
    state: str
    memo: dict[str, Any]


@dataclass(frozen=True)
class SealView:
    """A seal: the Merkle root over the rows written since the seal before, chained to its root."""

    number: int
    root: str  # hexadecimal SHA-256
    previous_root: str
    row_count: int
    transfer_count: int
    sealed_at: datetime


@dataclass(frozen=True)
class WrongRow:
    """A row that does not agree with the rest. id: its key in `table`; None when a seal is missing altogether."""

    table: str
    id: int | None
    expected: str
    found: str


@dataclass(frozen=True)
class LedgerVerdict:
    """What `verify_ledger` found. wrong_rows: empty when every balance and every seal agrees; each row at most once."""

    wrong_rows: tuple[WrongRow, ...]
    units: int
    accounts: int
    transfers: int
    postings: int
    balances: int
    seals: int
    unsealed_transfers: int
    last_root: str

    @property
    def is_sound(self) -> bool:
        return not self.wrong_rows

    @property
    def wrong(self) -> WrongRow | None:
        """The first wrong row, None when all agree."""
        return self.wrong_rows[0] if self.wrong_rows else None

    @property
    def rows(self) -> int:
        return self.units + self.accounts + self.transfers + self.postings + self.balances + self.seals


@dataclass(frozen=True)
class OutsideVerdict:
    """What another program said about the ledger: agrees, differs, absent (not installed) or broken; `words` says why.

    transfer_through: the last transfer in the file it read.
    """

    tool: str
    verdict: str
    words: str
    checked_at: datetime
    transfer_through: int = 0
