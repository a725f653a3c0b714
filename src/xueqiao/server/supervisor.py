"""Keeps the children alive: web, worker and the embedded database; stops them when told; cleans up after a kill."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from xueqiao.server.home import write_whole

BACKOFF_SECONDS_FIRST = 0.5
BACKOFF_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0  # a child that lived this long starts with a clean record
GOODBYE_SECONDS = 25.0  # between SIGTERM and SIGKILL
TICK_SECONDS = 0.5


@dataclass
class Child:
    """One supervised process. `command` is what to run; its output goes to `log`."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    backoff_seconds: float = BACKOFF_SECONDS_FIRST
    restarts: int = 0

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs children until `stop` is called from a signal. `record` names a file with their process ids."""

    environment: Mapping[str, str]
    record: Path
    address: str
    children: list[Child] = field(default_factory=list)
    say: Callable[[str], None] = print
    keep_database: Callable[[], None] = lambda: None
    _stopping: bool = False

    def start(self) -> None:
        """Start every child and write down who they are."""
        for child in self.children:
            self._spawn(child)
        self._write_record()

    def run(self) -> None:
        """Watch until told to stop. A child that ends is started again, after ever longer pauses if it keeps ending."""
        while not self._stopping:
            self.keep_database()
            for child in self.children:
                self._revive(child)
            time.sleep(TICK_SECONDS)

    def ask_to_stop(self, *_: object) -> None:
        """Signal handler: leave `run` at its next tick."""
        self._stopping = True

    def is_stopping(self) -> bool:
        return self._stopping

    def stop(self) -> None:
        """End all children: politely, then by force, with everything they started."""
        for child in self.children:
            if child.process is not None and child.is_running():
                with contextlib.suppress(ProcessLookupError):
                    child.process.terminate()
        deadline = time.monotonic() + GOODBYE_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            # The child led a process group of its own: whatever it left there goes too.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self.record.unlink(missing_ok=True)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running():
            if now - child.started_at > STEADY_SECONDS:
                child.backoff_seconds = BACKOFF_SECONDS_FIRST
            return
        if child.restart_at == 0.0:
            code = child.process.returncode if child.process else None
            self.say(f"{child.name} 意外退出（{code}），{child.backoff_seconds:g} 秒后重新启动。")
            child.restart_at = now + child.backoff_seconds
            child.backoff_seconds = min(BACKOFF_SECONDS_MAX, child.backoff_seconds * 2)
        elif now >= child.restart_at:
            if child.process is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.process.pid, signal.SIGKILL)
            child.restarts += 1
            self._spawn(child)
            self._write_record()

    def _spawn(self, child: Child) -> None:
        log: IO[bytes]
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(
                list(child.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor, which ends the children in order
            )
        child.started_at = time.monotonic()
        child.restart_at = 0.0

    def _write_record(self) -> None:
        processes = []
        for pid in (os.getpid(), *(c.process.pid for c in self.children if c.process is not None)):
            with contextlib.suppress(psutil.NoSuchProcess):  # another child may have died this moment
                processes.append([pid, psutil.Process(pid).create_time()])
        write_whole(
            self.record,
            json.dumps({"address": self.address, "supervisor": os.getpid(), "processes": processes}),
        )


@dataclass(frozen=True)
class Running:
    """What an earlier start wrote down about itself."""

    address: str
    supervisor: int
    processes: tuple[tuple[int, float], ...]


def read_record(record: Path) -> Running | None:
    """Return what the file says, None when there is none or it is damaged."""
    try:
        said = json.loads(record.read_text())
        return Running(
            said["address"], int(said["supervisor"]), tuple((int(p), float(t)) for p, t in said["processes"])
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def end_orphans(running: Running) -> int:
    """Kill what is left of a supervisor that was killed itself; return how many processes there were.

    A number alone proves nothing, it may belong to somebody else by now: the time of birth must agree too.
    """
    ended = 0
    for pid, born in running.processes:
        if pid == os.getpid():
            continue
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process = psutil.Process(pid)
            if abs(process.create_time() - born) > 1:
                continue
            family = [process, *process.children(recursive=True)]
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
                    ended += 1
            psutil.wait_procs(family, timeout=10)
    return ended
