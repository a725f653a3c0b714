"""Reading one line of a list of trainees, cell by cell. Pure: text in, an outcome or refusals out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.errors.agreements import CompletedLater, TraineeCellMissing, TraineeCellUnreadable
from xueqiao.domains.credits.values.agreements import LineProblem, TraineeLine

# Column -> its heading in the file, in order; the headings are the contract with files people keep and send on.
HEADINGS = {
    "name": "姓名",
    "person": "学员号、手机号或身份证号",
    "kind": "类别",
    "post": "岗位",
    "occupation": "职业代码",
    "unit": "认证单元",
    "hours": "学时",
    "grade": "成绩",
    "completed_on": "完成日期",
    "number": "证明编号",
}
NEEDED = ("name", "person", "unit", "hours", "grade", "completed_on", "number")
KINDS = {"实训课程": "training_certificate", "岗位实践": "work_experience"}
LINES_MAX = 500
HOURS_MAX = 4_000
PASS_MARK = 60  # domain rules 4.1: "pass" counts 60 [V-17]
_GRADES = {"优秀": True, "良好": True, "中等": True, "合格": True, "及格": True, "不合格": False, "不及格": False}
_WANTED = {
    "name": "学员的姓名",
    "person": "学员号、手机号或身份证号",
    "kind": "实训课程或岗位实践，空着就是实训课程",
    "post": "岗位，最多 40 个字",
    "occupation": "职业代码，比如 6-31-07-03",
    "unit": "认证单元的代号",
    "hours": "学时数，比如 48 或 4.5",
    "grade": "分数（0 到 100），或优秀、良好、合格、不合格",
    "completed_on": "日期，比如 2026-06-30",
    "number": "证明编号，最多 40 个字",
}
_OCCUPATION = re.compile(r"[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}")  # GB/T 6565, the occupational classification


@dataclass(frozen=True)
class ReadTrainee:
    """A line that can be read. minutes: learned; grade: None when it was given in a word."""

    line: TraineeLine
    name: str
    person: str
    type: str
    post: str
    occupation: str
    unit: str
    minutes: int
    grade: int | None
    passed: bool
    completed_on: date
    number: str


def read_trainee(line: TraineeLine, *, today: date) -> ReadTrainee | tuple[LineProblem, ...]:
    """Return what a line says, or every cell that is missing or cannot be read."""
    cells = {column: plain_text(line.cells.get(column, "")) for column in HEADINGS}
    problems = [
        LineProblem(column, TraineeCellMissing(column=HEADINGS[column], wanted=_WANTED[column]))
        for column in NEEDED
        if not cells[column]
    ]

    def unreadable(column: str) -> None:
        if cells[column]:
            typed = cells[column][:40]
            refusal = TraineeCellUnreadable(column=HEADINGS[column], typed=typed, wanted=_WANTED[column])
            problems.append(LineProblem(column, refusal))

    kind = KINDS.get(cells["kind"] or "实训课程")
    minutes, day = _minutes(cells["hours"]), _day(cells["completed_on"])
    grade, passed = _grade(cells["grade"])
    if kind is None:
        unreadable("kind")
    if minutes is None:
        unreadable("hours")
    if passed is None:
        unreadable("grade")
    if day is None:
        unreadable("completed_on")
    elif day > today:
        problems.append(LineProblem("completed_on", CompletedLater(day=day)))
    if cells["occupation"] and not _OCCUPATION.fullmatch(cells["occupation"]):
        unreadable("occupation")
    for column in ("post", "number"):
        if len(cells[column]) > 40:
            unreadable(column)
    if problems or kind is None or minutes is None or passed is None or day is None:
        return tuple(problems)
    return ReadTrainee(
        line,
        cells["name"],
        cells["person"],
        kind,
        cells["post"],
        cells["occupation"],
        cells["unit"],
        minutes,
        grade,
        passed,
        day,
        cells["number"],
    )


def plain_text(text: str) -> str:
    """Return a cell without the spaces people leave around words; full-width figures become plain ones."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isprintable() or c.isspace())
    return " ".join(kept.split())


def facts_of_line(read: ReadTrainee, *, notional_minutes: int, issuer_kind: str) -> dict[str, Any]:
    """Return the line as rule facts. Attendance is what was learned of what the unit asks for, at most all of it."""
    share = min(read.minutes, notional_minutes)
    facts: dict[str, Any] = {
        "hours": read.minutes,
        "nominal_hours": notional_minutes,
        "attendance": Fraction(share, notional_minutes),
        "passed": read.passed,
        "unit": read.unit,
        "issuer_kind": issuer_kind,
    }
    if read.grade is not None:
        facts["grade"] = read.grade
    if read.occupation:
        facts["occupation"] = read.occupation
    return facts


def issuer_kind_of(institution_kind: str) -> str:
    """Return what rules call a body that certifies: "enterprise" for firms, "school" for all others."""
    return "enterprise" if institution_kind == "enterprise" else "school"


def _minutes(text: str) -> int | None:
    try:
        hours = Decimal(text)
    except InvalidOperation:
        return None
    minutes = hours * 60 if hours.is_finite() else Decimal(-1)
    if minutes != minutes.to_integral_value() or not 0 < minutes <= HOURS_MAX * 60:
        return None
    return int(minutes)


def _grade(text: str) -> tuple[int | None, bool | None]:
    if text in _GRADES:
        return None, _GRADES[text]
    if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= 100:
        return int(text), int(text) >= PASS_MARK
    return None, None


def _day(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text)
    if found is None:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if day.year >= 1950 else None
