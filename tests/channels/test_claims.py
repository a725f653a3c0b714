"""Claims on pages: three screens for the resident, the reviewers' desk, and what it all is worth."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.signing_in import signed_in
from tests.worlds.small_county import SmallCounty, small_county
from xueqiao.channels.console.credits import group
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
EVERYTHING = Scope.everything("tests")


@pytest.fixture
def world() -> SmallCounty:
    return small_county()


def a_form(**wanted: object) -> dict[str, object]:
    return {
        "type": "training_certificate",
        "title": "中式面点",
        "issuer": "盐城技师学院",
        "ends_on": "2026-02-01",
        "hours": "44",
        "paper": SimpleUploadedFile("证书.png", b"\x89PNG\r\n\x1a\n1", "image/png"),
    } | wanted


def test_choose_photograph_follow(world: SmallCounty) -> None:
    client = signed_in(world.elder)
    first = client.get("/mine/claims/new/").content.decode()
    assert "?type=training_certificate" in first
    second = client.get("/mine/claims/new/?type=training_certificate").content.decode()
    assert 'type="file"' in second
    assert 'name="hours"' in second
    answer = client.post("/mine/claims/new/", a_form())
    assert answer.status_code == 302
    third = client.get(answer["Location"]).content.decode()
    assert "中式面点" in third
    assert "等中心受理" in third
    assert Claim.objects.within(EVERYTHING).count() == 1


def test_a_form_with_a_mistake_says_why_and_keeps_what_was_typed(world: SmallCounty) -> None:
    client = signed_in(world.elder)
    for wanted, words in (
        ({"paper": SimpleUploadedFile("a.png", b"GIF89a")}, "打不开"),
        ({"hours": "很多"}, "数目请填数字"),
        ({"hours": "-4"}, "合理范围"),
        ({"hours": "1e9"}, "合理范围"),
        ({"hours": "NaN"}, "数目请填数字"),
        ({"ends_on": "去年"}, "取得的日期"),
    ):
        answer = client.post("/mine/claims/new/", a_form(**wanted))
        assert answer.status_code == 422, wanted
        assert words in answer.content.decode()
        assert "盐城技师学院" in answer.content.decode()
    assert Claim.objects.within(EVERYTHING).count() == 0


def test_the_desk_accepts_and_judges(world: SmallCounty) -> None:
    claim = credit_bank.claim_outcome(
        actor=Actor.system("test"),
        person_id=world.elder.pk,
        outcome=credit_bank.ClaimedOutcome(
            "training_certificate", "面点", "技师学院", world.now.date().replace(day=1), {"hours": 2640}
        ),
        papers=[credit_bank.Paper("证书.pdf", b"%PDF-1")],
        now=world.now,
    )
    client = signed_in(world.officer)
    desk = client.get("/centre/claims/").content.decode()
    assert "受理申请" in desk
    client.post(f"/centre/claims/{claim.uuid}/accept/", {"method": "issuer_query", "completed": "1"})
    assert Claim.objects.within(EVERYTHING).get().state == "accepted"
    paper = client.get(f"/centre/claims/papers/{claim.evidence[0].uuid}/")
    assert paper["Content-Disposition"].startswith("attachment")
    client.post(f"/centre/claims/{claim.uuid}/judge/", {"voice": "against", "words": ""})
    assert Claim.objects.within(EVERYTHING).get().opinions.count() == 0, "a no needs words"
    client.post(f"/centre/claims/{claim.uuid}/judge/", {"voice": "for"})
    assert Claim.objects.within(EVERYTHING).get().opinions.count() == 1
    assert "等您评审" in client.get("/centre/claims/").content.decode()
    assert "面点 ·" not in client.get("/centre/claims/").content.decode(), "who has spoken does not see it again"


def test_what_learning_is_worth_on_the_page_and_in_the_api(world: SmallCounty) -> None:
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    judged(accepted(world), reviewers(), [True] * 3, world)
    refresh_listings(region=world.run.region, now=world.now)
    with clock.frozen(world.now):
        client = signed_in(world.elder)
        page = client.get("/mine/worth/").content.decode()
        row = client.get("/api/v1/me/worth").json()[0]
    assert "还差 74 学分，约合 1332 学时：可以先学 1 个班、12 学时，《手机支付与防诈骗》。" in page
    assert f'href="/classes/{world.run.code}/"' in page
    assert "行政管理（专科）" in page
    assert "至少还差 74 学分" in page, "44 hours at 18 are 2 of 76"
    assert (row["amount_hundredths"], row["missing_hundredths"], row["is_proven"]) == (200, 7400, True)
    (offered,) = row["way"]["classes"]
    assert (offered["code"], offered["seats_left"], offered["minutes"]) == (world.run.code, 20, 720)
    assert (row["way"]["missing_after_hundredths"], row["rules_version"]) == (7350, 1)


def test_the_command_checks_files_and_replays(world: SmallCounty, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(credit_bank.shipped_text("korea_acbs"), encoding="utf-8")
    bad.write_text(credit_bank.shipped_text("korea_acbs").replace("credits = 42", "credits = -42"), encoding="utf-8")
    run = CliRunner().invoke
    assert run(group, ["rules", "check", str(good)]).exit_code == 0
    told = run(group, ["rules", "check", str(bad)])
    assert told.exit_code == 1
    assert "cap.credits" in told.output
    assert run(group, ["rules", "check", str(tmp_path / "none.toml")]).exit_code == 2
    judged(accepted(world), reviewers(), [True] * 3, world)
    assert "1 项认定" in run(group, ["replay"]).output
    assert "看了 0 人" in run(group, ["rules", "what-if", str(good)]).output, "abroad is nobody's home"
    bad.write_text(credit_bank.shipped_text("community").replace("credit = 16 }", "credit = 20 }"), encoding="utf-8")
    touched = run(group, ["rules", "what-if", str(bad)])
    assert "看了 1 人：0 处变多，1 处变少" in touched.output
    assert "community/1  施行中" in run(group, ["rules", "list"]).output
    Claim.objects.within(EVERYTHING).update(amount_hundredths=350)
    assert run(group, ["replay"]).exit_code == 1
