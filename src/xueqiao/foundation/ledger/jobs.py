"""What the worker does for the ledger."""

import logging
from datetime import datetime

from xueqiao.foundation.ledger.errors import SealPostponed
from xueqiao.foundation.ledger.outside import check_by_beancount
from xueqiao.foundation.ledger.posting import expire_held
from xueqiao.foundation.ledger.sealing import seal_new_transfers
from xueqiao.foundation.outbox.api import job

SEALS_PER_TURN_MAX = 20

log = logging.getLogger(__name__)


@job("ledger.seal", every="*/5 * * * *")
def seal(*, now: datetime) -> None:
    """Seal what is new, at most a million rows a turn; leaves it to the next turn when writers are busy."""
    try:
        for _ in range(SEALS_PER_TURN_MAX):
            if seal_new_transfers(now=now) is None:
                break
    except SealPostponed:
        log.info("ledger seal postponed: writers kept the barrier")


@job("ledger.expire_held", every="* * * * *")
def expire(*, now: datetime) -> None:
    """Give back the holds that are overdue."""
    expire_held(now=now)


@job("ledger.check_by_beancount", every="40 18 * * *")
def check_outside(*, now: datetime) -> None:
    """Every night (2:40 in the region): another program adds up the whole ledger; the doctor tells what it said."""
    verdict = check_by_beancount(now=now)
    if verdict.verdict != "agrees":
        log.error("ledger check by %s: %s", verdict.tool, verdict.verdict)
