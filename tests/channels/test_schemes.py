"""Vouchers, shares and concessions, as officers, clerks and residents use them."""

from datetime import timedelta

import pytest

from tests.channels.visit import signed_in
from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, TODAY, add_person, give_role, small_county
from xueqiao.domains.payments.models import Concession, ShareScheme, Voucher, VoucherScheme
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db

SCHEME = {
    "kind": "campaign",
    "title": "活动周学习券",
    "source": "射教〔2026〕8 号",
    "amount_yuan": "100",
    "sponsor": "government",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
}


@pytest.fixture
def world():
    world = small_county()
    with clock.frozen(world.now):
        yield world


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:600]
    return answer.content.decode()


def test_an_officer_opens_a_scheme_funds_it_once_gives_one_out_and_closes_it(world):
    officer = signed_in(world.officer, staff=True)
    page = text_of(officer.post("/finance/vouchers/", SCHEME | {"amount_yuan": "viel"}), 422)
    assert "活动周学习券" in page, "what was typed is kept"
    assert not VoucherScheme.objects.exists()
    assert "已设好" in text_of(officer.post("/finance/vouchers/", SCHEME, follow=True))
    scheme = VoucherScheme.objects.get()
    assert (scheme.region, scheme.amount_fen) == (COUNTY, 10_000)
    address = f"/finance/vouchers/{scheme.uuid}/"
    for _ in range(2):
        officer.post(address, {"step": "fund", "amount_yuan": "5000", "form_key": "k"})
    assert books()[f"voucher:{scheme.pk}:budget"] == 500_000
    assert "没有这个学号" in text_of(officer.post(address, {"step": "issue", "learner_code": "T0"}), 422)
    for _ in range(2):
        officer.post(address, {"step": "issue", "learner_code": world.elder.code})
    assert Voucher.objects.within(ALL).get().person_id == world.elder.pk
    page = text_of(signed_in(world.elder).get("/mine/vouchers/"))
    assert "活动周学习券" in page
    assert "可以用" in page
    assert "张桂兰" in text_of(signed_in(world.daughter).get("/mine/vouchers/")), "she acts for her mother"
    assert "活动周学习券" not in text_of(signed_in(world.rider).get("/mine/vouchers/"))
    assert "已结束" in text_of(officer.post(address, {"step": "close"}, follow=True))
    assert f"voucher:{scheme.pk}:budget" not in books()


def test_shares_are_written_by_one_and_approved_by_another(world):
    officer = signed_in(world.officer, staff=True)
    form = {"title": "夜校分担", "source": "射教 9 号", "valid_from": "2026-09-01"}
    percents = {"government": "40", "market": "20", "institution": "10", "learner": "30"}
    assert "加起来要正好是 100" in text_of(officer.post("/finance/shares/", form | percents | {"learner": "40"}), 422)
    assert not ShareScheme.objects.exists()
    page = text_of(officer.post("/finance/shares/", form | percents, follow=True))
    assert "等另一个人批准" in page
    assert "批准这个办法" not in page, "who wrote it does not approve it"
    row = ShareScheme.objects.get()
    assert "不能自己批准" in text_of(officer.post(f"/finance/shares/{row.pk}/", follow=True))
    assert ShareScheme.objects.get().approved_by_id is None
    second = add_person("第二位")
    give_role(second, "county_officer", COUNTY)
    other = signed_in(second, staff=True)
    assert "批准这个办法" in text_of(other.get("/finance/shares/"))
    assert "已批准" in text_of(other.post(f"/finance/shares/{row.pk}/", follow=True))


def test_a_clerk_records_a_concession_and_ends_it_and_the_person_sees_it(world):
    clerk = signed_in(world.clerk, staff=True)
    form = {
        "learner_code": world.elder.code,
        "kind": "disability",
        "proof": "残疾人证三级",
        "valid_to": f"{TODAY + timedelta(days=300)}",
    }
    assert "到三年之内" in text_of(clerk.post("/centre/concessions/", form | {"valid_to": "2020-01-01"}), 422)
    own = form | {"learner_code": world.clerk.code}
    assert "不能给自己登记" in text_of(clerk.post("/centre/concessions/", own), 403)
    assert not Concession.objects.within(ALL).exists()
    assert "报名时自动减" in text_of(clerk.post("/centre/concessions/", form, follow=True))
    assert "残疾人证三级" in text_of(signed_in(world.elder).get("/mine/vouchers/"))
    row = Concession.objects.within(ALL).get()
    assert "已失效" in text_of(clerk.post(f"/centre/concessions/{row.uuid}/", follow=True))
    assert "残疾人证三级" not in text_of(signed_in(world.elder).get("/mine/vouchers/"))


def test_the_api_tells_ones_own(world):
    officer, clerk = signed_in(world.officer, staff=True), signed_in(world.clerk, staff=True)
    officer.post("/finance/vouchers/", SCHEME)
    scheme = VoucherScheme.objects.get()
    officer.post(f"/finance/vouchers/{scheme.uuid}/", {"step": "issue", "learner_code": world.elder.code})
    clerk.post(
        "/centre/concessions/",
        {"learner_code": world.elder.code, "kind": "student", "proof": "学生证", "valid_to": "2026-12-31"},
    )
    elder = signed_in(world.elder)
    assert [(v["title"], v["left_fen"]) for v in elder.get("/api/v1/vouchers").json()] == [("活动周学习券", 10_000)]
    assert [c["kind"] for c in elder.get("/api/v1/concessions").json()] == ["student"]
    assert signed_in(world.rider).get("/api/v1/vouchers").json() == []
    assert signed_in(world.rider).get("/api/v1/concessions").json() == []
