"""Hand a unit's figures out as rows for a file, and leave a trace of who took them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.indicators.queries import access_board
from xueqiao.domains.indicators.values import Board
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.region_code import RegionCode


def export_board(*, actor: Actor, indicator: str, region: RegionCode, year: int, now: datetime) -> Board:
    """Return the board an officer may see and record that she took it out. Raises RegionOutsideYourDuty."""
    with transaction.atomic():
        board = access_board(actor=actor, indicator=indicator, region=region, year=year)
        record_deed(
            actor=actor,
            verb="export_board",
            object_kind="indicator",
            object_id=None,
            region=int(region),
            now=now,
            detail={"indicator": indicator, "year": year, "rows": len(board.children)},
        )
    return board
