"""The door of the ledger. Promise: what was answered is written, once, and never below a floor."""

from xueqiao.foundation.ledger.beancount import (
    BeancountExport,
    export_beancount,  # the whole ledger as a file for another program
)
from xueqiao.foundation.ledger.errors import (  # noqa: F401 - the reasons are part of the door
    AccountDiffers,
    AlreadyResolved,
    AmountNotAllowed,
    BalanceTooLarge,
    HoldExpired,
    HoldNotDue,
    InsufficientBalance,
    KeyReused,
    LedgerRefused,
    MemoNotAllowed,
    MixedUnits,
    NameNotAllowed,
    NoPostings,
    NotAHold,
    SameAccount,
    SealPostponed,
    SealRefused,
    TimeNotAllowed,
    TooManyPostings,
    TooManyTransfers,
    TransferNotFound,
    UnitDiffers,
    UnknownUnit,
)
from xueqiao.foundation.ledger.opening import (
    open_account,  # an account whose floor differs from its prefix
    open_unit,  # what is counted; opening again with the same words returns it
)
from xueqiao.foundation.ledger.outside import (
    check_by_beancount,  # let another program add everything up
    latest_outside_check,  # what it said last
)
from xueqiao.foundation.ledger.posting import (
    expire_held,  # the sweep: give back what is overdue
    hold_transfer,  # set aside, to be posted, voided or expired
    post_held,  # make a hold final
    post_transfer,  # move at once, all or none
    post_transfers,  # many transfers in one transaction
    void_held,  # give a hold back
)
from xueqiao.foundation.ledger.queries import (
    balance_of,  # what one account holds now
    balances_of,  # the same for many accounts in one query
    find_transfer,  # by unit and key, or None
    find_unit,  # the unit, or None
    get_transfer,  # by id, as it stands now
    history_of,  # the newest lines of an account
    holds_due,  # how many holds wait for the sweep
    latest_seals,  # the roots that are published
)
from xueqiao.foundation.ledger.sealing import seal_new_transfers  # close what is new under a chained Merkle root
from xueqiao.foundation.ledger.statements import (
    FamilyLine,
    Flow,
    balances_of_family,  # what is posted on all accounts of a prefix
    flows_between,  # sums per pair of accounts in a stretch of time
    lines_of_family,  # lines of all accounts of a prefix from a moment on
    units_named,  # codes of open units by prefix
)
from xueqiao.foundation.ledger.values import (
    AMOUNT_MAX,
    AccountView,
    Balance,
    HistoryLine,
    LedgerVerdict,
    OutsideVerdict,
    Posting,
    SealView,
    TransferDraft,
    TransferView,
    UnitView,
    WrongRow,
)
from xueqiao.foundation.ledger.verification import verify_ledger  # recompute all, name what is wrong

__all__ = [
    "AMOUNT_MAX",
    "AccountView",
    "Balance",
    "BeancountExport",
    "FamilyLine",
    "Flow",
    "HistoryLine",
    "LedgerRefused",
    "LedgerVerdict",
    "OutsideVerdict",
    "Posting",
    "SealView",
    "TransferDraft",
    "TransferView",
    "UnitView",
    "WrongRow",
    "balance_of",
    "balances_of",
    "balances_of_family",
    "check_by_beancount",
    "expire_held",
    "export_beancount",
    "find_transfer",
    "find_unit",
    "flows_between",
    "get_transfer",
    "history_of",
    "hold_transfer",
    "holds_due",
    "latest_outside_check",
    "latest_seals",
    "lines_of_family",
    "open_account",
    "open_unit",
    "post_held",
    "post_transfer",
    "post_transfers",
    "seal_new_transfers",
    "units_named",
    "verify_ledger",
    "void_held",
]
