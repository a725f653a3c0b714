"""The list of trainees as an Excel file: empty, filled in by people, and with our answers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from xueqiao.channels.sheets.class_list import TYPE
from xueqiao.channels.sheets.reading import named_rows
from xueqiao.domains.classes.api import SheetRefused
from xueqiao.domains.credits import api as credit_bank

__all__ = ["SHEET", "TYPE", "answer_words", "answered", "read_list", "template"]
SHEET, NOTES = "学员成果", "怎么填"
ANSWER = "查下来"
_EXAMPLES = {
    "name": "王小骑",
    "person": "900000003X",
    "kind": "实训课程",
    "post": "装配工",
    "occupation": "6-31-07-03",
    "unit": "ROB-1",
    "hours": "48",
    "grade": "合格",
    "completed_on": "2026-06-30",
    "number": "ZS2026-0001",
}


def read_list(content: bytes) -> list[credit_bank.TraineeLine]:
    """The filled-in lines by the number people see beside them. Raises SheetRefused."""
    rows = named_rows(content, SHEET, headings=credit_bank.TRAINEE_HEADINGS, needed=credit_bank.TRAINEE_NEEDED)
    lines = [credit_bank.TraineeLine(number, named) for number, named in rows]
    if not lines:
        raise SheetRefused(what=_("只有表头，一位学员都没有填"))
    return lines


def template() -> bytes:
    """An empty list, and how to fill it in beside it."""
    return _written([])


def answered(checked: Sequence[credit_bank.CheckedTrainee]) -> bytes:
    """The list as it was sent, with one more column that says line by line what happens; wrong cells are red."""
    return _written(checked)


def answer_words(line: credit_bank.CheckedTrainee) -> str:
    """What the dry run says of a line: the credit it brings, that it is known, or every problem."""
    if line.state == "good":
        return _("可以存：{credits} 学分").format(credits=line.amount_text)
    if line.state == "known":
        return _("以前存过，不再存")
    return "\n".join(each.refusal.message for each in line.problems)


def _written(checked: Sequence[credit_bank.CheckedTrainee]) -> bytes:
    buffer = BytesIO()
    # Text that begins like a formula stays text: the cells come from outside.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    _lines(book, checked)
    _notes(book)
    book.close()
    return buffer.getvalue()


def _lines(book: Any, checked: Sequence[credit_bank.CheckedTrainee]) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#eaf3f3"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    wrong = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#fbe3e0", "font_color": "#8a1c12"})
    wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    headings = credit_bank.TRAINEE_HEADINGS
    page = book.add_worksheet(SHEET)
    page.freeze_panes(1, 0)
    page.set_column(0, len(headings) - 1, 16, text)  # text: numbers keep their zeros, days stay as they are typed
    for at, (column, heading) in enumerate(headings.items()):
        page.write_string(0, at, heading + ("*" if column in credit_bank.TRAINEE_NEEDED else ""), head)
    if not checked:
        return
    last = len(headings)
    page.set_column(last, last, 70, wrapped)
    page.write_string(0, last, ANSWER, head)
    for row, line in enumerate(checked, 1):
        red = {each.column for each in line.problems}
        for at, column in enumerate(headings):
            page.write_string(row, at, line.line.cells.get(column, ""), wrong if column in red else text)
        page.write_string(row, last, answer_words(line), wrapped)


def _notes(book: Any) -> None:
    page = book.add_worksheet(NOTES)
    head, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 1, 24)
    page.set_column(2, 2, 60, wrapped)
    for at, words in enumerate((_("列"), _("例子"), _("怎么填"))):
        page.write_string(0, at, words, head)
    for row, (column, heading) in enumerate(credit_bank.TRAINEE_HEADINGS.items(), 1):
        page.write_string(row, 0, heading + ("*" if column in credit_bank.TRAINEE_NEEDED else ""))
        page.write_string(row, 1, _EXAMPLES[column])
        page.write_string(row, 2, _HOW[column](), wrapped)
    last = len(credit_bank.TRAINEE_HEADINGS) + 2
    page.write_string(last, 0, _("一项成果一行，不合并单元格，不写公式。带 * 的一定要填。"))


_HOW = {
    "name": lambda: _("和本人登记的一样。姓名和号码都对上才算找到。"),
    "person": lambda: _("三样写一样就行。"),
    "kind": lambda: _("实训课程或岗位实践，空着就是实训课程。"),
    "post": lambda: _("在企业里做什么。"),
    "occupation": lambda: _("国家职业分类的代码。岗位实践一定要填。"),
    "unit": lambda: _("认证单元的代号，要在目录里。"),
    "hours": lambda: _("实际学了多少学时。"),
    "grade": lambda: _("0 到 100 的分数，60 分合格；或写合格、不合格。"),
    "completed_on": lambda: _("学完的那一天。"),
    "number": lambda: _("证明或证书的编号，一项成果一个，以后不能再用。"),
}
