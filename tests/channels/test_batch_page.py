"""A term of classes from one Excel file: the page, the file that comes back, the command, the program."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from tests.channels.test_centre import text_of
from tests.channels.test_sheets import LINE, workbook
from tests.channels.visit import signed_in
from tests.worlds.small_county import add_run, small_county
from xueqiao.channels.console.classes import classes as command
from xueqiao.channels.sheets import class_list, reading
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation import clock

BAD = ["C999", "", "九楼", "陆建芬", "明天", "周一", "19:00"]
ADDRESS = "/centre/open/list/"


@pytest.fixture
def world(db):
    made = small_county()
    with clock.frozen(made.now):
        yield made


@pytest.fixture
def clerk(world):
    return signed_in(world.clerk, staff=True)


def send(clerk, content: bytes, step="check"):
    return clerk.post(ADDRESS, {"list": SimpleUploadedFile("开班表.xlsx", content), "step": step})


def kept_of(response) -> str:
    return response.content.decode().split('name="kept" value="')[1].split('"')[0]


def drafts() -> int:
    return ClassRun.objects.filter(state="draft").count()


def test_the_empty_list_names_this_centres_rooms_teachers_and_courses(world, clerk):
    answer = clerk.get("/centre/open/list/empty.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    values = reading.rows_of(answer.content, class_list.VALUES)
    assert values[1][1][:4] == ["C402 手机支付与防诈骗", "101 教室", "20", "陆建芬"]


def test_a_good_list_is_opened_by_one_press_and_nothing_before_it(world, clerk):
    checked = send(clerk, workbook([LINE, [*LINE[:5], "周二", "9:00"]]))
    page = text_of(checked)
    assert "2 个班都可以开" in page and "9 月 7 日" in page.replace("\u00a0", " ")
    assert drafts() == 0
    done = clerk.post(ADDRESS, {"kept": kept_of(checked), "step": "open"}, follow=True)
    assert "做好了 2 个班的草稿" in text_of(done)
    assert drafts() == 2
    again = clerk.post(ADDRESS, {"kept": kept_of(checked), "step": "open"})
    assert again.status_code == 422
    assert drafts() == 2


def test_errors_come_back_as_a_file_that_can_be_mended_and_sent_again(world, clerk):
    checked = send(clerk, workbook([LINE, BAD]))
    page = text_of(checked)
    assert "有 1 行要改，一个班都还没开" in page
    assert "“课程”写的是“C999”，本单位没有" in page
    answers = clerk.post(ADDRESS, {"kept": kept_of(checked), "step": "answers"})
    assert answers.headers["Content-Type"] == class_list.TYPE
    rows = reading.rows_of(answers.content, class_list.SHEET)
    assert rows[1][1][-1] == "可以开"
    assert "“第一次上课”写的是“明天”，看不懂" in rows[2][1][-1]
    assert "有 1 行要改" in text_of(send(clerk, answers.content))
    assert clerk.post(ADDRESS, {"kept": kept_of(checked), "step": "open"}).status_code == 422
    assert drafts() == 0


@pytest.mark.parametrize("kept", ["", "x", "eyJhIjoxfQ:1aBcDe:sig", "a" * 5000])
def test_a_carried_list_that_was_touched_is_not_read(world, clerk, kept):
    answer = clerk.post(ADDRESS, {"kept": kept, "step": "open"})
    assert answer.status_code == 422
    assert drafts() == 0


def test_a_list_of_another_centre_is_not_opened_here(world, clerk):
    from tests.worlds.small_county import LINHAI, add_person, give_role

    other = add_person("临海办事员")
    give_role(other, "centre_clerk", LINHAI, world.other_centre)
    checked = send(clerk, workbook([LINE]))
    answer = signed_in(other, staff=True).post(ADDRESS, {"kept": kept_of(checked), "step": "open"})
    assert answer.status_code == 422
    assert "另一个单位" in text_of(answer)


def test_a_carried_list_ages(world, clerk):
    from datetime import timedelta
    from unittest.mock import patch

    checked = send(clerk, workbook([LINE]))
    with patch("django.core.signing.time.time", return_value=4e9 + timedelta(days=1).total_seconds()):
        answer = clerk.post(ADDRESS, {"kept": kept_of(checked), "step": "open"})
    assert "放得太久" in text_of(answer)


def test_files_that_are_none_and_no_file_at_all_are_answered_in_words(world, clerk):
    for answer, words in (
        (send(clerk, b"hello"), "不是 Excel 文件"),
        (send(clerk, b"PK" + b"\0" * reading.BYTES_MAX), "超过 1 MB"),
        (clerk.post(ADDRESS, {"step": "check"}), "没有选文件"),
    ):
        assert answer.status_code == 422
        assert words in text_of(answer)


def test_the_command_looks_writes_answers_and_opens(world, tmp_path):
    run, file, answers = CliRunner(), tmp_path / "list.xlsx", tmp_path / "answers.xlsx"
    centre = ["--centre", world.centre.code]
    assert run.invoke(command, ["template", *centre, str(file)]).exit_code == 0
    assert reading.rows_of(file.read_bytes(), class_list.SHEET)
    file.write_bytes(workbook([LINE, BAD]))
    looked = run.invoke(command, ["check", str(file), *centre, "--answers", str(answers)])
    assert looked.exit_code == 1
    assert "1 行可以开，1 行要改" in looked.output
    assert reading.rows_of(answers.read_bytes(), class_list.SHEET)
    assert run.invoke(command, ["open", str(file), *centre]).exit_code != 0
    assert drafts() == 0
    file.write_bytes(workbook([LINE]))
    assert run.invoke(command, ["check", str(file), *centre]).exit_code == 0
    opened = run.invoke(command, ["open", str(file), *centre])
    assert opened.exit_code == 0
    assert drafts() == 1


def test_by_program_lists_and_last_term_are_the_same_deeds(world, clerk):
    good = {"course": "C402", "room": "101 教室", "teacher": "陆建芬", "first_day": "2026-09-07"}
    good |= {"weekdays": "1", "start": "9:00"}
    address = f"/api/v1/institutions/{world.centre.code}"

    def post(who, path, body):
        return who.post(f"{address}/{path}", json.dumps(body), content_type="application/json")

    looked = post(clerk, "class-list", {"lines": [good | {"room": "九楼"}]}).json()
    assert [each["code"] for each in looked[0]["problems"]] == ["not_in_list"]
    assert post(clerk, "class-list", {"lines": [good]}).json()[0]["class_code"] == ""
    assert drafts() == 0
    opened = post(clerk, "class-list", {"lines": [good], "dry_run": False}).json()
    assert ClassRun.objects.get(code=opened[0]["class_code"]).state == "draft"
    add_run(world, first_day=ClassRun.objects.get(pk=world.run.pk).starts_on, hour=8, title="剪纸")
    term = clerk.get(f"{address}/last-term?first_day=2026-09-07").json()
    assert {each["title"] for each in term} == {"剪纸", world.run.title}
    body = {"first_day": "2026-09-07", "classes": [{"code": each["code"]} for each in term]}
    assert post(clerk, "last-term", body).status_code == 201
    resident = signed_in(world.elder)
    for path, sent in (("class-list", {"lines": [good]}), ("last-term", body)):
        assert post(resident, path, sent).status_code == 403
    assert resident.get(f"{address}/last-term?first_day=2026-09-07").status_code == 403
    assert drafts() == 3


def test_a_file_of_two_hundred_lines_stays_a_small_page(world, clerk):
    rows = [[*LINE[:4], f"2026-{9 + n // 28 % 3:02d}-{1 + n % 28:02d}", "周一", f"{8 + n % 13}:00"] for n in range(200)]
    page = send(clerk, workbook(rows))
    assert page.status_code == 200
    assert len(page.content) < 60_000
