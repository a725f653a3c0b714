"""A firm's pages and the desk's, as people use them: from the licence to the invoice."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.channels.visit import signed_in
from tests.domains.demand.ordering import (
    ACCOUNT,
    CODE,
    DUE,
    FIRM,
    HEADING,
    demand_trace,
    money_of,
    names_of,
    ordering,
    people_named,
)
from tests.worlds.small_county import HEDE, TODAY, small_county
from xueqiao.channels.sheets import learner_list
from xueqiao.channels.sheets.reading import rows_of
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import BankLine, Enterprise, InvoiceRequest, NamedLearner, Order, Refund
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world():
    world = small_county()
    with clock.frozen(world.now):
        yield world


@pytest.fixture
def case():
    case = ordering()
    with clock.frozen(case.now):
        yield case


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def test_a_firm_registers_is_verified_orders_takes_the_quote_pays_and_gets_its_invoice(world):
    member, clerk = signed_in(world.rider), signed_in(world.clerk, staff=True)
    officer = signed_in(world.officer, staff=True)
    wrong = {"name": FIRM, "credit_code": "91350100M000100Y44", "region": HEDE}
    page = text_of(member.post("/enterprise/", wrong), 422)
    assert "统一社会信用代码不对" in page
    assert "91350100M000100Y44" in page, "what was typed is kept"
    page = text_of(member.post("/enterprise/", wrong | {"credit_code": CODE}, follow=True))
    assert "等工作人员核对执照" in page
    firm = Enterprise.objects.get()
    assert FIRM in text_of(clerk.get("/demand/"))
    assert "已核验" in text_of(clerk.post(f"/demand/enterprises/{firm.uuid}/", {"answer": "verify"}, follow=True))
    form = {
        "course": world.course.code,
        "centre": world.centre.pk,
        "learners": "24",
        "wish_from": f"{TODAY + timedelta(days=20)}",
        "form_key": "k1",
    }
    address = f"/enterprise/{firm.uuid}/"
    assert "20 人以上" in text_of(member.post(address, form | {"learners": "5"}), 422)
    for _ in range(2):
        assert "等报价" in text_of(member.post(address, form, follow=True))
    order = Order.objects.within(ALL).get()
    desk, own = f"/demand/orders/{order.uuid}/", f"/enterprise/orders/{order.uuid}/"
    assert "报价已发出" in text_of(clerk.post(desk, {"step": "quote"}, follow=True))
    page = text_of(member.get(own))
    assert "接受报价" in page
    assert "11,520" in page
    quote = order.quotes.get()
    done = member.post(own, {"step": "accept", "quote": quote.uuid, "seen_fen": quote.amount_fen}, follow=True)
    assert order.code in text_of(done), "the number for the transfer stands on the page"
    file = SimpleUploadedFile("bank.csv", f"{HEADING}\nN1,2026-03-04,{FIRM},11520,{order.code}".encode())
    page = text_of(officer.post("/demand/bank/", {"account": ACCOUNT, "file": file}, follow=True))
    assert "新到账 1 笔" in page
    page = text_of(
        member.post(own, {"step": "invoice", "title": FIRM, "tax_number": CODE, "kind": "plain"}, follow=True)
    )
    assert "等开票" in page
    done = officer.post(desk, {"step": "invoice", "number": "26322000000012345678"}, follow=True)
    assert "26322000000012345678" in text_of(done)
    assert InvoiceRequest.objects.get().amount_fen == DUE
    assert "已开票" in text_of(member.get(own))


def test_money_nobody_can_place_is_claimed_by_hand_and_refunds_take_two(case):
    order = case.accepted()
    officer, clerk = signed_in(case.world.officer, staff=True), signed_in(case.world.clerk, staff=True)
    file = SimpleUploadedFile("bank.csv", f"{HEADING}\nN1,2026-03-04,老板,11520,培训".encode())
    assert "要您认领 1 笔" in text_of(officer.post("/demand/bank/", {"account": ACCOUNT, "file": file}, follow=True))
    line = BankLine.objects.get()
    before = demand_trace()
    answer = officer.post(f"/demand/bank/{line.pk}/", {"step": "assign", "words": "电话核对过"}, follow=True)
    assert 'value="电话核对过"' in answer.content.decode(), "what was typed is kept"
    assert 'value="电话核对过"' not in officer.get("/demand/bank/").content.decode(), "for one page"
    assert "写上是哪张订单" in text_of(answer)
    assert demand_trace() == before
    form = {"step": "assign", "order": order.code, "words": "电话核对过"}
    assert "已认领" in text_of(officer.post(f"/demand/bank/{line.pk}/", form, follow=True))
    desk = f"/demand/orders/{order.uuid}/"
    form = {"step": "refund", "amount_yuan": "480", "reason": "少来一人"}
    assert "等汇出" in text_of(clerk.post(desk, form, follow=True))
    refund = Refund.objects.get()
    assert "少来一人" in text_of(officer.get("/demand/"))
    officer.post(f"/demand/refunds/{refund.uuid}/", {"step": "send", "bank_reference": "OUT77"})
    assert money_of(order) == {"held": DUE - 48_000, "excess": 0, "bank": DUE - 48_000, "unknown": 0}
    assert "OUT77" in text_of(signed_in(case.world.rider).get(f"/enterprise/orders/{order.uuid}/"))


def test_a_broken_file_is_refused_whole_with_its_line(case):
    order = case.accepted()
    officer = signed_in(case.world.officer, staff=True)
    before = demand_trace()
    content = f"{HEADING}\nN1,2026-03-04,{FIRM},1,{order.code}\nN2,gestern,{FIRM},1,{order.code}".encode()
    answer = officer.post("/demand/bank/", {"account": ACCOUNT, "file": SimpleUploadedFile("bank.csv", content)})
    assert "第 3 行看不懂" in text_of(answer, 422)
    assert "先选" in text_of(officer.post("/demand/bank/", {"account": ACCOUNT}), 422)
    assert demand_trace() == before


def test_the_desk_gives_an_order_its_class_or_says_what_is_missing(case):
    order = case.accepted()
    clerk = signed_in(case.world.clerk, staff=True)
    desk = f"/demand/orders/{order.uuid}/"
    run, _, _ = case.run()
    assert run.code in text_of(clerk.get(desk))
    small, _, _ = case.run(capacity=3)
    assert "只有 3 个座位" in text_of(clerk.post(desk, {"step": "open", "run": small.code}, follow=True))
    assert "正在上课" in text_of(clerk.post(desk, {"step": "open", "run": run.code}, follow=True))
    assert case.fresh(order).run_code == run.code


def test_a_stranger_sees_no_firm_and_no_order(case):
    order = case.accepted()
    stranger = signed_in(case.world.elder)
    assert FIRM not in text_of(stranger.get("/enterprise/"))
    assert stranger.get(f"/enterprise/{case.firm.uuid}/").status_code == 404
    assert stranger.get(f"/enterprise/orders/{order.uuid}/").status_code == 404
    assert stranger.get("/demand/").status_code == 403


def test_the_api_does_what_the_portal_does(case):
    member = signed_in(case.world.rider)
    (firm,) = member.get("/api/v1/enterprises").json()
    assert (firm["name"], firm["state"]) == (FIRM, "verified")
    body = {
        "course_code": case.world.course.code,
        "institution_code": case.world.centre.code,
        "learners": 24,
        "wish_from": f"{TODAY + timedelta(days=20)}",
        "request_key": "api-1",
    }
    address = f"/api/v1/enterprises/{case.firm.uuid}/orders"
    made = member.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert len(member.get(address).json()) == 1
    order = case.quoted(request_key="api-1")
    shown = member.get(f"/api/v1/orders/{order.uuid}").json()
    assert shown["quote"]["amount_fen"] == DUE
    accept = {"quote_uuid": shown["quote"]["uuid"], "seen_fen": DUE}
    done = member.post(f"/api/v1/orders/{order.uuid}/accept", accept, content_type="application/json").json()
    assert (done["state"], done["left_fen"]) == ("accepted", DUE)
    assert signed_in(case.world.elder).get(f"/api/v1/orders/{order.uuid}").status_code == 404


def test_a_firm_pastes_a_list_sees_what_is_wrong_adds_it_and_takes_somebody_off(case):
    order = case.accepted()
    member = signed_in(case.world.rider)
    address, own = f"/enterprise/orders/{order.uuid}/learners/", f"/enterprise/orders/{order.uuid}/"
    assert "写名单" in text_of(member.get(own))
    before = demand_trace()
    wrong = text_of(member.post(address, {"step": "check", "pasted": "王芳 13900000001 绣花工\n李强 139"}))
    assert "有 1 行要改" in wrong
    assert "手机号写得不对" in wrong
    kept = re.search(r'name="kept" value="([^"]+)"', wrong)[1]
    assert "一个人都没有加" in text_of(member.post(address, {"step": "add", "kept": kept}), 422)
    assert "里面一个人都没有" in text_of(member.post(address, {"step": "check", "pasted": " "}), 422)
    assert demand_trace() == before, "a dry run writes nothing"
    fine = text_of(member.post(address, {"step": "check", "pasted": "王芳 13900000001 绣花工\n李 强，13900000002"}))
    assert "2 人可以加" in fine
    kept = re.search(r'name="kept" value="([^"]+)"', fine)[1]
    assert "名单加了 2 人" in text_of(member.post(address, {"step": "add", "kept": kept}, follow=True))
    assert names_of(order) == ["王芳", "李强"]
    page = text_of(member.get(own))
    assert "王芳" in page
    assert "13900000001" not in page, "only names stand on the page"
    learner = NamedLearner.objects.within(ALL).get(name="李强").pk
    done = text_of(member.post(address, {"step": "remove", "learner": learner}, follow=True))
    assert "已从名单拿掉" in done
    assert names_of(order) == ["王芳"]
    assert "王芳" in text_of(signed_in(case.world.clerk, staff=True).get(f"/demand/orders/{order.uuid}/"))


def test_a_list_of_one_order_is_not_added_to_another(case):
    order, other = case.accepted(), case.accepted(request_key="form 2")
    member = signed_in(case.world.rider)
    page = text_of(
        member.post(f"/enterprise/orders/{order.uuid}/learners/", {"step": "check", "pasted": "王芳 13900000001"})
    )
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    address = f"/enterprise/orders/{other.uuid}/learners/"
    assert "另一张订单" in text_of(member.post(address, {"step": "add", "kept": kept}), 422)
    assert "放得太久" in text_of(member.post(address, {"step": "add", "kept": kept + "x"}), 422)
    assert names_of(other) == []


def test_a_list_comes_as_a_file_and_goes_back_with_what_is_wrong(case):
    order = case.accepted()
    member = signed_in(case.world.rider)
    address = f"/enterprise/orders/{order.uuid}/learners/"
    empty = member.get("/enterprise/learners-template/")
    assert rows_of(empty.content, "名单") == [(1, ["姓名*", "手机号*", "岗位"])]

    def sent(lines):
        checked = [demand.CheckedLearner(line) for line in people_named(*lines)]
        content = learner_list.answered(checked)
        return member.post(address, {"step": "check", "list": SimpleUploadedFile("x.xlsx", content)})

    page = text_of(sent([("王芳", "13900000001"), ("李强", "139")]))
    assert "第 3 行" in page, "as Excel numbers it"
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    answers = member.post(address, {"step": "answers", "kept": kept})
    (_, head), (_, fine), (_, wrong) = rows_of(answers.content, "名单")
    assert head[-1] == "查下来"
    assert (fine[-1], wrong[0]) == ("可以加", "李强")
    assert "手机号写得不对" in wrong[-1]
    assert "可以加" in text_of(sent([("王芳", "13900000001")]))
    broken = member.post(address, {"step": "check", "list": SimpleUploadedFile("x.xlsx", b"no sheet")})
    assert "没有收下" in text_of(broken, 422)
    assert names_of(order) == []


def test_the_class_page_says_whose_class_it_is_and_a_stranger_is_told_what_to_do(case):
    order, (run, _, _) = case.accepted(), case.run()
    assert "凭名单报名" not in text_of(signed_in(case.world.elder).get(f"/classes/{run.code}/"))
    case.give(order, run)
    stranger = signed_in(case.world.elder)
    page = text_of(stranger.get(f"/classes/{run.code}/"))
    assert f"{run.capacity} 个座位都是{FIRM}给员工订的" in page
    assert f"不在名单上，请找{FIRM}的经办人" in page
    for words in ("座可报", f"还有 {run.capacity} 座"):
        assert words not in page, "its seats are not free for who reads this"
    assert "先报先得" not in page
    refused = stranger.post(f"/enrol/{run.code}/", {"person": str(case.world.elder.uuid), "form_key": "x"})
    assert refused.status_code in {400, 409, 422}
    assert f"请找{FIRM}的经办人" in refused.content.decode()
    member = signed_in(case.world.rider)
    address = f"/enterprise/orders/{order.uuid}/learners/"
    demand.name_learners(
        actor=case.member, order_uuid=order.uuid, lines=people_named(("王芳", "13900000001")), now=case.now
    )
    assert f"/classes/{run.code}/" in text_of(member.get(address)), "words to send on, with the link"
    assert signed_in(case.world.clerk, staff=True).get(address).status_code == 404


def test_the_api_names_people_as_the_page_does_and_answers_every_line(case):
    order, (run, _, _) = case.accepted(), case.run()
    case.give(order, run)
    member, address = signed_in(case.world.rider), f"/api/v1/orders/{order.uuid}/learners"

    def send(**body):
        return member.post(address, body, content_type="application/json")

    wrong = {"name": "王芳", "phone": "139"}
    looked = send(lines=[{"name": "李梅", "phone": "13900000002", "post": "绣花工"}, wrong]).json()
    assert (looked["is_named"], looked["good"], looked["wrong"]) == (False, 1, 1)
    assert [(line["number"], line["state"]) for line in looked["lines"]] == [(1, "good"), (2, "wrong")]
    assert looked["lines"][1]["code"] and "手机号" in looked["lines"][1]["detail"]
    before = demand_trace()
    refused = send(lines=[{"name": "李梅", "phone": "13900000002"}, wrong], dry_run=False)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (422, "learners_refused")
    assert send(text="李梅 13900000002", lines=[wrong]).status_code == 422
    assert demand_trace() == before, "nothing of a wrong list is kept"
    assert send(text="李梅 13900000002 绣花工\n王芳 13900000001", dry_run=False).json()["good"] == 2
    again = send(text="王芳 13900000001", dry_run=False).json()
    assert (again["good"], again["known"]) == (0, 1)
    named = member.get(address).json()
    assert [(each["name"], each["post"], each["has_seat"]) for each in named["learners"]] == [
        ("李梅", "绣花工", False),
        ("王芳", "", False),
    ]
    assert "13900000001" not in str(named)
    assert member.delete(f"{address}/{named['learners'][0]['id']}").status_code == 204
    assert names_of(order) == ["王芳"]
    stranger = signed_in(case.world.elder)
    for answer in (stranger.get(address), stranger.post(address, {}, content_type="application/json")):
        assert answer.status_code == 404


def test_the_api_takes_the_file_of_the_page_and_refuses_bad_ones_whole(case):
    order, (run, _, _) = case.accepted(), case.run()
    case.give(order, run)
    member, address = signed_in(case.world.rider), f"/api/v1/orders/{order.uuid}/learners/file"

    def send(content: bytes, client=member, query=""):
        return client.post(address + query, {"file": SimpleUploadedFile("list.xlsx", content)})

    def book(*rows):
        lines = [demand.LearnerLine(number, *row) for number, row in enumerate(rows, 2)]
        return learner_list.answered([demand.CheckedLearner(line, None, False) for line in lines])

    good, wrong = ("李梅", "13900000002", "绣花工"), ("王芳", "139", "")
    before = demand_trace()
    looked = send(book(good, wrong)).json()
    assert (looked["is_named"], looked["good"], looked["wrong"]) == (False, 1, 1)
    assert [(line["number"], line["state"]) for line in looked["lines"]] == [(2, "good"), (3, "wrong")]
    assert "手机号写得不对" in looked["lines"][1]["detail"]
    refused = send(book(good, wrong), query="?dry_run=false")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (422, "learners_refused")
    for content in (b"no sheet", b"", bytes.fromhex("d0cf11e0a1b11ae1") + b"old", b"P" * 1_000_001):
        bad = send(content, query="?dry_run=false")
        assert (bad.status_code, bad.json()["type"].rpartition(":")[2]) == (422, "sheet_refused")
    assert member.post(address, {}).status_code == 422
    assert member.post(address).json()["type"].rpartition(":")[2] == "sheet_refused"
    assert send(book(good), client=signed_in(case.world.elder)).status_code == 404
    assert demand_trace() == before, "nothing of a wrong file is kept"
    assert send(book(good), query="?dry_run=false").json()["is_named"]
    assert names_of(order) == ["李梅"]
    assert send(book(good), query="?dry_run=false").json()["known"] == 1
