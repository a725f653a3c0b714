import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests.channels.test_mine import text_of
from tests.domains.credits.completed import EVERYTHING, SYSTEM, Completed, completed
from tests.domains.credits.standing import WHY, revoked
from tests.domains.credits.standing import issued as certificate
from xueqiao.channels.console.cert import group
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.domains.people.models import Person
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
    made = certificate()
    revoked(made)
    with clock.frozen(made.now):
        page = text_of(Client().get(f"/verify/{made.view.code}/"))
    assert "已撤销" in page
    assert "原因：学习记录有误" in page
    assert "这张证书是真的" not in page


def test_suspended_and_replaced_certificates_are_not_called_valid_or_revoked() -> None:
    made = certificate()
    credit_bank.suspend_certificate(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    with clock.frozen(made.now):
        page = text_of(Client().get(f"/verify/{made.view.code}/"))
    assert "已暂停" in page
    assert "已撤销" not in page
    assert "这张证书是真的" not in page
    credit_bank.lift_suspension(actor=made.first, certificate_uuid=made.view.uuid, words="没有问题", now=made.now)
    Person.objects.within(EVERYTHING).filter(pk=made.done.person.pk).update(name="张桂芝")
    new = credit_bank.reissue_certificate(actor=SYSTEM, certificate_uuid=made.view.uuid, now=made.now)
    with clock.frozen(made.now):
        page = text_of(Client().get(f"/verify/{made.view.code}/"))
    for words in ("已换发新证", new.code, "看新证书"):
        assert words in page
    assert "桂" not in page


def test_the_list_the_keys_and_the_receipt_are_there_for_anybody(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PUBLIC_URL = "https://xueqiao.example"
    made = certificate()
    number = made.row.status_place.status_list_id
    with clock.frozen(made.now):
        assert Client().get(f"/verify/{made.view.code}/receipt.json").status_code == 404
        credit_bank.seal_certificates(now=made.now)
        answer = Client().get(f"/status/{number}/revocation/")
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
            200,
            "application/vc",
            "public, max-age=30",
        )
        assert Client().get(f"/status/{number}/message/").status_code == 404
        keys = Client().get("/verify/keys.json").content.decode()
        receipt = Client().get(f"/verify/{made.view.code}/receipt.json").content
        page = text_of(Client().get("/verify/keys/"))
    leaning = credit_bank.trust_from(keys)
    credit_bank.checked_list(answer.content.decode(), leaning)
    verdict = credit_bank.verify_file(made.row.credential_text.encode(), trust=leaning, receipt=receipt)
    assert verdict.state == "valid"
    assert made.view.issuer_key.partition("#")[0] in page
    for private in (keys, receipt.decode(), page):
        assert "桂" not in private


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
