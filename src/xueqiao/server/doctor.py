"""What `xueqiao doctor` looks at. Each check answers in one line: how it is, what that means, which command helps."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection

from xueqiao.foundation import clock
from xueqiao.foundation.outbox.api import delivery_state
from xueqiao.server import environment, health
from xueqiao.server.home import Home

DISK_WARN_BYTES = 5 << 30
DISK_FAIL_BYTES = 500 << 20
KEY_WARNING = timedelta(days=30)
BACKUP_AGE_MAX = timedelta(days=2)
OUTSIDE_CHECK_AGE_MAX = timedelta(days=2)
CLOCK_SKEW_MAX_SECONDS = 2.0
SECRET_LENGTH_MIN = 50


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line: the check's name, its state, what it means in Chinese and English, and the command that helps."""

    check: str
    state: State
    zh: str
    en: str
    fix: str = ""


Check = Callable[[Home], Finding]


def examine(home: Home) -> Iterator[Finding]:
    """Run every check; one that breaks is a failed finding and stops none of the others."""
    for check in CHECKS:
        name = check.__name__
        try:
            yield check(home)
        except Exception as failure:
            yield Finding(
                name,
                State.FAIL,
                f"检查没有做成：{type(failure).__name__}",
                f"the check broke: {type(failure).__name__}",
            )


def exit_code(findings: list[Finding]) -> int:
    """0 all well, 1 something to look at, 2 something is broken."""
    states = {finding.state for finding in findings}
    return 2 if State.FAIL in states else 1 if State.WARN in states else 0


def database(home: Home) -> Finding:
    try:
        connection.ensure_connection()
    except Exception:
        return Finding("database", State.FAIL, "数据库没有应答", "the database does not answer", "xueqiao up")
    version = connection.pg_version  # type: ignore[attr-defined]
    if version < 180000:
        return Finding(
            "database",
            State.FAIL,
            f"PostgreSQL 版本 {version // 10000} 太旧，需要 18",
            f"PostgreSQL {version // 10000} is too old, 18 is needed",
            "unset DATABASE_URL; xueqiao up",
        )
    return Finding("database", State.OK, f"PostgreSQL {version // 10000} 应答正常", "the database answers")


def durability(home: Home) -> Finding:
    off = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _show(name) == "off"]
    if off:
        return Finding(
            "durability",
            State.FAIL,
            f"断电会丢数据：{', '.join(off)} 关闭了",
            f"a power cut loses data: {', '.join(off)} is off",
            f"psql -c 'ALTER SYSTEM RESET {off[0]}'",
        )
    return Finding("durability", State.OK, "写入落盘后才算数", "commits wait for the disk")


def migrations(home: Home) -> Finding:
    if health.is_migrated():
        return Finding("migrations", State.OK, "数据表是最新的", "the schema is up to date")
    return Finding("migrations", State.FAIL, "数据表不是最新的", "migrations are pending", "xueqiao init")


def worker(home: Home) -> Finding:
    if health.worker_is_alive():
        return Finding("worker", State.OK, "后台任务在运行", "a worker is alive")
    return Finding(
        "worker",
        State.FAIL,
        "没有后台任务在运行：到点的事不会办",
        "no worker is alive: nothing timed happens",
        "xueqiao up",
    )


def queue(home: Home) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'todo' "
            "AND coalesce(scheduled_at, now()) < now() - interval '5 minutes') FROM procrastinate_jobs"
        )
        failed, late = cursor.fetchone()
    if failed or late:
        return Finding(
            "queue",
            State.WARN,
            f"{failed} 个任务失败，{late} 个迟了五分钟以上",
            f"{failed} jobs failed, {late} are over five minutes late",
            "less $XUEQIAO_HOME/logs/worker.log",
        )
    return Finding("queue", State.OK, "任务都按时", "jobs are on time")


def outbox(home: Home) -> Finding:
    state = delivery_state(clock.now())
    if state.dead:
        return Finding(
            "outbox",
            State.WARN,
            f"{state.dead} 条事件十次都没有送到",
            f"{state.dead} events were given up after ten tries",
            "xueqiao events retry",
        )
    if state.overdue:
        return Finding(
            "outbox", State.WARN, f"{state.overdue} 条事件迟到", f"{state.overdue} events are late", "xueqiao up"
        )
    return Finding("outbox", State.OK, "事件都送到了", "events arrive")


def clock_skew(home: Home) -> Finding:
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        there = float(cursor.fetchone()[0])
    skew = abs(there - (before + time.time()) / 2)
    if skew > CLOCK_SKEW_MAX_SECONDS:
        return Finding(
            "clock_skew",
            State.FAIL,
            f"本机与数据库的时钟差 {skew:.1f} 秒",
            f"this clock and the database's differ by {skew:.1f} s",
            "timedatectl set-ntp true",
        )
    return Finding("clock_skew", State.OK, "时钟一致", "clocks agree")


