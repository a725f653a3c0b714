"""The nemesis kit in its short form: a few kills, one planted bug. The long forms: docs/operators/proofs.md.

XUEQIAO_KILLS=1 kills more and plants every bug.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.nemesis.power import why_not
from tests.nemesis.region import REPOSITORY
from tests.nemesis.sabotage import SABOTAGES

SECONDS_MAX = 900


def nemesis(tmp_path, *arguments):
    """Run the kit in a process of its own: its clusters are killed, and this process's database must not be."""
    told = tmp_path / "told.json"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XUEQIAO_", "DATABASE_URL", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.nemesis", "--seed", "7", "--json", str(told), *arguments],
        cwd=REPOSITORY,
        env=environment | {"PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}"},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert told.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(told.read_text()), done.stdout


def test_nothing_acknowledged_is_lost_when_everything_is_killed_under_load(tmp_path, mutants, capsys, template_url):
    many = bool(os.environ.get("XUEQIAO_KILLS"))
    kills = {"database": 6, "web": 2, "worker": 2} if many else {"database": 2, "web": 1, "worker": 1}
    told, said = nemesis(
        tmp_path,
        *(f"--{kind}-kills={number}" for kind, number in kills.items()),
        *("--mutants", *(SABOTAGES if many else ["takes_money_before_the_commit"])),
        *("--schema-from", template_url),
    )
    with capsys.disabled():
        print("\n" + "\n".join(line for line in said.splitlines() if not line.startswith("{")))
    for name, caught in told["mutants"].items():
        mutants.tell("nemesis", name, caught=caught)
    assert told["clean"], said
    assert told["effective"] == kills, "a fault that did not happen proves nothing"
    assert told["acknowledged"] >= 3 * sum(kills.values())
    assert told["checks"] > 100


@pytest.mark.skipif(not os.environ.get("XUEQIAO_POWER_CUTS"), reason="only when XUEQIAO_POWER_CUTS=1 asks for it")
def test_nothing_acknowledged_is_lost_in_a_power_cut_and_fsync_off_is_noticed(tmp_path, mutants):
    missing = why_not()
    if missing:
        pytest.skip(f"NO POWER CUTS HERE: {missing}; they were NOT run")
    told, said = nemesis(
        tmp_path,
        *("--database-kills", "0", "--web-kills", "0", "--worker-kills", "0", "--power-cuts", "3"),
        *("--no-mutants", "--power-mutants", "--setting-mutants", "fsync=off"),
    )
    mutants.tell("nemesis", "fsync=off, power cut", caught=told["mutants"]["fsync=off"])
    assert told["clean"], said
    assert told["effective"] == {"power": 3}
