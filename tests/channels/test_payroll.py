"""Contracts, slips and a teacher's own pay, as people use them."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.channels.visit import signed_in
from tests.domains.classes.teaching import APRIL_2, MEETING, owed, pay_trace, teaching
from tests.domains.payments.paying import ALL
from xueqiao.domains.classes.models import PaySlip, TeacherContract
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def form(case, **wanted):
    return {
        "centre": case.world.centre.pk,
        "teacher": case.teacher_id,
        "kind": "public",
        "band": "middle",
        "rate_yuan": "150",
        "document": "任课〔2026〕1 号",
        "valid_from": "2026-03-01",
        "valid_to": "2026-12-31",
    } | wanted


def test_a_clerk_writes_a_contract_sees_the_missing_paper_and_records_it(case):
    with clock.frozen(case.world.now):
        clerk = signed_in(case.world.clerk, staff=True)
        assert "还没有协议" in text_of(clerk.get("/centre/contracts/"))
        page = text_of(clerk.post("/centre/contracts/", form(case, rate_yuan="301")), 422)
        assert "每课时最多 300 元" in page
        assert 'value="301"' in page, "what was typed is kept"
        page = text_of(clerk.post("/centre/contracts/", form(case), follow=True))
        assert "缺许可文件，现在不计酬" in page
        contract = TeacherContract.objects.within(ALL).get()
        address = f"/centre/contracts/{contract.uuid}/"
        paper = {"unit": "射阳县中学", "document": "射中 3 号", "issued_on": "2026-03-01", "valid_to": "2026-12-31"}
        assert "文件日期" in text_of(clerk.post(address, paper | {"issued_on": "gestern"}), 422)
        page = text_of(clerk.post(address, paper, follow=True))
        assert "射中 3 号" in page
        assert "缺许可" not in page
        page = text_of(
            clerk.post(address, {"step": "end", "last_day": "2026-06-30", "reason": "学期结束"}, follow=True)
        )
        assert "学期结束" in page
    assert TeacherContract.objects.within(ALL).get().valid_to == date(2026, 6, 30)


def test_a_month_is_made_by_one_and_given_out_by_another_and_read_by_the_teacher(case, deliver_due):
    case.sign()
    case.hold(1, 2, 3, 4)
    with clock.frozen(APRIL_2):
        clerk, officer = signed_in(case.world.clerk, staff=True), signed_in(case.world.officer, staff=True)
        page = text_of(clerk.get("/finance/pay/"))
        assert "1,200" in page, "the month before is shown"
        made = {"month": "2026-03", "teacher": case.teacher_id, "centre": case.world.centre.pk}
        page = text_of(clerk.post("/finance/pay/", made, follow=True))
        assert "等人发放" in page
        assert "核对过了，发放" not in page, "who made it does not give it out"
        slip = PaySlip.objects.within(ALL).get()
        address = f"/finance/pay/{slip.uuid}/"
        teacher = signed_in(case.world.teacher)
        assert "还没有。" in text_of(teacher.get("/mine/pay/"))
        assert teacher.get(f"/mine/pay/{slip.uuid}/").status_code == 404
        assert clerk.post(address, {"step": "release"}).status_code == 403
        assert "核对过了，发放" in text_of(officer.get(address))
        assert "已发放" in text_of(officer.post(address, {"step": "release"}, follow=True))
        deliver_due(APRIL_2)
        page = text_of(teacher.get("/mine/pay/"))
        assert "1,120" in page
        page = text_of(teacher.get(f"/mine/pay/{slip.uuid}/"))
        assert "第 4 次" in page
        assert "核对过了" not in page
        assert signed_in(case.world.rider).get(f"/mine/pay/{slip.uuid}/").status_code == 404
        page = text_of(officer.post(address, {"step": "back", "reason": "银行退回"}, follow=True))
        assert "银行退回" in page
    assert owed(case) == 4 * MEETING


def test_a_month_that_cannot_be_paid_says_why_and_nothing_moves(case):
    case.sign(kind="public")
    case.hold(1, 2)
    with clock.frozen(APRIL_2):
        clerk = signed_in(case.world.clerk, staff=True)
        page = text_of(clerk.get("/finance/pay/?month=2026-03"))
        assert "公职教师，还没有本单位的许可文件" in page
        before = pay_trace()
        made = {"month": "2026-03", "teacher": case.teacher_id, "centre": case.world.centre.pk}
        assert "没有要发的课酬" in text_of(clerk.post("/finance/pay/", made, follow=True))
        assert clerk.get("/finance/pay/?month=März").status_code == 422
        assert clerk.post("/finance/pay/", {**made, "teacher": "x"}).status_code == 422
        assert "公职教师，还没有本单位的许可文件" in text_of(signed_in(case.world.teacher).get("/mine/pay/"))
    assert pay_trace() == before


def test_excel_and_csv_hold_the_same_figures(case):
    case.world.teacher.name = "=HYPERLINK(1)"
    case.world.teacher.save(update_fields=["name"])
    case.sign()
    case.hold(1, 2, 3, 4)
    case.slip()
    with clock.frozen(APRIL_2):
        officer = signed_in(case.world.officer, staff=True)
        sheet = CalamineWorkbook.from_filelike(BytesIO(officer.get("/finance/pay.xlsx?month=2026-03").content))
        row = sheet.get_sheet_by_index(0).to_python()[1]
        assert row[1:8] == ["=HYPERLINK(1)", 4.0, 360.0, 1200.0, 80.0, 1120.0, 0.0]
        text = officer.get("/finance/pay.csv?month=2026-03").content.decode("utf-8-sig")
        assert text.splitlines()[1].startswith("合德镇社区教育中心,'=HYPERLINK(1),4,360,1200.0,80.0,1120.0,0.0,")


def test_a_substitute_is_named_on_the_meetings_page(case):
    case.sign()
    other = case.substitute()
    case.sign(teacher_id=other.pk, document="合同 2")
    now = case.hold(1)
    with clock.frozen(now):
        clerk = signed_in(case.world.clerk, staff=True)
        address = f"/centre/sessions/{case.world.sessions[0].pk}/"
        assert "换了老师上课" in text_of(clerk.get(address))
        answer = clerk.post(address, {"step": "substitute", "teacher": other.pk, "why": "老师生病"}, follow=True)
        assert "代课老师" in text_of(answer)
        case.deliver(now)
    assert (owed(case), owed(case, other.pk)) == (0, MEETING)


def test_the_api_tells_a_teacher_her_own_pay_and_nobody_elses(case):
    case.sign()
    case.hold(1, 2, 3, 4)
    slip = case.release(case.slip())
    with clock.frozen(APRIL_2):
        teacher = signed_in(case.world.teacher)
        (listed,) = teacher.get("/api/v1/pay/slips").json()
        assert (listed["net_fen"], listed["month"]) == (112_000, "2026-03-01")
        whole = teacher.get(f"/api/v1/pay/slips/{slip.uuid}").json()
        assert [line["amount_fen"] for line in whole["lines"]] == [MEETING] * 4
        (contract,) = teacher.get("/api/v1/pay/contracts").json()
        assert (contract["rate_fen"], contract["lacks_permission"]) == (15_000, False)
        assert teacher.get("/api/v1/pay/unpaid").json() == []
        rider = signed_in(case.world.rider)
        assert rider.get("/api/v1/pay/slips").json() == []
        assert rider.get(f"/api/v1/pay/slips/{slip.uuid}").status_code == 404
