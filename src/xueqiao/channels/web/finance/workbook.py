"""The finance desk as an Excel file: money of a day, lists of the gateways, differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from xueqiao.channels.web.finance.words import DIFFERENCES, LINES, WAYS
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock


def money_workbook(
    *,
    day: date,
    money: Sequence[payments.MoneyOfDay],
    statements: Sequence[payments.StatementView],
    differences: Sequence[payments.DifferenceView],
    asked_at: datetime,
) -> bytes:
    """Return the .xlsx bytes. Amounts are numbers in yuan, dates are dates, our numbers are text."""
    buffer = BytesIO()
    # Text that begins like a formula stays text: an order code comes from outside.
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "remove_timezone": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    yuan = book.add_format({"num_format": "#,##0.00"})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})

    def sheet(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        page = book.add_worksheet(title)
        page.freeze_panes(1, 0)
        page.set_column(0, len(columns) - 1, 16)
        for number, name in enumerate(columns):
            page.write_string(0, number, name, head)
        for line, row in enumerate(rows, 1):
            for number, value in enumerate(row):
                if isinstance(value, _Fen):
                    page.write_number(line, number, value.amount_fen / 100, yuan)
                elif isinstance(value, date):
                    page.write_datetime(line, number, datetime(value.year, value.month, value.day), dates)  # noqa: DTZ001
                elif isinstance(value, int):
                    page.write_number(line, number, value)
                elif value is not None:
                    page.write_string(line, number, str(value))

    sheet(
        _("当天收支"),
        [_("日期"), _("方式"), _("收款（元）"), _("收款笔数"), _("退款（元）"), _("退款笔数")],
        [
            (
                day,
                WAYS.get(each.gateway, each.gateway),
                _Fen(each.paid_fen),
                each.paid_count,
                _Fen(each.refunded_fen),
                each.refunded_count,
            )
            for each in money
        ],
    )
    sheet(
        _("对账单"),
        [
            _("日期"),
            _("方式"),
            _("笔数"),
            _("收款（元）"),
            _("退款（元）"),
            _("手续费（元）"),
            _("未处理差异"),
            _("状态"),
        ],
        [
            (
                each.day,
                WAYS.get(each.gateway, each.gateway),
                each.line_count,
                _Fen(each.paid_fen),
                _Fen(each.refunded_fen),
                _Fen(each.fee_fen),
                each.open_differences,
                _("已结清") if each.state == "settled" else _("待处理"),
            )
            for each in statements
        ],
    )
    sheet(
        _("差异"),
        [
            _("日期"),
            _("方式"),
            _("差异"),
            _("类别"),
            _("商户订单号"),
            _("交易号"),
            _("我们（元）"),
            _("对方（元）"),
            _("处理人"),
            _("处理结果"),
        ],
        [
            (
                each.day,
                WAYS.get(each.gateway, each.gateway),
                DIFFERENCES[each.kind],
                LINES[each.line_kind],
                each.order_code,
                each.reference,
                None if each.ours_fen is None else _Fen(each.ours_fen),
                None if each.theirs_fen is None else _Fen(each.theirs_fen),
                each.owner,
                each.resolution,
            )
            for each in differences
        ],
    )
    book.set_properties({"title": _("财务"), "created": clock.local(asked_at).replace(tzinfo=None)})
    book.close()
    return buffer.getvalue()


class _Fen:
    """An amount that the sheet shows in yuan."""

    def __init__(self, amount_fen: int) -> None:
        self.amount_fen = amount_fen
