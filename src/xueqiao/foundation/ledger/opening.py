"""Open units and accounts. Opening again with the same words is no error; with other words it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.errors import AccountDiffers, UnitDiffers, UnknownUnit
from xueqiao.foundation.ledger.rules import UNIT_LENGTH_MAX, require_moment, require_name
from xueqiao.foundation.ledger.values import AccountView, UnitView
from xueqiao.foundation.locks import LockSpace, lock

OPENED_AT_START = datetime(2020, 1, 1, tzinfo=UTC)  # units that exist since the platform does


def open_unit(
    code: str, name: str, scale: int, sources: Sequence[str] = (), *, now: datetime = OPENED_AT_START
) -> UnitView:
    """Open the unit `code`, or return it when it is open already with the same words.

    scale: decimal places people see, 0 to 9. sources: prefixes of account names that may go below zero. Raises
    UnitDiffers when the unit was opened with another name, scale or sources.
    """
    require_name(code, UNIT_LENGTH_MAX)
    require_name(name, 60)
    for prefix in sources:
        require_name(prefix, 60)
    if type(scale) is not int or not 0 <= scale <= 9:
        raise UnitDiffers(unit=code)
    require_moment(now)
    unit = models.Unit.objects.filter(code=code).first()
    if unit is None:
        with transaction.atomic():
            lock(LockSpace.LEDGER_UNIT, [0])
            unit, _ = models.Unit.objects.get_or_create(
                code=code, defaults={"name": name, "scale": scale, "sources": sorted(sources), "opened_at": now}
            )
    if (unit.name, unit.scale, unit.sources) != (name, scale, sorted(sources)):
        raise UnitDiffers(unit=code)
    return UnitView(unit.id, unit.code, unit.name, unit.scale, tuple(unit.sources))


def open_account(
    unit: str, name: str, may_go_negative: bool = False, *, now: datetime = OPENED_AT_START
) -> AccountView:
    """Open an account whose floor differs from what its prefix says, or return it when it is open already.

    Raises UnknownUnit, and AccountDiffers when it was opened with the other floor.
    """
    require_name(name)
    require_moment(now)
    held_unit = models.Unit.objects.filter(code=unit).first()
    if held_unit is None:
        raise UnknownUnit(unit=str(unit)[:UNIT_LENGTH_MAX])
    account = models.Account.objects.filter(unit=held_unit, name=name).first()
    if account is None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(1, 0), ledger_open_accounts(%s::smallint, %s::text[], %s::text[],"
                " %s, %s)",
                [held_unit.id, held_unit.sources, [name], now, bool(may_go_negative)],
            )
        account = models.Account.objects.get(unit=held_unit, name=name)
    if account.may_go_negative != bool(may_go_negative):
        raise AccountDiffers(account=name)
    return AccountView(account.id, unit, account.name, account.may_go_negative)
