"""Let beancount add up the ledger: a separate process that reads a file and shares no code with us.

Beancount (GPL-2.0) is no part of the platform and is not imported: where `bean-check` is installed it is run, and
where it is not, the check says so instead of passing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.beancount import export_beancount
from xueqiao.foundation.ledger.rules import require_moment
from xueqiao.foundation.ledger.values import OutsideVerdict

TOOL = "bean-check"
SECONDS_MAX = 4 * 3600
LINES_KEPT, LINE_LENGTH_MAX = 20, 300


def check_by_beancount(*, now: datetime) -> OutsideVerdict:
    """Export the ledger, let `bean-check` recompute every balance, and keep what it said. Never raises for the tool.

    The file is made in a private folder and removed afterwards.
    """
    require_moment(now)
    program = find_bean_check()
    if program is None:
        return _keep(OutsideVerdict(TOOL, "absent", "bean-check is not installed", now))
    with tempfile.TemporaryDirectory(prefix="xueqiao-ledger-") as folder:
        path = Path(folder) / "ledger.beancount"
        with path.open("w", encoding="utf-8") as file:
            export = export_beancount(file)
        verdict, words = _run(program, path)
    return _keep(OutsideVerdict(TOOL, verdict, words.replace(f"{folder}/", ""), now, export.transfer_through))


def latest_outside_check() -> OutsideVerdict | None:
    """The last check by another program, or None when there was none yet."""
    row = models.OutsideCheck.objects.filter(tool=TOOL).order_by("-checked_at", "-id").first()
    return OutsideVerdict(row.tool, row.verdict, row.words, row.checked_at, row.transfer_through) if row else None


def find_bean_check() -> str | None:
    """Where `bean-check` is: beside this Python first, then on the path."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(TOOL, path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]))


def _run(program: str, path: Path) -> tuple[str, str]:
    try:
        done = subprocess.run(
            [program, "--no-cache", str(path)], capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        return "broken", type(failure).__name__
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    words = "\n".join(line[:LINE_LENGTH_MAX] for line in lines[:LINES_KEPT])
    if done.returncode == 0:
        return "agrees", words
    return ("differs" if str(path) in done.stderr + done.stdout else "broken"), words


def _keep(verdict: OutsideVerdict) -> OutsideVerdict:
    models.OutsideCheck.objects.create(
        tool=verdict.tool,
        checked_at=verdict.checked_at,
        verdict=verdict.verdict,
        words=verdict.words,
        transfer_through=verdict.transfer_through,
    )
    return verdict
