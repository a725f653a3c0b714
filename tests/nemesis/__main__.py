"""python -m tests.nemesis: break the product under load and say what was lost. Exit 1 when anything was.

python -m tests.nemesis                                          a few faults of each kind, and the mutants
python -m tests.nemesis --database-kills 10000 --web-kills 500 --worker-kills 500 --no-mutants
python -m tests.nemesis --power-cuts 1000 --no-mutants
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.nemesis import leftovers
from tests.nemesis.faults import Plan, Result, run
from tests.nemesis.history import INVOKE, OK
from tests.nemesis.power import CuttableDisk, why_not
from tests.nemesis.region import NemesisRegion
from tests.nemesis.sabotage import SABOTAGES

MUTANT_TRIES = 3


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # database, web and worker end with us
    if swept := leftovers.sweep():
        print(f"an earlier run had been killed; removed what it left: {', '.join(swept)}", flush=True)
    seed = asked.seed if asked.seed is not None else int(time.time())
    histories = Path(tempfile.mkdtemp(prefix="xueqiao-history-"))
    told: dict[str, object] = {"seed": seed, "mutants": {}}
    with ExitStack() as stack:
        disk = None
        if asked.power_cuts or asked.power_mutants:
            missing = why_not()
            if missing:
                print(f"!!! POWER CUTS WERE NOT RUN: {missing}", flush=True)
                asked.power_cuts = asked.power_mutants = 0
                told["power"] = missing
            else:
                disk = stack.enter_context(CuttableDisk())
        region = stack.enter_context(
            NemesisRegion(
                database_folder=disk.folder / "database" if disk is not None else None, schema_from=asked.schema_from
            )
        )
        region.prepare_world(learners=asked.learners, seats=asked.seats)
        plan = Plan(
            seed,
            database_kills=asked.database_kills,
            web_kills=asked.web_kills,
            worker_kills=asked.worker_kills,
            power_cuts=asked.power_cuts,
            clients=asked.clients,
        )
        result = run(region, plan, history_file=histories / "run.jsonl", disk=disk)
        print("\n".join(result.lines()), flush=True)
        told |= {
            "clean": result.is_clean,
            "effective": dict(result.effective),
            "acknowledged": result.acknowledged,
            "checks": sum(result.findings.figures.values()),
            "verdicts": dict(result.verdicts),
        }
        mutants: dict[str, bool] = {}
        for name in asked.mutants:
            mutants[name] = _is_caught(region, name, seed, histories, disk)
        for setting in asked.setting_mutants if asked.power_mutants or not disk else []:
            mutants[setting] = _is_caught(region, setting, seed, histories, disk)
        told["mutants"] = mutants
        if mutants:
            print(f"mutants caught {sum(mutants.values())}/{len(mutants)}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(told))
    clean = result.is_clean and all(mutants.values())
    if clean:
        shutil.rmtree(histories, ignore_errors=True)
    else:
        print(f"histories are kept in {histories}", flush=True)
    return 0 if clean else 1


def _is_caught(region: NemesisRegion, name: str, seed: int, histories: Path, disk: CuttableDisk | None) -> bool:
    """Run with the bug planted until something is found wrong, a few times at most."""
    is_setting = "=" in name
    if is_setting:
        _set(region, name)
    try:
        for turn in range(MUTANT_TRIES):
            result = run(region, _mutant_plan(name, seed + turn, disk), history_file=histories / f"{name}-{turn}.jsonl",
                         sabotage="" if is_setting else name, disk=disk)  # fmt: skip
            if not result.is_clean:
                print(f"caught {name}, after {sum(result.effective.values())} faults: {_first(result)}", flush=True)
                return True
    finally:
        if is_setting and not result.lost:
            _set(region, name.partition("=")[0])
    print(f"NOT CAUGHT {name}", flush=True)
    return False


def _mutant_plan(name: str, seed: int, disk: CuttableDisk | None) -> Plan:
    if "=" in name:
        return Plan(seed, power_cuts=3, pause=(0.3, 0.8)) if disk is not None else Plan(seed, database_kills=6)
    if name == "keeps_news_in_memory":
        return Plan(seed, web_kills=2, pause=(0.2, 0.4), aim=("callback", OK), reaction=1.0)
    aim = {
        "answers_before_the_commit": ("hold", OK),
        "takes_money_before_the_commit": ("callback", OK),
        "tells_before_the_commit": ("confirm", INVOKE),
    }[name]
    return Plan(seed, database_kills=2, pause=(0.2, 0.4), aim=aim, reaction=0.2)


def _set(region: NemesisRegion, setting: str) -> None:
    """`name=value` in the server's configuration, or `name` alone back to what the product writes; restarts it."""
    name, _, value = setting.partition("=")
    with region._admin() as admin:
        admin.execute(f"ALTER SYSTEM SET {name} = {value}" if value else f"ALTER SYSTEM RESET {name}")
    region.database.stop()
    region.database.start()


def _first(result: Result) -> str:
    if result.lost:
        return f"the database is gone: {result.lost.splitlines()[-1][:200]}"
    return "; ".join(f"{promise} ({len(cases)})" for promise, cases in result.findings.wrong.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.nemesis", description=__doc__)
    parser.add_argument("--seed", type=int, help="the order of faults and what clients do; printed")
    parser.add_argument("--database-kills", type=int, default=3)
    parser.add_argument("--web-kills", type=int, default=1)
    parser.add_argument("--worker-kills", type=int, default=1)
    parser.add_argument("--power-cuts", type=int, default=0)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--learners", type=int, default=18)
    parser.add_argument("--seats", type=int, default=5)
    parser.add_argument("--mutants", nargs="*", default=list(SABOTAGES), help="planted bugs that must be caught")
    parser.add_argument("--no-mutants", dest="mutants", action="store_const", const=[])
    parser.add_argument(
        "--setting-mutants", nargs="*", default=[], help="server settings that must be caught: fsync=off"
    )
    parser.add_argument("--power-mutants", action="store_true", help="catch fsync=off by cutting power")
    parser.add_argument("--schema-from", default="", help="address of a migrated database whose schema is copied")
    parser.add_argument("--json", type=Path, help="also write what was found to this file")
    return parser


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xueqiao.server.settings")
    sys.exit(main(sys.argv[1:]))
