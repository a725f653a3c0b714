"""Family pages: adding, confirming, acting for somebody, ending."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.domains.people.conftest import Outbox, outbox
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW, SmallCounty, add_person, link_family, small_county
from xueqiao.domains.people.models import FamilyLink
from xueqiao.foundation import clock
from xueqiao.foundation.scope import Scope

__all__ = ["outbox"]


@pytest.fixture
def world(db: None, settings: object) -> SmallCounty:
    settings.DEMO = True
    with clock.frozen(NOW):
        yield small_county()


def add(client: object, name: str, phone: str) -> str:
    response = client.post("/family/add/", {"name": name, "phone": phone, "relation": "other"})
    assert response.status_code == 302
    return response.headers["Location"]


def test_a_relative_is_added_by_the_code_she_reads_out(world, outbox: Outbox):
    client = signed_in(world.rider)
    confirm = add(client, world.elder.name, world.elder.phone)
    assert "张桂兰" in client.get("/family/").content.decode()
    assert client.post(confirm, {"code": "000000x"}).status_code == 422
    assert client.post(confirm, {"code": outbox.code_for(world.elder.phone)}).headers["Location"] == "/family/"
    assert 'data-action="act-for"' in client.get("/family/").content.decode()


def test_pages_for_people_who_exist_and_who_do_not_look_the_same(world, outbox: Outbox):
    def story(name: str, phone: str) -> list[str]:
        client = signed_in(world.rider)
        confirm = add(client, name, phone)
        pages = [client.get(confirm), client.get("/family/"), client.post(confirm, {"code": "000000"})]
        hide = re.compile(r"[0-9a-f-]{36}|csrfmiddlewaretoken.*?>|" + name + "|" + phone[-4:])
        return [hide.sub("", page.content.decode()) for page in pages]

    real, made_up = story(world.elder.name, world.elder.phone), story("赵不在", "10099999999")
    assert real[0] == made_up[0] and real[1] == made_up[1]


def test_the_banner_says_for_whom_and_goes_when_the_authority_goes(world):
    link = FamilyLink.objects.within(Scope.everything("test")).get(agent=world.daughter)
    client = signed_in(world.daughter)
    assert client.post(f"/family/{link.uuid}/act/").status_code == 302
    assert "正在替 张桂兰 操作" in client.get("/help/").content.decode()
    signed_in(world.elder).post(f"/family/{link.uuid}/end/")
    assert "正在替" not in client.get("/help/").content.decode()
    assert client.post(f"/family/{link.uuid}/act/").status_code == 403


def test_the_elder_sees_who_acts_for_her_and_stops_it(world):
    client = signed_in(world.elder)
    page = client.get("/family/").content.decode()
    assert "李*梅" in page and "李秀梅" not in page
    end = re.search(r'href="(/family/[^"]+/end/)"', page).group(1)
    assert client.get(end).status_code == 200
    client.post(end)
    assert "张桂兰" not in signed_in(world.daughter).get("/family/").content.decode()


def test_a_child_waits_for_the_counter_and_consent_can_be_taken_back(world):
    client = signed_in(world.daughter)
    form = {"name": "李小宝", "year": "2018", "month": "6", "day": "1", "home_text": "合德镇", "relation": "parent"}
    assert client.post("/family/child/", form).status_code == 422
    assert client.post("/family/child/", {**form, "consent": "1"}).status_code == 302
    page = client.get("/family/").content.decode()
    assert "李小宝" in page and "等社区教育中心核对证件" in page and page.count('data-action="act-for"') == 1


def test_a_guardian_without_consent_is_asked_for_it_on_the_page(world):
    child = add_person("李小宝", born=date(2018, 6, 1), phone=None)
    link = link_family(agent=world.daughter, subject=child, relation="parent")
    client = signed_in(world.daughter)
    assert "还缺监护人同意" in client.get("/family/").content.decode()
    assert client.post(f"/family/{link.uuid}/act/").status_code == 403
    client.post(f"/family/{link.uuid}/consent/", {"consent": "1"})
    assert client.post(f"/family/{link.uuid}/act/").status_code == 302
    client.post(f"/family/{link.uuid}/consent/", {"withdraw": "1"})
    assert client.post(f"/family/{link.uuid}/act/").status_code == 403


@pytest.mark.parametrize("cap", ["-5", "1.5", "abc", "9999999", "１０"])
def test_odd_caps_are_refused(world, cap):
    link = FamilyLink.objects.within(Scope.everything("test")).get(agent=world.daughter)
    assert signed_in(world.elder).post(f"/family/{link.uuid}/cap/", {"cap": cap}).status_code == 422
    link.refresh_from_db()
    assert link.spending_cap_fen is None
