"""A board as an Excel file: Chinese header row, frozen; a second sheet says what was asked, by whom, when, and how the
figures are defined (F12)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from xueqiao.channels.web.templatetags.figures import status_words
from xueqiao.domains.indicators.api import Board, Definition, FigureView
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import RegionCode


def board_workbook(board: Board, definition: Definition, *, asked_by: str, asked_at: datetime) -> bytes:
    """Return the .xlsx bytes: the unit first, then its children in code order. Codes are text, dates dates."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True})
    head = book.add_format({"bold": True, "bg_color": "#DCEFF2", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@"})
    count = book.add_format({"num_format": "#,##0"})
    percent = book.add_format({"num_format": "0.00%"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    sheet = book.add_worksheet(_("数据"))
    columns = [
        (_("地区代码"), 16), (_("地区"), 24), (definition.title, 18), (_("分子"), 12), (_("分母"), 12),
        (_("分母状态"), 12), (_("分母日期"), 14), (_("分母来源"), 40), (_("数据截至"), 18),
    ]  # fmt: skip
    for column, (title, width) in enumerate(columns):
        sheet.write(0, column, title, head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 2)
    views: list[FigureView] = [view for view in [board.figure, *board.children] if view is not None]
    for row, view in enumerate(views, start=1):
        sheet.write_string(row, 0, RegionCode(view.region).short, text)
        sheet.write_string(row, 1, view.region_name)
        if view.percent is None:
            sheet.write_string(row, 2, _("不适用"))
        else:
            sheet.write_number(row, 2, view.percent / 100, percent)
        sheet.write_number(row, 3, view.numerator, count)
        sheet.write_number(row, 4, view.denominator, count)
        sheet.write_string(row, 5, status_words(view.denominator_status))
        sheet.write_datetime(row, 6, datetime.combine(view.denominator_as_of, datetime.min.time()), day)
        sheet.write_string(row, 7, view.denominator_source)
        sheet.write_datetime(row, 8, clock.local(view.cut_off_at), moment)
    sheet.autofilter(0, 0, max(1, len(views)), len(columns) - 1)

    notes = book.add_worksheet(_("说明"))
    notes.set_column(0, 0, 16)
    notes.set_column(1, 1, 90)
    lines = [
        (_("指标"), definition.title), (_("口径版本"), definition.formula_version),
        (_("分子"), f"{definition.numerator.title}。{definition.numerator.rule}"),
        (_("分子来源"), definition.numerator.source),
        (_("分母"), f"{definition.denominator.title}。{definition.denominator.rule}"),
        (_("分母来源"), definition.denominator.source), (_("依据"), definition.origin),
        (_("相加"), adding_words(definition)),
        (_("导出人"), asked_by), (_("导出时间"), f"{clock.local(asked_at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    for row, (label, value) in enumerate(lines):
        notes.write_string(row, 0, label, head)
        notes.write_string(row, 1, value)
    book.close()
    return buffer.getvalue()


def adding_words(definition: Definition) -> str:
    """Say whether the units below add up to this one."""
    if definition.adds_up:
        return _("下级可以相加")
    return _("下级不能相加：同一个人在两个地区各算一次，在上级只算一次")
