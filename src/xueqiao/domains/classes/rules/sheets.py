"""Reading what people type into a list of classes, cell by cell. Pure: text in, a value or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from xueqiao.domains.classes.errors.batches import CellMissing, CellUnreadable, NotInList, NumberOutside

# Column -> its heading in the file, in order; the headings are the contract with files people keep and send on.
HEADINGS = {
    "course": "课程",
    "title": "班名",
    "room": "教室",
    "teacher": "老师",
    "first_day": "第一次上课",
    "weekdays": "星期",
    "start": "开始时间",
    "minutes": "每次分钟",
    "count": "次数",
    "capacity": "座位",
    "learners_min": "开班人数",
    "price": "费用（元）",
    "admission": "录取方式",
}
NEEDED = ("course", "room", "teacher", "first_day", "weekdays", "start")
ADMISSIONS = {"先到先得": "first_come", "抽签": "draw", "老学员优先抽签": "priority_draw", "面谈": "interview"}
LINES_MAX = 200
_WANTED = {
    "course": "课程编号或课名，比如 C402",
    "room": "教室的名字",
    "teacher": "老师的姓名",
    "first_day": "日期，比如 2026-09-07",
    "weekdays": "星期几，比如 周一、周四",
    "start": "几点几分，比如 19:00",
    "minutes": "分钟数，比如 90",
    "count": "次数，比如 12",
    "capacity": "座位数，比如 24",
    "learners_min": "人数，比如 12",
    "price": "元，比如 360 或 30.50，免费写 0",
    "admission": "录取方式，比如 先到先得",
}
_DAYS = "一二三四五六日"


def text_of(cells: Mapping[str, str], column: str) -> str:
    """The cell without the spaces people leave around words, full-width ones too."""
    return " ".join(cells.get(column, "").replace("\u3000", " ").split())


def needed(cells: Mapping[str, str], column: str) -> str:
    """The text of a cell that must not be empty. Raises CellMissing."""
    typed = text_of(cells, column)
    if not typed:
        raise CellMissing(column=HEADINGS[column], wanted=_WANTED[column])
    return typed


def unreadable(column: str, typed: str) -> CellUnreadable:
    return CellUnreadable(column=HEADINGS[column], typed=typed[:40], wanted=_WANTED[column])


def day_in(cells: Mapping[str, str], column: str = "first_day") -> date:
    """2026-09-07, 2026/9/7, 2026.9.7 or 2026年9月7日. Raises CellMissing, CellUnreadable."""
    typed = needed(cells, column)
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", typed)
    try:
        return date(*(int(part) for part in match.groups())) if match else date.fromisoformat(typed)
    except ValueError:
        raise unreadable(column, typed) from None


def weekdays_in(cells: Mapping[str, str], column: str = "weekdays") -> tuple[int, ...]:
    """周一、周四 / 星期一 星期四 / 一四 / 1,4 to (1, 4); 周天 is Sunday. Raises CellMissing, CellUnreadable."""
    typed = needed(cells, column)
    plain = re.sub(r"每周|星期|礼拜|周|[、，,;；/和\s]", "", typed).replace("天", "日")
    if not plain or not re.fullmatch(f"[{_DAYS}1-7]+", plain):
        raise unreadable(column, typed)
    return tuple(sorted({int(each) if each.isdigit() else _DAYS.index(each) + 1 for each in plain}))


def time_in(cells: Mapping[str, str], column: str = "start") -> tuple[int, int]:
    """19:00, 19：00, 19:00:00, 19点, 19点半 or 19点30分 to (19, 0). Raises CellMissing, CellUnreadable."""
    typed = needed(cells, column)
    match = re.fullmatch(r"(\d{1,2})\s*[:：点时]\s*(\d{1,2}|半)?(?:[:：]00|分)?", typed)
    if not match:
        raise unreadable(column, typed)
    minute = 30 if match[2] == "半" else int(match[2] or 0)
    if int(match[1]) > 23 or minute > 59:
        raise unreadable(column, typed)
    return int(match[1]), minute


def number_in(cells: Mapping[str, str], column: str, *, default: int, low: int, high: int) -> int:
    """A whole number between two bounds; an empty cell gives the default. Raises CellUnreadable, NumberOutside."""
    typed = text_of(cells, column)
    if not typed:
        return default
    match = re.fullmatch(r"(-?\d{1,9})(?:\.0+)?\s*[个人次座分钟]*", typed)
    if not match:
        raise unreadable(column, typed)
    number = int(match[1])
    if not low <= number <= high:
        raise NumberOutside(column=HEADINGS[column], typed=number, low=low, high=high)
    return number


def price_fen_in(cells: Mapping[str, str], column: str = "price") -> int | None:
    """Yuan as people write them, to fen; an empty cell is None: the price by rule. Raises CellUnreadable."""
    typed = text_of(cells, column).replace(",", "").removesuffix("元").removeprefix("¥")
    if not typed:
        return None
    if typed == "免费":
        return 0
    match = re.fullmatch(r"(\d{1,5})(?:\.(\d{1,2})0*)?", typed)
    if not match:
        raise unreadable(column, text_of(cells, column))
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def admission_in(cells: Mapping[str, str], column: str = "admission") -> str:
    """The way of admission by its word; an empty cell is first come, first served. Raises NotInList."""
    typed = text_of(cells, column)
    if not typed:
        return "first_come"
    if typed not in ADMISSIONS:
        raise NotInList(column=HEADINGS[column], typed=typed[:40])
    return ADMISSIONS[typed]
