"""The rule desk on pages: read, try, keep, two people bring it into force, compare, replay; and the public figures."""

import re
from datetime import date

import pytest

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.signing_in import signed_in
from tests.worlds.claims import bank_in_figures
from tests.worlds.small_county import COUNTY, SmallCounty, add_person, give_role, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import BankFigure, Claim, RuleSetVersion
from xueqiao.domains.people.models import Person

pytestmark = pytest.mark.django_db
EDIT = "/authority/rules/new/"


@pytest.fixture
def world() -> SmallCounty:
    return small_county()


def second_officer() -> Person:
    person = add_person("吴敏", born=date(1975, 5, 5))
    give_role(person, "county_officer", COUNTY)
    return person


def beginning(client: object) -> str:
    """The text the editor opens with, as a browser would send it."""
    page = client.get(f"{EDIT}?from=community/1").content.decode()  # type: ignore[attr-defined]
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, flags=re.S)
    assert found is not None
    return found[1].replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&").replace("\n", "\r\n")


def test_every_version_is_listed_and_reads_as_sentences_beside_its_text(world: SmallCounty) -> None:
    client = signed_in(world.officer)
    page = client.get("/authority/rules/").content.decode()
    assert "社区教育学分认定规则（默认稿）" in page
    assert "施行中" in page
    page = client.get("/authority/rules/community/1/").content.decode()
    assert "每 16 学时折 1 学分" in page
    assert "hours_per_credit = 16" in page
    assert "这一版管的地区比您的辖区大" in page
    assert client.get("/authority/rules/community/9/").status_code == 404


def test_a_mistake_is_shown_under_its_line_and_nothing_is_kept(world: SmallCounty) -> None:
    client = signed_in(world.officer)
    text = beginning(client).replace("step = 0.5", "stp = 0.5")
    line = text.split("\r\n").index("stp = 0.5") + 1
    for step in ("try", "keep"):
        answer = client.post(EDIT, {"text": text, "step": step})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f"第 {line} 行" in page
        assert "是不是想写 step" in page
        assert "stp = 0.5" in page, "what was typed is still there"
    assert not RuleSetVersion.objects.filter(version=2).exists()


def test_whom_it_would_touch_is_told_with_an_example_without_a_name(world: SmallCounty) -> None:
    judged(accepted(world), reviewers(), [True] * 3, world)
    client = signed_in(world.officer)
    text = beginning(client).replace("credit = 16 }", "credit = 20 }")
    page = client.post(EDIT, {"text": text, "step": "try"}).content.decode()
    assert "有 1 人学过，其中 1 人的学分会变" in page
    assert "变少 1 处，共少 0.5 学分" in page
    assert "2.5 → 2" in page
    assert "每 20 学时折 1 学分" in page
    assert world.elder.name not in page
    assert world.elder.code not in page
    assert not RuleSetVersion.objects.filter(version=2).exists(), "trying keeps nothing"


def test_two_people_bring_a_draft_into_force_on_its_day(world: SmallCounty) -> None:
    first, second = signed_in(world.officer), signed_in(second_officer())
    text = beginning(first).replace("credit = 16 }", "credit = 20 }")
    assert "region = 320924000000" in text, "made ready for the officer's own county"
    begins = re.search(r"in_force_from = (\S+)", text)
    assert begins is not None
    kept = first.post(EDIT, {"text": text, "step": "keep"})
    assert kept.status_code == 302
    address = kept["Location"]
    assert address == "/authority/rules/community/2/"
    again = first.post(EDIT, {"text": text, "step": "keep"})
    assert again.status_code == 409
    assert "version 加 1" in again.content.decode()
    first.post(f"{address}advance/", {"to": "reviewed"})
    page = first.get(address).content.decode()
    assert "要请另一位同事备案" in page
    first.post(f"{address}advance/", {"to": "filed"})
    assert RuleSetVersion.objects.get(version=2).state == "reviewed", "not by who drafted it"
    assert "零点起自动施行" in second.get(address).content.decode()
    second.post(f"{address}advance/", {"to": "filed"})
    page = second.get(address).content.decode()
    assert "已备案，等施行日" in page
    assert "不能走这一步" in second.post(f"{address}advance/", {"to": "in_force"}, follow=True).content.decode()
    RuleSetVersion.objects.filter(version=2).update(in_force_from=date(2026, 3, 1), starts_on=date(2026, 3, 1))
    assert "施行中" in second.get(address).content.decode(), "its day came; nobody pressed anything"
    told = second.get(f"{address}compare/1/").content.decode()
    assert "每 16 学时折 1 学分" in told
    assert "每 20 学时折 1 学分" in told
    second.post(f"{address}advance/", {"to": "suspended"})
    assert RuleSetVersion.objects.get(version=2).state == "suspended"
    assert "不能走这一步" in second.post(f"{address}advance/", {"to": "filed"}, follow=True).content.decode()


def test_the_history_is_worked_out_again_and_a_changed_amount_is_named(world: SmallCounty) -> None:
    client = signed_in(world.officer)
    assert "还没有认定过的成果" in client.get("/authority/rules/replay/").content.decode()
    view = judged(accepted(world), reviewers(), [True] * 3, world)
    assert "一分不差" in client.get("/authority/rules/replay/").content.decode()
    Claim.objects.within(EVERYTHING).update(amount_hundredths=300)
    page = client.get("/authority/rules/replay/").content.decode()
    assert "1 项里有 1 项对不上" in page
    assert str(view.uuid) in page


def test_anybody_reads_the_figures_down_to_the_county_and_what_is_small_is_not_in_the_page(world: SmallCounty) -> None:
    client = signed_in(world.rider)
    assert "还没有算出数字" in client.get("/open/credits/").content.decode()
    bank_in_figures(world.now)
    page = client.get("/open/credits/").content.decode()
    assert "3.40" in page
    assert "48,210" in page
    city = client.get("/open/credits/?region=320900").content.decode()
    assert "不公布" in city
    assert re.search(r">\s*6\s*<", city) is None, "six people of the county who converted"
    BankFigure.objects.filter(region=COUNTY).update(converted=1000)
    assert "1,000" in client.get("/open/credits/?region=320900").content.decode()
    assert client.get("/open/credits/?region=nonsense").status_code in (404, 409, 422)
    said = client.get("/api/v1/bank/figures?region=320900").json()
    assert {each["name"] for each in said["definitions"]} == set(said["figure"]) - {"region"}
    assert said["figure"]["region"] == "3209"
    assert said["figure"]["accounts"] is not None
    assert {each["region"] for each in said["below"]} >= {"320924"}
    assert client.get("/api/v1/bank/figures").json()["figure"]["region"] == "32"
    assert client.get("/api/v1/bank/figures?region=110000").json()["figure"] is None
    assert client.get("/api/v1/bank/figures?region=nonsense").status_code in (404, 409, 422)
    assert credit_bank.bank_figures(region=COUNTY + 100_000) is None
