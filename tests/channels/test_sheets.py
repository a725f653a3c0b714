"""Files nobody vouches for: what is in them, how big they get, and what is said about them."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from xueqiao.channels.sheets import class_list, reading
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import SheetRefused

HEAD = list(classes.HEADINGS.values())
LINE = ["C402", "", "101 教室", "陆建芬", "2026-09-07", "周一", "19:00"]


def workbook(rows=(LINE,), *, sheet=class_list.SHEET, head=HEAD, change=None) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for row, cells in enumerate([head, *rows]):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    if change:
        change(book, page)
    book.close()
    return buffer.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The file with some of its parts changed or added; __ in a name stands for a slash."""
    changed = {name.replace("__", "/"): body for name, body in parts.items()}
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(buffer, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in changed:
                after.writestr(name, before.read(name))
        for name, body in changed.items():
            after.writestr(name, body)
    return buffer.getvalue()


def sheet_xml(inside: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main">{inside}</worksheet>'
    ).encode()


def refused(content: bytes) -> str:
    with pytest.raises(SheetRefused) as caught:
        class_list.read_list(content)
    assert caught.value.message.startswith("这个文件没有收下，什么都没有做：")
    assert caught.value.message.endswith("请下载空表，照它的格式填好再传。")
    return caught.value.message


# -- what is understood -----------------------------------------------------------------------------------------------


def test_lines_keep_the_number_people_see_and_empty_ones_are_left_out():
    lines = class_list.read_list(workbook([LINE, [], [""] * 13, LINE]))
    assert [line.number for line in lines] == [2, 5]
    assert lines[0].cells["room"] == "101 教室"


def test_dates_times_and_numbers_typed_as_such_become_text():
    from datetime import date, time

    def typed(book, page):
        page.write_datetime(1, 4, date(2026, 9, 7), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_datetime(1, 6, time(19, 0), book.add_format({"num_format": "hh:mm"}))
        page.write_number(1, 9, 24)

    (line,) = class_list.read_list(workbook(change=typed))
    assert (line.cells["first_day"], line.cells["start"], line.cells["capacity"]) == ("2026-09-07", "19:00", "24")


def test_columns_may_stand_in_any_order_with_a_star_and_strangers_between_them():
    head = ["备注", *(f"{each}*" for each in reversed(HEAD))]
    (line,) = class_list.read_list(workbook([["x", *reversed(LINE + [""] * 6)]], head=head))
    assert (line.cells["course"], line.cells["start"]) == ("C402", "19:00")


def test_the_empty_list_we_give_away_is_one_we_take_back():
    choices = classes.SheetChoices((("C402", "手机支付"),), (("101 教室", 20),), ("陆建芬",))
    empty = class_list.template(choices)
    assert "一个班都没有填" in refused(empty)
    assert reading.rows_of(empty, class_list.VALUES)[1][1][:4] == ["C402 手机支付", "101 教室", "20", "陆建芬"]


def test_the_answers_are_a_file_we_take_back_too_with_what_is_wrong_beside_each_line():
    line = class_list.read_list(workbook([["=1+1", *LINE[1:]]], change=lambda b, p: p.write_string(1, 0, "=1+1")))[0]
    problem = classes.LineProblem("course", SheetRefused(what="x"))
    choices = classes.SheetChoices((), (), ())
    answered = class_list.answered([classes.CheckedLine(line, "班", (problem,))], choices)
    (head, (_number, cells)) = reading.rows_of(answered, class_list.SHEET)
    assert head[1][-1] == "查下来"
    assert cells[0] == "=1+1"
    assert cells[-1] == problem.refusal.message
    assert class_list.read_list(answered)[0].cells == line.cells


# -- what is refused, in words ----------------------------------------------------------------------------------------


def test_what_is_no_excel_file():
    assert "空的" in refused(b"")
    assert "不是 Excel" in refused(b"%PDF-1.7 hello")
    assert "不是 Excel" in refused(workbook()[:2000])
    assert "旧的 .xls" in refused(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512)
    archive = BytesIO()
    with ZipFile(archive, "w") as made:
        made.writestr("hello.xml", "<a/>")
    assert "不是 Excel 的 .xlsx" in refused(archive.getvalue())


def test_a_huge_file_is_not_even_opened():
    assert "超过 1 MB" in refused(b"PK" + b"\0" * reading.BYTES_MAX)


def test_a_bomb_is_unpacked_no_further_than_the_bound():
    bomb = repacked(workbook(), xl__sharedStrings=b"", **{"xl__bomb.xml": b" " * (reading.UNPACKED_MAX + 1)})
    assert len(bomb) < 100_000
    assert "解压以后太大" in refused(bomb)
    many = {f"xl__x{number}.xml": b"<a/>" for number in range(reading.PARTS_MAX)}
    assert "太多" in refused(repacked(workbook(), **many))


def test_sizes_that_the_file_claims_decide_nothing():
    """The directory says 10 bytes, the part unpacks to 2 MB: we hand on what we unpacked ourselves, or nothing."""
    body = sheet_xml(f"<sheetData><!--{' ' * 2_000_000}--></sheetData>")
    honest = repacked(workbook(), **{"xl__worksheets__sheet1.xml": body})
    size = len(body).to_bytes(4, "little")
    assert honest.count(size) >= 2
    assert "坏了" in refused(honest.replace(size, (10).to_bytes(4, "little")))


def test_one_cell_in_the_last_corner_does_not_ask_for_billions():
    cell = '<sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert "行" in refused(repacked(workbook(), **{"xl__worksheets__sheet1.xml": sheet_xml(cell)}))
    wide = '<sheetData><row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    assert "太宽" in refused(repacked(workbook(), **{"xl__worksheets__sheet1.xml": sheet_xml(wide)}))
    claimed = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    assert "行" in refused(repacked(workbook(), **{"xl__worksheets__sheet1.xml": sheet_xml(claimed)}))
    nameless = f"<sheetData><row>{'<c><v>1</v></c>' * 100}</row></sheetData>"
    assert "太宽" in refused(repacked(workbook(), **{"xl__worksheets__sheet1.xml": sheet_xml(nameless)}))


def test_ten_thousand_rows_are_refused_in_words():
    assert "超过 2,000 行" in refused(workbook([LINE] * 10_000))
    assert "填了 500 个班，一次最多 200 个" in refused(workbook([LINE] * 500))


def test_formulas_merged_cells_and_macros():
    assert "公式" in refused(workbook(change=lambda book, page: page.write_formula(1, 9, "=10+10")))
    assert "合并" in refused(workbook(change=lambda book, page: page.merge_range(5, 0, 6, 0, "合并")))
    assert "宏" in refused(repacked(workbook(), **{"xl__vbaProject.bin": b"x"}))
    assert "不该有的内容" in refused(
        repacked(workbook(), **{"xl__workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'})
    )


def test_the_wrong_sheet_and_the_wrong_columns_are_named():
    assert "没有叫“开班表”的表，只有“花名册”" in refused(workbook(sheet="花名册"))
    assert "少了这几列：老师" in refused(workbook(head=[each for each in HEAD if each != "老师"]))
    assert "“课程”这一列有两次" in refused(workbook(head=[*HEAD, "课程"]))
    assert "什么都没有" in refused(workbook([], head=[]))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("body", [b"", b"<", b"\x00\x01", b"<a>", "你好".encode("utf-16")])
def test_broken_parts_are_refused_or_read_but_never_crash(part, body):
    try:
        class_list.read_list(repacked(workbook(), **{part.replace("/", "__"): body}))
    except SheetRefused as said:
        assert said.message
