"""Read a rule file: text to RuleSet, or every mistake with its line, its field and the cure. Pure."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.errors.rulesets import Problem, RuleFileWrong
from xueqiao.domains.credits.rules import ruleform
from xueqiao.domains.credits.rules.rulelines import Place, line_inside, lines_of
from xueqiao.domains.credits.rules.rulemaking import require_sense, ruleset_from
from xueqiao.domains.credits.values.rulesets import FIELDS, RuleSet

BYTES_MAX = 200_000
CREDITS_MAX = 100_000
_TOML_LINE = re.compile(r"\(at line (\d+)")


def read_rule_file(text: str) -> RuleSet:
    """Return the rule set a file describes. Raises RuleFileWrong with all mistakes found, in the order of lines."""
    if len(text.encode()) > BYTES_MAX:
        raise RuleFileWrong([Problem(0, "文件", "超过 200 KB", "请把不同学校的规则分成几个文件")])
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, InvalidOperation, RecursionError) as reason:
        raise RuleFileWrong([_broken(text, str(reason))]) from reason
    reader = Reader(text)
    cleaned = reader.read(content)
    if reader.problems:
        raise RuleFileWrong(sorted(reader.problems, key=lambda each: each.line))
    ruleset = ruleset_from(cleaned, sha256=hashlib.sha256(text.encode()).hexdigest())
    senseless = require_sense(ruleset)
    if senseless:
        raise RuleFileWrong(
            sorted(
                (
                    Problem(reader.line(section, number, field), f"{section}.{field}".lstrip("."), what, cure)
                    for section, number, field, what, cure in senseless
                ),
                key=lambda each: each.line,
            )
        )
    return ruleset


def _broken(text: str, words: str) -> Problem:
    found = _TOML_LINE.search(words)
    line = int(found[1]) if found else len(text.splitlines())
    shown = text.splitlines()[line - 1].strip()[:40] if 0 < line <= len(text.splitlines()) else ""
    field = shown.partition("=")[0].strip() or "文件"
    return Problem(
        line, field, f"这一行不合写法：{shown}", "文字要加英文引号，每项写成“名称 = 值”，同一项只写一次，括号要成对"
    )


class Reader:
    """Checks what TOML gave against the form, and turns it into plain whole numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.problems: list[Problem] = []

    def line(self, section: str, number: int, field: str) -> int:
        """Return the line of a field, or of its section when the field is not written."""
        place: Place = (section, number)
        return self.lines.get((place, field)) or self.lines.get((place, ""), 0)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return {"": top, section: [rows], table: row}, every value in whole numbers."""
        known = {**ruleform.SECTIONS, **ruleform.TABLES, **ruleform.FREE_TABLES}
        top = {key: value for key, value in content.items() if key not in known}
        cleaned: dict[str, Any] = {"": self._row("", 0, top, ruleform.TOP)}
        if "form" in top and top["form"] != 1:
            self._wrong("", 0, "form", f"不认识第 {top['form']} 版格式", "现在只有 form = 1")
        for section, entries in ruleform.SECTIONS.items():
            rows = content.get(section, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self._wrong(section, 0, "", "要写成可以重复的段落", f"请写成 [[{section}]]")
                continue
            cleaned[section] = [self._row(section, n, row, entries) for n, row in enumerate(rows)]
        for section, entries in ruleform.TABLES.items():
            if section in content:
                if not isinstance(content[section], dict):
                    self._wrong(section, 0, "", "要写成一个段落", f"请写成 [{section}]")
                    continue
                cleaned[section] = self._row(section, 0, content[section], entries)
        for section in ruleform.FREE_TABLES:
            cleaned[section] = self._free(section, content.get(section, {}))
        return cleaned

    def _wrong(self, section: str, number: int, field: str, what: str, cure: str, line: int = 0) -> None:
        name = ".".join(part for part in (section, field) if part) or "文件"
        self.problems.append(Problem(line or self.line(section, number, field), name, what, cure))

    def _free(self, section: str, rows: Any) -> dict[str, Any]:
        kind, wanted = ("whole", int) if section == "grades" else ("text", str)
        if not isinstance(rows, dict):
            self._wrong(section, 0, "", "要写成一个段落", f"请写成 [{section}]")
            return {}
        for key, value in rows.items():
            if type(value) is not wanted:
                self._wrong(section, 0, key, f"“{value}”不是这一项要的内容", ruleform.KINDS[kind])
        return rows

    def _row(
        self,
        section: str,
        number: int,
        row: Mapping[str, Any],
        entries: Mapping[str, ruleform.Entry],
        line: int = 0,
        prefix: str = "",
        start: tuple[int, int] = (0, 0),
    ) -> dict[str, Any]:
        cleaned: dict[str, Any] = {}

        def where(key: str) -> int:
            if not line:
                return 0
            return line_inside(self.text, start[0], start[1], key) if key else line

        for key, value in row.items():
            entry = entries.get(key)
            if entry is None:
                near = _nearest(key, tuple(entries))
                cure = f"是不是想写 {near}" if near else f"这里可以写：{'、'.join(entries)}"
                self._wrong(section, number, prefix + key, "没有这一项", cure, where(key))
                continue
            try:
                cleaned[key] = self._value(section, number, key, value, entry, where(key))
            except (ValueError, ZeroDivisionError, OverflowError, InvalidOperation):
                self._wrong(
                    section,
                    number,
                    prefix + key,
                    f"“{_shown(value)}”不是这一项（{entry.label}）要的内容",
                    ruleform.KINDS[entry.kind],
                    where(key),
                )
                continue
            if entry.among:
                self._among(section, number, prefix + key, cleaned[key], entry.among, where(key))
        for key, entry in entries.items():
            if entry.is_required and key not in row:
                self._wrong(
                    section,
                    number,
                    prefix + key,
                    f"缺少{entry.label}",
                    f"请加一行 {key} = …，{ruleform.KINDS[entry.kind]}",
                    line,
                )
        return cleaned

    def _among(self, section: str, number: int, field: str, value: Any, among: tuple[str, ...], line: int) -> None:
        for each in value if isinstance(value, tuple) else (value,):
            if each not in among:
                near = _nearest(str(each), among)
                cure = (f"是不是想写 {near}；" if near else "") + f"只能写：{'、'.join(among)}"
                self._wrong(section, number, field, f"不认识“{each}”", cure, line)

    def _value(self, section: str, number: int, key: str, value: Any, entry: ruleform.Entry, line: int) -> Any:
        """Return the value in whole numbers. Raises ValueError when it is of another kind."""
        if entry.kind == "part":
            if not isinstance(value, dict):
                raise ValueError(key)
            return self._worth(section, number, key, value)
        if entry.kind == "parts":
            if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
                raise ValueError(key)
            begin = line or self.line(section, number, key)
            made = self._condition if key == "conditions" else self._limit
            return tuple(made(section, number, key, each, begin, n) for n, each in enumerate(value))
        return plain(entry.kind, value)

    def _worth(self, section: str, number: int, key: str, value: dict[str, Any]) -> dict[str, Any]:
        begin = self.line(section, number, key)
        cleaned = self._row(section, number, value, ruleform.WORTH, begin, "worth.", (begin, 0))
        for needed in ruleform.NEEDS.get(str(value.get("by")), ()):
            if needed not in value:
                self._wrong(
                    section,
                    number,
                    f"worth.{needed}",
                    f"按 {value['by']} 折算缺少{ruleform.WORTH[needed].label}",
                    f"请加 {needed} = …，{ruleform.KINDS[ruleform.WORTH[needed].kind]}",
                    begin,
                )
        return cleaned

    def _limit(self, section: str, number: int, key: str, value: dict[str, Any], begin: int, n: int) -> dict[str, Any]:
        line = line_inside(self.text, begin, n)
        return self._row(section, number, value, ruleform.LIMIT, line, f"{key}[{n + 1}].", (begin, n))

    def _condition(
        self, section: str, number: int, key: str, value: dict[str, Any], begin: int, n: int
    ) -> dict[str, Any]:
        line = line_inside(self.text, begin, n)
        prefix = f"{key}[{n + 1}]."
        cleaned = self._row(section, number, value, ruleform.CONDITION, line, prefix, (begin, n))
        ops = [op for op in ruleform.OPS if op in value]
        if len(ops) != 1:
            self._wrong(
                section,
                number,
                prefix + "field",
                f"要写一种比较，现在有 {len(ops)} 种",
                f"请在 {'、'.join(ruleform.OPS)} 里选一种",
                line,
            )
        elif cleaned.get("field") in FIELDS and ops[0] in cleaned:
            kind = FIELDS[cleaned["field"]].kind
            try:
                if ops[0] in ("one_of", "none_of"):
                    if kind != "text":
                        raise ValueError(kind)
                else:
                    cleaned[ops[0]] = plain(kind, cleaned[ops[0]])
                    if ops[0] != "is" and kind in ("text", "flag"):
                        raise ValueError(kind)
            except (ValueError, ZeroDivisionError, InvalidOperation):
                self._wrong(
                    section,
                    number,
                    prefix + ops[0],
                    f"“{_shown(value[ops[0]])}”不能和{FIELDS[cleaned['field']].label}比较",
                    ruleform.KINDS[kind],
                    line,
                )
        return cleaned


def plain(kind: str, value: Any) -> Any:  # noqa: PLR0912 - one line a kind
    """Return a value of a kind in whole numbers: credits in hundredths, hours in minutes. Raises ValueError."""
    if kind == "any":
        return value
    if kind == "flag":
        return _typed(value, bool)
    if kind == "text":
        return _filled(value)
    if kind == "texts":
        return tuple(_filled(each) for each in _typed(value, list))
    if kind == "whole":
        return _at_least(_typed(value, int), 0, 999_999_999_999)
    if kind == "credits":
        return _scaled(value, 100)
    if kind == "hours":
        return _scaled(value, 60)
    if kind == "ratio":
        return _ratio(value)
    if kind == "date":
        if isinstance(value, datetime):
            raise ValueError(value)
        return _typed(value, date)
    if kind == "month_day":
        return _month_day(value)
    if kind == "month_days":
        return tuple(_month_day(each) for each in _typed(value, list))
    if kind == "table":
        return tuple((key, _scaled(each, 100)) for key, each in _typed(value, dict).items())
    raise ValueError(kind)


def _typed(value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise ValueError(value)
    return value


def _filled(value: Any) -> str:
    text: str = _typed(value, str).strip()
    if not text:
        raise ValueError(value)
    return text


def _at_least(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(value)
    return value


def _scaled(value: Any, by: int) -> int:
    """Return a decimal as a whole number of its parts: 2.5 credits are 250. Raises ValueError for finer ones."""
    if type(value) not in (int, Decimal):
        raise ValueError(value)
    number = Decimal(value) * by
    if not number.is_finite() or number != number.to_integral_value() or not 0 <= number <= CREDITS_MAX * by:
        raise ValueError(value)
    return int(number)


def _ratio(value: Any) -> Fraction:
    if type(value) in (int, Decimal):
        ratio = Fraction(value)
    else:
        text = _filled(value).replace(" ", "").replace("％", "%")
        ratio = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= ratio <= 1000:
        raise ValueError(value)
    return ratio


def _month_day(value: Any) -> tuple[int, int]:
    month, _, day = _filled(value).partition("-")
    date(2024, int(month), int(day))  # a leap year: 02-29 may be written
    return int(month), int(day)


def _shown(value: Any) -> str:
    return str(value)[:30]


def _nearest(word: str, among: tuple[str, ...]) -> str:
    """Return the word that is one or two letters away, or nothing."""
    best = min(among, key=lambda each: _distance(word, each), default="")
    return best if best and _distance(word, best) <= (1 if len(best) < 5 else 2) else ""


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row, before = [i, *row[1:]], row
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
    return row[-1]
