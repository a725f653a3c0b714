"""The pages of a conversion from plan to answer, and the same by the API."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tests.domains.credits.accounts.test_expire_credits import ANNOUNCED, DUE
from tests.domains.credits.converting import PROGRAMME, RULES, Story, a_story, tightened
from tests.domains.credits.expiring import a_certified_story, available, expiry
from tests.domains.credits.revoking import claim_uuid, revoked
from tests.signing_in import signed_in
from tests.worlds.small_county import COUNTY, add_person, give_role
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people.models import Person
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db
ASKED = f"?rules={RULES}&programme={PROGRAMME}"


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    made = a_story()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def client_of(person: Person) -> Client:
    return signed_in(person)


def form_of(page: str) -> dict[str, object]:
    """What the page's form would send when its button is pressed."""
    names = dict(re.findall(r'name="(uuid|rules|programme|school)" value="([^"]+)"', page))
    return {**names, "use": re.findall(r'name="use" value="([^"]+)"', page)}


def reserved(client: Client) -> str:
    page = client.get(f"/mine/conversions/new/{ASKED}").content.decode()
    answer = client.post("/mine/conversions/new/", form_of(page))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_from_the_worth_of_my_credit_to_a_reservation_and_back(story: Story) -> None:
    client = client_of(story.person)
    worth = client.get("/mine/worth/").content.decode()
    assert f"rules={RULES}&amp;programme={PROGRAMME}" in worth
    page = client.get(f"/mine/conversions/new/{ASKED}").content.decode()
    assert "可以计 4 学分" in page
    assert "账户里会用掉 5.5 社区教育学分" in page
    place = reserved(client)
    assert (story.held.available, story.held.held_out) == (0, 550)
    shown = client.get(place).content.decode()
    assert "等学校确认" in shown and "射阳县社区学院" in shown and "第 12 条" in shown
    assert "预留 5.5" in client.get("/mine/conversions/").content.decode()
    assert "已撤回" in client.post(f"{place}withdraw/", follow=True).content.decode()
    assert story.held.available == 550


def test_what_a_cap_leaves_over_is_said_and_offered_to_another_programme(story: Story) -> None:
    tightened(3)
    client = client_of(story.person)
    page = client.get(f"/mine/conversions/new/{ASKED}").content.decode()
    assert "可以计 3 学分" in page
    assert re.search(r"还剩 1\.(25|5) 社区教育学分没有用掉，留在账户里，可以换到别的项目", page)
    assert page.count("没有用掉，留在账户里") == 1, "of the outcome that counts wholly nothing is left"
    reserved(client)
    page = client.get("/mine/worth/").content.decode()
    assert "已经转换 3 学分；没有用掉的成果里，还能用上 0 学分" in page
    other = client.get(f"/mine/conversions/new/?rules={RULES}&programme=elderly-care-associate").content.decode()
    assert "可以计 1 学分" in other
    assert "没有用掉，留在账户里" not in other


def test_the_button_pressed_twice_reserves_once(story: Story) -> None:
    client = client_of(story.person)
    form = form_of(client.get(f"/mine/conversions/new/{ASKED}").content.decode())
    places = {client.post("/mine/conversions/new/", form)["Location"] for _ in range(2)}
    assert (len(places), story.held.held_out) == (1, 550)


def test_what_is_wrong_is_said_on_the_page_with_the_plan_of_now(story: Story) -> None:
    client = client_of(story.person)
    form = form_of(client.get(f"/mine/conversions/new/{ASKED}").content.decode())
    for wrong in ({"school": "x"}, {"use": ["o1:1:第 12 条"]}, {"use": []}, {"uuid": "x"}, {"use": ["::"]}):
        answer = client.post("/mine/conversions/new/", form | wrong)
        assert answer.status_code in (409, 422)
        assert "没有预留" in answer.content.decode()
    assert story.held.held_out == 0
    assert client.get("/mine/conversions/new/")["Location"] == "/mine/worth/"
    assert client.get("/mine/conversions/new/?rules=x&programme=y").status_code == 404


