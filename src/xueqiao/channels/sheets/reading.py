"""One sheet of an .xlsx file as rows of text, from files nobody vouches for.

What a file can do to a reader is done here, before the reader sees it: its parts are unpacked under a bound, looked
through for what a list has no use for (formulas, macros, merged cells, document types), its corners measured (one cell
in the last row and column makes a reader ask for 17 billion cells), and only then packed anew and given to the reader.
Sizes that the file itself claims decide nothing. Raises SheetRefused with words for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

from xueqiao.domains.classes.api import SheetRefused

BYTES_MAX = 1_000_000
UNPACKED_MAX = 20_000_000
PARTS_MAX = 200
ROWS_MAX = 2_000  # of any sheet in the file; how many classes one list may hold is a rule of classes
COLUMNS_MAX = 60
CELL_MAX = 500
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx under a password
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s>/]")
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,9})([0-9]{1,12})["']""")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW = re.compile(rb"""<(?:\w+:)?row\b(?:[^>]*?\br\s*=\s*["']([0-9]{1,12})["'])?""")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\b[^>]*?\bref\s*=\s*["'][^"']*?([A-Za-z]{1,9})([0-9]{1,12})["']""")


def rows_of(content: bytes, sheet: str) -> list[tuple[int, list[str]]]:
    """The rows of the named sheet that are not empty: the number people see in Excel, and its cells as text.

    Dates become 2026-09-07, times 19:00, whole numbers lose their ".0". Raises SheetRefused.
    """
    book = _checked(content)
    names, rows = _read(book, sheet)
    if rows is None:
        shown = "、".join(f"“{name[:20]}”" for name in names[:5]) or _("什么都没有")
        raise SheetRefused(what=_("里面没有叫“{sheet}”的表，只有{names}").format(sheet=sheet, names=shown))
    texts = [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    return [(number, cells) for number, cells in texts if any(cells)]


def named_rows(
    content: bytes, sheet: str, *, headings: Mapping[str, str], needed: Iterable[str]
) -> list[tuple[int, dict[str, str]]]:
    """The filled-in lines of a list: the number people see beside each, and its cells by column. Raises SheetRefused.

    headings: column -> the words over it. The first line that is not empty has them, in any order, with or without a
    star; columns we do not know are left out, and so are lines in which none of ours is filled in.
    """
    rows = rows_of(content, sheet)
    if not rows:
        raise SheetRefused(what=_("“{sheet}”里什么都没有").format(sheet=sheet))
    columns = _columns(rows[0][1], headings, needed)
    lines = []
    for number, cells in rows[1:]:
        named = {column: cells[at] for column, at in columns.items() if at < len(cells)}
        if any(named.values()):
            lines.append((number, named))
    return lines


def _columns(written: Iterable[str], headings: Mapping[str, str], needed: Iterable[str]) -> dict[str, int]:
    """Column -> where it stands, by its heading. Raises SheetRefused when one is missing or stands twice."""
    found: dict[str, int] = {}
    by_heading = {words: column for column, words in headings.items()}
    for at, heading in enumerate(written):
        column = by_heading.get(heading.replace("*", "").replace("＊", "").strip())
        if column in found:
            raise SheetRefused(what=_("“{heading}”这一列有两次").format(heading=heading[:20]))
        if column:
            found[column] = at
    missing = [headings[column] for column in needed if column not in found]
    if missing:
        raise SheetRefused(what=_("第一行里少了这几列：{columns}").format(columns="、".join(missing)))
    return found


# -- before the reader ------------------------------------------------------------------------------------------------


def _checked(content: bytes) -> BytesIO:
    if not content:
        raise SheetRefused(what=_("文件是空的"))
    if len(content) > BYTES_MAX:
        raise SheetRefused(what=_("文件太大，超过 1 MB"))
    if content.startswith(_OLD_EXCEL):
        raise SheetRefused(what=_("是旧的 .xls 格式，或加了密码；请另存为 .xlsx，不加密码"))
    try:
        parts = dict(_parts(content))
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, UnicodeError) as failure:
        raise SheetRefused(what=_("不是 Excel 文件，或者坏了")) from failure
    if "xl/workbook.xml" not in parts:
        raise SheetRefused(what=_("不是 Excel 的 .xlsx 文件"))
    for name, body in parts.items():
        _look_through(name, body)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    packed.seek(0)
    return packed


def _parts(content: bytes) -> Iterable[tuple[str, bytes]]:
    """Names and contents of the parts a reader needs, unpacked under one bound for all of them."""
    left = UNPACKED_MAX
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > PARTS_MAX:
            raise SheetRefused(what=_("里面的东西太多，不像一张要填的表"))
        for entry in entries:
            name = entry.filename.replace("\\", "/").lstrip("/")
            if "vbaproject" in name.lower() or name.lower().startswith("xl/macrosheets"):
                raise SheetRefused(what=_("带宏（自动运行的程序）；请另存为不带宏的 .xlsx"))
            if not name.lower().endswith((".xml", ".rels")):
                continue
            with archive.open(entry) as part:
                body = part.read(left + 1)
            left -= len(body)
            if left < 0:
                raise SheetRefused(what=_("解压以后太大，不像一张要填的表"))
            yield name, body


def _look_through(name: str, body: bytes) -> None:
    if b"\x00" in body[:4] or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused(what=_("文字编码认不出来；请用 Excel 或 WPS 另存一次"))
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise SheetRefused(what=_("里面有不该有的内容，不像 Excel 存的文件"))
    if not name.lower().startswith("xl/worksheets/") or not name.lower().endswith(".xml"):
        return
    if _FORMULA.search(body):
        raise SheetRefused(what=_("有公式；请把公式的格子“复制，再选择性粘贴为数值”"))
    if _MERGED.search(body):
        raise SheetRefused(what=_("有合并的单元格；请取消合并，每行一项、每一格都填"))
    if max([_row_max(body), body.count(b"<row"), body.count(b":row")]) > ROWS_MAX:
        raise SheetRefused(what=_("有一张表超过 {n} 行；请删掉多余的行，一次少传一些").format(n=f"{ROWS_MAX:,}"))
    if _column_max(body) > COLUMNS_MAX:
        raise SheetRefused(what=_("有一张表太宽，超过 {n} 列；请删掉多余的列").format(n=COLUMNS_MAX))


def _row_max(body: bytes) -> int:
    numbers = [int(number) for _letters, number in _CELL.findall(body)]
    numbers += [int(number) for number in _ROW.findall(body) if number]
    numbers += [int(number) for _letters, number in _DIMENSION.findall(body)]
    return max(numbers, default=0)


def _column_max(body: bytes) -> int:
    """The widest cell address, and the most cells in a row for files that leave the addresses out."""
    letters = {each for each, _number in _CELL.findall(body)} | {each for each, _number in _DIMENSION.findall(body)}
    widest = max((_column(each) for each in letters), default=0)
    rows = re.split(rb"<(?:\w+:)?row\b", body)
    return max(widest, *(len(_ANY_CELL.findall(row)) for row in rows))


def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


# -- the reader -------------------------------------------------------------------------------------------------------


def _read(book: BytesIO, sheet: str) -> tuple[list[str], list[list[Any]] | None]:
    """Names of the sheets, and the rows of the wanted one from the first row on, or None when it is not there."""
    import python_calamine  # noqa: PLC0415 - only who sends a file pays for the reader

    try:
        opened = python_calamine.CalamineWorkbook.from_filelike(book)
        names = [str(name) for name in opened.sheet_names]
        if sheet not in names:
            return names, None
        return names, opened.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=ROWS_MAX)
    except BaseException as failure:
        # A file the reader stumbles over, up to its panic (a BaseException), is the file's fault; what is not, goes on.
        if isinstance(failure, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise SheetRefused(what=_("打不开，可能坏了；请用 Excel 或 WPS 另存一次")) from failure


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)[:CELL_MAX].replace("\x00", "").strip()
