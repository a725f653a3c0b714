"""The whole way on a throwaway region, over HTTP, as the demo people walk it."""

import json
import subprocess
import sys


def test_one_resident_walks_the_whole_way_and_the_wrong_turns_move_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xueqiao", "journey", "--json"],
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [line for line in lines if not line["ok"]] == [], done.stderr[-2000:]
    assert done.returncode == 0
    ending = lines[-1]["detail"]
    moved = {unit: ending["after"][unit] - ending["before"][unit] for unit in ending["before"]}
    assert set(moved.values()) == {1}
    assert ending["evidence"].endswith("/evidence/")