def test_the_school_confirms_refuses_with_a_reason_and_reverses(story: Story) -> None:
    learner, officer = client_of(story.person), client_of(story.world.officer)
    place = reserved(learner)
    uuid = place.rstrip("/").rpartition("/")[2]
    desk = officer.get("/centre/conversions/").content.decode()
    assert "张桂兰" in desk and "确认接收 4 学分" in desk
    said = officer.post(f"/centre/conversions/{uuid}/refuse/", {"words": " "}, follow=True).content.decode()
    assert "请写一两句" in said and story.held.held_out == 550
    short = "好"
    said = officer.post(f"/centre/conversions/{uuid}/refuse/", {"words": short}, follow=True).content.decode()
    assert f'value="{short}"' in said, "what was typed is kept"
    officer.post(f"/centre/conversions/{uuid}/confirm/")
    assert "已转换" in learner.get(place).content.decode()
    assert "最近确认的" in officer.get("/centre/conversions/").content.decode()
    officer.post(f"/centre/conversions/{uuid}/reverse/", {"words": "本人退学"})
    assert "本人退学" in learner.get(place).content.decode()
    uuid = reserved(learner).rstrip("/").rpartition("/")[2]
    officer.post(f"/centre/conversions/{uuid}/refuse/", {"words": "已经修过"})
    assert "已经修过" in learner.get(f"/mine/conversions/{uuid}/").content.decode()
    assert learner.post(f"/centre/conversions/{uuid}/confirm/").status_code == 403


def test_a_deficit_is_shown_with_its_reason(story: Story) -> None:
    story.confirm(story.reserve())
    revoked(story, "面点")
    assert "待补 2.5" in client_of(story.person).get("/mine/conversions/").content.decode()


def test_the_same_by_the_api(story: Story) -> None:
    client = client_of(story.person)
    worth = client.get("/api/v1/me/worth").json()
    assert (RULES, PROGRAMME) in {(each["rules_code"], each["programme_code"]) for each in worth}
    plan = client.get(f"/api/v1/me/conversions/plan?rules_code={RULES}&programme_code={PROGRAMME}").json()
    assert (plan["amount_hundredths"], [each["name"] for each in plan["schools"]]) == (400, ["射阳县社区学院"])
    wish = {
        "uuid": str(uuid4()),
        "rules_code": RULES,
        "programme_code": PROGRAMME,
        "school_id": plan["schools"][0]["id"],
        "uses": [{name: use[name] for name in ("key", "rule_number", "counted_hundredths")} for use in plan["uses"]],
    }
    for _ in range(2):
        answer = client.post("/api/v1/me/conversions", wish, content_type="application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, "reserved"), answer.content.decode()
    (mine,) = client.get("/api/v1/me/conversions").json()
    assert (mine["uuid"], mine["amount_hundredths"], mine["sentences"][0]) == (
        wish["uuid"],
        400,
        plan["sentences"][0],
    )
    again = client.post("/api/v1/me/conversions", wish | {"uuid": str(uuid4())}, content_type="application/json")
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "outcome_not_usable")
    done = client.post(f"/api/v1/me/conversions/{wish['uuid']}/withdraw", content_type="application/json")
    assert (done.json()["state"], story.held.available) == ("withdrawn", 550)


def test_two_officers_revoke_and_one_restores_on_the_desk(story: Story) -> None:
    first = client_of(story.world.officer)
    colleague = add_person("另一名干部", born=date(1979, 4, 4))
    give_role(colleague, "county_officer", COUNTY)
    second = client_of(colleague)
    found = first.get(f"/authority/credits/?code={story.person.code}").content.decode()
    assert "面点 · 2.5 学分" in found
    assert "核对编号" in first.get("/authority/credits/?code=T9999").content.decode()
    ask = {"reason": "fraud", "words": "证书是假的"}
    first.post(f"/authority/credits/{claim_uuid('面点')}/ask/", ask)
    desk = first.get("/authority/credits/").content.decode()
    assert "要请另一位同事批准" in desk
    desk = second.get("/authority/credits/").content.decode()
    (place,) = set(re.findall(r'action="(/authority/credits/revocations/[^"]+)"', desk))
    assert first.post(place, {"decision": "revoke"}).status_code == 403
    assert "撤销了" in second.post(place, {"decision": "revoke"}, follow=True).content.decode()
    assert story.held.available == 300


def test_ended_credit_is_restored_on_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_certified_story()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    credit_bank.expire_credits(now=DUE)
    made.now = DUE
    officer = client_of(made.world.officer)
    found = officer.get(f"/authority/credits/?code={made.person.code}").content.decode()
    assert "3 学分已到期" in found
    officer.post(f"/authority/credits/ending/{expiry().uuid}/restore/", {"words": "证书已经续期"})
    assert available(made) == 300
