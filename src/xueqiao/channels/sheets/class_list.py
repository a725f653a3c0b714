"""The list of classes as an Excel file: empty with its allowed values, filled in by people, and with our answers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from xueqiao.channels.sheets.reading import named_rows
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import SheetRefused

SHEET, VALUES, NOTES = "开班表", "可以填的值", "怎么填"
ANSWER = "查下来"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_EXAMPLE = {
    "course": "C402 手机支付与防诈骗",
    "title": "手机支付与防诈骗（秋季班）",
    "room": "101 教室",
    "teacher": "陆建芬",
    "first_day": "2026-09-07",
    "weekdays": "周一、周四",
    "start": "19:00",
    "minutes": "90",
    "count": "8",
    "capacity": "24",
    "learners_min": "12",
    "price": "0",
    "admission": "先到先得",
}


def read_list(content: bytes) -> list[classes.SheetLine]:
    """The filled-in lines of a list of classes, by the number people see beside them. Raises SheetRefused."""
    rows = named_rows(content, SHEET, headings=classes.HEADINGS, needed=classes.NEEDED)
    lines = [classes.SheetLine(number, named) for number, named in rows]
    if not lines:
        raise SheetRefused(what=_("只有表头，一个班都没有填"))
    if len(lines) > classes.LINES_MAX:
        what = _("填了 {lines} 个班，一次最多 {limit} 个；请分几次传")
        raise SheetRefused(what=what.format(lines=f"{len(lines):,}", limit=classes.LINES_MAX))
    return lines


# -- files we write ---------------------------------------------------------------------------------------------------


def template(choices: classes.SheetChoices) -> bytes:
    """An empty list with its allowed values beside it: rooms, teachers and courses to choose from, not to type."""
    book, buffer = _book()
    page = _sheet(book, [])
    values = _values(book, choices)
    for column, (at, count) in values.items():
        if count:
            place = f"='{VALUES}'!${_letter(at)}$2:${_letter(at)}${count + 1}"
            where = list(classes.HEADINGS).index(column)
            check = {"validate": "list", "source": place, "error_type": "information"}
            page.data_validation(1, where, classes.LINES_MAX, where, check)
    _notes(book)
    book.close()
    return buffer.getvalue()


def answered(checked: Sequence[classes.CheckedLine], choices: classes.SheetChoices) -> bytes:
    """The list as it was sent, with one more column that says line by line what is wrong; the cells in question red."""
    book, buffer = _book()
    _sheet(book, checked)
    _values(book, choices)
    _notes(book)
    book.close()
    return buffer.getvalue()


def answer_words(line: classes.CheckedLine) -> str:
    """What the dry run says of a line: every problem, or that it can be opened."""
    if line.is_fine:
        return _("可以开")
    return "\n".join(each.refusal.message for each in line.problems)


def _book() -> tuple[Any, BytesIO]:
    buffer = BytesIO()
    # Text that begins like a formula stays text: the cells come from outside.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(buffer, options), buffer


def _sheet(book: Any, checked: Sequence[classes.CheckedLine]) -> Any:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#eaf3f3"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    wrong = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#fbe3e0", "font_color": "#8a1c12"})
    wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(SHEET)
    page.freeze_panes(1, 0)
    page.set_column(0, len(classes.HEADINGS) - 1, 14, text)  # text: 19:00 and 2026-09-07 stay as they are typed
    page.set_column(0, 1, 26, text)
    for at, (column, heading) in enumerate(classes.HEADINGS.items()):
        page.write_string(0, at, heading + ("*" if column in classes.NEEDED else ""), head)
    if not checked:
        return page
    last = len(classes.HEADINGS)
    page.set_column(last, last, 70, wrapped)
    page.write_string(0, last, ANSWER, head)
    row = 0
    for row, line in enumerate(checked, 1):
        red = {each.column for each in line.problems}
        for at, column in enumerate(classes.HEADINGS):
            page.write_string(row, at, line.line.cells.get(column, ""), wrong if column in red else text)
        page.write_string(row, last, answer_words(line), wrapped)
    return page


def _values(book: Any, choices: classes.SheetChoices) -> dict[str, tuple[int, int]]:
    """The sheet of allowed values. Returns column -> (where it stands, how many)."""
    head = book.add_format({"bold": True, "bottom": 1})
    page = book.add_worksheet(VALUES)
    page.freeze_panes(1, 0)
    page.set_column(0, 0, 34)
    page.set_column(1, 5, 18)
    lists = {
        "course": [f"{code} {title}" for code, title in choices.courses],
        "room": [name for name, _seats in choices.rooms],
        "": [str(seats) for _name, seats in choices.rooms],
        "teacher": list(choices.teachers),
        "weekdays": list(_WEEKDAYS),
        "admission": list(classes.ADMISSIONS),
    }
    placed = {}
    for at, (column, words) in enumerate(lists.items()):
        page.write_string(0, at, classes.HEADINGS.get(column, _("教室的座位")), head)
        for row, each in enumerate(words, 1):
            page.write_string(row, at, each)
        placed[column] = (at, len(words))
    return {column: where for column, where in placed.items() if column and column != "weekdays"}


def _notes(book: Any) -> None:
    page = book.add_worksheet(NOTES)
    head, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 30)
    page.set_column(2, 2, 60, wrapped)
    for at, words in enumerate((_("列"), _("例子"), _("怎么填"))):
        page.write_string(0, at, words, head)
    for row, (column, heading) in enumerate(classes.HEADINGS.items(), 1):
        page.write_string(row, 0, heading + ("*" if column in classes.NEEDED else ""))
        page.write_string(row, 1, _EXAMPLE[column])
        page.write_string(row, 2, _HOW[column](), wrapped)
    page.write_string(len(classes.HEADINGS) + 2, 0, _("每个班一行，不合并单元格，不写公式。带 * 的一定要填。"))


_HOW = {
    "course": lambda: _("从“可以填的值”里选；写编号、课名或两样都写都行。"),
    "title": lambda: _("可以空着，就用课名。"),
    "room": lambda: _("从“可以填的值”里选，是本单位的教室。"),
    "teacher": lambda: _("从“可以填的值”里选；同名的带学员号。"),
    "first_day": lambda: _("这一天或以后第一个上课的星期几开课；法定节假日自动跳过。"),
    "weekdays": lambda: _("每周哪几天，用顿号隔开。"),
    "start": lambda: _("24 小时制。"),
    "minutes": lambda: _("可以空着，就照课程的标准。"),
    "count": lambda: _("可以空着，就照课程的标准。"),
    "capacity": lambda: _("可以空着，就是教室的座位数；不能比教室多。"),
    "learners_min": lambda: _("可以空着，就照本地的开班人数。"),
    "price": lambda: _("每人多少元，免费写 0；空着就按收费规则算。"),
    "admission": lambda: _("可以空着，就是先到先得。"),
}


def _letter(at: int) -> str:
    return chr(ord("A") + at)
