"""Settings: safe where it is served, and none of them unknown."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory

from xueqiao.server.environment import known_variables
from xueqiao.server.json_lines import JsonLines

ROOT = Path(__file__).resolve().parents[2]
STRONG = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XUEQIAO_")}
    path = os.pathsep.join(p for p in sys.path if p)
    return subprocess.run(
        [sys.executable, *words],
        env=kept | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "xueqiao.server.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_real_site_passes_djangos_deploy_checks() -> None:
    checked = python(
        *("-m", "django", "check", "--deploy", "--fail-level", "WARNING"),
        XUEQIAO_SECRET_KEY=STRONG,
        XUEQIAO_HOSTS="learn.example.org",
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


@pytest.mark.parametrize("process", ["web", "worker"])
def test_nobody_is_served_with_the_key_of_tests_and_tools(process: str, tmp_path: Path) -> None:
    refused = python("-m", "xueqiao", process, XUEQIAO_HOME=str(tmp_path / "none"))
    assert refused.returncode == 2
    assert "XUEQIAO_SECRET_KEY" in refused.stderr


def test_every_variable_the_code_reads_is_declared() -> None:
    declared = {variable.name for variable in known_variables()}
    found = set()
    for file in (ROOT / "src").rglob("*.py"):
        found |= set(re.findall(r"XUEQIAO_[A-Z_]+[A-Z]", file.read_text()))
    assert found - declared == set()


def test_every_variable_has_a_meaning() -> None:
    assert all(len(variable.meaning) > 10 for variable in known_variables())


def test_a_log_line_holds_no_path_and_no_text_of_an_exception() -> None:
    request = RequestFactory().get("/enter/a-secret-token/?phone=13800001111")
    record = logging.LogRecord("django.request", logging.ERROR, "x", 1, "%s: %s", ("Error", request.path), None)
    record.msg, record.args, record.request = "Internal Server Error: %s", (request.path,), request
    try:
        raise ValueError("duplicate key (phone)=(13800001111)")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = JsonLines().format(record)
    said = json.loads(line)
    assert "a-secret-token" not in line
    assert "13800001111" not in line
    assert said["exception"] == "builtins.ValueError"
    assert said["message"] == "Internal Server Error"
    assert said["level"] == "ERROR"
