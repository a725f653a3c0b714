"""A firm's list of people as an Excel file: empty, filled in, and with our answers beside each line."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from xueqiao.channels.sheets.reading import named_rows
from xueqiao.domains.demand import api as demand

SHEET, ANSWER = "名单", "查下来"
HEADINGS = {"name": "姓名", "phone": "手机号", "post": "岗位"}
NEEDED = ("name", "phone")
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_list(content: bytes) -> list[demand.LearnerLine]:
    """The filled-in lines by the number people see beside them. Raises SheetRefused."""
    rows = named_rows(content, SHEET, headings=HEADINGS, needed=NEEDED)
    return [
        demand.LearnerLine(number, named.get("name", ""), named.get("phone", ""), named.get("post", ""))
        for number, named in rows
    ]


def template() -> bytes:
    """An empty list."""
    return _book([])


def answered(checked: Sequence[demand.CheckedLearner]) -> bytes:
    """The list as it was sent, with one more column that says line by line what is wrong, in red."""
    return _book(checked)


def answer_words(each: demand.CheckedLearner) -> str:
    """What the dry run says of a line."""
    if each.problem is not None:
        return each.problem.message
    return _("已经在名单上") if each.is_known else _("可以加")


def _book(checked: Sequence[demand.CheckedLearner]) -> bytes:
    buffer = BytesIO()
    # Text that begins like a formula stays text: the cells come from outside.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book: Any = xlsxwriter.Workbook(buffer, options)
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eaf3f3"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    wrong = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#fbe3e0", "font_color": "#8a1c12"})
    wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(SHEET)
    page.freeze_panes(1, 0)
    page.set_column(0, len(HEADINGS) - 1, 18, text)  # text: a phone number keeps its digits
    for column, (name, words) in enumerate(HEADINGS.items()):
        page.write_string(0, column, words + ("*" if name in NEEDED else ""), head)
    if checked:
        page.set_column(len(HEADINGS), len(HEADINGS), 70, wrapped)
        page.write_string(0, len(HEADINGS), ANSWER, head)
    for row, each in enumerate(checked, 1):
        for column, name in enumerate(HEADINGS):
            page.write_string(row, column, getattr(each.line, name), wrong if each.problem else text)
        page.write_string(row, len(HEADINGS), answer_words(each), wrapped)
    book.close()
    return buffer.getvalue()