def secret_key(home: Home) -> Finding:
    if settings.SECRET_KEY_IS_FOR_TOOLS:
        return Finding("secret_key", State.FAIL, "没有密钥", "there is no secret key", "xueqiao init")
    if len(settings.SECRET_KEY) < SECRET_LENGTH_MIN or len(set(settings.SECRET_KEY)) < 10:
        return Finding("secret_key", State.FAIL, "密钥太弱", "the secret key is weak", "unset XUEQIAO_SECRET_KEY")
    file = home.secret_key_file
    if file.exists() and file.stat().st_mode & 0o077:
        return Finding(
            "secret_key", State.FAIL, "密钥文件别人也能读", "others may read the key file", f"chmod 600 {file}"
        )
    return Finding("secret_key", State.OK, "密钥够强，只有本人能读", "the secret key is strong and private")


def hosts(home: Home) -> Finding:
    if "*" in settings.ALLOWED_HOSTS:
        return Finding(
            "hosts",
            State.FAIL,
            "任何域名都被接受",
            "any host name is accepted",
            "export XUEQIAO_HOSTS=learn.example.org",
        )
    if not settings.DEMO and set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "testserver"}:
        return Finding(
            "hosts",
            State.WARN,
            "只接受本机访问",
            "only this machine is served",
            "export XUEQIAO_HOSTS=learn.example.org",
        )
    return Finding("hosts", State.OK, "域名已设好", "host names are set")


def https(home: Home) -> Finding:
    if settings.DEMO or settings.HTTPS:
        return Finding("https", State.OK, "访问方式合适", "pages are served as they should be")
    return Finding("https", State.FAIL, "正式网站没有用 HTTPS", "a real site without HTTPS", "unset XUEQIAO_HTTPS")


def disk(home: Home) -> Finding:
    folder = home.folder if home.folder.exists() else home.folder.parent
    free = shutil.disk_usage(folder).free
    words = (f"剩 {free / (1 << 30):.1f} GB", f"{free / (1 << 30):.1f} GB free")
    state = State.FAIL if free < DISK_FAIL_BYTES else State.WARN if free < DISK_WARN_BYTES else State.OK
    return Finding("disk", state, *words, fix="" if state is State.OK else f"du -sh {home.folder}/*")


def media(home: Home) -> Finding:
    folder = Path(settings.MEDIA_ROOT)
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
            works = Path(file.name).read_bytes() == b"x"
    except OSError:
        works = False
    if not works:
        return Finding("media", State.FAIL, f"{folder} 不能读写", f"{folder} cannot be written", "xueqiao init")
    return Finding("media", State.OK, "上传的文件能读写", "media can be written and read")


def backup_age(home: Home) -> Finding:
    made = [p.stat().st_mtime for p in home.backups.glob("xueqiao-*.tar")] if home.backups.is_dir() else []
    if made and datetime.now(UTC) - datetime.fromtimestamp(max(made), UTC) < BACKUP_AGE_MAX:
        return Finding("backup_age", State.OK, "两天内有备份", "there is a backup of the last two days")
    state = State.OK if settings.DEMO else State.WARN
    return Finding("backup_age", state, "两天内没有备份", "no backup in the last two days", "xueqiao backup")


def time_zone(home: Home) -> Finding:
    if settings.TIME_ZONE != "Asia/Shanghai":
        return Finding("time_zone", State.FAIL, "时区不是北京时间", "the time zone is not Asia/Shanghai")
    return Finding("time_zone", State.OK, "北京时间", "Asia/Shanghai")


def static_files(home: Home) -> Finding:
    folder = environment.STATIC_FOLDER.read()
    if not folder and not any(home.static.glob("*/staticfiles.json")):
        return Finding(
            "static_files", State.WARN, "静态文件还没有收集", "static files are not collected", "xueqiao init"
        )
    return Finding("static_files", State.OK, "静态文件已收集", "static files are collected")


def ledger(home: Home) -> Finding:
    from xueqiao.foundation.ledger.api import verify_ledger  # noqa: PLC0415 - heavy

    verdict = verify_ledger()
    if not verdict.is_sound:
        return Finding("ledger", State.FAIL, "账本对不上", "the ledger does not add up", "xueqiao ledger verify")
    return Finding("ledger", State.OK, "账本核对无误", "the ledger adds up")


def outside_check(home: Home) -> Finding:
    """What beancount said of the ledger in the last nightly check, and whether there was one."""
    from xueqiao.foundation.ledger.api import latest_outside_check  # noqa: PLC0415 - heavy

    last, fix = latest_outside_check(), "xueqiao ledger check --beancount"
    if last is not None and last.verdict in ("differs", "broken"):
        zh = "beancount 复算账本不一致" if last.verdict == "differs" else "beancount 没有复算完"
        return Finding("outside_check", State.FAIL, zh, f"the check by beancount: {last.verdict}", fix)
    quiet = State.OK if settings.DEMO else State.WARN
    if last is not None and last.verdict == "absent":
        words = ("没有安装 beancount，账本没有第三方复算", "beancount is not installed: nobody else adds up the ledger")
        return Finding("outside_check", quiet, *words, "pip install beancount")
    if last is None or clock.now() - last.checked_at > OUTSIDE_CHECK_AGE_MAX:
        words = ("两天内 beancount 没有复算过账本", "no check by beancount in the last two days")
        return Finding("outside_check", quiet, *words, fix)
    return Finding("outside_check", State.OK, "beancount 复算账本一致", "beancount agrees with the ledger")


