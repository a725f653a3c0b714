"""A month's pay as rows and as an Excel file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.payroll.words import STATES
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock

COLUMNS = (
    gettext_lazy("单位"),
    gettext_lazy("老师"),
    gettext_lazy("次数"),
    gettext_lazy("分钟"),
    gettext_lazy("应发（元）"),
    gettext_lazy("代扣个税（元）"),
    gettext_lazy("实发（元）"),
    gettext_lazy("还没做单（元）"),
    gettext_lazy("课酬单"),
)


def pay_rows(rows: Sequence[classes.PayOfMonth]) -> Iterator[tuple[object, ...]]:
    """One row a teacher and institution, in the order of COLUMNS; amounts in yuan."""
    for row in rows:
        slip = row.slip
        yield (
            row.institution_name,
            row.teacher_name,
            row.session_count,
            row.minutes,
            slip.gross_fen / 100 if slip else 0,
            slip.tax_fen / 100 if slip else 0,
            slip.net_fen / 100 if slip else 0,
            row.open_fen / 100,
            str(STATES[slip.state]) if slip else _("还没做"),
        )


def pay_workbook(*, month: date, rows: Sequence[classes.PayOfMonth], asked_at: datetime) -> bytes:
    """Return the .xlsx bytes. Amounts are numbers in yuan."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "remove_timezone": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    yuan = book.add_format({"num_format": "#,##0.00"})
    page = book.add_worksheet(f"{month:%Y-%m}")
    page.freeze_panes(1, 0)
    page.set_column(0, len(COLUMNS) - 1, 14)
    for number, label in enumerate(COLUMNS):
        page.write_string(0, number, str(label), head)
    for line, row in enumerate(pay_rows(rows), 1):
        for number, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(line, number, cell)
            else:
                page.write_number(line, number, cell, yuan if number >= 4 else None)
    book.set_properties({"title": _("课酬"), "created": clock.local(asked_at).replace(tzinfo=None)})
    book.close()
    return buffer.getvalue()
