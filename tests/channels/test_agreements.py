"""互认协议 as staff, a school's clerk and a firm's member use it: sign, hand in, look again, suspend."""

from io import BytesIO
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.channels.visit import signed_in
from tests.domains.credits.claiming import held_by
from tests.domains.credits.conversions.test_book_claims import book
from tests.domains.credits.trainees import CODE, UNIT, a_line, agreed, deposit, recognised, trainees
from tests.worlds.enterprises import credit_code
from tests.worlds.small_county import SmallCounty, acting, small_county
from xueqiao.channels.sheets import trainee_list
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Agreement, QualityCheck
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Enterprise
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
TERMS = {
    "code": "school-1",
    "title": "射阳实训互认",
    "receiver": "CC320924",
    "rule_code": "industry-training",
    "programmes": "industrial-robotics",
    "cap": "12",
    "sample_percent": "10",
    "starts_on": "2026-01-01",
    "ends_on": "2029-01-01",
}


@pytest.fixture
def world():
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    with clock.frozen(world.now):
        yield world


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:800]
    return str(answer.content.decode())


def list_of(*lines: credit_bank.TraineeLine) -> SimpleUploadedFile:
    """The lines as an Excel file, in the order of the headings."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet(trainee_list.SHEET)
    for at, heading in enumerate(credit_bank.TRAINEE_HEADINGS.values()):
        page.write_string(0, at, heading)
    for row, line in enumerate(lines, 1):
        for at, column in enumerate(credit_bank.TRAINEE_HEADINGS):
            page.write_string(row, at, line.cells.get(column, ""))
    book.close()
    return SimpleUploadedFile("list.xlsx", buffer.getvalue())


def kept_in(page: str) -> str:
    return page.split('name="kept" value="')[1].split('"', maxsplit=1)[0]


def test_an_officer_signs_and_renews_an_agreement_with_a_firm_she_verified(world: SmallCounty) -> None:
    firm = demand.register_enterprise(
        actor=acting(world.rider), name="射阳机器人厂", credit_code=credit_code(7), region=320924000000, now=world.now
    )
    officer = signed_in(world.officer, staff=True)
    form = TERMS | {"giver": credit_code(7)}
    page = text_of(officer.post("/agreements/new/", form), 409)
    assert "没有签成" in page
    assert "射阳实训互认" in page, "what was typed is kept"
    Enterprise.objects.filter(uuid=firm.uuid).update(state="verified", answered_by=world.clerk, answered_at=world.now)
    page = text_of(officer.post("/agreements/new/", form, follow=True))
    assert "射阳机器人厂" in page
    row = Agreement.objects.get()
    assert (row.frame, row.cap_hundredths, row.giver.kind) == ("industry-training", 1200, "enterprise")
    form = text_of(officer.get("/agreements/new/?of=school-1"))
    assert 'value="12"' in form
    again = TERMS | {"giver": credit_code(7), "of": "school-1", "cap": "10.5"}
    assert "第 2 版" in text_of(officer.post("/agreements/new/", again, follow=True))
    assert list(Agreement.objects.order_by("version").values_list("state", "cap_hundredths")) == [
        ("ended", 1200),
        ("active", 1050),
    ]
    wrong = TERMS | {"giver": "CC320924", "code": "school-2"}
    assert "双方不能是同一个单位" in text_of(officer.post("/agreements/new/", wrong), 422)


def test_a_member_of_a_firm_sends_a_list_sees_it_checked_takes_it_home_and_deposits_the_good_lines(
    world: SmallCounty,
) -> None:
    firm = demand.register_enterprise(
        actor=acting(world.rider), name="射阳机器人厂", credit_code=credit_code(7), region=320924000000, now=world.now
    )
    Enterprise.objects.filter(uuid=firm.uuid).update(state="verified", answered_by=world.clerk, answered_at=world.now)
    agreed(world, code="other")
    signed_in(world.officer, staff=True).post("/agreements/new/", TERMS | {"giver": credit_code(7)})
    member, address = signed_in(world.rider), "/agreements/school-1/trainees/"
    assert address in text_of(member.get(f"/enterprise/{firm.uuid}/"))
    assert signed_in(world.elder).get(address).status_code == 404
    good, bad = a_line(world.elder, number="ZS-1"), a_line(world.daughter, number="ZS-2", unit="NONE")
    page = text_of(member.post(address, {"step": "check", "list": list_of(good, bad)}))
    assert "1 行可以存，共 3 学分" in page
    assert "1 行有错，不会存" in page
    assert "NONE" in page
    assert recognised() == 0
    answers = member.post(address, {"step": "answers", "kept": kept_in(page)})
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answers.content)).get_sheet_by_name("学员成果")
    told = [row[-1] for row in rows.to_python()]
    assert told[0] == "查下来"
    assert told[1] == "可以存：3 学分"
    assert "不在目录里" in told[2]
    for said in ("存好了 1 行，共 3 学分。1 行有错，没有存。", "1 行以前存过，没有再存。"):
        done = text_of(member.post(address, {"step": "deposit", "kept": kept_in(page)}, follow=True))
        assert said in done
    assert (held_by(world.elder, UNIT), held_by(world.daughter, UNIT), recognised()) == (300, 0, 1)
    assert "请重新传一次" in text_of(member.post(address, {"step": "deposit", "kept": "made up"}), 422)
    assert "没有选文件" in text_of(member.post(address, {"step": "check"}), 422)


def test_the_empty_list_can_be_read_back_once_filled_in(world: SmallCounty) -> None:
    content = signed_in(world.rider).get("/agreements/list/").content
    with pytest.raises(Exception, match="一位学员都没有填"):
        trainee_list.read_list(content)
    [line] = trainee_list.read_list(list_of(a_line(world.elder, number="00012")).read())
    assert (line.number, line.cells["number"], line.cells["name"]) == (2, "00012", "张桂兰")


def test_the_officer_looks_again_and_suspends(world: SmallCounty) -> None:
    agreed(world)
    deposit(world, *[a_line(person) for person in trainees(12)])
    officer, clerk = signed_in(world.officer, staff=True), signed_in(world.clerk, staff=True)
    page = text_of(officer.get(f"/agreements/{CODE}/"))
    assert "12 项里按 10% 抽 2 项，查了 0 项" in page
    drawn = credit_bank.sample_of(CODE, 2026, _claims(), 10)
    first = sorted(drawn)[0]
    form = {"claim": str(first), "found": "unsound", "words": "没有签到"}
    assert "抽查结果记下了" in text_of(officer.post(f"/agreements/{CODE}/check/", form, follow=True))
    assert "已经查过" in text_of(officer.post(f"/agreements/{CODE}/check/", form, follow=True))
    assert QualityCheck.objects.within(Scope.everything("test")).count() == 1
    assert "查了 1 项，1 项有问题" in text_of(officer.get(f"/agreements/{CODE}/"))
    page = text_of(clerk.get(f"/agreements/{CODE}/"))
    assert "抽查名单" not in page, "the giver's own people do not see who was drawn"
    assert "上传学员表" in page
    assert clerk.post(f"/agreements/{CODE}/step/", {"step": "suspend"}).status_code == 403
    assert "已暂停" in text_of(officer.post(f"/agreements/{CODE}/step/", {"step": "suspend"}, follow=True))
    refused = clerk.post(f"/agreements/{CODE}/trainees/", {"step": "check", "list": list_of(a_line(world.elder))})
    assert "已暂停" in text_of(refused, 409)
    assert "恢复了" in text_of(officer.post(f"/agreements/{CODE}/step/", {"step": "resume"}, follow=True))
    assert "已结束" in text_of(officer.post(f"/agreements/{CODE}/step/", {"step": "end"}, follow=True))
    assert recognised() == 12


def test_a_program_deposits_the_same_list_with_the_same_answers(world: SmallCounty) -> None:
    agreed(world)
    clerk = signed_in(world.clerk, staff=True)
    lines = [dict(a_line(world.elder, number="ZS-1").cells), dict(a_line(world.daughter, unit="NONE").cells)]

    def send(**wanted: Any) -> Any:
        body = {"agreement": CODE, "lines": lines} | wanted
        return clerk.post("/api/v1/bank/outcomes", body, content_type="application/json")

    dry = send().json()
    assert (dry["is_deposited"], dry["good"], dry["wrong"], dry["amount_hundredths"]) == (False, 1, 1, 300)
    assert dry["lines"][1]["problems"][0]["code"] == "unit_not_in_catalogue"
    assert recognised() == 0
    done = send(dry_run=False).json()
    assert [each["state"] for each in done["lines"]] == ["good", "wrong"]
    again = send(dry_run=False).json()
    assert [each["state"] for each in again["lines"]] == ["known", "wrong"]
    assert (recognised(), held_by(world.elder, UNIT)) == (1, 300)
    assert send(agreement="none").status_code == 404
    assert send(lines=[]).status_code == 422
    other = signed_in(world.rider).post(
        "/api/v1/bank/outcomes", {"agreement": CODE, "lines": lines}, content_type="application/json"
    )
    assert other.status_code == 404


def test_a_month_of_claims_is_a_page_and_a_file(world: SmallCounty) -> None:
    for amount, (giver, receiver) in ((250, (world.centre, world.college)), (80, (world.college, world.centre))):
        book(world, givers=[(giver.pk, amount)], receiver_id=receiver.pk)
    clerk, officer = signed_in(world.clerk, staff=True), signed_in(world.officer, staff=True)
    page = text_of(clerk.get("/agreements/clearing/"))
    assert "应收 1.7" in page
    assert world.college.name in page
    assert "应付 1.7" in text_of(officer.get("/agreements/clearing/?institution=CC320924&month=2026-03"))
    assert "没有往来" in text_of(clerk.get("/agreements/clearing/?month=2025-03"))
    assert clerk.get("/agreements/clearing/?institution=CC320924").status_code == 404
    assert clerk.get("/agreements/clearing/?month=x").status_code == 422
    text = clerk.get("/agreements/clearing.csv?month=2026-03").content.decode("utf-8-sig")
    assert [line.split(",")[5] for line in text.splitlines()[1:]] == ["2.5", "-0.8"]


def _claims() -> list[Any]:
    from xueqiao.domains.credits.models import Claim

    return list(Claim.objects.within(Scope.everything("test")).values_list("uuid", flat=True))