def address(home: Home) -> Finding:
    from xueqiao.server.supervisor import read_record  # noqa: PLC0415

    running = read_record(home.running_file)
    if running is None:
        return Finding("address", State.WARN, "学桥没有用 up 启动", "not started by `up`", "xueqiao up")
    host, _, port = running.address.removeprefix("http://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=2).close()
    except OSError:
        return Finding("address", State.FAIL, f"{running.address} 没有应答", "the site does not answer", "xueqiao up")
    return Finding("address", State.OK, running.address, "the site answers")


def public_address(home: Home) -> Finding:
    """Without it certificates name no status list, and a verifier elsewhere never learns that one was revoked."""
    fix = "set XUEQIAO_PUBLIC_URL to the https address of this site before certificates are issued"
    if not settings.PUBLIC_URL:
        words = ("证书上没有吊销名单的地址，别处核验不到吊销", "certificates name no list of what was revoked")
        return Finding("public_address", State.OK if settings.DEMO else State.FAIL, *words, fix)
    if not settings.PUBLIC_URL.startswith("https://") and not settings.DEMO:
        return Finding("public_address", State.WARN, f"{settings.PUBLIC_URL} 不是 https", "not https", fix)
    return Finding("public_address", State.OK, settings.PUBLIC_URL, "certificates name their status list")


def payments(home: Home) -> Finding:
    """In which mode each way to pay is, and what is missing."""
    from xueqiao.server.payment_gateways import standings  # noqa: PLC0415 - heavy

    found = standings()
    zh = {"rehearsal": "演练，不动真钱", "real": "真实收款", "off": "没有开通", "broken": "没有配齐"}
    words = "；".join(f"{each.name} {zh[each.mode]}" for each in found)
    said = "; ".join(f"{each.name} {each.mode}" for each in found)
    missing = [part for each in found for part in each.missing]
    exposed = [file for each in found for file in each.exposed]
    if missing:
        return Finding(
            "payments",
            State.FAIL,
            f"{words}。缺：{'、'.join(missing)}",
            f"{said}. Missing: {', '.join(missing)}",
            "less docs/operators/payments.md",
        )
    if exposed:
        return Finding(
            "payments",
            State.FAIL,
            f"{words}。别人也能读密钥文件",
            f"{said}. Others may read the key files",
            f"chmod 600 {' '.join(exposed)}",
        )
    wanting = [part for each in found for part in each.wanting]
    if wanting:
        return Finding(
            "payments",
            State.WARN,
            f"{words}。在微信里打开时只能扫码付，缺：{'、'.join(wanting)}",
            f"{said}. Inside WeChat people can only scan a code. Missing: {', '.join(wanting)}",
            "less docs/operators/payments.md",
        )
    if not settings.DEMO and all(each.mode in {"rehearsal", "off"} for each in found):
        return Finding("payments", State.WARN, words, said, "export XUEQIAO_PAYMENTS=wechat,alipay")
    return Finding("payments", State.OK, words, said)


def signing_key(home: Home) -> Finding:
    """Whether the key of certificates is near its end, and whether new certificates reach the time log."""
    from xueqiao.domains.credits.api import signing_keys, verify_time_log  # noqa: PLC0415 - heavy

    now = clock.now()
    active = next((key for key in signing_keys() if key.state == "active"), None)
    if active is None:
        return Finding("signing_key", State.OK, "还没有签发过证书", "no certificate was signed yet")
    verdict = verify_time_log()
    if verdict.wrong:
        return Finding(
            "signing_key", State.FAIL, "时间日志对不上", "the time log does not agree", "xueqiao keys verify"
        )
    if active.valid_until <= now + KEY_WARNING:
        return Finding(
            "signing_key",
            State.FAIL if active.valid_until <= now else State.WARN,
            f"签发密钥 {clock.local(active.valid_until):%Y-%m-%d} 到期",
            "the signing key is near its end",
            "xueqiao keys new",
        )
    return Finding("signing_key", State.OK, "签发密钥在有效期内", "the signing key is in force")


def user(home: Home) -> Finding:
    if os.geteuid() == 0 and not settings.DEMO:
        return Finding(
            "user",
            State.WARN,
            "网站以 root 运行；正式使用请换普通用户",
            "the site runs as root; use an ordinary user for real use",
            "adduser --system xueqiao",
        )
    return Finding("user", State.OK, "运行身份合适", "the system user is fine")


CHECKS: list[Check] = [
    *(database, durability, migrations, worker, queue, outbox, ledger, outside_check, clock_skew, time_zone),
    *(
        payments,
        signing_key,
        secret_key,
        hosts,
        https,
        user,
        address,
        public_address,
        static_files,
        media,
        disk,
        backup_age,
    ),
]


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
