import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests.channels.test_mine import text_of
from tests.domains.credits.completed import EVERYTHING, SYSTEM, Completed, completed
from tests.worlds.small_county import COUNTY, on_duty
from xueqiao.channels.console.cert import group
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.foundation import clock

pytestmark = pytest.mark.django_db


def issued() -> tuple[Completed, CertificateView]:
    done = completed()
    return done, credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)


def test_anybody_reads_valid_with_a_masked_name() -> None:
    done, view = issued()
    with clock.frozen(done.now):
        response = Client().get(f"/verify/{view.code.lower().replace('-', ' ')}/")
    page = text_of(response)
    assert response.status_code == 200
    for words in ("有效", view.code, "张*兰", view.title, "合德镇社区教育中心", "testserver"):
        assert words in page, words
    assert "张桂兰" not in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"


def test_a_given_name_is_compared_and_never_shown() -> None:
    done, view = issued()
    with clock.frozen(done.now):
        right = Client().post(f"/verify/{view.code}/", {"name": " 张 桂兰 "})
        wrong = Client().post(f"/verify/{view.code}/", {"name": "<script>张桂英"})
    assert "姓名一致" in text_of(right)
    assert "姓名不一致" in text_of(wrong)
    for response in (right, wrong):
        assert "桂" not in text_of(response)
        assert "<script>张" not in response.content.decode()


@pytest.mark.parametrize("code", ["XQ26-AAAA-AAAA-AAAA", "1", "' OR 1=1 --", "<script>", "张" * 70, "../../etc/passwd"])
def test_everything_else_is_unknown(code: str) -> None:
    issued()
    response = Client().get("/verify/", {"code": code}, follow=True)
    assert response.status_code == 404
    assert "查不到" in text_of(response)


def test_a_revoked_certificate_says_when_and_why_at_once() -> None:
    done, view = issued()
    officer = on_duty(done.room.world.officer, "county_officer", COUNTY)
    credit_bank.revoke_certificate(
        actor=officer, certificate_uuid=view.uuid, reason="record_error", now=done.now + timedelta(days=1)
    )
    with clock.frozen(done.now + timedelta(days=1)):
        page = text_of(Client().get(f"/verify/{view.code}/"))
    assert "已撤销" in page
    assert "原因：学习记录有误" in page
    assert "这张证书是真的" not in page


def test_the_program_asks_at_the_same_door() -> None:
    done, view = issued()
    with clock.frozen(done.now):
        answer = Client().get(f"/api/v1/verify/{view.code}").json()
    assert (answer["state"], answer["masked_name"], answer["amount_hundredths"]) == ("valid", "张*兰", 50)


def files(tmp_path: Path) -> tuple[Path, Path, str]:
    _done, view = issued()
    paper, credential = tmp_path / "c.pdf", tmp_path / "c.json"
    paper.write_bytes(
        credit_bank.certificate_pdf(actor=SYSTEM, certificate_uuid=view.uuid, site_address="https://x.example")
    )
    credential.write_text(credit_bank.credential_text(actor=SYSTEM, certificate_uuid=view.uuid), encoding="utf-8")
    return paper, credential, view.issuer_key.partition("#")[0]


def test_the_command_says_valid_invalid_and_unreadable_by_its_exit_code(tmp_path: Path) -> None:
    paper, credential, did = files(tmp_path)
    run = CliRunner().invoke
    for file in (paper, credential):
        good = run(group, ["verify", str(file), "--key", did])
        assert good.exit_code == 0, good.output
        for words in ("有效", "张*兰", "手机支付与防诈骗", did, "trusted"):
            assert words in good.output
        assert "张桂兰" not in good.output
        unchecked = run(group, ["verify", str(file)])
        assert unchecked.exit_code == 0
        assert "没有核对签发单位" in unchecked.output
    other = run(group, ["verify", str(paper), "--key", "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"])
    assert other.exit_code == 1
    assert "不在可信名单里" in other.output
    forged = tmp_path / "forged.json"
    forged.write_text(credential.read_text("utf-8").replace("张桂兰", "张桂英"), encoding="utf-8")
    assert run(group, ["verify", str(forged)]).exit_code == 1
    noise = tmp_path / "noise.bin"
    noise.write_bytes(b"\xff\xfe\x00%PDF")
    assert run(group, ["verify", str(noise)]).exit_code == 2
    assert run(group, ["verify", str(tmp_path / "nowhere.pdf")]).exit_code == 2
    as_json = run(group, ["verify", str(paper), "--json"])
    assert json.loads(as_json.output)["state"] == "valid"


def test_the_command_needs_neither_network_nor_database(tmp_path: Path) -> None:
    paper, _, did = files(tmp_path)
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = refuse\n"
        "import django; django.setup()\n"
        "from xueqiao.channels.console.cert import group\n"
        f"group(['verify', {str(paper)!r}, '--key', {did!r}])\n"
    )
    env = {"PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "xueqiao.server.settings", "PATH": "/usr/bin:/bin"}
    env["DATABASE_URL"] = "postgresql://nobody@192.0.2.1:1/nowhere"
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "有效" in done.stdout) == (0, True), done.stderr


def test_keys_lists_the_issuers_of_the_region() -> None:
    _, view = issued()
    output = CliRunner().invoke(group, ["keys"]).output
    assert output.split() == [view.issuer_key.partition("#")[0]]
    assert Certificate.objects.within(EVERYTHING).count() == 1
