"""Bulk statements of waiting lists. Every function needs the pool of its run locked; order: README.md."""

from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection

from xueqiao.domains.enrolment.rules.waiting import STEP
from xueqiao.foundation.locks import require_transaction

_FOLDER = Path(__file__).parent


def roll_losers(*, round_id: int, run_id: int, after: int, now: datetime) -> int:
    """Put the losers of a draw into a class's line in drawn order, after key `after`; return how many entries."""
    require_transaction()
    names: dict[str, int | datetime] = {"round_id": round_id, "run_id": run_id, "base": after, "step": STEP, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_statement("roll_entries"), names)
        rolled = cursor.rowcount
        cursor.execute(_statement("roll_members"), names)
    return rolled


@cache
def _statement(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()
