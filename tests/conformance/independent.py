"""The clients nobody here wrote: npm packages of fixed versions, checked by hash, in a cache outside the repository.

XUEQIAO_NODE_MODULES names a folder that holds them already. Without node, or when npm cannot be reached the first
time, the tests say so loudly and are skipped.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest

from xueqiao.domains.credits.signing import canonical

NODE = Path(__file__).parent / "node"
INSTALL_SECONDS, RUN_SECONDS = 120, 300


def node_modules() -> Path:
    """Return a folder with node_modules, installed at the first call. Skips the test when that cannot be."""
    if not shutil.which("node"):
        pytest.skip("NO NODE: certificates are not checked by an independent implementation")
    given = os.environ.get("XUEQIAO_NODE_MODULES")
    if given:
        return Path(given)
    version = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = Path(platformdirs.user_cache_dir("xueqiao")) / f"conformance-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("NO NPM: certificates are not checked by an independent implementation")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(NODE / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder / "node_modules")
        reason = "took too long" if done is None else done.stderr.strip()[-300:]
        pytest.skip(f"NPM CANNOT INSTALL the independent implementation: {reason}")
    (folder / "complete").touch()


def asked(**work: object) -> dict:
    """Hand work to the clients and return their answer."""
    contexts = {
        address: json.loads((canonical.FOLDER / name).read_text()) for address, name in canonical.SHIPPED.items()
    }
    command = ["node", str(NODE / "check.mjs"), str(node_modules())]
    done = subprocess.run(
        command,
        input=json.dumps({"contexts": contexts, "now": "2026-11-24T00:00:00Z", **work}, ensure_ascii=False),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
