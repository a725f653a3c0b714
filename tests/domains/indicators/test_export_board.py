"""A board taken out leaves a trace; one that may not be seen leaves nothing but the refusal."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.domains.learning.classroom import classroom
from tests.worlds.small_county import CITY, COUNTY, on_duty
from xueqiao.channels.web.authority.workbook import board_workbook
from xueqiao.domains.indicators.api import (
    STANDARD_CENTRES,
    RegionOutsideYourDuty,
    compute_figures,
    export_board,
    get_definition,
)
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.region_code import RegionCode

pytestmark = pytest.mark.django_db


def test_the_file_carries_codes_as_text_figures_as_numbers_and_the_definition() -> None:
    room = classroom(1)
    compute_figures(actor=Actor.system("tests"), year=2026, now=room.world.now)
    board = export_board(
        actor=on_duty(room.world.officer, "county_officer", COUNTY),
        indicator=STANDARD_CENTRES,
        region=RegionCode(COUNTY),
        year=2026,
        now=room.world.now,
    )
    assert AuditEntry.objects.filter(verb="export_board", region=COUNTY).count() == 1
    content = board_workbook(board, get_definition(STANDARD_CENTRES), asked_by="陈明", asked_at=room.world.now)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "地区代码"
    assert rows[1][:5] == ["320924", "射阳县", 1.0, 2, 2]
    notes = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert notes["口径版本"] == "2026.1"
    assert notes["导出人"] == "陈明"


def test_a_refused_export_leaves_no_trace_of_one() -> None:
    room = classroom(1)
    with pytest.raises(RegionOutsideYourDuty):
        export_board(
            actor=on_duty(room.world.officer, "county_officer", COUNTY),
            indicator=STANDARD_CENTRES,
            region=RegionCode(CITY),
            year=2026,
            now=room.world.now,
        )
    assert not AuditEntry.objects.filter(verb="export_board").exists()
