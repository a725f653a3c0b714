"""One run: clients under way, faults in a seeded order, the heal, and the check."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.nemesis.checker import Findings, check
from tests.nemesis.clients import Client, Desk, Sweeper
from tests.nemesis.history import History
from tests.nemesis.power import CuttableDisk
from tests.nemesis.region import REPOSITORY, NemesisRegion

LOAD_SECONDS_MAX = 180
GOODBYE_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """How much to break. `pause`: seconds of load before a fault, drawn between the two. `aim`: a kind and a phase of
    the history; the fault strikes as soon as the next one is noted, and after a part of `reaction` seconds: for planted
    bugs whose moment is short, so that a busy machine finds them too."""

    seed: int
    database_kills: int = 0
    web_kills: int = 0
    worker_kills: int = 0
    power_cuts: int = 0
    clients: int = 6
    pause: tuple[float, float] = (0.05, 0.3)
    sweep_seconds: float = 0.7
    aim: tuple[str, str] | None = None
    reaction: float = 0.0

    def faults(self) -> list[str]:
        """The faults in the order of the seed."""
        faults = ["database"] * self.database_kills + ["web"] * self.web_kills + ["worker"] * self.worker_kills
        faults += ["power"] * self.power_cuts
        Random(self.seed).shuffle(faults)
        return faults


@dataclass
class Result:
    """What a run did and found. effective: faults that really took effect while clients were being answered."""

    plan: Plan
    effective: Counter[str] = field(default_factory=Counter)
    heal_seconds: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: int = 0
    unknown: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    revived: int = 0
    seconds: float = 0.0
    findings: Findings = field(default_factory=Findings)
    lost: str = ""  # the database did not come back at all

    @property
    def is_clean(self) -> bool:
        return not self.findings.wrong and not self.lost

    def lines(self) -> list[str]:
        """The report."""
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False
        ).stdout.strip()
        asked = Counter(self.plan.faults())
        faults = ", ".join(f"{kind} {self.effective[kind]} of {number}" for kind, number in sorted(asked.items()))
        heals = ", ".join(
            f"{kind} median {sorted(times)[len(times) // 2]:.2f} s, longest {max(times):.2f} s"
            for kind, times in sorted(self.heal_seconds.items())
        )
        lines = [
            f"seed {self.plan.seed}, commit {commit}, {self.seconds:.0f} s",
            f"faults that took effect under load: {faults}",
            f"back after: {heals}",
            f"{self.acknowledged} answers believed, {self.unknown} unknown and asked again; {dict(self.requests)}",
            f"money: {dict(self.verdicts)}; processes started again: {self.revived}",
            f"{sum(self.findings.figures.values())} checks of {len(self.findings.figures)} promises",
        ]
        if self.lost:
            lines.append(f"LOST: {self.lost}")
        for promise, cases in self.findings.wrong.items():
            lines.append(f"BROKEN {promise}: {len(cases)}, for example {cases[0][:400]}")
        lines.append("0 promises broken" if self.is_clean else "NOT CLEAN")
        return lines


def run(
    region: NemesisRegion, plan: Plan, *, history_file: Path, sabotage: str = "", disk: CuttableDisk | None = None
) -> Result:
    """Break the product as planned while clients use it; check everything afterwards."""
    result, begun = Result(plan), time.monotonic()
    region.begin_run(sabotage=sabotage)
    if disk is not None:
        disk.settle()
    history = History(history_file)
    clients = _clients(region, plan, history)
    sweeper = Sweeper(history=history, every_seconds=plan.sweep_seconds)
    desk = Desk(seed=plan.seed * 1000 + 999, world=region.world, learners=region.world.guests, history=history)
    for thread in (*clients, sweeper, desk):
        thread.start()
    try:
        _break(region, plan, result, history, clients, disk)
    except DatabaseGone as failure:
        result.lost = str(failure)
    for thread in (*clients, sweeper, desk):
        thread.stopping.set()
    if not result.lost:
        _heal_and_check(region, result, history, clients, sweeper, desk)
    result.seconds = time.monotonic() - begun
    history.close()
    region.end_run()
    return result


class DatabaseGone(RuntimeError):
    """After a fault the database does not start any more: everything acknowledged is lost."""


def _clients(region: NemesisRegion, plan: Plan, history: History) -> list[Client]:
    learners = region.world.learners
    return [
        Client(
            seed=plan.seed * 1000 + number,
            port=region.port,
            address=region.database.uri(region.name),
            world=region.world,
            learners=learners[number :: plan.clients],
            history=history,
        )
        for number in range(plan.clients)
    ]


def _break(
    region: NemesisRegion,
    plan: Plan,
    result: Result,
    history: History,
    clients: list[Client],
    disk: CuttableDisk | None,
) -> None:
    dice = Random(plan.seed + 1)
    for fault in plan.faults():
        before = history.told()
        time.sleep(dice.uniform(*plan.pause))
        is_under_load = _wait_for_answers(history, before, clients)
        result.revived += region.revive()
        if plan.aim is not None:
            is_under_load &= _wait_for(history, plan.aim)
            time.sleep(dice.uniform(0, plan.reaction))
        start = time.monotonic()
        ended = _strike(region, fault, disk)
        try:
            _heal(region, fault, disk)
        except Exception as failure:
            raise DatabaseGone(f"{fault}: {str(failure)[-300:]}\n{region.database_log()}") from failure
        result.heal_seconds.setdefault(fault, []).append(time.monotonic() - start)
        result.effective[fault] += bool(ended) and is_under_load
        result.revived += region.revive()


def _wait_for_answers(history: History, before: int, clients: list[Client]) -> bool:
    """Whether clients were answered since the last fault: a fault without load proves nothing."""
    deadline = time.monotonic() + LOAD_SECONDS_MAX
    while history.told() < before + 3:
        failed = next((client.failure for client in clients if client.failure), None)
        if failed is not None:
            raise failed
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _wait_for(history: History, aim: tuple[str, str]) -> bool:
    """Whether one more of a kind and phase was noted."""
    before, deadline = history.counts[aim], time.monotonic() + LOAD_SECONDS_MAX
    while history.counts[aim] == before:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def _strike(region: NemesisRegion, fault: str, disk: CuttableDisk | None) -> int:
    if fault == "database":
        return region.kill_database()
    if fault == "power":
        assert disk is not None
        family = region.database_processes()
        disk.cut()
        return region.kill_database(family)
    return region.kill(fault)


def _heal(region: NemesisRegion, fault: str, disk: CuttableDisk | None) -> None:
    if fault == "power":
        assert disk is not None
        disk.restore()
    if fault in {"database", "power"}:
        region.database.start()
    else:
        region.start(fault)


def _heal_and_check(
    region: NemesisRegion, result: Result, history: History, clients: list[Client], sweeper: Sweeper, desk: Desk
) -> None:
    result.revived += region.revive()
    for thread in (*clients, sweeper, desk):
        thread.join(timeout=GOODBYE_SECONDS)
    failures = [each.failure for each in (*clients, desk) if each.failure]
    stuck = [thread for thread in (*clients, desk) if thread.is_alive()]
    if failures or stuck:
        raise RuntimeError(f"clients failed: {failures}, stuck: {len(stuck)}") from (failures or [None])[0]
    region.end_run()  # web and worker stop: from here on nothing moves but what the checker delivers
    result.findings = check(history, region.world)
    result.acknowledged = history.told()
    result.unknown = sum(number for (_, phase), number in history.counts.items() if phase == "unknown")
    result.requests = Counter({kind: n for (kind, phase), n in history.counts.items() if phase == "ok"})
    result.verdicts = Counter(_verdicts())


def _verdicts() -> list[Any]:
    from xueqiao.domains.payments.models import CallbackReceipt

    return list(CallbackReceipt.objects.values_list("verdict", flat=True))
