"""The finance desk and the daily close, as people use them."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.channels.visit import signed_in
from tests.domains.payments.paying import ALL, TO_PAY, begin, owed
from tests.worlds.small_county import HEDE, add_person, give_role
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import CashDay, Difference
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = owed()
    with clock.frozen(case.now):
        yield case


def text_of(answer):
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_the_desk_shows_money_differences_and_what_waits(case):
    payment = begin(case)
    payments.rehearse_callback(payment_uuid=payment.uuid, choice="lost", now=case.now)
    payments.take_statement(gateway="rehearsal", day=clock.local_date(case.now), now=case.now)
    payments.query_payment(payment_id=payment.pk, now=case.now)
    officer = signed_in(case.world.officer, staff=True)
    page = text_of(officer.get("/finance/"))
    for words in ("今天的钱", "240", "一边成功，一边没有", payment.order_code, "演练（不动真钱）"):
        assert words in page
    assert "王小骑" not in page, "no resident's name is needed to keep books"
    row = Difference.objects.within(ALL).get()
    officer.post(f"/finance/differences/{row.pk}/", {"step": "own"})
    assert "陈明" in text_of(officer.get("/finance/"))
    answer = officer.post(
        f"/finance/differences/{row.pk}/", {"step": "resolve", "resolution": "回传丢失，轮询已补记"}, follow=True
    )
    assert "都对得上" in text_of(answer)
    assert "对上了，已结清" in text_of(answer)


def test_words_too_short_are_refused_and_nothing_moves(case):
    payment = begin(case)
    payments.rehearse_callback(payment_uuid=payment.uuid, choice="lost", now=case.now)
    payments.take_statement(gateway="rehearsal", day=clock.local_date(case.now), now=case.now)
    row = Difference.objects.within(ALL).get()
    officer = signed_in(case.world.officer, staff=True)
    assert officer.post(f"/finance/differences/{row.pk}/", {"resolution": "好"}).status_code == 422
    assert officer.get("/finance/?day=gestern").status_code == 422
    assert Difference.objects.within(ALL).get().resolved_at is None


def test_the_excel_file_holds_the_same_figures(case):
    payment = begin(case)
    for message in payments.rehearse_callback(payment_uuid=payment.uuid, choice="pay", now=case.now):
        payments.take_callback(gateway="rehearsal", headers=message.headers, body=message.body, now=case.now)
    answer = signed_in(case.world.officer, staff=True).get("/finance/money.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["当天收支", "对账单", "差异"]
    assert book.get_sheet_by_name("当天收支").to_python()[1][1:4] == ["演练（不动真钱）", TO_PAY / 100, 1.0]


def test_a_clerk_counts_and_a_colleague_closes_the_day(case):
    clerk = signed_in(case.world.clerk, staff=True)
    assert "今天还没有收过现金" in text_of(clerk.get("/centre/cash/"))
    slip = clerk.post("/centre/cash/", {"step": "opening", "opening_yuan": "两百"})
    assert slip.status_code == 422 and 'value="两百"' in slip.content.decode()
    assert "金额要写成 240 或 240.50" in slip.content.decode()
    clerk.post("/centre/cash/", {"step": "opening", "opening_yuan": "200"})
    answer = clerk.post("/centre/cash/", {"step": "count", "counted_yuan": "199.50"})
    assert answer.status_code == 422
    assert "-0.50 元" in answer.content.decode()
    assert "199.50" in answer.content.decode(), "what was typed is kept"
    slip = clerk.post(
        "/centre/cash/", {"step": "count", "counted_yuan": "199.50", "reason": "找零时多找了五角"}, follow=True
    )
    assert "等第二个人确认" in text_of(slip)
    assert "我点过了" not in text_of(slip), "nobody confirms her own box"
    colleague = add_person("小周")
    give_role(colleague, "centre_clerk", HEDE)
    other, box = signed_in(colleague, staff=True), CashDay.objects.within(ALL).get()
    assert "请您确认" in text_of(other.get("/centre/cash/"))
    assert clerk.post(f"/centre/cash/{box.uuid}/", {"step": "close"}).status_code == 403
    closed = other.post(f"/centre/cash/{box.uuid}/", {"step": "close"}, follow=True)
    assert "这一天的账不能再改" in text_of(closed)
    assert "已日结" in text_of(clerk.get("/centre/cash/"))
    assert clerk.post("/centre/cash/", {"step": "again"}).status_code == 409
    refused = clerk.post("/centre/counter/", {"step": "open", "code": "0"})
    assert refused.status_code in {404, 422}


def test_yesterdays_box_can_still_be_counted(case):
    clerk = signed_in(case.world.clerk, staff=True)
    clerk.post("/centre/cash/", {"step": "opening", "opening_yuan": "0"})
    with clock.frozen(case.now + timedelta(days=1)):
        assert "我还没日结的" in text_of(clerk.get("/centre/cash/"))
        box = CashDay.objects.within(ALL).get()
        typed = {"step": "count", "counted_yuan": "零", "reason": "找零"}
        slip = clerk.post(f"/centre/cash/{box.uuid}/", typed)
        assert slip.status_code == 422 and "金额要写成" in slip.content.decode()
        assert 'value="零"' in slip.content.decode() and 'value="找零"' in slip.content.decode()
        page = clerk.post(f"/centre/cash/{box.uuid}/", {"step": "count", "counted_yuan": "0"}, follow=True)
        assert "等第二个人确认" in text_of(page)
