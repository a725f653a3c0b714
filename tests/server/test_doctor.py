"""The doctor notices what is wrong, and says what helps."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from xueqiao.foundation.outbox.models import Delivery, OutboxEvent
from xueqiao.server import doctor, health
from xueqiao.server.doctor import CHECKS, Finding, State, examine, exit_code
from xueqiao.server.home import Home

NOW = datetime(2026, 3, 5, 11, 0, tzinfo=UTC)
STRONG = "k" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQR"


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    home = Home(tmp_path)
    for part in (home.media, home.backups):
        part.mkdir()
    settings.MEDIA_ROOT = str(home.media)
    settings.SECRET_KEY, settings.SECRET_KEY_IS_FOR_TOOLS = STRONG, False
    return home


@pytest.mark.django_db
def test_every_line_speaks_both_languages_and_names_a_remedy(home: Home) -> None:
    findings = list(examine(home))
    assert [f.check for f in findings] == [check.__name__ for check in CHECKS]
    for finding in findings:
        assert re.search(r"[\u4e00-\u9fff]|http", finding.zh), finding
        assert re.search(r"[A-Za-z]", finding.en), finding
        assert finding.state is State.OK or finding.fix, f"{finding.check} is not well and names no remedy"


@pytest.mark.parametrize(
    ("states", "code"),
    [(["ok"], 0), (["ok", "warn"], 1), (["warn", "fail"], 2), (["fail"], 2), ([], 0)],
)
def test_the_exit_code_is_the_worst_state(states: list[str], code: int) -> None:
    assert exit_code([Finding("x", State(s), "", "") for s in states]) == code


def test_a_check_that_breaks_stops_none_of_the_others(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(home: Home) -> Finding:
        raise RuntimeError("138000")

    monkeypatch.setattr(doctor, "CHECKS", [breaks, doctor.time_zone])
    first, second = examine(home)
    assert (first.check, first.state) == ("breaks", State.FAIL)
    assert "138000" not in first.zh + first.en
    assert second.state is State.OK


@pytest.mark.django_db
def test_a_dead_delivery_is_reported(home: Home) -> None:
    assert doctor.outbox(home).state is State.OK
    event = OutboxEvent.objects.create(name="x.Y", payload={}, happened_at=NOW)
    Delivery.objects.create(event=event, subscriber="x.y", state="dead", due_at=NOW)
    assert doctor.outbox(home).state is State.WARN


@pytest.mark.django_db
def test_a_silent_worker_is_reported(home: Home) -> None:
    assert doctor.worker(home).state is State.FAIL
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')")
        assert not health.worker_is_alive()
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert doctor.worker(home).state is State.OK


@pytest.mark.django_db
def test_a_late_or_failed_job_is_reported(home: Home) -> None:
    assert doctor.queue(home).state is State.OK
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) "
            "VALUES ('default', 'x', '{}', 'todo', now() - interval '1 hour')"
        )
    assert doctor.queue(home).state is State.WARN


def test_a_weak_or_shared_secret_key_is_reported(home: Home, settings: Any) -> None:
    assert doctor.secret_key(home).state is State.OK
    home.secret_key()
    home.secret_key_file.chmod(0o644)
    assert doctor.secret_key(home).state is State.FAIL
    home.secret_key_file.chmod(0o600)
    settings.SECRET_KEY = "short"
    assert doctor.secret_key(home).state is State.FAIL


def test_a_real_site_without_https_is_reported(home: Home, settings: Any) -> None:
    settings.DEMO, settings.HTTPS = False, False
    assert doctor.https(home).state is State.FAIL
    settings.HTTPS = True
    assert doctor.https(home).state is State.OK


def test_a_region_without_a_public_address_is_told_what_its_certificates_lack(home: Home, settings: Any) -> None:
    settings.DEMO, settings.PUBLIC_URL = False, ""
    found = doctor.public_address(home)
    assert found.state is State.FAIL
    assert "XUEQIAO_PUBLIC_URL" in found.fix
    settings.PUBLIC_URL = "http://example.org"
    assert doctor.public_address(home).state is State.WARN
    settings.PUBLIC_URL = "https://example.org"
    assert doctor.public_address(home).state is State.OK
    settings.DEMO, settings.PUBLIC_URL = True, ""
    assert doctor.public_address(home).state is State.OK, "a demo's certificates are specimens"


def test_an_old_backup_is_reported_for_a_real_region(home: Home, settings: Any) -> None:
    settings.DEMO = False
    assert doctor.backup_age(home).state is State.WARN
    (home.backups / "xueqiao-20260305-110000.tar").write_bytes(b"")
    assert doctor.backup_age(home).state is State.OK


def test_unwritable_media_are_reported(home: Home, settings: Any) -> None:
    assert doctor.media(home).state is State.OK
    settings.MEDIA_ROOT = str(home.folder / "nowhere")
    assert doctor.media(home).state is State.FAIL


@pytest.mark.django_db
def test_a_database_that_may_forget_is_reported(home: Home) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        before = doctor.durability(home)
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert "synchronous_commit" not in before.zh
    after = doctor.durability(home)
    assert after.state is State.FAIL
    assert "synchronous_commit" in after.zh


def keys_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    folder = tmp_path / "keys" / "wechat"
    folder.mkdir(parents=True)
    (folder / "apiclient_key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "api_v3_key").write_text("0123456789abcdef0123456789abcdef\n")
    (folder / "app_secret").write_text("fedcba9876543210fedcba9876543210\n")
    for file in folder.iterdir():
        file.chmod(0o600)
    for name, value in {
        "XUEQIAO_PAYMENTS": "wechat",
        "XUEQIAO_PAYMENT_KEYS": str(tmp_path / "keys"),
        "XUEQIAO_WECHATPAY_MERCHANT": "1900000109",
        "XUEQIAO_WECHATPAY_APP_ID": "wx8888888888888888",
        "XUEQIAO_WECHATPAY_SERIAL": "A1",
    }.items():
        monkeypatch.setenv(name, value)
    return folder


def test_payments_say_their_mode_and_name_everything_missing_at_once(
    home: Home, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "rehearsal 演练" in doctor.payments(home).zh
    folder = keys_for(tmp_path, monkeypatch)
    settings.PUBLIC_URL = "https://learn.example.org"
    assert (doctor.payments(home).state, doctor.payments(home).en) == (
        State.OK,
        "rehearsal off; wechat real; alipay off",
    )
    (folder / "app_secret").rename(folder / "elsewhere")
    finding = doctor.payments(home)
    assert finding.state is State.WARN
    assert "app_secret" in finding.en
    (folder / "elsewhere").rename(folder / "app_secret")
    (folder / "api_v3_key").chmod(0o644)
    assert "chmod 600" in doctor.payments(home).fix
    (folder / "api_v3_key").unlink()
    monkeypatch.setenv("XUEQIAO_WECHATPAY_SERIAL", "")
    finding = doctor.payments(home)
    assert finding.state is State.FAIL
    assert "XUEQIAO_WECHATPAY_SERIAL" in finding.en
    assert "api_v3_key" in finding.en
    settings.PUBLIC_URL = ""
    assert "XUEQIAO_PUBLIC_URL" in doctor.payments(home).en
    monkeypatch.setenv("XUEQIAO_PAYMENTS", "wechatt")
    assert doctor.payments(home).state is State.FAIL


def test_sealed_keys_work_on_this_server_only(
    home: Home, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xueqiao.server.payment_gateways import seal_keys

    folder = keys_for(tmp_path, monkeypatch)
    settings.PUBLIC_URL = "https://learn.example.org"
    assert seal_keys("wechat") == ["apiclient_key.pem", "api_v3_key", "app_secret"]
    sealed = ["api_v3_key.sealed", "apiclient_key.pem.sealed", "app_secret.sealed"]
    assert sorted(file.name for file in folder.iterdir()) == sealed
    assert all(
        b"89abcdef" not in file.read_bytes() and b"fedcba98" not in file.read_bytes() for file in folder.iterdir()
    )
    assert doctor.payments(home).state is State.OK
    settings.SECRET_KEY = STRONG + "x"
    assert doctor.payments(home).state is State.FAIL
